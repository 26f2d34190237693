"""Undoing what was done with a loan: lent, taken back, renewed; and with what hung on it."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select, update

from db.catalogue import ItemStatus
from db.circulation import ClosedAs, RequestStatus
from db.statement import Statement
from db.tables import ITEM, LOAN
from db.types import Instant
from libops.circulation import effects, restoring
from libops.circulation.past_acts import PastAct, PastEvent, earlier
from libops.money.undone_charges import take_off_charges
from libops.refusals import refuse
from libops.work import Work

_RENEWAL_BACK: Statement[None] = Statement(
    update(LOAN)
    .values(
        due_at=bindparam("was_due_at", type_=Instant()),
        renewals=LOAN.c.renewals - 1,
        renewed_at=bindparam("was_renewed_at", type_=Instant()),
        overdue_told_at=bindparam("was_told_at", type_=Instant()),
    )
    .where(LOAN.c.id == bindparam("loan_id")),
    lambda: None,
)


_STAYS = (ItemStatus.RESTRICTED, ItemStatus.IN_PROCESS, ItemStatus.ON_ORDER, ItemStatus.UNAVAILABLE)
"""What a look at an item does not change."""


class _Status(msgspec.Struct, frozen=True):
    status: str


_STATUS = Statement(select(ITEM.c.status).where(ITEM.c.id == bindparam("item_id")), _Status)


def undo_check_out(work: Work, past: PastAct) -> None:
    """End a loan as if it had never been; item, requests and transfers are again what they were."""
    opened = past.of("loan.opened")[0]
    item_id, loan = opened.item_id, restoring.loan_row(work, opened.loan_id or 0)
    assert item_id is not None
    effects.close_loan(work, loan, ClosedAs.UNDONE)
    work.record("loan.undone", patron_id=loan.patron_id, item_id=item_id, loan_id=loan.id)
    restoring.restore_requests(work, past, item_id)
    restoring.restore_ways(work, past, item_id)
    effects.mark(work, item_id, ItemStatus(str(opened.data["status_before"])))


def undo_check_in(work: Work, past: PastAct) -> None:
    """Have an item be again where it was before it was taken in: on its loan, on its way, on a shelf.

    Refuses with ``undo.lost_settled`` where it had counted as lost, and its charges were settled with the return.
    """
    if past.of("loan.lost", "charge.cancelled"):
        raise refuse("undo.lost_settled")
    item_id = past.ids("item_id")[0]
    holder = restoring.restore_requests(work, past, item_id)
    sent = restoring.restore_ways(work, past, item_id)
    status = _before_check_in(work, past, item_id, holder, sent=sent)
    for closed in past.of("loan.closed"):
        status = restoring.reopen_loan(work, restoring.loan_row(work, closed.loan_id or 0), item_id)
    take_off_charges(work, past)
    effects.mark(work, item_id, status)


def _before_check_in(
    work: Work, past: PastAct, item_id: int, holder: RequestStatus | None, *, sent: bool
) -> ItemStatus:
    """What an item was that was not on loan."""
    for found in past.of("item.found"):
        return ItemStatus(str(found.data["was"]))
    now = ItemStatus(work.transaction.one(_STATUS, item_id=item_id).status)
    if now in _STAYS:
        return now
    if holder is RequestStatus.AWAITING_PICKUP:
        return ItemStatus.AWAITING_PICKUP
    return ItemStatus.IN_TRANSIT if sent else ItemStatus.AVAILABLE


def undo_renewals(work: Work, past: PastAct) -> None:
    """Have loans fall due again when they did before they were renewed."""
    for renewed in past.of("loan.renewed"):
        was_renewed_at, was_told_at = _before_renewal(work, past, renewed)
        work.transaction.run(
            _RENEWAL_BACK,
            loan_id=renewed.loan_id,
            was_due_at=renewed.moment("was_due_at"),
            was_renewed_at=was_renewed_at,
            was_told_at=was_told_at,
        )
        work.record(
            "loan.renewal_undone",
            patron_id=renewed.patron_id,
            item_id=renewed.item_id,
            loan_id=renewed.loan_id,
            due_at=renewed.data["was_due_at"],
        )
    take_off_charges(work, past)


def _before_renewal(work: Work, past: PastAct, renewed: PastEvent) -> tuple[datetime | None, datetime | None]:
    """When the loan had been renewed last, and when the journal had been told since that it is overdue."""
    told_at: datetime | None = None
    undone = 0
    for event in earlier(work, renewed.item_id or 0, past.first.id):
        if event.loan_id != renewed.loan_id:
            continue
        if event.kind == "loan.overdue" and told_at is None and undone == 0:
            told_at = event.at
        elif event.kind == "loan.renewal_undone":
            undone += 1
        elif event.kind == "loan.renewed" and undone:
            undone -= 1
        elif event.kind == "loan.renewed":
            return event.at, told_at
    return None, told_at
