"""The Dewey Decimal Classification: ``895.1348 L12h v.2``, ``REF 031 E56``, ``FIC ROW``.

Three digits, a point, digits as a decimal fraction. Letters in front of the number (``REF``, ``J``) or instead of it
(``FIC``, ``B``) are a collection of its own on the shelf: those without come first, then each by its letters. The marks
with which records show where a number may be cut short (``813/.54``, ``813'.54``) mean nothing.
"""

from __future__ import annotations

import re

from libops.catalogue.call_numbers.book_numbers import MARKED, pieces
from libops.catalogue.call_numbers.ordered import END
from libops.catalogue.call_numbers.written import Written

COLLECTIONS = ("R", "REF", "J", "JUV", "Y", "YA", "E", "EASY", "F", "FIC", "B", "BIO", "P", "PB", "LP", "OVERSIZE")
"""Letters that may stand instead of a class number, or right before one (``R031``); with a space behind, any letters
may.
"""

_ALONE = "|".join(COLLECTIONS)
_FRONT = r"[A-Z]{1,8}\.?(?: [A-Z]{1,8}\.?)?"
_NUMBER = r"(?P<whole>[0-9]{3})(?:[/']?\.(?P<part>[0-9']*))?(?![0-9])"
_WRITTEN = re.compile(
    rf"(?:(?P<front>{_FRONT}[ /]|(?:{_ALONE})))?{_NUMBER}(?P<rest>.*)"
    rf"|(?P<only>(?:{_ALONE})(?: (?:{_ALONE}))?)(?:[ /](?P<after>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_BEGINNING = re.compile(rf"({_FRONT}(?: |$)|(?:{_ALONE}))?([0-9]{{0,3}}|[0-9]{{3}}\.[0-9]*)", re.IGNORECASE)


def split(text: str) -> Written | None:
    """The parts of a call number in its normal form; a collection without a number has an empty class number."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    if found["whole"] is None:
        return Written(found["only"].upper(), "", (found["after"] or "").strip(" /"))
    part = (found["part"] or "").replace("'", "")
    class_number = f"{found['whole']}.{part}" if part else found["whole"]
    return Written(_collection(found["front"]), class_number, found["rest"].strip(" /"))


def _collection(front: str | None) -> str:
    return (front or "").replace(".", "").strip(" /").upper()


def _front(collection: str) -> str:
    """A collection's part of the key; of two words, so that ``J`` with its numbers comes before ``J FIC``."""
    return collection.replace(" ", ",") + END if collection else ""


def class_key(written: Written) -> str:
    """Collection, then digits as they are: a shorter number sorts before those it begins."""
    front = _front(written.prefix)
    return front + written.class_number.replace(".", "") + END


def beginning(text: str) -> str | None:
    """The part of a key that every class number with this beginning has, within its collection (``REF 03``)."""
    found = _BEGINNING.fullmatch(text)
    if found is None:
        return None
    return _front(_collection(found[1])) + found[2].replace(".", "")


def book_key(book_number: str) -> str:
    """Author letters or cutters, dates, volumes, copies."""
    return pieces(book_number, MARKED)
