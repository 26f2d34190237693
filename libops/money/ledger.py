"""The ledger: the one place that writes entries of patrons' accounts, and what they add up to.

Entries are in integer minor units and never changed: positive when the patron owes more by it, negative when less. A
charge is settled by entries that name it; what is left of it is their sum with its own amount, and may be negative
while something that was paid has to be paid back.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, insert, literal_column, select

from db.money import Account, EntryKind, Method
from db.statement import Statement
from db.tables import ENTRY
from libops.journal import Datum
from libops.work import Work


class _Id(msgspec.Struct, frozen=True):
    id: int


_WRITE = Statement(
    insert(ENTRY)
    .values({column.name: bindparam(column.name, type_=column.type) for column in ENTRY.columns if column.name != "id"})
    .returning(ENTRY.c.id),
    _Id,
)


def charge(
    work: Work,
    *,
    kind: EntryKind,
    amount: int,
    patron_id: int,
    item_id: int | None = None,
    loan_id: int | None = None,
    note: str = "",
) -> int:
    """Write a charge of a positive amount, and journal it; the entry's id."""
    entry = _write(work, kind=kind, amount=amount, patron_id=patron_id, item_id=item_id, loan_id=loan_id, note=note)
    work.record(
        "charge.made", patron_id=patron_id, item_id=item_id, loan_id=loan_id, entry=entry, what=kind, amount=amount
    )
    return entry


def settle(
    work: Work,
    *,
    charge_id: int,
    kind: EntryKind,
    amount: int,
    patron_id: int,
    item_id: int | None = None,
    loan_id: int | None = None,
    method: Method | None = None,
    payer_id: int | None = None,
    note: str = "",
) -> int:
    """Write what pays, waives, cancels (negative) or refunds (positive) a charge, and journal it; the entry's id."""
    entry = _write(
        work,
        kind=kind,
        amount=amount,
        patron_id=patron_id,
        charge_id=charge_id,
        item_id=item_id,
        loan_id=loan_id,
        method=method,
        payer_id=payer_id,
        note=note,
    )
    work.record(
        f"charge.{_TOLD[kind]}",
        patron_id=patron_id,
        item_id=item_id,
        loan_id=loan_id,
        entry=entry,
        charge=charge_id,
        amount=amount,
        method=method,
    )
    return entry


_TOLD = {
    EntryKind.PAYMENT: "paid",
    EntryKind.WAIVER: "waived",
    EntryKind.CANCELLED: "cancelled",
    EntryKind.REFUND: "refunded",
}


def deposit(
    work: Work,
    *,
    kind: EntryKind,
    amount: int,
    patron_id: int,
    method: Method,
    note: str = "",
    **more: Datum,
) -> int:
    """Write that a deposit was given (negative) or returned (positive), and journal it; the entry's id.

    ``more`` is journalled with it.
    """
    entry = _write(
        work,
        account=Account.DEPOSIT,
        kind=kind,
        amount=amount,
        patron_id=patron_id,
        method=method,
        note=note,
    )
    told = "deposit.given" if kind is EntryKind.DEPOSIT else "deposit.returned"
    data: dict[str, Datum] = {"entry": entry, "amount": amount, "method": method, **more}
    work.record(told, patron_id=patron_id, item_id=None, loan_id=None, **data)
    return entry


def _write(
    work: Work,
    *,
    kind: EntryKind,
    amount: int,
    patron_id: int,
    account: Account = Account.FEES,
    charge_id: int | None = None,
    item_id: int | None = None,
    loan_id: int | None = None,
    method: Method | None = None,
    payer_id: int | None = None,
    note: str = "",
) -> int:
    return work.transaction.one(
        _WRITE,
        account=account,
        kind=kind,
        amount=amount,
        patron_id=patron_id,
        charge_id=charge_id,
        item_id=item_id,
        loan_id=loan_id,
        method=method,
        payer_id=payer_id,
        at=work.now,
        actor=work.actor.name,
        branch_id=work.place.branch_id,
        desk_id=work.place.desk_id,
        receipt=work.act_id,
        note=note,
    ).id


def owed(patron_id: ColumnElement[int]) -> ScalarSelect[int]:
    """What a patron owes, as part of a statement: the charges that are not settled, each for itself.

    Money that has to be paid back to whoever paid for a lost item does not pay for anything else.
    """
    left = func.sum(ENTRY.c.amount)
    open_charges = (
        select(left.label("amount"))
        .where(ENTRY.c.patron_id == patron_id, ENTRY.c.account == literal_column(f"'{Account.FEES}'"))
        .group_by(func.coalesce(ENTRY.c.charge_id, ENTRY.c.id))
        .having(left > 0)
        .correlate_except(ENTRY)
        .subquery()
    )
    return select(func.coalesce(func.sum(open_charges.c.amount), 0)).scalar_subquery()


def deposit_held(patron_id: ColumnElement[int]) -> ScalarSelect[int]:
    """The deposit that is held for a patron, as part of a statement; never negative."""
    return (
        select(-func.coalesce(func.sum(ENTRY.c.amount), 0))
        .where(ENTRY.c.patron_id == patron_id, ENTRY.c.account == literal_column(f"'{Account.DEPOSIT}'"))
        .correlate_except(ENTRY)
        .scalar_subquery()
    )
