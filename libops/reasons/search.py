"""Searching the catalogue."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "search.empty": (
        mark("There is nothing to look for in that."),
        mark("Type words of a title or a name, an ISBN, a barcode or a call number."),
    ),
    "search.bad_cursor": (
        mark("That is no place in this list."),
        mark("Ask for the list from its beginning."),
    ),
}

BRIEFLY: dict[str, str] = {
    "search.empty": mark("nothing to look for"),
}
