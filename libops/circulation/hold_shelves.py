"""The hold shelf of a branch: what waits on it, and for whom. What is over is on the clearing list: clearing.py."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from sqlalchemy import bindparam, select

from db.statement import Statement
from db.tables import ITEM, LIBRARY, PATRON, REQUEST, TITLE
from libops.circulation.holding import shelf_label
from libops.circulation.lapsing import in_time
from libops.circulation.request_lists import passed
from libops.circulation.rules import standing
from libops.pages import Page, bounded, page_of
from libops.permissions import Permission
from libops.work import Look


class ShelfView(msgspec.Struct, frozen=True):
    """A parcel on the hold shelf up to and including a day, and its patron: None for who may not see patrons."""

    label: str
    number: int
    request_id: int
    barcode: str
    title: str
    until: date
    patron_number: str | None
    patron_name: str | None


class _Parcel(msgspec.Struct, frozen=True):
    number: int
    request_id: int
    barcode: str
    title: str
    until: datetime
    rules_version: int
    patron_number: str
    patron_name: str


_PARCELS = Statement(
    select(
        REQUEST.c.shelf_number,
        REQUEST.c.id,
        ITEM.c.barcode,
        TITLE.c.title,
        REQUEST.c.shelf_until,
        LIBRARY.c.rules_version,
        PATRON.c.number,
        PATRON.c.name,
    )
    .select_from(
        REQUEST.join(ITEM, ITEM.c.id == REQUEST.c.held_item_id)
        .join(TITLE, TITLE.c.id == REQUEST.c.title_id)
        .join(PATRON, PATRON.c.id == REQUEST.c.patron_id)
        .join(LIBRARY, LIBRARY.c.id == 1)
    )
    .where(
        REQUEST.c.branch_id == bindparam("here"),
        REQUEST.c.closed_at.is_(None),
        REQUEST.c.shelf_number.is_not(None),
        REQUEST.c.shelf_number > bindparam("after_number"),
        in_time(REQUEST),
    )
    .order_by(REQUEST.c.shelf_number)
    .limit(bindparam("most")),
    _Parcel,
)


def hold_shelf(look: Look, *, after: str = "", limit: int = 100) -> Page[ShelfView]:
    """What waits on the hold shelf of the look's branch, in its order; ``after`` is the number of the last one seen.

    What is over is not among it: see ``clearing_list``. Refuses without the permission for returns.
    """
    look.require(Permission.RETURN)
    limit = bounded(limit)
    rows = look.transaction.all(
        _PARCELS, here=look.place.branch_id, now=look.now, after_number=passed(after), most=limit + 1
    )
    return page_of([_parcel(look, row) for row in rows], limit, lambda view: str(view.number))


def _parcel(look: Look, row: _Parcel) -> ShelfView:
    seen = Permission.SEE_PATRONS in look.actor.permissions
    return ShelfView(
        shelf_label(row.number),
        row.number,
        row.request_id,
        row.barcode,
        row.title,
        standing(look.transaction, row.rules_version).calendars[look.place.branch_id].local_day(row.until),
        row.patron_number if seen else None,
        row.patron_name if seen else None,
    )
