"""Charges, payments, deposits and the closing of a desk."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "money.unreadable": (
        mark("{typed} is not an amount."),
        mark("Type digits, with a point before at most {places} decimals."),
    ),
    "money.missing": (mark("An amount is missing."), mark("Type it in digits.")),
    "money.amount": (
        mark("An amount must be more than nothing and at most {most}."),
        mark("Check the amount."),
    ),
    "money.charge_unknown": (
        mark("There is no charge number {charge} here."),
        mark("Look at the patron's account for the numbers of the charges."),
    ),
    "money.not_a_charge": (
        mark("Nobody is charged for {kind}."),
        mark("Choose one of: {known}."),
    ),
    "money.already_paid": (
        mark("It is settled already: {left} is left to pay."),
        mark("Look at the account again; there is nothing to pay, to waive or to take off."),
    ),
    "money.too_much": (
        mark("{amount} is more than the {left} that is left."),
        mark("Take no more than is left."),
    ),
    "money.owed_changed": (
        mark("{left} is left to pay, no longer {expected}."),
        mark("Look at the account again, then take the payment."),
    ),
    "money.no_note": (
        mark("A waiver needs a note that says why."),
        mark("Write why the charge is waived."),
    ),
    "money.nothing_to_refund": (
        mark("Nothing of this charge has to be paid back."),
        mark(
            "Only what was paid and then taken off is paid back. "
            "A payment taken by mistake is undone instead: at its desk, and soon after."
        ),
    ),
    "money.refund_too_much": (
        mark("{amount} is more than the {left} that has to be paid back."),
        mark("Give back no more than that."),
    ),
    "money.charge_paid": (
        mark("{paid} was paid for this charge; it cannot be taken off."),
        mark(
            "If it was paid just now, undo the payment first. "
            "Otherwise what is left can be waived; what was paid stays."
        ),
    ),
    "money.no_deposit": (
        mark("No deposit is held for this patron."),
        mark("There is nothing to give back."),
    ),
    "money.deposit_too_much": (
        mark("{amount} is more than the deposit of {held}."),
        mark("Give back no more than is held."),
    ),
    "money.deposit_loans": (
        mark("The deposit stays while things are on loan: {loans}."),
        mark("Take them back first."),
    ),
    "money.deposit_owes": (
        mark("The deposit stays while the patron owes {owes}."),
        mark("Take the payment first."),
    ),
    "money.no_desk": (
        mark("Cash is taken, given out and counted at a desk; this is none."),
        mark("Name the desk where the till stands."),
    ),
    "money.nothing_to_close": (
        mark("No money went in or out at this desk since its last closing."),
        mark("Nothing needs to be counted, unless something is too much or missing: then say how much."),
    ),
    "money.not_counted": (
        mark("Not counted yet: {methods}."),
        mark("Count these too, then close the till."),
    ),
    "money.bad_count": (
        mark("What was counted as {method} is no amount."),
        mark("Count again."),
    ),
    "money.unknown_method": (
        mark("Nobody pays by {method} here."),
        mark("Known ways to pay: {known}."),
    ),
}

BRIEFLY: dict[str, str] = {
    "money.unreadable": mark("no amount"),
    "money.missing": mark("amount missing"),
    "money.amount": mark("amount out of bounds"),
    "money.charge_unknown": mark("no such charge"),
    "money.not_a_charge": mark("nothing that is charged for"),
    "money.already_paid": mark("settled already"),
    "money.too_much": mark("more than is left to pay"),
    "money.owed_changed": mark("owes another sum by now"),
    "money.no_note": mark("waived without saying why"),
    "money.nothing_to_refund": mark("nothing to pay back"),
    "money.refund_too_much": mark("more than is to be paid back"),
    "money.charge_paid": mark("paid for already"),
    "money.no_deposit": mark("no deposit is held"),
    "money.deposit_too_much": mark("more than the deposit"),
    "money.deposit_loans": mark("deposit back with loans open"),
    "money.deposit_owes": mark("deposit back with money owed"),
    "money.no_desk": mark("money only at a desk"),
    "money.nothing_to_close": mark("no money since last closing"),
    "money.not_counted": mark("not everything is counted"),
    "money.bad_count": mark("count that is no amount"),
    "money.unknown_method": mark("no such way to pay"),
}
