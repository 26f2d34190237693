"""Titles and cataloguing."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "title.unknown": (
        mark("No title has the number {number}."),
        mark("Search for it by words, ISBN or barcode."),
    ),
    "title.empty": (mark("A title needs a name."), mark("Type the title as it stands on the book.")),
    "title.too_long": (
        mark("That is {length} characters long; {most} are the most."),
        mark("Type only the title itself; a description belongs into the note."),
    ),
    "title.bad_number": (
        mark("{number} cannot be a title's number."),
        mark("Use up to 40 letters, digits and signs without spaces, or leave it to the library."),
    ),
    "title.number_taken": (
        mark("The number {number} belongs to another title."),
        mark("Change that title, or leave the number to the library."),
    ),
    "title.isbn_wrong": (
        mark("{number} is no ISBN or ISSN: its check digit or its length is wrong."),
        mark("Compare it with the book and type it again, or leave it out."),
    ),
    "title.bad_year": (
        mark("{year} is no year of publication."),
        mark("Type a year as four digits, or leave it out."),
    ),
    "title.isbn_unknown": (
        mark("No title has the ISBN or ISSN {number}."),
        mark("Search for it by words; if it is not in the catalogue yet, add it."),
    ),
    "title.isbn_several": (
        mark("{number} belongs to more than one title: {titles}."),
        mark("Name the one that is meant by its number."),
    ),
    "copy.barcode_taken": (
        mark("The barcode {barcode} is on another item: {title}."),
        mark("Stick a new label on this one and scan that."),
    ),
    "copy.rfid_taken": (
        mark("The RFID tag {uid} belongs to the item {barcode}."),
        mark("Use another tag, or take it off that item first."),
    ),
    "copy.bad_tag": (
        mark("{uid} is no number of an RFID tag."),
        mark("Use what the reader gives: up to 64 digits and letters from A to F."),
    ),
    "copy.bad_price": (
        mark("That is no price of an item; {most} is the most."),
        mark("Type the price as it stands on the item, or leave it out."),
    ),
    "copy.not_a_barcode": (
        mark("{barcode} is not how this library's item barcodes look."),
        mark("Scan the label of the item; the pattern is one of the settings (docs/operating.md)."),
    ),
    "copy.no_type": (mark("There is no item type {code}."), mark("Known are: {known}.")),
    "copy.no_branch": (mark("There is no branch {code}."), mark("Known are: {known}.")),
    "copy.no_location": (
        mark("Branch {branch} has no location {code}."),
        mark("Known there are: {known}."),
    ),
    "copy.bad_condition": (
        mark("{word} is no condition of an item."),
        mark("Use new, good, worn or poor, or leave it empty."),
    ),
    "copy.bad_status": (
        mark("An item cannot be added as {status}."),
        mark("Use available, restricted, in process or on order."),
    ),
    "copy.too_long": (
        mark("That is {length} characters long; {most} are the most."),
        mark("Shorten the call number, the volume or the note."),
    ),
    "batch.nothing": (mark("No item was chosen."), mark("Name barcodes, or what to choose items by.")),
    "batch.no_change": (mark("Nothing to change was named."), mark("Name at least one field and what it is to be.")),
    "batch.one_tag": (mark("An RFID tag is on one item only."), mark("Change that item by itself.")),
    "batch.too_many": (
        mark("More than {most} items were chosen; so many are changed at once."),
        mark("Narrow the choice and change them in parts."),
    ),
    "batch.unknown": (
        mark("No change of many items has the number {number}."),
        mark("See which there are: libops item batches."),
    ),
    "batch.undone": (mark("That change was put back already."), mark("Nothing has to be done.")),
}

BRIEFLY: dict[str, str] = {
    "title.unknown": mark("no such title"),
    "title.too_long": mark("text of a title too long"),
    "title.bad_number": mark("impossible title number"),
    "title.number_taken": mark("title number taken"),
    "title.isbn_wrong": mark("wrong ISBN or ISSN"),
    "title.bad_year": mark("no year of publication"),
    "title.isbn_unknown": mark("no title with that ISBN"),
    "title.isbn_several": mark("several titles with that ISBN"),
    "copy.barcode_taken": mark("barcode taken"),
    "copy.rfid_taken": mark("RFID tag taken"),
    "copy.bad_tag": mark("no number of an RFID tag"),
    "copy.bad_price": mark("no price of an item"),
    "copy.not_a_barcode": mark("no item barcode of ours"),
    "copy.no_type": mark("no such item type"),
    "copy.no_branch": mark("no such branch"),
    "copy.no_location": mark("no such location"),
    "copy.bad_condition": mark("no condition of an item"),
    "copy.bad_status": mark("not added with such a status"),
    "copy.too_long": mark("text of a copy too long"),
    "batch.one_tag": mark("one RFID tag for many items"),
    "batch.too_many": mark("too many items at once"),
    "batch.unknown": mark("no such change of many items"),
    "batch.undone": mark("put back already"),
}
