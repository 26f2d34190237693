"""The desk: scans go to the clerk, outcomes come back, and what is shown follows from both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import ClassVar

import msgspec
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import get_current_worker

from libops.circulation.desk import DeskSession, Mode, Outcome, Word
from libops.codes import CodeKind
from libops.i18n import mark
from libops.permissions import Permission
from libops.scans import ReaderChanged
from screens.clerk import Clerk
from screens.desk.account import Account
from screens.desk.header import Header, reader_hint
from screens.desk.in_hand import InHand
from screens.desk.newest import Newest
from screens.desk.panels import AccountPanel, Help, Supervisor, Wanted, permissions_for
from screens.desk.patron_panel import PatronPanel
from screens.desk.session_list import SessionList
from screens.desk.visit import Visit
from screens.dialogs import Ask, Which
from screens.fields import BadgeAndPin
from screens.key_bar import KeyBar
from screens.keymap import ALLOW, DESK, RETRY, SPEAK, TURN, KeyAction, bindings
from screens.live import follow_patrons
from screens.messages import (
    AllowanceRefused,
    CodeTyped,
    DeskChanged,
    DeskView,
    OutcomeReached,
    ScanHeard,
    WaitingChanged,
)
from screens.scan_line import ScanLine
from screens.spoken import Phrase, Spoken
from screens.voice import Voice

_A_MOMENT = 0.5
"""Seconds that an answer may take before the one shown is taken for it."""

_NEEDED = {Mode.LEND: Permission.LEND, Mode.RETURN: Permission.RETURN}


class Unfinished(msgspec.Struct, frozen=True):
    """How much at a desk has no outcome that would last: scans that wait, and scans that the database left undone."""

    waiting: int
    undone: int


class Desk(Screen[None]):
    """One desk with somebody signed in. ``answered`` is told every outcome once it is on screen."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DESK)
    AUTO_FOCUS = "#scan-line"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]

    def __init__(
        self,
        voice: Voice,
        session: DeskSession,
        readers: dict[str, ReaderChanged],
        answered: Callable[[Outcome], None] | None = None,
    ) -> None:
        super().__init__()
        self.voice = voice
        self.visit = Visit(session.library.patterns)
        self.view = DeskView(session.mode)
        self._library, self._actor, self._place = session.library, session.actor, session.place
        self._readers = readers
        self._answered = answered
        self._allowing: Wanted | None = None
        self._patience: Timer | None = None
        self._awaiting = False
        self.clerk = Clerk(session, self.post_message)

    def compose(self) -> ComposeResult:
        yield Header(self.voice, self._place, self._readers, self._actor.label)
        with Horizontal(id="floor"):
            with Vertical(id="visit"):
                yield PatronPanel(self.voice)
                yield InHand(self.voice, self.visit)
                yield SessionList(self.voice, self.visit)
                yield Newest(self.voice, self.visit)
            yield Account(self.voice, id="account")
        with Horizontal(id="scan-row"):
            yield Phrase(self.voice, mark("scan ▸"), id="scan-prompt")
            yield ScanLine(self._library.patterns, self._take)
            yield _Status(self.voice)
        yield KeyBar(self.voice, self._keys)

    def on_mount(self) -> None:
        self.run_worker(
            lambda: self.clerk.work(_asked_to_end()), thread=True, name="clerk", group="desk", exit_on_error=False
        )
        self.run_worker(
            lambda: follow_patrons(self._library, self.clerk.look_again, _asked_to_end()),
            thread=True,
            name="journal",
            group="live",
            exit_on_error=False,
        )
        self.set_interval(1, self._tick)
        self._show()

    @property
    def scan_line(self) -> ScanLine:
        """Where codes are typed."""
        return self.query_one(ScanLine)

    @property
    def unfinished(self) -> Unfinished:
        """What would be lost if this desk were left now."""
        return Unfinished(self.clerk.waiting, len(self.visit.undone()))

    @property
    def today(self) -> date:
        """The place's date."""
        return self._library.clock().astimezone(self._place.zone).date()

    def take(self, message: ScanHeard | CodeTyped) -> None:
        """Take what was scanned or typed elsewhere, whatever dialog is open; what is on the scan line comes first."""
        self.scan_line.post_message(message)

    def _take(self, message: ScanHeard | CodeTyped) -> None:
        if isinstance(message, ScanHeard):
            self.clerk.hear(message.heard)
        else:
            self.clerk.take_typed(message.code)

    @on(OutcomeReached)
    def _outcome_reached(self, event: OutcomeReached) -> None:
        event.stop()
        self.visit.add(event.result, event.line)
        self.view = event.view or self.view
        self._be_patient()
        self._show()
        if not isinstance(event.result, Outcome):
            return
        if event.result.word is Word.WHICH:
            self._ask_which(event.result)
        if self._answered is not None:
            self._answered(event.result)

    @on(DeskChanged)
    def _desk_changed(self, event: DeskChanged) -> None:
        event.stop()
        gone = self.view.patron is not None and event.view.patron is None
        if gone or event.view.mode is not self.view.mode:
            self.visit.begin_anew()
        self.view = event.view
        self._show()

    @on(WaitingChanged)
    def _waiting_changed(self, event: WaitingChanged) -> None:
        event.stop()
        if not event.count:
            self._be_patient(again=False)
            self._show_newest()
        elif self._patience is None:
            self._be_patient()
        self._show_status(event.count)

    def _be_patient(self, *, again: bool = True) -> None:
        """What is shown is right; if another answer takes longer than a moment, it no longer is."""
        if self._patience is not None:
            self._patience.stop()
        self._awaiting = False
        self._patience = self.set_timer(_A_MOMENT, self._look_at_waiting) if again else None

    def _look_at_waiting(self) -> None:
        self._awaiting = self.clerk.waiting > 0
        self._show_newest()
        self._show_status(self.clerk.waiting)

    def show_readers(self) -> None:
        """A reader is in another state."""
        self.query_one(Header).speak()
        self._show_status(self.clerk.waiting)

    def _ask_which(self, outcome: Outcome) -> None:
        name = "" if outcome.patron is None else outcome.patron.name
        _ = self.app.push_screen(
            Which(self.voice, outcome.code, name, outcome.title), lambda kind: self._chosen(outcome, kind)
        )

    def _chosen(self, outcome: Outcome, kind: CodeKind | None) -> None:
        self.clerk.choose(outcome, kind)

    @on(AllowanceRefused)
    def _allowance_refused(self, event: AllowanceRefused) -> None:
        event.stop()
        if self._allowing is not None:
            self._ask_supervisor(self._allowing, event.error)

    def _ask_supervisor(self, wanted: Wanted, error: Exception | None = None) -> None:
        self._allowing = wanted

        def given(who: BadgeAndPin | None) -> None:
            if who is not None:
                self.clerk.allow_by(wanted.outcome, who.badge, who.pin)

        _ = self.app.push_screen(Supervisor(self.voice, wanted, error), given)

    def _ask_oneself(self, wanted: Wanted) -> None:
        def answered(answer: str | None) -> None:
            if answer == "yes":
                self.clerk.allow(wanted.outcome)

        answers = (("no", mark("No, leave it")), ("yes", mark("Yes, allow it")))
        question = Ask(self.voice, mark("Do it all the same?"), answers, wanted.widgets(self.voice))
        _ = self.app.push_screen(question, answered)

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether the key for it does something now; what does not is neither bound nor shown."""
        if action == "turn":
            return _NEEDED[_other(self.view.mode)] in self._actor.permissions
        if action == "account":
            return self.view.patron is not None
        if action == "done":
            return self.view.patron is not None or bool(self.visit.lines) or self.clerk.waiting > 0
        if action == "retry":
            return bool(self.visit.undone())
        if action == "allow":
            return self._overridable() is not None
        return True

    def _keys(self) -> list[tuple[KeyAction, str]]:
        shown = [one for one in DESK if one.weight and self.check_action(one.action, ())]
        return [(one, self._label(one)) for one in shown]

    def _label(self, one: KeyAction) -> str:
        if one is TURN and self.view.mode is Mode.RETURN:
            return self.voice.say("lending")
        return self.voice.next_name if one is SPEAK else self.voice.say(one.label)

    def _overridable(self) -> Outcome | None:
        return self.visit.overridable(self.view.mode, self.view.patron)

    def action_help(self) -> None:
        _ = self.app.push_screen(Help(self.voice))

    def action_turn(self) -> None:
        self.clerk.turn(_other(self.view.mode))

    def action_account(self) -> None:
        if self.view.patron is not None:
            _ = self.app.push_screen(AccountPanel(self.voice, self.view.patron, self.view, self.today))

    def action_retry(self) -> None:
        self.clerk.retry(self.visit.undone())

    def action_allow(self) -> None:
        outcome = self._overridable()
        if outcome is None or self.view.patron is None:
            return
        wanted = Wanted(outcome, self.view.patron.name)
        needed = {reason.override for reason in outcome.reasons}
        ask = self._ask_oneself if needed <= self._actor.permissions else self._ask_supervisor
        ask(wanted)

    def action_done(self) -> None:
        self.clerk.done()

    def action_list_up(self) -> None:
        self.query_one(SessionList).scroll_page_up(animate=False)

    def action_list_down(self) -> None:
        self.query_one(SessionList).scroll_page_down(animate=False)

    def action_wipe(self) -> None:
        self.scan_line.wipe()

    async def action_speak(self) -> None:
        await self.app.run_action("app.speak")

    async def action_leave(self) -> None:
        await self.app.run_action("app.leave")

    # --- what is shown --------------------------------------------------------------------------------------------

    def speak(self) -> None:
        """The language has changed: what is put together here is put together anew."""
        self._show()

    def _tick(self) -> None:
        self._show_time()

    def _show_time(self) -> None:
        self.query_one(Header).time = self.voice.language.time(self._library.clock(), self._place.zone)

    def _show(self) -> None:
        today = self.today
        self.visit.patron_number = None if self.view.patron is None else self.view.patron.number
        self._show_time()
        self.set_class(self.view.mode is Mode.RETURN, "-return")
        self.query_one(Header).mode = self.view.mode
        self.query_one(PatronPanel).show(self.view.patron, today)
        self.query_one(SessionList).show(today)
        self.query_one(Account).show(self.view.loans, today)
        self._show_newest()
        self._show_status(self.clerk.waiting)
        self.query_one(KeyBar).speak()
        for screen in self.app.screen_stack:
            if isinstance(screen, AccountPanel):
                screen.follow(self.view, today)

    def _show_newest(self) -> None:
        newest = self.query_one(InHand if self.view.mode is Mode.RETURN else Newest)
        newest.show(self._key_hint(), self.today, awaiting=self._awaiting)

    def _key_hint(self) -> str:
        newest = self.visit.newest
        if not isinstance(newest, Outcome):
            return ""
        if newest.word is Word.NOT_DONE and newest.wish is not None:
            return f"{RETRY.shown_key} {self.voice.say(RETRY.label)}"
        if newest.can_override and newest is self._overridable():
            return self.voice.say(
                "{key} allow it all the same ({permission})",
                key=ALLOW.shown_key,
                permission=permissions_for(newest, self.voice),
            )
        return ""

    def _show_status(self, waiting: int) -> None:
        shown = waiting if waiting > 1 or self._awaiting else 0
        self.query_one(_Status).show(shown, len(self.visit.undone()), self._readers)


class _Status(Spoken):
    """Beside the scan line: how many scans wait, what is not done, and what to do about a reader that does not work."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, id="status")
        self.waiting = 0
        self.undone = 0
        self.readers: dict[str, ReaderChanged] = {}

    def show(self, waiting: int, undone: int, readers: Mapping[str, ReaderChanged]) -> None:
        """Show these. Nothing is drawn where nothing changed: a frame spent here would hold the next outcome up."""
        if (waiting, undone, dict(readers)) != (self.waiting, self.undone, self.readers):
            self.waiting, self.undone, self.readers = waiting, undone, dict(readers)
            self.speak()

    def text(self) -> Text:
        parts = []
        if self.waiting:
            parts.append(self.voice.language.count("{n} scan is waiting", "{n} scans are waiting", self.waiting))
        if self.undone:
            key = RETRY.shown_key
            parts.append(
                self.voice.language.count(
                    "{n} not done · {key} try again", "{n} not done · {key} try again", self.undone, key=key
                )
            )
        hint = reader_hint(self.readers, self.voice)
        return Text("   ".join([*parts, hint] if hint else parts), justify="right", no_wrap=True, overflow="ellipsis")


def _other(mode: Mode) -> Mode:
    return Mode.RETURN if mode is Mode.LEND else Mode.LEND


def _asked_to_end() -> Callable[[], bool]:
    """Asks whether the worker that runs this has been cancelled."""
    worker = get_current_worker()
    return lambda: worker.is_cancelled
