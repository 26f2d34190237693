"""The terminal is gone and nobody told the console: it ends, and lets go of its reader, instead of waiting for ever."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from typing import Any

from textual.app import App

_EVERY = 1000
"""Milliseconds."""


def wait_for_hang_up(handle: int) -> None:
    """Wait until the other side of the terminal behind this handle has been closed."""
    looking = select.poll()
    looking.register(handle, 0)
    # Asked as well: where the end came before the looking began, that may not be told.
    while os.isatty(handle) and not looking.poll(_EVERY):
        pass


# Any, because what an app returns when it ends matters to nobody here.
def end_when_hung_up(app: App[Any]) -> None:
    """From now on, end with the terminal that this was started in.

    Most terminals send a signal that ends the console; one in a container, or a console that was started so that it
    ignores that signal, only stands there with nothing behind it. On a thread of its own, because whatever draws waits
    for ever for such a terminal.
    """
    keyboard = sys.__stdin__
    if keyboard is None or app.is_headless or not keyboard.isatty():
        return
    handle = keyboard.fileno()

    def watch() -> None:
        wait_for_hang_up(handle)
        # What is under way in the database is undone there, as with any terminal that is closed.
        os.kill(os.getpid(), signal.SIGKILL if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else signal.SIGHUP)

    threading.Thread(target=watch, name="hang-up", daemon=True).start()
