"""A record as both formats shape it: a leader and fields; what a field means is for marc21.py and cnmarc.py."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

RECORD_END = b"\x1d"
FIELD_END = b"\x1e"
SUBFIELD = "\x1f"
LEADER_LENGTH = 24


class Dialect(StrEnum):
    """Whose field numbers a record uses."""

    MARC21 = "marc21"
    CNMARC = "cnmarc"


class Format(StrEnum):
    """How records stand in a file."""

    ISO2709 = "iso2709"
    MARCXML = "marcxml"
    CSV = "csv"


class Encoding(StrEnum):
    """Which bytes stand for which characters."""

    UTF_8 = "utf-8"
    GB18030 = "gb18030"
    MARC_8 = "marc-8"


NAMES: dict[str, str] = {
    Format.ISO2709: "ISO 2709",
    Format.MARCXML: "MARCXML",
    Format.CSV: "CSV",
    Dialect.MARC21: "MARC 21",
    Dialect.CNMARC: "CNMARC",
    Encoding.UTF_8: "UTF-8",
    Encoding.GB18030: "GB 18030",
    Encoding.MARC_8: "MARC-8",
}
"""Formats, dialects and encodings as people write them, in any language."""


class Field(msgspec.Struct, frozen=True):
    """A field. A control field (``00x``) has a ``value``; any other has two indicators and subfields, code and text.

    A subfield that lost its code has an empty one.
    """

    tag: str
    value: str = ""
    indicators: str = "  "
    subfields: tuple[tuple[str, str], ...] = ()

    def first(self, code: str) -> str:
        """The first subfield with this code that says anything; empty without one."""
        for key, text in self.subfields:
            if key == code and text:
                return text
        return ""

    def all(self, codes: str) -> list[str]:
        """The texts of the subfields with one of these codes, in their order."""
        # A subfield that lost its code has an empty one, which stands in any text.
        return [text for key, text in self.subfields if key and key in codes and text]


class Record(msgspec.Struct, frozen=True):
    """A record: 24 characters of leader, and its fields in their order."""

    leader: str
    fields: tuple[Field, ...]

    def of(self, *tags: str) -> Iterator[Field]:
        """The fields with one of these tags, in the record's order."""
        return (field for field in self.fields if field.tag in tags)

    def one(self, tag: str) -> Field | None:
        """The first field with this tag."""
        return next(self.of(tag), None)

    def control(self, tag: str) -> str:
        """The text of the first control field with this tag; empty without one."""
        field = self.one(tag)
        return field.value if field else ""


_NOTHING = Field("")


class Tagged:
    """A record's fields by their tags: quicker where many are asked for. What is not there is an empty field."""

    def __init__(self, record: Record) -> None:
        self._fields: dict[str, list[Field]] = {}
        for field in record.fields:
            self._fields.setdefault(field.tag, []).append(field)

    def all(self, tag: str) -> list[Field]:
        """The fields with this tag, in the record's order."""
        return self._fields.get(tag, [])

    def one(self, tag: str) -> Field:
        """The first field with this tag, or an empty one."""
        fields = self._fields.get(tag)
        return fields[0] if fields else _NOTHING

    def control(self, tag: str) -> str:
        """The text of the first control field with this tag; empty without one."""
        return self.one(tag).value

    def first(self, tag: str, code: str) -> str:
        """The first subfield with this code, of the first field with this tag that has one; empty without one."""
        return next((text for field in self.all(tag) if (text := field.first(code))), "")


def embedded(field: Field) -> list[Field]:
    """The fields that a CNMARC linking field carries: each ``$1`` begins one with its tag (and indicators)."""
    found: list[Field] = []
    for code, text in field.subfields:
        if code == "1":
            tag = text[:3]
            found.append(Field(tag, text[3:]) if tag < "010" else Field(tag, indicators=text[3:5]))
        elif found and found[-1].tag >= "010":
            last = found[-1]
            found[-1] = Field(last.tag, last.value, last.indicators, (*last.subfields, (code, text)))
    return found
