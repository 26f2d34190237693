"""Whether an item may be lent or renewed: pure functions of facts and rules, with every reason at once.

The same decisions serve the desk, "would this be allowed?" elsewhere, and property tests; nothing here reads a database
or a clock.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from db.catalogue import ItemStatus
from db.circulation import RenewFrom
from db.people import PatronStatus
from libops.circulation.calendars import Calendar, due_day
from libops.circulation.rules import Policy, Rules
from libops.permissions import Permission
from libops.refusals import Reason


class PatronFacts(msgspec.Struct, frozen=True):
    """What lending asks of a patron."""

    id: int
    number: str
    name: str
    category_id: int
    status: str
    expires_on: date
    loans_limit: int
    overdue_limit: int | None
    loans: int
    loans_of_type: int
    overdue: int


class ItemFacts(msgspec.Struct, frozen=True):
    """What lending asks of an item."""

    id: int
    barcode: str
    title: str
    item_type_id: int
    status: str


class LoanFacts(msgspec.Struct, frozen=True):
    """What renewing asks of an open loan."""

    id: int
    patron_id: int
    branch_id: int
    opened_at: datetime
    due_at: datetime
    renewals: int
    renewed_at: datetime | None


class Verdict(msgspec.Struct, frozen=True):
    """Allowed when there are no reasons; ``due_on`` is None only where no day could be found."""

    reasons: tuple[Reason, ...]
    due_on: date | None


def card_blocks(patron: PatronFacts, today: date) -> list[Reason]:
    """What stands against doing anything on this card today."""
    reasons = []
    if patron.status == PatronStatus.BLOCKED:
        reasons.append(Reason("patron.blocked", {}, Permission.OVERRIDE_BLOCKS))
    if patron.expires_on < today:
        reasons.append(Reason("patron.expired", {"expired": patron.expires_on}, Permission.OVERRIDE_BLOCKS))
    return reasons


def overdue_block(patron: PatronFacts) -> list[Reason]:
    """What overdue loans stand against: new loans, and not the renewal that would mend them."""
    if patron.overdue_limit is None or patron.overdue < patron.overdue_limit:
        return []
    facts: dict[str, str | int | date] = {"overdue": patron.overdue, "limit": patron.overdue_limit}
    return [Reason("patron.overdue", facts, Permission.OVERRIDE_BLOCKS)]


_ITEM_REASONS = {
    ItemStatus.RESTRICTED: Reason("item.restricted", {}, Permission.OVERRIDE_ITEMS),
    ItemStatus.IN_PROCESS: Reason("item.in_process", {}, Permission.OVERRIDE_ITEMS),
    ItemStatus.MISSING: Reason("item.missing"),
    ItemStatus.WITHDRAWN: Reason("item.withdrawn"),
}


def decide_check_out(
    patron: PatronFacts, item: ItemFacts, loan: LoanFacts | None, rules: Rules, branch_id: int, now: datetime
) -> Verdict:
    """Whether this patron may take this item home from this branch, and until when."""
    policy = rules.fit(branch_id, patron.category_id, item.item_type_id)
    calendar = rules.calendars[branch_id]
    today = calendar.local_day(now)
    reasons = card_blocks(patron, today) + overdue_block(patron)
    reasons += _limits(patron, policy)
    if loan is not None:
        reasons.append(Reason("item.on_loan", {"due": calendar.local_day(loan.due_at)}))
    item_reason = _ITEM_REASONS.get(ItemStatus(item.status))
    if item_reason is not None:
        reasons.append(item_reason)
    if not policy.lendable and item.status != ItemStatus.RESTRICTED:
        reasons.append(Reason("item.not_lendable", {}, Permission.OVERRIDE_ITEMS))
    due_on = due_day(calendar, today, policy.loan_days, _last_day(patron, today))
    if due_on is None:
        reasons.append(Reason("calendar.no_open_day", {"due": today}))
    return Verdict(tuple(reasons), due_on)


def _limits(patron: PatronFacts, policy: Policy) -> list[Reason]:
    reasons = []
    if patron.loans >= patron.loans_limit:
        facts: dict[str, str | int | date] = {"loans": patron.loans, "limit": patron.loans_limit}
        reasons.append(Reason("patron.loans_limit", facts, Permission.OVERRIDE_LIMITS))
    if policy.type_limit is not None and patron.loans_of_type >= policy.type_limit:
        facts = {"loans": patron.loans_of_type, "limit": policy.type_limit}
        reasons.append(Reason("patron.type_limit", facts, Permission.OVERRIDE_LIMITS))
    return reasons


def _last_day(patron: PatronFacts, today: date) -> date:
    # A card that has run out already is a block; once overridden it must not pull the due date into the past.
    return patron.expires_on if patron.expires_on >= today else date.max


def decide_renewal(patron: PatronFacts, item: ItemFacts, loan: LoanFacts, rules: Rules, now: datetime) -> Verdict:
    """Whether an open loan may be renewed, and until when; the rules are those of the branch that lent it."""
    policy = rules.fit(loan.branch_id, patron.category_id, item.item_type_id)
    calendar = rules.calendars[loan.branch_id]
    today = calendar.local_day(now)
    was_due = calendar.local_day(loan.due_at)
    reasons = card_blocks(patron, today)
    if loan.renewals >= policy.renewals:
        facts: dict[str, str | int | date] = {"renewals": loan.renewals, "limit": policy.renewals}
        reasons.append(Reason("renewal.exhausted", facts, Permission.OVERRIDE_LIMITS))
    due_on = due_day(calendar, _counted_from(policy, today, was_due), policy.loan_days, _last_day(patron, today))
    if due_on is None:
        reasons.append(Reason("calendar.no_open_day", {"due": today}))
    elif due_on <= was_due:
        # A renewal never shortens a loan.
        reasons.append(Reason("renewal.no_gain", {"due": was_due}))
    return Verdict(tuple(reasons), due_on)


def _counted_from(policy: Policy, today: date, was_due: date) -> date:
    if policy.renew_from == RenewFrom.TODAY:
        return today
    # An overdue loan renewed from its due date could be overdue again at once.
    return max(was_due, today)


def touched_today(loan: LoanFacts, calendar: Calendar, now: datetime) -> bool:
    """Whether a loan was opened or renewed on this same day: scanning the item again is then no new wish."""
    return calendar.local_day(loan.renewed_at or loan.opened_at) == calendar.local_day(now)
