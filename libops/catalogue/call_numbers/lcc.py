"""The Library of Congress Classification: ``QA76.73.P98 L88 2008``, ``PS3545.H16 .T2 v.10``.

One to three letters, by the alphabet, a shorter group first; a whole number by its value, so ``QA76`` before ``QA100``;
digits behind its point as a decimal fraction; then dates and numbers, which come before letters, and cutters, whose
digits are decimal fractions (Subject Cataloging Manual: Shelflisting, G 63 and G 65).
"""

from __future__ import annotations

import re

from libops.catalogue.call_numbers.book_numbers import RUN_ON, pieces
from libops.catalogue.call_numbers.ordered import END, number
from libops.catalogue.call_numbers.written import Written

_CLASS = r"([A-HJ-NP-VZ][A-Z]{0,2}) ?([0-9]{1,4})(?:\.([0-9]+))?"
_WRITTEN = re.compile(rf"{_CLASS}(?![0-9])(.*)", re.IGNORECASE | re.DOTALL)
_BEGINNING = re.compile(r"([A-HJ-NP-VZ][A-Z]{0,2})(?: ?([0-9]{1,4})(?:\.([0-9]*))?)?", re.IGNORECASE)


def split(text: str) -> Written | None:
    """The parts of a call number in its normal form; a class of letters alone is no place on a shelf."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    letters, whole, part, rest = found.groups()
    point = f".{part}" if part else ""
    return Written("", f"{letters.upper()}{whole}{point}", rest.strip(" /"))


def class_key(written: Written) -> str:
    """Letters, the whole number by value, the fraction digit by digit, and the end."""
    return (beginning(written.class_number) or "") + END


def beginning(text: str) -> str | None:
    """The part of a key of every class number with this beginning: ``QA`` any number, ``QA76`` also ``QA76.73``, not
    760.
    """
    found = _BEGINNING.fullmatch(text)
    if found is None:
        return None
    letters, whole, part = found.groups()
    return letters.upper() + (number(whole) + (part or "") if whole else "")


def book_key(book_number: str) -> str:
    """Cutters, dates, volumes, copies."""
    return pieces(book_number, RUN_ON)
