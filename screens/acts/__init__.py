"""What can be asked for by a key or a form, as errands: the act, and how it is told once it is done."""
