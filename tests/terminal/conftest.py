"""A library to sit at the desk of, and somebody sitting there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.database import Database
from libops.bootstrap import open_library
from libops.catalogue.search.indexing import rebuild
from libops.catalogue.shelving import order_all
from libops.codes import SAMPLE_PATTERNS
from libops.library import Library
from tests.conftest import RUN
from tests.terminal import small_town


@pytest.fixture(scope="session")
def town_template(pytestconfig: pytest.Config) -> Path:
    """The library in a SQLite file, to be copied."""
    return pytestconfig.stash[RUN].sqlite_once("town", small_town.found)


@pytest.fixture
def town_url(town_template: Path, tmp_path: Path) -> str:
    """The address of a library of the test's own, on SQLite: for what does not depend on the engine."""
    return small_town.copy_of(town_template, tmp_path / "town.db")


@pytest.fixture
def town(town_url: str) -> Iterator[Library]:
    """The library, at noon."""
    library = open_library(town_url, SAMPLE_PATTERNS, clock=lambda: small_town.NOON)
    yield library
    library.close()


@pytest.fixture
def town_on_each(database_url: str) -> Iterator[Library]:
    """The library on each of the two engines, at noon."""
    small_town.found(database_url)
    library = open_library(database_url, SAMPLE_PATTERNS, clock=lambda: small_town.NOON)
    yield library
    library.close()


@pytest.fixture(scope="session")
def catalogue_template(town_template: Path, pytestconfig: pytest.Config) -> Path:
    """The same with everything in the search index and in the order of its shelf."""

    def fill(url: str) -> None:
        database = Database(small_town.copy_of(town_template, Path(url.removeprefix("sqlite:///"))))
        try:
            for _ in (*rebuild(database), *order_all(database)):
                pass
        finally:
            database.close()

    return pytestconfig.stash[RUN].sqlite_once("catalogue", fill)


@pytest.fixture
def catalogue_url(catalogue_template: Path, tmp_path: Path) -> str:
    """The address of a library of the test's own to search in."""
    return small_town.copy_of(catalogue_template, tmp_path / "catalogue.db")


@pytest.fixture
def catalogue(catalogue_url: str) -> Iterator[Library]:
    """That library, at noon."""
    library = open_library(catalogue_url, SAMPLE_PATTERNS, clock=lambda: small_town.NOON)
    yield library
    library.close()
