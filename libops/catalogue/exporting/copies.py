"""Copies on their way out, in codes and in words that go in again."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, or_, select

from db.catalogue import ItemStatus
from db.database import Transaction
from db.row_lists import among
from db.statement import Statement
from db.tables import BRANCH, ITEM, ITEM_TYPE, LOCATION
from libops.catalogue.description import Holding
from libops.rows import in_units

_KEPT = (
    ItemStatus.RESTRICTED,
    ItemStatus.IN_PROCESS,
    ItemStatus.ON_ORDER,
    ItemStatus.MISSING,
    ItemStatus.WITHDRAWN,
)
_GONE = (
    ItemStatus.LONG_MISSING,
    ItemStatus.DECLARED_LOST,
    ItemStatus.AGED_TO_LOST,
    ItemStatus.LOST_AND_PAID,
    ItemStatus.CLAIMED_RETURNED,
)


class OutgoingCopy(msgspec.Struct, frozen=True):
    """A copy in codes; ``price`` in minor units."""

    title_id: int
    barcode: str
    branch: str
    location: str | None
    item_type: str
    call_number: str
    price: int | None
    status: str
    volume: str
    condition: str
    note: str
    rfid: str | None


_OF_TITLES = Statement(
    select(
        ITEM.c.title_id,
        ITEM.c.barcode,
        BRANCH.c.code,
        LOCATION.c.code,
        ITEM_TYPE.c.code,
        ITEM.c.call_number,
        ITEM.c.price,
        ITEM.c.status,
        ITEM.c.volume,
        ITEM.c.condition,
        ITEM.c.note,
        ITEM.c.rfid_uid,
    )
    .select_from(
        ITEM.join(BRANCH, BRANCH.c.id == ITEM.c.branch_id)
        .join(ITEM_TYPE, ITEM_TYPE.c.id == ITEM.c.item_type_id)
        .outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
    )
    .where(
        among(ITEM.c.title_id, "title_ids"),
        or_(bindparam("branch") == 0, ITEM.c.branch_id == bindparam("branch")),
        or_(bindparam("location") == 0, ITEM.c.location_id == bindparam("location")),
    )
    .order_by(ITEM.c.title_id, ITEM.c.barcode),
    OutgoingCopy,
)


def copies_of(
    transaction: Transaction, title_ids: Sequence[int], branch_id: int = 0, location_id: int = 0
) -> dict[int, list[OutgoingCopy]]:
    """The copies of titles by the row numbers of these; of one branch or location only where it is named."""
    found: dict[int, list[OutgoingCopy]] = {}
    for copy in transaction.all(_OF_TITLES, title_ids=title_ids, branch=branch_id, location=location_id):
        found.setdefault(copy.title_id, []).append(copy)
    return found


def status_word(status: str) -> str:
    """What a copy is to be where it goes in; empty for any that is there, whoever has it now."""
    if status in _GONE:
        return ItemStatus.MISSING
    if status == ItemStatus.UNAVAILABLE:
        return ItemStatus.IN_PROCESS
    return status if status in _KEPT else ""


def as_holding(copy: OutgoingCopy, currency: str) -> Holding:
    """A copy as a holdings field tells of it."""
    return Holding(
        barcode=copy.barcode,
        branch=copy.branch,
        location=copy.location or "",
        call_number=copy.call_number,
        item_type=copy.item_type,
        price="" if copy.price is None else f"{currency}{in_units(copy.price, currency)}",
        status=status_word(copy.status),
        volume=copy.volume,
        note=copy.note,
    )
