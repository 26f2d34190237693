"""The clerk: takes whatever is scanned or asked for at a desk, one after the other, on a thread of its own.

Everything goes through one queue in the order in which it came: a key that lets the patron go waits for the books that
were scanned before it. The clerk tells what came of it by messages.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import structlog
from textual.message import Message

from libops.circulation.desk import DeskSession
from libops.circulation.errands import Deed, Errand
from libops.circulation.outcomes import Mode, Outcome, Word
from libops.codes import LONGEST, CodeKind
from libops.i18n import mark
from libops.people import staff
from libops.people.accounts import Account
from libops.refusals import Reason, Refusal
from libops.scans import Heard, Scan
from libops.troubles import DatabaseTrouble
from libops.work import Actor
from screens.complaints import log_failure
from screens.messages import AllowanceRefused, Asker, DeskChanged, DeskView, Failure, OutcomeReached, WaitingChanged

MOST_WAITING = 2_000
"""Scans that may wait for a slow database. Nobody scans as many by hand; a reader that is stuck on a code would."""

_WAKE = 0.1  # seconds after which an idle clerk looks whether to go home

TAKES_OVER = mark("{name} goes on here.")
TAKES_OVER_OTHERWISE = {
    Mode.LEND: mark("{name} goes on here; books are lent now, because returns are not allowed to this role."),
    Mode.RETURN: mark("{name} goes on here; books come back now, because lending is not allowed to this role."),
}

_ALL_DONE = mark("The database is back. What was left undone is done now: {done}.")
_RESUMED = mark("The database is back. Done now: {done}. Refused: {refused}. Still not done: {undone}.")

Job = Callable[[], object]

log = structlog.get_logger("screens")


class Clerk:
    """Safe to ask from any thread; ``session`` belongs to the clerk's own thread alone."""

    def __init__(self, session: DeskSession, tell: Callable[[Message], object]) -> None:
        self._session = session
        self._tell = tell
        self._queue: deque[Job] = deque()
        self._answers: deque[Job] = deque()
        self._asked = False
        self._busy = False
        self._stale = False
        self._turned_away = 0
        self._account: Account | None = None
        self._told_batch: date | None = None
        self._leaves = False
        self._news = threading.Condition()

    @property
    def waiting(self) -> int:
        """How many scans and wishes have no outcome yet."""
        with self._news:
            return len(self._queue) + self._busy

    def hear(self, heard: Heard, mode: Mode | None = None) -> None:
        """Act upon what a reader heard; ``mode`` where items do not go the desk's own way."""
        code = heard.code if isinstance(heard, Scan) else ""
        self._take(code, lambda: self._reach(lambda: self._session.hear(heard, mode)))

    def take_typed(self, code: str, mode: Mode | None = None) -> None:
        """Act upon what somebody typed."""
        self._take(code, lambda: self._reach(lambda: self._session.take_typed(code, mode)))

    def do(self, errand: Errand, asker: Asker | None = None) -> None:
        """Do what somebody asked for by a key; ``asker`` shows what came of it."""
        self._ask(lambda: self._reach(lambda: self._session.do(errand), asker=asker))

    def date_back(self, on: date | None, asker: Asker | None = None) -> None:
        """Date the returns that follow back to a day; None: no more."""
        self._ask(lambda: self._date_back(on, asker))

    def choose(self, outcome: Outcome, kind: CodeKind | None) -> None:
        """Answer which one was meant; None: neither. Everything scanned since has waited for this."""
        with self._news:
            self._answers.append(lambda: self._choose(outcome, kind))
            self._news.notify()

    def retry(self, undone: Sequence[tuple[int, Outcome]]) -> None:
        """Try again what was left undone, each under the number of its line, until one fails again."""
        self._ask(lambda: self._retry(undone))

    def resume(self, undone: Sequence[tuple[int, Outcome]]) -> None:
        """The database is back: try again what was left undone, and tell how much of it was done."""
        if undone:
            self._ask(lambda: self._resume(undone))

    def allow(self, outcome: Outcome, asker: Asker | None = None) -> None:
        """Do all the same what was refused, by the permissions of whoever is signed in."""
        self._ask(lambda: self._reach(lambda: self._session.allow(outcome, self._session.actor), asker=asker))

    def allow_by(self, outcome: Outcome, badge: str, pin: str, asker: Asker | None = None) -> None:
        """Do all the same what was refused, by the permissions of whoever has this badge and PIN."""
        self._ask(lambda: self._allow_by(outcome, badge, pin, asker))

    def done(self) -> None:
        """Let the patron go."""
        self._ask(lambda: self._change(self._session.done))

    def let_go(self, number: str, seconds: int) -> None:
        """Let this patron go, for whom nothing was scanned or typed for so long; whoever came since stays.

        It waits for what was scanned before, like everything else: that is still theirs, and nothing after it is.
        """
        self._ask(lambda: self._let_go(number, seconds))

    def hand_over(self, actor: Actor) -> None:
        """Somebody else goes on here; what was asked for before is still done for whoever asked."""
        self._ask(lambda: self._hand_over(actor))

    def leave(self) -> None:
        """Whoever is at work here leaves: when the clerk goes home, that is written down."""
        self._leaves = True

    def tell(self, outcome: Outcome) -> None:
        """Tell this in its turn: nothing is done, but what was asked for before has its answer first."""
        self._ask(lambda: self._reach(lambda: outcome))

    def obey(self, scan: Scan | None, command: Callable[[DeskSession], Outcome | None]) -> None:
        """Do in its turn what a code of the desk card stands for; ``scan`` None: it was typed."""
        self._take("" if scan is None else scan.code, lambda: self._obey(scan, command))

    def turn(self, mode: Mode) -> None:
        """Change between lending and returns."""
        self._ask(lambda: self._change(lambda: self._session.turn(mode)))

    def afterwards(self, then: Callable[[], object]) -> None:
        """Call this, from the clerk's own thread, once all that was asked for before has been answered."""
        self._ask(then)

    def look_again(self) -> None:
        """Something may have changed elsewhere: read the patron again when there is nothing better to do."""
        with self._news:
            self._stale = True
            self._news.notify()

    def work(self, gone_home: Callable[[], bool]) -> None:
        """Work until told to go home; what is under way then is finished first."""
        while not gone_home():
            job = self._next()
            if job is None:
                self._look_at_batch()
                continue
            try:
                job()
            # Whatever it is: the desk goes on, and says that this one failed.
            except Exception as bug:  # noqa: BLE001
                log_failure(bug, "desk")
                self._tell(OutcomeReached(Failure(type(bug).__name__), self._view()))
            with self._news:
                self._busy = False
            self._tell(WaitingChanged(self.waiting))
        if self._leaves:
            self._sign_out(self._session.actor)

    def _sign_out(self, actor: Actor) -> None:
        try:
            staff.log_out(self._session.library, actor=actor, place=self._session.place)
        except DatabaseTrouble as trouble:
            # Nobody is kept from going because the database is gone.
            log.warning("sign_out_not_journalled", trouble=trouble.kind)

    def _take(self, code: str, job: Job) -> None:
        if self._has_room():
            self._ask(job)
        else:
            reason = Reason("scan.too_many", {})
            self._tell(OutcomeReached(Outcome(word=Word.NOT_DONE, code=code[:LONGEST], reasons=(reason,)), None))

    def _has_room(self) -> bool:
        """Whether one more may wait. After the first that may not, none may until all that wait are answered."""
        with self._news:
            if not self._turned_away and len(self._queue) < MOST_WAITING:
                return True
            if not self._turned_away:
                self._queue.append(self._begin_again)
            self._turned_away += 1
            return False

    def _begin_again(self) -> None:
        """Let the patron go: the next one's card may be among what was turned away, and their books come now."""
        with self._news:
            count, self._turned_away = self._turned_away, 0
        self._change(self._session.done)
        reason = Reason("scan.turned_away", {"count": count})
        self._tell(OutcomeReached(Outcome(word=Word.NOT_DONE, code="", reasons=(reason,)), self._view()))

    def _ask(self, job: Job) -> None:
        with self._news:
            self._queue.append(job)
            self._news.notify()
        self._tell(WaitingChanged(self.waiting))

    def _next(self) -> Job | None:
        with self._news:
            if not self._has_something():
                self._news.wait(_WAKE)
            job: Job | None = None
            if self._asked:
                job = self._answers.popleft() if self._answers else None
            elif self._queue:
                job = self._queue.popleft()
            elif self._stale:
                job, self._stale = self._read_again, False
            self._busy = job is not None and job != self._read_again
            return job

    def _has_something(self) -> bool:
        return bool(self._answers) if self._asked else bool(self._queue) or self._stale

    def _reach(self, perform: Callable[[], Outcome], line: int | None = None, asker: Asker | None = None) -> Outcome:
        before = self._session.patron
        try:
            outcome = perform()
        except Refusal as refusal:
            outcome = Outcome(word=Word.REFUSED, code="", reasons=refusal.reasons)
        now = self._session.patron
        with self._news:
            self._asked = outcome.word is Word.WHICH
            if now is not before:
                self._stale = now is not None
                # Of the same patron it stays until it has been read again: without it no key of theirs does anything.
                if now is None or before is None or now.number != before.number:
                    self._account = None
        self._tell(OutcomeReached(outcome, self._view(), line, asker))
        return outcome

    def _choose(self, outcome: Outcome, kind: CodeKind | None) -> None:
        self._asked = False
        if kind is not None:
            self._reach(lambda: self._session.choose(outcome, kind))

    def _retry(self, undone: Sequence[tuple[int, Outcome]]) -> list[Word]:
        """The words of what was tried. Nobody's card is opened over whoever has come to the desk meanwhile."""
        taken = self._session.patron is not None
        words: list[Word] = []
        for line, outcome in undone:
            if taken and self._is_card(outcome):
                continue
            words.append(self._reach(partial(self._session.retry, outcome), line).word)
            if words[-1] in (Word.NOT_DONE, Word.WHICH):
                break
        return words

    def _is_card(self, outcome: Outcome) -> bool:
        return self._session.library.patterns.kinds(outcome.code) == {CodeKind.PATRON}

    def _resume(self, undone: Sequence[tuple[int, Outcome]]) -> None:
        words = self._retry(undone)
        still = len(undone) - len(words) + sum(word in (Word.NOT_DONE, Word.WHICH) for word in words)
        refused = sum(word in (Word.REFUSED, Word.UNKNOWN) for word in words)
        done = len(undone) - still - refused
        if done or refused:
            told = _ALL_DONE if done == len(undone) else _RESUMED
            deed = Deed(told, {"done": done, "refused": refused, "undone": still})
            self._tell(OutcomeReached(Outcome(word=Word.DONE, code="", deed=deed), self._view()))

    def _allow_by(self, outcome: Outcome, badge: str, pin: str, asker: Asker | None) -> None:
        try:
            by: Actor = staff.log_in(self._session.library, badge=badge, pin=pin, place=self._session.place)
        except (Refusal, DatabaseTrouble) as error:
            self._tell(AllowanceRefused(error))
            return
        try:
            _require(by, outcome)
        except Refusal as refusal:
            self._tell(AllowanceRefused(refusal))
        else:
            self._reach(lambda: self._session.allow(outcome, by), asker=asker)
        # They came for this alone.
        if by.name != self._session.actor.name:
            self._sign_out(by)

    def _change(self, perform: Callable[[], None]) -> None:
        perform()
        self._account = None
        self._tell(DeskChanged(self._view()))

    def _let_go(self, number: str, seconds: int) -> None:
        patron = self._session.patron
        if patron is None or patron.number != number:
            return
        self._change(self._session.done)
        self._tell(OutcomeReached(Outcome(word=Word.DONE, code="", deed=_gone_after(seconds)), self._view()))

    def _hand_over(self, actor: Actor) -> None:
        before, left = self._session.mode, self._session.actor
        self._change(lambda: self._session.take_over(actor))
        message = TAKES_OVER if self._session.mode is before else TAKES_OVER_OTHERWISE[self._session.mode]
        deed = Deed(message, {"name": actor.label})
        self._tell(OutcomeReached(Outcome(word=Word.DONE, code="", deed=deed), self._view()))
        if left.name != actor.name:
            self._sign_out(left)
        # Whoever takes over sees the account that they may see.
        self.look_again()

    def _obey(self, scan: Scan | None, command: Callable[[DeskSession], Outcome | None]) -> None:
        again = None if scan is None else self._session.read_twice(scan)
        if again is not None:
            self._tell(OutcomeReached(again, None))
            return
        patron, mode = self._session.patron, self._session.mode
        outcome = command(self._session)
        if scan is not None:
            self._session.remember(scan)
        if self._session.patron is not patron or self._session.mode is not mode:
            self._change(_nothing)
            self.look_again()
        if outcome is not None:
            self._reach(lambda: outcome)

    def _read_again(self) -> None:
        if self._session.patron is None:
            return
        try:
            self._session.refresh()
            self._account = self._session.account()
        except (Refusal, DatabaseTrouble):
            # What is shown stays until the next look; the acts themselves say what is wrong with the database.
            return
        self._tell(DeskChanged(self._view()))

    def _view(self) -> DeskView:
        self._told_batch = self._session.batch
        return DeskView(self._session.mode, self._session.patron, self._account, self._told_batch)

    def _date_back(self, on: date | None, asker: Asker | None) -> None:
        try:
            self._session.date_back(on)
        except Refusal as refusal:
            self._tell(OutcomeReached(Outcome(word=Word.REFUSED, code="", reasons=refusal.reasons), None, asker=asker))
            return
        except DatabaseTrouble as trouble:
            self._tell(OutcomeReached(Outcome(word=Word.NOT_DONE, code="", trouble=trouble), None, asker=asker))
            return
        self._tell(OutcomeReached(Outcome(word=Word.DONE, code=""), self._view(), asker=asker))

    def _look_at_batch(self) -> None:
        """A batch ends by itself, and what shows it must not go on showing it."""
        if self._told_batch is not None and self._session.batch is None:
            self._tell(DeskChanged(self._view()))


def _nothing() -> None:
    """It is done already; what is left is to tell."""


def _gone_after(seconds: int) -> Deed:
    minutes, rest = divmod(seconds, 60)
    if rest:
        return Deed(mark("The patron was let go: no scan and no key for {n} s."), {"n": seconds})
    return Deed(mark("The patron was let go: no scan and no key for {n} min."), {"n": minutes})


def _require(by: Actor, outcome: Outcome) -> None:
    """Refuse at once where the badge may not allow all of it, so that the dialog can say so."""
    needed = {reason.override for reason in outcome.reasons if reason.override is not None}
    lacking = sorted(needed - by.permissions)
    if lacking:
        raise Refusal([Reason("override.not_enough", {"permission": " ".join(lacking)})])
