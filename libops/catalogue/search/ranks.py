"""In which order what was found is shown."""

from __future__ import annotations

from enum import IntEnum

from libops.catalogue.search.query import Query
from libops.catalogue.search.sounds import sound
from libops.catalogue.search.words import key_of

_FAR = 99
_SIGNS = 12
"""Signs and articles that a title may have more than what is compared of it."""


class Rank(IntEnum):
    """How well a title answers, best first."""

    EXACT = 0
    LEADING = 1
    SOUNDS_SO = 2
    NAMED = 3
    IN_TITLE = 4
    IN_NAMES = 5
    CALL_NUMBER = 6
    ELSEWHERE = 7


def rank(query: Query, title_key: str, title_alt: str, name_key: str) -> Rank:
    """How well a title answers a query, from what its row keeps to be compared."""
    key = query.key
    if not key:
        return Rank.ELSEWHERE
    if title_key == key or _is(title_alt, key):
        return Rank.EXACT
    if title_key.startswith(key):
        return Rank.LEADING
    if key in name_key.split("|"):
        return Rank.NAMED
    if _holds(query, title_key):
        return Rank.IN_TITLE
    return Rank.IN_NAMES if _holds(query, f"{title_key}|{name_key}") else Rank.ELSEWHERE


def _is(title_alt: str, key: str) -> bool:
    """Whether a title in another language is what was typed; made comparable only where its length may fit."""
    return 0 <= len(title_alt) - len(key) <= _SIGNS and key_of(title_alt) == key


def _holds(query: Query, text: str) -> bool:
    """Whether all words stand in a text that was made for comparing; a Latin word begins where a word begins."""
    return all(
        word.text in text if word.is_han else f" {word.text}" in f" {text.replace('|', ' ')}" for word in query.words
    )


def how_close(query: Query, how_well: Rank, title_key: str) -> int:
    """How much more a title says than what was typed, for ranks in which that tells one title from another."""
    return min(len(title_key), _FAR) if how_well in (Rank.EXACT, Rank.LEADING, Rank.IN_TITLE) and query.key else 0


def sounds_so(query: Query, title_key: str) -> int | None:
    """How many letters more a title's pinyin or initials have than what was typed; None where they begin otherwise."""
    one = query.words[0] if len(query.words) == 1 else None
    letters = query.joined or (one.letters if one is not None and not one.is_han else "")
    syllables = sound(title_key) if letters else []
    heard = ("".join(syllables), "".join(syllable[0] for syllable in syllables))
    return min((len(form) - len(letters) for form in heard if letters and form.startswith(letters)), default=None)
