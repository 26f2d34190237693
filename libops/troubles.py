"""What to tell people when the database cannot be used: nothing was changed, and what to do about it."""

from __future__ import annotations

from db.engine import BadDatabaseUrl
from db.troubles import DatabaseTrouble, TroubleKind
from libops.i18n import Language, mark
from libops.refusals import Words

_WORDS: dict[TroubleKind, tuple[str, str]] = {
    TroubleKind.MISSING: (
        mark("There is no database where it should be."),
        mark("Check LIBOPS_DATABASE_URL and LIBOPS_HOME, or make a library with: libops init"),
    ),
    TroubleKind.REPLACED: (
        mark("The database file was replaced by another one."),
        mark("Check that this was meant; then try again, and it goes into the new one."),
    ),
    TroubleKind.NOT_LIBOPS: (
        mark("That database holds no library of libops."),
        mark("Check LIBOPS_DATABASE_URL, or make a library there with: libops init"),
    ),
    TroubleKind.OLDER: (
        mark("The database was made by an older libops."),
        mark("Back it up, then run: libops db upgrade"),
    ),
    TroubleKind.NEWER: (
        mark("The database was made by a newer libops."),
        mark("Install the newer libops on this machine."),
    ),
    TroubleKind.LOCKED: (
        mark("The database is busy with somebody else's work."),
        mark("Try again; if it persists, look for a program that holds it."),
    ),
    TroubleKind.FULL: (
        mark("The disk of the database is full or failing."),
        mark("Free some space there, then try again."),
    ),
    TroubleKind.READ_ONLY: (
        mark("The database may only be read."),
        mark("Check the rights of the file and its folder, or which server this is."),
    ),
    TroubleKind.UNREACHABLE: (
        mark("The database server does not answer."),
        mark("Check the network and the server, then try again."),
    ),
    TroubleKind.DAMAGED: (
        mark("The database file is damaged."),
        mark("Stop working on it and restore the last backup with: libops db restore"),
    ),
    TroubleKind.FAILED: (
        mark("The database refused what it was asked."),
        mark("Try again; if it persists, run: libops doctor"),
    ),
}


def explain_trouble(trouble: DatabaseTrouble, language: Language) -> Words:
    """Why the database cannot be used, and what can be done, in plain words."""
    why, remedy = _WORDS[trouble.kind]
    if trouble.kind is TroubleKind.MISSING and trouble.where:
        why = mark("There is no database where it should be: {where}")
        return Words(language.say(why, where=trouble.where), language.say(remedy))
    return Words(language.say(why), language.say(remedy))


__all__ = ["BadDatabaseUrl", "DatabaseTrouble", "TroubleKind", "explain_trouble"]
