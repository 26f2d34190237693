"""Check-out: who gets what, until when, and every reason why not."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from db.circulation import Credential
from db.tables import DESK, EVENT, ITEM, LOAN, PATRON
from libops.circulation.directions import ReturnOutcome
from libops.circulation.loans import LoanOutcome
from libops.permissions import Permission
from tests.engines.town import (
    BLOCKED,
    BOOK,
    BOOKS,
    CHILD,
    CLERK,
    DISC,
    EXPIRED,
    FOURTH_BOOK,
    IN_PROCESS,
    MISSING,
    MORNING,
    NAMES,
    NOT_LENT,
    OTHER_BOOK,
    OTHER_DISC,
    OTHER_READER,
    READER,
    RESTRICTED,
    SHANGHAI,
    THIRD_BOOK,
    WEST_BOOK,
    WEST_BOOK_AWAY,
    WITHDRAWN,
    Town,
    ids,
    reasons,
    refused,
)


def test_a_card_and_a_book_become_a_loan(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    assert (lent.outcome, lent.barcode, lent.title) == (LoanOutcome.LENT, BOOK, "红楼梦 [b]")
    assert (lent.patron_number, lent.patron_name) == (READER, NAMES[READER])
    assert (lent.due_on, lent.was_due_on, lent.renewals, lent.overridden) == (date(2026, 12, 23), None, 0, ())
    assert town.open_loans() == [(READER, BOOK)]
    assert town.status_of(BOOK) == "checked_out"


def test_the_loan_keeps_where_when_and_how_it_began(town: Town) -> None:
    lent = town.lend(READER, BOOK, at="W1", credential=Credential.TYPED)
    (row,) = town.ask(select(LOAN).where(LOAN.c.id == lent.loan_id))
    assert (row.opened_at, row.due_at) == (MORNING, lent.due_at)
    assert row.desk_id == ids(town, DESK)["W1"]
    assert (row.credential, row.status_before, row.returned_at) == ("typed", "available", None)


def test_the_journal_tells_of_the_loan_by_ids_alone(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    (event,) = town.ask(select(EVENT))
    (patron,) = town.ask(select(PATRON.c.id).where(PATRON.c.number == READER))
    (item,) = town.ask(select(ITEM.c.id).where(ITEM.c.barcode == BOOK))
    assert (event.kind, event.actor, event.at) == ("loan.opened", CLERK.name, MORNING)
    assert (event.patron_id, event.item_id, event.loan_id) == (patron.id, item.id, lent.loan_id)
    assert event.data == {
        "due_at": lent.due_at.isoformat(),
        "status_before": "available",
        "overridden": [],
        "allowed_by": None,
    }


def test_a_loan_falls_due_with_the_end_of_its_day(town: Town) -> None:
    local = town.lend(READER, BOOK).due_at.astimezone(SHANGHAI)
    assert (local.date(), local.hour, local.minute, local.second) == (date(2026, 12, 23), 23, 59, 59)


@pytest.mark.parametrize(
    ("patron", "item", "code", "override"),
    [
        (BLOCKED, BOOK, "patron.blocked", Permission.OVERRIDE_BLOCKS),
        (EXPIRED, BOOK, "patron.expired", Permission.OVERRIDE_BLOCKS),
        (READER, NOT_LENT, "item.not_lendable", Permission.OVERRIDE_ITEMS),
        (READER, RESTRICTED, "item.restricted", Permission.OVERRIDE_ITEMS),
        (READER, IN_PROCESS, "item.in_process", Permission.OVERRIDE_ITEMS),
        (READER, MISSING, "item.missing", None),
        (READER, WITHDRAWN, "item.withdrawn", None),
        ("P99", BOOK, "patron.unknown", None),
        (READER, "B99", "item.unknown", None),
        (READER, OTHER_READER, "code.is_patron", None),
        (OTHER_BOOK, BOOK, "code.is_item", None),
        (READER, "S1", "code.is_staff", None),
        (READER, "9787020002207", "code.isbn", None),
        (READER, "", "code.empty", None),
        pytest.param(READER, "B" * 10_000, "code.too_long", None, id="10 kB"),
        (READER, "B1\n", "code.unreadable", None),
        (READER, "B1\x00", "code.unreadable", None),
        (READER, "B\udcff", "code.unreadable", None),
        ("P\udcff\x00", BOOK, "code.unreadable", None),
        (READER, "[b]B1[/b]", "item.unknown", None),
        (READER, "' OR 1=1 --", "item.unknown", None),
    ],
)
def test_what_stands_against_a_loan_is_told_and_changes_nothing(
    town: Town, patron: str, item: str, code: str, override: Permission | None
) -> None:
    before = town.ask(select(ITEM.c.barcode, ITEM.c.status).order_by(ITEM.c.id))
    (reason,) = reasons(lambda: town.lend(patron, item))
    assert (reason.code, reason.override) == (code, override)
    assert town.open_loans() == []
    assert town.ask(select(ITEM.c.barcode, ITEM.c.status).order_by(ITEM.c.id)) == before
    assert town.story() == ["refused"]


def test_every_reason_is_told_at_once(town: Town) -> None:
    town.lend(OTHER_READER, DISC)
    town.lend(OTHER_READER, OTHER_BOOK)
    town.lend(OTHER_READER, THIRD_BOOK)
    town.clock.later(days=50)
    town.change(update(PATRON).where(PATRON.c.number == OTHER_READER).values(status="blocked", expires_on=MORNING))
    town.change(update(ITEM).where(ITEM.c.barcode == OTHER_DISC).values(status="restricted"))
    assert refused(lambda: town.lend(OTHER_READER, OTHER_DISC)) == [
        "patron.blocked",
        "patron.expired",
        "patron.overdue",
        "patron.loans_limit",
        "patron.type_limit",
        "item.restricted",
    ]
    assert refused(lambda: town.lend(EXPIRED, DISC)) == ["patron.expired", "item.on_loan_overdue"]


def test_a_patron_and_an_item_that_are_both_unknown_are_both_named(town: Town) -> None:
    assert refused(lambda: town.lend("P99", "B99")) == ["patron.unknown", "item.unknown"]


def test_an_item_with_somebody_else_is_refused_with_the_day_it_is_due(town: Town) -> None:
    town.lend(OTHER_READER, BOOK)
    (reason,) = reasons(lambda: town.lend(READER, BOOK))
    assert (reason.code, reason.override) == ("item.on_loan", None)
    assert reason.facts == {"due": date(2026, 12, 23)}
    assert town.open_loans() == [(OTHER_READER, BOOK)]


def test_the_last_allowed_loan_goes_out_and_the_next_does_not(town: Town) -> None:
    for book in BOOKS[:3]:
        town.lend(READER, book)
    (reason,) = reasons(lambda: town.lend(READER, FOURTH_BOOK))
    assert (reason.code, reason.facts) == ("patron.loans_limit", {"loans": 3, "limit": 3})
    assert reason.override is Permission.OVERRIDE_LIMITS
    town.take_back(BOOK)
    town.lend(READER, FOURTH_BOOK)


def test_limits_are_those_of_the_patrons_category(town: Town) -> None:
    town.lend(CHILD, BOOK)
    (reason,) = reasons(lambda: town.lend(CHILD, OTHER_BOOK))
    assert (reason.code, reason.facts) == ("patron.loans_limit", {"loans": 1, "limit": 1})


def test_a_limit_of_one_kind_leaves_other_kinds_alone(town: Town) -> None:
    town.lend(READER, DISC)
    (reason,) = reasons(lambda: town.lend(READER, OTHER_DISC))
    assert (reason.code, reason.facts) == ("patron.type_limit", {"loans": 1, "limit": 1})
    assert town.lend(READER, BOOK).outcome is LoanOutcome.LENT
    assert town.lend(OTHER_READER, OTHER_DISC).outcome is LoanOutcome.LENT


def test_lending_stops_at_so_many_overdue_loans_and_no_sooner(town: Town) -> None:
    town.lend(READER, BOOK)
    town.clock.later(days=1)
    town.lend(READER, OTHER_BOOK)
    town.clock.now = MORNING.replace(month=12, day=24)
    town.lend(READER, THIRD_BOOK)
    town.take_back(THIRD_BOOK)
    town.clock.later(days=1)
    (reason,) = reasons(lambda: town.lend(READER, THIRD_BOOK))
    assert (reason.code, reason.facts) == ("patron.overdue", {"overdue": 2, "limit": 2})


def test_who_is_stopped_by_no_overdue_limit_goes_on(town: Town) -> None:
    town.lend(CHILD, BOOK)
    town.clock.later(days=100)
    assert refused(lambda: town.lend(CHILD, OTHER_BOOK)) == ["patron.loans_limit"]


def test_a_card_is_valid_through_its_last_day(town: Town) -> None:
    town.change(update(PATRON).where(PATRON.c.number == READER).values(expires_on=MORNING.date()))
    town.clock.now = MORNING.replace(hour=23, minute=59, second=59, microsecond=999_999)
    lent = town.lend(READER, BOOK)
    assert lent.due_on == MORNING.date()
    assert lent.due_at >= town.clock()
    town.clock.later(seconds=1)
    (reason,) = reasons(lambda: town.lend(READER, OTHER_BOOK))
    assert (reason.code, reason.facts) == ("patron.expired", {"expired": MORNING.date()})


def test_the_same_item_for_the_same_patron_on_the_same_day_is_already_lent(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    town.clock.now = MORNING.replace(hour=23, minute=59)
    again = town.lend(READER, BOOK)
    assert (again.outcome, again.loan_id, again.due_at) == (LoanOutcome.ALREADY, lent.loan_id, lent.due_at)
    assert (again.due_on, again.renewals, again.patron_name) == (lent.due_on, 0, NAMES[READER])
    assert town.open_loans() == [(READER, BOOK)]
    assert town.story() == ["loan.opened", "item.seen"]


def test_already_lent_needs_no_free_slot_and_no_clean_record(town: Town) -> None:
    for book in BOOKS[:3]:
        town.lend(READER, book)
    town.change(update(PATRON).where(PATRON.c.number == READER).values(status="blocked"))
    assert town.lend(READER, BOOK).outcome is LoanOutcome.ALREADY


def test_the_same_item_for_the_same_patron_on_a_later_day_is_a_renewal(town: Town) -> None:
    lent = town.lend(READER, BOOK)
    town.clock.now = MORNING.replace(day=24, hour=0, minute=1)
    renewed = town.lend(READER, BOOK)
    assert (renewed.outcome, renewed.loan_id, renewed.renewals) == (LoanOutcome.RENEWED, lent.loan_id, 1)
    assert (renewed.was_due_on, renewed.due_on) == (lent.due_on, date(2027, 1, 22))
    assert town.lend(READER, BOOK).outcome is LoanOutcome.ALREADY
    assert town.story() == ["loan.opened", "loan.renewed", "item.seen"]


def test_an_item_of_another_branch_is_lent_where_it_lies(town: Town) -> None:
    town.lend(READER, WEST_BOOK, at="M1")
    back = town.take_back(WEST_BOOK, at="W1")
    assert (back.outcome, back.status) == (ReturnOutcome.SHELVE, "available")


def test_an_item_on_its_way_home_may_be_lent_out_of_the_hand_and_then_lies_where_it_comes_back(town: Town) -> None:
    town.lend(READER, WEST_BOOK_AWAY)
    assert town.ask(select(LOAN.c.status_before)) == [("available",)]
    assert town.take_back(WEST_BOOK_AWAY, at="W1").outcome is ReturnOutcome.SHELVE


def test_lending_waits_for_nobodys_look_at_the_clock(town: Town) -> None:
    town.clock.now = MORNING.replace(year=2031)
    assert refused(lambda: town.lend(READER, BOOK)) == ["patron.expired"]
    town.clock.now = MORNING.replace(year=2020)
    assert town.lend(READER, BOOK).due_on == date(2020, 12, 23)
