"""Lists come in pages: keyset cursors, and one row more than asked to know whether there is a next page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")

MOST = 1000
"""The largest page that is given out."""

_NEWEST = 2**63 - 1
_MOST_DIGITS = 19


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some rows of a list, and the cursor behind which the next ones stand (None at the end)."""

    results: list[T]
    next: str | None


def page_of(rows: Sequence[T], limit: int, cursor: Callable[[T], str]) -> Page[T]:
    """A page from ``limit + 1`` fetched rows."""
    shown = list(rows[:limit])
    return Page(shown, cursor(shown[-1]) if len(rows) > limit and shown else None)


def row_before(after: str) -> int:
    """The row number below which a list goes on that shows the newest first; what is no cursor begins at the newest."""
    is_number = after.isascii() and after.isdecimal() and len(after) <= _MOST_DIGITS
    return min(int(after), _NEWEST) if is_number else _NEWEST


def bounded(limit: int) -> int:
    """A page size within reason."""
    return max(1, min(limit, MOST))
