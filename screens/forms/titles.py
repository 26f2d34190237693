"""How a title is described, field by field, for whoever has to put one right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec
from textual.widget import Widget

from libops.catalogue.description import Description, NameRole, TitleName
from libops.circulation.errands import Errand
from libops.i18n import mark
from screens.acts import catalogue
from screens.dialogs import Sentence
from screens.forms.act_form import ActForm
from screens.forms.entries import Entry, TextEntry
from screens.forms.narrowing import year_of
from screens.shift import Shift

_LONGEST = 2000
"""Characters of a field; what is too long for a title, the catalogue says."""
_SEVERAL = mark("several with ; between them")
_TEXTS: Mapping[str, str] = {
    "title": mark("Title"),
    "title_alt": mark("Also"),
    "edition": mark("Edition"),
    "place": mark("Published at"),
    "publisher": mark("Publisher"),
    "extent": mark("Extent"),
    "series": mark("Series"),
    "series_number": mark("No. in series"),
    "set_title": mark("Set"),
    "volume": mark("Volume"),
    "clc": mark("CLC"),
    "dewey": mark("Dewey"),
    "lcc": mark("LCC"),
    "note": mark("Note"),
}
_LISTS: Mapping[str, str] = {
    "isbns": mark("ISBN"),
    "issns": mark("ISSN"),
    "subjects": mark("Subjects"),
    "languages": mark("Languages"),
}
_NAMES: Mapping[str, tuple[str, NameRole]] = {
    "authors": (mark("Authors"), NameRole.AUTHOR),
    "editors": (mark("Editors"), NameRole.EDITOR),
    "translators": (mark("Translators"), NameRole.TRANSLATOR),
    "illustrators": (mark("Illustrators"), NameRole.ILLUSTRATOR),
}
_ORDER = (
    *("title", "title_alt", "authors", "editors", "translators", "illustrators", "edition", "place", "publisher"),
    *("year", "extent", "series", "series_number", "set_title", "volume", "isbns", "issns", "languages"),
    *("subjects", "clc", "dewey", "lcc", "note"),
)


def split(text: str) -> tuple[str, ...]:
    """What stands between semicolons, those of Chinese typing too."""
    return tuple(part.strip() for part in text.replace("；", ";").split(";") if part.strip())


def joined(parts: Iterable[str]) -> str:
    """The same the other way round."""
    return "; ".join(parts)


class EditTitle(ActForm):
    """What is said of a title. What no field shows, such as a name's other script, stays as it is."""

    HEADING = mark("Change how it is described")
    FIELD_OF: ClassVar[Mapping[str, str]] = {"title.": "title", "title.isbn_wrong": "isbns"}

    def __init__(self, shift: Shift, number: str, about: Description) -> None:
        super().__init__(shift)
        self._number, self._was = number, about

    def about(self) -> Iterable[Widget]:
        yield Sentence(self.voice, "{title}  {number}", title=self._was.title, number=self._number)

    def fields(self) -> Sequence[Entry]:
        return [self._field(name) for name in _ORDER]

    def _field(self, name: str) -> Entry:
        if name in _NAMES:
            label, role = _NAMES[name]
            names = joined(one.name for one in self._was.names if one.role == role)
            return TextEntry(self.voice, name, label, names, _SEVERAL, _LONGEST)
        if name in _LISTS:
            return TextEntry(self.voice, name, _LISTS[name], joined(getattr(self._was, name)), _SEVERAL, _LONGEST)
        if name == "year":
            return TextEntry(self.voice, name, mark("Year"), str(self._was.year or ""))
        return TextEntry(self.voice, name, _TEXTS[name], getattr(self._was, name), longest=_LONGEST)

    def errand(self, values: Mapping[str, str]) -> Errand:
        changed: dict[str, object] = {}
        for name in _TEXTS:
            changed |= _if_touched(name, values[name], self._was, str)
        for name in _LISTS:
            changed |= _if_touched(name, values[name], self._was, split)
        changed["year"] = year_of(values, "year")
        changed["names"] = names_from(values, self._was.names)
        return catalogue.change_title(self._number, msgspec.structs.replace(self._was, **changed))


def _if_touched(name: str, typed: str, was: Description, read: Callable[[str], object]) -> dict[str, object]:
    now = getattr(was, name)
    shown = now if isinstance(now, str) else joined(now)
    return {} if typed == shown.strip() else {name: read(typed)}


def names_from(values: Mapping[str, str], was: Sequence[TitleName]) -> tuple[TitleName, ...]:
    """The names that were typed, by their roles; those that were there already keep their other script and kind."""
    known = {(one.role, one.name): one for one in was}
    shown = {role for _, role in _NAMES.values()}
    found = [
        known.get((role, name), TitleName(name, role))
        for field, (_, role) in _NAMES.items()
        for name in split(values[field])
    ]
    return (*found, *(one for one in was if one.role not in shown))
