"""Titles as records, each with its copies; what cannot be written is told and left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

import msgspec

from libops.catalogue.exporting.copies import OutgoingCopy, as_holding, copies_of
from libops.catalogue.exporting.selection import Chosen, OutgoingTitle, Selection
from libops.catalogue.importing.title_rows import header, row_of
from libops.catalogue.marc.composing import compose
from libops.catalogue.marc.holdings import Mapping, usual_mapping
from libops.catalogue.marc.kept import kept_record
from libops.catalogue.marc.plain import plain, plain_record
from libops.catalogue.marc.records import Dialect, Encoding, Format, Record
from libops.catalogue.marc.writing import XML_FOOTER, XML_HEADER, write_iso2709, write_xml
from libops.money.amounts import currency_of
from libops.permissions import Permission
from libops.refusals import Reason, Refusal, refuse
from libops.work import Look

TOLD = 100
"""So many titles that were left out are told by number; all of them are counted."""


class TitleShape(msgspec.Struct, frozen=True):
    """How titles are written. MARCXML is always UTF-8; CSV has no dialect and no copies."""

    format: Format = Format.ISO2709
    dialect: Dialect = Dialect.CNMARC
    encoding: Encoding = Encoding.UTF_8
    mapping: Mapping | None = None
    copies: bool = True


class LeftOut(msgspec.Struct, frozen=True):
    """A title that could not be written, by its number, and why."""

    number: str
    reasons: tuple[Reason, ...]


class Exported(msgspec.Struct, frozen=True):
    """What was written so far, of how many; ``left_out`` are the first that could not be."""

    total: int
    titles: int = 0
    copies: int = 0
    bad: int = 0
    left_out: tuple[LeftOut, ...] = ()


def export_titles(look: Look, stream: IO[bytes], selection: Selection, shape: TitleShape) -> Iterator[Exported]:
    """Write titles from one moment of the database; after some hundreds of them how far it is.

    Refuses with ``export.encoding`` (MARC-8 is only read, MARCXML is UTF-8), ``permission.missing``, and with what is
    wrong with the selection.
    """
    look.require(Permission.MANAGE_CATALOGUE)
    if shape.encoding is Encoding.MARC_8 or (shape.format is Format.MARCXML and shape.encoding is not Encoding.UTF_8):
        raise refuse("export.encoding", encoding=shape.encoding, format=shape.format)
    chosen = Chosen(look, selection)
    writer = _Writer(stream, shape, look)
    done = Exported(chosen.count())
    yield done
    with_copies = shape.copies and shape.format is not Format.CSV
    writer.begin()
    for page in chosen.pages():
        keys = [title.id for title in page]
        copies = copies_of(look.transaction, keys, chosen.branch_id, chosen.location_id) if with_copies else {}
        for title in page:
            done = writer.add(title, copies.get(title.id, ()), done)
        yield done
    writer.end()


class _Writer:
    def __init__(self, stream: IO[bytes], shape: TitleShape, look: Look) -> None:
        self._stream = stream
        self._shape = shape
        self._currency = currency_of(look.transaction)
        self._now = look.now
        self._mapping = shape.mapping or usual_mapping(shape.dialect)

    def begin(self) -> None:
        if self._shape.format is Format.MARCXML:
            self._stream.write(XML_HEADER.encode())
        elif self._shape.format is Format.CSV:
            self._stream.write(header(self._shape.encoding))

    def end(self) -> None:
        if self._shape.format is Format.MARCXML:
            self._stream.write(XML_FOOTER.encode())

    def add(self, title: OutgoingTitle, copies: Sequence[OutgoingCopy], done: Exported) -> Exported:
        """Write one title; what is done with it."""
        try:
            raw = self._bytes(title, copies)
        except Refusal as refusal:
            told = done.left_out
            if len(told) < TOLD:
                told = (*told, LeftOut(title.number, refusal.reasons))
            return msgspec.structs.replace(done, bad=done.bad + 1, left_out=told)
        self._stream.write(raw)
        return msgspec.structs.replace(done, titles=done.titles + 1, copies=done.copies + len(copies))

    def _bytes(self, title: OutgoingTitle, copies: Sequence[OutgoingCopy]) -> bytes:
        shape = self._shape
        if shape.format is Format.CSV:
            return row_of(title.number, title.about, shape.encoding)
        record = self._record(title, copies)
        if shape.format is Format.MARCXML:
            return write_xml(record, shape.dialect).encode()
        return write_iso2709(record, shape.dialect, shape.encoding)

    def _record(self, title: OutgoingTitle, copies: Sequence[OutgoingCopy]) -> Record:
        original = kept_record(title.form, title.encoding, title.record) if title.record else None
        same_dialect = title.form.partition("/")[0] == self._shape.dialect
        # A title that was catalogued here, or came in another dialect, is known again by the library's own number.
        about = title.about if title.about.number else msgspec.structs.replace(title.about, number=title.number)
        return compose(
            plain(about),
            self._shape.dialect,
            changed=title.read_at or self._now,
            original=plain_record(original) if original is not None and same_dialect else None,
            copies=[plain(as_holding(copy, self._currency)) for copy in copies] if self._shape.copies else [],
            mapping=self._mapping,
        )
