"""The terminal: what staff see and press. Screens translate between people and the domain and decide nothing."""

import os

# Milliseconds to wait for what follows Escape, with which the arrow keys begin too. Textual reads this when it is first
# imported, and waits twice as long where nobody says otherwise; who works over a slow line can say so.
os.environ.setdefault("ESCDELAY", "50")
