"""When a loan falls due, and when it may be renewed: tables of the cases that bite, and what always holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from db.rules import ClosedDue, PeriodKind, RenewFrom
from libops.circulation.calendars import SEARCH_DAYS, Calendar, is_end_of_day, read_hours
from libops.circulation.periods import Due, due_of_loan, due_of_renewal, renewable_from
from libops.circulation.rules import Policy
from libops.refusals import Reason
from tests.unit.opening_times import (
    DAY_HOURS,
    DAYS,
    LATE_HOURS,
    MOMENTS,
    at,
    calendar,
    calendars,
    policy,
)

FAR = date.max
ONE_DAY = timedelta(days=1)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
OPEN = calendar()
NO_MONDAYS = calendar(range(1, 7))
NEW_YORK = calendar(zone="America/New_York")
LATE = calendar(hours=LATE_HOURS)


def due(terms: Policy, branch: Calendar, now: datetime, last_day: date = FAR) -> datetime:
    found = due_of_loan(terms, branch, now, last_day)
    assert found.at is not None, found.reason
    return found.at


def day_of(terms: Policy, branch: Calendar, now: datetime, last_day: date = FAR) -> date:
    moment = due(terms, branch, now, last_day)
    assert is_end_of_day(moment)
    return branch.local_day(moment)


@pytest.mark.parametrize(
    ("start", "days", "expires", "due_on"),
    [
        (TUESDAY, 0, FAR, TUESDAY),
        (TUESDAY, 1, FAR, date(2026, 11, 25)),
        (TUESDAY, 6, FAR, date(2026, 12, 1)),
        (TUESDAY, 6, date(2026, 11, 30), date(2026, 11, 30)),
        (TUESDAY, 30, date(2026, 11, 25), date(2026, 11, 25)),
        (TUESDAY, 30, TUESDAY, TUESDAY),
        # A card that had run out, and was allowed all the same, ends today at the earliest.
        (TUESDAY, 30, MONDAY, TUESDAY),
        (MONDAY, 0, FAR, TUESDAY),
        (date(2028, 2, 28), 1, FAR, date(2028, 2, 29)),
        (date(2027, 2, 27), 2, FAR, date(2027, 3, 2)),
        (date(2028, 1, 30), 30, FAR, date(2028, 2, 29)),
        (date(2027, 12, 31), 60, FAR, date(2028, 2, 29)),
        (date(2028, 2, 29), 365, FAR, date(2029, 2, 28)),
        (date(2026, 12, 31), 1, FAR, date(2027, 1, 1)),
        (date(2026, 12, 31), 4, FAR, date(2027, 1, 5)),
    ],
)
def test_due_days_of_a_branch_that_is_closed_on_mondays(start: date, days: int, expires: date, due_on: date) -> None:
    assert day_of(policy(period=days), NO_MONDAYS, at(NO_MONDAYS, start, "10:00"), expires) == due_on


# A holiday from Thursday to Sunday, 26 to 29 November, in a branch that is closed on Mondays too.
HOLIDAY = calendar(range(1, 7), dated={date(2026, 11, day): None for day in range(26, 30)})


@pytest.mark.parametrize(
    ("closed_due", "days", "due_on"),
    [
        ("forward", 2, date(2026, 12, 1)),
        ("forward", 6, date(2026, 12, 1)),
        ("forward", 7, date(2026, 12, 1)),
        ("back", 2, date(2026, 11, 25)),
        ("back", 6, date(2026, 11, 25)),
        ("back", 7, date(2026, 12, 1)),
        ("keep", 2, date(2026, 11, 26)),
        ("keep", 6, date(2026, 11, 30)),
    ],
)
def test_a_due_day_among_several_closed_ones_goes_where_the_rule_says(closed_due: str, days: int, due_on: date) -> None:
    rule = policy(period=days, closed_due=closed_due)
    assert day_of(rule, HOLIDAY, at(HOLIDAY, TUESDAY, "10:00")) == due_on


def test_back_never_goes_before_the_lending_day_and_then_goes_forward() -> None:
    rule = policy(period=2, closed_due="back")
    lent_in_the_holiday = at(HOLIDAY, date(2026, 11, 26), "10:00")
    assert day_of(rule, HOLIDAY, lent_in_the_holiday) == date(2026, 12, 1)
    assert day_of(rule, HOLIDAY, at(HOLIDAY, date(2026, 11, 25), "10:00")) == date(2026, 11, 25)


def test_an_exceptional_opening_is_a_day_to_fall_due_on() -> None:
    branch = calendar(range(1, 7), dated={date(2026, 11, 30): DAY_HOURS})
    assert day_of(policy(period=6), branch, at(branch, TUESDAY, "10:00")) == date(2026, 11, 30)


@pytest.mark.parametrize("kind", ["days", "day_end", "hours", "fixed"])
def test_a_branch_that_never_opens_again_lends_nothing(kind: str) -> None:
    closed = calendar(())
    rule = policy(period_kind=kind, period=3, fixed_on="2026-12-01")
    found = due_of_loan(rule, closed, at(closed, MONDAY, "10:00"), FAR)
    assert found.at is None
    assert found.reason is not None
    assert found.reason.code == "calendar.no_open_day"
    kept = due_of_loan(
        policy(period_kind=kind, period=3, fixed_on="2026-12-01", closed_due="keep"),
        closed,
        at(closed, MONDAY, "10:00"),
        FAR,
    )
    assert kept.at is not None


def test_a_term_that_ends_while_the_branch_is_still_open_ends_a_loan_that_would_find_no_open_day() -> None:
    branch = calendar((), dated={date(2026, 12, 1): DAY_HOURS})
    assert day_of(policy(period=30, fixed_on="2026-12-01"), branch, at(branch, MONDAY, "10:00")) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("kind", "period", "closed_due", "due_on"),
    [
        ("fixed", 0, "forward", date(2027, 1, 15)),
        ("fixed", 99, "forward", date(2027, 1, 15)),
        ("days", 30, "forward", date(2026, 12, 23)),
        ("days", 60, "forward", date(2027, 1, 15)),
        ("day_end", 0, "forward", MONDAY),
    ],
)
def test_a_fixed_day_is_the_due_day_or_the_last_one_of_the_term(
    kind: str, period: int, closed_due: str, due_on: date
) -> None:
    rule = policy(period_kind=kind, period=period, fixed_on="2027-01-15", closed_due=closed_due)
    assert day_of(rule, OPEN, at(OPEN, MONDAY, "10:00")) == due_on


def test_a_fixed_day_that_is_closed_goes_where_the_rule_says() -> None:
    branch = calendar(dated={date(2027, 1, 15): None})
    days = {
        kept: day_of(
            policy(period_kind="fixed", fixed_on="2027-01-15", closed_due=kept), branch, at(branch, MONDAY, "10:00")
        )
        for kept in ClosedDue
    }
    assert days == {
        ClosedDue.FORWARD: date(2027, 1, 16),
        ClosedDue.BACK: date(2027, 1, 14),
        ClosedDue.KEEP: date(2027, 1, 15),
    }


@pytest.mark.parametrize("kind", PeriodKind)
def test_after_the_fixed_day_nothing_is_lent_and_on_it_until_its_end(kind: PeriodKind) -> None:
    rule = policy(period_kind=kind, period=30, fixed_on="2026-11-23")
    passed = due_of_loan(rule, OPEN, at(OPEN, TUESDAY, "00:00"), FAR)
    assert passed == Due(None, Reason("policy.fixed_passed", {"fixed": MONDAY}))
    assert due(rule, OPEN, at(OPEN, MONDAY, "23:59")) == OPEN.end_of(MONDAY)


def test_a_card_that_runs_out_before_the_fixed_day_ends_the_loan() -> None:
    rule = policy(period_kind="fixed", fixed_on="2027-01-15")
    assert day_of(rule, OPEN, at(OPEN, MONDAY, "10:00"), date(2026, 12, 1)) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("branch", "clock", "end"),
    [
        (OPEN, "10:00", MONDAY + ONE_DAY),
        (OPEN, "23:59", MONDAY + ONE_DAY),
        # Past midnight in a reading room that is still open it is yesterday, and ends when the doors close.
        (LATE, "01:30", MONDAY),
        (LATE, "10:00", MONDAY + ONE_DAY),
    ],
)
def test_a_loan_to_the_end_of_the_day_ends_with_the_branchs_day(branch: Calendar, clock: str, end: date) -> None:
    closing = "02:00" if branch is LATE else "00:00"
    moment = due(policy(period_kind="day_end", period=9), branch, at(branch, MONDAY, clock))
    assert moment == at(branch, end, closing) - timedelta(microseconds=1)


def test_a_loan_of_no_days_made_in_the_very_last_moment_is_due_in_that_moment() -> None:
    last = OPEN.end_of(MONDAY)
    assert due(policy(period=0), OPEN, last) == last
    assert due(policy(period=0), OPEN, last + timedelta(microseconds=1)) == OPEN.end_of(TUESDAY)


def test_days_lent_after_midnight_count_from_the_day_that_is_still_open() -> None:
    lent = due(policy(period=2), LATE, at(LATE, TUESDAY, "01:59"))
    assert lent == LATE.end_of(date(2026, 11, 25))
    assert due(policy(period=2), LATE, at(LATE, TUESDAY, "02:00")) == LATE.end_of(date(2026, 11, 26))


# A branch that is open from nine to nine, and closed on the Tuesday.
REST = calendar(dated={TUESDAY: None})


@pytest.mark.parametrize(
    ("branch", "clock", "hours", "closed_due", "day", "due_at"),
    [
        (OPEN, "10:00", 4, "forward", MONDAY, "14:00"),
        (OPEN, "10:00", 4, "back", MONDAY, "14:00"),
        # The moment of closing is still time to bring it back.
        (OPEN, "17:00", 4, "forward", MONDAY, "21:00"),
        (OPEN, "17:00", 4, "back", MONDAY, "21:00"),
        (OPEN, "18:00", 4, "forward", TUESDAY, "09:00"),
        (OPEN, "18:00", 4, "back", MONDAY, "21:00"),
        (OPEN, "18:00", 4, "keep", MONDAY, "22:00"),
        (OPEN, "10:00", 24, "back", TUESDAY, "10:00"),
        (OPEN, "10:00", 15, "forward", TUESDAY, "09:00"),
        (OPEN, "10:00", 15, "back", MONDAY, "21:00"),
        (REST, "18:00", 4, "forward", date(2026, 11, 25), "09:00"),
        (REST, "18:00", 20, "back", MONDAY, "21:00"),
        # Lent after closing, by whoever is still there: no closing lies in between.
        (OPEN, "21:30", 1, "back", TUESDAY, "09:00"),
        (LATE, "23:00", 2, "forward", TUESDAY, "01:00"),
        (LATE, "23:00", 4, "forward", TUESDAY, "09:00"),
        (LATE, "23:00", 4, "back", TUESDAY, "02:00"),
    ],
)
def test_hourly_loans_fall_due_while_somebody_can_bring_them_back(
    branch: Calendar, clock: str, hours: int, closed_due: str, day: date, due_at: str
) -> None:
    rule = policy(period_kind="hours", period=hours, closed_due=closed_due)
    assert due(rule, branch, at(branch, MONDAY, clock)) == at(branch, day, due_at)


def test_an_hourly_loan_never_outlasts_the_card_or_the_term() -> None:
    rule = policy(period_kind="hours", period=24)
    assert due(rule, OPEN, at(OPEN, MONDAY, "10:00"), MONDAY) == OPEN.end_of(MONDAY)
    term = policy(period_kind="hours", period=24, fixed_on="2026-11-23")
    assert due(term, OPEN, at(OPEN, MONDAY, "10:00")) == OPEN.end_of(MONDAY)


@pytest.mark.parametrize(
    ("now", "hours", "due_at"),
    [
        # Four hours stay four hours where the clocks jump: New York in March, and back in November.
        (at(NEW_YORK, date(2026, 3, 8), "00:30"), 4, at(NEW_YORK, date(2026, 3, 8), "05:30")),
        (at(NEW_YORK, date(2026, 11, 1), "00:30"), 4, at(NEW_YORK, date(2026, 11, 1), "03:30")),
        (at(NEW_YORK, date(2026, 11, 1), "01:30"), 1, at(NEW_YORK, date(2026, 11, 1), "01:30", fold=1)),
    ],
)
def test_hours_are_hours_whatever_the_clocks_do(now: datetime, hours: int, due_at: datetime) -> None:
    branch = calendar(hours=read_hours("00:00", "24:00"), zone="America/New_York")
    found = due(policy(period_kind="hours", period=hours), branch, now)
    assert found == due_at.astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "start", "days"),
    [
        ("America/New_York", date(2026, 3, 1), 14),
        ("America/New_York", date(2026, 10, 25), 14),
        ("America/Santiago", date(2026, 9, 5), 1),
        ("America/Santiago", date(2026, 4, 3), 1),
        ("Africa/Cairo", date(2026, 4, 23), 1),
        ("Africa/Cairo", date(2026, 10, 28), 1),
        ("Asia/Beirut", date(2026, 3, 28), 1),
        ("Asia/Shanghai", date(2026, 6, 1), 14),
    ],
)
@pytest.mark.parametrize("clock", ["01:30", "12:00", "23:30"])
def test_a_loan_across_the_change_of_clocks_is_as_many_days_as_any_other(
    zone: str, start: date, days: int, clock: str
) -> None:
    branch = calendar(zone=zone)
    assert day_of(policy(period=days), branch, at(branch, start, clock)) == start + timedelta(days=days)


@pytest.mark.parametrize(
    ("renew_from", "now", "due_on"),
    [
        # Due on Monday, seven days more: from the due day, from today, or from today because it is overdue.
        ("due", date(2026, 11, 20), date(2026, 11, 30)),
        ("today", date(2026, 11, 20), date(2026, 11, 27)),
        ("due", date(2026, 11, 25), date(2026, 12, 2)),
        ("today", date(2026, 11, 25), date(2026, 12, 2)),
        ("due", MONDAY, date(2026, 11, 30)),
    ],
)
def test_a_renewal_counts_from_the_due_day_or_from_today(renew_from: str, now: date, due_on: date) -> None:
    rule = policy(period=7, renew_from=renew_from)
    found = due_of_renewal(rule, OPEN, at(OPEN, now, "10:00"), OPEN.end_of(MONDAY), FAR)
    assert found.at == OPEN.end_of(due_on)


def test_an_hourly_renewal_counts_from_the_hour_it_was_due_or_from_now() -> None:
    was_due, now = at(OPEN, MONDAY, "14:00"), at(OPEN, MONDAY, "13:00")
    rule = policy(period_kind="hours", period=2)
    assert due_of_renewal(rule, OPEN, now, was_due, FAR).at == at(OPEN, MONDAY, "16:00")
    assert due_of_renewal(rule, OPEN, at(OPEN, MONDAY, "15:00"), was_due, FAR).at == at(OPEN, MONDAY, "17:00")
    from_now = policy(period_kind="hours", period=2, renew_from="today")
    assert due_of_renewal(from_now, OPEN, now, was_due, FAR).at == at(OPEN, MONDAY, "15:00")


@pytest.mark.parametrize(
    ("branch", "before", "start"),
    [
        (OPEN, 0, at(OPEN, MONDAY, "00:00")),
        (OPEN, 7, at(OPEN, date(2026, 11, 16), "00:00")),
        (LATE, 7, at(LATE, date(2026, 11, 16), "02:00")),
        # Across the change of clocks in New York, on 1 November, days stay days.
        (NEW_YORK, 30, at(NEW_YORK, date(2026, 10, 24), "00:00")),
    ],
)
def test_a_loan_may_be_renewed_from_a_day_on(branch: Calendar, before: int, start: datetime) -> None:
    rule = policy(renew_before=before)
    assert renewable_from(rule, branch, branch.end_of(MONDAY)) == start
    assert renewable_from(policy(), branch, branch.end_of(MONDAY)) is None


def test_an_hourly_loan_may_be_renewed_hours_before() -> None:
    rule = policy(period_kind="hours", period=4, renew_before=1)
    assert renewable_from(rule, OPEN, at(OPEN, MONDAY, "14:00")) == at(OPEN, MONDAY, "13:00")


POLICIES = st.builds(
    policy,
    period=st.integers(1, 400),
    period_kind=st.sampled_from(PeriodKind),
    closed_due=st.sampled_from(ClosedDue),
    renew_from=st.sampled_from(RenewFrom),
    fixed_on=DAYS,
)


@given(rule=POLICIES, branch=calendars(), now=MOMENTS, last_day=DAYS)
def test_a_due_moment_is_never_before_now_nor_after_the_last_day_of_card_or_today(
    rule: Policy, branch: Calendar, now: datetime, last_day: date
) -> None:
    found = due_of_loan(rule, branch, now, last_day)
    if found.at is None:
        assert found.reason is not None
        return
    assert found.reason is None
    assert found.at >= now
    assert found.at <= branch.end_of(max(last_day, branch.local_day(now)))


@given(rule=POLICIES, branch=calendars(), now=MOMENTS)
def test_a_loan_falls_due_on_an_open_day_unless_the_rule_keeps_closed_ones(
    rule: Policy, branch: Calendar, now: datetime
) -> None:
    found = due_of_loan(rule, branch, now, FAR)
    assume(found.at is not None)
    assert found.at is not None
    if rule.closed_due is not ClosedDue.KEEP:
        day = branch.local_day(found.at)
        closing = branch.span_of(branch.local_day(found.at - timedelta(microseconds=1)))
        assert branch.is_open(day) or (closing is not None and closing[1] == found.at)


@given(branch=calendars(), now=MOMENTS, days=st.integers(0, 400), last_day=DAYS)
def test_a_due_day_is_the_first_open_day_at_or_after_the_period_unless_the_card_ends_it(
    branch: Calendar, now: datetime, days: int, last_day: date
) -> None:
    today = branch.local_day(now)
    found = due_of_loan(policy(period=days), branch, now, last_day)
    wanted = [today + timedelta(days=days + ahead) for ahead in range(SEARCH_DAYS)]
    first = next(filter(branch.is_open, wanted), None)
    if first is None:
        assert found.at is None
        return
    assert found.at == branch.end_of(min(first, max(last_day, today)))


@given(rule=POLICIES, branch=calendars(), was_due=MOMENTS, now=MOMENTS)
def test_a_renewal_never_ends_before_now_and_never_sooner_the_later_it_is_asked(
    rule: Policy, branch: Calendar, was_due: datetime, now: datetime
) -> None:
    found = due_of_renewal(rule, branch, now, was_due, FAR)
    again = due_of_renewal(rule, branch, now + timedelta(hours=30), was_due, FAR)
    assume(found.at is not None and again.at is not None)
    assert found.at is not None
    assert again.at is not None
    assert found.at >= now
    assert again.at >= found.at


@given(branch=calendars(), was_due=MOMENTS, now=MOMENTS, days=st.integers(1, 400), forward=st.booleans())
def test_a_renewal_from_the_due_day_by_days_is_never_shorter_than_the_loan_was(
    branch: Calendar, was_due: datetime, now: datetime, days: int, forward: bool
) -> None:
    rule = policy(period=days, closed_due="forward" if forward else "keep")
    found = due_of_renewal(rule, branch, now, was_due, FAR)
    assume(found.at is not None)
    assert found.at is not None
    assert found.at > was_due
