"""The hold shelf: what waits on it, what has to be cleared from it and what becomes of that, and that time passes."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from db.tables import REQUEST
from libops.circulation import requests
from libops.circulation.directions import ReturnOutcome
from libops.circulation.requests import ClearView, Why
from libops.people import patrons
from tests.engines.town import NAMES, OTHER_READER, READER, SORTER, Town, refused
from tests.engines.wishes import (
    LONE,
    LONE_BOOK,
    RARE,
    RARE_BOOK,
    add_titles,
    ask,
    cancel,
    day,
    fill,
    holding,
    let_books,
    pick_up_at,
    sound,
    state,
)


@pytest.fixture(autouse=True)
def _titles(town: Town) -> None:
    add_titles(town)


def cleared(town: Town, at: str = "M1") -> list[ClearView]:
    """What has to be cleared from the shelf of a place."""
    return town.look(requests.clearing_list, at=at).results


def does_what_it_said(town: Town, view: ClearView, at: str = "M1") -> None:
    """Check an item of the clearing list in: it comes to what the list said."""
    back = town.take_back(view.barcode, at=at)
    assert (back.outcome, back.branch_code) == (view.outcome, view.branch_code)
    assert view.barcode not in [other.barcode for other in cleared(town, at)]


def test_the_shelf_tells_what_waits_for_whom_and_until_when_in_its_order(town: Town) -> None:
    for patron, title, barcode in ((READER, LONE, LONE_BOOK), (OTHER_READER, RARE, RARE_BOOK)):
        ask(town, patron, title)
        town.take_back(barcode)
    first, second = town.look(requests.hold_shelf).results
    assert (first.label, first.barcode, first.title, first.until) == ("A-01", LONE_BOOK, "The Lone Copy", day(7))
    assert (first.patron_number, first.patron_name) == (READER, NAMES[READER])
    assert (second.label, second.barcode, second.patron_number) == ("A-02", RARE_BOOK, OTHER_READER)
    assert town.look(requests.hold_shelf, at="W1").results == []
    sound(town)


def test_sorters_see_the_shelf_and_no_names(town: Town) -> None:
    ask(town, READER)
    town.take_back(LONE_BOOK)
    (view,) = town.look(requests.hold_shelf, by=SORTER).results
    assert (view.label, view.patron_number, view.patron_name) == ("A-01", None, None)


def test_the_shelf_comes_in_pages(town: Town) -> None:
    several = fill(town, 5)
    seen, after = [], ""
    while True:
        page = town.look(requests.hold_shelf, after=after, limit=2)
        seen += [view.barcode for view in page.results]
        if page.next is None:
            break
        after = page.next
    assert seen == several
    for nonsense in ("x", "-1", "9" * 30, "1-2"):
        assert len(town.look(requests.hold_shelf, after=nonsense).results) == 5


# Case 17: what nobody came for is still on the shelf.


def test_what_nobody_came_for_is_to_be_cleared_from_the_first_moment_on_though_nothing_has_run(town: Town) -> None:
    placed = ask(town, READER)
    town.take_back(LONE_BOOK)
    town.clock.now = town.clock.now.replace(hour=23, minute=59, second=59)
    town.clock.later(days=7)
    assert cleared(town) == []
    town.clock.later(seconds=1)
    (view,) = cleared(town)
    assert (view.barcode, view.label, view.why, view.request_id) == (LONE_BOOK, "A-01", Why.EXPIRED, placed.request_id)
    assert (view.outcome, view.branch_code) == (ReturnOutcome.SHELVE, "MAIN")
    assert town.look(requests.hold_shelf).results == []
    assert town.look(requests.show, request_id=placed.request_id).status == "pickup_expired"
    assert town.look(requests.of_patron, number=READER) == []
    assert town.look(patrons.show, number=READER).holds == 0
    does_what_it_said(town, view)
    assert state(town, placed.request_id) == "pickup_expired"
    sound(town)


def test_what_nobody_came_for_goes_to_the_next_who_waits_at_whichever_branch(town: Town) -> None:
    ask(town, READER)
    second = ask(town, OTHER_READER, pickup="WEST")
    town.take_back(LONE_BOOK)
    town.clock.later(days=8)
    (view,) = cleared(town)
    assert (view.outcome, view.branch_code) == (ReturnOutcome.SEND, "WEST")
    does_what_it_said(town, view)
    assert holding(town, second.request_id) == LONE_BOOK
    sound(town)


def test_what_nobody_came_for_goes_home_from_another_branch(town: Town) -> None:
    ask(town, READER, pickup="WEST")
    town.take_back(LONE_BOOK)
    town.take_back(LONE_BOOK, at="W1")
    town.clock.later(days=9)
    assert cleared(town) == []
    (view,) = cleared(town, "W1")
    assert (view.outcome, view.branch_code, view.why) == (ReturnOutcome.SEND, "MAIN", Why.EXPIRED)
    does_what_it_said(town, view, "W1")
    sound(town)


@pytest.mark.parametrize("tidied", [False, True])
def test_it_makes_no_difference_to_anybody_whether_the_nightly_work_has_run(town: Town, tidied: bool) -> None:
    first, second = ask(town, READER), ask(town, OTHER_READER, needed_by=day(30))
    town.take_back(LONE_BOOK)
    town.clock.later(days=8)
    if tidied:
        assert town.act(requests.expire_shelf, limit=10).closed == 1
    (view,) = cleared(town)
    assert (view.why, view.label, view.outcome) == (Why.EXPIRED, "A-01", ReturnOutcome.HOLD_SHELF)
    assert town.look(requests.show, request_id=first.request_id).status == "pickup_expired"
    assert town.look(requests.show, request_id=second.request_id).place == 1
    does_what_it_said(town, view)
    assert holding(town, second.request_id) == LONE_BOOK
    town.clock.later(days=30)
    third = ask(town, READER)
    if tidied:
        assert town.act(requests.expire_shelf, limit=10).closed == 1
        assert town.act(requests.close_overdue_requests, limit=10).closed == 0
    (view,) = cleared(town)
    does_what_it_said(town, view)
    assert holding(town, third.request_id) == LONE_BOOK
    assert [state(town, one.request_id) for one in (first, second, third)] == [
        "pickup_expired",
        "pickup_expired",
        "awaiting_pickup",
    ]
    sound(town)


def test_one_that_was_cancelled_on_the_shelf_is_to_be_cleared_and_says_what_for(town: Town) -> None:
    first, second = ask(town, READER), ask(town, OTHER_READER)
    town.take_back(LONE_BOOK)
    cancel(town, first.request_id)
    (view,) = cleared(town)
    assert (view.why, view.label, view.request_id) == (Why.CANCELLED, "A-01", first.request_id)
    assert (view.outcome, view.branch_code) == (ReturnOutcome.HOLD_SHELF, "MAIN")
    does_what_it_said(town, view)
    assert state(town, second.request_id) == "awaiting_pickup"
    sound(town)


def test_one_that_is_picked_up_elsewhere_now_is_to_be_cleared_and_sent(town: Town) -> None:
    placed = ask(town, READER)
    town.take_back(LONE_BOOK)
    pick_up_at(town, placed.request_id, "WEST", at="Y1")
    (view,) = cleared(town)
    assert (view.why, view.label, view.request_id) == (Why.ELSEWHERE, "A-01", placed.request_id)
    assert (view.outcome, view.branch_code) == (ReturnOutcome.SEND, "WEST")
    assert cleared(town, "W1") == []
    does_what_it_said(town, view)
    sound(town)


def test_one_that_was_to_go_and_stays_after_all_is_to_be_put_back(town: Town) -> None:
    placed = ask(town, READER)
    town.take_back(LONE_BOOK)
    pick_up_at(town, placed.request_id, "WEST")
    pick_up_at(town, placed.request_id, "MAIN")
    (view,) = cleared(town)
    assert (view.why, view.label, view.outcome) == (Why.BACK_HERE, "A-01", ReturnOutcome.HOLD_SHELF)
    does_what_it_said(town, view)
    sound(town)


def test_one_that_was_to_go_and_is_cancelled_is_to_be_cleared_from_where_it_was_put(town: Town) -> None:
    placed = ask(town, READER)
    town.take_back(LONE_BOOK)
    pick_up_at(town, placed.request_id, "WEST")
    cancel(town, placed.request_id)
    (view,) = cleared(town)
    assert (view.why, view.label, view.outcome) == (Why.CANCELLED, "A-01", ReturnOutcome.SHELVE)
    does_what_it_said(town, view)
    sound(town)


def test_who_held_a_copy_last_is_told_even_when_an_older_request_held_it_later(town: Town) -> None:
    old, new = ask(town, READER), ask(town, OTHER_READER)
    town.act(requests.suspend, request_id=old.request_id)
    town.take_back(LONE_BOOK)
    assert holding(town, new.request_id) == LONE_BOOK
    cancel(town, new.request_id)
    town.act(requests.resume, request_id=old.request_id)
    town.clock.later(minutes=5)
    town.take_back(LONE_BOOK)
    town.clock.later(days=8)
    town.act(requests.expire_shelf, limit=10)
    (view,) = cleared(town)
    assert (view.request_id, view.why) == (old.request_id, Why.EXPIRED)
    sound(town)


def test_the_clearing_list_comes_in_pages_in_the_order_of_the_shelf(town: Town) -> None:
    barcodes = fill(town, 5)
    town.clock.later(days=8)
    town.act(requests.expire_shelf, limit=2)
    seen, after = [], ""
    while True:
        page = town.look(requests.clearing_list, after=after, limit=2)
        seen += [(view.barcode, view.label) for view in page.results]
        if page.next is None:
            break
        after = page.next
    assert seen == [(barcode, f"A-0{number}") for number, barcode in enumerate(barcodes, 1)]
    assert len(town.look(requests.clearing_list, after="x").results) == 5
    sound(town)


def test_lists_of_the_shelf_are_for_who_takes_things_back(town: Town) -> None:
    nobody = SORTER.__class__("staff:S9", "Guest", frozenset())
    for look in (requests.hold_shelf, requests.clearing_list, requests.pull_list):
        assert refused(partial(town.look, look, by=nobody)) == ["permission.missing"]
        town.look(look, by=SORTER)
    assert refused(partial(town.look, requests.of_patron, by=SORTER, number=READER)) == ["permission.missing"]


def test_rules_of_the_shelf_are_those_of_the_pickup_branch_and_patron(town: Town) -> None:
    let_books(town, shelf_days=2)
    ask(town, READER)
    town.take_back(LONE_BOOK)
    (view,) = town.look(requests.hold_shelf).results
    assert view.until == day(2)
    (row,) = town.ask(select(REQUEST.c.shelf_until))
    assert row.shelf_until.astimezone(town.clock.now.tzinfo).date() == day(2)
