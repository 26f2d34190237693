"""How long a loan lasts: the due moment of a check-out and of a renewal, as pure functions of rules and calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec

from db.rules import ClosedDue, PeriodKind, RenewFrom
from libops.circulation.calendars import Calendar
from libops.circulation.rules import Policy
from libops.refusals import Reason


class Due(msgspec.Struct, frozen=True):
    """Until when an item is lent, in UTC, or why no such moment can be found."""

    at: datetime | None
    reason: Reason | None = None


def due_of_loan(policy: Policy, calendar: Calendar, now: datetime, last_day: date) -> Due:
    """When an item lent now falls due; never after ``last_day``, on which the card runs out, and never before today."""
    return _due(policy, calendar, now, calendar.local_day(now), now, last_day)


def due_of_renewal(policy: Policy, calendar: Calendar, now: datetime, was_due: datetime, last_day: date) -> Due:
    """When a loan renewed now falls due. Counted from its due date, it counts from today once that has passed."""
    base = max(was_due, now) if policy.renew_from is RenewFrom.DUE else now
    return _due(policy, calendar, now, calendar.local_day(base), base, last_day)


def renewable_from(policy: Policy, calendar: Calendar, was_due: datetime) -> datetime | None:
    """The first moment at which a loan may be renewed; None where it may at any time."""
    if policy.renew_before is None:
        return None
    if policy.period_kind is PeriodKind.HOURS:
        return was_due.astimezone(UTC) - timedelta(hours=policy.renew_before)
    return calendar.start_of(calendar.local_day(was_due) - timedelta(days=policy.renew_before))


def _due(policy: Policy, calendar: Calendar, now: datetime, start: date, base: datetime, last_day: date) -> Due:
    today = calendar.local_day(now)
    due = _by_period(policy, calendar, start, base)
    if policy.fixed_on is not None:
        fixed = _on_fixed_day(policy, calendar, today, policy.fixed_on)
        due = fixed if policy.period_kind is PeriodKind.FIXED else _sooner(due, fixed)
    if due.at is None:
        return due
    # A card that runs out on the day, or ran out long ago and was allowed all the same, leaves the rest of today.
    last = calendar.end_of(max(last_day, today)) if last_day < date.max else due.at
    return Due(max(min(due.at, last), now))


def _by_period(policy: Policy, calendar: Calendar, start: date, base: datetime) -> Due:
    if policy.period_kind is PeriodKind.HOURS:
        return _hourly(policy, calendar, base)
    days = policy.period if policy.period_kind is PeriodKind.DAYS else 0
    return _on_open_day(policy, calendar, start, start + timedelta(days=days))


def _sooner(due: Due, fixed: Due) -> Due:
    return fixed if due.at is None or fixed.at is None or fixed.at < due.at else due


def _on_open_day(policy: Policy, calendar: Calendar, start: date, wanted: date) -> Due:
    day: date | None = wanted
    if policy.closed_due is not ClosedDue.KEEP:
        earlier = calendar.open_day_until(wanted, start) if policy.closed_due is ClosedDue.BACK else None
        day = earlier or calendar.open_day_from(wanted)
    if day is None:
        return Due(None, Reason("calendar.no_open_day", {"due": wanted}))
    return Due(calendar.end_of(day))


def _on_fixed_day(policy: Policy, calendar: Calendar, today: date, fixed_on: date) -> Due:
    if fixed_on < today:
        return Due(None, Reason("policy.fixed_passed", {"fixed": fixed_on}))
    return _on_open_day(policy, calendar, today, fixed_on)


def _hourly(policy: Policy, calendar: Calendar, base: datetime) -> Due:
    # In UTC: hours added in a zone of the branch would be hours of its clocks, which jump.
    wanted = base.astimezone(UTC) + timedelta(hours=policy.period)
    if policy.closed_due is ClosedDue.KEEP or calendar.serves(wanted):
        return Due(wanted)
    closing = calendar.last_closing(wanted, base) if policy.closed_due is ClosedDue.BACK else None
    at = closing or calendar.next_opening(wanted)
    if at is None:
        return Due(None, Reason("calendar.no_open_day", {"due": calendar.local_day(wanted)}))
    return Due(at)
