"""The rows of a list as far as they have been read, and which one is chosen. Pure: no screen, no database."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from libops.pages import Page

R = TypeVar("R")


class Rows(Generic[R]):
    """Rows that come page by page, and are read anew while somebody looks at them.

    ``key`` tells a row from all others, however often it is read.
    """

    def __init__(self, key: Callable[[R], Hashable]) -> None:
        self._key = key
        self.rows: list[R] = []
        self.chosen_at = 0
        self.next: str | None = None
        self.has_read = False

    @property
    def chosen(self) -> R | None:
        """The row that keys act upon; None where there is none."""
        return self.rows[self.chosen_at] if self.rows else None

    def forget(self) -> None:
        """Begin anew: what was read was another list."""
        self.rows, self.next, self.chosen_at, self.has_read = [], None, 0, False

    def add(self, page: Page[R]) -> None:
        """The next page, or the first."""
        known = {self._key(row) for row in self.rows}
        # What moved behind the cursor of a page since that was read comes twice.
        self.rows.extend(row for row in page.results if self._key(row) not in known)
        self.next, self.has_read = page.next, True

    def renew(self, rows: Sequence[R], following: str | None) -> int:
        """All that was read, read anew; by how many rows the chosen one has moved.

        The same row stays chosen. Where it is gone, the one that stood below it is, or else the one above.
        """
        before, keys = self.chosen_at, [self._key(row) for row in self.rows]
        self.rows, self.next, self.has_read = list(rows), following, True
        places = {self._key(row): place for place, row in enumerate(self.rows)}
        near = [*keys[before:], *reversed(keys[:before])]
        self.chosen_at = next((places[key] for key in near if key in places), 0)
        return self.chosen_at - before

    def choose(self, at: int) -> None:
        """Choose a row by its place, or the nearest there is."""
        self.chosen_at = max(0, min(at, len(self.rows) - 1))

    def choose_key(self, key: Hashable) -> bool:
        """Choose a row by its key; whether it has been read."""
        for place, row in enumerate(self.rows):
            if self._key(row) == key:
                self.chosen_at = place
                return True
        return False
