"""Lists of what to pack and unpack, and of what seems lost on its way between branches."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from db.catalogue import ItemStatus
from db.tables import ITEM
from libops.circulation import transfers
from libops.circulation.transfers import Problem
from tests.engines.test_transfers import WEST_DESK, YORK_DESK, ask_for, receive, send, views
from tests.engines.town import BOOK, BOOKS, OTHER_BOOK, SORTER, THIRD_BOOK, WEST_BOOK, Town


def wrong(town: Town, days: int = 3) -> dict[str, str | None]:
    """What the list of ways gone wrong says of each item."""
    return {view.barcode: view.problem for view in views(town, transfers.overdue_transfers, days=days)}


def test_an_item_that_is_marked_as_in_transit_and_on_no_way_is_noticed(town: Town) -> None:
    town.change(update(ITEM).where(ITEM.c.barcode == WEST_BOOK).values(status=ItemStatus.IN_TRANSIT))
    (view,) = views(town, transfers.overdue_transfers)
    assert (view.barcode, view.problem, view.transfer_id) == (WEST_BOOK, Problem.NO_TRANSFER, None)
    assert (view.to_code, view.item_status, view.seen_code) == ("WEST", "in_transit", None)
    town.take_back(WEST_BOOK, at=WEST_DESK)
    assert wrong(town) == {}


def test_what_was_sent_longer_ago_than_so_many_days_is_noticed_by_the_calendar(town: Town) -> None:
    ask_for(town)
    ask_for(town, OTHER_BOOK)
    town.clock.now = town.clock.now.replace(hour=23)
    send(town)
    town.clock.now = town.clock.now.replace(day=26, hour=23, minute=59)
    assert wrong(town) == {}
    town.clock.later(minutes=1)
    assert wrong(town) == {BOOK: Problem.LATE}
    assert wrong(town, days=4) == {}
    assert wrong(town, days=0) == wrong(town, days=-5) == {BOOK: Problem.LATE}
    assert wrong(town, days=10**9) == {}
    town.take_back(BOOK, at=WEST_DESK)
    assert wrong(town) == {}


def test_what_was_seen_elsewhere_since_is_noticed_and_where(town: Town) -> None:
    ask_for(town)
    send(town)
    town.clock.later(minutes=5)
    town.take_back(BOOK)
    assert wrong(town) == {}
    town.clock.later(hours=2)
    town.take_back(BOOK, at=YORK_DESK)
    assert wrong(town) == {BOOK: Problem.SEEN_ELSEWHERE}
    (view,) = views(town, transfers.overdue_transfers)
    assert (view.from_code, view.to_code, view.seen_code) == ("MAIN", "WEST", "YORK")
    receive(town)
    assert wrong(town) == {}


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_give_every_item_once_what_was_asked_for_first(town: Town, limit: int) -> None:
    for item in BOOKS:
        ask_for(town, item)
    for item in BOOKS[:3]:
        send(town, item)
        receive(town, item)
    for item in (WEST_BOOK, THIRD_BOOK):
        ask_for(town, item, "YORK", at=WEST_DESK)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = town.look(transfers.to_send, by=SORTER, at=WEST_DESK, after=after, limit=limit)
        assert len(page.results) <= limit
        seen += [view.barcode for view in page.results]
        after = page.next
    assert seen == [WEST_BOOK, THIRD_BOOK, BOOK, OTHER_BOOK]


@pytest.mark.parametrize("after", ["x", "t", "tx", "t" + "9" * 40, "t²", "²"])
def test_a_cursor_that_is_none_begins_at_the_start(town: Town, after: str) -> None:
    ask_for(town)
    given: dict[str, Any] = {"after": after}
    assert [view.barcode for view in views(town, transfers.to_send, **given)] == [BOOK]


def test_a_cursor_among_the_items_passes_over_every_transfer(town: Town) -> None:
    ask_for(town)
    for after in ("i", "iB1", "i\x00"):
        assert town.look(transfers.to_send, by=SORTER, after=after).results == []
