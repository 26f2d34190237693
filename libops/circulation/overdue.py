"""What is overdue: the list for whoever writes or rings, how much there is of it, and telling the journal once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, func, literal_column, select, update

from db.circulation import LostAs
from db.statement import Statement
from db.tables import BRANCH, ITEM, LIBRARY, LOAN, PATRON, TITLE
from db.types import Instant
from libops.circulation.aging import counts_as_lost_from
from libops.circulation.fines import days_late, fine
from libops.circulation.rules import Rules, standing
from libops.pages import Page, bounded, page_of
from libops.permissions import Permission
from libops.places import find_place
from libops.work import Answer, Look, Work, act

BRACKETS = (1, 8, 15, 31, 91)
"""From how many days late on each bracket counts; the first holds what fell due today, too."""

START = (datetime.min.replace(tzinfo=UTC), 0)
"""Before every loan, as ``after`` of a batch."""


class OverdueView(msgspec.Struct, frozen=True):
    """An overdue loan; ``due_on`` and ``days_late`` are days of the branch that lent it.

    ``fine`` is what returning it now would cost, in minor units; ``lost`` says how its item came to count as lost.
    Number, name and phone are None for who may not see patrons.
    """

    loan_id: int
    barcode: str
    title: str
    call_number: str
    branch_code: str
    branch_zh: str
    branch_en: str
    due_at: datetime
    due_on: date
    days_late: int
    fine: int
    currency: str
    lost: LostAs | None
    patron_number: str | None
    patron_name: str | None
    phone: str | None


class Bracket(msgspec.Struct, frozen=True):
    """How many loans are late by so many days; ``most`` is None in the last bracket, which has no end."""

    least: int
    most: int | None
    loans: int


class Told(Answer, frozen=True, kw_only=True):
    """How many loans the journal was told of; ``next_*`` is where the next batch goes on, None behind the last."""

    done: int
    next_due: datetime | None = None
    next_id: int = 0


class _Row(msgspec.Struct, frozen=True):
    loan_id: int
    due_at: datetime
    branch_id: int
    lost_at: datetime | None
    lost_as: str | None
    barcode: str
    title: str
    call_number: str
    item_type_id: int
    category_id: int
    number: str
    name: str
    phone: str
    rules_version: int


class _Counts(msgspec.Struct, frozen=True):
    numbers: tuple[int, ...]


class _ToldLoan(msgspec.Struct, frozen=True):
    id: int
    due_at: datetime
    item_id: int
    patron_id: int


_NOW = bindparam("now", type_=Instant())
# An item that is said to be back is not asked for until it turns out otherwise.
_NOT_CLAIMED = LOAN.c.lost_as.is_distinct_from(literal_column(f"'{LostAs.CLAIMED}'"))
IS_OVERDUE = and_(LOAN.c.returned_at.is_(None), LOAN.c.due_at < _NOW, _NOT_CLAIMED)
_OF_BRANCH = LOAN.c.branch_id == bindparam("branch")
_AFTER_DUE = bindparam("after_due", type_=Instant())
_AFTER_ID: BindParameter[int] = bindparam("after_id")
_BEHIND = (LOAN.c.due_at > _AFTER_DUE) | ((LOAN.c.due_at == _AFTER_DUE) & (LOAN.c.id > _AFTER_ID))
# The first of these finds the place in the index on both engines; the second alone would have it read from its start.
_NEXT = and_(LOAN.c.due_at >= _AFTER_DUE, _BEHIND)

_LIST = (
    select(
        LOAN.c.id,
        LOAN.c.due_at,
        LOAN.c.branch_id,
        LOAN.c.lost_at,
        LOAN.c.lost_as,
        ITEM.c.barcode,
        TITLE.c.title,
        ITEM.c.call_number,
        ITEM.c.item_type_id,
        PATRON.c.category_id,
        PATRON.c.number,
        PATRON.c.name,
        PATRON.c.phone,
        LIBRARY.c.rules_version,
    )
    .select_from(
        LOAN.join(ITEM, ITEM.c.id == LOAN.c.item_id)
        .join(TITLE, TITLE.c.id == ITEM.c.title_id)
        .join(PATRON, PATRON.c.id == LOAN.c.patron_id)
        .join(LIBRARY, LIBRARY.c.id == 1)
    )
    .where(IS_OVERDUE, _NEXT)
    .order_by(LOAN.c.due_at, LOAN.c.id)
    .limit(bindparam("most"))
)
_EVERYWHERE, _OF_ONE = Statement(_LIST, _Row), Statement(_LIST.where(_OF_BRANCH), _Row)


def list_overdue(look: Look, *, branch: str = "", after: str = "", limit: int = 100) -> Page[OverdueView]:
    """Overdue loans, the longest overdue first: all of them, or those of the branch (or desk's branch) of this code.

    What is said to be back already is not among them. Refusals: ``place.unknown``, ``permission.missing`` for who may
    neither see patrons nor mark items.
    """
    if Permission.SEE_PATRONS not in look.actor.permissions:
        look.require(Permission.MARK_ITEMS)
    limit = bounded(limit)
    due, key = _read_cursor(after)
    values: dict[str, object] = {"now": look.now, "after_due": due, "after_id": key, "most": limit + 1}
    if branch:
        place = find_place(look.transaction, branch)
        rows = look.transaction.all(_OF_ONE, branch=place.branch_id, **values)
    else:
        rows = look.transaction.all(_EVERYWHERE, **values)
    return page_of([_view(row, look) for row in rows], limit, _cursor)


def _cursor(view: OverdueView) -> str:
    return f"{view.due_at.isoformat()}_{view.loan_id}"


def _read_cursor(after: str) -> tuple[datetime, int]:
    moment, _, key = after.rpartition("_")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), int(key)
    except (ValueError, OverflowError):
        return START


def _view(row: _Row, look: Look) -> OverdueView:
    rules = standing(look.transaction, row.rules_version)
    policy = rules.fit(row.branch_id, row.category_id, row.item_type_id)
    calendar, branch = rules.calendars[row.branch_id], rules.branches[row.branch_id]
    lost_at, lost = row.lost_at, row.lost_as
    if lost is None:
        lost_at = counts_as_lost_from(policy, calendar, row.due_at)
        lost = LostAs.AGED if lost_at is not None and lost_at <= look.now else None
    fined_until = look.now if lost is None or lost_at is None else lost_at
    seen = Permission.SEE_PATRONS in look.actor.permissions
    return OverdueView(
        loan_id=row.loan_id,
        barcode=row.barcode,
        title=row.title,
        call_number=row.call_number,
        branch_code=branch.code,
        branch_zh=branch.zh,
        branch_en=branch.en,
        due_at=row.due_at,
        due_on=calendar.local_day(row.due_at),
        days_late=days_late(calendar, row.due_at, look.now),
        fine=fine(policy, calendar, row.due_at, fined_until),
        currency=rules.currency,
        lost=None if lost is None else LostAs(lost),
        patron_number=row.number if seen else None,
        patron_name=row.name if seen else None,
        phone=row.phone if seen else None,
    )


def _in_bracket(number: int) -> ColumnElement[Any]:
    """How many fell due before the bracket's own moment and not before that of the next."""
    since = LOAN.c.due_at < bindparam(f"since_{number}", type_=Instant())
    if number + 1 < len(BRACKETS):
        since = and_(since, LOAN.c.due_at >= bindparam(f"since_{number + 1}", type_=Instant()))
    return func.coalesce(func.sum(case((since, 1), else_=0)), 0)


def _counts(*numbers: int) -> _Counts:
    # PostgreSQL adds up to decimals.
    return _Counts(tuple(int(number) for number in numbers))


_COUNT = Statement(
    select(*(_in_bracket(number) for number in range(len(BRACKETS)))).select_from(LOAN).where(IS_OVERDUE, _OF_BRANCH),
    _counts,
)
_VERSION = Statement(select(LIBRARY.c.rules_version), int)
_BRANCHES = Statement(select(BRANCH.c.id).order_by(BRANCH.c.id), int)


def count_overdue(look: Look, *, branch: str = "") -> list[Bracket]:
    """How many loans are overdue by how many days of the branch that lent them: of one branch, or of all.

    Refusals: ``place.unknown``.
    """
    tx = look.transaction
    rules = standing(tx, tx.one(_VERSION))
    wanted = [find_place(tx, branch).branch_id] if branch else tx.all(_BRANCHES)
    each = [tx.one(_COUNT, now=look.now, branch=one, **_bounds(rules, one, look.now)).numbers for one in wanted]
    ends = [*(least - 1 for least in BRACKETS[1:]), None]
    sums = [sum(numbers) for numbers in zip(*each, strict=True)]
    return [Bracket(*bracket) for bracket in zip(BRACKETS, ends, sums, strict=True)]


def _bounds(rules: Rules, branch_id: int, now: datetime) -> dict[str, datetime]:
    """Before which moment a loan must have fallen due to be so many days late."""
    calendar = rules.calendars[branch_id]
    today = calendar.local_day(now)
    starts = [calendar.start_of(today - timedelta(days=least - 1)) for least in BRACKETS]
    # What fell due earlier today is overdue as well.
    return {f"since_{number}": moment for number, moment in enumerate([now, *starts[1:]])}


# Rows that somebody is about to change are left out: they are renewed, or back, or told of in the next night.
_UNTOLD = (
    select(LOAN.c.id)
    .where(IS_OVERDUE, _OF_BRANCH, LOAN.c.lost_as.is_(None), LOAN.c.overdue_told_at.is_(None), _NEXT)
    .order_by(LOAN.c.due_at, LOAN.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    # Of its own and not inside the update, where PostgreSQL may choose so many more than once.
    .cte("untold")
)
_TELL = Statement(
    update(LOAN)
    .values(overdue_told_at=_NOW)
    .where(LOAN.c.id.in_(select(_UNTOLD.c.id)))
    .returning(LOAN.c.id, LOAN.c.due_at, LOAN.c.item_id, LOAN.c.patron_id),
    _ToldLoan,
)


@act("overdue.tell", Told)
def tell_overdue(work: Work, *, limit: int = 200, after_due: datetime = START[0], after_id: int = 0) -> Told:
    """Tell the journal once of each loan of the work's branch that has become overdue; notices follow the journal.

    Refusals: ``permission.missing``.
    """
    work.require(Permission.MARK_ITEMS)
    told = work.transaction.all(
        _TELL, branch=work.place.branch_id, now=work.now, most=limit, after_due=after_due, after_id=after_id
    )
    for loan in sorted(told, key=_place):
        work.record(
            "loan.overdue",
            patron_id=loan.patron_id,
            item_id=loan.item_id,
            loan_id=loan.id,
            due_at=loan.due_at.isoformat(),
        )
    return _answer(told, limit)


def _place(loan: _ToldLoan) -> tuple[datetime, int]:
    return (loan.due_at, loan.id)


def _answer(told: Sequence[_ToldLoan], limit: int) -> Told:
    if len(told) < limit:
        return Told(done=len(told))
    last = max(told, key=_place)
    return Told(done=len(told), next_due=last.due_at, next_id=last.id)
