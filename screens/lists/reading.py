"""Reading a list on a thread of its own: page by page, and anew when something has changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from textual.message import Message

from libops.pages import MOST, Page
from screens.attempts import attempt
from screens.lists.listing import Listing


class RowsRead(Message):
    """Rows were read, as they were wanted."""

    def __init__(self, wanted: Wanted, page: Page[Any]) -> None:
        super().__init__()
        self.wanted, self.page = wanted, page


class ReadingFailed(Message):
    """They could not be read: a refusal, the database's trouble, or a failure of the program."""

    def __init__(self, turn: int, error: Exception) -> None:
        super().__init__()
        self.turn, self.error = turn, error


class Wanted(msgspec.Struct, frozen=True):
    """What to read: so many rows from the beginning, or behind a cursor.

    ``anew``: they stand in place of those that were read, from the place ``first`` on; otherwise they follow them.
    ``turn`` counts how often the list became another one; what was read for an earlier turn is thrown away.
    """

    turn: int
    rows: int
    after: str = ""
    anew: bool = False
    first: int = 0


def read(listing: Listing[Any], wanted: Wanted, tell: Callable[[Message], object]) -> None:
    """Read it, and tell what came of it."""
    page, error = attempt(partial(_rows, listing, wanted), "list")
    if error is not None:
        tell(ReadingFailed(wanted.turn, error))
    elif page is not None:
        tell(RowsRead(wanted, page))


def _rows(listing: Listing[Any], wanted: Wanted) -> Page[Any]:
    rows: list[Any] = []
    after: str | None = wanted.after
    while after is not None and len(rows) < wanted.rows:
        page = listing.read_page(after, min(wanted.rows - len(rows), MOST))
        rows += page.results
        after = page.next
    return Page(rows, after)
