"""``libops overdue``: what is overdue, and how much of it there is."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AfterOption, AtOption, BadgeOption, JsonOption, LimitOption, legible

app = group(say("See what is overdue."))

BranchOption = Annotated[
    str,
    typer.Option("--branch", metavar="CODE", help=say("Only what this branch has lent."), callback=legible),
]


@app.command("list", cls=SpokenCommand, help=say("List overdue loans, the longest overdue first."))
def list_all(
    branch: BranchOption = "",
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of overdue loans."""
    from libops.circulation import overdue
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.item_words import overdue_list

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = overdue.list_overdue(look, branch=branch, after=after, limit=limit)
        give(page, json, lambda: overdue_list(page, desk.language, look.today))


@app.command("count", cls=SpokenCommand, help=say("Count overdue loans by how late they are."))
def count(branch: BranchOption = "", at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """How many loans are late by so many days."""
    from libops.circulation import overdue
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.item_words import brackets_in_words

    with at_work(at, badge) as desk:
        with desk.look() as look:
            brackets = overdue.count_overdue(look, branch=branch)
        give({"results": brackets, "next": None}, json, lambda: brackets_in_words(brackets, desk.language))
