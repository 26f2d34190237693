"""Check-in: what comes back, from whom, and where it goes."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from sqlalchemy import delete, select, update

from db.tables import BRANCH, EVENT, ITEM, LOAN, TRANSFER
from libops.circulation.directions import ReturnOutcome
from libops.doctor import examine
from tests.engines.town import (
    BOOK,
    IN_PROCESS,
    MISSING,
    MORNING,
    NAMES,
    NEW_YORK,
    OTHER_READER,
    READER,
    RESTRICTED,
    SORTER,
    SUPERVISOR,
    WEST_BOOK,
    WEST_BOOK_AWAY,
    WITHDRAWN,
    Town,
    ids,
    refused,
)


def test_a_returned_item_is_shelved_at_home_and_its_loan_is_closed(town: Town) -> None:
    town.lend(READER, BOOK)
    town.clock.later(days=3)
    back = town.take_back(BOOK)
    assert (back.outcome, back.status, back.changed, back.was_on_loan) == (
        ReturnOutcome.SHELVE,
        "available",
        True,
        True,
    )
    assert (back.branch_code, back.location_zh, back.call_number) == ("MAIN", "一楼", "I242.4/C118")
    assert (back.patron_number, back.patron_name, back.days_overdue) == (READER, NAMES[READER], 0)
    assert (town.open_loans(), town.status_of(BOOK)) == ([], "available")
    (loan,) = town.ask(select(LOAN))
    assert loan.returned_at == town.clock()
    assert loan.returned_branch_id == ids(town, BRANCH)["MAIN"]
    assert town.story() == ["loan.opened", "loan.closed"]


def test_a_second_check_in_changes_nothing_and_says_so(town: Town) -> None:
    town.lend(READER, BOOK)
    town.take_back(BOOK)
    (loan,) = town.ask(select(LOAN))
    town.clock.later(minutes=1)
    again = town.take_back(BOOK)
    assert (again.outcome, again.changed, again.was_on_loan) == (ReturnOutcome.SHELVE, False, False)
    assert (again.patron_number, again.patron_name) == (None, None)
    assert town.ask(select(LOAN)) == [loan]
    assert town.story() == ["loan.opened", "loan.closed", "item.seen"]


def test_an_item_that_was_never_lent_was_used_in_the_house_once_and_stays_as_it_is(town: Town) -> None:
    seen = town.take_back(BOOK)
    assert (seen.outcome, seen.changed, seen.was_on_loan, seen.days_overdue) == (ReturnOutcome.SHELVE, True, False, 0)
    assert seen.used_in_house
    town.clock.later(minutes=29)
    again = town.take_back(BOOK)
    assert (again.changed, again.used_in_house) == (False, False)
    town.clock.later(minutes=30)
    assert town.take_back(BOOK).used_in_house
    assert town.status_of(BOOK) == "available"
    assert town.story() == ["item.used_in_house", "item.seen", "item.used_in_house"]


def test_what_was_just_returned_is_not_counted_as_used_in_the_house(town: Town) -> None:
    town.lend(READER, BOOK)
    town.take_back(BOOK)
    town.clock.later(minutes=5)
    assert not town.take_back(BOOK).used_in_house


@pytest.mark.parametrize(("item", "desk"), [(BOOK, "W1"), (RESTRICTED, "M1"), (IN_PROCESS, "M1"), (MISSING, "M1")])
def test_only_what_is_available_and_at_home_is_used_in_the_house(town: Town, item: str, desk: str) -> None:
    assert not town.take_back(item, at=desk).used_in_house
    assert "item.used_in_house" not in town.story()


def test_an_item_returned_elsewhere_is_sent_home(town: Town) -> None:
    town.lend(READER, BOOK)
    back = town.take_back(BOOK, at="W1")
    assert (back.outcome, back.status, back.branch_code) == (ReturnOutcome.SEND, "in_transit", "MAIN")
    assert town.open_loans() == []
    again = town.take_back(BOOK, at="W1")
    assert (again.outcome, again.changed) == (ReturnOutcome.SEND, False)
    home = town.take_back(BOOK, at="M1")
    assert (home.outcome, home.status, home.changed) == (ReturnOutcome.SHELVE, "available", True)
    assert town.story() == ["loan.opened", "loan.closed", "transfer.sent", "item.seen", "transfer.arrived"]


def test_an_item_on_its_way_says_its_destination_at_a_third_branch_and_stays_on_its_way(town: Town) -> None:
    town.take_back(WEST_BOOK, at="M1")
    before = town.ask(select(TRANSFER))
    seen = town.take_back(WEST_BOOK, at="Y1")
    assert (seen.outcome, seen.branch_code, seen.changed) == (ReturnOutcome.SEND, "WEST", False)
    assert town.status_of(WEST_BOOK) == "in_transit"
    assert town.ask(select(TRANSFER)) == before


def test_an_item_that_is_scanned_again_where_it_was_sent_from_has_not_arrived(town: Town) -> None:
    town.take_back(WEST_BOOK, at="M1")
    town.clock.later(minutes=3)
    again = town.take_back(WEST_BOOK, at="M1")
    assert (again.outcome, again.changed, again.arrived) == (ReturnOutcome.SEND, False, False)
    (_, way) = town.ask(select(TRANSFER).order_by(TRANSFER.c.id))
    assert (way.status, way.ended_at) == ("sent", None)


def test_an_item_that_is_marked_as_on_its_way_without_any_is_sent_home_from_where_it_is(town: Town) -> None:
    town.change(delete(TRANSFER))
    seen = town.take_back(WEST_BOOK_AWAY, at="Y1")
    assert (seen.outcome, seen.branch_code, seen.changed) == (ReturnOutcome.SEND, "WEST", True)
    (way,) = town.ask(select(TRANSFER))
    assert (way.reason, way.status) == ("return_home", "sent")


def test_an_available_item_that_turns_up_elsewhere_is_sent_home(town: Town) -> None:
    found = town.take_back(WEST_BOOK, at="M1")
    assert (found.outcome, found.status, found.changed, found.was_on_loan) == (
        ReturnOutcome.SEND,
        "in_transit",
        True,
        False,
    )
    assert town.story() == ["transfer.sent"]


@pytest.mark.parametrize(("desk", "outcome", "status"), [("M1", "shelve", "available"), ("W1", "send", "in_transit")])
def test_a_missing_item_is_found_by_being_scanned(town: Town, desk: str, outcome: str, status: str) -> None:
    found = town.take_back(MISSING, at=desk)
    assert (found.outcome, found.status, found.was_missing, found.changed) == (outcome, status, True, True)
    assert town.story()[0] == "item.found"
    again = town.take_back(MISSING, at=desk)
    assert (again.was_missing, again.changed) == (False, False)


def test_an_item_that_went_missing_from_a_loan_ends_the_loan_when_it_is_found(town: Town) -> None:
    town.lend(READER, BOOK)
    town.change(update(ITEM).where(ITEM.c.barcode == BOOK).values(status="missing"))
    back = town.take_back(BOOK)
    assert (back.outcome, back.status, back.was_on_loan) == (ReturnOutcome.SHELVE, "available", True)
    assert town.open_loans() == []


def test_a_withdrawn_item_is_refused_without_side_effects(town: Town) -> None:
    town.lend(READER, BOOK)
    town.change(update(ITEM).where(ITEM.c.barcode == BOOK).values(status="withdrawn"))
    for item in (WITHDRAWN, BOOK):
        for desk in ("M1", "W1"):
            assert refused(partial(town.take_back, item, at=desk)) == ["item.withdrawn"]
    assert town.open_loans() == [(READER, BOOK)]
    assert (town.status_of(WITHDRAWN), town.status_of(BOOK)) == ("withdrawn", "withdrawn")


@pytest.mark.parametrize(
    ("item", "status", "direction"),
    [(RESTRICTED, "restricted", ReturnOutcome.SHELVE), (IN_PROCESS, "in_process", ReturnOutcome.ASIDE)],
)
def test_an_item_lent_by_exception_goes_back_to_what_it_was(
    town: Town, item: str, status: str, direction: ReturnOutcome
) -> None:
    town.lend(READER, item, allowed_by=SUPERVISOR)
    assert town.status_of(item) == "checked_out"
    back = town.take_back(item)
    assert (back.outcome, back.status, back.was_on_loan) == (direction, status, True)
    assert town.status_of(item) == status


@pytest.mark.parametrize(
    ("item", "status", "direction"),
    [(RESTRICTED, "restricted", ReturnOutcome.SHELVE), (IN_PROCESS, "in_process", ReturnOutcome.ASIDE)],
)
def test_an_item_that_is_not_lent_goes_where_it_belongs_and_keeps_its_status(
    town: Town, item: str, status: str, direction: ReturnOutcome
) -> None:
    seen = town.take_back(item)
    assert (seen.outcome, seen.status, seen.changed) == (direction, status, False)
    away = town.take_back(item, at="W1")
    assert (away.outcome, away.status, away.branch_code) == (ReturnOutcome.SEND, status, "MAIN")
    assert (away.changed, town.take_back(item, at="W1").changed) == (True, False)


def test_a_loan_never_ends_before_it_began_though_another_desks_clock_is_slow(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    town.clock.later(seconds=-5)
    town.take_back(BOOK)
    (row,) = town.ask(select(LOAN).where(LOAN.c.id == lent.loan_id))
    assert row.returned_at == row.opened_at
    assert examine(town.library) == []


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("B99", "item.unknown"),
        (READER, "code.is_patron"),
        ("S1", "code.is_staff"),
        ("978-7-02-000220-7", "code.isbn"),
        ("", "code.empty"),
        pytest.param("B" * 10_000, "code.too_long", id="10 kB"),
        ("B1\x00", "code.unreadable"),
        ("\udcff", "code.unreadable"),
    ],
)
def test_what_is_no_item_is_refused_with_what_it_is(town: Town, item: str, code: str) -> None:
    assert refused(lambda: town.take_back(item)) == [code]
    assert town.story() == ["refused"]


@pytest.mark.parametrize(
    ("returned", "days"),
    [((2026, 12, 23, 23, 59), 0), ((2026, 12, 24, 0, 0), 1), ((2026, 12, 24, 23, 59), 1), ((2027, 1, 2, 12, 0), 10)],
)
def test_days_overdue_are_calendar_days_of_the_branch_that_lent(
    town: Town, returned: tuple[int, int, int, int, int], days: int
) -> None:
    lent = town.lend(READER, BOOK)
    assert lent.due_on == date(2026, 12, 23)
    year, month, day, hour, minute = returned
    town.clock.now = MORNING.replace(year=year, month=month, day=day, hour=hour, minute=minute)
    assert town.take_back(BOOK).days_overdue == days


def test_a_return_in_another_zone_counts_the_days_of_the_lending_branch(town: Town) -> None:
    lent = town.lend(READER, BOOK, at="Y1")
    assert lent.due_on == date(2026, 12, 22)
    # The 23rd has begun in Shanghai; in New York, where the book was lent, it is still the day it is due.
    town.clock.now = MORNING.replace(month=12, day=23, hour=9)
    assert town.clock().astimezone(NEW_YORK).date() == lent.due_on
    assert town.take_back(BOOK).days_overdue == 0


def test_who_only_sorts_returns_is_not_told_whose_they_were(town: Town) -> None:
    town.lend(READER, BOOK)
    back = town.take_back(BOOK, by=SORTER, key="sorted")
    assert (back.was_on_loan, back.patron_number, back.patron_name) == (True, None, None)
    assert town.take_back(BOOK, by=SORTER, key="sorted") == back
    town.lend(READER, BOOK)
    assert town.take_back(BOOK, by=SUPERVISOR).patron_name == NAMES[READER]


def test_the_journal_knows_whose_loan_was_closed_only_by_column(town: Town) -> None:
    town.lend(OTHER_READER, BOOK)
    town.take_back(BOOK, by=SORTER)
    (event,) = town.ask(select(EVENT).where(EVENT.c.kind == "loan.closed"))
    assert event.patron_id is not None
    assert event.data == {"status": "available", "days_overdue": 0}
