"""Money at a desk, as short as tests need it."""

from __future__ import annotations

from db.money import EntryKind, Method
from libops.doctor import Finding, examine
from libops.money import accounts, charges
from libops.money.accounts import AccountView
from libops.money.charges import ChargeAnswer, PaymentAnswer, RefundAnswer, SettledAnswer
from tests.engines.town import CLERK, READER, SUPERVISOR, Town


def charge(
    town: Town, amount: int, kind: EntryKind = EntryKind.FEE, *, patron: str = READER, item: str | None = None
) -> int:
    """Charge somebody; the charge's number."""
    answer: ChargeAnswer = town.act(charges.charge, patron_number=patron, kind=kind, amount=amount, barcode=item)
    return answer.charge_id


def pay(
    town: Town,
    amount: int,
    *chosen: int,
    patron: str = READER,
    payer: str | None = None,
    expected: int | None = None,
    method: Method = Method.CASH,
    key: str | None = None,
    at: str = "M1",
) -> PaymentAnswer:
    """Take a payment."""
    return town.act(
        charges.pay,
        by=CLERK,
        at=at,
        key=key,
        patron_number=patron,
        amount=amount,
        method=method,
        charge_ids=list(chosen),
        payer_number=payer,
        expected_owed=expected,
    )


def waive(town: Town, charge_id: int, amount: int | None = None, *, note: str = "hardship") -> SettledAnswer:
    """Let somebody off a charge."""
    return town.act(charges.waive, by=SUPERVISOR, charge_id=charge_id, amount=amount, note=note)


def refund(
    town: Town,
    charge_id: int,
    amount: int | None = None,
    *,
    payer: str | None = None,
    method: Method = Method.CASH,
    at: str = "M1",
) -> RefundAnswer:
    """Pay something back."""
    return town.act(
        charges.refund, by=SUPERVISOR, at=at, charge_id=charge_id, amount=amount, method=method, payer_number=payer
    )


def account(town: Town, patron: str = READER) -> AccountView:
    """A patron's account of money."""
    return town.look(accounts.show, patron_number=patron)


def owes(town: Town, patron: str = READER) -> int:
    """What a patron owes."""
    return account(town, patron).owed


def faults(town: Town) -> list[Finding]:
    """Everything that the doctor finds."""
    return examine(town.library)
