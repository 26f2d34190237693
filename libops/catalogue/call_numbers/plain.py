"""Numbers of no scheme: titles of periodicals, numbers of accession, whatever a house thought of, in natural order."""

from __future__ import annotations

from libops.catalogue.call_numbers.ordered import natural
from libops.catalogue.call_numbers.written import Written


def split(text: str) -> Written | None:
    """The whole is one number: it has no class and always parses."""
    return Written("", "", text)


def class_key(_: Written) -> str:
    """Nothing: there is no class."""
    return ""


def beginning(text: str) -> str | None:
    """The key of the text itself: a number at its end is taken as whole (``A1`` holds ``A1-2``, not ``A10``)."""
    return natural(text.upper())


def book_key(book_number: str) -> str:
    """The natural order of the text, case-blind."""
    return natural(book_number.upper())
