"""Bays as one value: which of them hold a key. The same for a stack that stands and for one that is only looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from db.stacks import BayStatus


class Holding(msgspec.Struct, frozen=True):
    """What a bay holds: the keys of its location from ``key_from`` up to ``key_to``; empty, that is no end."""

    code: str
    location_id: int | None
    key_from: str
    key_to: str
    shelves: int
    status: BayStatus

    def holds(self, shelf_key: str) -> bool:
        """Whether a key that a scheme could read is in its range."""
        return self.key_from <= shelf_key and (not self.key_to or shelf_key < self.key_to)


class _Shelf(msgspec.Struct, frozen=True):
    """The bays of one location by where they begin; ``apart`` says that no two of them overlap."""

    bays: list[Holding]
    begins: list[str]
    apart: bool


class Holdings:
    """All bays of a stack."""

    def __init__(self, bays: Iterable[Holding]) -> None:
        self.bays = list(bays)
        self._by_code = {bay.code: bay for bay in self.bays}
        by_location: dict[int, list[Holding]] = {}
        for bay in self.bays:
            if bay.location_id is not None:
                by_location.setdefault(bay.location_id, []).append(bay)
        self._shelves = {location: _shelf(bays) for location, bays in by_location.items()}

    def called(self, code: str) -> Holding | None:
        """The bay of this code."""
        return self._by_code.get(code)

    def of(self, location_id: int | None, shelf_key: str) -> Sequence[Holding]:
        """All bays that hold a key at a location."""
        shelf = None if location_id is None else self._shelves.get(location_id)
        if shelf is None:
            return ()
        if not shelf.apart:
            return [bay for bay in shelf.bays if bay.holds(shelf_key)]
        at = bisect_right(shelf.begins, shelf_key) - 1
        return [shelf.bays[at]] if at >= 0 and shelf.bays[at].holds(shelf_key) else []


def _shelf(bays: Sequence[Holding]) -> _Shelf:
    ordered = sorted(bays, key=lambda bay: bay.key_from)
    apart = all(before.key_to and before.key_to <= behind.key_from for before, behind in pairwise(ordered))
    return _Shelf(ordered, [bay.key_from for bay in ordered], apart)
