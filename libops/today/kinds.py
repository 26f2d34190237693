"""The journal's events in groups that somebody looks for, and what each event is called."""

from __future__ import annotations

from enum import StrEnum

from libops.i18n import Language, mark
from libops.journal import REFUSED
from libops.names import HAPPENED


class Group(StrEnum):
    """Events that are looked for together."""

    LOANS = "loans"
    HOLDS = "holds"
    TRANSFERS = "transfers"
    ITEMS = "items"
    MONEY = "money"
    PATRONS = "patrons"
    REFUSED = "refused"
    UNDONE = "undone"
    CATALOGUE = "catalogue"
    RULES = "rules"
    STAFF = "staff"


GROUP_NAMES: dict[Group, str] = {
    Group.LOANS: mark("loans and returns"),
    Group.HOLDS: mark("holds"),
    Group.TRANSFERS: mark("transfers"),
    Group.ITEMS: mark("items"),
    Group.MONEY: mark("money"),
    Group.PATRONS: mark("patrons"),
    Group.REFUSED: mark("what was refused"),
    Group.UNDONE: mark("what was undone"),
    Group.CATALOGUE: mark("catalogue and imports"),
    Group.RULES: mark("rules and opening days"),
    Group.STAFF: mark("staff"),
}
_GROUP_OF = {
    "loan": Group.LOANS,
    "loans": Group.LOANS,
    "hold": Group.HOLDS,
    "requests": Group.HOLDS,
    "transfer": Group.TRANSFERS,
    "item": Group.ITEMS,
    "charge": Group.MONEY,
    "deposit": Group.MONEY,
    "till": Group.MONEY,
    "patron": Group.PATRONS,
    REFUSED: Group.REFUSED,
    "act": Group.UNDONE,
    "title": Group.CATALOGUE,
    "import": Group.CATALOGUE,
    "location": Group.CATALOGUE,
    "stack": Group.CATALOGUE,
    "sample": Group.CATALOGUE,
    "rules": Group.RULES,
    "policy": Group.RULES,
    "block": Group.RULES,
    "category": Group.RULES,
    "calendar": Group.RULES,
    "slip": Group.RULES,
    "staff": Group.STAFF,
}

KINDS_OF: dict[Group, tuple[str, ...]] = {
    group: tuple(kind for kind in HAPPENED if _GROUP_OF[kind.partition(".")[0]] == group) for group in Group
}
"""The kinds of each group."""


def what_happened(kind: str, language: Language) -> str:
    """In a word or two; a kind of another time stands for itself."""
    return language.say(HAPPENED[kind]) if kind in HAPPENED else kind
