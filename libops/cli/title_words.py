"""A title with its copies and volumes, in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import RenderableType

from libops.catalogue.availability_words import in_words, where
from libops.catalogue.cataloguing import TitleAnswer
from libops.catalogue.description import Description, TitleName
from libops.catalogue.titles import CopyView, Provenance, TitleCard, Volume
from libops.cli.answers import line, table
from libops.i18n import Language, mark
from libops.names import CONDITIONS, ITEM_STATUSES, MATERIALS, NAME_ROLES

Words = Iterator[RenderableType]


def title_written(answer: TitleAnswer, done: str, language: Language) -> Words:
    """A title that was made or changed."""
    yield line(language.say(done), answer.number, answer.title)


def title_card(card: TitleCard, language: Language, today: date) -> Words:
    """All of a title: what it is, how many can be had and where, each copy, and the other volumes of its set."""
    say = language.say
    yield line(card.about.title, card.about.volume, card.about.title_alt, *card.about.alternatives)
    yield from _described(card.about, language)
    yield line(say("Title number"), card.number, _from(card.provenance, language))
    yield line(in_words(card.availability, language), where(card.availability, language))
    if card.waiting:
        yield line(say("Waiting"), language.count("{n} hold", "{n} holds", card.waiting))
    if card.copies:
        yield from _copies(card.copies, language, today)
    if card.volumes:
        yield line(say("Other volumes of the set"))
        yield from _volumes(card.volumes, language)


def _described(about: Description, language: Language) -> Words:
    say = language.say
    for name in about.names:
        yield line(say(NAME_ROLES[name.role]), _name(name))
    if about.responsibility:
        yield line(about.responsibility)
    published = (about.edition, about.place, about.publisher, str(about.year or ""), about.extent, about.price)
    series = " ".join(part for part in (about.series, about.series_number) if part)
    sets = " ".join(part for part in (about.set_title, about.volume) if part and about.set_title)
    for parts in (
        (say(MATERIALS[about.material]), *(language.of_language(code) for code in about.languages), *published),
        (say("series"), series) if series else (),
        (say("set"), sets) if sets else (),
        ("ISBN", *about.isbns) if about.isbns else (),
        ("ISSN", *about.issns) if about.issns else (),
        tuple(f"{say(scheme)} {number}" for scheme, number in _classes(about) if number),
        (say("subjects"), language.listed(about.subjects)) if about.subjects else (),
        *((one,) for text in (about.note, about.summary) for one in text.splitlines()),
    ):
        if any(parts):
            yield line(*parts)


def _classes(about: Description) -> tuple[tuple[str, str], ...]:
    return (mark("CLC"), about.clc), (mark("Dewey"), about.dewey), (mark("LCC"), about.lcc)


def _name(name: TitleName) -> str:
    return " ".join(part for part in (name.name, name.alt) if part)


def _from(origin: Provenance | None, language: Language) -> str:
    if origin is None:
        return language.say("catalogued here")
    source = " ".join(part for part in (origin.source, origin.control_number) if part)
    return language.say(
        "from record {place} of {file} ({source})", place=origin.place, file=origin.file or "—", source=source or "—"
    )


def _copies(copies: tuple[CopyView, ...], language: Language, today: date) -> Words:
    say = language.say
    headings = [say("Barcode"), say("Status"), say("Due"), say("Place"), say("Call number"), say("Kind"), say("Note")]
    yield table(
        headings,
        [
            [
                copy.barcode,
                say(ITEM_STATUSES[copy.status]),
                "" if copy.due_on is None else language.day(copy.due_on, today),
                _place(copy, language),
                " ".join(part for part in (copy.call_number, copy.volume) if part),
                language.either(copy.item_type_zh, copy.item_type_en),
                " ".join(part for part in (_worn(copy, language), copy.note) if part),
            ]
            for copy in copies
        ],
    )


def _place(copy: CopyView, language: Language) -> str:
    location = language.either(copy.location_zh or "", copy.location_en or "")
    return " ".join(part for part in (language.either(copy.branch_zh, copy.branch_en), location) if part)


def _worn(copy: CopyView, language: Language) -> str:
    return language.say(CONDITIONS[copy.condition]) if copy.condition else ""


def _volumes(volumes: tuple[Volume, ...], language: Language) -> Words:
    say = language.say
    rows = [[other.number, other.volume, other.title, str(other.year or "")] for other in volumes]
    yield table([say("Title number"), say("Volume"), say("Title"), say("Year")], rows)
