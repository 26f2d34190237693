"""What happens to a hold on its way: lent to somebody else, taken early, cancelled; cases 9 and 15."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import select, update

from db.circulation import RequestStatus
from db.tables import ITEM, ITEM_TYPE, REQUEST
from libops.circulation import requests
from libops.circulation.directions import ReturnOutcome
from tests.engines.town import (
    CHILD,
    NAMES,
    OTHER_READER,
    READER,
    SORTER,
    SUPERVISOR,
    Town,
    ids,
    refused,
)
from tests.engines.wishes import (
    LONE_BOOK,
    RARE,
    RARE_BOOK,
    RARE_WEST,
    add_titles,
    ask,
    cancel,
    day,
    holding,
    pick_up_at,
    sound,
    state,
    told,
    ways,
)


@pytest.fixture(autouse=True)
def _titles(town: Town) -> None:
    add_titles(town)


Change = Callable[[Town, int], object]


# Case 9: check-out to somebody who is not first, and to the holder while the item is still on its way.


def test_nobody_takes_what_others_wait_for_until_somebody_allows_it_and_who_waited_waits_on(town: Town) -> None:
    first, second = ask(town, READER), ask(town, OTHER_READER)
    assert refused(lambda: town.lend(CHILD, LONE_BOOK)) == ["item.others_waiting"]
    assert refused(lambda: town.lend(OTHER_READER, LONE_BOOK)) == ["item.others_waiting"]
    assert town.lend(OTHER_READER, LONE_BOOK, allowed_by=SUPERVISOR).filled
    assert (state(town, second.request_id), state(town, first.request_id)) == ("filled", "open")
    assert town.take_back(LONE_BOOK).hold is not None
    assert holding(town, first.request_id) == LONE_BOOK
    sound(town)


def test_other_copies_that_are_in_do_not_serve_who_waits_for_this_very_one(town: Town) -> None:
    asked = town.act(requests.place, patron_number=READER, barcode=RARE_BOOK, item_level=True, pickup="MAIN")
    assert refused(lambda: town.lend(CHILD, RARE_BOOK)) == ["item.others_waiting"]
    town.lend(CHILD, RARE_BOOK, allowed_by=SUPERVISOR)
    town.clock.later(days=1)
    assert refused(lambda: town.renew(RARE_BOOK)) == ["renewal.others_waiting"]
    town.lend(OTHER_READER, RARE_WEST, at="W1")
    assert state(town, asked.request_id) == "open"


def test_another_copy_that_is_in_and_of_another_type_does_not_serve_who_waits(town: Town) -> None:
    ask(town, READER, RARE)
    town.change(update(ITEM).where(ITEM.c.barcode == RARE_WEST).values(item_type_id=ids(town, ITEM_TYPE)["disc"]))
    assert refused(lambda: town.lend(CHILD, RARE_BOOK)) == ["item.others_waiting"]


def test_nothing_is_carried_to_where_another_copy_stands_on_the_shelf_for_it(town: Town) -> None:
    first = ask(town, READER, RARE, "WEST")
    assert town.take_back(RARE_BOOK).outcome is ReturnOutcome.SHELVE
    second = ask(town, OTHER_READER, RARE, "WEST")
    sent = town.take_back(RARE_BOOK)
    assert (sent.outcome, holding(town, second.request_id)) == (ReturnOutcome.SEND, RARE_BOOK)
    assert town.take_back(RARE_WEST, at="W1").outcome is ReturnOutcome.HOLD_SHELF
    assert holding(town, first.request_id) == RARE_WEST
    sound(town)


def test_who_waits_longest_takes_it_from_the_shelf_without_a_word_and_the_next_is_first_then(town: Town) -> None:
    first, second = ask(town, READER), ask(town, OTHER_READER)
    assert town.lend(READER, LONE_BOOK).filled
    assert state(town, first.request_id) == "filled"
    assert town.look(requests.show, request_id=second.request_id).place == 1
    sound(town)


def test_what_is_set_aside_for_one_is_lent_to_another_only_when_allowed_and_the_holder_keeps_the_place(
    town: Town,
) -> None:
    held, later = ask(town, READER), ask(town, OTHER_READER)
    town.take_back(LONE_BOOK)
    assert refused(lambda: town.lend(CHILD, LONE_BOOK)) == ["item.held"]
    town.lend(CHILD, LONE_BOOK, allowed_by=SUPERVISOR)
    assert state(town, held.request_id) == "open"
    assert [town.look(requests.show, request_id=one.request_id).place for one in (held, later)] == [1, 2]
    sound(town)


def test_the_holder_takes_it_while_it_is_still_on_its_way_and_its_way_ends_there(town: Town) -> None:
    placed = ask(town, READER, pickup="WEST")
    town.take_back(LONE_BOOK)
    assert refused(lambda: town.lend(CHILD, LONE_BOOK)) == ["item.held"]
    assert town.lend(READER, LONE_BOOK).filled
    assert state(town, placed.request_id) == "filled"
    assert ways(town, LONE_BOOK) == [("hold", "cancelled", "WEST")]
    assert town.take_back(LONE_BOOK).outcome is ReturnOutcome.SHELVE
    sound(town)


def test_the_holder_takes_it_after_the_last_day_while_it_still_lies_there(town: Town) -> None:
    placed = ask(town, READER)
    town.take_back(LONE_BOOK)
    town.clock.later(days=20)
    assert town.lend(READER, LONE_BOOK).filled
    assert state(town, placed.request_id) == "filled"
    sound(town)


# Case 15: cancelling a hold that waits, is on its way, or lies on the shelf.


def test_a_waiting_hold_that_is_cancelled_gets_no_copy_and_the_next_one_does(town: Town) -> None:
    town.lend(CHILD, LONE_BOOK)
    first, second = ask(town, READER), ask(town, OTHER_READER)
    answer = cancel(town, first.request_id)
    assert (answer.status, answer.to_clear, answer.barcode) == (RequestStatus.CANCELLED, False, None)
    assert town.look(requests.show, request_id=second.request_id).place == 1
    town.take_back(LONE_BOOK)
    assert (holding(town, first.request_id), holding(town, second.request_id)) == (None, LONE_BOOK)
    sound(town)


def test_one_cancelled_on_its_way_goes_on_and_from_there_to_the_next_in_the_queue(town: Town) -> None:
    first, second = ask(town, READER, pickup="WEST"), ask(town, OTHER_READER, pickup="WEST")
    town.take_back(LONE_BOOK)
    assert not cancel(town, first.request_id).to_clear
    assert ways(town, LONE_BOOK) == [("hold_cancelled", "sent", "WEST")]
    assert town.status_of(LONE_BOOK) == "in_transit"
    assert state(town, second.request_id) == "open", "nothing is ready before it was received"
    arrived = town.take_back(LONE_BOOK, at="W1")
    assert (arrived.outcome, arrived.arrived) == (ReturnOutcome.HOLD_SHELF, True)
    assert state(town, second.request_id) == "awaiting_pickup"
    assert ways(town, LONE_BOOK) == [("hold_cancelled", "arrived", "WEST")]
    sound(town)


def test_one_cancelled_on_its_way_goes_home_from_there_where_nobody_else_waits(town: Town) -> None:
    placed = ask(town, READER, pickup="WEST")
    town.take_back(LONE_BOOK)
    cancel(town, placed.request_id)
    arrived = town.take_back(LONE_BOOK, at="W1")
    assert (arrived.outcome, arrived.branch_code) == (ReturnOutcome.SEND, "MAIN")
    assert town.take_back(LONE_BOOK).outcome is ReturnOutcome.SHELVE
    assert ways(town, LONE_BOOK) == [("hold_cancelled", "arrived", "WEST"), ("return_home", "arrived", "MAIN")]
    sound(town)


def test_one_cancelled_on_its_way_that_passes_a_third_branch_goes_to_who_waits_there(town: Town) -> None:
    first = ask(town, READER, pickup="WEST")
    town.take_back(LONE_BOOK)
    cancel(town, first.request_id)
    second = ask(town, OTHER_READER, pickup="YORK")
    assert town.take_back(LONE_BOOK, at="Y1").outcome is ReturnOutcome.HOLD_SHELF
    assert holding(town, second.request_id) == LONE_BOOK
    sound(town)


def test_one_cancelled_on_the_shelf_is_ready_for_nobody_until_it_was_scanned(town: Town) -> None:
    first, second = ask(town, READER), ask(town, OTHER_READER)
    label = town.take_back(LONE_BOOK).hold
    assert label is not None
    answer = cancel(town, first.request_id)
    assert (answer.to_clear, answer.label, answer.barcode) == (True, label.label, LONE_BOOK)
    assert town.status_of(LONE_BOOK) == "awaiting_pickup"
    assert town.look(requests.show, request_id=second.request_id).held_barcode is None
    assert town.take_back(LONE_BOOK).hold is not None
    assert state(town, second.request_id) == "awaiting_pickup"
    sound(town)


def test_why_it_was_cancelled_stands_beside_the_request_and_not_in_the_journal(town: Town) -> None:
    placed = ask(town, READER, note="phone first")
    cancel(town, placed.request_id, reason=f"{NAMES[READER]} moved away")
    assert town.look(requests.show, request_id=placed.request_id).note == f"phone first; {NAMES[READER]} moved away"
    assert town.look(requests.show, by=SORTER, request_id=placed.request_id).note == ""
    assert NAMES[READER] not in told(town)


@pytest.mark.parametrize(
    "act",
    [
        cancel,
        lambda town, key: pick_up_at(town, key, "WEST"),
        lambda town, key: town.act(requests.suspend, request_id=key),
        lambda town, key: town.act(requests.resume, request_id=key),
        lambda town, key: town.act(requests.change_dates, request_id=key, needed_by=day(90)),
        lambda town, key: town.act(requests.move, by=SUPERVISOR, request_id=key, position=1),
    ],
    ids=["cancel", "pickup", "suspend", "resume", "dates", "move"],
)
def test_a_request_that_is_over_or_unknown_is_not_changed_any_more(town: Town, act: Change) -> None:
    town.lend(CHILD, LONE_BOOK)
    lapsed, ended = ask(town, READER, needed_by=day(1)), ask(town, OTHER_READER)
    cancel(town, ended.request_id)
    town.clock.later(days=2)
    for request_id in (lapsed.request_id, ended.request_id):
        before = town.ask(select(REQUEST))
        assert refused(partial(act, town, request_id)) == ["request.over"]
        assert town.ask(select(REQUEST)) == before
    for unknown in (99, 0, -1, 2**63, 10**40):
        assert refused(partial(act, town, unknown)) == ["request.unknown"]


def test_a_request_whose_shelf_time_is_over_is_not_changed_either(town: Town) -> None:
    placed = ask(town, READER)
    town.take_back(LONE_BOOK)
    town.clock.later(days=8)
    assert refused(lambda: cancel(town, placed.request_id)) == ["request.over"]
    assert refused(lambda: pick_up_at(town, placed.request_id, "WEST")) == ["request.over"]


@pytest.mark.parametrize(
    "act",
    [
        lambda town, key: town.act(requests.suspend, request_id=key),
        lambda town, key: town.act(requests.resume, request_id=key),
        lambda town, key: town.act(requests.change_dates, request_id=key, needed_by=day(90)),
        lambda town, key: town.act(requests.move, by=SUPERVISOR, request_id=key, position=1),
    ],
    ids=["suspend", "resume", "dates", "move"],
)
@pytest.mark.parametrize("pickup", ["MAIN", "WEST"], ids=["on the shelf", "on its way"])
def test_one_that_has_its_copy_waits_in_no_queue_any_more(town: Town, act: Change, pickup: str) -> None:
    placed = ask(town, READER, pickup=pickup)
    town.take_back(LONE_BOOK)
    assert refused(lambda: act(town, placed.request_id)) == ["request.set_aside"]
