"""How long a request will wait: a pure estimate from what the title's copies are doing now.

Each copy comes free on some day, and serves one request after the other from then on. One turn lasts as long as the
hold shelf keeps a parcel and a loan then lasts: the longest that the rules allow, as if nobody renewed and everybody
came on the last day. Who has ``ahead`` others before them gets the copy that is free first after these were served in
their order. It is an estimate to be told to people; nothing is decided by it.

                 free again
    in           today
    on its way   in ``ON_THE_WAY`` days; for somebody's request, a turn after that
    on loan      on its due day; in ``OVERDUE`` days when that has passed
    on the shelf a loan after the shelf's last day; today where the request is over
    otherwise    nobody knows: the copy does not count
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from db.catalogue import ItemStatus
from db.rules import PeriodKind
from libops.circulation.calendars import Calendar
from libops.circulation.rules import Policy

ON_THE_WAY = 2
"""Days that a copy takes from one branch to another."""

OVERDUE = 7
"""Days after which an overdue copy is guessed to be back."""

FARTHEST = timedelta(days=730)
"""Nobody is told a day farther away than this; too much will happen until then."""


class CopyState(msgspec.Struct, frozen=True):
    """What a copy does now: when its loan falls due, and whether it counts as lost.

    ``held`` says that a request holds it that is not over, on the hold shelf until ``shelf_until``.
    """

    status: ItemStatus
    due_at: datetime | None = None
    lost: bool = False
    held: bool = False
    shelf_until: datetime | None = None


class Turns(msgspec.Struct, frozen=True, order=True):
    """A copy as the estimate sees it: from when it is free, and how many days each request takes it for."""

    free_on: date
    days: int


def loan_days(policy: Policy, today: date) -> int:
    """For how many days a loan begun today lasts, at least one."""
    if policy.period_kind is PeriodKind.DAYS:
        return max(1, policy.period)
    if policy.period_kind is PeriodKind.FIXED and policy.fixed_on is not None:
        return max(1, (policy.fixed_on - today).days)
    return 1


def turns_of(copy: CopyState, policy: Policy, calendar: Calendar, now: datetime) -> Turns | None:
    """From when a copy serves requests, by the rules for who asks; None where nobody knows."""
    today = calendar.local_day(now)
    loan = loan_days(policy, today)
    days = loan + policy.shelf_days
    free_on: date | None
    match copy.status:
        case ItemStatus.AVAILABLE:
            free_on = today
        case ItemStatus.IN_TRANSIT | ItemStatus.PAGED:
            free_on = today + timedelta(days=ON_THE_WAY + (days if copy.held else 0))
        case ItemStatus.CHECKED_OUT if copy.due_at is not None and not copy.lost:
            overdue = copy.due_at < now
            free_on = today + timedelta(days=OVERDUE) if overdue else calendar.local_day(copy.due_at)
        case ItemStatus.AWAITING_PICKUP if not copy.held:
            free_on = today
        case ItemStatus.AWAITING_PICKUP if copy.shelf_until is None:
            # It is to be picked up elsewhere, and still lies here.
            free_on = today + timedelta(days=ON_THE_WAY + days)
        case ItemStatus.AWAITING_PICKUP if copy.shelf_until is not None:
            free_on = calendar.local_day(copy.shelf_until) + timedelta(days=loan)
        case _:
            return None
    return Turns(free_on, days)


def estimate(copies: Sequence[Turns], ahead: int, today: date) -> date | None:
    """The day on which a request with so many before it gets its copy; None where nobody can say."""
    queue = list(copies)
    if not queue:
        return None
    heapq.heapify(queue)
    for _ in range(ahead):
        soonest = queue[0]
        if soonest.free_on - today > FARTHEST:
            return None
        heapq.heapreplace(queue, Turns(soonest.free_on + timedelta(days=soonest.days), soonest.days))
    return queue[0].free_on if queue[0].free_on - today <= FARTHEST else None
