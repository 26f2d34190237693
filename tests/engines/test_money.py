"""Charging, paying and waiving: an account is the sum of its entries, and nobody pays twice or too much."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from db.money import EntryKind, Method
from db.tables import ENTRY, EVENT, PATRON
from libops.money import charges, entries
from libops.money.charges import Settled, spread
from libops.people import merging, patrons
from libops.refusals import Money
from libops.work import Actor
from tests.engines.at_till import account, charge, faults, owes, pay, waive
from tests.engines.town import (
    BOOK,
    CLERK,
    NAMES,
    OTHER_READER,
    READER,
    SORTER,
    SUPERVISOR,
    WITHDRAWN,
    Town,
    ids,
    reasons,
    refused,
)


def cny(minor: int) -> Money:
    """An amount as refusals name it."""
    return Money(minor, "CNY")


def test_a_patron_is_charged_for_an_item_and_owes_it(town: Town) -> None:
    answer = town.act(
        charges.charge, patron_number=READER, kind=EntryKind.DAMAGE, amount=1250, barcode=BOOK, note=" torn "
    )
    assert (answer.amount, answer.owed, answer.currency, answer.barcode) == (1250, 1250, "CNY", BOOK)
    assert (answer.title, answer.patron_number) == ("红楼梦 [b]", READER)
    assert town.look(patrons.show, number=READER).owes == owes(town) == 1250
    (kept,) = account(town).charges
    assert (kept.note, kept.barcode, kept.left, kept.paid) == ("torn", BOOK, 1250, 0)
    assert town.story() == ["charge.made"]
    assert faults(town) == []


@pytest.mark.parametrize(
    ("kind", "amount", "item", "patron", "codes"),
    [
        (EntryKind.FEE, 0, None, READER, ["money.amount"]),
        (EntryKind.FEE, -5, None, READER, ["money.amount"]),
        (EntryKind.FEE, 10**10 + 1, None, READER, ["money.amount"]),
        (EntryKind.PAYMENT, 100, None, READER, ["money.not_a_charge"]),
        (EntryKind.DEPOSIT_RETURNED, 100, None, READER, ["money.not_a_charge"]),
        (EntryKind.DAMAGE, 100, "B999", READER, ["item.unknown"]),
        (EntryKind.DAMAGE, 100, "\udcff", READER, ["code.unreadable"]),
        (EntryKind.FEE, 100, None, "P99", ["patron.unknown"]),
        (EntryKind.FEE, 100, None, BOOK, ["code.is_item"]),
    ],
)
def test_what_cannot_be_charged_is_refused_and_written_nowhere(
    town: Town, kind: EntryKind, amount: int, item: str | None, patron: str, codes: list[str]
) -> None:
    assert refused(lambda: charge(town, amount, kind, patron=patron, item=item)) == codes
    assert town.ask(select(ENTRY)) == []


def test_a_withdrawn_item_can_still_be_charged_for(town: Town) -> None:
    charge(town, 100, EntryKind.DAMAGE, item=WITHDRAWN)
    assert owes(town) == 100


def test_a_payment_settles_the_oldest_charges_first_and_is_one_receipt(town: Town) -> None:
    first, second, third = charge(town, 300), charge(town, 200), charge(town, 100)
    answer = pay(town, 400)
    assert answer.settled == (Settled(first, EntryKind.FEE, 300, 0), Settled(second, EntryKind.FEE, 100, 100))
    assert (answer.amount, answer.owed, answer.loans_ended) == (400, 200, ())
    assert [(one.charge_id, one.left) for one in account(town).charges] == [(second, 100), (third, 100)]
    receipts = {row[0] for row in town.ask(select(ENTRY.c.receipt).where(ENTRY.c.kind == "payment"))}
    assert receipts == {answer.receipt}
    assert pay(town, 200).owed == 0
    assert faults(town) == []


def test_chosen_charges_are_paid_and_the_others_left(town: Town) -> None:
    first, second, third = charge(town, 300), charge(town, 200), charge(town, 100)
    answer = pay(town, 250, third, second)
    assert [(one.charge_id, one.amount) for one in answer.settled] == [(second, 200), (third, 50)]
    assert [(one.charge_id, one.left) for one in account(town).charges] == [(first, 300), (third, 50)]
    # One that is settled meanwhile is passed over; all of them settled is told.
    assert [one.charge_id for one in pay(town, 50, second, third).settled] == [third]
    assert refused(lambda: pay(town, 50, second, third)) == ["money.already_paid"]
    assert faults(town) == []


def test_a_charge_of_somebody_else_or_of_nobody_is_not_paid(town: Town) -> None:
    mine, others = charge(town, 300), charge(town, 200, patron=OTHER_READER)
    payment = pay(town, 100, mine)
    entry = town.ask(select(ENTRY.c.id).where(ENTRY.c.receipt == payment.receipt))[0][0]
    for unknown in (others, entry, 999, 0, -1, 2**63, 10**40):
        assert refused(lambda unknown=unknown: pay(town, 100, unknown)) == ["money.charge_unknown"]  # type: ignore[misc]
    (told,) = town.ask(select(EVENT.c.patron_id).where(EVENT.c.kind == "refused").distinct())
    assert told[0] == ids(town, PATRON, "number")[READER]


def test_nobody_pays_more_than_is_left_and_is_told_how_much_that_is(town: Town) -> None:
    one = charge(town, 300)
    (reason,) = reasons(lambda: pay(town, 301))
    assert (reason.code, reason.facts) == ("money.too_much", {"amount": cny(301), "left": cny(300)})
    assert refused(lambda: pay(town, 0)) == ["money.amount"]
    assert refused(lambda: pay(town, -300)) == ["money.amount"]
    pay(town, 300, one)
    (reason,) = reasons(lambda: pay(town, 300))
    assert (reason.code, reason.facts) == ("money.already_paid", {"left": cny(0)})
    assert owes(town) == 0


def test_a_payment_for_what_has_changed_since_it_was_shown_is_refused(town: Town) -> None:
    charge(town, 300)
    charge(town, 200)
    (reason,) = reasons(lambda: pay(town, 300, expected=300))
    assert (reason.code, reason.facts) == ("money.owed_changed", {"left": cny(500), "expected": cny(300)})
    assert pay(town, 300, expected=500).owed == 200


def test_somebody_else_may_pay_and_that_is_kept(town: Town) -> None:
    charge(town, 300)
    answer = pay(town, 300, payer=OTHER_READER)
    assert (answer.patron_number, answer.owed) == (READER, 0)
    page = town.look(entries.list_entries, patron_number=READER).results
    assert [(entry.kind, entry.payer_number, entry.payer_name) for entry in page] == [
        (EntryKind.PAYMENT, OTHER_READER, NAMES[OTHER_READER]),
        (EntryKind.FEE, None, None),
    ]
    charge(town, 100)
    assert refused(lambda: pay(town, 100, payer="P99")) == ["patron.unknown"]
    # Who pays for themselves is nobody else.
    pay(town, 100, payer=READER)
    assert town.look(entries.list_entries, patron_number=READER).results[0].payer_number is None
    people = [OTHER_READER, NAMES[OTHER_READER], READER, NAMES[READER]]
    told = " ".join(str(data) for (data,) in town.ask(select(EVENT.c.data)))
    assert not any(f"'{word}'" in told for word in people)
    assert faults(town) == []


def test_the_same_request_takes_money_once_and_answers_the_same(town: Town) -> None:
    charge(town, 300)
    first = pay(town, 200, key="k1")
    assert pay(town, 200, key="k1") == first
    assert owes(town) == 100
    assert refused(lambda: pay(town, 100, key="k1")) == ["request.key_reused"]
    assert refused(lambda: pay(town, 101, key="k2")) == ["money.too_much"]
    charge(town, 300)
    (again,) = reasons(lambda: pay(town, 101, key="k2"))
    assert again.facts == {"amount": cny(101), "left": cny(100)}
    assert owes(town) == 400
    assert faults(town) == []


def test_a_waiver_takes_off_what_is_left_or_less_and_says_why(town: Town) -> None:
    one = charge(town, 300)
    pay(town, 100)
    answer = waive(town, one, 50, note=" first offence ")
    assert (answer.settled, answer.owed) == (Settled(one, EntryKind.FEE, 50, 150), 150)
    assert waive(town, one).owed == 0
    assert refused(lambda: waive(town, one)) == ["money.already_paid"]
    notes = town.ask(select(ENTRY.c.note).where(ENTRY.c.kind == "waiver").order_by(ENTRY.c.id))
    assert [note for (note,) in notes] == ["first offence", "hardship"]
    assert town.story()[-2:] == ["charge.waived", "refused"]
    assert faults(town) == []


def test_a_waiver_needs_a_note_and_a_fitting_amount(town: Town) -> None:
    one = charge(town, 300)
    assert refused(lambda: waive(town, one, note="  ")) == ["money.no_note"]
    assert refused(lambda: waive(town, one, 301)) == ["money.too_much"]
    assert refused(lambda: waive(town, one, 0)) == ["money.amount"]
    assert refused(lambda: waive(town, 999)) == ["money.charge_unknown"]
    assert owes(town) == 300


def test_a_mistaken_charge_is_undone_as_long_as_nothing_is_paid(town: Town) -> None:
    one, other = charge(town, 300), charge(town, 200)
    answer = town.act(charges.cancel_charge, charge_id=one, note="wrong patron")
    assert (answer.settled.amount, answer.settled.left, answer.owed) == (300, 0, 200)
    assert refused(lambda: town.act(charges.cancel_charge, charge_id=one)) == ["money.already_paid"]
    pay(town, 50)
    (reason,) = reasons(lambda: town.act(charges.cancel_charge, charge_id=other))
    assert (reason.code, reason.facts) == ("money.charge_paid", {"paid": cny(50)})
    assert [one.charge_id for one in account(town).charges] == [other]
    assert account(town).refunds == []
    assert faults(town) == []


@pytest.mark.parametrize(
    ("act", "may", "may_not"),
    [
        (
            lambda town, by, _: town.act(charges.charge, by=by, patron_number=READER, kind="fee", amount=1),
            CLERK,
            SORTER,
        ),
        (
            lambda town, by, _: town.act(charges.pay, by=by, patron_number=READER, amount=1, method=Method.CARD),
            CLERK,
            SORTER,
        ),
        (lambda town, by, one: town.act(charges.cancel_charge, by=by, charge_id=one), CLERK, SORTER),
        (lambda town, by, one: town.act(charges.waive, by=by, charge_id=one, note="n"), SUPERVISOR, CLERK),
    ],
)
def test_each_act_asks_for_its_own_permission(
    town: Town, act: Callable[[Town, Actor, int], object], may: Actor, may_not: Actor
) -> None:
    one = charge(town, 300)
    before = owes(town)
    assert refused(lambda: act(town, may_not, one)) == ["permission.missing"]
    assert owes(town) == before
    act(town, may, one)
    assert owes(town) != before


def test_what_is_charged_to_a_merged_patron_is_the_kept_ones(town: Town) -> None:
    old = charge(town, 300, patron=OTHER_READER)
    charge(town, 50)
    pay(town, 50, payer=OTHER_READER)
    town.act(merging.merge, by=SUPERVISOR, keep_number=READER, drop_number=OTHER_READER)
    assert owes(town, OTHER_READER) == owes(town) == 300
    new = charge(town, 200, patron=OTHER_READER)
    assert owes(town) == 500
    assert pay(town, 450, patron=OTHER_READER).patron_number == READER
    assert waive(town, new).owed == 0
    assert {one.payer_number for one in town.look(entries.list_entries, patron_number=READER).results} == {None}
    assert old < new
    assert faults(town) == []


def test_cash_needs_a_desk_and_other_money_does_not(town: Town) -> None:
    charge(town, 300)
    assert refused(lambda: pay(town, 100, at="MAIN")) == ["money.no_desk"]
    assert pay(town, 100, at="MAIN", method=Method.WECHAT).owed == 200
    assert pay(town, 200, at="M2").owed == 0
    assert faults(town) == []


def test_an_account_lists_its_entries_newest_first_in_pages(town: Town) -> None:
    made = [charge(town, amount) for amount in (100, 200, 300)]
    pay(town, 250)
    first = town.look(entries.list_entries, patron_number=READER, limit=3)
    assert [(entry.kind, entry.amount) for entry in first.results] == [
        (EntryKind.PAYMENT, -150),
        (EntryKind.PAYMENT, -100),
        (EntryKind.FEE, 300),
    ]
    assert [entry.charge_id for entry in first.results] == [made[1], made[0], None]
    assert (first.results[0].method, first.results[0].desk_code, first.results[0].branch_code) == ("cash", "M1", "MAIN")
    rest = town.look(entries.list_entries, patron_number=READER, limit=3, after=first.next)
    assert ([entry.amount for entry in rest.results], rest.next) == ([200, 100], None)
    for nonsense in ("", "x", "-1", "٣", "9" * 40):
        assert len(town.look(entries.list_entries, patron_number=READER, after=nonsense).results) == 5
    assert refused(lambda: town.look(entries.list_entries, by=SORTER, patron_number=READER)) == ["permission.missing"]
    assert refused(lambda: town.look(entries.list_entries, patron_number="P99")) == ["patron.unknown"]


def test_the_balance_is_the_sum_of_all_entries(town: Town) -> None:
    one, _ = charge(town, 300), charge(town, 200)
    pay(town, 350)
    waive(town, town.ask(select(func.max(ENTRY.c.charge_id)))[0][0], 100)
    view = account(town)
    total = town.ask(select(func.sum(ENTRY.c.amount)).where(ENTRY.c.account == "fees"))[0][0]
    assert view.balance == view.owed == int(total) == 50
    assert (view.patron_number, view.patron_name, view.currency) == (READER, NAMES[READER], "CNY")
    assert one not in [kept.charge_id for kept in view.charges]


@pytest.mark.parametrize(
    ("amount", "parts", "shares"),
    [(5, [3, 4], [3, 2]), (3, [3, 4], [3, 0]), (7, [3, 4], [3, 4]), (0, [3], [0]), (0, [], [])],
)
def test_an_amount_is_spread_over_the_first_parts_first(amount: int, parts: list[int], shares: list[int]) -> None:
    assert spread(amount, parts) == shares
