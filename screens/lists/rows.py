"""The rows of a list as far as they have been read, and which one is chosen. Pure: no screen, no database.

A long list is not read anew from its beginning each time something changes: only the pages around what is in sight
are. What stands above them stays as it was read until somebody goes there; what stood below is read again on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from libops.pages import Page

R = TypeVar("R")


class Rows(Generic[R]):
    """Rows that come page by page, and are read anew while somebody looks at them.

    ``key`` tells a row from all others, however often it is read. Those before ``old_to`` were not read anew with the
    rest.
    """

    def __init__(self, key: Callable[[R], Hashable]) -> None:
        self._key = key
        self.rows: list[R] = []
        self.chosen_at = 0
        self.top = 0
        """The first place in sight."""
        self.in_sight = 0
        """How many places are in sight; 0: nobody has looked yet."""
        self.next: str | None = None
        self.has_read = False
        self.old_to = 0
        self._begins: list[tuple[int, str]] = []
        self._known: set[Hashable] = set()

    @property
    def chosen(self) -> R | None:
        """The row that keys act upon; None where there is none."""
        return self.rows[self.chosen_at] if self.rows else None

    @property
    def chosen_is_in_sight(self) -> bool:
        """Whether the chosen row is one of those in sight; a wheel scrolls it away and leaves it chosen."""
        return self.top <= self.chosen_at < self.top + self.in_sight

    def forget(self) -> None:
        """Begin anew: what was read was another list."""
        self.rows, self.next, self.chosen_at, self.top, self.has_read = [], None, 0, 0, False
        self.old_to, self._begins, self._known = 0, [], set()

    def add(self, page: Page[R], after: str = "") -> None:
        """The next page, or the first; ``after`` is the cursor behind which it was read."""
        self._begins.append((len(self.rows), after))
        self._put(page.results)
        self.next, self.has_read = page.next, True

    def page_at(self, place: int) -> tuple[int, str]:
        """Where the page begins that holds this place, and the cursor behind which it is read."""
        return max(((first, after) for first, after in self._begins if first <= place), default=(0, ""))

    def renew(self, rows: Sequence[R], following: str | None, first: int = 0) -> int:
        """All that was read from a place on, read anew; by how many rows what is in sight has moved.

        That is the chosen row, or the first one in sight where the chosen one is not. The same row stays chosen. Where
        it is gone, the one that stood below it is, or else the one above.
        """
        chosen, keys = self.chosen_at, [self._key(row) for row in self.rows[first:]]
        held = self.top if self.in_sight and not self.chosen_is_in_sight else chosen
        del self.rows[first:]
        self._known.difference_update(keys)
        self._begins = [begin for begin in self._begins if begin[0] <= first]
        self._put(rows)
        self.next, self.has_read, self.old_to = following, True, first
        places = {self._key(row): place for place, row in enumerate(self.rows[first:], first)}

        def now(place: int) -> int:
            near = [*keys[place - first :], *reversed(keys[: place - first])] if place >= first else []
            return next((places[key] for key in near if key in places), min(place, max(first - 1, 0)))

        self.chosen_at = now(chosen)
        return now(held) - held

    def _put(self, rows: Sequence[R]) -> None:
        # What moved behind the cursor of a page since that was read comes twice.
        self.rows.extend(row for row in rows if self._key(row) not in self._known)
        self._known.update(map(self._key, rows))

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
