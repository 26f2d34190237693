"""CNMARC: the fields that say a description."""

from __future__ import annotations

from datetime import datetime

from libops.catalogue.description import Description, Material, NameKind, NameRole, TitleName
from libops.catalogue.marc import cnmarc
from libops.catalogue.marc.language_codes import three_letters
from libops.catalogue.marc.records import Encoding, Field
from libops.catalogue.marc.sections import Section, Unit, Writing, field, lines, patched, title_parts
from libops.catalogue.marc.wording import is_han

_LEADER = "00000nam0 2200000   450 "
_CODED = "100"
_KINDS = {
    Material.BOOK: "am",
    Material.SERIAL: "as",
    Material.MAP: "em",
    Material.SCORE: "cm",
    Material.SOUND: "jm",
    Material.VIDEO: "gm",
    Material.PICTURE: "km",
    Material.SOFTWARE: "lm",
    Material.KIT: "mm",
    Material.MANUSCRIPT: "bm",
    Material.OTHER: "rm",
}
_ROLES = {NameRole.AUTHOR: "著", NameRole.EDITOR: "编", NameRole.TRANSLATOR: "译", NameRole.ILLUSTRATOR: "绘"}
_TAGS = {NameKind.PERSON: ("701", "702"), NameKind.BODY: ("711", "712"), NameKind.MEETING: ("711", "712")}
_YEAR_AT = 9
_CHARACTERS_AT = 26
# 100 $a 26-29: ISO 10646, or ISO 646 with the Chinese set.
_CHARACTERS = {Encoding.UTF_8: "50  ", Encoding.GB18030: "0110"}


def _leader_with(leader: str, material: Material) -> str:
    """The leader of such a title."""
    return f"{leader[:6]}{_KINDS[material]}{leader[8:]}"


def _coded(description: Description, changed: datetime) -> Field:
    """Field 100 of a new record."""
    year = f"{description.year:04d}" if description.year else "    "
    serial = description.material is Material.SERIAL
    dates = f"a{year}9999" if serial else f"{'d' if description.year else 'u'}{year}    "
    script = "ea" if is_han(description.title) else "ba"
    return Field(_CODED, "", "  ", (("a", f"{changed:%Y%m%d}{dates}em y0chiy50      {script}"),))


def _with_year(coded_field: Field, year: int | None) -> Field:
    """Field 100 with this year of publication."""
    return _with_coded(coded_field, _YEAR_AT, f"{year:04d}" if year else "    ")


def with_encoding(coded_field: Field, encoding: Encoding) -> Field:
    """Field 100 that tells the truth about the record's characters."""
    return _with_coded(coded_field, _CHARACTERS_AT, _CHARACTERS[encoding])


def _with_coded(coded_field: Field, at: int, new: str) -> Field:
    done = False
    subfields: list[tuple[str, str]] = []
    for code, text in coded_field.subfields:
        subfields.append((code, patched(text, at, new) if code == "a" and not done else text))
        done = done or code == "a"
    return Field(coded_field.tag, "", coded_field.indicators, tuple(subfields))


def _isbns(description: Description) -> list[Unit]:
    return [unit for isbn in description.isbns for unit in field("010", "  ", ("a", isbn))]


def _title(description: Description) -> list[Unit]:
    parts = title_parts(description.title, description.volume)
    return field("200", "1 ", *parts, ("f", description.responsibility), ("9", description.title_alt))


def _published(description: Description) -> list[Unit]:
    year = str(description.year or "")
    return field("210", "  ", ("a", description.place), ("c", description.publisher), ("d", year))


def _set(description: Description) -> list[Unit]:
    number = f"001{description.set_number}" if description.set_number else ""
    if not description.set_title and not (description.volume and not _in_title(description)):
        return field("461", " 0", ("1", number))
    return field("461", " 0", ("1", number), ("1", "2001 "), ("a", description.set_title), ("v", description.volume))


def _in_title(description: Description) -> bool:
    return ("h", description.volume) in title_parts(description.title, description.volume)


def _subject(subject: str) -> list[Unit]:
    head, *divisions = subject.split("--")
    return field("606", "0 ", ("a", head), *(("x", division) for division in divisions))


def _name(name: TitleName) -> list[Unit]:
    tag = _TAGS[name.kind][name.role is not NameRole.AUTHOR]
    role, alt = ("4", _ROLES.get(name.role, "")), ("9", name.alt)
    if name.kind is not NameKind.PERSON:
        return field(tag, "12" if name.kind is NameKind.MEETING else "02", ("a", name.name), role, alt)
    first, mark, rest = name.name.partition(", ")
    if mark and first and rest and not is_han(name.name):
        return field(tag, " 1", ("a", first), ("b", rest), role, alt)
    return field(tag, " 0", ("a", name.name), role, alt)


def _book_number(description: Description) -> list[Unit]:
    if description.lcc or not description.book_number:
        return []
    number = description.clc or description.dewey
    system = "" if not number else "clc" if description.clc else "ddc"
    return field("686", "  ", ("a", number), ("b", description.book_number), ("2", system))


_SECTIONS = (
    Section(("isbns",), ("010",), _isbns, each=True),
    Section(
        ("issns",), ("011",), lambda d: [unit for one in d.issns for unit in field("011", "  ", ("a", one))], each=True
    ),
    Section(
        ("languages",),
        ("101",),
        lambda d: field("101", "0 ", *(("a", three_letters(one)) for one in d.languages)),
        own="a",
    ),
    Section(("title", "title_alt", "responsibility", "volume"), ("200",), _title, own="acdefghi9A"),
    Section(("edition",), ("205",), lambda d: field("205", "  ", ("a", d.edition)), own="a"),
    Section(("place", "publisher", "year"), ("210",), _published, own="acd"),
    Section(("extent",), ("215",), lambda d: field("215", "  ", ("a", d.extent)), own="acde"),
    Section(
        ("series", "series_number"),
        ("225", "410"),
        lambda d: field("225", "2 ", ("a", d.series), ("v", d.series_number)),
        own="ahiv1t",
    ),
    Section(
        ("note",),
        cnmarc.NOTES,
        lambda d: [unit for line in lines(d.note) for unit in field("300", "  ", ("a", line))],
        each=True,
    ),
    Section(("summary",), ("330",), lambda d: field("330", "  ", ("a", d.summary)), own="a"),
    Section(("set_title", "set_number", "volume"), cnmarc.SETS, _set, own="1atvhx"),
    Section(
        ("alternatives",),
        cnmarc.ALTERNATIVES,
        lambda d: [unit for one in d.alternatives for unit in field("517", "1 ", ("a", one))],
        each=True,
    ),
    Section(
        ("subjects",), cnmarc.SUBJECTS, lambda d: [unit for one in d.subjects for unit in _subject(one)], each=True
    ),
    Section(("dewey",), ("676",), lambda d: field("676", "  ", ("a", d.dewey)), own="a"),
    Section(
        ("lcc", "book_number"),
        ("680",),
        lambda d: field("680", "  ", ("a", d.lcc), ("b", d.book_number)) if d.lcc else [],
        own="ab",
    ),
    Section(("book_number",), ("686",), _book_number, own="ab2"),
    Section(("clc",), ("690",), lambda d: field("690", "  ", ("a", d.clc)), own="a"),
    Section(("names",), cnmarc.NAMES, lambda d: [unit for name in d.names for unit in _name(name)], each=True),
)

WRITING = Writing(
    cnmarc.describe,
    _LEADER,
    _leader_with,
    _CODED,
    _coded,
    _with_year,
    lambda coded_field, _: coded_field,  # 100 says the language of cataloguing only
    _SECTIONS,
    ("010", "d"),
)
