"""Deposits: money that is held for a patron, and given back when nothing stands against that."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, func, select

from db.money import EntryKind, Method
from db.statement import Statement
from db.tables import LOAN, PATRON
from libops.circulation.loans import allow
from libops.money import ledger
from libops.money.amounts import require_amount
from libops.money.open_charges import Holder, lock_patron
from libops.money.tills import lock_till
from libops.permissions import Permission
from libops.refusals import Money, Reason, refuse
from libops.work import Actor, Answer, Work, act


class DepositAnswer(Answer, frozen=True, kw_only=True):
    """A deposit was taken or given back; ``held`` is what is held now, in minor units.

    ``overridden`` holds the codes of reasons that somebody allowed all the same.
    """

    receipt: str
    amount: int
    currency: str
    method: Method
    held: int
    overridden: tuple[str, ...] = ()


class _Held(msgspec.Struct, frozen=True):
    deposit: int
    owed: int
    loans: int


_HELD = Statement(
    select(
        ledger.deposit_held(PATRON.c.id),
        ledger.owed(PATRON.c.id),
        select(func.count())
        .select_from(LOAN)
        .where(LOAN.c.patron_id == PATRON.c.id, LOAN.c.returned_at.is_(None))
        .correlate(PATRON)
        .scalar_subquery(),
    ).where(PATRON.c.id == bindparam("patron_id")),
    lambda deposit, owed, loans: _Held(int(deposit), int(owed), loans),
)


@act("money.give_deposit", DepositAnswer)
def give_deposit(work: Work, *, patron_number: str, amount: int, method: Method) -> DepositAnswer:
    """Take a patron's deposit at the work's desk, or more of it.

    Refusals: ``patron.unknown``, ``code.*``, ``money.amount``, ``money.no_desk``, ``permission.missing``.
    """
    work.require(Permission.TAKE_PAYMENTS)
    holder = lock_patron(work, patron_number)
    require_amount(amount, holder.currency)
    lock_till(work, method)
    held = work.transaction.one(_HELD, patron_id=holder.id).deposit
    ledger.deposit(work, kind=EntryKind.DEPOSIT, amount=-amount, patron_id=holder.id, method=method)
    return _answer(work, holder, amount, method, held + amount)


@act("money.return_deposit", DepositAnswer)
def return_deposit(
    work: Work, *, patron_number: str, method: Method, amount: int | None = None, override_by: Actor | None = None
) -> DepositAnswer:
    """Give a patron's deposit back, all of it or an amount, once nothing is on loan and nothing owed.

    ``override_by`` allows it all the same, by the permission to waive.
    Refusals: ``patron.unknown``, ``code.*``, ``money.no_deposit``, ``money.amount``, ``money.deposit_too_much``,
    ``money.deposit_loans``, ``money.deposit_owes``, ``money.no_desk``, ``override.*``, ``permission.missing``.
    """
    work.require(Permission.TAKE_PAYMENTS)
    holder = lock_patron(work, patron_number)
    lock_till(work, method)
    held = work.transaction.one(_HELD, patron_id=holder.id)
    if held.deposit <= 0:
        raise refuse("money.no_deposit")
    given = held.deposit if amount is None else amount
    require_amount(given, holder.currency)
    if given > held.deposit:
        raise refuse(
            "money.deposit_too_much",
            amount=Money(given, holder.currency),
            held=Money(held.deposit, holder.currency),
        )
    reasons = _against(held, holder.currency)
    allow(reasons, override_by)
    overridden = tuple(reason.code for reason in reasons)
    ledger.deposit(
        work,
        kind=EntryKind.DEPOSIT_RETURNED,
        amount=given,
        patron_id=holder.id,
        method=method,
        overridden=list(overridden),
        allowed_by=override_by.name if override_by is not None and reasons else None,
    )
    answer = _answer(work, holder, given, method, held.deposit - given)
    return msgspec.structs.replace(answer, overridden=overridden)


def _against(held: _Held, currency: str) -> list[Reason]:
    """What stands against giving a deposit back."""
    reasons = []
    if held.loans:
        reasons.append(Reason("money.deposit_loans", {"loans": held.loans}, Permission.WAIVE))
    if held.owed:
        reasons.append(Reason("money.deposit_owes", {"owes": Money(held.owed, currency)}, Permission.WAIVE))
    return reasons


def _answer(work: Work, holder: Holder, amount: int, method: Method, held: int) -> DepositAnswer:
    return DepositAnswer(
        receipt=work.act_id,
        amount=amount,
        currency=holder.currency,
        method=method,
        held=held,
        patron_number=holder.number,
        patron_name=holder.name,
    )
