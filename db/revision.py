"""At which revision a database's tables stand, told without loading what could change them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from db.database import Database
from db.troubles import DatabaseTrouble, TroubleKind, errors_read

MIGRATIONS = Path(__file__).parent / "migrations"
"""Where the migrations lie. Each file begins with its revision's number, which grows; a test sees to that."""


def revisions() -> list[str]:
    """Every revision there has been, oldest first."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def head() -> str:
    """The revision that this program's tables stand at."""
    return revisions()[-1]


def revision_of(engine: Engine) -> str | None:
    """The revision of a database's tables; None where there are none of libops."""
    with engine.execution_options(libops_reading=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def require_known(revision: str | None) -> None:
    """Refuse, with ``DatabaseTrouble``, a revision that only a newer program knows."""
    if revision is not None and revision not in revisions():
        raise DatabaseTrouble(TroubleKind.NEWER, revision)


def require_current(database: Database) -> None:
    """Refuse, with ``DatabaseTrouble``, a database whose tables are not exactly what this program expects."""
    with errors_read():
        found = revision_of(database.engine)
    if found is None:
        raise DatabaseTrouble(TroubleKind.NOT_LIBOPS)
    require_known(found)
    if found != head():
        raise DatabaseTrouble(TroubleKind.OLDER, found)
