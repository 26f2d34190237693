"""The time that a patron stands at the desk with nothing done: the last of it is counted down, then they are let go."""

from __future__ import annotations

from functools import partial

from screens.desk.patron_panel import PatronPanel
from screens.idleness import LAST_OF_PATRON, Idleness, told
from screens.workplace import Workplace, in_turn


class PatronTime:
    """Asked once a second. It asks the clerk, so that what was scanned before is still the patron's."""

    def __init__(self, desk: Workplace, idleness: Idleness) -> None:
        self._desk, self._shift, self._idleness = desk, desk.shift, idleness
        self._asked_for = ""

    def begin_anew(self) -> None:
        """Another patron stands here, or the same one again, or nobody."""
        self._asked_for = ""

    def look(self, place: Workplace) -> int | None:
        """Let the patron go whose time is over; the seconds that are counted down, None where there is time enough.

        ``place`` is where scans arrive now: what was scanned there before goes first.
        """
        seconds = self._seconds(place)
        for panel in self._desk.query(PatronPanel):
            panel.count_down(seconds)
        return seconds

    def _seconds(self, place: Workplace) -> int | None:
        patron, left = self._shift.view.patron, self._idleness.before_patron_goes
        if patron is None or left is None:
            return None
        if self._asked_for == patron.number:
            # What was scanned before still waits for the database; nothing that comes now is this patron's.
            return 0
        if left <= 0:
            self._asked_for, seconds = patron.number, round(self._idleness.rest.patron)
            in_turn(place, self._desk, partial(self._shift.clerk.let_go, patron.number, seconds))
        return told(left, LAST_OF_PATRON, self._idleness.rest.patron)
