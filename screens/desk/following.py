"""What the desk hears of the journal and of the database, and what it then does with what was left undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from libops.circulation.outcomes import Outcome
from libops.follower import Event
from libops.troubles import DatabaseTrouble
from screens.live import Watch
from screens.messages import DatabaseStands, Failure, Happened
from screens.shift import Shift
from screens.workplace import FollowsJournal, Workplace


class Following:
    """Follows the journal for a desk, on a thread of its own, and has what is on screen follow it."""

    def __init__(self, desk: Workplace, shift: Shift) -> None:
        self._desk, self._shift = desk, shift
        self._watch = Watch(shift.library, self._heard_of, self._stands)

    @property
    def has_begun(self) -> bool:
        """Whether it is known which database this desk works in, or that it was gone from the first."""
        return self._watch.has_looked

    def follow(self, gone_home: Callable[[], bool]) -> None:
        """Follow until told to go home."""
        self._watch.watch(gone_home)

    def work(self, gone_home: Callable[[], bool]) -> None:
        """Have the clerk work until told to go home, from when it is known which database this is."""
        self._watch.wait_for_first_look(gone_home)
        self._shift.clerk.work(gone_home)

    def _heard_of(self, events: Sequence[Event] | None) -> None:
        if events is None or any(event.patron_id is not None for event in events):
            self._shift.clerk.look_again()
        kinds = None if events is None else frozenset(event.kind for event in events)
        self._desk.post_message(Happened(kinds))

    def _stands(self, trouble: DatabaseTrouble | None, same: bool) -> None:
        self._desk.post_message(DatabaseStands(trouble, same=same))

    def answered(self, result: Outcome | Failure) -> None:
        """Something was answered: perhaps that the database is gone."""
        if isinstance(result, Outcome) and result.trouble is not None:
            self._watch.saw(result.trouble)

    def happened(self, event: Happened) -> None:
        """Events are new in the journal: tell whatever shows something of them."""
        for screen in self._desk.app.screen_stack:
            if isinstance(screen, FollowsJournal):
                screen.happened(event.kinds)

    def database_stands(self, event: DatabaseStands) -> None:
        """It is back: what was left undone is tried again, unless it is another one now: somebody must see to that."""
        if event.trouble is None:
            self._shift.clerk.look_again()
            if event.same:
                self._shift.clerk.resume(self._shift.visit.undone())
