"""Stacks, and what stands on the shelf."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "stack.none": (
        mark("Branch {branch} has no stack."),
        mark("Load one: libops stack load."),
    ),
    "stack.no_bay": (
        mark("The stack has no bay {code}."),
        mark("See which there are: libops stack show."),
    ),
    "shelf.no_location": (
        mark("There is no shelf to look at: branch {branch} has no location {code}."),
        mark("Its locations are: {known}."),
    ),
    "shelf.not_named": (
        mark("No location of branch {branch} was named."),
        mark("Its locations are: {known}."),
    ),
    "shelf.none": (
        mark("There is no shelf to look at: branch {branch} has no locations."),
        mark("Look at another branch."),
    ),
    "shelf.empty": (
        mark("There is no shelf to look at: at branch {branch} no item with a call number has a location."),
        mark("Its locations are: {known}."),
    ),
    "shelf.item_nowhere": (
        mark("Item {barcode} stands on no shelf: it has no location, or no call number."),
        mark("Give it one, or look for a call number at a location."),
    ),
    "shelf.in_stack": (
        mark("Bays of a stack hold the call numbers of {location}, in the order that it has now."),
        mark("Load a stack without it first, change the order, then load one that fits: libops stack load."),
    ),
    "shelf.bad_cursor": (
        mark("That is no place on this shelf."),
        mark("Ask for the shelf by a call number or a barcode."),
    ),
}

BRIEFLY: dict[str, str] = {
    "stack.none": mark("branch without a stack"),
    "stack.no_bay": mark("no such bay"),
    "shelf.no_location": mark("no such location"),
    "shelf.not_named": mark("location not named"),
    "shelf.none": mark("branch without locations"),
    "shelf.empty": mark("nothing stands on a shelf"),
    "shelf.item_nowhere": mark("item stands on no shelf"),
    "shelf.in_stack": mark("order bound by a stack's bays"),
}
