"""Renewals: longer, never shorter, and only so often."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from db.rules import RenewFrom
from db.tables import BRANCH, CATEGORY, DATED_HOURS, PATRON, POLICY
from libops.circulation.loans import LoanOutcome
from libops.permissions import Permission
from libops.work import Actor
from tests.engines.town import (
    BOOK,
    CHILD,
    CLERK,
    DISC,
    MORNING,
    NAMES,
    OTHER_BOOK,
    READER,
    SUPERVISOR,
    THIRD_BOOK,
    Town,
    ids,
    put,
    reasons,
    refused,
)


def set_rule(town: Town, **values: object) -> None:
    """Change the fallback row of the loan rules."""
    fallback = POLICY.c.category_id.is_(None) & POLICY.c.item_type_id.is_(None)
    town.change_rules(update(POLICY).where(fallback).values(**values))


def test_a_renewal_counts_from_the_due_day_where_the_rules_say_so(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    town.clock.later(days=20)
    renewed = town.renew(BOOK)
    assert (renewed.outcome, renewed.loan_id, renewed.renewals) == (LoanOutcome.RENEWED, lent.loan_id, 1)
    assert (renewed.was_due_on, renewed.due_on) == (date(2026, 12, 23), date(2027, 1, 22))
    assert (renewed.patron_number, renewed.patron_name) == (READER, NAMES[READER])
    assert town.open_loans() == [(READER, BOOK)]


def test_a_renewal_counts_from_today_where_the_rules_say_so(town: Town) -> None:
    assert town.lend(CHILD, BOOK).due_on == date(2026, 12, 7)
    town.clock.later(days=10)
    assert town.renew(BOOK).due_on == date(2026, 12, 17)


def test_a_renewal_that_would_not_make_the_loan_longer_is_refused(town: Town) -> None:
    town.lend(CHILD, BOOK)
    (reason,) = reasons(lambda: town.renew(BOOK))
    assert (reason.code, reason.facts, reason.override) == ("renewal.no_gain", {"due": date(2026, 12, 7)}, None)
    town.clock.later(days=1)
    assert town.renew(BOOK).due_on == date(2026, 12, 8)
    assert refused(lambda: town.renew(BOOK)) == ["renewal.no_gain"]


def test_a_renewal_never_shortens_a_loan_when_the_rules_have_become_shorter(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    set_rule(town, renew_from=RenewFrom.TODAY, period=7)
    town.clock.later(days=1)
    for attempt in (lambda: town.renew(BOOK), lambda: town.lend(READER, BOOK)):
        assert refused(attempt) == ["renewal.no_gain"]
    town.take_back(BOOK)
    assert town.lend(READER, BOOK).due_on < lent.due_on


def test_a_renewal_never_reaches_past_the_card(town: Town) -> None:
    town.lend(READER, BOOK)
    town.change(update(PATRON).where(PATRON.c.number == READER).values(expires_on=date(2026, 12, 31)))
    assert town.renew(BOOK).due_on == date(2026, 12, 31)
    set_rule(town, renewals=9)
    assert refused(lambda: town.renew(BOOK)) == ["renewal.no_gain"]


def test_renewals_come_to_an_end(town: Town) -> None:
    town.lend(READER, BOOK)
    town.renew(BOOK)
    (reason,) = reasons(lambda: town.renew(BOOK))
    assert (reason.code, reason.facts) == ("renewal.exhausted", {"renewals": 1, "limit": 1})
    town.lend(READER, DISC)
    assert refused(lambda: town.renew(DISC)) == ["renewal.exhausted"]


def test_an_exhausted_renewal_may_be_allowed_by_somebody_who_may(town: Town) -> None:
    town.lend(READER, BOOK)
    town.renew(BOOK)
    allowed = town.renew(BOOK, allowed_by=SUPERVISOR)
    assert (allowed.renewals, allowed.overridden) == (2, ("renewal.exhausted",))


def test_an_overdue_loan_is_renewed_from_today_and_not_from_a_day_that_is_past(town: Town) -> None:
    town.lend(READER, BOOK)
    town.clock.now = MORNING.replace(year=2027, month=3, day=1)
    renewed = town.renew(BOOK)
    assert (renewed.was_due_on, renewed.due_on) == (date(2026, 12, 23), date(2027, 3, 31))


def test_blocks_stand_against_renewing_too(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK)
    town.change(update(PATRON).where(PATRON.c.number == READER).values(status="blocked", expires_on=date(2026, 12, 1)))
    town.clock.later(days=60)
    assert refused(lambda: town.renew(BOOK)) == ["patron.blocked", "patron.expired"]


def test_overdue_loans_stop_lending_and_not_the_renewal_that_mends_them(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK)
    town.clock.later(days=60)
    assert refused(lambda: town.lend(READER, THIRD_BOOK)) == ["patron.overdue"]
    assert town.renew(BOOK).outcome is LoanOutcome.RENEWED
    assert town.lend(READER, THIRD_BOOK).outcome is LoanOutcome.LENT


def test_a_full_account_does_not_stand_against_renewing(town: Town) -> None:
    town.lend(CHILD, BOOK)
    town.clock.later(days=5)
    assert town.renew(BOOK).outcome is LoanOutcome.RENEWED


def test_an_item_that_is_not_on_loan_cannot_be_renewed(town: Town) -> None:
    assert refused(lambda: town.renew(BOOK)) == ["item.not_on_loan"]
    town.lend(READER, BOOK)
    town.take_back(BOOK)
    assert refused(lambda: town.renew(BOOK)) == ["item.not_on_loan"]
    assert refused(lambda: town.renew("B99")) == ["item.unknown"]
    assert refused(lambda: town.renew("B\udcff\x00")) == ["code.unreadable"]


def test_a_renewal_follows_the_rules_and_days_of_the_branch_that_lent(town: Town) -> None:
    west, main = ids(town, BRANCH)["WEST"], ids(town, BRANCH)["MAIN"]
    with town.library.database.act() as transaction:
        put(transaction, POLICY, branch_id=west, period=10, renewals=5, renew_from=RenewFrom.DUE)
        put(transaction, POLICY, branch_id=main, period=99, renewals=5, renew_from=RenewFrom.DUE)
        put(transaction, DATED_HOURS, branch_id=west, day=date(2026, 12, 13))
    town.change_rules()
    assert town.lend(READER, BOOK, at="W1").due_on == date(2026, 12, 3)
    # Ten days on is the 13th, closed there; the 14th is a Monday, when this branch never opens.
    assert town.renew(BOOK, at="M1").due_on == date(2026, 12, 15)


def test_a_change_of_the_patrons_category_counts_from_the_next_renewal(town: Town) -> None:
    town.lend(READER, BOOK)
    child = ids(town, CATEGORY)["child"]
    town.change(update(PATRON).where(PATRON.c.number == READER).values(category_id=child))
    town.clock.later(days=20)
    assert town.renew(BOOK).due_on == date(2026, 12, 27)


@pytest.mark.parametrize("desk", ["M1", "W1"])
def test_whoever_may_not_renew_may_not_do_so_by_lending_again(town: Town, desk: str) -> None:
    lender = Actor("staff:S9", "Lender", CLERK.permissions - {Permission.RENEW})
    town.lend(READER, BOOK, by=lender, at=desk)
    town.clock.later(days=1)
    assert refused(lambda: town.lend(READER, BOOK, by=lender, at=desk)) == ["permission.missing"]
    assert town.lend(READER, BOOK, at=desk).outcome is LoanOutcome.RENEWED
