"""Requests in lists: a patron's, a queue, those that nothing can fill; and closing those that are over."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from db.tables import EVENT, ITEM
from libops.circulation import requests
from tests.engines.town import CHILD, CLERK, OTHER_READER, READER, SORTER, SUPERVISOR, Town, refused
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
    fill,
    holding,
    sound,
    state,
)


@pytest.fixture(autouse=True)
def _titles(town: Town) -> None:
    add_titles(town)


# Writing down what is over, a batch at a time.


def test_requests_whose_day_has_passed_are_closed_in_batches_until_none_is_left(town: Town) -> None:
    town.lend(CHILD, LONE_BOOK)
    town.lend(CHILD, RARE_BOOK, allowed_by=SUPERVISOR)
    lapsed = [ask(town, patron, title, needed_by=day(1)) for patron in (READER, OTHER_READER) for title in (LONE, RARE)]
    stands = ask(town, CHILD, "T1", needed_by=day(5))
    assert town.act(requests.close_overdue_requests, limit=10).closed == 0
    town.clock.later(days=2)
    counts = [town.act(requests.close_overdue_requests, limit=3).closed for _ in range(3)]
    assert counts == [3, 1, 0]
    assert [state(town, one.request_id) for one in lapsed] == ["unfilled"] * 4
    assert state(town, stands.request_id) == "open"
    told = town.ask(select(EVENT.c.data, EVENT.c.patron_id).where(EVENT.c.kind == "hold.unfilled"))
    assert sorted(data["request"] for data, _ in told) == sorted(one.request_id for one in lapsed)
    assert all(patron is not None for _, patron in told)
    sound(town)


def test_shelves_are_closed_in_batches_and_the_copies_stay_until_they_are_scanned(town: Town) -> None:
    barcodes = fill(town, 5)
    town.clock.later(days=8)
    assert [town.act(requests.expire_shelf, limit=2).closed for _ in range(4)] == [2, 2, 1, 0]
    assert {town.status_of(barcode) for barcode in barcodes} == {"awaiting_pickup"}
    assert town.act(requests.expire_shelf, key="k", limit=2).closed == 0
    assert town.act(requests.expire_shelf, key="k", limit=2).closed == 0
    sound(town)


def test_one_that_waits_again_for_a_copy_is_over_when_its_own_day_is(town: Town) -> None:
    placed = ask(town, READER, needed_by=day(3))
    town.take_back(LONE_BOOK)
    town.clock.later(days=5)
    assert town.act(requests.close_overdue_requests, limit=10).closed == 0, "its copy is there"
    assert town.look(requests.show, request_id=placed.request_id).status == "awaiting_pickup"
    assert town.lend(READER, LONE_BOOK).filled
    sound(town)


def test_sorters_close_nothing(town: Town) -> None:
    for act in (requests.close_overdue_requests, requests.expire_shelf):
        assert refused(partial(town.act, act, by=SORTER, limit=10)) == ["permission.missing"]


# Case 17: holds whose last copy is gone.


def test_staff_are_told_of_requests_that_no_copy_can_fill_any_more(town: Town) -> None:
    waiting = [ask(town, READER, RARE), ask(town, OTHER_READER, RARE)]
    elsewhere = ask(town, CHILD, RARE, pickup="WEST")
    for barcode, status in ((RARE_BOOK, "missing"), (RARE_WEST, "withdrawn")):
        assert town.look(requests.unfillable).results == []
        town.change(update(ITEM).where(ITEM.c.barcode == barcode).values(status=status))
    views = town.look(requests.unfillable).results
    assert [(view.id, view.patron_number, view.expected_on) for view in views] == [
        (waiting[0].request_id, READER, None),
        (waiting[1].request_id, OTHER_READER, None),
    ]
    assert [view.id for view in town.look(requests.unfillable, at="W1").results] == [elsewhere.request_id]
    page = town.look(requests.unfillable, limit=1)
    assert page.next is not None
    rest = town.look(requests.unfillable, limit=1, after=page.next)
    assert ([view.id for view in rest.results], rest.next) == ([waiting[1].request_id], None)
    cancel(town, waiting[0].request_id)
    town.change(update(ITEM).where(ITEM.c.barcode == RARE_BOOK).values(status="in_process"))
    assert town.look(requests.unfillable).results == []


def test_one_very_item_that_is_gone_is_told_though_other_copies_are_in(town: Town) -> None:
    placed = town.act(requests.place, patron_number=READER, barcode=RARE_BOOK, item_level=True, pickup="MAIN")
    town.change(update(ITEM).where(ITEM.c.barcode == RARE_BOOK).values(status="declared_lost"))
    (view,) = town.look(requests.unfillable, by=SORTER).results
    assert (view.id, view.barcode, view.patron_name) == (placed.request_id, RARE_BOOK, None)


def test_one_whose_day_has_passed_and_one_that_has_its_copy_are_not_told(town: Town) -> None:
    ask(town, READER, RARE, needed_by=day(1))
    held = ask(town, OTHER_READER)
    town.take_back(LONE_BOOK)
    town.change(update(ITEM).where(ITEM.c.barcode.in_([RARE_BOOK, RARE_WEST])).values(status="missing"))
    assert len(town.look(requests.unfillable).results) == 1
    town.clock.later(days=2)
    assert town.look(requests.unfillable).results == []
    assert holding(town, held.request_id) == LONE_BOOK


# A patron's requests and a title's queue.


def test_a_patrons_requests_tell_where_each_stands_and_when_it_is_likely_to_be_there(town: Town) -> None:
    town.lend(CHILD, RARE_BOOK)
    town.change(update(ITEM).where(ITEM.c.barcode == RARE_WEST).values(status="missing"))
    ask(town, OTHER_READER, RARE)
    waiting, ready = ask(town, READER, RARE), ask(town, READER)
    town.take_back(LONE_BOOK)
    later = ask(town, READER, "T1", "WEST", starts_on=day(20), needed_by=day(60), note="both parts")
    first, second, third = town.look(requests.of_patron, number=READER)
    assert (first.id, first.status, first.place, first.expected_on) == (waiting.request_id, "open", 2, day(14 + 37))
    assert (second.id, second.label, second.until, second.place) == (ready.request_id, "A-01", day(7), None)
    assert (second.held_barcode, second.status, second.expected_on) == (LONE_BOOK, "awaiting_pickup", None)
    assert (third.id, third.branch_code, third.starts_on, third.needed_by) == (
        later.request_id,
        "WEST",
        day(20),
        day(60),
    )
    assert (third.expected_on, third.note, third.placed_on) == (day(20), "both parts", day(0))
    town.act(requests.suspend, request_id=waiting.request_id, until=day(9))
    suspended = town.look(requests.of_patron, number=READER)[0]
    assert (suspended.suspended, suspended.suspended_until, suspended.expected_on) == (True, day(9), None)
    assert refused(lambda: town.look(requests.of_patron, number="P99")) == ["patron.unknown"]


def test_a_queue_is_the_same_by_the_titles_number_and_by_any_copy_and_comes_in_pages(town: Town) -> None:
    people = (READER, OTHER_READER, CHILD)
    placed = [ask(town, patron, RARE).request_id for patron in people]
    whole = town.look(requests.queue, title_number=RARE)
    assert [(view.id, view.place, view.patron_number) for view in whole.results] == list(
        zip(placed, (1, 2, 3), people, strict=True)
    )
    assert [view.expected_on for view in whole.results] == [
        town.look(requests.show, request_id=request).expected_on for request in placed
    ]
    assert None not in {view.expected_on for view in whole.results}
    assert town.look(requests.queue, barcode=RARE_WEST) == whole
    first = town.look(requests.queue, title_number=RARE, limit=2)
    assert first.next is not None
    rest = town.look(requests.queue, title_number=RARE, limit=2, after=first.next)
    assert ([*first.results, *rest.results], rest.next) == (whole.results, None)
    assert {view.patron_name for view in town.look(requests.queue, by=SORTER, title_number=RARE).results} == {None}
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"title_number": "T99"}, "request.unknown_title"),
        ({"barcode": "B99"}, "item.unknown"),
        ({"barcode": READER}, "code.is_patron"),
        ({"title_number": "\x00"}, "request.unknown_title"),
        ({}, "request.name_one"),
        ({"title_number": RARE, "barcode": RARE_BOOK}, "request.name_one"),
    ]
    for wrong, code in wrongs:
        assert refused(partial(town.look, requests.queue, **wrong)) == [code]


def test_one_that_has_ended_is_still_shown_by_its_number(town: Town) -> None:
    placed = ask(town, READER)
    town.lend(READER, LONE_BOOK)
    view = town.look(requests.show, by=CLERK, request_id=placed.request_id)
    assert (view.status, view.place, view.kind) == ("filled", None, "page")
    assert refused(lambda: town.look(requests.show, request_id=2**70)) == ["request.unknown"]
