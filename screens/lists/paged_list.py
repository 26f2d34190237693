"""The list itself: draws the rows in sight and no others, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens.columns import fit, plain
from screens.lists.columns import GAP, Cell, Column, Need, lay_out, whole_parts
from screens.lists.rows import Rows
from screens.voice import Voice

_MARK = "▸ "
_MEASURED = 200
"""Rows that say how wide the columns are; what is wider in a later one is cut."""
TONES = ("plain", "quiet", "strong", "alarm", "good")


class PagedList(ScrollView, can_focus=False):
    """Rows in columns; one is chosen. ``cells`` says what stands in a row, and is asked when it is drawn."""

    COMPONENT_CLASSES = {*(f"paged-list--{tone}" for tone in TONES), "paged-list--chosen", "paged-list--heading"}

    class Chosen(Message):
        """Another row is chosen, or the same one was read anew."""

    class NearEnd(Message):
        """The rows that have been read are coming to their end."""

    class OldRows(Message):
        """Rows in sight were read some time ago, and not anew with the others."""

    # Any, because a list may be of anything; its listing knows of what.
    def __init__(
        self, voice: Voice, rows: Rows[Any], columns: Sequence[Column], cells: Callable[[Any], Sequence[Cell]]
    ) -> None:
        super().__init__(id="paged-list")
        self.voice = voice
        self.rows = rows
        self._columns = columns
        self._cells = cells
        self._widths: list[int] = []

    def show(self, moved: int = 0) -> None:
        """The rows have changed; what was in sight, which moved by so many, stays where it was on screen."""
        self.show_from(self.rows.top + moved)

    def show_from(self, top: int) -> None:
        """Show the rows that are there, this place first."""
        self.virtual_size = Size(self.size.width, len(self.rows.rows))
        self._lay_out()
        self._scroll(top)
        self._tell()

    def move(self, by: int) -> None:
        """Choose another row, so many further down."""
        self.rows.choose(self.rows.chosen_at + by)
        self.go_to_chosen()

    def go_to_chosen(self) -> None:
        """Have the chosen row in sight. Only whoever chooses goes there: nobody else is torn from what they look at."""
        at, top = self.rows.chosen_at, int(self.scroll_offset.y)
        if at < top:
            self._scroll(at)
        elif at >= top + self.page:
            self._scroll(at - self.page + 1)
        self._tell()

    def speak(self) -> None:
        """Say it all in the language of now."""
        self._lay_out()
        self.refresh()

    def plain_text(self) -> str:
        """The rows that have been read, with tabs between their columns as tables of other programs have them."""
        rows = ([plain(cell.text) for cell in self._cells(row)] for row in self.rows.rows)
        return "\n".join("\t".join(cells) for cells in rows)

    def _lay_out(self) -> None:
        widest = [0] * len(self._columns)
        for row in self.rows.rows[:_MEASURED]:
            cells = self._cells(row)
            widest = [max(width, cell_len(plain(cell.text))) for width, cell in zip(widest, cells, strict=True)]
        headings = (cell_len(self.voice.say(column.heading)) for column in self._columns)
        needs = [Need(heading, width) for heading, width in zip(headings, widest, strict=True)]
        self._widths = lay_out(self._columns, needs, max(self.size.width - len(_MARK) - 1, 10))

    @property
    def page(self) -> int:
        """How many rows are in sight."""
        return max(self.size.height, 1)

    @property
    def around(self) -> tuple[int, int]:
        """The places between which rows are needed: a screen above what is in sight, and two below."""
        top, chosen = int(self.scroll_offset.y), self.rows.chosen_at
        return max(min(top, chosen) - self.page, 0), max(top, chosen) + 3 * self.page

    def _scroll(self, top: int) -> None:
        self.scroll_to(y=max(top, 0), animate=False, immediate=True, force=True)

    def _tell(self) -> None:
        at = self.rows.chosen_at
        if self.rows.next is not None and at + 2 * self.page >= len(self.rows.rows):
            self.post_message(self.NearEnd())
        if at < self.rows.old_to:
            self.post_message(self.OldRows())
        self.post_message(self.Chosen())
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        was_in_sight = self.rows.chosen_is_in_sight
        self.rows.in_sight = self.page
        self.show()
        if was_in_sight:
            self.go_to_chosen()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.rows.top = int(new_value)
        if self.rows.next is not None and new_value + 3 * self.page >= len(self.rows.rows):
            self.post_message(self.NearEnd())
        if new_value < self.rows.old_to:
            self.post_message(self.OldRows())

    def on_click(self, event: events.Click) -> None:
        at = event.y + int(self.scroll_offset.y)
        if at < len(self.rows.rows):
            event.stop()
            self.rows.choose(at)
            self.go_to_chosen()

    def headings(self) -> str:
        """The headings, each above its column."""
        cells = [Cell(self.voice.say(column.heading)) for column in self._columns]
        return " " * len(_MARK) + "".join(text for text, _ in self._in_columns(cells))

    def render_line(self, y: int) -> Strip:
        at, width, style = y + int(self.scroll_offset.y), self.size.width, self.rich_style
        if at >= len(self.rows.rows):
            return Strip.blank(width, style)
        chosen = at == self.rows.chosen_at
        segments = [Segment(_MARK if chosen else " " * len(_MARK), self._style("chosen") if chosen else None)]
        for text, tone in self._in_columns(self._cells(self.rows.rows[at])):
            own = self._style(tone)
            segments.append(Segment(text, own + self._style("chosen") if chosen else own))
        strip = Strip(segments).apply_style(style)
        fill = self._style("chosen") if chosen else style
        return strip.adjust_cell_length(width, style + fill)

    def _in_columns(self, cells: Sequence[Cell]) -> list[tuple[str, str]]:
        told = []
        for column, width, cell in zip(self._columns, self._widths, cells, strict=False):
            if width:
                text = fit(whole_parts(cell.parts, width) if cell.parts else cell.text, width)
                if column.right:
                    bare = plain(cell.text) if cell_len(plain(cell.text)) <= width else text
                    text = " " * (width - cell_len(bare)) + bare
                told.append((text + " " * GAP, cell.tone))
        return told

    def _style(self, tone: str) -> Style:
        return self.get_component_rich_style(f"paged-list--{tone}", partial=True)
