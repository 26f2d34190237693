"""Stacks on both engines: loading one, what stays, where items have their place, and why some have none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from time import monotonic, sleep

import pytest
from sqlalchemy import Integer, insert, literal_column, select, table, text, update

from db.catalogue import ItemStatus
from db.places import Scheme
from db.stacks import BayStatus
from db.tables import BAY, EVENT, ITEM, ITEM_TYPE, LOCATION, STACK, TITLE
from libops.bad_files import BadRows
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.stacks import labels, loading, unplaced
from libops.catalogue.stacks.bays import BayPlan, read_bays
from libops.catalogue.stacks.filling import BOOKS_PER_SHELF, BayCount, Filling
from libops.catalogue.stacks.loading import StackLoaded
from libops.catalogue.stacks.placing import PlaceView, Unplaced, place_of, places_of
from libops.catalogue.stacks.plan import StackPlan, read_plan
from libops.catalogue.stacks.standing import bays_of, plan_of, write_stack
from libops.refusals import Refusal
from tests.engines.town import BOOKS, CLERK, MORNING, SUPERVISOR, WEST_BOOK, WITHDRAWN, Town, ids, refused
from tests.stack_files import THREE, Cells, bay, write

NOVEL, PROGRAM, ODD, BARE, LOST_SHEEP, LENT = BOOKS


def files(tmp_path: Path, bays: tuple[Cells, ...] = THREE) -> tuple[StackPlan, list[BayPlan]]:
    folder = write(tmp_path / "stack", bays)
    return read_plan(folder), read_bays(folder)


def load(town: Town, tmp_path: Path, bays: tuple[Cells, ...] = THREE) -> StackLoaded:
    plan, rows = files(tmp_path, bays)
    return town.act(loading.load_stack, by=SUPERVISOR, branch_code="MAIN", plan=plan, bays=rows)


def number(town: Town, barcode: str, call_number: str, **values: object) -> None:
    """Give an item a call number as its location wants it."""
    key = shelf_key(Scheme.CLC, call_number)
    town.change(update(ITEM).where(ITEM.c.barcode == barcode).values(call_number=call_number, shelf_key=key, **values))


def put(town: Town, barcode: str, code: str) -> None:
    """Put an item into a bay by name."""
    town.change(update(ITEM).where(ITEM.c.barcode == barcode).values(bay_id=ids(town, BAY)[code]))


def place(town: Town, barcode: str) -> PlaceView:
    """Where an item has its place; the same by itself and among all others."""
    items = ids(town, ITEM, "barcode")
    with town.library.database.reading() as transaction:
        alone = place_of(transaction, items[barcode])
        assert places_of(transaction, list(items.values()))[items[barcode]] == alone
    return alone


def bay_of(town: Town, barcode: str) -> str | Unplaced | None:
    """The bay in which an item has its place, or why it has none."""
    found = place(town, barcode)
    return found.why if found.bay is None else found.bay.code


def without_place(town: Town, branch: str = "MAIN", limit: int = 100) -> dict[str, Unplaced]:
    """All items without a place, page by page."""
    found: dict[str, Unplaced] = {}
    after: str | None = ""
    while after is not None:
        page = town.look(unplaced.list_unplaced, branch_code=branch, after=after, limit=limit)
        assert len(page.results) <= limit
        found |= {row.barcode: row.why for row in page.results}
        after = page.next
    return found


def filling(town: Town) -> Filling:
    return town.look(loading.show_stack, branch_code="MAIN").filling


def all_numbered(town: Town) -> None:
    """Give every item of the library the same call number."""
    town.change(
        update(ITEM).values(call_number="I242.4/C118", shelf_key=shelf_key(Scheme.CLC, "I242.4/C118"), bay_id=None)
    )


def test_a_stack_is_loaded_with_its_plan_and_its_bays_in_shelving_order(town: Town, tmp_path: Path) -> None:
    plan, rows = files(tmp_path, THREE[::-1])

    answer = town.act(loading.load_stack, by=SUPERVISOR, branch_code="MAIN", plan=plan, bays=rows)

    assert (answer.site, answer.added, answer.kept, answer.removed, answer.let_go) == ("MAIN", 3, 0, 0, 0)
    view = town.look(loading.show_stack, branch_code="MAIN")
    assert view.plan == plan
    assert [(one.code, one.collection, one.cn_from, one.cn_to) for one in view.bays] == [
        ("A1", "M-A", "A", "I"),
        ("A2", "M-A", "I", "TP"),
        ("A3", "M-A", "TP", ""),
    ]
    assert town.story() == ["stack.loaded"]
    assert town.ask(select(STACK.c.site, STACK.c.scheme)) == [("MAIN", "clc")]
    assert town.ask(select(EVENT.c.data["branch"].as_string(), EVENT.c.data["added"].as_integer())) == [("MAIN", 3)]


def test_founding_can_write_a_stack_in_its_own_transaction(town: Town, tmp_path: Path) -> None:
    plan, rows = files(tmp_path)
    main = town.place("MAIN").branch_id

    with town.library.database.act() as transaction:
        write_stack(transaction, main, plan, rows, MORNING)
        assert plan_of(transaction, main) == plan
        assert [one.code for one in bays_of(transaction, main)] == ["A1", "A2", "A3"]
        assert plan_of(transaction, town.place("WEST").branch_id) is None


def test_another_stack_takes_the_place_of_the_whole_and_named_bays_keep_their_items(town: Town, tmp_path: Path) -> None:
    all_numbered(town)
    load(town, tmp_path, (*THREE, bay("X1", 8, collection=""), bay("X2", 9, collection="")))
    put(town, NOVEL, "X1")
    put(town, PROGRAM, "X2")
    before = ids(town, BAY)

    answer = load(
        town, tmp_path, (bay("A1", 1, "A", ""), bay("X1", 2, collection="", floor="2"), bay("N", 3, collection=""))
    )

    assert (answer.added, answer.kept, answer.removed, answer.let_go) == (1, 2, 3, 1)
    after = ids(town, BAY)
    assert set(after) == {"A1", "X1", "N"}
    assert (after["A1"], after["X1"]) == (before["A1"], before["X1"])
    found = place(town, NOVEL)
    assert found.by_hand
    assert found.bay is not None
    assert (found.bay.code, found.bay.floor, found.bay.seq, found.bay.y) == ("X1", "2", 2, 1.5)
    assert not place(town, PROGRAM).by_hand
    assert bay_of(town, PROGRAM) == "A1"


def test_only_who_may_change_the_rules_loads_a_stack(town: Town, tmp_path: Path) -> None:
    plan, rows = files(tmp_path)

    codes = refused(lambda: town.act(loading.load_stack, by=CLERK, branch_code="MAIN", plan=plan, bays=rows))

    assert codes == ["permission.missing"]
    assert town.ask(select(BAY.c.id)) == []


def test_a_stack_that_does_not_fit_the_branch_changes_nothing(town: Town, tmp_path: Path) -> None:
    load(town, tmp_path)
    plan, rows = files(tmp_path, (bay("B1", 1, "A", ""),))

    with pytest.raises(BadRows, match="this branch has no M-A"):
        town.act(loading.load_stack, by=SUPERVISOR, branch_code="WEST", plan=plan, bays=rows)
    with pytest.raises(BadRows, match="is a gap"):
        load(town, tmp_path, (bay("B1", 1, "A", "B"), bay("B2", 2, "C", "")))

    assert set(ids(town, BAY)) == {"A1", "A2", "A3"}
    assert town.story() == ["stack.loaded"]


def test_the_same_request_loads_once(town: Town, tmp_path: Path) -> None:
    plan, rows = files(tmp_path)

    def ask() -> StackLoaded:
        return town.act(loading.load_stack, by=SUPERVISOR, key="k1", branch_code="MAIN", plan=plan, bays=rows)

    assert ask() == ask()
    assert town.story() == ["stack.loaded"]


def test_a_branch_without_a_stack_says_so(town: Town) -> None:
    assert refused(lambda: town.look(loading.show_stack, branch_code="MAIN")) == ["stack.none"]
    assert refused(lambda: town.look(unplaced.list_unplaced, branch_code="MAIN")) == ["stack.none"]
    assert refused(lambda: town.look(labels.bay_labels, branch_code="MAIN")) == ["stack.none"]
    assert refused(lambda: town.look(loading.show_stack, branch_code="NOWHERE")) == ["place.unknown"]


@pytest.mark.parametrize(
    ("call_number", "code"),
    [
        ("A", "A1"),
        ("H319.4/W12", "A1"),
        ("I", "A2"),
        ("I242.4/C118", "A2"),
        ("TN99/Z9", "A2"),
        ("TP", "A3"),
        ("TP312/C567:2", "A3"),
        ("Z89", "A3"),
        ("", Unplaced.NO_CALL_NUMBER),
        ("???", Unplaced.UNREADABLE),
    ],
)
def test_an_item_has_its_place_in_the_bay_that_holds_its_call_number(
    town: Town, tmp_path: Path, call_number: str, code: str
) -> None:
    load(town, tmp_path)

    number(town, NOVEL, call_number)

    assert bay_of(town, NOVEL) == code


def test_a_range_ends_before_its_end_and_begins_at_its_beginning(town: Town, tmp_path: Path) -> None:
    load(town, tmp_path, (bay("B1", 1, "I242", "I242.4/C118"), bay("B2", 2, "I242.4/C118", "I242.4/C119")))

    for call_number, code in (
        ("I242.4/C117", "B1"),
        ("I242.4/C118", "B2"),
        ("I242.4/C118:2", "B2"),
        ("I242.4/C119", Unplaced.NO_RANGE),
        ("I24", Unplaced.NO_RANGE),
    ):
        number(town, NOVEL, call_number)
        assert bay_of(town, NOVEL) == code, call_number


def test_a_named_bay_comes_before_the_call_number_even_without_one(town: Town, tmp_path: Path) -> None:
    load(town, tmp_path, (*THREE, bay("X1", 9, collection="")))
    number(town, NOVEL, "TP312/C567")
    number(town, PROGRAM, "", location_id=None)
    for barcode in (NOVEL, PROGRAM):
        put(town, barcode, "X1")

    assert bay_of(town, NOVEL) == "X1"
    assert bay_of(town, PROGRAM) == "X1"
    assert place(town, PROGRAM).location_code is None


def test_why_an_item_has_no_place_is_told_and_nobody_guesses(town: Town, tmp_path: Path) -> None:
    all_numbered(town)
    load(
        town,
        tmp_path,
        (
            bay("B1", 1, "A", "TP", status="closed"),
            bay("B2", 2, "TP", "U"),
            bay("X", 3, collection="", status="closed"),
        ),
    )
    number(town, NOVEL, "TP312/C567")
    number(town, PROGRAM, "TP312/C567")
    put(town, PROGRAM, "X")
    number(town, ODD, "???")
    number(town, BARE, "")
    number(town, LOST_SHEEP, "V12/3")
    number(town, LENT, "TP312/C568", location_id=None)

    told = without_place(town)

    assert NOVEL not in told
    assert WITHDRAWN not in told
    assert WEST_BOOK not in told
    assert {barcode: told[barcode] for barcode in BOOKS[1:]} == {
        PROGRAM: Unplaced.CLOSED,
        ODD: Unplaced.UNREADABLE,
        BARE: Unplaced.NO_CALL_NUMBER,
        LOST_SHEEP: Unplaced.NO_RANGE,
        LENT: Unplaced.NO_LOCATION,
    }
    assert {barcode: bay_of(town, barcode) for barcode in told} == told
    assert without_place(town, limit=2) == told
    assert list(told) == sorted(told)
    counted = filling(town)
    assert counted.placed == 1
    assert counted.unplaced == {why: list(told.values()).count(why) for why in Unplaced if why in told.values()}
    assert counted.items == 1 + len(told)


def test_two_bays_that_hold_one_call_number_are_no_place(town: Town, tmp_path: Path) -> None:
    all_numbered(town)
    load(town, tmp_path)
    # No load leaves an overlap; a hand in the database may.
    town.change(update(BAY).where(BAY.c.code == "A1").values(key_to=""))

    assert bay_of(town, NOVEL) == Unplaced.SEVERAL
    assert without_place(town)[NOVEL] == Unplaced.SEVERAL


def test_a_bay_of_another_branch_is_no_place(town: Town, tmp_path: Path) -> None:
    all_numbered(town)
    load(town, tmp_path, (*THREE, bay("X1", 9, collection="")))
    put(town, WEST_BOOK, "X1")
    plan, rows = files(tmp_path, (bay("W1", 1, collection=""),))
    town.act(loading.load_stack, by=SUPERVISOR, branch_code="WEST", plan=plan, bays=rows)

    assert bay_of(town, WEST_BOOK) == Unplaced.ELSEWHERE
    assert without_place(town, "WEST")[WEST_BOOK] == Unplaced.ELSEWHERE
    west = town.look(loading.show_stack, branch_code="WEST").filling
    assert west.unplaced[Unplaced.ELSEWHERE] == 1
    assert west.placed == 0


def test_a_preview_tells_what_a_load_then_comes_to(town: Town, tmp_path: Path) -> None:
    all_numbered(town)
    load(town, tmp_path, (*THREE, bay("X1", 8, collection=""), bay("X2", 9, collection="")))
    number(town, NOVEL, "TP312/C567")
    put(town, NOVEL, "X1")
    put(town, PROGRAM, "X2")
    number(town, ODD, "???")
    put(town, ODD, "X2")
    plan, rows = files(tmp_path, (bay("A1", 1, "B", "J"), bay("X1", 2, collection="", status="closed")))

    seen = town.look(loading.preview_stack, branch_code="MAIN", plan=plan, bays=rows)

    assert set(ids(town, BAY)) == {"A1", "A2", "A3", "X1", "X2"}
    town.act(loading.load_stack, by=SUPERVISOR, branch_code="MAIN", plan=plan, bays=rows)
    assert (seen.added, seen.kept, seen.removed) == (0, 2, 3)
    assert seen.filling == filling(town)
    assert seen.filling.unplaced == {Unplaced.UNREADABLE: 1, Unplaced.CLOSED: 1}
    assert seen.filling.bays[0] == BayCount("A1", seen.filling.placed, 6)


def test_a_bay_that_is_to_hold_more_than_fits_is_named(town: Town, tmp_path: Path) -> None:
    all_numbered(town)
    load(town, tmp_path, (bay("A1", 1, "A", "TP", shelves=1), bay("A2", 2, "TP", "")))
    many = BOOKS_PER_SHELF + 1 - filling(town).placed
    main, shelf = town.place("MAIN").branch_id, ids(town, LOCATION)["M-A"]
    row = {
        "title_id": ids(town, TITLE, "number")["T1"],
        "item_type_id": ids(town, ITEM_TYPE)["book"],
        "branch_id": main,
        "location_id": shelf,
        "call_number": "I24",
        "shelf_key": shelf_key(Scheme.CLC, "I24"),
        "status": ItemStatus.CHECKED_OUT,
    }
    town.change(insert(ITEM).values([{**row, "barcode": f"B9{at:03}"} for at in range(many - 1)]))
    assert filling(town).too_full == []

    town.change(insert(ITEM).values({**row, "barcode": "B9999"}))

    assert filling(town).too_full == [BayCount("A1", BOOKS_PER_SHELF + 1, 1)]


def test_labels_say_from_where_to_where_a_bay_reaches(town: Town, tmp_path: Path) -> None:
    load(town, tmp_path, (*THREE, bay("X1", 9, collection="", face="R")))

    everything = town.look(labels.bay_labels, branch_code="MAIN")

    assert [(one.bay, one.cn_from, one.cn_to) for one in everything][:3] == [
        ("A1", "A", "I"),
        ("A2", "I", "TP"),
        ("A3", "TP", ""),
    ]
    assert [one.bay for one in town.look(labels.bay_labels, branch_code="MAIN", location_code="M-A")] == [
        "A1",
        "A2",
        "A3",
    ]
    assert [one.face for one in town.look(labels.bay_labels, branch_code="MAIN", bay_code="X1")] == ["R"]
    assert refused(lambda: town.look(labels.bay_labels, branch_code="MAIN", bay_code="X9")) == ["stack.no_bay"]


def test_two_who_load_at_once_follow_one_another_and_one_whole_stack_stands(town: Town, tmp_path: Path) -> None:
    all_numbered(town)
    stacks = {
        "P": tuple(bay(f"P{at}", at, collection="") for at in range(30)),
        "Q": (*(bay(f"Q{at}", at, collection="") for at in range(30)), bay("P0", 99, collection="")),
    }
    read = {name: files(tmp_path, rows) for name, rows in stacks.items()}
    together = Barrier(4)

    def one(name: str) -> StackLoaded | Refusal:
        together.wait(30)
        plan, rows = read[name]
        return town.act(loading.load_stack, by=SUPERVISOR, branch_code="MAIN", plan=plan, bays=rows)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(one, "PQPQ"))

    assert all(isinstance(answer, StackLoaded) for answer in answers)
    assert town.story() == ["stack.loaded"] * 4
    standing = set(ids(town, BAY))
    assert standing in [{str(row["bay_id"]) for row in rows} for rows in stacks.values()]
    assert len(town.ask(select(STACK.c.id))) == 1


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("first", [THREE, ()], ids=["another", "none"])
def test_a_load_that_waited_replaces_what_stands_by_then(town: Town, tmp_path: Path, first: tuple[Cells, ...]) -> None:
    if first:
        load(town, tmp_path, first)
    early = files(tmp_path, (bay("E1", 1, "A", "K"), bay("E2", 2, "K", "")))
    late = (bay("L1", 1, "A", "K"), bay("L2", 2, "K", ""))
    main = town.place("MAIN").branch_id

    with ThreadPoolExecutor(1) as thread:
        with town.library.database.act() as transaction:
            write_stack(transaction, main, *early, MORNING)
            waiting = thread.submit(load, town, tmp_path, late)
            until_somebody_waits(town)
        answer = waiting.result(30)

    assert set(ids(town, BAY)) == {"L1", "L2"}
    assert (answer.added, answer.kept, answer.removed) == (2, 0, 2)


def until_somebody_waits(town: Town) -> None:
    """Wait until a transaction of the database waits for another."""
    waits = select(literal_column("count(*)", Integer)).select_from(table("pg_locks")).where(text("NOT granted"))
    ending = monotonic() + 30
    while not town.ask(waits)[0][0]:
        assert monotonic() < ending
        sleep(0.01)


def test_bays_stay_open_or_closed_as_the_file_says(town: Town, tmp_path: Path) -> None:
    load(town, tmp_path, (bay("A1", 1, "A", "", status="closed"),))
    assert town.look(loading.show_stack, branch_code="MAIN").bays[0].status == BayStatus.CLOSED

    load(town, tmp_path, (bay("A1", 1, "A", ""),))

    assert town.look(loading.show_stack, branch_code="MAIN").bays[0].status == BayStatus.OPEN
