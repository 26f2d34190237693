"""``libops nightly``: the nightly work, once and by hand."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.options import AtOption, BadgeOption, JsonOption
from libops.cli.setbacks import Setback
from libops.languages import mark

if TYPE_CHECKING:
    from libops.i18n import Language
    from libops.jobs.nightly import Step


def nightly(at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """Write down, charge and tell what is due; whatever ends it, the next run goes on."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.nightly_words import night_in_words
    from libops.jobs import leases, schedule
    from libops.jobs import nightly as job
    from libops.permissions import Permission

    with at_work(at, badge) as desk, stop_asked() as stop:
        with desk.look() as look:
            look.require(Permission.MARK_ITEMS)
        slot, worker = desk.library.clock(), schedule.worker_name()
        run = leases.claim(desk.library, job=job.JOB, slot=slot, worker=worker)
        if run is None:
            raise Setback(
                ExitCode.BUSY,
                "nightly",
                mark("Another program is at the nightly work."),
                mark("Wait until it is done; if it died, another goes on after a few minutes."),
            )
        line = _Line(desk.language, shown=sys.stderr.isatty() and not json)
        night = job.carry_out(desk.library, run, actor=desk.actor, told=line.told, stopped=stop.is_set)
        line.end()
        give(night, json, lambda: night_in_words(night, desk.language))
    if night.failed:
        raise typer.Exit(ExitCode.BUSY)
    if night.stopped:
        raise typer.Exit(ExitCode.INTERRUPTED)


@contextmanager
def stop_asked() -> Iterator[threading.Event]:
    """Set when this process is asked to end, by Ctrl-C or by whoever started it: what is under way is ended first."""
    asked = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: asked.set()) for number in signals]
    try:
        yield asked
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


class _Line:
    """One line on a terminal that says how far the work is."""

    def __init__(self, language: Language, *, shown: bool) -> None:
        self._language = language
        self._shown = shown
        self._done = 0

    def told(self, step: Step, done: int) -> None:
        """A batch is done."""
        from libops.cli.nightly_words import STEPS

        self._done += done
        if self._shown:
            doing = self._language.say(STEPS[step])
            print(f"\r\x1b[K{self._done:>10,}  {doing}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Make way for the answer."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
