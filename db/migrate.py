"""Bringing a database's tables to what this program expects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, event, inspect, text

from db import revision as standing
from db.engine import open_engine, read_url, sqlite_file
from db.troubles import DatabaseTrouble, TroubleKind, errors_read

_UPGRADING = 0x6C69626F7073
"""The number of PostgreSQL's advisory lock that whoever upgrades holds: "libops" in ASCII."""


def alembic_config() -> Config:
    """Alembic's settings, without a file of their own: the scripts lie beside this module."""
    config = Config()
    config.set_main_option("script_location", str(standing.MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(url: str | URL, revision: str | None = None) -> None:
    """Make the tables, or bring older ones up to date.

    Refuses, with ``DatabaseTrouble``, a database that is newer than the program, and one whose tables are somebody
    else's; that one is left as it is. Of several programs that upgrade at once, one does and the others wait for it.

    A ``revision`` stops at an older state of the tables, which a backup of that time needs to be filled in.

    A SQLite file is made where there is none. PostgreSQL changes all tables in one transaction; on SQLite the same
    holds, because every migration runs inside ``BEGIN IMMEDIATE``.
    """
    target = read_url(url) if isinstance(url, str) else url
    file = sqlite_file(target)
    if file is not None:
        _make_folder(file.parent)
    engine = open_engine(target, create=True)
    if file is not None:
        event.listen(engine, "connect", _leave_references)
    try:
        standing.require_known(revision)
        with errors_read(), engine.begin() as connection:
            _wait_for_others(connection)
            _require_ours(connection)
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision or "head")
            _require_references(connection)
    finally:
        engine.dispose()


def _wait_for_others(connection: Connection) -> None:
    # SQLite's transaction began with the only write lock; PostgreSQL's has nothing yet that others would wait for.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADING})


def _require_ours(connection: Connection) -> None:
    found = standing.revision_of(connection)
    standing.require_known(found)
    if found is None and inspect(connection).get_table_names():
        raise DatabaseTrouble(TroubleKind.NOT_LIBOPS)


# SQLAlchemy types the driver's connection as Any in its event hooks.
def _leave_references(connection: Any, _record: object) -> None:  # noqa: ANN401
    # SQLite changes a table by making it anew; while foreign keys are watched, dropping the old one takes its rows'
    # references along. It cannot be told inside a transaction.
    connection.execute("PRAGMA foreign_keys = OFF")


def _require_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise RuntimeError("a migration left rows that refer to nothing")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseTrouble(TroubleKind.READ_ONLY, error.strerror or "") from error
