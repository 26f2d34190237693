"""At which revision a database's tables stand, told without loading what could change them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from db.database import Database
from db.troubles import DatabaseTrouble, TroubleKind

MIGRATIONS = Path(__file__).parent / "migrations"
"""Where the migrations lie. Each file begins with its revision's number, which grows; a test sees to that."""


def revisions() -> list[str]:
    """Every revision there has been, oldest first."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def head() -> str:
    """The revision that this program's tables stand at."""
    return revisions()[-1]


def revision_of(connection: Connection) -> str | None:
    """The revision of a database's tables; None where there are none of libops."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def is_empty(database: Database) -> bool:
    """Whether a database holds no table at all, like a file that a program made and was killed over.

    Only then may libops make its own there; tables without a revision are somebody else's.
    """
    with database.reading() as transaction:
        return not inspect(transaction.connection).get_table_names()


def require_known(revision: str | None) -> None:
    """Refuse, with ``DatabaseTrouble``, a revision that only a newer program knows."""
    if revision is not None and revision not in revisions():
        raise DatabaseTrouble(TroubleKind.NEWER, revision)


def require_current(database: Database) -> None:
    """Refuse, with ``DatabaseTrouble``, a database whose tables are not exactly what this program expects."""
    with database.reading() as transaction:
        found = revision_of(transaction.connection)
    if found is None:
        raise DatabaseTrouble(TroubleKind.NOT_LIBOPS)
    require_known(found)
    if found != head():
        raise DatabaseTrouble(TroubleKind.OLDER, found)
