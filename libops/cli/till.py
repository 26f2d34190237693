"""``libops till``: what went through a desk's till, and counting it."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.money_options import NoteOption
from libops.cli.options import AfterOption, AtOption, BadgeOption, JsonOption, KeyOption, LimitOption, legible

app = group(say("Count the money of a desk."))


def _counts(counts: list[str] | None) -> list[str]:
    read = [legible(count) for count in counts or ()]
    methods = [count.partition("=")[0].strip() for count in read]
    if not all("=" in count for count in read):
        raise typer.BadParameter(say("a way to pay and an amount: cash=120.50."))
    if len(set(methods)) < len(methods):
        raise typer.BadParameter(say("each way to pay once."))
    return read


CountedOption = Annotated[
    list[str] | None,
    typer.Option(
        "--count",
        metavar="METHOD=AMOUNT",
        help=say("What was counted of a way to pay, beyond what the till always holds; may be given again."),
        callback=_counts,
    ),
]
DeskOption = Annotated[
    str, typer.Option("--desk", metavar="CODE", help=say("Only closings of this desk."), callback=legible)
]


@app.command("show", cls=SpokenCommand, help=say("Show what went through a desk's till since it was last closed."))
def show(at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """A till as it stands."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.money_words import till_shown
    from libops.money import tills

    with at_work(at, badge) as desk:
        with desk.look() as look:
            till = tills.standing(look)
        give(till, json, lambda: till_shown(till, desk.language, look.today))


@app.command("close", cls=SpokenCommand, help=say("Close a desk's till: write what is there and what should be."))
def close(
    counted: CountedOption = None,
    note: NoteOption = "",
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Close a till with what was counted."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.money_words import till_closed
    from libops.money import tills
    from libops.money.amounts import read_balance

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            parts = (count.partition("=") for count in counted or ())
            minor = {method.strip(): read_balance(work, amount) for method, _, amount in parts}
            answer = tills.close(work, counted=minor, note=note)
        give(answer, json, lambda: till_closed(answer, desk.language))


@app.command("list", cls=SpokenCommand, help=say("List the closings of tills, the newest first."))
def list_all(
    desk_code: DeskOption = "",
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of closings."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.money_words import closing_list
    from libops.money import closings

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = closings.list_closings(look, desk_code=desk_code, after=after, limit=limit)
        give(page, json, lambda: closing_list(page, desk.language, look.today))
