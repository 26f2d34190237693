"""Choosing items for something that is done to many of them: by barcodes, or by where and what they are."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Integer, bindparam, or_, select

from db.database import Transaction
from db.statement import Statement
from db.tables import ITEM, TITLE
from libops.catalogue.call_numbers.schemes import normal
from libops.catalogue.places import Places
from libops.codes import CodePatterns, storable
from libops.refusals import Reason, Refusal, refuse

MOST = 5000
"""Items that are changed at once: more would keep others waiting."""

_BEHIND = "\U0010ffff"
_TOLD = 5


class Chosen(msgspec.Struct, frozen=True, omit_defaults=True):
    """By what items are chosen; all of it has to hold, and something has to be named.

    ``call_number`` is the beginning of one, ``barcodes`` name items singly, the others are codes and numbers.
    """

    barcodes: tuple[str, ...] = ()
    branch: str = ""
    location: str = ""
    item_type: str = ""
    call_number: str = ""
    condition: str = ""
    title_number: str = ""


class _Known(msgspec.Struct, frozen=True):
    id: int
    barcode: str


_ID = Statement(select(ITEM.c.id).where(ITEM.c.barcode == bindparam("barcode")), int)
_branch, _location = bindparam("branch", type_=Integer), bindparam("location", type_=Integer)
_item_type = bindparam("item_type", type_=Integer)
_beginning = bindparam("beginning", type_=ITEM.c.call_number.type)
_condition = bindparam("condition", type_=ITEM.c.condition.type)
_title = bindparam("title_number", type_=TITLE.c.number.type)
_CHOSEN = Statement(
    select(ITEM.c.id)
    .where(
        or_(_branch == 0, ITEM.c.branch_id == _branch),
        or_(_location == 0, ITEM.c.location_id == _location),
        or_(_item_type == 0, ITEM.c.item_type_id == _item_type),
        ITEM.c.call_number >= _beginning,
        ITEM.c.call_number < bindparam("behind", type_=ITEM.c.call_number.type),
        or_(_condition == "", ITEM.c.condition == _condition),
        or_(_title == "", ITEM.c.title_id == select(TITLE.c.id).where(TITLE.c.number == _title).scalar_subquery()),
    )
    .order_by(ITEM.c.id)
    .limit(MOST + 1),
    int,
)


def choose(transaction: Transaction, chosen: Chosen, places: Places, patterns: CodePatterns) -> list[int]:
    """The row numbers of the chosen items.

    Refuses with ``batch.nothing``, ``batch.too_many``, what is wrong with a barcode, and with codes that are not known.
    """
    if chosen == Chosen():
        raise refuse("batch.nothing")
    reasons = places.against_change(chosen.branch or None, chosen.location or None, chosen.item_type or None)
    if not all(storable(text) for text in (chosen.call_number, chosen.condition, chosen.title_number)):
        reasons.append(Reason("code.unreadable"))
    if reasons:
        raise Refusal(reasons)
    found = _by_what(transaction, chosen, places)
    if chosen.barcodes:
        named = _by_barcode(transaction, chosen.barcodes, patterns)
        found = named if chosen == Chosen(barcodes=chosen.barcodes) else sorted(set(found) & set(named))
    if not found:
        raise refuse("batch.nothing")
    if len(found) > MOST:
        raise refuse("batch.too_many", most=MOST)
    return found


def _by_what(transaction: Transaction, chosen: Chosen, places: Places) -> list[int]:
    if chosen == Chosen(barcodes=chosen.barcodes):
        return []
    beginning = normal(chosen.call_number)
    return transaction.all(
        _CHOSEN,
        branch=places.branches[chosen.branch] if chosen.branch else 0,
        location=places.locations[chosen.location].id if chosen.location else 0,
        item_type=places.item_types[chosen.item_type] if chosen.item_type else 0,
        beginning=beginning,
        behind=beginning + _BEHIND,
        condition=chosen.condition,
        title_number=chosen.title_number,
    )


def _by_barcode(transaction: Transaction, barcodes: Sequence[str], patterns: CodePatterns) -> list[int]:
    found, reasons = set[int](), []
    for barcode in barcodes[: MOST + 1]:
        item_id = transaction.maybe(_ID, barcode=barcode) if storable(barcode) else None
        if item_id is None:
            reasons.append(patterns.why_not_item(barcode))
        else:
            found.add(item_id)
    if reasons:
        raise Refusal(reasons[:_TOLD])
    return sorted(found)
