"""Backup and restore: one file that holds the whole library and fits both engines.

The file is a ZIP archive: ``manifest.json`` (revision of the tables, when it was made, and for each table its columns,
number of rows and SHA-256), and ``TABLE.jsonl`` with one array a row. It is read from one moment of the database while
work goes on, so a library can grow from SQLite to PostgreSQL by a backup and a restore.
"""

from __future__ import annotations

import base64
import hashlib
import os
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Select,
    Table,
    case,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from db import migrate
from db.database import Database, Transaction
from db.revision import head
from db.tables import ERA, EVENT, metadata
from db.types import Instant
from libops.bad_files import BadFile
from libops.catalogue.search.indexing import rebuild
from libops.catalogue.shelving import order_all
from libops.follower import placed_moment
from libops.i18n import mark
from libops.refusals import refuse

FORMAT = "libops-backup/1"
_BATCH = 5000


class TableEntry(msgspec.Struct, frozen=True):
    """What a backup says of one table."""

    columns: list[str]
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself."""

    format: str
    revision: str
    made_at: datetime
    tables: dict[str, TableEntry]

    @property
    def rows(self) -> int:
        """Rows in all tables together."""
        return sum(entry.rows for entry in self.tables.values())


class BadBackup(BadFile):
    """The file is no backup of libops, or it is damaged."""


def back_up(database: Database, file: Path, *, now: datetime) -> Manifest:
    """Write the library into a file, which appears whole or not at all and is readable by its owner only.

    Refuses with ``backup.exists`` where the file is there already.
    """
    if file.exists():
        raise refuse("backup.exists", file=file.name)
    part = file.with_name(f".{file.name}.{uuid.uuid4().hex}.part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as stream:
            manifest = _write(database, stream, now)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
        _sync_folder(file.parent)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _write(database: Database, stream: IO[bytes], now: datetime) -> Manifest:
    tables: dict[str, TableEntry] = {}
    with (
        placed_moment(database) as (transaction, positions),
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive,
    ):
        for table in metadata.sorted_tables:
            rows_of = _select(table, positions if table is EVENT else {})
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as member:
                tables[table.name] = _write_table(transaction, rows_of, member)
        manifest = Manifest(FORMAT, head(), now, tables)
        archive.writestr("manifest.json", msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def _sync_folder(folder: Path) -> None:
    # A file's name is durable only when its folder is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _select(table: Table, positions: dict[int, int]) -> Select[tuple[object, ...]]:
    """All rows of a table; events that were placed while the moment was taken show the positions they got.

    What refers to rows of its own table comes behind those, which refer to none: so it goes back in without a question.
    """
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    order = [column.is_not(None) for column in own] + ([table.c.id] if own else [])
    if not positions:
        return select(table).order_by(*order)
    placed = case(positions, value=table.c.id, else_=table.c.position).label("position")
    return select(*(placed if column.name == "position" else column for column in table.columns)).order_by(*order)


def _write_table(transaction: Transaction, rows_of: Select[tuple[object, ...]], member: IO[bytes]) -> TableEntry:
    digest, rows = hashlib.sha256(), 0
    encode = msgspec.json.Encoder().encode
    found = transaction.connection.execute(rows_of, execution_options={"yield_per": _BATCH})
    for batch in found.partitions():
        lines = b"".join(encode(tuple(row)) + b"\n" for row in batch)
        digest.update(lines)
        member.write(lines)
        rows += len(batch)
    return TableEntry(list(found.keys()), rows, digest.hexdigest())


def restore(url: str, file: Path, *, now: datetime) -> Manifest:
    """Fill a new or empty database from a backup, in one transaction, and begin a new era of its journal.

    The search index is made anew afterwards.

    Refuses with ``library.exists`` where a library stands, and raises ``BadBackup`` for a file that is not whole;
    either way no library is there afterwards that was not there before.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = msgspec.json.decode(archive.read("manifest.json"), type=Manifest)
            if manifest.format != FORMAT:
                raise BadBackup(file.name, 0, mark("is of another format: {detail}"), detail=manifest.format)
            migrate.upgrade(url, manifest.revision)
            database = Database(url)
            try:
                with database.act() as transaction:
                    _fill(transaction, archive, manifest, now)
            finally:
                database.close()
            migrate.upgrade(url)
        _index(url)
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.MsgspecError, EOFError, UnicodeDecodeError) as error:
        raise BadBackup(file.name, 0, mark("is no whole backup of libops")) from error
    return manifest


def _index(url: str) -> None:
    """Make what no backup holds because all of it comes from the rows: the search index, keys of older times."""
    database = Database(url)
    try:
        for _ in order_all(database):
            pass
        for _ in rebuild(database):
            pass
    finally:
        database.close()


def _fill(transaction: Transaction, archive: zipfile.ZipFile, manifest: Manifest, now: datetime) -> None:
    connection = transaction.connection
    if connection.execute(text("SELECT id FROM library")).first() is not None:
        raise refuse("library.exists")
    for name, entry in manifest.tables.items():
        table = _standing(connection, name, entry)
        with archive.open(f"{name}.jsonl") as member:
            _fill_table(transaction, table, member, entry)
        if entry.rows and transaction.locks_rows and "id" in entry.columns:
            # Rows came with their numbers; PostgreSQL's sequence must go on behind them.
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
    last = connection.execute(select(func.coalesce(func.max(EVENT.c.position), 0))).scalar_one()
    connection.execute(insert(ERA).values(name=uuid.uuid4().hex, begins_after=last, begun_at=now))


def _standing(connection: Connection, name: str, entry: TableEntry) -> Table:
    """The table as it stands at the backup's revision, which may be older than the one this program declares.

    Columns that the program still declares have its types: SQLite alone would call an instant a text.
    """
    known = metadata.tables.get(name)
    types = {column["name"]: column["type"] for column in inspect(connection).get_columns(name)}
    if known is not None:
        types |= {column.name: column.type for column in known.columns}
    return Table(name, MetaData(), *(Column(column, types[column]) for column in entry.columns))


def _fill_table(transaction: Transaction, table: Table, member: IO[bytes], entry: TableEntry) -> None:
    digest, rows = hashlib.sha256(), 0
    readers = {column.name: _reader(column.type) for column in table.columns}
    for batch in _batches(member):
        digest.update(b"".join(batch))
        values = [dict(zip(entry.columns, msgspec.json.decode(line), strict=True)) for line in batch]
        for name, read in readers.items():
            if read is not None:
                for row in values:
                    if row[name] is not None:
                        row[name] = read(row[name])
        transaction.connection.execute(insert(table).inline(), values)
        rows += len(values)
    if (rows, digest.hexdigest()) != (entry.rows, entry.sha256):
        raise BadBackup(f"{table.name}.jsonl", 0, mark("is not as it was backed up"))


def _reader(kind: TypeEngine[object]) -> Callable[[str], object] | None:
    if isinstance(kind, Instant):
        return datetime.fromisoformat
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    try:
        return date.fromisoformat if kind.python_type is date else None
    except NotImplementedError:
        return None


def _batches(member: IO[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in member:
        batch.append(line)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
