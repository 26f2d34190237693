"""Patrons and their accounts in plain words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import RenderableType

from db.circulation import RequestStatus
from libops.circulation.desk_words import STANDINGS, patron_line
from libops.circulation.policy_labels import STOPS
from libops.circulation.request_lists import RequestView
from libops.cli.answers import line, note, table
from libops.cli.hold_words import waits_from
from libops.i18n import Language, mark
from libops.names import CHARGES, LOST, REQUEST_KINDS
from libops.pages import Page
from libops.people.accounts import Account, BlockView, ChargeView
from libops.people.merging import MergeAnswer
from libops.people.patrons import LoanView, PatronView, Standing
from libops.people.records import PatronAnswer
from libops.people.registration import Alike
from libops.refusals import Reason, explain

Words = Iterator[RenderableType]

FIELDS: dict[str, str] = {
    "number": mark("number"),
    "name": mark("name"),
    "category": mark("category"),
    "branch": mark("branch"),
    "language": mark("language"),
    "phone": mark("phone"),
    "email": mark("email"),
    "note": mark("note"),
    "status": mark("status"),
    "expires_on": mark("last day of the card"),
}


def patron_list(page: Page[PatronView], language: Language, today: date) -> Words:
    """Patrons, one a row."""
    say = language.say
    if not page.results:
        note(say("There are none."))
        return
    headings = [say("Number"), say("Name"), say("Status"), say("Category"), say("On loan"), say("Overdue")]
    rows = [
        [
            patron.number,
            patron.name,
            standing(patron, language),
            language.either(patron.category_zh, patron.category_en),
            f"{patron.loans}/{patron.loans_limit}",
            str(patron.overdue or ""),
            language.money(patron.owes, patron.currency) if patron.owes else "",
            language.day(patron.expires_on, today),
        ]
        for patron in page.results
    ]
    yield table([*headings, say("Owes"), say("Until")], rows)
    if page.next is not None:
        note(say("More follow: --after {cursor}", cursor=page.next))


def standing(patron: PatronView, language: Language) -> str:
    """How a patron stands today."""
    if patron.status is Standing.MERGED:
        return language.say("merged")
    return language.say(STANDINGS[patron.status])


def whole_account(account: Account, language: Language, today: date) -> Words:
    """A patron, what stands against them, and everything that is open."""
    yield from _who(account.patron, language, today)
    yield from _blocks(account.blocks, language)
    yield from _loans(account.loans, language, today)
    yield from _requests(account.requests, language, today)
    yield from _charges(account, language, today)


def _who(patron: PatronView, language: Language, today: date) -> Words:
    say = language.say
    category = language.either(patron.category_zh, patron.category_en)
    until = say("until {day}", day=language.day(patron.expires_on, today))
    home = language.either(patron.branch_zh, patron.branch_en)
    yield line(patron.name, patron.number, category, home, until)
    if patron.phone or patron.email:
        yield line(patron.phone, patron.email)
    active = [standing(patron, language)] if patron.status is Standing.ACTIVE else []
    yield line(*active, *patron_line(patron, language, today))
    if patron.note:
        yield line(patron.note)


def _blocks(blocks: Sequence[BlockView], language: Language) -> Words:
    for block in blocks:
        why = explain(Reason(block.code, block.facts), language).why
        stopped = language.listed(language.say(STOPS[stop]) for stop in block.stops)
        yield line(why, language.say("stops: {acts}", acts=stopped) if stopped else "")


def _loans(loans: Sequence[LoanView], language: Language, today: date) -> Words:
    if not loans:
        return
    say = language.say
    rows = [
        [
            loan.barcode,
            loan.title,
            language.day(loan.due_on, today),
            say("overdue") if loan.overdue else "",
            str(loan.renewals or ""),
            say(", ").join(_of_loan(loan, language)),
        ]
        for loan in loans
    ]
    yield line("")
    yield table([say("Barcode"), say("Title"), say("Due"), say("Late"), say("Renewals"), say("Note")], rows)


def _of_loan(loan: LoanView, language: Language) -> Iterator[str]:
    if loan.recalled:
        yield language.say("recalled")
    if loan.lost is not None:
        yield language.say(LOST[loan.lost])


def _requests(requests: Sequence[RequestView], language: Language, today: date) -> Words:
    if not requests:
        return
    say = language.say
    rows = [
        [
            say(REQUEST_KINDS[request.kind]),
            request.title,
            language.either(request.branch_zh, request.branch_en),
            _state(request, language, today),
            language.day(request.placed_on, today),
        ]
        for request in requests
    ]
    yield line("")
    yield table([say("Request"), say("Title"), say("Pick up at"), say("State"), say("Placed")], rows)


def _state(request: RequestView, language: Language, today: date) -> str:
    say = language.say
    if request.status is RequestStatus.AWAITING_PICKUP:
        until = "" if request.until is None else say("until {day}", day=language.day(request.until, today))
        return say(", ").join(part for part in (say("ready: {label}", label=request.label), until) if part)
    if request.status is RequestStatus.IN_TRANSIT:
        return say("on its way")
    told = [say("number {place} in the queue", place=request.place)]
    if request.starts_on is not None and request.starts_on > today:
        told.append(waits_from(request.starts_on, language, today))
    return say(", ").join([*told, say("suspended")] if request.suspended else told)


def _charges(account: Account, language: Language, today: date) -> Words:
    say, patron = language.say, account.patron
    if account.charges:
        yield line("")
        headings = [say("Charge"), say("For"), say("Amount"), say("Left"), say("Day"), say("Note")]
        yield table(headings, [_charge(charge, language, today) for charge in account.charges])
    if patron.owes:
        yield line(say("owes {amount}", amount=language.money(patron.owes, patron.currency)))
    if patron.deposit:
        yield line(say("deposit held: {amount}", amount=language.money(patron.deposit, patron.currency)))


def _charge(charge: ChargeView, language: Language, today: date) -> list[str]:
    return [
        language.say(CHARGES[charge.kind]),
        charge.title or charge.barcode or "",
        language.money(charge.amount, charge.currency),
        language.money(charge.left, charge.currency),
        language.day(charge.on, today),
        charge.note,
    ]


def patron_written(answer: PatronAnswer, done: str, language: Language, today: date) -> Words:
    """What was written of a patron; ``done`` is a marked sentence that says which way."""
    say = language.say
    if not answer.fields:
        yield line(say("Nothing to change."), answer.patron_name or "", answer.patron_number or "")
        return
    until = say("until {day}", day=language.day(answer.expires_on, today))
    yield line(say(done), answer.patron_name or "", answer.patron_number or "", until)
    # Of somebody new everything was written.
    if "number" not in answer.fields:
        yield line(language.listed(say(FIELDS[field]) for field in answer.fields))


def alike_list(found: Sequence[Alike], language: Language) -> Words:
    """Who may be the same person."""
    say = language.say
    if not found:
        note(say("There are none."))
        return
    rows = [
        [
            person.number,
            person.name,
            language.either(person.category_zh, person.category_en),
            person.phone,
            person.email,
        ]
        for person in found
    ]
    yield table([say("Number"), say("Name"), say("Category"), say("Phone"), say("Email")], rows)


_MOST_ALIKE = 10
"""Namesakes that are named beside a refusal; ``libops patron alike`` lists them all."""


def alike_lines(found: Sequence[Alike], language: Language) -> list[str]:
    """Who may be the same person, a line each; of very many the first ones, and how many more there are."""
    lines = []
    for person in found[:_MOST_ALIKE]:
        category = language.either(person.category_zh, person.category_en)
        known = (person.number, person.name, category, person.phone, person.email)
        lines.append("  ".join(part for part in known if part))
    more = len(found) - _MOST_ALIKE
    return [*lines, language.say("and {n} more of this name", n=more)] if more > 0 else lines


def side_by_side(keep: PatronView, drop: PatronView, language: Language, today: date) -> list[str]:
    """Two patrons who are to become one, each in two lines."""
    told = []
    for role, patron in ((mark("Stays:"), keep), (mark("Goes:"), drop)):
        category = language.either(patron.category_zh, patron.category_en)
        until = language.say("until {day}", day=language.day(patron.expires_on, today))
        home = language.either(patron.branch_zh, patron.branch_en)
        known = (patron.name, patron.number, category, home, until, patron.phone, patron.email)
        told.append("  ".join([language.say(role), *(part for part in known if part)]))
        told.append("  ".join(["  ", *patron_line(patron, language, today)]))
    return told


def patrons_merged(answer: MergeAnswer, language: Language) -> Words:
    """What went over to the patron that was kept."""
    yield line(language.say("Merged."), answer.patron_name or "", answer.patron_number or "")
    parts = [
        language.count("{n} loan", "{n} loans", answer.loans) if answer.loans else "",
        language.count("{n} request", "{n} requests", answer.requests) if answer.requests else "",
        language.count("{n} of them cancelled", "{n} of them cancelled", answer.cancelled) if answer.cancelled else "",
        language.count("{n} entry of the account", "{n} entries of the account", answer.entries)
        if answer.entries
        else "",
    ]
    yield line(language.say(", ").join(part for part in parts if part) or language.say("There was nothing to move."))
