"""Refusals are data: a stable code, the facts of its message, and the permission that may override it.

Refusal               an act was refused, with every reason at once; nothing was changed
  reasons             one or more ``Reason``; what each code says stands in libops/reasons

A message is one sentence why and one line what can be done. Bugs are not refusals.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from libops.i18n import Language
from libops.permissions import NAMES, Permission
from libops.reasons import (
    codes,
    holds,
    imports,
    items,
    loans,
    money,
    patrons,
    program,
    records,
    rules,
    search,
    shelves,
    slips,
    staff,
    titles,
    transfers,
)


class Money(msgspec.Struct, frozen=True):
    """An amount in a currency's minor units."""

    minor: int
    currency: str


class Moment(msgspec.Struct, frozen=True):
    """A day and its hour, by the clock of a branch's zone."""

    at: datetime
    zone: str


class Name(msgspec.Struct, frozen=True):
    """What something is called in either language."""

    zh: str
    en: str


class Marked(msgspec.Struct, frozen=True):
    """A marked text among the facts; it is said in the language of the message that it is in."""

    text: str
    what: str = ""


Fact = str | int | date | Money | Moment | Name | Marked


class Reason(msgspec.Struct, frozen=True):
    """Why an act was refused. ``facts`` fill the message; ``override`` is who could allow it (None: nobody)."""

    code: str
    facts: dict[str, Fact] = {}
    override: Permission | None = None


class Refusal(Exception):
    """An act was refused. Screens translate it, commands exit with it, the journal keeps it apart from history."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        if not reasons:
            raise ValueError("a refusal needs a reason")
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = tuple(reasons)

    @property
    def overrides(self) -> frozenset[Permission] | None:
        """The permissions that together allow the act all the same; None when some reason cannot be overridden."""
        needed = {reason.override for reason in self.reasons}
        return None if None in needed else frozenset(permission for permission in needed if permission is not None)


def refuse(code: str, override: Permission | None = None, /, **facts: Fact) -> Refusal:
    """A refusal with one reason."""
    return Refusal([Reason(code, facts, override)])


class Words(msgspec.Struct, frozen=True):
    """A reason in one language: why, and what can be done."""

    why: str
    remedy: str


_LISTS = frozenset({"known", "methods", "titles"})
"""Facts that are codes one after the other."""


def explain(reason: Reason, language: Language) -> Words:
    """The reason in plain words."""
    why, remedy = MESSAGES[reason.code]
    facts = {name: _spoken(name, fact, language) for name, fact in reason.facts.items()}
    return Words(language.say(why, **facts), language.say(remedy, **facts))


def explain_briefly(code: str, language: Language) -> str:
    """A reason in a few words, where only its code was kept: what somebody allowed all the same, or why not.

    Where its sentence is short and has no facts that says it; a code of another time stands for itself.
    """
    if code in BRIEFLY:
        return language.say(BRIEFLY[code])
    return language.say(MESSAGES[code][0]).rstrip(".。") if code in MESSAGES else code


def _spoken(name: str, fact: Fact, language: Language) -> str:
    if name == "permission":
        return language.listed(language.say(NAMES[Permission(word)]) for word in str(fact).split())
    if name in _LISTS:
        return language.listed(str(fact).split(", "))
    return spoken(fact, language)


def spoken(fact: Fact, language: Language, today: date | None = None) -> str:
    """A fact as this language says it; a day without its year where that is the year of ``today``."""
    match fact:
        case date():
            return language.day(fact, today)
        case Moment():
            zone = ZoneInfo(fact.zone)
            return f"{language.day(fact.at.astimezone(zone).date(), today)} {language.time(fact.at, zone)}"
        case Money():
            return language.money(fact.minor, fact.currency)
        case Name():
            return language.either(fact.zh, fact.en)
        case Marked():
            return language.say(fact.text, what=fact.what)
    return str(fact)


def explain_all(refusal: Refusal, language: Language) -> list[Words]:
    """Every reason in plain words, in their order."""
    return [explain(reason, language) for reason in refusal.reasons]


_AREAS = (
    codes,
    holds,
    imports,
    items,
    loans,
    money,
    patrons,
    program,
    records,
    rules,
    search,
    shelves,
    slips,
    staff,
    titles,
    transfers,
)

MESSAGES: dict[str, tuple[str, str]] = {code: words for area in _AREAS for code, words in area.MESSAGES.items()}
"""What each code says: why, and what can be done."""

BRIEFLY: dict[str, str] = {code: words for area in _AREAS for code, words in area.BRIEFLY.items()}
"""Reasons in a few words, without facts: all that somebody may allow all the same, all that stand against renewing a
loan, and every other whose sentence has facts or is long."""
