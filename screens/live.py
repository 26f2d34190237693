"""Staying live: follows the journal, so that panels and lists show what another desk has just changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from libops.follower import Event, Follower, UnknownEra
from libops.library import Library
from libops.troubles import DatabaseTrouble

EVERY = 0.3
"""Seconds between two looks at the journal."""
AFTER_TROUBLE = 2.0
"""Seconds until the next look, after the database could not be read."""


def follow_journal(
    library: Library, tell: Callable[[Sequence[Event] | None], object], gone_home: Callable[[], bool]
) -> None:
    """Tell every event of the journal from now on, until told to go home; None: anything may have changed."""
    pause = threading.Event()
    follower: Follower | None = None
    while not gone_home():
        wait = EVERY
        try:
            follower = follower or Follower.from_end(library.database)
            events = follower.poll()
            if events:
                tell(events)
        except UnknownEra:
            follower = None
            tell(None)
        except DatabaseTrouble:
            wait = AFTER_TROUBLE
        _rest(pause, wait, gone_home)


def _rest(pause: threading.Event, seconds: float, gone_home: Callable[[], bool]) -> None:
    while seconds > 0 and not gone_home():
        pause.wait(min(seconds, 0.1))
        seconds -= 0.1
