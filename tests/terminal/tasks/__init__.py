"""The daily tasks of a desk, each as a play: what is scanned, pressed and typed, and what is so afterwards."""
