"""What being late costs: grace, closed days, units, caps; hours; the change of clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.rules import FineUnit
from libops.circulation.calendars import Calendar, read_hours
from libops.circulation.fines import days_late, fine
from libops.circulation.rules import Policy
from tests.unit.opening_times import DAY_HOURS, LATE_HOURS, MOMENTS, at, calendar, calendars, policy

# Due on Monday 23 November; closed from Wednesday to Friday, and open again on Saturday.
DUE = date(2026, 11, 23)
TUE, WED, THU, FRI, SAT, SUN, MON = (DUE + timedelta(days=ahead) for ahead in range(1, 8))
BRANCH = calendar(dated={WED: None, THU: None, FRI: None})
TENTH = {"fine_amount": 10}


def of_days(branch: Calendar, returned: date, **terms: object) -> int:
    rule = policy(**{**TENTH, **terms})
    return fine(rule, branch, branch.end_of(DUE), at(branch, returned, "12:00"))


@pytest.mark.parametrize(
    ("returned", "open_only", "every_day"),
    [
        (DUE - timedelta(days=3), 0, 0),
        (DUE, 0, 0),
        (TUE, 10, 10),
        (WED, 10, 20),
        (FRI, 10, 40),
        (SAT, 20, 50),
        (SUN, 30, 60),
    ],
)
def test_each_day_after_the_due_day_costs_and_closed_ones_only_where_the_rule_says(
    returned: date, open_only: int, every_day: int
) -> None:
    assert of_days(BRANCH, returned) == open_only
    assert of_days(BRANCH, returned, fine_open=False) == every_day
    assert days_late(BRANCH, BRANCH.end_of(DUE), at(BRANCH, returned, "12:00")) == max(0, (returned - DUE).days)


@pytest.mark.parametrize(
    ("returned", "grace", "grace_open", "fine_open", "amount"),
    [
        # Two open days of grace: Tuesday and Saturday, and the closed days in between are forgiven with them.
        (TUE, 2, True, True, 0),
        (FRI, 2, True, True, 0),
        (SAT, 2, True, True, 0),
        (SUN, 2, True, True, 10),
        (SUN, 2, True, False, 10),
        (MON, 2, True, False, 20),
        # One open day of grace: the closed days behind it cost only where closed days do.
        (FRI, 1, True, True, 0),
        (SAT, 1, True, True, 10),
        (FRI, 1, True, False, 30),
        (SAT, 1, True, False, 40),
        # Two days of grace whatever the branch does: Tuesday and Wednesday.
        (WED, 2, False, True, 0),
        (THU, 2, False, True, 0),
        (SAT, 2, False, True, 10),
        (THU, 2, False, False, 10),
        (SAT, 2, False, False, 30),
        # The grace ends on a closed day, before the branch opens again.
        (FRI, 4, False, True, 0),
        (SAT, 4, False, True, 10),
        (SAT, 4, False, False, 10),
    ],
)
def test_grace_before_and_after_closed_days(
    returned: date, grace: int, grace_open: bool, fine_open: bool, amount: int
) -> None:
    assert of_days(BRANCH, returned, grace=grace, grace_open=grace_open, fine_open=fine_open) == amount


@pytest.mark.parametrize(
    ("returned", "fine_open", "amount"),
    [(SAT, True, 0), (SUN, True, 30), (SUN, False, 60), (SAT, False, 0)],
)
def test_once_the_grace_is_over_its_days_cost_too_where_the_rule_says(
    returned: date, fine_open: bool, amount: int
) -> None:
    assert of_days(BRANCH, returned, grace=2, fine_grace=True, fine_open=fine_open) == amount


def test_closed_days_behind_the_grace_do_not_make_its_days_cost() -> None:
    assert of_days(BRANCH, FRI, grace=1, fine_grace=True) == 0
    assert of_days(BRANCH, SAT, grace=1, fine_grace=True) == 20


@pytest.mark.parametrize(("every", "amounts"), [(1, [10, 20, 30, 40]), (2, [10, 10, 20, 20]), (7, [10, 10, 10, 10])])
def test_each_begun_unit_of_several_days_costs_once(every: int, amounts: list[int]) -> None:
    branch = calendar()
    assert [of_days(branch, DUE + timedelta(days=n), fine_every=every) for n in (1, 2, 3, 4)] == amounts


def test_a_fine_stops_at_its_cap() -> None:
    branch = calendar()
    assert [of_days(branch, DUE + timedelta(days=n), fine_cap=25) for n in (1, 2, 3, 300)] == [10, 20, 25, 25]
    assert of_days(branch, TUE, fine_cap=0) == 0
    assert of_days(branch, TUE, fine_amount=0) == 0


def test_a_day_is_the_branchs_own_and_lasts_until_it_closes() -> None:
    late = calendar(hours=LATE_HOURS)
    rule = policy(**TENTH)
    assert fine(rule, late, late.end_of(DUE), at(late, TUE, "01:59")) == 0
    assert fine(rule, late, late.end_of(DUE), at(late, TUE, "02:00")) == 10
    assert fine(rule, late, late.end_of(DUE), at(late, WED, "01:59")) == 10
    new_york = calendar(zone="America/New_York")
    assert fine(rule, new_york, new_york.end_of(DUE), at(calendar(), TUE, "12:59")) == 0
    assert fine(rule, new_york, new_york.end_of(DUE), at(calendar(), TUE, "13:00")) == 10


@pytest.mark.parametrize(
    ("zone", "due_on"),
    [
        ("America/New_York", date(2026, 3, 7)),
        ("America/New_York", date(2026, 10, 31)),
        ("America/Santiago", date(2026, 9, 5)),
        ("America/Santiago", date(2026, 4, 4)),
        ("Africa/Cairo", date(2026, 4, 23)),
        ("Africa/Cairo", date(2026, 10, 29)),
        ("Asia/Shanghai", date(2028, 2, 28)),
    ],
)
def test_the_change_of_clocks_makes_no_day_more_or_less(zone: str, due_on: date) -> None:
    branch = calendar(zone=zone)
    rule = policy(**TENTH)
    moments = [branch.end_of(due_on + timedelta(days=n)) for n in range(4)]
    assert [fine(rule, branch, moments[0], moment) for moment in moments] == [0, 10, 20, 30]
    first = branch.start_of(due_on + timedelta(days=1))
    assert (fine(rule, branch, moments[0], first), days_late(branch, moments[0], first)) == (10, 1)


# Open from nine to nine; due on Monday at eight in the evening.
HOURLY = calendar(dated={WED: None})
EVENING = at(HOURLY, DUE, "20:00")


@pytest.mark.parametrize(
    ("day", "clock", "terms", "amount"),
    [
        (DUE, "19:00", {}, 0),
        (DUE, "20:00", {}, 0),
        (DUE, "20:01", {}, 10),
        (DUE, "21:00", {}, 10),
        # After closing no more open hours begin until the next morning.
        (DUE, "23:30", {}, 10),
        (TUE, "09:00", {}, 10),
        (TUE, "09:01", {}, 20),
        (TUE, "11:00", {}, 30),
        (THU, "10:00", {}, 140),
        (DUE, "23:30", {"fine_open": False}, 40),
        (TUE, "20:00", {"fine_open": False}, 240),
        # Two open hours of grace reach into the morning; two hours of the clock do not.
        (TUE, "10:00", {"grace": 2}, 0),
        (TUE, "10:01", {"grace": 2}, 10),
        (TUE, "10:01", {"grace": 2, "fine_grace": True}, 30),
        (DUE, "22:00", {"grace": 2, "grace_open": False}, 0),
        (TUE, "09:30", {"grace": 2, "grace_open": False}, 10),
        (DUE, "22:30", {"grace": 2, "grace_open": False, "fine_open": False}, 10),
        # The grace is used up in the moment of closing: the night behind it costs only where closed hours do.
        (DUE, "23:30", {"grace": 1}, 0),
        (DUE, "23:30", {"grace": 1, "fine_open": False}, 30),
        (TUE, "12:00", {"fine_every": 3}, 20),
        (TUE, "12:00", {"fine_cap": 15}, 15),
    ],
)
def test_hours_late_are_begun_hours_and_only_open_ones_where_the_rule_says(
    day: date, clock: str, terms: dict[str, object], amount: int
) -> None:
    rule = policy(fine_unit="hour", period_kind="hours", period=4, **{**TENTH, **terms})
    assert fine(rule, HOURLY, EVENING, at(HOURLY, day, clock)) == amount


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 6, 1), 24)])
def test_hours_late_are_real_hours_when_the_clocks_change(day: date, hours: int) -> None:
    branch = calendar(hours=read_hours("00:00", "24:00"), zone="America/New_York")
    start = branch.start_of(day)
    for fine_open in (True, False):
        rule = policy(fine_unit="hour", fine_open=fine_open, **TENTH)
        assert fine(rule, branch, start, branch.start_of(day + timedelta(days=1))) == 10 * hours


def test_a_night_that_is_open_counts_once() -> None:
    branch = calendar(hours=LATE_HOURS)
    rule = policy(fine_unit="hour", **TENTH)
    # One hour until midnight, two until closing, and one in the morning.
    assert fine(rule, branch, at(branch, DUE, "23:00"), at(branch, TUE, "10:00")) == 40


RULES = st.builds(
    policy,
    grace=st.integers(0, 5),
    grace_open=st.booleans(),
    fine_unit=st.sampled_from(FineUnit),
    fine_every=st.integers(1, 4),
    fine_amount=st.integers(0, 100),
    fine_cap=st.none() | st.integers(0, 500),
    fine_open=st.booleans(),
    fine_grace=st.booleans(),
)


@given(rule=RULES, branch=calendars(), due_at=MOMENTS, hours=st.integers(-100, 24 * 40), later=st.integers(0, 100))
def test_a_fine_is_never_negative_never_beyond_its_cap_and_never_falls_as_time_passes(
    rule: Policy, branch: Calendar, due_at: datetime, hours: int, later: int
) -> None:
    returned = due_at + timedelta(hours=hours)
    amount = fine(rule, branch, due_at, returned)
    assert 0 <= amount <= (amount if rule.fine_cap is None else rule.fine_cap)
    assert amount <= fine(rule, branch, due_at, returned + timedelta(hours=later))
    if hours <= 0:
        assert amount == 0


@given(rule=RULES, branch=calendars(), due_at=MOMENTS, hours=st.integers(0, 24 * 40))
def test_grace_and_leaving_out_closed_days_never_make_a_fine_dearer(
    rule: Policy, branch: Calendar, due_at: datetime, hours: int
) -> None:
    returned = due_at + timedelta(hours=hours)
    amount = fine(rule, branch, due_at, returned)
    assert amount <= fine(msgspec.structs.replace(rule, grace=0), branch, due_at, returned)
    assert amount <= fine(msgspec.structs.replace(rule, fine_open=False), branch, due_at, returned)
    assert amount <= fine(msgspec.structs.replace(rule, fine_grace=True), branch, due_at, returned)


@given(branch=calendars(), due_at=MOMENTS, late=st.integers(0, 60))
def test_without_grace_a_fine_by_days_is_its_rate_for_each_open_day(
    branch: Calendar, due_at: datetime, late: int
) -> None:
    returned = due_at + timedelta(days=late)
    first, last = branch.local_day(due_at), branch.local_day(returned)
    days = [first + timedelta(days=n + 1) for n in range((last - first).days)]
    assert fine(policy(**TENTH), branch, due_at, returned) == 10 * sum(map(branch.is_open, days))
    assert days_late(branch, due_at, returned) == len(days)


def test_a_branch_that_was_closed_ever_since_fines_nobody_for_it() -> None:
    closed = calendar((), DAY_HOURS)
    returned = at(closed, DUE + timedelta(days=400), "12:00")
    for unit in FineUnit:
        assert fine(policy(fine_unit=unit, **TENTH), closed, closed.end_of(DUE), returned) == 0
