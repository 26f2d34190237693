"""What has to be cleared from a branch's hold shelf, and what becomes of each parcel when it goes over a desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from db.catalogue import ItemStatus
from db.circulation import RequestStatus
from db.row_lists import among
from db.statement import Statement
from db.tables import EVENT, ITEM, LIBRARY, PATRON, REQUEST, TITLE, TRANSFER
from libops.circulation import queues
from libops.circulation.copies import lies_at, word
from libops.circulation.decisions import HeldFacts, ItemFacts
from libops.circulation.directions import ReturnOutcome, direct
from libops.circulation.facts import (
    HELD_COLUMNS,
    ITEM_COLUMNS,
    TRANSFER_COLUMNS,
    Cells,
    HomeFacts,
    ReturnFacts,
    TransferFacts,
    WaitingFacts,
)
from libops.circulation.holding import shelf_label
from libops.circulation.queues import NOW
from libops.circulation.request_lists import passed
from libops.circulation.rules import standing
from libops.journal import is_kind
from libops.pages import Page, bounded, page_of
from libops.permissions import Permission
from libops.work import Look


class Why(StrEnum):
    """Why a parcel has to be taken from the hold shelf, if only to be put back on it in another place."""

    EXPIRED = "expired"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"
    BACK_HERE = "back_here"


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


_HERE: ColumnElement[int] = bindparam("here")
_MOST: ColumnElement[int] = bindparam("most")
_AFTER: ColumnElement[int] = bindparam("after_number")

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


def _nobody_comes(here: ColumnElement[int]) -> ColumnElement[bool]:
    return or_(
        _HELD.c.id.is_(None), _HELD.c.shelf_until < NOW, _HELD.c.branch_id != here, _HELD.c.shelf_number.is_(None)
    )


_BEHIND = or_(_AFTER < _NUMBER, and_(_AFTER == _NUMBER, ITEM.c.barcode > bindparam("after_barcode")))
_DUE = (
    select(
        ITEM.c.id.label("item_id"),
        _HELD.c.id.label("held_id"),
        _LAST.c.id.label("last_id"),
        _LAST.c.status.label("last_status"),
        _NUMBER.label("number"),
    )
    .select_from(ITEM.outerjoin(_HELD, _HOLDS).outerjoin(_LAST, and_(_HELD.c.id.is_(None), _LAST.c.id == _LAST_ID)))
    .where(ITEM.c.status == word(ItemStatus.AWAITING_PICKUP), lies_at(ITEM) == _HERE, _nobody_comes(_HERE), _BEHIND)
    .order_by(_NUMBER, ITEM.c.barcode)
    .limit(_MOST)
    .subquery("due")
)


class _Clear(msgspec.Struct, frozen=True):
    number: int
    last_id: int | None
    last_status: str | None
    found: ReturnFacts


_ITEMS, _HELDS, _TRANSFERS = len(ITEM_COLUMNS), len(HELD_COLUMNS), len(TRANSFER_COLUMNS)
_NEXT, _NEXT_PATRON, _HOLDER = REQUEST.alias("next_request"), PATRON.alias("next_patron"), PATRON.alias("holder")


def _clear(*row: Any) -> _Clear:  # noqa: ANN401 - a driver's row; the structs give it its types
    cells = Cells(row)
    number, last_id, last_status = cells.next(), cells.next(), cells.next()
    version, item = cells.next(), ItemFacts(*(cells.take(_ITEMS) or ()))
    home = HomeFacts(cells.next(), None, None)
    held, holder_category, shelf = cells.take(_HELDS), cells.next(), cells.next()
    transfer, waiting = cells.take(_TRANSFERS), cells.take(4)
    found = ReturnFacts(
        version,
        item,
        None,
        None,
        home,
        None,
        None,
        None if held is None else HeldFacts(*held),
        holder_category,
        shelf,
        None if transfer is None else TransferFacts(*transfer),
        None if waiting is None else WaitingFacts(*waiting),
    )
    return _Clear(number, last_id, last_status, found)


_CLEAR = Statement(
    select(
        _DUE.c.number,
        _DUE.c.last_id,
        _DUE.c.last_status,
        LIBRARY.c.rules_version,
        *ITEM_COLUMNS,
        ITEM.c.call_number,
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
        .outerjoin(REQUEST, REQUEST.c.id == _DUE.c.held_id)
        .outerjoin(_HOLDER, _HOLDER.c.id == REQUEST.c.patron_id)
        .outerjoin(TRANSFER, and_(TRANSFER.c.item_id == ITEM.c.id, TRANSFER.c.ended_at.is_(None)))
        .outerjoin(_NEXT, _NEXT.c.id == queues.first_waiting(ITEM))
        .outerjoin(_NEXT_PATRON, _NEXT_PATRON.c.id == _NEXT.c.patron_id)
    )
    .order_by(_DUE.c.number, ITEM.c.barcode),
    _clear,
)


_COUNT = Statement(
    select(func.count())
    .select_from(ITEM.outerjoin(_HELD, _HOLDS))
    .where(
        ITEM.c.status == word(ItemStatus.AWAITING_PICKUP),
        among(lies_at(ITEM), "branches"),
        _nobody_comes(lies_at(ITEM)),
    ),
    int,
)


class _Told(msgspec.Struct, frozen=True):
    data: dict[str, object]


_SHELVED = Statement(
    select(EVENT.c.data)
    .where(EVENT.c.item_id == bindparam("item_id"), is_kind("hold.shelved"))
    .order_by(EVENT.c.id.desc())
    .limit(1),
    _Told,
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
    return Page([_to_clear(look, row) for row in page.results], page.next)


def count_to_clear(look: Look, branches: Sequence[int]) -> int:
    """How many parcels have to be taken from the hold shelves of these branches, by their ids."""
    return look.transaction.one(_COUNT, branches=branches, now=look.now)


def _to_clear(look: Look, row: _Clear) -> ClearView:
    found, here = row.found, look.place.branch_id
    rules = standing(look.transaction, found.rules_version)
    direction = direct(found, rules, here, look.now)
    branch = rules.branches[direction.to_branch_id]
    return ClearView(
        shelf_label(row.number or _number_once(look, found.item.id)),
        found.item.barcode,
        found.item.title,
        found.home.call_number,
        _why(row, here, look.now),
        row.last_id if found.held is None else found.held.id,
        direction.outcome,
        branch.code,
        branch.zh,
        branch.en,
    )


def _number_once(look: Look, item_id: int) -> int | None:
    """Where a parcel was put that has no number any more, as the journal tells."""
    told = look.transaction.maybe(_SHELVED, item_id=item_id)
    number = None if told is None else told.data.get("number")
    return number if isinstance(number, int) else None


def _why(row: _Clear, here: int, now: datetime) -> Why:
    held = row.found.held
    if held is None:
        return Why.EXPIRED if row.last_status == RequestStatus.PICKUP_EXPIRED else Why.CANCELLED
    if not held.stands(now):
        return Why.EXPIRED
    return Why.BACK_HERE if held.branch_id == here else Why.ELSEWHERE
