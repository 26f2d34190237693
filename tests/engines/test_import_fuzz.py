"""However a file of records is damaged, reading it in ends, raises nothing, and leaves no title half written."""

from __future__ import annotations

import io
import random
from itertools import islice

import msgspec
import pytest
from sqlalchemy import select

from db.search_index import FTS, VECTORS
from db.tables import ITEM, TITLE, TITLE_IDENTIFIER, TITLE_RECORD
from libops.barcodes import CheckDigit
from libops.catalogue.about import TitleColumns, described
from libops.catalogue.importing.incoming import read_stream
from libops.catalogue.importing.runs import Counts
from libops.catalogue.importing.settings import TitleSettings, settings_for
from libops.catalogue.importing.taking import take
from libops.catalogue.marc.detect import detect
from libops.catalogue.marc.holdings import holdings, usual_mapping
from libops.catalogue.marc.kept import kept_record
from libops.catalogue.marc.records import Dialect, Format
from libops.catalogue.writing import identifiers_of
from libops.codes import CodePatterns
from libops.library import Library
from tests.engines.town import OPERATOR, Town
from tests.unit.test_marc_fuzz import mutated

FILES_AT_ONCE = 25
PATTERNS = CodePatterns(patron="P[0-9]+", item="[AB]?[0-9]+", badge="S[0-9]+", check=CheckDigit.NONE)


def _settings(raw: bytes, chance: random.Random) -> TitleSettings:
    found = detect(raw, "a.mrc")
    if found.format is Format.CSV:
        found = msgspec.structs.replace(found, format=Format.ISO2709)
    usual = settings_for(found)
    # Some records say where their copies are, some leave it to whoever reads them in.
    mapping = msgspec.structs.replace(
        usual.mapping,
        branch={"011001": "MAIN"},
        location={"ZW": "M-A", "STACKS": "M-A"},
        item_type={"BK": "book"},
    )
    match = usual.match[chance.randrange(2) :]
    return msgspec.structs.replace(usual, mapping=mapping, branch="MAIN", again=chance.random() < 0.5, match=match)


def _read_in(town: Town, seeds: range) -> Counts:
    """Read damaged files in, some of them in each transaction, as a batch that is rolled forward whole."""
    counts, coming = Counts(), iter(seeds)
    library = Library(town.library.database, PATTERNS, town.clock)
    while some := list(islice(coming, FILES_AT_ONCE)):
        with library.work(actor=OPERATOR, place=town.place()) as work:
            for seed in some:
                raw, chance = mutated(seed), random.Random(seed)
                settings = _settings(raw, chance)
                batch = list(read_stream(io.BytesIO(raw), settings))
                counts = counts.and_also(take(work, batch, settings, None))
    return counts


def _require_whole(town: Town) -> int:
    """Every title that came has what belongs to it; how many there are."""
    columns = (TITLE.c[name] for name in TitleColumns.__struct_fields__)
    titles = town.ask(select(TITLE.c.id, TITLE.c.title_key, TITLE.c.about, *columns).join(TITLE_RECORD))
    column = VECTORS.c.title_id if town.library.database.is_postgres else FTS.c.rowid
    found = {int(row[0]) for row in town.ask(select(column))}
    numbers: dict[int, set[tuple[str, str]]] = {}
    identified = (TITLE_IDENTIFIER.c[name] for name in ("title_id", "kind", "value"))
    for key, kind, value in town.ask(select(*identified)):
        numbers.setdefault(key, set()).add((kind, value))
    copies: dict[int, set[str]] = {}
    for key, barcode in town.ask(select(ITEM.c.title_id, ITEM.c.barcode)):
        copies.setdefault(key, set()).add(barcode)
    for key, title_key, about, *cells in titles:
        description = described(about, TitleColumns(*cells))
        assert description.title.strip()
        assert title_key
        assert key in found
        assert numbers.get(key, set()) == set(identifiers_of(description))
    for key, form, encoding, raw in town.ask(
        select(TITLE_RECORD.c.title_id, TITLE_RECORD.c.format, TITLE_RECORD.c.encoding, TITLE_RECORD.c.record)
    ):
        record = kept_record(form, encoding, bytes(raw))
        if record is not None:
            told = {copy.barcode for copy in holdings(record, usual_mapping(Dialect(form.partition("/")[0])))}
            assert told - {""} <= copies.get(key, set())
    return len(titles)


def _check(town: Town, seeds: range) -> None:
    counts = _read_in(town, seeds)
    # Damage was neither absent nor everywhere, or nothing would have been tried.
    assert counts.added > 50
    assert counts.bad > len(seeds) / 4
    assert counts.changed + counts.same > len(seeds) / 4
    assert counts.items_added >= 3
    assert _require_whole(town) == counts.added


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_thousand_damaged_files_leave_no_title_half_written(own_town: Town) -> None:
    _check(own_town, range(1_000))


@pytest.mark.soak
def test_ten_thousand_damaged_files_leave_no_title_half_written(own_town: Town) -> None:
    _check(own_town, range(1_000, 11_000))
