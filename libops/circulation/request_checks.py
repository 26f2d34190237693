"""What must be true of requests and of what is set aside for them at any moment; the doctor asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, and_, exists, func, or_, select

from db.catalogue import ItemStatus
from db.circulation import RequestStatus, TransferStatus
from db.database import Transaction
from db.tables import EVENT, ITEM, REQUEST, TRANSFER
from libops.findings import MOST, Finding
from libops.i18n import mark

FAULTS: dict[str, str] = {
    "item.awaiting_without_request": mark("Item {subject} is marked as waiting on a hold shelf, for no request."),
    "request.copy_not_on_shelf": mark("Request {subject} has a copy on the hold shelf that is not marked so."),
    "request.copy_elsewhere": mark("The copy for request {subject} was last seen at another branch than its shelf."),
    "request.copy_not_moving": mark("The copy for request {subject} is on no way to where it is picked up."),
    "request.wrong_copy": mark("Request {subject} has a copy that it did not ask for."),
    "request.same_position": mark("Request {subject} stands at the same place in its queue as another."),
    "request.no_position": mark("Request {subject} has no place in its queue."),
    "request.not_journalled": mark("The journal does not tell how request {subject} was placed."),
    "request.status": mark("Request {subject} is something else than the journal tells."),
}

_LIVE = REQUEST.c.closed_at.is_(None)
_HOLDER = REQUEST.alias("holder")

_TELLS = {
    "hold.placed": RequestStatus.OPEN,
    "hold.given_back": RequestStatus.OPEN,
    "hold.sent": RequestStatus.IN_TRANSIT,
    "hold.shelved": RequestStatus.AWAITING_PICKUP,
    "hold.filled": RequestStatus.FILLED,
    "hold.cancelled": RequestStatus.CANCELLED,
    "hold.unfilled": RequestStatus.UNFILLED,
    "hold.pickup_expired": RequestStatus.PICKUP_EXPIRED,
}
"""What a request is after each event that changes it."""

_REQUEST_OF_EVENT = EVENT.c.data["request"].as_integer()
_LAST_TOLD = (
    select(_REQUEST_OF_EVENT.label("request_id"), func.max(EVENT.c.id).label("id"))
    .where(EVENT.c.kind.in_(list(_TELLS)))
    .group_by(_REQUEST_OF_EVENT)
    .subquery()
)
_PLACED = select(_REQUEST_OF_EVENT).where(EVENT.c.kind == "hold.placed")
_TOLD_SO = or_(*(and_(EVENT.c.kind == kind, REQUEST.c.status == status) for kind, status in _TELLS.items()))

_ON_ITS_WAY = exists().where(
    TRANSFER.c.item_id == REQUEST.c.held_item_id,
    TRANSFER.c.ended_at.is_(None),
    or_(TRANSFER.c.status == TransferStatus.REQUESTED, ITEM.c.status == ItemStatus.IN_TRANSIT),
)

_QUERIES: dict[str, Select[tuple[object]]] = {
    "item.awaiting_without_request": select(ITEM.c.barcode).where(
        ITEM.c.status == ItemStatus.AWAITING_PICKUP, ~exists().where(_HOLDER.c.held_item_id == ITEM.c.id)
    ),
    "request.copy_not_on_shelf": select(REQUEST.c.id)
    .join(ITEM, ITEM.c.id == REQUEST.c.held_item_id)
    .where(_LIVE, REQUEST.c.status == RequestStatus.AWAITING_PICKUP, ITEM.c.status != ItemStatus.AWAITING_PICKUP),
    "request.copy_elsewhere": select(REQUEST.c.id)
    .join(ITEM, ITEM.c.id == REQUEST.c.held_item_id)
    .where(_LIVE, REQUEST.c.status == RequestStatus.AWAITING_PICKUP, ITEM.c.seen_branch_id != REQUEST.c.branch_id),
    "request.copy_not_moving": select(REQUEST.c.id)
    .join(ITEM, ITEM.c.id == REQUEST.c.held_item_id)
    .where(_LIVE, REQUEST.c.status == RequestStatus.IN_TRANSIT, ~_ON_ITS_WAY),
    "request.wrong_copy": select(REQUEST.c.id)
    .join(ITEM, ITEM.c.id == REQUEST.c.held_item_id)
    .where(
        _LIVE,
        or_(
            ITEM.c.title_id != REQUEST.c.title_id, and_(REQUEST.c.item_id.is_not(None), ITEM.c.id != REQUEST.c.item_id)
        ),
    ),
    "request.same_position": select(func.max(REQUEST.c.id))
    .where(_LIVE)
    .group_by(REQUEST.c.title_id, REQUEST.c.position)
    .having(func.count() > 1),
    "request.no_position": select(REQUEST.c.id).where(_LIVE, REQUEST.c.position < 1),
    "request.not_journalled": select(REQUEST.c.id).where(REQUEST.c.id.not_in(_PLACED)),
    "request.status": select(REQUEST.c.id)
    .join(_LAST_TOLD, _LAST_TOLD.c.request_id == REQUEST.c.id)
    .join(EVENT, EVENT.c.id == _LAST_TOLD.c.id)
    .where(~_TOLD_SO),
}


def find(transaction: Transaction) -> Iterator[Finding]:
    """Everything that is not as it must be, up to a hundred subjects a fault."""
    for code, query in _QUERIES.items():
        for row in transaction.connection.execute(query.limit(MOST)):
            yield Finding(code, str(row[0]))
