"""A database or a setting that cannot be used: said in words, by exit code, without a traceback."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from libops import doctor
from tests.commands.program import BOOK, PATRON, Program, Ran

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
COMMANDS = (
    ["patron", "list"],
    ["loan", "in", BOOK],
    ["db", "stats"],
    ["doctor"],
    ["console"],
    ["staff", "list", "--as", "S0001"],
)


def file_of(url: str) -> Path:
    """The file of a library on SQLite."""
    return Path(make_url(url).database or "")


def test_a_missing_library_is_told_and_not_made(program: Program, tmp_path: Path) -> None:
    for command in COMMANDS:
        told = program.json(*command)
        assert (told.code, told.trouble.kind) == (4, "missing")
        assert "libops init" in told.trouble.remedy
        assert told.trouble.message == f"There is no database where it should be: {program.home / 'libops.db'}"
    assert not program.home.exists()


def test_tables_without_a_library_are_no_library(program: Program, database_url: str) -> None:
    program.set(LIBOPS_DATABASE_URL=database_url)
    told = program.json("patron", "list")
    assert (told.code, told.trouble.kind) == (4, "not_libops")
    assert program.json("init", "--sample").json["items"] == 4000


def test_a_server_that_does_not_answer_is_worth_another_try(program: Program, tmp_path: Path) -> None:
    program.set(LIBOPS_DATABASE_URL=f"postgresql://libops@/libops?host={tmp_path}")
    told = program.json("loan", "in", BOOK)
    assert (told.code, told.trouble.kind) == (5, "unreachable")
    assert program.run("loan", "in", BOOK).err.startswith("Not done: The database server does not answer.\n  Check")


@SQLITE
def test_a_database_that_somebody_else_holds_is_worth_another_try(
    library: Program, sample_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(file_of(sample_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = library.json("loan", "out", PATRON, BOOK)
        assert (told.code, told.trouble.kind) == (5, "locked")
        assert library.json("item", "show", BOOK).json["status"] == "available"
    assert library.json("loan", "out", PATRON, BOOK).json["outcome"] == "lent"


@SQLITE
def test_a_file_that_may_not_grow_is_told_as_a_full_disk_and_nothing_is_half_done(library: Program) -> None:
    told = library.start("loan", "out", PATRON, BOOK, "--json", shell="ulimit -f 8")
    assert (told.code, told.trouble.kind) == (4, "full")
    assert library.json("item", "show", BOOK).json["status"] == "available"
    assert library.json("doctor").page.results == []


AS_NOBODY = """
import os, sys
from libops.cli import answers, at_work, edge, in_words
from libops.cli.main import main
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
raise SystemExit(main(sys.argv[1:]))
"""


@SQLITE
def test_a_file_that_may_only_be_read_is_told_and_changes_nothing(library: Program, sample_url: str) -> None:
    # Root may write anywhere, so as root the program runs as nobody, in a folder that nobody may walk through.
    with tempfile.TemporaryDirectory(prefix="libops-read-only-") as shelf:
        file = Path(shelf) / "libops.db"
        file.write_bytes(file_of(sample_url).read_bytes())
        file.chmod(0o444)
        Path(shelf).chmod(0o555)
        library.set(LIBOPS_DATABASE_URL=f"sqlite:///{file}", LIBOPS_HOME=shelf)
        command = [sys.executable, "-c", AS_NOBODY, "loan", "out", PATRON, BOOK, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        told = Ran(done.returncode, done.stdout, done.stderr)
        Path(shelf).chmod(0o755)
        assert (told.code, told.trouble.kind, told.err) == (4, "read_only", "")
        assert library.json("item", "show", BOOK).json["status"] == "available"


@SQLITE
def test_a_damaged_file_is_told(library: Program, sample_url: str) -> None:
    file = file_of(sample_url)
    content = bytearray(file.read_bytes())
    content[4096 * 3 :] = b"\xa5" * (len(content) - 4096 * 3)
    file.write_bytes(content)
    told = library.json("loan", "out", PATRON, BOOK)
    assert (told.code, told.trouble.kind) == (4, "damaged")
    assert "restore" in told.trouble.remedy


@pytest.mark.parametrize("address", ["mysql://u:secret@h/x", "nonsense", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_is_none_is_told_without_repeating_it(program: Program, address: str) -> None:
    program.set(LIBOPS_DATABASE_URL=address)
    told = program.json("patron", "list")
    assert (told.code, told.trouble.kind) == (6, "database_url")
    assert "secret" not in told.out


@pytest.mark.parametrize(
    ("name", "value"),
    [("LIBOPS_READER_BAUD", "-5"), ("LIBOPS_ITEM_PATTERN", "(("), ("LIBOPS_ITEM_CHECK", "guess")],
)
def test_a_setting_that_cannot_be_used_is_named_and_its_value_is_not_repeated(
    program: Program, name: str, value: str
) -> None:
    program.set(**{name: value})
    told = program.json("patron", "list")
    assert (told.code, told.trouble.kind) == (6, "settings")
    assert name in told.trouble.message


@pytest.mark.parametrize("content", [b"language = ", b"\xff\xfe", b"reader_baud = 'fast'"])
def test_a_settings_file_that_cannot_be_read_is_named(program: Program, content: bytes) -> None:
    program.home.mkdir()
    (program.home / "config.toml").write_bytes(content)
    told = program.json("patron", "list")
    assert (told.code, told.trouble.kind) == (6, "settings")
    assert "config.toml" in told.out


@SQLITE
def test_the_settings_file_is_read(library: Program) -> None:
    library.home.mkdir()
    (library.home / "config.toml").write_text('desk = "N1"\n')
    assert library.json("loan", "in", BOOK).json["outcome"] == "send"
    (library.home / "config.toml").write_text('desk = "X"\n')
    assert library.json("loan", "in", BOOK).refused == ["place.unknown"]


@SQLITE
def test_a_bug_is_logged_by_kind_and_place_and_told_without_a_traceback(
    library: Program, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(_library: object) -> None:
        raise ZeroDivisionError("the patron 李雷 with the card P20170012")

    monkeypatch.setattr(doctor, "examine", fail)
    from libops.cli.main import main

    assert main(["doctor"]) == 1
    said = capfd.readouterr()
    log = library.home / "logs" / "libops.log"
    assert said.out == ""
    assert said.err.startswith("Not done: libops itself failed (ZeroDivisionError)")
    assert str(log) in said.err
    line = log.read_text()
    assert "command_failed" in line
    assert "test_troubles.py" in line
    assert "P20170012" not in said.err + line
    library.set(LIBOPS_DEBUG="1")
    assert main(["doctor", "--json"]) == 1
    said = capfd.readouterr()
    assert '{"trouble":{"kind":"bug"' in said.out
    assert "Traceback" in said.err


@SQLITE
def test_nothing_is_logged_where_nothing_went_wrong(library: Program) -> None:
    for command in (["patron", "list"], ["loan", "out", PATRON, BOOK], ["loan", "out", PATRON, "x"], ["doctor"]):
        library.run(*command)
    assert not library.home.exists()


@SQLITE
def test_whoever_stops_reading_stops_the_program_quietly(library: Program) -> None:
    shell = f'{sys.executable} -m libops item list --limit 1000 --json; echo "ended with $?" >&2'
    done = subprocess.run(
        ["/bin/sh", "-c", f"({shell}) | true"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == "ended with 141\n"
