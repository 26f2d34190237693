"""The lists of words that books and people are made of, and drawing from them as often as such words are met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

GENTLE, USUAL, STEEP = 0.35, 0.7, 1.0
"""How much rarer each next word of a list is: the power of its place. Words of a language go by about 1."""


class Pair(NamedTuple):
    """The same in Chinese and in another language."""

    zh: str
    other: str


class Draw(Generic[T]):
    """A list whose first members are drawn most often, by the power law that words of a language follow (Zipf)."""

    def __init__(self, members: Sequence[T], steepness: float = USUAL) -> None:
        self._members = members
        self._weights = list(accumulate((place + 2) ** -steepness for place in range(len(members))))

    def __call__(self, dice: Random) -> T:
        """One of them."""
        return dice.choices(self._members, cum_weights=self._weights)[0]


@cache
def sections(name: str) -> Mapping[str, list[str]]:
    """The cells of a list by the headings they stand under; the heading is empty where there is none."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in lines(name):
        if line.startswith("["):
            heading = line.strip("[]")
        else:
            found.setdefault(heading, []).extend(cell.strip() for cell in line.split("|"))
    return found


def lines(name: str) -> Iterator[str]:
    """The lines of a file that say something."""
    text = files(__package__ or "").joinpath(name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def pairs(cells: Sequence[str]) -> list[Pair]:
    """Cells that have the Chinese word first and then the other."""
    return [Pair(*cell.split(" ", 1)) for cell in cells]


def plain_words(name: str) -> list[str]:
    """All words of a list that has nothing but words."""
    return [word for line in lines(name) for word in line.split()]


def towns() -> list[str]:
    """Names of towns that there are not, in no order that means anything: so many that each is rare."""
    begins, ends = (sections("towns.txt")[part] for part in ("beginnings", "ends"))
    # Each next one is of another beginning and another end.
    return [begins[turn % len(begins)] + ends[(turn * 7 + turn // len(begins)) % len(ends)] for turn in range(1230)]
