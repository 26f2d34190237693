"""A lost item is charged, paid for, comes back: whoever paid gets it back, once and no more."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from db.catalogue import ItemStatus
from db.circulation import ClosedAs
from db.money import EntryKind, Method
from db.tables import ENTRY, EVENT, ITEM, LOAN, POLICY
from libops.circulation import lost
from libops.circulation.marking import MarkAnswer
from libops.circulation.returns import ReturnAnswer
from libops.money import charges, entries
from libops.money.accounts import RefundDue
from libops.people import merging
from libops.refusals import Money
from tests.engines.at_till import account, charge, faults, owes, pay, refund, waive
from tests.engines.town import (
    BOOK,
    CHILD,
    CLERK,
    NAMES,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    SUPERVISOR,
    Town,
    reasons,
    refused,
)

PRICE, PROCESSING = 5800, 500


@pytest.fixture
def costly(town: Town) -> Town:
    """The small library, where a book costs something and a lost one is given back for 30 days."""
    town.change(update(ITEM).where(ITEM.c.barcode == BOOK).values(price=PRICE))
    town.change_rules(update(POLICY).values(processing_fee=PROCESSING, refund_days=30, fine_amount=10, fine_open=False))
    return town


def lose(town: Town, barcode: str = BOOK, *, patron: str = READER) -> int:
    """Lend an item and declare it lost; the number of the charge for replacing it."""
    town.lend(patron, barcode)
    answer: MarkAnswer = town.act(lost.declare_lost, barcode=barcode)
    assert answer.charged == PRICE + PROCESSING
    kept = [one for one in account(town, patron).charges if one.kind is EntryKind.LOST and one.barcode == barcode]
    return kept[-1].charge_id


def due(town: Town, patron: str = READER) -> list[tuple[str, int]]:
    """Who has to be paid back how much on a patron's account."""
    return [(one.payer_number, one.amount) for one in account(town, patron).refunds]


def back(town: Town) -> ReturnAnswer:
    """The lost book comes over the desk."""
    answer = town.take_back(BOOK)
    assert answer.was_lost
    return answer


def ended(town: Town) -> list[str | None]:
    """How each loan ended."""
    return [row[0] for row in town.ask(select(LOAN.c.closed_as).order_by(LOAN.c.id))]


def test_a_lost_item_is_charged_for_and_what_is_unpaid_vanishes_when_it_comes_back(costly: Town) -> None:
    lose(costly)
    assert owes(costly) == PRICE + PROCESSING
    costly.clock.later(days=3)
    answer = back(costly)
    assert (answer.cancelled, answer.to_refund, answer.status) == (PRICE, 0, ItemStatus.AVAILABLE)
    assert [(one.kind, one.left) for one in account(costly).charges] == [(EntryKind.PROCESSING, PROCESSING)]
    assert due(costly) == []
    assert faults(costly) == []


def test_what_was_paid_in_part_is_paid_back_and_the_rest_vanishes(costly: Town) -> None:
    one = lose(costly)
    pay(costly, 2000, one)
    assert ended(costly) == [None]
    assert (back(costly).cancelled, owes(costly), due(costly)) == (PRICE, PROCESSING, [(READER, 2000)])
    assert account(costly).balance == PROCESSING - 2000
    answer = refund(costly, one)
    assert (answer.amount, answer.to_others, answer.left) == (2000, 0, 0)
    assert (due(costly), account(costly).balance) == ([], PROCESSING)
    assert refused(lambda: refund(costly, one)) == ["money.nothing_to_refund"]
    assert faults(costly) == []


def test_a_lost_item_that_is_paid_for_ends_its_loan_and_counts_as_lost_and_paid(costly: Town) -> None:
    one = lose(costly)
    loan = costly.ask(select(LOAN.c.id))[0][0]
    assert pay(costly, 5000, one).loans_ended == ()
    assert pay(costly, 800, one).loans_ended == (loan,)
    assert (ended(costly), costly.status_of(BOOK)) == ([ClosedAs.LOST_PAID], ItemStatus.LOST_AND_PAID)
    assert costly.story()[-2:] == ["charge.paid", "loan.paid"]
    # The processing fee is a debt of its own.
    assert owes(costly) == PROCESSING
    assert pay(costly, PROCESSING).loans_ended == ()
    costly.clock.later(days=29)
    answer = back(costly)
    assert (answer.cancelled, answer.to_refund, answer.status) == (PRICE, PRICE, ItemStatus.AVAILABLE)
    assert due(costly) == [(READER, PRICE)]
    refund(costly, one)
    assert account(costly).balance == 0
    assert faults(costly) == []


def test_after_its_time_a_lost_item_that_was_paid_for_is_not_refunded(costly: Town) -> None:
    one = lose(costly)
    pay(costly, PRICE, one)
    costly.clock.later(days=31)
    answer = back(costly)
    assert (answer.cancelled, answer.to_refund, due(costly)) == (0, 0, [])
    assert refused(lambda: refund(costly, one)) == ["money.nothing_to_refund"]
    assert faults(costly) == []


def test_each_who_paid_gets_back_what_they_paid_though_it_was_not_their_loss(costly: Town) -> None:
    one = lose(costly)
    pay(costly, 1000, one)
    pay(costly, 3000, one, payer=OTHER_READER)
    pay(costly, 300, one, payer=CHILD)
    pay(costly, 1000, one, payer=OTHER_READER)
    pay(costly, 500, one)
    back(costly)
    assert due(costly) == [(READER, 1500), (OTHER_READER, 4000), (CHILD, 300)]
    view = account(costly).refunds[1]
    assert view == RefundDue(one, EntryKind.LOST, 4000, OTHER_READER, NAMES[OTHER_READER], True, BOOK, "红楼梦 [b]")
    answer = refund(costly, one)
    assert (answer.amount, answer.to_others) == (5800, 4300)
    to = costly.look(entries.paid_back, patron_number=READER, receipt=answer.receipt)
    assert [(who.number, who.amount) for who in to] == [(READER, 1500), (OTHER_READER, 4000), (CHILD, 300)]
    assert due(costly) == []
    # Nothing of it stands in the payers' own accounts.
    assert (account(costly, OTHER_READER).balance, account(costly, OTHER_READER).refunds) == (0, [])
    assert faults(costly) == []


def test_a_refund_in_parts_goes_to_the_first_who_paid_or_to_the_one_who_is_named(costly: Town) -> None:
    one = lose(costly)
    pay(costly, 1000, one)
    pay(costly, 3000, one, payer=OTHER_READER)
    back(costly)
    assert refund(costly, one, 400).to_others == 0
    assert due(costly) == [(READER, 600), (OTHER_READER, 3000)]
    assert refund(costly, one, payer=OTHER_READER, method=Method.WECHAT).amount == 3000
    (reason,) = reasons(lambda: refund(costly, one, 601, payer=READER))
    assert (reason.code, reason.facts) == (
        "money.refund_too_much",
        {"amount": Money(601, "CNY"), "left": Money(600, "CNY")},
    )
    assert refused(lambda: refund(costly, one, payer=OTHER_READER)) == ["money.nothing_to_refund"]
    assert refused(lambda: refund(costly, one, payer=CHILD)) == ["money.nothing_to_refund"]
    assert refused(lambda: refund(costly, one, payer="P99")) == ["patron.unknown"]
    assert refused(lambda: refund(costly, one, 0)) == ["money.amount"]
    assert refund(costly, one, 100).left == 500
    assert refund(costly, one).left == 0
    assert faults(costly) == []


def test_what_was_waived_stays_waived_and_is_not_paid_back(costly: Town) -> None:
    one = lose(costly)
    pay(costly, 800, one)
    assert waive(costly, one, 2000).loans_ended == ()
    answer = back(costly)
    assert (answer.cancelled, answer.to_refund, due(costly)) == (PRICE - 2000, 800, [(READER, 800)])
    refund(costly, one)
    assert owes(costly) == PROCESSING
    assert faults(costly) == []


def test_waiving_the_rest_ends_the_loan_as_paid_and_waiving_all_writes_it_off(costly: Town) -> None:
    first = lose(costly)
    pay(costly, 800, first)
    assert len(waive(costly, first).loans_ended) == 1
    costly.change(update(ITEM).where(ITEM.c.barcode == OTHER_BOOK).values(price=PRICE))
    second = lose(costly, OTHER_BOOK, patron=OTHER_READER)
    assert len(waive(costly, second).loans_ended) == 1
    assert ended(costly) == [ClosedAs.LOST_PAID, ClosedAs.WRITTEN_OFF]
    assert costly.status_of(OTHER_BOOK) == ItemStatus.LOST_AND_PAID
    assert costly.story()[-2:] == ["charge.waived", "loan.written_off"]
    assert faults(costly) == []


def test_a_refund_needs_its_permission_and_something_that_was_taken_off(costly: Town) -> None:
    one = charge(costly, 300)
    pay(costly, 300)
    assert refused(lambda: refund(costly, one)) == ["money.nothing_to_refund"]
    assert refused(lambda: refund(costly, 999)) == ["money.charge_unknown"]
    paid = lose(costly)
    pay(costly, PRICE, paid)
    back(costly)
    assert refused(lambda: costly.act(charges.refund, by=CLERK, charge_id=paid, method=Method.CASH)) == [
        "permission.missing"
    ]
    assert refused(lambda: refund(costly, paid, at="MAIN")) == ["money.no_desk"]
    assert refund(costly, paid, at="MAIN", method=Method.CARD).amount == PRICE
    assert faults(costly) == []


def test_a_refund_due_pays_for_nothing_else(costly: Town) -> None:
    one = lose(costly)
    pay(costly, 2000, one)
    back(costly)
    view = account(costly)
    assert (view.owed, view.balance) == (PROCESSING, PROCESSING - 2000)
    assert refused(lambda: pay(costly, 1, one)) == ["money.already_paid"]
    assert pay(costly, PROCESSING).owed == 0
    assert due(costly) == [(READER, 2000)]
    assert faults(costly) == []


def test_a_claim_that_it_is_back_takes_the_lost_fee_off_once(costly: Town) -> None:
    one = lose(costly)
    pay(costly, 2000, one)
    answer: MarkAnswer = costly.act(lost.claim_returned, barcode=BOOK)
    assert (answer.cancelled, answer.to_refund) == (PRICE, 2000)
    refund(costly, one)
    found = costly.act(lost.found_by_staff, barcode=BOOK)
    assert (found.cancelled, found.to_refund, found.fine) == (0, 0, 0)
    assert owes(costly) == PROCESSING
    assert faults(costly) == []


def test_found_by_staff_it_is_not_fined_and_what_its_renewal_cost_stays_paid_or_not(costly: Town) -> None:
    costly.lend(READER, BOOK)
    costly.clock.later(days=33)
    assert costly.renew(BOOK).fine == 30
    pay(costly, 10)
    costly.act(lost.claim_returned, barcode=BOOK)
    found = costly.act(lost.found_by_staff, barcode=BOOK)
    assert (found.fine, found.cancelled, owes(costly), due(costly)) == (0, 0, 20, [])
    assert faults(costly) == []


def test_what_the_rules_charged_is_cancelled_only_by_who_may_waive(costly: Town) -> None:
    one = lose(costly)
    assert refused(lambda: costly.act(charges.cancel_charge, charge_id=one)) == ["permission.missing"]
    assert costly.act(charges.cancel_charge, by=SUPERVISOR, charge_id=one).owed == PROCESSING
    answer = back(costly)
    assert (answer.cancelled, answer.to_refund) == (0, 0)
    assert faults(costly) == []


def test_refunds_find_the_kept_patron_after_payer_or_borrower_were_merged(costly: Town) -> None:
    one = lose(costly)
    pay(costly, 3000, one, payer=OTHER_READER)
    back(costly)
    costly.act(merging.merge, by=SUPERVISOR, keep_number=CHILD, drop_number=OTHER_READER)
    assert due(costly) == [(CHILD, 3000)]
    costly.act(merging.merge, by=SUPERVISOR, keep_number=CHILD, drop_number=READER)
    assert due(costly, READER) == [(CHILD, 3000)]
    answer = refund(costly, one, payer=OTHER_READER)
    assert (answer.amount, answer.to_others, answer.patron_number) == (3000, 0, CHILD)
    assert faults(costly) == []


def test_fines_accrue_in_the_account_until_the_item_is_back_or_counts_as_lost(costly: Town) -> None:
    costly.lend(READER, BOOK)
    costly.lend(READER, OTHER_BOOK)
    costly.clock.later(days=30)
    assert account(costly).fines_accruing == 0
    costly.clock.later(days=4)
    view = account(costly)
    assert [(one.barcode, one.days_late, one.amount) for one in view.accruing] == [(BOOK, 4, 40), (OTHER_BOOK, 4, 40)]
    assert (view.fines_accruing, view.owed) == (80, 0)
    assert costly.take_back(OTHER_BOOK).fine == 40
    costly.act(lost.declare_lost, barcode=BOOK)
    costly.clock.later(days=10)
    view = account(costly)
    assert [(one.barcode, one.days_late, one.amount) for one in view.accruing] == [(BOOK, 14, 40)]
    assert back(costly).fine == 40
    assert account(costly).accruing == []
    assert faults(costly) == []


def test_the_journal_names_nobody_in_what_it_tells_of_money(costly: Town) -> None:
    one = lose(costly)
    pay(costly, 3000, one, payer=OTHER_READER, key="k1")
    back(costly)
    costly.act(charges.refund, by=SUPERVISOR, key="k2", charge_id=one, method=Method.CASH, payer_number=OTHER_READER)
    for (data,) in costly.ask(select(EVENT.c.data)):
        said = str(data)
        assert all(f"'{word}'" not in said for word in (READER, OTHER_READER, *NAMES.values())), said
    assert costly.ask(select(ENTRY.c.id).where(ENTRY.c.note != "")) == []
