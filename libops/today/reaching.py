"""Where a moment stands in the journal, found by halving: its rows are numbered in the order in which they are written.

Nearly in that order. An act takes its time when it begins and its numbers when it writes, and machines have clocks of
their own. So what is looked for is looked for with ``APART`` to spare; whoever reads from there asks for the time too.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, func, select

from db.database import Transaction
from db.statement import Statement
from db.tables import EVENT

APART = timedelta(hours=1)
"""How far an event may stand, in time, from where its number would have it: acts take less, and so do wrong clocks."""


class _Step(msgspec.Struct, frozen=True):
    id: int
    at: datetime


_LAST = Statement(select(func.coalesce(func.max(EVENT.c.id), 0)), int)
_NEXT = Statement(
    select(EVENT.c.id, EVENT.c.at).where(EVENT.c.id >= bindparam("id")).order_by(EVENT.c.id).limit(1), _Step
)


def first_since(transaction: Transaction, moment: datetime) -> int:
    """An id of the journal before which nothing happened at ``moment`` or later; not far before what did."""
    return _turn(transaction, moment - APART)


def first_after(transaction: Transaction, moment: datetime) -> int:
    """An id of the journal from which on nothing happened at ``moment`` or earlier; not far behind what did."""
    return _turn(transaction, moment + APART)


def _turn(transaction: Transaction, wanted: datetime) -> int:
    """Where events at ``wanted`` or later begin: some twenty look-ups by the primary key, however long the journal."""
    low, high = 1, transaction.one(_LAST) + 1
    while low < high:
        middle = (low + high) // 2
        found = transaction.maybe(_NEXT, id=middle)
        if found is None or found.at >= wanted:
            high = middle
        else:
            low = found.id + 1
    return low
