"""What a search found, as a table; and what was tried where it found nothing."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from libops.catalogue.availability_words import in_words, where
from libops.catalogue.search.finding import Found, TitleHit
from libops.cli.answers import note, table
from libops.i18n import Language
from libops.names import SEARCHED_BY

Words = Iterator[RenderableType]


def found_list(found: Found, language: Language) -> Words:
    """Titles, one a row, the best first, and how many there are."""
    say = language.say
    if not found.results:
        _nothing(found, language)
        return
    headings = [
        say("Title number"),
        say("Title"),
        say("Author"),
        say("Year"),
        say("Call number"),
        say("Copies"),
        say("Where"),
    ]
    yield table(headings, [_row(hit, language) for hit in found.results])
    if found.more:
        note(say("{n}+ titles: more than are put in order. Add a word, or narrow the search.", n=f"{found.total:,}"))
    else:
        note(language.count("{n} title", "{n} titles", found.total))
    if found.next is not None:
        note(say("More follow: --after {cursor}", cursor=found.next))


def _row(hit: TitleHit, language: Language) -> list[str]:
    title = " ".join(part for part in (hit.title, hit.volume) if part)
    held = hit.availability
    year = "" if hit.year is None else str(hit.year)
    return [hit.number, title, hit.author, year, hit.call_number, in_words(held, language), where(held, language)]


def _nothing(found: Found, language: Language) -> None:
    """Tell what was looked for and how, which words are in no title, and what the narrowing hides."""
    say = language.say
    if found.total:
        note(say("There are no more: the list ends before this place."))
        return
    note(say("Nothing was found."))
    for tried in found.tried:
        note("  " + say("{way}: {text}", way=say(SEARCHED_BY[tried.way]), text=tried.text))
    if found.unknown:
        note(say("In no title at all: {words}", words=language.listed(found.unknown)))
    if found.unnarrowed:
        note(
            language.count(
                "Without the narrowing there is {n} title.",
                "Without the narrowing there are {n} titles.",
                found.unnarrowed,
            )
        )
