"""Tables on a terminal: no wider than it, and broken only between words.

Where there is not room for all columns the widest text is shortened first, by more lines; where not even the words
stand beside each other, the widest columns go below the row that they belong to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

import msgspec
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from libops.slips.widths import on_screen, pieces, wrap

_GAP = "  "
_LONG = 30
"""What is longer than this without a space may be broken anywhere, and a text that is longer is worth some room."""
_NAME = 8
"""What is no longer than this is never broken, not even between Chinese characters."""
_LEGIBLE = 14
"""Columns below which a long text is too thin to be read."""


class _Width(msgspec.Struct, frozen=True):
    """What a column needs for its words, and what for all it says on one line."""

    least: int
    full: int


class FittedTable:
    """A table of plain texts that fits the terminal it is shown on; its first column is never broken.

    ``groups`` is what each row belongs to; it stands once above the rows that follow each other in it.
    """

    def __init__(
        self, headings: Sequence[str], rows: Iterable[Sequence[str]], groups: Sequence[str] | None = None
    ) -> None:
        self._headings = headings
        self._rows = [list(row) for row in rows]
        self._groups = groups or [""] * len(self._rows)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        beside, widths = self._lay_out(options.max_width)
        for text in _in_lines([self._headings[at] for at in beside], widths):
            yield Text(text, "bold", no_wrap=True)
        yield Text("─" * _sum(widths), no_wrap=True)
        group_before = ""
        for row, group in zip(self._rows, self._groups, strict=True):
            if group != group_before:
                group_before = group
                yield Text("")
                yield from (Text(text, "bold", no_wrap=True) for text in wrap(group, options.max_width, on_screen))
            for text in (*_in_lines([row[at] for at in beside], widths), *self._below(row, beside, options.max_width)):
                yield Text(text, no_wrap=True)

    def _below(self, row: Sequence[str], beside: Sequence[int], room: int) -> Iterator[str]:
        for at, cell in enumerate(row):
            if at not in beside and cell:
                yield from wrap(f"{_GAP}{self._headings[at]}{_GAP}{cell}", room, on_screen)

    def _lay_out(self, room: int) -> tuple[list[int], list[int]]:
        """Which columns stand beside each other, and how wide each is."""
        needs = [self._needs(at) for at in range(len(self._headings))]
        beside = list(range(len(needs)))
        if _sum(needs[at].full for at in beside) > room:
            beside = [at for at in beside if at == 0 or any(row[at] for row in self._rows)]
        while len(beside) > 1 and _sum(needs[at].least for at in beside) > room:
            beside.remove(max(beside[1:], key=lambda at: (needs[at].full, at)))
        return beside, _shared_out([needs[at] for at in beside], room)

    def _needs(self, at: int) -> _Width:
        heading = self._headings[at]
        cells = [row[at] for row in self._rows]
        full = max(map(on_screen, (heading, *cells)))
        if at == 0:
            return _Width(full, full)
        words = (min(on_screen(piece.rstrip()), _LONG) for cell in cells for piece in pieces(cell))
        names = (min(on_screen(cell), _NAME) for cell in cells)
        legible = _LEGIBLE if full > _LONG else 0
        return _Width(max(legible, *map(on_screen, heading.split() or [""]), *words, *names), full)


def _sum(widths: Iterable[int]) -> int:
    """The cells of columns side by side."""
    widths = list(widths)
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _shared_out(needs: Sequence[_Width], room: int) -> list[int]:
    """How wide each column is: what is short keeps its line, and the longest texts share what is left."""
    widths = [min(need.least, room) for need in needs]
    left = room - _sum(widths)
    while left > 0:
        cut = [at for at, need in enumerate(needs) if widths[at] < need.full]
        if not cut:
            break
        thinnest = min(cut, key=lambda at: widths[at])
        widths[thinnest] += 1
        left -= 1
    return widths


def _in_lines(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    broken = [wrap(cell, width, on_screen) for cell, width in zip(cells, widths, strict=True)]
    for parts in zip_longest(*broken, fillvalue=""):
        padded = (part + " " * (width - on_screen(part)) for part, width in zip(parts, widths, strict=True))
        yield _GAP.join(padded).rstrip()
