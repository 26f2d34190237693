"""A title as a row of a table, and a row as a title: what it says is the same either way."""

from __future__ import annotations

from libops.catalogue.about import names_of
from libops.catalogue.description import Description, Material, NameKind, NameRole, TitleName
from libops.catalogue.importing.csv_rows import as_header, as_line
from libops.catalogue.marc.records import Encoding
from libops.catalogue.marc.wording import distinct_names

SEPARATOR = " | "
_ALT = " = "
_LISTS = {"alternatives": "alternatives", "subjects": "subjects", "languages": "language"}
_NUMBERS = {"isbns": "isbn", "issns": "issn"}
_MANY = {**_LISTS, **_NUMBERS}
COLUMNS = ("number", *(_MANY.get(name, name) for name in Description.__struct_fields__ if name != "number"))
READ = (*COLUMNS, "author", "author_alt")
"""Columns that are read: who made a title also as a plain cell, with its form in the other language beside it."""
_WORDS = {*map(str, NameRole), *map(str, NameKind)}


def header(encoding: Encoding) -> bytes:
    """The first line of a file of titles."""
    return as_header(COLUMNS, encoding)


def row_of(number: str, about: Description, encoding: Encoding) -> bytes:
    """A title as a line of such a file."""
    cells = {"number": about.number or number, "names": SEPARATOR.join(map(_named, about.names))}
    for name in Description.__struct_fields__:
        value = getattr(about, name)
        if name in _MANY:
            cells[_MANY[name]] = SEPARATOR.join(value)
        elif name not in cells:
            cells[name] = "" if value is None else str(value)
    return as_line([cells[column] for column in COLUMNS], encoding)


def _named(name: TitleName) -> str:
    words = [str(name.kind)] if name.kind is not NameKind.PERSON else []
    words += [str(name.role)] if name.role is not NameRole.AUTHOR else []
    spoken = f"{name.name}{_ALT}{name.alt}" if name.alt else name.name
    return f"{' '.join(words)}: {spoken}" if words else spoken


def title_of(cells: dict[str, str]) -> Description:
    """What a row says of a title. Raises ``ValueError`` for a year or material that is none."""
    told: dict[str, object] = {
        name: cells[name]
        for name in Description.__struct_fields__
        if name in cells and name not in ("names", "year", "material")
    }
    for name, column in _MANY.items():
        told[name] = tuple(filter(None, (text.strip() for text in cells.get(column, "").split("|"))))
    return Description(
        **{"title": "", **told},  # type: ignore[arg-type] # each by the name of its field
        names=_names(cells),
        year=int(cells["year"]) if "year" in cells else None,
        material=Material(cells.get("material", Material.BOOK)),
    )


def _names(cells: dict[str, str]) -> tuple[TitleName, ...]:
    told = tuple(_name(text) for text in cells.get("names", "").split(SEPARATOR) if text.strip())
    return distinct_names((*told, *names_of(cells.get("author", ""), cells.get("author_alt", ""))))


def _name(text: str) -> TitleName:
    before, mark, spoken = text.strip().partition(": ")
    words = before.split() if mark else []
    if not words or not set(words) <= _WORDS:
        words, spoken = [], text.strip()
    name, _, alt = spoken.partition(_ALT)
    role = next((NameRole(word) for word in words if word in set(NameRole)), NameRole.AUTHOR)
    kind = next((NameKind(word) for word in words if word in set(NameKind)), NameKind.PERSON)
    return TitleName(name.strip(), role, kind, alt.strip())
