"""The queue of a title, as parts of statements: which requests wait, for which item, and who is before whom."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, and_, bindparam, func, literal_column, or_, select

from db.catalogue import ItemStatus
from db.tables import ITEM, REQUEST
from db.types import Instant
from libops.circulation.copies import is_in, lies_at

_MOST_SPARE = 50
"""More copies in than this are counted by nobody."""

NOW = bindparam("now", type_=Instant())
HERE: ColumnElement[int] = bindparam("here")


def waits(request: FromClause) -> ColumnElement[bool]:
    """Whether a request waits for a copy at the statement's ``now``: open, begun, not over, not suspended."""
    columns = request.c
    return and_(
        columns.closed_at.is_(None),
        columns.held_item_id.is_(None),
        or_(columns.starts_at.is_(None), columns.starts_at <= NOW),
        or_(columns.ends_at.is_(None), columns.ends_at >= NOW),
        or_(~columns.suspended, columns.suspended_until <= NOW),
    )


def could_take(request: FromClause, item: FromClause) -> ColumnElement[bool]:
    """Whether an item could fill a request: it is of that title, and the very item where one was asked for."""
    return and_(
        request.c.title_id == item.c.title_id,
        or_(request.c.item_id.is_(None), request.c.item_id == item.c.id),
    )


def first_waiting(item: FromClause) -> ScalarSelect[int]:
    """The id of the first request that an item at the branch ``here`` should fill.

    One that is picked up elsewhere, where a copy stands on the shelf for it, needs none carried there.
    """
    queue = REQUEST.alias("queue")
    return (
        select(queue.c.id)
        .where(
            waits(queue),
            could_take(queue, item),
            or_(queue.c.branch_id == HERE, queue.c.item_id.is_not(None), ~_served_there(queue, item)),
        )
        .order_by(queue.c.position, queue.c.id)
        .limit(literal_column("1"))
        .correlate(item)
        .scalar_subquery()
    )


def _served_there(queue: FromClause, item: FromClause) -> ColumnElement[bool]:
    """Whether more copies like the item stand where a request is picked up than requests before it will take."""
    copy, before = ITEM.alias("copy_there"), REQUEST.alias("before")
    copies = (
        select(func.count())
        .select_from(copy)
        .where(
            copy.c.title_id == item.c.title_id,
            copy.c.id != item.c.id,
            copy.c.item_type_id == item.c.item_type_id,
            is_in(copy),
            lies_at(copy) == queue.c.branch_id,
        )
        .correlate(queue, item)
    )
    takers = (
        select(func.count())
        .select_from(before)
        .where(
            waits(before),
            before.c.title_id == queue.c.title_id,
            before.c.branch_id == queue.c.branch_id,
            or_(
                before.c.position < queue.c.position,
                and_(before.c.position == queue.c.position, before.c.id < queue.c.id),
            ),
        )
        .correlate(queue)
    )
    return copies.scalar_subquery() > takers.scalar_subquery()


def own_waiting(item: FromClause, patron_id: ColumnElement[int]) -> ScalarSelect[int]:
    """The id of a patron's first waiting request that an item could fill."""
    own = REQUEST.alias("own")
    return (
        select(own.c.id)
        .where(own.c.patron_id == patron_id, waits(own), could_take(own, item))
        .order_by(own.c.position, own.c.id)
        .limit(literal_column("1"))
        .correlate_except(own)
        .scalar_subquery()
    )


def ahead(item: FromClause, patron_id: ColumnElement[int], *, for_this: bool = False) -> ScalarSelect[int]:
    """How many others wait for an item: before the patron's own request, or all where there is none.

    ``for_this`` counts those only who want this very item: no other copy will do for them.
    """
    other, mine = REQUEST.alias("other"), REQUEST.alias("mine")
    own_position = (
        select(func.min(mine.c.position))
        .where(mine.c.patron_id == patron_id, waits(mine), could_take(mine, item))
        .correlate_except(mine)
        .scalar_subquery()
    )
    return (
        select(func.count())
        .select_from(other)
        .where(
            waits(other),
            could_take(other, item),
            other.c.patron_id != patron_id,
            *([other.c.item_id == item.c.id] if for_this else []),
            or_(own_position.is_(None), other.c.position < own_position),
        )
        .correlate_except(other)
        .scalar_subquery()
    )


def spare(item: FromClause) -> ScalarSelect[int]:
    """How many other copies of an item's title are in, up to fifty; of its type, for which the same rules hold."""
    copy = ITEM.alias("spare_copy")
    copies = (
        select(copy.c.id)
        .where(
            copy.c.title_id == item.c.title_id,
            copy.c.id != item.c.id,
            copy.c.item_type_id == item.c.item_type_id,
            copy.c.status == literal_column(f"'{ItemStatus.AVAILABLE}'"),
        )
        .limit(literal_column(str(_MOST_SPARE)))
        .correlate_except(copy)
        .subquery()
    )
    return select(func.count()).select_from(copies).scalar_subquery()
