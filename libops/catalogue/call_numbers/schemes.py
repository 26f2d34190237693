"""One way to the order of the shelf for every scheme: the key stored beside a call number, and what it is
made of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from db.places import Scheme
from libops.catalogue.call_numbers import clc, clc_books, dewey, lcc, plain
from libops.catalogue.call_numbers.ordered import AFTER_ALL, END, UNPARSED, bounded, everything_from, natural
from libops.catalogue.call_numbers.written import Written, normal

__all__ = ["Scheme", "Written", "class_of", "is_unread", "normal", "parses", "prefix_range", "shelf_key", "written"]


class _Rules(NamedTuple):
    split: Callable[[str], Written | None]
    class_key: Callable[[Written], str]
    book_key: Callable[[str], str]
    beginning: Callable[[str], str | None]


_RULES = {
    Scheme.CLC: _Rules(clc.split, clc.class_key, clc_books.book_key, clc.beginning),
    Scheme.DEWEY: _Rules(dewey.split, dewey.class_key, dewey.book_key, dewey.beginning),
    Scheme.LCC: _Rules(lcc.split, lcc.class_key, lcc.book_key, lcc.beginning),
    Scheme.PLAIN: _Rules(plain.split, plain.class_key, plain.book_key, plain.beginning),
}


def written(scheme: Scheme, call_number: str) -> Written | None:
    """The parts of a call number as it is stored (see :func:`normal`), or None if the scheme cannot read it."""
    text = normal(call_number)
    return _RULES[scheme].split(text) if text else None


def parses(scheme: Scheme, text: str) -> bool:
    """Whether the scheme can read it, so that it has its true place on the shelf. An empty one has none."""
    return written(scheme, text) is not None


def shelf_key(scheme: Scheme, call_number: str) -> str:
    """A text that sorts byte by byte as the books stand: printable ASCII, at most 240 characters, never a refusal.

    What the scheme cannot read comes after everything it can, in natural order, with ``~`` in front. An empty call
    number has the empty key: no place. Two call numbers share a key only if they are one number written in two ways: in
    capitals or small letters, in full or half width, with another mark between their parts, with a stop or a bracket
    that only serves the eye, with another word for a volume.
    """
    text = normal(call_number)
    if not text:
        return ""
    rules = _RULES[scheme]
    parts = rules.split(text)
    if parts is None:
        return bounded(UNPARSED + natural(text.upper()))
    return bounded(rules.class_key(parts) + rules.book_key(parts.book_number))


def is_unread(key: str) -> bool:
    """Whether a shelf key is of a call number that its scheme cannot read."""
    return key.startswith(UNPARSED)


def class_of(scheme: Scheme, text: str) -> str:
    """The class number alone: ``TP312``, ``895.1348``, ``QA76.73``; empty where there is none or it cannot be read."""
    parts = written(scheme, text)
    return parts.class_number if parts else ""


def prefix_range(scheme: Scheme, beginning: str) -> tuple[str, str]:
    """The half-open range of shelf keys of all call numbers whose class number begins like this: ``from <= key < to``.

    CLC ``TP31`` holds ``TP311.1``, Dewey ``895.1`` holds ``895.1348`` (books with letters in front only if the
    beginning has them), LCC ``QA76`` holds ``QA76.73`` and not ``QA760``. A beginning that goes on behind the class
    number (``TP312/C567``) holds that book number and its additions. With PLAIN it is the beginning of the whole,
    numbers in it taken as whole. No class number begins with rubbish: then the range is empty. An empty beginning holds
    everything that parses.
    """
    text = normal(beginning)
    if not text:
        return END, AFTER_ALL
    rules = _RULES[scheme]
    start = rules.beginning(text)
    if start is not None:
        return everything_from(start)
    parts = rules.split(text)
    if parts is None:
        return UNPARSED, UNPARSED
    return everything_from(rules.class_key(parts) + rules.book_key(parts.book_number))
