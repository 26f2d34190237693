"""Book numbers behind a class of the CLC: ``2384.1``, ``C567:2``, ``J57 2020``, ``768(2D)/1``, ``C118 下册``.

A sequence number (种次号) goes by its value. An author number goes by its letters and then by the value of its digits,
as systems that serve the tables of author numbers (通用汉语著者号码表, four corners) do; tables that give every author
as many digits sort the same either way. Additions follow the order of the signs in class numbers, with those that class
numbers do not have behind them; libraries differ here and no published list binds them all.
"""

from __future__ import annotations

import re

from libops.catalogue.call_numbers.clc import CLOSED, CLOSING, FIRST_SIGN, SIGNS_IN_ORDER
from libops.catalogue.call_numbers.ordered import character, number

_COPY = "\x01"

ADDITIONS_IN_ORDER = (_COPY, *SIGNS_IN_ORDER[1:], ".", "/")
"""None, a copy, then as in class numbers (``=`` is an edition, ``:`` a volume), then stop and slash."""

_PLACES = {sign: chr(ord(FIRST_SIGN) + place) for place, sign in enumerate(ADDITIONS_IN_ORDER)}
_PLACES.update(dict.fromkeys(CLOSING, CLOSED))

_HAN_DIGITS = "一二三四五六七八九"
_HALVES = {"上": "\x02", "中": "\x03", "下": "\x04"}
_WHICH = rf"[0-9]+|(?=[十{_HAN_DIGITS}])[{_HAN_DIGITS}]?十?[{_HAN_DIGITS}]?"
_YEAR = "(?:1[89]|20)[0-9]{2}(?![0-9])"
_VOLUME_WORD = re.compile(r"[ /:]*(?:(?<![A-Z])V\. ?|VOL\.? ?)(?=[0-9])")
_VOLUME_SPACE = re.compile(rf" (?=[0-9])(?!{_YEAR})")
_HAN_VOLUME = re.compile(rf"(?:[ /:]*第|[ /:]+)({_WHICH})[卷册冊辑輯集部]")
_HAN_EDITION = re.compile(rf"[ /=]*第({_WHICH})版")
_HAN_HALF = re.compile(r"[ /:(]*([上中下])(?:[卷册冊]\)?|\)|(?![^ /:]))")
_COPY_WORD = re.compile(r"[ /]+C\. ?(?=[0-9])")
_PIECE = re.compile(r"([0-9]+)|([A-Z]+)|(.)", re.DOTALL)


def book_key(book_number: str) -> str:
    """The part of the key behind the class: base number, then additions, numbers by value.

    A volume may be written ``:2``, `` 2``, ``v.2``, ``vol. 2``, ``第2卷`` or ``第二册``, half a work ``:上``, ``(上)``
    or ``上册``, an edition ``=2`` or ``第2版``, its year `` 2020`` or ``/2020``: the ways of one thing share a key.
    """
    text = book_number.upper()
    if not text.isascii():
        text = _without_words_of_han(text)
    if not text.isalnum():
        text = _COPY_WORD.sub(_COPY, _VOLUME_SPACE.sub(":", _VOLUME_WORD.sub(":", text))).replace(" ", "/")
    return "".join(number(piece[1]) if piece[1] else piece[2] or _place(piece[3]) for piece in _PIECE.finditer(text))


def _place(char: str) -> str:
    return _PLACES.get(char) or character(char)


def _without_words_of_han(text: str) -> str:
    text = _HAN_EDITION.sub(lambda found: f"={_value(found[1])}", text)
    text = _HAN_VOLUME.sub(lambda found: f":{_value(found[1])}", text)
    return _HAN_HALF.sub(lambda found: f":{_HALVES[found[1]]}", text)


def _value(which: str) -> str:
    """Digits as they are; Chinese numerals to 99 as digits."""
    if which.isascii():
        return which
    tens, ten, ones = which.rpartition("十")
    return str((_HAN_DIGITS.find(tens) + 1 if tens else 1) * 10 * len(ten) + _HAN_DIGITS.find(ones or "零") + 1)
