"""One live request with all that changing it needs to know, read after its queue and its copy are locked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, select

from db.circulation import RequestKind, RequestStatus, TransferStatus
from db.statement import Statement
from db.tables import ITEM, LIBRARY, PATRON, REQUEST, TITLE, TRANSFER
from libops.circulation.copies import lies_at
from libops.circulation.facts import TRANSFER_COLUMNS, Cells, TransferFacts
from libops.circulation.holding import shelf_label
from libops.circulation.rules import Rules, standing
from libops.refusals import refuse
from libops.work import Work

LARGEST_ID = 2**63 - 1
"""No row has a larger id, and no database can be asked for one."""


class Wish(msgspec.Struct, frozen=True):
    """A request as it stands; ``branch_id`` is where it is picked up."""

    id: int
    kind: RequestKind
    status: RequestStatus
    title_id: int
    item_id: int | None
    patron_id: int
    branch_id: int
    position: int
    starts_at: datetime | None
    ends_at: datetime | None
    suspended: bool
    suspended_until: datetime | None
    held_item_id: int | None
    shelf_until: datetime | None
    shelf_number: int | None
    closed_at: datetime | None
    note: str

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended, or its time has passed, whoever has noticed."""
        last = self.ends_at if self.held_item_id is None else self.shelf_until
        return self.closed_at is not None or (last is not None and last < now)

    def is_suspended(self, now: datetime) -> bool:
        """Whether it is passed over at this moment because somebody suspended it."""
        return self.suspended and (self.suspended_until is None or self.suspended_until > now)


class HeldCopy(msgspec.Struct, frozen=True):
    """The copy that was set aside for a request, and the branch where it was last seen."""

    id: int
    barcode: str
    item_type_id: int
    branch_id: int


class LiveRequest(msgspec.Struct, frozen=True):
    """A request that is not over: whose it is, of which title, the copy that is set aside and the way that it is on.

    ``shelf`` is the place on the hold shelf where the copy lies, also while it waits there to be sent elsewhere.
    """

    wish: Wish
    rules_version: int
    title: str
    patron_number: str
    patron_name: str
    category_id: int
    copy: HeldCopy | None
    way: TransferFacts | None
    shelf: str

    def rules(self, work: Work) -> Rules:
        """The rules that stood when it was read."""
        return standing(work.transaction, self.rules_version)


class _Id(msgspec.Struct, frozen=True):
    id: int


_COPY_COLUMNS = (ITEM.c.id, ITEM.c.barcode, ITEM.c.item_type_id, lies_at(ITEM))
_WISH_COLUMNS = tuple(REQUEST.c[name] for name in Wish.__struct_fields__)
_BY_ID = REQUEST.c.id == bindparam("request_id")


def _live(*row: Any) -> LiveRequest:  # noqa: ANN401 - a driver's row; the structs give it its types
    cells = Cells(row)
    version = cells.next()
    wish = dict(zip(Wish.__struct_fields__, cells.take(len(_WISH_COLUMNS)) or (), strict=True))
    title, number, name, category_id = cells.next(), cells.next(), cells.next(), cells.next()
    copy, transfer, note = cells.take(len(_COPY_COLUMNS)), cells.take(len(TRANSFER_COLUMNS)), cells.next()
    # SQLite keeps yes and no as numbers.
    request = msgspec.convert(wish, Wish, strict=False)
    way = None if transfer is None else TransferFacts(*transfer)
    to_be_sent = way is not None and way.status == TransferStatus.REQUESTED
    return LiveRequest(
        request,
        version,
        title,
        number,
        name,
        category_id,
        None if copy is None else HeldCopy(*copy),
        way,
        note if to_be_sent else shelf_label(request.shelf_number),
    )


_LIVE = Statement(
    select(
        LIBRARY.c.rules_version,
        *_WISH_COLUMNS,
        TITLE.c.title,
        PATRON.c.number,
        PATRON.c.name,
        PATRON.c.category_id,
        *_COPY_COLUMNS,
        *TRANSFER_COLUMNS,
        TRANSFER.c.note,
    )
    .select_from(
        REQUEST.join(TITLE, TITLE.c.id == REQUEST.c.title_id)
        .join(LIBRARY, LIBRARY.c.id == 1)
        .join(PATRON, PATRON.c.id == REQUEST.c.patron_id)
        .outerjoin(ITEM, ITEM.c.id == REQUEST.c.held_item_id)
        .outerjoin(TRANSFER, and_(TRANSFER.c.item_id == ITEM.c.id, TRANSFER.c.ended_at.is_(None)))
    )
    .where(_BY_ID),
    _live,
)
# The title stands for the queue; title before item, as everywhere.
_LOCK_QUEUE = Statement(
    select(TITLE.c.id)
    .join(REQUEST, REQUEST.c.title_id == TITLE.c.id)
    .where(_BY_ID)
    .with_for_update(key_share=True, of=TITLE),
    _Id,
)
_LOCK_COPY = Statement(
    select(ITEM.c.id)
    .join(REQUEST, REQUEST.c.held_item_id == ITEM.c.id)
    .where(_BY_ID)
    .with_for_update(key_share=True, of=ITEM),
    _Id,
)


def live_request(work: Work, request_id: int) -> LiveRequest:
    """Lock a request's queue and its copy, then read it. Refuses with ``request.unknown``, ``request.over``."""
    tx = work.transaction
    if not 0 < request_id <= LARGEST_ID:
        raise refuse("request.unknown", request=request_id)
    tx.lock(_LOCK_QUEUE, request_id=request_id)
    tx.lock(_LOCK_COPY, request_id=request_id)
    found = tx.maybe(_LIVE, request_id=request_id)
    if found is None:
        raise refuse("request.unknown", request=request_id)
    work.about(patron_id=found.wish.patron_id, item_id=found.wish.held_item_id)
    if found.wish.is_over(work.now):
        raise refuse("request.over")
    return found


def waiting_request(work: Work, request_id: int) -> LiveRequest:
    """The same for one that waits in its queue; refuses with ``request.set_aside`` where it has its copy already."""
    found = live_request(work, request_id)
    if found.wish.held_item_id is not None:
        raise refuse("request.set_aside")
    return found
