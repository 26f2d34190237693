"""A return that is dated back, as for a book drop that stood over the weekend: its day, and the loan as it was then."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import bindparam, select

from db.statement import Statement
from db.tables import EVENT
from db.types import Instant
from libops.circulation.calendars import Calendar
from libops.circulation.decisions import LoanFacts
from libops.journal import Datum
from libops.permissions import Permission
from libops.refusals import refuse
from libops.work import Look, Work

MOST_DAYS_BACK = 60
"""A return is not dated back further than this; an older date is a slip of the finger."""


class _Renewed(msgspec.Struct, frozen=True):
    data: dict[str, Datum]


_RENEWED_AFTER = Statement(
    select(EVENT.c.data)
    .where(
        EVENT.c.item_id == bindparam("item_id"),
        EVENT.c.loan_id == bindparam("loan_id"),
        EVENT.c.kind == "loan.renewed",
        EVENT.c.at > bindparam("then", type_=Instant()),
    )
    .order_by(EVENT.c.id)
    .limit(1),
    _Renewed,
)


def require_day(look: Look, on: date) -> None:
    """Refuse a day to which no return is dated back: one to come, or too long ago; or without the permission."""
    look.require(Permission.BACKDATE)
    if on > look.today:
        raise refuse("return.in_future", day=on)
    if on < look.today - timedelta(days=MOST_DAYS_BACK):
        raise refuse("return.too_far_back", day=on, most=MOST_DAYS_BACK)


def moment_of(work: Work, calendar: Calendar, on: date, loan: LoanFacts | None) -> datetime:
    """The moment that a return on this day counts from, by the calendar of the branch where it lies.

    Refuses as ``require_day``, and with ``return.before_loan`` where the item was lent only later.
    """
    require_day(work, on)
    lent_on = None if loan is None else calendar.local_day(loan.opened_at)
    if lent_on is not None and on < lent_on:
        raise refuse("return.before_loan", day=on, lent=lent_on)
    return min(calendar.end_of(on), work.now)


def due_then(work: Work, item_id: int, loan: LoanFacts, then: datetime) -> datetime:
    """When a loan was due as it stood at this moment: before the renewals that came later."""
    if loan.renewed_at is None or loan.renewed_at <= then:
        return loan.due_at
    later = work.transaction.maybe(_RENEWED_AFTER, item_id=item_id, loan_id=loan.id, then=then)
    return loan.due_at if later is None else datetime.fromisoformat(str(later.data["was_due_at"]))
