"""Who waits for what in a large library: one request for each twenty items, in queues and on hold shelves.

Each tenth title is one that people wait for. Of twenty such titles ten have one in the queue, two have two, one has
three (the last of whom needed it by last week), two have a copy on a hold shelf, one is asked for from next month on,
and four have nobody at the moment: twenty requests. Both copies of a title with a queue are out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

EACH = 10
"""One title of so many is one that people wait for."""

QUEUES = (1,) * 10 + (2, 2, 3)
"""How many wait, for the first titles of each twenty that are waited for."""

PARCELS = (13, 14)
FUTURE = 15
CYCLE = 20
REQUEST_COLUMNS = (
    "id, kind, status, title_id, patron_id, branch_id, position, placed_at, starts_at, ends_at, suspended, "
    "held_item_id, held_at, shelf_until, shelf_number, note"
)


class ImaginedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a title, by its number from 0, of a patron and for a branch, both by their numbers from 0.

    ``held`` is the number of the copy on the hold shelf, where it has the number ``shelf`` until ``until``.
    """

    title: int
    patron: int
    branch: int
    position: int
    placed_at: datetime
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    held: int | None = None
    held_at: datetime | None = None
    until: datetime | None = None
    shelf: int | None = None


def is_wanted(item: int) -> bool:
    """Whether the item with this number, from 0, is of a title that people wait for."""
    return item // 2 % EACH == 0


def is_queued(item: int) -> bool:
    """Whether somebody waits in the queue of this item's title, so that it is out."""
    return is_wanted(item) and item // 2 // EACH % CYCLE < len(QUEUES)


class ImaginedRequests:
    """All requests of a library with so many items. Patrons whose number is a multiple of five have them, three each
    at most, and have nothing on loan.
    """

    def __init__(self, items: int, branches: int, now: datetime) -> None:
        self._titles = range(0, items // 2, EACH)
        self._patrons = items // 50
        self._branches = branches
        self._now = now
        self._parcels = [0] * branches
        self._all_parcels = sum(number % CYCLE in PARCELS for number in range(len(self._titles)))
        self._made = 0

    def __iter__(self) -> Iterator[ImaginedRequest]:
        """In the order in which they were placed."""
        for number, title in enumerate(self._titles):
            turn = number % CYCLE
            if turn < len(QUEUES):
                for position in range(1, QUEUES[turn] + 1):
                    too_late = self._now - timedelta(days=7) if position == max(QUEUES) else None
                    yield self._request(title, position, ends_at=too_late)
            elif turn in PARCELS:
                yield self._parcel(title)
            elif turn == FUTURE:
                yield self._request(title, 1, starts_at=self._now + timedelta(days=30))

    def _request(
        self, title: int, position: int, *, starts_at: datetime | None = None, ends_at: datetime | None = None
    ) -> ImaginedRequest:
        patron, branch = self._next()
        return ImaginedRequest(
            title=title,
            patron=patron,
            branch=branch,
            position=position,
            placed_at=self._now - timedelta(days=20) + timedelta(minutes=position),
            starts_at=starts_at,
            ends_at=ends_at,
        )

    def _parcel(self, title: int) -> ImaginedRequest:
        patron, branch = self._next()
        # They came over the last six days and lie for three: about half have been there for too long.
        before = sum(self._parcels)
        held_at = self._now - timedelta(days=6) * (1 - before / self._all_parcels) - timedelta(minutes=5)
        self._parcels[branch] += 1
        return ImaginedRequest(
            title=title,
            patron=patron,
            branch=branch,
            position=1,
            placed_at=self._now - timedelta(days=20),
            held=2 * title,
            held_at=held_at,
            until=(held_at + timedelta(days=3)).replace(hour=15, minute=59, second=59, microsecond=0),
            shelf=self._parcels[branch],
        )

    def _next(self) -> tuple[int, int]:
        number = self._made
        self._made += 1
        return 5 * (number % self._patrons), number % self._branches
