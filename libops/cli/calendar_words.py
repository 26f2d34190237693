"""Opening hours and what a closure moves, in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from rich.console import RenderableType

from libops.circulation.calendars import is_end_of_day
from libops.circulation.closing import DayMove, MovedLoan
from libops.circulation.opening import CalendarAnswer, CalendarPreview, CalendarView
from libops.cli.answers import line, table
from libops.i18n import Language
from libops.names import WEEKDAY_NAMES

Words = Iterator[RenderableType]


def calendar_shown(view: CalendarView, language: Language, today: date) -> Words:
    """A branch's week, and the days that differ from it."""
    say = language.say
    yield line(language.either(view.branch_zh, view.branch_en), view.branch_code, view.zone)
    rows = [[say(WEEKDAY_NAMES[day.day]), _hours(day.opens, day.closes, language)] for day in view.week]
    yield table([say("Weekday"), say("Hours")], rows)
    if view.dates:
        dates = [
            [
                language.day(day.day, today),
                _hours(day.opens, day.closes, language),
                language.either(day.note_zh, day.note_en),
            ]
            for day in view.dates
        ]
        yield table([say("Day"), say("Hours"), say("Note")], dates)


def calendar_changed(answer: CalendarAnswer, language: Language, today: date) -> Words:
    """What a change of the calendar moved."""
    say = language.say
    if not answer.moves:
        yield line(say("Changed."), answer.branch_code, say("Nothing falls due at another time because of it."))
        return
    yield line(say("Changed."), answer.branch_code, _counts(answer.loans, answer.holds, language))
    yield _moves(answer.moves, language, today)


def change_previewed(found: CalendarPreview, language: Language, today: date) -> Words:
    """What a change of opening hours would move."""
    say = language.say
    yield line(found.branch_code, _days_of(found, language, today))
    if not found.moves:
        yield line(say("Nothing falls due at another time because of it."))
        return
    yield line(say("Would move:"), _counts(found.loans, found.holds, language))
    yield _moves(found.moves, language, today)
    if found.sample:
        rows = [[loan.barcode, loan.title, *_times(loan, found.zone, language, today)] for loan in found.sample]
        yield table([say("Barcode"), say("Title"), say("Due"), say("Then due")], rows)


def _days_of(found: CalendarPreview, language: Language, today: date) -> str:
    first = language.day(found.first, today)
    if found.last is None:
        return language.say("from {day} on", day=first)
    if found.first == found.last:
        return first
    return language.say("{first} to {last}", first=first, last=language.day(found.last, today))


def _hours(opens: str | None, closes: str | None, language: Language) -> str:
    return language.say("closed") if opens is None or closes is None else f"{opens}-{closes}"


def _counts(loans: int, holds: int, language: Language) -> str:
    due = language.count("{n} due date", "{n} due dates", loans)
    shelf = language.count("{n} hold-shelf time", "{n} hold-shelf times", holds)
    return language.listed((due, shelf))


def _moves(moves: Sequence[DayMove], language: Language, today: date) -> RenderableType:
    say = language.say
    rows = [
        [language.day(move.was_on, today), language.day(move.to_day, today), str(move.loans), str(move.holds)]
        for move in moves
    ]
    return table([say("Was due"), say("Then due"), say("Loans"), say("Holds")], rows)


def _times(loan: MovedLoan, zone: str, language: Language, today: date) -> list[str]:
    """The two due moments, with the hour where it matters."""
    told = []
    for moment, on in ((loan.was_due_at, loan.was_due_on), (loan.due_at, loan.due_on)):
        day = language.day(on, today)
        told.append(day if is_end_of_day(moment) else f"{day} {language.time(moment, ZoneInfo(zone))}")
    return told
