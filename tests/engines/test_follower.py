"""Followers of the journal miss nothing and repeat nothing, whatever else is open, and whoever places the rows."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import func, select, text

from db.database import Database
from db.tables import EVENT
from libops import follower, journal
from libops.follower import Cursor, Follower, UnknownEra, place_new
from libops.work import Answer, Work, act
from tests.engines.again import plain
from tests.engines.town import BOOK, CLERK, OTHER_BOOK, READER, THIRD_BOOK, Town
from tests.servers.postgres import PostgresCluster

POSTGRES = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


@act("tests.note", Answer)
def note(work: Work, *, number: int, wait: float, refuse: bool) -> Answer:
    """An act that takes its event's number early and commits late."""
    work.record("tests.noted", number=number)
    journal.write(work.transaction, work._heading(), work._events)
    work._events = []
    time.sleep(wait)
    if refuse:
        raise RuntimeError("changed its mind")
    return Answer()


def write_many(town: Town, writer: int, count: int) -> list[int]:
    """Write events whose commits overtake one another; some are undone. The numbers that were committed."""
    dice = random.Random(writer)
    committed = []
    place = town.place()
    for turn in range(count):
        number, undone = writer * 1000 + turn, dice.random() < 0.2
        try:
            with town.library.work(actor=CLERK, place=place) as work:
                note(work, number=number, wait=dice.random() * 0.004, refuse=undone)
        except RuntimeError:
            continue
        committed.append(number)
    return committed


def test_followers_see_every_committed_event_of_racing_writers_once_and_no_other(town: Town) -> None:
    followers = [Follower.from_start(town.library.database) for _ in range(3)]
    seen: list[list[int]] = [[] for _ in followers]
    ended = threading.Event()

    def follow(which: int) -> None:
        # One more look after the end: what was committed last must be seen too.
        while not ended.is_set():
            look(which)
        look(which)

    def look(which: int) -> None:
        while events := followers[which].poll(7):
            seen[which] += [int(str(event.data["number"])) for event in events]

    with ThreadPoolExecutor(8) as threads:
        watching = [threads.submit(follow, which) for which in range(len(followers))]
        writing = [threads.submit(write_many, town, writer, 60) for writer in range(4)]
        committed = sorted(number for written in writing for number in written.result())
        ended.set()
        for watch in watching:
            watch.result()
    assert len(committed) > 150
    for which in range(len(followers)):
        assert sorted(seen[which]) == committed
    assert seen[0] == seen[1] == seen[2], "all followers read in the same order"


@POSTGRES
def test_an_event_that_commits_after_a_later_one_is_not_passed_over(town: Town) -> None:
    follower = Follower.from_start(town.library.database)
    place = town.place()
    early, late = threading.Event(), threading.Event()

    def slow() -> None:
        with town.library.work(actor=CLERK, place=place) as work:
            note(work, number=1, wait=0, refuse=False)
            early.set()
            assert late.wait(10)

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(slow)
        assert early.wait(10)
        with town.library.work(actor=CLERK, place=place) as work:
            note(work, number=2, wait=0, refuse=False)
        # Number 2 has the higher row number and is there first.
        assert [event.data["number"] for event in follower.poll()] == [2]
        late.set()
        running.result()
    assert [event.data["number"] for event in follower.poll()] == [1]
    rows = town.ask(select(EVENT.c.id, EVENT.c.position).order_by(EVENT.c.position))
    assert rows[0][0] > rows[1][0]


@POSTGRES
def test_an_open_transaction_in_another_database_or_in_this_one_does_not_hold_a_follower_up(
    town: Town, postgres_server: PostgresCluster
) -> None:
    follower = Follower.from_start(town.library.database)
    elsewhere = postgres_server.create_database()
    try:
        with (
            psycopg.connect(plain(elsewhere)) as other_database,
            psycopg.connect(plain(town.url)) as same_database,
        ):
            for connection in (other_database, same_database):
                # A transaction with a number of its own, as only one that writes has.
                connection.execute("CREATE TABLE still_open (n integer)")
                assert connection.execute("SELECT pg_current_xact_id_if_assigned()").fetchone() != (None,)
            town.lend(READER, BOOK)
            assert [event.kind for event in follower.poll()] == ["loan.opened"]
            same_database.rollback()
            other_database.rollback()
    finally:
        postgres_server.drop_database(elsewhere)


def test_positions_have_no_gaps_even_where_row_numbers_have_them(town: Town) -> None:
    committed = write_many(town, 1, 40)
    place_new(town.library.database)
    positions = [row[0] for row in town.ask(select(EVENT.c.position).order_by(EVENT.c.position))]
    assert positions == list(range(1, len(committed) + 1))


def test_a_follower_goes_on_where_its_printed_cursor_stands(town: Town) -> None:
    town.lend(READER, BOOK)
    first = Follower.from_start(town.library.database)
    assert [event.kind for event in first.poll()] == ["loan.opened"]
    town.take_back(BOOK)
    again = Follower(town.library.database, Cursor.parse(str(first.cursor)))
    assert [event.kind for event in again.poll()] == ["loan.closed"]
    assert again.poll() == []


def test_a_follower_from_the_end_reads_only_what_comes(town: Town) -> None:
    town.lend(READER, BOOK)
    follower = Follower.from_end(town.library.database)
    assert follower.poll() == []
    town.lend(READER, OTHER_BOOK)
    town.lend(READER, THIRD_BOOK)
    assert [event.kind for event in follower.poll(1)] == ["loan.opened"]
    assert [event.kind for event in follower.poll(1)] == ["loan.opened"]
    assert follower.poll(1) == []


def test_a_follower_reads_what_another_library_program_wrote(town: Town) -> None:
    follower = Follower.from_end(town.library.database)
    other = Town(town.url)
    other.lend(READER, BOOK)
    other.library.close()
    assert [event.kind for event in follower.poll()] == ["loan.opened"]


def test_a_cursor_of_an_era_that_never_was_here_is_told_so(town: Town) -> None:
    with pytest.raises(UnknownEra):
        Follower(town.library.database, Cursor("elsewhere", 3)).poll()


def test_looking_where_nothing_is_new_writes_nothing(town: Town) -> None:
    town.lend(READER, BOOK)
    follower = Follower.from_start(town.library.database)
    follower.poll()
    watcher = Database(town.url)
    before = _writes(watcher)
    for _ in range(5):
        assert follower.poll() == []
    assert _writes(watcher) == before
    watcher.close()


def _writes(database: Database) -> object:
    with database.reading() as transaction:
        if database.is_postgres:
            return transaction.connection.execute(text("SELECT max(xmin::text::bigint) FROM event")).scalar_one()
        return transaction.connection.execute(text("PRAGMA data_version")).scalar_one()


def test_events_are_counted_once_however_often_they_are_placed(town: Town) -> None:
    write_many(town, 2, 20)
    with ThreadPoolExecutor(6) as threads:
        placed = list(threads.map(lambda _: place_new(town.library.database), range(12)))
    assert sum(placed) == town.ask(select(func.count()).select_from(EVENT))[0][0]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_newest_position_is_found_in_its_index_however_long_the_journal_is(town: Town) -> None:
    with town.library.database.reading() as transaction:
        asked = follower._LAST.prepare(transaction.connection.dialect).text
        plan = transaction.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (0,)).all()
    assert "uq_event_position" in " ".join(str(row) for row in plan)
