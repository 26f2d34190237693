"""Putting loans, requests, transfers and items back to what they were before an act that is undone.

What a row no longer tells comes from the journal. Each is written and journalled here and nowhere else.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import BindParameter, and_, bindparam, null, select, update

from db.catalogue import ItemStatus
from db.circulation import LostAs, RequestStatus, TransferStatus
from db.statement import Statement
from db.tables import ITEM, LOAN, REQUEST, TRANSFER
from db.types import Instant
from libops.circulation import holding, losses, moving
from libops.circulation.decisions import LoanFacts
from libops.circulation.facts import LOAN_COLUMNS
from libops.circulation.past_acts import PastAct, PastEvent, earlier
from libops.journal import Datum
from libops.refusals import refuse
from libops.work import Work


class RequestRow(msgspec.Struct, frozen=True):
    """A request as it is now."""

    id: int
    status: str
    title_id: int
    item_id: int | None
    patron_id: int
    branch_id: int
    position: int
    held_item_id: int | None
    held_at: datetime | None
    shelf_until: datetime | None
    shelf_number: int | None
    closed_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether it is open without a copy."""
        return self.closed_at is None and self.held_item_id is None


class _Aside(msgspec.Struct, frozen=True):
    """How a copy was set aside for a request; nothing is known where it was not."""

    item_id: int | None = None
    held_at: datetime | None = None
    until: datetime | None = None
    number: int | None = None

    @property
    def status(self) -> RequestStatus:
        if self.item_id is None:
            return RequestStatus.OPEN
        return RequestStatus.IN_TRANSIT if self.until is None else RequestStatus.AWAITING_PICKUP


class _Way(msgspec.Struct, frozen=True):
    status: str
    sent_at: datetime | None


class _Id(msgspec.Struct, frozen=True):
    id: int


_OF_REQUEST = REQUEST.c.id == bindparam("request_id")
_REQUEST = Statement(select(*(REQUEST.c[name] for name in RequestRow.__struct_fields__)).where(_OF_REQUEST), RequestRow)
_TWIN_PATRON: BindParameter[int] = bindparam("patron_id")
_TWINS = Statement(
    select(*(REQUEST.c[name] for name in RequestRow.__struct_fields__)).where(
        REQUEST.c.patron_id == _TWIN_PATRON, REQUEST.c.title_id == bindparam("title_id"), REQUEST.c.closed_at.is_(None)
    ),
    RequestRow,
)
_RESTORE_REQUEST: Statement[None] = Statement(
    update(REQUEST)
    .values(
        status=bindparam("new_status"),
        held_item_id=bindparam("item_id"),
        held_at=bindparam("held_at", type_=Instant()),
        shelf_until=bindparam("until", type_=Instant()),
        shelf_number=bindparam("number"),
        closed_at=null(),
    )
    .where(_OF_REQUEST),
    lambda: None,
)
_AT_NUMBER = Statement(
    select(REQUEST.c.id).where(
        REQUEST.c.branch_id == bindparam("branch_id"),
        REQUEST.c.shelf_number == bindparam("number"),
        REQUEST.c.closed_at.is_(None),
    ),
    _Id,
)
_BEHIND = and_(
    REQUEST.c.title_id == bindparam("title_id"),
    REQUEST.c.closed_at.is_(None),
    REQUEST.c.id != bindparam("request_id"),
)
_PLACE: BindParameter[int] = bindparam("position")
_AT_PLACE = Statement(select(REQUEST.c.id).where(_BEHIND, REQUEST.c.position == _PLACE).limit(1), _Id)
_MOVE_BACK: Statement[None] = Statement(
    update(REQUEST).values(position=REQUEST.c.position + 1).where(_BEHIND, REQUEST.c.position >= _PLACE), lambda: None
)
_LIES_AT: Statement[None] = Statement(
    update(ITEM).values(seen_branch_id=bindparam("branch_id")).where(ITEM.c.id == bindparam("item_id")), lambda: None
)
_OF_LOAN = LOAN.c.id == bindparam("loan_id")
_LOAN = Statement(select(*LOAN_COLUMNS).where(_OF_LOAN), LoanFacts)
_REOPEN: Statement[None] = Statement(
    update(LOAN).values(returned_at=null(), returned_branch_id=null(), closed_as=null()).where(_OF_LOAN), lambda: None
)
_OF_TRANSFER = TRANSFER.c.id == bindparam("transfer_id")
_WAY = Statement(select(TRANSFER.c.status, TRANSFER.c.sent_at).where(_OF_TRANSFER), _Way)
_RESTORE_WAY: Statement[None] = Statement(
    update(TRANSFER)
    .values(status=bindparam("new_status"), sent_at=bindparam("new_sent_at", type_=Instant()), ended_at=null())
    .where(_OF_TRANSFER),
    lambda: None,
)

_ASIDE = ("hold.sent", "hold.shelved")
_ENDED = ("hold.filled", "hold.pickup_expired")
_TOLD = {
    RequestStatus.OPEN: "hold.given_back",
    RequestStatus.IN_TRANSIT: "hold.sent",
    RequestStatus.AWAITING_PICKUP: "hold.shelved",
}
_LEAVES: dict[str, RequestStatus] = {
    "hold.sent": RequestStatus.IN_TRANSIT,
    "hold.shelved": RequestStatus.AWAITING_PICKUP,
    "hold.given_back": RequestStatus.OPEN,
    "hold.filled": RequestStatus.FILLED,
    "hold.pickup_expired": RequestStatus.PICKUP_EXPIRED,
}
"""What a request is after each of these."""


def loan_row(work: Work, loan_id: int) -> LoanFacts:
    """A loan, open or ended."""
    return work.transaction.one(_LOAN, loan_id=loan_id)


def request_row(work: Work, request_id: int) -> RequestRow:
    """A request as it is now."""
    return work.transaction.one(_REQUEST, request_id=request_id)


def reopen_loan(work: Work, loan: LoanFacts, item_id: int) -> ItemStatus:
    """Write that a loan goes on as if it had not ended; what its item is then."""
    work.transaction.run(_REOPEN, loan_id=loan.id)
    work.record("loan.reopened", patron_id=loan.patron_id, item_id=item_id, loan_id=loan.id)
    return ItemStatus.CHECKED_OUT if loan.lost_as is None else losses.STATUS_OF[LostAs(loan.lost_as)]


def restore_requests(work: Work, past: PastAct, item_id: int) -> RequestStatus | None:
    """Put the requests back that an act gave the item to, took it from, or ended; what the one that holds it is then.

    Refuses with ``undo.changed`` where something else has become of one of them.
    """
    events = [event for event in past.of(*_LEAVES) if event.item_id == item_id]
    rows = {event.number("request"): event for event in events}
    # Whoever got the item lets go of it before somebody else has it again: it is set aside for one at a time.
    states = {request_id: _before(work, past, event, request_id) for request_id, event in rows.items()}
    holder = None
    for request_id in sorted(states, key=lambda request_id: states[request_id].item_id is not None):
        _require_unchanged(work, past, request_id)
        _restore(work, request_id, states[request_id], item_id)
        holder = states[request_id].status if states[request_id].item_id is not None else holder
    return holder


def _before(work: Work, past: PastAct, event: PastEvent, request_id: int) -> _Aside:
    """How a request stood before an act: its row tells where it ended by it, otherwise the journal does."""
    if any(one.data.get("request") == request_id for one in past.of(*_ENDED)):
        row = request_row(work, request_id)
        return _Aside(row.held_item_id, row.held_at, row.shelf_until, row.shelf_number)
    item_id = event.item_id or 0
    until: datetime | None = None
    for told in earlier(work, item_id, past.first.id):
        if told.data.get("request") != request_id:
            continue
        if told.kind == "hold.shelf_moved":
            until = until or told.moment("until")
        elif told.kind == "hold.shelved":
            return _Aside(item_id, told.at, until or told.moment("until"), told.number("number"))
        elif told.kind == "hold.sent":
            return _Aside(item_id, told.at)
        elif told.kind == "hold.given_back":
            break
    return _Aside()


def _require_unchanged(work: Work, past: PastAct, request_id: int) -> None:
    row = request_row(work, request_id)
    last = [event for event in past.of(*_LEAVES) if event.data["request"] == request_id][-1]
    twins = work.transaction.all(_TWINS, patron_id=row.patron_id, title_id=row.title_id)
    asked_again = any(twin.id != row.id and twin.item_id == row.item_id for twin in twins)
    if row.status != _LEAVES[last.kind] or (row.closed_at is not None and asked_again):
        raise refuse("undo.changed")


def _restore(work: Work, request_id: int, state: _Aside, item_id: int) -> None:
    row = request_row(work, request_id)
    number = state.number
    if number is not None and work.transaction.maybe(_AT_NUMBER, branch_id=row.branch_id, number=number) is not None:
        number = holding.next_shelf_number(work, row.branch_id)
    work.transaction.run(
        _RESTORE_REQUEST,
        request_id=request_id,
        new_status=state.status,
        item_id=state.item_id,
        held_at=state.held_at,
        until=state.until,
        number=number,
    )
    _make_room(work, row)
    shelf: dict[str, Datum] = {}
    if state.until is not None:
        shelf = {"until": state.until.isoformat(), "number": number}
        # It is said to lie there again.
        work.transaction.run(_LIES_AT, item_id=item_id, branch_id=row.branch_id)
    data: dict[str, Datum] = {"request": row.id, "again": True, **shelf}
    work.record(_TOLD[state.status], patron_id=row.patron_id, item_id=item_id, loan_id=None, **data)


def _make_room(work: Work, row: RequestRow) -> None:
    """Move those back who came to stand at its place in the queue while it was over."""
    if row.closed_at is None:
        return
    place = {"title_id": row.title_id, "position": row.position, "request_id": row.id}
    if work.transaction.maybe(_AT_PLACE, **place) is not None:
        work.transaction.run(_MOVE_BACK, **place)


def restore_ways(work: Work, past: PastAct, item_id: int) -> bool:
    """Put the item's transfers back; whether it is on its way then."""
    events = [event for event in past.events if event.kind.startswith("transfer.") and event.item_id == item_id]
    begun = {event.number("transfer") for event in events if "to" in event.data}
    for transfer_id in sorted(begun):
        moving.cancel(work, transfer_id, item_id)
    before = {event.number("transfer"): event for event in reversed(events) if event.number("transfer") not in begun}
    sent = [_restore_way(work, event, transfer_id, item_id) for transfer_id, event in before.items()]
    return any(sent)


def _restore_way(work: Work, event: PastEvent, transfer_id: int, item_id: int) -> bool:
    row = work.transaction.one(_WAY, transfer_id=transfer_id)
    # It was sent by the act itself, or it ended by it and the row tells whether it had been sent.
    sent_at = None if event.kind == "transfer.sent" else row.sent_at
    status = TransferStatus.REQUESTED if sent_at is None else TransferStatus.SENT
    work.transaction.run(_RESTORE_WAY, transfer_id=transfer_id, new_status=status, new_sent_at=sent_at)
    work.record("transfer.restored", item_id=item_id, transfer=transfer_id, status=status)
    return sent_at is not None
