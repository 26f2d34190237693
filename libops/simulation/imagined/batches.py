"""A large library in pieces: each is made from the seed and its numbers alone, in this process or in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random

import msgspec

from db.people import PatronStatus
from libops.catalogue.search.entry import Entry, Facets, entry_of
from libops.catalogue.writing import NewCopy, NewTitle
from libops.people.enrolling import NewPatron
from libops.people.records import Record
from libops.simulation.imagined import numbers, people
from libops.simulation.imagined.copies import Copies, Shelf
from libops.simulation.imagined.titles import LAST_YEAR, ImaginedTitles

_CATEGORIES = {"undergraduate": 55, "postgraduate": 18, "teacher": 9, "public": 10, "child": 5, "staff": 3}
_BLOCKED_NOTE = "请到服务台更新联系方式"


class Ground(msgspec.Struct, frozen=True):
    """What a library has already that new things belong to: its shelves, and row numbers by their codes."""

    shelves: tuple[Shelf, ...]
    item_types: dict[str, int]
    categories: dict[str, int]
    branches: tuple[int, ...]


class Span(msgspec.Struct, frozen=True):
    """A piece of the catalogue: titles from ``first`` on, and copies of them, whose barcodes go on from a place."""

    first: int
    titles: int
    first_copy: int
    copies: int


class Piece(msgspec.Struct, frozen=True):
    """Titles, what the search index holds of each, and copies whose ``title_id`` is the place of their title here."""

    titles: list[NewTitle]
    entries: list[Entry]
    copies: list[NewCopy]


_UNPACKER = msgspec.msgpack.Decoder(Piece)


def spans(first: int, titles: int, first_copy: int, copies: int, most: int) -> Iterator[Span]:
    """The pieces of a catalogue, with so many titles or copies at most in each; copies are spread evenly over them."""
    pieces = max(1, -(-max(titles, copies) // most))
    for piece in range(pieces):
        (title, behind), (copy, last) = (_part(count, piece, pieces) for count in (titles, copies))
        yield Span(first + title, behind - title, first_copy + copy, last - copy)


def _part(count: int, piece: int, pieces: int) -> tuple[int, int]:
    return count * piece // pieces, count * (piece + 1) // pieces


@lru_cache(maxsize=4)
def _titles_of(seed: int) -> ImaginedTitles:
    return ImaginedTitles(seed)


def catalogue(seed: int, ground: Ground, span: Span) -> Piece:
    """A piece of the catalogue."""
    found = list(_titles_of(seed).between(span.first, span.first + span.titles))
    copies = list(Copies(ground.shelves, ground.item_types).of(found, span.copies, span.first_copy, _dice(seed, span)))
    owners: list[tuple[set[int], set[int]]] = [(set(), set()) for _ in found]
    for copy in copies:
        branches, types = owners[copy.title_id]
        branches.add(copy.branch_id)
        types.add(copy.item_type_id)
    titles = [NewTitle(numbers.title_number(span.first + at), one.about) for at, one in enumerate(found)]
    entries = [entry_of(new.about, _facets(new, *held)) for new, held in zip(titles, owners, strict=True)]
    return Piece(titles, entries, copies)


def packed(seed: int, ground: Ground, span: Span) -> bytes:
    """The same as one text of bytes, which goes from process to process in a tenth of the time."""
    return msgspec.msgpack.encode(catalogue(seed, ground, span))


def unpacked(piece: bytes) -> Piece:
    """A piece that was packed."""
    return _UNPACKER.decode(piece)


def _dice(seed: int, span: Span) -> Random:
    # Behind all numbers that titles are drawn with.
    return Random((seed + 1) * 2**64 + span.first_copy)  # noqa: S311 - no secret: the same seed, the same library


def _facets(new: NewTitle, branches: set[int], types: set[int]) -> Facets:
    about = new.about
    return Facets(about.languages[0], str(about.material), about.year, tuple(sorted(branches)), tuple(sorted(types)))


def patrons(seed: int, ground: Ground, first: int, count: int) -> list[NewPatron]:
    """So many patrons, their numbers from the place ``first`` on."""
    return [_patron(seed, ground, place) for place in range(first, first + count)]


def _patron(seed: int, ground: Ground, place: int) -> NewPatron:
    dice = Random((seed + 1) * 2**96 + place)  # noqa: S311 - no secret: the same seed, the same library
    is_chinese = dice.random() < 0.96
    blocked = dice.random() < 0.01
    registered = datetime(LAST_YEAR - 3, 9, 1, 2, tzinfo=UTC) + timedelta(days=dice.randrange(1000))
    number = numbers.patron_number(place)
    record = Record(
        name=people.chinese(dice).zh if is_chinese else people.foreign(dice).spoken,
        category_id=_category(ground.categories, dice),
        branch_id=dice.choice(ground.branches),
        language="zh" if is_chinese else "en",
        phone="",
        # example.org belongs to nobody (RFC 2606), so that no letter ever reaches anybody.
        email=f"{number.lower()}@example.org" if dice.random() < 0.5 else "",
        note=_BLOCKED_NOTE if blocked else "",
        status=PatronStatus.BLOCKED if blocked else PatronStatus.ACTIVE,
        expires_on=date(LAST_YEAR - 1 if dice.random() < 0.05 else LAST_YEAR + dice.randint(8, 20), 6, 30),
    )
    return NewPatron(number, registered, record)


def _category(categories: Mapping[str, int], dice: Random) -> int:
    known = [code for code in _CATEGORIES if code in categories]
    if not known:
        return dice.choice(sorted(categories.values()))
    return categories[dice.choices(known, [_CATEGORIES[code] for code in known])[0]]


def pieces_of_patrons(first: int, count: int, most: int) -> Sequence[tuple[int, int]]:
    """The first place and the number of patrons of each piece."""
    pieces = -(-count // most)
    parts = (_part(count, piece, pieces) for piece in range(pieces))
    return [(first + start, behind - start) for start, behind in parts]
