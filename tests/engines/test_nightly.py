"""The nightly work: it writes down what everybody could see already, once, however often it is begun and killed."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update

from db.circulation import LostAs
from db.tables import ENTRY, EVENT, ITEM, JOB_RUN, LOAN, POLICY, REQUEST
from db.troubles import DatabaseTrouble, TroubleKind
from libops.circulation import lost, overdue, requests
from libops.doctor import examine
from libops.jobs import leases, nightly
from libops.jobs.leases import LEASE, LeaseLost, Run
from libops.jobs.nightly import AGAIN, AGING_BATCH, BATCH, Night, Step
from tests.engines.crowd import Crowd
from tests.engines.doomed import Doomed
from tests.engines.night_worker import work_the_night
from tests.engines.town import (
    BOOK,
    CHILD,
    MORNING,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    Town,
)

PRICE, PROCESSING = 5900, 500

NOTHING = {"untold": 0, "lying": 0, "waiting": 0, "old": 0}


def with_losses(town: Town, days: int = 30) -> None:
    town.change_rules(update(POLICY).values(lost_after=days, processing_fee=PROCESSING, fine_amount=50))
    town.change(update(ITEM).values(price=PRICE))


def claim(town: Town, worker: str = "here") -> Run:
    run = leases.claim(town.library, job=nightly.JOB, slot=town.clock(), worker=worker)
    assert run is not None
    return run


def night(town: Town) -> Night:
    return nightly.carry_out(town.library, claim(town))


def hold(town: Town, patron: str, item: str = BOOK, needed_by: date | None = None) -> int:
    place = partial(requests.place, patron_number=patron, barcode=item, item_level=True, pickup="MAIN")
    return town.act(place, needed_by=needed_by).request_id


def crowd(town: Town) -> Crowd:
    """More of everything than goes into two batches."""
    with_losses(town)
    return Crowd(town, loans=BATCH * 2 + 50, lost=AGING_BATCH * 2 + 10, shelved=BATCH + 50, waiting=BATCH + 30)


def told_once(town: Town, crowd: Crowd) -> None:
    """Everything was done, and nothing twice."""
    assert dict(crowd.left()) == NOTHING
    by_loan = town.ask(
        select(EVENT.c.kind, EVENT.c.loan_id, func.count())
        .where(EVENT.c.kind.in_(("loan.overdue", "loan.lost")))
        .group_by(EVENT.c.kind, EVENT.c.loan_id)
    )
    assert {count for _, _, count in by_loan} == {1}
    kinds = Counter(kind for kind, _, _ in by_loan)
    assert kinds == {"loan.overdue": crowd.loans, "loan.lost": crowd.lost}
    charged = Counter(town.story())["charge.made"]
    assert charged == 2 * crowd.lost
    sums = town.ask(select(ENTRY.c.kind, func.sum(ENTRY.c.amount)).group_by(ENTRY.c.kind).order_by(ENTRY.c.kind))
    assert [tuple(row) for row in sums] == [("lost", PRICE * crowd.lost), ("processing", PROCESSING * crowd.lost)]
    assert Counter(town.story())["hold.pickup_expired"] == crowd.shelved
    assert Counter(town.story())["hold.unfilled"] == crowd.waiting
    assert examine(town.library) == []


def test_a_night_does_everything_that_is_due_in_batches_and_the_next_finds_nothing(town: Town) -> None:
    many = crowd(town)
    heard: list[tuple[Step, int]] = []
    run = claim(town)
    result = nightly.carry_out(town.library, run, told=lambda step, done: heard.append((step, done)))
    assert result.is_finished
    assert result.counts == {
        Step.SHELF: many.shelved,
        Step.REQUESTS: many.waiting,
        Step.OVERDUE: many.loans,
        Step.LOST: many.lost,
    }
    assert max(done for _, done in heard) == BATCH
    told_once(town, many)
    view = leases.last_run(town.library, nightly.JOB)
    assert view is not None
    assert (view.done, view.finished_at) == (sum(result.counts.values()), town.clock())
    town.clock.later(days=1)
    events = town.story()
    assert set(night(town).counts.values()) == {0}
    assert [kind for kind in town.story()[len(events) :] if kind != "requests.none_lapsed"] == []


def test_nothing_that_is_in_order_is_touched(town: Town) -> None:
    with_losses(town)
    town.lend(READER, BOOK)
    waiting = hold(town, OTHER_READER, needed_by=date(2026, 12, 24))
    shelved = hold(town, CHILD, OTHER_BOOK)
    town.take_back(OTHER_BOOK)
    before = town.ask(select(LOAN)), town.ask(select(REQUEST).order_by(REQUEST.c.id))
    town.clock.later(days=1)
    assert set(night(town).counts.values()) == {0}
    assert (town.ask(select(LOAN)), town.ask(select(REQUEST).order_by(REQUEST.c.id))) == before
    assert waiting < shelved


def test_killed_again_and_again_in_the_middle_a_night_is_done_in_the_end_and_nothing_twice(town: Town) -> None:
    many, moment = crowd(town), MORNING
    for batches in (1, 4, 6, 7):
        assert not _live(town.url, moment, batches=batches)
        moment += LEASE + timedelta(seconds=1)
    # The dead one's lease has to run out first.
    assert not _live(town.url, moment - LEASE / 2, expected="busy")
    assert sum(left for _, left in many.left()) > 0, "killed too late: there was nothing left to be done"
    assert _live(town.url, moment)
    told_once(town, many)
    (run,) = town.ask(select(JOB_RUN))
    assert (run.slot, run.finished_at is not None) == (MORNING, True)
    assert run.done == many.loans + many.lost + many.shelved + many.waiting


def _live(url: str, moment: datetime, *, batches: int | None = None, expected: str = "ready") -> bool:
    """Let a program work to its end, or kill it in the middle of the batch behind so many; whether it finished."""
    with Doomed(work_the_night, url, moment) as worker:
        assert worker.hear() == expected
        if expected == "busy":
            return False
        heard = 0
        while batches is None or heard < batches:
            worker.say("go on")
            said = worker.hear()
            assert said != "failed"
            if said == "finished":
                return True
            heard += 1
        worker.say("go on")
        worker.kill()
        return False


def test_a_program_that_lost_its_lease_undoes_its_batch_and_leaves_the_rest_to_the_other(town: Town) -> None:
    many = crowd(town)
    run = claim(town, "slow")
    told: list[Step] = []

    def slow(step: Step, done: int) -> None:
        told.append(step)
        if len(told) == 2:
            town.clock.later(seconds=LEASE.total_seconds() + 1)
            assert claim(town, "other").id == run.id

    before = town.story()
    with pytest.raises(LeaseLost):
        nightly.carry_out(town.library, run, told=slow)
    assert len(told) == 2, "the third batch found that the run was somebody else's"
    assert Counter(town.story()[len(before) :])["hold.pickup_expired"] == many.shelved
    assert dict(many.left())["waiting"] == many.waiting
    (held,) = town.ask(select(JOB_RUN.c.worker, JOB_RUN.c.finished_at))
    assert tuple(held) == ("other", None)


def test_a_night_that_is_told_to_stop_ends_behind_a_batch_and_another_goes_on_at_once(town: Town) -> None:
    many = crowd(town)
    done: list[int] = []
    first = nightly.carry_out(
        town.library, claim(town), told=lambda _step, count: done.append(count), stopped=lambda: len(done) >= 3
    )
    assert (first.stopped, first.is_finished, len(done)) == (True, False, 3)
    assert night(town).is_finished
    told_once(town, many)


def test_a_step_that_fails_keeps_nobody_else_waiting_and_is_tried_again_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = crowd(town)

    def fail(*_: object, **__: object) -> None:
        raise DatabaseTrouble(TroubleKind.FULL)

    with monkeypatch.context() as full:
        full.setattr(overdue, "tell_overdue", fail)
        first = night(town)
    assert (first.failed, first.counts[Step.LOST]) == ([Step.OVERDUE], many.lost)
    assert leases.claim(town.library, job=nightly.JOB, slot=town.clock(), worker="too early") is None
    town.clock.later(seconds=AGAIN.total_seconds() + 1)
    assert night(town).is_finished
    # What counts as lost by now is overdue no longer.
    assert dict(many.left()) == NOTHING
    assert Counter(town.story())["loan.overdue"] == many.loans - many.lost


@pytest.mark.parametrize("tries", [nightly.TRIES - 1, nightly.TRIES])
def test_a_batch_that_somebody_keeps_from_its_rows_is_tried_a_few_times(
    town: Town, monkeypatch: pytest.MonkeyPatch, tries: int
) -> None:
    many = Crowd(town, loans=3, lost=0, shelved=0, waiting=0)
    left = [tries]
    tell = overdue.tell_overdue

    def locked(*arguments: object, **named: object) -> object:
        if left[0] > 0:
            left[0] -= 1
            raise DatabaseTrouble(TroubleKind.LOCKED)
        return tell(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(overdue, "tell_overdue", locked)
    result = night(town)
    assert result.failed == ([] if tries < nightly.TRIES else [Step.OVERDUE])
    assert dict(many.left())["untold"] == (0 if tries < nightly.TRIES else 3)


def test_an_item_without_a_price_counts_as_lost_all_the_same_and_only_its_processing_is_charged(town: Town) -> None:
    town.change_rules(update(POLICY).values(lost_after=30, processing_fee=PROCESSING))
    lent = town.lend(READER, BOOK)
    town.clock.now = lent.due_at + timedelta(days=30, seconds=1)
    assert night(town).counts[Step.LOST] == 1
    (row,) = town.ask(select(LOAN.c.lost_at, LOAN.c.lost_as))
    assert tuple(row) == (lent.due_at + timedelta(days=30), LostAs.AGED)
    assert town.status_of(BOOK) == "aged_to_lost"
    assert [tuple(one) for one in town.ask(select(ENTRY.c.kind, ENTRY.c.amount))] == [("processing", PROCESSING)]
    assert examine(town.library) == []


def test_each_loan_counts_as_lost_by_the_rules_it_stands_under(town: Town) -> None:
    with_losses(town)
    town.change_rules(update(POLICY).where(POLICY.c.category_id.is_not(None)).values(lost_after=None))
    town.lend(READER, BOOK, at="Y1")
    town.lend(CHILD, OTHER_BOOK)
    town.clock.later(days=400)
    assert night(town).counts[Step.LOST] == 1
    assert (town.status_of(BOOK), town.status_of(OTHER_BOOK)) == ("aged_to_lost", "checked_out")
    # A charge arises at the branch that lent the item.
    branches = select(ENTRY.c.branch_id).distinct()
    assert town.ask(branches) == town.ask(select(LOAN.c.branch_id).where(LOAN.c.lost_at.is_not(None)))


def test_what_was_said_to_be_back_or_declared_lost_is_left_as_it_is(town: Town) -> None:
    with_losses(town)
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK)
    town.act(lost.claim_returned, barcode=BOOK)
    town.act(lost.declare_lost, barcode=OTHER_BOOK)
    town.clock.later(days=400)
    assert night(town).counts == dict.fromkeys(Step, 0)
    assert (town.status_of(BOOK), town.status_of(OTHER_BOOK)) == ("claimed_returned", "declared_lost")
