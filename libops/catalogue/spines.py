"""What is printed on the spine labels of items: their call numbers as short lines."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, func, literal_column, select

from db.places import Scheme
from db.statement import Statement
from db.tables import ITEM, LOCATION, STACK
from libops.catalogue.call_numbers.spine import spine_lines
from libops.codes import storable
from libops.refusals import Refusal
from libops.work import Look


class Spine(msgspec.Struct, frozen=True):
    """A spine label: its lines from top to bottom, none where the item has no call number."""

    barcode: str
    call_number: str
    scheme: Scheme
    lines: list[str]


class _Row(msgspec.Struct, frozen=True):
    barcode: str
    call_number: str
    scheme: str


_ITEM = Statement(
    select(
        ITEM.c.barcode,
        ITEM.c.call_number,
        func.coalesce(LOCATION.c.scheme, STACK.c.scheme, literal_column(f"'{Scheme.CLC}'")),
    )
    .select_from(
        ITEM.outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id).outerjoin(
            STACK, STACK.c.branch_id == ITEM.c.branch_id
        )
    )
    .where(ITEM.c.barcode == bindparam("barcode")),
    _Row,
)


def spines(look: Look, barcodes: Sequence[str]) -> list[Spine]:
    """The spine labels of items, in the order in which they are named.

    The lines go by the scheme of an item's location; without one by that of its branch's stack. Refuses with
    ``item.unknown``, or what else is wrong with a barcode, for all of them at once.
    """
    found = {code: look.transaction.maybe(_ITEM, barcode=code) if storable(code) else None for code in barcodes}
    unknown = [look.patterns.why_not_item(code) for code, row in found.items() if row is None]
    if unknown:
        raise Refusal(unknown)
    return [_spine(row) for row in (found[code] for code in barcodes) if row is not None]


def _spine(row: _Row) -> Spine:
    scheme = Scheme(row.scheme)
    return Spine(row.barcode, row.call_number, scheme, spine_lines(scheme, row.call_number))
