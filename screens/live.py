"""Staying live: follows the journal, so that panels and lists show what another desk has just changed.

Whoever follows is also the first to know that the database is gone, and that it is back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from libops.follower import Event, Follower, UnknownEra
from libops.library import Library
from libops.troubles import DatabaseTrouble, TroubleKind
from screens.complaints import log_failure

EVERY = 0.3
"""Seconds between two looks at the journal."""
AFTER_TROUBLE = 1.0
"""Seconds until the next look, after the database could not be read."""

_GONE = (TroubleKind.MISSING, TroubleKind.UNREACHABLE)
"""That it is there at all, and not what it can do just now."""

Stands = Callable[[DatabaseTrouble | None, bool], object]
"""Is told what is wrong with the database, or None once it is back; and then whether it is still the same one."""


def until_it_answers(library: Library, gone_home: Callable[[], bool]) -> bool:
    """Wait until the database can be used again; False: told to go home before that."""
    pause = threading.Event()
    while not gone_home():
        _rest(pause, AFTER_TROUBLE, gone_home)
        try:
            _ = Follower.from_end(library.database)
        except DatabaseTrouble:
            continue
        return not gone_home()
    return False


class Watch:
    """Tells every event of the journal from now on, or None: anything may have changed; and how the database stands.

    A database that was replaced or restored while it was away is not the same one, nor is one that was away from the
    first: nobody knows which that was. ``tell`` and ``stands`` are called from the thread that watches.
    """

    def __init__(self, library: Library, tell: Callable[[Sequence[Event] | None], object], stands: Stands) -> None:
        self._library, self._tell, self._stands = library, tell, stands
        self._follower: Follower | None = None
        self._era = ""
        self._trouble: TroubleKind | None = None
        self._replaced = self._failing = False
        self._has_looked = threading.Event()

    @property
    def has_looked(self) -> bool:
        """Whether it was looked at once, whatever came of it."""
        return self._has_looked.is_set()

    def wait_for_first_look(self, gone_home: Callable[[], bool]) -> None:
        """Wait until it was looked at once, or told to go home: what was asked for before belongs to that database."""
        while not self._has_looked.wait(0.1) and not gone_home():
            pass

    def watch(self, gone_home: Callable[[], bool]) -> None:
        """Watch until told to go home."""
        pause = threading.Event()
        while not gone_home():
            seconds = self.look()
            self._has_looked.set()
            _rest(pause, seconds, gone_home)

    def saw(self, trouble: DatabaseTrouble) -> None:
        """Somebody else found it gone, perhaps for less than it takes until the next look. Safe from any thread."""
        if trouble.kind in _GONE and self._trouble is None:
            self._stands(trouble, True)
            self._trouble = trouble.kind

    def look(self) -> float:
        """Look once, and tell; how many seconds to rest then."""
        try:
            self._follow()
        except UnknownEra:
            self._follower = None
            self._tell(None)
        except DatabaseTrouble as trouble:
            self._note(trouble)
            return AFTER_TROUBLE
        # Whatever it is: without this thread nothing on screen would stay live, and nobody would know.
        except Exception as bug:  # noqa: BLE001
            if not self._failing:
                log_failure(bug, "journal")
            self._failing = True
            return AFTER_TROUBLE
        self._failing = False
        return EVERY

    def _follow(self) -> None:
        follower = self._follower = self._follower or Follower.from_end(self._library.database)
        events = follower.poll()
        before, self._era = self._era, follower.cursor.era
        if events:
            self._tell(events)
        if self._trouble is not None:
            same = not self._replaced and before == self._era
            self._trouble, self._replaced = None, False
            self._stands(None, same)

    def _note(self, trouble: DatabaseTrouble) -> None:
        self._replaced = self._replaced or trouble.kind is TroubleKind.REPLACED
        if trouble.kind is not self._trouble:
            self._trouble = trouble.kind
            self._stands(trouble, True)


def _rest(pause: threading.Event, seconds: float, gone_home: Callable[[], bool]) -> None:
    while seconds > 0 and not gone_home():
        pause.wait(min(seconds, 0.1))
        seconds -= 0.1
