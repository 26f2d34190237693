"""Files of records for the tests of importing: small CNMARC records as another system would write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from libops.catalogue.description import Holding
from libops.catalogue.importing.planning import Step
from libops.catalogue.importing.reading_in import read_in, rehearse_all
from libops.catalogue.importing.runs import Run
from libops.catalogue.importing.settings import Existing, Match, TitleSettings
from libops.catalogue.marc.detect import HEAD, detect
from libops.catalogue.marc.holdings import usual_mapping
from libops.catalogue.marc.records import Dialect, Encoding, Field, Format, Record
from libops.work import Actor
from tests.engines.town import OPERATOR, Town
from tests.unit.marc_samples import data, iso

LEADER = "00000nam0 2200000   450 "
SETTINGS = TitleSettings(
    Format.ISO2709, Dialect.CNMARC, Encoding.UTF_8, usual_mapping(Dialect.CNMARC), branch="MAIN", location="M-A"
)
BY_ISBN = msgspec.structs.replace(SETTINGS, match=(Match.ISBN,))
LEAVE = msgspec.structs.replace(SETTINGS, existing=Existing.LEAVE)
AGAIN = msgspec.structs.replace(SETTINGS, again=True)


def book(
    number: str,
    title: str,
    *,
    isbn: str = "",
    copies: Sequence[Holding | str] = (),
    volume: str = "",
    author: str = "鲁迅",
    source: str = "人天书店",
) -> Record:
    """A record of a book with a field 905 for each copy."""
    fields = [Field("001", number)] if number else []
    fields += [data("010", "  ", f"$a{isbn}$dCNY28.00")] if isbn else []
    fields.append(data("100", "  ", "$a20040521d1996    em y0chiy50      ea"))
    fields.append(data("200", "1 ", f"$a{title}" + (f"$h{volume}" if volume else "") + f"$f{author}著"))
    fields.append(data("701", " 0", f"$a{author}$4著"))
    fields.append(data("801", " 0", f"$aCN$b{source}"))
    for copy in copies:
        told = Holding(copy) if isinstance(copy, str) else copy
        parts: tuple[tuple[str, str], ...] = (
            ("a", told.branch),
            ("b", told.barcode),
            ("c", told.location),
            ("d", told.call_number),
        )
        parts += (("r", told.price), ("t", told.item_type), ("v", told.volume), ("z", told.status))
        fields.append(Field("905", "", "  ", tuple(part for part in parts if part[1])))
    return Record(LEADER, tuple(fields))


def file_of(folder: Path, records: Iterable[Record | bytes], name: str = "new.mrc") -> Path:
    """The records as a file; bytes stand in it as they are."""
    file = folder / name
    file.write_bytes(b"".join(one if isinstance(one, bytes) else iso(one) for one in records))
    return file


def read_whole(town: Town, file: Path, settings: TitleSettings = SETTINGS, by: Actor = OPERATOR) -> Run:
    """Read a file in; the run as it ended."""
    *_, last = read_in(town.library, file, settings, actor=by, place=town.place())
    assert last.run.ended_at is not None
    return last.run


def rehearsed(town: Town, file: Path, settings: TitleSettings = SETTINGS) -> list[Step]:
    """What reading it in would come to."""
    batches = rehearse_all(town.library, file, settings, actor=OPERATOR, place=town.place())
    return [step for batch in batches for step in batch]


def looks_like(file: Path) -> tuple[Format, Dialect | None, Encoding]:
    """What a file is found to be."""
    found = detect(file.read_bytes()[:HEAD], file.name)
    return found.format, found.dialect, found.encoding
