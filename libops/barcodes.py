"""What an item's barcode may be: the characters of its symbology, and the check digit that guards it.

A reader checks the bars; what is checked here is the number, which may have been typed, or printed wrongly.
"""

from __future__ import annotations

import re
from enum import StrEnum


class CheckDigit(StrEnum):
    """How the last character of an item barcode guards the others."""

    NONE = "none"
    LUHN = "luhn"
    """Modulus 10 of ISO/IEC 7812-1, as on the fourteen-digit Codabar labels of libraries."""
    EAN = "ean"
    """Modulus 10 with weights 1 and 3 from the right, as of GS1 (EAN, UPC, Interleaved 2 of 5)."""
    MOD11 = "mod11"
    """ISO 7064 MOD 11-2, as of Chinese identity numbers: a digit or X."""
    MOD43 = "mod43"
    """Modulus 43 of Code 39 (ISO/IEC 16388, annex A)."""


class Symbology(StrEnum):
    """How the labels of items are printed; it says which characters a barcode can have."""

    ANY = "any"
    CODABAR = "codabar"
    CODE39 = "code39"
    CODE128 = "code128"
    ITF = "itf"
    """Interleaved 2 of 5: digits, in pairs."""
    EAN13 = "ean13"

    @property
    def proper_name(self) -> str:
        """As the trade writes it, in any language."""
        return _PROPER_NAMES[self]


_PROPER_NAMES: dict[Symbology, str] = {
    Symbology.ANY: "",
    Symbology.CODABAR: "Codabar",
    Symbology.CODE39: "Code 39",
    Symbology.CODE128: "Code 128",
    Symbology.ITF: "Interleaved 2 of 5",
    Symbology.EAN13: "EAN-13",
}

_CODE39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
"""Their places are their values (ISO/IEC 16388)."""

_CARRIES: dict[Symbology, re.Pattern[str]] = {
    Symbology.CODABAR: re.compile(r"[0-9$:/.+-]+"),
    Symbology.CODE39: re.compile(r"[0-9A-Z. $/+%-]+"),
    Symbology.CODE128: re.compile(r"[\x20-\x7e]+"),
    Symbology.ITF: re.compile(r"([0-9]{2})+"),
    Symbology.EAN13: re.compile(r"[0-9]{13}"),
}

# Some readers send what begins and ends the bars along with what stands between.
_AROUND: dict[Symbology, re.Pattern[str]] = {
    Symbology.CODABAR: re.compile(r"[A-Da-d](.+)[A-Da-d]"),
    Symbology.CODE39: re.compile(r"\*(.+)\*"),
}


def carries(symbology: Symbology, code: str) -> bool:
    """Whether a label of this symbology can say this code."""
    pattern = _CARRIES.get(symbology)
    return pattern is None or pattern.fullmatch(code) is not None


def within(symbology: Symbology, code: str) -> str:
    """The code without the start and stop characters that a reader may have sent with it."""
    pattern = _AROUND.get(symbology)
    found = None if pattern is None else pattern.fullmatch(code)
    return code if found is None else found[1]


def check_holds(check: CheckDigit, code: str) -> bool:
    """Whether the last character is the check digit of the others; always, where there is none."""
    match check:
        case CheckDigit.NONE:
            return True
        case CheckDigit.LUHN:
            from stdnum import luhn

            return bool(luhn.is_valid(code))
        case CheckDigit.EAN:
            from stdnum import ean

            return _is_number(code) and str(ean.calc_check_digit(code[:-1])) == code[-1]
        case CheckDigit.MOD11:
            from stdnum.iso7064 import mod_11_2

            return _is_number(code.removesuffix("X")) and bool(mod_11_2.is_valid(code))
        case CheckDigit.MOD43:
            values = [_CODE39.find(character) for character in code]
            return len(values) > 1 and min(values) >= 0 and sum(values[:-1]) % len(_CODE39) == values[-1]


def _is_number(code: str) -> bool:
    return code.isascii() and code.isdecimal()


def is_trade_number(code: str) -> bool:
    """Whether a code is on something that is sold, by its length and check digit: EAN-8, UPC-A, EAN-13."""
    return len(code) in _TRADE and code.isascii() and code.isdecimal() and check_holds(CheckDigit.EAN, code)


_TRADE = (8, 12, 13)
