"""kill -9 in the middle of a file of three thousand records: the same command again brings each record in once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
from sqlalchemy import func, select

from db.tables import IMPORT_FAULT, IMPORT_RUN, ITEM, TITLE, TITLE_RECORD
from libops.doctor import examine
from tests.engines.incoming_files import book, file_of
from tests.engines.town import PATTERNS, Town

RECORDS = 3_000
CHECKOUT = Path(__file__).parents[2]
PATIENCE = 60


def _environment(town: Town, home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "LIBOPS_HOME": str(home),
        "LIBOPS_DATABASE_URL": town.url,
        "LIBOPS_PATRON_PATTERN": PATTERNS.patron,
        "LIBOPS_ITEM_PATTERN": PATTERNS.item,
        "LIBOPS_ITEM_CHECK": "none",
        "LIBOPS_BADGE_PATTERN": PATTERNS.badge,
        "LIBOPS_LANGUAGE": "en",
    }


def _command(file: Path) -> list[str]:
    places = ("--branch", "MAIN", "--location", "M-A")
    return [sys.executable, "-m", "libops", "import", "titles", str(file), *places, "--json"]


def _started(town: Town, file: Path, home: Path) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen(_command(file), env=_environment(town, home), cwd=CHECKOUT, stdout=pipe, stderr=pipe)


def _records_done(town: Town) -> int:
    return int(town.ask(select(func.coalesce(func.max(IMPORT_RUN.c.records), 0)))[0][0])


def _live_and_die(town: Town, file: Path, home: Path, *, after: int) -> int:
    """Read the file in until so many records are durable, then kill whoever does it; how many are."""
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(
        _command(file), env=_environment(town, home), cwd=CHECKOUT, stdout=nowhere, stderr=nowhere
    ) as run:
        limit = time.monotonic() + PATIENCE
        while _records_done(town) < after:
            assert run.poll() is None, "it was done before anybody killed it"
            assert time.monotonic() < limit
            time.sleep(0.01)
        run.kill()
    return _records_done(town)


def test_a_killed_import_is_gone_on_with_and_every_record_is_there_once(town: Town, tmp_path: Path) -> None:
    titles, items = (town.ask(select(func.count()).select_from(table))[0][0] for table in (TITLE, ITEM))
    records = [
        book(f"c{n}", f"第{n}种书" if n % 1000 else "", copies=[f"B{10_000 + n}"]) for n in range(1, RECORDS + 1)
    ]
    file = file_of(tmp_path, records)
    done = _live_and_die(town, file, tmp_path, after=500)
    assert 0 < done < RECORDS
    done = _live_and_die(town, file, tmp_path, after=done + 1000)
    assert done < RECORDS
    with _started(town, file, tmp_path) as ended:
        told = msgspec.json.decode(ended.communicate(timeout=PATIENCE)[0])
    assert (told["resumed"], told["records"], told["added"], told["bad"]) == (True, RECORDS, RECORDS - 3, 3)
    assert len(town.ask(select(IMPORT_RUN.c.id))) == 1
    counts = [
        int(town.ask(select(func.count()).select_from(table))[0][0])
        for table in (TITLE, ITEM, TITLE_RECORD, IMPORT_FAULT)
    ]
    assert counts == [titles + RECORDS - 3, items + RECORDS - 3, RECORDS - 3, 3]
    numbers = {row[0] for row in town.ask(select(TITLE_RECORD.c.control_number))}
    assert numbers == {f"c{n}" for n in range(1, RECORDS + 1) if n % 1000}
    mended = Path(told["faults"]).read_bytes()
    assert mended.count(b"\x1d") == 3
    assert examine(town.library) == []
