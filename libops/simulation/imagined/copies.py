"""Copies of imagined titles: how many, on which shelves, under which call numbers."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

import msgspec

from db.catalogue import Condition, ItemStatus
from db.places import Scheme
from libops.catalogue.writing import NewCopy
from libops.simulation.imagined import numbers
from libops.simulation.imagined.titles import LAST_YEAR, Imagined, Kind

_FIRST_DAY = datetime(1990, 1, 2, 2, tzinfo=UTC)
_LAST_DAY = datetime(LAST_YEAR, 12, 30, 2, tzinfo=UTC)

# What the last part of a shelving place's code says of it in the sample library (sample_data/library.toml).
_GENERAL = "GEN"
_OF_KIND = {
    Kind.CHILDREN: "CHD",
    Kind.TEXTBOOK: "TXT",
    Kind.REFERENCE: "REF",
    Kind.PERIODICAL: "REF",
    Kind.DISC: "AV",
}
_OF_AREA = {"I": "LIT", **dict.fromkeys("NOPQRSTUVX", "SCI")}
_COUNTED_AREAS = "OPQRSTUVX"
"""Where a book's number in its class is its place there, in the order of coming, instead of its author's."""


class Shelf(msgspec.Struct, frozen=True):
    """A shelving place, by whose call numbers it goes, and its branch."""

    branch_id: int
    location_id: int | None
    code: str
    scheme: Scheme


class Copies:
    """Makes copies for the shelves and item types (by their codes) that a library has."""

    def __init__(self, shelves: Sequence[Shelf], types: Mapping[str, int]) -> None:
        self._shelves = shelves
        self._types = types
        self._foreign = [shelf for shelf in shelves if _ends(shelf, "FOR")]
        self._fitting: dict[tuple[bool, str], list[Shelf]] = {}

    def of(self, titles: Sequence[Imagined], count: int, first: int, dice: Random) -> Iterator[NewCopy]:
        """So many copies in all of these titles, of some more than of others; at least one of each while they last.

        ``title_id`` is the place of the title among these; barcodes go on from the place ``first``.
        """
        shares = _shared(titles, count, dice)
        place = first
        for at, title in enumerate(titles):
            for _ in range(shares[at]):
                yield self._copy(title, at, numbers.barcode(place), dice)
                place += 1

    def _copy(self, title: Imagined, at: int, barcode: str, dice: Random) -> NewCopy:
        shelf = dice.choice(self._shelves_of(title))
        kept_in = title.kind is Kind.REFERENCE and dice.random() < 0.6
        return NewCopy(
            barcode=barcode,
            title_id=at,
            item_type_id=self._types.get(title.kind, next(iter(self._types.values()))),
            branch_id=shelf.branch_id,
            location_id=shelf.location_id,
            scheme=shelf.scheme,
            call_number=call_number(title, shelf.scheme),
            price=_minor_units(title.about.price),
            status=ItemStatus.RESTRICTED if kept_in else ItemStatus.AVAILABLE,
            volume=title.about.volume,
            condition=_condition(dice),
            added_at=_added(title.about.year or LAST_YEAR, dice),
        )

    def _shelves_of(self, title: Imagined) -> list[Shelf]:
        is_foreign = title.about.languages[0] != "zh"
        wanted = _OF_KIND.get(title.kind) or _OF_AREA.get(title.one.area, _GENERAL)
        found = self._fitting.get((is_foreign, wanted))
        if found is None:
            found = self._fitting[is_foreign, wanted] = self._chosen(is_foreign, wanted)
        return found

    def _chosen(self, is_foreign: bool, wanted: str) -> list[Shelf]:
        if is_foreign and self._foreign and wanted in ("LIT", "SCI", _GENERAL):
            return self._foreign
        at_home = [shelf for shelf in self._shelves if shelf not in self._foreign]
        fitting = [shelf for shelf in at_home if _ends(shelf, wanted)]
        general = [shelf for shelf in at_home if _ends(shelf, _GENERAL)]
        # What has shelves of its own stands there; in branches without them it stands among the rest.
        branches = {shelf.branch_id for shelf in fitting}
        rest = [shelf for shelf in general if shelf.branch_id not in branches] if wanted in ("LIT", "SCI") else []
        return [*fitting, *rest] or general or at_home or list(self._shelves)


def _ends(shelf: Shelf, tail: str) -> bool:
    return shelf.code.endswith(f"-{tail}")


def _shared(titles: Sequence[Imagined], count: int, dice: Random) -> list[int]:
    once = min(count, len(titles))
    # Textbooks stand there by the dozen, a few books in every branch, most of them once or twice.
    weights = list(accumulate((8.0 if one.kind is Kind.TEXTBOOK else 1.0) * dice.paretovariate(1.6) for one in titles))
    more = Counter(dice.choices(range(len(titles)), cum_weights=weights, k=count - once)) if count > once else Counter()
    return [more[at] + (at < once) for at in range(len(titles))]


def call_number(title: Imagined, scheme: Scheme) -> str:
    """What is written on the spine, by the scheme of its shelf."""
    family = title.author.family.other
    letters = "".join(letter for letter in family.upper() if letter.isascii() and letter.isalpha()) or "X"
    mark = zlib.crc32(title.author.latin.encode())
    volume = title.about.volume and "".join(sign for sign in title.about.volume if sign.isdigit())
    year = title.about.year
    match scheme:
        case Scheme.DEWEY:
            return f"{title.one.dewey} {letters[:3]}{' v.' + volume if volume else ''} {year}"
        case Scheme.LCC:
            return f"{title.one.lcc} .{letters[0]}{mark % 90 + 10} {year}{' v.' + volume if volume else ''}"
        case Scheme.CLC:
            counted = title.one.area in _COUNTED_AREAS
            book = str(title.place_in_class) if counted else f"{letters[0]}{mark % 900 + 100}"
            return f"{title.one.clc}/{book}{':' + volume if volume else ''}"
        case Scheme.PLAIN:
            return f"{title.one.area}-{title.place_in_class}"


def _minor_units(price: str) -> int:
    return round(float(price.removeprefix("CNY")) * 100)


def _condition(dice: Random) -> str:
    drawn = dice.random()
    return Condition.POOR if drawn < 0.02 else Condition.WORN if drawn < 0.15 else Condition.GOOD if drawn < 0.6 else ""


def _added(year: int, dice: Random) -> datetime:
    bought = datetime(year, 1, 2, 2, tzinfo=UTC) + timedelta(days=dice.randrange(500))
    return min(max(bought, _FIRST_DAY), _LAST_DAY)
