"""Columns of a list: which ones there is room for, and how wide each is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.cells import cell_len

GAP = 2
"""Cells between two columns."""


class Column(msgspec.Struct, frozen=True):
    """A column: its heading, the cells it has at least where its rows need so many, and how much it matters.

    Where there is not room for all, the lightest go. ``right``: numbers, which stand to the right and are never cut.
    """

    heading: str
    least: int
    weight: int = 5
    right: bool = False


class Cell(msgspec.Struct, frozen=True):
    """What stands in a column; ``tone`` is how: plain, quiet, strong, alarm or good.

    Where ``parts`` are given, the text is these joined, and as many as there is room for are shown, each of them whole.
    """

    text: str
    tone: str = "plain"
    parts: tuple[str, ...] = ()


BETWEEN = " · "
"""Stands between the parts of a cell."""


def of_parts(parts: Sequence[str], tone: str = "plain") -> Cell:
    """A cell of several things, none of which is shown half."""
    return Cell(BETWEEN.join(parts), tone, tuple(parts))


def whole_parts(parts: Sequence[str], width: int) -> str:
    """As many of the parts as there is room for, the first at least, and behind them how many more there are."""
    for shown in range(len(parts), 1, -1):
        text = _so_many(parts, shown)
        if cell_len(text) <= width:
            return text
    return _so_many(parts, 1)


def _so_many(parts: Sequence[str], shown: int) -> str:
    left = len(parts) - shown
    return BETWEEN.join(parts[:shown]) + (f" +{left}" if left else "")


class Need(msgspec.Struct, frozen=True):
    """The cells of a column's heading, and of the widest of what stands below it; 0 where nothing does."""

    heading: int
    cells: int


def lay_out(columns: Sequence[Column], needs: Sequence[Need], width: int) -> list[int]:
    """The width of each column, 0 of those that there is no room for.

    None is wider than it needs. What is left over goes to those that are cut, the narrowest first: so a name is whole
    before a title is.
    """
    full = [max(need.heading, need.cells) for need in needs]
    least = [whole if one.right else min(one.least, whole) for one, whole in zip(columns, full, strict=True)]
    kept = set(range(len(columns)))
    if _needed(full, kept) > width:
        # What says nothing makes room for what would be cut.
        kept = {number for number in kept if needs[number].cells} or {0}
    while len(kept) > 1 and _needed(least, kept) > width:
        # Of two that matter alike the later goes.
        kept.remove(min(kept, key=lambda number: (columns[number].weight, -number)))
    widths = [min(least[number], width) if number in kept else 0 for number in range(len(columns))]
    spare = width - _needed(least, kept)
    while spare > 0 and (cut := [number for number in sorted(kept) if widths[number] < full[number]]):
        widths[min(cut, key=lambda number: widths[number])] += 1
        spare -= 1
    return widths


def _needed(widths: Sequence[int], kept: set[int]) -> int:
    return sum(widths[number] for number in kept) + GAP * (len(kept) - 1)


def whom(number: str | None, name: str | None) -> str:
    """A patron as lists show them: the last digits of the number, then the name; empty where nobody may be seen."""
    return f"··{number[-4:]} {name or ''}".rstrip() if number else ""
