"""The day so far: counted by desk and by each branch's own clock, without a name in it, and read quickly again."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import insert, update

from db.money import Method
from db.people import Role
from db.tables import EVENT, LOAN, REQUEST
from libops.circulation import undo
from libops.money import deposits
from libops.permissions import BY_ROLE, Permission
from libops.today import day
from libops.today.day import AtDesk, Day, DayBook, Done, Paid
from libops.work import Actor
from tests.engines.at_till import charge, pay
from tests.engines.town import (
    BLOCKED,
    BOOK,
    BOOKS,
    CHILD,
    CLERK,
    EXPIRED,
    FOURTH_BOOK,
    MORNING,
    NAMES,
    NOT_LENT,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    SORTER,
    SUPERVISOR,
    THIRD_BOOK,
    WEST_BOOK,
    WEST_BOOK_AWAY,
    Town,
    refused,
)
from tests.engines.wishes import LONE_BOOK, add_titles, ask


def now(town: Town, branch: str = "", *, by: Actor = SUPERVISOR, at: str = "M1") -> Day:
    """The day so far."""
    return town.look(day.today, by=by, at=at, branch=branch)


def desk(told: Day, code: str) -> AtDesk:
    """What was done at one desk."""
    return next(one for one in told.desks if one.desk_code == code)


def test_what_was_done_is_counted_for_all_by_desk_and_by_hour(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK, at="M2")
    town.clock.later(minutes=59)
    town.renew(BOOK)
    town.clock.later(minutes=2)
    town.take_back(BOOK, at="M2")
    told = now(town, "MAIN")
    assert told.done == Done(lent=2, renewed=1, returned=1)
    assert [(one.hour, one.lent, one.renewed, one.returned) for one in told.hours] == [(10, 2, 1, 0), (11, 0, 0, 1)]
    assert [(one.desk_code, one.lent, one.renewed, one.returned) for one in told.desks] == [
        ("M1", 1, 1, 0),
        ("M2", 1, 0, 1),
    ]
    assert (told.day, told.branch_code, told.branch_zh) == (MORNING.date(), "MAIN", "总馆")


def test_a_day_begins_and_ends_by_the_branchs_own_clock(town: Town) -> None:
    town.clock.now = MORNING.replace(hour=23, minute=59)
    town.lend(READER, BOOK)
    assert now(town, "MAIN").done.lent == 1
    town.clock.later(minutes=2)
    assert now(town, "MAIN").done == Done()
    town.lend(READER, OTHER_BOOK)
    told = now(town, "MAIN")
    assert [(one.hour, one.lent) for one in told.hours] == [(0, 1)]


def test_each_branch_counts_in_the_day_that_it_has(town: Town) -> None:
    town.lend(READER, BOOK, at="Y1")
    town.lend(OTHER_READER, OTHER_BOOK, at="M1")
    york = now(town, "YORK")
    assert (york.day, [(one.hour, one.lent) for one in york.hours]) == (MORNING.date() - timedelta(days=1), [(21, 1)])
    both = now(town)
    assert (both.done.lent, [one.hour for one in both.hours]) == (2, [10, 21])
    # Three hours on it is midnight in New York: its evening belongs to yesterday, the morning in Shanghai to today.
    town.clock.later(hours=3, minutes=30)
    assert now(town, "YORK").done == Done()
    assert now(town).done.lent == 1


def test_refusals_are_counted_by_their_reasons_wherever_they_were(town: Town) -> None:
    for barcode in BOOKS[:2]:
        assert refused(lambda code=barcode: town.lend(BLOCKED, code)) == ["patron.blocked"]  # type: ignore[misc]
    refused(lambda: town.lend(EXPIRED, BOOK))
    refused(lambda: town.lend(BLOCKED, NOT_LENT, at="M2"))
    told = now(town, "MAIN")
    assert told.done.refused == 4
    assert [(why.code, why.times) for why in told.reasons] == [
        ("patron.blocked", 3),
        ("item.not_lendable", 1),
        ("patron.expired", 1),
    ]
    assert (desk(told, "M1").refused, desk(told, "M2").refused) == (3, 1)
    assert now(town, "WEST").reasons == ()


def test_money_is_told_by_way_to_pay_and_only_to_who_may_pay_back(town: Town) -> None:
    pay(town, 500, charge(town, 500))
    town.act(deposits.give_deposit, patron_number=READER, amount=1000, method=Method.WECHAT)
    town.act(deposits.return_deposit, patron_number=READER, method=Method.WECHAT, by=SUPERVISOR)
    told = now(town, "MAIN")
    assert (told.money, told.currency) == ((Paid(Method.CASH, 500, 0), Paid(Method.WECHAT, 1000, 1000)), "CNY")
    assert now(town, "WEST").money == ()
    without = Actor("staff:S9", "Rules only", frozenset({Permission.MANAGE_RULES}))
    assert now(town, "MAIN", by=without).money is None


def test_the_day_is_shown_to_supervisors_and_to_nobody_below_them(town: Town) -> None:
    for actor in (SORTER, CLERK):
        assert refused(lambda by=actor: now(town, by=by)) == ["permission.missing"]  # type: ignore[misc]
    assert now(town, by=Actor("staff:S8", "Administrator", BY_ROLE[Role.ADMINISTRATOR])).done == Done()
    assert refused(lambda: now(town, "NOWHERE")) == ["place.unknown"]


def test_no_patron_is_named(town: Town) -> None:
    town.lend(READER, BOOK)
    refused(lambda: town.lend(BLOCKED, OTHER_BOOK))
    refused(lambda: town.lend(READER, NOT_LENT))
    pay(town, 500, charge(town, 500))
    told = msgspec.json.encode(now(town)).decode()
    assert not [word for word in (*NAMES, *NAMES.values()) if f'"{word}"' in told]


def test_what_stands_is_read_from_the_tables_by_branch(town: Town) -> None:
    add_titles(town)
    ask(town, OTHER_READER)
    town.take_back(LONE_BOOK)
    town.lend(READER, BOOK)
    town.change(update(LOAN).values(opened_at=MORNING - timedelta(days=40), due_at=MORNING - timedelta(days=1)))
    town.lend(CHILD, OTHER_BOOK)
    last = LOAN.c.due_at > MORNING
    town.change(update(LOAN).where(last).values(due_at=MORNING.replace(hour=20)))
    told = now(town, "MAIN").standing
    assert (told.on_shelf, told.until_today, told.until_tomorrow, told.to_clear) == (1, 0, 0, 0)
    assert (told.due_today, told.overdue) == (1, 1)
    assert (told.going, told.coming, told.to_send) == (1, 0, 0)
    west = now(town, "WEST").standing
    assert (west.on_shelf, west.overdue, west.going, west.coming) == (0, 0, 0, 1)
    everywhere = now(town).standing
    assert (everywhere.on_shelf, everywhere.overdue, everywhere.going, everywhere.coming) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (MORNING - timedelta(minutes=1), (0, 0, 0, 1)),
        (MORNING.replace(hour=23, minute=59), (1, 1, 0, 0)),
        (MORNING + timedelta(days=1), (1, 0, 1, 0)),
        (MORNING + timedelta(days=2), (1, 0, 0, 0)),
    ],
)
def test_a_parcel_counts_by_the_day_until_which_it_waits(
    town: Town, until: datetime, expected: tuple[int, int, int, int]
) -> None:
    add_titles(town)
    ask(town, OTHER_READER)
    town.take_back(LONE_BOOK)
    town.change(update(REQUEST).values(shelf_until=until))
    told = now(town, "MAIN").standing
    assert (told.on_shelf, told.until_today, told.until_tomorrow, told.to_clear) == expected


def test_transfers_count_where_they_were_sent_and_where_they_arrived(town: Town) -> None:
    town.take_back(WEST_BOOK_AWAY, at="W1")
    town.take_back(WEST_BOOK, at="M1")
    assert (now(town, "WEST").done.arrived, now(town, "MAIN").done.arrived) == (1, 0)
    assert (now(town, "WEST").done.sent, now(town, "MAIN").done.sent) == (0, 1)


def test_what_was_undone_stays_done_and_is_counted_as_undone(town: Town) -> None:
    town.lend(READER, BOOK)
    town.act(undo.undo_last)
    told = now(town, "MAIN")
    assert (told.done.lent, told.done.undone) == (1, 1)


def test_a_week_ago_counts_up_to_the_same_time_of_day(town: Town) -> None:
    town.lend(READER, BOOK)
    town.clock.later(hours=2)
    town.lend(READER, OTHER_BOOK)
    town.clock.now = MORNING + timedelta(days=7, hours=1)
    town.lend(OTHER_READER, THIRD_BOOK)
    told = now(town, "MAIN")
    assert (told.done.lent, told.week_ago.lent) == (1, 1)
    town.clock.later(hours=2)
    assert now(town, "MAIN").week_ago.lent == 2


def test_reading_again_comes_to_what_reading_anew_comes_to(town: Town) -> None:
    book = DayBook()
    items = iter(BOOKS)
    for _ in range(4):
        barcode = next(items)
        town.lend(CHILD, barcode)
        town.take_back(barcode)
        refused(lambda: town.lend(BLOCKED, FOURTH_BOOK))
        pay(town, 100, charge(town, 100))
        assert town.look(book.read, by=SUPERVISOR) == now(town)
        town.clock.later(minutes=77)
    assert town.look(book.read, by=SUPERVISOR).done.lent == 4
    town.clock.now = MORNING + timedelta(days=1)
    assert town.look(book.read, by=SUPERVISOR).done == Done()


def test_reading_again_finds_what_was_written_late(town: Town) -> None:
    book = DayBook("MAIN")
    town.lend(READER, BOOK)
    for _ in range(3):
        town.clock.later(minutes=50)
        assert town.look(book.read, by=SUPERVISOR).done.lent == 1
    place, at = town.place("M2"), town.clock.now - timedelta(minutes=55)
    late = {"act": "late", "kind": "loan.opened", "actor": "staff:S2", "credential": "card", "data": {}}
    town.change(insert(EVENT).values(at=at, branch_id=place.branch_id, desk_id=place.desk_id, **late))
    assert town.look(book.read, by=SUPERVISOR).done.lent == 2
    town.clock.later(hours=3)
    assert town.look(book.read, by=SUPERVISOR) == now(town, "MAIN")
