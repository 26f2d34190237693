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

BRIEFLY: dict[str, str] = {}
