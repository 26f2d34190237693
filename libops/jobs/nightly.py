"""The nightly work: what everybody could see in the rules already is written down, charged and told.

Nothing waits for it. It goes in batches, each one act and one transaction, and each finds by itself what is still to be
done: however it ends, the next run goes on, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import structlog

from db.troubles import Conflict, DatabaseTrouble, TroubleKind
from libops.circulation import aging, overdue, requests
from libops.jobs import leases
from libops.jobs.leases import Run
from libops.library import Library
from libops.permissions import EVERYTHING
from libops.places import all_branches
from libops.refusals import Refusal
from libops.work import Actor, Place, Work

JOB = "nightly"

BATCH = 200
"""The most rows that one transaction changes: a desk waits no longer than for these."""

AGING_BATCH = 50
"""The same where each row is charged, and its patron, title and item are locked."""

TRIES = 4
"""How often a batch is tried that somebody keeps from its rows."""

AGAIN = timedelta(minutes=15)
"""How long a run rests that could not be brought to its end."""

NIGHT = Actor("job:nightly", "Nightly work", EVERYTHING)

log = structlog.get_logger(__name__)


class Step(StrEnum):
    """What is done in the night, in this order: copies that become free go on before anything else is decided."""

    SHELF = "shelf"
    REQUESTS = "requests"
    OVERDUE = "overdue"
    LOST = "lost"


class Batch(msgspec.Struct, frozen=True):
    """How much a batch did, and behind which due date and loan the next one begins; None behind the last."""

    done: int
    next: tuple[datetime, int] | None


class Night(msgspec.Struct):
    """What a run did; ``failed`` are steps that could not be brought to their end, ``stopped`` that it was told to."""

    counts: dict[Step, int]
    failed: list[Step] = []
    stopped: bool = False

    @property
    def is_finished(self) -> bool:
        """Whether everything was done."""
        return not self.failed and not self.stopped


Told = Callable[[Step, int], None]
Stopped = Callable[[], bool]
_Do = Callable[[Work, datetime, int], Batch]


def carry_out(
    library: Library,
    run: Run,
    *,
    actor: Actor = NIGHT,
    told: Told = lambda _step, _done: None,
    stopped: Stopped = lambda: False,
) -> Night:
    """Do a run that was claimed, and write that it is finished, or leave it to whoever goes on.

    ``told`` hears of each batch, ``stopped`` is asked before each. Raises ``LeaseLost`` when another program took over.
    """
    try:
        night = _Worker(library, run, actor, told, stopped).work()
    except Exception:
        _leave(library, run, AGAIN)
        raise
    if night.is_finished:
        leases.finish(library, run)
    else:
        _leave(library, run, timedelta() if night.stopped else AGAIN)
    return night


def _leave(library: Library, run: Run, wait: timedelta) -> None:
    try:
        leases.let_go(library, run, wait=wait)
    except DatabaseTrouble as trouble:
        # The lease runs out by itself.
        log.warning("lease_not_let_go", trouble=trouble.kind)


def _expire_shelf(work: Work, _due: datetime, _id: int) -> Batch:
    return _until_none(work, requests.expire_shelf(work, limit=BATCH).closed)


def _close_requests(work: Work, _due: datetime, _id: int) -> Batch:
    return _until_none(work, requests.close_overdue_requests(work, limit=BATCH).closed)


def _until_none(work: Work, done: int) -> Batch:
    return Batch(done, (work.now, 0) if done else None)


def _tell_overdue(work: Work, due: datetime, key: int) -> Batch:
    told = overdue.tell_overdue(work, limit=BATCH, after_due=due, after_id=key)
    return Batch(told.done, None if told.next_due is None else (told.next_due, told.next_id))


def _age_loans(work: Work, due: datetime, key: int) -> Batch:
    aged = aging.age_loans(work, limit=AGING_BATCH, after_due=due, after_id=key)
    return Batch(aged.done, None if aged.next_due is None else (aged.next_due, aged.next_id))


# Requests are one library's, and found without asking for a branch; loans are told and charged at their own.
_OF_ALL: dict[Step, _Do] = {Step.SHELF: _expire_shelf, Step.REQUESTS: _close_requests}
_OF_EACH: dict[Step, _Do] = {Step.OVERDUE: _tell_overdue, Step.LOST: _age_loans}


class _Worker:
    """One program at work on one run."""

    def __init__(self, library: Library, run: Run, actor: Actor, told: Told, stopped: Stopped) -> None:
        self._library = library
        self._run = run
        self._actor = actor
        self._told = told
        self._stopped = stopped

    def work(self) -> Night:
        night = Night(dict.fromkeys(Step, 0))
        with self._library.database.reading() as transaction:
            branches = all_branches(transaction)
        for step in Step:
            do = _OF_ALL.get(step) or _OF_EACH[step]
            try:
                self._step(night, step, do, branches[:1] if step in _OF_ALL else branches)
            except (Refusal, Conflict, DatabaseTrouble) as error:
                log.error("step_failed", doing=step, error=type(error).__name__, trouble=str(error))
                night.failed.append(step)
            if night.stopped:
                break
        return night

    def _step(self, night: Night, step: Step, do: _Do, branches: list[Place]) -> None:
        for place in branches:
            after: tuple[datetime, int] | None = (aging.START, 0)
            while after is not None:
                if self._stopped():
                    night.stopped = True
                    return
                batch = self._batch(do, place, after)
                night.counts[step] += batch.done
                self._told(step, batch.done)
                after = batch.next

    def _batch(self, do: _Do, place: Place, after: tuple[datetime, int]) -> Batch:
        for left in range(TRIES, 0, -1):
            try:
                with self._library.work(actor=self._actor, place=place) as work:
                    batch = do(work, *after)
                    leases.hold(work.transaction, self._run, work.now, done=batch.done)
                return batch
            except DatabaseTrouble as trouble:
                if left == 1 or trouble.kind is not TroubleKind.LOCKED:
                    raise
        raise AssertionError("unreachable")
