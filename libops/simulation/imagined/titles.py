"""Titles that nobody wrote, one by one by their numbers: the same seed and number always give the same title."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from random import Random

import msgspec

from libops.catalogue.description import Description, Material, NameRole, TitleName
from libops.simulation.imagined import numbers, people, wording
from libops.simulation.imagined.classes import Class, Turns
from libops.simulation.imagined.people import Person
from libops.simulation.imagined.words import USUAL, Draw, Pair, sections

LAST_YEAR, FIRST_YEAR, FIRST_ISBN = 2025, 1905, 1975
_NEIGHBOURS = 24
"""Titles in a row of which the last may be the volumes of one set."""


class Kind(StrEnum):
    """What sort of book it is, by the codes of the sample library's item types."""

    BOOK = "book"
    TEXTBOOK = "textbook"
    REFERENCE = "reference"
    CHILDREN = "children"
    DISC = "disc"
    PERIODICAL = "periodical"


class Imagined(msgspec.Struct, frozen=True):
    """A title, its class and its place there, from 1 (volumes of a set share it), its sort, and whose it is."""

    about: Description
    one: Class
    place_in_class: int
    kind: Kind
    author: Person


class ImaginedTitles:
    """All titles of one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._turns = Turns(seed)
        # One generator for all: it is set anew for each title, so that none depends on what was asked for before.
        self._dice = Random()  # noqa: S311 - no secret: the same seed is to give the same library

    def between(self, first: int, behind: int) -> Iterator[Imagined]:
        """The titles with the numbers from ``first`` on, from 0, up to but not including ``behind``."""
        return (self.title(number) for number in range(first, behind))

    def title(self, number: int) -> Imagined:
        """The title with this number, from 0."""
        of_set, volume = self._volume(number)
        one, place = self._turns.of(of_set)
        dice = self._set_for(of_set)
        language = _language(one, dice)
        author = (people.chinese if language == "zh" and dice.random() < 0.82 else people.foreign)(dice)
        head = _headed(one, language, dice)
        if volume:
            dice = self._set_for(number)
        about = _described(number, one, language, author, head, volume, dice)
        return Imagined(about, one, place, _kind(one, dice), author)

    def _set_for(self, number: int) -> Random:
        self._dice.seed(self._seed * 2**32 + number)
        return self._dice

    def _volume(self, number: int) -> tuple[int, int]:
        """The number whose title this one shares, and its volume in that set; its own and 0 where it is in none."""
        block, place = divmod(number, _NEIGHBOURS)
        # A mark of the block and the seed, mixed so that neighbours differ.
        mixed = ((block + self._seed * 7919) * 2654435761) % 2**32 >> 16
        size = 2 + mixed % 5
        first = _NEIGHBOURS - size
        if mixed % 3 or place < first:
            return number, 0
        return block * _NEIGHBOURS + first, place - first + 1


def _language(one: Class, dice: Random) -> str:
    drawn = dice.random()
    if one.clc.startswith(("I5", "I7", "H31")):
        drawn -= 0.25
    return "de" if drawn < 0.02 else "fr" if drawn < 0.035 else "en" if drawn < 0.28 else "zh"


def _headed(one: Class, language: str, dice: Random) -> str:
    if language == "zh":
        return wording.chinese_title(one, dice)
    return wording.english_title(one, dice) if language == "en" else wording.other_title(language, dice)


def _kind(one: Class, dice: Random) -> Kind:
    drawn = dice.random()
    if one.clc == "Z6":
        return Kind.PERIODICAL
    if one.clc in ("Z2", "Z3", "H16", "Z8") or drawn < 0.02:
        return Kind.REFERENCE
    if one.clc.startswith(("I28", "G61")):
        return Kind.CHILDREN
    if one.clc.startswith(("J6", "J9", "G22")) and drawn < 0.3:
        return Kind.DISC
    return Kind.TEXTBOOK if one.area in "OTFRHQ" and drawn > 0.85 else Kind.BOOK


@cache
def _cells(heading: str, steepness: float = USUAL) -> Draw[str]:
    return Draw(sections("publishers.txt")[heading], steepness)


def _described(
    number: int, one: Class, language: str, author: Person, title: str, volume: int, dice: Random
) -> Description:
    is_zh = language == "zh"
    names = _names(author, is_zh, dice)
    year = max(FIRST_YEAR if not is_zh else 1950, LAST_YEAR - int(dice.expovariate(1 / 17)))
    series = _series(is_zh, dice)
    return Description(
        title=title,
        title_alt=_alt(one, author, is_zh, dice),
        responsibility=_stated(names, is_zh),
        names=names,
        edition=_edition(is_zh, dice),
        place=_cells("chinese places" if is_zh else "foreign places")(dice),
        publisher=_publisher(is_zh, dice),
        year=year,
        extent=_extent(is_zh, dice),
        series=series,
        series_number=str(dice.randint(1, 60)) if series else "",
        set_title=title if volume else "",
        volume="" if not volume else f"第{volume}卷" if is_zh else f"vol. {volume}",
        subjects=_subjects(one, is_zh, dice),
        clc=one.clc,
        dewey="" if is_zh else one.dewey,
        lcc="" if is_zh else one.lcc,
        languages=(language,),
        isbns=_isbns(number, is_zh, dice) if year >= FIRST_ISBN and one.clc != "Z6" else (),
        material=Material.SERIAL if one.clc == "Z6" else Material.BOOK,
        price=f"CNY{_price(is_zh, year, dice):.2f}",
    )


def _names(author: Person, is_zh: bool, dice: Random) -> tuple[TitleName, ...]:
    drawn = dice.random()
    role = NameRole.EDITOR if drawn > 0.85 else NameRole.AUTHOR
    is_foreign = "·" in author.zh
    if not is_zh:
        more = (people.foreign(dice).latin,) if 0.5 < drawn < 0.7 else ()
        return tuple(TitleName(name, role) for name in (author.latin, *more))
    names = [TitleName(author.zh, role, alt=author.latin if is_foreign else "")]
    if is_foreign:
        return (*names, TitleName(people.chinese(dice).zh, NameRole.TRANSLATOR))
    others = 1 if 0.55 < drawn < 0.75 else 2 if 0.75 < drawn < 0.8 else 0
    return (*names, *(TitleName(people.chinese(dice).zh, role) for _ in range(others)))


_STATED = {NameRole.AUTHOR: "著", NameRole.EDITOR: "主编", NameRole.TRANSLATOR: "译"}


def _stated(names: tuple[TitleName, ...], is_zh: bool) -> str:
    if not is_zh:
        spoken = [" ".join(reversed(name.name.split(", "))) for name in names]
        return ("edited by " if names[0].role is NameRole.EDITOR else "") + " and ".join(spoken)
    first = [name.name for name in names if name.role is names[0].role]
    rest = [f"{name.name}{_STATED[name.role]}" for name in names if name.role is not names[0].role]
    return "; ".join(["，".join(first) + _STATED[names[0].role], *rest])


def _alt(one: Class, author: Person, is_zh: bool, dice: Random) -> str:
    if is_zh:
        return wording.english_title(one, dice) if "·" in author.zh or dice.random() < 0.05 else ""
    return wording.chinese_title(one, dice) if dice.random() < 0.06 else ""


def _edition(is_zh: bool, dice: Random) -> str:
    drawn = dice.random()
    if drawn > 0.3:
        return "第1版" if is_zh and drawn > 0.6 else ""
    later = 2 + int(drawn * 12)
    return f"第{later}版" if is_zh else f"{later}{ {2: 'nd', 3: 'rd'}.get(later, 'th') } ed."


def _publisher(is_zh: bool, dice: Random) -> str:
    if not is_zh:
        return _cells("foreign")(dice)
    return _cells("chinese")(dice) + _cells("chinese kinds")(dice)


def _extent(is_zh: bool, dice: Random) -> str:
    leaves = int(dice.lognormvariate(5.6, 0.45))
    return f"{leaves}页" if is_zh else f"{leaves} p."


def _series(is_zh: bool, dice: Random) -> str:
    if dice.random() > 0.25:
        return ""
    if not is_zh:
        return _cells("foreign series")(dice)
    return f"{_cells('chinese')(dice)}{_cells('chinese series')(dice)}{_cells('chinese series kinds')(dice)}"


def _subjects(one: Class, is_zh: bool, dice: Random) -> tuple[str, ...]:
    found = [Pair(one.zh, one.en), wording.subject_word(one, dice)]
    if dice.random() < 0.4:
        found.append(wording.place(dice))
    return tuple(dict.fromkeys(pair.zh if is_zh else pair.other for pair in found))


def _isbns(number: int, is_zh: bool, dice: Random) -> tuple[str, ...]:
    own = numbers.isbn(numbers.CHINESE if is_zh else numbers.FOREIGN, number)
    return (own, numbers.isbn(numbers.SECOND, number)) if dice.random() < 0.06 else (own,)


def _price(is_zh: bool, year: int, dice: Random) -> float:
    """In yuan: what books cost grew tenfold in forty years, and foreign ones cost several times as much."""
    usual = 55 * 10 ** ((year - LAST_YEAR) / 40) if is_zh else 280.0
    return max(0.2, round(usual * dice.lognormvariate(0, 0.4), 1))
