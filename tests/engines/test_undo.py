"""Undo: what a desk did just now is put back, unless something else has happened to it since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Row, func, select, update

from db.circulation import ClosedAs, RequestStatus, TransferStatus
from db.money import EntryKind, Method
from db.tables import ENTRY, EVENT, ITEM, LOAN, PATRON, POLICY, REQUEST, TRANSFER
from libops.catalogue.batches import undo_batch
from libops.catalogue.changing import CopyChanges, change_copies, change_copy
from libops.catalogue.choosing import Chosen
from libops.circulation import loans, lost, overdue, requests, transfers
from libops.circulation.directions import ReturnOutcome
from libops.circulation.missing import mark_missing
from libops.circulation.undo import SPAN, UndoAnswer, Undone, undo, undo_last
from libops.doctor import examine
from libops.money import charges
from libops.people import staff
from tests.engines.town import (
    BOOK,
    BOOKS,
    CHILD,
    CLERK,
    DISC,
    MISSING,
    NAMES,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    RESTRICTED,
    SORTER,
    SUPERVISOR,
    WEST_BOOK,
    Town,
    refused,
)

FINE, PRICE = 50, 5900


def with_fees(town: Town) -> None:
    town.change_rules(update(POLICY).values(fine_amount=FINE, fine_open=False, refund_days=30, recall_minimum=5))
    town.change(update(ITEM).values(price=PRICE))


def last(town: Town, at: str = "M1") -> UndoAnswer:
    return town.act(undo_last, at=at)


def by_key(town: Town, key: str, at: str = "M1") -> UndoAnswer:
    return town.act(undo, act_key=key, at=at)


_LOANS = (LOAN.c.id, LOAN.c.due_at, LOAN.c.renewals, LOAN.c.renewed_at, LOAN.c.returned_at, LOAN.c.overdue_told_at)


# Any, because rows of free selects have no type of their own.
def rows(town: Town) -> list[Sequence[Row[Any]]]:
    """All that undoing has to put back: loans, requests, transfers, and what items are."""
    return [
        town.ask(query)
        for query in (
            select(*_LOANS).order_by(LOAN.c.id),
            select(REQUEST).order_by(REQUEST.c.id),
            select(TRANSFER).where(TRANSFER.c.status != TransferStatus.CANCELLED).order_by(TRANSFER.c.id),
            select(ITEM.c.barcode, ITEM.c.status).order_by(ITEM.c.barcode),
        )
    ]


def owed(town: Town, patron: str = READER) -> int:
    """What all entries of a patron's account come to."""
    total = select(func.coalesce(func.sum(ENTRY.c.amount), 0)).join(PATRON, PATRON.c.id == ENTRY.c.patron_id)
    return int(town.ask(total.where(PATRON.c.number == patron))[0][0])


def hold(town: Town, patron: str, item: str = BOOK, *, at: str = "M1") -> int:
    pickup = "WEST" if at == "W1" else "MAIN"
    place = partial(requests.place, patron_number=patron, barcode=item, item_level=True, pickup=pickup)
    return town.act(place, at=at).request_id


def status_of(town: Town, request_id: int) -> str:
    return str(town.ask(select(REQUEST.c.status).where(REQUEST.c.id == request_id))[0][0])


def sound(town: Town) -> bool:
    return examine(town.library) == []


# What is undone


def test_a_loan_that_is_undone_never_was(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    answer = last(town)
    assert (answer.what, answer.barcode, answer.title, answer.status) == (
        Undone.CHECK_OUT,
        BOOK,
        "红楼梦 [b]",
        "available",
    )
    assert (answer.patron_number, answer.patron_name, answer.due_on, answer.items) == (READER, NAMES[READER], None, 1)
    assert (town.open_loans(), town.status_of(BOOK)) == ([], "available")
    assert town.ask(select(LOAN.c.id, LOAN.c.closed_as)) == [(lent.loan_id, ClosedAs.UNDONE)]
    (event,) = town.ask(select(EVENT).where(EVENT.c.kind == "act.undone"))
    ((first,),) = town.ask(select(EVENT.c.act).where(EVENT.c.kind == "loan.opened"))
    assert (event.data["undone"], event.data["what"], event.loan_id) == (first, "check_out", lent.loan_id)
    assert town.lend(OTHER_READER, BOOK).barcode == BOOK
    assert sound(town)


def test_an_item_lent_by_exception_is_again_what_it_was(town: Town) -> None:
    town.lend(READER, RESTRICTED, by=SUPERVISOR, allowed_by=SUPERVISOR)
    assert town.act(undo_last, by=SUPERVISOR).status == "restricted"


def test_an_act_is_undone_by_its_key_whatever_was_done_after_it_with_other_things(town: Town) -> None:
    town.lend(READER, BOOK, key="first")
    town.lend(READER, OTHER_BOOK, key="second")
    assert by_key(town, "first").barcode == BOOK
    assert town.open_loans() == [(READER, OTHER_BOOK)]
    assert refused(lambda: by_key(town, "first")) == ["undo.already"]
    assert refused(lambda: by_key(town, "nobody's")) == ["undo.unknown"]


def test_a_return_that_is_undone_leaves_the_loan_as_it_was_without_a_fine(town: Town) -> None:
    with_fees(town)
    lent = town.lend(READER, BOOK)
    town.clock.later(days=33)
    before = rows(town)
    assert town.take_back(BOOK).fine == 3 * FINE
    answer = last(town)
    assert (answer.what, answer.status, answer.due_on, answer.amount) == (
        Undone.CHECK_IN,
        "checked_out",
        lent.due_on,
        0,
    )
    assert rows(town) == before
    assert (town.open_loans(), owed(town)) == ([(READER, BOOK)], 0)
    town.clock.later(days=1)
    assert town.take_back(BOOK).fine == 4 * FINE
    assert sound(town)


def test_a_return_that_went_to_the_hold_shelf_is_undone_and_the_request_waits_again(town: Town) -> None:
    town.lend(READER, BOOK)
    waiting = hold(town, OTHER_READER)
    before = rows(town)
    assert town.take_back(BOOK).hold is not None
    last(town)
    assert rows(town) == before
    assert status_of(town, waiting) == RequestStatus.OPEN
    again = town.take_back(BOOK)
    assert again.hold is not None
    assert again.hold.label == "A-01"
    assert sound(town)


def test_a_return_that_was_sent_elsewhere_is_undone_and_nothing_is_under_way(town: Town) -> None:
    town.lend(READER, BOOK)
    waiting = hold(town, OTHER_READER, at="W1")
    before = rows(town)
    town.take_back(BOOK)
    assert town.status_of(BOOK) == "in_transit"
    last(town)
    assert (town.status_of(BOOK), status_of(town, waiting)) == ("checked_out", RequestStatus.OPEN)
    assert rows(town) == before
    assert sound(town)


def test_what_was_sent_and_is_undone_is_told_as_not_sent_for_nothing_was_returned(town: Town) -> None:
    town.act(transfers.request_transfer, by=SUPERVISOR, barcode=BOOK, to="WEST")
    before = rows(town)
    assert town.take_back(BOOK).outcome is ReturnOutcome.SEND
    answer = last(town)
    assert (answer.what, answer.status, rows(town)) == (Undone.SENDING, "available", before)
    # What belongs elsewhere, and what somebody elsewhere waits for, is sent as well and not returned.
    town.take_back(WEST_BOOK)
    assert last(town).what is Undone.SENDING
    hold(town, OTHER_READER, at="W1")
    town.take_back(BOOK)
    assert last(town).what is Undone.SENDING
    assert sound(town)


def test_an_arrival_that_is_undone_is_on_its_way_again(town: Town) -> None:
    town.take_back(WEST_BOOK)
    before = rows(town)
    town.clock.later(hours=2)
    arrived = town.take_back(WEST_BOOK, at="W1")
    assert (arrived.arrived, arrived.status) == (True, "available")
    answer = last(town, "W1")
    assert (answer.what, answer.status, rows(town)) == (Undone.ARRIVAL, "in_transit", before)
    assert town.take_back(WEST_BOOK, at="W1").arrived
    assert sound(town)


def test_an_arrival_for_a_request_that_is_undone_is_again_on_its_way_to_it(town: Town) -> None:
    town.lend(READER, BOOK)
    waiting = hold(town, OTHER_READER, at="W1")
    town.take_back(BOOK)
    before = rows(town)
    town.take_back(BOOK, at="W1")
    assert status_of(town, waiting) == RequestStatus.AWAITING_PICKUP
    last(town, "W1")
    assert rows(town) == before
    assert status_of(town, waiting) == RequestStatus.IN_TRANSIT
    assert sound(town)


def test_a_copy_sent_on_from_the_wrong_hold_shelf_lies_on_its_own_again(town: Town) -> None:
    town.lend(READER, BOOK)
    waiting = hold(town, OTHER_READER)
    town.take_back(BOOK)
    before = rows(town)
    town.take_back(BOOK, at="W1")
    assert status_of(town, waiting) == RequestStatus.IN_TRANSIT
    last(town, "W1")
    assert rows(town) == before
    assert sound(town)


def test_a_found_item_that_is_undone_is_missing_again(town: Town) -> None:
    town.take_back(MISSING)
    assert last(town).status == "missing"
    assert sound(town)


def test_handing_over_what_was_set_aside_is_undone_and_the_parcel_lies_where_it_lay(town: Town) -> None:
    town.lend(READER, BOOK)
    waiting = hold(town, OTHER_READER)
    town.take_back(BOOK)
    before = rows(town)[1:]
    assert town.lend(OTHER_READER, BOOK).filled
    assert last(town).status == "awaiting_pickup"
    assert rows(town)[1:] == before
    assert status_of(town, waiting) == RequestStatus.AWAITING_PICKUP
    assert town.lend(OTHER_READER, BOOK).filled
    assert sound(town)


def test_a_parcel_whose_number_was_given_away_meanwhile_gets_another(town: Town) -> None:
    for book, patron in ((BOOK, OTHER_READER), (OTHER_BOOK, CHILD)):
        town.lend(READER, book)
        hold(town, patron, book)
    town.take_back(BOOK)
    town.lend(OTHER_READER, BOOK)
    shelved = town.take_back(OTHER_BOOK, at="M2")
    assert shelved.hold is not None
    number = select(REQUEST.c.shelf_number).where(REQUEST.c.closed_at.is_(None))
    town.change(update(REQUEST).where(REQUEST.c.closed_at.is_(None)).values(shelf_number=1))
    assert town.ask(number) == [(1,)]
    last(town)
    assert sorted(town.ask(number)) == [(1,), (2,)]
    assert sound(town)


def test_lending_what_is_set_aside_for_somebody_else_is_undone_and_it_is_theirs_again(town: Town) -> None:
    town.lend(READER, BOOK)
    waiting = hold(town, OTHER_READER)
    town.take_back(BOOK)
    before = rows(town)[1:]
    town.lend(READER, BOOK, by=SUPERVISOR, allowed_by=SUPERVISOR)
    assert status_of(town, waiting) == RequestStatus.OPEN
    town.act(undo_last, by=SUPERVISOR)
    assert rows(town)[1:] == before
    assert sound(town)


def test_lending_to_the_holder_on_the_way_is_undone_and_it_is_on_its_way_again(town: Town) -> None:
    town.lend(READER, BOOK)
    hold(town, OTHER_READER, at="W1")
    town.take_back(BOOK)
    before = rows(town)[1:]
    assert town.lend(OTHER_READER, BOOK).filled
    assert last(town).status == "in_transit"
    assert rows(town)[1:] == before
    assert sound(town)


def test_a_request_that_was_filled_without_a_copy_set_aside_stands_at_its_place_again(town: Town) -> None:
    mine = hold(town, READER)
    theirs = hold(town, OTHER_READER, OTHER_BOOK)
    town.lend(READER, BOOK)
    # While it was over, somebody else came to stand where it stood.
    town.change(update(REQUEST).where(REQUEST.c.id == theirs).values(position=1))
    last(town)
    places = town.ask(select(REQUEST.c.id, REQUEST.c.position).order_by(REQUEST.c.position))
    assert places == [(mine, 1), (theirs, 2)]
    assert sound(town)


def test_a_renewal_that_is_undone_falls_due_when_it_did_and_was_renewed_as_often(town: Town) -> None:
    with_fees(town)
    town.change_rules(update(POLICY).values(renewals=5))
    town.lend(READER, BOOK)
    town.clock.later(days=5)
    town.renew(BOOK)
    town.clock.later(days=60)
    town.act(overdue.tell_overdue, at="MAIN")
    before = rows(town)
    assert town.renew(BOOK).fine == 5 * FINE
    answer = last(town)
    assert (answer.what, answer.status, answer.amount) == (Undone.RENEWAL, "checked_out", 0)
    assert rows(town) == before
    assert owed(town) == 0
    town.renew(BOOK)
    last(town)
    assert rows(town) == before
    assert sound(town)


def test_renewing_all_is_undone_as_one(town: Town) -> None:
    for book in BOOKS[:2]:
        town.lend(READER, book)
    before = rows(town)
    town.clock.later(days=5)
    assert len(town.act(loans.renew_all, patron_number=READER).renewed) == 2
    answer = last(town)
    assert (answer.what, answer.items, rows(town)) == (Undone.RENEWAL, 2, before)
    assert sound(town)


def test_a_request_that_is_undone_is_cancelled(town: Town) -> None:
    waiting = hold(town, READER)
    answer = last(town)
    assert (answer.what, answer.patron_number, answer.barcode) == (Undone.HOLD, READER, BOOK)
    assert status_of(town, waiting) == RequestStatus.CANCELLED
    placed = town.act(requests.place, patron_number=READER, title_number="T1", pickup="MAIN")
    assert (last(town).barcode, status_of(town, placed.request_id)) == (None, RequestStatus.CANCELLED)
    assert sound(town)


def test_a_recall_that_is_undone_gives_the_loan_its_due_date_back(town: Town) -> None:
    with_fees(town)
    town.change(update(ITEM).where(ITEM.c.barcode != BOOK).values(status="withdrawn"))
    lent = town.lend(READER, BOOK)
    town.clock.later(minutes=1)
    recalled = town.act(requests.recall, patron_number=OTHER_READER, title_number="T1", pickup="MAIN")
    assert recalled.recalled is not None
    assert refused(lambda: town.renew(BOOK)) == ["renewal.recalled"]
    last(town)
    ((due_at, recalled_at),) = town.ask(select(LOAN.c.due_at, LOAN.c.recalled_at))
    assert (due_at, recalled_at) == (lent.due_at, None)
    assert town.renew(BOOK).renewals == 1
    assert sound(town)


def test_reading_in_the_house_that_is_undone_is_said_to_be_undone(town: Town) -> None:
    assert town.take_back(BOOK).used_in_house
    answer = last(town)
    assert (answer.what, answer.status) == (Undone.IN_HOUSE, "available")
    assert town.story() == ["item.used_in_house", "act.undone"]


# Money


def charged(town: Town, amount: int = 300) -> int:
    return town.act(charges.charge, patron_number=READER, kind=EntryKind.FEE, amount=amount).charge_id


def pay(town: Town, amount: int, payer: str | None = None, key: str | None = None) -> None:
    town.act(charges.pay, key=key, patron_number=READER, payer_number=payer, amount=amount, method=Method.CASH)


def entries(town: Town) -> list[tuple[str, int]]:
    return [(kind, amount) for kind, amount in town.ask(select(ENTRY.c.kind, ENTRY.c.amount).order_by(ENTRY.c.id))]


def test_a_charge_that_is_undone_is_taken_off(town: Town) -> None:
    charged(town)
    answer = last(town)
    assert (answer.what, answer.amount, answer.currency, owed(town)) == (Undone.CHARGE, 300, "CNY", 0)
    assert entries(town) == [("fee", 300), ("cancelled", -300)]
    assert sound(town)


def test_a_payment_that_is_undone_is_owed_again_and_the_till_has_it_no_more(town: Town) -> None:
    charged(town)
    pay(town, 200)
    answer = last(town)
    assert (answer.what, answer.amount, owed(town)) == (Undone.PAYMENT, 200, 300)
    assert entries(town)[1:] == [("payment", -200), ("refund", 200)]
    assert town.ask(select(func.sum(ENTRY.c.amount)).where(ENTRY.c.method.is_not(None))) == [(0,)]
    pay(town, 300)
    assert (owed(town), sound(town)) == (0, True)


def test_a_payment_by_somebody_else_goes_back_to_them(town: Town) -> None:
    charged(town)
    pay(town, 300, payer=OTHER_READER)
    last(town)
    ((payer,), (back,)) = town.ask(select(ENTRY.c.payer_id).where(ENTRY.c.method.is_not(None)).order_by(ENTRY.c.id))
    assert payer == back is not None
    assert sound(town)


def test_a_payment_that_ended_the_loan_of_a_lost_item_is_undone_with_it(town: Town) -> None:
    with_fees(town)
    town.lend(READER, BOOK)
    town.act(lost.declare_lost, barcode=BOOK)
    before = rows(town)
    pay(town, PRICE)
    assert town.open_loans() == []
    answer = last(town)
    assert (answer.what, answer.status, rows(town)) == (Undone.PAYMENT, "declared_lost", before)
    assert owed(town) == PRICE
    pay(town, PRICE)
    assert (town.status_of(BOOK), sound(town)) == ("lost_and_paid", True)


def test_a_waiver_that_is_undone_is_charged_anew(town: Town) -> None:
    with_fees(town)
    town.lend(READER, BOOK)
    town.act(lost.declare_lost, barcode=BOOK)
    ((charge,),) = town.ask(select(ENTRY.c.id))
    town.act(charges.waive, by=SUPERVISOR, charge_id=charge, note="fire")
    assert town.open_loans() == []
    answer = town.act(undo_last, by=SUPERVISOR)
    assert (answer.what, answer.amount, answer.status) == (Undone.WAIVER, PRICE, "declared_lost")
    assert (owed(town), town.open_loans()) == (PRICE, [(READER, BOOK)])
    assert entries(town) == [("lost", PRICE), ("waiver", -PRICE), ("lost", PRICE)]
    pay(town, PRICE)
    assert (town.status_of(BOOK), sound(town)) == ("lost_and_paid", True)


def test_a_refund_that_is_undone_is_to_be_paid_back_again(town: Town) -> None:
    with_fees(town)
    town.lend(READER, BOOK)
    town.act(lost.declare_lost, barcode=BOOK)
    ((charge,),) = town.ask(select(ENTRY.c.id))
    pay(town, 2000)
    town.take_back(BOOK)
    give = partial(charges.refund, charge_id=charge, method=Method.CASH)
    assert town.act(give, by=SUPERVISOR).amount == 2000
    assert town.act(undo_last, by=SUPERVISOR).what is Undone.REFUND
    assert sound(town)
    assert town.act(give, by=SUPERVISOR).amount == 2000
    assert sound(town)


def test_what_was_settled_since_is_undone_first(town: Town) -> None:
    charge = charged(town)
    pay(town, 100, key="first")
    pay(town, 100, key="second")
    assert refused(lambda: by_key(town, "first")) == ["undo.money_since"]
    by_key(town, "second")
    assert refused(lambda: by_key(town, "first")) == ["undo.money_since"], "an entry is never taken away"
    ((act,),) = town.ask(select(EVENT.c.act).where(EVENT.c.kind == "charge.made"))
    assert act
    assert (charge, owed(town), sound(town)) == (1, 200, True)


def test_a_fine_that_was_paid_keeps_its_return(town: Town) -> None:
    with_fees(town)
    town.lend(READER, BOOK)
    town.clock.later(days=33)
    town.take_back(BOOK, key="back")
    pay(town, 100)
    assert refused(lambda: by_key(town, "back")) == ["undo.money_since"]
    assert town.open_loans() == []
    assert sound(town)


def test_what_is_paid_for_an_item_is_undone_though_the_item_has_gone_on(town: Town) -> None:
    with_fees(town)
    town.lend(READER, BOOK)
    town.clock.later(days=33)
    town.take_back(BOOK)
    pay(town, 3 * FINE, key="paid")
    town.lend(OTHER_READER, BOOK)
    assert by_key(town, "paid").amount == 3 * FINE
    assert sound(town)


# When it is not undone


def test_signing_out_and_in_again_leaves_the_last_act_the_last_one(town: Town) -> None:
    town.lend(READER, BOOK, by=CLERK)
    staff.log_out(town.library, actor=CLERK, place=town.place())
    assert town.act(undo_last, by=CLERK).barcode == BOOK


def test_only_what_was_done_in_the_last_minutes_is_undone(town: Town) -> None:
    town.lend(READER, BOOK, key="k")
    town.clock.later(seconds=SPAN.total_seconds() + 1)
    assert refused(lambda: by_key(town, "k")) == ["undo.too_late"]
    assert refused(lambda: last(town)) == ["undo.nothing"]
    town.clock.later(seconds=-1)
    assert last(town).barcode == BOOK


def test_a_desk_undoes_what_was_done_there(town: Town) -> None:
    town.lend(READER, BOOK, key="k")
    assert refused(lambda: by_key(town, "k", at="M2")) == ["undo.elsewhere"]
    assert refused(lambda: last(town, at="M2")) == ["undo.nothing"]
    assert refused(lambda: last(town, at="MAIN")) == ["undo.no_desk"]
    assert town.open_loans() == [(READER, BOOK)]


def test_the_last_act_is_ones_own_and_a_colleagues_is_undone_by_its_key(town: Town) -> None:
    town.lend(READER, BOOK, by=SUPERVISOR, key="theirs")
    assert refused(lambda: last(town)) == ["undo.nothing"]
    town.lend(READER, OTHER_BOOK)
    town.lend(READER, DISC, by=SUPERVISOR)
    assert last(town).barcode == OTHER_BOOK
    assert by_key(town, "theirs").barcode == BOOK


def test_what_had_no_effect_is_passed_over_and_what_was_undone_is_not_undone_again(town: Town) -> None:
    town.take_back(OTHER_BOOK)
    town.lend(READER, BOOK)
    town.lend(READER, BOOK)
    assert town.take_back(OTHER_BOOK).changed is False
    assert refused(lambda: town.lend(OTHER_READER, BOOK)) == ["item.on_loan"]
    assert last(town).barcode == BOOK
    # Not the return before it: whoever presses the key twice has not looked.
    assert refused(lambda: last(town)) == ["undo.already"]


def test_a_refusal_is_not_undone(town: Town) -> None:
    assert refused(lambda: town.take_back("B99", key="k")) == ["item.unknown"]
    assert refused(lambda: by_key(town, "k")) == ["undo.not_possible"]


@pytest.mark.parametrize(
    "since",
    [
        lambda town: town.take_back(BOOK, at="M2"),
        lambda town: town.act(lost.declare_lost, barcode=BOOK, price=1, at="M2"),
        lambda town: town.act(lost.claim_returned, barcode=BOOK, at="M2"),
    ],
    ids=["returned", "lost", "claimed"],
)
def test_a_loan_to_which_something_has_happened_since_is_not_undone(
    town: Town, since: Callable[[Town], object]
) -> None:
    town.lend(READER, BOOK, key="k")
    since(town)
    before = rows(town)
    assert refused(lambda: by_key(town, "k")) == ["undo.changed"]
    assert rows(town) == before


def test_a_return_is_not_undone_when_the_item_has_gone_on(town: Town) -> None:
    town.lend(READER, BOOK)
    town.take_back(BOOK, key="k")
    town.lend(OTHER_READER, BOOK)
    assert refused(lambda: by_key(town, "k")) == ["undo.changed"]
    assert town.open_loans() == [(OTHER_READER, BOOK)]


def test_a_request_that_got_its_copy_or_was_cancelled_is_not_undone(town: Town) -> None:
    town.lend(READER, BOOK)
    town.act(partial(requests.place, patron_number=OTHER_READER, title_number="T1", pickup="MAIN"), key="k")
    town.take_back(BOOK)
    assert refused(lambda: by_key(town, "k")) == ["undo.changed"]
    placed = town.act(
        partial(requests.place, patron_number=CHILD, title_number="T1", pickup="MAIN"), key="other"
    ).request_id
    town.act(requests.cancel, request_id=placed)
    assert refused(lambda: by_key(town, "other")) == ["undo.changed"]


def test_a_request_that_was_given_up_for_a_loan_and_asked_for_again_keeps_the_loan(town: Town) -> None:
    hold(town, READER)
    town.lend(READER, BOOK, key="k")
    town.change(update(REQUEST).values(held_item_id=None))
    place = partial(requests.place, patron_number=READER, barcode=BOOK, item_level=True, pickup="MAIN")
    town.act(place, by=SUPERVISOR, override_by=SUPERVISOR, at="M2")
    assert refused(lambda: by_key(town, "k")) == ["undo.changed"]
    assert town.open_loans() == [(READER, BOOK)]


def test_a_return_that_settled_a_loss_is_not_undone(town: Town) -> None:
    with_fees(town)
    town.lend(READER, BOOK)
    town.act(lost.declare_lost, barcode=BOOK)
    town.take_back(BOOK)
    assert refused(lambda: last(town)) == ["undo.lost_settled"]
    assert (town.status_of(BOOK), owed(town)) == ("available", 0)


@pytest.mark.parametrize(
    "act",
    [
        partial(mark_missing, barcode=BOOK),
        partial(transfers.request_transfer, barcode=BOOK, to="WEST"),
    ],
    ids=["missing", "transfer"],
)
def test_what_has_its_own_way_back_is_not_undone(town: Town, act: Callable[..., object]) -> None:
    town.act(act)
    assert refused(lambda: last(town)) == ["undo.not_possible"]


def test_who_may_not_do_a_thing_may_not_undo_it(town: Town) -> None:
    town.lend(READER, BOOK)
    assert refused(lambda: town.act(undo_last, by=SORTER)) == ["permission.missing"]
    charge = charged(town)
    town.act(charges.waive, by=SUPERVISOR, charge_id=charge, note="kind", key="waived")
    assert refused(lambda: by_key(town, "waived")) == ["permission.missing"]


def test_undoing_asked_again_under_its_key_undoes_once(town: Town) -> None:
    town.lend(READER, BOOK)
    first = town.act(undo_last, key="undo")
    town.lend(READER, BOOK)
    assert town.act(undo_last, key="undo") == first
    assert town.open_loans() == [(READER, BOOK)]
    assert first.patron_name == NAMES[READER]


def test_what_is_undone_names_nobody_in_the_journal(town: Town) -> None:
    town.lend(READER, BOOK)
    town.act(undo_last, key="undo")
    said = str([event.data for event in town.ask(select(EVENT))])
    assert NAMES[READER] not in said
    assert f"'{READER}'" not in said


def test_a_change_of_copies_is_put_back_once_by_whoever_may_make_it_and_what_went_on_stays(town: Town) -> None:
    states = select(ITEM.c.barcode, ITEM.c.note, ITEM.c.condition).order_by(ITEM.c.barcode)
    before, noted = town.ask(states), CopyChanges(note="checked")
    town.act(change_copy, barcode=BOOK, changes=noted)
    answer = last(town)
    assert (answer.what, answer.items, answer.left) == (Undone.BATCH, 1, 0)
    assert town.ask(states) == before
    assert refused(partial(last, town)) == ["undo.already"]

    both = Chosen(barcodes=(BOOK, OTHER_BOOK))
    town.act(change_copies, by=SUPERVISOR, chosen=both, changes=noted, key="many")
    assert refused(partial(by_key, town, "many")) == ["permission.missing"], "many at once are not the clerk's"
    town.act(change_copy, barcode=OTHER_BOOK, changes=CopyChanges(note="else"))
    answer = town.act(undo, by=SUPERVISOR, act_key="many")
    assert (answer.items, answer.left) == (1, 1)
    assert {row.barcode: row.note for row in town.ask(states) if row.note} == {OTHER_BOOK: "else"}
    assert refused(partial(town.act, undo, by=SUPERVISOR, act_key="many")) == ["undo.already"]
    assert refused(partial(town.act, undo_batch, by=SUPERVISOR, number=answer.act)) == ["batch.undone"]

    done = town.act(change_copies, by=SUPERVISOR, chosen=both, changes=CopyChanges(condition="worn"), key="again")
    town.act(undo_batch, by=SUPERVISOR, number=done.number)
    assert refused(partial(town.act, undo, by=SUPERVISOR, act_key="again")) == ["batch.undone"]
