"""Values come back as they went in, order is the same on both engines, and statements are prepared once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from sqlalchemy import Dialect, Executable, bindparam, insert, literal_column, select, text

from db import statement
from db.database import Database
from db.row_lists import among
from db.statement import Prepared, Statement
from db.tables import ERA, EVENT, TITLE
from libops.catalogue import batches
from libops.catalogue.exporting import selection
from libops.today import counting, journal_pages
from tests.engines.town import BOOKS, READER, Town, put

EAST = timezone(timedelta(hours=5, minutes=45))


class Moment(msgspec.Struct, frozen=True):
    """An instant as it came out of the database."""

    at: datetime


class Noted(msgspec.Struct, frozen=True):
    """The data of an event."""

    data: dict[str, object]


class Coded(msgspec.Struct, frozen=True):
    """A code."""

    code: str


WRITE_ERA: Statement[None] = Statement(
    insert(ERA).values(name=bindparam("name"), begins_after=0, begun_at=bindparam("at", type_=ERA.c.begun_at.type)),
    lambda: None,
)
READ_ERA = Statement(select(ERA.c.begun_at).where(ERA.c.name == bindparam("name")), Moment)
ERAS_UNTIL = Statement(
    select(ERA.c.begun_at)
    .where(ERA.c.begun_at <= bindparam("until", type_=ERA.c.begun_at.type))
    .order_by(ERA.c.begun_at),
    Moment,
)
WRITE_EVENT: Statement[None] = Statement(
    insert(EVENT)
    .values(
        act="a",
        kind="test.noted",
        at=bindparam("at", type_=EVENT.c.at.type),
        actor="test",
        data=bindparam("data", type_=EVENT.c.data.type),
    )
    .inline(),
    lambda: None,
)
READ_EVENT = Statement(select(EVENT.c.data), Noted)
TITLES = Statement(
    select(TITLE.c.number).where(TITLE.c.number > bindparam("after")).order_by(TITLE.c.number),
    Coded,
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as opened:
        yield opened


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 2, 0, 0, 999999, tzinfo=EAST),
        datetime(1999, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_to_the_microsecond_and_in_utc(database: Database, moment: datetime) -> None:
    with database.act() as transaction:
        transaction.run(WRITE_ERA, name="one", at=moment)
        read = transaction.one(READ_ERA, name="one").at
    assert read == moment
    assert read.utcoffset() == timedelta(0)
    with database.reading() as transaction:
        assert transaction.connection.execute(select(ERA.c.begun_at)).scalar_one() == moment


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 23, 2, 0)  # noqa: DTZ001 - what must not get in
    with pytest.raises(ValueError, match="zone"), database.act() as transaction:
        transaction.run(WRITE_ERA, name="one", at=naive)


def test_instants_sort_and_compare_as_times_not_as_texts(database: Database) -> None:
    start = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    moments = [start + timedelta(microseconds=step) for step in (-1_000_000, -1, 0, 1, 10, 999_999, 1_000_000)]
    with database.act() as transaction:
        for place, moment in enumerate(reversed(moments)):
            transaction.run(WRITE_ERA, name=str(place), at=moment.astimezone(EAST if place % 2 else UTC))
    with database.reading() as transaction:
        for place, moment in enumerate(moments):
            assert [row.at for row in transaction.all(ERAS_UNTIL, until=moment)] == moments[: place + 1]


def test_data_of_the_journal_comes_back_as_it_went_in(database: Database) -> None:
    data = {
        "题名": "红楼梦 · 三体 🀄 𱍐",
        "quote": "\"'\\ {curly} [b]markup[/b] %s %(name)s ?",
        "number": 2**40,
        "share": 0.1,
        "none": None,
        "yes": True,
        "many": ["一", 2, {"deep": []}],
        "empty": {},
    }
    with database.act() as transaction:
        transaction.run(WRITE_EVENT, at=datetime(2026, 1, 1, tzinfo=UTC), data=data)
        assert transaction.one(READ_EVENT).data == data
    with database.reading() as transaction:
        assert transaction.connection.execute(select(EVENT.c.data)).scalar_one() == data


def test_codes_are_ordered_byte_by_byte_on_both_engines(database: Database) -> None:
    codes = ["10", "9", "A", "Z", "a", "b", "ä", "é", "中", "国", "-1", "_", "B2", "B10", "b1", "～"]
    with database.act() as transaction:
        for code in codes:
            put(transaction, TITLE, number=code, title="t")
    by_bytes = sorted(codes, key=str.encode)
    with database.reading() as transaction:
        assert [row.code for row in transaction.all(TITLES, after="")] == by_bytes
        for place, code in enumerate(by_bytes):
            assert [row.code for row in transaction.all(TITLES, after=code)] == by_bytes[place + 1 :]


def test_codes_that_differ_only_in_case_are_different(database: Database) -> None:
    with database.act() as transaction:
        put(transaction, TITLE, number="t1", title="small")
        put(transaction, TITLE, number="T1", title="large")
        assert transaction.connection.execute(select(TITLE.c.title).where(TITLE.c.number == "T1")).all() == [("large",)]


def test_a_percent_sign_and_a_question_mark_are_only_characters(town: Town) -> None:
    with town.library.database.reading() as transaction:
        assert transaction.all(TITLES, after="%s ? %(after)s :after") == [Coded("T1")]
        assert transaction.connection.execute(text("SELECT '100 %'")).scalar_one() == "100 %"


def test_statements_are_compiled_once_and_not_again_by_later_acts(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def once(turn: int) -> None:
        town.clock.later(days=1)
        town.lend(READER, BOOKS[turn])
        town.clock.later(days=1)
        town.renew(BOOKS[turn])
        town.take_back(BOOKS[turn], key=f"key-{turn}")

    compiled: list[Executable] = []

    class Counted(Prepared[Any]):
        def __init__(self, source: Executable, row: Callable[..., object], dialect: Dialect) -> None:
            compiled.append(source)
            super().__init__(source, row, dialect)

    monkeypatch.setattr(statement, "Prepared", Counted)
    once(0)
    compiled.clear()
    for turn in range(1, 5):
        once(turn)
        town.reopen()
    assert compiled == []


def test_a_statement_is_compiled_for_each_engine_it_meets(database: Database) -> None:
    fresh: Statement[Coded] = Statement(select(TITLE.c.number), Coded)
    with database.reading() as transaction:
        assert transaction.all(fresh) == []
        dialect = transaction.connection.dialect
    assert fresh.prepare(dialect) is fresh.prepare(dialect)


def test_a_statement_that_must_answer_and_does_not_is_an_error_of_the_program(database: Database) -> None:
    with database.reading() as transaction, pytest.raises(LookupError):
        transaction.one(READ_ERA, name="none")
    with database.reading() as transaction:
        assert transaction.maybe(READ_ERA, name="none") is None


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_list_of_row_numbers_is_looked_up_by_index(town: Town) -> None:
    which = Statement(
        select(TITLE.c.number).where(among(TITLE.c.id, "titles"), TITLE.c.language != literal_column("''")), Coded
    )
    with town.library.database.reading() as transaction:
        prepared = which.prepare(transaction.connection.dialect)
        plan = transaction.connection.exec_driver_sql("EXPLAIN QUERY PLAN " + prepared.text, ("[1]",)).all()

    assert not any(str(step[-1]).startswith("SCAN title") for step in plan), plan


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "sought",
    [batches._LATEST, batches._CHANGES, batches._BY_ACT, batches._UNDONE_SINCE, selection._CHANGED_SINCE],
    ids=["latest", "changes", "by act", "undone", "changed since"],
)
def test_what_the_catalogue_seeks_in_the_journal_is_led_there_by_an_index(
    town: Town, sought: Statement[object]
) -> None:
    with town.library.database.reading() as transaction:
        prepared = sought.prepare(transaction.connection.dialect)
        cells = ("1",) * prepared.text.count("?")
        plan = transaction.connection.exec_driver_sql("EXPLAIN QUERY PLAN " + prepared.text, cells).all()

    assert not any(str(step[-1]).startswith("SCAN event") for step in plan), plan


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "counted", [counting._COUNT, counting._TELL, journal_pages._page_of(frozenset())], ids=["count", "tell", "page"]
)
def test_a_day_is_reached_in_the_journal_by_its_numbers(town: Town, counted: Statement[object]) -> None:
    with town.library.database.reading() as transaction:
        prepared = counted.prepare(transaction.connection.dialect)
        cells = ("1",) * prepared.text.count("?")
        plan = transaction.connection.exec_driver_sql("EXPLAIN QUERY PLAN " + prepared.text, cells).all()

    assert any("event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in str(step[-1]) for step in plan), plan
