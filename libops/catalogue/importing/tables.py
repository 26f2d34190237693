"""Tables of items and patrons: how they are read, which is noted with their run."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

import msgspec

from libops.catalogue.importing.csv_rows import CsvRow, Header, read_header, read_rows
from libops.catalogue.importing.settings import Existing
from libops.catalogue.marc.detect import HEAD, Detected, detect
from libops.catalogue.marc.reads import START, Place
from libops.catalogue.marc.records import Encoding, Format
from libops.refusals import refuse


class TableSettings(msgspec.Struct, frozen=True):
    """How a table is read; the codes are for rows that do not say. ``delimiter`` stands between two cells."""

    encoding: Encoding
    columns: tuple[str, ...]
    existing: Existing = Existing.UPDATE
    branch: str = ""
    location: str = ""
    item_type: str = "book"
    delimiter: str = ","


def found_table(file: Path) -> Detected:
    """What a file seems to be. Refuses with ``import.no_table`` what is one of records."""
    with file.open("rb") as stream:
        found = detect(stream.read(HEAD), file.name)
    if found.format is not Format.CSV:
        raise refuse("import.no_table")
    return found


def header_of(file: Path, encoding: Encoding, known: Sequence[str]) -> Header:
    """The columns that a file names, and how they are parted. Refuses as ``read_header``."""
    with file.open("rb") as stream:
        return read_header(stream, encoding, known)


def rows_of(file: Path, settings: TableSettings, start: Place = START) -> Generator[CsvRow, None, None]:
    """The rows of a file from a place on, good and bad."""
    with file.open("rb") as stream:
        header = read_header(stream, settings.encoding, settings.columns)
        yield from read_rows(stream, settings.encoding, header, start)
