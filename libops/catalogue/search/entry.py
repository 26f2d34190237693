"""What the search index holds of a title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from db.search_index import GAP
from libops.catalogue.about import forms_of_names, name_key, title_key
from libops.catalogue.description import Description
from libops.catalogue.search.sounds import heard, sound, sound_of_name
from libops.catalogue.search.words import characters, fold, runs, words


class Facets(msgspec.Struct, frozen=True):
    """What a search is narrowed by and which stands in the index: the row numbers of owning branches and item types."""

    language: str = ""
    material: str = ""
    year: int | None = None
    branches: tuple[int, ...] = ()
    item_types: tuple[int, ...] = ()


class Entry(msgspec.Struct, frozen=True):
    """A title's words, field by field, in order; ``title_key`` and ``name_key`` are what ranks compare."""

    title: list[str]
    name: list[str]
    more: list[str]
    single: list[str]
    sound: list[str]
    facet: list[str]
    title_key: str
    title_alt: str
    name_key: str
    year: int | None


def entry_of(about: Description, facets: Facets) -> Entry:
    """The index entry of a description."""
    names = forms_of_names(about)
    titles = _different([about.title, about.title_alt, *about.alternatives])
    more = _different([about.series, about.set_title, about.publisher, about.responsibility, *about.subjects])
    sounds = [sound(about.title), *(sound_of_name(name) for name in names)]
    return Entry(
        title=_apart([words(text) for text in titles]),
        name=_apart([words(name) + _initials(name) for name in names]),
        more=_apart([words(text) for text in more]),
        single=sorted(set[str]().union(*(characters(text) for text in (*titles, *names)))),
        sound=_apart([heard(syllables) for syllables in sounds if syllables]),
        facet=list(facet_words(facets)),
        title_key=title_key(about),
        title_alt=about.title_alt or next(iter(about.alternatives), ""),
        name_key=name_key(about),
        year=about.year,
    )


def _different(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def _apart(parts: Sequence[Sequence[str]]) -> list[str]:
    """The words of several texts, with a gap between any two: no search matches across it."""
    found: list[str] = []
    for part in parts:
        found += [GAP, *part] if found else part
    return found


def _initials(name: str) -> list[str]:
    """Initials also as people type them: J.K. Rowling as jk."""
    letters = [run for run, is_han in runs(fold(name)) if not is_han and len(run) == 1]
    return [GAP, "".join(letters)] if len(letters) > 1 else []


def facet_words(facets: Facets) -> Iterable[str]:
    """Facets as words of the index; decades and centuries stand beside years, so that a span is few words."""
    if facets.language:
        yield f"{GAP}l{facets.language}"
    if facets.material:
        yield f"{GAP}m{facets.material}"
    if facets.year is not None:
        yield from (f"{GAP}y{facets.year}", f"{GAP}d{facets.year // 10}", f"{GAP}c{facets.year // 100}")
    yield from (f"{GAP}b{branch}" for branch in facets.branches)
    yield from (f"{GAP}t{item_type}" for item_type in facets.item_types)


def years(first: int, last: int) -> list[str]:
    """The words for a span of years, both included: whole centuries and decades where it has them.

    A span that ends before it begins is a word that no title has.
    """
    found: list[str] = []
    year = first
    while year <= last:
        length, mark = next(
            (length, mark)
            for length, mark in ((100, "c"), (10, "d"), (1, "y"))
            if year % length == 0 and year + length - 1 <= last
        )
        found.append(f"{GAP}{mark}{year // length}")
        year += length
    return found or [GAP]
