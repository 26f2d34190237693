"""What a library does: its rules, its states, and the journal of what happened."""
