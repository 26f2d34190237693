"""In which order what was found is shown."""

from __future__ import annotations

from enum import IntEnum

from libops.catalogue.search.query import Query
from libops.catalogue.search.words import key_of

_SIGNS = 12
"""Signs and articles that a title may have more than what is compared of it."""


class Rank(IntEnum):
    """How well a title answers, best first."""

    EXACT = 0
    LEADING = 1
    NAMED = 2
    IN_TITLE = 3
    IN_NAMES = 4
    CALL_NUMBER = 5
    ELSEWHERE = 6


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
