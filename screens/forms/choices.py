"""Answers to choose from that the library itself knows: its branches, its categories of patrons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from libops.catalogue.item_types import list_item_types
from libops.catalogue.places import Places, read_places
from libops.languages import LOCALES
from libops.money.kinds import BY_HAND, Method
from libops.names import CHARGES, METHODS
from libops.people.categories import list_categories
from libops.places import all_branches
from libops.work import Look, Place
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


def shelves(look: Look) -> list[Option]:
    """Every place where copies stand: ``BRANCH/LOCATION``, and ``BRANCH/`` for no location of it."""
    known = read_places(look.transaction)
    return [option for branch in all_branches(look.transaction) for option in _shelves_of(branch, known)]


def _shelves_of(branch: Place, known: Places) -> Iterator[Option]:
    for place in known.locations.values():
        if place.branch_id == branch.branch_id:
            names = (f"{branch.branch_zh} · {place.name_zh}", f"{branch.branch_en} · {place.name_en}")
            yield Option(shelf_code(branch.branch_code, place.code), *names)
    yield Option(shelf_code(branch.branch_code, ""), branch.branch_zh, branch.branch_en)


def names_in_copies(look: Look) -> Mapping[str, Mapping[str, Option]]:
    """What stands in the fields of copies as a code, by field and code."""
    places = read_places(look.transaction).locations.values()
    known = {
        "branch": branches(look),
        "location": [Option(one.code, one.name_zh, one.name_en) for one in places],
        "item_type": item_types(look),
    }
    return {field: {one.value: one for one in options} for field, options in known.items()}


def shelf_code(branch: str, location: str | None) -> str:
    """A place where copies stand, as those choices name it."""
    return f"{branch}/{location or ''}"


def branch_and_location(code: str) -> tuple[str, str]:
    """What such a place is made of; without a location the second is empty."""
    branch, _, location = code.partition("/")
    return branch, location


SCOPES: Mapping[str, Read] = {"branch": branches, "category": categories, "item_type": item_types}
"""Of whom and what a rule may be, by its columns."""
METHOD_OPTIONS = tuple(Option(method, message=METHODS[method]) for method in Method)
CHARGE_OPTIONS = tuple(Option(kind, message=CHARGES[kind]) for kind in BY_HAND)
LANGUAGE_OPTIONS = tuple(Option(code, NAMES[code], NAMES[code]) for code in LOCALES)
