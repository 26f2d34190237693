"""Telling a scanned code's kind by its pattern: patron's card, item, or staff badge. Never a guess."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

import msgspec

from libops.barcodes import CheckDigit, Symbology, carries, check_holds, within
from libops.refusals import Reason

LONGEST = 128
"""Codes longer than this are no barcode of a library; Code 128 labels end far below."""


class CodeKind(StrEnum):
    """What a code may stand for."""

    PATRON = "patron"
    ITEM = "item"
    BADGE = "badge"
    COMMAND = "command"
    """Something to do at a console, from the desk card: no number of anybody or anything."""


COMMANDS_BEGIN = "LIBOPS-"
"""With what the codes of the desk card begin."""

# A keyboard in another layout types another sign for the hyphen, and Caps Lock turns capitals into small letters.
_COMMAND = re.compile(r"LIBOPS[^A-Z0-9]([A-Z]{2,24})", re.IGNORECASE | re.ASCII)


def command_word(code: str) -> str:
    """What a code of the desk card says behind its beginning, in capitals; empty where it is none by its shape."""
    found = _COMMAND.fullmatch(code) if code[:1] in ("L", "l") else None
    return "" if found is None else found[1].upper()


class CodePatterns(msgspec.Struct, frozen=True):
    """The library's own patterns, as regular expressions of whole codes; and what the labels of items can say."""

    patron: str
    item: str
    badge: str
    check: CheckDigit = CheckDigit.NONE
    symbology: Symbology = Symbology.ANY

    @staticmethod
    @lru_cache(maxsize=64)
    def compile(pattern: str) -> re.Pattern[str]:
        """The compiled pattern; raises ``ValueError`` where it is no regular expression."""
        try:
            return re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {pattern}") from error

    def kinds(self, code: str) -> frozenset[CodeKind]:
        """Every kind whose pattern the code fits; check digits are not looked at. A command is never anything else."""
        if command_word(code):
            return _IS_COMMAND
        pairs = ((CodeKind.PATRON, self.patron), (CodeKind.ITEM, self.item), (CodeKind.BADGE, self.badge))
        return frozenset(kind for kind, pattern in pairs if self.compile(pattern).fullmatch(code))

    def fault(self, code: str) -> Reason | None:
        """What is wrong with a code before anything is looked up; None when it may be one of the library's."""
        if not code:
            return Reason("code.empty")
        if len(code) > LONGEST:
            return Reason("code.too_long", {"length": len(code)})
        if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in code):
            return Reason("code.unreadable")
        return self.against_label(code) if self.kinds(code) == {CodeKind.ITEM} else None

    def against_label(self, code: str) -> Reason | None:
        """Why a code is on no label of an item: its characters, or its check digit. Its pattern is not looked at."""
        if not carries(self.symbology, code):
            return Reason("code.not_on_label", {"code": code, "symbology": self.symbology.proper_name})
        return None if check_holds(self.check, code) else Reason("code.check_digit", {"code": code})

    def bare(self, code: str) -> str:
        """The code that a reader meant, if it sent the signs along that begin and end the bars of an item's label."""
        inner = within(self.symbology, code)
        return code if self.kinds(code) or CodeKind.ITEM not in self.kinds(inner) else inner

    def why_not_item(self, code: str) -> Reason:
        """Why no item was found by this code, as exactly as its shape tells."""
        return self.fault(code) or self._other(code, CodeKind.ITEM) or Reason("item.unknown", {"barcode": code})

    def why_not_patron(self, code: str) -> Reason:
        """Why no patron was found by this number, as exactly as its shape tells."""
        return self.fault(code) or self._other(code, CodeKind.PATRON) or Reason("patron.unknown", {"number": code})

    def why_neither(self, code: str) -> Reason:
        """Why a scanned code is neither a patron nor an item."""
        fault = self.fault(code)
        if fault is not None:
            return fault
        kinds = self.kinds(code)
        if kinds == {CodeKind.PATRON}:
            return Reason("patron.unknown", {"number": code})
        if kinds == {CodeKind.ITEM}:
            return Reason("item.unknown", {"barcode": code})
        return self._other(code, None) or Reason("code.unknown", {"code": code})

    def _other(self, code: str, wanted: CodeKind | None) -> Reason | None:
        kinds = self.kinds(code)
        if wanted in kinds:
            return None
        if CodeKind.PATRON in kinds:
            return Reason("code.is_patron", {"code": code})
        if CodeKind.ITEM in kinds:
            return Reason("code.is_item", {"code": code})
        if CodeKind.BADGE in kinds:
            return Reason("code.is_staff", {"code": code})
        if CodeKind.COMMAND in kinds:
            return Reason("code.is_command", {"code": code})
        return Reason("code.isbn", {"code": code}) if is_isbn(code) else None


_IS_COMMAND = frozenset({CodeKind.COMMAND})

SAMPLE_PATTERNS = CodePatterns(patron=r"P[0-9]{8}", item=r"3[0-9]{13}", badge=r"S[0-9]{4}", check=CheckDigit.LUHN)
"""The codes of the sample library, and the settings' defaults."""


def storable(text: str) -> bool:
    """Whether a database can hold a text at all; command lines and sockets bring some that it cannot."""
    if "\0" in text:
        return False
    # Asked of every text of every act, and nearly all of them are plain codes.
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def is_isbn(code: str) -> bool:
    """Whether a code is an ISBN-10 or ISBN-13 with a right check digit."""
    from stdnum import isbn

    return bool(isbn.is_valid(code))
