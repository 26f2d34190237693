"""Slips and receipts at the desk: printed by themselves where the library wants that, and shown by a key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

import msgspec
from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from libops.circulation.outcomes import Outcome, Word
from libops.i18n import mark
from libops.money.charges import PaymentAnswer, RefundAnswer, SettledAnswer
from libops.money.deposits import DepositAnswer
from libops.refusals import Refusal
from libops.slips import loan_slips, parcel_slips, payment_receipts, slips
from libops.slips.facts import Facts
from libops.slips.printing import Changed, Ended, Printer, PrintJob
from libops.slips.slips import Slip
from libops.troubles import DatabaseTrouble
from libops.work import Look
from screens.attempts import attempt
from screens.columns import plain
from screens.complaints import complaint
from screens.dialogs import Dialog
from screens.forms.files import SaveText
from screens.forms.form import Reply
from screens.keymap import CLOSE, COPY_TEXT, PAGER, PRINT, SAVE_TEXT, SPEAK, TEXT, KeyAction, bindings
from screens.messages import SlipFailed
from screens.shift import Shift
from screens.spoken import Spoken
from screens.voice import Voice

Wanted = Callable[[Look], Facts | None]
"""Reads what a slip shows; never on the screen's own thread."""


class Paper(msgspec.Struct, frozen=True):
    """How slips are printed at this desk: columns of the paper, the kinds that are printed unasked, and the printer.

    ``printer`` makes it, not yet started, telling it whom to call; None: there is none.
    """

    columns: int = 42
    automatic: frozenset[str] = frozenset()
    printer: Callable[[Changed, Ended], Printer | None] | None = None


NO_PAPER = Paper()
"""Slips are shown on screen only."""


_PATIENCE = 5.0
"""Seconds that a program which is to end waits for its last slip: as long as a printer may take for one."""

_RECEIPTED = (PaymentAnswer, SettledAnswer, RefundAnswer, DepositAnswer)


def wanted_after(outcome: Outcome) -> Wanted | None:
    """The slip that goes with what was just done; None where there is none."""
    returned, answer = outcome.returned, outcome.answer
    if returned is not None and outcome.word is not Word.SHELVE:
        return lambda look: parcel_slips.slip_after(look, returned)
    if outcome.word is Word.DONE and isinstance(answer, _RECEIPTED) and answer.patron_number:
        number, receipt = answer.patron_number, answer.receipt
        return lambda look: payment_receipts.payment_receipt(look, patron_number=number, receipt=receipt)
    return None


def wanted_now(shift: Shift) -> Wanted | None:
    """What the key for slips shows: that of the newest outcome, or what was lent in this visit, or is on loan."""
    newest = shift.visit.newest
    after = wanted_after(newest) if isinstance(newest, Outcome) else None
    if after is not None:
        return after
    lent = shift.visit.lent()
    if lent:
        return lambda look: loan_slips.loans_slip(look, lent)
    patron = shift.view.patron
    if patron is None:
        return None
    number = patron.number
    return lambda look: loan_slips.account_slip(look, number)


def _lent(loan_ids: Sequence[int], look: Look) -> Facts | None:
    return loan_slips.loans_slip(look, loan_ids)


def last_receipt(number: str) -> Wanted:
    """The receipt of a patron's last payment; none where nothing was ever paid."""

    def wanted(look: Look) -> Facts | None:
        try:
            return payment_receipts.payment_receipt(look, patron_number=number)
        except Refusal as refusal:
            if any(reason.code != "slip.no_receipt" for reason in refusal.reasons):
                raise
            return None

    return wanted


class Slips:
    """Makes slips on threads of their own, and hands them to the printer."""

    def __init__(self, screen: Screen[None], shift: Shift, paper: Paper, printer: Printer | None) -> None:
        self._screen, self._shift = screen, shift
        self.paper, self.printer = paper, printer
        self._ended = threading.Condition()
        self._under_way = 0

    def after(self, outcome: Outcome) -> None:
        """Print what the library wants printed with this, unless it was only looked at again."""
        wanted = wanted_after(outcome)
        if wanted is not None and outcome.word is not Word.ALREADY and not outcome.double_read:
            self._print_unasked(wanted)

    def visit_ends(self, loan_ids: Sequence[int]) -> None:
        """The patron goes: print what was lent, where the library wants that."""
        if loan_ids:
            self._print_unasked(partial(_lent, loan_ids))

    def desk_is_left(self, loan_ids: Sequence[int], then: Callable[[], object], *, for_good: bool) -> None:
        """Whoever served the patron goes: the same, and only ``then`` what leads away.

        ``for_good``: the program ends, and with it the printer; so the slip has to be on paper before, or have failed.
        """
        if loan_ids and self._prints_unasked:
            wanted = partial(_lent, loan_ids)
            job = partial(self._print_and_go, wanted, then, for_good=for_good)
            # The desk's own workers end with it.
            app = self._screen.app
            app.run_worker(job, thread=True, name="last slip", group="slips", exit_on_error=False)
        else:
            then()

    def _print_and_go(self, wanted: Wanted, then: Callable[[], object], *, for_good: bool) -> None:
        app = self._screen.app
        try:
            self._make_and_print(wanted)
            if for_good:
                with self._ended:
                    _ = self._ended.wait_for(lambda: self._under_way <= 0, _PATIENCE)
        finally:
            _ = app.call_later(then)

    def print(self, job: PrintJob) -> None:
        """Hand a slip to the printer."""
        if self.printer is not None:
            with self._ended:
                self._under_way += 1
            self.printer.print(job)

    def ended(self) -> None:
        """A slip came out, or did not; safe to call from the printer's own thread."""
        with self._ended:
            self._under_way -= 1
            self._ended.notify_all()

    @property
    def _prints_unasked(self) -> bool:
        return self.printer is not None and bool(self.paper.automatic)

    def _print_unasked(self, wanted: Wanted) -> None:
        if not self._prints_unasked:
            return
        self._screen.run_worker(
            partial(self._make_and_print, wanted), thread=True, name="slip", group="slips", exit_on_error=False
        )

    def _make_and_print(self, wanted: Wanted) -> None:
        try:
            with self._shift.look() as look:
                facts = wanted(look)
                slip = None if facts is None or facts.kind not in self.paper.automatic else slips.make(look, facts)
        except Refusal:
            # What it was about is over by now: there is nothing to print.
            return
        except DatabaseTrouble:
            self._screen.post_message(SlipFailed(None))
            return
        if slip is not None:
            self.print(slip.job(self.paper.columns))


class SlipMade(Message):
    """A slip was made, or could not be."""

    def __init__(self, slip: Slip | None, error: Exception | None = None) -> None:
        super().__init__()
        self.slip, self.error = slip, error


class SlipPanel(Dialog[None]):
    """A slip as it comes out of the printer."""

    HEADING = mark("Slip")
    KEYS = (PRINT, SAVE_TEXT, COPY_TEXT, PAGER, CLOSE)
    BINDINGS: ClassVar[list[BindingType]] = bindings((PRINT, SAVE_TEXT, COPY_TEXT, PAGER, CLOSE, SPEAK, *TEXT))

    def __init__(self, shift: Shift, made_by: Slips, wanted: Wanted) -> None:
        super().__init__(shift.voice)
        self._shift, self._slips, self._wanted = shift, made_by, wanted
        self._slip: Slip | None = None

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(_Sheet(self.voice), id="scroll")
        yield Reply(self.voice)

    def on_mount(self) -> None:
        self.query_one(Reply).display = False
        self._begin()

    def _begin(self) -> None:
        self.run_worker(self._make, thread=True, name="slip", group="slips", exit_on_error=False)

    def database_is_back(self) -> None:
        """A slip that could not be made is made now."""
        if self._slip is None:
            self.query_one(Reply).show()
            self._begin()

    def _make(self) -> None:
        # A template of the library's own may fail in any way; the desk goes on.
        self.post_message(SlipMade(*attempt(self._filled, "slip")))

    def _filled(self) -> Slip | None:
        with self._shift.look() as look:
            facts = self._wanted(look)
            return None if facts is None else slips.make(look, facts)

    @on(SlipMade)
    def _made(self, event: SlipMade) -> None:
        event.stop()
        self._slip = event.slip
        if event.slip is not None:
            sheet = self.query_one(_Sheet)
            sheet.slip = event.slip.text(self._slips.paper.columns)
            sheet.speak()
        elif event.error is not None:
            told = complaint(event.error, self.voice)
            self.query_one(Reply).show(told.why, told.remedy)
        else:
            self.query_one(Reply).show(self.voice.say("No slip goes with this."))
        self.refresh_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        now = {
            "print": self._slip is not None and self._slips.printer is not None,
            "save_text": self._slip is not None,
            "take_along": self._slip is not None,
            "read_in_pager": self._slip is not None,
        }
        return now.get(action, True)

    def keys(self) -> list[tuple[KeyAction, str]]:
        return [(one, self.voice.say(one.label)) for one in self.KEYS if self.check_action(one.action, ())]

    def action_print(self) -> None:
        if self._slip is not None:
            self._slips.print(self._slip.job(self._slips.paper.columns))
            _ = self.dismiss(None)

    def action_save_text(self) -> None:
        if self._slip is None:
            return
        now = self._shift.library.clock().astimezone(self._shift.place.zone)
        path = f"~/{self._slip.kind}-{now:%Y%m%d-%H%M%S}.txt"
        text = self._slip.text(self._slips.paper.columns)
        _ = self.app.push_screen(SaveText(self._shift, text, path, self._saved))

    def _saved(self, file: Path) -> None:
        self.query_one(Reply).show(self.voice.say("Saved as {file}.", file=plain(str(file))))


class _Sheet(Spoken):
    """The text of the slip, on a sheet as wide as its paper."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, id="sheet")
        self.slip = ""

    def text(self) -> Text:
        return Text(self.slip, no_wrap=True)
