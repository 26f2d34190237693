"""When jobs run: a scheduler in ``libops serve``, of which any number may run at once.

Each day has one run of the nightly work, due at an hour of UTC. Every program looks for it when it starts, at that
hour, and each minute: whichever finds it first does it, a run that was missed is caught up, and one whose program died
is gone on with as soon as its lease has run out.
"""

from __future__ import annotations

import os
import platform
import threading
import traceback
import uuid
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from db.troubles import DatabaseTrouble
from libops.jobs import leases, nightly
from libops.jobs.leases import LeaseLost
from libops.library import Library

LOOK = timedelta(minutes=1)
"""How often a program looks whether a run was left by another."""

log = structlog.get_logger(__name__)


def due_slot(at: time, now: datetime) -> datetime:
    """The last moment, up to now, at which a daily job was due; ``at`` is a time of UTC."""
    today = datetime.combine(now.astimezone(UTC).date(), at, UTC)
    return today if today <= now else today - timedelta(days=1)


def worker_name() -> str:
    """A name for this program that no other has, on any machine."""
    return f"{platform.node()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


class Scheduler:
    """The nightly work of one library, done by this program or by another that holds the lease."""

    def __init__(self, library: Library, at: time, *, look: timedelta = LOOK) -> None:
        self._library = library
        self._at = at
        self._worker = worker_name()
        self._ending = threading.Event()
        self.nights = 0
        """How many runs this program has brought to their end."""
        # One thread: what is due is done one after the other.
        self._scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        for trigger in (
            CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=UTC),
            IntervalTrigger(seconds=look.total_seconds(), timezone=UTC),
        ):
            self._scheduler.add_job(self.see_to_it, trigger, coalesce=True, misfire_grace_time=None)
        # What was missed while no program ran is caught up at once.
        self._scheduler.add_job(self.see_to_it, misfire_grace_time=None)

    def start(self) -> None:
        """Begin; returns at once."""
        self._scheduler.start()

    def stop(self) -> None:
        """End after the batch under way; whoever comes next goes on behind it."""
        self._ending.set()
        self._scheduler.shutdown(wait=True)

    def see_to_it(self) -> None:
        """Do the run that was due last, unless it is done, or another program is at it."""
        try:
            self._work()
        except LeaseLost:
            log.warning("lease_lost", doing=nightly.JOB)
        except DatabaseTrouble as trouble:
            log.warning("job_put_off", doing=nightly.JOB, trouble=trouble.kind)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next night must come
            # Not its text, which may quote somebody's card.
            frames = traceback.extract_tb(error.__traceback__)[-4:]
            where = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
            log.error("job_failed", doing=nightly.JOB, error=type(error).__name__, where=where)

    def _work(self) -> None:
        while not self._ending.is_set():
            slot = due_slot(self._at, self._library.clock())
            # Reading first: each minute of each program would otherwise take the lock for writing.
            last = leases.last_run(self._library, nightly.JOB)
            if last is not None and last.slot >= slot and last.finished_at is not None:
                return
            run = leases.claim(self._library, job=nightly.JOB, slot=slot, worker=self._worker)
            if run is None:
                return
            log.info("job_begun", doing=nightly.JOB)
            night = nightly.carry_out(self._library, run, stopped=self._ending.is_set)
            self.nights += night.is_finished
            log.info("job_ended", doing=nightly.JOB)
