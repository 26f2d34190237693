"""What comes out of a file, read and described before any transaction is open."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from libops.catalogue.description import Description, Holding
from libops.catalogue.identifiers import isbn13
from libops.catalogue.importing.csv_rows import CsvRow, read_header, read_rows
from libops.catalogue.importing.settings import TitleSettings
from libops.catalogue.importing.title_rows import READ, title_of
from libops.catalogue.marc.describing import describe
from libops.catalogue.marc.holdings import holdings
from libops.catalogue.marc.plain import plain
from libops.catalogue.marc.reading import read_records
from libops.catalogue.marc.reads import START, Bad, Good, Place, Read
from libops.catalogue.marc.records import Dialect, Format, Record
from libops.refusals import Reason

MOST_CONTROL = 200


class Incoming(msgspec.Struct, frozen=True):
    """A record as it came: where it stood, its bytes, and what it says; or the reasons why it cannot be used.

    ``digest`` tells whether the same record came before; ``after`` is where to go on behind it.
    """

    place: int
    start: int
    length: int
    raw: bytes
    after: Place
    digest: str = ""
    about: Description | None = None
    source: str = ""
    control_number: str = ""
    copies: tuple[Holding, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def keys(self) -> set[tuple[str, str]]:
        """By what this and another record of the file may be one title, or name one copy."""
        found = {("copy", copy.barcode) for copy in self.copies if copy.barcode}
        if self.control_number:
            # Two sources may number alike; only one of them can number the title.
            found.add(("number", self.control_number))
        if self.about is not None:
            found |= {("isbn", number) for number in map(isbn13, self.about.isbns) if number}
        return found


def as_headed(file: Path, settings: TitleSettings) -> TitleSettings:
    """The settings with the columns that a table has. Refuses as ``read_header``."""
    if settings.format is not Format.CSV:
        return settings
    with file.open("rb") as stream:
        header = read_header(stream, settings.encoding, READ)
    return msgspec.structs.replace(settings, columns=header.columns, delimiter=header.delimiter)


def read_incoming(file: Path, settings: TitleSettings, start: Place = START) -> Generator[Incoming, None, None]:
    """The records of a file from a place on, each described, with memory for one at a time."""
    with file.open("rb") as stream:
        yield from read_stream(stream, settings, start)


def read_stream(stream: BinaryIO, settings: TitleSettings, start: Place = START) -> Iterator[Incoming]:
    """The same of an open stream that stands at its beginning. Refuses a table without known columns."""
    if settings.format is Format.CSV:
        header = read_header(stream, settings.encoding, READ)
        for row in read_rows(stream, settings.encoding, header, start):
            yield _from_row(row, settings)
        return
    for read in read_records(
        stream, format=settings.format, encoding=settings.encoding, dialect=settings.dialect, start=start
    ):
        yield _described(read, settings)


def _described(read: Read, settings: TitleSettings) -> Incoming:
    if isinstance(read, Bad):
        return _fault(read, read.reason)
    about = describe(read.record, settings.dialect)
    if not about.title.strip():
        return _fault(read, Reason("import.no_title"))
    return Incoming(
        place=read.number,
        start=read.offset,
        length=read.length,
        raw=read.raw,
        after=read.after,
        digest=hashlib.blake2b(read.raw, digest_size=16).hexdigest(),
        about=about,
        source=settings.source or source_of(read.record, settings.dialect),
        control_number=about.number[:MOST_CONTROL],
        copies=holdings(read.record, settings.mapping) if settings.copies else (),
    )


def _from_row(row: CsvRow, settings: TitleSettings) -> Incoming:
    about, reasons = Description(title=""), row.reasons
    try:
        about = plain(title_of(row.cells))
    except ValueError as error:
        reasons = reasons or (Reason("import.cell_wrong", {"column": "year, material", "text": str(error)}),)
    if not reasons and not about.title:
        reasons = (Reason("import.cell_needed", {"column": "title"}),)
    return Incoming(
        place=row.place,
        start=row.start,
        length=row.length,
        raw=row.raw,
        after=row.after,
        digest=hashlib.blake2b(row.raw, digest_size=16).hexdigest(),
        about=None if reasons else about,
        source=settings.source,
        control_number=about.number[:MOST_CONTROL],
        reasons=reasons,
    )


def _fault(read: Good | Bad, reason: Reason) -> Incoming:
    return Incoming(
        place=read.number, start=read.offset, length=read.length, raw=read.raw, after=read.after, reasons=(reason,)
    )


def source_of(record: Record, dialect: Dialect) -> str:
    """Whose control number a record has: MARC 21's 003, CNMARC's 801 ``$b``; empty where it does not say."""
    if dialect is Dialect.MARC21:
        return next((field.value.strip() for field in record.of("003")), "")[:MOST_CONTROL]
    return next((field.first("b") for field in record.of("801")), "")[:MOST_CONTROL]
