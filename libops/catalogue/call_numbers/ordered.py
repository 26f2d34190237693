"""Texts whose byte-by-byte comparison is an order: numbers by value, letters case-blind, everything in printable ASCII.

The pieces of a shelf key, from the lowest to the highest: ``!`` the end of a part or a space, the signs of a scheme
from ``"`` to ``,``, ``.`` a punctuation mark, ``0`` a number, ``A`` to ``Z``, ``{`` a character of another script,
``}`` "cut off here", ``~`` a number that does not parse. Nothing sorts before something, as the end of a text does in
every database.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

END = "!"
UNPARSED = "~"
AFTER_ALL = "~"
"""Put behind a beginning, it sorts after whatever a key may go on with."""
LONGEST = 240
"""No key is longer, in characters and in bytes."""
LONGEST_BEGINNING = 200
"""A longer beginning is cut before it is made a range."""

_KEPT_OF_LONG = 223
_PIECE = re.compile(r"([0-9]+)|([A-Z]+)|(.)", re.DOTALL)
_MOST_DIGITS = 60


def number(digits: str) -> str:
    """Any run of ASCII digits, so that 9 comes before 10; of two with one value the one with more zeros in front is
    first.

    It begins with ``0``, below any letter; then how many digits there are, the digits, and the zeros.
    """
    value = digits.lstrip("0")
    return f"0{_length(len(value))}{value}{_zeros(len(digits) - len(value))}"


def _zeros(count: int) -> str:
    """The more, the lower: one character from ``9`` down, more for nine and above."""
    return str(9 - count) if count < 9 else f"0{999_999 - count:06d}"


def _length(size: int) -> str:
    """One character up to 60 digits; beyond, a mark, and the size as a number of its own."""
    return chr(ord("0") + size) if size <= _MOST_DIGITS else f"z{size:09d}"


def natural(text: str) -> str:
    """Any upper-case text as people sort names: spaces, marks, numbers by value, Latin letters, then all other scripts.

    Letters with accents are filed as their letters without; what is left outside ASCII goes by its code point, in
    six hexadecimal digits, so Han characters keep the order of Unicode.
    """
    bare = unaccented(text) or text
    return "".join(number(piece[1]) if piece[1] else piece[2] or character(piece[3]) for piece in _PIECE.finditer(bare))


def unaccented(text: str) -> str:
    """The text with its Latin letters bare of accents, so that é is filed as e; other scripts stay as they are."""
    return text if text.isascii() else "".join(char if char.isascii() else _bare(char) for char in text)


def _bare(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)[:1].upper()
    return base if base.isascii() and base.isalpha() else "" if unicodedata.combining(char) else char


def character(char: str) -> str:
    """One character that is neither an ASCII digit nor a capital ASCII letter."""
    if char == " ":
        return END
    if " " < char < "\x7f":
        return f".{char}"
    return f"{{{ord(char):06X}"


def bounded(key: str) -> str:
    """The key itself, or the beginning of a long one with a digest of all of it: still its own, still in its place."""
    if len(key) <= LONGEST:
        return key
    return f"{key[:_KEPT_OF_LONG]}}}{blake2b(key.encode(), digest_size=8).hexdigest()}"


def everything_from(beginning: str) -> tuple[str, str]:
    """The half-open range of the keys that begin like this."""
    kept = beginning[:LONGEST_BEGINNING]
    return kept, kept + AFTER_ALL
