"""A call number on the spine of a book: short lines, broken where the eye expects it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from libops.catalogue.call_numbers.schemes import Scheme, written
from libops.catalogue.call_numbers.written import Written, normal

WIDTH = 8
"""Cells of a line on a common spine label; a piece that must not be broken may be longer."""

_CLC_CLASS = re.compile(r"(?:^[A-Z]+)?(?:[-(<=:+.][^-(<=:+.]*|\"[^\"]*\"?|[^-(<=:+.\"]+)", re.DOTALL)
_CLC_BOOK = re.compile(r"[-(=:+.]?[^-(=:+. /]+|.", re.DOTALL)
_DECIMALS = re.compile(r"^[0-9]{3}|\.?[0-9]{1,3}")
_LCC_CLASS = re.compile(r"[A-Z]+|[0-9]+|\.[0-9]+")
_LCC_BOOK = re.compile(r"\.?[A-Z][0-9]+(?:[A-Za-z]+(?![0-9A-Za-z]))?|.+", re.DOTALL)
_SPACES = re.compile(r"[ /]+")
_SPACED_PART = re.compile(r"(?<=[a-z]\.) (?=[0-9])")


def spine_lines(scheme: Scheme, call_number: str) -> list[str]:
    """The lines for a spine label from top to bottom, none of them empty, each of at most 8 cells where it can be.

    CLC: class number, book number, and its additions below when it is long. Dewey: letters in front, class number (cut
    at its point when long), then author number, date and volume. LCC: letters, number, each cutter, date, volume. What
    the scheme cannot read is broken between words.
    """
    parts = written(scheme, call_number)
    if parts is None or scheme is Scheme.PLAIN:
        return _plain(normal(call_number))
    if scheme is Scheme.CLC:
        return [*_packed(_CLC_CLASS.findall(parts.class_number)), *_clc_book(parts.book_number)]
    if scheme is Scheme.DEWEY:
        return [*_dewey_class(parts), *_words(parts.book_number)]
    cutters = (_LCC_BOOK.findall(word) for word in _words(parts.book_number))
    return [*_lcc_class(parts.class_number), *(line for lines in cutters for line in lines)]


def cells(text: str) -> int:
    """How many cells of a label or a terminal a text fills: two for a wide character, none for one that combines."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _packed(pieces: Iterable[str]) -> list[str]:
    """As many pieces to a line as fit."""
    lines: list[str] = []
    for piece in pieces:
        if lines and cells(lines[-1]) + cells(piece) <= WIDTH:
            lines[-1] += piece
        else:
            lines.append(piece)
    return lines


def _clc_book(book_number: str) -> Iterator[str]:
    for part in _words(book_number):
        yield from _packed(_CLC_BOOK.findall(part))


def _dewey_class(parts: Written) -> Iterator[str]:
    yield from parts.prefix.split()
    number = parts.class_number
    if len(number) <= WIDTH:
        yield from [number] if number else []
        return
    yield number[:3]
    yield from _packed(_DECIMALS.findall(number[3:]))


def _lcc_class(class_number: str) -> Iterator[str]:
    letters, *numbers = _LCC_CLASS.findall(class_number)
    yield letters
    yield from _packed(numbers)


def _words(text: str) -> list[str]:
    return _SPACES.split(_SPACED_PART.sub("", text)) if text else []


def _plain(text: str) -> list[str]:
    """Words, packed; a word that is too long is cut where the line is full."""
    lines: list[str] = []
    for word in text.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.extend(_packed(word))
    return lines
