"""The day in plain words: figures, hours, refusals and desks, with bars where a length says more than a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from libops.cli.answers import line, table
from libops.i18n import Language
from libops.today.bars import lying
from libops.today.day import Day
from libops.today.day_words import (
    DONE,
    PART_OF,
    what_stands,
    what_was_paid,
    which_desk,
    whose_day,
    why_refused,
)
from libops.work import Place

_BAR = 20
"""Cells of the longest bar."""


def day_in_words(day: Day, place: Place, language: Language) -> Iterator[RenderableType]:
    """All of it, one thing below the other; what is empty is left out."""
    say = language.say
    time = say("at {time}", time=language.time(day.at, place.zone))
    yield line(whose_day(day, language), language.day(day.day), time)
    yield line()
    yield table([say("Done"), say("Today"), say("A week ago by now")], _done(day, language))
    yield line()
    stands = what_stands(day, language)
    yield table(
        [say("Now"), say("How many")],
        [["  " * (field in PART_OF) + name, str(number)] for field, name, number in stands],
    )
    for headings, rows in (_hours(day, language), _reasons(day, language), _desks(day, language), _paid(day, language)):
        if rows:
            yield line()
            yield table(headings, rows)


_Table = tuple[Sequence[str], list[list[str]]]


def _done(day: Day, language: Language) -> list[list[str]]:
    return [
        [language.say(name), str(getattr(day.done, field)), str(getattr(day.week_ago, field))]
        for field, name in DONE.items()
    ]


def _standing(day: Day, language: Language) -> list[list[str]]:
    stands = what_stands(day, language)
    return [["  " * (field in PART_OF) + name, str(number)] for field, name, number in stands]


def _hours(day: Day, language: Language) -> _Table:
    most = max((max(hour.lent, hour.returned) for hour in day.hours), default=0)
    rows = [
        [
            f"{hour.hour:02}:00",
            str(hour.lent),
            lying(hour.lent, most, _BAR),
            str(hour.returned),
            lying(hour.returned, most, _BAR),
        ]
        for hour in day.hours
    ]
    return [language.say("Hour"), language.say("Lent"), "", language.say("Returned"), ""], rows


def _reasons(day: Day, language: Language) -> _Table:
    most = day.reasons[0].times if day.reasons else 0
    rows = [[why_refused(why, language), str(why.times), lying(why.times, most, _BAR)] for why in day.reasons]
    return [language.say("Refused because"), language.say("Times"), ""], rows


def _desks(day: Day, language: Language) -> _Table:
    fields = ("lent", "renewed", "returned", "requested", "refused")
    rows = [
        [which_desk(desk, language, with_branch=not day.branch_code), *(str(getattr(desk, field)) for field in fields)]
        for desk in day.desks
    ]
    return [language.say("Desk"), *(language.say(DONE[field]) for field in fields)], rows


def _paid(day: Day, language: Language) -> _Table:
    headings = [language.say("Paid by"), language.say("Taken"), language.say("Given back")]
    return headings, [list(row) for row in what_was_paid(day, language)]
