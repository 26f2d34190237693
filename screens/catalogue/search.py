"""The search: what is typed is looked for as soon as a hand rests, and whatever is scanned is shown, never lost."""

from __future__ import annotations

from textual import on
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from libops.catalogue.identifiers import isbn13, issn8
from libops.circulation.outcomes import Mode
from libops.codes import CodeKind
from libops.i18n import mark
from libops.scans import Scan
from screens.attempts import attempt
from screens.catalogue.narrowing import Kinds, Narrowing
from screens.catalogue.titles import Titles
from screens.item_card import ItemCard
from screens.lists.left_off import LeftOff
from screens.lists.screen import ListScreen
from screens.messages import CodeTyped, ScanHeard
from screens.scan_line import KEYBOARD
from screens.shift import Shift

PAUSE = 0.2
"""Seconds after which a hand rests."""


class KindsRead(Message):
    """The item types are known."""

    def __init__(self, kinds: Kinds) -> None:
        super().__init__()
        self.kinds = kinds


class Search(ListScreen):
    """A list that changes as one types. The words stay on the line; Enter opens the chosen title."""

    # The list has its need first: what is known of a title stands beside it where neither is squeezed.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]
    ABOUT_SCANS = mark("A book that is scanned here is shown, an ISBN is looked for, and a card goes to the desk.")

    def __init__(self, shift: Shift, text: str = "", left: LeftOff | None = None) -> None:
        self.titles = Titles(shift, text) if left is None or not isinstance(left.listing, Titles) else left.listing
        super().__init__(shift, self.titles, None if left is None else left.rows)
        self._goes_on = left is not None
        self._pause: Timer | None = None
        self._open_found = False

    def begin(self) -> None:
        if self.titles.asked.text:
            self.scan_line.write(self.titles.asked.text)
        if self._goes_on:
            # Whoever types now looks for something else.
            self.scan_line.select_all()
        self._learn_kinds()
        super().begin()

    def _learn_kinds(self) -> None:
        self.run_worker(self._read_kinds, thread=True, name="types", group="types", exit_on_error=False)

    def database_is_back(self) -> None:
        super().database_is_back()
        self._learn_kinds()

    def _read_kinds(self) -> None:
        def kinds() -> Kinds:
            with self.shift.look() as look:
                return self.titles.read_kinds(look)

        read, _ = attempt(kinds, "item types")
        if read is not None:
            self.post_message(KindsRead(read))

    @on(KindsRead)
    def _kinds_read(self, event: KindsRead) -> None:
        event.stop()
        self.titles.kinds = event.kinds

    # --- typing ---------------------------------------------------------------------------------------------------

    @on(Input.Changed, "#scan-line")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._look_now) if self._text != self.titles.asked.text else None

    @property
    def _text(self) -> str:
        return self.scan_line.value.strip()

    def _look_now(self) -> None:
        if self._text != self.titles.asked.text:
            self.look_for(self._text)

    def look_for(self, text: str) -> None:
        """Look for this from now on; an older answer that is still to come is thrown away."""
        self._open_found = False
        self.titles.ask(text, self.titles.asked.narrowed)
        self.read_first()

    # --- codes ----------------------------------------------------------------------------------------------------

    def take_in(self, message: ScanHeard | CodeTyped) -> None:
        if isinstance(message, CodeTyped):
            self._enter(message.code.strip())
        elif isinstance(message.heard, Scan):
            self._scanned(message.heard.code, message)
        else:
            self.shift.clerk.hear(message.heard)

    def _enter(self, typed: str) -> None:
        if CodeKind.ITEM in self._kinds_of(typed):
            self._show_item(typed)
            return
        self.scan_line.write(typed)
        if typed != self.titles.asked.text:
            self.look_for(typed)
        elif self.rows.has_read:
            self.action_open()
        else:
            self._open_found = True

    def rows_shown(self) -> None:
        """Enter that came while this was still being read means the first of what was found."""
        wanted, self._open_found = self._open_found, False
        if wanted and self.app.screen is self:
            self.action_open()

    def _scanned(self, code: str, message: ScanHeard) -> None:
        kinds = self._kinds_of(code)
        if CodeKind.ITEM in kinds:
            self._show_item(code)
        elif kinds:
            # A card: the patron comes to the desk, and what is found here can be put aside for them.
            self.shift.clerk.hear(message.heard, Mode.LEND)
        elif isbn13(code) or issn8(code) or _by_keyboard(message):
            # At the keyboard quick fingers, or words that were pasted, are as fast as a reader.
            self.scan_line.write(code)
            self.look_for(code)
        else:
            self.shift.clerk.hear(message.heard)

    def _kinds_of(self, code: str) -> frozenset[CodeKind]:
        return self.shift.library.patterns.kinds(code)

    def _show_item(self, barcode: str) -> None:
        front = self.app.screen
        if isinstance(front, ItemCard):
            front.show_instead(barcode)
        else:
            self.shift.show_item(barcode)

    def action_search(self) -> None:
        """Look for something else: what is typed takes the place of what stands there."""
        self.scan_line.select_all()

    # --- keys -----------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """First the words go, then the narrowing, then the search."""
        if self._text and self.rows.rows:
            self.scan_line.wipe()
            self.look_for("")
        elif self.titles.asked.narrowed != Narrowing():
            self.titles.narrow(self, Narrowing())
        elif self._text:
            self.scan_line.wipe()
            self.look_for("")
        else:
            _ = self.app.pop_screen()


def _by_keyboard(message: ScanHeard) -> bool:
    return message.heard.device == KEYBOARD
