"""The languages of the interface: English in the source, Chinese by gettext, dates and money as people write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, get_currency_precision

from libops.languages import LOCALES, catalogue
from libops.languages import mark as mark

LANGUAGES = tuple(LOCALES)


class Language:
    """One language of the interface: its texts, its dates, its money.

    ``say`` gives a translated text; facts are filled in by name and never parsed as anything but text.
    """

    def __init__(self, code: str) -> None:
        if code not in LOCALES:
            raise ValueError(f"no such language: {code}")
        self.code = code
        self.locale = Locale.parse(LOCALES[code])
        self._catalogue = catalogue(code)

    def say(self, message: str, /, **facts: object) -> str:
        """The text in this language, with its facts filled in."""
        text = self._catalogue.gettext(message)
        return text.format(**facts) if facts else text

    def count(self, singular: str, plural: str, number: int, /, **facts: object) -> str:
        """A text that depends on how many; ``{n}`` is the number."""
        return self._catalogue.ngettext(singular, plural, number).format(n=number, **facts)

    def listed(self, names: Iterable[str]) -> str:
        """Names one after the other, with the comma that this language puts into a list."""
        return ("、" if self.code == "zh" else ", ").join(names)

    def day(self, day: date, today: date | None = None) -> str:
        """A day as a person says it: ``Tue 22 Dec``, ``12月22日 周二``; with its year when that is not this year's."""
        year = today is None or day.year != today.year
        if self.code == "zh":
            return format_date(day, "y年M月d日 EEE" if year else "M月d日 EEE", self.locale)
        return format_date(day, "EEE d MMM y" if year else "EEE d MMM", self.locale)

    def time(self, moment: datetime, zone: ZoneInfo) -> str:
        """The clock of a branch: ``09:41``."""
        return format_time(moment, "HH:mm", tzinfo=zone, locale=self.locale)

    def money(self, minor: int, currency: str) -> str:
        """An amount kept in the currency's minor units (fen, cents)."""
        amount = Decimal(minor).scaleb(-get_currency_precision(currency))
        return format_currency(amount, currency, locale=self.locale)

    def of_language(self, code: str) -> str:
        """What a language is called in this one; its code where nobody knows."""
        return str(self.locale.languages.get(code, code))

    def either(self, zh: str, en: str) -> str:
        """The name of something that has one in both languages; the other where this one is empty."""
        return (zh or en) if self.code == "zh" else (en or zh)


@cache
def language(code: str) -> Language:
    """The language with this code, ``en`` or ``zh``; English for any other."""
    return Language(code if code in LOCALES else "en")
