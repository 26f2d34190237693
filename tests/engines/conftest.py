"""The small library, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Connection, text

from db.database import Database
from db.tables import metadata
from tests.conftest import RUN
from tests.engines.town import Town, build


@pytest.fixture(scope="session")
def used_postgres_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """A PostgreSQL database that the tests of one worker use one after the other."""
    run = pytestconfig.stash[RUN]
    url = run.postgres_copy()
    yield url
    run.cluster().drop_database(url)


@pytest.fixture
def town(engine_name: str, request: pytest.FixtureRequest) -> Iterator[Town]:
    """A small library as it was founded; the test runs once on SQLite, once on PostgreSQL.

    Making a PostgreSQL database takes longer than most tests, so this one is emptied rather than made.
    """
    local = engine_name == "sqlite"
    url = str(request.getfixturevalue("database_url" if local else "used_postgres_url"))
    if not local:
        empty(url)
    with founded(url) as opened:
        yield opened


@pytest.fixture
def own_town(database_url: str) -> Iterator[Town]:
    """The same in a database of its own, for tests that change more than rows."""
    with founded(database_url) as opened:
        yield opened


@contextmanager
def founded(url: str) -> Iterator[Town]:
    """The small library in this empty database."""
    opened = Town(url)
    try:
        build(opened.library.database)
        yield opened
    finally:
        opened.library.close()


def empty(url: str) -> None:
    """Remove every row, and whoever a failed test left connected."""
    throw_out = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    # Not the server's own workers, which may be tidying up here.
    throw_out += " WHERE datname = current_database() AND usename = current_user AND pid != pg_backend_pid()"
    restart = "SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence"
    with closing(Database(url)) as database, database.act() as transaction:
        transaction.connection.execute(text(throw_out))
        clear(transaction.connection)
        transaction.connection.execute(text(restart))


def clear(connection: Connection) -> None:
    """Remove every row of every table, what refers to rows of its own table first."""
    for table in reversed(metadata.sorted_tables):
        for key in table.foreign_keys:
            if key.column.table is table:
                connection.execute(table.delete().where(key.parent.is_not(None)))
        connection.execute(table.delete())
