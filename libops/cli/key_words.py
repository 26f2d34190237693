"""The keys of the console in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from rich.console import RenderableType

from libops.cli.answers import grouped_table, line
from libops.i18n import Language
from screens.key_faults import KeyFault
from screens.key_places import PLACES, by_id, places_of
from screens.own_keys import OwnKeys

_FEW = 3
"""Places that are named above the keys of them all."""


class KeyRow(msgspec.Struct, frozen=True):
    """One action: its name in the settings, its key now and by itself, what it does, and where.

    One that is ``fixed`` cannot be given another key.
    """

    id: str
    key: str
    usual_key: str
    label: str
    does: str
    where: list[str]
    fixed: bool


class ToldFault(msgspec.Struct, frozen=True):
    """What is wrong with one of the keys that the settings give, and what to do about it."""

    id: str
    key: str
    message: str


def every_key(own: OwnKeys, language: Language) -> list[KeyRow]:
    """Every action of the console, by the names that settings use."""
    return [
        KeyRow(
            id=name,
            key=own.shown(one),
            usual_key=one.shown_key,
            label=language.say(one.label),
            does=language.say(one.tooltip),
            where=[language.say(place) for place in places_of(name)],
            fixed=one.fixed,
        )
        for name, one in sorted(by_id().items())
    ]


def in_words(keys: Sequence[KeyRow], language: Language) -> Iterator[RenderableType]:
    """A table of them, place by place as one comes to them from the desk; what works in many places comes first."""
    say = language.say
    headings = (say("Name in the settings"), say("Key"), say("What it does"), say("Used in"))
    known = [language.say(place.name) for place in PLACES]
    by_place = sorted(keys, key=lambda one: (len(one.where) <= _FEW, [known.index(place) for place in one.where]))
    rows = [(one.id, one.key, one.does, language.listed(one.where)) for one in by_place]
    yield grouped_table(headings, rows, [_where(one, language) for one in by_place])


def _where(key: KeyRow, language: Language) -> str:
    return language.listed(key.where) if len(key.where) <= _FEW else language.say("in many places")


def told(faults: Sequence[KeyFault], language: Language) -> list[ToldFault]:
    """The faults in a language."""
    return [ToldFault(fault.id, fault.key, fault.say(language)) for fault in faults]


def check_in_words(changed: int, faults: Sequence[ToldFault], language: Language) -> Iterator[RenderableType]:
    """What is wrong, fault by fault; or that nothing is."""
    if faults:
        yield from (line(fault.message) for fault in faults)
    elif changed:
        yield line(
            language.count("{n} key is changed, and can be used.", "{n} keys are changed, and can be used.", changed)
        )
    else:
        yield line(language.say("No key is changed."))
