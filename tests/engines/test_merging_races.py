"""Merging while others lend, return and merge; and what the doctor says of patrons that were merged."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Executable, select, update

from db.money import EntryKind
from db.tables import ENTRY, EVENT, LOAN, PATRON, POLICY, REQUEST
from libops.doctor import examine
from libops.findings import Finding
from libops.people import checks, patrons
from libops.refusals import Refusal
from tests.engines.test_merging import entry, merge, person, wait_for
from tests.engines.town import BOOK, CHILD, FOURTH_BOOK, OTHER_BOOK, OTHER_READER, READER, SUPERVISOR, Town


def together(*acts: Callable[[], object]) -> list[str]:
    """Do things at the same moment; for each what it was refused for, or that it went through."""

    def perform(act: Callable[[], object]) -> str:
        try:
            act()
        except Refusal as refusal:
            return refusal.reasons[0].code
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(perform, acts))


@pytest.mark.parametrize("turn", range(3))
def test_two_desks_that_merge_the_same_people_the_other_way_round_end_with_one_patron(town: Town, turn: int) -> None:
    said = together(
        lambda: merge(town, drop=READER, keep=OTHER_READER),
        lambda: merge(town, drop=OTHER_READER, keep=READER),
    )
    assert sorted(said) == ["done", "patron.is_merged"]
    assert town.look(patrons.show, number=READER).number == town.look(patrons.show, number=OTHER_READER).number
    assert examine(town.library) == []


@pytest.mark.parametrize("turn", range(5))
def test_what_is_lent_or_brought_back_while_somebody_is_merged_ends_with_the_kept_patron(town: Town, turn: int) -> None:
    town.change_rules(update(POLICY).values(fine_amount=50))
    town.lend(OTHER_READER, FOURTH_BOOK)
    town.clock.later(days=33)
    said = together(
        lambda: merge(town),
        lambda: town.lend(OTHER_READER, BOOK, allowed_by=SUPERVISOR),
        lambda: town.take_back(FOURTH_BOOK),
    )
    assert said == ["done"] * 3
    dropped = person(town, OTHER_READER)
    for column in (LOAN.c.patron_id, ENTRY.c.patron_id, EVENT.c.patron_id):
        assert dropped not in {row[0] for row in town.ask(select(column))}
    assert town.look(patrons.show, number=READER).owes > 0
    assert town.open_loans() == [(READER, BOOK)]
    assert examine(town.library) == []


BREAKS: dict[str, Callable[[Town], Executable]] = {
    "patron.merged_twice": lambda town: _mark_as_merged(town, READER, into=CHILD),
    "patron.merged_with_loans": lambda town: update(LOAN).values(patron_id=person(town, OTHER_READER)),
    "patron.merged_with_requests": lambda town: update(REQUEST).values(patron_id=person(town, OTHER_READER)),
    "patron.merged_with_entries": lambda town: update(ENTRY).values(patron_id=person(town, OTHER_READER)),
    "patron.merged_with_events": lambda town: update(EVENT).values(patron_id=person(town, OTHER_READER)),
}


def _mark_as_merged(town: Town, number: str, *, into: str) -> Executable:
    marked = {"status": "merged", "merged_into_id": person(town, into)}
    return update(PATRON).where(PATRON.c.number == number).values(marked)


@pytest.mark.parametrize("fault", BREAKS)
def test_the_doctor_notices_what_still_belongs_to_a_merged_patron(town: Town, fault: str) -> None:
    town.lend(READER, BOOK)
    wait_for(town, CHILD, 1, item=OTHER_BOOK)
    entry(town, CHILD, EntryKind.FEE, 100)
    merge(town)

    def found() -> list[Finding]:
        with town.library.database.reading() as transaction:
            return list(checks.find(transaction))

    assert found() == []
    town.change(BREAKS[fault](town))
    assert [(finding.code, finding.subject) for finding in found() if finding.code == fault] == [(fault, OTHER_READER)]
    assert set(checks.FAULTS) == set(BREAKS)
