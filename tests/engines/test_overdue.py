"""What is overdue: the list, the counts, and the journal that is told once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from db.circulation import LostAs
from db.tables import EVENT, ITEM, LOAN, PATRON, POLICY
from libops.circulation import overdue
from libops.circulation.overdue import Bracket, OverdueView
from libops.doctor import examine
from libops.pages import Page
from tests.engines.town import (
    BOOK,
    BOOKS,
    CHILD,
    DISC,
    MORNING,
    NAMES,
    NEW_YORK,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    SORTER,
    THIRD_BOOK,
    Town,
    refused,
)

FINED = update(POLICY).values(fine_amount=50, fine_open=False)


def listed(town: Town, branch: str = "", after: str = "", limit: int = 100) -> Page[OverdueView]:
    return town.look(overdue.list_overdue, branch=branch, after=after, limit=limit)


def barcodes(town: Town, branch: str = "") -> list[str]:
    return [view.barcode for view in listed(town, branch).results]


def told(town: Town) -> int:
    return sum(town.act(overdue.tell_overdue, at=branch).done for branch in ("MAIN", "WEST", "YORK"))


def test_the_list_says_who_has_what_how_late_it_is_and_what_it_costs_by_now(town: Town) -> None:
    town.change_rules(FINED)
    town.change(update(PATRON).where(PATRON.c.number == READER).values(phone="13800000001"))
    lent = town.lend(READER, BOOK)
    town.lend(OTHER_READER, DISC)
    town.clock.now = MORNING.replace(month=12, day=2)
    (view,) = listed(town).results
    assert (view.barcode, view.due_on, view.days_late, view.fine) == (DISC, date(2026, 11, 30), 2, 100)
    town.clock.now = MORNING.replace(month=12, day=26)
    disc, book = listed(town).results
    assert (disc.barcode, disc.days_late, disc.fine, disc.lost) == (DISC, 26, 1300, None)
    assert (book.loan_id, book.due_on, book.days_late, book.fine) == (lent.loan_id, date(2026, 12, 23), 3, 150)
    assert (book.patron_number, book.patron_name, book.phone) == (READER, NAMES[READER], "13800000001")
    assert (book.title, book.call_number, book.branch_code, book.currency) == (
        "红楼梦 [b]",
        "I242.4/C118",
        "MAIN",
        "CNY",
    )


def test_what_falls_due_at_this_moment_is_not_overdue_yet_and_what_is_back_is_no_longer(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    town.clock.now = lent.due_at
    assert barcodes(town) == []
    town.clock.later(seconds=1)
    assert barcodes(town) == [BOOK]
    town.take_back(BOOK)
    assert barcodes(town) == []


def test_who_may_not_see_patrons_may_not_read_the_list(town: Town) -> None:
    assert refused(lambda: town.look(overdue.list_overdue, by=SORTER)) == ["permission.missing"]


def test_pages_follow_each_other_without_losing_or_repeating_a_loan(town: Town) -> None:
    town.lend(OTHER_READER, DISC)
    for book in BOOKS[:3]:
        town.lend(READER, book)
    town.clock.later(days=60)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = listed(town, after=after, limit=1)
        seen += [view.barcode for view in page.results]
        after = page.next
    assert seen == [DISC, *BOOKS[:3]]
    assert [view.barcode for view in listed(town, after="nonsense").results] == seen


def test_a_branch_lists_what_it_lent(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK, at="Y1")
    town.clock.later(days=60)
    assert barcodes(town, "MAIN") == [BOOK]
    assert barcodes(town, "Y1") == [OTHER_BOOK]
    assert barcodes(town) == [OTHER_BOOK, BOOK] or barcodes(town) == [BOOK, OTHER_BOOK]
    assert refused(lambda: listed(town, "NOWHERE")) == ["place.unknown"]


def test_days_are_those_of_the_branch_that_lent(town: Town) -> None:
    lent = town.lend(READER, BOOK, at="Y1")
    town.clock.now = (lent.due_at + timedelta(hours=1)).astimezone(NEW_YORK)
    (view,) = listed(town).results
    assert view.days_late == (town.clock.now.date() - lent.due_on).days == 1


def test_what_is_said_to_be_back_is_not_listed_and_what_counts_as_lost_says_so(town: Town) -> None:
    town.change_rules(FINED.values(lost_after=10))
    for book in BOOKS[:3]:
        town.lend(READER, book)
    town.clock.later(days=33)
    claimed = update(LOAN).where(LOAN.c.item_id == select(ITEM.c.id).where(ITEM.c.barcode == BOOK).scalar_subquery())
    town.change(claimed.values(lost_at=town.clock(), lost_as=LostAs.CLAIMED))
    assert [(view.barcode, view.lost) for view in listed(town).results] == [(OTHER_BOOK, None), (THIRD_BOOK, None)]
    town.clock.later(days=60)
    # Nobody has written it down: it counts as lost all the same, and its fine stopped on that day.
    views = listed(town).results
    assert {(view.lost, view.days_late, view.fine) for view in views} == {(LostAs.AGED, 63, 500)}


def test_loans_are_counted_by_how_late_they_are(town: Town) -> None:
    assert [(one.least, one.most) for one in town.look(overdue.count_overdue)] == [
        (1, 7),
        (8, 14),
        (15, 30),
        (31, 90),
        (91, None),
    ]
    lent = [town.lend(READER, book) for book in BOOKS[:3]]
    town.lend(OTHER_READER, DISC, at="Y1")
    due = {loan.due_on for loan in lent}
    assert due == {date(2026, 12, 23)}

    def counts(day: date, branch: str = "") -> list[int]:
        town.clock.now = MORNING.replace(year=day.year, month=day.month, day=day.day)
        return [bracket.loans for bracket in town.look(overdue.count_overdue, branch=branch)]

    assert counts(date(2026, 12, 23), "MAIN") == [0, 0, 0, 0, 0]
    assert counts(date(2026, 12, 24), "MAIN") == [3, 0, 0, 0, 0]
    assert counts(date(2026, 12, 30), "MAIN") == [3, 0, 0, 0, 0]
    assert counts(date(2026, 12, 31), "MAIN") == [0, 3, 0, 0, 0]
    assert counts(date(2026, 12, 31)) == [0, 3, 0, 1, 0]
    assert counts(date(2027, 1, 7), "M1") == [0, 0, 3, 0, 0]
    assert counts(date(2027, 3, 24), "MAIN") == [0, 0, 0, 0, 3]
    assert sum(counts(date(2027, 3, 24))) == len(listed(town).results) == 4


def test_hours_late_on_the_due_day_are_counted_with_the_first_bracket(town: Town) -> None:
    town.change_rules(update(POLICY).values(period_kind="hours", period=2))
    town.lend(READER, BOOK)
    town.clock.later(hours=3)
    first = town.look(overdue.count_overdue)[0]
    assert first == Bracket(1, 7, 1)
    assert barcodes(town) == [BOOK]


def test_the_journal_is_told_once_of_each_loan_that_becomes_overdue_and_again_after_a_renewal(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    town.lend(CHILD, OTHER_BOOK, at="W1")
    assert told(town) == 0
    town.clock.now = MORNING.replace(month=12, day=9)
    assert (told(town), told(town)) == (1, 0)
    town.clock.now = MORNING.replace(month=12, day=24)
    assert (told(town), told(town)) == (1, 0)
    events = town.ask(select(EVENT).where(EVENT.c.kind == "loan.overdue").order_by(EVENT.c.id))
    assert events[1].loan_id == lent.loan_id
    assert events[1].data == {"due_at": lent.due_at.isoformat()}
    assert (events[0].patron_id, events[0].item_id) != (None, None)
    town.renew(BOOK)
    assert told(town) == 0
    town.clock.later(days=60)
    assert told(town) == 1
    assert examine(town.library) == []


def test_what_is_lost_or_said_to_be_back_is_not_told(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK)
    town.clock.later(days=40)
    of = {book: select(ITEM.c.id).where(ITEM.c.barcode == book).scalar_subquery() for book in (BOOK, OTHER_BOOK)}
    for book, how in ((BOOK, LostAs.CLAIMED), (OTHER_BOOK, LostAs.DECLARED)):
        town.change(update(LOAN).where(LOAN.c.item_id == of[book]).values(lost_at=town.clock(), lost_as=how))
    assert told(town) == 0


def test_a_batch_goes_on_behind_the_last(town: Town) -> None:
    for book in BOOKS[:3]:
        town.lend(READER, book)
    town.clock.later(days=60)
    first = town.act(overdue.tell_overdue, at="MAIN", limit=2)
    assert (first.done, first.next_due is not None) == (2, True)
    second = town.act(
        overdue.tell_overdue, at="MAIN", limit=2, after_due=first.next_due or MORNING, after_id=first.next_id
    )
    assert (second.done, second.next_due) == (1, None)
    assert town.story().count("loan.overdue") == 3


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_loan_that_somebody_is_changing_is_left_for_the_next_night(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK)
    town.clock.later(days=60)
    with town.library.database.act() as transaction:
        mine = update(LOAN).where(LOAN.c.item_id == select(ITEM.c.id).where(ITEM.c.barcode == BOOK).scalar_subquery())
        transaction.connection.execute(mine.values(renewals=0))
        assert told(town) == 1
    assert told(town) == 1
