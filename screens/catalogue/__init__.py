"""The catalogue on screen: searching it, a title and its copies, the shelf, adding and changing."""
