"""MARC-8, the character sets of MARC 21 before Unicode, read strictly: what is no character is told, never replaced.

The tables are pymarc's; its own decoder puts a space where it finds nothing, and drops marks at the end of a text.
Source: MARC 21 Specifications for Record Structure, Character Sets and Exchange Media, part 2.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_ESCAPE = 0x1B
_BASIC_LATIN = 0x42
_ANSEL = 0x45
_EAST_ASIAN = 0x31
_LEFT = b"(,"
_RIGHT = b")-"
_SHORT = {0x67: 0x67, 0x62: 0x62, 0x70: 0x70, 0x73: _BASIC_LATIN}
_NAME = "marc-8"
_BY_NUMBER = re.compile("&#x([0-9A-Fa-f]{4,6});")


@cache
def _sets() -> tuple[dict[int, dict[int, tuple[int, int]]], dict[int, int]]:
    from pymarc import marc8_mapping  # a megabyte of tables, for the few files that need them

    return marc8_mapping.CODESETS, marc8_mapping.ODD_MAP


def decode(text: bytes) -> str:
    """The text in Unicode, composed (NFC). Raises ``UnicodeDecodeError`` with the place of the first unknown byte.

    What MARC-8 cannot say is written by its number, ``&#x8D85;``, and becomes that character.
    """
    plain = text.isascii() and _ESCAPE not in text
    decoded = text.decode("ascii") if plain else _Reading(text).whole()
    return _BY_NUMBER.sub(_numbered, decoded) if "&#x" in decoded else decoded


def _numbered(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    usable = code >= 0x20 and code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if usable else match[0]


class _Reading:
    """One text: the two sets in force, and marks that wait for their letter, which comes after them."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0
        self._left = _BASIC_LATIN
        self._right = _ANSEL
        self._out: list[str] = []
        self._marks: list[str] = []

    def whole(self) -> str:
        while self._at < len(self._text):
            if self._text[self._at] == _ESCAPE:
                self._escape()
            else:
                self._character()
        # Marks without a letter after them stay, so that nothing is lost.
        return unicodedata.normalize("NFC", "".join(self._out + self._marks))

    def _escape(self) -> None:
        """Another set from here on: ``ESC g``, ``ESC ( 3``, ``ESC $ 1``, ``ESC $ ) 1``, ``ESC ( ! E``."""
        sign = self._text[self._at + 1 : self._at + 2]
        if sign and sign[0] in _SHORT:
            self._left = _SHORT[sign[0]]
            self._at += 2
            return
        at = self._at + 1
        right = False
        while self._text[at : at + 1] and self._text[at] in b"$(,)-":
            right = right or self._text[at] in _RIGHT
            at += 1
        at += self._text[at : at + 1] == b"!"
        chosen = self._text[at] if at < len(self._text) else 0
        if at == self._at + 1 or chosen not in _sets()[0]:
            raise self._unknown(1)
        if right:
            self._right = chosen
        else:
            self._left = chosen
        self._at = at + 1

    def _character(self) -> None:
        byte = self._text[self._at]
        if byte < 0x20:
            self._put(byte, 1)
            return
        chosen = self._right if byte >= 0x80 else self._left
        # A space is a space in every set.
        size = 3 if chosen == _EAST_ASIAN and byte != 0x20 else 1
        code = int.from_bytes(self._text[self._at : self._at + size], "big")
        sets, odd = _sets()
        # A set is listed for the half of the byte where it usually stands; on the other half only the top bit differs.
        found, mark = sets[chosen].get(code) or sets[chosen].get(code ^ 0x80) or (odd.get(code, 0), 0)
        if byte == 0x20:
            found = 0x20
        if not found:
            raise self._unknown(size)
        if mark:
            self._marks.append(chr(found))
            self._at += size
        else:
            self._put(found, size)

    def _put(self, code: int, size: int) -> None:
        self._out.append(chr(code))
        self._out += self._marks
        self._marks.clear()
        self._at += size

    def _unknown(self, size: int) -> UnicodeDecodeError:
        end = min(self._at + size, len(self._text))
        return UnicodeDecodeError(_NAME, self._text, self._at, max(end, self._at + 1), "no such character")
