"""Browsing the shelf: what stands before and after a place, in shelf order, and on to both sides."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from db.catalogue import ItemStatus
from db.places import Scheme
from db.tables import ITEM, ITEM_TYPE, LOCATION, TITLE, TRANSFER
from libops.catalogue import shelf
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.shelf import Chosen, Shelf
from libops.catalogue.stacks import loading
from libops.catalogue.stacks.bays import read_bays
from libops.catalogue.stacks.plan import read_plan
from tests.engines.town import CLERK, SUPERVISOR, Town, ids, put, reasons, refused
from tests.stack_files import write

ORDER = (
    "H319.4/W12",
    "I210.6/L82",
    "I242.4/C118",
    "I242.4/C118:2",
    "I247.5/L58",
    "I247.57/L58",
    "TP301/K62",
    "TP312/C567",
    "TP312/C567:2",
)
"""Call numbers as they stand on the shelf."""


def code_of(call_number: str) -> str:
    """The barcode of the copy of this call number."""
    return f"B8{ORDER.index(call_number):03}"


@pytest.fixture
def shelved(town: Town) -> Town:
    """The small library with one copy of each call number at its first location, and nothing else on its shelves."""
    with town.library.database.act() as transaction:
        transaction.connection.execute(delete(TRANSFER))
        transaction.connection.execute(delete(ITEM))
        main = town.place("MAIN").branch_id
        put(transaction, LOCATION, branch_id=main, code="M-D", name_zh="外文", name_en="Foreign", scheme="dewey")
    numbers = list(ORDER)
    random.Random(7).shuffle(numbers)
    for call_number in numbers:
        add(town, code_of(call_number), call_number)
    return town


def add(town: Town, barcode: str, call_number: str, location: str = "M-A", **values: object) -> None:
    """Catalogue a copy."""
    scheme = {"M-A": Scheme.CLC, "M-D": Scheme.DEWEY}[location]
    row = {
        "barcode": barcode,
        "title_id": ids(town, TITLE, "number")["T1"],
        "item_type_id": ids(town, ITEM_TYPE)["book"],
        "branch_id": town.place("MAIN").branch_id,
        "location_id": ids(town, LOCATION)[location],
        "call_number": call_number,
        "shelf_key": shelf_key(scheme, call_number),
        "status": ItemStatus.AVAILABLE,
    }
    town.change(insert(ITEM).values({**row, **values}))


def look(town: Town, sought: str, before: int = 2, after: int = 3, location_code: str = "") -> Shelf:
    return town.look(shelf.around, sought=sought, before=before, after=after, location_code=location_code)


def numbers(found: Shelf) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The call numbers before the place, and from it on."""
    return tuple(one.call_number for one in found.before), tuple(one.call_number for one in found.after)


def test_around_a_call_number_stand_those_before_and_from_it_on(shelved: Town) -> None:
    found = look(shelved, "I242.4/C118", location_code="M-A")

    assert numbers(found) == (ORDER[:2], ORDER[2:5])
    assert (found.met, found.chosen, found.here) == (True, Chosen.NAMED, "I242.4/C118")
    assert (found.branch_code, found.location_code, found.scheme) == ("MAIN", "M-A", Scheme.CLC)
    assert found.after[0].title == "红楼梦 [b]"
    assert found.after[0].status == ItemStatus.AVAILABLE


def test_a_call_number_that_no_copy_has_shows_where_it_would_stand(shelved: Town) -> None:
    found = look(shelved, "I246/A1", location_code="M-A")

    assert numbers(found) == (ORDER[2:4], ORDER[4:7])
    assert not found.met


def test_a_class_shows_the_first_copy_of_that_class(shelved: Town) -> None:
    found = look(shelved, "TP3", location_code="M-A")

    assert found.after[0].call_number == "TP301/K62"
    assert found.met


def test_around_a_barcode_the_copy_stands_first_where_it_belongs(shelved: Town) -> None:
    found = look(shelved, code_of("I247.5/L58"))

    assert numbers(found) == (ORDER[2:4], ORDER[4:7])
    assert (found.met, found.chosen, found.location_code) == (True, Chosen.ITEM, "M-A")
    assert found.after[0].barcode == found.here == code_of("I247.5/L58")


def test_a_look_from_another_branch_finds_the_copy_where_it_belongs(shelved: Town) -> None:
    with shelved.library.look(actor=CLERK, place=shelved.place("W1")) as west:
        found = shelf.around(west, sought=code_of("TP301/K62"))

    assert (found.branch_code, found.met) == ("MAIN", True)


@pytest.mark.parametrize("size", [1, 4, 100])
@pytest.mark.parametrize("begin", ["A", "I247.5/L58", "Z99"])
def test_going_on_to_both_sides_shows_every_copy_once_in_order(shelved: Town, size: int, begin: str) -> None:
    # Copies of one call number stand in the order of their barcodes.
    add(shelved, "B8999", "I247.5/L58")
    everything = sorted((shelf_key(Scheme.CLC, number), code_of(number)) for number in ORDER)
    everything = sorted([*everything, (shelf_key(Scheme.CLC, "I247.5/L58"), "B8999")])

    found = look(shelved, begin, size, size, location_code="M-A")
    seen = [*found.before, *found.after]
    earlier, later = found.earlier, found.later
    while earlier is not None:
        more = go_on(shelved, earlier, size)
        assert 1 <= len(more.before) <= size
        assert not more.after
        seen, earlier = [*more.before, *seen], more.earlier
    while later is not None:
        more = go_on(shelved, later, size)
        assert 1 <= len(more.after) <= size
        assert not more.before
        seen, later = [*seen, *more.after], more.later

    assert [one.barcode for one in seen] == [barcode for _, barcode in everything]


def go_on(town: Town, cursor: str, limit: int) -> Shelf:
    return town.look(shelf.go_on, branch_code="MAIN", location_code="M-A", cursor=cursor, limit=limit)


def test_one_may_turn_round(shelved: Town) -> None:
    found = look(shelved, "I242.4/C118", 0, 2, location_code="M-A")
    assert found.later is not None

    on = go_on(shelved, found.later, 2)
    assert [one.call_number for one in on.after] == list(ORDER[4:6])
    assert on.earlier is not None
    back = go_on(shelved, on.earlier, 2)

    assert [one.call_number for one in back.before] == list(ORDER[2:4])
    assert back.later is not None
    assert [one.call_number for one in go_on(shelved, back.later, 2).after] == list(ORDER[4:6])


def test_withdrawn_copies_and_those_without_a_call_number_are_left_out(shelved: Town) -> None:
    shelved.change(update(ITEM).where(ITEM.c.barcode == code_of(ORDER[1])).values(status=ItemStatus.WITHDRAWN))
    add(shelved, "B8998", "")

    found = look(shelved, ORDER[0], 9, 9, location_code="M-A")

    assert numbers(found) == ((), (ORDER[0], *ORDER[2:]))
    assert look(shelved, code_of(ORDER[1]), 1, 1).met is False


def test_lent_copies_are_shown_with_their_status(shelved: Town) -> None:
    shelved.lend("P1", code_of(ORDER[0]))

    assert look(shelved, ORDER[0], location_code="M-A").after[0].status == ItemStatus.CHECKED_OUT


def test_each_copy_is_shown_with_its_bay(shelved: Town, tmp_path: Path) -> None:
    folder = write(tmp_path / "stack")
    plan, bays = read_plan(folder), read_bays(folder)
    shelved.act(loading.load_stack, by=SUPERVISOR, branch_code="MAIN", plan=plan, bays=bays)
    add(shelved, "B8997", "???")

    found = look(shelved, "A", 0, 20, location_code="M-A")

    held = [None if one.bay is None else one.bay.code for one in found.after]
    assert held == ["A1", *["A2"] * 5, *["A3"] * 3, None]


def test_without_a_location_it_is_the_first_that_holds_such_a_copy(shelved: Town) -> None:
    add(shelved, "B8100", "895.1348 CAO", "M-D")

    found = look(shelved, "895.1")

    assert (found.location_code, found.chosen, found.met) == ("M-D", Chosen.HOLDS_CLASS, True)
    assert look(shelved, "I242.4/C118").location_code == "M-A"


def test_without_such_a_copy_it_is_the_first_location_shelved_by_such_numbers(shelved: Town) -> None:
    add(shelved, "B8100", "895.1348 CAO", "M-D")

    found = look(shelved, "510.2 W12")

    assert (found.location_code, found.chosen, found.met) == ("M-D", Chosen.FIRST, False)
    assert [one.barcode for one in found.after] == ["B8100"]


def test_what_no_scheme_reads_stands_behind_everything(shelved: Town) -> None:
    found = look(shelved, "???", 1, 1)

    assert (found.location_code, found.chosen) == ("M-A", Chosen.FIRST)
    assert numbers(found) == (ORDER[-1:], ())


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({"sought": ""}, "search.empty"),
        ({"sought": "  "}, "search.empty"),
        ({"sought": "I24\0"}, "code.unreadable"),
        ({"sought": "I24", "branch_code": "NOWHERE"}, "place.unknown"),
        ({"sought": "I24", "location_code": "W-9"}, "shelf.no_location"),
        ({"sought": "I24", "branch_code": "WEST"}, "shelf.none"),
        ({"sought": "I24", "branch_code": "WEST", "location_code": "W-9"}, "shelf.none"),
    ],
)
# Any, because these are arguments by their names.
def test_what_cannot_be_looked_at_is_refused(shelved: Town, where: dict[str, Any], code: str) -> None:
    assert refused(lambda: shelved.look(lambda here: shelf.around(here, **where))) == [code]


def test_a_branch_with_empty_shelves_and_a_location_that_is_not_named_are_told_as_such(shelved: Town) -> None:
    def from_nowhere(branch: str) -> Shelf:
        cursor = look(shelved, ORDER[4]).later or ""
        return shelved.look(shelf.go_on, branch_code=branch, location_code="", cursor=cursor)

    (reason,) = reasons(lambda: from_nowhere("MAIN"))
    assert (reason.code, reason.facts["known"]) == ("shelf.not_named", "M-A, M-D")
    assert refused(lambda: from_nowhere("WEST")) == ["shelf.none"]
    shelved.change(delete(ITEM))
    (reason,) = reasons(lambda: look(shelved, "I24"))
    assert (reason.code, reason.facts["branch"], reason.facts["known"]) == ("shelf.empty", "MAIN", "M-A, M-D")


def test_a_copy_without_a_place_in_the_order_is_refused(shelved: Town) -> None:
    add(shelved, "B8998", "")
    add(shelved, "B8997", "I24", location_id=None)

    assert refused(lambda: look(shelved, "B8998")) == ["shelf.item_nowhere"]
    assert refused(lambda: look(shelved, "B8997")) == ["shelf.item_nowhere"]
    assert look(shelved, "B8997", location_code="M-A").met is False


@pytest.mark.parametrize("cursor", ["", "x", "[1]", '[true,"a\\u0000","b"]', '["a","b","c"]', "[true,null,null]"])
def test_a_cursor_that_is_none_is_refused(shelved: Town, cursor: str) -> None:
    assert refused(lambda: go_on(shelved, cursor, 2)) == ["shelf.bad_cursor"]


def test_looking_changes_nothing(shelved: Town) -> None:
    look(shelved, "I242.4/C118")

    assert shelved.story() == []
    assert len(shelved.ask(select(ITEM.c.id))) == len(ORDER)
