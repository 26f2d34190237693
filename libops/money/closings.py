"""The closings of tills that there were: a list for whoever brings the money to the bank."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from db.money import Method
from db.statement import Statement
from db.tables import BRANCH, DESK, LIBRARY, STAFF, TILL_CLOSING, TILL_COUNT
from libops.money.tills import Counted, count_of
from libops.pages import Page, bounded, page_of, row_before
from libops.people.staff import is_actor
from libops.permissions import Permission
from libops.places import find_place
from libops.refusals import refuse
from libops.work import Look


class ClosingView(msgspec.Struct, frozen=True):
    """A closing of a till; ``difference`` as in ``tills.TillAnswer``, ``closed_at`` in UTC.

    ``staff_name`` is who closed it, where that was a member of staff.
    """

    closing_id: int
    desk_code: str
    desk_zh: str
    desk_en: str
    zone: str
    closed_at: datetime
    actor: str
    note: str
    currency: str
    counts: tuple[Counted, ...]
    difference: int
    staff_name: str | None = None


class _Row(msgspec.Struct, frozen=True):
    id: int
    desk_code: str
    desk_zh: str
    desk_en: str
    zone: str
    closed_at: datetime
    actor: str
    note: str
    currency: str
    staff_name: str | None


class _CountRow(msgspec.Struct, frozen=True):
    closing_id: int
    method: str
    expected: int
    counted: int


_PAGE = (
    select(
        TILL_CLOSING.c.id,
        DESK.c.code,
        DESK.c.name_zh,
        DESK.c.name_en,
        BRANCH.c.zone,
        TILL_CLOSING.c.closed_at,
        TILL_CLOSING.c.actor,
        TILL_CLOSING.c.note,
        LIBRARY.c.currency,
        STAFF.c.name,
    )
    .select_from(
        TILL_CLOSING.join(DESK, DESK.c.id == TILL_CLOSING.c.desk_id)
        .join(BRANCH, BRANCH.c.id == DESK.c.branch_id)
        .join(LIBRARY, LIBRARY.c.id == 1)
        .outerjoin(STAFF, is_actor(TILL_CLOSING.c.actor))
    )
    .where(TILL_CLOSING.c.id < bindparam("before"))
    .order_by(TILL_CLOSING.c.id.desc())
    .limit(bindparam("most"))
)
_EVERY = Statement(_PAGE, _Row)
_OF_DESK = Statement(_PAGE.where(TILL_CLOSING.c.desk_id == bindparam("desk_id")), _Row)
_COUNTS = Statement(
    select(TILL_COUNT.c.closing_id, TILL_COUNT.c.method, TILL_COUNT.c.expected, TILL_COUNT.c.counted)
    .where(TILL_COUNT.c.closing_id >= bindparam("first"), TILL_COUNT.c.closing_id <= bindparam("last"))
    .order_by(TILL_COUNT.c.id),
    _CountRow,
)


def list_closings(look: Look, *, desk_code: str = "", after: str = "", limit: int = 100) -> Page[ClosingView]:
    """Closings of one desk's till or of all, the newest first.

    Refusals: ``place.unknown``, ``money.no_desk``, ``permission.missing``.
    """
    look.require(Permission.CLOSE_TILLS)
    limit = bounded(limit)
    values = {"before": row_before(after), "most": limit + 1}
    if not desk_code:
        rows = look.transaction.all(_EVERY, **values)
    else:
        place = find_place(look.transaction, desk_code)
        if place.desk_id is None:
            raise refuse("money.no_desk")
        rows = look.transaction.all(_OF_DESK, desk_id=place.desk_id, **values)
    counts = _counts(look, rows)
    views = [_view(row, tuple(counts[row.id])) for row in rows]
    return page_of(views, limit, lambda view: str(view.closing_id))


def _counts(look: Look, rows: list[_Row]) -> dict[int, list[Counted]]:
    counts: dict[int, list[Counted]] = defaultdict(list)
    if rows:
        for row in look.transaction.all(_COUNTS, first=rows[-1].id, last=rows[0].id):
            counts[row.closing_id].append(count_of(Method(row.method), row.expected, row.counted))
    return counts


def _view(row: _Row, counts: tuple[Counted, ...]) -> ClosingView:
    return ClosingView(
        closing_id=row.id,
        desk_code=row.desk_code,
        desk_zh=row.desk_zh,
        desk_en=row.desk_en,
        zone=row.zone,
        closed_at=row.closed_at,
        actor=row.actor,
        note=row.note,
        currency=row.currency,
        counts=counts,
        difference=sum(one.difference for one in counts),
        staff_name=row.staff_name,
    )
