"""Codes that were scanned or typed."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "code.empty": (mark("Nothing was scanned."), mark("Scan the code again.")),
    "code.too_long": (
        mark("That is {length} characters long: no code of this library."),
        mark("Scan a single barcode; check what the reader is set to send."),
    ),
    "code.unreadable": (
        mark("The code holds characters that no barcode has."),
        mark("Scan it again; if it persists, check the reader's settings."),
    ),
    "code.check_digit": (
        mark("The check digit of {code} is wrong."),
        mark("Scan the label again, or type the number more carefully."),
    ),
    "code.not_on_label": (
        mark("{code} cannot stand on a label of {symbology}."),
        mark("Check the code; if the library's labels are of another kind, the setting item_symbology is wrong."),
    ),
    "code.isbn": (
        mark("{code} is an ISBN, which all copies of a book share."),
        mark("Scan the library's own barcode on the item."),
    ),
    "code.is_patron": (
        mark("{code} is a patron's card, not an item."),
        mark("Scan the barcode of the item."),
    ),
    "code.is_item": (
        mark("{code} is an item, not a patron's card."),
        mark("Scan the patron's card."),
    ),
    "code.is_staff": (
        mark("{code} is a staff badge."),
        mark("Badges are for signing in; scan a patron's card or an item."),
    ),
    "code.is_command": (
        mark("{code} stands on the desk card and is nobody's number."),
        mark("Scan it at the console; here, scan a patron's card or an item."),
    ),
    "code.unknown": (
        mark("{code} is neither a patron's card nor an item of this library."),
        mark("Check the code; the item or patron may not be registered yet."),
    ),
    "code.ambiguous": (
        mark("{code} is both a patron's card and an item."),
        mark("Say which is meant."),
    ),
    "scan.no_patron": (
        mark("No patron is chosen yet."),
        mark("Scan the patron's card first, or change to returns."),
    ),
    "scan.card_in_returns": (
        mark("That is a patron's card; books are being returned."),
        mark("At the desk, change to lending and scan the card again."),
    ),
    "scan.too_many": (
        mark("Too many scans are waiting; this one was not taken."),
        mark("Wait until those are answered; see that no reader is stuck on a code."),
    ),
    "scan.turned_away": (
        mark("Scans that were not taken because too many were waiting: {count}."),
        mark("Scan them again; to lend, the patron's card first."),
    ),
    "scan.locked": (
        mark("Scans that came while the desk was locked: {count}. None of them was acted upon."),
        mark("Scan them again now."),
    ),
    "command.unknown": (
        mark("This console knows no command {code}."),
        mark("Print a new desk card: libops desk card."),
    ),
    "command.nobody": (
        mark("Nobody stands at the desk."),
        mark("Scan the patron's card first."),
    ),
    "command.nothing_on_loan": (
        mark("The patron has nothing on loan."),
        mark("There is nothing to renew."),
    ),
    "command.lending_already": (
        mark("Books are being lent already."),
        mark("Scan a patron's card or an item."),
    ),
    "command.returns_already": (
        mark("Books are being returned already."),
        mark("Scan what came back."),
    ),
    "command.nothing_to_do": (
        mark("There is nothing now for which that could be done."),
        mark("Its key, {key}, does nothing now either."),
    ),
    "command.at_the_desk": (
        mark("Nothing is open in front of the desk."),
        mark("Go on scanning."),
    ),
    "command.in_the_way": (
        mark("Something else is open in front of the desk."),
        mark("Finish or close that first; a scan never answers for you."),
    ),
}

BRIEFLY: dict[str, str] = {
    "code.too_long": mark("too long for a code"),
    "code.unreadable": mark("unreadable code"),
    "code.check_digit": mark("wrong check digit"),
    "code.not_on_label": mark("cannot stand on such a label"),
    "code.isbn": mark("an ISBN instead of a barcode"),
    "code.is_patron": mark("a card instead of an item"),
    "code.is_item": mark("an item instead of a card"),
    "code.is_staff": mark("a staff badge was scanned"),
    "code.is_command": mark("a code of the desk card"),
    "code.unknown": mark("no card or item of ours"),
    "code.ambiguous": mark("both a card and an item"),
    "scan.card_in_returns": mark("a patron's card during returns"),
    "scan.too_many": mark("too many scans waiting"),
    "scan.turned_away": mark("scans not taken"),
    "scan.locked": mark("scanned at a locked desk"),
    "command.unknown": mark("unknown command"),
    "command.returns_already": mark("returns already"),
    "command.nothing_to_do": mark("a command for nothing"),
    "command.at_the_desk": mark("nothing is open in front"),
    "command.in_the_way": mark("something is open in front"),
}
