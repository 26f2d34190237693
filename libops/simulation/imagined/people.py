"""People that there are not: their names in Chinese and in Latin letters, as often alike as in life."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import NamedTuple

from libops.simulation.imagined.words import GENTLE, STEEP, Draw, Pair, pairs, sections


class Person(NamedTuple):
    """Somebody's name as a Chinese book has it, as a foreign book has it, and its family part in either."""

    zh: str
    latin: str
    family: Pair

    @property
    def spoken(self) -> str:
        """The name in Latin letters in the order in which it is said; Chinese names stand so already."""
        family, comma, given = self.latin.partition(", ")
        return f"{given} {family}" if comma else family


@cache
def _parts(heading: str, steepness: float) -> Draw[Pair]:
    return Draw(pairs(sections("people.txt")[heading]), steepness)


def chinese(dice: Random) -> Person:
    """Somebody with a Chinese name: one of about a million, the usual ones often."""
    family = _parts("chinese families", STEEP)(dice)
    one = _parts("chinese given", GENTLE)(dice)
    if dice.random() < 0.2:
        return Person(family.zh + one.zh, f"{family.other} {one.other}", family)
    two = _parts("chinese given", GENTLE)(dice)
    return Person(family.zh + one.zh + two.zh, f"{family.other} {one.other}{two.other.lower()}", family)


def foreign(dice: Random) -> Person:
    """Somebody with a foreign name, sometimes with a second given name of which the initial is told."""
    family = _parts("foreign families", GENTLE)(dice)
    given = _parts("foreign given", GENTLE)(dice)
    latin = f"{family.other}, {given.other}"
    if dice.random() < 0.3:
        latin += f" {chr(65 + dice.randrange(23))}."
    return Person(f"{given.zh}·{family.zh}", latin, family)
