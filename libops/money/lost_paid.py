"""A lost item that was paid for: its loan ends, and the item is nobody's debt any more.

If it turns up within its time all the same, what was paid is given back: see lost_fees.py.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select

from db.catalogue import ItemStatus
from db.circulation import ClosedAs, LostAs
from db.money import EntryKind
from db.statement import Statement
from db.tables import LOAN
from libops.circulation import effects
from libops.circulation.decisions import LoanFacts
from libops.circulation.facts import LOAN_COLUMNS
from libops.money.open_charges import Charge, charges_of_loan
from libops.work import Work

_LOST_LOAN = Statement(
    select(*LOAN_COLUMNS).where(LOAN.c.id == bindparam("loan_id"), LOAN.c.returned_at.is_(None)), LoanFacts
)
_COUNTS_AS_LOST = (LostAs.DECLARED, LostAs.AGED)


def close_if_paid(work: Work, charge: Charge) -> bool:
    """End the loan of a lost item when this charge, which was just settled, was the last for replacing it.

    It counts as written off where nothing was paid of it. Its item is locked. Whether the loan ended.
    """
    if charge.kind is not EntryKind.LOST or charge.loan_id is None or charge.item_id is None:
        return False
    loan = work.transaction.maybe(_LOST_LOAN, loan_id=charge.loan_id)
    if loan is None or loan.lost_as not in _COUNTS_AS_LOST:
        return False
    charges = charges_of_loan(work.transaction, loan.id, EntryKind.LOST)
    if any(other.left > 0 for other in charges):
        return False
    how = ClosedAs.LOST_PAID if any(other.paid for other in charges) else ClosedAs.WRITTEN_OFF
    effects.close_loan(work, loan, how)
    effects.mark(work, charge.item_id, ItemStatus.LOST_AND_PAID)
    work.record(
        "loan.paid" if how is ClosedAs.LOST_PAID else "loan.written_off",
        patron_id=charge.patron_id,
        item_id=charge.item_id,
        loan_id=loan.id,
        status=ItemStatus.LOST_AND_PAID,
    )
    return True
