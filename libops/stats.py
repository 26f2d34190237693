"""How much a library holds."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from db.statement import Statement
from db.tables import ITEM, LOAN, PATRON, TITLE
from libops.work import Look


class Stats(msgspec.Struct, frozen=True):
    """Counts of a library's records; ``loans`` are all there ever were, ``open_loans`` those not yet returned."""

    titles: int
    items: int
    patrons: int
    loans: int
    open_loans: int


_COUNT = Statement(
    select(
        select(func.count()).select_from(TITLE).scalar_subquery(),
        select(func.count()).select_from(ITEM).scalar_subquery(),
        select(func.count()).select_from(PATRON).scalar_subquery(),
        select(func.count()).select_from(LOAN).scalar_subquery(),
        select(func.count()).select_from(LOAN).where(LOAN.c.returned_at.is_(None)).scalar_subquery(),
    ),
    Stats,
)


def count(look: Look) -> Stats:
    """Count what the library holds."""
    return look.transaction.one(_COUNT)
