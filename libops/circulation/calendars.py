"""When a branch is open, in its own zone: its days, which may end after midnight, and the open ones among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

SEARCH_DAYS = 366
"""How far ahead an open day is looked for; a branch that never opens must not hang a desk."""

_DAY = 24 * 60
_LAST = timedelta(microseconds=1)


class Hours(msgspec.Struct, frozen=True):
    """When a day's opening begins and ends, in minutes from its midnight; beyond 1440 it ends on the next morning."""

    opens: int
    closes: int


def read_hours(opens: str, closes: str) -> Hours:
    """Hours from two clock times, ``HH:MM``; ``26:00`` is two o'clock on the next morning."""
    return Hours(_minutes(opens), _minutes(closes))


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


ALL_DAY = Hours(0, _DAY)


class Calendar(msgspec.Struct, frozen=True):
    """A branch's weekly hours (Monday is 0), and those of the days that differ (None: closed).

    A day of the branch lasts from its midnight to the next one, or to its closing where that is later: at one in the
    morning in a reading room that closes at two, it is still yesterday.
    """

    zone_name: str
    week: Mapping[int, Hours]
    dated: Mapping[date, Hours | None]

    @property
    def zone(self) -> ZoneInfo:
        """The branch's time zone."""
        return ZoneInfo(self.zone_name)

    def hours_on(self, day: date) -> Hours | None:
        """The hours of a day; None where the branch stays closed. A dated row outweighs the week."""
        return self.dated[day] if day in self.dated else self.week.get(day.weekday())

    def is_open(self, day: date) -> bool:
        """Whether the branch opens at all on a day."""
        return self.hours_on(day) is not None

    def is_open_at(self, moment: datetime) -> bool:
        """Whether the branch is open at a moment."""
        day = self.local_day(moment)
        span = self.span_of(day)
        return span is not None and span[0] <= moment < span[1]

    def serves(self, moment: datetime) -> bool:
        """Whether something can be brought back at a moment: the branch is open, or just closes."""
        return self.is_open_at(moment) or self.last_closing(moment, moment) == moment

    def span_of(self, day: date) -> tuple[datetime, datetime] | None:
        """When a day's opening begins and ends, in UTC; None where the branch stays closed."""
        hours = self.hours_on(day)
        return None if hours is None else (self._moment(day, hours.opens), self._closing(day, hours.closes))

    def local_day(self, moment: datetime) -> date:
        """The branch's day at a moment."""
        day = moment.astimezone(self.zone).date()
        before = day - timedelta(days=1)
        hours = self.hours_on(before)
        late = hours is not None and hours.closes > _DAY and moment < self._closing(before, hours.closes)
        return before if late else day

    def open_day_from(self, day: date) -> date | None:
        """The first open day that is not before ``day``; None when there is none within a year."""
        days = (day + timedelta(days=ahead) for ahead in range(SEARCH_DAYS))
        return next((day for day in days if self.is_open(day)), None)

    def open_day_until(self, day: date, not_before: date) -> date | None:
        """The last open day that is neither after ``day`` nor before ``not_before``."""
        back = min((day - not_before).days, SEARCH_DAYS)
        days = (day - timedelta(days=ago) for ago in range(back + 1))
        return next((day for day in days if self.is_open(day)), None)

    def end_of(self, day: date) -> datetime:
        """The last moment of a branch's day, in UTC."""
        # The later of two, where clocks go back at midnight: nothing that happens on a day may come after its end.
        end = datetime.combine(day, time.max.replace(fold=1), self.zone).astimezone(UTC)
        hours = self.hours_on(day)
        return end if hours is None or hours.closes <= _DAY else self._closing(day, hours.closes) - _LAST

    def start_of(self, day: date) -> datetime:
        """The first moment of a branch's day, in UTC."""
        return self.end_of(day - timedelta(days=1)) + _LAST

    def next_opening(self, moment: datetime) -> datetime | None:
        """When the branch opens next, ``moment`` itself where it is open then; None when it does not within a year."""
        if self.is_open_at(moment):
            return moment
        for day in self._days_from(self.local_day(moment)):
            span = self.span_of(day)
            if span is not None and span[0] >= moment:
                return span[0]
        return None

    def last_closing(self, moment: datetime, not_before: datetime) -> datetime | None:
        """The last moment that the branch was open, up to ``moment``; None where that is before ``not_before``."""
        day, first = self.local_day(moment), self.local_day(not_before)
        while day >= first:
            span = self.span_of(day)
            if span is not None and span[1] <= moment:
                return span[1] if span[1] >= not_before else None
            day -= timedelta(days=1)
        return None

    def _days_from(self, day: date) -> Iterator[date]:
        return (day + timedelta(days=ahead) for ahead in range(SEARCH_DAYS))

    def _closing(self, day: date, minutes: int) -> datetime:
        # The later of two, where that time of the clock comes twice: nobody is late while the doors are open.
        return max(self._moment(day, minutes, fold) for fold in (0, 1))

    def _moment(self, day: date, minutes: int, fold: int = 0) -> datetime:
        ahead, minutes = divmod(minutes, _DAY)
        clock = time(minutes // 60, minutes % 60, fold=fold)
        return datetime.combine(day + timedelta(days=ahead), clock, self.zone).astimezone(UTC)


def is_end_of_day(moment: datetime) -> bool:
    """Whether something is due with its day, not at its hour: days end a microsecond before a full minute."""
    return (moment.second, moment.microsecond) == (59, 999_999)


def week_overlaps(week: Mapping[int, Hours]) -> int | None:
    """A weekday that opens before the one before it has closed; None where the week's hours fit."""
    pairs = ((weekday, week.get(weekday - 1 if weekday else 6), week.get(weekday)) for weekday in range(7))
    return next((weekday for weekday, before, hours in pairs if _overlap(before, hours)), None)


def overlaps(calendar: Calendar, days: Iterable[date]) -> date | None:
    """One of these days, or of those behind them, that opens before the day before it has closed."""
    around = (day + timedelta(days=ahead) for day in days for ahead in (0, 1))
    one = timedelta(days=1)
    return next((day for day in around if _overlap(calendar.hours_on(day - one), calendar.hours_on(day))), None)


def _overlap(before: Hours | None, hours: Hours | None) -> bool:
    return before is not None and hours is not None and before.closes - _DAY > hours.opens
