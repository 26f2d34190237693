"""A title's whole description as its row keeps it, and the columns that lists read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from db.search_index import GAP
from libops.catalogue.description import Description, NameRole, TitleName
from libops.catalogue.identifiers import isbn13
from libops.catalogue.search.words import key_of


class TitleColumns(msgspec.Struct, frozen=True):
    """What older rows say of a title, before whole descriptions were kept; the order is that of the select."""

    title: str
    title_alt: str
    author: str
    author_alt: str
    publisher: str
    year: int | None
    isbn: str | None
    language: str
    clc: str
    dewey: str


def kept(about: Description) -> dict[str, Any]:
    """The description as a row keeps it."""
    plain: dict[str, Any] = msgspec.to_builtins(about)
    return plain


def described(kept_about: Mapping[str, Any] | None, columns: TitleColumns) -> Description:
    """A row's description; what its columns say where it has none of its own."""
    if kept_about is not None:
        return msgspec.convert(kept_about, Description)
    return Description(
        title=columns.title,
        title_alt=columns.title_alt,
        names=names_of(columns.author, columns.author_alt),
        publisher=columns.publisher,
        year=columns.year,
        isbns=(columns.isbn,) if columns.isbn else (),
        languages=(columns.language,) if columns.language else (),
        clc=columns.clc,
        dewey=columns.dewey,
    )


def names_of(author: str, author_alt: str = "") -> tuple[TitleName, ...]:
    """The names in a cell of a table, separated by ``、`` or ``;``, each with its form in the other language."""
    names, others = _separate(author), _separate(author_alt)
    paired = len(names) == len(others)
    return tuple(TitleName(name, alt=others[place] if paired else "") for place, name in enumerate(names)) + (
        () if paired else tuple(TitleName(other) for other in others)
    )


def _separate(cell: str) -> list[str]:
    return [part for part in (part.strip() for part in cell.replace("、", ";").replace("；", ";").split(";")) if part]


def columns_of(about: Description) -> dict[str, object]:
    """What the columns of a title's row say, from its description."""
    authors = [name for name in about.names if name.role is NameRole.AUTHOR] or list(about.names[:1])
    separator = "、" if any(ord(character) > 0x2E7F for name in authors for character in name.name) else "; "
    isbns = [number for number in (isbn13(isbn) for isbn in about.isbns) if number]
    return {
        "title": about.title,
        "title_alt": about.title_alt or next(iter(about.alternatives), ""),
        "author": separator.join(name.name for name in authors),
        "author_alt": "; ".join(name.alt for name in authors if name.alt),
        "publisher": about.publisher,
        "year": about.year,
        "isbn": isbns[0] if isbns else None,
        "language": about.languages[0] if about.languages else "",
        "clc": about.clc,
        "dewey": about.dewey,
        "material": str(about.material),
        "volume": about.volume,
        "set_key": set_key(about),
        "title_key": title_key(about),
        "name_key": name_key(about),
        "about": kept(about),
    }


def set_key(about: Description) -> str:
    """What the volumes of one set share: its title and its first name, as the search compares them."""
    if not about.set_title:
        return ""
    return f"{key_of(about.set_title)}|{key_of(about.names[0].name) if about.names else ''}"


def title_key(about: Description) -> str:
    """A title as the search compares it; never empty."""
    return key_of(about.title) or GAP


def name_key(about: Description) -> str:
    """All names of a title as the search compares them, each once, with ``|`` between."""
    return "|".join(dict.fromkeys(key_of(name) for name in forms_of_names(about)))


def forms_of_names(about: Description) -> list[str]:
    """The names of a title in each of their forms, each once."""
    forms = (form for name in about.names for form in (name.name, name.alt))
    return list(dict.fromkeys(form for form in forms if form))
