"""The journal in plain words: a table of what happened, and one line for what happens now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import RenderableType

from libops.cli.answers import line
from libops.cli.in_words import in_a_page
from libops.i18n import Language
from libops.pages import Page
from libops.today.journal_pages import Entry
from libops.today.journal_words import about_what, by_whom, particulars, when, whom
from libops.today.kinds import what_happened


def journal_list(page: Page[Entry], language: Language, today: date, currency: str) -> Iterator[RenderableType]:
    """What happened, one thing a row."""
    say = language.say
    headings = [say("When"), say("Event"), say("Item"), say("Particulars"), say("Patron"), say("By")]
    rows = [_cells(one, language, today, currency) for one in page.results]
    yield from in_a_page(headings, rows, page.next, language)


def event_in_words(entry: Entry, language: Language, today: date, currency: str) -> RenderableType:
    """What has just happened, on a line."""
    return line(*_cells(entry, language, today, currency))


def _cells(entry: Entry, language: Language, today: date, currency: str) -> list[str]:
    return [
        when(entry, language, today),
        what_happened(entry.kind, language),
        about_what(entry),
        particulars(entry, language, today, currency),
        whom(entry, language),
        by_whom(entry, language),
    ]
