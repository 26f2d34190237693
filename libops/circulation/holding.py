"""What happens to a request: a copy is set aside for it, given back, handed over, or the request ends otherwise.

Each is written and journalled here and nowhere else.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import and_, bindparam, exists, null, select, update

from db.circulation import RequestStatus
from db.statement import Statement
from db.tables import REQUEST
from db.types import Instant
from libops.circulation.calendars import Calendar
from libops.circulation.rules import Policy
from libops.work import Work

SHELF_NUMBERS = 2600
"""A branch's hold shelf is numbered in a ring: a new parcel gets the next number, so that none comes back soon."""

_A_SHELF = 50
"""Numbers on one shelf board, which a letter names."""

_THIS = REQUEST.c.id == bindparam("request_id")
_SET_ASIDE: Statement[None] = Statement(
    update(REQUEST)
    .values(
        status=bindparam("new_status"),
        held_item_id=bindparam("item_id"),
        held_at=bindparam("now", type_=Instant()),
        shelf_until=bindparam("until", type_=Instant()),
        shelf_number=bindparam("number"),
    )
    .where(_THIS),
    lambda: None,
)
_GIVE_BACK: Statement[None] = Statement(
    update(REQUEST)
    .values(
        status=bindparam("new_status"), held_item_id=null(), held_at=null(), shelf_until=null(), shelf_number=null()
    )
    .where(_THIS),
    lambda: None,
)
# What it held and where that lay stays written: it may still have to be cleared from the shelf.
_CLOSE: Statement[None] = Statement(
    update(REQUEST).values(status=bindparam("new_status"), closed_at=bindparam("now", type_=Instant())).where(_THIS),
    lambda: None,
)


class _Number(msgspec.Struct, frozen=True):
    number: int | None


_SHELF = REQUEST.alias("shelf")
_ON_SHELF = and_(
    _SHELF.c.branch_id == bindparam("branch"), _SHELF.c.closed_at.is_(None), _SHELF.c.shelf_number.is_not(None)
)
_LAST_NUMBER = Statement(
    select(_SHELF.c.shelf_number).where(_ON_SHELF).order_by(_SHELF.c.held_at.desc()).limit(1),
    _Number,
)
_BESIDE = REQUEST.alias("beside")
_TAKEN = exists().where(
    _BESIDE.c.branch_id == bindparam("branch"),
    _BESIDE.c.closed_at.is_(None),
    _BESIDE.c.shelf_number == _SHELF.c.shelf_number + 1,
)
# The first number behind this one that is free: the one itself, or that behind a parcel which has no neighbour.
_FREE_BEHIND = Statement(
    select(_SHELF.c.shelf_number + 1)
    .where(_ON_SHELF, _SHELF.c.shelf_number >= bindparam("least"), ~_TAKEN)
    .order_by(_SHELF.c.shelf_number)
    .limit(1),
    _Number,
)
_IS_TAKEN = Statement(
    select(_SHELF.c.shelf_number).where(_ON_SHELF, _SHELF.c.shelf_number == bindparam("number")).limit(1), _Number
)


def shelf_label(number: int | None) -> str:
    """A number of the hold shelf as its label says it: ``B-17``; empty where there is none."""
    if number is None:
        return ""
    board, place = divmod(number - 1, _A_SHELF)
    letters = ""
    board += 1
    while board:
        board, letter = divmod(board - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}-{place + 1:02}"


def shelf_until(policy: Policy, calendar: Calendar, now: datetime) -> datetime:
    """The last moment on the hold shelf: the end of an open day, so many days from now."""
    last = calendar.local_day(now) + timedelta(days=policy.shelf_days)
    return calendar.end_of(calendar.open_day_from(last) or last)


def next_shelf_number(work: Work, branch_id: int) -> int:
    """The number of a branch's hold shelf for the next parcel; of two desks that ask at once, one asks again."""
    tx = work.transaction
    last = tx.maybe(_LAST_NUMBER, branch=branch_id)
    wanted = 1 if last is None or last.number is None else last.number % SHELF_NUMBERS + 1
    for least in (wanted, 1):
        if tx.maybe(_IS_TAKEN, branch=branch_id, number=least) is None:
            return least
        free = tx.maybe(_FREE_BEHIND, branch=branch_id, least=least)
        if free is not None and free.number is not None and free.number <= SHELF_NUMBERS:
            return free.number
    # A shelf fuller than its numbers: they go on behind the ring.
    behind = tx.maybe(_FREE_BEHIND, branch=branch_id, least=SHELF_NUMBERS)
    return SHELF_NUMBERS + 1 if behind is None or behind.number is None else behind.number


def set_aside(work: Work, *, request_id: int, patron_id: int, item_id: int) -> None:
    """Write that a copy was set aside for a request and is on its way to where it is picked up."""
    work.transaction.run(
        _SET_ASIDE,
        request_id=request_id,
        new_status=RequestStatus.IN_TRANSIT,
        item_id=item_id,
        now=work.now,
        until=None,
        number=None,
    )
    work.record("hold.sent", patron_id=patron_id, item_id=item_id, request=request_id)


def shelve(work: Work, *, request_id: int, patron_id: int, item_id: int, until: datetime) -> int:
    """Write that a copy lies on the work's branch's hold shelf until a moment; its number there."""
    number = next_shelf_number(work, work.place.branch_id)
    work.transaction.run(
        _SET_ASIDE,
        request_id=request_id,
        new_status=RequestStatus.AWAITING_PICKUP,
        item_id=item_id,
        now=work.now,
        until=until,
        number=number,
    )
    work.record(
        "hold.shelved",
        patron_id=patron_id,
        item_id=item_id,
        request=request_id,
        until=until.isoformat(),
        number=number,
    )
    return number


def give_back(work: Work, *, request_id: int, patron_id: int, item_id: int) -> None:
    """Write that a request waits again, at its old place in the queue: its copy went to somebody else."""
    work.transaction.run(_GIVE_BACK, request_id=request_id, new_status=RequestStatus.OPEN)
    work.record("hold.given_back", patron_id=patron_id, item_id=item_id, request=request_id)


def close(work: Work, *, request_id: int, patron_id: int, status: RequestStatus, item_id: int | None = None) -> None:
    """Write that a request ended: filled, cancelled, unfilled or not picked up."""
    work.transaction.run(_CLOSE, request_id=request_id, new_status=status, now=work.now)
    work.record(f"hold.{status}", patron_id=patron_id, item_id=item_id, request=request_id)
