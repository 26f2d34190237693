"""A sample library on each engine, and the program to run on it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import structlog
from sqlalchemy import make_url, update

from db.database import Database
from db.engine import sqlite_file
from db.migrate import upgrade
from db.tables import PATRON
from libops.bootstrap import wall_clock
from libops.codes import SAMPLE_PATTERNS
from libops.founding import found_from, sample_folder
from tests.commands.program import EXPIRED, Program
from tests.conftest import RUN


@pytest.fixture(scope="session")
def sample_file(pytestconfig: pytest.Config) -> Path:
    """The sample library in a SQLite file, to be copied."""
    return pytestconfig.stash[RUN].sqlite_once("sample", _found)


@pytest.fixture(scope="session")
def sample_template(pytestconfig: pytest.Config) -> str:
    """The sample library in a PostgreSQL database, to be copied; its name."""
    return pytestconfig.stash[RUN].postgres_once("sample", _found)


def _found(url: str) -> None:
    upgrade(url)
    database = Database(url)
    try:
        found_from(database, sample_folder(), patterns=SAMPLE_PATTERNS, now=wall_clock(), sample=True)
        # The program goes by the wall clock: cards must neither run out nor come back to life while these tests live.
        with database.act() as transaction:
            transaction.connection.execute(update(PATRON).values(expires_on=date(2999, 12, 31)))
            expired = update(PATRON).where(PATRON.c.number == EXPIRED).values(expires_on=date(2024, 6, 30))
            transaction.connection.execute(expired)
    finally:
        database.close()


@pytest.fixture
def sample_url(
    engine_name: str, tmp_path: Path, pytestconfig: pytest.Config, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The address of a sample library of the test's own; the test runs on each engine."""
    if engine_name == "sqlite":
        url = make_url(f"sqlite:///{tmp_path / 'libops.db'}")
        shutil.copyfile(request.getfixturevalue("sample_file"), sqlite_file(url) or "")
        yield str(url)
        return
    cluster = pytestconfig.stash[RUN].cluster()
    copy = cluster.create_database(template=request.getfixturevalue("sample_template"))
    yield copy
    cluster.drop_database(copy)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Program]:
    """The program, in a home of its own that holds no library yet."""
    yield Program(monkeypatch, capfd)
    structlog.reset_defaults()
    for name in ("libops", "screens", "devices", "db"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True


@pytest.fixture
def library(program: Program, sample_url: str) -> Program:
    """The program on a sample library, once on each engine."""
    program.set(LIBOPS_DATABASE_URL=sample_url)
    return program
