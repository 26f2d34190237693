"""What the acts of circulation write, beside the journal."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, insert, update

from db.catalogue import ItemStatus
from db.statement import Statement
from db.tables import ITEM, LOAN
from libops.circulation.decisions import ItemFacts, LoanFacts
from libops.work import Work


class _Id(msgspec.Struct, frozen=True):
    id: int


_LEND = Statement(
    insert(LOAN)
    .values(
        item_id=bindparam("item_id"),
        patron_id=bindparam("patron_id"),
        branch_id=bindparam("branch_id"),
        desk_id=bindparam("desk_id"),
        credential=bindparam("credential"),
        status_before=bindparam("status_before"),
        opened_at=bindparam("opened_at"),
        due_at=bindparam("due_at"),
        renewals=0,
    )
    .returning(LOAN.c.id),
    _Id,
)
_MARK: Statement[None] = Statement(
    update(ITEM).values(status=bindparam("new_status")).where(ITEM.c.id == bindparam("item_id")), lambda: None
)
_RENEW: Statement[None] = Statement(
    update(LOAN)
    .values(due_at=bindparam("new_due_at"), renewals=LOAN.c.renewals + 1, renewed_at=bindparam("now"))
    .where(LOAN.c.id == bindparam("loan_id")),
    lambda: None,
)
_CLOSE: Statement[None] = Statement(
    update(LOAN)
    .values(returned_at=bindparam("now"), returned_branch_id=bindparam("at_branch"))
    .where(LOAN.c.id == bindparam("loan_id")),
    lambda: None,
)


def open_loan(work: Work, *, patron_id: int, item: ItemFacts, due_at: datetime) -> int:
    """Write a loan and mark its item as checked out; the loan's id. A lost race comes out as ``Conflict``."""
    tx = work.transaction
    # An item on its way elsewhere that is lent out of the hand has arrived with its reader.
    before = ItemStatus.AVAILABLE if item.status == ItemStatus.IN_TRANSIT else item.status
    loan = tx.one(
        _LEND,
        item_id=item.id,
        patron_id=patron_id,
        branch_id=work.place.branch_id,
        desk_id=work.place.desk_id,
        credential=work.credential,
        status_before=before,
        opened_at=work.now,
        due_at=due_at,
    )
    mark(work, item.id, ItemStatus.CHECKED_OUT)
    return loan.id


def renew_loan(work: Work, loan: LoanFacts, due_at: datetime) -> None:
    """Move a loan's due date and count the renewal."""
    work.transaction.run(_RENEW, loan_id=loan.id, new_due_at=due_at, now=_after_opening(work, loan))


def close_loan(work: Work, loan: LoanFacts) -> None:
    """Write that a loan's item came back to the work's branch."""
    work.transaction.run(_CLOSE, loan_id=loan.id, now=_after_opening(work, loan), at_branch=work.place.branch_id)


def _after_opening(work: Work, loan: LoanFacts) -> datetime:
    # Another desk's clock may be ahead of this one's; no loan ends before it began.
    return max(work.now, loan.opened_at)


def mark(work: Work, item_id: int, status: ItemStatus) -> None:
    """Set an item's status."""
    work.transaction.run(_MARK, item_id=item_id, new_status=status)
