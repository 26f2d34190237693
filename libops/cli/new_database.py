"""A new database for a library to be founded in; what goes wrong on the way leaves nothing behind."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from db.database import Database
from db.engine import read_url, sqlite_file
from db.migrate import upgrade
from db.revision import is_empty, require_current
from db.troubles import DatabaseTrouble, TroubleKind
from libops.cli.exit_codes import ExitCode
from libops.cli.setbacks import Setback
from libops.founding import is_founded
from libops.i18n import mark
from libops.refusals import refuse


@contextmanager
def new_database(url: str) -> Iterator[Database]:
    """A database with all tables and no library.

    A SQLite file gets its name only when the block has ended well. Refuses with ``library.exists`` where a library
    stands, and with ``DatabaseTrouble`` where something that is not libops does.
    """
    target = read_url(url)
    file = sqlite_file(target)
    if file is None or file.exists():
        with database_known(target):
            _make_tables(target)
            yield from _opened(target)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{uuid.uuid4().hex}.new")
    try:
        upgrade(target.set(database=str(unfinished)))
        yield from _opened(target.set(database=str(unfinished)))
        _give_name(unfinished, file)
    finally:
        for left in file.parent.glob(f"{unfinished.name}*"):
            left.unlink()


@contextmanager
def database_known(url: URL) -> Iterator[None]:
    """Say how to make a PostgreSQL database that the server does not have: libops itself makes none."""
    try:
        yield
    except DatabaseTrouble as trouble:
        if trouble.kind is not TroubleKind.MISSING or sqlite_file(url) is not None:
            raise
        raise Setback(
            ExitCode.UNUSABLE,
            trouble.kind,
            mark("The server has no database called {name}."),
            mark("Make it with: createdb {name}"),
            name=url.database or "",
        ) from trouble


def _opened(url: URL) -> Iterator[Database]:
    database = Database(url)
    try:
        if is_founded(database):
            raise refuse("library.exists")
        yield database
    finally:
        database.close()


def _make_tables(url: URL) -> None:
    """Make the tables in a database that holds none; a library's own are not upgraded by the way."""
    database = Database(url)
    try:
        if not is_empty(database):
            require_current(database)
            return
    finally:
        database.close()
    upgrade(url)


def _give_name(unfinished: Path, file: Path) -> None:
    try:
        os.link(unfinished, file)
    except FileExistsError:
        # Somebody else founded a library here meanwhile: theirs stays.
        raise refuse("library.exists") from None
    except OSError:
        # A file system without hard links.
        if file.exists():
            raise refuse("library.exists") from None
        unfinished.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
