"""The desk: who is in front of me, what just happened, what do I do with the thing in my hand."""
