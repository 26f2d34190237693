"""What a file of records seems to be, and how many of its records can be read: before anybody reads it in."""

from __future__ import annotations

from pathlib import Path

import msgspec

from libops.catalogue.importing.copies import against_barcode
from libops.catalogue.importing.incoming import Incoming, read_incoming
from libops.catalogue.importing.settings import TitleSettings
from libops.catalogue.marc.detect import HEAD, Detected, detect
from libops.codes import CodePatterns
from libops.refusals import Reason

TOLD = 20


class BadRecord(msgspec.Struct, frozen=True):
    """A record that cannot be read in, by its number in the file and its first byte."""

    place: int
    start: int
    length: int
    reasons: tuple[Reason, ...]


class Overview(msgspec.Struct, frozen=True):
    """How many records there are, how many of them can be used, how many copies they tell of, and the first faults."""

    records: int
    good: int
    bad: int
    copies: int
    without_barcode: int
    faults: tuple[BadRecord, ...]


def found_out(file: Path) -> Detected:
    """What a file seems to be."""
    with file.open("rb") as stream:
        return detect(stream.read(HEAD), file.name)


def look_through(file: Path, settings: TitleSettings, patterns: CodePatterns) -> Overview:
    """Read a whole file without a library, one record at a time.

    Barcodes are held against how they look here; which branches, locations and item types there are, and what is in
    the catalogue already, only a library can tell.
    """
    records = bad = copies = bare = 0
    faults: list[BadRecord] = []
    for record in read_incoming(file, settings):
        records += 1
        reasons = _reasons(record, patterns)
        if reasons:
            bad += 1
            if len(faults) < TOLD:
                faults.append(BadRecord(record.place, record.start, record.length, reasons))
        copies += len(record.copies)
        bare += sum(not copy.barcode for copy in record.copies)
    return Overview(records, records - bad, bad, copies, bare, tuple(faults))


def _reasons(record: Incoming, patterns: CodePatterns) -> tuple[Reason, ...]:
    if record.reasons:
        return record.reasons
    told = (against_barcode(patterns, copy.barcode) for copy in record.copies if copy.barcode)
    return tuple(reason for reasons in told for reason in reasons)
