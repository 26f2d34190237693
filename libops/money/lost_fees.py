"""What a lost item costs, and what is given back when it turns up; part of the acts of circulation.

Whoever calls these has the loan's item locked, and with it every charge of the loan.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from db.money import EntryKind
from libops.money import ledger
from libops.money.open_charges import Charge, charges_of_loan
from libops.work import Work


class LostReturned(msgspec.Struct, frozen=True):
    """What was taken off the account, and what has to be paid back, in minor units."""

    cancelled: int
    to_refund: int


def charge_lost(
    work: Work, *, patron_id: int, item_id: int, loan_id: int, price: int | None, processing_fee: int
) -> int:
    """Charge what replacing a lost item costs (None: nobody knows) and what processing it does; the sum."""
    charged = 0
    for kind, amount in ((EntryKind.LOST, price or 0), (EntryKind.PROCESSING, processing_fee)):
        if amount > 0:
            ledger.charge(work, kind=kind, amount=amount, patron_id=patron_id, item_id=item_id, loan_id=loan_id)
            charged += amount
    return charged


def give_back_lost(work: Work, *, loan_id: int) -> LostReturned:
    """Take what replacing a loan's item was to cost off the account: the item is back within its time.

    What is not paid is owed no longer, and what was paid, by whomever, has to be paid back: see ``charges.refund``.
    The processing fee stays; what was waived stays waived. A second time it finds nothing to take off.
    """
    return _take_off(work, charges_of_loan(work.transaction, loan_id, EntryKind.LOST))


def cancel_fines(work: Work, *, loan_id: int, after: datetime) -> LostReturned:
    """Take the fines off the account that a loan led to after this moment: its item was in the house by then.

    What was paid of them has to be paid back.
    """
    return _take_off(work, charges_of_loan(work.transaction, loan_id, EntryKind.FINE, after))


def _take_off(work: Work, charges: list[Charge]) -> LostReturned:
    """Take off what stands of charges: what was neither waived nor cancelled, paid or not."""
    cancelled = to_refund = 0
    for charge in charges:
        stands = charge.left + charge.paid
        if stands > 0:
            ledger.settle(
                work,
                charge_id=charge.id,
                kind=EntryKind.CANCELLED,
                amount=-stands,
                patron_id=charge.patron_id,
                item_id=charge.item_id,
                loan_id=charge.loan_id,
            )
            cancelled += stands
            to_refund += charge.paid
    return LostReturned(cancelled, to_refund)
