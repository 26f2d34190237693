"""``libops sample generate``: large sample libraries that are sound, found, and the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from db.database import Database
from db.tables import ITEM, LOAN, PATRON, TITLE
from libops.bootstrap import wall_clock
from libops.catalogue.search.finding import Found, find
from libops.codes import SAMPLE_PATTERNS
from libops.doctor import examine
from libops.founding import found_from, sample_folder
from libops.library import Library
from libops.permissions import EVERYTHING
from libops.places import find_place
from libops.work import Actor
from tests.commands.program import CLERK, Program
from tests.servers.postgres import PostgresCluster

SIZE = ("--titles", "300", "--items", "500", "--patrons", "40")


def _rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """What was made, without row numbers."""
    database = Database(url)
    with database.reading() as transaction:
        ask = transaction.connection.execute
        titles = ask(select(TITLE.c.number, TITLE.c.title, TITLE.c.isbn, TITLE.c.about).order_by(TITLE.c.number))
        items = ask(
            select(ITEM.c.barcode, TITLE.c.number, ITEM.c.call_number, ITEM.c.status)
            .join(TITLE, TITLE.c.id == ITEM.c.title_id)
            .order_by(ITEM.c.barcode)
        )
        patrons = ask(select(PATRON.c.number, PATRON.c.name, PATRON.c.status).order_by(PATRON.c.number))
        found = {
            "titles": [tuple(row) for row in titles if row.number.startswith("X")],
            "items": [tuple(row) for row in items if row.barcode.startswith("31")],
            "patrons": [tuple(row) for row in patrons if row.number.startswith("P3")],
        }
    database.close()
    return found


def _library(url: str) -> Library:
    return Library(Database(url), SAMPLE_PATTERNS, wall_clock)


def _find(library: Library, typed: str) -> Found:
    with library.database.reading() as transaction:
        place = find_place(transaction)
    with library.look(actor=Actor("operator:test", "test", EVERYTHING), place=place) as look:
        return find(look, typed)


def test_what_is_made_is_sound_and_the_search_finds_it(library: Program, sample_url: str) -> None:
    ran = library.run("sample", "generate", *SIZE, "--seed", "7", "--json")
    assert ran.json == {"titles": 300, "items": 500, "patrons": 40, "loans": 0, "seed": 7, "stopped": False}
    made = _rows(sample_url)
    assert {name: len(rows) for name, rows in made.items()} == {"titles": 300, "items": 500, "patrons": 40}
    opened = _library(sample_url)
    assert examine(opened) == []
    for number, title, isbn, _ in made["titles"][::10]:
        assert str(number) in {hit.number for hit in _find(opened, str(title)).results}
        assert isbn is None or [hit.number for hit in _find(opened, str(isbn)).results] == [number]
    _, title_number, call_number, _ = made["items"][0]
    assert title_number in {hit.number for hit in _find(opened, str(call_number)).results}
    opened.close()


def test_books_are_lent_as_desks_lend_them(library: Program, sample_url: str) -> None:
    assert library.run("sample", "generate", *SIZE, "--loans", "30", "--json").json["loans"] == 30
    opened = _library(sample_url)
    assert examine(opened) == []
    with opened.database.reading() as transaction:
        rows = transaction.connection.execute(
            select(LOAN.c.opened_at, LOAN.c.due_at)
            .join(ITEM, ITEM.c.id == LOAN.c.item_id)
            .where(ITEM.c.barcode >= "31")
        ).all()
    now = wall_clock()
    assert len(rows) == 30
    assert any(due < now for _, due in rows)
    assert any(due > now for _, due in rows)
    assert len({opened_at.date() for opened_at, _ in rows}) > 20
    opened.close()


def test_the_same_seed_makes_the_same_library_and_another_seed_another(
    library: Program, sample_url: str, tmp_path: Path, engine_name: str, request: pytest.FixtureRequest
) -> None:
    library.run("sample", "generate", *SIZE, "--seed", "7")
    first = _rows(sample_url)
    other_url = _another(engine_name, tmp_path, request)
    library.set(LIBOPS_DATABASE_URL=other_url)
    library.run("sample", "generate", *SIZE, "--seed", "7")
    assert _rows(other_url) == first
    library.run("sample", "generate", *SIZE, "--seed", "8")
    behind = _rows(other_url)
    assert [row[1] for row in behind["titles"][300:]] != [row[1] for row in first["titles"]]


def _another(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if engine_name == "sqlite":
        copy = tmp_path / "other.db"
        copy.write_bytes(Path(request.getfixturevalue("sample_file")).read_bytes())
        return f"sqlite:///{copy}"
    cluster: PostgresCluster = request.getfixturevalue("postgres_server")
    return cluster.create_database(template=request.getfixturevalue("sample_template"))


def test_a_second_time_goes_on_behind_the_first(library: Program, sample_url: str) -> None:
    for _ in range(2):
        assert library.run("sample", "generate", *SIZE, "--seed", "7").code == 0
    made = _rows(sample_url)
    assert {name: len(rows) for name, rows in made.items()} == {"titles": 600, "items": 1000, "patrons": 80}
    isbns = [row[2] for row in made["titles"] if row[2]]
    assert len(set(isbns)) == len(isbns)
    opened = _library(sample_url)
    assert examine(opened) == []
    opened.close()


def test_a_library_that_is_no_sample_is_left_as_it_is(program: Program, empty_database_url: str) -> None:
    from db import migrate

    migrate.upgrade(empty_database_url)
    database = Database(empty_database_url)
    found_from(database, sample_folder(), patterns=SAMPLE_PATTERNS, now=wall_clock(), sample=False)
    database.close()
    program.set(LIBOPS_DATABASE_URL=empty_database_url)
    ran = program.run("sample", "generate", *SIZE, "--json")
    assert [reason.code for reason in ran.reasons] == ["sample.not_sample"]
    assert _rows(empty_database_url) == {"titles": [], "items": [], "patrons": []}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_who_lends_books_may_not_make_a_library(library: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    badge, pin = CLERK
    monkeypatch.setenv("LIBOPS_PIN", pin)
    ran = library.run("sample", "generate", *SIZE, "--as", badge, "--json")
    assert [reason.code for reason in ran.reasons] == ["permission.missing"]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "wrong", [("--titles", "0", "--items", "5"), ("--titles", "-1"), ("--seed", "-3"), ("--titles", "10000001")]
)
def test_counts_that_cannot_be_are_refused(library: Program, wrong: tuple[str, ...]) -> None:
    ran = library.run("sample", "generate", *wrong, "--json")
    assert [reason.code for reason in ran.reasons] == ["sample.bad_count"]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_other_patterns_of_codes_are_refused(library: Program) -> None:
    library.set(LIBOPS_PATRON_PATTERN="Z[0-9]{5}")
    ran = library.run("sample", "generate", *SIZE, "--json")
    assert [reason.code for reason in ran.reasons] == ["sample.other_codes"]
    assert msgspec.json.decode(ran.out)["refused"][0]["remedy"]
