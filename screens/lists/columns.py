"""Columns of a list: which ones there is room for, and how wide each is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

GAP = 2
"""Cells between two columns."""


class Column(msgspec.Struct, frozen=True):
    """A column: its heading, the cells it needs at least, its share of what is left over, and how much it matters.

    Where there is not room for all, the lightest go. ``right``: numbers, which stand to the right.
    """

    heading: str
    least: int
    share: int = 0
    weight: int = 5
    right: bool = False


class Cell(msgspec.Struct, frozen=True):
    """What stands in a column; ``tone`` is how: plain, quiet, strong, alarm or good."""

    text: str
    tone: str = "plain"


def lay_out(columns: Sequence[Column], width: int) -> list[int]:
    """The width of each column, 0 of those that there is no room for; a share goes only to who has one."""
    kept = set(range(len(columns)))
    while len(kept) > 1 and _needed(columns, kept) > width:
        # Of two that matter alike the later goes.
        kept.remove(min(kept, key=lambda number: (columns[number].weight, -number)))
    widths = [columns[number].least if number in kept else 0 for number in range(len(columns))]
    spare = width - _needed(columns, kept)
    shares = sum(columns[number].share for number in kept)
    for number in sorted(kept):
        share = columns[number].share
        if share and spare > 0:
            more = spare * share // shares
            widths[number] += more
            spare -= more
            shares -= share
    return widths


def _needed(columns: Sequence[Column], kept: set[int]) -> int:
    return sum(columns[number].least for number in kept) + GAP * (len(kept) - 1)


def whom(number: str | None, name: str | None) -> str:
    """A patron as lists show them: the last digits of the number, then the name; empty where nobody may be seen."""
    return f"··{number[-4:]} {name or ''}".rstrip() if number else ""
