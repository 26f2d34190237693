"""What did not go in, as files: the records or rows as they came, to be mended and read in again, and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from db.imports import ImportSubject
from libops.catalogue.importing import runs
from libops.catalogue.importing.missing import MissingBranches
from libops.catalogue.importing.runs import Fault, Run
from libops.catalogue.marc.marcxml import FOOTER, HEADER
from libops.catalogue.marc.records import RECORD_END, Format
from libops.i18n import Language
from libops.refusals import explain
from libops.whole_files import free_name, require_free, whole_file
from libops.work import Look

_ENDINGS = {Format.ISO2709: ".mrc", Format.MARCXML: ".xml", Format.CSV: ".csv"}
_PAGE = 100
_BOM = b"\xef\xbb\xbf"
HEADINGS = ("number", "offset", "length", "code", "reason", "remedy")


class FaultFiles(msgspec.Struct, frozen=True):
    """Where the records went that did not go in, and where it says why."""

    records: Path
    reasons: Path


def beside(file: Path, form: Format) -> FaultFiles:
    """Files of names that are free, beside the one that was read in: ``new.bad.mrc`` and ``new.bad.csv``."""
    records = free_name(file.with_name(f"{file.stem}.bad{_ENDINGS[form]}"))
    return FaultFiles(records, free_name(_reasons_for(records)))


def at(records: Path) -> FaultFiles:
    """The files for a name that somebody chose. Raises ``FileExistsError`` where one of them is there."""
    found = FaultFiles(records, _reasons_for(records))
    for file in (found.records, found.reasons):
        require_free(file)
    return found


def _reasons_for(records: Path) -> Path:
    return records.with_suffix(".reasons.csv" if records.suffix == ".csv" else ".csv")


def form_of(look: Look, run: Run) -> Format:
    """How the records of a run stand in its file."""
    if run.subject is not ImportSubject.TITLES:
        return Format.CSV
    return Format(str(runs.settings_of(look, run.id)["format"]))


def write_faults(look: Look, run: Run, files: FaultFiles, language: Language) -> MissingBranches:
    """Write both files, whole, from one moment; which branches are missing. Raises ``FileExistsError`` rather than
    overwrite a file.
    """
    form, missing = form_of(look, run), MissingBranches()
    with whole_file(files.records) as records, whole_file(files.reasons) as reasons:
        records.write(_head(look, run, form))
        reasons.write(_BOM + _line(HEADINGS))
        for fault in _all(look, run.id):
            _write_record(records, fault, form)
            missing.add(fault.reasons)
            for told in _told(fault, language):
                reasons.write(told)
        records.write(FOOTER.encode() if form is Format.MARCXML else b"")
    return missing


def _all(look: Look, run_id: int) -> Iterator[Fault]:
    after = 0
    while page := runs.faults(look, run_id, after=after, most=_PAGE):
        yield from page
        after = page[-1].place


def _head(look: Look, run: Run, form: Format) -> bytes:
    if form is Format.MARCXML:
        return HEADER.encode()
    if form is Format.ISO2709:
        return b""
    settings = runs.settings_of(look, run.id)
    encoding = str(settings["encoding"])
    bom = _BOM if encoding == "utf-8" else b""
    columns: list[str] = settings["columns"]
    return bom + _line(tuple(columns), settings.get("delimiter", ",")).decode().encode(encoding)


def _write_record(records: IO[bytes], fault: Fault, form: Format) -> None:
    raw = fault.record
    if form is Format.ISO2709 and not raw.endswith(RECORD_END):
        raw += RECORD_END
    elif form is not Format.ISO2709 and not raw.endswith(b"\n"):
        raw += b"\n"
    records.write(raw)


def _told(fault: Fault, language: Language) -> Iterator[bytes]:
    for reason in fault.reasons:
        words = explain(reason, language)
        yield _line((str(fault.place), str(fault.start), str(fault.length), reason.code, words.why, words.remedy))


def _line(cells: tuple[str, ...], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerow(cells)
    return text.getvalue().encode()
