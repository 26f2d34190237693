"""Items and what stands against lending them."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "item.unknown": (
        mark("No item has the barcode {barcode}."),
        mark("Check the label; the item may not be catalogued yet."),
    ),
    "item.on_loan": (
        mark("The item is on loan to another patron until {due}."),
        mark("Return it first, then lend it."),
    ),
    "item.on_loan_overdue": (
        mark("The item is on loan to another patron, overdue since {due}."),
        mark("Return it first, then lend it."),
    ),
    "item.not_on_loan": (
        mark("The item is not on loan."),
        mark("Nothing to renew; lend it instead."),
    ),
    "item.not_lendable": (
        mark("Items of this kind are not lent to this patron here."),
        mark("It may be read in the library."),
    ),
    "item.restricted": (mark("Reference copy: it may be read here only."), mark("Offer another copy.")),
    "item.in_process": (
        mark("The item is still being catalogued."),
        mark("Send it to the processing room."),
    ),
    "item.missing": (
        mark("The item is recorded as missing."),
        mark("Check it in first, so that it is found, then lend it."),
    ),
    "item.withdrawn": (
        mark("The item was withdrawn from the collection."),
        mark("Put it aside for the cataloguers."),
    ),
    "item.lost": (
        mark("The item is recorded as lost."),
        mark("Check it in first, so that it is found, then lend it."),
    ),
    "item.on_order": (
        mark("The item has not come in yet."),
        mark("Wait until it is received and catalogued."),
    ),
    "item.unavailable": (
        mark("The item is not for use at present."),
        mark("See the note on the item; offer another copy."),
    ),
    "item.paged": (
        mark("The item is being fetched for somebody's order."),
        mark("Offer another copy."),
    ),
    "item.held": (
        mark("The item is set aside for another patron."),
        mark("Put it back on the hold shelf; offer another copy, or place a hold."),
    ),
    "item.others_waiting": (
        mark("Others wait for this title and no other copy is in: {count}."),
        mark("Check the item in, so that it goes to the first of them; place a hold."),
    ),
}

BRIEFLY: dict[str, str] = {
    "item.unknown": mark("no such item"),
    "item.on_loan": mark("on loan to somebody else"),
    "item.on_loan_overdue": mark("on loan elsewhere and overdue"),
    "item.not_lendable": mark("not lent to this patron"),
    "item.restricted": mark("reference copy"),
    "item.in_process": mark("item in process"),
    "item.missing": mark("recorded as missing"),
    "item.withdrawn": mark("withdrawn from the collection"),
    "item.lost": mark("recorded as lost"),
    "item.on_order": mark("not come in yet"),
    "item.unavailable": mark("not for use"),
    "item.paged": mark("fetched for an order"),
    "item.held": mark("set aside for another patron"),
    "item.others_waiting": mark("others wait for it"),
}
