"""By which call numbers a location is shelved, and the order of its copies."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from db.places import Scheme
from db.tables import ITEM, LOCATION
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.shelving import SchemeAnswer, order_all, shelve_by
from libops.work import Actor
from tests.engines.town import BOOK, BOOKS, CLERK, OTHER_BOOK, SUPERVISOR, WEST_BOOK, Town, refused


def shelve(town: Town, scheme: Scheme, *, location: str = "M-A", by: Actor = SUPERVISOR) -> SchemeAnswer:
    with town.library.work(actor=by, place=town.place()) as work:
        return shelve_by(work, location=location, scheme=scheme)


def keys(town: Town) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in town.ask(select(ITEM.c.barcode, ITEM.c.shelf_key))}


def test_a_new_scheme_gives_every_copy_there_its_place_and_no_other(town: Town) -> None:
    town.change(update(ITEM).where(ITEM.c.barcode == BOOK).values(call_number="813.54 K52"))
    elsewhere = keys(town)[WEST_BOOK]
    answer = shelve(town, Scheme.DEWEY)
    assert keys(town)[BOOK] == shelf_key(Scheme.DEWEY, "813.54 K52")
    assert keys(town)[OTHER_BOOK].startswith("~"), "a number that Dewey cannot read stands behind all others"
    assert keys(town)[WEST_BOOK] == elsewhere
    assert (answer.items, answer.unreadable) == (13, 12)
    assert town.story()[-1] == "location.scheme"
    assert town.ask(select(LOCATION.c.scheme).where(LOCATION.c.code == "M-A")) == [("dewey",)]


def test_the_same_scheme_again_changes_nothing(town: Town) -> None:
    before = keys(town)
    assert shelve(town, Scheme.CLC).items == 0
    assert keys(town) == before


@pytest.mark.parametrize(
    ("by", "location", "code"), [(CLERK, "M-A", "permission.missing"), (SUPERVISOR, "X-1", "copy.no_location")]
)
def test_a_scheme_is_refused_with_its_reason_and_nothing_is_changed(
    town: Town, by: Actor, location: str, code: str
) -> None:
    before = keys(town)
    assert refused(lambda: shelve(town, Scheme.LCC, location=location, by=by)) == [code]
    assert keys(town) == before


def test_keys_of_older_times_are_made_anew(town: Town) -> None:
    before = keys(town)
    town.change(update(ITEM).values(shelf_key=""))
    assert list(order_all(town.library.database))[-1] == len(before)
    assert keys(town) == before
    assert before[BOOKS[0]]
