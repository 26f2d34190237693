"""When this branch is open: the days that come, as they are and why they differ from the week."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from libops.circulation.opening import CalendarView, DateView, WeekdayView, show_calendar
from libops.i18n import mark
from libops.pages import Page
from libops.permissions import Permission
from libops.work import Look
from screens.forms.calendar import AsUsualForm, CloseDays, OpenDays, WeekForm
from screens.keymap import list_key
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

AHEAD = 366
"""Days that are shown, beginning with today."""

_MANAGE = (Permission.MANAGE_RULES,)
_CLOSE = list_key(
    "f7",
    mark("close days"),
    mark("Close the branch on some days; first see what moves."),
    _MANAGE,
    9,
    id="calendar.close_days",
)
_OPEN = list_key(
    "f8", mark("times"), mark("Open the branch on some days at other hours than usual."), _MANAGE, id="calendar.times"
)
_USUAL = list_key(
    "f9", mark("as usual"), mark("Let the branch be open on that day as every week."), _MANAGE, id="calendar.as_usual"
)
_WEEK = list_key(
    "f12", mark("week"), mark("Change the hours of every week; first see what moves."), _MANAGE, id="calendar.week"
)


class Day(msgspec.Struct, frozen=True):
    """A day of the branch. ``differs`` says that it is not as its weekday is every week."""

    day: date
    opens: str | None
    closes: str | None
    note_zh: str = ""
    note_en: str = ""
    differs: bool = False


def days_of(view: CalendarView, first: date, count: int) -> list[Day]:
    """The days of a calendar from one on."""
    dated: dict[date, DateView] = {one.day: one for one in view.dates}
    days = []
    for number in range(count):
        day = first + timedelta(days=number)
        usual = view.week[day.weekday()]
        other = dated.get(day)
        if other is None:
            days.append(Day(day, usual.opens, usual.closes))
        else:
            days.append(Day(day, other.opens, other.closes, other.note_zh, other.note_en, differs=True))
    return days


class Calendar(Listing[Day]):
    """The days of a year, from today on."""

    NAME = mark("Opening days")
    NEEDS = ()
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("calendar.", "opening.", "rules.")
    KEYS = (_CLOSE, _OPEN, _USUAL, _WEEK)
    COLUMNS = (
        Column(mark("Day"), 20, 9),
        Column(mark("Open"), 16, 9),
        Column(mark("Why"), 20, 8),
    )

    week: Sequence[WeekdayView] = ()

    def read(self, look: Look, after: str, limit: int) -> Page[Day]:
        today = look.today
        last = today + timedelta(days=AHEAD - 1)
        view = show_calendar(look, branch_code=self.shift.place.branch_code, first=today, last=last)
        self.week = view.week
        return Page(days_of(view, today, AHEAD), None)

    def key(self, row: Day) -> Hashable:
        return row.day

    def cells(self, row: Day) -> Sequence[Cell]:
        tone = "alarm" if row.opens is None else "strong" if row.differs else "plain"
        day = self.voice.language.day(row.day, self.shift.today)
        return (
            Cell(day, "strong" if row.day.weekday() == 0 else "plain"),
            Cell(self._hours(row), tone),
            Cell(self._why(row), "quiet"),
        )

    def _hours(self, row: Day) -> str:
        return self.voice.say("closed") if row.opens is None else f"{row.opens} – {row.closes}"

    def _why(self, row: Day) -> str:
        if not row.differs:
            return ""
        return self.voice.language.either(row.note_zh, row.note_en) or self.voice.say("differs from the week")

    def about(self, row: Day) -> Sequence[Detail]:
        say = self.voice.say
        return (
            Detail(say("Day"), self.voice.language.day(row.day)),
            Detail(say("Open"), self._hours(row), alarm=row.opens is None),
            Detail(say("Why"), self._why(row)),
        )

    def own_keys(self) -> Sequence[ListKey[Day]]:
        return (
            ListKey(_CLOSE, lambda screen, row: screen.fill_in(CloseDays(self.shift, row.day))),
            ListKey(_OPEN, self._open_days),
            ListKey(_USUAL, lambda screen, row: screen.fill_in(AsUsualForm(self.shift, row.day)), _differs),
            ListKey(_WEEK, lambda screen, _: screen.fill_in(WeekForm(self.shift, self.week))),
        )

    def _open_days(self, screen: ListScreen, row: Day) -> None:
        screen.fill_in(OpenDays(self.shift, row.day, row.opens or "09:00", row.closes or "17:00"))


def _differs(row: Day) -> bool:
    return row.differs
