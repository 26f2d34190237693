"""What is measured at a desk and in a night really happens, on both engines, and is told as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.database import Database
from db.tables import LOAN, REQUEST
from libops.doctor import examine
from libops.jobs.nightly import Step
from libops.library import Library
from libops.settings import Settings
from tests.bench import circulation_report
from tests.bench.big_library import copy_to_postgres, copy_to_sqlite
from tests.bench.circulation import Acts, Desk, Kind, Night, measure
from tests.bench.imagined_library import MANY_LOANS, NOW
from tests.servers.postgres import PostgresCluster

ITEMS = 2_000


@pytest.fixture
def url(tmp_path: Path, engine_name: str, request: pytest.FixtureRequest) -> str:
    if engine_name == "sqlite":
        return copy_to_sqlite(ITEMS, tmp_path / "copy.db")
    cluster: PostgresCluster = request.getfixturevalue("postgres_server")
    return copy_to_postgres(ITEMS, cluster)


def test_two_turns_and_a_night_leave_a_sound_library(url: str) -> None:
    desk = Desk(ITEMS, url)
    acts = measure("some engine", [desk], 2)
    night = desk.work_a_night("some engine")
    desk.close()
    assert {kind: len(acts.seconds[ITEMS, kind]) for kind in Kind} == dict(zip(Kind, (6, 4, 6, 2), strict=True))
    database = Database(url)
    with database.reading() as transaction:
        renewed = transaction.connection.scalar(select(func.sum(LOAN.c.renewals)))
        requests = transaction.connection.scalar(select(func.count()).select_from(REQUEST))
        told = transaction.connection.scalar(select(func.count(LOAN.c.overdue_told_at)))
    assert (renewed, requests, told) == (2 * MANY_LOANS, ITEMS // 20 + 6, night.counts[Step.OVERDUE])
    # So small a library has nothing that has been away for a hundred days.
    assert all(night.counts[step] for step in Step if step is not Step.LOST)
    assert sum(done for _, done, _ in night.batches) == sum(night.counts.values())
    assert examine(Library(database, Settings().patterns, lambda: NOW)) == []
    database.close()


def _acts(check_in: float) -> Acts:
    by_kind = {Kind.CHECK_OUT: 0.001, Kind.CHECK_IN: check_in, Kind.PLACE: 0.001, Kind.RENEW_ALL: 0.01}
    return Acts("SQLite", {(10, kind): [seconds] * 4 for kind, seconds in by_kind.items()})


def test_an_act_that_takes_many_times_a_check_out_misses_its_bound() -> None:
    assert all(ratio.holds for ratio in circulation_report.of_acts(_acts(0.002), [10]))
    missed = [ratio.what for ratio in circulation_report.of_acts(_acts(0.01), [10]) if not ratio.holds]
    assert missed == ["SQLite, 10 items, check-in, a request waits: times a check-out"]


def _night(later: float) -> Night:
    batches = [(Step.OVERDUE, 200, seconds) for seconds in (0.1, 0.1, 0.1, later, later, later)]
    return Night("SQLite", 10, 1.5, dict.fromkeys(Step, 0), batches)


def test_a_night_that_becomes_slower_misses_its_bound() -> None:
    assert [ratio.holds for ratio in circulation_report.of(_night(0.1))] == [True]
    assert [ratio.holds for ratio in circulation_report.of(_night(0.4))] == [False]


def test_the_report_shows_what_was_wanted_beside_what_was_measured() -> None:
    shown = circulation_report.chapters([_acts(0.002)], [_night(0.1)], [10])
    assert "| SQLite | 10 | check-in, a request waits | 2.0 | 2.0 | 2.0 | 2.00 (≤ 3) |" in shown
    assert "p95 (wanted < 50)" in shown
    assert "s (wanted < 60)" in shown
