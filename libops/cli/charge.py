"""``libops charge``: what patrons owe, and paying, waiving and paying it back."""

from __future__ import annotations

from typing import Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.money_options import AmountArgument, ChargeArgument, MaybeAmountArgument, MethodOption, NoteOption
from libops.cli.options import (
    AfterOption,
    AtOption,
    BadgeOption,
    JsonOption,
    KeyOption,
    LimitOption,
    PatronArgument,
    legible,
    maybe_legible,
)

app = group(say("Charge patrons, take their payments, waive and pay back."))

KindArgument = Annotated[
    str,
    typer.Argument(metavar="KIND", help=say("What for: fee, damage, lost, processing or fine."), callback=legible),
]
ItemOption = Annotated[
    str | None,
    typer.Option("--item", metavar="BARCODE", help=say("The item that it is for."), callback=maybe_legible),
]
ChosenOption = Annotated[
    list[int] | None,
    typer.Option(
        "--charge",
        metavar="CHARGE",
        help=say("Pay this charge, and no others than those that are named; may be given again."),
    ),
]
PayerOption = Annotated[
    str | None,
    typer.Option(
        "--payer",
        metavar="PATRON",
        help=say("Number of the other patron whose money it is."),
        callback=maybe_legible,
    ),
]
ExpectedOption = Annotated[
    str | None,
    typer.Option(
        "--expected",
        metavar="AMOUNT",
        help=say("Take nothing unless exactly this is left of these charges."),
        callback=maybe_legible,
    ),
]


@app.command("list", cls=SpokenCommand, help=say("Show what a patron owes, and what has to be paid back to whom."))
def list_open(patron: PatronArgument, at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """A patron's open charges, refunds due and fines that accrue."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.money_words import account_shown
    from libops.money import accounts

    with at_work(at, badge) as desk:
        with desk.look() as look:
            account = accounts.show(look, patron)
        give(account, json, lambda: account_shown(account, desk.language, look.today))


@app.command("history", cls=SpokenCommand, help=say("List every entry of a patron's account, the newest first."))
def history(
    patron: PatronArgument,
    limit: LimitOption = 50,
    after: AfterOption = "",
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """One page of a patron's account."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.money_words import entry_list
    from libops.money import entries
    from libops.money.amounts import currency_of

    with at_work(at, badge) as desk:
        with desk.look() as look:
            page = entries.list_entries(look, patron_number=patron, after=after, limit=limit)
            currency = currency_of(look.transaction)
        give(page, json, lambda: entry_list(page, currency, desk.language, look.today))


@app.command("add", cls=SpokenCommand, help=say("Charge a patron."))
def add(
    patron: PatronArgument,
    kind: KindArgument,
    amount: AmountArgument,
    item: ItemOption = None,
    note: NoteOption = "",
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Charge a patron by hand."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.money_words import charged
    from libops.money import charges
    from libops.money.amounts import read_amount

    wanted = one_of(charges.CHARGES, kind, "KIND")
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            minor = read_amount(work, amount)
            answer = charges.charge(work, patron_number=patron, kind=wanted, amount=minor, barcode=item, note=note)
        give(answer, json, lambda: charged(answer, desk.language))


@app.command("pay", cls=SpokenCommand, help=say("Take a payment, for the oldest charges first."))
def pay(
    patron: PatronArgument,
    amount: AmountArgument,
    method: MethodOption = "cash",
    chosen: ChosenOption = None,
    payer: PayerOption = None,
    expected: ExpectedOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Take money for what a patron owes, all of it or a part."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.money_words import paid
    from libops.money import charges
    from libops.money.amounts import read_amount
    from libops.money.kinds import Method

    way = one_of(Method, method, "--method")
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = charges.pay(
                work,
                patron_number=patron,
                amount=read_amount(work, amount),
                method=way,
                charge_ids=chosen,
                payer_number=payer,
                expected_owed=None if expected is None else read_amount(work, expected),
            )
        give(answer, json, lambda: paid(answer, desk.language))


@app.command("waive", cls=SpokenCommand, help=say("Let a patron off a charge, or a part of it."))
def waive(
    charge: ChargeArgument,
    amount: MaybeAmountArgument = None,
    note: NoteOption = "",
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Waive a charge; the note says why."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.money_words import taken_off
    from libops.i18n import mark
    from libops.money import charges
    from libops.money.amounts import read_amount

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            minor = None if amount is None else read_amount(work, amount)
            answer = charges.waive(work, charge_id=charge, amount=minor, note=note)
        give(answer, json, lambda: taken_off(answer, mark("Waived: {amount}"), desk.language))


@app.command("cancel", cls=SpokenCommand, help=say("Take a mistaken charge off, as long as nothing is paid."))
def cancel(
    charge: ChargeArgument,
    note: NoteOption = "",
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Take a charge off that should not have been made."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.money_words import taken_off
    from libops.i18n import mark
    from libops.money import charges

    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = charges.cancel_charge(work, charge_id=charge, note=note)
        give(answer, json, lambda: taken_off(answer, mark("Cancelled: {amount}"), desk.language))


@app.command(
    "refund",
    cls=SpokenCommand,
    help=say(
        "Pay back what was paid for a charge that was taken off later. "
        "A payment taken by mistake is undone: libops undo."
    ),
)
def refund(
    charge: ChargeArgument,
    amount: MaybeAmountArgument = None,
    method: MethodOption = "cash",
    payer: PayerOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Pay back to whoever paid, and say to whom."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.money_words import paid_back
    from libops.money import charges, entries
    from libops.money.amounts import read_amount
    from libops.money.kinds import Method

    way = one_of(Method, method, "--method")
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            minor = None if amount is None else read_amount(work, amount)
            answer = charges.refund(work, charge_id=charge, amount=minor, method=way, payer_number=payer)
        number, people = answer.patron_number, []
        if number is not None:
            with desk.look() as look:
                people = entries.paid_back(look, patron_number=number, receipt=answer.receipt)
        give(answer, json, lambda: paid_back(answer, people, desk.language))
