"""Days as people type them: ``2026-12-24``, ``12-24``, ``12月24日``, ``+14`` for so many days from today."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

_WHOLE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_SHORT = re.compile(r"(\d{1,2})[-./月](\d{1,2})日?")
_FROM_NOW = re.compile(r"([+-])(\d{1,4})")


class NoDay(ValueError):
    """What was typed is no day."""


def read_day(typed: str, today: date, *, back: bool = False) -> date:
    """The day that was typed; without a year the next such day, or with ``back`` the last one.

    Raises ``NoDay`` where it is none.
    """
    try:
        return _read(typed, today, back=back)
    except ValueError:
        raise NoDay(typed) from None


def _read(typed: str, today: date, *, back: bool) -> date:
    text = unicodedata.normalize("NFKC", typed).strip()
    if found := _WHOLE.fullmatch(text):
        return date(*map(int, found.groups()))
    if found := _FROM_NOW.fullmatch(text):
        return today + timedelta(days=int(found[1] + found[2]))
    if found := _SHORT.fullmatch(text):
        month, day = map(int, found.groups())
        return _near(today, month, day, back=back)
    raise ValueError(typed)


def _near(today: date, month: int, day: int, *, back: bool) -> date:
    """The nearest such day on the asked side of today, today included; 29 February may be years away."""
    for years in range(9):
        year = today.year + (-years if back else years)
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if (found <= today) if back else (found >= today):
            return found
    raise ValueError(f"{month}-{day}")
