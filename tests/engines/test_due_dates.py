"""Due days are calendar days of the branch, on days when it is open, in its own zone: from scan to database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from db.tables import BRANCH, DATED_HOURS, LIBRARY, OPENING_HOURS, PATRON, POLICY
from libops.people import patrons
from tests.engines.town import BOOK, CLERK, MORNING, NEW_YORK, OTHER_BOOK, READER, SHANGHAI, Town, ids, put, refused


@pytest.fixture(params=["America/Los_Angeles", "Pacific/Kiritimati", "UTC"])
def machine_elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This machine stands in another part of the world."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def period(town: Town, days: int) -> None:
    """Set the loan period of everything that has no rule of its own."""
    fallback = POLICY.c.category_id.is_(None) & POLICY.c.item_type_id.is_(None)
    town.change_rules(update(POLICY).where(fallback).values(loan_days=days))


def exceptions(town: Town, branch: str, *days: tuple[date, bool]) -> None:
    """Days on which a branch is open, or closed, against its week."""
    key = ids(town, BRANCH)[branch]
    with town.library.database.act() as transaction:
        for day, opens in days:
            hours = {"opens": "10:00", "closes": "16:00"} if opens else {}
            put(transaction, DATED_HOURS, branch_id=key, day=day, **hours)
    town.change_rules()


def test_a_due_day_that_is_closed_moves_to_the_next_open_one(town: Town) -> None:
    # West is closed on Mondays: 21 December 2026 is one.
    period(town, 28)
    assert town.lend(READER, BOOK, at="W1").due_on == date(2026, 12, 22)
    assert town.lend(READER, OTHER_BOOK, at="M1").due_on == date(2026, 12, 21)


def test_several_closed_days_in_a_row_are_passed_over_together(town: Town) -> None:
    period(town, 27)
    closed = [(date(2026, 12, 20) + timedelta(days=ahead), False) for ahead in (0, 2, 3)]
    exceptions(town, "WEST", *closed)
    assert town.lend(READER, BOOK, at="W1").due_on == date(2026, 12, 24)


def test_an_exceptional_opening_on_a_closed_weekday_counts_as_open(town: Town) -> None:
    period(town, 28)
    exceptions(town, "WEST", (date(2026, 12, 21), True))
    assert town.lend(READER, BOOK, at="W1").due_on == date(2026, 12, 21)


def test_a_closure_decided_after_a_loan_leaves_its_due_day_and_moves_the_next(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    exceptions(town, "MAIN", (lent.due_on, False))
    assert town.lend(READER, BOOK).due_on == lent.due_on
    assert town.lend(READER, OTHER_BOOK).due_on == lent.due_on + timedelta(days=1)


def test_a_card_that_runs_out_before_the_due_day_ends_the_loan_even_on_a_closed_day(town: Town) -> None:
    last = date(2026, 12, 7)
    exceptions(town, "MAIN", (last, False))
    town.change(update(PATRON).where(PATRON.c.number == READER).values(expires_on=last))
    assert town.lend(READER, BOOK).due_on == last


def test_a_loan_of_no_days_is_due_at_the_end_of_today(town: Town) -> None:
    period(town, 0)
    town.clock.now = MORNING.replace(hour=23, minute=59, second=59, microsecond=999_999)
    lent = town.lend(READER, BOOK)
    assert lent.due_on == MORNING.date()
    assert lent.due_at == town.clock()
    town.clock.later(microseconds=1)
    assert town.take_back(BOOK).days_overdue == 1


@pytest.mark.parametrize(
    ("now", "due_on"),
    [
        # 15:59 in UTC is still today in Shanghai, 16:00 is tomorrow; in New York midnight is 05:00.
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), date(2026, 12, 23)),
        (datetime(2026, 11, 23, 16, 0, 0, tzinfo=UTC), date(2026, 12, 24)),
    ],
)
def test_the_branchs_clock_says_what_day_it_is_wherever_the_machine_stands(
    town: Town, machine_elsewhere: str, now: datetime, due_on: date
) -> None:
    town.clock.now = now
    lent = town.lend(READER, BOOK)
    assert lent.due_on == due_on
    assert lent.due_at.astimezone(SHANGHAI).date() == due_on
    town.reopen()
    with town.library.look(actor=CLERK, place=town.place()) as look:
        assert [loan.due_on for loan in patrons.open_loans(look, READER)] == [due_on]
        assert look.today == due_on - timedelta(days=30)
    assert town.lend(READER, OTHER_BOOK, at="Y1").due_on == date(2026, 12, 23)


@pytest.mark.parametrize(
    ("now", "days", "due_on", "end"),
    [
        # Clocks go forward on 8 March 2026 and back on 1 November: days stay days, and end at another hour of UTC.
        (datetime(2026, 3, 7, 12, 0, tzinfo=NEW_YORK), 0, date(2026, 3, 7), datetime(2026, 3, 8, 5, tzinfo=UTC)),
        (datetime(2026, 3, 7, 12, 0, tzinfo=NEW_YORK), 1, date(2026, 3, 8), datetime(2026, 3, 9, 4, tzinfo=UTC)),
        (datetime(2026, 3, 7, 23, 30, tzinfo=NEW_YORK), 1, date(2026, 3, 8), datetime(2026, 3, 9, 4, tzinfo=UTC)),
        (datetime(2026, 10, 31, 23, 30, tzinfo=NEW_YORK), 1, date(2026, 11, 1), datetime(2026, 11, 2, 5, tzinfo=UTC)),
        (datetime(2026, 10, 31, 0, 30, tzinfo=NEW_YORK), 0, date(2026, 10, 31), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        (datetime(2026, 10, 15, 9, 0, tzinfo=NEW_YORK), 30, date(2026, 11, 14), datetime(2026, 11, 15, 5, tzinfo=UTC)),
        (datetime(2028, 1, 30, 9, 0, tzinfo=NEW_YORK), 30, date(2028, 2, 29), datetime(2028, 3, 1, 5, tzinfo=UTC)),
        (datetime(2027, 1, 30, 9, 0, tzinfo=NEW_YORK), 30, date(2027, 3, 1), datetime(2027, 3, 2, 5, tzinfo=UTC)),
        (datetime(2027, 12, 31, 23, 59, tzinfo=NEW_YORK), 60, date(2028, 2, 29), datetime(2028, 3, 1, 5, tzinfo=UTC)),
    ],
)
def test_days_are_counted_on_the_calendar_and_not_in_hours(
    town: Town, now: datetime, days: int, due_on: date, end: datetime
) -> None:
    period(town, days)
    town.clock.now = now
    lent = town.lend(READER, BOOK, at="Y1")
    assert (lent.due_on, lent.due_at) == (due_on, end - timedelta(microseconds=1))


def test_a_branch_with_no_open_day_in_a_year_lends_nothing_and_does_not_search_for_ever(town: Town) -> None:
    west = ids(town, BRANCH)["WEST"]
    town.change_rules(delete(OPENING_HOURS).where(OPENING_HOURS.c.branch_id == west))
    far = MORNING.date() + timedelta(days=30 + 365)
    exceptions(town, "WEST", (far + timedelta(days=1), True))
    assert refused(lambda: town.lend(READER, BOOK, at="W1")) == ["calendar.no_open_day"]
    exceptions(town, "WEST", (far, True))
    assert town.lend(READER, BOOK, at="W1").due_on == far


def test_changed_rules_are_followed_by_a_program_that_is_running(town: Town) -> None:
    other = Town(town.url)
    assert town.lend(READER, BOOK).due_on == date(2026, 12, 23)
    period(other, 10)
    assert town.lend(READER, OTHER_BOOK).due_on == date(2026, 12, 3)
    exceptions(other, "MAIN", (date(2026, 12, 3), False))
    other.library.close()
    town.take_back(OTHER_BOOK)
    assert town.lend(READER, OTHER_BOOK).due_on == date(2026, 12, 4)


def test_rules_are_read_once_and_kept_while_their_version_stands(town: Town) -> None:
    town.lend(READER, BOOK)
    town.change(update(POLICY).values(loan_days=1))
    assert town.lend(READER, OTHER_BOOK).due_on == date(2026, 12, 23)
    town.take_back(OTHER_BOOK)
    town.change(update(LIBRARY).values(rules_version=LIBRARY.c.rules_version + 1))
    assert town.lend(READER, OTHER_BOOK).due_on == date(2026, 11, 24)
