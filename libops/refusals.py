"""Refusals are data: a stable code, the facts of its message, and the permission that may override it.

Refusal               an act was refused, with every reason at once; nothing was changed
  reasons             one or more ``Reason``; the messages for each code stand below

A message is one sentence why and one line what can be done. Bugs are not refusals.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from libops.i18n import Language, mark
from libops.permissions import NAMES, Permission

Fact = str | int | date


class Reason(msgspec.Struct, frozen=True):
    """Why an act was refused. ``facts`` fill the message; ``override`` is who could allow it (None: nobody)."""

    code: str
    facts: dict[str, Fact] = {}
    override: Permission | None = None


class Refusal(Exception):
    """An act was refused. Screens translate it, commands exit with it, the journal keeps it apart from history."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        if not reasons:
            raise ValueError("a refusal needs a reason")
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = tuple(reasons)

    @property
    def overrides(self) -> frozenset[Permission] | None:
        """The permissions that together allow the act all the same; None when some reason cannot be overridden."""
        needed = {reason.override for reason in self.reasons}
        return None if None in needed else frozenset(permission for permission in needed if permission is not None)


def refuse(code: str, override: Permission | None = None, /, **facts: Fact) -> Refusal:
    """A refusal with one reason."""
    return Refusal([Reason(code, facts, override)])


class Words(msgspec.Struct, frozen=True):
    """A reason in one language: why, and what can be done."""

    why: str
    remedy: str


def explain(reason: Reason, language: Language) -> Words:
    """The reason in plain words."""
    why, remedy = MESSAGES[reason.code]
    facts = {name: _spoken(name, fact, language) for name, fact in reason.facts.items()}
    return Words(language.say(why, **facts), language.say(remedy, **facts))


def explain_briefly(code: str, language: Language) -> str:
    """What somebody allowed all the same, in a few words; a code that no longer says anything stands for itself."""
    return language.say(BRIEFLY[code]) if code in BRIEFLY else code


def _spoken(name: str, fact: Fact, language: Language) -> str:
    if isinstance(fact, date):
        return language.day(fact)
    if name == "permission":
        return language.listed(language.say(NAMES[Permission(word)]) for word in str(fact).split())
    return str(fact)


def explain_all(refusal: Refusal, language: Language) -> list[Words]:
    """Every reason in plain words, in their order."""
    return [explain(reason, language) for reason in refusal.reasons]


MESSAGES: dict[str, tuple[str, str]] = {
    # --- codes that were scanned or typed -----------------------------------------------------------------------
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
    "code.unknown": (
        mark("{code} is neither a patron's card nor an item of this library."),
        mark("Check the code; the item or patron may not be registered yet."),
    ),
    "code.ambiguous": (
        mark("{code} is both a patron's card and an item."),
        mark("Say which is meant."),
    ),
    "patron.unknown": (
        mark("No patron has the number {number}."),
        mark("Check the card; the patron may not be registered yet."),
    ),
    "item.unknown": (
        mark("No item has the barcode {barcode}."),
        mark("Check the label; the item may not be catalogued yet."),
    ),
    "scan.no_patron": (
        mark("No patron is chosen yet."),
        mark("Scan the patron's card first, or change to returns."),
    ),
    "scan.card_in_returns": (
        mark("That is a patron's card; books are being returned."),
        mark("Change to lending to open this patron."),
    ),
    "scan.too_many": (
        mark("Too many scans are waiting; this one was not taken."),
        mark("Wait until those are answered; see that no reader is stuck on a code."),
    ),
    "scan.turned_away": (
        mark("Scans that were not taken because too many were waiting: {count}."),
        mark("Scan them again; to lend, the patron's card first."),
    ),
    # --- patrons ------------------------------------------------------------------------------------------------
    "patron.blocked": (
        mark("The patron is blocked."),
        mark("Settle what the note on the patron says."),
    ),
    "patron.expired": (
        mark("The card ran out on {expired}."),
        mark("Renew the registration."),
    ),
    "patron.overdue": (
        mark("{overdue} loans are overdue; lending stops at {limit}."),
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
    # --- items --------------------------------------------------------------------------------------------------
    "item.on_loan": (
        mark("The item is on loan to another patron until {due}."),
        mark("Return it first, then lend it."),
    ),
    "item.not_on_loan": (
        mark("The item is not on loan."),
        mark("Nothing to renew; lend it instead."),
    ),
    "item.not_lendable": (
        mark("Items of this kind are not lent to this patron here."),
        mark("It may be read in the library."),
    ),
    "item.restricted": (mark("Reference copy: it may be read here only."), mark("Offer another copy.")),
    "item.in_process": (
        mark("The item is still being catalogued."),
        mark("Send it to the processing room."),
    ),
    "item.missing": (
        mark("The item is recorded as missing."),
        mark("Check it in first, so that it is found, then lend it."),
    ),
    "item.withdrawn": (
        mark("The item was withdrawn from the collection."),
        mark("Put it aside for the cataloguers."),
    ),
    # --- renewals -----------------------------------------------------------------------------------------------
    "renewal.exhausted": (
        mark("The loan was renewed {renewals} times; {limit} are allowed."),
        mark("Return the item."),
    ),
    "renewal.no_gain": (
        mark("Renewing now would not make the loan longer than {due}."),
        mark("Renew nearer to the due date."),
    ),
    "policy.no_fallback": (
        mark("The loan rules lack the row that fits everything."),
        mark("Have a supervisor mend the loan rules; libops doctor names what is missing."),
    ),
    "calendar.no_open_day": (
        mark("The branch has no open day within a year of {due}."),
        mark("Have a supervisor check the branch's opening hours."),
    ),
    # --- staff --------------------------------------------------------------------------------------------------
    "permission.missing": (
        mark("You may not do this ({permission})."),
        mark("Ask somebody who may."),
    ),
    "override.not_enough": (
        mark("That badge may not allow this ({permission})."),
        mark("Ask somebody with that permission."),
    ),
    "override.impossible": (
        mark("This cannot be overridden."),
        mark("Follow what the reason says."),
    ),
    "staff.wrong_pin": (
        mark("Badge or PIN is wrong."),
        mark("Try again."),
    ),
    "staff.too_many_attempts": (
        mark("Too many wrong PINs for this badge."),
        mark("Wait {minutes} minutes, or ask an administrator."),
    ),
    "staff.badge_taken": (
        mark("Badge {badge} belongs to somebody else."),
        mark("Choose another badge."),
    ),
    "staff.bad_badge": (
        mark("{badge} is not a badge number of this library."),
        mark("Badges follow the pattern {pattern}."),
    ),
    "staff.weak_pin": (
        mark("A PIN has {least} to {most} digits."),
        mark("Choose another PIN."),
    ),
    "staff.empty_name": (mark("A member of staff needs a name."), mark("Give a name.")),
    # --- requests -----------------------------------------------------------------------------------------------
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

BRIEFLY: dict[str, str] = {
    "patron.blocked": mark("patron blocked"),
    "patron.expired": mark("card run out"),
    "patron.overdue": mark("loans overdue"),
    "patron.loans_limit": mark("limit of loans reached"),
    "patron.type_limit": mark("limit of loans of this kind reached"),
    "item.restricted": mark("reference copy"),
    "item.in_process": mark("item in process"),
    "item.not_lendable": mark("not lent to this patron"),
    "renewal.exhausted": mark("renewals used up"),
}
"""The reasons that somebody may allow all the same, in a few words, for the answer that says it was done."""
