"""Open days and due dates, counted as calendar days in the branch's own zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

SEARCH_DAYS = 366
"""How far ahead an open day is looked for; a branch that never opens must not hang a desk."""


class Calendar(msgspec.Struct, frozen=True):
    """When a branch is open: its weekdays (Monday is 0), and the days on which it differs from them."""

    zone_name: str
    weekdays: frozenset[int]
    dated: Mapping[date, bool]

    @property
    def zone(self) -> ZoneInfo:
        """The branch's time zone."""
        return ZoneInfo(self.zone_name)

    def is_open(self, day: date) -> bool:
        """Whether the branch opens at all on a day; a dated row outweighs the week."""
        dated = self.dated.get(day)
        return day.weekday() in self.weekdays if dated is None else dated

    def local_day(self, moment: datetime) -> date:
        """The branch's date at a moment."""
        return moment.astimezone(self.zone).date()

    def open_day_from(self, day: date) -> date | None:
        """The first open day that is not before ``day``; None when there is none within a year."""
        days = (day + timedelta(days=ahead) for ahead in range(SEARCH_DAYS))
        return next((day for day in days if self.is_open(day)), None)

    def end_of(self, day: date) -> datetime:
        """The last moment of a branch's day, in UTC. A loan falls due with its day, not with its hour."""
        # The later of two, where clocks go back at midnight: nothing that happens on a day may come after its end.
        return datetime.combine(day, time.max.replace(fold=1), self.zone).astimezone(UTC)


def due_day(calendar: Calendar, start: date, days: int, expires_on: date) -> date | None:
    """The day on which a loan of so many calendar days falls due.

    Moved to the next open day when the branch is closed; never after the card runs out, and never before ``start``.
    None when the branch has no open day within a year of it.
    """
    wanted = calendar.open_day_from(start + timedelta(days=days))
    if wanted is None:
        return None
    return max(start, min(wanted, expires_on))
