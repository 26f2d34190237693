"""A patron's account of money: what is owed, what has to be paid back, what overdue loans would cost today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select

from db.circulation import LostAs
from db.money import Account as Book
from db.money import EntryKind
from db.statement import Statement
from db.tables import ENTRY, ITEM, LIBRARY, LOAN, PATRON, TITLE
from db.types import Instant
from libops.circulation import aging
from libops.circulation.decisions import LoanFacts
from libops.circulation.facts import LOAN_COLUMNS
from libops.circulation.fines import days_late, fine
from libops.circulation.rules import Rules, standing
from libops.money import ledger
from libops.money.open_charges import EACH_CHARGE, kept_from, patron_of, word
from libops.work import Look


class OpenCharge(msgspec.Struct, frozen=True):
    """A charge of which something is left to pay; ``on`` is the day of the branch where it was made."""

    charge_id: int
    kind: EntryKind
    amount: int
    paid: int
    left: int
    on: date
    barcode: str | None
    title: str | None
    note: str


class RefundDue(msgspec.Struct, frozen=True):
    """What has to be paid back of a charge, and to whom: the patron, or another who had paid (``is_other``)."""

    charge_id: int
    kind: EntryKind
    amount: int
    payer_number: str
    payer_name: str
    is_other: bool
    barcode: str | None
    title: str | None


class FineAccruing(msgspec.Struct, frozen=True):
    """What an overdue loan would cost if its item came back now; ``due_on`` is a day of the branch that lent it."""

    barcode: str
    title: str
    due_on: date
    days_late: int
    amount: int


class AccountView(msgspec.Struct, frozen=True):
    """A patron's money, in minor units.

    ``owed`` is what is left of the open charges, ``balance`` the sum of all entries: less than what is owed where
    something has to be paid back. ``accruing`` is not charged yet.
    """

    patron_number: str
    patron_name: str
    currency: str
    owed: int
    balance: int
    deposit: int
    fines_accruing: int
    charges: list[OpenCharge]
    refunds: list[RefundDue]
    accruing: list[FineAccruing]


class _Sums(msgspec.Struct, frozen=True):
    number: str
    name: str
    category_id: int
    owed: int
    balance: int
    deposit: int
    currency: str
    rules_version: int


class _ChargeRow(msgspec.Struct, frozen=True):
    id: int
    kind: str
    amount: int
    left: int
    paid: int
    at: datetime
    branch_id: int
    note: str
    barcode: str | None
    title: str | None


class _Person(msgspec.Struct, frozen=True):
    number: str
    name: str


class _Overdue(msgspec.Struct, frozen=True):
    barcode: str
    title: str
    item_type_id: int
    loan: LoanFacts


def _sums(number: str, name: str, category_id: int, *cells: Any) -> _Sums:  # noqa: ANN401 - a driver's row
    owed, balance, deposit, currency, version = cells
    # PostgreSQL adds up to decimals.
    return _Sums(number, name, category_id, int(owed), int(balance), int(deposit), currency, version)


_FEES = ENTRY.c.account == word(Book.FEES)
_BALANCE = select(func.coalesce(func.sum(ENTRY.c.amount), 0)).where(ENTRY.c.patron_id == PATRON.c.id, _FEES)
_SUMS = Statement(
    select(
        PATRON.c.number,
        PATRON.c.name,
        PATRON.c.category_id,
        ledger.owed(PATRON.c.id),
        _BALANCE.correlate(PATRON).scalar_subquery(),
        ledger.deposit_held(PATRON.c.id),
        LIBRARY.c.currency,
        LIBRARY.c.rules_version,
    )
    .select_from(PATRON.join(LIBRARY, LIBRARY.c.id == 1))
    .where(PATRON.c.id == bindparam("patron_id")),
    _sums,
)
_CHARGES = Statement(
    select(
        EACH_CHARGE.c.id,
        EACH_CHARGE.c.kind,
        EACH_CHARGE.c.amount,
        EACH_CHARGE.c.left,
        EACH_CHARGE.c.paid,
        ENTRY.c.at,
        ENTRY.c.branch_id,
        ENTRY.c.note,
        ITEM.c.barcode,
        TITLE.c.title,
    )
    .select_from(
        EACH_CHARGE.join(ENTRY, ENTRY.c.id == EACH_CHARGE.c.id)
        .outerjoin(ITEM, ITEM.c.id == ENTRY.c.item_id)
        .outerjoin(TITLE, TITLE.c.id == ITEM.c.title_id)
    )
    .where(EACH_CHARGE.c.left != 0)
    .order_by(EACH_CHARGE.c.id),
    _ChargeRow,
)
_PERSON = Statement(select(PATRON.c.number, PATRON.c.name).where(PATRON.c.id == bindparam("person_id")), _Person)
_OVERDUE = Statement(
    select(ITEM.c.barcode, TITLE.c.title, ITEM.c.item_type_id, *LOAN_COLUMNS)
    .select_from(LOAN.join(ITEM, ITEM.c.id == LOAN.c.item_id).join(TITLE, TITLE.c.id == ITEM.c.title_id))
    .where(
        LOAN.c.patron_id == bindparam("patron_id"),
        LOAN.c.returned_at.is_(None),
        LOAN.c.due_at < bindparam("now", type_=Instant()),
        # What is said to be back is not asked for until it turns out otherwise.
        LOAN.c.lost_as.is_distinct_from(word(LostAs.CLAIMED)),
    )
    .order_by(LOAN.c.due_at, LOAN.c.id),
    lambda barcode, title, item_type, *loan: _Overdue(barcode, title, item_type, LoanFacts(*loan)),
)


def show(look: Look, patron_number: str) -> AccountView:
    """The account of the patron whom a number leads to: sums, open charges, refunds due and fines that accrue.

    Refusals: ``patron.unknown``, ``code.*``, ``permission.missing``.
    """
    patron_id = patron_of(look, patron_number)
    tx = look.transaction
    sums = tx.one(_SUMS, patron_id=patron_id)
    rules = standing(tx, sums.rules_version)
    rows = tx.all(_CHARGES, patron_id=patron_id)
    patron = _Person(sums.number, sums.name)
    accruing = _accruing(look, patron_id, sums.category_id, rules)
    return AccountView(
        patron_number=sums.number,
        patron_name=sums.name,
        currency=sums.currency,
        owed=sums.owed,
        balance=sums.balance,
        deposit=sums.deposit,
        fines_accruing=sum(one.amount for one in accruing),
        charges=[_open_charge(row, rules) for row in rows if row.left > 0],
        refunds=[due for row in rows if row.left < 0 for due in _refunds(look, row, patron)],
        accruing=accruing,
    )


def _open_charge(row: _ChargeRow, rules: Rules) -> OpenCharge:
    return OpenCharge(
        charge_id=row.id,
        kind=EntryKind(row.kind),
        amount=row.amount,
        paid=int(row.paid),
        left=int(row.left),
        on=rules.calendars[row.branch_id].local_day(row.at),
        barcode=row.barcode,
        title=row.title,
        note=row.note,
    )


def _refunds(look: Look, row: _ChargeRow, patron: _Person) -> Iterator[RefundDue]:
    for kept in kept_from(look.transaction, row.id):
        payer = patron if kept.payer_id is None else look.transaction.one(_PERSON, person_id=kept.payer_id)
        yield RefundDue(
            charge_id=row.id,
            kind=EntryKind(row.kind),
            amount=kept.amount,
            payer_number=payer.number,
            payer_name=payer.name,
            is_other=kept.payer_id is not None,
            barcode=row.barcode,
            title=row.title,
        )


def _accruing(look: Look, patron_id: int, category_id: int, rules: Rules) -> list[FineAccruing]:
    overdue = look.transaction.all(_OVERDUE, patron_id=patron_id, now=look.now)
    each = (_if_returned_now(one, category_id, rules, look.now) for one in overdue)
    return [one for one in each if one.amount]


def _if_returned_now(one: _Overdue, category_id: int, rules: Rules, now: datetime) -> FineAccruing:
    policy = rules.fit(one.loan.branch_id, category_id, one.item_type_id)
    calendar = rules.calendars[one.loan.branch_id]
    # What counts as lost is overdue no longer.
    until = aging.as_of(one.loan, policy, calendar, now).lost_at or now
    return FineAccruing(
        one.barcode,
        one.title,
        calendar.local_day(one.loan.due_at),
        days_late(calendar, one.loan.due_at, now),
        fine(policy, calendar, one.loan.due_at, until),
    )
