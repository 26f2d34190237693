"""MARC 21: the fields that say a description, with the punctuation of ISBD that its records carry."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from libops.catalogue.description import Description, Material, NameKind, NameRole, TitleName
from libops.catalogue.marc import marc21
from libops.catalogue.marc.language_codes import three_letters
from libops.catalogue.marc.records import Field
from libops.catalogue.marc.sections import Section, Unit, Writing, field, lines, patched, title_parts
from libops.catalogue.marc.wording import trim

_LEADER = "00000nam a2200000 i 4500"
_CODED = "008"
_KINDS = {
    Material.BOOK: "am",
    Material.SERIAL: "as",
    Material.MAP: "em",
    Material.SCORE: "cm",
    Material.SOUND: "jm",
    Material.VIDEO: "gm",
    Material.PICTURE: "km",
    Material.SOFTWARE: "mm",
    Material.KIT: "om",
    Material.MANUSCRIPT: "tm",
    Material.OTHER: "rm",
}
_ROLES = {
    NameRole.AUTHOR: "aut",
    NameRole.EDITOR: "edt",
    NameRole.TRANSLATOR: "trl",
    NameRole.ILLUSTRATOR: "ill",
    NameRole.OTHER: "oth",
}
_ENDS = {NameKind.PERSON: "00", NameKind.BODY: "10", NameKind.MEETING: "11"}
_CODES = {"a": "a", "e": "b", "h": "n", "i": "p"}
# What stands at the end of a part before the next: code of the next part, or of the statement of responsibility.
_BEFORE = {"b": " :", "n": ".", "p": ",", "c": " /"}
_ARTICLES = ("The ", "An ", "A ")
_YEAR_AT = 7
_LANGUAGE_AT = 35


def _leader_with(leader: str, material: Material) -> str:
    """The leader of such a title."""
    return f"{leader[:6]}{_KINDS[material]}{leader[8:]}"


def _coded(description: Description, changed: datetime) -> Field:
    """Field 008 of a new record; what is special to a material is not said."""
    year = f"{description.year:04d}" if description.year else "    "
    serial = description.material is Material.SERIAL
    dates = f"c{year}9999" if serial else f"{'s' if description.year else 'n'}{year}    "
    language = three_letters(description.languages[0]) if description.languages else "   "
    return Field(_CODED, f"{changed:%y%m%d}{dates}xx {'|' * 17}{language:3.3} d")


def _with_year(coded_field: Field, year: int | None) -> Field:
    """Field 008 with this year of publication."""
    return Field(_CODED, patched(coded_field.value, _YEAR_AT, f"{year:04d}" if year else "    "))


def _with_language(coded_field: Field, languages: tuple[str, ...]) -> Field:
    """Field 008 with the first of these languages."""
    language = three_letters(languages[0]) if languages else "   "
    return Field(_CODED, patched(coded_field.value, _LANGUAGE_AT, f"{language:3.3}"))


def _whole(text: str) -> str:
    """A text whose end is not taken for punctuation when it is read."""
    return text if trim(text) == text else f"{text},"


def _punctuated(parts: list[tuple[str, str]], before: dict[str, str]) -> list[tuple[str, str]]:
    """Each part with the mark that announces the next; the last one plain."""
    said = [pair for pair in parts if pair[1]]
    marked = [(code, f"{text}{before[following]}") for (code, text), (following, _) in pairwise(said)]
    return [*marked, *((code, _whole(text)) for code, text in said[-1:])]


def _linked(units: list[Unit], alt: list[Unit]) -> list[Unit]:
    """The unit with its other script."""
    return [
        (*unit, Field(marc21.LINKED, "", other.indicators, other.subfields)) for unit in units for (other,) in alt
    ] or units


def _title_parts(title: str, volume: str) -> list[tuple[str, str]]:
    return [(_CODES[code], text) for code, text in title_parts(title, volume)]


def _title(description: Description) -> list[Unit]:
    parts = _title_parts(description.title, description.volume)
    article = next((len(one) for one in _ARTICLES if description.title.startswith(one)), 0)
    article = article if "en" in description.languages else 0
    indicators = f"{1 if _main_name(description) else 0}{article}"
    title = field("245", indicators, *_punctuated([*parts, ("c", description.responsibility)], _BEFORE))
    return _linked(title, field("245", indicators, *_punctuated(_title_parts(description.title_alt, ""), _BEFORE)))


def _main_name(description: Description) -> bool:
    return bool(description.names) and description.names[0].role is NameRole.AUTHOR


def _names(description: Description) -> list[Unit]:
    main = _main_name(description)
    return [unit for at, name in enumerate(description.names) for unit in _name(name, "1" if main and at == 0 else "7")]


def _name(name: TitleName, block: str) -> list[Unit]:
    tag = f"{block}{_ENDS[name.kind]}"
    kind = "2 " if name.kind is not NameKind.PERSON else "1 " if "," in name.name else "0 "
    unit = field(tag, kind, ("a", _whole(name.name)), ("4", _ROLES[name.role]))
    return _linked(unit, field(tag, kind, ("a", _whole(name.alt)) if name.alt else ("a", "")))


def _published(description: Description) -> list[Unit]:
    parts = [("a", description.place), ("b", description.publisher), ("c", str(description.year or ""))]
    return field("264", " 1", *_punctuated(parts, {"b": " :", "c": ","}))


def _set(description: Description) -> list[Unit]:
    volume = description.volume
    if ("n", volume) in _title_parts(description.title, volume) and not description.set_title:
        volume = ""
    texts = (("t", description.set_title), ("g", volume), ("w", description.set_number))
    return field("773", "0 ", *((code, _whole(text) if code != "w" else text) for code, text in texts if text))


def _subject(subject: str) -> list[Unit]:
    head, *divisions = subject.split("--")
    return field("650", " 4", ("a", _whole(head)), *(("x", _whole(division)) for division in divisions))


def _series(description: Description) -> list[Unit]:
    return field("490", "0 ", *_punctuated([("a", description.series), ("v", description.series_number)], {"v": " ;"}))


def _one(tag: str, code: str, text: str, indicators: str = "  ") -> list[Unit]:
    return field(tag, indicators, (code, _whole(text))) if text else []


def _book_number_beside(description: Description) -> str:
    return "lcc" if description.lcc else "dewey" if description.dewey else "clc"


def _class(tag: str, kind: str, description: Description, *more: tuple[str, str]) -> list[Unit]:
    number: str = getattr(description, kind)
    beside = description.book_number if _book_number_beside(description) == kind else ""
    return field(tag, " 4" if tag != "084" else "  ", ("a", number), ("b", beside), *more) if number or beside else []


def _languages(description: Description) -> list[Unit]:
    return field("041", "0 ", *(("a", three_letters(one)) for one in description.languages))


_SECTIONS = (
    Section(
        ("isbns",), ("020",), lambda d: [unit for one in d.isbns for unit in field("020", "  ", ("a", one))], each=True
    ),
    Section(
        ("issns",), ("022",), lambda d: [unit for one in d.issns for unit in field("022", "  ", ("a", one))], each=True
    ),
    Section(("languages",), ("041",), lambda d: _languages(d) if len(d.languages) > 1 else [], own="a"),
    Section(("lcc", "book_number"), ("050", "090"), lambda d: _class("050", "lcc", d), own="ab"),
    Section(("dewey", "book_number"), ("082", "092"), lambda d: _class("082", "dewey", d), own="ab"),
    Section(("clc", "book_number"), ("084", "093"), lambda d: _class("084", "clc", d, ("2", "clc")), own="ab2"),
    Section(("title", "title_alt", "responsibility", "volume"), ("245",), _title, own="abcnp6"),
    Section(
        ("alternatives",),
        marc21.ALTERNATIVES,
        lambda d: [unit for one in d.alternatives for unit in _one("246", "a", one, "3 ")],
        each=True,
    ),
    Section(("edition",), ("250",), lambda d: _one("250", "a", d.edition), own="ab6"),
    Section(("place", "publisher", "year"), ("260", "264"), _published, own="abc6"),
    Section(("extent",), ("300",), lambda d: _one("300", "a", d.extent), own="abce6"),
    Section(("series", "series_number"), ("490", "440", "830"), _series, own="abnpv6"),
    Section(
        ("note",),
        marc21.NOTES,
        lambda d: [unit for line in lines(d.note) for unit in field("500", "  ", ("a", line))],
        each=True,
    ),
    Section(("summary",), ("520",), lambda d: field("520", "  ", ("a", d.summary)), own="ab6"),
    Section(
        ("subjects",), marc21.SUBJECTS, lambda d: [unit for one in d.subjects for unit in _subject(one)], each=True
    ),
    Section(("names",), marc21.NAMES, _names, each=True),
    Section(("set_title", "set_number", "volume"), marc21.SETS, _set, own="twgv6"),
)

WRITING = Writing(
    marc21.describe,
    _LEADER,
    _leader_with,
    _CODED,
    _coded,
    _with_year,
    _with_language,
    _SECTIONS,
    ("020", "c"),
)
