"""A large library to measure in: made once and kept, and copied for each run.

The file is made anew when migrations, sample data or what imagines it have changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import platformdirs
import psycopg
from psycopg import sql
from sqlalchemy import Table, make_url

from db import migrate
from db.base import metadata
from db.database import Database
from db.revision import MIGRATIONS, head
from db.search_index import COLUMNS, POSTGRES_INDEX, as_vector
from libops.catalogue.search.indexing import is_whole, rebuild
from libops.founding import found_from, sample_folder
from libops.settings import Settings
from libops.simulation import imagined
from tests.bench import imagined_library, imagined_requests
from tests.bench.imagined_library import NOW, ImaginedLibrary
from tests.servers.postgres import PostgresCluster


def bench_folder() -> Path:
    """Where large libraries are kept: ``LIBOPS_BENCH_DIR``, otherwise in the user's cache folder."""
    named = os.environ.get("LIBOPS_BENCH_DIR")
    folder = Path(named).expanduser() if named else Path(platformdirs.user_cache_dir("libops")) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def big_library(items: int) -> Path:
    """The SQLite file of a library with so many items: to be copied, not to be written to."""
    modules = (__file__, imagined_library.__file__, imagined_requests.__file__)
    return kept(f"library-{items}", made_from(*map(Path, modules)), lambda file: _make(file, items))


def kept(name: str, mark: str, make: Callable[[Path], None]) -> Path:
    """The file with this name and mark, made if it is not there yet; those with other marks are thrown away."""
    folder = bench_folder()
    file = folder / f"{name}-{mark}.db"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            for stale in folder.glob(f"{name}-*"):
                stale.unlink()
            making = folder / "making.db"
            for rest in folder.glob(f"{making.name}*"):
                rest.unlink()
            make(making)
            making.rename(file)
    return file


def copy_to_sqlite(items: int, file: Path) -> str:
    """The address of a copy that may be written to."""
    shutil.copyfile(big_library(items), file)
    return f"sqlite:///{file}"


def copy_to_postgres(items: int, cluster: PostgresCluster) -> str:
    """The address of a new PostgreSQL database that holds the same library, row for row."""
    return copied_to_postgres(big_library(items), cluster)


def copied_to_postgres(file: Path, cluster: PostgresCluster) -> str:
    """The address of a new PostgreSQL database with all rows of a SQLite file, and its search index."""
    url = cluster.create_database()
    migrate.upgrade(url)
    name = make_url(url).database or ""
    address = make_url(cluster.url(name, role="postgres")).set(drivername="postgresql")
    source = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    with psycopg.connect(address.render_as_string(), autocommit=True) as target:
        # The rows were checked where they come from; checking each reference again takes longer than copying.
        target.execute("SET session_replication_role = replica")
        for table in metadata.sorted_tables:
            _copy_table(source, target, table)
        _copy_index(source, target)
        target.execute("VACUUM ANALYZE")
        target.execute("CHECKPOINT")
    source.close()
    return url


def _copy_table(source: sqlite3.Connection, target: psycopg.Connection, table: Table) -> None:
    names = [column.name for column in table.columns]
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    with target.cursor() as cursor, cursor.copy(copy) as into:
        for row in source.execute(f"SELECT {', '.join(names)} FROM {table.name}"):
            into.write_row(row)
    if "id" in table.columns and table.name != "library":
        target.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))").format(
                sql.Literal(table.name), sql.Identifier(table.name)
            )
        )


def _copy_index(source: sqlite3.Connection, target: psycopg.Connection) -> None:
    """The same words in the other engine's form, without making them anew from the titles."""
    target.execute("DROP INDEX ix_title_search_words")
    parts = ", ".join(f"s.{name}" for name in COLUMNS)
    rows = source.execute(
        f"SELECT t.id, t.title_key, t.title_alt, t.name_key, t.year, {parts} "
        "FROM title t JOIN title_search s ON s.rowid = t.id"
    )
    columns = "title_id, title_key, title_alt, name_key, year, words"
    with target.cursor() as cursor, cursor.copy(f"COPY title_search ({columns}) FROM STDIN") as into:
        for row in rows:
            into.write_row((*row[:5], as_vector([part.split() for part in row[5:]])))
    target.execute("SET maintenance_work_mem = '1GB'")
    target.execute(POSTGRES_INDEX)


def made_from(*modules: Path) -> str:
    """A mark of everything a file depends on: these modules, what imagines books and people, the sample and migrations.

    Migrations count by their texts: before a release one may be edited.
    """
    digest = hashlib.blake2b(head().encode(), digest_size=6)
    migrations = MIGRATIONS / "versions"
    imagined_parts = sorted(file for file in Path(imagined.__file__).parent.iterdir() if file.is_file())
    for file in (*modules, *imagined_parts, *sorted(migrations.glob("*.py"))):
        digest.update(file.read_bytes())
    for sample in sorted(sample_folder().iterdir(), key=lambda file: file.name):
        if sample.is_file():
            digest.update(sample.read_bytes())
    return digest.hexdigest()


def found_sample(file: Path) -> Database:
    """A new sample library in a file."""
    url = f"sqlite:///{file}"
    migrate.upgrade(url)
    database = Database(url)
    found_from(database, sample_folder(), patterns=Settings().patterns, now=NOW, sample=True)
    return database


def _make(file: Path, items: int) -> None:
    found_sample(file).close()
    connection = sqlite3.connect(file, isolation_level=None)
    # A file that is thrown away when making it fails needs no journal, and it ends as a single file.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -262144")
    connection.execute("BEGIN")
    ImaginedLibrary(connection, items).write()
    connection.execute("COMMIT")
    connection.close()
    settle(file)


def settle(file: Path) -> None:
    """Bring search index and statistics up to date, and leave a single file."""
    database = Database(f"sqlite:///{file}")
    with database.reading() as transaction:
        whole = is_whole(transaction)
    for _ in () if whole else rebuild(database):
        pass
    database.close()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("ANALYZE")
    connection.close()
