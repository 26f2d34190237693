"""What becomes of the way that a copy is on when its request is cancelled or is to be picked up elsewhere."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from db.circulation import TransferReason, TransferStatus
from db.statement import Statement
from db.tables import TRANSFER
from libops.circulation import moving
from libops.circulation.facts import TransferFacts
from libops.circulation.live_requests import HeldCopy
from libops.work import Work

_RENAME: Statement[None] = Statement(
    update(TRANSFER).values(reason=bindparam("new_reason")).where(TRANSFER.c.id == bindparam("transfer_id")),
    lambda: None,
)


def without_request(work: Work, copy: HeldCopy, way: TransferFacts) -> None:
    """Write that nobody waits at the end of a copy's way any more.

    One that was sent goes on, and there goes to the next in the queue or home; one that still lies where it was is not
    sent at all.
    """
    if way.status == TransferStatus.REQUESTED:
        moving.cancel(work, way.id, copy.id)
        return
    reason = TransferReason.HOLD_CANCELLED
    work.transaction.run(_RENAME, transfer_id=way.id, new_reason=reason)
    work.record("transfer.reason_changed", item_id=copy.id, transfer=way.id, reason=reason)


def from_shelf(work: Work, copy: HeldCopy, *, to_branch_id: int, request_id: int, label: str) -> None:
    """Ask for a copy to be sent from the hold shelf that it lies on; the transfer's note says where on it."""
    moving.begin(
        work,
        item_id=copy.id,
        to_branch_id=to_branch_id,
        reason=TransferReason.HOLD,
        sent=False,
        request_id=request_id,
        from_branch_id=copy.branch_id,
        note=label,
    )


def elsewhere(
    work: Work, copy: HeldCopy, way: TransferFacts, *, to_branch_id: int, request_id: int, label: str
) -> None:
    """Write that a copy which is on its way is to end somewhere else.

    What was sent arrives first, and is sent on from there when it goes over a desk. What still lies on a shelf is sent
    to the right branch at once; where that is the very branch it lies at, the next scan puts it back.
    """
    if way.status == TransferStatus.SENT or to_branch_id in (copy.branch_id, way.to_branch_id):
        return
    moving.cancel(work, way.id, copy.id)
    from_shelf(work, copy, to_branch_id=to_branch_id, request_id=request_id, label=label)
