"""A session at a desk: scans in, outcomes out. The console, the demonstration and the tests all hold one of these.

The session keeps what a librarian keeps in mind: whether books go out or come back, and who stands at the desk. It
makes a request key for each scan it accepts, so that a scan tried again after a failure acts once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import date, datetime, timedelta

import msgspec

from db.circulation import Credential
from db.troubles import DatabaseTrouble
from libops.catalogue import items
from libops.circulation import loans, returns
from libops.circulation.after_loss import stays_after
from libops.circulation.dated_back import require_day
from libops.circulation.errands import Errand, new_key
from libops.circulation.holders import holder_after
from libops.circulation.outcomes import NEEDED, Mode, Outcome, Wish, Word
from libops.circulation.returns import ReturnAnswer
from libops.codes import LONGEST, CodeKind
from libops.library import Library
from libops.people import accounts, patrons
from libops.people.accounts import Account
from libops.people.patrons import PatronView
from libops.permissions import Permission
from libops.refusals import Reason, Refusal, refuse
from libops.scans import Garbled, GarbledReason, Scan
from libops.work import Actor, Answer, Place, Work

DOUBLE_READ_SECONDS = 1.0
"""A reader that reports the same symbol twice within this time has read it twice."""

BATCH_REST = timedelta(minutes=10)
"""A batch of returns that are dated back ends by itself when nothing was scanned for so long."""


class DeskSession:
    """One desk with a member of staff at it. Not shared between threads: scans are taken one after the other."""

    def __init__(self, library: Library, *, actor: Actor, place: Place, mode: Mode = Mode.LEND) -> None:
        self.library = library
        self.actor = actor
        self.place = place
        self.mode = mode
        self.patron: PatronView | None = None
        self._unread = ""
        self._batch: date | None = None
        self._batch_used: datetime | None = None
        self._last: Scan | None = None
        self._last_title = ""

    def hear(self, heard: Scan | Garbled, mode: Mode | None = None) -> Outcome:
        """Take what a reader heard: a double read is ignored and told, anything else is acted upon.

        ``mode`` is the way in which books go where it was scanned, where that is not the desk's own.
        """
        if isinstance(heard, Garbled):
            code = "code.too_long" if heard.reason is GarbledReason.TOO_LONG else "code.unreadable"
            return Outcome(word=Word.UNKNOWN, code="", reasons=(Reason(code, {"length": heard.length}),))
        again = self.read_twice(heard)
        if again is not None:
            return again
        self.remember(heard)
        outcome = self.take(heard.code, mode=mode)
        self._last_title = outcome.title
        return outcome

    def read_twice(self, heard: Scan) -> Outcome | None:
        """That the reader has read the last symbol once more; None where this is a scan of its own."""
        last = self._last
        if (
            last is None
            or (last.code, last.device) != (heard.code, heard.device)
            or heard.at - last.at >= DOUBLE_READ_SECONDS
        ):
            return None
        self._last = heard
        return Outcome(word=Word.ALREADY, code=heard.code, title=self._last_title, double_read=True)

    def remember(self, heard: Scan, title: str = "") -> None:
        """Note what was read last, and of what title it was."""
        self._last, self._last_title = heard, title

    def take(self, code: str, credential: Credential = Credential.CARD, mode: Mode | None = None) -> Outcome:
        """Act upon a code: a patron's card opens that patron, an item goes out or comes back."""
        patterns = self.library.patterns
        wish = self._wish(patterns.bare(code.strip()), credential, mode or self.mode)
        fault = patterns.fault(wish.code)
        return self._unknown(wish, fault) if fault is not None else self._guarded(wish, self._act)

    def take_typed(self, code: str, mode: Mode | None = None) -> Outcome:
        """Act upon a code that somebody typed; capitals may be typed small where only the capitals mean something."""
        kinds, code = self.library.patterns.kinds, code.strip()
        if code.isascii() and not kinds(code) and kinds(code.upper()):
            code = code.upper()
        return self.take(code, Credential.TYPED, mode)

    def choose(self, outcome: Outcome, kind: CodeKind) -> Outcome:
        """Answer a ``WHICH``: the code meant this kind."""
        wish = _wish_of(outcome)
        return self._guarded(wish, self._take_patron if kind is CodeKind.PATRON else self._take_item)

    def retry(self, outcome: Outcome) -> Outcome:
        """Try again what a failing database left undone: under the same key, so that it acts once."""
        return self._guarded(_wish_of(outcome), self._act) if outcome.errand is None else self.do(outcome.errand)

    def do(self, errand: Errand) -> Outcome:
        """Do what somebody asked for by a key."""
        try:
            by = errand.asked_by or self.actor
            with self.library.work(actor=by, place=self.place, credential=Credential.TYPED, key=errand.key) as work:
                answer: Answer = errand.act(work)
        except Refusal as refusal:
            return Outcome(word=Word.REFUSED, code="", title=errand.about, errand=errand, reasons=refusal.reasons)
        except DatabaseTrouble as trouble:
            # Whether it was done is not known: it is tried again in the same name, so that it counts as the same.
            asked = msgspec.structs.replace(errand, asked_by=by)
            return Outcome(word=Word.NOT_DONE, code="", title=errand.about, errand=asked, trouble=trouble)
        with suppress(DatabaseTrouble):
            self.refresh()
        deed = errand.tell(answer)
        word = Word.REFUSED if deed.nothing else Word.DONE
        told = Outcome(word=word, code="", title=errand.about, errand=errand, deed=deed, answer=answer)
        if not isinstance(answer, ReturnAnswer):
            return told
        return msgspec.structs.replace(told, stays=stays_after(self.library, answer, self.actor, self.place))

    def allow(self, outcome: Outcome, by: Actor) -> Outcome:
        """Do all the same what was refused, allowed by somebody whose permissions cover every reason."""
        if outcome.errand is not None and outcome.errand.allowed is not None:
            return self.do(outcome.errand.allowed(by))
        wish = msgspec.structs.replace(_wish_of(outcome), key=new_key(), allowed_by=by, asked_by=self.actor)
        return self._guarded(wish, self._lend)

    def done(self) -> None:
        """Let the patron go."""
        self.patron, self._unread = None, ""
        self._last = None

    def turn(self, mode: Mode) -> None:
        """Change between lending and returns; the patron is let go, so that no return is mistaken for theirs."""
        self.mode = mode
        self._batch = None
        self.done()

    def may(self, mode: Mode) -> bool:
        """Whether whoever is at work here may have books go this way."""
        return NEEDED[mode] in self.actor.permissions

    def take_over(self, actor: Actor) -> None:
        """Go on in another's name. The patron stays, where the one who takes over may lend; otherwise books come back.

        What was asked for before stays asked for by whoever did.
        """
        self.actor = actor
        other = Mode.RETURN if self.mode is Mode.LEND else Mode.LEND
        if not self.may(self.mode) and self.may(other):
            self.turn(other)
        if Permission.SEE_PATRONS not in actor.permissions:
            self.patron, self._unread = None, ""
        if Permission.BACKDATE not in actor.permissions:
            self._batch = None

    @property
    def batch(self) -> date | None:
        """The day to which returns are dated back now; None when they count from the moment they come in."""
        if self._batch is not None and self._batch_used is not None:
            rested = self.library.clock() - self._batch_used
            if rested > BATCH_REST:
                self._batch = None
        return self._batch

    def date_back(self, on: date | None) -> None:
        """Date the returns of one batch back to a day, as for a book drop; None ends the batch.

        It also ends by itself: with a change to lending, and when nothing was scanned for ten minutes. Refuses as
        check-in does, so that a wrong day is told before the first book.
        """
        if on is not None:
            with self.library.look(actor=self.actor, place=self.place) as look:
                require_day(look, on)
        self._batch, self._batch_used = on, self.library.clock()

    def account(self) -> Account | None:
        """The whole account of the patron at the desk; None where nobody stands there."""
        if self.patron is None:
            return None
        with self.library.look(actor=self.actor, place=self.place) as look:
            return accounts.show(look, self.patron.number)

    def refresh(self) -> PatronView | None:
        """Read the patron at the desk again, after this or another desk changed something."""
        if self.patron is not None:
            with self.library.look(actor=self.actor, place=self.place) as look:
                self.patron = patrons.find(look, self.patron.number)
        return self.patron

    def _wish(self, code: str, credential: Credential, mode: Mode) -> Wish:
        if mode is Mode.RETURN:
            on = self.batch
            self._batch_used = self.library.clock()
            return Wish(new_key(), code, mode, None, credential, on=on, asked_by=self.actor)
        if self.patron is None:
            return Wish(new_key(), code, mode, self._unread or None, credential, asked_by=self.actor)
        number, name = self.patron.number, self.patron.name
        return Wish(new_key(), code, mode, number, credential, patron_name=name, asked_by=self.actor)

    def _guarded(self, wish: Wish, perform: Callable[[Wish], Outcome]) -> Outcome:
        try:
            return perform(wish)
        except DatabaseTrouble as trouble:
            return Outcome(word=Word.NOT_DONE, code=wish.code, wish=wish, trouble=trouble)

    def _act(self, wish: Wish) -> Outcome:
        patterns = self.library.patterns
        kinds = patterns.kinds(wish.code)
        if {CodeKind.PATRON, CodeKind.ITEM} <= kinds:
            return self._take_either(wish)
        if CodeKind.PATRON in kinds:
            return self._take_patron(wish)
        if CodeKind.ITEM in kinds:
            return self._take_item(wish)
        return self._unknown(wish, patterns.why_neither(wish.code))

    def _take_either(self, wish: Wish) -> Outcome:
        with self.library.look(actor=self.actor, place=self.place) as look:
            item = items.find(look, wish.code)
            # Who may not see patrons can do nothing with a card either: then the code can only mean the item.
            patron = patrons.find(look, wish.code) if Permission.SEE_PATRONS in self.actor.permissions else None
        if patron is not None and item is not None:
            return Outcome(
                word=Word.WHICH,
                code=wish.code,
                wish=wish,
                title=item.title,
                patron=patron,
                reasons=(Reason("code.ambiguous", {"code": wish.code}),),
            )
        if patron is not None:
            return self._take_patron(wish)
        if item is not None:
            return self._take_item(wish)
        return self._unknown(wish, Reason("code.unknown", {"code": wish.code}))

    def _take_patron(self, wish: Wish) -> Outcome:
        if wish.mode is Mode.RETURN:
            return self._refused(wish, Refusal([Reason("scan.card_in_returns")]))
        # Another card is another person: were it unknown or unreadable, books must not go to the one before.
        self.patron, self._unread = None, ""
        try:
            patron = self._read_card(wish.code)
        except Refusal as refusal:
            return self._refused(wish, refusal)
        return Outcome(word=Word.PATRON, code=wish.code, title=patron.name, wish=wish, patron=patron)

    def _read_card(self, number: str) -> PatronView:
        """Have this patron stand at the desk. While the database is gone, books are noted for whoever has the card."""
        try:
            with self.library.look(actor=self.actor, place=self.place) as look:
                patron = patrons.show(look, number)
        except DatabaseTrouble:
            self._unread = number
            raise
        self.patron, self._unread = patron, ""
        return patron

    def _take_item(self, wish: Wish) -> Outcome:
        if wish.mode is Mode.RETURN:
            return self._return(wish)
        if wish.patron_number is None:
            return self._refused(wish, refuse("scan.no_patron"))
        if self.patron is None and wish.patron_number == self._unread:
            # Nothing is lent before it is known whose card that was.
            self._unread = ""
            try:
                _ = self._read_card(wish.patron_number)
            except Refusal as refusal:
                return self._refused(wish, refusal)
        return self._lend(wish)

    def _lend(self, wish: Wish) -> Outcome:
        try:
            with self._work(wish) as work:
                answer = loans.check_out(
                    work,
                    patron_number=wish.patron_number or "",
                    barcode=wish.code,
                    override_by=wish.allowed_by,
                )
        except Refusal as refusal:
            return self._refused(wish, refusal)
        self._reread(wish)
        return Outcome(word=Word(answer.outcome), code=wish.code, title=answer.title, wish=wish, loan=answer)

    def _return(self, wish: Wish) -> Outcome:
        try:
            with self._work(wish) as work:
                answer = returns.check_in(work, barcode=wish.code, on=wish.on)
        except Refusal as refusal:
            return self._refused(wish, refusal)
        word = Word(answer.outcome) if answer.changed else Word.ALREADY
        held_for = holder_after(self.library, answer, self.actor, self.place)
        stays = stays_after(self.library, answer, self.actor, self.place)
        told = Outcome(word=word, code=wish.code, title=answer.title, wish=wish, returned=answer, holder=held_for)
        return msgspec.structs.replace(told, stays=stays)

    def _work(self, wish: Wish) -> AbstractContextManager[Work]:
        by = wish.asked_by or self.actor
        return self.library.work(actor=by, place=self.place, credential=wish.credential, key=wish.key)

    def _reread(self, wish: Wish) -> None:
        # A scan that is tried again may belong to a patron who has left; the desk shows whoever stands there now.
        if self.patron is None or self.patron.number != wish.patron_number:
            return
        # What was lent is lent, whether or not the panel beside it can be brought up to date.
        with suppress(DatabaseTrouble):
            self.refresh()

    def _refused(self, wish: Wish, refusal: Refusal) -> Outcome:
        unknown = {"item.unknown", "patron.unknown", "code.unknown"}
        if any(reason.code in unknown for reason in refusal.reasons):
            return self._unknown(wish, *refusal.reasons)
        return Outcome(word=Word.REFUSED, code=wish.code, title=self._title(wish), wish=wish, reasons=refusal.reasons)

    def _unknown(self, wish: Wish, *reasons: Reason) -> Outcome:
        return Outcome(word=Word.UNKNOWN, code=wish.code[:LONGEST], wish=wish, reasons=reasons)

    def _title(self, wish: Wish) -> str:
        """What was in the hand when it was refused, as far as it is known."""
        item = None
        with suppress(DatabaseTrouble), self.library.look(actor=self.actor, place=self.place) as look:
            item = items.find(look, wish.code)
        return "" if item is None else item.title


def _wish_of(outcome: Outcome) -> Wish:
    if outcome.wish is None:
        raise ValueError("this outcome asked for nothing")
    return outcome.wish
