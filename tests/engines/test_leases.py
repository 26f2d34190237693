"""One run of a job is done by one program: leases, on both engines and between processes."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, time, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy import insert, select

from db.tables import JOB_RUN
from libops.jobs import leases
from libops.jobs.leases import LEASE, LeaseLost, Run
from libops.jobs.schedule import due_slot, worker_name
from tests.engines.town import MORNING, Town

PATIENCE = 60
SLOT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
NEXT_SLOT = SLOT + timedelta(days=1)
ROUNDS = 20
RACERS = 4


def claim(town: Town, worker: str, slot: datetime = SLOT) -> Run | None:
    return leases.claim(town.library, job="nightly", slot=slot, worker=worker)


def hold(town: Town, run: Run, done: int = 0) -> None:
    with town.library.database.act() as transaction:
        leases.hold(transaction, run, town.clock(), done=done)


def test_a_run_is_given_to_whoever_asks_first_and_to_nobody_else(town: Town) -> None:
    run = claim(town, "one")
    assert run is not None
    assert (run.job, run.slot, run.worker) == ("nightly", SLOT, "one")
    assert claim(town, "two") is None
    assert claim(town, "two", NEXT_SLOT) is None, "one at a time, whichever slot it is"
    assert leases.claim(town.library, job="another", slot=SLOT, worker="two") is not None


def test_a_finished_run_is_not_begun_again_and_the_next_slot_is(town: Town) -> None:
    run = claim(town, "one")
    assert run is not None
    hold(town, run, done=7)
    leases.finish(town.library, run)
    town.clock.later(days=2)
    assert claim(town, "two") is None
    view = leases.last_run(town.library, "nightly")
    assert view is not None
    assert (view.done, view.finished_at) == (7, MORNING)
    assert claim(town, "two", NEXT_SLOT) is not None


def test_a_run_that_shows_no_sign_of_life_goes_to_another_and_the_dead_one_may_do_nothing_more(town: Town) -> None:
    run = claim(town, "one")
    assert run is not None
    town.clock.later(seconds=LEASE.total_seconds() - 1)
    assert claim(town, "two") is None
    hold(town, run)
    town.clock.later(seconds=LEASE.total_seconds() - 1)
    assert claim(town, "two") is None, "a batch was a sign of life"
    town.clock.later(seconds=1)
    taken = claim(town, "two", NEXT_SLOT)
    assert taken is not None
    assert (taken.id, taken.slot, taken.worker) == (run.id, SLOT, "two"), "what was left is gone on with first"
    with pytest.raises(LeaseLost):
        hold(town, run, done=1)
    with pytest.raises(LeaseLost):
        leases.finish(town.library, run)
    hold(town, taken)


def test_a_run_that_is_let_go_may_be_taken_at_once_or_after_its_rest(town: Town) -> None:
    run = claim(town, "one")
    assert run is not None
    leases.let_go(town.library, run, wait=timedelta(minutes=15))
    assert claim(town, "two") is None
    town.clock.later(minutes=15)
    taken = claim(town, "two")
    assert taken is not None
    leases.let_go(town.library, taken)
    assert claim(town, "three") is not None


def test_runs_of_long_ago_are_forgotten_when_one_ends(town: Town) -> None:
    for slot in (SLOT - timedelta(days=500), SLOT):
        long_ago = {"slot": slot, "worker": "old", "leased_until": slot, "finished_at": slot, "done": 1}
        town.change(insert(JOB_RUN).values(job="nightly", **long_ago))
    run = claim(town, "one", NEXT_SLOT)
    assert run is not None
    leases.finish(town.library, run)
    slots = [slot for (slot,) in town.ask(select(JOB_RUN.c.slot).order_by(JOB_RUN.c.slot))]
    assert slots == [SLOT, NEXT_SLOT]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 23, 18, 59, 59, tzinfo=UTC), datetime(2026, 11, 22, 19, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 19, 0, tzinfo=UTC), datetime(2026, 11, 23, 19, 0, tzinfo=UTC)),
        (datetime(2027, 1, 1, 3, 0, tzinfo=UTC), datetime(2026, 12, 31, 19, 0, tzinfo=UTC)),
        (datetime.fromisoformat("2026-11-24T02:59:59+08:00"), datetime(2026, 11, 22, 19, 0, tzinfo=UTC)),
    ],
)
def test_the_slot_of_a_run_is_the_last_moment_it_was_due(now: datetime, due: datetime) -> None:
    assert due_slot(time(19), now) == due


def _race(url: str, barrier: Barrier, results: Queue[tuple[int, str | None]]) -> None:
    town, worker = Town(url), worker_name()
    for turn in range(ROUNDS):
        barrier.wait(PATIENCE)
        run = claim(town, worker, SLOT + timedelta(days=turn))
        results.put((turn, None if run is None else run.worker))
        barrier.wait(PATIENCE)
        if run is not None:
            leases.finish(town.library, run)


def test_of_processes_that_claim_a_slot_at_once_exactly_one_gets_it(town: Town) -> None:
    spawning = multiprocessing.get_context("forkserver")
    spawning.set_forkserver_preload([__name__])
    barrier, results = spawning.Barrier(RACERS), spawning.Queue()
    racers = [spawning.Process(target=_race, args=(town.url, barrier, results), daemon=True) for _ in range(RACERS)]
    for racer in racers:
        racer.start()
    try:
        answers = [results.get(timeout=PATIENCE) for _ in range(RACERS * ROUNDS)]
        for racer in racers:
            racer.join(PATIENCE)
    finally:
        for racer in racers:
            racer.kill()
            racer.join()
    for turn in range(ROUNDS):
        claimed = [worker for number, worker in answers if number == turn and worker is not None]
        assert len(claimed) == 1, turn
    rows = town.ask(select(JOB_RUN.c.slot, JOB_RUN.c.finished_at))
    assert len(rows) == ROUNDS
    assert all(finished is not None for _, finished in rows)
