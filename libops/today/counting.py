"""Counting what happened: how often, in which quarter of an hour, at which desk. Quarters that are over stay counted.

Nothing is written any more about what is longer ago than ``reaching.APART``. So who counts again and again reads no
more than the newest rows of the journal, however long the day.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, func, select

from db.database import Transaction
from db.quarters import SECONDS, quarter_of
from db.statement import Statement
from db.tables import EVENT
from db.types import Instant
from libops.journal import REFUSED, is_kind
from libops.today.reaching import APART, first_after, first_since

KINDS: dict[str, str] = {
    "loan.opened": "lent",
    "loan.renewed": "renewed",
    "loan.closed": "returned",
    "hold.placed": "requested",
    "hold.shelved": "shelved",
    "hold.filled": "picked_up",
    "transfer.sent": "sent",
    "transfer.arrived": "arrived",
    "act.undone": "undone",
    REFUSED: "refused",
}
"""Which events are counted, and as what: the fields of ``libops.today.day.Done``."""

MONEY = ("charge.paid", "charge.refunded", "deposit.given", "deposit.returned")
"""The events by which money changes hands."""


class Where(NamedTuple):
    """When and where something was counted: the quarter of an hour since 1970, the branch, its desk if it was one."""

    quarter: int
    branch_id: int | None
    desk_id: int | None

    @property
    def begins(self) -> datetime:
        """When that quarter began."""
        return datetime.fromtimestamp(self.quarter * SECONDS, tz=UTC)


class Counted(msgspec.Struct):
    """What was counted from ``since`` on: how often, by where and as what, and the reasons of refusals by their codes.

    ``money`` is in minor units, by where, way to pay, and whether it came in or went out. Quarters that begin before
    ``settled`` do not change any more.
    """

    since: datetime
    settled: int = 0
    done: Counter[tuple[Where, str]] = msgspec.field(default_factory=Counter)
    reasons: Counter[tuple[Where, str]] = msgspec.field(default_factory=Counter)
    money: Counter[tuple[Where, str, bool]] = msgspec.field(default_factory=Counter)


class _Done(msgspec.Struct, frozen=True):
    where: Where
    kind: str
    times: int


class _Told(msgspec.Struct, frozen=True):
    at: datetime
    branch_id: int | None
    desk_id: int | None
    kind: str
    data: dict[str, Any]

    @property
    def where(self) -> Where:
        return Where(_quarter(self.at), self.branch_id, self.desk_id)


def _done(quarter: int, branch_id: int | None, desk_id: int | None, kind: str, times: int) -> _Done:
    return _Done(Where(int(quarter), branch_id, desk_id), kind, times)


_SPAN = (
    EVENT.c.id >= bindparam("first_id"),
    EVENT.c.id < bindparam("behind_id"),
    EVENT.c.at >= bindparam("since", type_=Instant()),
    EVENT.c.at < bindparam("until", type_=Instant()),
)
_QUARTER = quarter_of(EVENT.c.at)
_COUNT = Statement(
    select(_QUARTER, EVENT.c.branch_id, EVENT.c.desk_id, EVENT.c.kind, func.count())
    .where(*_SPAN, is_kind(*KINDS))
    .group_by(_QUARTER, EVENT.c.branch_id, EVENT.c.desk_id, EVENT.c.kind),
    _done,
)
_TELL = Statement(
    select(EVENT.c.at, EVENT.c.branch_id, EVENT.c.desk_id, EVENT.c.kind, EVENT.c.data).where(
        *_SPAN, is_kind(REFUSED, *MONEY)
    ),
    _Told,
)


def count(
    transaction: Transaction, since: datetime, until: datetime, now: datetime, known: Counted | None = None
) -> Counted:
    """What happened from ``since`` on and before ``until``, as far as it has been written by ``now``.

    ``known`` is what was counted from the same moment on before: what of it is settled is not read again.
    """
    if known is None or known.since != since:
        known = Counted(since)
    counted = _settled(known, _quarter(now - APART))
    again = max(since, datetime.fromtimestamp(known.settled * SECONDS, tz=UTC))
    span = _span(transaction, again, until)
    _count_done(transaction, counted, span)
    for told in transaction.all(_TELL, **span):
        _add(counted, told)
    return counted


def count_done(transaction: Transaction, since: datetime, until: datetime) -> Counted:
    """How often what was done from ``since`` on and before ``until``, without reasons and money."""
    counted = Counted(since)
    _count_done(transaction, counted, _span(transaction, since, until))
    return counted


def _span(transaction: Transaction, since: datetime, until: datetime) -> dict[str, int | datetime]:
    first, behind = first_since(transaction, since), first_after(transaction, until)
    return {"first_id": first, "behind_id": behind, "since": since, "until": until}


def _count_done(transaction: Transaction, counted: Counted, span: dict[str, int | datetime]) -> None:
    for row in transaction.all(_COUNT, **span):
        counted.done[row.where, KINDS[row.kind]] += row.times


def _settled(known: Counted, settled: int) -> Counted:
    """What of that does not change any more."""
    before = known.settled
    return Counted(
        known.since,
        max(settled, before),
        Counter({key: times for key, times in known.done.items() if key[0].quarter < before}),
        Counter({key: times for key, times in known.reasons.items() if key[0].quarter < before}),
        Counter({key: amount for key, amount in known.money.items() if key[0].quarter < before}),
    )


def _add(counted: Counted, told: _Told) -> None:
    if told.kind == REFUSED:
        for reason in told.data["reasons"]:
            counted.reasons[told.where, reason["code"]] += 1
        return
    amount = int(told.data["amount"])
    # An account goes down by what is paid, and up by what is paid back.
    counted.money[told.where, told.data["method"], amount < 0] += abs(amount)


def _quarter(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS
