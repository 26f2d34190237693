"""A title in labelled lines: what it is, who made it, where it appeared, what it is about, where its record is from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from libops.catalogue.availability_words import in_words, where
from libops.catalogue.description import Description, NameRole, TitleName
from libops.catalogue.marc.kept import standards
from libops.catalogue.titles import Provenance, TitleCard
from libops.i18n import mark
from libops.names import MATERIALS, NAME_ROLES
from screens.catalogue.narrowing import language_name
from screens.lists.listing import Detail
from screens.shift import Shift
from screens.voice import Voice

_VOLUMES_NAMED = 12


def described(card: TitleCard, shift: Shift) -> Iterator[Detail]:
    """All that is known of a title, in the order in which people ask; what nobody said is empty."""
    voice, about = shift.voice, card.about
    yield from _names_of_the_title(about, voice)
    yield from _people(about, voice)
    yield from _appeared(about, voice)
    yield from _volumes(card, voice)
    yield from _had(card, voice)
    yield from _subjects(about, voice)
    yield from _numbers(card, voice)
    yield Detail(voice.say("Record"), _provenance(card.provenance, shift, shift.today))


def _names_of_the_title(about: Description, voice: Voice) -> Iterator[Detail]:
    yield Detail(voice.say("Title"), about.title)
    yield Detail(voice.say("Also"), voice.language.listed(one for one in (about.title_alt, *about.alternatives) if one))
    yield Detail(voice.say("On the book"), about.responsibility)


def _people(about: Description, voice: Voice) -> Iterator[Detail]:
    for role in NameRole:
        names = [_name(one) for one in about.names if one.role == role]
        yield Detail(_upper(voice.say(NAME_ROLES[role])), voice.language.listed(names))


def _name(one: TitleName) -> str:
    return f"{one.name} ({one.alt})" if one.alt else one.name


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _appeared(about: Description, voice: Voice) -> Iterator[Detail]:
    say = voice.say
    where_and_when = (about.place, about.publisher, str(about.year or ""))
    yield Detail(say("Edition"), about.edition)
    yield Detail(say("Published"), ", ".join(part for part in where_and_when if part))
    yield Detail(say("Extent"), about.extent)
    yield Detail(say("Series"), " ; ".join(part for part in (about.series, about.series_number) if part))
    languages = voice.language.listed(language_name(code, voice) for code in about.languages)
    yield Detail(say("Kind"), " · ".join(part for part in (say(MATERIALS[about.material]), languages) if part))


def _volumes(card: TitleCard, voice: Voice) -> Iterator[Detail]:
    yield Detail(voice.say("Volume"), card.about.volume)
    yield Detail(voice.say("Set"), card.about.set_title)
    named = [one.volume or one.title for one in card.volumes[:_VOLUMES_NAMED]]
    more = ["…"] if len(card.volumes) > _VOLUMES_NAMED else []
    yield Detail(voice.say("Other volumes"), voice.language.listed([*named, *more]))


def _had(card: TitleCard, voice: Voice) -> Iterator[Detail]:
    held = [in_words(card.availability, voice.language), where(card.availability, voice.language)]
    yield Detail(voice.say("Copies"), " · ".join(part for part in held if part))
    waiting = voice.language.count("{n} hold", "{n} holds", card.waiting) if card.waiting else ""
    yield Detail(voice.say("Waiting"), waiting)


def _subjects(about: Description, voice: Voice) -> Iterator[Detail]:
    yield Detail(voice.say("Subjects"), " ; ".join(about.subjects))
    yield Detail(voice.say("Summary"), about.summary)
    yield Detail(voice.say("Note"), about.note)


_SCHEMES = (("clc", mark("CLC")), ("dewey", mark("Dewey")), ("lcc", mark("LCC")))


def _numbers(card: TitleCard, voice: Voice) -> Iterator[Detail]:
    about = card.about
    yield Detail("ISBN", voice.language.listed(about.isbns))
    yield Detail("ISSN", voice.language.listed(about.issns))
    for name, label in _SCHEMES:
        yield Detail(voice.say(label), str(getattr(about, name)))
    yield Detail(voice.say("Price"), about.price)
    yield Detail(voice.say("Title number"), card.number)


def _provenance(origin: Provenance | None, shift: Shift, today: date) -> str:
    say, spoken = shift.voice.say, shift.voice.language
    if origin is None:
        return say("catalogued here")
    day = spoken.day(origin.read_at.astimezone(shift.place.zone).date(), today)
    parts = (
        " ".join(part for part in (origin.source, origin.control_number) if part),
        say("no. {place} of {file}", place=origin.place, file=origin.file) if origin.file else "",
        spoken.listed(standards(origin.format, origin.encoding)),
        say("read {day}", day=day),
    )
    return " · ".join(part for part in parts if part)
