"""A call number as it is written: the form that is stored, and the parts a scheme takes it apart into."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


class Written(NamedTuple):
    """A call number that a scheme could read: letters in front (``REF``), the class number, and all that follows."""

    prefix: str
    class_number: str
    book_number: str


_ONE_FORM = str.maketrans(
    {**dict.fromkeys("“”„‟〝〞", '"'), **dict.fromkeys("‐‑‒–—―−", "-"), "〈": "<", "〉": ">", "·": "."}
)
_WORDS = re.compile(r"[^ /]+")
_SMALL = re.compile(r"(?<=[0-9)>\"])[a-z]{1,3}(?![\w.])")
_DATED = re.compile(r"[0-9]{4}[a-z]")
_PART = r"(?:VOL|NO|PT|BD|V|C|T)\."
_PART_WORD = re.compile(rf"(?<![^ /0-9]){_PART}(?= ?[0-9])")
_PARTED = re.compile(rf"{_PART}[0-9]", re.IGNORECASE)


def normal(text: str) -> str:
    """The form in which a call number is stored and compared: half-width, capitals, single spaces, none at the ends.

    Chinese quotation marks, angle brackets and dashes become those of the CLC's own notation. Small letters stay where
    they mean something: the CLC's mark of recommendation and the work marks behind the digits of a word that begins
    with a capital (``D0a``, ``B44a``), the letter behind a year (``1997b``). Words for a part are always small
    (``v.2``, ``no.3``, ``c.2``). Doing it twice changes nothing.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_ONE_FORM)
    text = " ".join(_without_controls(text).split())
    if not text.isupper():
        text = _WORDS.sub(_capitals, text)
    if not text.isascii():
        text = " ".join(unicodedata.normalize("NFKC", text).translate(_ONE_FORM).split())
    return _PART_WORD.sub(lambda word: word[0].lower(), text) if "." in text else text


def _without_controls(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "" if unicodedata.category(char) == "Cf" else " " for char in text)


def _capitals(word: re.Match[str]) -> str:
    text = word[0]
    if _DATED.fullmatch(text):
        return text
    if _PARTED.match(text) or not "A" <= text.lstrip("[.")[:1] <= "Z":
        return text.upper()
    kept = _SMALL.search(text)
    if kept is None:
        return text.upper()
    return text[: kept.start()].upper() + kept[0] + text[kept.end() :].upper()
