"""The order of a title's queue, and changing it by hand."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, select, update

from db.statement import Statement
from db.tables import REQUEST
from libops.circulation.lapsing import queued
from libops.circulation.live_requests import waiting_request
from libops.permissions import Permission
from libops.refusals import refuse
from libops.work import Answer, Work, act


class MovedAnswer(Answer, frozen=True, kw_only=True):
    """A request stands at another place in its title's queue, ``of`` so many; the first is 1."""

    request_id: int
    title: str
    place: int
    was_place: int
    of: int


class _Place(msgspec.Struct, frozen=True):
    id: int
    position: int


_QUEUE = Statement(
    select(REQUEST.c.id, REQUEST.c.position)
    .where(REQUEST.c.title_id == bindparam("title_id"), queued(REQUEST))
    .order_by(REQUEST.c.position, REQUEST.c.id),
    _Place,
)
_PUT: Statement[None] = Statement(
    update(REQUEST).values(position=bindparam("new_position")).where(REQUEST.c.id == bindparam("request_id")),
    lambda: None,
)


@act("requests.move", MovedAnswer)
def move(work: Work, *, request_id: int, position: int) -> MovedAnswer:
    """Put a waiting request at another place in its title's queue, counted from 1 as ``queue`` lists it.

    A place behind the last one means the last. Everybody else keeps their order.
    Refusals: ``request.unknown``, ``request.over``, ``request.set_aside``, ``request.no_place``,
    ``permission.missing``.
    """
    work.require(Permission.OVERRIDE_HOLDS)
    found = waiting_request(work, request_id)
    if position < 1:
        raise refuse("request.no_place")
    queue = work.transaction.all(_QUEUE, title_id=found.wish.title_id, now=work.now)
    before = [place.id for place in queue]
    was = before.index(request_id) + 1
    place = min(position, len(queue))
    after = [other for other in before if other != request_id]
    after.insert(place - 1, request_id)
    if place == was:
        work.record("hold.seen", patron_id=found.wish.patron_id, request=request_id)
    else:
        work.record("hold.moved", patron_id=found.wish.patron_id, request=request_id, place=place, was=was)
    # The positions stay, and are dealt out anew: those of requests that hold a copy lie between them.
    for old, new_id in zip(queue, after, strict=True):
        if old.id != new_id:
            work.transaction.run(_PUT, request_id=new_id, new_position=old.position)
    return MovedAnswer(
        request_id=request_id,
        title=found.title,
        place=place,
        was_place=was,
        of=len(queue),
        patron_number=found.patron_number,
        patron_name=found.patron_name,
    )
