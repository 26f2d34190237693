"""What comes back late costs what the rules of the lending branch say, counted until the day it came back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, select, update

from db.tables import BRANCH, DATED_HOURS, ENTRY, LOAN, OPENING_HOURS, POLICY
from libops.circulation.desk import DeskSession
from libops.circulation.outcomes import Mode, Word
from libops.circulation.returns import check_in
from libops.doctor import examine
from tests.engines.town import (
    BOOK,
    CLERK,
    OTHER_BOOK,
    READER,
    SORTER,
    THIRD_BOOK,
    TODAY,
    Town,
    ids,
    put,
    reasons,
    refused,
)

TEN_A_DAY = {"fine_amount": 10, "fine_cap": 200}


@pytest.fixture
def dear(town: Town) -> Town:
    """The small library where each open day late costs ten fen, two yuan at most."""
    town.change_rules(update(POLICY).values(**TEN_A_DAY))
    return town


def fines(town: Town) -> list[int]:
    """The amounts of all fines, in the order in which they were charged."""
    return [int(amount) for (amount,) in town.ask(select(ENTRY.c.amount).order_by(ENTRY.c.id))]


@pytest.mark.parametrize(
    ("day", "cost"),
    [((2026, 12, 23), 0), ((2026, 12, 24), 10), ((2026, 12, 26), 30), ((2027, 1, 12), 200), ((2027, 6, 1), 200)],
)
def test_each_day_late_costs_up_to_the_cap_and_is_charged_with_the_return(
    dear: Town, day: tuple[int, int, int], cost: int
) -> None:
    assert dear.lend(READER, BOOK).due_on == date(2026, 12, 23)
    dear.clock.now = dear.clock.now.replace(year=day[0], month=day[1], day=day[2])
    assert dear.take_back(BOOK, at="W1").fine == cost
    assert fines(dear) == ([cost] if cost else [])
    assert examine(dear.library) == []


def test_the_closed_days_that_cost_nothing_are_those_of_the_branch_that_lent(dear: Town) -> None:
    # West is closed on Mondays; 21 December 2026 is one, and the day before is the due day.
    dear.change_rules(update(POLICY).values(period=27))
    for item, desk in ((BOOK, "W1"), (OTHER_BOOK, "M1")):
        assert dear.lend(READER, item, at=desk).due_on == date(2026, 12, 20)
    dear.clock.now = dear.clock.now.replace(month=12, day=22)
    assert dear.take_back(BOOK, at="M1").fine == 10
    assert dear.take_back(OTHER_BOOK, at="W1").fine == 20


def test_a_branch_that_was_closed_all_the_time_since_fines_nobody(dear: Town) -> None:
    dear.lend(READER, BOOK)
    with dear.library.database.act() as transaction:
        for day in range(24, 31):
            put(transaction, DATED_HOURS, branch_id=ids(dear, BRANCH)["MAIN"], day=date(2026, 12, day))
    dear.change_rules()
    dear.clock.now = dear.clock.now.replace(month=12, day=30)
    back = dear.take_back(BOOK)
    assert (back.days_overdue, back.fine) == (7, 0)


def test_a_return_that_is_dated_back_costs_what_it_would_have_cost_then(dear: Town) -> None:
    lent = dear.lend(READER, BOOK)
    dear.lend(READER, OTHER_BOOK)
    dear.clock.now = dear.clock.now.replace(month=12, day=28)
    back = dear.act(check_in, barcode=BOOK, on=date(2026, 12, 24))
    assert (back.days_overdue, back.fine, back.backdated_to) == (1, 10, date(2026, 12, 24))
    assert dear.take_back(OTHER_BOOK).fine == 50
    (loan,) = dear.ask(select(LOAN).where(LOAN.c.id == lent.loan_id))
    assert dear.clock().date() > loan.returned_at.date()
    assert examine(dear.library) == []


def test_a_return_is_never_dated_back_to_before_it_was_lent(dear: Town) -> None:
    dear.lend(READER, BOOK)
    (reason,) = reasons(lambda: dear.act(check_in, barcode=BOOK, on=date(2026, 11, 22)))
    assert (reason.code, reason.facts) == ("return.before_loan", {"day": date(2026, 11, 22), "lent": TODAY})
    assert dear.open_loans() == [(READER, BOOK)]
    assert dear.act(check_in, barcode=BOOK, on=TODAY).was_on_loan


@pytest.mark.parametrize(("day", "fine"), [(20, 0), (24, 10), (26, 30)])
def test_a_return_that_is_dated_back_to_before_a_renewal_costs_what_the_loan_did_then(
    dear: Town, day: int, fine: int
) -> None:
    dear.lend(READER, BOOK)
    dear.clock.now = dear.clock.now.replace(month=12, day=27)
    assert dear.renew(BOOK).fine == 40
    dear.clock.later(days=1)
    back = dear.act(check_in, barcode=BOOK, on=date(2026, 12, day))
    assert (back.fine, back.cancelled, back.days_overdue) == (fine, 40, max(day - 23, 0))
    assert examine(dear.library) == []


@pytest.mark.parametrize(("on", "code"), [((2026, 11, 24), "return.in_future"), ((2026, 9, 1), "return.too_far_back")])
def test_a_day_to_which_nothing_is_dated_back_is_refused(dear: Town, on: tuple[int, int, int], code: str) -> None:
    dear.lend(READER, BOOK)
    assert refused(lambda: dear.act(check_in, barcode=BOOK, on=date(*on))) == [code]
    assert dear.open_loans() == [(READER, BOOK)]


def test_a_batch_is_dated_back_until_it_is_ended_or_forgotten_and_no_longer(dear: Town) -> None:
    for item in (BOOK, OTHER_BOOK, THIRD_BOOK):
        dear.lend(READER, item)
    dear.clock.now = dear.clock.now.replace(month=12, day=28)
    desk = DeskSession(dear.library, actor=SORTER, place=dear.place(), mode=Mode.RETURN)
    desk.date_back(date(2026, 12, 23))
    first = desk.take(BOOK)
    dear.clock.later(minutes=9)
    second = desk.take(OTHER_BOOK)
    dear.clock.later(minutes=11)
    third = desk.take(THIRD_BOOK)
    assert [one.word for one in (first, second, third)] == [Word.SHELVE] * 3
    assert [one.returned.fine for one in (first, second, third) if one.returned is not None] == [0, 0, 50]
    desk.date_back(date(2026, 12, 23))
    desk.turn(Mode.LEND)
    desk.turn(Mode.RETURN)
    assert desk.batch is None
    assert refused(lambda: desk.date_back(date(2027, 1, 1))) == ["return.in_future"]


def test_renewing_an_overdue_loan_charges_what_it_cost_until_then_and_no_more_later(dear: Town) -> None:
    dear.lend(READER, BOOK)
    dear.clock.now = dear.clock.now.replace(month=12, day=26)
    assert dear.renew(BOOK).fine == 30
    dear.clock.later(days=5)
    assert dear.take_back(BOOK).fine == 0
    assert fines(dear) == [30]


def test_a_scan_again_charges_nothing_again(dear: Town) -> None:
    dear.lend(READER, BOOK)
    dear.clock.now = dear.clock.now.replace(month=12, day=26)
    one = dear.take_back(BOOK, key="once", by=CLERK)
    assert dear.take_back(BOOK, key="once", by=CLERK) == one
    assert dear.take_back(BOOK).fine == 0
    assert fines(dear) == [30]


def test_hours_past_midnight_belong_to_the_day_that_is_still_open(dear: Town) -> None:
    main = ids(dear, BRANCH)["MAIN"]
    dear.change_rules(
        delete(DATED_HOURS), update(OPENING_HOURS).where(OPENING_HOURS.c.branch_id == main).values(closes="26:00")
    )
    assert dear.lend(READER, BOOK).due_on == date(2026, 12, 23)
    dear.clock.now = dear.clock.now.replace(month=12, day=24, hour=1, minute=59)
    assert dear.take_back(BOOK).fine == 0
    dear.clock.now = dear.clock.now.replace(month=11, day=23, hour=10)
    dear.lend(READER, OTHER_BOOK)
    dear.clock.now = dear.clock.now.replace(month=12, day=24, hour=2, minute=0)
    assert dear.take_back(OTHER_BOOK).fine == 10
