"""One record of ISO 2709: from its bytes, forgiving what has one meaning only, and back to them.

Source: ISO 2709:2008; leader of 24, directory entries of 12 (tag 3, length 4, place 5), fields ended by 1E.
"""

from __future__ import annotations

import re

from libops.catalogue.marc import marc8
from libops.catalogue.marc.damage import Damaged, Warnings
from libops.catalogue.marc.fields import field_of
from libops.catalogue.marc.frames import said_length
from libops.catalogue.marc.records import (
    FIELD_END,
    LEADER_LENGTH,
    RECORD_END,
    SUBFIELD,
    Dialect,
    Encoding,
    Field,
    Record,
)
from libops.refusals import Reason, refuse

_ENTRY = 12
_LONGEST_FIELD = 9_999
_LONGEST_RECORD = 99_999
_TAG = re.compile(rb"[0-9A-Za-z]{3}")
_DIRECTORY = re.compile(rb"(?s:[0-9A-Za-z]{3}.{9})*")
_ENDS = re.compile("[\x1d\x1e]")
_CONTROL = re.compile("[\x00-\x1f]")
_FOUR_HIGH = re.compile(rb"[\x80-\xff]{4}")
_NO_ACCIDENT = 12
"""So many bytes beyond ASCII that are UTF-8 throughout are not so by accident."""


_Part = tuple[str, int, bytes]
"""A field: its tag, where it begins in the record, its bytes without the one that ends it."""


def parse(raw: bytes, encoding: Encoding, dialect: Dialect, *, ended: bool = True) -> tuple[Record, tuple[Reason, ...]]:
    """The record in these bytes, and what was forgiven. Raises ``Damaged``."""
    warnings = Warnings()
    body = raw[:-1] if ended else raw
    found = _directory(body)
    if found is None:
        cut = not ended and said_length(raw[:5]) > len(raw)
        raise Damaged("record.truncated", length=len(raw)) if cut else Damaged("record.directory")
    base, directory = found
    parts = _true_parts(body, base, directory)
    if parts is None:
        if not ended:
            raise Damaged("record.truncated", length=len(raw))
        parts = _parts_by_ends(body, base, directory)
        warnings.add("record.directory_wrong")
    _compare_leader(raw, base, ended, warnings)
    used = _encoding_of(raw, encoding, dialect)
    if used is not encoding:
        warnings.add("record.other_encoding", encoding=used.value)
    fields = [field for part in parts if (field := field_of(part[0], _decoded(part, used, warnings), warnings))]
    if not fields:
        raise Damaged("record.empty")
    return Record(_leader(raw, warnings), tuple(fields)), warnings.told()


def _directory(body: bytes) -> tuple[int, bytes] | None:
    """Where fields begin, and the directory before: by the byte that ends it, or by the leader where that fails."""
    for base in (body.find(FIELD_END) + 1, said_length(body[12:17])):
        directory = body[LEADER_LENGTH : base - 1]
        if LEADER_LENGTH < base <= len(body) and _DIRECTORY.fullmatch(directory):
            return base, directory
    return None


def _true_parts(body: bytes, base: int, directory: bytes) -> list[_Part] | None:
    """The fields where the directory says they are; None unless they fill the record, each ended as it should be."""
    return _parts_in_order(body, base, directory) or _parts_anywhere(body, base, directory)


def _parts_in_order(body: bytes, base: int, directory: bytes) -> list[_Part] | None:
    """The fields by the bytes that end them, where the directory says the very same; quick, for nearly all records."""
    parts: list[_Part] = []
    raws = body[base:].split(FIELD_END)
    if raws.pop() or len(raws) * _ENTRY != len(directory):
        return None
    at = place = 0
    for raw in raws:
        size = len(raw) + 1
        if directory[at + 3 : at + _ENTRY] != b"%04d%05d" % (size, place):
            return None
        parts.append((directory[at : at + 3].decode("ascii"), base + place, raw))
        at += _ENTRY
        place += size
    return parts


def _parts_anywhere(body: bytes, base: int, directory: bytes) -> list[_Part] | None:
    """The fields where the directory says, in any order, with marks of ends in their texts."""
    parts: list[_Part] = []
    filled: list[tuple[int, int]] = []
    for at in range(0, len(directory), _ENTRY):
        entry = directory[at : at + _ENTRY]
        if not entry[3:].isdigit():
            return None
        start = base + int(entry[7:])
        end = start + int(entry[3:7])
        if end <= start or body[end - 1 : end] != FIELD_END:
            return None
        filled.append((start, end))
        parts.append((entry[:3].decode("ascii"), start, body[start : end - 1]))
    at = base
    for start, end in sorted(filled):
        if start != at:
            return None
        at = end
    return parts if not body[at:].strip(b" \r\n\x00") else None


def _parts_by_ends(body: bytes, base: int, directory: bytes) -> list[_Part]:
    """The fields by the bytes that end them, tags in the directory's order: where there are as many of both.

    Raises ``Damaged`` where the directory may tell another order: its places do not ascend, and lengths disagree too.
    """
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY)]
    raws = body[base:].split(FIELD_END)
    if not raws[-1].strip(b" \r\n\x00") and len(raws) > len(entries):
        raws.pop()
    if len(raws) != len(entries):
        raise Damaged("record.directory")
    agree = sum(entry[3:7] == b"%04d" % (len(raw) + 1) for entry, raw in zip(entries, raws, strict=True))
    places = [entry[7:] for entry in entries]
    if places != sorted(places) and 2 * agree < len(entries):
        raise Damaged("record.directory")
    parts: list[_Part] = []
    at = base
    for entry, raw in zip(entries, raws, strict=True):
        parts.append((entry[:3].decode("ascii"), at, raw))
        at += len(raw) + 1
    return parts


def _compare_leader(raw: bytes, base: int, ended: bool, warnings: Warnings) -> None:
    if not ended:
        warnings.add("record.no_end")
    elif said_length(raw[:5]) != len(raw):
        warnings.add("record.length_wrong", says=_shown(raw[:5]), actual=len(raw))
    if said_length(raw[12:17]) != base:
        warnings.add("record.base_wrong", says=_shown(raw[12:17]), actual=base)


def _leader(raw: bytes, warnings: Warnings) -> str:
    leader = raw[:LEADER_LENGTH].decode("latin-1")
    if leader.isascii() and leader.isprintable():
        return leader
    warnings.add("record.leader_wrong")
    return "".join(char if " " <= char <= "~" else " " for char in leader)


def _shown(raw: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "?" for byte in raw)


def _encoding_of(raw: bytes, encoding: Encoding, dialect: Dialect) -> Encoding:
    """The file's encoding, unless bytes and leader together say that this one record has another."""
    if raw.isascii():
        return encoding
    unicode_said = dialect is Dialect.MARC21 and raw[9:10] == b"a"
    if encoding is not Encoding.UTF_8:
        high = sum(byte >= 0x80 for byte in raw) if _is_utf8(raw) else 0
        return Encoding.UTF_8 if high >= _NO_ACCIDENT or (high and unicode_said) else encoding
    if dialect is Dialect.MARC21 and raw[9:10] == b" " and not _is_utf8(raw) and not _FOUR_HIGH.search(raw):
        return Encoding.MARC_8
    return encoding


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(part: _Part, encoding: Encoding, warnings: Warnings) -> str:
    tag, offset, raw = part
    try:
        if encoding is Encoding.MARC_8:
            # Every subfield begins in the basic sets.
            text = SUBFIELD.join(map(marc8.decode, raw.split(b"\x1f")))
        else:
            text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        shown = error.object[error.start : error.end][:4].hex(" ").upper()
        place = offset + raw.find(error.object) + error.start
        raise Damaged("record.undecodable", tag=tag, offset=place, bytes=shown, encoding=encoding.value) from error
    if FIELD_END in raw or RECORD_END in raw:
        warnings.add("record.stray_end", tag=tag)
        text = _ENDS.sub(" ", text)
    return text


def to_bytes(record: Record, encoding: Encoding) -> bytes:
    """The record as ISO 2709, with true lengths.

    Refuses with ``record.write_field_long``, ``record.write_long``, ``record.write_encoding``,
    ``record.write_character`` or ``record.write_tag``. MARC-8 is read only: raises ``ValueError``.
    """
    if encoding is Encoding.MARC_8:
        raise ValueError("MARC-8 is read, not written")
    directory: list[bytes] = []
    data: list[bytes] = []
    at = 0
    for field in record.fields:
        raw = _encoded(field, encoding)
        if len(raw) > _LONGEST_FIELD:
            raise refuse("record.write_field_long", tag=field.tag, length=len(raw))
        directory.append(b"%b%04d%05d" % (field.tag.encode("ascii"), len(raw), at))
        data.append(raw)
        at += len(raw)
    base = LEADER_LENGTH + _ENTRY * len(directory) + 1
    length = base + at + 1
    if length > _LONGEST_RECORD:
        raise refuse("record.write_long", length=length)
    leader = f"{length:05d}{record.leader[5:12]}{base:05d}{record.leader[17:24]}".encode("ascii")
    return b"".join((leader, *directory, FIELD_END, *data, RECORD_END))


def _encoded(field: Field, encoding: Encoding) -> bytes:
    if _TAG.fullmatch(field.tag.encode("ascii", "replace")) is None:
        raise refuse("record.write_tag", tag=field.tag)
    texts = [field.value, *(text for pair in field.subfields for text in pair)]
    for text in texts:
        check_characters(field.tag, text)
    if field.subfields:
        parted = "".join(f"{SUBFIELD}{code}{text}" for code, text in field.subfields)
        whole = field.indicators + parted
    else:
        whole = field.value
    try:
        return whole.encode(encoding) + FIELD_END
    except UnicodeEncodeError as error:
        character = f"U+{ord(whole[error.start]):04X}"
        raise refuse("record.write_encoding", tag=field.tag, character=character, encoding=encoding.value) from error


def check_characters(tag: str, text: str) -> None:
    """Refuses with ``record.write_character`` where a text holds a control character that would end something."""
    found = _CONTROL.search(text)
    if found:
        raise refuse("record.write_character", tag=tag, code=f"{ord(found[0]):04X}")
