"""The options that describe a title: the same for cataloguing one, for changing one, and for adding it with a copy.

They stand once in a table; ``describing`` gives them all to a command, which gets what was said as one value.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from libops.cli.help_texts import say
from libops.cli.options import maybe_legible

if TYPE_CHECKING:
    from pathlib import Path

    from libops.catalogue.description import Description, TitleName


def _all_legible(texts: list[str] | None) -> list[str] | None:
    return None if texts is None else [maybe_legible(text) or "" for text in texts]


def _text(option: str, metavar: str, meaning: str) -> Any:  # noqa: ANN401 - an annotation is of no type
    return Annotated[str | None, typer.Option(option, metavar=metavar, help=meaning, callback=maybe_legible)]


def _texts(option: str, metavar: str, meaning: str) -> Any:  # noqa: ANN401 - an annotation is of no type
    return Annotated[list[str] | None, typer.Option(option, metavar=metavar, help=meaning, callback=_all_legible)]


ROLES = {
    "author": _texts("--author", "NAME", say("An author; NAME=OTHER gives the form in another script. Repeatable.")),
    "editor": _texts("--editor", "NAME", say("An editor, likewise.")),
    "translator": _texts("--translator", "NAME", say("A translator, likewise.")),
    "illustrator": _texts("--illustrator", "NAME", say("An illustrator, likewise.")),
    "other": _texts("--other-name", "NAME", say("Somebody else who had a part in it, likewise.")),
}
TEXTS = {
    "title_alt": _text("--title-alt", "TITLE", say("The title in the other language.")),
    "responsibility": _text("--responsibility", "TEXT", say("Who made it, as it stands on the book.")),
    "edition": _text("--edition", "TEXT", say("Which edition.")),
    "place": _text("--place", "PLACE", say("Where it was published.")),
    "publisher": _text("--publisher", "NAME", say("Who published it.")),
    "year": _text("--year", "YEAR", say("When it was published.")),
    "extent": _text("--extent", "TEXT", say("How large it is: pages, discs.")),
    "series": _text("--series", "TITLE", say("The series it belongs to.")),
    "series_number": _text("--series-number", "NUMBER", say("Its number in the series.")),
    "set_title": _text("--set", "TITLE", say("The set of volumes it belongs to.")),
    "volume_of_set": _text("--volume-of-set", "VOLUME", say("Which volume of the set it is.")),
    "clc": _text("--clc", "CLASS", say("Its class by the Chinese Library Classification.")),
    "dewey": _text("--dewey", "CLASS", say("Its class by Dewey.")),
    "lcc": _text("--lcc", "CLASS", say("Its class by the Library of Congress.")),
    "material": _text("--material", "MATERIAL", say("What it is: book, serial, map, score, sound, video, …")),
    "list_price": _text("--list-price", "PRICE", say("Its price as it stands on the book: CNY28.00.")),
    "title_note": _text("--title-note", "TEXT", say("A note on the title, for everybody.")),
    "summary": _text("--summary", "TEXT", say("What it is about.")),
}
LISTS = {
    "alternatives": _texts("--known-as", "TITLE", say("Another title it is known by. Repeatable.")),
    "subjects": _texts("--subject", "WORDS", say("A subject. Repeatable.")),
    "languages": _texts("--language", "CODE", say("A language, as zh or en. Repeatable.")),
    "isbns": _texts("--isbn", "ISBN", say("An ISBN, in any form. Repeatable.")),
    "issns": _texts("--issn", "ISSN", say("An ISSN. Repeatable.")),
}
OPTIONS: dict[str, Any] = {**ROLES, **TEXTS, **LISTS}
# Options whose names were taken by something else of a copy.
_FIELD = {"list_price": "price", "title_note": "note", "volume_of_set": "volume"}


class Said:
    """What of a title was named on the command line."""

    def __init__(self, given: Mapping[str, str | list[str] | None]) -> None:
        self._given = {name: value for name, value in given.items() if value is not None and value != []}

    def __bool__(self) -> bool:
        return bool(self._given)

    def only_isbn(self) -> str | None:
        """The one ISBN that was named, where nothing else was."""
        isbns = self._given.get("isbns", ())
        return isbns[0] if list(self._given) == ["isbns"] and len(isbns) == 1 else None

    def of(self, about: Description) -> Description:
        """The description with what was named in the place of what it said; an empty text takes it away."""
        import msgspec

        changed: dict[str, object] = {}
        for name, value in self._given.items():
            if name in LISTS:
                changed[name] = tuple(text for text in value if text)
            elif name not in ROLES:
                changed[_FIELD.get(name, name)] = _read(name, str(value))
        names = self._names(about)
        return msgspec.structs.replace(about, **changed, names=about.names if names is None else names)

    def _names(self, about: Description) -> tuple[TitleName, ...] | None:
        """The names of every role that was named, and those of the other roles as they are; by their roles."""
        from libops.catalogue.description import NameRole

        roles = {role for role in NameRole if role in self._given}
        if not roles:
            return None
        named = [_name(role, text) for role in NameRole if role in roles for text in self._given[role] if text]
        kept = [name for name in about.names if name.role not in roles]
        return tuple(sorted([*named, *kept], key=lambda name: list(NameRole).index(name.role)))


def _name(role: str, text: str) -> TitleName:
    from libops.catalogue.description import NameRole, TitleName

    name, _, other = text.partition("=")
    return TitleName(name.strip(), NameRole(role), alt=other.strip())


def _read(name: str, text: str) -> object:
    from libops.catalogue.description import Material
    from libops.cli.choices import one_of

    if name == "year":
        return maybe_year(text, "--year")
    return one_of(Material, text or Material.BOOK, "--material") if name == "material" else text


def maybe_year(text: str | None, option: str) -> int | None:
    """A year as it was typed; a usage error for what is none."""
    if not text:
        return None
    if not (text.isdecimal() and len(text) <= 4):
        raise typer.BadParameter(say("a year as four digits."), param_hint=option)
    return int(text)


def describing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all options that describe a title; it gets them as ``said``."""

    def run(**given: Any) -> None:  # noqa: ANN401 - what typer read, of as many types as there are options
        command(said=Said({name: given.pop(name) for name in OPTIONS}), **given)

    own = [part for part in inspect.signature(command, eval_str=True).parameters.values() if part.name != "said"]
    kind = inspect.Parameter.KEYWORD_ONLY
    described = [inspect.Parameter(name, kind, default=None, annotation=OPTIONS[name]) for name in OPTIONS]
    run.__doc__ = command.__doc__
    first = [part.replace(kind=kind) for part in own if part.default is inspect.Parameter.empty]
    rest = [part.replace(kind=kind) for part in own if part.default is not inspect.Parameter.empty]
    vars(run)["__signature__"] = inspect.Signature([*first, *described, *rest])
    return run


def read_description(file: Path) -> Description:
    """A whole description from a file of JSON, as ``libops title show --json`` has it under ``about``.

    Raises ``BadFile`` for what is none.
    """
    import msgspec

    from libops.bad_content import bad_content
    from libops.catalogue.description import Description

    try:
        return msgspec.json.decode(file.read_bytes(), type=Description)
    except msgspec.DecodeError as error:
        raise bad_content(file.name, error) from error
