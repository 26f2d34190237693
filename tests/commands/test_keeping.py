"""``libops db`` and ``libops doctor``: keeping the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text, update

from db.database import Database
from db.tables import ITEM
from tests.commands.program import BOOK, PATRON, Program


def test_a_backup_fills_an_empty_database_of_either_engine(
    library: Program, empty_database_url: str, tmp_path: Path
) -> None:
    library.run("loan", "out", PATRON, BOOK)
    file = tmp_path / "library.libops"
    written = library.json("db", "backup", str(file)).json
    assert (written["file"], written["revision"]) == (str(file), library.json("db", "upgrade").json["to"])
    other = tmp_path / "other.db"
    for url in (empty_database_url.replace("empty.db", "third.db"), f"sqlite:///{other}"):
        restored = library.json("db", "restore", str(file), "--into", url).json
        assert restored["rows"] == written["rows"]
        library.set(LIBOPS_DATABASE_URL=url)
        assert library.json("patron", "show", PATRON).json["loans"] == 1
        assert library.json("doctor").page.results == []


def test_a_backup_is_neither_overwritten_nor_restored_over_a_library(library: Program, tmp_path: Path) -> None:
    file = tmp_path / "library.libops"
    library.run("db", "backup", str(file))
    before = file.read_bytes()
    assert library.json("db", "backup", str(file)).refused == ["backup.exists"]
    assert file.read_bytes() == before
    library.run("loan", "out", PATRON, BOOK)
    assert library.json("db", "restore", str(file)).refused == ["library.exists"]
    assert library.json("db", "stats").json["open_loans"] == 1


def test_a_file_that_is_no_backup_is_told(program: Program, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear library")
    for file in (letter, tmp_path / "nothing"):
        told = program.json("db", "restore", str(file))
        assert (told.code, told.trouble.kind) == (6, "file")
    assert not program.home.exists()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_backup_that_has_no_folder_to_go_to_is_told(library: Program) -> None:
    told = library.json("db", "backup", "/nowhere/at/all.libops")
    assert (told.code, told.trouble.kind) == (6, "file")


def test_an_upgrade_makes_no_library_and_leaves_a_newer_one_alone(library: Program, sample_url: str) -> None:
    assert library.json("db", "upgrade").json["upgraded"] is False
    assert "up to date" in library.run("db", "upgrade").out
    _stamp(sample_url, "9999")
    for command in (["db", "upgrade"], ["loan", "out", PATRON, BOOK], ["init", "--sample"], ["doctor"]):
        told = library.json(*command)
        assert (told.code, told.trouble.kind) == (4, "newer")


def test_an_upgrade_of_nothing_makes_nothing(program: Program) -> None:
    told = program.json("db", "upgrade")
    assert (told.code, told.trouble.kind) == (4, "missing")
    assert not program.home.exists()


def test_the_doctor_names_what_is_broken_by_an_exit_code_of_its_own(library: Program, sample_url: str) -> None:
    assert library.run("doctor").out == "All is well: every invariant of the data holds.\n"
    database = Database(sample_url)
    with database.act() as transaction:
        transaction.connection.execute(update(ITEM).where(ITEM.c.barcode == BOOK).values(status="checked_out"))
    database.close()
    ill = library.json("doctor")
    assert ill.code == 7
    assert ill.page.next is None
    assert ill.page.results == [
        {
            "code": "item.checked_out_without_loan",
            "subject": BOOK,
            "message": f"Item {BOOK} is marked as lent or lost by a borrower and nobody has it.",
        }
    ]
    told = library.run("doctor")
    assert (told.code, told.out.splitlines()[-1]) == (7, "1 fault found.")


def _stamp(url: str, revision: str) -> None:
    database = Database(url)
    with database.act() as transaction:
        transaction.connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    database.close()
