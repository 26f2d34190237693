"""Loans and renewals."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "renewal.exhausted": (
        mark("The loan was renewed {renewals} times; {limit} are allowed."),
        mark("Return the item."),
    ),
    "renewal.no_gain": (
        mark("Renewing now would not make the loan longer than {due}."),
        mark("Renew nearer to the due date."),
    ),
    "renewal.recalled": (
        mark("Somebody waits for this item, and it was called back."),
        mark("Return it by its new due date."),
    ),
    "renewal.others_waiting": (
        mark("Others wait for this title and no copy is in: {count}."),
        mark("Return the item by its due date."),
    ),
    "renewal.too_early": (
        mark("It is too early to renew; that is possible from {start}."),
        mark("Come back then."),
    ),
    "return.in_future": (
        mark("A return cannot be dated {day}: that day is still to come."),
        mark("Give the day on which the items came back."),
    ),
    "return.before_loan": (
        mark("A return cannot be dated {day}: the item was lent only on {lent}."),
        mark("Give a later day, or check it in without one."),
    ),
    "return.too_far_back": (
        mark("A return cannot be dated back to {day}: at most {most} days are allowed."),
        mark("Give a later day; waive the fine instead where that is right."),
    ),
    "lost.already": (mark("The item is recorded as that already."), mark("There is nothing to do.")),
    "lost.bad_amount": (
        mark("An amount cannot be less than nothing."),
        mark("Give the amount that is to be charged, or none."),
    ),
    "lost.by_hand": (
        mark("An item does not become that by being marked so."),
        mark("Lend it, check it in, send it, declare it lost or missing, or withdraw it."),
    ),
    "lost.check_in_first": (
        mark("The item is recorded as missing or lost."),
        mark("Check it in: that finds it, and settles what hangs on it."),
    ),
    "lost.held": (
        mark("The item is set aside for somebody."),
        mark("Cancel that request first; if the item cannot be found, mark it as missing."),
    ),
    "lost.in_transit": (
        mark("The item is on its way to {branch}."),
        mark("Check it in where it is, or call the transfer off; if it cannot be found, mark it as missing."),
    ),
    "lost.no_borrower": (
        mark("Nobody has borrowed this item yet, so that nobody can be charged."),
        mark("Mark it without a charge."),
    ),
    "lost.no_note": (mark("It is not said what is wrong."), mark("Give a note.")),
    "lost.no_price": (
        mark("Nobody knows what replacing the item costs: it has no price, and the loan rules name no fee."),
        mark("Give its price with the declaration; name a fee in the loan rules."),
    ),
    "lost.not_on_loan": (
        mark("The item is not on loan."),
        mark("If it is not where it should be, mark it as missing."),
    ),
    "lost.on_loan": (
        mark("The item is on loan."),
        mark("Check it in first; if its borrower has lost it, declare it lost."),
    ),
    "lost.paid": (
        mark("The item was lost and paid for."),
        mark("Check it in when it turns up, so that what was paid can be given back."),
    ),
    "undo.already": (mark("That was undone already."), mark("There is nothing to do.")),
    "undo.changed": (
        mark("Something else has happened to it since, so that it can no longer be undone."),
        mark("Do the opposite of it instead: take back what was lent, lend what was taken back."),
    ),
    "undo.elsewhere": (mark("That was done at another desk."), mark("It can be undone there.")),
    "undo.not_last": (
        mark("Something else was done last by now."),
        mark("Ask for it once more: what would be undone is named first."),
    ),
    "undo.unread": (
        mark("What was done last cannot be read just now, and nothing is undone that was not named."),
        mark("Ask for it once more in a moment."),
    ),
    "undo.lost_settled": (
        mark("The item had counted as lost, and its charges were settled when it was taken back."),
        mark("Lend it again, declare it lost again where it is not there, and see to the patron's charges."),
    ),
    "undo.money_since": (
        mark("Something was paid, waived or paid back for it since, so that it can no longer be undone."),
        mark(
            "See to the charge instead: what is left of it can be waived, and what was paid stays. "
            "What was taken back is lent again."
        ),
    ),
    "undo.no_desk": (mark("Only what was done at a desk can be undone."), mark("Say at which desk you are.")),
    "undo.not_possible": (
        mark("What was done last cannot be undone by itself."),
        mark("Do the opposite of it instead."),
    ),
    "undo.nothing": (
        mark("You have done nothing at this desk in the last {minutes} minutes that can be undone."),
        mark("What was done earlier is not undone; do the opposite of it."),
    ),
    "undo.too_late": (
        mark("That was done more than {minutes} minutes ago."),
        mark(
            "Do the opposite of it instead: take back what was lent, lend what was taken back, "
            "take off what was charged, charge again what was waived. What was paid stays."
        ),
    ),
    "undo.unknown": (mark("Nothing was done under this request key."), mark("Check the key.")),
}

BRIEFLY: dict[str, str] = {
    "renewal.exhausted": mark("renewals used up"),
    "renewal.no_gain": mark("would not fall due later"),
    "renewal.recalled": mark("called back for somebody"),
    "renewal.others_waiting": mark("others wait for it"),
    "renewal.too_early": mark("renewed early"),
    "return.in_future": mark("return dated to a day to come"),
    "return.before_loan": mark("return dated before the loan"),
    "return.too_far_back": mark("return dated too far back"),
    "lost.already": mark("recorded as that already"),
    "lost.bad_amount": mark("amount less than nothing"),
    "lost.by_hand": mark("a status not set by hand"),
    "lost.check_in_first": mark("missing or lost, not found yet"),
    "lost.held": mark("set aside for somebody"),
    "lost.in_transit": mark("on its way to another branch"),
    "lost.no_borrower": mark("nobody to be charged"),
    "lost.no_price": mark("no price for replacing it"),
    "undo.changed": mark("has gone on since: not undone"),
    "undo.lost_settled": mark("was lost, and settled since"),
    "undo.money_since": mark("money has gone on since"),
    "undo.no_desk": mark("undone at desks only"),
    "undo.not_possible": mark("not undone by itself"),
    "undo.nothing": mark("nothing to undo"),
    "undo.not_last": mark("something else came since"),
    "undo.unread": mark("could not be read"),
    "undo.too_late": mark("too late to undo"),
    "undo.unknown": mark("nothing done under that key"),
}
