"""Open days and due days: calendar arithmetic in the branch's own zone, bounded, and never earlier than allowed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libops.circulation.calendars import SEARCH_DAYS, Calendar, due_day

FAR = date(2099, 12, 31)
MONDAY = date(2026, 11, 23)
EVERY_DAY = Calendar("Asia/Shanghai", frozenset(range(7)), {})
NO_MONDAYS = Calendar("Asia/Shanghai", frozenset(range(1, 7)), {})

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WEEKS = st.frozensets(st.integers(0, 6))
EXCEPTIONS = st.dictionaries(DAYS, st.booleans(), max_size=30)
# Clocks that go back at midnight, forward at midnight, by half an hour, and not at all.
ZONES = (
    "Asia/Beirut",
    "America/Havana",
    "America/Scoresbysund",
    "Africa/Cairo",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "America/New_York",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)


def test_a_dated_row_outweighs_the_week() -> None:
    calendar = Calendar("Asia/Shanghai", frozenset({0}), {MONDAY: False, MONDAY + timedelta(days=1): True})
    opens = [calendar.is_open(MONDAY + timedelta(days=ahead)) for ahead in range(8)]
    assert opens == [False, True, False, False, False, False, False, True]


@pytest.mark.parametrize(
    ("start", "days", "expires", "due"),
    [
        (date(2026, 11, 24), 0, FAR, date(2026, 11, 24)),
        (date(2026, 11, 24), 1, FAR, date(2026, 11, 25)),
        (date(2026, 11, 24), 6, FAR, date(2026, 12, 1)),
        (date(2026, 11, 24), 6, date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 11, 24), 30, date(2026, 11, 25), date(2026, 11, 25)),
        (date(2026, 11, 24), 30, date(2026, 11, 24), date(2026, 11, 24)),
        (date(2026, 11, 23), 0, FAR, date(2026, 11, 24)),
        (date(2028, 2, 28), 1, FAR, date(2028, 2, 29)),
        (date(2027, 2, 27), 2, FAR, date(2027, 3, 2)),
        (date(2026, 12, 31), 1, FAR, date(2027, 1, 1)),
        (date(2026, 12, 31), 4, FAR, date(2027, 1, 5)),
    ],
)
def test_due_days_of_a_branch_that_is_closed_on_mondays(start: date, days: int, expires: date, due: date) -> None:
    assert due_day(NO_MONDAYS, start, days, expires) == due


@given(week=WEEKS, exceptions=EXCEPTIONS, start=DAYS, days=st.integers(0, 400), expires=DAYS)
def test_a_due_day_is_the_first_open_day_at_or_after_the_period_unless_the_card_ends_it(
    week: frozenset[int], exceptions: dict[date, bool], start: date, days: int, expires: date
) -> None:
    calendar = Calendar("Asia/Shanghai", week, exceptions)
    found = due_day(calendar, start, days, expires)
    wanted = start + timedelta(days=days)
    open_days = [wanted + timedelta(days=ahead) for ahead in range(SEARCH_DAYS)]
    first = next((day for day in open_days if exceptions.get(day, day.weekday() in week)), None)
    if first is None:
        assert found is None
        return
    assert found is not None
    assert found >= start
    assert found == (first if first <= expires else max(start, expires))


@given(start=DAYS)
def test_a_branch_that_never_opens_is_not_searched_for_ever(start: date) -> None:
    never = Calendar("Asia/Shanghai", frozenset(), {start + timedelta(days=SEARCH_DAYS): True})
    assert never.open_day_from(start) is None
    assert never.open_day_from(start + timedelta(days=1)) == start + timedelta(days=SEARCH_DAYS)


@given(zone=st.sampled_from(ZONES), day=DAYS)
def test_the_end_of_a_day_is_its_very_last_moment_in_every_zone(zone: str, day: date) -> None:
    calendar = Calendar(zone, frozenset(range(7)), {})
    end = calendar.end_of(day)
    assert end.tzinfo is UTC
    assert calendar.local_day(end) == day
    assert calendar.local_day(end + timedelta(microseconds=1)) == day + timedelta(days=1)


def test_an_hour_that_comes_twice_belongs_to_the_day_that_has_it() -> None:
    # In Beirut the clocks go back from 24:00 to 23:00.
    calendar = Calendar("Asia/Beirut", frozenset(range(7)), {})
    end = calendar.end_of(date(2026, 10, 24))
    assert end - calendar.end_of(date(2026, 10, 23)) == timedelta(hours=25)
    assert datetime(2026, 10, 24, 23, 30, fold=1, tzinfo=ZoneInfo("Asia/Beirut")) < end


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
    assert Calendar(zone, frozenset(), {}).local_day(moment) == day


def test_a_loan_across_the_change_of_clocks_is_as_many_days_as_any_other() -> None:
    calendar = Calendar("America/New_York", frozenset(range(7)), {})
    for start in (date(2026, 3, 1), date(2026, 10, 25), date(2026, 6, 1)):
        assert due_day(calendar, start, 14, FAR) == start + timedelta(days=14)
