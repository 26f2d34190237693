"""Charging patrons, taking their payments, waiving and paying back: the acts on a patron's account of charges.

Entries are only ever added, so that an account tells how it came about; each act is one receipt. What is paid is money
in the till of the work's desk: see tills.py. Amounts are in minor units of the library's currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import bindparam, select

from db.money import EntryKind, Method
from db.statement import Statement
from db.tables import ITEM, TITLE
from libops.codes import storable
from libops.money import ledger
from libops.money.amounts import require_amount
from libops.money.lost_paid import close_if_paid
from libops.money.open_charges import (
    Charge,
    Holder,
    Kept,
    find_charge,
    find_payer,
    is_charged,
    kept_from,
    lock_charge,
    lock_open_copies,
    lock_patron,
    open_charges,
    owed_by,
)
from libops.money.tills import lock_till
from libops.people.numbers import find_number
from libops.permissions import Permission
from libops.refusals import Money, Refusal, refuse
from libops.work import Answer, Work, act

CHARGES = (EntryKind.FEE, EntryKind.DAMAGE, EntryKind.LOST, EntryKind.PROCESSING, EntryKind.FINE)
"""What somebody can be charged for."""


class ChargeAnswer(Answer, frozen=True, kw_only=True):
    """A patron was charged; ``owed`` is what they owe by now. Item and title are None where it is for no item."""

    charge_id: int
    kind: EntryKind
    amount: int
    currency: str
    owed: int
    barcode: str | None = None
    title: str | None = None


class Settled(msgspec.Struct, frozen=True):
    """So much was paid or taken off a charge, and so much of it is ``left``."""

    charge_id: int
    kind: EntryKind
    amount: int
    left: int


class PaymentAnswer(Answer, frozen=True, kw_only=True):
    """Money was taken: for which charges, and what the patron still owes.

    ``receipt`` is the act's id, by which its receipt is printed. ``loans_ended`` are the loans of lost items that are
    paid for by this.
    """

    receipt: str
    amount: int
    currency: str
    method: Method
    settled: tuple[Settled, ...]
    owed: int
    loans_ended: tuple[int, ...] = ()


class SettledAnswer(Answer, frozen=True, kw_only=True):
    """Something was taken off a charge without money: waived, or cancelled. Fields as in ``PaymentAnswer``."""

    receipt: str
    settled: Settled
    currency: str
    owed: int
    loans_ended: tuple[int, ...] = ()


class RefundAnswer(Answer, frozen=True, kw_only=True):
    """Money was paid back for a charge.

    ``to_others`` is how much of the amount goes to other patrons, who paid it: ``entries.paid_back`` says to whom.
    ``left`` is what of this charge has to be paid back still.
    """

    receipt: str
    charge_id: int
    amount: int
    currency: str
    method: Method
    to_others: int
    left: int


class _Item(msgspec.Struct, frozen=True):
    id: int
    title: str


_ITEM = Statement(
    select(ITEM.c.id, TITLE.c.title)
    .select_from(ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id))
    .where(ITEM.c.barcode == bindparam("barcode")),
    _Item,
)


@act("money.charge", ChargeAnswer)
def charge(
    work: Work, *, patron_number: str, kind: EntryKind, amount: int, barcode: str | None = None, note: str = ""
) -> ChargeAnswer:
    """Charge a patron by hand: a fee, damage, something lost; for an item or for none.

    What the rules charge belongs to a loan; this belongs to none, and stays when the item comes back.
    Refusals: ``patron.unknown``, ``item.unknown``, ``code.*``, ``money.not_a_charge``, ``money.amount``,
    ``permission.missing``.
    """
    work.require(Permission.CHARGE)
    if kind not in CHARGES:
        raise refuse("money.not_a_charge", kind=kind, known=", ".join(CHARGES))
    holder = lock_patron(work, patron_number)
    require_amount(amount, holder.currency)
    item = None if barcode is None else _find_item(work, barcode)
    item_id = None if item is None else item.id
    work.about(patron_id=holder.id, item_id=item_id)
    charge_id = ledger.charge(work, kind=kind, amount=amount, patron_id=holder.id, item_id=item_id, note=note.strip())
    return ChargeAnswer(
        charge_id=charge_id,
        kind=kind,
        amount=amount,
        currency=holder.currency,
        owed=owed_by(work.transaction, holder.id),
        barcode=barcode,
        title=None if item is None else item.title,
        patron_number=holder.number,
        patron_name=holder.name,
    )


def _find_item(work: Work, barcode: str) -> _Item:
    found = work.transaction.maybe(_ITEM, barcode=barcode) if storable(barcode) else None
    if found is None:
        raise Refusal([work.patterns.why_not_item(barcode)])
    return found


@act("money.cancel_charge", SettledAnswer)
def cancel_charge(work: Work, *, charge_id: int, note: str = "") -> SettledAnswer:
    """Take a mistaken charge off, as long as nothing was paid for it.

    What the rules charged is taken off only by who may waive.
    Refusals: ``money.charge_unknown``, ``money.already_paid``, ``money.charge_paid``, ``permission.missing``.
    """
    work.require(Permission.CHARGE)
    lock_charge(work, charge_id)
    charge, holder = find_charge(work, charge_id)
    if charge.loan_id is not None:
        work.require(Permission.WAIVE)
    if charge.paid:
        raise refuse("money.charge_paid", paid=Money(charge.paid, holder.currency))
    _require_open(charge, holder)
    settled = _settle(work, charge, EntryKind.CANCELLED, charge.left, note=note)
    return _settled_answer(work, holder, settled)


@act("money.waive", SettledAnswer)
def waive(work: Work, *, charge_id: int, amount: int | None = None, note: str) -> SettledAnswer:
    """Let a patron off a charge: all that is left of it, or an amount; ``note`` says why.

    Refusals: ``money.charge_unknown``, ``money.no_note``, ``money.amount``, ``money.already_paid``,
    ``money.too_much``, ``permission.missing``.
    """
    work.require(Permission.WAIVE)
    if not note.strip():
        raise refuse("money.no_note")
    lock_charge(work, charge_id)
    charge, holder = find_charge(work, charge_id)
    _require_open(charge, holder)
    waived = charge.left if amount is None else amount
    require_amount(waived, holder.currency)
    _require_enough(waived, charge.left, holder)
    settled = _settle(work, charge, EntryKind.WAIVER, waived, note=note)
    return _settled_answer(work, holder, settled, _ended(work, [charge]))


def _settled_answer(work: Work, holder: Holder, settled: Settled, ended: tuple[int, ...] = ()) -> SettledAnswer:
    return SettledAnswer(
        receipt=work.act_id,
        settled=settled,
        currency=holder.currency,
        owed=owed_by(work.transaction, holder.id),
        loans_ended=ended,
        patron_number=holder.number,
        patron_name=holder.name,
    )


@act("money.pay", PaymentAnswer)
def pay(
    work: Work,
    *,
    patron_number: str,
    amount: int,
    method: Method,
    charge_ids: Sequence[int] | None = None,
    payer_number: str | None = None,
    expected_owed: int | None = None,
) -> PaymentAnswer:
    """Take a payment at the work's desk, for all of a patron's open charges or for chosen ones, the oldest first.

    ``payer_number`` is who pays for somebody else. ``expected_owed`` is what was shown as left of these charges: where
    it is no longer so, nothing is taken. A lost item whose replacement is paid ends its loan.
    Refusals: ``patron.unknown``, ``code.*``, ``money.amount``, ``money.charge_unknown``, ``money.already_paid``,
    ``money.owed_changed``, ``money.too_much``, ``money.no_desk``, ``permission.missing``.
    """
    work.require(Permission.TAKE_PAYMENTS)
    holder = lock_patron(work, patron_number, payer_number)
    payer_id = find_payer(work, holder, payer_number)
    require_amount(amount, holder.currency)
    lock_open_copies(work, holder)
    lock_till(work, method)
    wanted = _wanted(work, holder, charge_ids or ())
    _require_payable(amount, sum(charge.left for charge in wanted), expected_owed, holder)
    shares = spread(amount, [charge.left for charge in wanted])
    paid = [(charge, share) for charge, share in zip(wanted, shares, strict=True) if share]
    settled = [_settle(work, charge, EntryKind.PAYMENT, share, method, payer_id) for charge, share in paid]
    return PaymentAnswer(
        receipt=work.act_id,
        amount=amount,
        currency=holder.currency,
        method=method,
        settled=tuple(settled),
        loans_ended=_ended(work, [charge for charge, _ in paid]),
        owed=owed_by(work.transaction, holder.id),
        patron_number=holder.number,
        patron_name=holder.name,
    )


def _wanted(work: Work, holder: Holder, charge_ids: Sequence[int]) -> list[Charge]:
    """The charges to be paid, without those that are settled by now; refuses one that is not the patron's."""
    to_pay = {charge.id: charge for charge in open_charges(work.transaction, holder.id) if charge.left > 0}
    if not charge_ids:
        return list(to_pay.values())
    for charge_id in charge_ids:
        if charge_id not in to_pay and not is_charged(work.transaction, holder.id, charge_id):
            raise refuse("money.charge_unknown", charge=charge_id)
    return [charge for charge in to_pay.values() if charge.id in charge_ids]


def _require_payable(amount: int, left: int, expected: int | None, holder: Holder) -> None:
    """Refuse a payment for what is settled by now, for what is no longer as it was shown, or of more than is left."""
    if left == 0:
        raise refuse("money.already_paid", left=Money(0, holder.currency))
    if expected is not None and expected != left:
        raise refuse("money.owed_changed", left=Money(left, holder.currency), expected=Money(expected, holder.currency))
    _require_enough(amount, left, holder)


def spread(amount: int, parts: Iterable[int]) -> list[int]:
    """How much of an amount goes to each part, the first ones first; no part gets more than it asks for."""
    shares = []
    for part in parts:
        shares.append(min(amount, part))
        amount -= shares[-1]
    return shares


@act("money.refund", RefundAnswer)
def refund(
    work: Work, *, charge_id: int, method: Method, amount: int | None = None, payer_number: str | None = None
) -> RefundAnswer:
    """Pay back what was paid for a charge that was taken off later, all of it or an amount, to whoever paid it.

    Where several paid, the first to pay comes first; ``payer_number`` names the one who gets it now.
    Refusals: ``money.charge_unknown``, ``patron.unknown``, ``code.*``, ``money.nothing_to_refund``, ``money.amount``,
    ``money.refund_too_much``, ``money.no_desk``, ``permission.missing``.
    """
    work.require(Permission.REFUND)
    lock_charge(work, charge_id)
    lock_till(work, method)
    charge, holder = find_charge(work, charge_id)
    kept = _kept(work, charge, payer_number)
    due = max(0, min(-charge.left, sum(one.amount for one in kept)))
    if due == 0:
        raise refuse("money.nothing_to_refund")
    given = due if amount is None else amount
    require_amount(given, holder.currency)
    if given > due:
        raise refuse("money.refund_too_much", amount=Money(given, holder.currency), left=Money(due, holder.currency))
    shares = [
        (one, share) for one, share in zip(kept, spread(given, [one.amount for one in kept]), strict=True) if share
    ]
    for one, share in shares:
        _settle(work, charge, EntryKind.REFUND, -share, method, one.payer_id)
    return RefundAnswer(
        receipt=work.act_id,
        charge_id=charge.id,
        amount=given,
        currency=holder.currency,
        method=method,
        to_others=sum(share for one, share in shares if one.payer_id is not None),
        left=-charge.left - given,
        patron_number=holder.number,
        patron_name=holder.name,
    )


def _kept(work: Work, charge: Charge, payer_number: str | None) -> list[Kept]:
    kept = kept_from(work.transaction, charge.id)
    if payer_number is None:
        return kept
    payer_id = find_number(work.transaction, payer_number)
    if payer_id is None:
        raise Refusal([work.patterns.why_not_patron(payer_number)])
    return [one for one in kept if payer_id == (charge.patron_id if one.payer_id is None else one.payer_id)]


def _settle(
    work: Work,
    charge: Charge,
    kind: EntryKind,
    amount: int,
    method: Method | None = None,
    payer_id: int | None = None,
    *,
    note: str = "",
) -> Settled:
    """Write that so much of a charge is settled; a negative amount gives back."""
    ledger.settle(
        work,
        charge_id=charge.id,
        kind=kind,
        amount=-amount,
        patron_id=charge.patron_id,
        item_id=charge.item_id,
        loan_id=charge.loan_id,
        method=method,
        payer_id=payer_id,
        note=note.strip(),
    )
    return Settled(charge.id, charge.kind, amount, charge.left - amount)


def _ended(work: Work, charges: Iterable[Charge]) -> tuple[int, ...]:
    """The loans of lost items that end because these charges were settled."""
    return tuple(charge.loan_id for charge in charges if close_if_paid(work, charge) and charge.loan_id is not None)


def _require_open(charge: Charge, holder: Holder) -> None:
    if charge.left <= 0:
        raise refuse("money.already_paid", left=Money(0, holder.currency))


def _require_enough(amount: int, left: int, holder: Holder) -> None:
    if amount > left:
        raise refuse("money.too_much", amount=Money(amount, holder.currency), left=Money(left, holder.currency))
