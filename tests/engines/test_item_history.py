"""The history of a copy: all that happened to it, and nobody named for longer than somebody has to ask."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from db.catalogue import ItemStatus
from db.tables import EVENT
from libops.catalogue.changing import CopyChanges, change_copy
from libops.circulation import condition, missing
from libops.circulation.item_history import KNOWN_FOR, TELLS, Happened, history
from libops.circulation.placing import place
from libops.names import HAPPENED
from libops.work import Actor
from tests.engines.at_till import pay
from tests.engines.town import (
    BOOK,
    CLERK,
    NAMES,
    OTHER_READER,
    READER,
    SORTER,
    SUPERVISOR,
    WEST_BOOK,
    Town,
    refused,
)


def told(town: Town, item: str = BOOK, by: Actor = CLERK) -> list[Happened]:
    return town.look(history, by=by, barcode=item).results


def named(town: Town, by: Actor = CLERK) -> list[tuple[str, str | None]]:
    """Each loan and return of the book and who is named with it, the earliest first."""
    kinds = ("loan.opened", "loan.closed")
    return [(one.kind, one.patron_name) for one in reversed(told(town, by=by)) if one.kind in kinds]


def test_what_happened_is_told_newest_first_with_where_when_and_until_when(town: Town) -> None:
    lent = town.lend(READER, WEST_BOOK)
    town.clock.now += timedelta(days=3)
    town.take_back(WEST_BOOK)
    town.take_back(WEST_BOOK, at="W1")
    arrived, sent, closed, opened = told(town, WEST_BOOK)
    assert (opened.kind, opened.due_on, opened.branch_en, opened.desk_code) == (
        "loan.opened",
        lent.due_on,
        "Main",
        "M1",
    )
    assert (closed.kind, closed.on, closed.status) == ("loan.closed", date(2026, 11, 26), ItemStatus.IN_TRANSIT)
    assert (sent.kind, sent.of_patron, sent.patron_name) == ("transfer.sent", False, None)
    assert (arrived.kind, arrived.branch_en, arrived.desk_code) == ("transfer.arrived", "West", "W1")


def test_what_was_set_and_changed_is_told_with_what_it_was_before(town: Town) -> None:
    town.act(missing.set_status, by=SUPERVISOR, barcode=BOOK, status=ItemStatus.IN_PROCESS)
    town.act(change_copy, by=SUPERVISOR, barcode=BOOK, changes=CopyChanges(note="checked", price=100))
    changed, was_set = told(town)
    assert (was_set.was, was_set.status) == (ItemStatus.AVAILABLE, ItemStatus.IN_PROCESS)
    assert (changed.kind, set(changed.fields)) == ("item.changed", {"note", "price"})


def test_a_borrower_is_named_while_it_is_lent_and_a_fortnight_after_its_return(town: Town) -> None:
    name = NAMES[READER]
    town.lend(READER, BOOK)
    town.clock.now += timedelta(days=20)
    assert named(town) == [("loan.opened", name)]
    town.take_back(BOOK)
    town.clock.now += KNOWN_FOR - timedelta(minutes=1)
    assert named(town) == [("loan.opened", name), ("loan.closed", name)]
    town.clock.now += timedelta(minutes=1)
    assert named(town) == [("loan.opened", None), ("loan.closed", None)]
    assert all(one.of_patron for one in told(town) if one.kind.startswith("loan."))


def test_the_one_before_the_last_borrower_is_not_named(town: Town) -> None:
    for reader in (READER, OTHER_READER):
        town.lend(reader, BOOK)
        town.take_back(BOOK)
    last = NAMES[OTHER_READER]
    assert named(town) == [("loan.opened", None), ("loan.closed", None), ("loan.opened", last), ("loan.closed", last)]


def test_whoever_still_owes_for_a_loan_is_named_until_it_is_paid(town: Town) -> None:
    town.lend(READER, BOOK)
    town.act(condition.mark_damaged, barcode=BOOK, note="wet", charge=500)
    town.take_back(BOOK)
    town.lend(OTHER_READER, BOOK)
    town.take_back(BOOK)
    town.clock.now += KNOWN_FOR * 2
    assert [name for _, name in named(town)] == [NAMES[READER], NAMES[READER], None, None]
    pay(town, 500)
    assert [name for _, name in named(town)] == [None] * 4


def test_who_may_not_see_patrons_reads_what_happened_and_not_to_whom(town: Town) -> None:
    town.lend(READER, BOOK)
    (lent,) = told(town, by=SORTER)
    assert (lent.kind, lent.of_patron, lent.patron_name, lent.patron_number) == ("loan.opened", True, None, None)


def test_what_was_refused_or_charged_is_no_history_of_a_copy(town: Town) -> None:
    refused(lambda: town.lend("R999", BOOK))
    town.act(condition.mark_damaged, barcode=BOOK, note="wet")
    town.act(place, patron_number=READER, barcode=BOOK, item_level=True, pickup="MAIN")
    kinds = {str(kind) for (kind,) in town.ask(select(EVENT.c.kind).where(EVENT.c.item_id.is_not(None)))}
    assert {one.kind for one in told(town)} == {kind for kind in kinds if not kind.startswith(("refused", "charge."))}


def test_pages_follow_each_other_by_their_cursor(town: Town) -> None:
    for _ in range(3):
        town.lend(READER, BOOK)
        town.take_back(BOOK)
    seen: list[int] = []
    after = ""
    while True:
        page = town.look(history, barcode=BOOK, after=after, limit=2)
        seen += [one.event_id for one in page.results]
        if page.next is None:
            break
        after = page.next
    assert seen == [one.event_id for one in told(town)]
    assert len(seen) == 6


def test_a_copy_that_is_not_known_is_refused(town: Town) -> None:
    assert refused(lambda: town.look(history, barcode="B999")) == ["item.unknown"]


def test_everything_that_is_told_has_a_name() -> None:
    assert set(TELLS) <= set(HAPPENED)


@pytest.mark.parametrize("cursor", ["9" * 5000, "-1", "٣", "x", "\0"])
def test_what_is_no_cursor_begins_with_the_newest(town: Town, cursor: str) -> None:
    town.lend(READER, BOOK)
    assert [one.kind for one in town.look(history, barcode=BOOK, after=cursor).results] == ["loan.opened"]
