"""Answers to choose from that the library itself knows: its branches, its categories of patrons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from libops.catalogue.item_types import list_item_types
from libops.languages import LOCALES
from libops.money.kinds import BY_HAND, Method
from libops.names import CHARGES, METHODS
from libops.people.categories import list_categories
from libops.places import all_branches
from libops.work import Look
from screens.forms.entries import Option
from screens.voice import NAMES

Read = Callable[[Look], Sequence[Option]]
"""Reads the answers; never on the screen's own thread."""


def branches(look: Look) -> list[Option]:
    """Every branch, by its code."""
    return [Option(one.branch_code, one.branch_zh, one.branch_en) for one in all_branches(look.transaction)]


def categories(look: Look) -> list[Option]:
    """Every category of patrons, by its code."""
    return [Option(one.code, one.name_zh, one.name_en) for one in list_categories(look)]


def item_types(look: Look) -> list[Option]:
    """Every type of items, by its code."""
    return [Option(one.code, one.name_zh, one.name_en) for one in list_item_types(look)]


SCOPES: Mapping[str, Read] = {"branch": branches, "category": categories, "item_type": item_types}
"""Of whom and what a rule may be, by its columns."""
METHOD_OPTIONS = tuple(Option(method, message=METHODS[method]) for method in Method)
CHARGE_OPTIONS = tuple(Option(kind, message=CHARGES[kind]) for kind in BY_HAND)
LANGUAGE_OPTIONS = tuple(Option(code, NAMES[code], NAMES[code]) for code in LOCALES)
