"""What the acts of circulation write on items and loans, beside the journal."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, insert, null, update

from db.catalogue import ItemStatus
from db.circulation import ClosedAs
from db.statement import Statement
from db.tables import ITEM, LOAN
from db.types import Instant
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
_SEE: Statement[None] = Statement(
    update(ITEM)
    .values(
        status=bindparam("new_status"),
        seen_at=bindparam("now", type_=Instant()),
        seen_branch_id=bindparam("at_branch"),
    )
    .where(ITEM.c.id == bindparam("item_id")),
    lambda: None,
)
_RENEW: Statement[None] = Statement(
    update(LOAN)
    .values(
        due_at=bindparam("new_due_at"),
        renewals=LOAN.c.renewals + 1,
        renewed_at=bindparam("now", type_=Instant()),
        overdue_told_at=null(),
    )
    .where(LOAN.c.id == bindparam("loan_id")),
    lambda: None,
)
_CLOSE: Statement[None] = Statement(
    update(LOAN)
    .values(
        returned_at=bindparam("ended_at", type_=Instant()),
        returned_branch_id=bindparam("at_branch"),
        closed_as=bindparam("how"),
    )
    .where(LOAN.c.id == bindparam("loan_id")),
    lambda: None,
)


def open_loan(work: Work, *, patron_id: int, item: ItemFacts, due_at: datetime) -> int:
    """Write a loan and mark its item as checked out; the loan's id. A lost race comes out as ``Conflict``."""
    tx = work.transaction
    loan = tx.one(
        _LEND,
        item_id=item.id,
        patron_id=patron_id,
        branch_id=work.place.branch_id,
        desk_id=work.place.desk_id,
        credential=work.credential,
        status_before=_resting(item),
        opened_at=work.now,
        due_at=due_at,
    )
    mark(work, item.id, ItemStatus.CHECKED_OUT)
    return loan.id


def _resting(item: ItemFacts) -> str:
    """What the item goes back to: one that was on its way or set aside has arrived with its reader."""
    passing = (ItemStatus.IN_TRANSIT, ItemStatus.AWAITING_PICKUP, ItemStatus.AWAITING_DELIVERY, ItemStatus.PAGED)
    return ItemStatus.AVAILABLE if item.status in passing else item.status


def renew_loan(work: Work, loan: LoanFacts, due_at: datetime) -> None:
    """Move a loan's due date and count the renewal."""
    work.transaction.run(_RENEW, loan_id=loan.id, new_due_at=due_at, now=max(work.now, loan.opened_at))


def close_loan(work: Work, loan: LoanFacts, how: ClosedAs = ClosedAs.RETURNED, at: datetime | None = None) -> datetime:
    """Write that a loan ended at the work's branch, now or at an earlier moment; the moment that was written."""
    # Another desk's clock may be ahead of this one's; no loan ends before it began.
    ended = max(at or work.now, loan.opened_at)
    work.transaction.run(_CLOSE, loan_id=loan.id, ended_at=ended, at_branch=work.place.branch_id, how=how)
    return ended


def mark(work: Work, item_id: int, status: ItemStatus) -> None:
    """Set an item's status."""
    work.transaction.run(_MARK, item_id=item_id, new_status=status)


def see(work: Work, item_id: int, status: ItemStatus) -> None:
    """Set an item's status, and that it was seen here and now."""
    work.transaction.run(_SEE, item_id=item_id, new_status=status, now=work.now, at_branch=work.place.branch_id)
