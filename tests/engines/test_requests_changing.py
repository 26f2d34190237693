"""Picked up elsewhere, suspended, for later, at another place in the queue (case 16): what was waited for stays."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import insert, select, update

from db.circulation import RequestStatus
from db.tables import BRANCH, EVENT, ITEM, POLICY
from libops.circulation import requests
from libops.circulation.directions import ReturnOutcome
from libops.circulation.loans import LoanOutcome
from libops.circulation.transfers import to_send
from tests.engines.town import (
    CHILD,
    CLERK,
    OTHER_READER,
    READER,
    SORTER,
    SUPERVISOR,
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
    pick_up_at,
    sound,
    state,
    told,
    ways,
)


@pytest.fixture(autouse=True)
def _titles(town: Town) -> None:
    add_titles(town)


# Case 16: picked up elsewhere, suspended, for later: the place stays.


def test_a_waiting_hold_that_is_picked_up_elsewhere_keeps_its_place(town: Town) -> None:
    first, second = ask(town, READER), ask(town, OTHER_READER)
    answer = pick_up_at(town, first.request_id, "WEST")
    assert (answer.branch_code, answer.status, answer.to_clear) == ("WEST", RequestStatus.OPEN, False)
    assert [town.look(requests.show, request_id=one.request_id).place for one in (first, second)] == [1, 2]
    assert town.take_back(LONE_BOOK).branch_code == "WEST"
    sound(town)


def test_one_on_its_way_arrives_at_the_old_place_and_goes_on_from_there(town: Town) -> None:
    placed = ask(town, READER, pickup="WEST")
    town.take_back(LONE_BOOK)
    answer = pick_up_at(town, placed.request_id, "YORK")
    assert (answer.status, answer.to_clear) == (RequestStatus.IN_TRANSIT, False)
    assert ways(town, LONE_BOOK) == [("hold", "sent", "WEST")]
    arrived = town.take_back(LONE_BOOK, at="W1")
    assert (arrived.outcome, arrived.branch_code, arrived.arrived) == (ReturnOutcome.SEND, "YORK", True)
    assert town.take_back(LONE_BOOK, at="Y1").outcome is ReturnOutcome.HOLD_SHELF
    assert ways(town, LONE_BOOK) == [("hold", "arrived", "WEST"), ("hold", "arrived", "YORK")]
    assert state(town, placed.request_id) == "awaiting_pickup"
    sound(town)


def test_one_on_its_way_that_comes_by_the_new_place_stays_there(town: Town) -> None:
    placed = ask(town, READER, pickup="WEST")
    town.take_back(LONE_BOOK)
    pick_up_at(town, placed.request_id, "YORK")
    assert town.take_back(LONE_BOOK, at="Y1").outcome is ReturnOutcome.HOLD_SHELF
    assert ways(town, LONE_BOOK) == [("hold", "cancelled", "WEST")]
    sound(town)


def test_one_on_the_shelf_is_to_be_sent_from_where_it_lies_whoever_was_told_where(town: Town) -> None:
    placed = ask(town, READER)
    town.take_back(LONE_BOOK)
    answer = pick_up_at(town, placed.request_id, "WEST", at="Y1")
    assert (answer.status, answer.to_clear, answer.label) == (RequestStatus.IN_TRANSIT, True, "A-01")
    (way,) = town.look(to_send).results
    assert (way.from_code, way.to_code, way.note, way.barcode) == ("MAIN", "WEST", "A-01", LONE_BOOK)
    assert town.look(requests.hold_shelf).results == []
    sent = town.take_back(LONE_BOOK)
    assert (sent.outcome, sent.branch_code) == (ReturnOutcome.SEND, "WEST")
    assert town.take_back(LONE_BOOK, at="W1").outcome is ReturnOutcome.HOLD_SHELF
    assert ways(town, LONE_BOOK) == [("hold", "arrived", "WEST")]
    sound(town)


def test_one_that_was_to_be_sent_from_the_shelf_goes_where_the_last_word_says(town: Town) -> None:
    placed = ask(town, READER)
    town.take_back(LONE_BOOK)
    pick_up_at(town, placed.request_id, "WEST")
    answer = pick_up_at(town, placed.request_id, "YORK")
    assert (answer.label, answer.to_clear) == ("A-01", False)
    (way,) = town.look(to_send).results
    assert (way.to_code, way.note) == ("YORK", "A-01")
    assert town.take_back(LONE_BOOK).branch_code == "YORK"
    assert ways(town, LONE_BOOK) == [("hold", "cancelled", "WEST"), ("hold", "sent", "YORK")]
    sound(town)


def test_one_that_was_to_be_sent_and_stays_after_all_is_put_back_on_the_shelf_by_the_next_scan(town: Town) -> None:
    placed = ask(town, READER)
    town.take_back(LONE_BOOK)
    pick_up_at(town, placed.request_id, "WEST")
    pick_up_at(town, placed.request_id, "MAIN")
    back = town.take_back(LONE_BOOK)
    assert (back.outcome, back.status) == (ReturnOutcome.HOLD_SHELF, "awaiting_pickup")
    assert state(town, placed.request_id) == "awaiting_pickup"
    assert ways(town, LONE_BOOK) == [("hold", "cancelled", "WEST")]
    sound(town)


def test_one_that_was_to_be_sent_from_the_shelf_and_is_cancelled_is_not_sent(town: Town) -> None:
    first = ask(town, READER)
    town.take_back(LONE_BOOK)
    pick_up_at(town, first.request_id, "WEST")
    answer = cancel(town, first.request_id)
    assert (answer.to_clear, answer.label) == (True, "A-01")
    assert ways(town, LONE_BOOK) == [("hold", "cancelled", "WEST")]
    assert town.take_back(LONE_BOOK).outcome is ReturnOutcome.SHELVE
    sound(town)


def test_the_patron_may_still_take_it_from_the_shelf_that_it_is_to_be_sent_from(town: Town) -> None:
    placed = ask(town, READER)
    town.take_back(LONE_BOOK)
    pick_up_at(town, placed.request_id, "WEST")
    lent = town.lend(READER, LONE_BOOK)
    assert (lent.outcome, lent.filled) == (LoanOutcome.LENT, True)
    assert ways(town, LONE_BOOK) == [("hold", "cancelled", "WEST")]
    sound(town)


def test_the_same_place_again_is_no_change(town: Town) -> None:
    placed = ask(town, READER)
    answer = town.act(requests.change_pickup, key="k", request_id=placed.request_id, pickup="MAIN")
    assert not answer.changed
    assert town.act(requests.change_pickup, key="k", request_id=placed.request_id, pickup="MAIN") == answer
    assert town.story() == ["hold.placed", "hold.seen"]


def test_it_cannot_be_picked_up_where_copies_of_its_kind_are_not_held(town: Town) -> None:
    west = ids(town, BRANCH)["WEST"]
    town.change_rules(insert(POLICY).values(branch_id=west, period=30, renewals=1, holdable=False))
    placed = ask(town, READER)
    assert refused(lambda: pick_up_at(town, placed.request_id, "WEST")) == ["request.not_holdable"]
    town.take_back(LONE_BOOK)
    assert refused(lambda: pick_up_at(town, placed.request_id, "WEST")) == ["request.not_holdable"]
    assert refused(lambda: pick_up_at(town, placed.request_id, "NOWHERE")) == ["place.unknown"]
    assert pick_up_at(town, placed.request_id, "YORK").branch_code == "YORK"


def test_a_suspended_hold_is_passed_over_and_keeps_its_place(town: Town) -> None:
    town.lend(CHILD, LONE_BOOK)
    first, second = ask(town, READER), ask(town, OTHER_READER)
    answer = town.act(requests.suspend, request_id=first.request_id)
    assert (answer.suspended, answer.suspended_until) == (True, None)
    assert [town.look(requests.show, request_id=one.request_id).place for one in (first, second)] == [1, 2]
    town.clock.later(days=400)
    assert town.take_back(LONE_BOOK).hold is not None
    assert holding(town, second.request_id) == LONE_BOOK
    assert not town.act(requests.resume, request_id=first.request_id).suspended
    town.lend(OTHER_READER, LONE_BOOK)
    town.take_back(LONE_BOOK)
    assert holding(town, first.request_id) == LONE_BOOK
    sound(town)


def test_a_hold_that_is_suspended_until_a_day_waits_again_from_that_day_on_though_nobody_resumed_it(town: Town) -> None:
    placed = ask(town, READER)
    answer = town.act(requests.suspend, request_id=placed.request_id, until=day(3))
    assert answer.suspended_until == day(3)
    town.clock.now = town.clock.now.replace(hour=23, minute=59) + timedelta(days=2)
    assert town.take_back(LONE_BOOK).hold is None
    town.clock.later(minutes=1)
    assert town.take_back(LONE_BOOK).hold is not None
    assert holding(town, placed.request_id) == LONE_BOOK
    sound(town)


@pytest.mark.parametrize("until", [day(0), day(-1)])
def test_nothing_is_suspended_until_a_day_that_is_not_to_come(town: Town, until: object) -> None:
    placed = ask(town, READER)
    assert refused(lambda: town.act(requests.suspend, request_id=placed.request_id, until=until)) == [
        "request.suspended_before_now"
    ]


def test_resuming_what_waits_is_no_change(town: Town) -> None:
    placed = ask(town, READER)
    assert not town.act(requests.resume, request_id=placed.request_id).changed
    town.act(requests.suspend, request_id=placed.request_id, until=day(2))
    town.clock.later(days=3)
    assert not town.act(requests.resume, request_id=placed.request_id).changed


def test_days_are_changed_and_taken_away_and_the_place_stays(town: Town) -> None:
    town.lend(CHILD, LONE_BOOK)
    first, second = ask(town, READER), ask(town, OTHER_READER)

    def dates(starts_on: date | None = None, needed_by: date | None = None) -> requests.RequestAnswer:
        return town.act(requests.change_dates, request_id=first.request_id, starts_on=starts_on, needed_by=needed_by)

    later = dates(starts_on=day(40), needed_by=day(50))
    assert (later.starts_on, later.needed_by) == (day(40), day(50))
    assert refused(lambda: dates(starts_on=day(40), needed_by=day(39))) == ["request.needed_before_start"]
    assert refused(lambda: dates(needed_by=day(-1))) == ["request.needed_before_now"]
    assert [town.look(requests.show, request_id=one.request_id).place for one in (first, second)] == [1, 2]
    town.take_back(LONE_BOOK)
    assert holding(town, second.request_id) == LONE_BOOK
    assert not dates(starts_on=day(40), needed_by=day(50)).changed
    cleared = dates()
    assert (cleared.starts_on, cleared.needed_by, cleared.changed) == (None, None, True)
    town.lend(OTHER_READER, LONE_BOOK)
    town.take_back(LONE_BOOK)
    assert holding(town, first.request_id) == LONE_BOOK
    sound(town)


# The order of the queue.


def order(town: Town, title: str = RARE) -> list[int]:
    """The requests of a queue in their order."""
    page = town.look(requests.queue, title_number=title)
    assert [view.place for view in page.results] == list(range(1, len(page.results) + 1))
    return [view.id for view in page.results]


def test_a_supervisor_moves_a_hold_and_everybody_else_keeps_their_order(town: Town) -> None:
    first, second, third = (ask(town, patron, RARE).request_id for patron in (READER, OTHER_READER, CHILD))

    def move(request_id: int, position: int) -> tuple[int, int, int]:
        answer = town.act(requests.move, by=SUPERVISOR, request_id=request_id, position=position)
        return answer.was_place, answer.place, answer.of

    assert order(town) == [first, second, third]
    assert move(third, 1) == (3, 1, 3)
    assert order(town) == [third, first, second]
    assert move(third, 2) == (1, 2, 3)
    assert order(town) == [first, third, second]
    assert move(first, 99) == (1, 3, 3)
    assert order(town) == [third, second, first]
    assert move(second, 2) == (2, 2, 3)
    assert town.story()[-1] == "hold.seen"
    assert refused(lambda: move(second, 0)) == ["request.no_place"]
    assert town.take_back(RARE_BOOK).hold is not None
    assert holding(town, third) == RARE_BOOK
    sound(town)


def test_moving_counts_only_those_who_still_wait_and_disturbs_no_copy_that_is_set_aside(town: Town) -> None:
    people = (READER, OTHER_READER, CHILD)
    held, lapsed, last = (ask(town, patron, RARE).request_id for patron in people)
    town.take_back(RARE_BOOK)
    town.act(requests.change_dates, request_id=lapsed, needed_by=day(2))
    town.clock.later(days=3)
    again = ask(town, OTHER_READER, RARE).request_id
    assert order(town) == [last, again]
    town.act(requests.move, by=SUPERVISOR, request_id=again, position=1)
    assert order(town) == [again, last]
    assert (holding(town, held), state(town, lapsed)) == (RARE_BOOK, "unfilled")
    # It goes back to its place, which is before everybody who came after it.
    town.lend(CHILD, RARE_BOOK, allowed_by=SUPERVISOR)
    assert order(town)[0] == held
    sound(town)


def test_only_who_may_pass_over_others_moves_a_hold(town: Town) -> None:
    placed = ask(town, READER)
    assert refused(lambda: town.act(requests.move, by=CLERK, request_id=placed.request_id, position=1)) == [
        "permission.missing"
    ]


def test_sorters_change_no_requests(town: Town) -> None:
    placed = ask(town, READER)
    request_id = placed.request_id
    for act in (requests.cancel, requests.suspend, requests.resume, requests.change_dates):
        assert refused(partial(town.act, act, by=SORTER, request_id=request_id)) == ["permission.missing"]
    pickup = partial(town.act, requests.change_pickup, by=SORTER, request_id=request_id, pickup="WEST")
    assert refused(pickup) == ["permission.missing"]


def test_every_change_is_journalled_for_the_patron_and_answered_once_under_its_key(town: Town) -> None:
    placed = ask(town, READER, RARE)
    request_id = placed.request_id
    first = town.act(requests.suspend, key="s", request_id=request_id, until=day(3))
    town.act(requests.resume, key="r", request_id=request_id)
    assert town.act(requests.suspend, key="s", request_id=request_id, until=day(3)) == first
    town.act(requests.change_dates, request_id=request_id, needed_by=day(30))
    town.act(requests.change_pickup, request_id=request_id, pickup="WEST")
    town.act(requests.cancel, request_id=request_id)
    kinds = ["placed", "suspended", "resumed", "dates_changed", "pickup_changed", "cancelled"]
    events = town.ask(select(EVENT.c.kind, EVENT.c.patron_id, EVENT.c.data).order_by(EVENT.c.id))
    assert [kind for kind, _, _ in events] == [f"hold.{kind}" for kind in kinds]
    assert {patron for _, patron, _ in events} == {1}
    assert {data["request"] for _, _, data in events} == {request_id}
    sound(town)


def test_a_copy_is_given_to_the_first_who_may_have_it_at_whichever_branch_it_is_seen(town: Town) -> None:
    town.change(update(ITEM).where(ITEM.c.barcode == RARE_WEST).values(status="missing"))
    placed = ask(town, READER, RARE, pickup="WEST")
    assert town.take_back(RARE_WEST, at="W1").outcome is ReturnOutcome.HOLD_SHELF, "found at the very branch"
    assert holding(town, placed.request_id) == RARE_WEST
    assert town.take_back(RARE_BOOK).outcome is ReturnOutcome.SHELVE
    assert LONE not in told(town)
    sound(town)
