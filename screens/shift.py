"""Somebody's shift at a desk: what everything on screen shares from sign-in to sign-out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import msgspec
from textual.message import Message
from textual.screen import Screen

from libops.circulation.desk import DeskSession
from libops.circulation.outcomes import Outcome
from libops.library import Library
from libops.permissions import Permission
from libops.scans import Scan
from libops.slips.facts import Facts
from libops.work import Actor, Look, Place
from screens.attention import SILENCE
from screens.clerk import Clerk
from screens.desk.visit import Visit
from screens.devices_here import DevicesHere
from screens.messages import Asker, DeskView
from screens.voice import Voice


class Unfinished(msgspec.Struct, frozen=True):
    """How much at a desk has no outcome that would last: scans that wait, and scans that the database left undone."""

    waiting: int
    undone: int


WantedSlip = Callable[[Look], Facts | None]
"""Reads what a slip shows; never on the screen's own thread."""
AskToAllow = Callable[[Outcome, str, Asker | None], None]
"""Asks whether what was refused for somebody is allowed all the same."""


def _nobody_to_ask(outcome: Outcome, patron: str, asker: Asker | None) -> None:
    """Before the desk is on screen."""


def _nothing_to_show(what: object) -> None:
    """Before the desk is on screen."""


def _nothing_to_open() -> None:
    """Before the desk is on screen."""


def _nobody_to_leave(then: Callable[[], object], for_good: bool) -> None:  # noqa: ARG001 - before there is a visit
    """Before the desk is on screen."""
    _ = then()


def _nobody_obeys(code: str, scan: Scan | None) -> None:
    """Before the desk is on screen."""


_COLUMNS = 42
"""Columns of a slip where nobody said how wide the paper is."""


class Shift:
    """Who works here now, at which desk, and what has happened since the last patron came.

    ``locked``: nothing comes in front; ``closed``: no scan is taken any more, those before the lock are.

    ``view`` is the desk as it was told last, ``visit`` what was done; the desk alone writes both. ``last_added`` is
    where the last book was added, and as what; ``left_off`` are the lists that somebody was at, by their places in the
    menu. ``tour`` says that somebody is shown around, ``sample`` that the library is one to try things on.
    """

    def __init__(
        self, voice: Voice, session: DeskSession, devices: DevicesHere, tell: Callable[[Message], object]
    ) -> None:
        self.voice = voice
        self.library: Library = session.library
        self.actor: Actor = session.actor
        self.place: Place = session.place
        self.devices = devices
        self.slip_failed = False
        self.slip_columns = _COLUMNS
        self.clerk = Clerk(session, tell)
        self.visit = Visit(session.library.patterns)
        self.view = DeskView(session.mode)
        self.awaiting = False
        self.tour = False
        self.sample = False
        self.last_added: dict[str, str] = {}
        self.left_off: dict[str, Any] = {}
        self.locked = False
        self.closed = False
        self._held: list[tuple[Callable[[], object], Screen[Any] | None]] = []
        self.ask_to_allow: AskToAllow = _nobody_to_ask
        self.explain: Callable[[str], None] = _nothing_to_show
        self.show_item: Callable[[str], None] = _nothing_to_show
        self.show_title: Callable[[str], None] = _nothing_to_show
        self.show_labels: Callable[[Sequence[str]], None] = _nothing_to_show
        self.show_shelf: Callable[[str], None] = _nothing_to_show
        self.add_books: Callable[[], None] = _nothing_to_open
        self.print_trial: Callable[[], None] = _nothing_to_open
        self.choose_look: Callable[[], None] = _nothing_to_open
        self.choose_sound: Callable[[], None] = _nothing_to_open
        self.attention = SILENCE
        self.search: Callable[[str], None] = _nothing_to_show
        self.show_today: Callable[[], None] = _nothing_to_open
        self.miss_scan: Callable[[], None] = _nothing_to_open
        self.leave_patron: Callable[[Callable[[], object], bool], None] = _nobody_to_leave
        self.lock_desk: Callable[[], None] = _nothing_to_open
        self.obey: Callable[[str, Scan | None], None] = _nobody_obeys
        self.show_slip: Callable[[WantedSlip | None], None] = _nothing_to_show
        # Any, because a list may be of anything; lists know this shift, and it does not know them.
        self.show_list: Callable[[Any], None] = _nothing_to_show

    @property
    def today(self) -> date:
        """The place's date."""
        return self.library.clock().astimezone(self.place.zone).date()

    @property
    def time(self) -> str:
        """The place's clock, as people read it."""
        return self.voice.language.time(self.library.clock(), self.place.zone)

    @property
    def unfinished(self) -> Unfinished:
        """What would be lost if this desk were left now."""
        return Unfinished(self.clerk.waiting, len(self.visit.undone()))

    # Any, because what a screen results in matters to nobody here.
    def when_open(self, show: Callable[[], object], of: Screen[Any] | None = None) -> None:
        """Show something that nobody pressed a key for just now: at once, or when the desk is no longer locked.

        ``of`` is the screen to which it belongs: it is not shown without that.
        """
        if self.locked:
            self._held.append((show, of))
        else:
            show()

    def lock(self) -> None:
        """Nothing comes in front from now on."""
        self.locked = True

    def unlock(self, actor: Actor) -> None:
        """Somebody is at work here again: what was held back meanwhile comes in front."""
        self.locked = self.closed = False
        self.actor = actor
        held, self._held = self._held, []
        for show, of in held:
            if of is None or of in of.app.screen_stack:
                show()

    def may(self, *permissions: Permission) -> bool:
        """Whether whoever is signed in may do this; the domain asks again."""
        return self.actor.permissions.issuperset(permissions)

    def look(self) -> AbstractContextManager[Look]:
        """A look at the library from this desk. Never on the screen's own thread."""
        return self.library.look(actor=self.actor, place=self.place)
