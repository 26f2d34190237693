"""The doctor finds each kind of fault, where it is, and nothing in a sound library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from db.tables import BRANCH, ERA, EVENT, ITEM, LIBRARY, LOAN, OPENING_HOURS, PATRON, POLICY, TRANSFER
from libops.bootstrap import open_library
from libops.doctor import FAULTS, MOST, Finding, describe, examine
from libops.follower import Follower
from libops.i18n import language
from tests.engines.town import BOOK, MORNING, OTHER_BOOK, PATTERNS, READER, THIRD_BOOK, WEST_BOOK_AWAY, Town

Break = Callable[[Town], None]


def _change(*statements: object) -> Break:
    return lambda town: town.change(*statements)  # type: ignore[arg-type]  # every one is executable


def _two_loans(town: Town) -> None:
    town.change(text("DROP INDEX uq_loan_open_item"))
    columns = [column for column in LOAN.columns if column.name != "id"]
    town.change(insert(LOAN).from_select([column.name for column in columns], select(*columns).where(LOAN.c.id == 1)))


def _place_and_lose_one(town: Town) -> None:
    Follower.from_start(town.library.database).poll()
    town.change(update(EVENT).where(EVENT.c.id == 2).values(position=99))


BREAKS: dict[str, tuple[Break, str]] = {
    "item.checked_out_without_loan": (
        _change(update(ITEM).where(ITEM.c.barcode == THIRD_BOOK).values(status="checked_out")),
        THIRD_BOOK,
    ),
    "item.on_loan_unmarked": (_change(update(ITEM).where(ITEM.c.barcode == BOOK).values(status="available")), BOOK),
    "item.two_loans": (_two_loans, BOOK),
    "item.lost_unmarked": (_change(update(ITEM).where(ITEM.c.barcode == BOOK).values(status="declared_lost")), BOOK),
    "item.in_transit_without_transfer": (_change(delete(TRANSFER)), WEST_BOOK_AWAY),
    "item.on_loan_in_transit": (
        _change(update(TRANSFER).values(item_id=select(ITEM.c.id).where(ITEM.c.barcode == BOOK).scalar_subquery())),
        BOOK,
    ),
    "schema.index_missing": (_change(text("DROP INDEX uq_loan_open_item")), "uq_loan_open_item"),
    "item.barcode": (_change(update(ITEM).where(ITEM.c.barcode == THIRD_BOOK).values(barcode="X9")), "X9"),
    "patron.number": (_change(update(PATRON).where(PATRON.c.number == "P5").values(number="Q5")), "Q5"),
    "loan.returned_before_opened": (
        _change(update(LOAN).where(LOAN.c.id == 2).values(returned_at=MORNING - timedelta(days=1))),
        "2",
    ),
    "loan.opening_not_journalled": (_change(update(EVENT).where(EVENT.c.loan_id == 1).values(loan_id=None)), "1"),
    "loan.closing_not_journalled": (_change(delete(EVENT).where(EVENT.c.kind == "loan.closed")), "2"),
    "loan.open_but_journalled_closed": (
        _change(update(LOAN).where(LOAN.c.id == 2).values(returned_at=None, returned_branch_id=None, closed_as=None)),
        "2",
    ),
    "loan.renewals": (_change(update(LOAN).where(LOAN.c.id == 1).values(renewals=1)), "1"),
    "loan.due": (_change(update(LOAN).where(LOAN.c.id == 1).values(due_at=LOAN.c.opened_at)), "1"),
    "journal.positions": (_place_and_lose_one, "2"),
    "journal.request_without_answer": (_change(update(EVENT).where(EVENT.c.id == 1).values(request_key="k")), "1"),
    "journal.no_era": (_change(delete(ERA)), ""),
    "journal.era_ahead": (_change(update(ERA).values(begins_after=1000)), "first"),
    "policy.fallback": (
        _change(
            delete(POLICY).where(
                POLICY.c.branch_id.is_(None), POLICY.c.category_id.is_(None), POLICY.c.item_type_id.is_(None)
            )
        ),
        "0",
    ),
    "branch.zone": (_change(update(BRANCH).where(BRANCH.c.code == "WEST").values(zone="Asia/Nowhere")), "WEST"),
    "branch.never_open": (
        _change(
            delete(OPENING_HOURS).where(
                OPENING_HOURS.c.branch_id == select(BRANCH.c.id).where(BRANCH.c.code == "WEST").scalar_subquery()
            )
        ),
        "WEST",
    ),
    "library.none": (_change(delete(LIBRARY)), ""),
}


@pytest.fixture
def used(own_town: Town) -> Town:
    """The small library with one open loan and one that was closed."""
    own_town.lend(READER, BOOK)
    own_town.lend(READER, OTHER_BOOK)
    own_town.take_back(OTHER_BOOK)
    return own_town


def test_a_sound_library_has_no_faults(used: Town) -> None:
    assert examine(used.library) == []


@pytest.mark.parametrize("code", BREAKS)
def test_each_fault_is_found_where_it_is(used: Town, code: str) -> None:
    breaks, subject = BREAKS[code]
    breaks(used)
    assert Finding(code, subject) in examine(used.library)


def test_of_many_faults_of_one_kind_only_the_first_hundred_are_listed(used: Town) -> None:
    (reader,) = used.ask(select(PATRON).where(PATRON.c.number == READER))
    values = {name: value for name, value in reader._mapping.items() if name != "id"}
    used.change(insert(PATRON).values([{**values, "number": f"Q{number}"} for number in range(MOST + 20)]))
    used.change(update(LOAN).values(due_at=LOAN.c.opened_at))
    codes = Counter(finding.code for finding in examine(used.library))
    assert codes == {"patron.number": MOST, "loan.due": 2}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_damaged_file_and_a_dangling_reference_are_found(used: Town) -> None:
    with used.library.database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("UPDATE loan SET patron_id = 999")
    assert Finding("engine.reference", "loan") in examine(used.library)


def test_the_doctor_only_reads(used: Town) -> None:
    before = used.ask(select(EVENT)), used.ask(select(ITEM)), used.ask(select(LOAN))
    examine(used.library)
    assert (used.ask(select(EVENT)), used.ask(select(ITEM)), used.ask(select(LOAN))) == before


def test_an_empty_database_is_told_to_hold_no_library(database_url: str) -> None:
    library = open_library(database_url, PATTERNS)
    assert examine(library) == [Finding("library.none", "")]
    library.close()


@pytest.mark.parametrize("code", ["en", "zh"])
def test_every_fault_has_words_in_both_languages(code: str) -> None:
    for fault in FAULTS:
        told = describe(Finding(fault, "B1"), language(code))
        assert told
        assert "{" not in told
