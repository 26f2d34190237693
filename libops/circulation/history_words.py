"""How a copy's history reads, on screen and on the command line alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from libops.circulation.item_history import Happened
from libops.i18n import Language
from libops.names import COPY_FIELDS, ITEM_STATUSES, handled_by


def particulars(one: Happened, language: Language, today: date) -> str:
    """What else there is to say: until when, what it was before and after, what was changed about it."""
    return " · ".join(_particulars(one, language, today))


def _particulars(one: Happened, language: Language, today: date) -> Iterator[str]:
    say = language.say
    if one.due_on is not None:
        yield say("due {day}", day=language.day(one.due_on, today))
    if one.was and one.was != one.status:
        yield f"{say(ITEM_STATUSES[one.was])} → {say(ITEM_STATUSES[one.status])}"
    elif one.status not in ("", "available"):
        yield say(ITEM_STATUSES[one.status])
    if one.fields:
        named = [say(COPY_FIELDS[name]) for name in one.fields if name in COPY_FIELDS]
        yield language.listed(named)


def whom(one: Happened, language: Language) -> str:
    """The borrower, where there is one; one who is not named any more, or not to everybody, is said to be there."""
    if not one.of_patron:
        return ""
    return " ".join(part for part in (one.patron_name, one.patron_number) if part) or language.say("not named")


def by_whom(one: Happened, language: Language) -> str:
    """Who did it, and at which desk."""
    who = handled_by(one.staff_name, one.actor, language)
    return " · ".join(part for part in (who, one.desk_code) if part)
