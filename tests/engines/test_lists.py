"""Patrons, items, places and counts as lists show them: in pages, in the order of their codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import update

from db.catalogue import ItemStatus
from db.tables import DESK, ITEM, PATRON
from libops import stats
from libops.catalogue import items
from libops.pages import MOST, Page
from libops.people import patrons
from libops.people.patrons import Standing
from libops.places import find_place
from libops.work import Look
from tests.engines.town import (
    BLOCKED,
    BOOK,
    CHILD,
    CLERK,
    EXPIRED,
    MISSING,
    NAMES,
    NEW_YORK,
    NOT_LENT,
    OTHER_BOOK,
    READER,
    TODAY,
    WEST_BOOK,
    Town,
    reasons,
    refused,
)

Pages = Callable[[Look, str, int], tuple[list[str], str | None]]


def patron_page(look: Look, after: str, limit: int) -> tuple[list[str], str | None]:
    page = patrons.list_patrons(look, after=after, limit=limit)
    return [patron.number for patron in page.results], page.next


def item_page(look: Look, after: str, limit: int) -> tuple[list[str], str | None]:
    page = items.list_items(look, after=after, limit=limit)
    return [item.barcode for item in page.results], page.next


def all_pages(look: Look, page: Pages, limit: int) -> list[str]:
    """Everything there is, page by page."""
    found, after = page(look, "", limit)
    while after is not None:
        more, after = page(look, after, limit)
        assert more
        found += more
    return found


@pytest.mark.parametrize("page", [patron_page, item_page])
@pytest.mark.parametrize("limit", [1, 2, 5, 6, 1000])
def test_pages_give_every_row_once_and_in_order(town: Town, page: Pages, limit: int) -> None:
    with town.library.look(actor=CLERK, place=town.place()) as look:
        found = all_pages(look, page, limit)
        assert found == sorted(found, key=str.encode)
        assert len(found) == len(set(found)) == (5 if page is patron_page else 15)
        assert page(look, "", limit)[0] == found[:limit]


@pytest.mark.parametrize(("limit", "shown"), [(0, 1), (-5, 1), (10**9, 15)])
def test_a_limit_out_of_reason_is_brought_back_into_it(town: Town, limit: int, shown: int) -> None:
    with town.library.look(actor=CLERK, place=town.place()) as look:
        assert len(items.list_items(look, limit=limit).results) == shown
    assert MOST == 1000


def test_a_page_that_is_just_full_is_the_last(town: Town) -> None:
    with town.library.look(actor=CLERK, place=town.place()) as look:
        assert patrons.list_patrons(look, limit=5).next is None
        assert patrons.list_patrons(look, after="P5") == Page([], None)


@pytest.mark.parametrize("status", list(ItemStatus))
def test_items_of_one_status_are_all_and_only_those(town: Town, status: ItemStatus) -> None:
    town.lend(READER, BOOK)
    town.change(update(ITEM).where(ITEM.c.barcode == WEST_BOOK).values(status=status))
    with town.library.look(actor=CLERK, place=town.place()) as look:
        every = items.list_items(look).results
        found = items.list_items(look, status=status).results
    assert found == [item for item in every if item.status == status]
    assert found


def test_an_item_is_shown_with_where_it_belongs(town: Town) -> None:
    with town.library.look(actor=CLERK, place=town.place()) as look:
        item = items.show(look, BOOK)
        assert (item.title, item.title_alt, item.call_number) == (
            "红楼梦 [b]",
            "Dream of the Red Chamber",
            "I242.4/C118",
        )
        assert (item.branch_code, item.location_code, item.location_zh, item.item_type) == (
            "MAIN",
            "M-A",
            "一楼",
            "book",
        )
        assert items.show(look, NOT_LENT).item_type == "atlas"
        assert items.find(look, "B99") is None
        assert refused(lambda: items.show(look, "B99")) == ["item.unknown"]
        assert refused(lambda: items.show(look, READER)) == ["code.is_patron"]
        assert refused(lambda: items.show(look, "\udcff\x00")) == ["code.unreadable"]


def test_a_patron_is_shown_as_they_stand_today(town: Town) -> None:
    town.lend(READER, BOOK)
    town.clock.later(days=1)
    town.lend(READER, OTHER_BOOK)
    town.clock.later(days=30)
    with town.library.look(actor=CLERK, place=town.place()) as look:
        patron = patrons.show(look, READER)
        assert (patron.name, patron.status, patron.loans, patron.overdue) == (NAMES[READER], Standing.ACTIVE, 2, 1)
        assert (patron.loans_limit, patron.expires_on, patron.branch_code) == (3, date(2030, 12, 31), "MAIN")
        shown = {patron.number: patron.status for patron in patrons.list_patrons(look).results}
        assert shown == {
            READER: Standing.ACTIVE,
            "P2": Standing.ACTIVE,
            CHILD: Standing.ACTIVE,
            BLOCKED: Standing.BLOCKED,
            EXPIRED: Standing.EXPIRED,
        }
        assert refused(lambda: patrons.show(look, "P99")) == ["patron.unknown"]
        assert refused(lambda: patrons.show(look, BOOK)) == ["code.is_item"]
        assert refused(lambda: patrons.show(look, "\x00")) == ["code.unreadable"]


def test_a_card_runs_out_at_the_midnight_of_the_place_that_looks(town: Town) -> None:
    town.change(update(PATRON).where(PATRON.c.number == READER).values(expires_on=TODAY))
    # One in the morning of the 24th in Shanghai is noon of the 23rd in New York.
    town.clock.now = town.clock.now.replace(day=24, hour=1)
    assert town.clock().astimezone(NEW_YORK).date() == TODAY
    standings = []
    for desk in ("M1", "Y1"):
        with town.library.look(actor=CLERK, place=town.place(desk)) as look:
            standings.append(patrons.show(look, READER).status)
    assert standings == [Standing.EXPIRED, Standing.ACTIVE]


def test_a_blocked_card_that_ran_out_is_shown_as_blocked(town: Town) -> None:
    town.change(update(PATRON).where(PATRON.c.number == EXPIRED).values(status="blocked"))
    with town.library.look(actor=CLERK, place=town.place()) as look:
        assert patrons.show(look, EXPIRED).status is Standing.BLOCKED


def test_an_account_lists_open_loans_the_soonest_due_first_in_days_of_the_lending_branch(town: Town) -> None:
    town.lend(READER, BOOK, at="Y1")
    town.lend(READER, OTHER_BOOK, at="M1")
    town.renew(OTHER_BOOK)
    town.lend(CHILD, "B3")
    town.take_back("B3")
    with town.library.look(actor=CLERK, place=town.place("W1")) as look:
        shown = [(loan.barcode, loan.due_on, loan.overdue, loan.renewals) for loan in patrons.open_loans(look, READER)]
        assert patrons.open_loans(look, CHILD) == []
        assert patrons.open_loans(look, "P99") == patrons.open_loans(look, "\udcff") == []
    assert shown == [
        (BOOK, date(2026, 12, 22), False, 0),
        (OTHER_BOOK, date(2027, 1, 22), False, 1),
    ]


def test_a_loan_is_overdue_from_the_first_moment_after_its_day(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    overdue = []
    for moment in (lent.due_at, lent.due_at.replace(microsecond=999_999)):
        town.clock.now = moment
        with town.library.look(actor=CLERK, place=town.place()) as look:
            overdue.append(patrons.show(look, READER).overdue)
    town.clock.later(microseconds=1)
    with town.library.look(actor=CLERK, place=town.place()) as look:
        overdue.append(patrons.show(look, READER).overdue)
    assert overdue == [0, 0, 1]


@pytest.mark.parametrize(
    ("code", "branch", "desk"),
    [("", "MAIN", "M1"), ("M2", "MAIN", "M2"), ("WEST", "WEST", ""), ("W1", "WEST", "W1"), ("Y1", "YORK", "Y1")],
)
def test_a_place_is_found_by_its_desk_or_branch(town: Town, code: str, branch: str, desk: str) -> None:
    place = town.place(code)
    assert (place.branch_code, place.desk_code) == (branch, desk)
    assert (place.desk_id is None) == (desk == "")


def test_a_place_that_is_none_is_refused_with_those_there_are(town: Town) -> None:
    (reason,) = reasons(lambda: town.place("Z9"))
    assert (reason.code, reason.facts) == (
        "place.unknown",
        {"code": "Z9", "known": "M1, M2, W1, Y1, MAIN, WEST, YORK"},
    )


def test_without_desks_the_first_branch_is_the_place(town: Town) -> None:
    town.change(DESK.delete())
    with town.library.database.reading() as transaction:
        assert find_place(transaction).branch_code == "MAIN"


def test_what_the_library_holds_is_counted(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(CHILD, OTHER_BOOK)
    town.take_back(BOOK)
    town.change(update(ITEM).where(ITEM.c.barcode == MISSING).values(status="withdrawn"))
    with town.library.look(actor=CLERK, place=town.place()) as look:
        assert stats.count(look) == stats.Stats(titles=1, items=15, patrons=5, loans=2, open_loans=1)
