"""How an entry of the journal reads, on screen and on the command line alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from libops.i18n import Language
from libops.names import COPY_FIELDS, ITEM_STATUSES, METHODS, handled_by
from libops.refusals import explain_briefly
from libops.today.journal_pages import Entry


def when(entry: Entry, language: Language, today: date) -> str:
    """Its time at the branch where it happened, with the day where that is not today."""
    time = language.time(entry.at, ZoneInfo(entry.zone))
    return time if entry.on == today else f"{language.day(entry.on, today)} {time}"


def about_what(entry: Entry) -> str:
    """The title of the item that it was about, and its barcode."""
    return " · ".join(part for part in (entry.title, entry.barcode) if part)


def whom(entry: Entry, language: Language) -> str:
    """The patron whom it concerned; one who is not named any more, or not to everybody, is said to be there."""
    if not entry.of_patron:
        return ""
    return " ".join(part for part in (entry.patron_name, entry.patron_number) if part) or language.say("not named")


def by_whom(entry: Entry, language: Language) -> str:
    """Who did it, and at which desk."""
    who = handled_by(entry.staff_name, entry.actor, language)
    return " · ".join(part for part in (who, entry.desk_code or entry.branch_code) if part)


def particulars(entry: Entry, language: Language, today: date, currency: str) -> str:
    """What else there is to say of it; never a name."""
    return " · ".join(_particulars(entry, language, today, currency))


def _particulars(entry: Entry, language: Language, today: date, currency: str) -> Iterator[str]:
    known, say = entry.particulars, language.say
    if known.number:
        yield known.number
    if known.amount is not None:
        yield language.money(known.amount, currency)
    if known.method:
        yield say(METHODS[known.method])
    if known.due_on is not None:
        day = language.day(known.due_on, today)
        yield say("until {day}", day=day) if entry.kind == "hold.shelved" else say("due {day}", day=day)
    if known.was and known.was != known.status:
        yield f"{say(ITEM_STATUSES[known.was])} → {say(ITEM_STATUSES[known.status])}"
    elif known.status:
        yield say(ITEM_STATUSES[known.status])
    if known.fields:
        yield language.listed(say(COPY_FIELDS[name]) for name in known.fields if name in COPY_FIELDS)
    if known.reasons:
        reasons = language.listed(explain_briefly(code, language) for code in known.reasons)
        yield reasons if entry.kind == "refused" else say("allowed all the same: {reasons}", reasons=reasons)
