"""Reading a list on a thread of its own: page by page, and anew when something has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from textual.message import Message

from libops.pages import MOST, Page
from libops.refusals import Refusal
from libops.troubles import DatabaseTrouble
from screens.complaints import log_failure
from screens.lists.listing import Listing

FIRST_PAGE = 200
"""Rows of a page: some screens full."""


class RowsRead(Message):
    """Rows were read. ``anew``: they stand in place of those that were; otherwise they follow them."""

    def __init__(self, turn: int, page: Page[Any], *, anew: bool) -> None:
        super().__init__()
        self.turn, self.page, self.anew = turn, page, anew


class ReadingFailed(Message):
    """They could not be read: a refusal, the database's trouble, or a failure of the program."""

    def __init__(self, turn: int, error: Exception) -> None:
        super().__init__()
        self.turn, self.error = turn, error


class Wanted(msgspec.Struct, frozen=True):
    """What to read: so many rows from the beginning, or a page behind a cursor.

    ``turn`` counts how often the list became another one; what was read for an earlier turn is thrown away.
    """

    turn: int
    rows: int = FIRST_PAGE
    after: str = ""
    anew: bool = False


def read(listing: Listing[Any], wanted: Wanted, tell: Callable[[Message], object]) -> None:
    """Read it, and tell what came of it."""
    try:
        tell(RowsRead(wanted.turn, _rows(listing, wanted), anew=wanted.anew))
    # Whatever it is: the list stays on screen and says so.
    except Exception as error:  # noqa: BLE001
        if not isinstance(error, Refusal | DatabaseTrouble):
            log_failure(error, "list")
        tell(ReadingFailed(wanted.turn, error))


def _rows(listing: Listing[Any], wanted: Wanted) -> Page[Any]:
    rows: list[Any] = []
    after: str | None = wanted.after
    while after is not None and len(rows) < wanted.rows:
        with listing.shift.look() as look:
            page = listing.read(look, after, min(wanted.rows - len(rows), MOST))
        rows += page.results
        after = page.next
    return Page(rows, after)
