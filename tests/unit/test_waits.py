"""How long somebody will wait, as a table of what the copies are doing."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from db.catalogue import ItemStatus
from db.rules import PeriodKind, RenewFrom
from libops.circulation.calendars import ALL_DAY, Calendar
from libops.circulation.rules import Policy
from libops.circulation.waits import FARTHEST, ON_THE_WAY, OVERDUE, CopyState, Turns, estimate, loan_days, turns_of
from tests.engines.town import MORNING

TODAY = MORNING.date()
CALENDAR = Calendar("Asia/Shanghai", dict.fromkeys(range(7), ALL_DAY), {})
POLICY = Policy(
    id=1,
    branch_id=None,
    category_id=None,
    item_type_id=None,
    lendable=True,
    period=30,
    renewals=1,
    renew_from=RenewFrom.DUE,
    type_limit=None,
    shelf_days=7,
)


def on(days: int) -> date:
    """The day so many days from today."""
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("copy", "free"),
    [
        (CopyState(ItemStatus.AVAILABLE), 0),
        (CopyState(ItemStatus.CHECKED_OUT, due_at=MORNING + timedelta(days=12)), 12),
        (CopyState(ItemStatus.CHECKED_OUT, due_at=MORNING), 0),
        (CopyState(ItemStatus.CHECKED_OUT, due_at=MORNING - timedelta(minutes=1)), OVERDUE),
        (CopyState(ItemStatus.CHECKED_OUT, due_at=MORNING - timedelta(days=400)), OVERDUE),
        (CopyState(ItemStatus.CHECKED_OUT, due_at=MORNING - timedelta(days=400), lost=True), None),
        (CopyState(ItemStatus.IN_TRANSIT), ON_THE_WAY),
        (CopyState(ItemStatus.IN_TRANSIT, held=True), ON_THE_WAY + 37),
        (CopyState(ItemStatus.PAGED), ON_THE_WAY),
        (CopyState(ItemStatus.AWAITING_PICKUP, held=True, shelf_until=MORNING + timedelta(days=3)), 33),
        (CopyState(ItemStatus.AWAITING_PICKUP, held=True), ON_THE_WAY + 37),
        (CopyState(ItemStatus.AWAITING_PICKUP), 0),
        (CopyState(ItemStatus.ON_ORDER), None),
        (CopyState(ItemStatus.IN_PROCESS), None),
        (CopyState(ItemStatus.MISSING), None),
        (CopyState(ItemStatus.WITHDRAWN), None),
        (CopyState(ItemStatus.RESTRICTED), None),
        (CopyState(ItemStatus.CLAIMED_RETURNED), None),
    ],
)
def test_a_copy_comes_free_when_what_it_does_now_ends(copy: CopyState, free: int | None) -> None:
    expected = None if free is None else Turns(on(free), 37)
    assert turns_of(copy, POLICY, CALENDAR, MORNING) == expected


@pytest.mark.parametrize(
    ("copies", "ahead", "expected"),
    [
        ([], 0, None),
        ([Turns(on(0), 37)], 0, 0),
        ([Turns(on(0), 37)], 1, 37),
        ([Turns(on(0), 37)], 2, 74),
        ([Turns(on(12), 37)], 0, 12),
        ([Turns(on(12), 37)], 1, 49),
        ([Turns(on(12), 37), Turns(on(20), 37)], 1, 20),
        ([Turns(on(20), 37), Turns(on(12), 37)], 2, 49),
        ([Turns(on(20), 37), Turns(on(12), 37)], 3, 57),
        # A copy that is lent for a week serves five while the other serves one.
        ([Turns(on(0), 7), Turns(on(0), 37)], 6, 35),
        ([Turns(on(0), 7), Turns(on(0), 37)], 7, 37),
    ],
)
def test_each_copy_serves_one_after_the_other_and_whoever_is_next_gets_the_first_that_is_free(
    copies: list[Turns], ahead: int, expected: int | None
) -> None:
    assert estimate(copies, ahead, TODAY) == (None if expected is None else on(expected))


def test_nobody_is_told_a_day_that_is_years_away() -> None:
    turns = [Turns(TODAY, 30)]
    last = FARTHEST.days // 30
    assert estimate(turns, last, TODAY) == on(last * 30)
    assert estimate(turns, last + 1, TODAY) is None
    assert estimate(turns, 1_000_000_000, TODAY) is None
    assert estimate([Turns(TODAY + FARTHEST + timedelta(days=1), 30)], 0, TODAY) is None


def test_more_before_somebody_never_make_the_wait_shorter() -> None:
    copies = [Turns(on(3), 9), Turns(on(0), 37), Turns(on(11), 20)]
    days = [estimate(copies, ahead, TODAY) for ahead in range(40)]
    told = [day for day in days if day is not None]
    assert len(told) == 40
    assert told == sorted(told)


def test_another_copy_never_makes_the_wait_longer() -> None:
    copies = [Turns(on(3), 9), Turns(on(0), 37)]
    for ahead in range(20):
        fewer, more = (estimate(some, ahead, TODAY) for some in (copies, [*copies, Turns(on(11), 20)]))
        assert fewer is not None
        assert more is not None
        assert more <= fewer


@pytest.mark.parametrize(
    ("kind", "period", "fixed_on", "days"),
    [
        (PeriodKind.DAYS, 30, None, 30),
        (PeriodKind.DAYS, 0, None, 1),
        (PeriodKind.HOURS, 3, None, 1),
        (PeriodKind.DAY_END, 0, None, 1),
        (PeriodKind.FIXED, 0, on(60), 60),
        (PeriodKind.FIXED, 0, on(-3), 1),
    ],
)
def test_a_loan_takes_a_copy_for_its_period_and_never_for_less_than_a_day(
    kind: PeriodKind, period: int, fixed_on: date | None, days: int
) -> None:
    policy = msgspec.structs.replace(POLICY, period_kind=kind, period=period, fixed_on=fixed_on)
    assert loan_days(policy, TODAY) == days
