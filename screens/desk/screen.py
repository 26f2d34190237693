"""The desk: scans go to the clerk, outcomes come back, and what is shown follows from both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

import msgspec
from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import get_current_worker

from libops.circulation.desk import DeskSession
from libops.circulation.desk_words import calls_for_attention
from libops.circulation.outcomes import NEEDED, Mode, Outcome, Word
from libops.i18n import mark
from libops.slips.printing import Printer
from screens.account.column import AccountColumn
from screens.behind import show_behind
from screens.desk.by_isbn import ByIsbn
from screens.desk.card_reader import CardReader
from screens.desk.doors import Doors
from screens.desk.following import Following
from screens.desk.header import MODES, Header
from screens.desk.hints import key_hints, overridable, unknown_code
from screens.desk.in_hand import InHand
from screens.desk.newest import Newest
from screens.desk.panels import Help
from screens.desk.patron_panel import PatronPanel
from screens.desk.patron_time import PatronTime
from screens.desk.questions import Questions
from screens.desk.session_list import SessionList
from screens.desk.undoing import ask_to_undo
from screens.devices_here import DevicesHere
from screens.forms.batch import choose_batch
from screens.idleness import Idleness
from screens.keymap import DESK, SLIP, TOUR, TURN, KeyAction, bindings
from screens.messages import (
    AllowanceRefused,
    CodeTyped,
    CommandReached,
    DatabaseStands,
    DeskChanged,
    Happened,
    OutcomeReached,
    ScanHeard,
    SlipFailed,
    TitlesKnown,
    WaitingChanged,
)
from screens.shift import Shift
from screens.slips import NO_PAPER, Paper, Slips, wanted_now
from screens.standing import stands
from screens.typed import is_words
from screens.voice import Voice
from screens.workplace import Follows, Workplace

_TO_LENDING = msgspec.structs.replace(TURN, label=mark("lending"))
_A_MOMENT = 0.5
"""Seconds that an answer may take before the one shown is taken for it."""

_ABOUT_CODES = (
    mark("A code may be scanned at any time, also while a question is open: it never answers one."),
    mark("A code may also be typed; Enter ends it. Words are looked for in the catalogue."),
)


class Desk(Workplace):
    """One desk with somebody signed in. ``answered`` is told every outcome once it is on screen."""

    KEYS = DESK
    BINDINGS: ClassVar[list[BindingType]] = bindings((*DESK, *TOUR))

    def __init__(
        self,
        voice: Voice,
        session: DeskSession,
        devices: DevicesHere,
        answered: Callable[[Outcome], None] | None = None,
        paper: Paper = NO_PAPER,
        idleness: Idleness | None = None,
    ) -> None:
        super().__init__(Shift(voice, session, devices, self.post_message))
        self._idleness = idleness or Idleness()
        self.patron_time = PatronTime(self, self._idleness)
        self._slips = Slips(self, self.shift, paper, None)
        self.shift.slip_columns = paper.columns
        self._answered = answered
        self._following = Following(self, self.shift)
        self._patience: Timer | None = None
        self._account_of = ""

    def floor(self) -> Iterable[Widget]:
        with Horizontal(id="floor"):
            with Vertical(id="visit"):
                yield PatronPanel(self.voice, sample=self.shift.sample)
                yield InHand(self.voice, self.shift.visit)
                yield SessionList(self.voice, self.shift.visit)
                yield Newest(self.voice, self.shift.visit)
            yield AccountColumn(self.voice, self.shift.place)
        if self.shift.tour:
            from screens.tour import Tour

            yield Tour(self.shift)

    def begin(self) -> None:
        super().begin()
        self._questions = Questions(self.app, self.shift)
        self.shift.ask_to_allow = self._questions.allow
        self.shift.show_item = self._show_item
        self.shift.explain = self._explain
        Doors(self.app, self.shift, self._slips)
        self._card, self._by_isbn = CardReader(self), ByIsbn(self)
        self._begin("clerk", "desk", self._following.work)
        self._begin("journal", "live", self._following.follow)
        self.follow()

    def _begin(self, name: str, group: str, work: Callable[[Callable[[], bool]], None]) -> None:
        self.run_worker(lambda: work(_asked_to_end()), thread=True, name=name, group=group, exit_on_error=False)

    def take_in(self, message: ScanHeard | CodeTyped) -> None:
        if isinstance(message, CodeTyped) and is_words(message.code, self.shift.library.patterns):
            self.shift.search(message.code.strip())
        else:
            super().take_in(message)

    # --- what comes of scans and wishes ---------------------------------------------------------------------------

    @on(OutcomeReached)
    def _outcome_reached(self, event: OutcomeReached) -> None:
        event.stop()
        result = event.result
        self.shift.view = event.view or self.shift.view
        self._following.answered(result)
        self._be_patient()
        if event.asker is not None and event.asker.is_attached:
            event.asker.answered(result)
            if not isinstance(result, Outcome) or result.word is not Word.DONE or result.deed is None:
                self._show()
                return
        else:
            show_behind(self.app.screen, self.shift, result)
        if isinstance(result, Outcome) and result.word is Word.PATRON:
            # Whoever waited for a slow database has their time from now on.
            self._idleness.stir()
            self.patron_time.begin_anew()
            self._slips.visit_ends(self.shift.visit.lent())
        self.shift.visit.add(result, event.line)
        self._show()
        self._by_isbn.after(result)
        if not isinstance(result, Outcome) or calls_for_attention(result):
            self.shift.attention.call()
        if not isinstance(result, Outcome):
            return
        if result.word is Word.WHICH:
            self._questions.which(result)
        if result.word is Word.PATRON and result.code == self._account_of:
            self.shift.when_open(self.action_account)
        self._account_of = ""
        self._slips.after(result)
        if self._answered is not None:
            self._answered(result)

    @on(DeskChanged)
    def _desk_changed(self, event: DeskChanged) -> None:
        event.stop()
        view = self.shift.view
        if event.view == view:
            # It was read again because of what this desk itself has done, and drawing it would hold up the next answer.
            return
        gone = view.patron is not None and event.view.patron is None
        if gone or event.view.mode is not view.mode:
            self.patron_time.begin_anew()
            self._slips.visit_ends(self.shift.visit.lent())
            self.shift.visit.begin_anew()
        self.shift.view = event.view
        self._show()

    @on(WaitingChanged)
    def _waiting_changed(self, event: WaitingChanged) -> None:
        event.stop()
        if not event.count:
            self._be_patient(again=False)
            self._show_newest()
        elif self._patience is None:
            self._be_patient()
        self._show_waiting()

    @on(CommandReached)
    def _command_reached(self, event: CommandReached) -> None:
        event.stop()
        self._card.reached(event.word)

    @on(TitlesKnown)
    def _titles_known(self, event: TitlesKnown) -> None:
        event.stop()
        self._by_isbn.known(event)

    @on(AllowanceRefused)
    def _allowance_refused(self, event: AllowanceRefused) -> None:
        event.stop()
        self._questions.allowance_refused(event.error)

    @on(Happened)
    def _happened(self, event: Happened) -> None:
        event.stop()
        self._following.happened(event)

    @on(DatabaseStands)
    def _database_stands(self, event: DatabaseStands) -> None:
        # The app says so on every screen, and has them read.
        self._following.database_stands(event)

    def look_away(self) -> None:
        """Whoever is here now may see no patrons: what was done ends as a visit, and shows nobody any more."""
        self._slips.visit_ends(self.shift.visit.lent())
        self.shift.visit.begin_anew()
        self.shift.view = msgspec.structs.replace(self.shift.view, patron=None, account=None)

    def slip_ended(self) -> None:
        """A slip came out, or did not; safe to call from the printer's own thread."""
        self._slips.ended()

    def _be_patient(self, *, again: bool = True) -> None:
        """What is shown is right; if another answer takes longer than a moment, it no longer is."""
        if self._patience is not None:
            self._patience.stop()
        self.shift.awaiting = False
        self._patience = self.set_timer(_A_MOMENT, self._look_at_waiting) if again else None

    def _look_at_waiting(self) -> None:
        self.shift.awaiting = self.shift.clerk.waiting > 0
        self._show_newest()
        self._show_waiting()

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        shift, view = self.shift, self.shift.view
        now = {
            "turn": NEEDED[_other(view.mode)] in shift.actor.permissions,
            "account": view.patron is not None,
            "done": view.patron is not None or bool(shift.visit.lines) or shift.clerk.waiting > 0,
            "allow": overridable(self.shift) is not None,
            "batch": view.mode is Mode.RETURN,
            "item": bool(self.shift.visit.newest_barcode),
            "explain": bool(self.shift.visit.newest_barcode),
            "undo": shift.place.desk_id is not None,
            "tour": shift.tour,
            "take_along": shift.visit.newest is not None and not shift.awaiting,
        }
        return super().check_action(action, parameters) if now.get(action, True) else False

    def offered(self) -> list[KeyAction]:
        # Where there is no slip its key says so; it need not be shown.
        return [one for one in super().offered() if one is not SLIP or wanted_now(self.shift) is not None]

    def label(self, one: KeyAction) -> str:
        return super().label(self._as_now(one))

    def _as_now(self, one: KeyAction) -> KeyAction:
        """The key that turns leads to lending from returns."""
        return _TO_LENDING if one is TURN and self.shift.view.mode is Mode.RETURN else one

    def action_help(self) -> None:
        keys = (*DESK, *TOUR) if self.shift.tour else DESK
        _ = self.app.push_screen(Help(self.voice, [self._as_now(one) for one in keys], _ABOUT_CODES))

    def action_tour(self, does: str) -> None:
        from screens.tour import Tour

        self.query_one(Tour).go_on(end=does == "end")

    def action_turn(self) -> None:
        self.shift.clerk.turn(_other(self.shift.view.mode))

    def action_allow(self) -> None:
        outcome, patron = overridable(self.shift), self.shift.view.patron
        if outcome is not None and patron is not None:
            self._questions.allow(outcome, patron.name)

    def open_patron(self, number: str, *, account: bool = False) -> None:
        """Have a patron stand at the desk as if the card had been scanned; then show the account, if asked for."""
        if self.shift.view.mode is Mode.RETURN:
            self.shift.clerk.turn(Mode.LEND)
        self._account_of = number if account else ""
        self.shift.clerk.take_typed(number, Mode.LEND)

    # What opens by a key is loaded when it first opens: a console has to stand ready soon after it is called.

    def action_account(self) -> None:
        from screens.account.panel import AccountPanel

        if self.shift.view.patron is not None:
            _ = self.app.push_screen(AccountPanel(self.shift))

    def use_printer(self, printer: Printer | None) -> None:
        """Print on this one from now on."""
        self._slips.printer = printer

    @on(SlipFailed)
    def _slip_failed(self, event: SlipFailed) -> None:
        event.stop()
        # Why it was not printed, the printer's own state says beside the scan line.
        self.shift.slip_failed = True
        self._show_waiting()

    def action_slip(self) -> None:
        self.shift.show_slip(wanted_now(self.shift))

    def action_batch(self) -> None:
        choose_batch(self.app, self.shift)

    def action_search(self) -> None:
        """Search; what nobody knows, and stands there as the newest, is looked for at once."""
        self.shift.search(unknown_code(self.shift))

    def shown_text(self) -> str:
        """The newest outcome, whole: the word, what it is about and its code, the fact, and what can be done."""
        newest = self.shift.visit.newest
        if newest is None:
            return ""
        told = self.shift.visit.said(newest, self.voice, self.shift.today)
        code = newest.code if isinstance(newest, Outcome) and newest.code not in told.title else ""
        head = "  ".join(part for part in (told.word, told.title, code) if part)
        return "\n".join(line for line in (head, told.fact, told.remedy) if line)

    def action_undo(self) -> None:
        ask_to_undo(self.app, self.shift, self)

    def action_item(self) -> None:
        self._show_item(self.shift.visit.newest_barcode)

    def _show_item(self, barcode: str) -> None:
        from screens.item_card import ItemCard

        if barcode:
            _ = self.app.push_screen(ItemCard(self.shift, barcode))

    def action_explain(self) -> None:
        self._explain(self.shift.visit.newest_barcode)

    def _explain(self, barcode: str) -> None:
        """Which rules decide about an item for the patron at the desk."""
        from screens.explaining import ExplainForm

        _ = self.app.push_screen(ExplainForm(self.shift, barcode))

    def action_done(self) -> None:
        self.shift.clerk.done()

    def action_list_up(self) -> None:
        self.query_one(SessionList).scroll_page_up(animate=False)

    def action_list_down(self) -> None:
        self.query_one(SessionList).scroll_page_down(animate=False)

    # --- what is shown --------------------------------------------------------------------------------------------

    def speak(self) -> None:
        """The language has changed: what is put together here is put together anew."""
        self._show()

    def _show(self) -> None:
        for screen in self.app.screen_stack:
            # One that was opened this moment follows when it stands.
            if isinstance(screen, Follows) and stands(screen):
                screen.follow()

    def follow(self) -> None:
        shift, today = self.shift, self.shift.today
        shift.visit.patron_number = None if shift.view.patron is None else shift.view.patron.number
        self._show_time()
        self.set_class(shift.view.mode is Mode.RETURN, "-return")
        self.query_one(Header).show(MODES[shift.view.mode], shift.view.batch, today)
        self.query_one(PatronPanel).show(shift.view.patron, shift.view.account, today)
        self.query_one(SessionList).show(today)
        self.query_one(AccountColumn).show(shift.view.account, today)
        self._show_newest()
        super().follow()

    def _show_newest(self) -> None:
        newest = self.query_one(InHand if self.shift.view.mode is Mode.RETURN else Newest)
        newest.show(key_hints(self.shift), self.shift.today, awaiting=self.shift.awaiting)

    def _show_waiting(self) -> None:
        for screen in self.app.screen_stack:
            if isinstance(screen, Workplace) and stands(screen):
                screen.show_status()


def _other(mode: Mode) -> Mode:
    return Mode.RETURN if mode is Mode.LEND else Mode.LEND


def _asked_to_end() -> Callable[[], bool]:
    """Asks whether the worker that runs this has been cancelled."""
    worker = get_current_worker()
    return lambda: worker.is_cancelled
