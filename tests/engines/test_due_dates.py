"""Due days are calendar days of the branch, on days when it is open, in its own zone: from scan to database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from db.tables import BRANCH, DATED_HOURS, ENTRY, LIBRARY, OPENING_HOURS, PATRON, POLICY
from libops.doctor import examine
from libops.i18n import Language
from libops.people import patrons
from libops.refusals import explain
from tests.engines.town import (
    BOOK,
    CLERK,
    MORNING,
    NEW_YORK,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    SHANGHAI,
    THIRD_BOOK,
    Town,
    ids,
    put,
    reasons,
    refused,
)


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
    town.change_rules(update(POLICY).where(fallback).values(period=days))


def terms(town: Town, **values: object) -> None:
    """Change the rule of everything that has none of its own."""
    fallback = POLICY.c.category_id.is_(None) & POLICY.c.item_type_id.is_(None)
    town.change_rules(update(POLICY).where(fallback).values(**values))


def late(town: Town, branch: str, day: date, closes: str) -> None:
    """Open a branch on a day until a late hour, ``26:00`` for two in the next morning."""
    with town.library.database.act() as transaction:
        put(transaction, DATED_HOURS, branch_id=ids(town, BRANCH)[branch], day=day, opens="09:00", closes=closes)
    town.change_rules()


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
    town.change(update(POLICY).values(period=1))
    assert town.lend(READER, OTHER_BOOK).due_on == date(2026, 12, 23)
    town.take_back(OTHER_BOOK)
    town.change(update(LIBRARY).values(rules_version=LIBRARY.c.rules_version + 1))
    assert town.lend(READER, OTHER_BOOK).due_on == date(2026, 11, 24)


def test_a_loan_by_the_hour_is_due_at_its_hour_and_returned_late_after_it(town: Town) -> None:
    terms(town, period_kind="hours", period=4)
    lent = town.lend(READER, BOOK)
    assert (lent.due_at, lent.due_on, lent.hourly) == (MORNING + timedelta(hours=4), MORNING.date(), True)
    town.clock.later(hours=5)
    terms(town, fine_unit="hour", fine_amount=100)
    town.take_back(BOOK)
    assert town.ask(select(ENTRY.c.amount)) == [(100,)]


@pytest.mark.parametrize(
    ("closed_due", "due_at"),
    [
        ("forward", MORNING.replace(day=24, hour=9)),
        ("back", MORNING.replace(hour=21)),
        ("keep", MORNING.replace(hour=22)),
    ],
)
def test_a_loan_by_the_hour_that_would_end_after_closing_goes_where_the_rule_says(
    town: Town, closed_due: str, due_at: datetime
) -> None:
    terms(town, period_kind="hours", period=4, closed_due=closed_due)
    town.clock.now = MORNING.replace(hour=18)
    assert town.lend(READER, BOOK).due_at == due_at


def test_a_loan_to_the_end_of_the_day_ends_with_the_branchs_day_wherever_it_is(town: Town) -> None:
    terms(town, period_kind="day_end", period=0)
    here, there = town.lend(READER, BOOK), town.lend(READER, OTHER_BOOK, at="Y1")
    assert here.due_at == MORNING.replace(hour=23, minute=59, second=59, microsecond=999_999)
    # In New York it is still the day before.
    assert there.due_at == datetime(2026, 11, 23, 4, 59, 59, 999_999, tzinfo=UTC)
    assert there.due_on == MORNING.date() - timedelta(days=1)


def test_a_loan_to_a_fixed_day_is_due_on_it_and_after_it_nothing_is_lent(town: Town) -> None:
    term_ends = date(2026, 12, 18)
    terms(town, period_kind="fixed", period=0, fixed_on=term_ends)
    assert town.lend(READER, BOOK).due_on == term_ends
    town.clock.now = datetime.combine(term_ends, MORNING.timetz())
    assert town.lend(READER, OTHER_BOOK).due_on == term_ends
    town.clock.later(days=1)
    (reason,) = reasons(lambda: town.lend(OTHER_READER, THIRD_BOOK))
    assert (reason.code, reason.facts, reason.override) == ("policy.fixed_passed", {"fixed": term_ends}, None)
    assert "Fri 18 Dec 2026" in explain(reason, Language("en")).why


def test_the_last_day_of_a_term_ends_a_loan_that_would_be_longer(town: Town) -> None:
    term_ends = date(2026, 12, 18)
    terms(town, period=30, fixed_on=term_ends)
    assert town.lend(READER, BOOK).due_on == term_ends
    period(town, 10)
    assert town.lend(READER, OTHER_BOOK).due_on == date(2026, 12, 3)
    # A card that runs out before the term does ends it sooner still.
    town.change(update(PATRON).where(PATRON.c.number == OTHER_READER).values(expires_on=date(2026, 11, 30)))
    assert town.lend(OTHER_READER, THIRD_BOOK).due_on == date(2026, 11, 30)


def test_a_loan_that_runs_to_the_end_of_term_is_not_renewed_for_nothing(town: Town) -> None:
    terms(town, period=30, fixed_on=date(2026, 12, 18))
    town.lend(READER, BOOK)
    town.clock.later(days=2)
    assert refused(lambda: town.renew(BOOK)) == ["renewal.no_gain"]


def test_while_a_branch_is_open_past_midnight_it_is_still_the_day_before(town: Town) -> None:
    today = MORNING.date()
    late(town, "MAIN", today, "26:00")
    period(town, 1)
    town.clock.now = datetime(2026, 11, 24, 1, 59, tzinfo=SHANGHAI)
    assert town.lend(READER, BOOK).due_on == today + timedelta(days=1)
    town.clock.later(minutes=1)
    assert town.lend(READER, OTHER_BOOK).due_on == today + timedelta(days=2)


def test_what_is_due_on_a_day_that_is_open_past_midnight_may_come_back_until_it_closes(town: Town) -> None:
    due_on = MORNING.date() + timedelta(days=1)
    late(town, "MAIN", due_on, "26:00")
    period(town, 1)
    lent = town.lend(READER, BOOK)
    assert lent.due_on == due_on
    town.clock.now = datetime(2026, 11, 25, 1, 59, 59, 999_999, tzinfo=SHANGHAI)
    assert lent.due_at == town.clock()
    assert town.take_back(BOOK).days_overdue == 0
    town.lend(READER, OTHER_BOOK)
    town.clock.now = datetime(2026, 11, 25, 2, 0, tzinfo=SHANGHAI)
    assert town.take_back(OTHER_BOOK).days_overdue == 0
    assert examine(town.library) == []


@pytest.mark.parametrize("closed_due", ["forward", "back", "keep"])
def test_a_due_day_that_is_closed_goes_where_the_rule_says(town: Town, closed_due: str) -> None:
    # West is closed on Mondays: 21 December 2026 is one.
    terms(town, period=28, closed_due=closed_due)
    day = {"forward": 22, "back": 20, "keep": 21}[closed_due]
    assert town.lend(READER, BOOK, at="W1").due_on == date(2026, 12, day)
