"""How full a stack is: how many items have their place in each bay, and how many have none and why.

Items that were withdrawn count nowhere; those that are lent do, for they come back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec
from sqlalchemy import ColumnElement, bindparam, func, literal_column, or_, select

from db.catalogue import ItemStatus
from db.database import Transaction
from db.row_lists import among
from db.stacks import BayStatus
from db.statement import Statement
from db.tables import BAY, ITEM, STACK
from libops.catalogue.call_numbers.ordered import UNPARSED
from libops.catalogue.stacks.bays import FittedBay
from libops.catalogue.stacks.holding import Holding, Holdings
from libops.catalogue.stacks.placing import Unplaced, why_unplaced
from libops.catalogue.stacks.standing import StandingBay

BOOKS_PER_SHELF = 36
"""A shelf of 90 cm full of books of 25 mm; a bay of which more are to stand on a shelf is too full."""


class BayCount(msgspec.Struct, frozen=True):
    """So many items have their place in a bay, on so many shelves."""

    bay: str
    items: int
    shelves: int

    @property
    def too_full(self) -> bool:
        """Whether they cannot all stand there at once."""
        return self.items > self.shelves * BOOKS_PER_SHELF


class Filling(msgspec.Struct, frozen=True):
    """Items of a branch: all, those with a place, those without by why; what each bay holds, in shelving order; and the
    bays that are to hold more than fits.
    """

    items: int
    placed: int
    unplaced: dict[Unplaced, int]
    bays: list[BayCount]
    too_full: list[BayCount]


class _Count(msgspec.Struct, frozen=True):
    count: int


class _Put(msgspec.Struct, frozen=True):
    bay_id: int
    code: str
    branch_id: int
    count: int


class _Loose(msgspec.Struct, frozen=True):
    location_id: int | None
    shelf_key: str
    count: int


_BRANCH: ColumnElement[int] = bindparam("branch")
_HERE = ITEM.c.branch_id == _BRANCH
# What few items have is looked for by that: the sum keeps SQLite from reading all of the branch.
_HERE_TOO = ITEM.c.branch_id + literal_column("0") == _BRANCH
_WITHDRAWN = ITEM.c.status == literal_column(f"'{ItemStatus.WITHDRAWN}'")
_COUNTS = ITEM.c.status != literal_column(f"'{ItemStatus.WITHDRAWN}'")
# Counted in the index of the shelves alone, which is quick; those that count otherwise are taken off again one by one.
_COUNT = select(func.count()).select_from(ITEM)
_ALL = Statement(_COUNT.where(_HERE), _Count)
_NO_LOCATION = Statement(_COUNT.where(_HERE, ITEM.c.location_id.is_(None)), _Count)
_NO_KEY = Statement(
    _COUNT.where(_HERE, ITEM.c.location_id.is_not(None), ITEM.c.shelf_key == literal_column("''")), _Count
)
_UNREADABLE = Statement(
    _COUNT.where(_HERE, ITEM.c.location_id.is_not(None), ITEM.c.shelf_key >= literal_column(f"'{UNPARSED}'")), _Count
)
_IN_RANGE = Statement(
    _COUNT.where(
        _HERE,
        ITEM.c.location_id == bindparam("location"),
        ITEM.c.shelf_key >= bindparam("key_from"),
        ITEM.c.shelf_key < bindparam("key_to"),
    ),
    _Count,
)
_OTHERWISE = Statement(
    select(ITEM.c.location_id, ITEM.c.shelf_key, func.count())
    .where(_HERE_TOO, or_(_WITHDRAWN, ITEM.c.bay_id.is_not(None)))
    .group_by(ITEM.c.location_id, ITEM.c.shelf_key),
    _Loose,
)
_GONE = Statement(_COUNT.where(_HERE_TOO, _WITHDRAWN), _Count)
_PUT = Statement(
    select(BAY.c.id, BAY.c.code, STACK.c.branch_id, func.count())
    .select_from(ITEM.join(BAY, BAY.c.id == ITEM.c.bay_id).join(STACK, STACK.c.id == BAY.c.stack_id))
    .where(_HERE_TOO, _COUNTS)
    .group_by(BAY.c.id, BAY.c.code, STACK.c.branch_id),
    _Put,
)
_LET_LOOSE = Statement(
    select(ITEM.c.location_id, ITEM.c.shelf_key, func.count())
    .where(_HERE_TOO, _COUNTS, among(ITEM.c.bay_id, "bays"))
    .group_by(ITEM.c.location_id, ITEM.c.shelf_key),
    _Loose,
)


def standing(bays: Iterable[StandingBay]) -> Holdings:
    """What the bays of a stack that stands hold."""
    return Holdings(
        Holding(bay.code, bay.location_id, bay.key_from, bay.key_to, bay.shelves, BayStatus(bay.status)) for bay in bays
    )


def planned(bays: Iterable[FittedBay]) -> Holdings:
    """What the bays of a stack would hold that is only looked at, in shelving order."""
    return Holdings(
        Holding(bay.plan.bay_id, bay.location_id, bay.key_from, bay.key_to, bay.plan.shelves, bay.plan.status)
        for bay in sorted(bays, key=lambda bay: bay.plan.seq)
    )


def fill(transaction: Transaction, branch_id: int, bays: Holdings) -> Filling:
    """How the branch's items would fill these bays, which stand there or are to stand there.

    What was put by name into a bay that is among them stays in it; into one that is not, it goes by its call number.
    """
    counting = _Counting(bays)
    everything = transaction.one(_ALL, branch=branch_id).count - transaction.one(_GONE, branch=branch_id).count
    _count_by_key(transaction, branch_id, counting)
    _count_put(transaction, branch_id, counting)
    told = counting.placed + sum(counting.unplaced.values())
    counting.unplaced[Unplaced.NO_RANGE] += everything - told
    counts = [BayCount(bay.code, counting.filled[bay.code], bay.shelves) for bay in bays.bays]
    return Filling(
        items=everything,
        placed=counting.placed,
        unplaced={why: counting.unplaced[why] for why in Unplaced if counting.unplaced[why]},
        bays=counts,
        too_full=[bay for bay in counts if bay.too_full],
    )


class _Counting:
    """Items counted so far, by their bays and by why they have none."""

    def __init__(self, bays: Holdings) -> None:
        self.bays = bays
        self.filled: Counter[str] = Counter()
        self.unplaced: Counter[Unplaced] = Counter()

    @property
    def placed(self) -> int:
        return self.filled.total()

    def held(self, bay: Holding, count: int) -> None:
        """So many are held by a bay, which may be closed."""
        if bay.status == BayStatus.CLOSED:
            self.unplaced[Unplaced.CLOSED] += count
        else:
            self.filled[bay.code] += count

    def by_key(self, location_id: int | None, shelf_key: str, count: int) -> None:
        """So many have this call number at this location."""
        found = self.bays.of(location_id, shelf_key)
        why = why_unplaced(location_id, shelf_key, None, [bay.status for bay in found])
        if why is None:
            self.filled[found[0].code] += count
        elif why is not Unplaced.NO_RANGE:
            self.unplaced[why] += count


def _count_by_key(transaction: Transaction, branch_id: int, counting: _Counting) -> None:
    """Count what has its place by call number, and what has none because of it."""
    for why, statement in (
        (Unplaced.NO_LOCATION, _NO_LOCATION),
        (Unplaced.NO_CALL_NUMBER, _NO_KEY),
        (Unplaced.UNREADABLE, _UNREADABLE),
    ):
        counting.unplaced[why] += transaction.one(statement, branch=branch_id).count
    for bay in counting.bays.bays:
        if bay.location_id is not None:
            ends = {"key_from": bay.key_from, "key_to": bay.key_to or UNPARSED}
            counting.held(bay, transaction.one(_IN_RANGE, branch=branch_id, location=bay.location_id, **ends).count)
    for row in transaction.all(_OTHERWISE, branch=branch_id):
        counting.by_key(row.location_id, row.shelf_key, -row.count)


def _count_put(transaction: Transaction, branch_id: int, counting: _Counting) -> None:
    """Count what was put into bays by name."""
    loose: list[int] = []
    for put in transaction.all(_PUT, branch=branch_id):
        bay = counting.bays.called(put.code)
        if put.branch_id != branch_id:
            counting.unplaced[Unplaced.ELSEWHERE] += put.count
        elif bay is None:
            loose.append(put.bay_id)
        else:
            counting.held(bay, put.count)
    for row in transaction.all(_LET_LOOSE, branch=branch_id, bays=loose) if loose else []:
        counting.by_key(row.location_id, row.shelf_key, row.count)
