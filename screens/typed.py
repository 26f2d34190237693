"""Telling words from codes in what somebody types at the desk."""

from __future__ import annotations

import re

from libops.codes import CodePatterns

_LEAST = 2
_CLASS = re.compile(
    r"""
    [A-Z]{1,3}\d[\d.\-=+()]*    # of the Chinese classification, or of Congress: I242.4, TP312, QA76.9
    | \d{3}\.\d+                # of Dewey: 823.7
    | \d{3}(?=[/ ])             # the same with its book number behind it
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BOOK = re.compile(r"[/ .:][A-Z0-9][A-Z0-9./:=\- ]*", re.IGNORECASE)
"""What follows a class in a call number."""
_SIGNS = frozenset("./ :=")
"""No label of a card or a book bears these; a call number without any cannot be told from a code."""
_ISBN = re.compile(r"(97[89][- ])?(\d+[- ]){3}[\dX]", re.IGNORECASE)
"""As it is printed in a book; the bars beside it hold digits alone."""


def is_words(typed: str, patterns: CodePatterns) -> bool:
    """Whether it can only be something to look for: words, a call number, an ISBN with its hyphens.

    Codes of cards and books hold digits beside plain letters, those of other libraries too, and a slow reader cannot
    be told from a hand: what looks like such a code is none. Chinese characters stand in no code.
    """
    text = typed.strip()
    if not text or patterns.kinds(text) or not text.isprintable():
        return False
    letters = [sign for sign in text if sign.isalpha()]
    if any(not letter.isascii() for letter in letters):
        return True
    if not any(sign.isdigit() for sign in text):
        return len(text) >= _LEAST and bool(letters)
    return bool(_ISBN.fullmatch(text)) or _is_call_number(text)


def _is_call_number(text: str) -> bool:
    found = _CLASS.match(text)
    if found is None or not _SIGNS.intersection(text):
        return False
    rest = text[found.end() :]
    return not rest or bool(_BOOK.fullmatch(rest))
