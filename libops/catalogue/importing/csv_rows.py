"""Rows of a CSV file of any size, each with its exact bytes: what is bad is told, the rest is read on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import msgspec

from libops.catalogue.marc.plain import plain_cell
from libops.catalogue.marc.reads import Place
from libops.catalogue.marc.records import Encoding
from libops.refusals import Reason, refuse

LONGEST_LINE = 1 << 17
DELIMITERS = (",", ";", "\t")
"""What may stand between two cells: spreadsheets of countries with decimal commas write semicolons."""
_BOM = b"\xef\xbb\xbf"


class Header(msgspec.Struct, frozen=True):
    """The columns of a table in their order, what stands between two cells, and the byte behind the header."""

    columns: tuple[str, ...]
    delimiter: str
    end: int


class CsvRow(msgspec.Struct, frozen=True):
    """A row: its number (the header is row 1), its bytes, its cells without spaces around them, or why it is bad.

    A cell that is empty or not there says nothing, and is not among the ``cells``.
    """

    place: int
    start: int
    raw: bytes
    cells: dict[str, str]
    reasons: tuple[Reason, ...] = ()

    @property
    def length(self) -> int:
        """Bytes of the row, with the end of its line."""
        return len(self.raw)

    @property
    def after(self) -> Place:
        """Where to go on behind it."""
        return Place(self.start + len(self.raw), self.place - 1)


class _Lines:
    """Lines as the reader asks for them: it never asks for more than its row needs, so what was given is the row."""

    def __init__(self, stream: BinaryIO, encoding: Encoding) -> None:
        self._stream = stream
        self._encoding = encoding
        self.given: list[bytes] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self.given.append(line)
        if sum(map(len, self.given)) > LONGEST_LINE:
            raise csv.Error
        return line.decode(self._encoding)


def read_header(stream: BinaryIO, encoding: Encoding, known: Sequence[str]) -> Header:
    """The names of the columns, of a stream that stands at its beginning, cut where most of them are known.

    Refuses with ``import.no_column``, ``import.no_header``, ``import.no_records``: a slip in a name must not pass for
    an empty cell, so a column that nobody knows is refused.
    """
    _skip_mark(stream)
    start = stream.tell()
    if not stream.read(1):
        raise refuse("import.no_records")
    headers = [found for one in DELIMITERS if (found := _header(stream, encoding, one, start)) is not None]
    if not headers:
        raise refuse("import.no_header", known=", ".join(known))
    header = max(headers, key=lambda one: len(set(one.columns) & set(known)))
    unknown = [column for column in header.columns if column not in known]
    if unknown or len(set(header.columns)) < len(header.columns):
        again = next((column for column in header.columns if header.columns.count(column) > 1), "")
        raise refuse("import.no_column", column=(unknown or [again])[0] or "—", known=", ".join(known))
    return header


def _header(stream: BinaryIO, encoding: Encoding, delimiter: str, start: int) -> Header | None:
    stream.seek(start)
    lines = _Lines(stream, encoding)
    try:
        cells = next(csv.reader(lines, strict=True, delimiter=delimiter))
    except (StopIteration, csv.Error, UnicodeDecodeError):
        return None
    return Header(tuple(cell.strip() for cell in cells), delimiter, start + sum(map(len, lines.given)))


def read_rows(stream: BinaryIO, encoding: Encoding, header: Header, start: Place) -> Iterator[CsvRow]:
    """The rows behind ``start``, good and bad; rows without any cell are passed over."""
    offset, place = max(start.offset, header.end), start.records + 1
    stream.seek(offset)
    while True:
        lines = _Lines(stream, encoding)
        cells, reasons = _read(lines, header.delimiter)
        if not lines.given:
            return
        raw = b"".join(lines.given)
        if reasons:
            # Where a row ends cannot be told any more: what is behind its first line may be good.
            raw = _first_line(stream, lines.given[0], offset)
        elif not any(cells):
            offset += len(raw)
            continue
        place += 1
        yield _row(place, offset, raw, cells, reasons, header.columns)
        offset += len(raw)


def _read(lines: _Lines, delimiter: str) -> tuple[list[str], tuple[Reason, ...]]:
    try:
        return next(csv.reader(lines, strict=True, delimiter=delimiter)), ()
    except StopIteration:
        return [], ()
    except UnicodeDecodeError as error:
        return [], (Reason("import.row_undecodable", {"bytes": error.object[error.start : error.start + 4].hex(" ")}),)
    except csv.Error:
        return [], (Reason("import.row_quotes"),)


def _first_line(stream: BinaryIO, first: bytes, offset: int) -> bytes:
    """The whole of a row's first line, however long; the stream stands behind it."""
    stream.seek(offset + len(first))
    raw = first
    while not raw.endswith(b"\n") and (more := stream.readline(LONGEST_LINE)):
        raw += more
    return raw


def _row(
    place: int, start: int, raw: bytes, cells: list[str], reasons: tuple[Reason, ...], columns: Sequence[str]
) -> CsvRow:
    if not reasons and len(cells) > len(columns):
        reasons = (Reason("import.row_long", {"cells": len(cells), "columns": len(columns)}),)
    texts = (
        {}
        if reasons
        else {column: text for column, cell in zip(columns, cells, strict=False) if (text := cell.strip())}
    )
    if any("\x00" in text for text in texts.values()):
        texts, reasons = {}, (Reason("code.unreadable"),)
    texts = {column: told for column, text in texts.items() if (told := plain_cell(text))}
    return CsvRow(place, start, raw, texts, reasons)


def _skip_mark(stream: BinaryIO) -> None:
    if stream.read(len(_BOM)) != _BOM:
        stream.seek(0)


def as_line(cells: Sequence[str], encoding: Encoding) -> bytes:
    """One row as bytes of a file."""
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode(encoding)


def as_header(columns: Sequence[str], encoding: Encoding) -> bytes:
    """The header of a file, with the mark by which spreadsheets know UTF-8."""
    return (_BOM if encoding is Encoding.UTF_8 else b"") + as_line(columns, encoding)
