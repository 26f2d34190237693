"""What being late costs, as pure functions of rules and calendar.

The calendar is that of the branch that lent the item. Days are its days, from the one after the due day up to that of
the return; hours are begun hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from db.rules import FineUnit
from libops.circulation.calendars import Calendar
from libops.circulation.rules import Policy

_HOUR = timedelta(hours=1)
_NONE = timedelta(0)


def days_late(calendar: Calendar, due_at: datetime, returned_at: datetime) -> int:
    """How many days of the branch, open or closed, lie between the due day and the return; never negative."""
    return max(0, (calendar.local_day(returned_at) - calendar.local_day(due_at)).days)


def fine(policy: Policy, calendar: Calendar, due_at: datetime, returned_at: datetime) -> int:
    """The fine in minor units: nothing within the grace, never negative, never beyond the cap."""
    if policy.fine_amount == 0 or returned_at <= due_at:
        return 0
    hourly = policy.fine_unit is FineUnit.HOUR
    count = _hours(policy, calendar, due_at, returned_at) if hourly else _days(policy, calendar, due_at, returned_at)
    amount = -(-count // policy.fine_every) * policy.fine_amount
    return amount if policy.fine_cap is None else min(amount, policy.fine_cap)


def _days(policy: Policy, calendar: Calendar, due_at: datetime, returned_at: datetime) -> int:
    """The days that count. A closed day that does not count does not end the grace either."""
    due = calendar.local_day(due_at)
    days = [due + timedelta(days=ahead + 1) for ahead in range(days_late(calendar, due_at, returned_at))]
    beyond = _charged(policy, calendar, days[_grace_days(policy, calendar, days) :])
    return _charged(policy, calendar, days) if beyond and policy.fine_grace else beyond


def _grace_days(policy: Policy, calendar: Calendar, days: Sequence[date]) -> int:
    """How many of the days the grace covers: up to the last of its open days, where only those use it up."""
    if not policy.grace_open or policy.grace == 0:
        return policy.grace
    places = [place for place, day in enumerate(days, start=1) if calendar.is_open(day)]
    return places[policy.grace - 1] if len(places) >= policy.grace else len(days)


def _charged(policy: Policy, calendar: Calendar, days: Sequence[date]) -> int:
    return sum(1 for day in days if not policy.fine_open or calendar.is_open(day))


def _hours(policy: Policy, calendar: Calendar, due_at: datetime, returned_at: datetime) -> int:
    """The begun hours that count."""
    due_at, returned_at = due_at.astimezone(UTC), returned_at.astimezone(UTC)
    over = _after_grace(policy, calendar, due_at, returned_at)
    beyond = _counted(policy, calendar, over, returned_at)
    if not beyond:
        return 0
    return -(-(_counted(policy, calendar, due_at, returned_at) if policy.fine_grace else beyond) // _HOUR)


def _after_grace(policy: Policy, calendar: Calendar, due_at: datetime, returned_at: datetime) -> datetime:
    """When the hours of grace are used up; the return where they are not."""
    left = timedelta(hours=policy.grace)
    if not policy.grace_open or not left:
        return min(due_at + left, returned_at)
    for start, end in _open_spans(calendar, due_at, returned_at):
        if left <= end - start:
            return start + left
        left -= end - start
    return returned_at


def _counted(policy: Policy, calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    if not policy.fine_open:
        return end - start
    return sum((until - since for since, until in _open_spans(calendar, start, end)), _NONE)


def _open_spans(calendar: Calendar, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The times at which the branch was open between two moments."""
    first = calendar.local_day(start)
    days = (first + timedelta(days=ahead) for ahead in range((calendar.local_day(end) - first).days + 1))
    spans = (calendar.span_of(day) for day in days)
    cut = ((max(span[0], start), min(span[1], end)) for span in spans if span is not None)
    return [(since, until) for since, until in cut if since < until]
