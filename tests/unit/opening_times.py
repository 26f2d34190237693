"""Calendars and policies in a few words, for tests of what is due when and what being late costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import strategies as st

from libops.circulation.calendars import Calendar, Hours, read_hours
from libops.circulation.rules import Policy

EVERY_DAY = range(7)
MONDAY, SUNDAY = 0, 6
DAY_HOURS = read_hours("09:00", "21:00")
LATE_HOURS = read_hours("09:00", "26:00")
FALLBACK: dict[str, object] = {
    "id": 1,
    "branch_id": None,
    "category_id": None,
    "item_type_id": None,
    "lendable": True,
    "period": 30,
    "renewals": 2,
    "renew_from": "due",
}

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
_SECONDS = st.integers(0, 16 * 366 * 24 * 60 * 60)
MOMENTS = _SECONDS.map(lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
WEEKS = st.frozensets(st.integers(0, 6))
HOURS = st.sampled_from((DAY_HOURS, LATE_HOURS, read_hours("00:00", "24:00"), read_hours("12:00", "12:30")))
EXCEPTIONS = st.dictionaries(DAYS, st.none() | HOURS, max_size=30)
# Clocks that go back at midnight, forward at midnight, by half an hour, and not at all.
ZONES = (
    "Asia/Beirut",
    "America/Havana",
    "America/Santiago",
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


def calendar(
    weekdays: Iterable[int] = EVERY_DAY,
    hours: Hours = DAY_HOURS,
    dated: Mapping[date, Hours | None] | None = None,
    zone: str = "Asia/Shanghai",
) -> Calendar:
    """A branch that is open on these weekdays at the same hours, and on some dates at others or not (None)."""
    return Calendar(zone, dict.fromkeys(weekdays, hours), dated or {})


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any branch: some days of the week, some exceptions, any hours, any zone."""
    weekdays, hours = draw(WEEKS), draw(HOURS)
    return calendar(weekdays, hours, draw(EXCEPTIONS), draw(st.sampled_from(ZONES)))


def policy(**terms: object) -> Policy:
    """A row of the loan rules: 30 days and two renewals, counted from the due date, but for these terms."""
    return msgspec.convert({**FALLBACK, **terms}, Policy)


def at(branch: Calendar, day: date, clock: str, fold: int = 0) -> datetime:
    """A time of a branch's clock on a day."""
    hour, minute = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), fold=fold, tzinfo=branch.zone)
