"""``libops item``, what is done with items that are lost, missing, damaged or taken out of the round."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import SpokenCommand, say
from libops.cli.item import app as app
from libops.cli.options import AtOption, BadgeOption, BarcodeArgument, JsonOption, KeyOption, legible, maybe_legible

if TYPE_CHECKING:
    from libops.circulation.marking import MarkAnswer
    from libops.work import Work


def _readable(text: str | None) -> str | None:
    return None if text is None else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


PriceOption = Annotated[
    str | None,
    typer.Option(
        "--price",
        metavar="AMOUNT",
        help=say("What replacing it costs, as people write it: 12.50; otherwise its own price, or what the rules say."),
        callback=maybe_legible,
    ),
]
ChargeOption = Annotated[
    str | None,
    typer.Option(
        "--charge",
        metavar="AMOUNT",
        help=say("Charge whoever had it last, as people write it: 12.50."),
        callback=maybe_legible,
    ),
]
LongOption = Annotated[bool, typer.Option("--long", metavar="", help=say("For long: nobody looks for it any more."))]
FlawArgument = Annotated[
    str | None, typer.Argument(metavar="NOTE", help=say("What is wrong with it."), callback=_readable)
]
WhyArgument = Annotated[
    str,
    typer.Argument(metavar="WHY", help=say("Why; about the item only, it stays in the journal."), callback=_readable),
]
ClearOption = Annotated[bool, typer.Option("--clear", metavar="", help=say("Take the note off: all is well again."))]
NewStatusArgument = Annotated[
    str,
    typer.Argument(metavar="STATUS", help=say("available, restricted, in_process or unavailable."), callback=legible),
]


def _do(act: Callable[[Work], MarkAnswer], key: str | None, at: str | None, badge: str | None, *, json: bool) -> None:
    """Do one act with an item, and say what it is now and what it cost."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.item_words import marked_in_words

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = act(work)
        give(answer, json, lambda: marked_in_words(answer, desk.language))


@app.command("lost", cls=SpokenCommand, help=say("Write that its borrower has lost an item, and charge it."))
def lost(
    barcode: BarcodeArgument,
    price: PriceOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Declare the item of an open loan lost."""
    from libops.circulation.lost import declare_lost
    from libops.money.amounts import read_amount

    def act(work: Work) -> MarkAnswer:
        return declare_lost(work, barcode=barcode, price=None if price is None else read_amount(work, price))

    _do(act, key, at, badge, json=json)


@app.command("claimed", cls=SpokenCommand, help=say("Write that its borrower says an item is back already."))
def claimed(
    barcode: BarcodeArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Note that the borrower claims to have returned it."""
    from libops.circulation.lost import claim_returned

    _do(lambda work: claim_returned(work, barcode=barcode), key, at, badge, json=json)


@app.command("found", cls=SpokenCommand, help=say("Take in an item that staff found in the house: nobody is fined."))
def found(
    barcode: BarcodeArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Take an item in that was in the house all the time."""
    from libops.circulation.lost import found_by_staff
    from libops.cli.at_work import at_work
    from libops.cli.over_desk import give_returned

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = found_by_staff(work, barcode=barcode)
        give_returned(desk, answer, json, work.today)


@app.command("missing", cls=SpokenCommand, help=say("Write that an item is not where it should be."))
def missing(
    barcode: BarcodeArgument,
    long: LongOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Mark an item as missing, or as missing for long."""
    from libops.circulation.missing import mark_long_missing, mark_missing

    mark = mark_long_missing if long else mark_missing
    _do(lambda work: mark(work, barcode=barcode), key, at, badge, json=json)


@app.command("damaged", cls=SpokenCommand, help=say("Note damage on an item, and charge it if it is to be charged."))
def damaged(
    barcode: BarcodeArgument,
    note: FlawArgument = None,
    charge: ChargeOption = None,
    clear: ClearOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Note damage, or take the note off."""
    from libops.circulation.condition import clear_damage, mark_damaged
    from libops.money.amounts import read_amount

    def act(work: Work) -> MarkAnswer:
        if clear:
            return clear_damage(work, barcode=barcode)
        amount = 0 if charge is None else read_amount(work, charge)
        return mark_damaged(work, barcode=barcode, note=note or "", charge=amount)

    _require_one(note, clear)
    _do(act, key, at, badge, json=json)


@app.command("parts", cls=SpokenCommand, help=say("Note which parts of an item are missing, and charge them."))
def parts(
    barcode: BarcodeArgument,
    note: FlawArgument = None,
    charge: ChargeOption = None,
    clear: ClearOption = False,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Note missing parts, or take the note off."""
    from libops.circulation.condition import clear_missing_parts, mark_missing_parts
    from libops.money.amounts import read_amount

    def act(work: Work) -> MarkAnswer:
        if clear:
            return clear_missing_parts(work, barcode=barcode)
        amount = 0 if charge is None else read_amount(work, charge)
        return mark_missing_parts(work, barcode=barcode, note=note or "", charge=amount)

    _require_one(note, clear)
    _do(act, key, at, badge, json=json)


def _require_one(note: str | None, clear: bool) -> None:
    if (note is not None) == clear:
        raise typer.BadParameter(say("either a note, or --clear."), param_hint="NOTE / --clear")


@app.command("withdraw", cls=SpokenCommand, help=say("Withdraw an item from the collection."))
def withdraw(
    barcode: BarcodeArgument,
    why: WhyArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Take an item out of the collection."""
    from libops.circulation import missing as items

    _do(lambda work: items.withdraw(work, barcode=barcode, note=why), key, at, badge, json=json)


@app.command("status", cls=SpokenCommand, help=say("Give an item that is in another status."))
def status(
    barcode: BarcodeArgument,
    new: NewStatusArgument,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Set an item's status by hand, as far as that is done by hand."""
    from db.catalogue import ItemStatus
    from libops.circulation.missing import set_status
    from libops.cli.choices import one_of

    wanted = one_of(ItemStatus, new, "STATUS")
    _do(lambda work: set_status(work, barcode=barcode, status=wanted), key, at, badge, json=json)
