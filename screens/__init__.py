"""The terminal: what staff see and press. Screens translate between people and the domain and decide nothing."""

import os

# Textual reads both when it is first imported; whoever works over a slow line can say otherwise.
# Milliseconds to wait for what follows Escape, with which the arrow keys begin too.
os.environ.setdefault("ESCDELAY", "50")
# Pictures a second. After one that shows a code the next, with the answer, is drawn up to two of its turns later.
os.environ.setdefault("TEXTUAL_FPS", "200")
