"""Staying live: follows the journal, so that a panel shows what another desk has just changed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from libops.follower import Follower, UnknownEra
from libops.library import Library
from libops.troubles import DatabaseTrouble

EVERY = 0.3
"""Seconds between two looks at the journal."""
AFTER_TROUBLE = 2.0
"""Seconds until the next look, after the database could not be read."""


def follow_patrons(library: Library, changed: Callable[[], None], gone_home: Callable[[], bool]) -> None:
    """Call ``changed`` whenever the journal tells of something that concerns a patron, until told to go home."""
    pause = threading.Event()
    follower: Follower | None = None
    while not gone_home():
        wait = EVERY
        try:
            follower = follower or Follower.from_end(library.database)
            if any(event.patron_id is not None for event in follower.poll()):
                changed()
        except UnknownEra:
            follower = None
            changed()
        except DatabaseTrouble:
            wait = AFTER_TROUBLE
        _rest(pause, wait, gone_home)


def _rest(pause: threading.Event, seconds: float, gone_home: Callable[[], bool]) -> None:
    while seconds > 0 and not gone_home():
        pause.wait(min(seconds, 0.1))
        seconds -= 0.1
