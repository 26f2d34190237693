"""An outcome at the desk in words: one word, then the title, then the fact that matters, then what can be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from db.catalogue import ItemStatus
from db.money import EntryKind
from libops.circulation.after_loss import Stays
from libops.circulation.directions import ReturnOutcome
from libops.circulation.errands import Deed, NotDone
from libops.circulation.holders import HolderView
from libops.circulation.loans import LoanAnswer
from libops.circulation.outcomes import Outcome, Word
from libops.circulation.returns import ReturnAnswer
from libops.circulation.rules import Stops
from libops.i18n import Language, mark
from libops.names import ITEM_STATUSES
from libops.people.accounts import Account
from libops.people.patrons import PatronView, Standing
from libops.refusals import Reason, explain, explain_briefly, spoken
from libops.troubles import explain_trouble


class Tone(StrEnum):
    """How an outcome feels; colour may support the word by it, and never replaces it."""

    DONE = "done"
    CARRY = "carry"
    QUIET = "quiet"
    STOP = "stop"


class Said(msgspec.Struct, frozen=True):
    """One outcome in one language. ``fact`` and ``remedy`` may be empty; nothing in it is markup."""

    word: str
    title: str
    fact: str
    remedy: str
    tone: Tone


_WORDS: dict[Word, tuple[str, Tone]] = {
    Word.PATRON: (mark("PATRON"), Tone.QUIET),
    Word.LENT: (mark("LENT"), Tone.DONE),
    Word.RENEWED: (mark("RENEWED"), Tone.DONE),
    Word.SHELVE: (mark("SHELVE"), Tone.DONE),
    Word.HOLD_SHELF: (mark("HOLD SHELF"), Tone.CARRY),
    Word.SEND: (mark("SEND TO"), Tone.CARRY),
    Word.ASIDE: (mark("SET ASIDE"), Tone.CARRY),
    Word.ALREADY: (mark("ALREADY DONE"), Tone.QUIET),
    Word.REFUSED: (mark("REFUSED"), Tone.STOP),
    Word.UNKNOWN: (mark("UNKNOWN"), Tone.STOP),
    Word.WHICH: (mark("WHICH ONE?"), Tone.STOP),
    Word.NOT_DONE: (mark("NOT DONE"), Tone.STOP),
    Word.DONE: (mark("DONE"), Tone.DONE),
}

STANDINGS: dict[Standing, str] = {
    Standing.ACTIVE: mark("active"),
    Standing.BLOCKED: mark("blocked"),
    Standing.EXPIRED: mark("expired"),
    Standing.MERGED: mark("merged"),
}


def word_of(word: Word, language: Language) -> str:
    """A word of outcome in this language."""
    return language.say(_WORDS[word][0])


def words(language: Language) -> list[str]:
    """Every word of outcome in this language, for a column that fits them all."""
    return [language.say(word) for word, _ in _WORDS.values()]


def say(outcome: Outcome, language: Language, today: date) -> Said:
    """The outcome as this language says it on this day."""
    word, tone = _WORDS[_to_the_hand(outcome)]
    fact, remedy = _fact(outcome, language, today)
    title = outcome.title or outcome.code
    return Said(language.say(word), title, fact, remedy, tone)


def calls_for_attention(outcome: Outcome) -> bool:
    """Whether somebody who scans without looking has to look up.

    It was not done, it changed nothing, or it has to be carried somewhere. What the reader read twice has been told
    the first time.
    """
    if outcome.double_read:
        return False
    _, tone = _WORDS[_to_the_hand(outcome)]
    return outcome.word is Word.ALREADY or tone in (Tone.CARRY, Tone.STOP)


def _to_the_hand(outcome: Outcome) -> Word:
    """What comes back has to go somewhere, on loan or not: where to is the word, not that nothing changed."""
    if outcome.word is Word.ALREADY and outcome.returned is not None:
        return Word(outcome.returned.outcome)
    return outcome.word


def _fact(outcome: Outcome, language: Language, today: date) -> tuple[str, str]:
    if outcome.double_read:
        return language.say("The reader read it twice; once counts."), ""
    if outcome.trouble is not None:
        told = explain_trouble(outcome.trouble, language)
        return told.why, told.remedy
    if outcome.reasons:
        told_all = [explain(reason, language) for reason in outcome.reasons]
        remedies = dict.fromkeys(told.remedy for told in told_all)
        return sentences([told.why for told in told_all], language), sentences(remedies, language)
    if outcome.loan is not None:
        allowed_by = outcome.wish.allowed_by if outcome.wish is not None and outcome.loan.overridden else None
        return _loan(outcome.loan, language, today, "" if allowed_by is None else allowed_by.label), ""
    if outcome.returned is not None:
        return _returned(outcome, outcome.returned, language, today), ""
    if outcome.deed is not None:
        return sentences([tell(outcome.deed, language, today), *_staying(outcome, language)], language), ""
    return outcome.code, ""


def tell(deed: Deed, language: Language, today: date) -> str:
    """What was done, in this language."""
    facts = {name: spoken(fact, language, today) for name, fact in deed.facts.items()}
    told = [language.say(message, **facts) for message in (deed.message, *deed.also)]
    return sentences([*told, *(_left(one, language) for one in deed.left)], language)


_MOST_NAMED = 3
"""Titles that are named for one reason; the others are counted."""


def _left(one: NotDone, language: Language) -> str:
    why = language.listed(explain_briefly(code, language) for code in one.codes)
    about = language.say(", ").join(one.about[:_MOST_NAMED])
    more = len(one.about) - _MOST_NAMED
    if more > 0:
        return language.say("{about} and {n} more: {why}.", why=why, about=about, n=more)
    return language.say("{about}: {why}.", why=why, about=about)


def sentences(texts: Iterable[str], language: Language) -> str:
    """Sentences one after the other; Chinese puts no space between them."""
    return ("" if language.code == "zh" else " ").join(texts)


def _loan(loan: LoanAnswer, language: Language, today: date, allowed_by: str) -> str:
    due = language.say("due {day}", day=due_of(loan, language, today))
    if loan.was_due_on is not None:
        due = language.say("{due} (was {day})", due=due, day=language.day(loan.was_due_on, today))
    parts = [due]
    if loan.filled:
        parts.append(language.say("fills the hold"))
    if loan.fine:
        parts.append(language.say("{amount} charged", amount=language.money(loan.fine, loan.currency)))
    if allowed_by:
        parts.append(language.say("allowed by {name}", name=allowed_by))
    return language.say(", ").join([*parts, *condition(loan.parts, loan.damage, loan.missing_parts, language)])


def due_of(loan: LoanAnswer, language: Language, today: date) -> str:
    """When a loan falls due: its day, and the hour where it is lent by the hour."""
    day = language.day(loan.due_on, today)
    return f"{day} {language.time(loan.due_at, ZoneInfo(loan.zone))}" if loan.hourly else day


def condition(parts: int, damage: str, missing_parts: str, language: Language) -> list[str]:
    """What to look at before a thing changes hands: how many pieces it has, what is missing or damaged already."""
    told = []
    if parts > 1:
        told.append(language.count("check {n} piece", "check {n} pieces", parts))
    if missing_parts:
        told.append(language.say("missing: {parts}", parts=missing_parts))
    if damage:
        told.append(language.say("damaged: {note}", note=damage))
    return told


def _returned(outcome: Outcome, item: ReturnAnswer, language: Language, today: date) -> str:
    told = story(item, language, today, outcome.holder, outcome.stays)
    return language.say(", ").join(part for part in (where(item, language, outcome.holder), told) if part)


def where(item: ReturnAnswer, language: Language, held_for: HolderView | None = None) -> str:
    """Where the thing in the hand goes: another branch, its number on the hold shelf, or its place here."""
    branch = language.either(item.branch_zh, item.branch_en)
    if item.outcome is ReturnOutcome.SEND:
        return branch
    if item.outcome is ReturnOutcome.HOLD_SHELF:
        label = held_for.label if held_for is not None else ("" if item.hold is None else item.hold.label)
        return label or branch
    if item.outcome is ReturnOutcome.ASIDE:
        return branch
    shelf = language.either(item.location_zh, item.location_en)
    return " · ".join(part for part in (shelf, item.call_number) if part) or branch


def story(
    item: ReturnAnswer,
    language: Language,
    today: date,
    held_for: HolderView | None = None,
    stays: Sequence[Stays] = (),
) -> str:
    """For whom the thing in the hand is, who returned it and how late, what that cost, and what to look at."""
    parts = [_for_whom(held_for, language, today)] if held_for is not None and held_for.patron_name else []
    if item.status in _AT_REST:
        parts.append(_at_rest(item, language))
    if item.patron_name:
        parts.append(language.say("returned by {name}", name=item.patron_name))
    elif item.used_in_house:
        parts.append(language.say("used in the house: counted"))
    elif item.arrived:
        parts.append(language.say("arrived"))
    elif not (item.was_on_loan or item.was_missing or item.was_lost) and (
        item.outcome is ReturnOutcome.SEND or not item.changed
    ):
        parts.append(language.say("was not on loan"))
    if item.was_missing:
        parts.append(language.say("was missing: found"))
    parts += _lateness(item, language, today) + _money(item, language)
    parts += [language.say(_STAYS[one.kind], amount=language.money(one.amount, item.currency)) for one in stays]
    return language.say(", ").join(parts + condition(item.parts, item.damage, item.missing_parts, language))


_AT_REST: dict[ItemStatus, tuple[str, str]] = {
    ItemStatus.RESTRICTED: (ITEM_STATUSES[ItemStatus.RESTRICTED], ""),
    ItemStatus.IN_PROCESS: (ITEM_STATUSES[ItemStatus.IN_PROCESS], mark("to the processing room")),
    ItemStatus.ON_ORDER: (ITEM_STATUSES[ItemStatus.ON_ORDER], mark("to be received and catalogued")),
    ItemStatus.UNAVAILABLE: (ITEM_STATUSES[ItemStatus.UNAVAILABLE], mark("see the note on the item")),
}
"""States that a look does not change: what they are called, and what is done with the item at home."""


def _at_rest(item: ReturnAnswer, language: Language) -> str:
    status, then = _AT_REST[item.status]
    if not then or item.outcome is ReturnOutcome.SEND:
        return language.say(status)
    return language.say("{status}: {then}", status=language.say(status), then=language.say(then))


_STAYS: dict[str, str] = {
    EntryKind.PROCESSING: mark("the processing fee of {amount} stays"),
    EntryKind.LOST: mark("the {amount} charged for it stay: too late to give them back"),
}


_STAYING: dict[str, str] = {
    EntryKind.PROCESSING: mark("The processing fee of {amount} stays."),
    EntryKind.LOST: mark("The {amount} charged for it stay: too late to give them back."),
}
"""The same as sentences, after what was done by a key."""


def _staying(outcome: Outcome, language: Language) -> list[str]:
    answer = outcome.answer
    if not isinstance(answer, ReturnAnswer):
        return []
    return [
        language.say(_STAYING[one.kind], amount=language.money(one.amount, answer.currency)) for one in outcome.stays
    ]


def _for_whom(held_for: HolderView, language: Language, today: date) -> str:
    name = f"{held_for.patron_name} ··{(held_for.patron_number or '')[-4:]}"
    if held_for.until is None:
        return language.say("for {name}", name=name)
    return language.say("for {name}, until {day}", name=name, day=language.day(held_for.until, today))


def _lateness(item: ReturnAnswer, language: Language, today: date) -> list[str]:
    parts = []
    if item.backdated_to is not None:
        parts.append(language.say("as of {day}", day=language.day(item.backdated_to, today)))
    if item.days_overdue:
        parts.append(language.count("{n} day late", "{n} days late", item.days_overdue))
    return parts


def _money(item: ReturnAnswer, language: Language) -> list[str]:
    parts = []
    if item.fine:
        parts.append(language.say("{amount} charged", amount=language.money(item.fine, item.currency)))
    if item.was_lost:
        parts.append(language.say("lost book is back"))
    if item.cancelled:
        parts.append(language.say("{amount} taken off", amount=language.money(item.cancelled, item.currency)))
    if item.to_refund:
        parts.append(language.say("refund {amount}", amount=language.money(item.to_refund, item.currency)))
    return parts


class Part(msgspec.Struct, frozen=True):
    """A few words about a patron; ``alarm``: they stand against lending, ``ready``: something waits for the patron."""

    text: str
    alarm: bool = False
    ready: bool = False


def patron_line(patron: PatronView, language: Language, today: date) -> list[str]:
    """What matters about a patron, in one line of parts; numbers that are zero are left out."""
    return [part.text for part in patron_parts(patron, language, today)]


def patron_parts(patron: PatronView, language: Language, today: date, account: Account | None = None) -> list[Part]:
    """The same, each with how much it matters; what is to be paid back only the ``account`` tells."""
    parts = [Part(language.say("{n} of {limit} on loan", n=patron.loans, limit=patron.loans_limit))]
    if patron.overdue:
        parts.append(Part(language.say("{n} overdue", n=patron.overdue), alarm=True))
    if patron.owes:
        parts.append(
            Part(language.say("owes {amount}", amount=language.money(patron.owes, patron.currency)), alarm=True)
        )
    if account is not None and account.refund_due:
        due = language.money(account.refund_due, patron.currency)
        parts.append(Part(language.say("refund due {amount}", amount=due), ready=True))
    if patron.status is Standing.EXPIRED:
        day = language.day(patron.expires_on, today)
        parts.append(Part(language.say("card ran out {day}", day=day), alarm=True))
    if patron.status is Standing.BLOCKED:
        parts.append(Part(language.say("blocked"), alarm=True))
    waiting = patron.holds - patron.holds_ready
    if waiting:
        parts.append(Part(language.count("{n} hold", "{n} holds", waiting)))
    if patron.holds_ready:
        parts.append(Part(_ready(patron, language), ready=True))
    return parts


def _ready(patron: PatronView, language: Language) -> str:
    ready = language.count("{n} hold ready", "{n} holds ready", patron.holds_ready)
    here = [parcel.label for parcel in patron.on_shelf if parcel.label]
    return language.say("{ready}: shelf {labels}", ready=ready, labels=language.listed(here)) if here else ready


STOPPED: dict[Stops, str] = {
    Stops.LENDING: mark("no lending"),
    Stops.RENEWING: mark("no renewing"),
    Stops.HOLDS: mark("no holds"),
}
_SHORT = {"patron.blocked", "patron.expired"}


def against(account: Account, language: Language) -> list[str]:
    """What stands against the patron, each in a sentence with what it stops; what one word says is left to it."""
    return [
        language.say(
            "{why} ({stops})",
            why=explain(Reason(block.code, block.facts), language).why.rstrip(".。"),
            stops=language.listed(language.say(STOPPED[stop]) for stop in block.stops),
        )
        for block in account.blocks
        if block.code not in _SHORT and block.stops
    ]
