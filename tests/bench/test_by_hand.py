"""The comparison is fair: the clerk by hand leaves the same rows as the domain, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Table, select

from db.database import Database
from db.tables import EVENT, ITEM, LOAN, TRANSFER
from tests.bench.big_library import copy_to_postgres, copy_to_sqlite
from tests.bench.by_hand_sqlite import open_by_hand
from tests.bench.clerks import Clerk, Side, hire
from tests.bench.lending import errands
from tests.servers.postgres import PostgresCluster

ITEMS = 2_000


@pytest.fixture
def copies(tmp_path: Path, engine_name: str, request: pytest.FixtureRequest) -> dict[Side, str]:
    """The same library twice, to be worked in by one clerk each."""
    if engine_name == "sqlite":
        return {side: copy_to_sqlite(ITEMS, tmp_path / f"{side.name}.db") for side in Side}
    cluster: PostgresCluster = request.getfixturevalue("postgres_server")
    return {side: copy_to_postgres(ITEMS, cluster) for side in Side}


def rows(url: str, table: Table) -> list[tuple[object, ...]]:
    """A table's rows without what is new for each act: its number."""
    database = Database(url)
    columns = [column for column in table.columns if column.name != "act"]
    with database.reading() as transaction:
        found = [tuple(row) for row in transaction.connection.execute(select(*columns).order_by(table.c.id))]
    database.close()
    return found


def work_through(clerk: Clerk) -> None:
    """A few check-outs, and some of them back again."""
    for number, (patron, barcode) in enumerate(errands(ITEMS, 1)[0][:20]):
        clerk.check_out(patron, barcode, f"out-{number}")
        if number % 3:
            clerk.check_in(barcode, f"in-{number}")
    clerk.close()


def test_the_clerk_by_hand_leaves_the_same_rows_as_the_domain(copies: dict[Side, str]) -> None:
    before = len(rows(copies[Side.DOMAIN], LOAN))
    for side, url in copies.items():
        work_through(hire(side, url))
    for table in (ITEM, LOAN, TRANSFER, EVENT):
        assert rows(copies[Side.BY_HAND], table) == rows(copies[Side.DOMAIN], table)
    assert len(rows(copies[Side.DOMAIN], LOAN)) == before + 20


def test_both_engines_hold_the_same_large_library(tmp_path: Path, postgres_server: PostgresCluster) -> None:
    urls = (copy_to_sqlite(ITEMS, tmp_path / "copy.db"), copy_to_postgres(ITEMS, postgres_server))
    for table in (ITEM, LOAN, EVENT):
        in_sqlite, in_postgres = (rows(url, table) for url in urls)
        assert in_sqlite == in_postgres
        assert in_sqlite or table is not ITEM


def test_the_clerk_by_hand_opens_sqlite_as_the_domain_does(tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    database = Database(copy_to_sqlite(ITEMS, file))
    by_hand = open_by_hand(str(file))
    for pragma in ("foreign_keys", "journal_mode", "synchronous", "cache_size", "mmap_size", "temp_store"):
        with database.reading() as transaction:
            found = transaction.connection.exec_driver_sql(f"PRAGMA {pragma}").fetchone()
        assert by_hand.execute(f"PRAGMA {pragma}").fetchone() == found
    by_hand.close()
    database.close()
