"""The library that is searched in: made by ``libops sample generate``'s own hands, once, and kept."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from libops.library import Library
from libops.permissions import EVERYTHING
from libops.places import find_place
from libops.settings import Settings
from libops.simulation.imagined import generating
from libops.work import Actor
from tests.bench import big_library
from tests.bench.big_library import copied_to_postgres, found_sample, kept, made_from, settle
from tests.bench.by_hand import ACTOR
from tests.bench.imagined_library import NOW
from tests.servers.postgres import PostgresCluster

SEED = 2026

_ROOT = Path(big_library.__file__).parents[2]
_INDEX = (*sorted((_ROOT / "libops" / "catalogue" / "search").glob("*.py")), _ROOT / "db" / "search_index.py")


def searched_library(titles: int) -> Path:
    """The SQLite file of a library with so many titles, as many items, and a tenth as many patrons: to be copied."""
    words = [file for file in _INDEX if file.stem in ("entry", "sounds", "words", "search_index")]
    mark = made_from(Path(__file__), Path(big_library.__file__), *words)
    return kept(f"searched-{titles}", mark, lambda file: _make(file, titles))


def copy_to_sqlite(titles: int, file: Path) -> str:
    """The address of a copy that may be written to."""
    shutil.copyfile(searched_library(titles), file)
    return f"sqlite:///{file}"


def copy_to_postgres(titles: int, cluster: PostgresCluster) -> str:
    """The address of a new PostgreSQL database that holds the same library, row for row."""
    return copied_to_postgres(searched_library(titles), cluster)


def open_searched(titles: int) -> sqlite3.Connection:
    """The kept file, to read from with the bare driver."""
    return sqlite3.connect(f"{searched_library(titles).as_uri()}?mode=ro", uri=True)


def _make(file: Path, titles: int) -> None:
    database = found_sample(file)
    library = Library(database, Settings().patterns, lambda: NOW)
    with database.reading() as transaction:
        place = find_place(transaction)
    with library.work(actor=Actor(ACTOR, "叶春燕", EVERYTHING), place=place) as work:
        begun = generating.begin(work, titles=titles, items=titles, patrons=titles // 10, seed=SEED)
    for _ in generating.carry_out(library, begun):
        pass
    library.close()
    settle(file)
