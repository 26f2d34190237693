"""What a search is narrowed to, as keys change it and as one line says it. Pure: no screen, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from libops.catalogue.item_types import ItemTypeView
from libops.catalogue.search.candidates import Narrowed
from libops.i18n import language, mark
from libops.languages import LOCALES
from screens.voice import Voice

LANGUAGES = ("zh", "en", "ja", "ru", "fr", "de")
"""Languages that a key goes through; any other is typed."""


class Kinds(msgspec.Struct, frozen=True):
    """The item types that there are, and their row numbers by their codes."""

    types: Sequence[ItemTypeView] = ()
    ids: Mapping[str, int] = {}


class Narrowing(msgspec.Struct, frozen=True):
    """What is asked for beside the words; empty or None: anything. ``item_type`` is a code."""

    here: bool = False
    available: bool = False
    language: str = ""
    item_type: str = ""
    first_year: int | None = None
    last_year: int | None = None

    def next_language(self) -> Narrowing:
        """The next language, after the last one any."""
        return msgspec.structs.replace(self, language=_next(("", *LANGUAGES), self.language))

    def next_type(self, kinds: Kinds) -> Narrowing:
        """The next item type, after the last one any."""
        codes = ("", *(one.code for one in kinds.types))
        return msgspec.structs.replace(self, item_type=_next(codes, self.item_type))

    def asked(self, branch_id: int, kinds: Kinds) -> Narrowed:
        """The same as the search takes it."""
        return Narrowed(
            branch_id=branch_id if self.here else None,
            available=self.available,
            item_type_id=kinds.ids.get(self.item_type),
            language=self.language,
            years=(self.first_year, self.last_year),
        )


def _next(values: Sequence[str], now: str) -> str:
    return values[(values.index(now) + 1) % len(values)] if now in values else ""


def in_words(narrowing: Narrowing, branch: str, kinds: Kinds, voice: Voice) -> str:
    """What it is narrowed to, in one line."""
    say = voice.say
    parts = [say("copies of {branch}", branch=branch) if narrowing.here else "", _in(narrowing, voice)]
    parts += [language_name(narrowing.language, voice), _type(narrowing, kinds, voice), _years(narrowing, voice)]
    told = [part for part in parts if part]
    return " · ".join(told) if told else say("the whole catalogue")


def _in(narrowing: Narrowing, voice: Voice) -> str:
    return voice.say("on the shelf now") if narrowing.available else ""


def language_name(code: str, voice: Voice) -> str:
    """What a language is called in the language of now; its code where nobody knows."""
    return voice.language.of_language(code)


def language_code(typed: str) -> str | None:
    """The code of a language that is named in English or Chinese, or by the code itself; None: there is none such."""
    return _codes().get(typed.strip().casefold())


@cache
def _codes() -> Mapping[str, str]:
    """Codes by every name; Chinese has two ways to say most of them, 日语 and 日文."""
    names = [(name, code) for each in LOCALES for code, name in language(each).locale.languages.items()]
    also = [(f"{name[:-1]}文", code) for name, code in names if name.endswith("语")]
    codes = [(code, code) for _, code in names]
    return {name.casefold(): code for name, code in (("", ""), ("汉语", "zh"), *also, *names, *codes)}


def _type(narrowing: Narrowing, kinds: Kinds, voice: Voice) -> str:
    found = next((one for one in kinds.types if one.code == narrowing.item_type), None)
    return narrowing.item_type if found is None else voice.language.either(found.name_zh, found.name_en)


_YEARS = {
    (True, True): mark("years {first} to {last}"),
    (True, False): mark("from {first} on"),
    (False, True): mark("up to {last}"),
}


def _years(narrowing: Narrowing, voice: Voice) -> str:
    first, last = narrowing.first_year, narrowing.last_year
    if first is None and last is None:
        return ""
    return voice.say(_YEARS[first is not None, last is not None], first=first, last=last)
