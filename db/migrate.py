"""Bringing a database's tables to what this program expects."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL

from db import revision as standing
from db.engine import open_engine, read_url, sqlite_file
from db.troubles import DatabaseTrouble, TroubleKind, errors_read


def alembic_config() -> Config:
    """Alembic's settings, without a file of their own: the scripts lie beside this module."""
    config = Config()
    config.set_main_option("script_location", str(standing.MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(url: str | URL, revision: str | None = None) -> None:
    """Make the tables, or bring older ones up to date; a database that is newer than the program is refused.

    A ``revision`` stops at an older state of the tables, which a backup of that time needs to be filled in.

    A SQLite file is made where there is none. PostgreSQL changes all tables in one transaction; on SQLite the same
    holds, because every migration runs inside ``BEGIN IMMEDIATE``.
    """
    target = read_url(url) if isinstance(url, str) else url
    file = sqlite_file(target)
    if file is not None:
        _make_folder(file.parent)
    engine = open_engine(target, create=True)
    try:
        standing.require_known(revision)
        with errors_read():
            standing.require_known(standing.revision_of(engine))
            config = alembic_config()
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, revision or "head")
    finally:
        engine.dispose()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseTrouble(TroubleKind.READ_ONLY, error.strerror or "") from error
