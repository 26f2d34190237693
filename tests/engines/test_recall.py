"""Calling a loan back: which one, until when, what the borrower keeps, and when there is nothing to call back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, literal, select, update

from db.circulation import RequestKind
from db.tables import BRANCH, DATED_HOURS, EVENT, ITEM, LOAN, PATRON
from libops.circulation import requests
from libops.circulation.requests import PlacedAnswer
from tests.engines.town import (
    CHILD,
    EXPIRED,
    NAMES,
    OTHER_READER,
    READER,
    SORTER,
    Town,
    ids,
    refused,
)
from tests.engines.wishes import (
    LONE,
    LONE_BOOK,
    RARE,
    RARE_BOOK,
    RARE_WEST,
    add_titles,
    ask,
    cancel,
    day,
    holding,
    let_books,
    sound,
    state,
    told,
)


@pytest.fixture(autouse=True)
def _titles(town: Town) -> None:
    add_titles(town)
    let_books(town, recall_minimum=14, recall_days=7)


def call_back(town: Town, patron: str, title: str | None = LONE, **rest: Any) -> PlacedAnswer:  # noqa: ANN401
    """Call a loan of a title back."""
    return town.act(requests.recall, patron_number=patron, title_number=title, pickup="MAIN", **rest)


def due(town: Town, barcode: str) -> date:
    """The day on which an open loan falls due."""
    loans = select(LOAN.c.due_at).join(ITEM, ITEM.c.id == LOAN.c.item_id)
    ((moment,),) = town.ask(loans.where(ITEM.c.barcode == barcode, LOAN.c.returned_at.is_(None)))
    on: date = moment.astimezone(town.clock.now.tzinfo).date()
    return on


def test_a_fresh_loan_keeps_what_its_borrower_is_guaranteed_from_the_check_out_on(town: Town) -> None:
    town.lend(OTHER_READER, LONE_BOOK)
    town.clock.later(days=2)
    placed = call_back(town, READER)
    assert (placed.kind, placed.place, placed.expected_on) == (RequestKind.RECALL, 1, day(14))
    assert placed.recalled is not None
    assert (placed.recalled.barcode, placed.recalled.due_on, placed.recalled.was_due_on) == (
        LONE_BOOK,
        day(14),
        day(30),
    )
    assert due(town, LONE_BOOK) == day(14)
    assert town.look(requests.show, request_id=placed.request_id).expected_on == day(14)
    sound(town)


def test_a_loan_that_has_had_its_guarantee_leaves_so_many_days_to_bring_the_item_back(town: Town) -> None:
    town.lend(OTHER_READER, LONE_BOOK)
    town.clock.later(days=12)
    placed = call_back(town, READER)
    assert placed.recalled is not None
    assert placed.recalled.due_on == due(town, LONE_BOOK) == day(12 + 7)
    sound(town)


def test_a_due_date_that_is_nearer_stays_and_the_loan_still_cannot_be_renewed(town: Town) -> None:
    town.lend(OTHER_READER, LONE_BOOK)
    town.clock.later(days=28)
    placed = call_back(town, READER)
    assert placed.recalled is not None
    assert placed.recalled.due_on == placed.recalled.was_due_on == day(30)
    assert refused(lambda: town.renew(LONE_BOOK)) == ["renewal.recalled"]
    sound(town)


def test_an_overdue_loan_stays_overdue(town: Town) -> None:
    town.lend(OTHER_READER, LONE_BOOK)
    town.clock.later(days=40)
    call_back(town, READER)
    assert due(town, LONE_BOOK) == day(30)
    sound(town)


def test_the_new_due_day_is_an_open_one_and_never_before_the_guarantee_ends(town: Town) -> None:
    main = ids(town, BRANCH)["MAIN"]
    closed = [{"branch_id": main, "day": day(14 + ahead)} for ahead in range(3)]
    town.change_rules(insert(DATED_HOURS).values(closed))
    town.lend(OTHER_READER, LONE_BOOK)
    call_back(town, READER)
    assert due(town, LONE_BOOK) == day(17)


def test_days_are_those_of_the_branch_that_lent_it(town: Town) -> None:
    # It is still Sunday evening in New York.
    town.lend(OTHER_READER, LONE_BOOK, at="Y1")
    placed = call_back(town, READER)
    assert placed.recalled is not None
    assert (placed.recalled.due_on, placed.recalled.was_due_on) == (day(13), day(29))


def test_once_another_copy_serves_the_recall_the_loan_that_was_called_back_may_be_renewed(town: Town) -> None:
    town.lend(OTHER_READER, RARE_BOOK)
    town.clock.later(days=1)
    town.lend(OTHER_READER, RARE_WEST, at="W1")
    placed = call_back(town, READER, RARE)
    assert refused(lambda: town.renew(RARE_WEST, at="W1")) == ["renewal.recalled"]
    town.take_back(RARE_BOOK)
    assert state(town, placed.request_id) == "awaiting_pickup"
    town.renew(RARE_WEST, at="W1")
    sound(town)


def test_of_several_loans_the_one_that_is_due_last_is_called_back_and_none_twice(town: Town) -> None:
    town.lend(OTHER_READER, RARE_BOOK)
    town.clock.later(days=1)
    town.lend(OTHER_READER, RARE_WEST, at="W1")
    first = call_back(town, READER, RARE)
    assert first.recalled is not None
    assert first.recalled.barcode == RARE_WEST
    town.change(insert(PATRON).from_select(*_copy_of_reader("P6")))
    second = call_back(town, "P6", RARE)
    assert second.recalled is not None
    assert second.recalled.barcode == RARE_BOOK
    town.change(insert(PATRON).from_select(*_copy_of_reader("P7")))
    assert refused(lambda: call_back(town, "P7", RARE)) == ["recall.nothing_on_loan"]
    assert town.look(requests.show, request_id=second.request_id).place == 2
    sound(town)


def _copy_of_reader(number: str) -> tuple[list[str], Any]:
    columns = [column for column in PATRON.columns if column.name not in ("id", "number")]
    values = select(literal(number), *columns).where(PATRON.c.number == READER)
    return ["number", *(column.name for column in columns)], values


def test_one_very_item_is_called_back_by_its_barcode(town: Town) -> None:
    town.lend(OTHER_READER, RARE_BOOK)
    town.lend(OTHER_READER, RARE_WEST, at="W1")
    placed = call_back(town, READER, None, barcode=RARE_BOOK, item_level=True)
    assert placed.recalled is not None
    assert (placed.recalled.barcode, placed.barcode) == (RARE_BOOK, RARE_BOOK)
    assert due(town, RARE_WEST) == day(30)
    sound(town)


def test_what_comes_back_goes_to_who_waits_longest(town: Town) -> None:
    town.lend(OTHER_READER, LONE_BOOK)
    first = ask(town, CHILD)
    placed = call_back(town, READER)
    assert placed.place == 2
    town.take_back(LONE_BOOK)
    assert (holding(town, first.request_id), holding(town, placed.request_id)) == (LONE_BOOK, None)
    sound(town)


def test_nothing_is_called_back_while_a_copy_is_in_that_nobody_else_waits_for(town: Town) -> None:
    town.lend(OTHER_READER, RARE_BOOK)
    assert refused(lambda: call_back(town, READER, RARE)) == ["recall.copy_in"]
    ask(town, CHILD, RARE)
    assert call_back(town, READER, RARE).recalled is not None
    sound(town)


@pytest.mark.parametrize("lost", ["declared", "aged", "claimed"])
def test_a_loan_that_counts_as_lost_is_not_called_back(town: Town, lost: str) -> None:
    town.lend(OTHER_READER, LONE_BOOK)
    town.change(update(LOAN).values(lost_at=town.clock(), lost_as=lost))
    assert refused(lambda: call_back(town, READER)) == ["recall.nothing_on_loan"]


def test_nothing_is_called_back_where_the_rules_of_the_lending_branch_do_not_say_so(town: Town) -> None:
    let_books(town, recall_minimum=None)
    town.lend(OTHER_READER, LONE_BOOK)
    assert refused(lambda: call_back(town, READER)) == ["recall.not_allowed"]
    assert due(town, LONE_BOOK) == day(30)


def test_of_loans_under_different_rules_one_is_called_back_that_may_be(town: Town) -> None:
    town.lend(OTHER_READER, RARE_BOOK)
    # Children's loans have a row of their own, which guarantees nothing and calls nothing back.
    town.lend(CHILD, RARE_WEST, at="W1")
    placed = call_back(town, READER, RARE)
    assert placed.recalled is not None
    assert placed.recalled.barcode == RARE_BOOK


def test_ones_own_loan_is_not_called_back(town: Town) -> None:
    town.lend(READER, LONE_BOOK)
    assert refused(lambda: call_back(town, READER)) == ["request.on_loan_to_patron", "recall.nothing_on_loan"]


def test_what_stands_against_a_request_stands_against_a_recall_and_cannot_be_overridden_here(town: Town) -> None:
    town.lend(OTHER_READER, LONE_BOOK)
    assert refused(lambda: call_back(town, EXPIRED)) == ["patron.expired"]
    assert refused(lambda: call_back(town, READER, by=SORTER)) == ["permission.missing"]
    assert refused(lambda: call_back(town, READER, "T99")) == ["request.unknown_title"]
    call_back(town, READER)
    assert refused(lambda: call_back(town, READER)) == ["request.twice", "recall.nothing_on_loan"]
    assert due(town, LONE_BOOK) == day(14)


def test_a_recall_under_a_key_calls_back_once_and_answers_the_same(town: Town) -> None:
    town.lend(OTHER_READER, LONE_BOOK)
    first = call_back(town, READER, key="k")
    town.clock.later(days=3)
    assert call_back(town, READER, key="k") == first
    assert town.story().count("loan.recalled") == 1


def test_the_journal_tells_the_borrowers_story_and_names_neither(town: Town) -> None:
    town.lend(OTHER_READER, LONE_BOOK)
    placed = call_back(town, READER)
    query = select(EVENT.c.patron_id, EVENT.c.loan_id, EVENT.c.data).where(EVENT.c.kind == "loan.recalled")
    ((patron, loan, data),) = town.ask(query)
    assert (patron, loan, data["request"]) == (2, 1, placed.request_id)
    assert data["due_at"] < data["was_due_at"]
    assert not any(f"'{name}'" in told(town) for name in (READER, OTHER_READER, *NAMES.values()))


def test_when_a_recall_is_cancelled_the_borrower_may_renew_again_and_keeps_the_due_date_that_was_told(
    town: Town,
) -> None:
    town.lend(OTHER_READER, LONE_BOOK)
    placed = call_back(town, READER)
    cancel(town, placed.request_id)
    assert due(town, LONE_BOOK) == day(14)
    assert town.renew(LONE_BOOK).renewals == 1
    assert town.story()[-3:] == ["hold.cancelled", "loan.recall_ended", "loan.renewed"]
    sound(town)


def test_while_another_recall_waits_no_borrower_may_renew(town: Town) -> None:
    town.lend(OTHER_READER, RARE_BOOK)
    town.lend(CHILD, RARE_WEST, at="W1")
    let_books(town, recall_minimum=14)
    first = call_back(town, READER, RARE)
    town.change(insert(PATRON).from_select(*_copy_of_reader("P6")))
    hold = ask(town, "P6", RARE)
    cancel(town, hold.request_id)
    assert refused(lambda: town.renew(RARE_BOOK)) == ["renewal.recalled"]
    cancel(town, first.request_id)
    assert town.renew(RARE_BOOK).renewals == 1


def test_a_recalled_loan_is_given_back_in_time_or_fined_from_its_new_due_date(town: Town) -> None:
    let_books(town, fine_amount=10)
    town.lend(OTHER_READER, LONE_BOOK)
    call_back(town, READER)
    town.clock.later(days=16)
    back = town.take_back(LONE_BOOK)
    assert (back.days_overdue, back.fine) == (2, 20)
    assert back.hold is not None
    sound(town)
