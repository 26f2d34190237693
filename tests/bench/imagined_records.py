"""Files of imagined records to read in: CNMARC in UTF-8, each with copies, the same for the same count."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from libops.catalogue.description import Holding
from libops.catalogue.marc.composing import compose
from libops.catalogue.marc.records import Dialect, Encoding
from libops.catalogue.marc.writing import write_iso2709
from libops.simulation.imagined import numbers
from libops.simulation.imagined.titles import ImaginedTitles

COPIES = 2
_SEED = 5
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


def write_records(file: Path, count: int) -> None:
    """Write so many records with two copies each."""
    dialect = Dialect.CNMARC
    with file.open("wb") as stream:
        for at, one in enumerate(ImaginedTitles(_SEED).between(0, count)):
            about = msgspec.structs.replace(one.about, number=f"R{at:08d}")
            copies = [_copy(about.clc, COPIES * at + which) for which in range(COPIES)]
            record = compose(about, dialect, changed=_WRITTEN, copies=copies)
            stream.write(write_iso2709(record, dialect, Encoding.UTF_8))


def _copy(clc: str, place: int) -> Holding:
    return Holding(
        barcode=numbers.barcode(place),
        branch="C",
        call_number=f"{clc}/{place // COPIES}",
        item_type="book",
        price="CNY28.00",
    )
