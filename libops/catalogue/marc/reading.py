"""A file of records, one after the other: each good one parsed, each bad one told, with memory for one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from libops.catalogue.marc import frames, marcxml
from libops.catalogue.marc.damage import Damaged
from libops.catalogue.marc.iso2709 import parse
from libops.catalogue.marc.reads import START, Bad, Good, Place, Read
from libops.catalogue.marc.records import Dialect, Encoding, Format

_SKIP = 1 << 20


def read_records(
    stream: BinaryIO,
    *,
    format: Format = Format.ISO2709,
    encoding: Encoding,
    dialect: Dialect,
    start: Place = START,
    limit: int = frames.LONGEST,
) -> Iterator[Read]:
    """Every record of the file from ``start`` on, in order, good or bad; nothing but an error of the disk is raised.

    The stream stands at the file's beginning. ISO 2709 goes on at the byte that ``start`` names; of MARCXML so many
    records are passed over, since its bytes mean something only after its head. A record longer than ``limit`` bytes
    is bad. Raises ``ValueError`` for CSV, which holds no records.
    """
    match format:
        case Format.ISO2709:
            return _iso2709(stream, encoding, dialect, start, limit)
        case Format.MARCXML:
            return marcxml.read(stream, encoding, start, limit)
        case Format.CSV:
            raise ValueError("CSV holds no records")


def _iso2709(stream: BinaryIO, encoding: Encoding, dialect: Dialect, start: Place, limit: int) -> Iterator[Read]:
    _go_to(stream, start.offset)
    number = start.records
    for frame in frames.frames(stream, start.offset, limit):
        number += 1
        yield _read(frame, number, encoding, dialect)


def _go_to(stream: BinaryIO, offset: int) -> None:
    if offset and stream.seekable():
        stream.seek(offset)
        return
    while offset > 0 and (passed := len(stream.read(min(offset, _SKIP)))):
        offset -= passed


def _read(frame: frames.Frame, number: int, encoding: Encoding, dialect: Dialect) -> Read:
    try:
        if frame.length > len(frame.raw):
            raise Damaged("record.too_long", limit=len(frame.raw))
        record, warnings = parse(frame.raw, encoding, dialect, ended=frame.ended)
    except Damaged as damaged:
        return Bad(number, frame.offset, frame.length, frame.raw, damaged.reason)
    return Good(number, frame.offset, frame.length, frame.raw, record, warnings)
