"""Loans that are overdue for so long that their items count as lost: when that is, and writing it down.

When a loan counts as lost is decided by its rules whenever somebody asks; the nightly work writes it down and charges
it. Whoever takes such an item back before that night writes it down first, so that it comes to the same.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import BindParameter, and_, bindparam, or_, select

from db.circulation import LostAs
from db.statement import Statement
from db.tables import ITEM, LIBRARY, LOAN, PATRON, TITLE
from db.types import Instant
from libops.circulation import losses
from libops.circulation.calendars import Calendar
from libops.circulation.decisions import LoanFacts, PatronFacts, Wish
from libops.circulation.facts import ReturnFacts
from libops.circulation.losses import Losing
from libops.circulation.rules import Policy, Rules, standing
from libops.permissions import Permission
from libops.work import Answer, Look, Work, act

START = datetime.min.replace(tzinfo=UTC)
"""Before every loan, as ``after_due`` of a batch."""


def counts_as_lost_from(policy: Policy, calendar: Calendar, due_at: datetime) -> datetime | None:
    """From which moment on an overdue loan counts as lost: so many days of its branch's clock; None for never."""
    if policy.lost_after is None:
        return None
    return (due_at.astimezone(calendar.zone) + timedelta(days=policy.lost_after)).astimezone(UTC)


def as_of(loan: LoanFacts, policy: Policy, calendar: Calendar, now: datetime) -> LoanFacts:
    """An open loan as its rules say that it stands at a moment, whether or not that was written down yet."""
    lost_at = None if loan.lost_at is not None else counts_as_lost_from(policy, calendar, loan.due_at)
    if lost_at is None or lost_at > now:
        return loan
    return msgspec.structs.replace(loan, lost_at=lost_at, lost_as=LostAs.AGED)


def as_it_stands(look: Look, wish: Wish, rules: Rules) -> Wish:
    """A wish with what the rules say of it by now, written down or not: a loan that counts as lost, and what it costs.

    Only who has something overdue may have lost something, so that nobody else waits for the question.
    """
    patron, loan = wish.patron, wish.loan
    if patron.overdue == 0:
        return wish
    patron = msgspec.structs.replace(patron, owes=patron.owes + pending(look, patron, rules))
    if loan is not None and loan.patron_id == patron.id:
        policy = rules.fit(loan.branch_id, patron.category_id, wish.item.item_type_id)
        loan = as_of(loan, policy, rules.calendars[loan.branch_id], look.now)
    return msgspec.structs.replace(wish, patron=patron, loan=loan)


class Aged(Answer, frozen=True, kw_only=True):
    """How many loans came to count as lost; ``next_*`` is where the next batch goes on, None behind the last."""

    done: int
    next_due: datetime | None = None
    next_id: int = 0


class _Row(msgspec.Struct, frozen=True):
    loan_id: int
    due_at: datetime
    branch_id: int
    patron_id: int
    category_id: int
    item_id: int
    item_type_id: int
    title_id: int
    price: int | None


class _Id(msgspec.Struct, frozen=True):
    id: int


_LATEST = bindparam("latest", type_=Instant())
_AFTER_DUE = bindparam("after_due", type_=Instant())
_AFTER_ID: BindParameter[int] = bindparam("after_id")
_LAST_DUE = bindparam("last_due", type_=Instant())
_LAST_ID: BindParameter[int] = bindparam("last_id")
_UNTOLD = and_(LOAN.c.returned_at.is_(None), LOAN.c.lost_at.is_(None))
_OLD = and_(
    _UNTOLD,
    LOAN.c.branch_id == bindparam("branch"),
    LOAN.c.due_at <= _LATEST,
    LOAN.c.due_at >= _AFTER_DUE,
    or_(LOAN.c.due_at > _AFTER_DUE, LOAN.c.id > _AFTER_ID),
)
_BATCH = and_(_OLD, LOAN.c.due_at <= _LAST_DUE, or_(LOAN.c.due_at < _LAST_DUE, LOAN.c.id <= _LAST_ID))
_ROWS = (
    select(
        LOAN.c.id,
        LOAN.c.due_at,
        LOAN.c.branch_id,
        LOAN.c.patron_id,
        PATRON.c.category_id,
        LOAN.c.item_id,
        ITEM.c.item_type_id,
        ITEM.c.title_id,
        ITEM.c.price,
    )
    .select_from(LOAN.join(ITEM, ITEM.c.id == LOAN.c.item_id).join(PATRON, PATRON.c.id == LOAN.c.patron_id))
    .order_by(LOAN.c.due_at, LOAN.c.id)
)
_CANDIDATES = Statement(_ROWS.where(_OLD).limit(bindparam("most")), _Row)
_AGAIN = Statement(_ROWS.where(_BATCH), _Row)
# Patrons, then titles, then items, each in the order of their ids, as every act locks them.
_LOCK_PATRONS = Statement(
    select(PATRON.c.id)
    .where(PATRON.c.id.in_(select(LOAN.c.patron_id).where(_BATCH)))
    .order_by(PATRON.c.id)
    .with_for_update(key_share=True),
    _Id,
)
_LOCK_TITLES = Statement(
    select(TITLE.c.id)
    .where(TITLE.c.id.in_(select(ITEM.c.title_id).join(LOAN, LOAN.c.item_id == ITEM.c.id).where(_BATCH)))
    .order_by(TITLE.c.id)
    .with_for_update(key_share=True),
    _Id,
)
_LOCK_ITEMS = Statement(
    select(ITEM.c.id)
    .where(ITEM.c.id.in_(select(LOAN.c.item_id).where(_BATCH)))
    .order_by(ITEM.c.id)
    .with_for_update(key_share=True),
    _Id,
)
_VERSION = Statement(select(LIBRARY.c.rules_version), int)
_OF_PATRON = Statement(_ROWS.where(_UNTOLD, LOAN.c.patron_id == bindparam("patron_id"), LOAN.c.due_at < _LATEST), _Row)


def pending(look: Look, patron: PatronFacts, rules: Rules) -> int:
    """What a patron owes for items that count as lost by now and were not charged yet, in minor units."""
    rows = look.transaction.all(_OF_PATRON, patron_id=patron.id, latest=look.now)
    return sum(_cost(row, rules) for row in rows if _lost_from(row, rules, look.now) is not None)


def write_down(work: Work, seen: ReturnFacts, rules: Rules, until: datetime) -> bool:
    """Write down and charge that an item on loan counted as lost before it came back; False where it did not."""
    loan, borrower = seen.loan, seen.borrower
    if loan is None or borrower is None or loan.lost_at is not None:
        return False
    policy = rules.fit(loan.branch_id, borrower.category_id, seen.item.item_type_id)
    since = as_of(loan, policy, rules.calendars[loan.branch_id], until).lost_at
    if since is None:
        return False
    losing = Losing(loan.id, loan.patron_id, seen.item.id, LostAs.AGED, since)
    losses.lose(work, losing)
    losses.charge(work, losing, price=losses.price_of(work, seen.item.id, policy), policy=policy)
    return True


@act("lost.age", Aged)
def age_loans(work: Work, *, limit: int = 50, after_due: datetime = START, after_id: int = 0) -> Aged:
    """Write down and charge those of the next so many loans of the work's branch that count as lost by now.

    Refusals: ``permission.missing``.
    """
    work.require(Permission.MARK_ITEMS)
    tx = work.transaction
    rules = standing(tx, tx.one(_VERSION))
    latest = _latest(rules, work)
    if latest is None:
        return Aged(done=0)
    after = {"branch": work.place.branch_id, "latest": latest, "after_due": after_due, "after_id": after_id}
    found = tx.all(_CANDIDATES, most=limit, **after)
    done = 0
    if any(_lost_from(row, rules, work.now) is not None for row in found):
        batch = {**after, "last_due": found[-1].due_at, "last_id": found[-1].loan_id}
        for lock in (_LOCK_PATRONS, _LOCK_TITLES, _LOCK_ITEMS):
            tx.lock(lock, **batch)
        done = sum(_age(work, row, rules) for row in tx.all(_AGAIN, **batch))
    if len(found) < limit:
        return Aged(done=done)
    return Aged(done=done, next_due=found[-1].due_at, next_id=found[-1].loan_id)


def _latest(rules: Rules, work: Work) -> datetime | None:
    """When a loan must have fallen due at the latest to count as lost by any rule; None where none ever does."""
    here = (None, work.place.branch_id)
    spans = [row.lost_after for row in rules.policies if row.branch_id in here and row.lost_after is not None]
    # A day less, because days differ in length where clocks are changed.
    return work.now - timedelta(days=min(spans) - 1) if spans else None


def _lost_from(row: _Row, rules: Rules, now: datetime) -> datetime | None:
    since = counts_as_lost_from(_policy(row, rules), rules.calendars[row.branch_id], row.due_at)
    return since if since is not None and since <= now else None


def _policy(row: _Row, rules: Rules) -> Policy:
    return rules.fit(row.branch_id, row.category_id, row.item_type_id)


def _cost(row: _Row, rules: Rules) -> int:
    policy = _policy(row, rules)
    return (losses.priced(row.price, policy) or 0) + policy.processing_fee


def _age(work: Work, row: _Row, rules: Rules) -> bool:
    since = _lost_from(row, rules, work.now)
    if since is None:
        return False
    policy = _policy(row, rules)
    losing = Losing(row.loan_id, row.patron_id, row.item_id, LostAs.AGED, since)
    losses.lose(work, losing)
    losses.charge(work, losing, price=losses.priced(row.price, policy), policy=policy)
    return True
