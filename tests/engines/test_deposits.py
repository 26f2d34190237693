"""Deposits are held apart from what is owed, and given back when nothing stands against that."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db.money import Method
from db.tables import EVENT
from libops.money import deposits
from libops.money.deposits import DepositAnswer
from libops.people import merging
from libops.refusals import Money
from libops.work import Actor
from tests.engines.at_till import account, charge, faults, owes, pay
from tests.engines.town import (
    BOOK,
    CLERK,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    SORTER,
    SUPERVISOR,
    Town,
    reasons,
    refused,
)


def give(town: Town, amount: int, *, patron: str = READER, by: Actor = CLERK, at: str = "M1") -> DepositAnswer:
    """Take somebody's deposit."""
    return town.act(deposits.give_deposit, by=by, at=at, patron_number=patron, amount=amount, method=Method.CASH)


def give_back(
    town: Town, amount: int | None = None, *, by: Actor = CLERK, allowed_by: Actor | None = None, key: str | None = None
) -> DepositAnswer:
    """Give the reader's deposit back."""
    return town.act(
        deposits.return_deposit,
        by=by,
        key=key,
        patron_number=READER,
        amount=amount,
        method=Method.CASH,
        override_by=allowed_by,
    )


def test_a_deposit_is_held_apart_from_what_is_owed_and_given_back(town: Town) -> None:
    charge(town, 300)
    assert give(town, 10_000).held == 10_000
    assert give(town, 5_000).held == 15_000
    view = account(town)
    assert (view.deposit, view.owed, view.balance) == (15_000, 300, 300)
    pay(town, 300)
    assert give_back(town, 1_000).held == 14_000
    answer = give_back(town)
    assert (answer.amount, answer.held, answer.overridden) == (14_000, 0, ())
    assert account(town).deposit == 0
    assert town.story()[-2:] == ["deposit.returned", "deposit.returned"]
    assert faults(town) == []


def test_a_deposit_stays_while_something_is_lent_or_owed_and_who_may_waive_may_allow_it(town: Town) -> None:
    give(town, 10_000)
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK)
    charge(town, 300)
    told = reasons(lambda: give_back(town))
    assert [(reason.code, reason.facts) for reason in told] == [
        ("money.deposit_loans", {"loans": 2}),
        ("money.deposit_owes", {"owes": Money(300, "CNY")}),
    ]
    assert refused(lambda: give_back(town, allowed_by=CLERK)) == ["override.not_enough"]
    answer = give_back(town, 4_000, allowed_by=SUPERVISOR, key="k1")
    assert answer.overridden == ("money.deposit_loans", "money.deposit_owes")
    assert give_back(town, 4_000, allowed_by=SUPERVISOR, key="k1") == answer
    (data,) = town.ask(select(EVENT.c.data).where(EVENT.c.kind == "deposit.returned"))[0]
    assert (data["allowed_by"], data["overridden"]) == (SUPERVISOR.name, list(answer.overridden))
    assert account(town).deposit == 6_000
    town.take_back(BOOK)
    town.take_back(OTHER_BOOK)
    assert refused(lambda: give_back(town)) == ["money.deposit_owes"]
    pay(town, 300)
    assert give_back(town).overridden == ()
    assert faults(town) == []


def test_no_more_is_given_back_than_is_held(town: Town) -> None:
    assert refused(lambda: give_back(town)) == ["money.no_deposit"]
    give(town, 10_000)
    (reason,) = reasons(lambda: give_back(town, 10_001))
    assert (reason.code, reason.facts) == (
        "money.deposit_too_much",
        {"amount": Money(10_001, "CNY"), "held": Money(10_000, "CNY")},
    )
    give_back(town)
    assert refused(lambda: give_back(town)) == ["money.no_deposit"]
    assert account(town).deposit == 0


@pytest.mark.parametrize("amount", [0, -1, 10**10 + 1])
def test_what_is_no_amount_is_no_deposit(town: Town, amount: int) -> None:
    assert refused(lambda: give(town, amount)) == ["money.amount"]
    give(town, 10**10)
    give(town, 10**10)
    assert refused(lambda: give_back(town, amount)) == ["money.amount"]


def test_a_deposit_is_taken_by_who_takes_money_at_a_desk_from_somebody_known(town: Town) -> None:
    assert refused(lambda: give(town, 100, by=SORTER)) == ["permission.missing"]
    assert refused(lambda: give_back(town, 100, by=SORTER)) == ["permission.missing"]
    assert refused(lambda: give(town, 100, at="MAIN")) == ["money.no_desk"]
    assert refused(lambda: give(town, 100, patron="P99")) == ["patron.unknown"]


def test_the_deposit_of_a_merged_patron_is_the_kept_ones(town: Town) -> None:
    give(town, 10_000, patron=OTHER_READER)
    give(town, 5_000)
    town.act(merging.merge, by=SUPERVISOR, keep_number=READER, drop_number=OTHER_READER)
    assert give(town, 1_000, patron=OTHER_READER).held == 16_000
    assert give_back(town).amount == 16_000
    assert owes(town, OTHER_READER) == 0
    assert faults(town) == []
