"""What being late costs, as pure functions of rules and calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from libops.circulation.calendars import Calendar
from libops.circulation.rules import Policy


def days_late(calendar: Calendar, due_at: datetime, returned_at: datetime) -> int:
    """Calendar days of the branch that lent it between the due day and the return; never negative."""
    return max(0, (calendar.local_day(returned_at) - calendar.local_day(due_at)).days)


def fine(policy: Policy, calendar: Calendar, due_at: datetime, returned_at: datetime) -> int:
    """The fine in minor units."""
    due = calendar.local_day(due_at)
    days = [due + timedelta(days=n + 1) for n in range(days_late(calendar, due_at, returned_at))]
    count = max(len([day for day in days if calendar.is_open(day) or not policy.fine_open]) - policy.grace, 0)
    amount = -(-count // policy.fine_every) * policy.fine_amount
    return amount if policy.fine_cap is None else min(amount, policy.fine_cap)
