"""When a loan that was called back is so no longer: whoever it was called back for waits no more."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, func, null, select, update

from db.circulation import RequestKind
from db.statement import Statement
from db.tables import ITEM, LOAN, REQUEST
from libops.work import Work


class _Loan(msgspec.Struct, frozen=True):
    id: int
    item_id: int
    patron_id: int
    due_at: datetime


_CALLED_BACK = Statement(
    select(LOAN.c.id, LOAN.c.item_id, LOAN.c.patron_id, LOAN.c.due_at)
    .join(ITEM, ITEM.c.id == LOAN.c.item_id)
    .where(
        ITEM.c.title_id == bindparam("title_id"),
        LOAN.c.returned_at.is_(None),
        LOAN.c.recalled_at.is_not(None),
    )
    .order_by(LOAN.c.due_at, LOAN.c.id),
    _Loan,
)
_STILL_WANTED = Statement(
    select(func.count()).where(
        REQUEST.c.title_id == bindparam("title_id"),
        REQUEST.c.closed_at.is_(None),
        REQUEST.c.held_item_id.is_(None),
        REQUEST.c.kind == bindparam("wanted_kind"),
    ),
    int,
)
_LET: Statement[None] = Statement(
    update(LOAN).values(recalled_at=null()).where(LOAN.c.id == bindparam("loan_id")), lambda: None
)


def let_go(work: Work, title_id: int) -> None:
    """After a request of a title got its copy or ended: no more loans stay called back than recalls still wait.

    Those due last may be renewed again; the due dates that their borrowers were told stay as they are.
    """
    called = work.transaction.all(_CALLED_BACK, title_id=title_id)
    if not called:
        return
    wanted = work.transaction.one(_STILL_WANTED, title_id=title_id, wanted_kind=RequestKind.RECALL)
    for loan in called[wanted:]:
        work.transaction.run(_LET, loan_id=loan.id)
        work.record(
            "loan.recall_ended",
            patron_id=loan.patron_id,
            item_id=loan.item_id,
            loan_id=loan.id,
            due_at=loan.due_at.isoformat(),
        )
