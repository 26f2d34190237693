"""Patrons' numbers, and whom each leads to: that of a merged patron leads to the patron it was merged into.

Everything that is asked for by a number goes by this one lookup. Merging keeps it one step deep: see merging.py.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, select

from db.database import Transaction
from db.statement import Statement
from db.tables import PATRON
from libops.codes import storable

_TRIES = 3


class _Id(msgspec.Struct, frozen=True):
    id: int


def leads_to(number: ColumnElement[str]) -> ScalarSelect[int]:
    """The id of the patron that a number leads to, as part of a statement; empty where nobody has the number."""
    known = PATRON.alias("known")
    # Correlated with nothing: it stands for one value, whatever table it is asked beside.
    return (
        select(func.coalesce(known.c.merged_into_id, known.c.id))
        .where(known.c.number == number)
        .correlate(None)
        .scalar_subquery()
    )


_FIND = Statement(select(PATRON.c.id).where(PATRON.c.id == leads_to(bindparam("number"))), _Id)
# NO KEY UPDATE: rows that merely refer to the patron, such as the journal's, need not wait.
_LOCK = Statement(
    select(PATRON.c.id)
    .where(PATRON.c.id == leads_to(bindparam("number")), PATRON.c.merged_into_id.is_(None))
    .with_for_update(key_share=True),
    _Id,
)


def find_number(transaction: Transaction, number: str) -> int | None:
    """The id of the patron that a number leads to; None where nobody has it."""
    found = transaction.maybe(_FIND, number=number) if storable(number) else None
    return None if found is None else found.id


def lock_number(transaction: Transaction, number: str) -> None:
    """Lock the row of the patron that a number leads to, where rows are locked; nothing where nobody has the number.

    Whoever waited here while that patron was merged goes on to the one that it leads to now.
    """
    for _ in range(_TRIES if transaction.locks_rows else 0):
        if transaction.maybe(_LOCK, number=number) is not None:
            return
