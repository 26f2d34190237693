"""What stands behind a Dewey or LCC class number: cutters or author letters, work marks, dates, volumes, copies.

Compared place by place, nothing before something: a book without a date stands before the same book with one, one
volume work before its volumes' numbers. So the pieces that belong most closely to the same book come first: copies,
then volumes, then editions by year, then other numbers, then the next cutter. Digits of a cutter are a decimal fraction
(``B44`` before ``B441`` before ``B5``); a work mark (``B44a``) stands behind all of the author's other books without
one and before the next author number. Years and the numbers of volumes and copies go by value.
"""

from __future__ import annotations

import re

from libops.catalogue.call_numbers.ordered import natural, number, unaccented

COPY, VOLUME, YEAR, NUMBER, CUTTER, WORK_MARK = '"', "#", "$", "%", "&", "/"
"""The first character of a piece: the order in which pieces come where two numbers first differ in kind."""

_PARTS = {
    **dict.fromkeys(("V", "VOL", "VOLUME"), "V"),
    **dict.fromkeys(("NO", "NR", "NUM", "NUMBER"), "N"),
    **dict.fromkeys(("PT", "PART"), "P"),
    **dict.fromkeys(("BD", "BAND"), "B"),
    **dict.fromkeys(("T", "TOME"), "T"),
    **dict.fromkeys(("BK", "BOOK"), "K"),
    **dict.fromkeys(("SER", "SERIES"), "S"),
}
_PART = (
    r"(?P<part>(?:V|T)\.|(?:VOL(?:UME)?|NO|NR|NUM(?:BER)?|PT|PART|BD|BAND|TOME|BK|BOOK|SER(?:IES)?)\.?)"
    r" ?(?P<which>[0-9]+)"
    r"|C(?:\.|OP(?:Y|\.)) ?(?P<copy>[0-9]+)"
)
_NUMBERS = r"|(?P<year>[0-9]{4})(?P<letter>[A-Z]?)(?![0-9A-Z])|(?P<digits>[0-9]+)(?P<ending>[A-Z]*)"
_REST = r"|(?P<gap>[ /.,;]+)|(?P<other>[^ /.,;0-9A-Z]+)"
_CUTTER = r"|(?P<cutter>[A-Z]+)(?P<decimal>[0-9]*)"
RUN_ON = re.compile(rf"{_PART}{_NUMBERS}{_CUTTER}(?P<mark>(?:(?<=[0-9])[A-Z]+(?![0-9A-Z]))?){_REST}")
"""Letters behind a cutter's digits begin the next cutter if digits follow (LCC: ``B37C45``), else are a work mark."""
MARKED = re.compile(rf"{_PART}{_NUMBERS}{_CUTTER}(?P<mark>(?:(?<=[0-9])[A-Z]+[0-9]*)?){_REST}")
"""Letters behind a cutter's digits are always a work mark, perhaps with a number (Dewey: ``B44a2``)."""


def pieces(text: str, grammar: re.Pattern[str]) -> str:
    """The part of a key for all that stands behind the class number, in the words of :data:`RUN_ON` or
    :data:`MARKED`.
    """
    return "".join(_piece(found) for found in grammar.finditer(unaccented(text.upper())))


def _piece(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind == "mark":
        mark = found["mark"]
        return f"{CUTTER}{found['cutter']}{found['decimal']}{WORK_MARK + natural(mark) if mark else ''}"
    if kind == "letter":
        return f"{YEAR}{number(found['year'])}{found['letter']}"
    if kind == "which":
        return f"{VOLUME}{_PARTS[found['part'].rstrip('.')]}{number(found['which'])}"
    if kind == "copy":
        return COPY + number(found["copy"])
    if kind == "ending":
        return f"{NUMBER}{number(found['digits'])}{found['ending']}"
    return natural(found["other"]) if kind == "other" else ""
