"""Libraries to practise in: nothing in a copy leads back to the people of the real one, and all else is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import insert, select, update

from db.imports import ImportSubject
from db.people import Role
from db.tables import IMPORT_FAULT, IMPORT_RUN, PATRON, REQUEST, STAFF
from libops import training
from libops.circulation.placing import place
from libops.doctor import examine
from libops.people import staff
from libops.people.numbers import find_number
from libops.refusals import Refusal
from tests.engines.town import BOOK, MORNING, NAMES, OPERATOR, OTHER_BOOK, OTHER_READER, READER, Town

REAL_PIN = "860417"


@pytest.fixture
def copy(town: Town, tmp_path: Path) -> Iterator[Town]:
    """A copy of a library with a loan, a hold, a note, a telephone, and somebody on its staff."""
    with town.library.work(actor=OPERATOR, place=town.place(), key="staff") as work:
        staff.add(work, badge="S5", name="Desk Person", role=Role.CIRCULATION, pin=REAL_PIN)
    town.lend(READER, BOOK)
    town.act(place, patron_number=OTHER_READER, barcode=OTHER_BOOK, item_level=True, pickup="MAIN", note="her mother")
    town.change(update(PATRON).values(phone="13800000000", email="a@example.org", note="a long story"))
    run = {"subject": ImportSubject.PATRONS, "file": "people.csv", "fingerprint": "f", "size": 1, "settings": {}}
    town.change(insert(IMPORT_RUN).values(**run, actor="operator", position=0, begun_at=MORNING))
    town.change(insert(IMPORT_FAULT).values(import_id=1, place=1, start=0, length=1, reasons=[], record=b"P9,Li Lei"))
    file = tmp_path / "copy.db"
    training.make_copy(town.library.database, file, now=MORNING, dice=Random(4))
    made = Town(f"sqlite:///{file}")
    yield made
    made.library.close()


def people(town: Town) -> dict[str, str]:
    """Names by card."""
    return {str(row.number): str(row.name) for row in town.ask(select(PATRON.c.number, PATRON.c.name))}


def test_every_card_opens_an_account_and_nobody_has_their_name(town: Town, copy: Town) -> None:
    assert set(people(copy)) == set(people(town)) == set(NAMES)
    assert not set(people(copy).values()) & set(NAMES.values())
    written = {text for row in copy.ask(select(PATRON.c.phone, PATRON.c.email, PATRON.c.note)) for text in row}
    assert written == {""}


def test_cards_change_hands(town: Town, copy: Town) -> None:
    def owners(one: Town) -> list[int | None]:
        with one.library.database.reading() as transaction:
            return [find_number(transaction, number) for number in NAMES]

    assert sorted(owners(copy), key=str) == sorted(owners(town), key=str)
    assert owners(copy) != owners(town)


def test_loans_and_holds_are_there_and_what_was_written_about_people_is_not(copy: Town) -> None:
    assert [barcode for _, barcode in copy.open_loans()] == [BOOK]
    assert [tuple(row) for row in copy.ask(select(REQUEST.c.status, REQUEST.c.note))] == [("open", "")]
    assert copy.ask(select(IMPORT_FAULT.c.record)) == []
    assert examine(copy.library) == []


def test_staff_sign_in_by_the_pin_of_practice_and_by_no_real_one(copy: Town) -> None:
    assert staff.log_in(copy.library, badge="S5", pin=training.PIN, place=copy.place()).label == "Desk Person"
    with pytest.raises(Refusal):
        staff.log_in(copy.library, badge="S5", pin=REAL_PIN, place=copy.place())


def test_the_real_library_stays_as_it_was(town: Town, copy: Town) -> None:
    copy.take_back(BOOK)
    assert town.open_loans() == [(READER, BOOK)]
    assert people(town) == dict(NAMES)
    assert town.ask(select(STAFF.c.attempts)) == [(0,)]
