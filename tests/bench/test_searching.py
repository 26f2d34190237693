"""What is measured of the search is really asked and found, on both engines, and is told as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import searching_report
from tests.bench.asked import Sought
from tests.bench.searched_library import copy_to_postgres, copy_to_sqlite
from tests.bench.searching import Searcher, Searching, Timed, measure
from tests.servers.postgres import PostgresCluster

TITLES = 1_500


@pytest.fixture
def url(tmp_path: Path, engine_name: str, request: pytest.FixtureRequest) -> str:
    if engine_name == "sqlite":
        return copy_to_sqlite(TITLES, tmp_path / "copy.db")
    cluster: PostgresCluster = request.getfixturevalue("postgres_server")
    return copy_to_postgres(TITLES, cluster)


def test_every_kind_is_asked_and_found_while_books_are_lent(url: str) -> None:
    searcher = Searcher(TITLES, url)
    for sought, asked in searcher.questions.items():
        assert len({one.typed for one in asked}) >= 40 or sought in (
            Sought.OF_BRANCH,
            Sought.AVAILABLE,
            Sought.OF_YEARS,
        )
        # A few of each are enough to know that they can be asked.
        del asked[6:]
    measured = measure("some engine", searcher)
    searcher.close()
    assert {sought: len(timed) for sought, timed in measured.timed.items()} == dict.fromkeys(Sought, 6)
    assert all(one.total == 0 for one in measured.timed[Sought.NOTHING])
    assert all(one.total == 1 for one in measured.timed[Sought.ISBN])
    assert all(one.total for one in measured.timed[Sought.HAN_COMMON])
    assert measured.index_bytes > 100_000
    assert measured.lent_a_second > 0


def _measured(titles: int, seconds: float, by_hand: float = 0.001) -> Searching:
    timed = {sought: [Timed(seconds, by_hand, 3)] * 4 for sought in Sought}
    return Searching("SQLite", titles, timed, 5 * 2**20, 49.9)


def test_a_search_that_takes_many_times_its_statement_misses_its_bound() -> None:
    assert all(ratio.holds for ratio in searching_report.ratios([_measured(10, 0.004)], [10]))
    missed = [ratio for ratio in searching_report.ratios([_measured(10, 0.02)], [10]) if not ratio.holds]
    assert len(missed) == len(Sought) - len(searching_report.NUMBERED)


def test_a_search_that_grows_with_the_library_misses_its_bound() -> None:
    grown = searching_report.ratios([_measured(10, 0.002), _measured(1000, 0.009)], [10, 1000])
    assert [ratio.what for ratio in grown if not ratio.holds] == [
        f"SQLite, search, {sought}: growth" for sought in searching_report.GROWN
    ]


def test_the_report_shows_what_is_too_slow_and_how_large_the_index_is() -> None:
    shown = searching_report.chapter([_measured(10, 0.06, 0.01)], [10])
    assert "| SQLite | 10 | one character | 3 | 60.0 | **60.0** | 60.0 | 10.0 | 6.00 (≤ 15) |" in shown
    assert "5 MiB (SQLite, 10 titles)" in shown
    assert "measured: 50" in shown
