"""Holds, the hold shelf and recalls."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "request.name_one": (
        mark("It is not clear what is wanted."),
        mark("Name either a title by its number or a copy by its barcode; for one very item, its barcode."),
    ),
    "request.unknown_title": (
        mark("No title has the number {number}."),
        mark("Check the number, or name the title by the barcode of a copy."),
    ),
    "request.twice": (
        mark("The patron has asked for this already."),
        mark("See the patron's requests; nothing more needs to be done."),
    ),
    "request.limit": (
        mark("{holds} of {limit} requests are taken."),
        mark("Cancel one that is no longer wanted first."),
    ),
    "request.no_copy": (
        mark("No copy could ever be had: all are missing, lost, withdrawn or for reference only."),
        mark("Suggest another edition, or have one bought."),
    ),
    "request.not_holdable": (
        mark("Copies of this kind are not held for this patron there."),
        mark("Choose another branch to pick it up; otherwise it can be fetched from its shelf."),
    ),
    "request.on_loan_to_patron": (
        mark("The patron has a copy on loan."),
        mark("Renew it instead."),
    ),
    "request.needed_before_now": (
        mark("It would have been needed by {day}, which has passed."),
        mark("Name a later day, or none."),
    ),
    "request.needed_before_start": (
        mark("It would be needed by {day}, before it begins to wait on {start}."),
        mark("Name a later last day, or an earlier first one."),
    ),
    "request.suspended_before_now": (
        mark("It cannot be suspended until {day}: that day is not to come."),
        mark("Name a later day, or none."),
    ),
    "request.unknown": (
        mark("There is no request {request}."),
        mark("See the numbers in the patron's requests."),
    ),
    "request.over": (
        mark("The request is over."),
        mark("Place a new one if it is still wanted."),
    ),
    "request.set_aside": (
        mark("A copy is set aside for this request already."),
        mark("Have it picked up, or cancel the request."),
    ),
    "request.no_place": (
        mark("Places in a queue are counted from 1."),
        mark("Name the place as the queue lists it."),
    ),
    "recall.copy_in": (
        mark("A copy is in: nothing needs to be called back."),
        mark("Place a hold; the copy is fetched from its shelf."),
    ),
    "recall.nothing_on_loan": (
        mark("No copy is on loan that could still be called back."),
        mark("Place a hold."),
    ),
    "recall.not_allowed": (
        mark("Loans of this title are not called back."),
        mark("Place a hold."),
    ),
}

BRIEFLY: dict[str, str] = {
    "request.unknown_title": mark("no such title"),
    "request.twice": mark("asked for already"),
    "request.limit": mark("limit of requests reached"),
    "request.no_copy": mark("no copy that could ever be had"),
    "request.not_holdable": mark("not held for this patron"),
    "request.on_loan_to_patron": mark("has a copy on loan"),
    "request.needed_before_now": mark("needed by a day in the past"),
    "request.needed_before_start": mark("needed before it would wait"),
    "request.suspended_before_now": mark("suspended until a past day"),
    "request.unknown": mark("no such request"),
    "request.over": mark("request is over"),
    "request.set_aside": mark("a copy is set aside already"),
    "request.no_place": mark("no such place in the queue"),
    "recall.copy_in": mark("a copy is in"),
    "recall.nothing_on_loan": mark("no loan to call back"),
    "recall.not_allowed": mark("not called back by the rules"),
}
