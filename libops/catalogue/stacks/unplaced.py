"""The items of a branch that have no place in its stack, each with the reason: for staff to put right."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, literal_column, select

from db.catalogue import ItemStatus
from db.row_lists import among
from db.statement import Statement
from db.tables import ITEM, LOCATION, TITLE
from libops.catalogue.stacks.filling import standing
from libops.catalogue.stacks.placing import Unplaced, why_unplaced
from libops.catalogue.stacks.standing import StandingBay, bays_of, plan_needed
from libops.codes import storable
from libops.pages import Page, bounded, page_of
from libops.places import find_branch
from libops.work import Look

_CHUNK = 2000
"""Items looked at together; nearly all of them have a place."""


class UnplacedView(msgspec.Struct, frozen=True):
    """An item without a place, and why."""

    barcode: str
    title: str
    call_number: str
    location_code: str | None
    status: ItemStatus
    why: Unplaced


class _Facts(msgspec.Struct, frozen=True):
    id: int
    barcode: str
    location_id: int | None
    shelf_key: str
    bay_id: int | None


class _Told(msgspec.Struct, frozen=True):
    id: int
    barcode: str
    title: str
    call_number: str
    location_code: str | None
    status: ItemStatus


# The sum keeps SQLite from collecting and sorting a whole branch for each chunk: it reads along the barcodes.
_FACTS = Statement(
    select(ITEM.c.id, ITEM.c.barcode, ITEM.c.location_id, ITEM.c.shelf_key, ITEM.c.bay_id)
    .where(
        ITEM.c.branch_id + literal_column("0") == bindparam("branch"),
        ITEM.c.barcode > bindparam("after"),
        ITEM.c.status != literal_column(f"'{ItemStatus.WITHDRAWN}'"),
    )
    .order_by(ITEM.c.barcode)
    .limit(bindparam("most")),
    _Facts,
)
_TOLD = Statement(
    select(ITEM.c.id, ITEM.c.barcode, TITLE.c.title, ITEM.c.call_number, LOCATION.c.code, ITEM.c.status)
    .select_from(
        ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id).outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
    )
    .where(among(ITEM.c.id, "items"))
    .order_by(ITEM.c.barcode),
    _Told,
)


def list_unplaced(look: Look, *, branch_code: str, after: str = "", limit: int = 100) -> Page[UnplacedView]:
    """Items of a branch without a place, by barcode. Refuses with ``place.unknown``, ``stack.none``."""
    branch = find_branch(look.transaction, branch_code)
    plan_needed(look.transaction, branch.branch_id, branch_code)
    judge = _Judge(bays_of(look.transaction, branch.branch_id))
    limit = bounded(limit)
    found: dict[int, Unplaced] = {}
    behind = after if storable(after) else ""
    while len(found) <= limit:
        rows = look.transaction.all(_FACTS, branch=branch.branch_id, after=behind, most=_CHUNK)
        found |= {row.id: why for row in rows if (why := judge.why(row)) is not None}
        if len(rows) < _CHUNK:
            break
        behind = rows[-1].barcode
    shown = list(found)[: limit + 1]
    told = look.transaction.all(_TOLD, items=shown) if shown else []
    views = [
        UnplacedView(
            barcode=row.barcode,
            title=row.title,
            call_number=row.call_number,
            location_code=row.location_code,
            status=ItemStatus(row.status),
            why=found[row.id],
        )
        for row in told
    ]
    return page_of(views, limit, lambda row: row.barcode)


class _Judge:
    """Says why an item has no place among the bays of its branch."""

    def __init__(self, bays: Sequence[StandingBay]) -> None:
        self._holdings = standing(bays)
        self._states = {bay.id: bay.status for bay in bays}

    def why(self, item: _Facts) -> Unplaced | None:
        if item.bay_id is not None:
            states = [self._states[item.bay_id]] if item.bay_id in self._states else []
        else:
            states = [bay.status for bay in self._holdings.of(item.location_id, item.shelf_key)]
        return why_unplaced(item.location_id, item.shelf_key, item.bay_id, states)
