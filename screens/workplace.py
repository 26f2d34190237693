"""A workplace: a screen with a line for codes at its foot. The desk is one, each list is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import ScreenResume
from textual.screen import Screen
from textual.widget import Widget

from libops.circulation.outcomes import Mode
from libops.codes import command_word
from libops.i18n import mark
from libops.scans import Scan
from screens.desk.header import Header
from screens.desk.status import Status
from screens.first_look import begin_as_wide_as_the_terminal, style_once
from screens.key_bar import KeyBar, Named, redraw_keys
from screens.keymap import SPEAK, KeyAction
from screens.messages import CodeTyped, ScanHeard
from screens.scan_line import ScanLine
from screens.shift import Shift
from screens.spoken import Phrase

_NOW_AND_THEN = 60
"""Seconds after which what is shown is looked at again without a change: time alone makes things overdue."""


@runtime_checkable
class Follows(Protocol):
    """A screen that shows something of the desk."""

    def follow(self) -> None:
        """What the desk knows has changed: show it."""
        ...


@runtime_checkable
class FollowsJournal(Protocol):
    """A screen that shows what any desk may change."""

    def happened(self, kinds: frozenset[str] | None) -> None:
        """Events of these kinds are new in the journal; None: anything may have changed."""
        ...


@runtime_checkable
class ReadsAgain(Protocol):
    """A screen that shows something out of the database."""

    def database_is_back(self) -> None:
        """The database was gone for a while: read what could not be read, and what may be out of date."""
        ...


class Workplace(Screen[None]):
    """What workplaces share: the top line, the scan line and what waits beside it, the keys that do something now."""

    KEYS: ClassVar[tuple[KeyAction, ...]] = ()
    AUTO_FOCUS = "#scan-line"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    SCANS: ClassVar[Mode | None] = None
    """Which way items go that are scanned here; None: the desk's own."""

    def __init__(self, shift: Shift) -> None:
        super().__init__()
        self.shift = shift
        self.voice = shift.voice
        self._open_for = 0

    def compose(self) -> ComposeResult:
        shift = self.shift
        begin_as_wide_as_the_terminal(self)
        yield Header(self.voice, shift.place, shift.devices.readers, shift.actor.label, shift.devices.printers)
        yield from self.floor()
        with Horizontal(id="scan-row"):
            yield Phrase(self.voice, self.prompt(), id="scan-prompt")
            yield ScanLine(self.shift.library.patterns, self._came_in)
            yield Status(self.voice)
        yield KeyBar(self.voice, self._keys)

    def prompt(self) -> str:
        """What stands before the scan line, marked."""
        return mark("scan ▸")

    def floor(self) -> Iterable[Widget]:
        """What stands between the top line and the scan line."""
        raise NotImplementedError

    def on_screen_resume(self, event: ScreenResume) -> None:
        style_once(self, event)
        redraw_keys(self)

    def on_screen_suspend(self) -> None:
        redraw_keys(self)

    def on_mount(self) -> None:
        if self.display:
            self.begin()

    def begin(self) -> None:
        """It stands, and was not closed again before it did."""
        # One that ticks each second, also for what is done each minute: until its next tick is due, a timer that was
        # stopped still holds the screen it belonged to.
        self.set_interval(1, self._second_passed)
        self._show_time()

    @property
    def scan_line(self) -> ScanLine:
        """Where codes are typed."""
        return self.query_one(ScanLine)

    def take(self, message: ScanHeard | CodeTyped) -> None:
        """Take what was scanned or typed elsewhere, whatever dialog is open; what is on the scan line comes first."""
        self.scan_line.post_message(message)

    def _came_in(self, message: ScanHeard | CodeTyped) -> None:
        """A code of the desk card says the same wherever it is scanned; all else is the workplace's own."""
        if isinstance(message, CodeTyped):
            scan, code = None, message.code.strip()
        else:
            self.shift.devices.note(message.heard)
            scan = message.heard if isinstance(message.heard, Scan) else None
            code = "" if scan is None else scan.code
        if self.shift.closed:
            self.shift.miss_scan()
        elif command_word(code):
            self.shift.obey(code, scan)
        else:
            self.take_in(message)

    def take_in(self, message: ScanHeard | CodeTyped) -> None:
        """Act upon what came off the scan line."""
        if isinstance(message, ScanHeard):
            self.shift.clerk.hear(message.heard, self.SCANS)
        else:
            self.shift.clerk.take_typed(message.code, self.SCANS)

    def follow(self) -> None:
        """What the desk knows has changed: show it."""
        self.show_status()
        self.refresh_keys()

    def show_devices(self) -> None:
        """A reader or a printer is in another state."""
        self.query_one(Header).speak()
        self.show_status()

    def show_status(self) -> None:
        """Show what waits, and what is not done."""
        shift = self.shift
        waiting = shift.clerk.waiting
        shown = waiting if waiting > 1 or shift.awaiting else 0
        undone = len(shift.visit.undone())
        devices = (shift.devices.readers, shift.devices.printers)
        self.query_one(Status).show(shown, undone, devices, unprinted=shift.slip_failed)

    def now_and_then(self) -> None:
        """A minute has passed: read again what time alone may have changed."""

    def _second_passed(self) -> None:
        self._show_time()
        self._open_for += 1
        if self._open_for % _NOW_AND_THEN == 0:
            self.now_and_then()

    def _show_time(self) -> None:
        self.query_one(Header).time = self.shift.time

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether the key for it does something now; what does not is neither bound nor shown."""
        key = next((one for one in self.KEYS if one.action == action), None)
        if key is not None and key.needs and not any(self.shift.may(permission) for permission in key.needs):
            return False
        return bool(self.shift.visit.undone()) if action == "retry" else True

    def offered(self) -> list[KeyAction]:
        """The keys that do something now and are worth a place at the foot of the screen, in their order."""
        return [one for one in self.KEYS if one.weight and self.check_action(one.action, ())]

    def _keys(self) -> list[Named]:
        return [(one, self.label(one)) for one in self.offered()]

    def refresh_keys(self) -> None:
        """Other keys do something now."""
        self.query_one(KeyBar).speak()

    def label(self, one: KeyAction) -> str:
        """What a key is called now, in the language of now."""
        return self.voice.next_name if one is SPEAK else self.voice.say(one.label)

    def action_retry(self) -> None:
        self.shift.clerk.retry(self.shift.visit.undone())

    def action_wipe(self) -> None:
        self.scan_line.wipe()

    async def action_speak(self) -> None:
        await self.app.run_action("app.speak")

    def action_lock(self) -> None:
        self.shift.lock_desk()

    async def action_leave(self) -> None:
        await self.app.run_action("app.leave")

    def action_search(self) -> None:
        self.shift.search("")

    def commands(self) -> list[Named]:
        """The keys that do something now."""
        return self._keys()

    async def action_take_along(self) -> None:
        await self.app.run_action("app.take_along")

    async def action_commands(self) -> None:
        await self.app.run_action("app.commands")

    async def action_go_to(self) -> None:
        await self.app.run_action("app.go_to")


def in_turn(place: Workplace, desk: Workplace, job: Callable[[], object]) -> None:
    """Do something behind all that has arrived on the scan line of ``place``, by the way that scans go to the desk."""
    if place is desk:
        _ = desk.scan_line.call_later(job)
    else:
        _ = place.scan_line.call_later(lambda: desk.scan_line.call_later(job))
