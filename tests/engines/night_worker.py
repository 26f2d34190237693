"""A program that does the nightly work and says so batch by batch: made to be killed."""

from __future__ import annotations

from datetime import datetime
from multiprocessing.connection import Connection

from libops.jobs import leases, nightly
from libops.jobs.nightly import Step
from libops.jobs.schedule import worker_name
from tests.engines.town import MORNING, Town


def work_the_night(url: str, moment: datetime, line: Connection) -> None:
    """Do what is left of the night that was due this morning.

    Says ``ready`` when it holds the run, something for each committed batch, and ``finished`` at the end; or ``busy``
    when another program holds the run. Before each batch it waits to be told to go on.
    """
    town = Town(url)
    town.clock.now = moment
    run = leases.claim(town.library, job=nightly.JOB, slot=MORNING, worker=worker_name())
    if run is None:
        line.send("busy")
        return
    line.send("ready")
    line.recv()

    def told(step: Step, done: int) -> None:
        line.send(f"{step} {done}")
        line.recv()

    night = nightly.carry_out(town.library, run, told=told)
    line.send("finished" if night.is_finished else "failed")
