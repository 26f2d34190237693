"""Opening a database by its URL: what each engine is told so that a commit is durable and a lock is waited for."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from db.troubles import DatabaseTrouble, TroubleKind

BUSY_SECONDS = 10
"""How long an act waits for another writer before it gives up and says so."""

_DURABLE = f"""
SELECT set_config('TimeZone', 'UTC', false), set_config('lock_timeout', '{BUSY_SECONDS * 1000}', false),
    CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
        THEN set_config('synchronous_commit', 'on', false) END
"""


class BadDatabaseUrl(ValueError):
    """The text is not a URL of an engine that libops speaks."""


def read_url(text: str) -> URL:
    """The URL of a SQLite file or a PostgreSQL database.

    ``sqlite:///relative.db``, ``sqlite:////absolute.db``, ``postgresql://user@host/name``. Refuses anything else,
    and SQLite in memory, with ``BadDatabaseUrl``.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise BadDatabaseUrl("a database URL reads sqlite:///FILE or postgresql://USER@HOST/NAME") from error
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise BadDatabaseUrl("SQLite needs a file: sqlite:///FILE")
        return url.set(drivername="sqlite")
    raise BadDatabaseUrl(f"libops speaks sqlite and postgresql, not {url.get_backend_name()}")


def sqlite_file(url: URL) -> Path | None:
    """The file behind a SQLite URL; None for PostgreSQL."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def open_engine(url: URL, *, pool_size: int = 5, create: bool = False) -> Engine:
    """An engine for a URL from ``read_url``.

    A SQLite file is made only when ``create`` says so: a mistyped path must not become a new, empty library.
    """
    if sqlite_file(url) is not None:
        return _open_sqlite(url, pool_size, "rwc" if create else "rw")
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=False,
        # Said for every act, because a database may be used to another: what an act reads after a lock must be fresh.
        isolation_level="READ COMMITTED",
        connect_args={"connect_timeout": 5, "application_name": "libops"},
        json_serializer=_to_json,
        json_deserializer=json.loads,
    )
    event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _open_sqlite(url: URL, pool_size: int, mode: str) -> Engine:
    file = Path(url.database or "").absolute()
    # The file name is quoted because a URI would read ? and # in it.
    target = f"{file.as_uri()}?mode={mode}"

    def connect() -> sqlite3.Connection:
        # SQLite says the same of a file that is not there and of one that may not be opened; people need to know.
        if mode == "rw" and not _is_there(file):
            raise DatabaseTrouble(TroubleKind.MISSING, where=str(file))
        return sqlite3.connect(
            target,
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=BUSY_SECONDS,
        json_serializer=_to_json,
        json_deserializer=json.loads,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "connect", lambda _, record: record.info.update(libops_file=_identity(file)))
    event.listen(engine, "begin", lambda connection: _require_same_file(engine, connection, file))
    if mode == "rwc":
        event.listen(engine, "connect", _log_ahead_from_the_first)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _require_same_file(engine: Engine, connection: Connection, file: Path) -> None:
    # A file that was moved away or replaced stays open, and would go on taking loans that nobody ever sees again.
    found = _identity(file)
    if found == connection.info["libops_file"]:
        return
    connection.invalidate()
    engine.dispose()
    raise DatabaseTrouble(TroubleKind.MISSING if found is None else TroubleKind.REPLACED, where=str(file))


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except PermissionError:
        return True


# SQLAlchemy types the driver's connection as Any in its event hooks.
def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401
    connection.execute("PRAGMA foreign_keys = ON")
    # The kind of log is written into the file, and a mistyped path may lead to another program's.
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        _keep_a_write_ahead_log(connection, _record)
    connection.execute("PRAGMA synchronous = FULL")
    if connection.execute("PRAGMA synchronous").fetchone() != (2,):
        raise RuntimeError("SQLite would not promise durable commits")
    connection.execute("PRAGMA cache_size = -8192")


def _log_ahead_from_the_first(connection: Any, record: object) -> None:  # noqa: ANN401
    if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        _keep_a_write_ahead_log(connection, record)


def _keep_a_write_ahead_log(connection: Any, _record: object) -> None:  # noqa: ANN401
    # SQLite waits for a lock everywhere but here: another program may be making the same new file.
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A plain BEGIN that later writes fails at once when another writer was first; IMMEDIATE waits its turn.
    reading = connection.get_execution_options().get("libops_reading", False)
    # Every act begins, so this goes past SQLAlchemy's own way of running a text, which costs more than the BEGIN.
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")


def _prepare_postgres(connection: Any, _record: object) -> None:  # noqa: ANN401
    with connection.cursor() as cursor:
        cursor.execute(_DURABLE)
    connection.commit()


def _begin_postgres(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    # None leaves it to the server: a standby refuses a transaction that insists on writing in other words than a write.
    read_only = True if connection.get_execution_options().get("libops_reading", False) else None
    if driver.read_only is not read_only:
        driver.read_only = read_only
