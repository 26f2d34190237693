"""Telling words from codes in what somebody types at the desk."""

from __future__ import annotations

from libops.codes import CodePatterns

_LEAST = 2


def is_words(typed: str, patterns: CodePatterns) -> bool:
    """Whether it can only be words to look for: no code of the library, and no digits beside plain letters.

    Codes of cards and books hold digits, those of other libraries too; Chinese characters stand in none.
    """
    text = typed.strip()
    if len(text) < _LEAST or patterns.kinds(text) or not text.isprintable():
        return False
    letters = [sign for sign in text if sign.isalpha()]
    if any(not letter.isascii() for letter in letters):
        return True
    return bool(letters) and not any(sign.isdigit() for sign in text)
