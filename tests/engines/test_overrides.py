"""What was refused may be allowed all the same: by somebody whose permissions cover every reason, and by name."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from db.tables import EVENT, OPENING_HOURS, PATRON
from libops.circulation.loans import LoanOutcome
from libops.permissions import Permission
from libops.work import Actor
from tests.engines.town import (
    BLOCKED,
    BOOK,
    BOOKS,
    CLERK,
    DISC,
    EXPIRED,
    FOURTH_BOOK,
    IN_PROCESS,
    MISSING,
    NOT_LENT,
    OTHER_DISC,
    OTHER_READER,
    READER,
    RESTRICTED,
    SUPERVISOR,
    TODAY,
    WITHDRAWN,
    Town,
    reasons,
    refused,
)

BLOCKS = Actor("staff:S7", "Blocks", frozenset({Permission.OVERRIDE_BLOCKS}))
ITEMS = Actor("staff:S8", "Items", frozenset({Permission.OVERRIDE_ITEMS}))


@pytest.mark.parametrize(
    ("patron", "item", "code"),
    [
        (BLOCKED, BOOK, "patron.blocked"),
        (EXPIRED, BOOK, "patron.expired"),
        (READER, NOT_LENT, "item.not_lendable"),
        (READER, RESTRICTED, "item.restricted"),
        (READER, IN_PROCESS, "item.in_process"),
    ],
)
def test_a_supervisor_may_allow_what_can_be_allowed(town: Town, patron: str, item: str, code: str) -> None:
    lent = town.lend(patron, item, allowed_by=SUPERVISOR)
    assert (lent.outcome, lent.overridden) == (LoanOutcome.LENT, (code,))
    assert town.open_loans() == [(patron, item)]


def test_the_journal_tells_who_acted_who_allowed_it_and_what(town: Town) -> None:
    town.lend(BLOCKED, RESTRICTED, by=CLERK, allowed_by=SUPERVISOR)
    (event,) = town.ask(select(EVENT.c.actor, EVENT.c.data))
    assert event.actor == CLERK.name
    assert event.data["allowed_by"] == SUPERVISOR.name
    assert event.data["overridden"] == ["patron.blocked", "item.restricted"]


def test_nobody_is_named_where_nothing_had_to_be_allowed(town: Town) -> None:
    lent = town.lend(READER, BOOK, allowed_by=SUPERVISOR)
    assert lent.overridden == ()
    assert town.ask(select(EVENT.c.data))[0].data["allowed_by"] is None


@pytest.mark.parametrize(
    ("by", "lacking"),
    [
        (BLOCKS, "override_items"),
        (ITEMS, "override_blocks"),
        (CLERK, "override_blocks override_items"),
    ],
)
def test_an_override_has_to_cover_every_reason(town: Town, by: Actor, lacking: str) -> None:
    (reason,) = reasons(lambda: town.lend(BLOCKED, RESTRICTED, allowed_by=by))
    assert (reason.code, reason.facts) == ("override.not_enough", {"permission": lacking})
    assert (town.open_loans(), town.status_of(RESTRICTED)) == ([], "restricted")


def test_the_permission_to_override_is_that_of_the_one_who_allows_not_of_the_one_who_acts(town: Town) -> None:
    assert refused(lambda: town.lend(BLOCKED, BOOK, by=SUPERVISOR)) == ["patron.blocked"]
    assert refused(lambda: town.lend(BLOCKED, BOOK, by=SUPERVISOR, allowed_by=CLERK)) == ["override.not_enough"]


@pytest.mark.parametrize(
    ("item", "code"), [(MISSING, "item.missing"), (WITHDRAWN, "item.withdrawn"), (BOOK, "item.on_loan")]
)
def test_what_nobody_may_allow_stays_refused_with_its_reason(town: Town, item: str, code: str) -> None:
    if item == BOOK:
        town.lend(OTHER_READER, BOOK)
    assert refused(lambda: town.lend(BLOCKED, item, allowed_by=SUPERVISOR)) == [
        "patron.blocked",
        code,
        "override.impossible",
    ]
    assert town.open_loans() == ([(OTHER_READER, BOOK)] if item == BOOK else [])


def test_limits_may_be_allowed(town: Town) -> None:
    for book in BOOKS[:2]:
        town.lend(READER, book)
    town.lend(READER, DISC)
    assert town.lend(READER, FOURTH_BOOK, allowed_by=SUPERVISOR).overridden == ("patron.loans_limit",)
    assert town.lend(READER, OTHER_DISC, allowed_by=SUPERVISOR).overridden == (
        "patron.loans_limit",
        "patron.type_limit",
    )
    assert refused(lambda: town.lend(READER, BOOKS[4])) == ["patron.loans_limit"]


def test_a_card_that_ran_out_does_not_pull_the_due_day_into_the_past_once_it_is_allowed(town: Town) -> None:
    lent = town.lend(EXPIRED, BOOK, allowed_by=SUPERVISOR)
    assert lent.due_on == date(2026, 12, 23)
    town.change(update(PATRON).where(PATRON.c.number == BLOCKED).values(expires_on=TODAY))
    assert town.lend(BLOCKED, BOOKS[1], allowed_by=SUPERVISOR).due_on == TODAY


def test_a_branch_that_never_opens_cannot_be_overridden(town: Town) -> None:
    town.change_rules(OPENING_HOURS.delete())
    (reason,) = reasons(lambda: town.lend(READER, BOOK))
    assert (reason.code, reason.override, reason.facts) == ("calendar.no_open_day", None, {"due": date(2026, 12, 23)})
    assert refused(lambda: town.lend(READER, BOOK, allowed_by=SUPERVISOR)) == [
        "calendar.no_open_day",
        "override.impossible",
    ]
