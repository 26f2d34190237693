"""Phone numbers and email addresses: whether they can be used, and whether two of them are the same."""

from __future__ import annotations

import re

_PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]*(?: ?(?:x|ext\.?|转) ?[0-9]+)?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;.]+(?:\.[^@\s<>,;.]+)+")
_LONGEST_EMAIL = 254
"""As RFC 5321 bounds the path of a mailbox."""

_DIGITS = range(5, 21)
"""How many digits a phone number has: E.164 allows 15, and an extension may follow."""

_SAME_END = 8
"""Numbers that end in the same digits are the same: one may be written with its country's or city's code."""


def usable_phone(phone: str) -> bool:
    """Whether a text can be dialled: digits, with a plus, spaces, hyphens and brackets as people write them."""
    return _PHONE.fullmatch(phone.strip()) is not None and len(_digits(phone)) in _DIGITS


def usable_email(email: str) -> bool:
    """Whether a text has the form of an email address; only a message sent to it tells more."""
    email = email.strip()
    return len(email) <= _LONGEST_EMAIL and email.isprintable() and _EMAIL.fullmatch(email) is not None


def same_phone(one: str, other: str) -> bool:
    """Whether two phone numbers, however they are written, are the same; an empty one is like no other."""
    first, second = _digits(one), _digits(other)
    if not first or not second:
        return False
    shorter = min(len(first), len(second))
    return first == second or (shorter >= _SAME_END and first[-shorter:] == second[-shorter:])


def same_email(one: str, other: str) -> bool:
    """Whether two email addresses are the same but for capitals; an empty one is like no other."""
    return bool(one.strip()) and one.strip().casefold() == other.strip().casefold()


def _digits(phone: str) -> str:
    return "".join(character for character in phone if character.isascii() and character.isdigit())
