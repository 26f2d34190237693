"""The rows of an account under their headings; one is chosen, and its keys act upon it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens.account.sections import AccountRow, Section
from screens.columns import beside, fit, wrap

_MARK = "▸ "
_SPACE = 2


class _Line(msgspec.Struct, frozen=True):
    """A line on screen, and which row it belongs to; headings belong to none."""

    parts: tuple[tuple[str, str], ...]
    row: int | None = None


class RowList(ScrollView, can_focus=False):
    """Sections of rows. Long titles run on within their column."""

    COMPONENT_CLASSES = {f"row-list--{name}" for name in ("heading", "alarm", "lead", "text", "quiet", "chosen")}

    class Chosen(Message):
        """Another row is chosen."""

    def __init__(self) -> None:
        super().__init__(id="row-list")
        self._sections: Sequence[Section] = ()
        self._rows: list[AccountRow] = []
        self._lines: list[_Line] = []
        self._at = 0

    @property
    def chosen(self) -> AccountRow | None:
        """The row that keys act upon."""
        return self._rows[self._at] if self._rows else None

    def show(self, sections: Sequence[Section]) -> None:
        """Show these; the same row stays chosen, or the one that has come to its place."""
        before = self.chosen
        self._sections = sections
        self._rows = [row for section in sections for row in section.rows]
        same = (number for number, row in enumerate(self._rows) if before is not None and _is(row, before))
        self._at = next(same, max(0, min(self._at, len(self._rows) - 1)))
        self._lay_out()

    def plain_text(self) -> str:
        """The sections with their rows, whole."""
        texts = []
        for section in self._sections:
            rows = [f"{'! ' if row.alarm else ''}{row.lead}\t{row.text}\t{row.aside}".rstrip() for row in section.rows]
            texts.append("\n".join([section.heading, *(rows or [section.empty])]))
        return "\n".join(texts)

    def move(self, by: int) -> None:
        """Choose the row so many further down."""
        self._at = max(0, min(self._at + by, len(self._rows) - 1))
        self._settle()

    @property
    def parts(self) -> int:
        """How many sections have rows."""
        return len(self._firsts())

    def leap(self, by: int) -> None:
        """Choose the first row of the section so many further on; behind the last comes the first."""
        firsts = self._firsts()
        if firsts:
            here = sum(first <= self._at for first in firsts) - 1
            self._at = firsts[(here + by) % len(firsts)]
            self._settle()

    def _firsts(self) -> list[int]:
        """The number of the first row of each section that has any."""
        firsts, number = [], 0
        for section in self._sections:
            if section.rows:
                firsts.append(number)
            number += len(section.rows)
        return firsts

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        at = event.y + int(self.scroll_offset.y)
        row = self._lines[at].row if at < len(self._lines) else None
        if row is not None:
            event.stop()
            self._at = row
            self._settle()

    def render_line(self, y: int) -> Strip:
        at, width, style = y + int(self.scroll_offset.y), self.size.width, self.rich_style
        if at >= len(self._lines):
            return Strip.blank(width, style)
        line = self._lines[at]
        chosen = line.row is not None and line.row == self._at
        fill = self._style("chosen") if chosen else Style()
        first = line.row is not None and (at == 0 or self._lines[at - 1].row != line.row)
        parts = [Segment(_MARK if chosen and first else " " * len(_MARK), fill)]
        parts += [Segment(text, self._style(name) + fill) for text, name in line.parts]
        return Strip(parts).apply_style(style).adjust_cell_length(width, style + fill)

    def _lay_out(self) -> None:
        width = self.size.width - len(_MARK) - 1
        if width < 20:
            return
        self._lines = []
        number = 0
        for section in self._sections:
            if self._lines:
                self._lines.append(_Line(()))
            self._lines.append(_Line(((section.heading, "heading"),)))
            if not section.rows:
                self._lines.append(_Line(((section.empty, "quiet"),)))
            column = max((cell_len(row.lead) for row in section.rows), default=0) + _SPACE + 2
            for row in section.rows:
                self._lines += self._draw(row, number, column, width)
                number += 1
        self.virtual_size = Size(self.size.width, len(self._lines))
        self._settle()

    def _draw(self, row: AccountRow, number: int, column: int, width: int) -> list[_Line]:
        lead = fit(("! " if row.alarm else "  ") + row.lead, column)
        lines = []
        for place, (text, more) in enumerate(beside(wrap(row.text, width - column), row.aside, width - column)):
            before = (" " * column, "lead") if place else (lead, "alarm" if row.alarm else "lead")
            lines.append(_Line((before, (text, "text"), (more, "quiet")), number))
        return lines

    def _settle(self) -> None:
        mine = [at for at, line in enumerate(self._lines) if line.row == self._at]
        if mine:
            # The heading above the first row comes into sight with it.
            top = mine[0] - 1 if mine[0] and self._lines[mine[0] - 1].row is None else mine[0]
            region = Region(0, top, 1, mine[-1] - top + 1)
            self.scroll_to_region(region, animate=False, immediate=True, force=True)
        self.post_message(self.Chosen())
        self.refresh()

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"row-list--{name}", partial=True)


def _is(row: AccountRow, other: AccountRow) -> bool:
    return (row.kind, row.ref) == (other.kind, other.ref)
