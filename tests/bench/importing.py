"""How quickly records are read in, beside the least that it could take, and with how much memory.

``python -m tests.bench.importing URL FILE`` reads a file in and prints what it took: a process of its own, so that its
memory is nobody else's.
"""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from sqlalchemy import Table, make_url, select

from db import migrate
from db.database import Database
from db.engine import sqlite_file
from db.tables import ITEM, TITLE, TITLE_IDENTIFIER, TITLE_RECORD
from libops.bootstrap import wall_clock
from libops.catalogue.importing.incoming import read_incoming
from libops.catalogue.importing.looking import found_out
from libops.catalogue.importing.reading_in import BATCH, read_in
from libops.catalogue.importing.settings import settings_for
from libops.codes import SAMPLE_PATTERNS
from libops.founding import found_from, sample_folder
from libops.library import Library
from libops.permissions import EVERYTHING
from libops.places import find_place
from libops.work import Actor
from tests.bench.imagined_records import write_records
from tests.servers.postgres import PostgresCluster

RECORDS, FEW = 20_000, 1_000
_TABLES = (TITLE, TITLE_IDENTIFIER, TITLE_RECORD, ITEM)
_OPERATOR = Actor("operator:bench", "bench", EVERYTHING)


class Took(msgspec.Struct, frozen=True):
    """What reading a file in took: seconds in all, seconds of parsing alone, and the most memory in bytes."""

    records: int
    seconds: float
    parsing: float
    peak: int


class Import(msgspec.Struct, frozen=True):
    """Reading in on one engine; ``by_hand`` are seconds for the same rows through the bare driver, batch by batch."""

    engine: str
    few: Took
    many: Took
    by_hand: float

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.many.records / self.many.seconds

    @property
    def share(self) -> float:
        """The least it could take, parsing and the rows alone, over what it took."""
        return (self.many.parsing + self.by_hand) / self.many.seconds

    @property
    def growth(self) -> float:
        """The memory for the large file over that for the small one."""
        return self.many.peak / self.few.peak


def measure(folder: Path, cluster: PostgresCluster, records: int = RECORDS) -> list[Import]:
    """Read imagined records in on both engines, into new libraries each time."""
    folder = Path(tempfile.mkdtemp(dir=folder))
    files = {count: folder / f"records-{count}.mrc" for count in (FEW, records)}
    for count, file in files.items():
        write_records(file, count)
    found = []
    for engine in ("SQLite", "PostgreSQL"):
        urls = [_library(engine, folder, cluster, name) for name in ("few", "many", "hand")]
        few, many = _read_apart(urls[0], files[FEW]), _read_apart(urls[1], files[records])
        found.append(Import(engine, few, many, _write_by_hand(urls[1], urls[2])))
    return found


def _library(engine: str, folder: Path, cluster: PostgresCluster, name: str) -> str:
    url = f"sqlite:///{folder / f'{name}.db'}" if engine == "SQLite" else cluster.create_database()
    migrate.upgrade(url)
    database = Database(url)
    found_from(database, sample_folder(), patterns=SAMPLE_PATTERNS, now=wall_clock(), sample=True)
    database.close()
    return url


def _read_apart(url: str, file: Path) -> Took:
    command = [sys.executable, "-m", "tests.bench.importing", url, str(file)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[2])
    return msgspec.json.decode(done.stdout, type=Took)


def read_here(url: str, file: Path) -> Took:
    """Read a file in, in this process."""
    settings = settings_for(found_out(file))
    library = Library(Database(url), SAMPLE_PATTERNS, wall_clock)
    with library.database.reading() as transaction:
        place = find_place(transaction)
    begun = time.perf_counter()
    *_, last = read_in(library, file, settings, actor=_OPERATOR, place=place)
    seconds = time.perf_counter() - begun
    peak = _peak()
    library.close()
    if last.run.counts.added != last.run.counts.records:
        raise RuntimeError(f"only {last.run.counts.added} of {last.run.counts.records} records went in")
    begun = time.perf_counter()
    records = sum(1 for _ in read_incoming(file, settings))
    return Took(records, seconds, time.perf_counter() - begun, peak)


def _peak() -> int:
    """The most memory that this process had, in bytes. What getrusage tells counts whoever started it, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _write_by_hand(source: str, target: str) -> float:
    """The rows that an import made, written into another library by the bare driver; seconds."""
    database = Database(source)
    with database.reading() as transaction:
        ask = transaction.connection.execute
        run = max(ask(select(TITLE_RECORD.c.import_id)).scalars(), key=lambda key: key or 0)
        ids = set(ask(select(TITLE_RECORD.c.title_id).where(TITLE_RECORD.c.import_id == run)).scalars())
        # The driver's cursor is untyped in both drivers' common part.
        raw: Any = transaction.connection.connection.cursor()
        rows = {table.name: _rows(raw, table, ids) for table in _TABLES}
        index = _rows_of(raw, "title_search", "rowid, *" if not database.is_postgres else _VECTORS)
        words = [row for row in index if row[0] in ids]
    database.close()
    rows[TITLE_RECORD.name] = [_without_run(row) for row in rows[TITLE_RECORD.name]]
    write = _into_postgres if make_url(target).get_backend_name() == "postgresql" else _into_sqlite
    return write(target, rows, words, sorted(ids))


_Rows = list[tuple[object, ...]]
_VECTORS = "title_id, words::text, title_key, title_alt, name_key, year"


def _without_run(row: tuple[object, ...]) -> tuple[object, ...]:
    at = [column.name for column in TITLE_RECORD.columns].index("import_id")
    return (*row[:at], None, *row[at + 1 :])


def _rows(cursor: sqlite3.Cursor, table: Table, ids: set[int]) -> _Rows:
    names = [column.name for column in table.columns]
    key = names.index("id" if table is TITLE else "title_id")
    return [row for row in _rows_of(cursor, table.name, ", ".join(names)) if row[key] in ids]


def _rows_of(cursor: sqlite3.Cursor, table: str, columns: str) -> _Rows:
    cursor.execute(f"SELECT {columns} FROM {table}")
    return [tuple(row) for row in cursor.fetchall()]


def _batches(rows: dict[str, _Rows], words: _Rows, ids: Sequence[int]) -> Iterator[dict[str, _Rows]]:
    """The rows as batches of as many titles as an import has in one transaction."""
    keys = {
        table.name: [column.name for column in table.columns].index("id" if table is TITLE else "title_id")
        for table in _TABLES
    }
    by_title: dict[str, dict[object, _Rows]] = {name: {} for name in (*rows, "title_search")}
    for name, all_rows in (*rows.items(), ("title_search", words)):
        for row in all_rows:
            by_title[name].setdefault(row[keys.get(name, 0)], []).append(row)
    coming = iter(ids)
    while some := list(islice(coming, BATCH)):
        yield {name: [row for key in some for row in of.get(key, ())] for name, of in by_title.items()}


def _into_sqlite(target: str, rows: dict[str, _Rows], words: _Rows, ids: Sequence[int]) -> float:
    batches = list(_batches(rows, words, ids))
    connection = sqlite3.connect(sqlite_file(make_url(target)) or "", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    begun = time.perf_counter()
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        for table in _TABLES:
            names = [column.name for column in table.columns]
            marks = ", ".join("?" * len(names))
            connection.executemany(
                f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})",
                batch[table.name],
            )
        connection.executemany(
            "INSERT INTO title_search (rowid, title, name, more, single, sound, facet) VALUES (?, ?, ?, ?, ?, ?, ?)",
            batch["title_search"],
        )
        connection.execute("COMMIT")
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds


def _into_postgres(target: str, rows: dict[str, _Rows], words: _Rows, ids: Sequence[int]) -> float:
    batches = [_as_postgres(batch) for batch in _batches(rows, words, ids)]
    address = make_url(target).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        begun = time.perf_counter()
        for batch in batches:
            for table in _TABLES:
                names = [column.name for column in table.columns]
                marks = ", ".join(["%s"] * len(names))
                text = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
                cursor.executemany(text.encode(), batch[table.name])
            cursor.executemany(
                "INSERT INTO title_search (title_id, words, title_key, title_alt, name_key, year) "
                "VALUES (%s, %s::tsvector, %s, %s, %s, %s)",
                batch["title_search"],
            )
            connection.commit()
        return time.perf_counter() - begun


def _as_postgres(batch: dict[str, _Rows]) -> dict[str, _Rows]:
    """What the driver read as a dictionary is a text of JSON where it is written."""
    return {
        name: [
            tuple(msgspec.json.encode(cell).decode() if isinstance(cell, dict) else cell for cell in row) for row in of
        ]
        for name, of in batch.items()
    }


if __name__ == "__main__":
    print(msgspec.json.encode(read_here(sys.argv[1], Path(sys.argv[2]))).decode())
