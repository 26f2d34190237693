"""What can go wrong between the program and its database, told apart so that people can be told what to do.

DatabaseTrouble   the database cannot be used now: nothing was changed
  kind            missing, replaced, not_libops, older, newer, locked, full, read_only, unreachable, damaged, failed
Conflict          a constraint of the database decided a race against this transaction
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import psycopg
from psycopg import errors as pg
from sqlalchemy import Index
from sqlalchemy import exc as sa


class TroubleKind(StrEnum):
    """Why the database cannot be used."""

    MISSING = "missing"
    REPLACED = "replaced"
    NOT_LIBOPS = "not_libops"
    OLDER = "older"
    NEWER = "newer"
    LOCKED = "locked"
    FULL = "full"
    READ_ONLY = "read_only"
    UNREACHABLE = "unreachable"
    DAMAGED = "damaged"
    FAILED = "failed"


class DatabaseTrouble(Exception):
    """The database cannot be used now; ``detail`` is the driver's own word, without any data in it.

    ``where`` is the file, or the database on its server, that was looked for; empty where that says nothing.
    """

    def __init__(self, kind: TroubleKind, detail: str = "", where: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else str(kind))
        self.kind = kind
        self.detail = detail
        self.where = where


class Conflict(Exception):
    """A constraint refused a row; ``rule`` is its name (PostgreSQL) or its columns (SQLite)."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule

    def is_on(self, index: Index) -> bool:
        """Whether this unique index was the one that refused."""
        if self.rule == index.name:
            return True
        table = index.table.name if index.table is not None else ""
        return self.rule == ", ".join(f"{table}.{column.name}" for column in index.columns)


# The driver's result codes, not its sentences: sentences change and are translated.
_SQLITE = {
    sqlite3.SQLITE_BUSY: TroubleKind.LOCKED,
    sqlite3.SQLITE_LOCKED: TroubleKind.LOCKED,
    sqlite3.SQLITE_FULL: TroubleKind.FULL,
    sqlite3.SQLITE_READONLY: TroubleKind.READ_ONLY,
    # A file that is missing is noticed before it is opened; the account may not open this one, or not write beside it.
    sqlite3.SQLITE_CANTOPEN: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_NOTADB: TroubleKind.NOT_LIBOPS,
    sqlite3.SQLITE_CORRUPT: TroubleKind.DAMAGED,
    sqlite3.SQLITE_IOERR: TroubleKind.FULL,
}

_POSTGRES: tuple[tuple[type[psycopg.Error], TroubleKind], ...] = (
    (pg.DiskFull, TroubleKind.FULL),
    (pg.IoError, TroubleKind.FULL),
    (pg.ReadOnlySqlTransaction, TroubleKind.READ_ONLY),
    (pg.LockNotAvailable, TroubleKind.LOCKED),
    (pg.DeadlockDetected, TroubleKind.LOCKED),
    (pg.SerializationFailure, TroubleKind.LOCKED),
    (pg.QueryCanceled, TroubleKind.LOCKED),
    (pg.InvalidCatalogName, TroubleKind.MISSING),
    (pg.UndefinedTable, TroubleKind.NOT_LIBOPS),
    (pg.DataCorrupted, TroubleKind.DAMAGED),
    (pg.IndexCorrupted, TroubleKind.DAMAGED),
    (psycopg.OperationalError, TroubleKind.UNREACHABLE),
    (psycopg.InterfaceError, TroubleKind.UNREACHABLE),
)


def read_error(error: Exception) -> DatabaseTrouble | Conflict:
    """What a driver's or SQLAlchemy's error means here."""
    if isinstance(error, sa.DBAPIError) and isinstance(error.orig, Exception):
        return read_error(error.orig)
    if isinstance(error, sqlite3.IntegrityError):
        return Conflict(str(error).partition(": ")[2])
    if isinstance(error, psycopg.IntegrityError):
        return Conflict(error.diag.constraint_name or "")
    if isinstance(error, sqlite3.Error):
        return _read_sqlite(error)
    if isinstance(error, psycopg.Error):
        kind = next(
            (kind for cls, kind in _POSTGRES if isinstance(error, cls)),
            TroubleKind.FAILED,
        )
        kind = _unreachable_or_missing(kind, error)
        where = _named(error) if kind is TroubleKind.MISSING else ""
        return DatabaseTrouble(kind, error.diag.message_primary or type(error).__name__, where)
    if isinstance(error, sa.TimeoutError):
        return DatabaseTrouble(TroubleKind.LOCKED, "no free connection")
    return DatabaseTrouble(TroubleKind.FAILED, type(error).__name__)


def _read_sqlite(error: sqlite3.Error) -> DatabaseTrouble:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return DatabaseTrouble(TroubleKind.FAILED, str(error))
    kind = _SQLITE.get(code & 0xFF, TroubleKind.FAILED)
    if kind is TroubleKind.FAILED and str(error).startswith("no such table"):
        kind = TroubleKind.NOT_LIBOPS
    return DatabaseTrouble(kind, getattr(error, "sqlite_errorname", ""))


def _unreachable_or_missing(kind: TroubleKind, error: psycopg.Error) -> TroubleKind:
    # A refused connection carries no SQLSTATE; the server's sentence is the only thing that names the database.
    if kind is TroubleKind.UNREACHABLE and error.sqlstate is None and "does not exist" in str(error):
        return TroubleKind.MISSING
    return kind


def _named(error: psycopg.Error) -> str:
    """The database that the server's sentence names; empty where it names none."""
    found = re.search(r'database "([^"]+)" does not exist', str(error))
    return found[1] if found else ""


@contextmanager
def errors_read() -> Iterator[None]:
    """Run a block against the database; its driver errors come out as ``DatabaseTrouble`` or ``Conflict``."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error, sa.DBAPIError, sa.TimeoutError) as error:
        raise read_error(error) from error
