"""Forms for opening days: some closed, other hours, as usual, the week itself; each after a look at what moves."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar, TypeVar

from libops.circulation.calendar_changes import Clock
from libops.circulation.errands import Errand
from libops.circulation.opening import (
    CalendarPreview,
    WeekdayView,
    preview_clearing,
    preview_closing,
    preview_opening,
    preview_week,
)
from libops.i18n import mark
from libops.names import WEEKDAY_NAMES
from libops.work import Look
from screens.acts import rules
from screens.forms.entries import Entry, TextEntry
from screens.forms.form import BadField
from screens.forms.holds import day_of
from screens.forms.looking_ahead import LooksAhead
from screens.shift import Shift

W = TypeVar("W")

Span = tuple[date, date]

_MOST_MOVES = 5


class _LooksAhead(LooksAhead[W, CalendarPreview]):
    FIELD_OF: ClassVar[Mapping[str, str]] = {
        "calendar.bad_range": "last",
        "calendar.bad_hours": "opens",
        "calendar.overlap": "closes",
        "calendar.as_usual": "first",
    }
    ASKS_ALWAYS: ClassVar[bool] = False
    """Whether it is to be meant twice even where nothing moves."""

    def asks(self, preview: CalendarPreview) -> bool:
        return self.ASKS_ALWAYS or bool(preview.moves)

    @property
    def branch(self) -> str:
        """The branch whose calendar it is."""
        return self.shift.place.branch_code

    @property
    def branch_name(self) -> str:
        """What it is called, in the language of now."""
        place = self.shift.place
        return self.voice.language.either(place.branch_zh, place.branch_en)

    def told(self, preview: CalendarPreview) -> list[str]:
        say, spoken, today = self.voice.say, self.voice.language, self.shift.today
        again = say("Enter once more does it.")
        if not preview.moves:
            return [say("Nothing falls due at another time because of it."), again]
        loans = spoken.count("{n} due date", "{n} due dates", preview.loans)
        holds = spoken.count("{n} hold-shelf time", "{n} hold-shelf times", preview.holds)
        told = [say("{loans} and {holds} move:", loans=loans, holds=holds)]
        for move in preview.moves[:_MOST_MOVES]:
            days = {"was": spoken.day(move.was_on, today), "to": spoken.day(move.to_day, today)}
            loans = spoken.count("{n} loan", "{n} loans", move.loans)
            holds = spoken.count("{n} hold", "{n} holds", move.holds)
            told.append(say("{was} → {to}: {loans}, {holds}", loans=loans, holds=holds, **days))
        if len(preview.moves) > _MOST_MOVES:
            told.append("…")
        return [*told, again]


class _DaysForm(_LooksAhead[W]):
    def __init__(self, shift: Shift, day: date) -> None:
        super().__init__(shift)
        self._day = day

    def days(self) -> list[Entry]:
        """From which day to which."""
        day = self._day.isoformat()
        return [
            TextEntry(self.voice, "first", mark("From day"), day),
            TextEntry(self.voice, "last", mark("Up to and with"), day),
        ]

    def span(self, values: Mapping[str, str]) -> Span:
        """The days that were typed; one alone stands for itself."""
        first = day_of(values, "first", self.shift.today)
        if first is None:
            raise BadField("first", mark("Give a day."))
        return first, day_of(values, "last", first) or first


class CloseDays(_DaysForm[Span]):
    """Closed on some days, whatever the week says."""

    HEADING = mark("Close the branch")
    ASKS_ALWAYS = True

    def fields(self) -> Sequence[Entry]:
        return [*self.days(), TextEntry(self.voice, "note", mark("Why"), hint=mark("for patrons to read"))]

    def wish(self, values: Mapping[str, str]) -> Span:
        return self.span(values)

    def look_ahead(self, look: Look, wish: Span) -> CalendarPreview:
        return preview_closing(look, branch_code=self.branch, first=wish[0], last=wish[1])

    def errand(self, values: Mapping[str, str]) -> Errand:
        first, last = self.span(values)
        return rules.close_days(self.branch, self.branch_name, first, last, values["note"])


class OpenDays(_DaysForm[tuple[Span, Clock]]):
    """Other hours on some days, whatever the week says."""

    HEADING = mark("Other hours")

    def __init__(self, shift: Shift, day: date, opens: str, closes: str) -> None:
        super().__init__(shift, day)
        self._opens, self._closes = opens, closes

    def fields(self) -> Sequence[Entry]:
        return [
            *self.days(),
            TextEntry(self.voice, "opens", mark("Opens"), self._opens),
            TextEntry(self.voice, "closes", mark("Closes"), self._closes, mark("26:00 is two in the morning")),
            TextEntry(self.voice, "note", mark("Why"), hint=mark("for patrons to read")),
        ]

    def wish(self, values: Mapping[str, str]) -> tuple[Span, Clock]:
        return self.span(values), (values["opens"], values["closes"])

    def look_ahead(self, look: Look, wish: tuple[Span, Clock]) -> CalendarPreview:
        (first, last), (opens, closes) = wish
        return preview_opening(look, branch_code=self.branch, first=first, last=last, opens=opens, closes=closes)

    def errand(self, values: Mapping[str, str]) -> Errand:
        first, last = self.span(values)
        hours = values["opens"], values["closes"]
        return rules.open_days(self.branch, self.branch_name, first, last, *hours, values["note"])


class AsUsualForm(_DaysForm[Span]):
    """As every week: what was different on these days is taken off."""

    HEADING = mark("As every week")

    def fields(self) -> Sequence[Entry]:
        return self.days()

    def wish(self, values: Mapping[str, str]) -> Span:
        return self.span(values)

    def look_ahead(self, look: Look, wish: Span) -> CalendarPreview:
        return preview_clearing(look, branch_code=self.branch, first=wish[0], last=wish[1])

    def errand(self, values: Mapping[str, str]) -> Errand:
        first, last = self.span(values)
        return rules.as_usual(self.branch, self.branch_name, first, last)


class WeekForm(_LooksAhead[dict[str, Clock | None]]):
    """The hours of each weekday, all at once; only days that were changed are asked for."""

    HEADING = mark("Hours of every week")
    FIELD_OF: ClassVar[Mapping[str, str]] = {}
    ASKS_ALWAYS = True

    def __init__(self, shift: Shift, week: Sequence[WeekdayView]) -> None:
        super().__init__(shift)
        self._week = week

    def fields(self) -> Sequence[Entry]:
        return [
            TextEntry(self.voice, day.day, WEEKDAY_NAMES[day.day], _written(day), mark("closed")) for day in self._week
        ]

    def wish(self, values: Mapping[str, str]) -> dict[str, Clock | None]:
        typed = {day.day: _read(day.day, values[day.day]) for day in self._week if values[day.day] != _written(day)}
        if not typed:
            raise BadField(self._week[0].day, mark("Change a day first: 09:00-21:00, or nothing where it is closed."))
        return typed

    def look_ahead(self, look: Look, wish: dict[str, Clock | None]) -> CalendarPreview:
        return preview_week(look, branch_code=self.branch, week=wish)

    def errand(self, values: Mapping[str, str]) -> Errand:
        return rules.change_week(self.branch, self.branch_name, self.wish(values))


def _written(day: WeekdayView) -> str:
    return "" if day.opens is None else f"{day.opens}-{day.closes}"


def _read(weekday: str, typed: str) -> Clock | None:
    """Hours as people type them; None for nothing."""
    text = unicodedata.normalize("NFKC", typed).replace("–", "-").replace("—", "-").replace("~", "-")
    if not text:
        return None
    opens, dash, closes = text.partition("-")
    if not dash:
        raise BadField(weekday, mark("Write 09:00-21:00, or nothing where it is closed."))
    return opens.strip(), closes.strip()
