"""The order of the volumes of a set, however a volume is numbered: 3, 第三卷, 上, vol. III."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_PARTS = {"上": 1, "中": 2, "下": 3}
_HAN = re.compile("[〇零一二两三四五六七八九十百千]+")
# Written as a number is, not as a word such as "mix"; the v of "v. 1" only says what follows, and "c" names a part.
_ROMAN = re.compile(
    r"\b(?!v(?:\.?\s*[0-9]|[.\s]\s*[ivxlc]+\b))(?![cl]\b)(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})(?!\w)"
)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def in_order(volumes: Iterable[T], numbered: Callable[[T], str]) -> list[T]:
    """Volumes by their numbers; those without one come last, in the order of their words."""
    return sorted(volumes, key=lambda volume: _order(numbered(volume)))


def _order(text: str) -> tuple[float, list[int], str]:
    plain = unicodedata.normalize("NFKC", text).lower()
    spelled = _ROMAN.sub(lambda found: str(_roman(found.group())), _HAN.sub(_in_digits, plain))
    numbers = [int(digits) for digits in re.findall(r"[0-9]{1,9}", spelled)]
    part = next((value for mark, value in _PARTS.items() if mark in plain), 0)
    if numbers:
        return 0, [*numbers, part], plain
    return (0, [part], plain) if part else (1, [], plain)


def _in_digits(found: re.Match[str]) -> str:
    """A Chinese number as digits: 二十三, 一二三."""
    whole, digit = 0, 0
    for character in found.group():
        if character in _UNITS:
            whole += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[character]
    return f" {whole + digit} "


def _roman(text: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
