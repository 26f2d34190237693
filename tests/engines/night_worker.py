"""A program that does the nightly work and says so batch by batch: made to be killed.

``python -m tests.engines.night_worker URL MOMENT`` prints ``ready`` when it holds the run, one line for each committed
batch, and ``finished`` at the end; or ``busy`` when another program holds the run. Before each batch it waits for a
line, until nobody writes any more.
"""

from __future__ import annotations

import sys
from datetime import datetime

from libops.jobs import leases, nightly
from libops.jobs.nightly import Step
from libops.jobs.schedule import worker_name
from tests.engines.town import MORNING, Town


def main(url: str, moment: str) -> None:
    """Do what is left of the night that was due this morning."""
    town = Town(url)
    town.clock.now = datetime.fromisoformat(moment)
    run = leases.claim(town.library, job=nightly.JOB, slot=MORNING, worker=worker_name())
    if run is None:
        print("busy", flush=True)
        return
    print("ready", flush=True)
    sys.stdin.readline()

    def told(step: Step, done: int) -> None:
        print(step, done, flush=True)
        sys.stdin.readline()

    night = nightly.carry_out(town.library, run, told=told)
    print("finished" if night.is_finished else "failed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
