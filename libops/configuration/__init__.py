"""The settings of one machine as somebody looks after them: where each comes from, what is wrong, how it changes."""
