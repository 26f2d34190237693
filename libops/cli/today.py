"""``libops today``: how the day goes, at one branch or at all."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import say
from libops.cli.options import AtOption, BadgeOption, JsonOption, legible

BranchOption = Annotated[
    str,
    typer.Option("--branch", metavar="CODE", help=say("Only the day of this branch."), callback=legible),
]


def today(branch: BranchOption = "", at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """What was done today, what was refused and why, and what stands."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.today_words import day_in_words
    from libops.today import day

    with at_work(at, badge) as desk:
        with desk.look() as look:
            told = day.today(look, branch=branch)
        give(told, json, lambda: day_in_words(told, desk.place, desk.language))
