"""What sort of file this is, by its beginning: format, dialect and encoding, with the evidence for it.

What a file says about itself (its name, leaders, coded fields) is believed only where its bytes do not say otherwise.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

import msgspec

from libops.catalogue.marc import marc8
from libops.catalogue.marc.records import FIELD_END, LEADER_LENGTH, NAMES, RECORD_END, Dialect, Encoding, Format
from libops.i18n import Language, mark

HEAD = 1 << 16
"""So many bytes of a file are enough."""
_LEADER = re.compile(rb"[0-9 ]{5}[ -~]{5}22[0-9 ]{5}")
_BETWEEN = codecs.BOM_UTF8 + b"\r\n\x00\x1a\x1d"
_XML = re.compile(rb"\s*<[?!A-Za-z]")
_XML_TAG = re.compile(rb"""tag\s*=\s*["']([0-9A-Za-z]{3})["']""")
_XML_GB = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']gb""", re.IGNORECASE)
_BY_NAME = {".csv": Format.CSV, ".tsv": Format.CSV, ".xml": Format.MARCXML, ".mrc": Format.ISO2709}
# Tags that one dialect has and the other has not, or hardly ever.
_OWN = {
    Dialect.CNMARC: frozenset(
        [
            "011",
            "101",
            "102",
            "105",
            "106",
            "200",
            "205",
            "215",
            "225",
            "461",
            "462",
            "510",
            "517",
            "606",
            "690",
            "701",
            "702",
            "711",
            "712",
            "801",
        ]
    ),
    Dialect.MARC21: frozenset(
        [
            "008",
            "020",
            "040",
            "041",
            "050",
            "082",
            "110",
            "245",
            "246",
            "250",
            "260",
            "264",
            "490",
            "500",
            "504",
            "520",
            "650",
            "651",
            "700",
        ]
    ),
}
_MAIN = {Dialect.CNMARC: "200", Dialect.MARC21: "245"}
_ESCAPES = (b"\x1b(", b"\x1b)", b"\x1b$", b"\x1b,", b"\x1b-", b"\x1bg", b"\x1bb", b"\x1bp")
_LONE_MARK = re.compile(rb"(?<![\x80-\xff])[\xe0-\xfe]{1,2}[A-Za-z]")
_PAIRS = re.compile(rb"(?<![\x80-\xff])(?:[\xa1-\xf7][\xa1-\xfe])+(?![\x80-\xff])")
# 100 $a: date, type and years of publication, and at 26 the set of characters (50: ISO 10646).
_CODED_CHARACTERS = re.compile(rb"\x1fa[0-9]{8}[a-z ][0-9 ]{8}[ -~]{9}([0-9]{2})[0-9 ]{2}")


class Evidence(msgspec.Struct, frozen=True):
    """One reason for the choice: a marked message and its facts."""

    message: str
    facts: dict[str, str | int] = {}

    def told(self, language: Language) -> str:
        """The reason in this language."""
        return language.say(self.message, **self.facts)


class Detected(msgspec.Struct, frozen=True):
    """What a file seems to be. CSV has no dialect."""

    format: Format
    dialect: Dialect | None
    encoding: Encoding
    why: tuple[Evidence, ...]


def detect(head: bytes, name: str = "") -> Detected:
    """What a file is whose first ``HEAD`` bytes (or all) are these, and whose name is this; never fails."""
    head = head[:HEAD]
    form, why = _format(head.removeprefix(codecs.BOM_UTF8), name.lower())
    if form is Format.CSV:
        encoding, more = _text_encoding(head)
        return Detected(form, None, encoding, (why, more))
    records = _xml_records(head) if form is Format.MARCXML else _records(head)
    tags = [list(_xml_tags(one)) if form is Format.MARCXML else _directory_tags(one) for one in records]
    dialect, of_dialect = _dialect(tags, records)
    if form is Format.MARCXML:
        encoding, of_encoding = _xml_encoding(head)
    else:
        encoding, of_encoding = _encoding(records, dialect)
    said = _said(records, dialect, encoding) if form is Format.ISO2709 else ()
    return Detected(form, dialect, encoding, (why, of_dialect, of_encoding, *said))


def _format(head: bytes, name: str) -> tuple[Format, Evidence]:
    if _XML.match(head) or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Format.MARCXML, Evidence(mark("The file begins as XML."))
    if _LEADER.match(head.lstrip(_BETWEEN)):
        return Format.ISO2709, Evidence(mark("The file begins with the leader of a record."))
    if FIELD_END in head or RECORD_END in head:
        return Format.ISO2709, Evidence(mark("The file holds the marks that end fields and records of ISO 2709."))
    for ending, form in _BY_NAME.items():
        if name.endswith(ending):
            return form, Evidence(mark("The name of the file ends in {ending}."), {"ending": ending})
    return Format.CSV, Evidence(mark("The file is text without the marks of records."))


def _records(head: bytes) -> list[bytes]:
    """The whole records; where there is none the fields before the cut, or all."""
    whole, found, _ = head.rpartition(RECORD_END)
    if not found:
        whole = head.rpartition(FIELD_END)[0] or head
    records = (record.lstrip(_BETWEEN) for record in whole.split(RECORD_END))
    return [record for record in records if len(record) > LEADER_LENGTH]


def _xml_records(head: bytes) -> list[bytes]:
    return re.split(rb"<(?:[A-Za-z0-9_]{1,20}:)?record\b", head.replace(b"\x00", b""))[1:]


def _xml_tags(record: bytes) -> Iterable[str]:
    return (tag.decode("ascii") for tag in _XML_TAG.findall(record))


def _directory_tags(record: bytes) -> list[str]:
    directory = record[LEADER_LENGTH:].partition(FIELD_END)[0]
    return [directory[at : at + 3].decode("ascii", "replace") for at in range(0, len(directory) - 11, 12)]


def _dialect(records: list[list[str]], raws: list[bytes]) -> tuple[Dialect, Evidence]:
    """By the tags that only one dialect has: each record votes for the one of which it has more."""
    votes = dict.fromkeys(Dialect, 0)
    seen: dict[Dialect, dict[str, int]] = {dialect: {} for dialect in Dialect}
    for tags in records:
        own = {dialect: [tag for tag in tags if tag in _OWN[dialect]] for dialect in Dialect}
        for dialect, found in own.items():
            for tag in found:
                seen[dialect][tag] = seen[dialect].get(tag, 0) + 1
        weight = {dialect: len(set(found)) + 3 * (_MAIN[dialect] in found) for dialect, found in own.items()}
        if weight[Dialect.CNMARC] != weight[Dialect.MARC21]:
            votes[max(weight, key=lambda dialect: weight[dialect])] += 1
    if votes[Dialect.CNMARC] != votes[Dialect.MARC21]:
        dialect = max(votes, key=lambda one: votes[one])
        often = sorted(seen[dialect], key=lambda tag: (-seen[dialect][tag], tag))[:5]
        facts: dict[str, str | int] = {"tags": ", ".join(sorted(often)), "dialect": NAMES[dialect]}
        facts |= {"count": votes[dialect], "all": len(records)}
        return dialect, Evidence(
            mark("{count} of {all} records at its beginning have fields of {dialect} ({tags})."), facts
        )
    if any(raw[20:24] == b"450 " for raw in raws):
        return Dialect.CNMARC, Evidence(mark("No field tells the dialect; the leader ends as in CNMARC."))
    return Dialect.MARC21, Evidence(mark("No field tells the dialect; MARC 21 is the more frequent one."))


def _encoding(records: list[bytes], dialect: Dialect) -> tuple[Encoding, Evidence]:
    """By the bytes: the encoding in which most records that are not plain ASCII make sense."""
    telling = [record for record in records if not record.isascii()]
    if not telling:
        if any(escape in record for record in records for escape in _ESCAPES):
            return Encoding.MARC_8, Evidence(mark("Other alphabets are switched on as in MARC-8."))
        return Encoding.UTF_8, Evidence(mark("All bytes are ASCII, the same in every encoding."))
    votes = dict.fromkeys(Encoding, 0)
    for record in telling:
        votes[_encoding_of(record, dialect)] += 1
    encoding = max(votes, key=lambda one: votes[one])
    facts: dict[str, str | int] = {"count": votes[encoding], "all": len(telling), "encoding": NAMES[encoding]}
    return encoding, Evidence(
        mark("{count} of {all} records with other characters than ASCII make sense in {encoding}."), facts
    )


def _encoding_of(record: bytes, dialect: Dialect) -> Encoding:
    if _decodes(record, Encoding.UTF_8):
        return Encoding.UTF_8
    if any(escape in record for escape in _ESCAPES) and _decodes(record, Encoding.MARC_8):
        return Encoding.MARC_8
    pairs = sum(len(run) // 2 for run in _PAIRS.findall(record))
    marks = len(_LONE_MARK.findall(record))
    chinese = pairs >= marks if dialect is Dialect.MARC21 else _decodes(record, Encoding.GB18030)
    if chinese and _decodes(record, Encoding.GB18030):
        return Encoding.GB18030
    if dialect is Dialect.MARC21 and _decodes(record, Encoding.MARC_8):
        return Encoding.MARC_8
    # Damaged in any encoding: what it is like most.
    return Encoding.GB18030 if pairs > marks and not _mostly_utf8(record) else Encoding.UTF_8


def _decodes(record: bytes, encoding: Encoding) -> bool:
    try:
        if encoding is Encoding.MARC_8:
            for part in re.split(rb"[\x1e\x1f]", record):
                marc8.decode(part)
        else:
            record.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(record: bytes) -> bool:
    text = record.decode("utf-8", "replace")
    return 2 * text.count("\ufffd") < sum(not char.isascii() for char in text)


def _said(records: list[bytes], dialect: Dialect, encoding: Encoding) -> tuple[Evidence, ...]:
    """Where the records say otherwise about themselves: how many, and what."""
    other = Encoding.GB18030 if dialect is Dialect.CNMARC else Encoding.MARC_8
    if encoding is not Encoding.UTF_8:
        other = Encoding.UTF_8
    telling = [record for record in records if not record.isascii()]
    if dialect is Dialect.MARC21:
        message = mark("The leaders of {count} records say {encoding}, which their bytes do not bear out.")
        unicode_said = [record[9:10] == b"a" for record in telling if record[9:10] in (b"a", b" ")]
    else:
        message = mark("Field 100 of {count} records says {encoding}, which their bytes do not bear out.")
        unicode_said = [match[1] == b"50" for record in telling if (match := _CODED_CHARACTERS.search(record))]
    count = unicode_said.count(other is Encoding.UTF_8)
    return (Evidence(message, {"count": count, "encoding": NAMES[other]}),) if count else ()


def _xml_encoding(head: bytes) -> tuple[Encoding, Evidence]:
    if _XML_GB.match(head):
        return Encoding.GB18030, Evidence(mark("The XML declares a Chinese encoding."))
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and b"encoding" not in head[:200] and not _is_utf8_text(head):
        return Encoding.GB18030, Evidence(mark("The XML declares no encoding and is not UTF-8."))
    return Encoding.UTF_8, Evidence(mark("The XML is in UTF-8, or declares what it is in."))


def _is_utf8_text(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _text_encoding(head: bytes) -> tuple[Encoding, Evidence]:
    if head.startswith(codecs.BOM_UTF8):
        return Encoding.UTF_8, Evidence(mark("The file begins with the mark of UTF-8."))
    if _is_utf8_text(head):
        return Encoding.UTF_8, Evidence(
            mark("All of it makes sense in {encoding}."), {"encoding": NAMES[Encoding.UTF_8]}
        )
    return Encoding.GB18030, Evidence(mark("It is not UTF-8; Chinese programs write GB 18030."))
