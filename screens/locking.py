"""Locking a desk, by key or when nobody has been there for long, and who may go on at it afterwards."""

from __future__ import annotations

from typing import Any

from textual.app import App

from libops.circulation.outcomes import Outcome, Word
from libops.i18n import mark
from libops.permissions import Permission
from libops.refusals import Reason
from libops.work import Actor
from screens.countdown import count_down
from screens.desk.header import Header
from screens.desk.patron_panel import GOING, GONE_SOON
from screens.desk.screen import Desk
from screens.dialogs import Dialog
from screens.idleness import LAST_OF_DESK, Idleness, told
from screens.locked import Locked, Locking
from screens.workplace import Workplace, in_turn

_LOCKS = mark("The desk locks in {n} s; a scan or any key keeps it open.")


class Lock:
    """The lock of one desk. While it is locked its clerk goes on with what was scanned before, and takes nothing."""

    # Any, because what an app returns when it ends matters to nobody here.
    def __init__(self, app: App[Any], desk: Desk, idleness: Idleness) -> None:
        self._app, self._desk, self._idleness = app, desk, idleness
        self.screen: Locked | None = None

    def lock(self, minutes: int = 0) -> None:
        """Lock the desk, after so many minutes without a scan or key; 0: somebody wants it."""
        if self.screen is not None:
            return
        shift = self._desk.shift
        self._count_down(None)
        shift.lock()
        screen = self.screen = Locked(shift, Locking(shift.library.clock(), minutes))
        # What was scanned before is on its way to the clerk, and is let through.
        in_turn(self._in_front(), self._desk, lambda: self._close(screen))
        _ = self._app.push_screen(screen)

    def _close(self, screen: Locked) -> None:
        if self.screen is screen:
            self._desk.shift.closed = True

    def miss_scan(self) -> None:
        """Something was scanned while it is locked."""
        if self.screen is not None:
            self.screen.scan_came()

    def come_back(self, actor: Actor) -> None:
        """Somebody has signed in: the same person finds everything as it was, anybody else the desk and its patron."""
        screen, shift = self.screen, self._desk.shift
        if screen is None:
            return
        self.screen = None
        self._idleness.stir()
        _ = self._app.pop_screen()
        # Also when somebody has other permissions than before: what is open may not be for them any more.
        another = actor != shift.actor
        shift.unlock(actor)
        if another:
            self._hand_over(actor)
        if screen.missed:
            reason = Reason("scan.locked", {"count": screen.missed})
            shift.clerk.tell(Outcome(word=Word.REFUSED, code="", reasons=(reason,)))
        self._desk.follow()

    def _hand_over(self, actor: Actor) -> None:
        self._close_what_is_open()
        self._desk.shift.left_off.clear()
        if Permission.SEE_PATRONS not in actor.permissions:
            self._desk.look_away()
        self._desk.shift.clerk.hand_over(actor)
        self._desk.query_one(Header).sign_in(actor.label)

    def _close_what_is_open(self) -> None:
        """What one person has begun is not for another to finish: questions and forms are left unanswered."""
        while self._app.screen is not self._desk:
            front = self._app.screen
            _ = front.leave_unanswered() if isinstance(front, Dialog) else self._app.pop_screen()

    def look(self) -> None:
        """Asked once a second: lock the desk or let the patron go where it is time, and count down before."""
        left = self._idleness.before_lock
        if self.screen is not None:
            return
        if left is not None and left <= 0:
            self.lock(max(round(self._idleness.rest.lock / 60), 1))
            return
        patron = self._desk.patron_time.look(self._in_front())
        seconds = told(left, LAST_OF_DESK, self._idleness.rest.lock)
        if seconds is not None:
            self._count_down((_LOCKS, seconds))
        elif patron is not None and self._app.screen is not self._desk:
            self._count_down((GOING if patron else GONE_SOON, patron))
        else:
            self._count_down(None)

    def has_locked(self) -> bool:
        """Look, where nothing else of the console runs that would; whether the desk is locked now."""
        self.look()
        return self.screen is not None

    def _in_front(self) -> Workplace:
        """Where scans arrive now."""
        return next(one for one in reversed(self._app.screen_stack) if isinstance(one, Workplace))

    def _count_down(self, what: tuple[str, int] | None) -> None:
        voice = self._desk.voice
        for screen in self._app.screen_stack:
            message, seconds = what if what is not None and screen is self._app.screen else ("", None)
            count_down(screen, voice, message, seconds)
