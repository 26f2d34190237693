"""Texts of fields as a desk wants them: without control characters, cataloguing punctuation and qualifiers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Protocol

from libops.catalogue.description import NameKind, NameRole, TitleName

_SPACES = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d\d)(?!\d)")
_ISBN = re.compile(r"(?:\d[- ]?){12}\d|(?:\d[- ]?){9}[\dXx]")
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")
# An initial, or a word that is shortened: its full stop belongs to it.
_SHORTENED = re.compile(r"(?:^|[\s.(\-])(?:\w|Jr|Sr|Dr|St|Inc|Ltd|Co|Corp|etc|ed|vol|no|cm|al)\.$")


def clean(text: str) -> str:
    """Without control characters (also those that mark an article for filing), any space a single one."""
    if not text.isprintable():
        text = _CONTROL.sub("", _SPACES.sub(" ", text))
    return " ".join(text.split()) if "  " in text else text.strip()


def trim(text: str) -> str:
    """Without the mark that announces the next part of an ISBD description, or the stop that ends one."""
    text = clean(text)
    if text[-1:] in "/:;,=" and text:
        return text[:-1].rstrip()
    if text.endswith(".") and not text.endswith("..") and not _SHORTENED.search(text):
        return text[:-1].rstrip()
    return text


def is_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return any("\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff" for char in text)


def year_in(text: str) -> int | None:
    """The first year from 1000 to 2099 in a text (``c2003``, ``[1987?]``, ``2004.5``)."""
    match = _YEAR.search(text)
    return int(match[1]) if match else None


def coded_year(digits: str) -> int | None:
    """The year of a coded field; None where it is not wholly known (``198u``) or means open (``9999``)."""
    if len(digits) == 4 and digits.isascii() and digits.isdigit() and digits not in ("0000", "9999"):
        return int(digits)
    return None


class _Checks(Protocol):
    def is_valid(self, number: str) -> bool: ...


@cache
def _checks(kind: str) -> _Checks:
    from stdnum import isbn, issn  # a tenth of a second, for whoever reads records

    return isbn if kind == "isbn" else issn


def isbn_in(text: str) -> str:
    """The ISBN at the beginning of a text, without hyphens; empty where there is none or its check digit is wrong."""
    return _number_in(text, _ISBN, "isbn")


def issn_in(text: str) -> str:
    """The ISSN at the beginning of a text, without its hyphen; empty where there is none or it is wrong."""
    return _number_in(text, _ISSN, "issn")


def _number_in(text: str, pattern: re.Pattern[str], kind: str) -> str:
    text = text if text.isascii() else unicodedata.normalize("NFKC", text).replace("\u2010", "-").replace("\u2013", "-")
    match = pattern.search(text)
    if match is None:
        return ""
    number = match[0].replace("-", "").replace(" ", "").upper()
    return number if _checks(kind).is_valid(number) else ""


def distinct(texts: list[str]) -> tuple[str, ...]:
    """Those that say something, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, texts)))


def distinct_names(names: Iterable[TitleName]) -> tuple[TitleName, ...]:
    """Each once with each role; who is named for something else is not named again for an unknown part."""
    found: list[TitleName] = []
    seen: set[tuple[str, NameKind, NameRole | None]] = set()
    for name in names:
        known = (name.name, name.kind, None if name.role is NameRole.OTHER else name.role)
        if name.name and known not in seen:
            found.append(name)
            seen |= {known, (name.name, name.kind, None)}
    return tuple(found)
