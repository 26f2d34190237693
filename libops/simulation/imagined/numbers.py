"""Numbers of what there is not: ISBNs that no real book has, and a library's own.

The prefixes 978-66 to 978-69 belong to no group of publishers in the range message of the International ISBN Agency,
so no book has such a number. Those here are right in all else, and have a form of ten digits as well.
"""

from __future__ import annotations

from typing import NamedTuple

from stdnum import ean, luhn

CHINESE, FOREIGN, SECOND = "97867", "97866", "97868"
MOST = 10_000_000
"""So many titles have ISBNs of their own."""

# Prime to MOST, so that each number comes once; neighbours are far apart, as those of real books are.
_STRIDE, _START = 6_180_339, 1_234_567


def isbn(prefix: str, number: int) -> str:
    """The ISBN of the title with this number, as 13 digits."""
    body = f"{prefix}{(number * _STRIDE + _START) % MOST:07d}"
    return body + ean.calc_check_digit(body)


class Row(NamedTuple):
    """A row of a library's own numbers: they begin with ``first`` and stay before ``behind``."""

    first: str
    behind: str
    digits: int


TITLES = Row("X", "Y", 8)
BARCODES = Row("31", "32", 11)
PATRONS = Row("P3", "P9", 8)


def title_number(place: int) -> str:
    """A title's number by its place, from 0."""
    return f"X{place:08d}"


def barcode(place: int) -> str:
    """An item's barcode by its place, from 0, with its check digit; as the sample library has them."""
    body = f"31{place:011d}"
    return body + luhn.calc_check_digit(body)


def patron_number(place: int) -> str:
    """A patron's number by its place, from 0; as the sample library has them."""
    return f"P{30_000_000 + place}"


def place_of_title(number: str | None) -> int:
    """The place behind the last title's number; 0 where there is none."""
    return int(number[1:]) + 1 if number and number[1:].isdigit() else 0


def place_of_barcode(code: str | None) -> int:
    """The place behind the last barcode; 0 where there is none."""
    return int(code[2:-1]) + 1 if code else 0


def place_of_patron(number: str | None) -> int:
    """The place behind the last patron's number; 0 where there is none."""
    return int(number[1:]) - 30_000_000 + 1 if number else 0
