"""What happens to a transfer: asked for, sent, arrived, cancelled. Only here is it written and journalled."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, update

from db.circulation import TransferReason, TransferStatus
from db.statement import Statement
from db.tables import TRANSFER
from db.types import Instant
from libops.work import Work


class _Id(msgspec.Struct, frozen=True):
    id: int


_BEGIN = Statement(
    insert(TRANSFER)
    .values(
        {column.name: bindparam(column.name, type_=column.type) for column in TRANSFER.columns if column.name != "id"}
    )
    .returning(TRANSFER.c.id),
    _Id,
)
_NOW = bindparam("now", type_=Instant())
_SEND: Statement[None] = Statement(
    update(TRANSFER)
    .values(status=bindparam("new_status"), sent_at=_NOW, from_branch_id=bindparam("at_branch"))
    .where(TRANSFER.c.id == bindparam("transfer_id")),
    lambda: None,
)
_END: Statement[None] = Statement(
    update(TRANSFER)
    .values(status=bindparam("new_status"), ended_at=_NOW)
    .where(TRANSFER.c.id == bindparam("transfer_id")),
    lambda: None,
)

_NOTE: Statement[None] = Statement(
    update(TRANSFER).values(note=bindparam("new_note")).where(TRANSFER.c.id == bindparam("transfer_id")), lambda: None
)


def begin(
    work: Work,
    *,
    item_id: int,
    to_branch_id: int,
    reason: TransferReason,
    sent: bool,
    request_id: int | None = None,
    from_branch_id: int | None = None,
    note: str = "",
) -> int:
    """Begin an item's way to another branch: asked for, or sent at once; the transfer's id.

    It begins at the work's branch, unless ``from_branch_id`` says where the item lies.
    The one active transfer an item may have is decided by a unique index; a lost race comes out as ``Conflict``.
    """
    status = TransferStatus.SENT if sent else TransferStatus.REQUESTED
    transfer = work.transaction.one(
        _BEGIN,
        item_id=item_id,
        from_branch_id=from_branch_id or work.place.branch_id,
        to_branch_id=to_branch_id,
        reason=reason,
        status=status,
        request_id=request_id,
        requested_at=work.now,
        sent_at=work.now if sent else None,
        ended_at=None,
        note=note,
    )
    _tell(work, status, transfer.id, item_id, to=to_branch_id, reason=reason, request=request_id)
    return transfer.id


def send(work: Work, transfer_id: int, item_id: int) -> None:
    """Write that an item that was to be sent left the work's branch."""
    work.transaction.run(
        _SEND,
        transfer_id=transfer_id,
        new_status=TransferStatus.SENT,
        now=work.now,
        at_branch=work.place.branch_id,
    )
    _tell(work, TransferStatus.SENT, transfer_id, item_id)


def arrive(work: Work, transfer_id: int, item_id: int) -> None:
    """Write that an item arrived where it was sent."""
    _end(work, TransferStatus.ARRIVED, transfer_id, item_id)


def cancel(work: Work, transfer_id: int, item_id: int, *, note: str = "") -> None:
    """Write that an item does not go where it was to go; ``note`` may say why."""
    if note:
        work.transaction.run(_NOTE, transfer_id=transfer_id, new_note=note)
    _end(work, TransferStatus.CANCELLED, transfer_id, item_id)


def _end(work: Work, status: TransferStatus, transfer_id: int, item_id: int) -> None:
    work.transaction.run(_END, transfer_id=transfer_id, new_status=status, now=work.now)
    _tell(work, status, transfer_id, item_id)


def _tell(work: Work, status: TransferStatus, transfer_id: int, item_id: int, **data: int | str | None) -> None:
    known: dict[str, Any] = {name: value for name, value in data.items() if value is not None}
    work.record(f"transfer.{status}", item_id=item_id, transfer=transfer_id, **known)
