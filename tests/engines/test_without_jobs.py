"""No act depends on a job having run: every answer is the same whether or not the night was worked through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from sqlalchemy import func, insert, select, update

from db.rules import BlockKind
from db.tables import BLOCK_RULE, ENTRY, EVENT, ITEM, LOAN, POLICY, REQUEST
from libops.circulation import loans, overdue, requests
from libops.circulation.returns import ReturnAnswer
from libops.doctor import examine
from libops.jobs import leases, nightly
from tests.engines.town import BOOK, BOOKS, CHILD, OTHER_BOOK, OTHER_READER, READER, THIRD_BOOK, Town, refused

PRICE, PROCESSING, FINE = 5900, 500, 50


@pytest.fixture(params=[False, True], ids=["no job ever ran", "the night was worked through"])
def morning(request: pytest.FixtureRequest, town: Town) -> Callable[[], None]:
    """What the night leaves behind: nothing at all, or everything written down."""

    def come() -> None:
        if not request.param:
            return
        run = leases.claim(town.library, job=nightly.JOB, slot=town.clock(), worker="night")
        assert run is not None
        result = nightly.carry_out(town.library, run)
        assert result.is_finished
        assert sum(result.counts.values()) > 0 or "hold.suspended" in town.story()

    return come


def hold(town: Town, patron: str, needed_by: date | None = None) -> int:
    place = partial(requests.place, patron_number=patron, barcode=BOOK, item_level=True, pickup="MAIN")
    return town.act(place, needed_by=needed_by).request_id


def states(town: Town) -> list[str]:
    """What each request is."""
    return [str(status) for (status,) in town.ask(select(REQUEST.c.status).order_by(REQUEST.c.id))]


def for_whom(back: ReturnAnswer) -> int | None:
    return None if back.hold is None else back.hold.request_id


def test_what_nobody_fetched_goes_to_the_next(town: Town, morning: Callable[[], None]) -> None:
    town.lend(CHILD, BOOK)
    hold(town, READER)
    following = hold(town, OTHER_READER)
    town.take_back(BOOK)
    town.clock.later(days=9)
    morning()
    back = town.take_back(BOOK)
    assert (back.outcome, for_whom(back)) == ("hold_shelf", following)
    assert states(town) == ["pickup_expired", "awaiting_pickup"]
    assert examine(town.library) == []


def test_what_nobody_fetched_and_nobody_waits_for_is_lent_to_anybody(town: Town, morning: Callable[[], None]) -> None:
    town.lend(CHILD, BOOK)
    hold(town, READER)
    town.take_back(BOOK)
    town.clock.later(days=9)
    morning()
    assert town.lend(OTHER_READER, BOOK).outcome == "lent"
    assert states(town) == ["pickup_expired"]
    assert examine(town.library) == []


def test_what_was_needed_by_a_day_that_has_passed_is_not_set_aside(town: Town, morning: Callable[[], None]) -> None:
    town.lend(CHILD, BOOK)
    hold(town, READER, needed_by=date(2026, 11, 25))
    town.clock.later(days=3)
    morning()
    assert town.renew(BOOK).renewals == 1
    back = town.take_back(BOOK)
    assert (back.outcome, back.hold) == ("shelve", None)
    assert not town.lend(READER, BOOK).filled


def test_what_was_suspended_until_a_day_waits_again_on_that_day(town: Town, morning: Callable[[], None]) -> None:
    town.lend(CHILD, BOOK)
    waiting = hold(town, READER)
    town.act(requests.suspend, request_id=waiting, until=date(2026, 11, 25))
    town.clock.later(days=3)
    morning()
    assert for_whom(town.take_back(BOOK)) == waiting


def test_what_is_overdue_stands_against_its_borrower_and_is_listed(town: Town, morning: Callable[[], None]) -> None:
    for book in BOOKS[:2]:
        town.lend(READER, book)
    town.clock.later(days=40)
    morning()
    assert refused(lambda: town.lend(READER, THIRD_BOOK)) == ["patron.overdue"]
    assert [view.barcode for view in town.look(overdue.list_overdue).results] == list(BOOKS[:2])
    assert examine(town.library) == []


def test_what_counts_as_lost_is_not_renewed_is_owed_and_costs_the_same_when_it_is_back(
    town: Town, morning: Callable[[], None]
) -> None:
    rules = {"lost_after": 30, "processing_fee": PROCESSING, "fine_amount": FINE, "fine_open": False, "refund_days": 30}
    owes = insert(BLOCK_RULE).values(kind=BlockKind.OWES, threshold=PRICE + PROCESSING, stops_renewing=False)
    town.change_rules(update(POLICY).values(**rules), owes)
    town.change(update(ITEM).values(price=PRICE))
    lent = town.lend(READER, BOOK)
    town.clock.later(days=75)
    morning()
    assert refused(lambda: town.renew(BOOK)) == ["item.lost"]
    assert town.act(loans.renew_all, patron_number=READER).refused == {BOOK: ["item.lost"]}
    assert refused(lambda: town.lend(READER, OTHER_BOOK)) == ["patron.owes"]
    assert [view.lost for view in town.look(overdue.list_overdue).results] == ["aged"]
    back = town.take_back(BOOK)
    assert (back.was_lost, back.days_overdue, back.fine, back.cancelled) == (True, 45, 30 * FINE, PRICE)
    sums = select(ENTRY.c.kind, func.sum(ENTRY.c.amount)).group_by(ENTRY.c.kind).order_by(ENTRY.c.kind)
    assert [(kind, int(amount)) for kind, amount in town.ask(sums)] == [
        ("cancelled", -PRICE),
        ("fine", 30 * FINE),
        ("lost", PRICE),
        ("processing", PROCESSING),
    ]
    ((days,),) = [((lost_at - lent.due_at).days,) for (lost_at,) in town.ask(select(LOAN.c.lost_at))]
    assert days == 30
    assert len(town.ask(select(EVENT.c.id).where(EVENT.c.kind == "loan.lost"))) == 1
    assert examine(town.library) == []
