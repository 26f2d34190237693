"""Tables are made once, in a database that holds none: never in somebody else's, and not twice at the same time."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import inspect, make_url, text

from db.database import Database
from db.engine import open_engine, read_url
from db.migrate import upgrade
from db.revision import is_empty, require_current
from db.troubles import DatabaseTrouble, TroubleKind
from libops.backup import back_up, restore
from tests.engines.town import BOOK, MORNING, READER, Town

PROGRAMS = 3
PATIENCE = 60


def tables_of(url: str) -> list[str]:
    with closing(Database(url)) as database, database.reading() as transaction:
        return inspect(transaction.connection).get_table_names()


def make_foreign(url: str) -> None:
    """Another program's database: one table with a row."""
    engine = open_engine(read_url(url), create=True)
    if engine.dialect.name == "sqlite":
        engine.dispose()
        with closing(sqlite3.connect(make_url(url).database or "")) as file:
            file.executescript("CREATE TABLE bookmark (address text); INSERT INTO bookmark VALUES ('here')")
        return
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bookmark (address text)"))
    engine.dispose()


@pytest.fixture
def backup(tmp_path: Path, town: Town) -> Path:
    """A backup of the small library with one open loan."""
    town.lend(READER, BOOK)
    back_up(town.library.database, tmp_path / "backup", now=MORNING)
    return tmp_path / "backup"


@pytest.mark.parametrize("way", ["upgrade", "restore"])
def test_nothing_is_made_in_a_database_of_another_program(
    empty_database_url: str, tmp_path: Path, backup: Path, way: str
) -> None:
    url = empty_database_url
    attempts: dict[str, Callable[[], object]] = {
        "upgrade": lambda: upgrade(url),
        "restore": lambda: restore(url, backup, now=MORNING),
    }
    make_foreign(url)
    file = Path(make_url(url).database or "")
    before = file.read_bytes() if url.startswith("sqlite") else b""
    with pytest.raises(DatabaseTrouble) as caught:
        attempts[way]()
    assert caught.value.kind is TroubleKind.NOT_LIBOPS
    assert tables_of(url) == ["bookmark"]
    if before:
        assert file.read_bytes() == before
        assert list(tmp_path.glob(f"{file.name}?*")) == []


@pytest.mark.parametrize("way", ["upgrade", "restore"])
@pytest.mark.parametrize("left", ["an empty file", "a database without tables"])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_file_that_holds_no_table_is_as_good_as_new(
    empty_database_url: str, backup: Path, way: str, left: str
) -> None:
    url = empty_database_url
    file = Path(make_url(url).database or "")
    file.touch()
    if left != "an empty file":
        with closing(sqlite3.connect(file)) as other:
            other.executescript("PRAGMA journal_mode = WAL; CREATE TABLE gone (id integer); DROP TABLE gone")
    with closing(Database(url)) as database:
        assert is_empty(database)
        if way == "upgrade":
            upgrade(url)
        else:
            restore(url, backup, now=MORNING)
        assert not is_empty(database)
        require_current(database)
    with closing(sqlite3.connect(file)) as again:
        assert again.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def _upgrade(urls: list[str], barrier: Barrier, told: Queue[str]) -> None:
    for url in urls:
        barrier.wait(PATIENCE)
        try:
            upgrade(url)
        except Exception as error:  # noqa: BLE001  # whatever it is, the test wants to see it
            told.put(repr(error))
        else:
            told.put("done")


def test_of_programs_that_upgrade_at_the_same_time_none_fails(empty_database_url: str) -> None:
    # New files cost nothing, and their first moments are where SQLite does not wait by itself.
    urls = [f"{empty_database_url}.{turn}" for turn in range(20)] if "sqlite" in empty_database_url else []
    urls.append(empty_database_url)
    starting = multiprocessing.get_context("forkserver")
    starting.set_forkserver_preload([__name__])
    barrier, told = starting.Barrier(PROGRAMS), starting.Queue()
    programs = [starting.Process(target=_upgrade, args=(urls, barrier, told)) for _ in range(PROGRAMS)]
    for program in programs:
        program.start()
    answers = PROGRAMS * len(urls)
    assert [told.get(timeout=PATIENCE) for _ in range(answers)] == ["done"] * answers
    for program in programs:
        program.join(PATIENCE)
    for url in urls:
        with closing(Database(url)) as database:
            require_current(database)
