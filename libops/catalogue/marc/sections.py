"""How a dialect writes a description: sections, each of some of its parts, with the fields that say them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from libops.catalogue.description import Description, Material
from libops.catalogue.marc.records import Field, Record

Unit = tuple[Field, ...]
"""A field, and after it, in MARC 21, the one that says the same in another script (without the number of the pair)."""


class Section(NamedTuple):
    """Parts of a description, the tags of the fields that say them, and how to make these.

    Where ``each``, the first part holds several values and ``build`` makes one unit for each; otherwise subfields
    of a replaced field stay, except those of ``own``.
    """

    parts: tuple[str, ...]
    tags: tuple[str, ...]
    build: Callable[[Description], list[Unit]]
    own: str = ""
    each: bool = False


class Writing(NamedTuple):
    """All that a dialect needs to write: its sections, and the coded field (008 or 100) and leader that go with them.

    ``price`` is tag and code of the price, which stands beside an ISBN.
    """

    describe: Callable[[Record], Description]
    leader: str
    leader_with: Callable[[str, Material], str]
    coded_tag: str
    coded: Callable[[Description, datetime], Field]
    with_year: Callable[[Field, int | None], Field]
    with_language: Callable[[Field, tuple[str, ...]], Field]
    sections: tuple[Section, ...]
    price: tuple[str, str]


def field(tag: str, indicators: str, *subfields: tuple[str, str]) -> list[Unit]:
    """One field of the subfields that say something; none where none does."""
    said = tuple(pair for pair in subfields if pair[1])
    return [(Field(tag, "", indicators, said),)] if said else []


def lines(text: str) -> list[str]:
    """The lines of a text that has some."""
    return text.split("\n") if text else []


def title_parts(title: str, volume: str) -> list[tuple[str, str]]:
    """A whole title in CNMARC's codes: ``a`` title proper, ``e`` other information, ``h`` volume, ``i`` its name.

    Put together again they are the same title; where that is not sure the whole is ``a``.
    """
    head, found, rest = title.partition(f". {volume}") if volume else (title, "", "")
    if found and (not head or rest[:2] not in ("", ", ", ": ")):
        head, found, rest = title, "", ""
    parts = _cut(head)
    if found:
        parts.append(("h", volume))
        if rest.startswith(", "):
            name, mark, more = rest[2:].partition(": ")
            parts += [("i", name), *([("e", more)] if mark else [])]
        elif rest:
            parts.append(("e", rest[2:]))
    whole = all(text and text == text.strip() for _, text in parts)
    return parts if whole else [("a", title)]


def _cut(title: str) -> list[tuple[str, str]]:
    proper, mark, other = title.partition(": ")
    return [("a", proper), ("e", other)] if mark else [("a", title)]


def stamp(changed: datetime) -> str:
    """When a record was last changed, as field 005 of both dialects has it."""
    return f"{changed:%Y%m%d%H%M%S}.0"


def patched(text: str, at: int, new: str) -> str:
    """A coded text with other characters from this place on; filled up with blanks before it."""
    return f"{text[:at].ljust(at)}{new}{text[at + len(new) :]}"


def flat(units: Iterable[Unit]) -> list[Field]:
    """All their fields."""
    return [one for unit in units for one in unit]
