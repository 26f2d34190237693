"""The library that is measured in is a sound one, and has what is measured."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.database import Database
from libops.doctor import examine
from libops.library import Library
from libops.settings import Settings
from tests.bench.big_library import copy_to_sqlite
from tests.bench.imagined_library import NOW
from tests.bench.lending import errands

ITEMS = 2_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    copy_to_sqlite(ITEMS, tmp_path / "copy.db")
    return tmp_path / "copy.db"


@pytest.fixture
def rows(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file)
    yield connection
    connection.close()


def test_the_doctor_finds_nothing(file: Path) -> None:
    library = Library(Database(f"sqlite:///{file}"), Settings().patterns, lambda: NOW)
    assert examine(library) == []
    library.close()


def test_two_of_five_items_are_out_and_one_request_is_live_for_each_twenty(rows: sqlite3.Connection) -> None:
    loans = rows.execute("SELECT count(*) FROM loan WHERE returned_at IS NULL").fetchone()
    requests = rows.execute("SELECT count(*), count(held_item_id), count(starts_at) FROM request").fetchone()
    assert (loans, requests) == ((ITEMS * 2 // 5,), (ITEMS // 20, ITEMS // 200, ITEMS // 400))


def test_somebody_waits_in_a_queue_and_some_have_twenty_loans(rows: sqlite3.Connection) -> None:
    longest = rows.execute("SELECT max(position) FROM request WHERE held_item_id IS NULL").fetchone()
    many = rows.execute("SELECT patron_id FROM loan GROUP BY patron_id HAVING count(*) = 20").fetchall()
    assert longest == (3,)
    assert many


def test_nobody_has_more_than_their_limits(rows: sqlite3.Connection) -> None:
    for table, ended, limit in (("loan", "returned_at", "loans_limit"), ("request", "closed_at", "holds_limit")):
        over = rows.execute(
            f"""SELECT patron.number FROM {table} AS own JOIN patron ON patron.id = own.patron_id
                JOIN patron_category AS category ON category.id = patron.category_id
            WHERE own.{ended} IS NULL GROUP BY patron.id HAVING count(*) > max(category.{limit})"""
        ).fetchall()
        assert over == []


def test_errands_leave_alone_what_somebody_waits_for(rows: sqlite3.Connection) -> None:
    books = [barcode for list_of_one in errands(ITEMS, 1) for _, barcode in list_of_one]
    waited_for = {
        barcode
        for (barcode,) in rows.execute(
            "SELECT barcode FROM item JOIN request ON request.title_id = item.title_id WHERE request.closed_at IS NULL"
        )
    }
    assert books
    assert not waited_for & set(books)
