"""What books are about: classes of the Chinese Library Classification, each with its place in Dewey and LCC."""

from __future__ import annotations

import csv
from enum import StrEnum
from functools import cache
from random import Random
from typing import NamedTuple

from libops.simulation.imagined.words import lines


class Genre(StrEnum):
    """How books of a class are called."""

    STUDY = "study"
    TEXTBOOK = "textbook"
    FICTION = "fiction"
    LIFE = "life"
    PRACTICE = "practice"


class Class(NamedTuple):
    """A class: its numbers in three schemes and what it is called."""

    clc: str
    dewey: str
    lcc: str
    zh: str
    en: str

    @property
    def area(self) -> str:
        """The main class it belongs to."""
        return self.clc[0]

    @property
    def genre(self) -> Genre:
        """How its books are called."""
        if self.clc.startswith(("I0", "I1", "I20")):
            return Genre.STUDY
        if self.clc.startswith(("K82", "K83")):
            return Genre.LIFE
        if self.clc.startswith(("S", "TS9", "R1", "G78", "G8", "B849", "K928")):
            return Genre.PRACTICE
        return {"I": Genre.FICTION}.get(self.area, Genre.TEXTBOOK if self.area in "OQRTUVXN" else Genre.STUDY)


_SHARES = dict(
    zip("BCDEFGHIJKNOPQRSTUVXZ", (5, 3, 7, 1, 9, 8, 5, 19, 5, 9, 1, 5, 2, 3, 5, 2, 14, 2, 1, 2, 1), strict=True)
)
"""Of a hundred books of a university's library, how many are of each main class."""


@cache
def classes() -> tuple[Class, ...]:
    """All of them, in no order."""
    rows = csv.reader(lines("classes.csv"))
    next(rows)
    return tuple(Class(*row) for row in rows)


class Turns:
    """Whose turn it is: the class of each title by its number, and the how-manieth title of its class it is.

    Each class comes so often in each round that no title has to be counted to know its place in its class.
    """

    def __init__(self, seed: int) -> None:
        self._round = [one for one in classes() for _ in range(_often(one))]
        Random(seed).shuffle(self._round)  # noqa: S311 - no secret: the same seed is to give the same library
        self._times: dict[Class, int] = {}
        self._places: list[int] = []
        for one in self._round:
            self._times[one] = self._times.get(one, 0) + 1
            self._places.append(self._times[one])

    def of(self, number: int) -> tuple[Class, int]:
        """The class of the title with this number, from 0, and its place in the class, from 1."""
        rounds, turn = divmod(number, len(self._round))
        one = self._round[turn]
        return one, rounds * self._times[one] + self._places[turn]


def _often(one: Class) -> int:
    alike = [other for other in classes() if other.area == one.area]
    weights: list[float] = [(place + 2) ** -0.6 for place in range(len(alike))]
    return max(1, round(40 * _SHARES[one.area] * weights[alike.index(one)] / sum(weights)))
