"""Transfers between branches."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "transfer.under_way": (
        mark("The item is on its way to {branch} already."),
        mark("Cancel that transfer first, or let it arrive."),
    ),
    "transfer.none": (
        mark("The item has no transfer."),
        mark("Request one, or check the item in to see where it belongs."),
    ),
    "transfer.there_already": (
        mark("The item is at {branch} already."),
        mark("Nothing needs to be moved."),
    ),
    "transfer.sent_already": (
        mark("The item was sent to {branch} already."),
        mark("Check it in where it lies now."),
    ),
    "transfer.goes_elsewhere": (
        mark("The item goes to {branch}, not here."),
        mark("Send it on; check it in to write down that it was here."),
    ),
    "transfer.on_loan": (
        mark("The item is on loan."),
        mark("Check it in first; that says where it goes."),
    ),
    "transfer.held": (
        mark("The item is set aside for a patron."),
        mark("Change where the patron picks it up instead, or cancel the hold."),
    ),
    "transfer.hold_over": (
        mark("The item lies on the hold shelf for a patron whose time to fetch it is over."),
        mark("Check it in first; that says where it goes."),
    ),
    "transfer.stays": (
        mark("The item is not to be sent anywhere."),
        mark("Check it in to see where it goes here; to move it, request a transfer."),
    ),
    "transfer.not_in": (
        mark("The item is not in: it is missing, lost or not received yet."),
        mark("Check it in first, so that it is found, then move it."),
    ),
    "transfer.withdrawn": (
        mark("The item was withdrawn from the collection."),
        mark("Put it aside for the cataloguers."),
    ),
    "transfer.for_hold": (
        mark("Only a hold sends items for holds."),
        mark("Give another reason, or place a hold."),
    ),
}

BRIEFLY: dict[str, str] = {
    "transfer.under_way": mark("on its way already"),
    "transfer.there_already": mark("is there already"),
    "transfer.sent_already": mark("sent already"),
    "transfer.goes_elsewhere": mark("goes to another branch"),
    "transfer.held": mark("set aside for a patron"),
    "transfer.hold_over": mark("on the hold shelf too long"),
    "transfer.stays": mark("is not to be sent anywhere"),
    "transfer.not_in": mark("missing, lost or to come"),
    "transfer.withdrawn": mark("withdrawn from the collection"),
    "transfer.for_hold": mark("only a hold sends for holds"),
}
