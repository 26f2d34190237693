"""``libops init``: what it makes, what it refuses, and that what goes wrong leaves nothing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.program import PATRON, Program
from tests.servers.postgres import PostgresCluster

SAMPLE = Path(__file__).parents[2] / "sample_data"


def test_the_sample_is_founded_and_its_supervisor_may_sign_in(program: Program, empty_database_url: str) -> None:
    program.set(LIBOPS_DATABASE_URL=empty_database_url)
    made = program.json("init", "--sample").json
    assert (made["branches"], made["titles"], made["items"], made["patrons"], made["staff"]) == (3, 2000, 4000, 300, 9)
    sign_in = made["sign_in"]
    assert isinstance(sign_in, dict)
    program.set(LIBOPS_BADGE=sign_in["badge"], LIBOPS_PIN=sign_in["pin"])
    assert program.json("patron", "show", PATRON).json["number"] == PATRON
    assert program.json("doctor", "--json").page.results == []


def test_a_library_that_stands_is_left_as_it_is(library: Program) -> None:
    before = library.json("patron", "list").out
    for way in (["--sample"], ["--from", "/nowhere"], ["--name", "New", "--pin", "1234"]):
        assert library.json("init", *way).refused == ["library.exists"]
    assert library.json("patron", "list").out == before
    assert library.json("db", "stats").json["items"] == 4000


def test_the_least_that_works_has_a_desk_and_an_administrator(program: Program, empty_database_url: str) -> None:
    program.set(LIBOPS_DATABASE_URL=empty_database_url, LIBOPS_NEW_PIN="24680")
    made = program.json("init", "--name", "小镇图书馆", "--zone", "Asia/Shanghai", "--badge", "S0042").json
    assert (made["branches"], made["staff"], made["sign_in"]) == (1, 1, {"badge": "S0042", "pin": None})
    program.set(LIBOPS_BADGE="S0042", LIBOPS_PIN="24680")
    staff = program.json("staff", "list").page.results
    assert [(person["badge"], person["role"]) for person in staff] == [("S0042", "administrator")]
    assert program.json("item", "list").page.results == []
    assert program.json("doctor").page.results == []


def test_who_founds_a_library_is_told_the_badge_to_sign_in_with(program: Program) -> None:
    told = program.run("init", "--pin", "24680").out
    assert "badge S0001" in told
    assert "24680" not in told


def test_what_cannot_be_founded_leaves_nothing_behind(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "made" / "libops.db"
    program.set(LIBOPS_DATABASE_URL=f"sqlite:///{file}")
    assert program.json("init", "--pin", "12").refused == ["staff.weak_pin"]
    assert program.json("init", "--pin", "1234", "--badge", "X").refused == ["staff.bad_badge"]
    assert program.json("init", "--pin", "1234", "--zone", "Mars/Phobos").trouble.kind == "usage"
    assert program.json("init", "--pin", "1234", "--name", " ").trouble.kind == "usage"
    assert program.json("init", "--sample", "--from", "x").trouble.kind == "usage"
    missing = program.json("init", "--from", str(tmp_path / "nothing here"))
    assert (missing.code, missing.trouble.kind) == (6, "file")
    assert list(file.parent.iterdir()) == []


def test_a_row_that_cannot_be_used_is_named(program: Program, empty_database_url: str, tmp_path: Path) -> None:
    program.set(LIBOPS_DATABASE_URL=empty_database_url)
    shutil.copytree(SAMPLE, tmp_path / "mine")
    items = tmp_path / "mine" / "items.csv"
    items.write_text(items.read_text().replace("30000000000020", "30000000000021"))
    told = program.json("init", "--from", str(tmp_path / "mine"))
    assert (told.code, told.trouble.kind) == (6, "file")
    assert "items.csv, row 3" in told.trouble.message
    items.write_text(items.read_text().replace("30000000000021", "30000000000020"))
    assert program.json("init", "--from", str(tmp_path / "mine")).json["items"] == 4000
    assert program.json("init", "--sample").refused == ["library.exists"]


def test_the_database_of_another_program_gets_no_tables(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "bookmarks.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE bookmark (address text)")
    program.set(LIBOPS_DATABASE_URL=f"sqlite:///{file}")
    told = program.json("init", "--sample")
    assert (told.code, told.trouble.kind) == (4, "not_libops")
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmark",)]


def test_a_postgresql_database_has_to_be_made_first(program: Program, postgres_server: PostgresCluster) -> None:
    program.set(LIBOPS_DATABASE_URL=postgres_server.url("nobody_made_this"))
    told = program.json("init", "--sample")
    assert (told.code, told.trouble.kind) == (4, "missing")
    assert "createdb nobody_made_this" in told.trouble.remedy


@pytest.mark.parametrize("place", ["", "/deep/down"])
def test_without_an_address_the_library_is_made_in_the_home(program: Program, tmp_path: Path, place: str) -> None:
    program.set(LIBOPS_HOME=f"{tmp_path}{place}/home")
    assert "PIN 75319" in program.run("init", "--sample").out
    assert sorted(path.name for path in Path(f"{tmp_path}{place}/home").iterdir()) == ["libops.db"]
    assert program.json("db", "stats").json["patrons"] == 300
