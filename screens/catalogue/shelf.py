"""The shelf around a copy or a call number: what stands before it and after it, in shelf order, on to both sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from libops.catalogue.shelf import Shelf, ShelfItem, around, go_on
from libops.catalogue.titles import title_of_item
from libops.codes import CodeKind
from libops.i18n import mark
from libops.names import ITEM_STATUSES
from libops.work import Look
from screens.attempts import attempt
from screens.card import Card
from screens.catalogue.titles import named
from screens.columns import plain
from screens.dialogs import Heading, fills_below
from screens.forms.form import Reply
from screens.keymap import CLOSE, COPY_TEXT, PICK, SPEAK, TEXT, KeyAction, bindings
from screens.lists.columns import Cell, Column
from screens.lists.paged_list import PagedList
from screens.lists.rows import Rows
from screens.shift import Shift
from screens.spoken import Spoken

COPY = KeyAction(
    "copy", "enter", mark("this copy"), mark("Show the chosen copy, and what can be done with it."), 9, id="shelf.copy"
)
TITLE = KeyAction("title", "i", mark("title"), mark("Show the title of the chosen copy."), 8, id="shelf.title")
LABEL = KeyAction("label", "k", mark("spine label"), mark("Show and print its spine label."), 4, id="shelf.label")
JUMP = KeyAction("jump", "g", mark("go to number"), mark("Go to another call number."), 7, id="shelf.jump")
_OF_ROW = (COPY, TITLE, LABEL)

BOUND = (CLOSE, SPEAK, *TEXT, *_OF_ROW, JUMP)
"""Every key along a shelf."""
_COLUMNS = (
    Column(mark("Call number"), 14, 9),
    Column(mark("Title"), 20, 8),
    Column(mark("Author"), 8, 5),
    Column(mark("Status"), 10, 7),
    Column(mark("Bay"), 6, 6),
    Column(mark("Barcode"), 14, 3),
)
_STRETCH = 60
"""Copies that are read at once to each side."""


class ShelfRead(Message):
    """A stretch of the shelf was read, or could not be; ``cursor`` is the one it goes on from, empty: the first."""

    def __init__(self, cursor: str, shelf: Shelf | None, error: Exception | None = None) -> None:
        super().__init__()
        self.cursor, self.shelf, self.error = cursor, shelf, error


class TitleFound(Message):
    """The number of a copy's title, or why it is not known."""

    def __init__(self, number: str | None, error: Exception | None = None) -> None:
        super().__init__()
        self.number, self.error = number, error


class ShelfPanel(Card[None]):
    """A shelf to walk along; what stands further to either side is read when one comes near."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(BOUND)
    HORIZONTAL_BREAKPOINTS = fills_below(170)

    def __init__(self, shift: Shift, at: str) -> None:
        super().__init__(shift)
        self._at = at
        self._shelf: Shelf | None = None
        self._earlier: str | None = None
        self._reading = self._jumping = False
        self.rows: Rows[ShelfItem] = Rows(lambda row: row.barcode)

    def heading(self) -> str:
        shelf = self._shelf
        if shelf is None:
            return mark("Along the shelf")
        spoken = self.voice.language
        place = spoken.either(shelf.location_zh, shelf.location_en)
        return plain(f"{place} · {spoken.either(shelf.branch_zh, shelf.branch_en)}")

    def body(self) -> Iterable[Widget]:
        yield _Headings(self)
        yield PagedList(self.voice, self.rows, _COLUMNS, self._cells)
        yield Reply(self.voice)

    def on_mount(self) -> None:
        self._read("")

    # --- reading --------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Where one stands already, what is further to the sides is read when one comes near."""
        if not self._reading and (self._shelf is None or self._jumping):
            self._read("")

    def _read(self, cursor: str) -> None:
        self._reading = True
        self.run_worker(partial(self._read_on, cursor), thread=True, name="shelf", group="shelf", exit_on_error=False)

    def _read_on(self, cursor: str) -> None:
        def shelf() -> Shelf:
            with self.shift.look() as look:
                here = self._shelf
                if not cursor or here is None:
                    return self._around(look)
                return go_on(
                    look,
                    branch_code=here.branch_code,
                    location_code=here.location_code,
                    cursor=cursor,
                    limit=_STRETCH,
                )

        self.post_message(ShelfRead(cursor, *attempt(shelf, "shelf")))

    def _around(self, look: Look) -> Shelf:
        """Around what was asked for; another call number is looked for at the shelf where one stands already."""
        here = self._shelf
        if here is None or CodeKind.ITEM in self.shift.library.patterns.kinds(self._at):
            return around(look, sought=self._at, before=_STRETCH, after=_STRETCH)
        at = {"branch_code": here.branch_code, "location_code": here.location_code}
        return around(look, sought=self._at, **at, before=_STRETCH, after=_STRETCH)

    @on(ShelfRead)
    def _shelf_read(self, event: ShelfRead) -> None:
        event.stop()
        self._reading = False
        shelf = event.shelf
        if shelf is None:
            if event.error is not None:
                self.complain(event.error)
            return
        moved = self._first(shelf) if not event.cursor else self._further(shelf, event.cursor)
        self.query_one(PagedList).show(moved)
        self.query_one(Heading).speak()
        self._show()

    def _first(self, shelf: Shelf) -> int:
        self._jumping = False
        self._shelf, self._earlier = shelf, shelf.earlier
        self.rows.renew([*shelf.before, *shelf.after], shelf.later)
        self.rows.choose(len(shelf.before))
        if not shelf.met and shelf.here:
            self.query_one(Reply).show(self.voice.say("Nothing stands there; this is where it would."))
        return max(len(shelf.before) - self.query_one(PagedList).page // 2, 0)

    def _further(self, shelf: Shelf, cursor: str) -> int:
        if cursor == self._earlier:
            self._earlier = shelf.earlier
            return self.rows.renew([*shelf.before, *self.rows.rows], self.rows.next)
        if cursor == self.rows.next:
            self.rows.renew([*self.rows.rows, *shelf.after], shelf.later)
        return 0

    @on(PagedList.NearEnd)
    def _near_end(self, event: PagedList.NearEnd) -> None:
        event.stop()
        if not self._reading and self.rows.next is not None:
            self._read(self.rows.next)

    @on(PagedList.Chosen)
    def _row_chosen(self, event: PagedList.Chosen) -> None:
        event.stop()
        near_beginning = self.rows.chosen_at < 2 * self.query_one(PagedList).page
        if near_beginning and not self._reading and self._earlier is not None:
            self._read(self._earlier)
        self._show()

    def speak(self) -> None:
        """Say it all in the language of now."""
        self._show()

    def _show(self) -> None:
        self.query_one(_Headings).speak()
        self.refresh_keys()

    @property
    def has_read(self) -> bool:
        """Whether the shelf has been read."""
        return self._shelf is not None

    def _cells(self, row: ShelfItem) -> Sequence[Cell]:
        bay = "" if row.bay is None else row.bay.code
        return (
            Cell(row.call_number, "strong"),
            Cell(named(row.title, row.volume, row.title_alt)),
            Cell(row.author, "quiet"),
            Cell(self.voice.say(ITEM_STATUSES[row.status]), "good" if row.status == "available" else "alarm"),
            Cell(bay),
            Cell(row.barcode, "quiet"),
        )

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        of_row = any(one.action == action for one in _OF_ROW)
        return self.rows.chosen is not None if of_row else True

    def keys(self) -> list[tuple[KeyAction, str]]:
        offered = (PICK, *_OF_ROW, JUMP, COPY_TEXT, CLOSE)
        return [(one, self.voice.say(one.label)) for one in offered if self.check_action(one.action, ())]

    def move_by(self, lines: int) -> None:
        self.query_one(PagedList).move(lines)

    def lines_of_a_leaf(self) -> int:
        return self.query_one(PagedList).page

    def action_copy(self) -> None:
        if self.rows.chosen is not None:
            self.shift.show_item(self.rows.chosen.barcode)

    def action_label(self) -> None:
        if self.rows.chosen is not None:
            self.shift.show_labels([self.rows.chosen.barcode])

    def action_title(self) -> None:
        if self.rows.chosen is not None:
            look_up = partial(self._find_title, self.rows.chosen.barcode)
            self.run_worker(look_up, thread=True, name="title", group="title", exit_on_error=False)

    def _find_title(self, barcode: str) -> None:
        def number() -> str:
            with self.shift.look() as look:
                return title_of_item(look, barcode)

        self.post_message(TitleFound(*attempt(number, "title")))

    @on(TitleFound)
    def _title_found(self, event: TitleFound) -> None:
        event.stop()
        if event.number is not None:
            self.shift.show_title(event.number)
        elif event.error is not None:
            self.complain(event.error)

    def action_jump(self) -> None:
        from screens.forms.shelf import GoToCallNumber

        _ = self.app.push_screen(GoToCallNumber(self.shift, self._jump))

    def _jump(self, at: str) -> None:
        self._at, self._jumping = at, True
        self.query_one(Reply).show()
        self._read("")


class _Headings(Spoken):
    def __init__(self, panel: ShelfPanel) -> None:
        super().__init__(panel.voice, id="headings")
        self._panel = panel

    def text(self) -> Text:
        if self._panel.has_read:
            return Text(self._panel.query_one(PagedList).headings(), no_wrap=True, overflow="ellipsis")
        return Text("" if self._panel.query_one(Reply).said else "  " + self.voice.say("reading…"))
