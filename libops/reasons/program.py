"""Request keys, places, and the library as a whole."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "request.key_reused": (
        mark("This request key was used for something else."),
        mark("Send a new key with a new request."),
    ),
    "library.exists": (
        mark("A library stands in this database already."),
        mark("Name another database, or work with this one."),
    ),
    "sample.not_sample": (
        mark("This is no sample library: what nobody has does not belong into it."),
        mark("Found one to try things on with libops init --sample, in a database of its own."),
    ),
    "sample.bad_count": (
        mark("So much cannot be made."),
        mark("Up to {titles} titles and {patrons} patrons, a seed from 0 to {seed}, and no items without titles."),
    ),
    "sample.other_codes": (
        mark("This library's patterns of barcodes and card numbers are not those of the sample library."),
        mark("Leave the patterns out of the settings for this database."),
    ),
    "sample.full": (
        mark("With what was made before there would be more than {titles} titles or {patrons} patrons."),
        mark("Make fewer, or found another sample library."),
    ),
    "backup.exists": (
        mark("There is a file {file} already."),
        mark("Name another file; backups are never overwritten."),
    ),
    "request.bad_key": (
        mark("That is no request key."),
        mark("A key is a text of 1 to {longest} characters."),
    ),
    "place.unknown": (
        mark("There is no desk or branch called {code}."),
        mark("Known places: {known}."),
    ),
}

BRIEFLY: dict[str, str] = {
    "request.key_reused": mark("request key used already"),
    "library.exists": mark("a library stands there already"),
    "sample.not_sample": mark("no sample library"),
    "sample.other_codes": mark("codes of another library"),
    "sample.full": mark("too much for a sample library"),
    "backup.exists": mark("such a file exists already"),
    "place.unknown": mark("no such desk or branch"),
}
