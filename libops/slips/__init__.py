"""Slips and receipts: what they show, how a library words them, how they are laid out and printed."""
