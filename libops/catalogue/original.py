"""The record that a title was written from, field by field, for people who read records."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, select

from db.statement import Statement
from db.tables import TITLE_RECORD
from libops.catalogue.marc.kept import kept_record
from libops.catalogue.marc.records import Encoding, Field
from libops.catalogue.titles import find_title
from libops.work import Look


class RecordLine(msgspec.Struct, frozen=True):
    """One field: its tag (``LDR`` for the leader), its indicators with ``#`` for a blank, and ``$a text $b text``."""

    tag: str
    indicators: str
    text: str


class _Row(msgspec.Struct, frozen=True):
    format: str
    encoding: str
    record: bytes


_RECORD = Statement(
    select(TITLE_RECORD.c.format, TITLE_RECORD.c.encoding, TITLE_RECORD.c.record).where(
        TITLE_RECORD.c.title_id == bindparam("title_id")
    ),
    _Row,
)


def original_record(look: Look, number: str) -> bytes | None:
    """The record a title was last written from, byte for byte; None where it was catalogued here."""
    row = _read(look, number)
    return None if row is None else row.record


def _read(look: Look, number: str) -> _Row | None:
    return look.transaction.maybe(_RECORD, title_id=find_title(look, number).id)


def record_lines(look: Look, number: str) -> list[RecordLine]:
    """The record of a title in its order; empty where the title was catalogued here. Refuses with ``title.unknown``.

    What is no record of fields (a row of a table) is told as its text, line by line, without tags.
    """
    row = _read(look, number)
    if row is None:
        return []
    record = kept_record(row.format, row.encoding, row.record)
    if record is None:
        return [RecordLine("", "", line) for line in _text(row).splitlines()]
    return [RecordLine("LDR", "", record.leader), *(_line(field) for field in record.fields)]


def _text(row: _Row) -> str:
    known = row.encoding if row.encoding in (Encoding.UTF_8, Encoding.GB18030) else Encoding.UTF_8
    return row.record.decode(known, "replace")


def _line(field: Field) -> RecordLine:
    if not field.subfields:
        return RecordLine(field.tag, "", field.value)
    text = " ".join(f"${code} {text}" for code, text in field.subfields)
    return RecordLine(field.tag, field.indicators.replace(" ", "#"), text)
