"""Money: charged, paid, waived, paid back, held as a deposit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from libops.circulation.errands import Deed, Errand, errand, overridable
from libops.i18n import mark
from libops.money import charges, deposits, tills
from libops.money.amounts import read_amount, read_balance
from libops.money.charges import ChargeAnswer, PaymentAnswer, RefundAnswer, SettledAnswer
from libops.money.deposits import DepositAnswer
from libops.money.kinds import EntryKind, Method
from libops.money.tills import TillAnswer
from libops.refusals import Fact, Money, Reason, Refusal
from libops.work import Actor, Work


def pay(
    patron_number: str,
    name: str,
    *,
    typed: str,
    method: str,
    charge_ids: Sequence[int] | None,
    payer: str,
    expected: int,
) -> Errand:
    """Take a payment of what somebody typed; ``payer`` is the number of who pays for somebody else.

    ``expected`` is what the screen showed as owed.
    """

    def act(work: Work) -> PaymentAnswer:
        return charges.pay(
            work,
            patron_number=patron_number,
            amount=read_amount(work, typed),
            method=Method(method),
            charge_ids=charge_ids,
            payer_number=payer or None,
            expected_owed=expected,
        )

    def tell(answer: PaymentAnswer) -> Deed:
        paid, owed = Money(answer.amount, answer.currency), Money(answer.owed, answer.currency)
        if not answer.owed:
            return Deed(mark("{amount} paid; nothing is owed any more."), {"amount": paid})
        return Deed(mark("{amount} paid; {owed} is still owed."), {"amount": paid, "owed": owed})

    return errand(name, act, tell)


def waive(charge_id: int, about: str, *, typed: str, note: str) -> Errand:
    """Let a patron off a charge, or a part of it."""

    def act(work: Work) -> SettledAnswer:
        amount = read_amount(work, typed) if typed else None
        return charges.waive(work, charge_id=charge_id, amount=amount, note=note)

    def tell(answer: SettledAnswer) -> Deed:
        return Deed(mark("{amount} waived."), {"amount": Money(answer.settled.amount, answer.currency)})

    return errand(about, act, tell)


def cancel_charge(charge_id: int, about: str, *, note: str) -> Errand:
    """Take a mistaken charge off again."""

    def act(work: Work) -> SettledAnswer:
        return charges.cancel_charge(work, charge_id=charge_id, note=note)

    def tell(answer: SettledAnswer) -> Deed:
        return Deed(mark("{amount} taken off."), {"amount": Money(answer.settled.amount, answer.currency)})

    return errand(about, act, tell)


def refund(charge_id: int, about: str, *, method: str) -> Errand:
    """Pay back what was paid for a charge that was taken off."""

    def act(work: Work) -> RefundAnswer:
        return charges.refund(work, charge_id=charge_id, method=Method(method))

    def tell(answer: RefundAnswer) -> Deed:
        return Deed(mark("{amount} paid back."), {"amount": Money(answer.amount, answer.currency)})

    return errand(about, act, tell)


def charge(patron_number: str, name: str, *, kind: str, typed: str, barcode: str | None, note: str) -> Errand:
    """Charge a patron by hand."""

    def act(work: Work) -> ChargeAnswer:
        return charges.charge(
            work,
            patron_number=patron_number,
            kind=EntryKind(kind),
            amount=read_amount(work, typed),
            barcode=barcode,
            note=note,
        )

    def tell(answer: ChargeAnswer) -> Deed:
        return Deed(mark("{amount} charged."), {"amount": Money(answer.amount, answer.currency)})

    return errand(name, act, tell)


def give_deposit(patron_number: str, name: str, *, typed: str, method: str) -> Errand:
    """Take a deposit, or more of it."""

    def act(work: Work) -> DepositAnswer:
        amount = read_amount(work, typed)
        return deposits.give_deposit(work, patron_number=patron_number, amount=amount, method=Method(method))

    return errand(name, act, _deposit)


def return_deposit(patron_number: str, name: str, *, typed: str, method: str) -> Errand:
    """Give a deposit back, all of it or a part."""

    def act(work: Work, by: Actor | None) -> DepositAnswer:
        amount = read_amount(work, typed) if typed else None
        return deposits.return_deposit(
            work, patron_number=patron_number, amount=amount, method=Method(method), override_by=by
        )

    return overridable(name, act, _deposit)


def _deposit(answer: DepositAnswer) -> Deed:
    return Deed(mark("Deposit held now: {held}."), {"held": Money(answer.held, answer.currency)})


def _counted(work: Work, method: str, typed: str) -> int:
    """What was counted of a way to pay; a refusal says of which."""
    try:
        return read_balance(work, typed)
    except Refusal as refusal:
        reasons = [Reason(one.code, {**one.facts, "method": method}, one.override) for one in refusal.reasons]
        raise Refusal(reasons) from None


def close_till(about: str, counted: Mapping[str, str], note: str) -> Errand:
    """Close the till of this desk; what was counted as somebody typed it, by way to pay."""

    def act(work: Work) -> TillAnswer:
        amounts = {method: _counted(work, method, typed) for method, typed in counted.items()}
        return tills.close(work, counted=amounts, note=note)

    def tell(answer: TillAnswer) -> Deed:
        facts: dict[str, Fact] = {"entries": answer.entries}
        if not answer.difference:
            return Deed(mark("The till is closed; it is right to the last coin. Entries: {entries}."), facts)
        facts["difference"] = Money(abs(answer.difference), answer.currency)
        if answer.difference > 0:
            return Deed(mark("The till is closed; there is {difference} too much. Entries: {entries}."), facts)
        return Deed(mark("The till is closed; {difference} is lacking. Entries: {entries}."), facts)

    return errand(about, act, tell)
