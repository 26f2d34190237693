"""``libops journal``: what happened, the newest first, and what happens while one looks on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.hold_options import maybe_day
from libops.cli.options import AfterOption, AtOption, BadgeOption, JsonOption, LimitOption, legible, maybe_legible

if TYPE_CHECKING:
    from libops.today.journal_pages import Sought

app = group(say("Read the journal: what happened, when, where and by whom."))

KindOption = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="GROUP",
        help=say(
            "Only these: loans, holds, transfers, items, money, patrons, refused, undone, catalogue, rules or staff."
        ),
        callback=maybe_legible,
    ),
]
DeskOption = Annotated[
    str,
    typer.Option("--desk", metavar="CODE", help=say("Only what happened at this desk or branch."), callback=legible),
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="BADGE", help=say("Only what this member of staff did."), callback=legible)
]
ItemOption = Annotated[
    str, typer.Option("--item", metavar="BARCODE", help=say("Only what happened to this item."), callback=legible)
]
PatronOption = Annotated[
    str,
    typer.Option(
        "--patron",
        metavar="PATRON",
        help=say("Only what concerned this patron, as far as patrons are still named."),
        callback=legible,
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="DAY", help=say("From this day on (YYYY-MM-DD)."), callback=maybe_legible),
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="DAY", help=say("Up to and including this day."), callback=maybe_legible),
]


@app.command("list", cls=SpokenCommand, help=say("List what happened, the newest first."))
def list_all(
    kind: KindOption = None,
    desk: DeskOption = "",
    by: ByOption = "",
    item: ItemOption = "",
    patron: PatronOption = "",
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of the journal."""
    import msgspec

    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.journal_words import journal_list
    from libops.money.amounts import currency_of
    from libops.today import journal_pages

    first, last = maybe_day(since, "--since"), maybe_day(until, "--until")
    sought = msgspec.structs.replace(_sought(kind, desk, by, item, patron), since=first, until=last)
    with at_work(at, badge) as working:
        with working.look() as look:
            page = journal_pages.page(look, sought, after=after, limit=limit)
            currency = currency_of(look.transaction)
        give(page, json, lambda: journal_list(page, working.language, look.today, currency))


@app.command("follow", cls=SpokenCommand, help=say("Show what happens from now on, until Ctrl-C."))
def follow(
    kind: KindOption = None,
    desk: DeskOption = "",
    by: ByOption = "",
    item: ItemOption = "",
    patron: PatronOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Each event as it is written, one line or one JSON object each."""
    from libops.cli.answers import give, note
    from libops.cli.at_work import at_work
    from libops.cli.journal_words import event_in_words
    from libops.cli.nightly import stop_asked
    from libops.money.amounts import currency_of
    from libops.today.following import following

    sought = _sought(kind, desk, by, item, patron)
    with stop_asked() as stop, at_work(at, badge) as working:
        with working.look() as look:
            currency = currency_of(look.transaction)
        events = following(working.library, working.actor, working.place, sought, stop)
        if not json:
            note(working.language.say("Following the journal. Ctrl-C ends."))
        for today, event in events:
            give(event, json, lambda: [event_in_words(event, working.language, today, currency)])  # noqa: B023


def _sought(kind: str | None, desk: str, by: str, item: str, patron: str) -> Sought:
    from libops.cli.choices import one_of
    from libops.today.journal_pages import Sought
    from libops.today.kinds import Group

    group_of = None if kind is None else one_of(Group, kind, "--kind")
    return Sought(group=group_of, place=desk, who=by, barcode=item, patron=patron)
