"""The nightly work in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from libops.cli.answers import line
from libops.i18n import Language, mark
from libops.jobs.nightly import Night, Step

STEPS: dict[Step, str] = {
    Step.SHELF: mark("holds that nobody picked up in time"),
    Step.REQUESTS: mark("requests whose last day has passed"),
    Step.OVERDUE: mark("loans that became overdue"),
    Step.LOST: mark("loans that came to count as lost"),
}


def night_in_words(night: Night, language: Language) -> Iterator[RenderableType]:
    """What was done, step by step, and what was left."""
    say = language.say
    for step, count in night.counts.items():
        failed = say("not done to its end; the log says why") if step in night.failed else ""
        yield line(f"{count:>10,}", say(STEPS[step]), failed)
    if night.stopped:
        yield line(say("Stopped; the next run goes on from here."))
