"""Placing a request: what it comes to, what stands against it, and that it is over when its time is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from db.circulation import RequestKind
from db.rules import BlockKind
from db.tables import BLOCK_RULE, BRANCH, CATEGORY, EVENT, ITEM, ITEM_TYPE, PATRON, POLICY, REQUEST
from libops.circulation import requests
from libops.people.merging import merge
from libops.refusals import Money
from tests.engines.town import (
    BLOCKED,
    BOOK,
    CHILD,
    CLERK,
    EXPIRED,
    NAMES,
    OTHER_READER,
    READER,
    RESTRICTED,
    SORTER,
    SUPERVISOR,
    Town,
    ids,
    reasons,
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


def limit(town: Town, category: str, holds: int) -> None:
    """Let a category have so many requests."""
    town.change(update(CATEGORY).where(CATEGORY.c.code == category).values(holds_limit=holds))


def mark(town: Town, status: str, *barcodes: str) -> None:
    """Set the status of items."""
    for barcode in barcodes:
        town.change(update(ITEM).where(ITEM.c.barcode == barcode).values(status=status))


def count(town: Town) -> int:
    """How many requests there are."""
    return int(town.ask(select(func.count()).select_from(REQUEST))[0][0])


def test_a_copy_that_is_in_is_paged_and_expected_today(town: Town) -> None:
    placed = ask(town, READER, pickup="WEST")
    assert (placed.kind, placed.place, placed.expected_on) == (RequestKind.PAGE, 1, day(0))
    assert (placed.title, placed.title_number, placed.barcode) == ("The Lone Copy", LONE, None)
    assert (placed.branch_code, placed.patron_number, placed.patron_name) == ("WEST", READER, NAMES[READER])
    assert town.status_of(LONE_BOOK) == "available", "nobody has touched it yet"
    sound(town)


def test_a_hold_on_what_is_lent_is_expected_when_it_falls_due_and_each_later_one_after_another_turn(town: Town) -> None:
    town.lend(CHILD, LONE_BOOK)
    first = ask(town, READER)
    assert (first.kind, first.place, first.expected_on) == (RequestKind.HOLD, 1, day(14))
    second = ask(town, OTHER_READER)
    assert (second.kind, second.place, second.expected_on) == (RequestKind.HOLD, 2, day(14 + 7 + 30))
    sound(town)


def test_the_second_who_wants_the_one_copy_that_is_in_waits_for_it(town: Town) -> None:
    assert ask(town, READER).kind is RequestKind.PAGE
    second = ask(town, OTHER_READER)
    assert (second.kind, second.place, second.expected_on) == (RequestKind.HOLD, 2, day(37))
    assert [ask(town, patron, RARE).kind for patron in (READER, OTHER_READER, CHILD)] == ["page", "page", "hold"]
    sound(town)


def test_a_title_is_named_by_the_barcode_of_any_copy_and_one_item_by_its_own(town: Town) -> None:
    by_copy = town.act(requests.place, patron_number=READER, barcode=RARE_WEST, pickup="MAIN")
    assert (by_copy.title_number, by_copy.barcode) == (RARE, None)
    assert town.take_back(RARE_BOOK).hold is not None, "any copy fills it"
    one = town.act(requests.place, patron_number=CHILD, barcode=RARE_WEST, item_level=True, pickup="MAIN")
    assert (one.barcode, one.kind, one.place) == (RARE_WEST, RequestKind.PAGE, 1)
    town.lend(READER, RARE_BOOK)
    assert town.take_back(RARE_BOOK).hold is None, "only that very item fills it"
    assert holding(town, one.request_id) is None
    assert town.take_back(RARE_WEST, at="W1").branch_code == "MAIN"
    assert holding(town, one.request_id) == RARE_WEST
    sound(town)


def test_who_wants_another_item_of_the_title_stands_before_nobody(town: Town) -> None:
    for patron, barcode in ((READER, RARE_BOOK), (OTHER_READER, RARE_BOOK), (CHILD, RARE_WEST)):
        placed = town.act(requests.place, patron_number=patron, barcode=barcode, item_level=True, pickup="MAIN")
        assert placed.place == (2 if patron == OTHER_READER else 1)
    assert ask(town, READER, RARE).place == 4, "any copy: everybody was there before"
    sound(town)


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ({"patron_number": "P99"}, ["patron.unknown"]),
        ({"patron_number": BOOK}, ["code.is_item"]),
        ({"title_number": "T99"}, ["request.unknown_title"]),
        ({"title_number": None, "barcode": "B99"}, ["item.unknown"]),
        ({"title_number": None, "barcode": READER}, ["code.is_patron"]),
        ({"patron_number": "P99", "title_number": None, "barcode": "B99"}, ["patron.unknown", "item.unknown"]),
        ({"title_number": None}, ["request.name_one"]),
        ({"barcode": LONE_BOOK}, ["request.name_one"]),
        ({"item_level": True}, ["request.name_one"]),
        ({"pickup": "NOWHERE"}, ["place.unknown"]),
        ({"pickup": "M1"}, ["place.unknown"]),
        ({"patron_number": BLOCKED}, ["patron.blocked"]),
        ({"patron_number": EXPIRED}, ["patron.expired"]),
        ({"needed_by": day(-1)}, ["request.needed_before_now"]),
        ({"needed_by": day(3), "starts_on": day(4)}, ["request.needed_before_start"]),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_the_reason_and_changes_nothing(
    town: Town, arguments: dict[str, Any], codes: list[str]
) -> None:
    wanted: dict[str, Any] = {"patron_number": READER, "title_number": LONE, "pickup": "MAIN", **arguments}
    assert refused(lambda: town.act(requests.place, **wanted)) == codes
    assert count(town) == 0
    assert town.story() == ["refused"]


def test_the_same_is_asked_for_once_while_it_is_open_and_may_be_asked_for_again_when_it_is_not(town: Town) -> None:
    first = ask(town, READER)
    assert refused(lambda: ask(town, READER)) == ["request.twice"]
    assert refused(lambda: ask(town, READER, override_by=SUPERVISOR)) == ["request.twice", "override.impossible"]
    town.act(requests.cancel, request_id=first.request_id)
    second = ask(town, READER)
    town.take_back(LONE_BOOK)
    assert refused(lambda: ask(town, READER)) == ["request.twice"]
    town.lend(READER, LONE_BOOK)
    town.take_back(LONE_BOOK)
    assert ask(town, READER).request_id > second.request_id
    sound(town)


def test_a_patron_has_so_many_requests_as_the_category_allows_and_a_supervisor_may_allow_more(town: Town) -> None:
    limit(town, "reader", 1)
    ask(town, READER, RARE)
    (reason,) = reasons(lambda: ask(town, READER))
    assert (reason.code, reason.facts, reason.override) == (
        "request.limit",
        {"holds": 1, "limit": 1},
        "override_limits",
    )
    assert refused(lambda: ask(town, READER, override_by=CLERK)) == ["override.not_enough"]
    allowed = ask(town, READER, override_by=SUPERVISOR)
    assert allowed.overridden == ("request.limit",)
    (data,) = town.ask(select(EVENT.c.data).where(EVENT.c.kind == "hold.placed", EVENT.c.id > 3))[0]
    assert (data["overridden"], data["allowed_by"]) == (["request.limit"], SUPERVISOR.name)
    sound(town)


def test_requests_that_are_over_take_no_place_of_the_limit_whether_or_not_anybody_noticed(town: Town) -> None:
    limit(town, "reader", 1)
    town.lend(CHILD, RARE_BOOK)
    ask(town, READER, RARE, needed_by=day(2))
    assert refused(lambda: ask(town, READER)) == ["request.limit"]
    town.clock.later(days=3)
    waiting = ask(town, READER)
    town.take_back(LONE_BOOK)
    town.clock.later(days=8)
    assert state(town, waiting.request_id) == "awaiting_pickup"
    assert ask(town, READER, RARE).place == 1
    sound(town)


@pytest.mark.parametrize("on_shelf", [False, True], ids=["never found", "never fetched"])
def test_who_asks_again_when_the_first_request_is_over_has_it_ended_and_stands_at_the_end(
    town: Town, on_shelf: bool
) -> None:
    if on_shelf:
        first = ask(town, READER)
        town.take_back(LONE_BOOK)
    else:
        town.lend(CHILD, LONE_BOOK)
        first = ask(town, READER, needed_by=day(7))
    ask(town, OTHER_READER)
    town.clock.later(days=8)
    again = ask(town, READER)
    assert again.place == 2
    assert state(town, first.request_id) == ("pickup_expired" if on_shelf else "unfilled")
    town.take_back(LONE_BOOK)
    assert holding(town, again.request_id) is None, "the one who waited all the time is first"
    sound(town)


@pytest.mark.parametrize("status", ["missing", "declared_lost", "withdrawn", "restricted", "claimed_returned"])
def test_nobody_waits_for_what_no_copy_could_ever_fill(town: Town, status: str) -> None:
    mark(town, status, RARE_BOOK)
    assert ask(town, READER, RARE).kind is RequestKind.PAGE, "the other copy is in"
    mark(town, status, RARE_WEST)
    assert refused(lambda: ask(town, OTHER_READER, RARE, override_by=SUPERVISOR)) == [
        "request.no_copy",
        "override.impossible",
    ]


@pytest.mark.parametrize("status", ["on_order", "in_process", "in_transit", "unavailable"])
def test_a_copy_that_may_still_come_is_waited_for(town: Town, status: str) -> None:
    mark(town, status, LONE_BOOK)
    assert ask(town, READER).kind is RequestKind.HOLD


def test_one_very_item_is_not_waited_for_where_it_is_gone_though_others_are_in(town: Town) -> None:
    barcode: dict[str, Any] = {"patron_number": READER, "barcode": RESTRICTED, "pickup": "MAIN"}
    assert refused(lambda: town.act(requests.place, item_level=True, **barcode)) == ["request.no_copy"]
    assert town.act(requests.place, **barcode).kind is RequestKind.PAGE


def test_what_the_rules_of_the_pickup_branch_do_not_hold_is_refused_there_and_held_elsewhere(town: Town) -> None:
    west = ids(town, BRANCH)["WEST"]
    town.change_rules(insert(POLICY).values(branch_id=west, period=30, renewals=1, holdable=False))
    assert refused(lambda: ask(town, READER, pickup="WEST")) == ["request.not_holdable"]
    assert ask(town, READER, pickup="MAIN").kind is RequestKind.PAGE
    allowed = ask(town, OTHER_READER, pickup="WEST", override_by=SUPERVISOR)
    assert allowed.overridden == ("request.not_holdable",)


def test_one_kind_of_copy_that_may_be_held_is_enough(town: Town) -> None:
    disc = ids(town, ITEM_TYPE)["disc"]
    town.change(update(ITEM).where(ITEM.c.barcode == RARE_WEST).values(item_type_id=disc))
    let_books(town, holdable=False)
    assert ask(town, READER, RARE).kind is RequestKind.PAGE
    town.change_rules(update(POLICY).where(POLICY.c.item_type_id == disc).values(holdable=False))
    assert refused(lambda: ask(town, OTHER_READER, RARE)) == ["request.not_holdable"]


def test_who_has_a_copy_already_is_told_to_renew_and_may_wait_all_the_same_when_somebody_allows_it(town: Town) -> None:
    town.lend(READER, RARE_BOOK)
    assert refused(lambda: ask(town, READER, RARE)) == ["request.on_loan_to_patron"]
    allowed = ask(town, READER, RARE, override_by=SUPERVISOR)
    assert (allowed.overridden, allowed.kind) == (("request.on_loan_to_patron",), RequestKind.PAGE)
    one: dict[str, Any] = {"patron_number": READER, "item_level": True, "pickup": "MAIN"}
    assert refused(lambda: town.act(requests.place, barcode=RARE_BOOK, **one)) == ["request.on_loan_to_patron"]
    assert town.act(requests.place, barcode=RARE_WEST, **one).place == 2
    sound(town)


def test_every_reason_is_told_at_once_and_an_override_has_to_cover_each(town: Town) -> None:
    limit(town, "reader", 0)
    let_books(town, holdable=False)
    town.lend(READER, LONE_BOOK)
    town.change(update(PATRON).where(PATRON.c.number == READER).values(status="blocked"))
    codes = ["patron.blocked", "request.limit", "request.not_holdable", "request.on_loan_to_patron"]
    assert refused(lambda: ask(town, READER)) == codes
    assert ask(town, READER, override_by=SUPERVISOR).overridden == tuple(codes)


def test_a_block_stops_requests_only_where_its_rule_says_so(town: Town) -> None:
    town.change(delete(BLOCK_RULE))
    town.change_rules(
        insert(BLOCK_RULE).values(kind=BlockKind.MANUAL, stops_holds=False),
        insert(BLOCK_RULE).values(kind=BlockKind.OVERDUE, threshold=1),
    )
    assert ask(town, BLOCKED).place == 1
    town.lend(READER, BOOK)
    town.clock.later(days=31)
    (reason,) = reasons(lambda: ask(town, READER))
    assert (reason.code, reason.facts) == ("patron.overdue", {"overdue": 1, "limit": 1})
    assert not any(isinstance(fact, Money) for fact in reason.facts.values())


def test_a_request_for_later_is_a_hold_that_gets_no_copy_before_its_day_and_one_from_then_on(town: Town) -> None:
    placed = ask(town, READER, starts_on=day(5))
    assert (placed.kind, placed.starts_on, placed.expected_on) == (RequestKind.HOLD, day(5), day(5))
    town.clock.later(days=4)
    assert town.take_back(LONE_BOOK).hold is None
    town.clock.later(days=1)
    back = town.take_back(LONE_BOOK)
    assert back.hold is not None
    assert back.hold.request_id == placed.request_id
    sound(town)


def test_a_day_that_has_begun_is_no_later_one(town: Town) -> None:
    assert ask(town, READER, starts_on=day(0)).starts_on is None
    assert ask(town, OTHER_READER, starts_on=day(-400)).starts_on is None


def test_a_request_is_over_when_the_last_day_of_its_pickup_branch_is_and_no_copy_goes_to_it_then(town: Town) -> None:
    town.lend(CHILD, LONE_BOOK)
    asked = ask(town, READER, pickup="YORK", needed_by=day(2))
    # Two days from now, at noon in Shanghai of the day after: in New York that day is not over yet.
    town.clock.later(days=3, hours=2)
    assert town.look(requests.show, request_id=asked.request_id).status == "open"
    town.clock.later(hours=2)
    assert town.look(requests.show, request_id=asked.request_id).status == "unfilled"
    assert town.take_back(LONE_BOOK).hold is None
    assert state(town, asked.request_id) == "open", "nobody wrote it down, and nothing depended on it"
    sound(town)


def test_a_request_under_a_key_is_placed_once_and_answered_the_same_later(town: Town) -> None:
    first = ask(town, READER, key="k", needed_by=day(9), note="  call him ")
    town.act(requests.cancel, request_id=first.request_id)
    assert ask(town, READER, key="k", needed_by=day(9), note="  call him ") == first
    assert count(town) == 1
    assert refused(lambda: ask(town, OTHER_READER, key="k")) == ["request.key_reused"]


def test_the_journal_knows_whose_it_is_only_by_the_column_that_can_be_forgotten(town: Town) -> None:
    ask(town, READER, key="k", note="for P1, 李雷")
    assert refused(lambda: ask(town, READER, key="other", note="for P1, 李雷")) == ["request.twice"]
    for name in (READER, NAMES[READER]):
        assert f"'{name}'" not in told(town)
        assert f"{name}," not in told(town)
    town.change(update(EVENT).values(patron_id=None))
    again = ask(town, READER, key="k", note="for P1, 李雷")
    assert (again.patron_number, again.patron_name, again.place) == (None, None, 1)


def test_sorters_place_no_requests(town: Town) -> None:
    assert refused(lambda: ask(town, READER, by=SORTER)) == ["permission.missing"]


def test_a_merged_card_asks_for_the_patron_it_leads_to(town: Town) -> None:
    ask(town, OTHER_READER)
    town.act(merge, by=SUPERVISOR, keep_number=READER, drop_number=OTHER_READER)
    assert refused(lambda: ask(town, OTHER_READER)) == ["request.twice"]
    placed = ask(town, OTHER_READER, RARE)
    assert placed.patron_number == READER
    sound(town)


@pytest.mark.parametrize("text", ["\x00", "\udcff"])
@pytest.mark.parametrize("argument", ["patron_number", "title_number", "pickup", "note"])
def test_a_text_that_no_database_holds_is_refused(town: Town, argument: str, text: str) -> None:
    wanted: dict[str, Any] = {"patron_number": READER, "title_number": LONE, "pickup": "MAIN", argument: text}
    assert refused(lambda: town.act(requests.place, **wanted)) == ["code.unreadable"]


def test_the_journal_says_what_was_asked_for_and_where_it_is_picked_up(town: Town) -> None:
    placed = ask(town, READER, pickup="WEST")
    ((patron, data),) = town.ask(select(EVENT.c.patron_id, EVENT.c.data).where(EVENT.c.kind == "hold.placed"))
    assert patron == 1
    assert (data["request"], data["sort"], data["branch"]) == (
        placed.request_id,
        "page",
        ids(town, BRANCH)["WEST"],
    )
    (row,) = town.ask(select(REQUEST.c.placed_at, REQUEST.c.position, REQUEST.c.note))
    assert (row.placed_at - town.clock(), row.position, row.note) == (timedelta(), 1, "")
