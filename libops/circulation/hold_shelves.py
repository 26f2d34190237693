"""The hold shelf of a branch: what waits on it for whom, and what has to be cleared from it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from db.catalogue import ItemStatus
from db.circulation import RequestStatus
from db.statement import Statement
from db.tables import ITEM, LIBRARY, LOCATION, PATRON, REQUEST, TITLE, TRANSFER
from libops.circulation import queues
from libops.circulation.copies import lies_at, word
from libops.circulation.directions import ReturnOutcome, direct
from libops.circulation.facts import (
    HELD_COLUMNS,
    ITEM_COLUMNS,
    TRANSFER_COLUMNS,
    Cells,
    HeldFacts,
    HomeFacts,
    ItemFacts,
    ReturnFacts,
    TransferFacts,
    WaitingFacts,
)
from libops.circulation.holding import shelf_label
from libops.circulation.lapsing import in_time
from libops.circulation.queues import NOW
from libops.circulation.request_lists import passed
from libops.circulation.rules import Rules, standing
from libops.pages import Page, bounded, page_of
from libops.permissions import Permission
from libops.work import Look


class ShelfView(msgspec.Struct, frozen=True):
    """A parcel on the hold shelf, for a patron until and including a day; they are None for who may not see them."""

    label: str
    number: int
    request_id: int
    barcode: str
    title: str
    until: date
    patron_number: str | None
    patron_name: str | None


class Why(StrEnum):
    """Why a parcel has to be taken from the hold shelf."""

    EXPIRED = "expired"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"


class ClearView(msgspec.Struct, frozen=True):
    """A parcel whose request is over, or is picked up elsewhere now, and what checking it in will come to.

    ``outcome`` and ``branch_*`` are where it goes or stays: to the next who waits, to its shelf, or away.
    """

    label: str
    barcode: str
    title: str
    call_number: str
    why: Why
    request_id: int | None
    outcome: ReturnOutcome
    branch_code: str
    branch_zh: str
    branch_en: str


class _Parcel(msgspec.Struct, frozen=True):
    number: int
    request_id: int
    barcode: str
    title: str
    until: datetime
    rules_version: int
    patron_number: str
    patron_name: str


_HERE: ColumnElement[int] = bindparam("here")
_MOST: ColumnElement[int] = bindparam("most")
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
        REQUEST.c.branch_id == _HERE,
        REQUEST.c.closed_at.is_(None),
        REQUEST.c.shelf_number.is_not(None),
        REQUEST.c.shelf_number > bindparam("after_number"),
        in_time(REQUEST),
    )
    .order_by(REQUEST.c.shelf_number)
    .limit(_MOST),
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
        row.until.astimezone(look.place.zone).date(),
        row.patron_number if seen else None,
        row.patron_name if seen else None,
    )


# Items that lie on this shelf, and for which nobody may come here any more. The request that held one last, where it
# has ended, is the one that was set aside last.
_HELD, _LAST, _PAST = REQUEST.alias("held"), REQUEST.alias("last_request"), REQUEST.alias("past")
_HOLDS = and_(_HELD.c.held_item_id == ITEM.c.id, _HELD.c.closed_at.is_(None))
_LAST_ID = (
    select(_PAST.c.id)
    .where(_PAST.c.held_item_id == ITEM.c.id, _PAST.c.closed_at.is_not(None))
    .order_by(_PAST.c.held_at.desc(), _PAST.c.id.desc())
    .limit(1)
    .correlate(ITEM)
    .scalar_subquery()
)
_NUMBER = func.coalesce(_HELD.c.shelf_number, _LAST.c.shelf_number, 0)
_DUE = (
    select(
        ITEM.c.id.label("item_id"),
        _HELD.c.id.label("held_id"),
        _LAST.c.id.label("last_id"),
        _LAST.c.status.label("last_status"),
        _NUMBER.label("number"),
    )
    .select_from(ITEM.outerjoin(_HELD, _HOLDS).outerjoin(_LAST, and_(_HELD.c.id.is_(None), _LAST.c.id == _LAST_ID)))
    .where(
        ITEM.c.status == word(ItemStatus.AWAITING_PICKUP),
        lies_at(ITEM) == _HERE,
        or_(
            _HELD.c.id.is_(None), _HELD.c.shelf_until < NOW, _HELD.c.branch_id != _HERE, _HELD.c.shelf_number.is_(None)
        ),
        or_(
            _NUMBER > bindparam("after_number"),
            and_(_NUMBER == bindparam("after_number"), ITEM.c.barcode > bindparam("after_barcode")),
        ),
    )
    .order_by(_NUMBER, ITEM.c.barcode)
    .limit(_MOST)
    .subquery("due")
)


class _Clear(msgspec.Struct, frozen=True):
    number: int
    last_id: int | None
    last_status: str | None
    note: str | None
    found: ReturnFacts


_ITEMS, _HELDS, _TRANSFERS = len(ITEM_COLUMNS), len(HELD_COLUMNS), len(TRANSFER_COLUMNS)
_NEXT, _NEXT_PATRON, _HOLDER = (
    REQUEST.alias("next_request"),
    PATRON.alias("next_patron"),
    PATRON.alias("holder"),
)


def _clear(*row: Any) -> _Clear:  # noqa: ANN401 - a driver's row; the structs give it its types
    cells = Cells(row)
    number, last_id, last_status, note = cells.next(), cells.next(), cells.next(), cells.next()
    version, item = cells.next(), ItemFacts(*(cells.take(_ITEMS) or ()))
    seen_at, home = cells.next(), HomeFacts(cells.next(), cells.next(), cells.next())
    held, holder_category, shelf = cells.take(_HELDS), cells.next(), cells.next()
    transfer, waiting = cells.take(_TRANSFERS), cells.take(4)
    found = ReturnFacts(
        version,
        item,
        seen_at,
        home,
        None,
        None,
        None if held is None else HeldFacts(*held),
        holder_category,
        shelf,
        None if transfer is None else TransferFacts(*transfer),
        None if waiting is None else WaitingFacts(*waiting),
    )
    return _Clear(number, last_id, last_status, note, found)


_CLEAR = Statement(
    select(
        _DUE.c.number,
        _DUE.c.last_id,
        _DUE.c.last_status,
        TRANSFER.c.note,
        LIBRARY.c.rules_version,
        *ITEM_COLUMNS,
        ITEM.c.seen_at,
        ITEM.c.call_number,
        LOCATION.c.name_zh,
        LOCATION.c.name_en,
        *HELD_COLUMNS,
        _HOLDER.c.category_id,
        REQUEST.c.shelf_number,
        *TRANSFER_COLUMNS,
        _NEXT.c.id,
        _NEXT.c.patron_id,
        _NEXT.c.branch_id,
        _NEXT_PATRON.c.category_id,
    )
    .select_from(
        _DUE.join(ITEM, ITEM.c.id == _DUE.c.item_id)
        .join(TITLE, TITLE.c.id == ITEM.c.title_id)
        .join(LIBRARY, LIBRARY.c.id == 1)
        .outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
        .outerjoin(REQUEST, REQUEST.c.id == _DUE.c.held_id)
        .outerjoin(_HOLDER, _HOLDER.c.id == REQUEST.c.patron_id)
        .outerjoin(TRANSFER, and_(TRANSFER.c.item_id == ITEM.c.id, TRANSFER.c.ended_at.is_(None)))
        .outerjoin(_NEXT, _NEXT.c.id == queues.first_waiting(ITEM))
        .outerjoin(_NEXT_PATRON, _NEXT_PATRON.c.id == _NEXT.c.patron_id)
    )
    .order_by(_DUE.c.number, ITEM.c.barcode),
    _clear,
)


def clearing_list(look: Look, *, after: str = "", limit: int = 100) -> Page[ClearView]:
    """What has to be taken from the hold shelf of the look's branch, in its order, and what becomes of each.

    Nobody came for it in time, the request was cancelled, or it is picked up elsewhere now. Each says what checking it
    in will come to if nothing changes until then; two copies of one title may say the same of one who waits.
    Refuses without the permission for returns.
    """
    look.require(Permission.RETURN)
    number, _, barcode = after.partition("-")
    limit = bounded(limit)
    rows = look.transaction.all(
        _CLEAR,
        here=look.place.branch_id,
        now=look.now,
        after_number=passed(number) if number else -1,
        after_barcode=barcode,
        most=limit + 1,
    )
    page = page_of(rows, limit, lambda row: f"{row.number}-{row.found.item.barcode}")
    return Page(
        [_to_clear(look, row, standing(look.transaction, row.found.rules_version)) for row in page.results], page.next
    )


def _to_clear(look: Look, row: _Clear, rules: Rules) -> ClearView:
    found, here = row.found, look.place.branch_id
    direction = direct(found, rules, here, look.now)
    branch = rules.branches[direction.to_branch_id]
    return ClearView(
        shelf_label(row.number) if row.number else row.note or "",
        found.item.barcode,
        found.item.title,
        found.home.call_number,
        _why(row, look.now),
        row.last_id if found.held is None else found.held.id,
        direction.outcome,
        branch.code,
        branch.zh,
        branch.en,
    )


def _why(row: _Clear, now: datetime) -> Why:
    held = row.found.held
    if held is not None:
        return Why.ELSEWHERE if held.stands(now) else Why.EXPIRED
    return Why.EXPIRED if row.last_status == RequestStatus.PICKUP_EXPIRED else Why.CANCELLED
