"""MARC 21: what each field says about a title. Source: MARC 21 Format for Bibliographic Data, Library of Congress."""

from __future__ import annotations

from collections.abc import Iterable

from libops.catalogue.description import Description, Material, NameKind, NameRole, TitleName
from libops.catalogue.marc.language_codes import languages_of
from libops.catalogue.marc.records import Field, Record, Tagged
from libops.catalogue.marc.wording import clean, coded_year, distinct, distinct_names, isbn_in, issn_in, trim, year_in

LINKED = "880"
ALTERNATIVES = ("130", "210", "222", "240", "246", "247", "740")
NOTES = ("500", "501", "502", "504", "505", "508", "511", "518", "521", "530", "533", "534", "538", "546", "550", "586")
SUBJECTS = ("600", "610", "611", "630", "648", "650", "651", "653", "655")
NAMES = ("100", "110", "111", "700", "710", "711", "720")
_MAIN = ("100", "110", "111")
_PERFORMED = (Material.SOUND, Material.VIDEO, Material.SCORE)
SETS = ("773", "800", "810", "811")
_KINDS = {
    "t": Material.MANUSCRIPT,
    "c": Material.SCORE,
    "d": Material.SCORE,
    "e": Material.MAP,
    "f": Material.MAP,
    "g": Material.VIDEO,
    "i": Material.SOUND,
    "j": Material.SOUND,
    "k": Material.PICTURE,
    "m": Material.SOFTWARE,
    "o": Material.KIT,
    "p": Material.KIT,
}
_ROLE_CODES = {
    "aut": NameRole.AUTHOR,
    "cre": NameRole.AUTHOR,
    "edt": NameRole.EDITOR,
    "com": NameRole.EDITOR,
    "trl": NameRole.TRANSLATOR,
    "ill": NameRole.ILLUSTRATOR,
    "art": NameRole.ILLUSTRATOR,
}
_ROLE_WORDS = (
    ("trans", NameRole.TRANSLATOR),
    ("tr.", NameRole.TRANSLATOR),
    ("译", NameRole.TRANSLATOR),
    ("illus", NameRole.ILLUSTRATOR),
    ("ill.", NameRole.ILLUSTRATOR),
    ("绘", NameRole.ILLUSTRATOR),
    ("author", NameRole.AUTHOR),
    ("著", NameRole.AUTHOR),
    ("ed", NameRole.EDITOR),
    ("comp", NameRole.EDITOR),
    ("编", NameRole.EDITOR),
)
_TITLE_CODES = frozenset("anpb")
_BEFORE_REMAINDER = {";": " ; ", ":": ": "}
_CLC = ("clc", "cclc", "ztf")

_Links = dict[tuple[str, str], Field]


def describe(record: Record) -> Description:
    """The title as a MARC 21 record describes it; ``title`` is empty where the record gives none."""
    tagged = Tagged(record)
    links = _links(tagged)
    title = tagged.one("245")
    published = _published(tagged)
    clc, clc_number = _clc(tagged)
    # Of what is heard or seen, those who are only added took part in it; who made it is the main entry or said.
    performed = material_of(record.leader) in _PERFORMED and bool(title.first("c") or any(record.of(*_MAIN)))
    series, series_number = _series(tagged)
    set_title, set_number, set_volume = _set(tagged)
    return Description(
        title=_title(title),
        number=clean(tagged.control("001")),
        title_alt=_title(_other_script(title, links)),
        alternatives=_alternatives(record, title),
        responsibility=trim(title.first("c")),
        names=distinct_names(_name(field, links, performed) for field in record.of(*NAMES)),
        edition=trim(" ".join(tagged.one("250").all("ab"))),
        place=trim(published.first("a")),
        publisher=trim(published.first("b")),
        year=coded_year(tagged.control("008")[7:11]) or year_in(published.first("c")),
        extent=trim(" ".join(map(clean, tagged.one("300").all("abce")))),
        series=series,
        series_number=series_number,
        set_title=set_title,
        set_number=set_number,
        volume=trim(title.first("n")) or set_volume,
        subjects=distinct([subject for field in record.of(*SUBJECTS) for subject in _subjects(field)]),
        clc=clc,
        dewey=_dewey(tagged),
        lcc=clean(tagged.first("050", "a") or tagged.first("090", "a")),
        book_number=_book_number(tagged) or clc_number,
        languages=languages_of(_languages(tagged)),
        isbns=distinct([isbn_in(field.first("a")) for field in tagged.all("020")]),
        issns=distinct([issn_in(field.first("a")) for field in tagged.all("022")]),
        material=material_of(record.leader),
        price=clean(tagged.first("020", "c")),
        note="\n".join(distinct([clean(text) for field in record.of(*NOTES) for text in field.all("a")])),
        summary=clean(" ".join(tagged.one("520").all("ab"))),
    )


def material_of(leader: str) -> Material:
    """By leader bytes 6 and 7."""
    kind, level = leader[6:7], leader[7:8]
    if kind == "a":
        return Material.SERIAL if level in ("s", "b", "i") else Material.BOOK
    return _KINDS.get(kind, Material.OTHER)


def link_of(field: Field) -> tuple[str, str]:
    """What ``$6`` says: the tag of the field in the other script, and the number of the pair (``00``: without one)."""
    tag, _, number = field.first("6").partition("-")
    return tag[:3], number[:2]


def _links(tagged: Tagged) -> _Links:
    return {link_of(field): field for field in tagged.all(LINKED)}


def _other_script(field: Field, links: _Links) -> Field:
    number = link_of(field)[1] if links else ""
    return links.get((field.tag, number), Field(LINKED)) if number not in ("", "00") else Field(LINKED)


def _title(field: Field) -> str:
    """Title proper, its parts and the remainder, with one mark between them; not what is parallel to it."""
    whole = before = ending = ""
    for code, raw in field.subfields:
        text = clean(raw)
        if code not in _TITLE_CODES or not text or (code == "b" and ending == "="):
            continue
        if code == "n" or (code == "p" and before != "n"):
            joined = ". "
        elif code == "p":
            joined = ", "
        else:
            joined = _BEFORE_REMAINDER.get(ending, " " if text.startswith("(") else ": ")
        whole = f"{whole}{joined}{trim(text)}" if whole else trim(text)
        before, ending = code, text[-1:]
    return whole


def _alternatives(record: Record, title: Field) -> tuple[str, ...]:
    found: list[str] = []
    ending = ""
    for code, text in title.subfields:
        if code == "b" and ending == "=":
            found.append(trim(text))
        ending = clean(text)[-1:] if code in _TITLE_CODES else ending
    others = (
        field
        for field in record.fields
        if field.tag in ALTERNATIVES or (field.tag == LINKED and link_of(field)[0] in ALTERNATIVES)
    )
    return distinct([*found, *map(_title, others)])


def _published(tagged: Tagged) -> Field:
    """The statement of publication: 264 with second indicator 1, else 260, else any 264."""
    modern = tagged.all("264")
    stated = [field for field in modern if field.indicators[1:] == "1"]
    return next(iter([*stated, *tagged.all("260"), *modern]), Field("264"))


def _series(tagged: Tagged) -> tuple[str, str]:
    """Series and number: as printed (490, once 440), else as indexed (830)."""
    for tag in ("490", "440", "830"):
        for field in tagged.all(tag):
            if field.first("a"):
                return _title(field), trim(field.first("v"))
    return "", ""


def _set(tagged: Tagged) -> tuple[str, str, str]:
    """Title, control number and volume by the whole (773), or by a set entered under its author (800)."""
    for tag in SETS:
        for field in tagged.all(tag):
            number = field.first("w").rpartition(")")[2]
            found = trim(field.first("t")), clean(number), trim(field.first("v") or field.first("g"))
            if found[0] or found[1] or (found[2] and tag == "773"):
                return found
    return "", "", ""


def _name(field: Field, links: _Links, performed: bool) -> TitleName:
    if field.tag.endswith("11"):
        kind = NameKind.MEETING
    elif field.tag.endswith("10"):
        kind = NameKind.BODY
    else:
        kind = NameKind.PERSON
    alt = _whole_name(_other_script(field, links), kind) if links else ""
    return TitleName(_whole_name(field, kind), _role(field, performed), kind, alt)


def _whole_name(field: Field, kind: NameKind) -> str:
    if kind is NameKind.PERSON:
        return trim(" ".join(map(clean, field.all("abc"))))
    return ". ".join(map(trim, field.all("ab")))


def _role(field: Field, performed: bool) -> NameRole:
    for text in field.all("4"):
        code = text.strip().rpartition("/")[2]
        return _ROLE_CODES.get(code, NameRole.OTHER)
    words = field.first("e").lower()
    if words:
        return next((role for word, role in _ROLE_WORDS if word in words), NameRole.OTHER)
    # Whoever made a work that is only contained in this one, or is related to it, did not make this one.
    added = field.first("t") or (performed and field.tag not in _MAIN)
    return NameRole.OTHER if added else NameRole.AUTHOR


def _subjects(field: Field) -> Iterable[str]:
    """Subjects of a field: a heading with its subdivisions, or, of uncontrolled terms (653), each."""
    if field.tag == "653":
        return [trim(text) for text in field.all("a")]
    heads = "abcdt" if field.tag in ("600", "610", "611", "630") else "a"
    return ["--".join(filter(None, [trim(" ".join(map(clean, field.all(heads)))), *map(trim, field.all("vxyz"))]))]


def _dewey(tagged: Tagged) -> str:
    """Without the marks that show where a number may be cut (``823/.8``, ``823'.8``)."""
    number = tagged.first("082", "a") or tagged.first("092", "a")
    return clean(number.replace("/", "").replace("'", ""))


def _book_number(tagged: Tagged) -> str:
    return clean(next(filter(None, (tagged.first(tag, "b") for tag in ("050", "090", "082", "092"))), ""))


def _clc(tagged: Tagged) -> tuple[str, str]:
    """Number of the Chinese Library Classification and its book number: 084 that says so, or 093 of Chinese files."""
    for field in [*tagged.all("084"), *tagged.all("093")]:
        if field.tag == "093" or field.first("2").strip().lower() in _CLC:
            return clean(field.first("a")), clean(field.first("b"))
    return "", ""


def _languages(tagged: Tagged) -> Iterable[str]:
    """Codes of 041 ``$a`` (old records write several without a space), else of 008."""
    texts = [text.replace(" ", "") for field in tagged.all("041") for text in field.all("a")]
    codes = [text[at : at + 3] for text in texts for at in range(0, len(text), 3)]
    return codes or [tagged.control("008")[35:38]]
