"""Bringing a database's tables to what this program expects, and telling when they are something else."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine

from db.database import Database
from db.engine import open_engine, read_url, sqlite_file
from db.troubles import DatabaseTrouble, TroubleKind, errors_read

_HERE = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Alembic's settings, without a file of their own: the scripts lie beside this module."""
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config


def upgrade(url: str | URL, revision: str = "head") -> None:
    """Make the tables, or bring older ones up to date; a database that is newer than the program is refused.

    ``revision`` stops at an older state of the tables, which a backup of that time needs to be filled in.

    A SQLite file is made where there is none. PostgreSQL changes all tables in one transaction; on SQLite the same
    holds, because every migration runs inside ``BEGIN IMMEDIATE``.
    """
    target = read_url(url) if isinstance(url, str) else url
    file = sqlite_file(target)
    if file is not None:
        _make_folder(file.parent)
    engine = open_engine(target, create=True)
    try:
        if revision != "head" and not _is_known(revision):
            raise DatabaseTrouble(TroubleKind.NEWER, revision)
        with errors_read():
            found = _revision(engine)
            if found is not None and not _is_known(found):
                raise DatabaseTrouble(TroubleKind.NEWER, found)
            config = alembic_config()
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
    finally:
        engine.dispose()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseTrouble(TroubleKind.READ_ONLY, error.strerror or "") from error


def require_current(database: Database) -> None:
    """Refuse, with ``DatabaseTrouble``, a database whose tables are not exactly what this program expects."""
    with errors_read():
        found = _revision(database.engine)
    if found is None:
        raise DatabaseTrouble(TroubleKind.NOT_LIBOPS)
    if found != head():
        raise DatabaseTrouble(TroubleKind.OLDER if _is_known(found) else TroubleKind.NEWER, found)


def head() -> str:
    """The revision that this program's tables stand at."""
    revision = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if revision is None:
        raise LookupError("no migrations")
    return revision


def _is_known(revision: str) -> bool:
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    return revision in known


def _revision(engine: Engine) -> str | None:
    with engine.execution_options(libops_reading=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
