"""The terminal: what staff see and press. Screens translate between people and the domain and decide nothing."""
