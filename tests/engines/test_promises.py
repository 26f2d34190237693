"""What each engine is told, so that a commit is durable, a lock is waited for, and readers stand in nobody's way."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text, update

from db.database import Database, Transaction
from db.people import Patron
from db.rules import RenewFrom
from db.tables import ITEM, LOAN, PATRON, POLICY
from db.troubles import Conflict, DatabaseTrouble, TroubleKind, errors_read
from tests.engines.town import BOOK, OTHER_BOOK, OTHER_READER, READER, Town, put
from tests.servers.postgres import PostgresCluster

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
POSTGRES = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
PATIENCE = 20


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as opened:
        yield opened


def told(transaction: Transaction, question: str) -> str:
    """The engine's answer to a question with one answer."""
    return str(transaction.connection.execute(text(question)).scalar_one())


def settings(database: Database, *questions: str) -> list[list[str]]:
    """The engine's answers, once in an act and once while reading, each on several connections of the pool."""
    with database.act() as acting, database.reading() as first, database.reading() as second:
        return [[told(transaction, question) for question in questions] for transaction in (acting, first, second)]


@SQLITE
def test_a_commit_on_sqlite_is_on_the_disk_before_it_is_answered(database: Database) -> None:
    answers = settings(database, "PRAGMA synchronous", "PRAGMA journal_mode", "PRAGMA foreign_keys")
    assert answers == [["2", "wal", "1"]] * 3


@SQLITE
def test_a_copy_that_lost_its_log_on_the_way_gets_one_again(town: Town, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(make_url(town.url).database or "")) as original:
        original.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy)) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    with closing(Database(f"sqlite:///{copy}")) as database, database.reading() as reading:
        assert told(reading, "PRAGMA journal_mode") == "wal"


@POSTGRES
@pytest.mark.parametrize("value", ["off", "local"])
def test_a_commit_on_postgresql_is_on_the_disk_whatever_the_role_is_used_to(
    database_url: str, postgres_server: PostgresCluster, value: str
) -> None:
    name = make_url(database_url).database
    with closing(Database(database_url)) as before, before.act() as transaction:
        transaction.connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = {value}'))
    with closing(Database(database_url)) as database:
        assert settings(database, "SHOW synchronous_commit") == [["on"]] * 3


@POSTGRES
def test_a_stricter_promise_of_the_server_is_kept(database_url: str) -> None:
    name = make_url(database_url).database
    with closing(Database(database_url)) as before, before.act() as transaction:
        transaction.connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = remote_apply'))
    with closing(Database(database_url)) as database, database.reading() as reading:
        assert told(reading, "SHOW synchronous_commit") == "remote_apply"


@POSTGRES
def test_postgresql_speaks_utc_to_us_and_gives_up_on_a_lock_at_last(database: Database) -> None:
    assert settings(database, "SHOW TimeZone", "SHOW lock_timeout") == [["UTC", "10s"]] * 3


@POSTGRES
@pytest.mark.parametrize("level", ["serializable", "repeatable read"])
def test_acts_read_what_is_committed_whatever_the_database_is_used_to(database_url: str, level: str) -> None:
    name = make_url(database_url).database
    with closing(Database(database_url)) as before, before.act() as transaction:
        transaction.connection.execute(text(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = '{level}'"))
    with closing(Database(database_url)) as database, database.act() as acting, database.reading() as reading:
        assert told(acting, "SHOW transaction_isolation") == "read committed"
        assert told(reading, "SHOW transaction_isolation") == "repeatable read"


def test_a_row_must_refer_to_rows_that_are_there(town: Town) -> None:
    with pytest.raises(Conflict), town.library.database.act() as transaction, errors_read():
        put(transaction, POLICY, branch_id=999, period=1, renewals=0, renew_from=RenewFrom.DUE)


def test_a_second_fallback_rule_is_refused_by_the_database(town: Town) -> None:
    with pytest.raises(Conflict), town.library.database.act() as transaction:
        put(transaction, POLICY, period=1, renewals=0, renew_from=RenewFrom.DUE)


def test_an_open_loan_of_an_item_is_only_one_by_the_database_alone(town: Town) -> None:
    town.lend(READER, BOOK)
    (row,) = town.ask(select(LOAN))
    again = {name: value for name, value in row._mapping.items() if name != "id"}
    with pytest.raises(Conflict) as caught, town.library.database.act() as transaction:
        put(transaction, LOAN, **again)
    (index,) = (index for index in LOAN.indexes if index.name == "uq_loan_open_item")
    assert caught.value.is_on(index)
    town.take_back(BOOK)
    town.lend(OTHER_READER, BOOK)


@POSTGRES
def test_a_transaction_that_only_reads_cannot_write(town: Town) -> None:
    with pytest.raises(DatabaseTrouble) as caught, town.library.database.reading() as reading:
        reading.connection.execute(update(ITEM).values(status="missing"))
    assert caught.value.kind is TroubleKind.READ_ONLY


def test_reading_sees_one_moment_while_acts_go_on(town: Town) -> None:
    with town.library.database.reading() as reading:
        count = "SELECT count(*) FROM loan"
        assert told(reading, count) == "0"
        town.lend(READER, BOOK)
        assert told(reading, count) == "0"
    assert len(town.open_loans()) == 1


def test_readers_do_not_wait_for_an_act_under_way(town: Town) -> None:
    place = town.place()
    database = town.library.database
    with database.act() as acting:
        acting.connection.execute(update(ITEM).values(status="missing"))
        with database.reading() as first, database.reading() as second:
            seen = "SELECT count(*) FROM item WHERE status = 'missing'"
            assert told(first, seen) == told(second, seen) == "1"
            assert place == town.place()
        acting.connection.rollback()


def hold(database: Database, statement: str, held: threading.Event, let_go: threading.Event) -> None:
    """Begin an act, do one thing in it, and stay there."""
    with database.act() as transaction:
        transaction.connection.execute(text(statement))
        held.set()
        assert let_go.wait(PATIENCE)


def test_a_second_act_on_the_same_rows_waits_and_then_goes_through(town: Town) -> None:
    held, let_go = threading.Event(), threading.Event()
    lock = f"UPDATE patron SET note = 'seen' WHERE number = '{READER}'"
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(hold, town.library.database, lock, held, let_go)
        assert held.wait(PATIENCE)
        second = pool.submit(town.lend, READER, BOOK)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        let_go.set()
        first.result(PATIENCE)
        assert second.result(PATIENCE).barcode == BOOK


@POSTGRES
def test_acts_on_different_rows_do_not_wait_for_each_other(town: Town) -> None:
    with town.library.database.act() as acting:
        acting.connection.execute(select(PATRON).where(PATRON.c.number == READER).with_for_update())
        acting.connection.execute(select(ITEM).where(ITEM.c.barcode == BOOK).with_for_update())
        assert town.lend(OTHER_READER, OTHER_BOOK).barcode == OTHER_BOOK


@SQLITE
def test_an_act_on_sqlite_is_the_only_writer_from_its_first_moment(town: Town) -> None:
    with closing(sqlite3.connect(make_url(town.url).database or "", timeout=0, isolation_level=None)) as other:
        with town.library.database.act(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        with town.library.database.reading():
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")


def test_an_act_that_raises_leaves_nothing(town: Town) -> None:
    with suppress(ZeroDivisionError), town.library.database.act() as transaction:
        transaction.connection.execute(update(ITEM).values(status="missing"))
        raise ZeroDivisionError
    assert town.status_of(BOOK) == "available"


def test_what_a_session_of_an_act_holds_is_written_with_it(town: Town) -> None:
    with town.library.database.act() as transaction:
        transaction.session.get_one(Patron, 1).note = "二楼"
    with suppress(ZeroDivisionError), town.library.database.act() as transaction:
        transaction.session.get_one(Patron, 1).note = "三楼"
        transaction.flush()
        raise ZeroDivisionError
    assert town.ask(select(PATRON.c.note).where(PATRON.c.id == 1))[0][0] == "二楼"


def test_more_threads_than_connections_all_get_their_turn(town: Town) -> None:
    place = town.place()
    with ThreadPoolExecutor(24) as pool:
        places = list(pool.map(lambda _: town.place(), range(96)))
    assert set(places) == {place}
