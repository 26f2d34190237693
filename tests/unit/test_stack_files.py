"""Stack files: what is read from them, and every fault that makes one unusable."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.places import Scheme
from db.stacks import BayStatus
from libops.bad_files import BadFile, BadRows
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.stacks.bays import BayPlan, Collection, FittedBay, fit, read_bays
from libops.catalogue.stacks.filling import planned
from libops.catalogue.stacks.plan import LinkKind, StackPlan, read_plan
from tests.stack_files import PLAN, THREE, Cells, bay, write

COLLECTIONS = {
    "M-A": Collection(1, Scheme.CLC),
    "M-D": Collection(2, Scheme.DEWEY),
    "M-L": Collection(3, Scheme.LCC),
}

# Any, because the plan is changed as the JSON that it is.
Change = Callable[[Any], object]


def fitted(folder: Path, bays: tuple[Cells, ...] = THREE, plan: object = PLAN) -> list[FittedBay]:
    write(folder, bays, plan)
    return fit(read_plan(folder), read_bays(folder), COLLECTIONS)


def complaints(folder: Path, bays: tuple[Cells, ...] = THREE, plan: object = PLAN) -> list[str]:
    with pytest.raises(BadFile) as caught:
        fitted(folder, bays, plan)
    error = caught.value
    return [str(fault) for fault in error.faults] if isinstance(error, BadRows) else [str(error)]


def test_a_plan_is_read_with_everything_a_walk_needs(tmp_path: Path) -> None:
    plan = read_plan(write(tmp_path))

    assert plan.site == "MAIN"
    assert plan.call_number_scheme is Scheme.CLC
    assert plan.times.walk_m_per_s == 0.8
    assert [(floor.id, floor.level) for floor in plan.floors] == [("1", 1), ("2", 2)]
    first = plan.floors[0]
    assert [first.reach(aisle) for aisle in first.aisles] == [(0, 21), (0, 21), (10.5, 21)]
    assert plan.links[0].kind is LinkKind.LIFT
    assert plan.links[0].stops[1].floor == "2"
    assert plan.depots[0].crossing.cross_aisle == "a"
    assert plan.carriers[0].books == 40


def test_bays_are_read_and_get_the_keys_of_their_ranges(tmp_path: Path) -> None:
    rows = (*THREE, bay("X1", 9, collection="", face="R", status="closed"))

    bays = fitted(tmp_path, rows)

    assert [one.plan.bay_id for one in bays] == ["A1", "A2", "A3", "X1"]
    assert [one.location_id for one in bays] == [1, 1, 1, None]
    assert bays[0].key_to == bays[1].key_from == shelf_key(Scheme.CLC, "I")
    assert bays[2].key_to == ""
    assert (bays[3].plan.face, bays[3].plan.status) == ("R", BayStatus.CLOSED)
    assert [one.plan.row for one in bays] == [2, 3, 4, 5]


def test_each_collection_is_ordered_by_the_scheme_of_its_own_location(tmp_path: Path) -> None:
    dewey = (bay("D1", 4, "000", "895.1", "M-D"), bay("D2", 5, "895.1", "", "M-D"))
    letters = (bay("L1", 6, "A", "QA", "M-L"), bay("L2", 7, "QA", "QA100", "M-L"), bay("L3", 8, "QA100", "", "M-L"))

    bays = fitted(tmp_path, (*THREE, *dewey, *letters))

    holdings = planned(bays)
    for location, scheme, call_number, code in (
        (1, Scheme.CLC, "I247.5/L58", "A2"),
        (1, Scheme.CLC, "TP312/C567", "A3"),
        (2, Scheme.DEWEY, "895.1 MO", "D2"),
        (2, Scheme.DEWEY, "823.8 AUS", "D1"),
        (3, Scheme.LCC, "QA76.73 .P98", "L2"),
        (3, Scheme.LCC, "QA300 .R8", "L3"),
    ):
        assert [one.code for one in holdings.of(location, shelf_key(scheme, call_number))] == [code], call_number


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    assert {one.plan.bay_id for one in fitted(tmp_path, THREE[::-1])} == {"A1", "A2", "A3"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda plan: plan.update(format="libops-stack/2"), "its format is 'libops-stack/2', not libops-stack/1"),
        (lambda plan: plan.pop("format"), "its format is '', not libops-stack/1"),
        (lambda plan: plan.pop("times"), ": times is missing"),
        (lambda plan: plan["times"].update(walk_m_per_s=0), "times.walk_m_per_s has to be > 0.0"),
        (lambda plan: plan.update(call_number_scheme="udc"), "call_number_scheme cannot be udc"),
        (lambda plan: plan.update(stairs=[]), ": there is no stairs"),
        (lambda plan: plan.update(site="a\0b"), "site is not as it should be"),
        (lambda plan: plan.update(floors=[], links=[], depots=[]), "a stack needs a floor"),
        (lambda plan: plan["floors"][1].update(id="1"), "floors: 1 stands twice"),
        (lambda plan: plan["floors"][1].update(level=1), "levels: 1 stands twice"),
        (lambda plan: plan["floors"][0].update(aisles=[]), "floor 1: it needs an aisle and two cross-aisles"),
        (lambda plan: plan["floors"][1]["cross_aisles"].pop(), "floor 2: it needs an aisle and two cross-aisles"),
        (
            lambda plan: plan["floors"][0]["cross_aisles"].reverse(),
            "floors[1].cross_aisles: b at 10.5 m is not behind c at 21.0 m",
        ),
        (
            lambda plan: plan["floors"][0]["aisles"][1].update(x=0),
            "floors[1].aisles: 2 at 0.0 m is not behind 1 at 0.0 m",
        ),
        (lambda plan: plan["floors"][0]["aisles"][1].update(id="1"), "floors[1].aisles: 1 stands twice"),
        (lambda plan: plan["floors"][0]["cross_aisles"][1].update(id="a"), "floors[1].cross_aisles: a stands twice"),
        (lambda plan: plan["floors"][0]["aisles"][2].update(to="z"), "floor 1, aisle 3: there is no cross-aisle z"),
        (lambda plan: plan["floors"][0]["aisles"][2].update(to="b"), "floor 1, aisle 3: it ends before it begins"),
        (
            lambda plan: plan["links"][0]["stops"][0].update(aisle="3"),
            "links[lift]: on floor 1, aisle 3 does not meet a cross-aisle a",
        ),
        (
            lambda plan: plan["links"][0]["stops"][1].update(cross_aisle="b"),
            "links[lift]: on floor 2, aisle 1 does not meet a cross-aisle b",
        ),
        (lambda plan: plan["links"][0]["stops"].pop(), "link lift: it stops on fewer than two floors"),
        (
            lambda plan: plan["depots"][0].update(floor="9"),
            "depots[desk]: on floor 9, aisle 2 does not meet a cross-aisle a",
        ),
        (lambda plan: plan["depots"].append(plan["depots"][0]), "depots: desk stands twice"),
        (lambda plan: plan["carriers"].append(plan["carriers"][0]), "carriers: trolley stands twice"),
        (lambda plan: plan["links"].append(plan["links"][0]), "links: lift stands twice"),
    ],
)
def test_a_plan_that_cannot_be_says_why(tmp_path: Path, change: Change, complaint: str) -> None:
    plan = copy.deepcopy(PLAN)
    change(plan)

    told = complaints(tmp_path, plan=plan)

    assert [one for one in told if one.startswith("stack.json: ") and complaint in one], told


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": "\xff"}', b"[" * 100_000])
def test_a_plan_that_is_no_json_is_named(tmp_path: Path, content: bytes) -> None:
    told = complaints(tmp_path, plan=content)

    assert len(told) == 1
    assert told[0].startswith("stack.json: cannot be understood")


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"stack\.json: cannot be read"):
        read_plan(tmp_path)
    with pytest.raises(BadFile, match=r"bays\.csv: cannot be read"):
        read_bays(tmp_path)


A1, A2, A3 = THREE


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ((), "bays.csv: a stack needs a bay"),
        ((A1, {**A2, "floor": "9"}, A3), "row 3: floor: there is no 9"),
        ((A1, {**A2, "aisle": "9"}, A3), "row 3: aisle: there is no 9 on floor 1"),
        (
            (A1, A2, {**A3, "y": 21.1}),
            "row 4: bay A3 stands at 21.1 m, outside aisle 1, which reaches from 0.0 to 21.0",
        ),
        ((A1, A2, {**A3, "aisle": "3"}), "row 4: bay A3 stands at 1.5 m, outside aisle 3, which reaches from 10.5 to"),
        ((A1, A2, {**A3, "y": "nan"}), "row 4: y: 'nan' cannot be read"),
        ((A1, A2, {**A3, "y": "inf"}), "row 4: y: 'inf' cannot be read"),
        ((A1, A2, {**A3, "face": "l"}), "row 4: face: 'l' cannot be read"),
        ((A1, A2, {**A3, "shelves": 0}), "row 4: shelves: '0' cannot be read"),
        ((A1, A2, {**A3, "seq": -1}), "row 4: seq: '-1' cannot be read"),
        ((A1, A2, {**A3, "seq": 10**12}), "row 4: seq: '1000000000000' cannot be read"),
        ((A1, A2, {**A3, "status": "shut"}), "row 4: status: 'shut' cannot be read"),
        ((A1, A2, {**A3, "bay_id": ""}), "row 4: bay_id: '' cannot be read"),
        ((A1, A2, {**A3, "bay_id": "x" * 61}), "row 4: bay_id: "),
        ((A1, A2, {**A3, "bay_id": "A1"}), "row 4: bay_id: A1 stands twice, first in row 2"),
        ((A1, A2, {**A3, "seq": 1}), "row 4: seq: 1 stands twice, first in row 2"),
        ((A1, A2, {**A3, "collection": "W-A"}), "row 4: collection: this branch has no W-A (M-A, M-D, M-L)"),
        ((A1, A2, {**A3, "collection": ""}), "row 4: call numbers need a collection"),
        ((A1, A2, {**A3, "cn_from": ""}), "row 4: cn_from is empty"),
        ((A1, A2, {**A3, "cn_from": "???"}), "row 4: cn_from: ??? is no call number of clc"),
        ((A1, {**A2, "cn_to": "895"}, A3), "row 3: cn_to: 895 is no call number of clc"),
        ((A1, A2, A3, bay("D", 4, "???", "", "M-D")), "row 5: cn_from: ??? is no call number of dewey"),
        ((A1, {**A2, "cn_to": "I"}, A3), "row 3: cn_from I does not come before cn_to I"),
        ((A1, {**A2, "cn_from": "TP", "cn_to": "I"}, A3), "row 3: cn_from TP does not come before cn_to I"),
        (
            (A1, {**A2, "cn_to": "TN"}, A3),
            "row 4: M-A: between bays A2 (row 3, up to TN) and A3 (from TP) is a gap",
        ),
        ((A1, {**A2, "cn_to": "TQ"}, A3), "row 4: M-A: bays A2 (row 3, up to TQ) and A3 (from TP) overlap"),
        ((A1, {**A2, "cn_to": ""}, A3), "row 4: M-A: bays A2 (row 3, up to …) and A3 (from TP) overlap"),
        (
            (A1, A2, A3, {**A3, "bay_id": "A4", "seq": 4}),
            "row 5: M-A: bays A3 (row 4, up to …) and A4 (from TP) overlap",
        ),
    ],
)
def test_a_bay_that_cannot_be_is_told_with_its_row(tmp_path: Path, rows: tuple[Cells, ...], complaint: str) -> None:
    told = complaints(tmp_path, rows)

    assert [one for one in told if complaint in one], told


def test_every_fault_is_told_at_once_in_the_order_of_the_files(tmp_path: Path) -> None:
    plan = copy.deepcopy(PLAN)
    assert isinstance(plan["depots"], list)
    plan["depots"][0]["floor"] = "9"

    told = complaints(tmp_path, ({**A1, "collection": "W"}, A2, {**A3, "seq": 2}), plan)

    assert [one.split(":")[0] for one in told] == ["stack.json", "bays.csv, row 2", "bays.csv, row 4"]


def test_a_column_that_nobody_knows_is_named(tmp_path: Path) -> None:
    file = write(tmp_path) / "bays.csv"
    file.write_text(file.read_text().replace("cn_to", "cn_until"))

    with pytest.raises(BadFile, match="there is no column cn_until here"):
        read_bays(tmp_path)


NUMBERS = st.lists(st.sampled_from([f"{a}{n}" for a in "ABDFHIJKO" for n in ("", "1", "21", "24.7", "3")]), unique=True)


@given(NUMBERS, st.sampled_from(["A1", "I24", "I247.5/L58", "K3/7", "O1-49", "Z9"]))
def test_ranges_that_meet_hold_each_call_number_once(numbers: list[str], looked_for: str) -> None:
    ordered = sorted({shelf_key(Scheme.CLC, text): text for text in numbers}.items())
    texts = [text for _, text in ordered]
    plan = msgspec.convert(PLAN, StackPlan)
    bays = [
        BayPlan(f"B{at}", "1", "1", "L", 1, 5, at, "M-A", text, (*texts, "")[at + 1]) for at, text in enumerate(texts)
    ]
    key = shelf_key(Scheme.CLC, looked_for)

    held = planned(fit(plan, bays, COLLECTIONS)).of(1, key) if bays else []

    assert len(held) == (1 if ordered and ordered[0][0] <= key else 0)
    assert all(one.key_from <= key and (not one.key_to or key < one.key_to) for one in held)
