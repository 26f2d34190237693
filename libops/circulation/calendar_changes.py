"""What a change of opening hours comes to, as a value: the calendar as it will be, and the moments it is about.

The same value is carried out by the acts of ``opening`` and looked at beforehand by its previews.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from libops.circulation.calendars import Calendar, Hours, overlaps, read_hours, week_overlaps
from libops.circulation.closing import Span
from libops.library_plan import WEEKDAYS
from libops.names import WEEKDAY_NAMES
from libops.refusals import Marked, refuse
from libops.rows import clock_time, closing_time

MOST_DAYS = 366
"""How many days are changed at once at most."""

_AHEAD = timedelta(days=11_000)
"""Further than any loan reaches."""

Clock = tuple[str, str]
"""From when to when, ``HH:MM``, the second up to ``36:00``; None where a branch stays closed."""


class Change(msgspec.Struct, frozen=True):
    """A branch's calendar as it was and as it will be, and which moments that is about."""

    old: Calendar
    new: Calendar
    span: Span


def of_dates(old: Calendar, days: Sequence[date], clock: Clock | None) -> Change:
    """The same hours on each of these days, or none. Refuses with ``calendar.bad_hours``."""
    hours = None if clock is None else hours_of(clock)
    new = Calendar(old.zone_name, old.week, {**old.dated, **dict.fromkeys(days, hours)})
    return Change(old, new, _span(old, days, closed=hours is None))


def as_usual(old: Calendar, days: Sequence[date]) -> Change:
    """These days as every week. Refuses with ``calendar.as_usual`` where none of them differs."""
    if not any(day in old.dated for day in days):
        raise refuse("calendar.as_usual", first=days[0], last=days[-1])
    kept = {day: hours for day, hours in old.dated.items() if day not in days}
    return Change(old, Calendar(old.zone_name, old.week, kept), _span(old, days))


def of_week(old: Calendar, week: Mapping[str, Clock | None], now: datetime) -> Change:
    """Other hours on these weekdays, or none, from today on.

    Refusals: ``calendar.bad_hours``, ``calendar.bad_weekday``, ``calendar.overlap``.
    """
    hours = {place_of(name): None if clock is None else hours_of(clock, name) for name, clock in week.items()}
    changed = {place: kept for place, kept in {**old.week, **hours}.items() if kept is not None}
    clash = week_overlaps(changed)
    if clash is not None:
        weekday = WEEKDAYS[clash]
        raise refuse("calendar.overlap", day=Marked(WEEKDAY_NAMES[weekday]), column=weekday)
    span = Span(old.start_of(old.local_day(now)), now + _AHEAD)
    return Change(old, Calendar(old.zone_name, changed, old.dated), span)


def require_possible(change: Change, now: datetime) -> None:
    """Refuse what no branch can keep to: ``calendar.overlap``, ``calendar.no_open_day``."""
    old, new, span = change.old, change.new, change.span
    first, last = old.local_day(span.since), old.local_day(span.until)
    clash = overlaps(new, [day for day in sorted({*new.dated, *span.days}) if first <= day <= last])
    if clash is not None:
        raise refuse("calendar.overlap", day=clash)
    today = new.local_day(now)
    if new.open_day_from(today) is None:
        raise refuse("calendar.no_open_day", due=today)


def days_of(first: date, last: date) -> list[date]:
    """The days from one to another. Refuses with ``calendar.bad_range``."""
    count = (last - first).days + 1
    if not 1 <= count <= MOST_DAYS:
        raise refuse("calendar.bad_range", first=first, last=last, most=MOST_DAYS)
    return [first + timedelta(days=ahead) for ahead in range(count)]


def hours_of(clock: Clock, weekday: str = "") -> Hours:
    """Hours as people write them. Refuses with ``calendar.bad_hours``, for a weekday where one is named."""
    opens, closes = clock
    try:
        hours = read_hours(clock_time(opens), closing_time(closes))
    except ValueError:
        hours = Hours(0, 0)
    if hours.opens >= hours.closes:
        column = {"column": weekday} if weekday else {}
        raise refuse("calendar.bad_hours", opens=opens or "—", closes=closes or "—", **column)
    return hours


def place_of(weekday: str) -> int:
    """Which day of the week it is, Monday 0. Refuses with ``calendar.bad_weekday``."""
    if weekday not in WEEKDAYS:
        raise refuse("calendar.bad_weekday", day=weekday, known=", ".join(WEEKDAYS))
    return WEEKDAYS.index(weekday)


def _span(old: Calendar, days: Sequence[date], *, closed: bool = False) -> Span:
    return Span(old.start_of(days[0]), old.end_of(days[-1]), frozenset(days), closes=closed)
