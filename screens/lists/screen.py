"""A list as a workplace: the rows, what is known of the chosen one, and the line on which codes still come in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingsMap, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from libops.circulation.outcomes import Mode, Outcome
from libops.i18n import mark
from screens.complaints import complaint
from screens.desk.header import Header
from screens.desk.hints import list_hints
from screens.desk.newest import Newest
from screens.desk.panels import Help
from screens.desk.undoing import ask_to_undo
from screens.desk.way_back import back_to_desk, desk_behind, hand_over
from screens.forms.form import Form
from screens.keymap import (
    COPY_TEXT,
    FIND,
    GO_TO,
    HELP,
    LIST,
    LOCK,
    OPEN,
    PALETTE,
    RETRY,
    ROW_SLIP,
    SPEAK,
    TO_DESK,
    UNDO,
    KeyAction,
    bindings,
)
from screens.lists.about import About, as_lines
from screens.lists.left_off import let_go
from screens.lists.listing import Listing, ListKey
from screens.lists.paged_list import PagedList
from screens.lists.reading import ReadingFailed, RowsRead, Wanted, read
from screens.lists.row_card import RowCard
from screens.lists.rows import Rows
from screens.messages import CodeTyped, ScanHeard
from screens.shift import Shift, WantedSlip
from screens.slips import wanted_after
from screens.spoken import Spoken
from screens.standing import stands
from screens.voice import Voice
from screens.workplace import Workplace

_SHORT = 3
"""Pages that are read anew as a whole; of more, those around what is in sight."""

_ABOUT_SCANS = {
    Mode.RETURN: mark("An item that is scanned here is checked in; below the list stands what to do with it."),
    None: mark("What is scanned here goes to the desk, and so do you."),
}


class ListScreen(Workplace):
    """One list. It stays live: what any desk changes shows here, and the chosen row stays under the cursor."""

    KEYS = LIST
    ABOUT_SCANS: ClassVar[str] = ""
    """What becomes of scans, where that is not what becomes of them in most lists."""
    BINDINGS: ClassVar[list[BindingType]] = bindings(LIST)

    # Any, because a screen shows lists of anything; its listing knows of what.
    def __init__(self, shift: Shift, listing: Listing[Any], rows: Rows[Any] | None = None) -> None:
        super().__init__(shift)
        self.listing = listing
        self.rows = Rows(listing.key) if rows is None else rows
        self._own_keys: dict[str, ListKey[Any]] = {one.key.action: one for one in listing.own_keys()}
        own = BindingsMap(bindings(one.key for one in self._own_keys.values()))
        self._bindings = BindingsMap.merge([self._bindings, own])
        self._turn = 0
        self._reading = False
        self._again = False
        self._open_then = False
        self._soon: Timer | None = None
        self._before = shift.visit.newest

    def prompt(self) -> str:
        return self.listing.PROMPT

    def floor(self) -> Iterable[Widget]:
        yield Filter(self.voice, self)
        with Horizontal(id="floor"):
            with Vertical(id="rows"):
                yield Headings(self.voice, self)
                yield PagedList(self.voice, self.rows, self.listing.COLUMNS, self.listing.cells)
            yield About(self.voice, self.listing)
        yield Newest(self.voice, self.shift.visit)

    def begin(self) -> None:
        super().begin()
        self.follow()
        if self.rows.has_read:
            self.call_after_refresh(self._go_on)
        else:
            self.read_first()

    def on_unmount(self) -> None:
        if not any(isinstance(one, ListScreen) and one.rows is self.rows for one in self.app.screen_stack):
            let_go(self.rows)

    def _go_on(self) -> None:
        """Show what was read when somebody was here before, and read it anew."""
        if stands(self):
            self.query_one(PagedList).show_from(self.rows.top)
            self.read_anew()

    # --- reading --------------------------------------------------------------------------------------------------

    def read_first(self) -> None:
        """It is another list now: read it from its beginning."""
        self.rows.forget()
        self._turn += 1
        self._reading, self._again, self._open_then = False, False, False
        self._read(Wanted(self._turn, self.listing.PAGE))

    def read_anew(self) -> None:
        """Something may have changed: read anew what has been read."""
        self._soon = None
        if self._reading:
            self._again = True
        elif self.rows.has_read:
            self._read(self._what_is_in_sight())
        else:
            self.read_first()

    def _what_is_in_sight(self) -> Wanted:
        """Of a long list the pages around what is in sight; of any other all that was read."""
        page = self.listing.PAGE
        if len(self.rows.rows) <= _SHORT * page:
            return Wanted(self._turn, max(len(self.rows.rows), page), anew=True)
        top, bottom = self.query_one(PagedList).around
        first, after = self.rows.page_at(top)
        return Wanted(self._turn, max(bottom - first, page), after=after, anew=True, first=first)

    def happened(self, kinds: frozenset[str] | None) -> None:
        """Events of these kinds are new in the journal."""
        concerned = kinds is None or any(kind.startswith(self.listing.CONCERNS) for kind in kinds)
        if concerned and self._soon is None:
            self._soon = self.set_timer(self.listing.SOON, self.read_anew)

    def now_and_then(self) -> None:
        self.read_anew()

    def database_is_back(self) -> None:
        self.read_anew()

    @on(PagedList.OldRows)
    def _old_rows(self, event: PagedList.OldRows) -> None:
        event.stop()
        self.read_anew()

    @on(PagedList.NearEnd)
    def _read_on(self, event: PagedList.NearEnd) -> None:
        event.stop()
        if not self._reading and self.rows.next is not None:
            self._read(Wanted(self._turn, self.listing.PAGE, after=self.rows.next))

    def _read(self, wanted: Wanted) -> None:
        self._reading = True
        self.run_worker(
            partial(read, self.listing, wanted, self.post_message),
            thread=True,
            name="list",
            group="read",
            # Another list than before: what was still to be read of that one need not be begun.
            exclusive=not wanted.after and not wanted.anew,
            exit_on_error=False,
        )

    @on(RowsRead)
    def _rows_read(self, event: RowsRead) -> None:
        event.stop()
        wanted, page = event.wanted, event.page
        if wanted.turn != self._turn:
            return
        self._reading = False
        moved, chosen_in_sight = 0, self.rows.chosen_is_in_sight
        if wanted.anew:
            moved = self.rows.renew(page.results, page.next, wanted.first)
        else:
            self.rows.add(page, wanted.after)
        drawn = self.query_one(PagedList)
        stays_on_top = self.listing.NEWEST_FIRST and self.rows.top == 0
        drawn.show(0 if stays_on_top else moved)
        if stays_on_top and chosen_in_sight:
            drawn.go_to_chosen()
        self._show_filter(None)
        if self._again:
            self._again = False
            self.read_anew()
        self.rows_shown()
        if self._open_then:
            self._open_then = False
            if self.is_active:
                self.action_open()

    def rows_shown(self) -> None:
        """Rows were read, and are shown now."""

    @on(ReadingFailed)
    def _reading_failed(self, event: ReadingFailed) -> None:
        event.stop()
        if event.turn == self._turn:
            self._reading = self._open_then = False
            self._show_filter(event.error)

    def _show_filter(self, error: Exception | None) -> None:
        line = self.query_one(Filter)
        line.error = error
        line.speak()
        self.query_one(Headings).speak()

    def show_devices(self) -> None:
        super().show_devices()
        if self.listing.OF_DEVICES:
            self.read_anew()

    # --- codes ----------------------------------------------------------------------------------------------------

    def take_in(self, message: ScanHeard | CodeTyped) -> None:
        if isinstance(message, CodeTyped) and not message.code.strip():
            self.action_open()
        elif isinstance(message, CodeTyped) and self.listing.search(message.code.strip()):
            self.read_first()
        elif isinstance(message, ScanHeard) and self.listing.take(self, message.heard):
            return
        elif self.listing.SCANS is None:
            hand_over(self, message)
        elif isinstance(message, ScanHeard):
            self.shift.clerk.hear(message.heard, self.listing.SCANS)
        else:
            self.shift.clerk.take_typed(message.code, self.listing.SCANS)

    def show_patron(self, number: str, *, account: bool = False) -> None:
        """Go to the desk with this patron, as if the card had been scanned there; and on to the account."""
        desk_behind(self.app).open_patron(number, account=account)
        back_to_desk(self.app)

    def fill_in(self, form: Form) -> None:
        """Have a form filled in; what comes of it shows in the list by itself."""
        _ = self.app.push_screen(form)

    def show_item(self, barcode: str) -> None:
        """Show what is known of an item."""
        self.shift.show_item(barcode)

    def show_row(self, row: Any) -> None:  # noqa: ANN401 - a row of whatever this is a list of
        """Show all that is known of a row."""
        _ = self.app.push_screen(RowCard(self.listing, row))

    # --- what is shown --------------------------------------------------------------------------------------------

    def follow(self) -> None:
        self.query_one(Header).show(self.listing.NAME, self.shift.view.batch, self.shift.today)
        newest = self.query_one(Newest)
        newest.display = self.shift.visit.newest is not self._before or self.shift.awaiting
        newest.show(list_hints(self.shift), self.shift.today, awaiting=self.shift.awaiting)
        super().follow()

    def speak(self) -> None:
        """The language has changed: what is put together here is put together anew."""
        self.follow()

    @on(PagedList.Chosen)
    def _chosen(self, event: PagedList.Chosen) -> None:
        event.stop()
        self.query_one(About).show(self.rows.chosen)
        self._show_filter(self.query_one(Filter).error)
        self.refresh_keys()

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "do":
            return self._can(f"do('{parameters[0]}')")
        if action in ("open", "take_along"):
            return self.rows.chosen is not None
        if action == "undo" and self.shift.place.desk_id is None:
            return False
        return super().check_action(action, parameters)

    def _can(self, action: str) -> bool:
        own, row = self._own_keys.get(action), self.rows.chosen
        if own is None or (own.key.needs and not any(self.shift.may(one) for one in own.key.needs)):
            return False
        return (row is not None or not own.of_row) and (row is None or own.when(row))

    def offered(self) -> list[KeyAction]:
        own = [one.key for action, one in self._own_keys.items() if self._can(action)]
        always = [one for one in super().offered() if one is not ROW_SLIP or self._slip() is not None]
        help_first = [one for one in always if one is HELP]
        rest = sorted((one for one in always if one is not HELP), key=_ORDER.index)
        return [*help_first, *own, *rest]

    def _slip(self) -> WantedSlip | None:
        """The slip of the chosen row; where rows have none, that of what was done here last."""
        row, newest = self.rows.chosen, self.shift.visit.newest
        of_row = None if row is None else self.listing.slip(row)
        if of_row is None and isinstance(newest, Outcome) and newest is not self._before:
            return wanted_after(newest)
        return of_row

    def shown_text(self) -> str:
        """What is known of the chosen row."""
        row = self.rows.chosen
        return "" if row is None else as_lines(self.listing.about(row))

    def action_slip(self) -> None:
        self.shift.show_slip(self._slip())

    def action_undo(self) -> None:
        ask_to_undo(self.app, self.shift, desk_behind(self.app))

    def action_do(self, id: str) -> None:
        self._own_keys[f"do('{id}')"].run(self, self.rows.chosen)

    def action_open(self) -> None:
        if self.rows.chosen is not None:
            self.listing.open(self, self.rows.chosen)
        elif self._reading:
            # Whoever knows what there will be need not wait for it.
            self._open_then = True

    def action_back(self) -> None:
        if self.scan_line.value:
            self.scan_line.wipe()
        elif self.listing.search(""):
            self.read_first()
        else:
            _ = self.app.pop_screen()

    def action_move(self, by: int) -> None:
        self.query_one(PagedList).move(by)

    def action_leaf(self, by: int) -> None:
        rows = self.query_one(PagedList)
        rows.move(by * rows.page)

    def action_half(self, by: int) -> None:
        rows = self.query_one(PagedList)
        rows.move(by * max(rows.page // 2, 1))

    def action_first(self) -> None:
        self.query_one(PagedList).move(-len(self.rows.rows))

    def action_last(self) -> None:
        self.query_one(PagedList).move(len(self.rows.rows))

    def action_help(self) -> None:
        keys = [*(one.key for one in self._own_keys.values()), *self.KEYS]
        about_scans = self.listing.ABOUT_SCANS or self.ABOUT_SCANS or _ABOUT_SCANS[self.listing.SCANS]
        _ = self.app.push_screen(Help(self.voice, keys, (about_scans,)))


_ORDER = (OPEN, TO_DESK, GO_TO, FIND, RETRY, ROW_SLIP, UNDO, PALETTE, COPY_TEXT, SPEAK, LOCK)
"""The keys at the foot of every list behind its own: those that serve the list before those that serve the console."""


class Filter(Spoken):
    """Which rows are shown, and how many there are; or why they could not be read."""

    COMPONENT_CLASSES = {"filter--ill"}

    def __init__(self, voice: Voice, screen: ListScreen) -> None:
        super().__init__(voice, id="filter")
        self._of = screen
        self.error: Exception | None = None

    def text(self) -> Text:
        if self.error is not None:
            told = complaint(self.error, self.voice)
            return Text(f" {told.why} {told.remedy}", self.get_component_rich_style("filter--ill", partial=True))
        left, right = Text(" " + self._of.listing.filter()), Text(self._numbers() + " ")
        # How many there are stays, whatever there is to say of which.
        left.truncate(max(self.size.width - right.cell_len - 1, 1), overflow="ellipsis")
        room = max(self.size.width - left.cell_len - right.cell_len, 1)
        return Text.assemble(left, " " * room, right, no_wrap=True, overflow="ellipsis")

    def _numbers(self) -> str:
        rows = self._of.rows
        if not rows.has_read:
            return self.voice.say("reading…")
        read = f"{len(rows.rows)}+" if rows.next is not None else str(len(rows.rows))
        count = self._of.listing.total() or read
        at = rows.chosen_at + 1 if rows.rows else 0
        return self.voice.say("{at} of {count}", at=at, count=count)


class Headings(Spoken):
    """The headings of the columns; that there is nothing, where there is nothing."""

    def __init__(self, voice: Voice, screen: ListScreen) -> None:
        super().__init__(voice, id="headings")
        self._of = screen

    def text(self) -> Text:
        if self._of.rows.has_read and not self._of.rows.rows:
            return Text("\n".join("  " + said for said in self._of.listing.nothing()))
        return Text(self._of.query_one(PagedList).headings(), no_wrap=True, overflow="ellipsis")
