"""``libops transfer``: items on their way between branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import (
    AfterOption,
    AtOption,
    BadgeOption,
    BarcodeArgument,
    JsonOption,
    KeyOption,
    LimitOption,
    legible,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from libops.circulation.transfers import TransferView
    from libops.pages import Page
    from libops.work import Look

app = group(say("Move items between branches, and find those that are lost on the way."))

ToArgument = Annotated[
    str, typer.Argument(metavar="BRANCH", help=say("Code of the branch where the item is to go."), callback=legible)
]
ReasonOption = Annotated[
    str,
    typer.Option(
        "--reason",
        metavar="REASON",
        help=say("Why: manual, return_home, reallocation, order or repatriation."),
        callback=legible,
    ),
]
TransferNoteOption = Annotated[
    str, typer.Option("--note", metavar="TEXT", help=say("A note beside the transfer."), callback=legible)
]


def _some_days(days: int) -> int:
    if days < 0:
        raise typer.BadParameter(say("a number from 0 on."))
    return days


DaysOption = Annotated[
    int,
    typer.Option("--days", metavar="N", help=say("How many days something may be on its way."), callback=_some_days),
]


@app.command("request", cls=SpokenCommand, help=say("Ask for an item to be sent to another branch."))
def request(
    barcode: BarcodeArgument,
    to: ToArgument,
    reason: ReasonOption = "manual",
    note: TransferNoteOption = "",
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Ask for an item to be moved."""
    from db.circulation import TransferReason
    from libops.circulation import transfers
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.transfer_words import transfer_requested

    wanted = one_of(TransferReason, reason, "--reason")
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = transfers.request_transfer(work, barcode=barcode, to=to, reason=wanted, note=note)
        give(answer, json, lambda: transfer_requested(answer, desk.language))


@app.command("send", cls=SpokenCommand, help=say("Send an item that lies here on its way."))
def send(
    barcode: BarcodeArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Send an item, and say where it goes."""
    from libops.circulation import transfers
    from libops.cli.at_work import at_work
    from libops.cli.over_desk import give_returned

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = transfers.send(work, barcode=barcode)
        give_returned(desk, answer, json, work.today)


@app.command("receive", cls=SpokenCommand, help=say("Take an item in that was sent here."))
def receive(
    barcode: BarcodeArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Take an item in, and say what to do with it."""
    from libops.circulation import transfers
    from libops.cli.at_work import at_work
    from libops.cli.over_desk import give_returned

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = transfers.receive(work, barcode=barcode)
        give_returned(desk, answer, json, work.today)


@app.command("cancel", cls=SpokenCommand, help=say("Call an item's transfer off."))
def cancel(
    barcode: BarcodeArgument,
    note: TransferNoteOption = "",
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Call a transfer off, and say where the item stays or goes."""
    from libops.circulation import transfers
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.transfer_words import transfer_cancelled

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = transfers.cancel(work, barcode=barcode, note=note)
        give(answer, json, lambda: transfer_cancelled(answer, desk.language))


@app.command("out", cls=SpokenCommand, help=say("List what is to be sent from here."))
def out(
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of what is to be packed."""
    from libops.circulation import transfers

    _list(lambda look: transfers.to_send(look, after=after, limit=limit), at, badge, json)


@app.command("sent", cls=SpokenCommand, help=say("List what was sent from here and has not arrived."))
def sent(
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of what is under way from here."""
    from libops.circulation import transfers

    _list(lambda look: transfers.outgoing(look, after=after, limit=limit), at, badge, json)


@app.command("in", cls=SpokenCommand, help=say("List what is on its way here."))
def coming_in(
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of what is to be unpacked."""
    from libops.circulation import transfers

    _list(lambda look: transfers.incoming(look, after=after, limit=limit), at, badge, json)


@app.command("reconcile", cls=SpokenCommand, help=say("List what was sent and seems lost, at any branch."))
def reconcile(
    days: DaysOption = 3,
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of ways that have gone wrong."""
    from libops.circulation import transfers

    _list(lambda look: transfers.overdue_transfers(look, days, after=after, limit=limit), at, badge, json)


def _list(find: Callable[[Look], Page[TransferView]], at: str | None, badge: str | None, json: bool) -> None:
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.transfer_words import transfer_list

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = find(look)
        give(page, json, lambda: transfer_list(page, desk.language))
