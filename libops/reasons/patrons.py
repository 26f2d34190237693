"""Patrons: their cards, limits and blocks."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "patron.unknown": (
        mark("No patron has the number {number}."),
        mark("Check the card; the patron may not be registered yet."),
    ),
    "patron.blocked": (
        mark("The patron is blocked."),
        mark("Settle what the note on the patron says."),
    ),
    "patron.expired": (
        mark("The card ran out on {expired}."),
        mark("Renew the registration."),
    ),
    "patron.overdue": (
        mark("Overdue loans: {overdue}; lending stops at {limit}."),
        mark("Return or renew the overdue items first."),
    ),
    "patron.loans_limit": (
        mark("{loans} of {limit} loans are taken."),
        mark("Return an item first."),
    ),
    "patron.type_limit": (
        mark("{loans} of {limit} loans of this kind are taken."),
        mark("Return an item of this kind first."),
    ),
    "patron.owes": (
        mark("The patron owes {owes}; lending stops at {limit}."),
        mark("Take a payment first."),
    ),
    "patron.deposit": (
        mark("A deposit of {lacking} is lacking."),
        mark("Take the deposit first."),
    ),
    "patron.bad_number": (
        mark("{number} is not a patron number of this library."),
        mark("Patron numbers follow the pattern {pattern}."),
    ),
    "patron.number_taken": (
        mark("The number {number} belongs to somebody already."),
        mark("Take another card; numbers are never given twice."),
    ),
    "patron.empty_name": (mark("A patron needs a name."), mark("Give a name.")),
    "patron.unknown_category": (
        mark("There is no category of patrons called {category}."),
        mark("Known categories: {known}."),
    ),
    "patron.unknown_language": (
        mark("Patrons cannot be written to in {language}."),
        mark("Known languages: {known}."),
    ),
    "patron.bad_phone": (
        mark("{phone} is not a phone number."),
        mark("Give digits, with a plus and the country's code if need be; or leave it empty."),
    ),
    "patron.bad_email": (
        mark("{email} is not an email address."),
        mark("Correct it, or leave it empty."),
    ),
    "patron.expiry_past": (
        mark("The card would have run out on {expires} already."),
        mark("Name a later day, or none."),
    ),
    "patron.expiry_shorter": (
        mark("The card is good until {expires}; renewing never makes that earlier."),
        mark("Name a later day, or none."),
    ),
    "patron.maybe_duplicate": (
        mark("A patron of this name with the same phone or email is registered already."),
        mark("Look who it is. If it is another person, give that patron's number as the duplicate you allow."),
    ),
    "patron.namesakes": (
        mark("Patrons of this name who are registered already: {count}."),
        mark("See whether one of them is this person. If it is another person, register all the same."),
    ),
    "patron.block_without_note": (
        mark("A block needs a note that says why."),
        mark("Write what the patron has to settle."),
    ),
    "patron.not_blocked": (
        mark("The patron is not blocked by staff."),
        mark("See what else stands against the patron in the account."),
    ),
    "patron.merge_same": (
        mark("Both numbers are those of one patron."),
        mark("Name the card to keep, then the other one."),
    ),
    "patron.is_merged": (
        mark("{number} was merged into another patron already."),
        mark("Name the patron that it leads to."),
    ),
}

BRIEFLY: dict[str, str] = {
    "patron.unknown": mark("no such patron"),
    "patron.blocked": mark("patron blocked"),
    "patron.expired": mark("card run out"),
    "patron.overdue": mark("loans overdue"),
    "patron.loans_limit": mark("limit of loans reached"),
    "patron.type_limit": mark("limit for this kind reached"),
    "patron.owes": mark("money owed"),
    "patron.deposit": mark("deposit lacking"),
    "patron.bad_number": mark("no patron number of ours"),
    "patron.number_taken": mark("card number taken"),
    "patron.unknown_category": mark("no such category of patrons"),
    "patron.unknown_language": mark("no such language of messages"),
    "patron.bad_phone": mark("no phone number"),
    "patron.bad_email": mark("no email address"),
    "patron.expiry_past": mark("card would be out of date"),
    "patron.expiry_shorter": mark("would shorten the card"),
    "patron.maybe_duplicate": mark("perhaps registered already"),
    "patron.namesakes": mark("a namesake registered already"),
    "patron.block_without_note": mark("blocked without saying why"),
    "patron.not_blocked": mark("not blocked by staff"),
    "patron.merge_same": mark("both numbers of one patron"),
    "patron.is_merged": mark("merged already"),
}
