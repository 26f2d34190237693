"""The items of a branch that have no place in its stack, each with the reason: for staff to put right."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, literal_column, select

from db.catalogue import ItemStatus
from db.statement import Statement
from db.tables import BAY, ITEM, LOCATION, STACK, TITLE
from libops.catalogue.stacks.filling import standing
from libops.catalogue.stacks.holding import Holdings
from libops.catalogue.stacks.placing import Unplaced, why_unplaced
from libops.catalogue.stacks.standing import bays_of, plan_needed
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


class _Row(msgspec.Struct, frozen=True):
    barcode: str
    title: str
    call_number: str
    location_code: str | None
    status: ItemStatus
    location_id: int | None
    shelf_key: str
    bay_id: int | None
    bay_code: str | None


# The sum keeps SQLite from collecting and sorting a whole branch for each chunk: it reads along the barcodes.
_ITEMS = Statement(
    select(
        ITEM.c.barcode,
        TITLE.c.title,
        ITEM.c.call_number,
        LOCATION.c.code,
        ITEM.c.status,
        ITEM.c.location_id,
        ITEM.c.shelf_key,
        ITEM.c.bay_id,
        BAY.c.code,
    )
    .select_from(
        ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id)
        .outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
        .outerjoin(STACK, STACK.c.branch_id == ITEM.c.branch_id)
        .outerjoin(BAY, (BAY.c.id == ITEM.c.bay_id) & (BAY.c.stack_id == STACK.c.id))
    )
    .where(
        ITEM.c.branch_id + literal_column("0") == bindparam("branch"),
        ITEM.c.barcode > bindparam("after"),
        ITEM.c.status != literal_column(f"'{ItemStatus.WITHDRAWN}'"),
    )
    .order_by(ITEM.c.barcode)
    .limit(bindparam("most")),
    _Row,
)


def list_unplaced(look: Look, *, branch_code: str, after: str = "", limit: int = 100) -> Page[UnplacedView]:
    """Items of a branch without a place, by barcode. Refuses with ``place.unknown``, ``stack.none``."""
    branch = find_branch(look.transaction, branch_code)
    plan_needed(look.transaction, branch.branch_id, branch_code)
    bays = standing(bays_of(look.transaction, branch.branch_id))
    limit = bounded(limit)
    found: list[UnplacedView] = []
    behind = after if storable(after) else ""
    while len(found) <= limit:
        rows = look.transaction.all(_ITEMS, branch=branch.branch_id, after=behind, most=_CHUNK)
        found += _without_place(rows, bays)
        if len(rows) < _CHUNK:
            break
        behind = rows[-1].barcode
    return page_of(found, limit, lambda row: row.barcode)


def _without_place(rows: list[_Row], bays: Holdings) -> list[UnplacedView]:
    judged = ((row, _why(row, bays)) for row in rows)
    return [
        UnplacedView(row.barcode, row.title, row.call_number, row.location_code, ItemStatus(row.status), why)
        for row, why in judged
        if why is not None
    ]


def _why(row: _Row, bays: Holdings) -> Unplaced | None:
    if row.bay_id is not None:
        named = None if row.bay_code is None else bays.called(row.bay_code)
        states = [] if named is None else [named.status]
    else:
        states = [bay.status for bay in bays.of(row.location_id, row.shelf_key)]
    return why_unplaced(row.location_id, row.shelf_key, row.bay_id, states)
