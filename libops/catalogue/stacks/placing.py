"""Where items have their place: the bay they were put into by name, else the one bay that holds their call number.

No bay, or more than one, is no place: staff are told why, and nobody guesses.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, or_, select

from db.database import Transaction
from db.row_lists import among
from db.stacks import BayStatus
from db.statement import Statement
from db.tables import BAY, ITEM, LOCATION, STACK
from libops.catalogue.call_numbers.ordered import UNPARSED
from libops.i18n import mark


class Unplaced(StrEnum):
    """Why an item has no place."""

    NO_LOCATION = "no_location"
    NO_CALL_NUMBER = "no_call_number"
    UNREADABLE = "unreadable"
    NO_RANGE = "no_range"
    SEVERAL = "several"
    CLOSED = "closed"
    ELSEWHERE = "elsewhere"


WHY: dict[Unplaced, str] = {
    Unplaced.NO_LOCATION: mark("it has no location"),
    Unplaced.NO_CALL_NUMBER: mark("it has no call number"),
    Unplaced.UNREADABLE: mark("its call number is none of its location's scheme"),
    Unplaced.NO_RANGE: mark("no bay holds its call number"),
    Unplaced.SEVERAL: mark("several bays hold its call number"),
    Unplaced.CLOSED: mark("its bay is closed"),
    Unplaced.ELSEWHERE: mark("it was put into a bay of another branch"),
}
"""Why an item has no place, in words."""


class BayView(msgspec.Struct, frozen=True):
    """A bay, and where it stands: ``y`` is metres along its aisle, ``seq`` its turn in shelving order."""

    code: str
    floor: str
    aisle: str
    face: str
    y: float
    seq: int


class PlaceView(msgspec.Struct, frozen=True):
    """An item's place: its location, and its bay or why it has none. ``by_hand`` is a bay it was put into by name."""

    item_id: int
    barcode: str
    location_code: str | None
    location_zh: str | None
    location_en: str | None
    bay: BayView | None
    by_hand: bool
    why: Unplaced | None


class _Row(msgspec.Struct, frozen=True):
    item_id: int
    barcode: str
    location_id: int | None
    location_code: str | None
    location_zh: str | None
    location_en: str | None
    shelf_key: str
    bay_id: int | None
    status: str | None
    bay_code: str
    floor: str
    aisle: str
    face: str
    y: float
    seq: int


_NOTHING: ColumnElement[str] = literal_column("''")
_UNREADABLE: ColumnElement[str] = literal_column(f"'{UNPARSED}'")


def _text(column: ColumnElement[str]) -> ColumnElement[str]:
    return func.coalesce(column, _NOTHING)


_HOLDS = and_(
    ITEM.c.bay_id.is_(None),
    BAY.c.location_id == ITEM.c.location_id,
    ITEM.c.shelf_key > _NOTHING,
    ITEM.c.shelf_key < _UNREADABLE,
    BAY.c.key_from <= ITEM.c.shelf_key,
    or_(BAY.c.key_to == _NOTHING, BAY.c.key_to > ITEM.c.shelf_key),
)
_PLACES = (
    select(
        ITEM.c.id,
        ITEM.c.barcode,
        ITEM.c.location_id,
        LOCATION.c.code,
        LOCATION.c.name_zh,
        LOCATION.c.name_en,
        ITEM.c.shelf_key,
        ITEM.c.bay_id,
        BAY.c.status,
        *(_text(BAY.c[name]) for name in ("code", "floor", "aisle", "face")),
        func.coalesce(BAY.c.y, literal_column("0.0")),
        func.coalesce(BAY.c.seq, literal_column("0")),
    )
    .select_from(
        ITEM.outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
        .outerjoin(STACK, STACK.c.branch_id == ITEM.c.branch_id)
        .outerjoin(BAY, and_(BAY.c.stack_id == STACK.c.id, or_(BAY.c.id == ITEM.c.bay_id, _HOLDS)))
    )
    .order_by(ITEM.c.id)
)
_OF_ITEMS = Statement(_PLACES.where(among(ITEM.c.id, "items")), _Row)
_OF_ITEM = Statement(_PLACES.where(ITEM.c.id == bindparam("item")), _Row)


def why_unplaced(
    location_id: int | None, shelf_key: str, bay_id: int | None, bays: Sequence[BayStatus | str]
) -> Unplaced | None:
    """Why an item has no place; None where it has. ``bays`` are the states of those that hold it: of the one it was put
    into by name (``bay_id``) if that is in its branch's stack, else of all that hold its key.
    """
    if bay_id is not None:
        return Unplaced.ELSEWHERE if not bays else _if_closed(bays)
    if location_id is None:
        return Unplaced.NO_LOCATION
    if not shelf_key:
        return Unplaced.NO_CALL_NUMBER
    if shelf_key >= UNPARSED:
        return Unplaced.UNREADABLE
    if not bays:
        return Unplaced.NO_RANGE
    return Unplaced.SEVERAL if len(bays) > 1 else _if_closed(bays)


def _if_closed(bays: Sequence[BayStatus | str]) -> Unplaced | None:
    return Unplaced.CLOSED if bays[0] == BayStatus.CLOSED else None


def places_of(transaction: Transaction, item_ids: Sequence[int]) -> dict[int, PlaceView]:
    """The places of items by their row numbers, in one statement."""
    rows = transaction.all(_OF_ITEMS, items=item_ids) if item_ids else []
    return {item_id: _place(list(found)) for item_id, found in groupby(rows, key=lambda row: row.item_id)}


def place_of(transaction: Transaction, item_id: int) -> PlaceView:
    """The place of one item, which there has to be."""
    return _place(transaction.all(_OF_ITEM, item=item_id))


def _place(rows: Sequence[_Row]) -> PlaceView:
    """One item's place from its rows: one for each bay that holds it, or a single one without a bay."""
    first = rows[0]
    why = why_unplaced(
        first.location_id, first.shelf_key, first.bay_id, [row.status for row in rows if row.status is not None]
    )
    bay = BayView(first.bay_code, first.floor, first.aisle, first.face, first.y, first.seq) if why is None else None
    return PlaceView(
        item_id=first.item_id,
        barcode=first.barcode,
        location_code=first.location_code,
        location_zh=first.location_zh,
        location_en=first.location_en,
        bay=bay,
        by_hand=bay is not None and first.bay_id is not None,
        why=why,
    )
