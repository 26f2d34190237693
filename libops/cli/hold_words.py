"""Holds, the hold shelf and what to fetch for it, in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import RenderableType

from db.circulation import RequestStatus
from libops.circulation.desk_words import word_of
from libops.circulation.outcomes import Word
from libops.circulation.requests import (
    ClearView,
    MovedAnswer,
    PlacedAnswer,
    PullView,
    RequestAnswer,
    RequestView,
    ShelfView,
)
from libops.cli.answers import line, note, table
from libops.i18n import Language
from libops.names import CLEARING, REQUEST_KINDS, REQUEST_STATUSES
from libops.pages import Page

Words = Iterator[RenderableType]


def placed(answer: PlacedAnswer, language: Language, today: date) -> Words:
    """What was asked for, who is before, and when it is likely to be there."""
    say = language.say
    yield line(say(REQUEST_KINDS[answer.kind]), say("request {number}", number=answer.request_id), answer.title)
    pickup = say("pick up at {branch}", branch=language.either(answer.branch_zh, answer.branch_en))
    likely = _likely(answer.expected_on, language, today)
    yield line(pickup, say("number {place} in the queue", place=answer.place), likely)
    recalled = answer.recalled
    if recalled is not None:
        days = {"day": language.day(recalled.due_on, today), "was": language.day(recalled.was_due_on, today)}
        yield line(say("Called back:"), recalled.barcode, say("due {day} (was {was})", **days))
    yield from _days(answer.starts_on, answer.needed_by, language, today)


def changed(answer: RequestAnswer, language: Language, today: date) -> Words:
    """A request as it stands after it was changed, and what has to be done with its copy."""
    say = language.say
    kept = "" if answer.changed else say("It stood so already.")
    yield line(
        say("request {number}", number=answer.request_id), answer.title, say(REQUEST_STATUSES[answer.status]), kept
    )
    if answer.status is not RequestStatus.CANCELLED:
        yield line(say("pick up at {branch}", branch=language.either(answer.branch_zh, answer.branch_en)))
    if answer.suspended:
        yield line(_suspended(answer.suspended_until, language, today))
    yield from _days(answer.starts_on, answer.needed_by, language, today)
    if answer.to_clear:
        yield line(say("Take it from the hold shelf and check it in:"), answer.label, answer.barcode or "")


def moved(answer: MovedAnswer, language: Language) -> Words:
    """Where a request stands in its queue now."""
    say = language.say
    place = say(
        "number {place} of {of} in the queue (was {was})", place=answer.place, of=answer.of, was=answer.was_place
    )
    yield line(say("request {number}", number=answer.request_id), answer.title, place)


def request_list(page: Page[RequestView], language: Language, today: date) -> Words:
    """Requests, one a row."""
    say = language.say
    headings = [
        say("Request"),
        say("Kind"),
        say("Title"),
        say("In the queue"),
        say("State"),
        say("Pick up at"),
        say("Patron"),
        say("Placed"),
    ]
    rows = [
        [
            str(view.id),
            say(REQUEST_KINDS[view.kind]),
            " ".join(part for part in (view.title, view.barcode) if part),
            str(view.place or ""),
            say(", ").join(_state(view, language, today)),
            language.either(view.branch_zh, view.branch_en),
            _person(view.patron_name, view.patron_number),
            language.day(view.placed_on, today),
        ]
        for view in page.results
    ]
    return _page(headings, rows, page.next, language)


def request_card(view: RequestView, language: Language, today: date) -> Words:
    """One request with everything that is known of it."""
    say = language.say
    kind, number = say(REQUEST_KINDS[view.kind]), say("request {number}", number=view.id)
    yield line(kind, number, say("placed {day}", day=language.day(view.placed_on, today)))
    yield line(view.title, view.title_number, view.barcode or "")
    yield line(_person(view.patron_name, view.patron_number))
    place = "" if view.place is None else say("number {place} in the queue", place=view.place)
    yield line(*_state(view, language, today), view.held_barcode or "", place)
    yield line(say("pick up at {branch}", branch=language.either(view.branch_zh, view.branch_en)))
    yield from _days(view.starts_on, view.needed_by, language, today)
    if view.note:
        yield line(view.note)


def pull_list(page: Page[PullView], language: Language) -> Words:
    """What to fetch, one a row."""
    say = language.say
    headings = [
        say("Barcode"),
        say("Place"),
        say("Call number"),
        say("Title"),
        say("Pick up at"),
        say("Patron"),
        say("Request"),
    ]
    rows = [
        [
            view.barcode,
            language.either(view.location_zh or "", view.location_en or ""),
            view.call_number,
            view.title,
            language.either(view.branch_zh, view.branch_en),
            _person(view.patron_name, view.patron_number),
            str(view.request_id),
        ]
        for view in page.results
    ]
    return _page(headings, rows, page.next, language)


def shelf_list(page: Page[ShelfView], language: Language, today: date) -> Words:
    """What waits on the hold shelf, one a row."""
    say = language.say
    headings = [say("Shelf"), say("Barcode"), say("Title"), say("Until"), say("Patron"), say("Request")]
    rows = [
        [
            view.label,
            view.barcode,
            view.title,
            language.day(view.until, today),
            _person(view.patron_name, view.patron_number),
            str(view.request_id),
        ]
        for view in page.results
    ]
    return _page(headings, rows, page.next, language)


def clearing_list(page: Page[ClearView], language: Language) -> Words:
    """What has to be taken from the hold shelf, one a row, with what checking it in will say."""
    say = language.say
    headings = [say("Shelf"), say("Barcode"), say("Title"), say("Call number"), say("Why"), say("Then"), say("Branch")]
    rows = [
        [
            view.label,
            view.barcode,
            view.title,
            view.call_number,
            say(CLEARING[view.why]),
            word_of(Word(view.outcome), language),
            language.either(view.branch_zh, view.branch_en),
        ]
        for view in page.results
    ]
    return _page(headings, rows, page.next, language)


def _state(view: RequestView, language: Language, today: date) -> list[str]:
    say = language.say
    later = view.status is RequestStatus.OPEN and view.starts_on is not None and view.starts_on > today
    told = [waits_from(view.starts_on, language, today) if later else say(REQUEST_STATUSES[view.status])]
    if view.status is RequestStatus.AWAITING_PICKUP:
        told.append(view.label)
        if view.until is not None:
            told.append(say("until {day}", day=language.day(view.until, today)))
    if view.suspended:
        told.append(_suspended(view.suspended_until, language, today))
    likely = _likely(view.expected_on, language, today)
    return [*told, likely] if likely else told


def _likely(day: date | None, language: Language, today: date) -> str:
    return "" if day is None else language.say("likely {day}", day=language.day(day, today))


def waits_from(day: date | None, language: Language, today: date) -> str:
    """From which day on a request waits; nothing where it always did."""
    return "" if day is None else language.say("waits from {day}", day=language.day(day, today))


def _suspended(until: date | None, language: Language, today: date) -> str:
    if until is None:
        return language.say("suspended")
    return language.say("suspended until {day}", day=language.day(until, today))


def _days(starts_on: date | None, needed_by: date | None, language: Language, today: date) -> Words:
    say = language.say
    if starts_on is not None or needed_by is not None:
        starts = waits_from(starts_on, language, today)
        needed = "" if needed_by is None else say("needed by {day}", day=language.day(needed_by, today))
        yield line(starts, needed)


def _person(name: str | None, number: str | None) -> str:
    return " ".join(part for part in (name, number) if part)


def _page(headings: Sequence[str], rows: Sequence[Sequence[str]], cursor: str | None, language: Language) -> Words:
    if not rows:
        note(language.say("There are none."))
        return
    yield table(headings, rows)
    if cursor is not None:
        note(language.say("More follow: --after {cursor}", cursor=cursor))
