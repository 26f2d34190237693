"""``libops item``: what there is, and where."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AfterOption, AtOption, BadgeOption, BarcodeArgument, JsonOption, LimitOption

app = group(say("Look at items; mark what is lost, missing, damaged or withdrawn."))

StatusOption = Annotated[
    str | None,
    typer.Option(
        "--status",
        metavar="STATUS",
        help=say(
            "Only these: available, awaiting_pickup, awaiting_delivery, checked_out, in_transit, paged, on_order, "
            "in_process, missing, long_missing, declared_lost, aged_to_lost, lost_and_paid, claimed_returned, "
            "withdrawn, restricted or unavailable.",
        ),
    ),
]


@app.command("list", cls=SpokenCommand, help=say("List items by barcode."))
def list_all(
    status: StatusOption = None,
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of items."""
    from db.catalogue import ItemStatus
    from libops.catalogue import items
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.in_words import item_list

    wanted = None if status is None else one_of(ItemStatus, status, "--status")
    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = items.list_items(look, status=wanted, after=after, limit=limit)
        give(page, json, lambda: item_list(page, desk.language))


@app.command("show", cls=SpokenCommand, help=say("Show an item: where it is, who has it, and who waits for it."))
def show(barcode: BarcodeArgument, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """One item with its title, its place, and all that is going on with it."""
    from libops.circulation import item_stories
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.story_words import story_as_answer, story_in_words

    with at_work(at, badge) as desk:
        with desk.look() as look:
            story = item_stories.show(look, barcode)
            today = look.today
        give(story_as_answer(story), json, lambda: story_in_words(story, desk.place, desk.language, today))


@app.command("history", cls=SpokenCommand, help=say("List what happened to an item, the newest first."))
def history(
    barcode: BarcodeArgument,
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of what happened to an item."""
    from libops.circulation import item_history
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.story_words import history_in_words

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = item_history.history(look, barcode, after=after, limit=limit)
            today = look.today
        give(page, json, lambda: history_in_words(page, desk.place, desk.language, today))
