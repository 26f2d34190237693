"""Open days and hours: calendar arithmetic in the branch's own zone, bounded, with days that end after midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libops.circulation.calendars import (
    SEARCH_DAYS,
    Calendar,
    Hours,
    is_end_of_day,
    overlaps,
    read_hours,
    week_overlaps,
)
from tests.unit.opening_times import (
    DAY_HOURS,
    DAYS,
    EXCEPTIONS,
    HOURS,
    LATE_HOURS,
    MOMENTS,
    WEEKS,
    ZONES,
    at,
    calendar,
    calendars,
)

MONDAY = date(2026, 11, 23)
ONE_DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


def test_a_dated_row_outweighs_the_week() -> None:
    branch = calendar({0}, dated={MONDAY: None, MONDAY + ONE_DAY: DAY_HOURS})
    opens = [branch.is_open(MONDAY + timedelta(days=ahead)) for ahead in range(8)]
    assert opens == [False, True, False, False, False, False, False, True]


def test_hours_are_read_from_clock_times_and_may_end_on_the_next_morning() -> None:
    assert read_hours("09:30", "26:15") == Hours(9 * 60 + 30, 26 * 60 + 15)


@given(start=DAYS)
def test_a_branch_that_never_opens_is_not_searched_for_ever(start: date) -> None:
    never = calendar((), dated={start + timedelta(days=SEARCH_DAYS): DAY_HOURS})
    assert never.open_day_from(start) is None
    assert never.open_day_from(start + ONE_DAY) == start + timedelta(days=SEARCH_DAYS)
    assert calendar(()).next_opening(never.start_of(start)) is None
    assert calendar(()).last_closing(never.end_of(start + timedelta(days=90)), never.start_of(start)) is None


@given(branch=calendars(), start=DAYS, back=st.integers(0, 400))
def test_the_open_day_before_a_day_is_the_last_one_that_is_not_too_early(
    branch: Calendar, start: date, back: int
) -> None:
    last = start + timedelta(days=back)
    days = [start + timedelta(days=ahead) for ahead in range(back + 1)][-SEARCH_DAYS - 1 :]
    assert branch.open_day_until(last, start) == max(filter(branch.is_open, days), default=None)


@given(week=WEEKS, exceptions=EXCEPTIONS, zone=st.sampled_from(ZONES), moment=MOMENTS)
def test_the_next_opening_is_the_first_moment_at_which_the_branch_is_open(
    week: frozenset[int], exceptions: dict[date, Hours | None], zone: str, moment: datetime
) -> None:
    branch = calendar(week, DAY_HOURS, exceptions, zone)
    found = branch.next_opening(moment)
    if found is None:
        assert branch.open_day_from(branch.local_day(moment) + ONE_DAY) is None
        return
    assert found >= moment
    assert branch.is_open_at(found)
    if found > moment:
        assert not branch.is_open_at(moment)
        assert not branch.is_open_at(found - MICROSECOND)


@given(branch=calendars(), moment=MOMENTS, before=st.integers(0, 200))
def test_the_last_closing_lies_between_the_two_moments_and_nothing_closes_after_it(
    branch: Calendar, moment: datetime, before: int
) -> None:
    earliest = moment - timedelta(hours=before)
    days = [branch.local_day(earliest) + timedelta(days=ahead) for ahead in range(before // 24 + 3)]
    closings = [span[1] for span in map(branch.span_of, days) if span is not None]
    expected = max((closing for closing in closings if earliest <= closing <= moment), default=None)
    assert branch.last_closing(moment, earliest) == expected


@given(zone=st.sampled_from(ZONES), day=DAYS, hours=HOURS)
def test_the_end_of_a_day_is_its_very_last_moment_in_every_zone(zone: str, day: date, hours: Hours) -> None:
    branch = calendar(hours=hours, zone=zone)
    end = branch.end_of(day)
    assert end.tzinfo is UTC
    assert is_end_of_day(end)
    assert branch.local_day(end) == day
    assert branch.local_day(end + MICROSECOND) == day + ONE_DAY
    assert branch.start_of(day + ONE_DAY) == end + MICROSECOND


@given(branch=calendars(), moment=MOMENTS, later=st.integers(0, 10**6))
def test_days_follow_each_other_as_time_passes(branch: Calendar, moment: datetime, later: int) -> None:
    day, after = branch.local_day(moment), branch.local_day(moment + timedelta(seconds=later))
    assert day <= after
    assert branch.start_of(day) <= moment <= branch.end_of(day)


def test_an_hour_that_comes_twice_belongs_to_the_day_that_has_it() -> None:
    # In Beirut the clocks go back from 24:00 to 23:00.
    branch = calendar(zone="Asia/Beirut")
    end = branch.end_of(date(2026, 10, 24))
    assert end - branch.end_of(date(2026, 10, 23)) == timedelta(hours=25)
    assert datetime(2026, 10, 24, 23, 30, fold=1, tzinfo=ZoneInfo("Asia/Beirut")) < end


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        # Clocks that go forward at midnight: the day begins at one. In Chile that is a Sunday in September.
        ("America/Santiago", date(2026, 9, 6), 23),
        ("America/Santiago", date(2026, 4, 4), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("Africa/Cairo", date(2026, 10, 29), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Asia/Shanghai", date(2028, 2, 29), 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: date, hours: float) -> None:
    branch = calendar(zone=zone)
    assert branch.end_of(day) - branch.end_of(day - ONE_DAY) == timedelta(hours=hours)
    assert branch.local_day(branch.start_of(day)) == day


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Shanghai", datetime(2026, 11, 23, 15, 59, tzinfo=UTC), date(2026, 11, 23)),
        ("Asia/Shanghai", datetime(2026, 11, 23, 16, 0, tzinfo=UTC), date(2026, 11, 24)),
        ("America/New_York", datetime(2026, 11, 23, 4, 59, tzinfo=UTC), date(2026, 11, 22)),
        ("America/New_York", datetime(2026, 7, 23, 4, 0, tzinfo=UTC), date(2026, 7, 23)),
        ("America/New_York", datetime(2026, 11, 23, 4, 0, tzinfo=ZoneInfo("Asia/Shanghai")), date(2026, 11, 22)),
    ],
)
def test_a_moment_falls_on_the_branchs_day(zone: str, moment: datetime, day: date) -> None:
    assert calendar((), zone=zone).local_day(moment) == day


@pytest.mark.parametrize(
    ("clock", "day", "is_open"),
    [
        ("00:30", MONDAY - ONE_DAY, True),
        ("01:59", MONDAY - ONE_DAY, True),
        ("02:00", MONDAY, False),
        ("08:59", MONDAY, False),
        ("09:00", MONDAY, True),
        ("23:59", MONDAY, True),
    ],
)
def test_until_closing_after_midnight_it_is_still_the_day_before(clock: str, day: date, is_open: bool) -> None:
    branch = calendar(hours=LATE_HOURS)
    moment = at(branch, MONDAY, clock)
    assert (branch.local_day(moment), branch.is_open_at(moment)) == (day, is_open)


def test_a_late_opening_on_one_date_makes_only_that_day_longer() -> None:
    branch = calendar(dated={MONDAY: LATE_HOURS})
    assert branch.end_of(MONDAY) == at(branch, MONDAY + ONE_DAY, "02:00") - MICROSECOND
    assert branch.end_of(MONDAY + ONE_DAY) == at(branch, MONDAY + 2 * ONE_DAY, "00:00") - MICROSECOND
    assert branch.start_of(MONDAY + ONE_DAY) == at(branch, MONDAY + ONE_DAY, "02:00")


def test_a_closed_day_after_a_late_one_begins_when_that_one_closes() -> None:
    branch = calendar(hours=LATE_HOURS, dated={MONDAY: None})
    assert branch.local_day(at(branch, MONDAY, "01:00")) == MONDAY - ONE_DAY
    assert branch.local_day(at(branch, MONDAY, "03:00")) == MONDAY
    assert branch.next_opening(at(branch, MONDAY, "03:00")) == at(branch, MONDAY + ONE_DAY, "09:00")


@pytest.mark.parametrize(
    ("opens", "closes", "day", "span"),
    [
        # The clocks go back from two to one: half past one comes twice, and the doors close at the second.
        ("09:00", "25:30", date(2026, 10, 31), timedelta(hours=17, minutes=30)),
        ("01:30", "09:00", date(2026, 11, 1), timedelta(hours=8, minutes=30)),
        # The clocks go forward from two to three: half past two never comes.
        ("09:00", "26:30", date(2026, 3, 7), timedelta(hours=17, minutes=30)),
        ("09:00", "27:00", date(2026, 3, 7), timedelta(hours=17)),
        ("00:00", "24:00", date(2026, 3, 8), timedelta(hours=23)),
        ("00:00", "24:00", date(2026, 11, 1), timedelta(hours=25)),
    ],
)
def test_an_opening_across_the_change_of_clocks_lasts_as_long_as_the_doors_are_open(
    opens: str, closes: str, day: date, span: timedelta
) -> None:
    branch = calendar(hours=read_hours(opens, closes), zone="America/New_York")
    opened = branch.span_of(day)
    assert opened is not None
    assert opened[1] - opened[0] == span
    assert branch.local_day(opened[1] - MICROSECOND) == day


def test_due_with_the_day_is_told_from_due_at_an_hour() -> None:
    branch = calendar(hours=LATE_HOURS)
    assert is_end_of_day(branch.end_of(MONDAY))
    assert not is_end_of_day(at(branch, MONDAY, "21:00"))
    assert not is_end_of_day(datetime(2026, 11, 23, 10, 30, 59, 5, tzinfo=UTC))


def test_a_week_whose_days_run_into_each_other_is_found() -> None:
    late = read_hours("10:00", "33:00")
    assert week_overlaps({0: late, 1: read_hours("09:00", "21:00")}) is None
    assert week_overlaps({0: late, 1: read_hours("08:59", "21:00")}) == 1
    assert week_overlaps({6: late, 0: read_hours("08:00", "21:00")}) == 0
    assert week_overlaps({0: late, 2: read_hours("00:00", "21:00")}) is None


def test_a_date_that_runs_into_its_neighbour_is_found_from_either_side() -> None:
    late, early = read_hours("10:00", "33:00"), read_hours("08:00", "21:00")
    assert overlaps(calendar(dated={MONDAY: late}), [MONDAY]) is None
    assert overlaps(calendar(dated={MONDAY: late, MONDAY + ONE_DAY: early}), [MONDAY]) == MONDAY + ONE_DAY
    assert overlaps(calendar(dated={MONDAY: late, MONDAY + ONE_DAY: early}), [MONDAY + ONE_DAY]) == MONDAY + ONE_DAY
    assert overlaps(calendar(hours=early, dated={MONDAY: late}), [MONDAY]) == MONDAY + ONE_DAY
    assert overlaps(calendar(hours=early, dated={MONDAY: late, MONDAY + ONE_DAY: None}), [MONDAY]) is None
