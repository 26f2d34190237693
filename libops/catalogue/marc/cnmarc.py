"""CNMARC: what each field says about a title. Source: 新版中国机读目录格式使用手册 (2004), UNIMARC Manual (3rd ed.)."""

from __future__ import annotations

from libops.catalogue.description import Description, Material, NameKind, NameRole, TitleName
from libops.catalogue.marc.language_codes import languages_of
from libops.catalogue.marc.records import Field, Record, Tagged, embedded
from libops.catalogue.marc.wording import clean, coded_year, distinct, distinct_names, is_han, isbn_in, issn_in, year_in

ALTERNATIVES = ("500", "510", "512", "513", "514", "515", "516", "517", "518", "532", "540", "541")
NOTES = tuple(str(tag) for tag in range(300, 330) if tag != 327)
SUBJECTS = ("600", "601", "602", "605", "606", "607", "608", "610")
NAMES = ("700", "701", "702", "710", "711", "712", "720", "721", "722")
SETS = ("461", "462")
_SECONDARY = "2"
_TITLE_CODES = frozenset("acehi")
_TITLE_JOINED = {"e": ": ", "h": ". ", "c": ". "}
_KINDS = {
    "c": Material.SCORE,
    "d": Material.SCORE,
    "e": Material.MAP,
    "f": Material.MAP,
    "g": Material.VIDEO,
    "i": Material.SOUND,
    "j": Material.SOUND,
    "k": Material.PICTURE,
    "l": Material.SOFTWARE,
    "m": Material.KIT,
    "b": Material.MANUSCRIPT,
}
_ROLES = {
    "070": NameRole.AUTHOR,
    "340": NameRole.EDITOR,
    "440": NameRole.ILLUSTRATOR,
    "650": NameRole.OTHER,
    "730": NameRole.TRANSLATOR,
}
# The first sign that the words of a role hold decides: 编译 is a translation, 编著 is written, 主编 is edited.
_ROLE_SIGNS = (
    ("译", NameRole.TRANSLATOR),
    ("绘", NameRole.ILLUSTRATOR),
    ("图", NameRole.ILLUSTRATOR),
    ("画", NameRole.ILLUSTRATOR),
    ("著", NameRole.AUTHOR),
    ("撰", NameRole.AUTHOR),
    ("作", NameRole.AUTHOR),
    ("写", NameRole.AUTHOR),
    ("编", NameRole.EDITOR),
    ("辑", NameRole.EDITOR),
    ("校", NameRole.EDITOR),
)


def describe(record: Record) -> Description:
    """The title as a CNMARC record describes it; ``title`` is empty where the record gives none."""
    tagged = Tagged(record)
    title = tagged.one("200")
    published = tagged.one("210")
    set_title, set_number, set_volume = _set(tagged)
    series, series_number = _series(tagged)
    return Description(
        title=_title(title),
        number=clean(tagged.control("001")),
        title_alt=clean(title.first("A") or title.first("9")),
        alternatives=_alternatives(record, title),
        responsibility="; ".join(map(clean, title.all("fg"))),
        names=distinct_names(map(_name, record.of(*NAMES))),
        edition=clean(tagged.one("205").first("a")),
        place=clean(published.first("a")),
        publisher=clean(published.first("c")),
        year=_year(tagged),
        extent=_extent(tagged.one("215")),
        series=series,
        series_number=series_number,
        set_title=set_title,
        set_number=set_number,
        volume=clean(title.first("h") or set_volume or title.first("v")),
        subjects=distinct([subject for field in record.of(*SUBJECTS) for subject in _subjects(field)]),
        clc=clean(tagged.first("690", "a")),
        dewey=clean(tagged.first("676", "a")),
        lcc=clean(tagged.first("680", "a")),
        book_number=clean(tagged.first("680", "b") or tagged.first("686", "b")),
        languages=languages_of(code for field in tagged.all("101") for code in field.all("a")),
        isbns=distinct([isbn_in(field.first("a")) for field in tagged.all("010")]),
        issns=distinct([issn_in(field.first("a")) for field in tagged.all("011")]),
        material=material_of(record.leader),
        price=clean(tagged.first("010", "d")),
        note="\n".join(distinct([clean(text) for field in record.of(*NOTES) for text in field.all("a")])),
        summary=clean(" ".join(tagged.one("330").all("a"))),
    )


def material_of(leader: str) -> Material:
    """By leader bytes 6 and 7."""
    kind, level = leader[6:7], leader[7:8]
    if kind == "a":
        return Material.SERIAL if level in ("s", "i") else Material.BOOK
    return _KINDS.get(kind, Material.OTHER)


def _title(field: Field) -> str:
    """Title proper, other title information and parts, with the marks of a description between them."""
    whole = ""
    before = ""
    for code, raw in field.subfields:
        text = clean(raw)
        if not text or code not in _TITLE_CODES:
            continue
        if code == "a":
            joined = " ; "
        elif code == "i":
            joined = ", " if before == "h" else ". "
        else:
            joined = _TITLE_JOINED[code]
        whole = f"{whole}{joined}{text}" if whole else text
        before = code
    return whole


def _alternatives(record: Record, title: Field) -> tuple[str, ...]:
    others = [_title(field) for field in record.of(*ALTERNATIVES)]
    return distinct([*map(clean, title.all("d")), *others])


def _year(tagged: Tagged) -> int | None:
    return coded_year(tagged.first("100", "a")[9:13]) or year_in(tagged.first("210", "d"))


def _extent(field: Field) -> str:
    extent = clean(field.first("a"))
    for code, mark in (("c", " : "), ("d", " ; "), ("e", " + ")):
        text = clean(field.first(code))
        extent += f"{mark}{text}" if text and extent else text
    return extent


def _series(tagged: Tagged) -> tuple[str, str]:
    """Series and number: as printed (225), else as linked (410)."""
    for field in tagged.all("225"):
        if series := _title(
            Field("225", subfields=tuple(pair for pair in field.subfields if pair[0] in ("a", "h", "i")))
        ):
            return series, clean(field.first("v"))
    for field in tagged.all("410"):
        title, _, volume = _linked(field)
        if title:
            return title, volume
    return "", ""


def _set(tagged: Tagged) -> tuple[str, str, str]:
    """Title, control number and volume by the set (461), or by the part of a set (462)."""
    for tag in SETS:
        for field in tagged.all(tag):
            found = _linked(field)
            if any(found):
                return found
    return "", "", ""


def _linked(field: Field) -> tuple[str, str, str]:
    title, number, volume = field.first("t"), "", field.first("v")
    for one in embedded(field) if field.first("1") else ():
        if one.tag == "001":
            number = number or one.value
        elif one.tag == "200":
            title = title or _title(Field("200", subfields=tuple(pair for pair in one.subfields if pair[0] == "a")))
            volume = volume or one.first("v") or one.first("h")
    return clean(title), clean(number), clean(volume)


def _name(field: Field) -> TitleName:
    alt = clean(field.first("9") or field.first("A"))
    role = _role(field)
    if field.tag.startswith("71"):
        name = ". ".join(map(clean, field.all("ab")))
        return TitleName(name, role, NameKind.MEETING if field.indicators[:1] == "1" else NameKind.BODY, alt)
    first, rest = clean(field.first("a")), clean(field.first("b"))
    if first and rest:
        together = is_han(first[-1]) and is_han(rest[0])
        first += rest if together else f", {rest}" if field.indicators[1:] == "1" else f" {rest}"
    return TitleName(first or rest, role, NameKind.PERSON, alt)


def _role(field: Field) -> NameRole:
    words = field.first("4").strip()
    if not words:
        return NameRole.OTHER if field.tag.endswith(_SECONDARY) else NameRole.AUTHOR
    if words in _ROLES:
        return _ROLES[words]
    return next((role for sign, role in _ROLE_SIGNS if sign in words), NameRole.OTHER)


def _subjects(field: Field) -> list[str]:
    """Subjects of a field: a heading with its subdivisions, or, of free words (610), each."""
    if field.tag == "610":
        return [clean(text) for text in field.all("a")]
    head = ", ".join(map(clean, field.all("ab"))) if field.tag in ("600", "601", "602") else clean(field.first("a"))
    return ["--".join(filter(None, [head, *map(clean, field.all("xyzj"))]))]
