"""Who does which run of a job: of several programs one works, and where it dies another goes on.

A run is named by the moment it was due. Whoever claims it holds it for a while and holds on with every batch, in the
batch's own transaction: a batch whose lease went to somebody else undoes itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, insert, select, update

from db.database import Transaction
from db.statement import Statement
from db.tables import JOB_RUN, LIBRARY
from db.troubles import Conflict
from db.types import Instant
from libops.library import Library

LEASE = timedelta(minutes=2)
"""How long a run is held without a sign of life; a batch takes a small part of it."""

KEPT = timedelta(days=400)
"""How long it is told when a job ran."""


class LeaseLost(Exception):
    """Another program works on this run now; what this one was about is undone."""


class Run(msgspec.Struct, frozen=True):
    """A run of a job that is held by ``worker``; ``slot`` is the moment it was due."""

    id: int
    job: str
    slot: datetime
    worker: str


class RunView(msgspec.Struct, frozen=True):
    """How far a run is; ``done`` counts what it did so far, ``finished_at`` is None until it ended."""

    slot: datetime
    worker: str
    leased_until: datetime
    finished_at: datetime | None
    done: int


class _Id(msgspec.Struct, frozen=True):
    id: int


_NOW = bindparam("now", type_=Instant())
_UNTIL = bindparam("until", type_=Instant())
_UNFINISHED = (JOB_RUN.c.job == bindparam("job")) & JOB_RUN.c.finished_at.is_(None)
_RUN = tuple(JOB_RUN.c[name] for name in Run.__struct_fields__)

# Whoever claims stands in line at the library's one row: no two look at the same moment.
_LOCK = Statement(select(LIBRARY.c.id).with_for_update(key_share=True), _Id)
_HELD = Statement(
    select(JOB_RUN.c.id).where(_UNFINISHED, JOB_RUN.c.leased_until > _NOW).limit(1),
    _Id,
)
_LEFT = Statement(
    select(*_RUN).where(_UNFINISHED, JOB_RUN.c.leased_until <= _NOW).order_by(JOB_RUN.c.slot).limit(1), Run
)
_TAKE_OVER: Statement[None] = Statement(
    update(JOB_RUN)
    .values(worker=bindparam("new_worker"), leased_until=_UNTIL)
    .where(JOB_RUN.c.id == bindparam("run_id")),
    lambda: None,
)
_BEGIN = Statement(
    insert(JOB_RUN)
    .values(
        job=bindparam("job"),
        slot=bindparam("slot"),
        worker=bindparam("worker"),
        leased_until=bindparam("leased_until"),
        done=0,
    )
    .returning(*_RUN),
    Run,
)
_MINE = (JOB_RUN.c.id == bindparam("run_id")) & (JOB_RUN.c.worker == bindparam("me")) & JOB_RUN.c.finished_at.is_(None)
_HOLD: Statement[None] = Statement(
    update(JOB_RUN).values(leased_until=_UNTIL, done=JOB_RUN.c.done + bindparam("more")).where(_MINE), lambda: None
)
_FINISH: Statement[None] = Statement(
    update(JOB_RUN).values(finished_at=_NOW, leased_until=_NOW).where(_MINE), lambda: None
)
_FORGET: Statement[None] = Statement(
    JOB_RUN.delete().where(JOB_RUN.c.job == bindparam("job"), JOB_RUN.c.finished_at < bindparam("before")),
    lambda: None,
)
_LAST = Statement(
    select(*(JOB_RUN.c[name] for name in RunView.__struct_fields__))
    .where(JOB_RUN.c.job == bindparam("job"))
    .order_by(JOB_RUN.c.slot.desc())
    .limit(1),
    RunView,
)


def claim(library: Library, *, job: str, slot: datetime, worker: str) -> Run | None:
    """Take the run of a job that was due at ``slot``; None where there is nothing to do for this program.

    While another program works on the job there is not; a run that somebody left is gone on with first; and a slot that
    was finished is not begun again. ``worker`` names one program for as long as it runs, and no other.
    """
    now = library.clock()
    try:
        with library.database.act() as transaction:
            transaction.lock(_LOCK)
            if transaction.maybe(_HELD, job=job, now=now) is not None:
                return None
            left = transaction.maybe(_LEFT, job=job, now=now)
            if left is None:
                return transaction.one(_BEGIN, job=job, slot=slot, worker=worker, leased_until=now + LEASE)
            transaction.run(_TAKE_OVER, run_id=left.id, new_worker=worker, until=now + LEASE)
            return msgspec.structs.replace(left, worker=worker)
    except Conflict:
        return None


def hold(transaction: Transaction, run: Run, now: datetime, *, done: int = 0) -> None:
    """Hold on to a run, in the transaction of a batch that did so much; raises ``LeaseLost`` where it is gone."""
    if not transaction.run(_HOLD, run_id=run.id, me=run.worker, until=now + LEASE, more=done):
        raise LeaseLost(run.job)


def finish(library: Library, run: Run) -> None:
    """Write that a run ended, and forget those of long ago."""
    now = library.clock()
    with library.database.act() as transaction:
        if not transaction.run(_FINISH, run_id=run.id, me=run.worker, now=now):
            raise LeaseLost(run.job)
        transaction.run(_FORGET, job=run.job, before=now - KEPT)


def let_go(library: Library, run: Run, *, wait: timedelta = timedelta()) -> None:
    """Leave a run to whoever goes on with it, at once or after a while."""
    now = library.clock()
    with library.database.act() as transaction:
        # A lease is over from its last moment on, so that who asks in this very moment may have it.
        transaction.run(_HOLD, run_id=run.id, me=run.worker, until=now + wait, more=0)


def last_run(library: Library, job: str) -> RunView | None:
    """The run of a job that was due last, of those that were begun; None where there is none."""
    with library.database.reading() as transaction:
        return transaction.maybe(_LAST, job=job)
