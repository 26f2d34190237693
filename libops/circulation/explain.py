"""Which rules decide about a patron and an item, and why: the same pure decisions that a check-out would come to.

It only looks: nothing is lent by it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec
from sqlalchemy import bindparam, func, select

from db.database import Transaction
from db.rules import BlockKind, PeriodKind
from db.statement import Statement
from db.tables import CATEGORY, ITEM, ITEM_TYPE, PATRON, REQUEST
from libops.circulation import aging, facts, policy_tables
from libops.circulation.decisions import (
    PatronFacts,
    Verdict,
    Wish,
    decide_check_out,
    decide_renewal,
    standing_blocks,
    touched_lately,
)
from libops.circulation.lapsing import in_time
from libops.circulation.periods import due_of_loan
from libops.circulation.policy_rows import SCOPE, PolicyRow
from libops.circulation.rules import Policy, Rules, Stops, standing
from libops.permissions import Permission
from libops.refusals import Reason
from libops.work import Look


class Wished(StrEnum):
    """What scanning the item for the patron would be a wish for."""

    CHECK_OUT = "check_out"
    RENEWAL = "renewal"
    NOTHING = "nothing"


class RuleRow(msgspec.Struct, frozen=True):
    """A row of the matrix that fits; ``names`` tells what it is for of branch, category and item type.

    The first one decides: a row that names the branch goes before one that does not, then one that names the category,
    then one that names the item type.
    """

    row: PolicyRow
    names: list[str]
    decides: bool


class BlockView(msgspec.Struct, frozen=True):
    """A kind of block: whether it stands against the patron, from which threshold on, and what it then stops.

    ``has`` is what is compared with the threshold: overdue loans, or minor units owed.
    """

    kind: BlockKind
    threshold: int | None
    has: int | None
    stands: bool
    stops: list[Stops]


class LimitView(msgspec.Struct, frozen=True):
    """How much of a limit is used; None where there is no limit."""

    used: int
    limit: int | None

    @property
    def free(self) -> int | None:
        """How much is left; None where there is no limit."""
        return None if self.limit is None else max(0, self.limit - self.used)


class Consulted(msgspec.Struct, frozen=True):
    """The calendar that was asked: whose, in which zone, on which of its days, and when it opens next."""

    branch_code: str
    branch_zh: str
    branch_en: str
    zone: str
    today: date
    is_open: bool
    opens_next: datetime | None


class IfRenewed(msgspec.Struct, frozen=True):
    """What would come of renewing a loan that scanning its item would leave as it is."""

    reasons: list[Reason]
    due_on: date | None


class Explanation(msgspec.Struct, frozen=True):
    """What decides about a patron and an item at a branch, and what would come of scanning it for them there.

    ``due_at`` is when it would fall due, ``ended_by`` what ends the loan sooner than its period (``card``, ``term``);
    ``reasons`` is everything that stands against it. ``terms`` is the row that decides. ``if_renewed`` is set where
    scanning it would change nothing.
    """

    patron_number: str
    patron_name: str
    category: str
    barcode: str
    title: str
    item_type: str
    wished: Wished
    allowed: bool
    reasons: list[Reason]
    due_at: datetime | None
    due_on: date | None
    hourly: bool
    ended_by: list[str]
    terms: PolicyRow
    rows: list[RuleRow]
    blocks: list[BlockView]
    loans: LimitView
    loans_of_type: LimitView
    holds: LimitView
    calendar: Consulted
    currency: str
    if_renewed: IfRenewed | None = None


class _Names(msgspec.Struct, frozen=True):
    category: str
    holds_limit: int
    holds: int
    item_type: str


_OWN = REQUEST.alias("own")
_HOLDS = (
    select(func.count())
    .select_from(_OWN)
    .where(_OWN.c.patron_id == PATRON.c.id, _OWN.c.closed_at.is_(None), in_time(_OWN))
    .correlate(PATRON)
    .scalar_subquery()
)
_NAMES = Statement(
    select(CATEGORY.c.code, CATEGORY.c.holds_limit, _HOLDS, ITEM_TYPE.c.code)
    .select_from(PATRON.join(CATEGORY, CATEGORY.c.id == PATRON.c.category_id))
    .join(ITEM, ITEM.c.id == bindparam("item_id"))
    .join(ITEM_TYPE, ITEM_TYPE.c.id == ITEM.c.item_type_id)
    .where(PATRON.c.id == bindparam("patron_id")),
    _Names,
)


def explain(look: Look, *, patron_number: str, barcode: str) -> Explanation:
    """Why a patron may or may not have an item at the look's branch, until when, and by which rules.

    Of an item that the patron has already, it is the renewal that is explained, by the rules of the branch that lent
    it. Refusals: ``patron.unknown``, ``item.unknown``, ``code.*``, ``policy.no_fallback``, ``permission.missing``.
    """
    look.require(Permission.SEE_PATRONS)
    found = facts.look_at_lending(look, patron_number, barcode)
    known = found.known(look.patterns, patron_number, barcode)
    rules = standing(look.transaction, found.rules_version)
    wish = aging.as_it_stands(look, known, rules)
    patron, item = wish.patron, wish.item
    names = look.transaction.one(_NAMES, patron_id=patron.id, item_id=item.id, now=look.now)
    wished, branch_id, verdict = _decide(wish, rules, look.place.branch_id, look.now)
    calendar = rules.calendars[branch_id]
    fitting = rules.fitting(branch_id, patron.category_id, item.item_type_id)
    rows = _rows(look.transaction, fitting)
    return Explanation(
        patron_number=patron.number,
        patron_name=patron.name,
        category=names.category,
        barcode=item.barcode,
        title=item.title,
        item_type=names.item_type,
        wished=wished,
        allowed=not verdict.reasons,
        reasons=list(verdict.reasons),
        due_at=verdict.due_at,
        due_on=None if verdict.due_at is None else calendar.local_day(verdict.due_at),
        hourly=fitting[0].period_kind is PeriodKind.HOURS,
        ended_by=_ended_by(fitting[0], patron, rules, branch_id, look.now) if wished is Wished.CHECK_OUT else [],
        terms=rows[0].row,
        rows=rows,
        blocks=_blocks(patron, rules, calendar.local_day(look.now)),
        loans=LimitView(patron.loans, patron.loans_limit),
        loans_of_type=LimitView(patron.loans_of_type, fitting[0].type_limit),
        holds=LimitView(names.holds, names.holds_limit),
        calendar=_consulted(rules, branch_id, look.now),
        currency=rules.currency,
        if_renewed=_if_renewed(wish, rules, look.now) if wished is Wished.NOTHING else None,
    )


def _if_renewed(wish: Wish, rules: Rules, now: datetime) -> IfRenewed | None:
    """What a renewal by itself would come to, for a loan that was lent or renewed just now."""
    if wish.loan is None:
        return None
    verdict = decide_renewal(wish.patron, wish.item, wish.loan, wish.queue, rules, now)
    calendar = rules.calendars[wish.loan.branch_id]
    return IfRenewed(list(verdict.reasons), None if verdict.due_at is None else calendar.local_day(verdict.due_at))


def _decide(wish: Wish, rules: Rules, branch_id: int, now: datetime) -> tuple[Wished, int, Verdict]:
    """What a check-out would take it for, by which branch's rules, and what comes of it."""
    loan = wish.loan
    if loan is None or loan.patron_id != wish.patron.id or loan.lost_at is not None:
        return Wished.CHECK_OUT, branch_id, decide_check_out(wish, rules, branch_id, now)
    policy = rules.fit(loan.branch_id, wish.patron.category_id, wish.item.item_type_id)
    if touched_lately(loan, policy, rules.calendars[loan.branch_id], now):
        return Wished.NOTHING, loan.branch_id, Verdict((), loan.due_at)
    return Wished.RENEWAL, loan.branch_id, decide_renewal(wish.patron, wish.item, loan, wish.queue, rules, now)


def _rows(transaction: Transaction, fitting: list[Policy]) -> list[RuleRow]:
    """The rows that fit, with the codes of whom they are for."""
    written = dict(policy_tables.policies(transaction).values())
    rows = [written[policy.id] for policy in fitting]
    return [
        RuleRow(row, [name for name in SCOPE if getattr(row, name) is not None], place == 0)
        for place, row in enumerate(rows)
    ]


def _ended_by(policy: Policy, patron: PatronFacts, rules: Rules, branch_id: int, now: datetime) -> list[str]:
    """What ends a loan before its period does."""
    calendar = rules.calendars[branch_id]
    whole = due_of_loan(msgspec.structs.replace(policy, fixed_on=None), calendar, now, date.max)
    if policy.period_kind is PeriodKind.FIXED:
        whole = due_of_loan(policy, calendar, now, date.max)
    in_term = due_of_loan(policy, calendar, now, date.max)
    with_card = due_of_loan(policy, calendar, now, max(patron.expires_on, calendar.local_day(now)))
    steps = (("term", whole, in_term), ("card", in_term, with_card))
    return [name for name, long, short in steps if long.at is not None and short.at is not None and short.at < long.at]


_CODES = {
    BlockKind.MANUAL: "patron.blocked",
    BlockKind.EXPIRED: "patron.expired",
    BlockKind.OVERDUE: "patron.overdue",
    BlockKind.OWES: "patron.owes",
}


def _blocks(patron: PatronFacts, rules: Rules, today: date) -> list[BlockView]:
    """Every kind of block that there is a rule for."""
    standing_now = {reason.code for reason, _ in standing_blocks(patron, rules, today)}
    has = {BlockKind.OVERDUE: patron.overdue, BlockKind.OWES: patron.owes}
    blocks = [(kind, rules.block(patron.category_id, kind)) for kind in BlockKind]
    return [
        BlockView(kind, block.threshold, has.get(kind), _CODES[kind] in standing_now, sorted(block.stops))
        for kind, block in blocks
        if block is not None
    ]


def _consulted(rules: Rules, branch_id: int, now: datetime) -> Consulted:
    calendar, name = rules.calendars[branch_id], rules.branches[branch_id]
    return Consulted(
        name.code,
        name.zh,
        name.en,
        calendar.zone_name,
        calendar.local_day(now),
        calendar.is_open_at(now),
        calendar.next_opening(now),
    )
