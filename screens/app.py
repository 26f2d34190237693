"""The console: sign-in and desk, and the ways in which scans arrive."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import monotonic
from typing import Any, ClassVar

from textual import events, on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver

from libops.appearance import USUAL, Appearance
from libops.circulation.desk import DeskSession
from libops.circulation.outcomes import Mode, Outcome
from libops.codes import CodeKind
from libops.library import Library
from libops.permissions import Permission
from libops.scans import Heard, ReaderChanged
from libops.slips.printing import Fate, Printer, PrinterChanged, SlipEnded
from libops.work import Actor, Place
from screens.attention import Attention
from screens.catcher import Catcher
from screens.desk.screen import Desk
from screens.devices_here import DevicesHere
from screens.dialogs import Ask
from screens.handing_on import code_of, fill_in, say_what_is_wrong, show_to, to_workplace
from screens.hung_up import end_when_hung_up
from screens.idleness import Idleness
from screens.keymap import LOCK
from screens.leaving import ask_to_leave
from screens.lists.listing import Listing
from screens.lists.screen import ListScreen
from screens.locking import Lock
from screens.look import LOOKS
from screens.looks import wear
from screens.memory import let_go_of_closed_screens, settle_memory
from screens.menu import Menu
from screens.messages import (
    CodeTyped,
    DatabaseStands,
    PrinterStateChanged,
    ReaderStateChanged,
    ScanHeard,
    SignedIn,
    SlipFailed,
)
from screens.outage import Outage
from screens.own_keys import NO_OWN_KEYS, OwnKeys
from screens.place_help import close_help
from screens.scan_line import ScanLine
from screens.sign_in import SignIn
from screens.slips import NO_PAPER, Paper
from screens.spoken import Speaks
from screens.standing import stands
from screens.stylesheet import RememberedStylesheet
from screens.voice import Voice
from screens.workplace import Workplace

Detach = Callable[[], None]
Attach = Callable[[Callable[[Heard], None], Callable[[ReaderChanged], None]], Detach]
"""Starts the readers, telling them whom to call (from any thread), and returns what stops them."""


_FUNCTION_KEY = re.compile(r"f\d+")
_COMES_BACK = 1.0
"""Seconds within which a key has gone through all widgets that might want it."""


class ConsoleApp(App[None]):
    """The console of one desk.

    ``place`` is the desk; ``actor`` is signed in already, otherwise the console asks. ``wedge_prefix`` is what
    keyboard-wedge readers send before a code (empty: they are told by speed). ``attach`` starts the other readers;
    ``answered`` is told every outcome once it is on screen; ``paper`` is what slips are printed on; ``idleness`` knows
    after how long without a scan or key the patron is let go and the desk locked. ``training`` makes the top of every
    screen look like nothing that is done in earnest, ``tour`` shows whoever signs in around, and on a ``sample``
    library it is said where somebody is shown around; ``to_try`` are badge and PIN that anybody may sign in with there
    (no badge: of anybody's). ``appearance`` is how it looks and sounds at first. ``own_keys``
    are this machine's, and were looked at before; ``pager`` is the command in which long texts are read.
    """

    TITLE = "libops"
    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding(LOCK.key, LOCK.action, id=LOCK.id, show=False, priority=True),
    ]

    def __init__(
        self,
        library: Library,
        place: Place,
        language_code: str,
        *,
        actor: Actor | None = None,
        wedge_prefix: str = "",
        attach: Attach | None = None,
        answered: Callable[[Outcome], None] | None = None,
        paper: Paper = NO_PAPER,
        training: bool = False,
        tour: bool = False,
        sample: bool = False,
        to_try: tuple[str, str] | None = None,
        idleness: Idleness | None = None,
        appearance: Appearance = USUAL,
        own_keys: OwnKeys = NO_OWN_KEYS,
        pager: str = "",
    ) -> None:
        super().__init__()
        self.stylesheet = RememberedStylesheet(variables=self.get_css_variables())
        self.set_class(training, "-training")
        for look in LOOKS.values():
            self.register_theme(look)
        wear(self, appearance.theme)
        self.library = library
        self.place = place
        self.voice = Voice(language_code, own_keys)
        self.set_keymap(own_keys.for_textual())
        self.devices = DevicesHere(library.clock, library.patterns)
        self.desk: Desk | None = None
        self._actor = actor
        self._start_readers = attach
        self._stop_readers: Detach | None = None
        self._answered = answered
        self._paper = paper
        self.attention = Attention(appearance.sound, self.bell)
        self._pager = pager
        self._printer: Printer | None = None
        self._tour, self._sample, self._to_try = tour, sample, to_try
        self._looking = False
        self._led_by: events.Key | None = None
        self._behind: list[events.Key | events.Paste] = []
        self.idleness = idleness or Idleness()
        self._lock: Lock | None = None
        self._outage = Outage(self, self.voice)
        self._catcher = Catcher(
            wedge_prefix, library.patterns, self._take, self._pass_on, self._more_to_come, own_keys.held_down
        )

    def get_driver_class(self) -> type[Driver]:
        from screens.keyboard import Keyboard

        return Keyboard

    def _more_to_come(self) -> bool:
        from screens.keyboard import Keyboard

        return isinstance(self._driver, Keyboard) and self._driver.more_to_come

    def on_mount(self) -> None:
        if self._actor is None:
            self._ask_who_is_there()
        else:
            self._open_desk(self._actor)
        if self._start_readers is not None:
            self._stop_readers = self._start_readers(self.hear, self.reader_changed)
        self._start_printer()
        if not self.is_headless:
            self.call_after_refresh(settle_memory)
        end_when_hung_up(self)
        # In its turn behind keys that have arrived: whoever typed in time was in time.
        self.set_interval(1, lambda: self.call_later(self.look_at_idleness))
        self.set_interval(1, let_go_of_closed_screens)

    def _ask_who_is_there(self) -> None:
        self._show_instead(SignIn(self.voice, self.library, self.place, self.devices.readers, self._to_try))

    def look_at_idleness(self) -> None:
        """Count down, let the patron go, lock the desk: whatever it is time for."""
        if self._lock is not None:
            self._lock.look()

    def _start_printer(self) -> None:
        if self._paper.printer is None:
            return
        self._printer = self._paper.printer(self.printer_changed, self.slip_ended)
        if self._printer is not None:
            self._printer.start()
        if self.desk is not None:
            self.desk.use_printer(self._printer)

    def printer_changed(self, changed: PrinterChanged) -> None:
        """Note that the printer is in another state; safe to call from its own thread."""
        self.post_message(PrinterStateChanged(changed))

    def slip_ended(self, ended: SlipEnded) -> None:
        """Note what became of a slip; safe to call from the printer's own thread."""
        if self.desk is not None:
            self.desk.slip_ended()
        if ended.fate is Fate.FAILED and self.desk is not None:
            self.desk.post_message(SlipFailed(ended))

    def on_unmount(self) -> None:
        if self._printer is not None:
            self._printer.stop()
        if self._stop_readers is not None:
            self._stop_readers()

    def hear(self, heard: Heard) -> None:
        """Take what a reader heard; safe to call from its own thread."""
        self.idleness.stir()
        self.post_message(ScanHeard(heard))

    def reader_changed(self, changed: ReaderChanged) -> None:
        """Note that a reader is in another state; safe to call from its own thread."""
        self.post_message(ReaderStateChanged(changed))

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            self.idleness.stir()
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and self._led_by:
            self._behind.append(event)
        elif isinstance(event, events.Key) and not event.is_forwarded:
            caught = await self._catcher.catch(event, self.screen, self._line_in_front())
            self._wait_for_more()
            if not caught:
                await self._pass_on(event)
        else:
            await super().on_event(event)
            if event is self._led_by:
                await self._follow(event)

    async def _pass_on(self, key: events.Key) -> None:
        """Hand a key to the widgets. What comes behind a function key waits until that has done what it does: it may
        lead elsewhere, and what comes in the same moment, as over a slow line, is meant for where it leads.
        """
        await super().on_event(key)
        if key.is_forwarded and _FUNCTION_KEY.fullmatch(key.key):
            self._led_by = key
            # Where something keeps the key to itself it does not come back.
            self.set_timer(_COMES_BACK, lambda: self.call_later(self._follow, key))

    async def _follow(self, key: events.Event) -> None:
        if key is self._led_by:
            self._led_by, behind, self._behind = None, self._behind, []
            for event in behind:
                await self.on_event(event)

    def _line_in_front(self) -> ScanLine | None:
        return self.screen.scan_line if isinstance(self.screen, Workplace) else None

    def _wait_for_more(self) -> None:
        wait = self._catcher.next_look
        if wait is not None and not self._looking:
            self._looking = True
            # In its turn behind keys that have arrived: they follow those that are held back.
            self.set_timer(wait, lambda: self.call_later(self._look_again))

    async def _look_again(self) -> None:
        self._looking = False
        if not self.screen_stack:
            # The program ends while keys are still being looked at.
            return
        await self._catcher.look_again(monotonic(), self.screen)
        self._wait_for_more()

    @on(ScanHeard)
    @on(CodeTyped)
    def _came_in(self, event: ScanHeard | CodeTyped) -> None:
        self._take(event)

    def _take(self, message: ScanHeard | CodeTyped) -> None:
        """Scans from wherever go to the desk; where a form asks for such a code, into that."""
        close_help(self)
        front, code = self.screen, code_of(message)
        kinds = self.library.patterns.kinds(code)
        if self._lock is not None and self._lock.screen is not None and CodeKind.BADGE not in kinds:
            if CodeKind.COMMAND not in kinds:
                self._lock.miss_scan()
        elif show_to(front, message) or fill_in(front, code, kinds):
            self._note(message)
        elif say_what_is_wrong(front, code, kinds):
            self._note(message)
            self.attention.call()
        elif self.desk is not None:
            to_workplace(self.screen_stack, message)
        elif isinstance(front, SignIn):
            front.scan_came()
            self.attention.call()

    def _note(self, message: ScanHeard | CodeTyped) -> None:
        if isinstance(message, ScanHeard):
            self.devices.note(message.heard)

    @on(ReaderStateChanged)
    def _reader_changed(self, event: ReaderStateChanged) -> None:
        self.devices.reader_changed(event.changed)
        self._show_devices()

    @on(PrinterStateChanged)
    def _printer_changed(self, event: PrinterStateChanged) -> None:
        self.devices.printer_changed(event.changed)
        self._show_devices()

    def _show_devices(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Workplace | SignIn) and stands(screen):
                screen.show_devices()

    @on(DatabaseStands)
    def _database_stands(self, event: DatabaseStands) -> None:
        if event.trouble is None:
            self._outage.end()
        elif self.desk is not None:
            self._outage.begin(event.trouble)

    @on(SignedIn)
    def _signed_in(self, event: SignedIn) -> None:
        close_help(self)
        if self._lock is not None:
            self._lock.come_back(event.actor)
        else:
            self._open_desk(event.actor)

    def _open_desk(self, actor: Actor) -> None:
        # Whoever sorts returns and may not lend begins with what they do.
        mode = Mode.LEND if Permission.LEND in actor.permissions else Mode.RETURN
        session = DeskSession(self.library, actor=actor, place=self.place, mode=mode)
        self.desk = Desk(self.voice, session, self.devices, self._answered, self._paper, self.idleness)
        self._lock = Lock(self, self.desk, self.idleness)
        self.desk.shift.lock_desk, self.desk.shift.miss_scan = self._lock.lock, self._lock.miss_scan
        self.idleness.stir()
        self.desk.shift.tour, self.desk.shift.sample = self._tour, self._sample
        self.desk.shift.show_list = self._show_list
        self.desk.shift.attention = self.attention
        self.desk.use_printer(self._printer)
        self._show_instead(self.desk)

    def _show_instead(self, screen: Desk | SignIn) -> None:
        # The screen that Textual begins with cannot be switched away from, only covered.
        while len(self.screen_stack) > 2:
            _ = self.pop_screen()
        _ = self.switch_screen(screen) if len(self.screen_stack) > 1 else self.push_screen(screen)

    def action_speak(self) -> None:
        """Change the language of everything on screen."""
        self.voice.turn()
        for screen in self.screen_stack:
            for node in (screen, *screen.walk_children()):
                if isinstance(node, Speaks):
                    node.speak()

    def action_go_to(self) -> None:
        """Ask where to go, and go there. The lists are loaded when they are first asked for."""
        from screens.lists.all_lists import destinations

        if self.desk is not None and not isinstance(self.screen, Menu):
            _ = self.push_screen(Menu(self.desk.shift, destinations(self.desk.shift)), self._go)

    def action_commands(self) -> None:
        """Ask what to do of all that can be done here now, and do it."""
        from screens.palette import offer_commands

        if self.desk is not None:
            offer_commands(self, self.desk.shift)

    def action_take_along(self) -> None:
        """Copy what is in front; what else can be done with it is offered."""
        from screens.taking_along import TakenAlong, text_of

        text = text_of(self.screen)
        if self.desk is not None and text:
            _ = self.push_screen(TakenAlong(self.desk.shift, text))

    def action_read_in_pager(self) -> None:
        """Read what is in front in the pager."""
        from screens.taking_along import read_in_pager

        if self.desk is not None and self._lock is not None:
            read_in_pager(self, self.desk.shift, self._pager, self._lock.has_locked)

    def action_to(self, place: str) -> None:
        """Go to one of the places of the menu."""
        self._go(place)

    def _go(self, place: str | None) -> None:
        from screens.lists.going import go_to

        if place is not None and self.desk is not None:
            self.to_desk()
            go_to(self, self.desk.shift, place)

    def _show_list(self, listing: Listing[Any]) -> None:
        """A list in front of whatever it was asked for from; Escape leads back there."""
        if self.desk is not None:
            _ = self.push_screen(ListScreen(self.desk.shift, listing))

    def to_desk(self) -> Desk:
        """Close whatever stands in front of the desk."""
        assert self.desk is not None
        while self.screen is not self.desk:
            _ = self.pop_screen()
        return self.desk

    def action_leave(self) -> None:
        """Sign out or end the program, after asking; at sign-in there is nobody to ask."""
        if self.desk is None:
            self.exit()
        elif self._lock is not None and self._lock.screen is not None:
            self._lock.screen.refuse()
        elif not isinstance(self.screen, Ask):
            ask_to_leave(self, self.desk.shift, self._sign_out)

    def _sign_out(self) -> None:
        self.desk = self._lock = None
        self._outage.forget()
        self._ask_who_is_there()

    def action_lock(self) -> None:
        """Lock the desk, whatever is open; at sign-in there is nothing to lock."""
        if self._lock is not None:
            self._lock.lock()

    def action_help_quit(self) -> None:
        """Ctrl+C asks as well."""
        self.action_leave()
