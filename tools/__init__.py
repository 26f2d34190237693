"""Commands for whoever changes libops; none of them is part of the program."""
