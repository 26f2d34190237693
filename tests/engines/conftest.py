"""The small library, on each engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete

from db.search_index import FTS
from db.tables import metadata
from tests.conftest import RUN
from tests.engines import again
from tests.engines.town import Town, build


@pytest.fixture(scope="session")
def used_postgres(pytestconfig: pytest.Config) -> Iterator[tuple[str, Callable[[], None]]]:
    """A PostgreSQL database that the tests of one worker use one after the other, and what brings it back."""
    run = pytestconfig.stash[RUN]
    url = run.postgres_copy()
    with founded(url):
        kept = again.keep(url)
    with again.brought_back(url, kept) as bring_back:
        yield url, bring_back
    run.cluster().drop_database(url)


@pytest.fixture(scope="session")
def used_tables(pytestconfig: pytest.Config) -> Iterator[tuple[str, Callable[[], None]]]:
    """The same without a library in it."""
    run = pytestconfig.stash[RUN]
    url = run.postgres_copy()
    with again.brought_back(url, again.keep(url)) as bring_back:
        yield url, bring_back
    run.cluster().drop_database(url)


@pytest.fixture
def tables_url(engine_name: str, tmp_path: Path, pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> str:
    """The address of a database with all tables and nothing in them, for tests that change no more than rows."""
    if engine_name == "sqlite":
        return pytestconfig.stash[RUN].sqlite_copy(tmp_path / "libops.db")
    url, bring_back = request.getfixturevalue("used_tables")
    bring_back()
    return str(url)


@pytest.fixture(scope="session")
def founded_file(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """The small library in a SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("town") / "libops.db"
    with founded(pytestconfig.stash[RUN].sqlite_copy(file)):
        pass
    return file


@pytest.fixture
def town(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    """A small library as it was founded; the test runs once on SQLite, once on PostgreSQL.

    Making a PostgreSQL database takes longer than most tests, so one is brought back to what it was.
    """
    if engine_name == "sqlite":
        file = tmp_path / "libops.db"
        shutil.copyfile(request.getfixturevalue("founded_file"), file)
        url = f"sqlite:///{file}"
    else:
        url, bring_back = request.getfixturevalue("used_postgres")
        bring_back()
    opened = Town(url)
    try:
        yield opened
    finally:
        opened.library.close()


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


def clear(connection: Connection) -> None:
    """Remove every row of every table, what refers to rows of its own table first, and the search's words."""
    if connection.dialect.name == "sqlite":
        connection.execute(delete(FTS))
    for table in reversed(metadata.sorted_tables):
        for key in table.foreign_keys:
            if key.column.table is table:
                connection.execute(table.delete().where(key.parent.is_not(None)))
        connection.execute(table.delete())
