"""Whether an item may be lent or renewed: pure functions of facts and rules, with every reason at once.

The same decisions serve the desk, "would this be allowed?" elsewhere, and property tests; nothing here reads a database
or a clock.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from db.catalogue import ItemStatus
from db.people import PatronStatus
from db.rules import BlockKind, PeriodKind
from libops.circulation.calendars import Calendar
from libops.circulation.periods import due_of_loan, due_of_renewal, renewable_from
from libops.circulation.rules import Policy, Rules, Stops
from libops.permissions import Permission
from libops.refusals import Fact, Moment, Money, Reason

AGAIN = timedelta(minutes=10)
"""An hourly loan scanned again within this time is no wish to renew it."""


class PatronFacts(msgspec.Struct, frozen=True):
    """What lending asks of a patron; amounts in minor units."""

    id: int
    number: str
    name: str
    category_id: int
    status: str
    expires_on: date
    loans_limit: int
    deposit_needed: int
    loans: int
    loans_of_type: int
    overdue: int
    owes: int
    deposit: int


class ItemFacts(msgspec.Struct, frozen=True):
    """What circulation asks of an item; ``branch_id`` owns it, ``parts`` counts its pieces."""

    id: int
    barcode: str
    title_id: int
    title: str
    item_type_id: int
    branch_id: int
    status: str
    parts: int
    damage: str
    missing_parts: str


class LoanFacts(msgspec.Struct, frozen=True):
    """What renewing and returning ask of an open loan."""

    id: int
    patron_id: int
    branch_id: int
    opened_at: datetime
    due_at: datetime
    renewals: int
    renewed_at: datetime | None
    status_before: str
    lost_at: datetime | None
    lost_as: str | None
    recalled_at: datetime | None


class HeldFacts(msgspec.Struct, frozen=True):
    """The request that an item was set aside for; ``branch_id`` is where it is picked up."""

    id: int
    patron_id: int
    branch_id: int
    status: str
    shelf_until: datetime | None

    def stands(self, now: datetime) -> bool:
        """Whether the item is still set aside for it: its time on the shelf is not over, whoever has noticed."""
        return self.shelf_until is None or self.shelf_until >= now


class QueueFacts(msgspec.Struct, frozen=True):
    """Who waits for an item: the patron's own waiting request, others before it, and other copies that are in.

    ``for_this`` of those others want this very item.
    """

    own_id: int | None
    ahead: int
    for_this: int
    spare: int

    @property
    def claims(self) -> bool:
        """Whether others have a better claim to the item: no other copy will do for them, or none is left."""
        return self.for_this > 0 or self.ahead > self.spare


NOBODY_WAITS = QueueFacts(None, 0, 0, 0)


class Verdict(msgspec.Struct, frozen=True):
    """Allowed when there are no reasons; ``due_at`` is None only where no day could be found."""

    reasons: tuple[Reason, ...]
    due_at: datetime | None


def standing_blocks(patron: PatronFacts, rules: Rules, today: date) -> list[tuple[Reason, frozenset[Stops]]]:
    """What stands against a patron today, and which acts each block stops."""
    blocks: list[tuple[Reason, frozenset[Stops]]] = []
    for kind in BlockKind:
        block = rules.block(patron.category_id, kind)
        facts = None if block is None else _block_facts(kind, block.threshold, patron, rules, today)
        if block is not None and facts is not None:
            blocks.append((Reason(_BLOCK_CODES[kind], facts, Permission.OVERRIDE_BLOCKS), block.stops))
    return blocks


_BLOCK_CODES = {
    BlockKind.MANUAL: "patron.blocked",
    BlockKind.EXPIRED: "patron.expired",
    BlockKind.OVERDUE: "patron.overdue",
    BlockKind.OWES: "patron.owes",
}


def _block_facts(
    kind: BlockKind, threshold: int | None, patron: PatronFacts, rules: Rules, today: date
) -> dict[str, Fact] | None:
    """The facts of a block that stands; None where it does not."""
    if kind is BlockKind.MANUAL:
        return {} if patron.status == PatronStatus.BLOCKED else None
    if kind is BlockKind.EXPIRED:
        return {"expired": patron.expires_on} if patron.expires_on < today else None
    if threshold is None:
        return None
    if kind is BlockKind.OVERDUE:
        return {"overdue": patron.overdue, "limit": threshold} if patron.overdue >= threshold else None
    if patron.owes < threshold:
        return None
    return {"owes": Money(patron.owes, rules.currency), "limit": Money(threshold, rules.currency)}


def blocks_of(patron: PatronFacts, rules: Rules, today: date, stops: Stops) -> list[Reason]:
    """What stands against one sort of act."""
    return [reason for reason, stopped in standing_blocks(patron, rules, today) if stops in stopped]


_ITEM_REASONS = {
    ItemStatus.RESTRICTED: Reason("item.restricted", {}, Permission.OVERRIDE_ITEMS),
    ItemStatus.IN_PROCESS: Reason("item.in_process", {}, Permission.OVERRIDE_ITEMS),
    ItemStatus.ON_ORDER: Reason("item.on_order", {}, Permission.OVERRIDE_ITEMS),
    ItemStatus.UNAVAILABLE: Reason("item.unavailable", {}, Permission.OVERRIDE_ITEMS),
    ItemStatus.PAGED: Reason("item.paged", {}, Permission.OVERRIDE_HOLDS),
    ItemStatus.AWAITING_DELIVERY: Reason("item.paged", {}, Permission.OVERRIDE_HOLDS),
    ItemStatus.MISSING: Reason("item.missing"),
    ItemStatus.LONG_MISSING: Reason("item.missing"),
    ItemStatus.LOST_AND_PAID: Reason("item.lost"),
    ItemStatus.WITHDRAWN: Reason("item.withdrawn"),
}


class Wish(msgspec.Struct, frozen=True):
    """Everything that lending decides upon; ``loan`` is the item's open one, ``held`` whom it is set aside for."""

    patron: PatronFacts
    item: ItemFacts
    loan: LoanFacts | None = None
    held: HeldFacts | None = None
    queue: QueueFacts = NOBODY_WAITS


def decide_check_out(wish: Wish, rules: Rules, branch_id: int, now: datetime) -> Verdict:
    """Whether this patron may take this item home from this branch, and until when."""
    patron, item = wish.patron, wish.item
    policy = rules.fit(branch_id, patron.category_id, item.item_type_id)
    calendar = rules.calendars[branch_id]
    today = calendar.local_day(now)
    reasons = blocks_of(patron, rules, today, Stops.LENDING)
    if patron.deposit < patron.deposit_needed:
        lacking = Money(patron.deposit_needed - patron.deposit, rules.currency)
        reasons.append(Reason("patron.deposit", {"lacking": lacking}, Permission.OVERRIDE_BLOCKS))
    reasons += _limits(patron, policy)
    reasons += _item_reasons(wish, policy, calendar, now)
    due = due_of_loan(policy, calendar, now, _last_day(patron, today))
    if due.reason is not None:
        reasons.append(due.reason)
    return Verdict(tuple(reasons), due.at)


def _item_reasons(wish: Wish, policy: Policy, calendar: Calendar, now: datetime) -> list[Reason]:
    item, reasons = wish.item, []
    if wish.loan is not None and wish.loan.patron_id == wish.patron.id:
        # Lent to this very patron, and recorded as lost.
        reasons.append(Reason("item.lost"))
    elif wish.loan is not None:
        code = "item.on_loan_overdue" if wish.loan.due_at < now else "item.on_loan"
        reasons.append(Reason(code, {"due": calendar.local_day(wish.loan.due_at)}))
    else:
        reasons += _claims(wish, now)
    status = _ITEM_REASONS.get(ItemStatus(item.status))
    if status is not None:
        reasons.append(status)
    if not policy.lendable and item.status != ItemStatus.RESTRICTED:
        reasons.append(Reason("item.not_lendable", {}, Permission.OVERRIDE_ITEMS))
    return reasons


def _claims(wish: Wish, now: datetime) -> list[Reason]:
    """Others who have a better claim to the item: it is set aside for them, or they wait and no other copy is in."""
    held = wish.held if wish.held is not None and wish.held.stands(now) else None
    if held is not None:
        mine = held.patron_id == wish.patron.id
        return [] if mine else [Reason("item.held", {}, Permission.OVERRIDE_HOLDS)]
    if wish.queue.claims:
        return [Reason("item.others_waiting", {"count": wish.queue.ahead}, Permission.OVERRIDE_HOLDS)]
    return []


def _limits(patron: PatronFacts, policy: Policy) -> list[Reason]:
    reasons = []
    if patron.loans >= patron.loans_limit:
        facts: dict[str, Fact] = {"loans": patron.loans, "limit": patron.loans_limit}
        reasons.append(Reason("patron.loans_limit", facts, Permission.OVERRIDE_LIMITS))
    if policy.type_limit is not None and patron.loans_of_type >= policy.type_limit:
        facts = {"loans": patron.loans_of_type, "limit": policy.type_limit}
        reasons.append(Reason("patron.type_limit", facts, Permission.OVERRIDE_LIMITS))
    return reasons


def _last_day(patron: PatronFacts, today: date) -> date:
    # A card that has run out already is a block; once overridden it must not pull the due date into the past.
    return patron.expires_on if patron.expires_on >= today else date.max


def decide_renewal(
    patron: PatronFacts, item: ItemFacts, loan: LoanFacts, queue: QueueFacts, rules: Rules, now: datetime
) -> Verdict:
    """Whether an open loan may be renewed, and until when; the rules are those of the branch that lent it."""
    policy = rules.fit(loan.branch_id, patron.category_id, item.item_type_id)
    calendar = rules.calendars[loan.branch_id]
    today = calendar.local_day(now)
    reasons = blocks_of(patron, rules, today, Stops.RENEWING)
    if loan.lost_at is not None:
        reasons.append(Reason("item.lost"))
    if loan.renewals >= policy.renewals:
        facts: dict[str, Fact] = {"renewals": loan.renewals, "limit": policy.renewals}
        reasons.append(Reason("renewal.exhausted", facts, Permission.OVERRIDE_LIMITS))
    reasons += _others(loan, queue)
    reasons += _too_early(policy, calendar, loan, now)
    due = due_of_renewal(policy, calendar, now, loan.due_at, _last_day(patron, today))
    if due.reason is not None:
        reasons.append(due.reason)
    elif due.at is not None and due.at <= loan.due_at:
        # A renewal never shortens a loan.
        reasons.append(Reason("renewal.no_gain", {"due": calendar.local_day(loan.due_at)}))
    return Verdict(tuple(reasons), due.at)


def _others(loan: LoanFacts, queue: QueueFacts) -> list[Reason]:
    if loan.recalled_at is not None:
        return [Reason("renewal.recalled", {}, Permission.OVERRIDE_HOLDS)]
    if queue.claims:
        return [Reason("renewal.others_waiting", {"count": queue.ahead}, Permission.OVERRIDE_HOLDS)]
    return []


def _too_early(policy: Policy, calendar: Calendar, loan: LoanFacts, now: datetime) -> list[Reason]:
    start = renewable_from(policy, calendar, loan.due_at)
    if start is None or now >= start:
        return []
    by_the_hour = policy.period_kind is PeriodKind.HOURS
    told = Moment(start, calendar.zone_name) if by_the_hour else calendar.local_day(start)
    return [Reason("renewal.too_early", {"start": told}, Permission.OVERRIDE_LIMITS)]


def touched_lately(loan: LoanFacts, policy: Policy, calendar: Calendar, now: datetime) -> bool:
    """Whether a loan was opened or renewed just now, or on this same day: scanning it again is then no new wish."""
    touched = loan.renewed_at or loan.opened_at
    if policy.period_kind is PeriodKind.HOURS:
        return now - touched < AGAIN
    return calendar.local_day(touched) == calendar.local_day(now)
