"""Holds to pull: who waits is given one copy that is in, at one branch, in the order of the shelves."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from db.tables import BRANCH, ITEM, ITEM_TYPE, POLICY, TITLE
from libops.circulation import requests
from libops.circulation.requests import PullView
from libops.circulation.transfers import request_transfer
from tests.engines.town import (
    BOOK,
    CHILD,
    DISC,
    MISSING,
    NAMES,
    OTHER_DISC,
    OTHER_READER,
    READER,
    RESTRICTED,
    SORTER,
    Town,
    ids,
    put,
)
from tests.engines.wishes import (
    LONE_BOOK,
    RARE,
    RARE_BOOK,
    RARE_WEST,
    add_copy,
    add_titles,
    ask,
    cancel,
    day,
    holding,
    shelf,
    sound,
)


@pytest.fixture(autouse=True)
def _titles(town: Town) -> None:
    add_titles(town)


def pulled(town: Town, at: str = "M1") -> list[tuple[str, int]]:
    """Barcode and request of everything to pull at a place."""
    return [(view.barcode, view.request_id) for view in town.look(requests.pull_list, at=at).results]


def test_what_is_in_is_to_be_pulled_where_it_stands_and_not_when_it_was(town: Town) -> None:
    placed = ask(town, READER, pickup="WEST")
    (view,) = town.look(requests.pull_list).results
    assert view == PullView(
        barcode=LONE_BOOK,
        title="The Lone Copy",
        call_number="I247.55/1",
        location_code=None,
        location_zh=None,
        location_en=None,
        request_id=placed.request_id,
        kind=placed.kind,
        branch_code="WEST",
        branch_zh="西馆",
        branch_en="West",
        patron_number=READER,
        patron_name=NAMES[READER],
    )
    assert pulled(town, "W1") == []
    town.take_back(LONE_BOOK)
    assert pulled(town) == []
    sound(town)


def test_sorters_pull_and_see_no_names(town: Town) -> None:
    ask(town, READER)
    (view,) = town.look(requests.pull_list, by=SORTER).results
    assert (view.barcode, view.patron_number, view.patron_name) == (LONE_BOOK, None, None)


@pytest.mark.parametrize("status", ["checked_out", "in_transit", "missing", "restricted", "in_process", "paged"])
def test_only_what_is_available_is_pulled(town: Town, status: str) -> None:
    ask(town, READER)
    town.change(update(ITEM).where(ITEM.c.barcode == LONE_BOOK).values(status=status))
    assert pulled(town) == []


def test_nothing_is_pulled_for_who_does_not_wait_now(town: Town) -> None:
    later, suspended = ask(town, READER, starts_on=day(3)), ask(town, OTHER_READER, RARE)
    lapsed = ask(town, CHILD, "T1", needed_by=day(1))
    town.act(requests.suspend, request_id=suspended.request_id)
    town.clock.later(days=2)
    assert pulled(town) == []
    town.act(requests.resume, request_id=suspended.request_id)
    town.clock.later(days=1)
    assert pulled(town) == [(RARE_BOOK, suspended.request_id), (LONE_BOOK, later.request_id)]
    cancel(town, later.request_id)
    assert pulled(town) == [(RARE_BOOK, suspended.request_id)]
    assert lapsed.request_id not in [request for _, request in pulled(town)]


def test_each_who_waits_is_given_one_copy_and_each_copy_goes_to_one(town: Town) -> None:
    first, second, third = (ask(town, patron, RARE).request_id for patron in (READER, OTHER_READER, CHILD))
    assert (pulled(town), pulled(town, "W1")) == ([(RARE_BOOK, first)], [(RARE_WEST, second)])
    cancel(town, first)
    assert (pulled(town), pulled(town, "W1")) == ([(RARE_BOOK, second)], [(RARE_WEST, third)])


def test_a_copy_is_taken_at_the_branch_where_it_is_picked_up_rather_than_sent(town: Town) -> None:
    west, main = ask(town, READER, RARE, "WEST").request_id, ask(town, OTHER_READER, RARE).request_id
    assert (pulled(town), pulled(town, "W1")) == ([(RARE_BOOK, main)], [(RARE_WEST, west)])


def test_a_copy_that_one_asked_for_by_its_barcode_is_left_to_them_where_another_will_do(town: Town) -> None:
    any_copy = ask(town, READER, RARE).request_id
    one = town.act(requests.place, patron_number=CHILD, barcode=RARE_BOOK, item_level=True, pickup="MAIN").request_id
    assert (pulled(town), pulled(town, "W1")) == ([(RARE_BOOK, one)], [(RARE_WEST, any_copy)])
    town.change(update(ITEM).where(ITEM.c.barcode == RARE_WEST).values(status="missing"))
    assert pulled(town) == [(RARE_BOOK, any_copy)], "first come, first served where there is no other"


def test_only_copies_that_the_rules_hold_for_that_patron_there_are_pulled(town: Town) -> None:
    disc = ids(town, ITEM_TYPE)["disc"]
    town.change(update(ITEM).where(ITEM.c.barcode == RARE_BOOK).values(item_type_id=disc))
    town.change_rules(update(POLICY).where(POLICY.c.item_type_id == disc).values(holdable=False))
    placed = ask(town, READER, RARE).request_id
    assert (pulled(town), pulled(town, "W1")) == ([], [(RARE_WEST, placed)])
    west = ids(town, BRANCH)["WEST"]
    town.change_rules(insert(POLICY).values(branch_id=west, item_type_id=disc, period=7, renewals=0))
    elsewhere = ask(town, OTHER_READER, RARE, "WEST").request_id
    town.change(update(ITEM).where(ITEM.c.barcode == RARE_WEST).values(status="missing"))
    assert pulled(town) == [(RARE_BOOK, elsewhere)], "there they are held"


def test_what_is_to_be_sent_elsewhere_is_not_pulled(town: Town) -> None:
    ask(town, READER)
    town.act(request_transfer, barcode=LONE_BOOK, to="WEST")
    assert pulled(town) == []


def test_the_list_follows_the_shelves_and_comes_in_pages(town: Town) -> None:
    second_floor, first_floor = shelf(town, "M-2F"), shelf(town, "M-1F")
    branches, book = ids(town, BRANCH), ids(town, ITEM_TYPE)["book"]
    places = (
        ("B71", second_floor, "TP312/1"),
        ("B72", first_floor, "I247.57/3"),
        ("B73", first_floor, "I247.57/2"),
        ("B74", second_floor, "TP311/9"),
        ("B76", first_floor, "I247.57/2"),
    )
    for barcode, location, call_number in places:
        with town.library.database.act() as transaction:
            title = put(transaction, TITLE, number=f"T{barcode}", title=barcode)
        add_copy(town, barcode, title, "MAIN", book, branches, call_number=call_number, location_id=location)
        ask(town, READER, f"T{barcode}")
    expected = ["B73", "B76", "B72", "B74", "B71"]
    assert [barcode for barcode, _ in pulled(town)] == expected
    seen, after = [], ""
    while True:
        page = town.look(requests.pull_list, after=after, limit=2)
        seen += [view.barcode for view in page.results]
        if page.next is None:
            break
        after = page.next
        # What was pulled in the meantime is on the list no longer; the next page goes on behind it all the same.
        town.take_back(after)
    assert seen == expected
    assert len(town.look(requests.pull_list, after="B99999").results) == 3
    sound(town)


def test_what_stands_away_from_home_is_pulled_where_it_stands(town: Town) -> None:
    town.act(request_transfer, barcode=LONE_BOOK, to="WEST")
    town.take_back(LONE_BOOK)
    town.take_back(LONE_BOOK, at="W1")
    assert town.status_of(LONE_BOOK) == "available"
    placed = ask(town, READER)
    assert (pulled(town), pulled(town, "W1")) == ([], [(LONE_BOOK, placed.request_id)])


def test_a_title_with_many_kinds_of_copies_gives_only_those_that_can_be_had(town: Town) -> None:
    placed = ask(town, READER, "T1")
    ((barcode, request_id),) = pulled(town)
    assert (barcode, request_id) == (BOOK, placed.request_id)
    assert barcode not in (MISSING, RESTRICTED, DISC, OTHER_DISC)
    town.take_back(barcode)
    assert holding(town, placed.request_id) == barcode
    assert pulled(town) == []
