"""What happens to due dates and hold-shelf times when a branch will be closed after all: they move, and are journalled.

What moves, and to when, is planned from the distinct moments that stand in the tables; a preview makes the same plan.
Nothing is ever moved to an earlier moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import bindparam, func, insert, null, select, update

from db.database import Transaction
from db.statement import Statement
from db.tables import EVENT, ITEM, LOAN, PATRON, REQUEST, TITLE
from db.types import Facts, Instant, KeyText, RowId
from libops.circulation import day_lock
from libops.circulation.calendars import Calendar, is_end_of_day
from libops.refusals import refuse
from libops.work import Work

SAMPLE = 10
"""How many loans a preview names."""


class Span(msgspec.Struct, frozen=True):
    """Which moments a change of the calendar is about, and the dates that it sets.

    Where it ``closes`` them, what falls on them moves even if they were closed before.
    """

    since: datetime
    until: datetime
    days: frozenset[date] = frozenset()
    closes: bool = False


class DueGroup(msgspec.Struct, frozen=True):
    """A moment at which so many loans fall due, or leave the hold shelf."""

    at: datetime
    count: int


class Move(msgspec.Struct, frozen=True):
    """So many loans or holds go from one moment to a later one."""

    was: datetime
    to: datetime
    count: int


class DayMove(msgspec.Struct, frozen=True):
    """How many due dates and hold-shelf times go from one day of the branch to another."""

    was_on: date
    to_day: date
    loans: int
    holds: int


class MovedLoan(msgspec.Struct, frozen=True):
    """One of the loans that move; the days are the branch's own."""

    barcode: str
    title: str
    was_due_at: datetime
    was_due_on: date
    due_at: datetime
    due_on: date


class Plan(msgspec.Struct, frozen=True):
    """Everything that moves at a branch."""

    loans: list[Move]
    holds: list[Move]

    def by_day(self, old: Calendar, new: Calendar) -> list[DayMove]:
        """The same by days of the branch, as they were and as they will be."""
        loans, holds = _by_day(self.loans, old, new), _by_day(self.holds, old, new)
        return [DayMove(*days, loans[days], holds[days]) for days in sorted(loans.keys() | holds.keys())]


_OF_BRANCH = (LOAN.c.branch_id == bindparam("branch")) & LOAN.c.returned_at.is_(None)
_IN_SPAN = (LOAN.c.due_at >= bindparam("since", type_=Instant())) & (
    LOAN.c.due_at <= bindparam("until", type_=Instant())
)
_ON_SHELF = (REQUEST.c.branch_id == bindparam("branch")) & REQUEST.c.closed_at.is_(None)
_DUE = Statement(
    select(LOAN.c.due_at, func.count()).where(_OF_BRANCH, _IN_SPAN).group_by(LOAN.c.due_at).order_by(LOAN.c.due_at),
    DueGroup,
)
_SHELVED = Statement(
    select(REQUEST.c.shelf_until, func.count())
    .where(
        _ON_SHELF,
        REQUEST.c.shelf_until >= bindparam("since", type_=Instant()),
        REQUEST.c.shelf_until <= bindparam("until", type_=Instant()),
    )
    .group_by(REQUEST.c.shelf_until)
    .order_by(REQUEST.c.shelf_until),
    DueGroup,
)


class _Id(msgspec.Struct, frozen=True):
    id: int


class _Named(msgspec.Struct, frozen=True):
    barcode: str
    title: str


class _Held(msgspec.Struct, frozen=True):
    id: int
    patron_id: int
    item_id: int | None


# In the order in which acts lock: whoever renews or returns meanwhile waits for this, or this for them.
_LOCK_PATRONS = Statement(
    select(PATRON.c.id)
    .where(PATRON.c.id.in_(select(LOAN.c.patron_id).where(_OF_BRANCH, _IN_SPAN)))
    .order_by(PATRON.c.id)
    .with_for_update(key_share=True),
    _Id,
)
_DUE_THEN = LOAN.c.due_at == bindparam("was", type_=Instant())
_SAMPLE = Statement(
    select(ITEM.c.barcode, TITLE.c.title)
    .select_from(LOAN.join(ITEM, ITEM.c.id == LOAN.c.item_id).join(TITLE, TITLE.c.id == ITEM.c.title_id))
    .where(_OF_BRANCH, _DUE_THEN)
    .order_by(LOAN.c.id)
    .limit(bindparam("most")),
    _Named,
)
_TELL: Statement[None] = Statement(
    insert(EVENT)
    .from_select(
        ["act", "kind", "at", "actor", "branch_id", "desk_id", "credential", "data", "patron_id", "item_id", "loan_id"],
        select(
            bindparam("act", type_=KeyText),
            bindparam("kind", type_=KeyText),
            bindparam("now", type_=Instant()),
            bindparam("actor", type_=KeyText),
            bindparam("at_branch", type_=RowId),
            bindparam("at_desk", type_=RowId),
            bindparam("credential", type_=KeyText),
            bindparam("data", type_=Facts),
            LOAN.c.patron_id,
            LOAN.c.item_id,
            LOAN.c.id,
        ).where(_OF_BRANCH, _DUE_THEN),
    )
    .inline(),
    lambda: None,
)
_NEW = bindparam("new", type_=Instant())
_MOVE: Statement[None] = Statement(update(LOAN).values(due_at=_NEW).where(_OF_BRANCH, _DUE_THEN), lambda: None)
# What is no longer overdue may have to be told as overdue again.
_MOVE_AHEAD: Statement[None] = Statement(
    update(LOAN).values(due_at=_NEW, overdue_told_at=null()).where(_OF_BRANCH, _DUE_THEN), lambda: None
)
_MOVE_SHELVED = Statement(
    update(REQUEST)
    .values(shelf_until=_NEW)
    .where(_ON_SHELF, REQUEST.c.shelf_until == bindparam("was", type_=Instant()))
    .returning(REQUEST.c.id, REQUEST.c.patron_id, REQUEST.c.held_item_id),
    _Held,
)


def plan(transaction: Transaction, branch_id: int, old: Calendar, new: Calendar, span: Span) -> Plan:
    """What moves when a branch's calendar changes: what fell on open days or hours that are so no longer.

    Due dates and hold-shelf times go to the end of the next open day, those of hourly loans to the next opening.
    Refuses with ``calendar.no_open_day``.
    """
    values = {"branch": branch_id, "since": span.since, "until": span.until}
    due, shelved = transaction.all(_DUE, **values), transaction.all(_SHELVED, **values)
    closed = span.days if span.closes else frozenset()
    return Plan(_moves(due, old, new, closed), _moves(shelved, old, new, closed))


def _moves(moments: Iterable[DueGroup], old: Calendar, new: Calendar, closed: Collection[date]) -> list[Move]:
    targets = ((moment, _target(moment.at, old, new, closed)) for moment in moments)
    return [Move(moment.at, to, moment.count) for moment, to in targets if to > moment.at]


def _target(at: datetime, old: Calendar, new: Calendar, closed: Collection[date]) -> datetime:
    """Where something goes that falls on this moment; it may stay there."""
    day = old.local_day(at)
    if is_end_of_day(at):
        if not new.is_open(day) and not old.is_open(day) and day not in closed:
            return at
        next_day = new.open_day_from(day)
        to = None if next_day is None else new.end_of(next_day)
    elif new.serves(at) or not (old.serves(at) or day in closed):
        return at
    else:
        to = new.next_opening(at)
    if to is None:
        raise refuse("calendar.no_open_day", due=day)
    return to


def _by_day(moves: Iterable[Move], old: Calendar, new: Calendar) -> Counter[tuple[date, date]]:
    days: Counter[tuple[date, date]] = Counter()
    for move in moves:
        days[old.local_day(move.was), new.local_day(move.to)] += move.count
    return days


def sample(
    transaction: Transaction, branch_id: int, loans: Sequence[Move], old: Calendar, new: Calendar
) -> list[MovedLoan]:
    """Some of the loans that would move, the earliest first."""
    found: list[MovedLoan] = []
    for move in loans:
        rows = transaction.all(_SAMPLE, branch=branch_id, was=move.was, most=SAMPLE - len(found))
        was_on, due_on = old.local_day(move.was), new.local_day(move.to)
        found += [MovedLoan(row.barcode, row.title, move.was, was_on, move.to, due_on) for row in rows]
        if len(found) >= SAMPLE:
            break
    return found


def lock(work: Work, branch_id: int, span: Span) -> None:
    """Lock the patrons whose loans may move, and let nobody count days by the old calendar, before anything is planned.

    In the order in which acts lock: whoever has one of these patrons' rows has still to ask for what is behind it.
    """
    work.transaction.lock(_LOCK_PATRONS, branch=branch_id, since=span.since, until=span.until)
    work.transaction.lock(day_lock.HOLD)


def carry_out(work: Work, branch_id: int, moves: Plan) -> None:
    """Move what was planned, and journal each loan (``loan.due_moved``) and hold (``hold.shelf_moved``)."""
    for move in moves.loans:
        _move_loans(work, branch_id, move)
    for move in moves.holds:
        for held in work.transaction.all(_MOVE_SHELVED, branch=branch_id, was=move.was, new=move.to):
            work.record(
                "hold.shelf_moved",
                patron_id=held.patron_id,
                item_id=held.item_id,
                request=held.id,
                until=move.to.isoformat(),
                was_until=move.was.isoformat(),
            )


def _move_loans(work: Work, branch_id: int, move: Move) -> None:
    work.transaction.run(
        _TELL,
        act=work.act_id,
        kind="loan.due_moved",
        now=work.now,
        actor=work.actor.name,
        at_branch=work.place.branch_id,
        at_desk=work.place.desk_id,
        credential=work.credential,
        data={"due_at": move.to.isoformat(), "was_due_at": move.was.isoformat()},
        branch=branch_id,
        was=move.was,
    )
    statement = _MOVE_AHEAD if move.to > work.now else _MOVE
    work.transaction.run(statement, branch=branch_id, was=move.was, new=move.to)
