"""Requests whose time is over: nobody fetched the copy, or it was not found by the day it was needed.

Everybody who asks is told so from the first moment on. What stands here only writes it down, a batch at a time.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, or_, select

from db.circulation import RequestStatus
from db.statement import Statement
from db.tables import REQUEST, TITLE
from libops.circulation import holding
from libops.circulation.queues import NOW
from libops.permissions import Permission
from libops.work import Answer, Work, act


class Tidied(Answer, frozen=True, kw_only=True):
    """How many requests were closed; 0 when there was nothing left to do."""

    closed: int


class _Lapsed(msgspec.Struct, frozen=True):
    id: int
    title_id: int
    patron_id: int
    held_item_id: int | None


class _Id(msgspec.Struct, frozen=True):
    id: int


def in_time(request: FromClause) -> ColumnElement[bool]:
    """Whether a live request's time is not over at the statement's ``now``, whoever has noticed."""
    return and_(
        or_(request.c.held_item_id.is_not(None), request.c.ends_at.is_(None), request.c.ends_at >= NOW),
        or_(request.c.shelf_until.is_(None), request.c.shelf_until >= NOW),
    )


def queued(request: FromClause) -> ColumnElement[bool]:
    """Whether a request has its place in a queue: without a copy and in time, be it suspended or yet to begin."""
    return and_(
        request.c.closed_at.is_(None),
        request.c.held_item_id.is_(None),
        or_(request.c.ends_at.is_(None), request.c.ends_at >= NOW),
    )


def _lapsed(*where: ColumnElement[bool]) -> Select[tuple[int, int, int, int | None]]:
    columns = (REQUEST.c.id, REQUEST.c.title_id, REQUEST.c.patron_id, REQUEST.c.held_item_id)
    return select(*columns).where(REQUEST.c.closed_at.is_(None), *where)


_NEEDED_BEFORE = and_(REQUEST.c.held_item_id.is_(None), REQUEST.c.ends_at < NOW)
_LEFT_ON_SHELF = and_(REQUEST.c.shelf_number.is_not(None), REQUEST.c.shelf_until < NOW)
_MOST: ColumnElement[int] = bindparam("most")
_BY_ID = REQUEST.c.id == bindparam("request_id")

# Each in the order of the index it is found by; titles are locked in the order of their ids.
_OVERDUE = Statement(
    _lapsed(_NEEDED_BEFORE).order_by(REQUEST.c.title_id, REQUEST.c.position, REQUEST.c.id).limit(_MOST), _Lapsed
)
_EXPIRED = Statement(_lapsed(_LEFT_ON_SHELF).order_by(REQUEST.c.shelf_until, REQUEST.c.id).limit(_MOST), _Lapsed)
_STILL_OVERDUE = Statement(_lapsed(_NEEDED_BEFORE, _BY_ID), _Lapsed)
_STILL_EXPIRED = Statement(_lapsed(_LEFT_ON_SHELF, _BY_ID), _Lapsed)
_LOCK_TITLE = Statement(
    select(TITLE.c.id).where(TITLE.c.id == bindparam("title_id")).with_for_update(key_share=True), _Id
)


@act("requests.close_overdue", Tidied)
def close_overdue_requests(work: Work, *, limit: int) -> Tidied:
    """Close as unfilled at most so many waiting requests whose last day has passed.

    Refuses without the permission to place holds.
    """
    return _close(work, _OVERDUE, _STILL_OVERDUE, RequestStatus.UNFILLED, limit)


@act("requests.expire_shelf", Tidied)
def expire_shelf(work: Work, *, limit: int) -> Tidied:
    """Close as not picked up at most so many requests whose copy lay on the hold shelf for too long.

    The copy stays there, on the list of what is to be cleared, until it goes over a desk. Refuses without the
    permission to place holds.
    """
    return _close(work, _EXPIRED, _STILL_EXPIRED, RequestStatus.PICKUP_EXPIRED, limit)


def _close(work: Work, due: Statement[_Lapsed], still: Statement[_Lapsed], status: RequestStatus, limit: int) -> Tidied:
    work.require(Permission.PLACE_HOLDS)
    tx, closed = work.transaction, 0
    for found in sorted(tx.all(due, now=work.now, most=limit), key=lambda lapsed: (lapsed.title_id, lapsed.id)):
        tx.lock(_LOCK_TITLE, title_id=found.title_id)
        lapsed = tx.maybe(still, now=work.now, request_id=found.id)
        if lapsed is not None:
            item_id = lapsed.held_item_id
            holding.close(work, request_id=lapsed.id, patron_id=lapsed.patron_id, status=status, item_id=item_id)
            closed += 1
    if not closed:
        work.record("requests.none_lapsed")
    return Tidied(closed=closed)
