"""Narrowing a search by what is typed: years, and a language that no key goes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from libops.i18n import mark
from screens.catalogue.narrowing import Narrowing, language_code, language_name
from screens.forms.entries import Entry, TextEntry
from screens.forms.form import BadField, Form
from screens.shift import Shift

_LONGEST_YEAR = 4
_LANGUAGE = mark("its name or code, such as Japanese or ja; empty: any")


class NarrowForm(Form):
    """Years from and up to, both included, and a language by its name or code."""

    HEADING = mark("Narrow the search")

    def __init__(self, shift: Shift, now: Narrowing, then: Callable[[Narrowing], None]) -> None:
        super().__init__(shift)
        self._now, self._then = now, then

    def fields(self) -> Sequence[Entry]:
        voice, now = self.voice, self._now
        return (
            TextEntry(voice, "first", mark("From year"), str(now.first_year or ""), mark("empty: from any")),
            TextEntry(voice, "last", mark("Up to year"), str(now.last_year or ""), mark("empty: up to now")),
            TextEntry(voice, "language", mark("In language"), language_name(now.language, voice), _LANGUAGE),
        )

    def send(self) -> None:
        self._clear()
        try:
            narrowed = self._narrowed(self.values())
        except BadField as bad:
            self.complain(bad)
            return
        _ = self.dismiss(None)
        self._then(narrowed)

    def _narrowed(self, values: Mapping[str, str]) -> Narrowing:
        first, last = year_of(values, "first"), year_of(values, "last")
        if first is not None and last is not None and first > last:
            raise BadField("last", mark("That is before the first year."))
        language = language_code(values["language"])
        if language is None:
            raise BadField("language", mark("No language has this name or code. Give one such as Japanese, or ja."))
        return msgspec.structs.replace(self._now, first_year=first, last_year=last, language=language)


def year_of(values: Mapping[str, str], field: str) -> int | None:
    """The year in a field, None where it is empty. Raises ``BadField`` for what is no year."""
    typed = values[field]
    if not typed:
        return None
    if not (typed.isdecimal() and len(typed) <= _LONGEST_YEAR):
        raise BadField(field, mark("Give a year, such as 1998."))
    return int(typed)
