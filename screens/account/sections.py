"""A patron's account in rows: what is on loan, what is waited for, what is owed, in the language of now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from libops.circulation.requests import RequestView
from libops.names import CHARGES, LOST
from libops.people.accounts import Account, ChargeView
from libops.people.patrons import LoanView
from screens.voice import Voice


class RowKind(StrEnum):
    """What a row is about."""

    LOAN = "loan"
    HOLD = "hold"
    CHARGE = "charge"


class AccountRow(msgspec.Struct, frozen=True):
    """One row: ``lead`` stands in a column of its own, ``text`` runs on beside it, ``aside`` says more, quietly.

    ``alarm``: something to be seen to. ``ref`` is the barcode, the request's id or the charge's entry.
    """

    kind: RowKind
    ref: str | int
    lead: str
    text: str
    aside: str
    alarm: bool = False


class Section(msgspec.Struct, frozen=True):
    """Some rows under a heading; ``empty`` is said where there are none."""

    heading: str
    rows: tuple[AccountRow, ...]
    empty: str = ""


def sections(account: Account, voice: Voice, today: date, zone: ZoneInfo) -> list[Section]:
    """The account in its order; holds and money only where there are any."""
    say = voice.say
    loans = tuple(_loan(loan, voice, today, zone) for loan in account.loans)
    limit = say("On loan") + f"  {len(loans)}"
    parts = [Section(limit, loans, say("Nothing."))]
    if account.requests:
        rows = tuple(_request(one, voice, today) for one in account.requests)
        parts.append(Section(say("Holds") + f"  {len(rows)}", rows))
    if account.charges:
        rows = tuple(_charge(one, voice, today) for one in account.charges)
        parts.append(Section(_money_heading(account, voice), rows))
    return parts


def _money_heading(account: Account, voice: Voice) -> str:
    """What is owed, what has to be paid back, or both; nothing owed is not told where there is a refund."""
    patron, due = account.patron, account.refund_due
    money, parts = voice.language.money, []
    if patron.owes or not due:
        parts.append(voice.say("Owes") + f"  {money(patron.owes, patron.currency)}")
    if due:
        parts.append(voice.say("Refund due") + f"  {money(due, patron.currency)}")
    return " · ".join(parts)


def _loan(loan: LoanView, voice: Voice, today: date, zone: ZoneInfo) -> AccountRow:
    day = voice.language.day(loan.due_on, today)
    if loan.hourly:
        day = f"{day} {voice.language.time(loan.due_at, zone)}"
    # The barcode tells copies of one title apart.
    aside = "  ".join(part for part in (" · ".join(_about_loan(loan, voice)), loan.barcode) if part)
    return AccountRow(RowKind.LOAN, loan.barcode, day, loan.title, aside, alarm=loan.overdue)


def _about_loan(loan: LoanView, voice: Voice) -> Iterator[str]:
    if loan.overdue:
        yield voice.say("overdue")
    if loan.lost is not None:
        yield voice.say(LOST[loan.lost])
    if loan.recalled:
        yield voice.say("recalled")
    if loan.renewals:
        yield voice.language.count("renewed {n} time", "renewed {n} times", loan.renewals)


def _request(request: RequestView, voice: Voice, today: date) -> AccountRow:
    branch = voice.language.either(request.branch_zh, request.branch_en)
    when, needed = when_ready(request, voice, today), ""
    if request.needed_by is not None and request.place is not None:
        needed = voice.say("needed by {day}", day=voice.language.day(request.needed_by, today))
    aside = " · ".join(part for part in (when, needed, branch) if part)
    return AccountRow(RowKind.HOLD, request.id, place_of(request, voice), request.title, aside)


def place_of(request: RequestView, voice: Voice) -> str:
    """Where a request stands: its label on the hold shelf, on its way, or its place in the queue."""
    if request.label:
        return request.label
    if request.suspended:
        return voice.say("suspended")
    return voice.say("on its way") if request.place is None else voice.say("no. {n}", n=request.place)


def when_ready(request: RequestView, voice: Voice, today: date) -> str:
    """Until when it is kept, or when a copy is likely to be there; empty where nobody can say."""
    spoken = voice.language
    if request.until is not None:
        return voice.say("ready until {day}", day=spoken.day(request.until, today))
    if request.suspended:
        until = request.suspended_until
        return "" if until is None else voice.say("until {day}", day=spoken.day(until, today))
    if request.starts_on is not None and request.starts_on > today:
        return voice.say("from {day}", day=spoken.day(request.starts_on, today))
    return "" if request.expected_on is None else voice.say("about {day}", day=spoken.day(request.expected_on, today))


def _charge(charge: ChargeView, voice: Voice, today: date) -> AccountRow:
    amount = voice.language.money(charge.left, charge.currency)
    about = charge.title or charge.note or ""
    kind = voice.say(CHARGES[charge.kind])
    parts = [voice.language.day(charge.on, today)]
    if charge.left != charge.amount:
        parts.append(voice.say("of {amount}", amount=voice.language.money(charge.amount, charge.currency)))
    return AccountRow(
        RowKind.CHARGE, charge.entry_id, amount, f"{kind} · {about}" if about else kind, " · ".join(parts)
    )
