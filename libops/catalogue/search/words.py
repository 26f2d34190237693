"""How the search reads texts: one plain form for all ways of writing, cut into words.

Chinese is cut into pairs of neighbouring characters, so that every part of a title is found without a dictionary that
knows where words end; a search for several characters is a search for their pairs in a row. Full-width and half-width,
traditional and simplified, capitals and accents come to the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"([{_HAN}]+)|((?:(?![{_HAN}_ǂ])\\w)+)")
_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}])[\\s·•‧・]+(?=[{_HAN}])")
_DOTS_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}])[·•‧・]+(?=[{_HAN}])")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters that no accent parts, as people without them on their keyboard write them; and the marks of romanization.
_LETTERS = str.maketrans(
    {
        **dict(zip("łŁøØđĐðÐıħ", "lLoOdDdDih", strict=True)),
        "þ": "th",
        "Þ": "Th",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
    }
    | {chr(mark): "" for mark in range(0x02B0, 0x0300)}
)
_SIGNS = {"c++": " cplusplus ", "c#": " csharp ", "f#": " fsharp "}
_SIGN = re.compile(rf"(?:(?<!\w)|(?<=[{_HAN}]))[cf](?:\+\+|#)(?=[{_HAN}]|\W|$)")
_ARTICLE = re.compile(r"^(?:the|an?) (?=.)")

# A word of an index has an end: what is longer was pasted, and is found by its beginning.
_LONGEST_WORD = 60

LONGEST_KEY = 120
"""Characters of a title that are compared at once; more tell no two titles apart."""


def fold(text: str) -> str:
    """A text in the one form in which texts are compared: half-width, small, simplified, without accents."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
        text = text.translate(_simplified()).translate(_LETTERS)
    text = _APOSTROPHE.sub("", text.casefold())
    return _SIGN.sub(lambda found: _SIGNS[found.group()], text) if "+" in text or "#" in text else text


@cache
def _simplified() -> dict[int, str]:
    """Each traditional character's simplified form; where there are several, the usual one."""
    table = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    return {ord(written): simple.split()[0] for written, simple in pairs if len(written) == 1}


def runs(folded: str, *, joined: bool = True) -> Iterator[tuple[str, bool]]:
    """The words of a folded text, each with whether it is a run of Han characters (or kana, or hangul).

    A gap between two characters is no end of a run: titles are set with spaces that mean nothing, foreign names with
    dots. In what people type (not ``joined``) a space does end it.
    """
    gaps = _BETWEEN_HAN if joined else _DOTS_BETWEEN_HAN
    for found in _RUNS.finditer(gaps.sub("", folded)):
        is_han = found.group(1) is not None
        yield found.group() if is_han else found.group()[:_LONGEST_WORD], is_han


def pairs(run: str) -> list[str]:
    """A run of characters as its neighbouring pairs; one that stands alone is a word of its own."""
    return [run[place : place + 2] for place in range(len(run) - 1)] if len(run) > 1 else [run]


def words(text: str) -> list[str]:
    """The words of a text as the index holds them, in order."""
    found: list[str] = []
    for run, is_han in runs(fold(text)):
        found += pairs(run) if is_han else [run]
    return found


def characters(text: str) -> set[str]:
    """The single Han characters of a text: a search for one of them is rare, and has its own words."""
    return {character for run, is_han in runs(fold(text)) if is_han for character in run}


def key_of(text: str) -> str:
    """A title or name as it is compared whole: its words without what stands between them, no leading article."""
    parts: list[str] = []
    han_before = True
    for run, is_han in runs(fold(text)):
        if parts and not (is_han and han_before):
            parts.append(" ")
        parts.append(run)
        han_before = is_han
    return _ARTICLE.sub("", "".join(parts))[:LONGEST_KEY].rstrip()
