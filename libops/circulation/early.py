"""Loans by the hour may be renewed from an hour on, not merely from a day on: the reason against it says which."""

from __future__ import annotations

import msgspec

from db.rules import PeriodKind
from libops.circulation.calendars import Calendar
from libops.circulation.decisions import LoanFacts, Verdict
from libops.circulation.periods import renewable_from
from libops.circulation.rules import Policy
from libops.refusals import Moment, Reason


def to_the_hour(verdict: Verdict, policy: Policy, calendar: Calendar, loan: LoanFacts) -> Verdict:
    """What was decided of renewing a loan, with the hour from which on it may be, where that matters."""
    start = renewable_from(policy, calendar, loan.due_at)
    if policy.period_kind is not PeriodKind.HOURS or start is None:
        return verdict
    told = Moment(start, calendar.zone_name)
    return msgspec.structs.replace(verdict, reasons=tuple(_told(reason, told) for reason in verdict.reasons))


def _told(reason: Reason, start: Moment) -> Reason:
    if reason.code != "renewal.too_early":
        return reason
    return msgspec.structs.replace(reason, facts={**reason.facts, "start": start})
