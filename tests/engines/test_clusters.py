"""A server that goes away and comes back, is only a standby, or is killed: people are told, and nothing is lost."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from db.migrate import upgrade
from db.tables import LOAN
from db.troubles import DatabaseTrouble, TroubleKind
from libops.doctor import examine
from libops.follower import Follower
from tests.engines.clusters import kill_server, make_standby, start, stop
from tests.engines.conftest import founded
from tests.engines.town import BOOKS, READER, Town
from tests.servers.postgres import PostgresCluster, PostgresServer

KILLS = 20


@contextmanager
def town_of_its_own() -> Iterator[tuple[Town, PostgresCluster]]:
    """The small library on a server that nobody else uses."""
    with PostgresServer() as cluster:
        url = cluster.create_database()
        upgrade(url)
        with founded(url) as town:
            yield town, cluster


def trouble(town: Town) -> TroubleKind:
    with pytest.raises(DatabaseTrouble) as caught:
        town.lend(READER, BOOKS[1])
    return caught.value.kind


def test_a_server_that_stops_is_told_and_found_again_when_it_is_back_and_a_standby_is_told_to_be_one() -> None:
    with town_of_its_own() as (town, cluster):
        lent = town.lend(READER, BOOKS[0])
        stop(cluster)
        assert [trouble(town), trouble(town)] == [TroubleKind.UNREACHABLE] * 2
        start(cluster)
        assert town.take_back(BOOKS[0]).was_on_loan
        again = town.lend(READER, BOOKS[0])
        assert again.loan_id != lent.loan_id
        stop(cluster)
        make_standby(cluster)
        start(cluster)
        town.reopen()
        assert trouble(town) is TroubleKind.READ_ONLY
        assert town.open_loans() == [(READER, BOOKS[0])]
        assert trouble(town) is TroubleKind.READ_ONLY


def lend_on(town: Town, confirmed: list[int], stopping: threading.Event) -> None:
    """Lend and take back until the server is gone; note each loan once it is confirmed."""
    while not stopping.is_set():
        for book in BOOKS:
            try:
                confirmed.append(town.lend(READER, book).loan_id)
                town.take_back(book)
            except DatabaseTrouble:
                return


@pytest.mark.soak
def test_every_confirmed_loan_survives_the_killing_of_the_server_itself() -> None:
    dice = random.Random(7)
    with town_of_its_own() as (town, cluster):
        follower = Follower.from_start(town.library.database)
        confirmed: list[int] = []
        seen: list[int] = []
        for _ in range(KILLS):
            stopping = threading.Event()
            enough = len(confirmed) + dice.randrange(1, 100)
            with ThreadPoolExecutor(1) as pool:
                lending = pool.submit(lend_on, town, confirmed, stopping)
                while len(confirmed) < enough and not lending.done():
                    seen += [event.id for event in follower.poll()]
                kill_server(cluster)
                stopping.set()
                lending.result(30)
            start(cluster)
            town.reopen()
            follower = Follower(town.library.database, follower.cursor)
            assert set(confirmed) <= {row.id for row in town.ask(select(LOAN.c.id))}
            assert len(town.open_loans()) <= 1
            for _, barcode in town.open_loans():
                town.take_back(barcode)
            assert examine(town.library) == []
        while events := follower.poll():
            seen += [event.id for event in events]
        assert len(seen) == len(set(seen))
        assert len(confirmed) >= KILLS
