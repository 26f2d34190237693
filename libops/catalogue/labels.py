"""Spine labels of copies: the lines for each, broken as the scheme of its location asks."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, select

from db.places import Scheme
from db.statement import Statement
from db.tables import ITEM, LOCATION, TITLE
from libops.catalogue.call_numbers.spine import spine_lines
from libops.codes import storable
from libops.refusals import Refusal
from libops.work import Look


class SpineLabel(msgspec.Struct, frozen=True):
    """The label of one copy; ``lines`` are empty where it has no call number."""

    barcode: str
    title: str
    lines: tuple[str, ...]


class _Row(msgspec.Struct, frozen=True):
    barcode: str
    title: str
    call_number: str
    scheme: str | None


_COPY = Statement(
    select(ITEM.c.barcode, TITLE.c.title, ITEM.c.call_number, LOCATION.c.scheme)
    .select_from(
        ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id).outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
    )
    .where(ITEM.c.barcode == bindparam("barcode")),
    _Row,
)


def spine_labels(look: Look, barcodes: Sequence[str]) -> list[SpineLabel]:
    """The labels of these copies, in their order. Refuses with what is wrong with a barcode."""
    return [_label(look, barcode) for barcode in barcodes]


def _label(look: Look, barcode: str) -> SpineLabel:
    row = look.transaction.maybe(_COPY, barcode=barcode) if storable(barcode) else None
    if row is None:
        raise Refusal([look.patterns.why_not_item(barcode)])
    scheme = Scheme.CLC if row.scheme is None else Scheme(row.scheme)
    return SpineLabel(row.barcode, row.title, tuple(spine_lines(scheme, row.call_number)))
