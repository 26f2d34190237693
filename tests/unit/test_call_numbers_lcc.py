"""Library of Congress call numbers stand as its shelflisting rules say."""

from __future__ import annotations

import random

import pytest

from libops.catalogue.call_numbers.schemes import Scheme, class_of, parses, prefix_range, shelf_key

CLASSES = [
    "B1",
    "BX1",
    "K383.12",
    "K383.5",
    "KF250.39977",
    "KF250.4",
    "PS65",
    "PS585",
    "PS3515",
    "PS3515.115",
    "PS3515.12",
]
CUTTERS = [
    "PN98 .D43 Z54", "PN98 .D43 Z55", "PN98 .D48 E54", "PN98 .D48 W45", "PN98 .E36 R67", "PN98 .E4 D54", "PR2983.K56",
    "PR2983.L4", "PS3515.M112", "PS3515.M12", "PS3515.M135", "PS3515.M2", "PS3515.M213", "PS3515.M23", "QB139", "QB145",
    "QC718.7", "QC718.8", "TR647.W4", "TR647.W44", "TR647.W45", "TR647.W453", "TR647.W5",
]  # fmt: skip
JUVENILE = [
    "PZ7.M3567585 Bs 1997x", "PZ7.M3567585 Km 1997", "PZ7.M3567585 Mh 1997x", "PZ7.M3567585 Stp 1997x",
    "PZ7.M3567585 Sx 1998", "PZ7.M3567585 Tr 1986", "PZ7.M3567585 Wel 1995x",
]  # fmt: skip
"""Orders which libraries and the writers of such keys publish."""

SHELF = [
    "E11 .C691 no.1",
    "E11 .C691 no.8",
    "E11 .C691 no.11",
    "E725.45 1st .W35 1998",
    "E725.45 10th .U53 1993",
    "E806 .H67",
    "E806 .H67a",
    "E806 .H671",
    "KF26 1998",
    "KF26 2008",
    "KF26 .A5",
    "PS3545.H16 .T2",
    "PS3545.H16 .T2 c.2",
    "PS3545.H16 .T2 v.2",
    "PS3545.H16 .T2 v.10",
    "PS3545.H16 .T2 1998",
    "PS3545.H16 .T2 1998b",
    "PS3545.H16 .T2 1998b v.2",
    "PS3545.H16 .T21",
    "Q1 .A1",
    "Q76 .A1",
    "QA9 .L88",
    "QA76 .L88 1990",
    "QA76.73 .C15",
    "QA76.73.P98 L88",
    "QA76.73.P98 L88 2008",
    "QA76.73.P98 L9",
    "QA76.9.D3 C67",
    "QA100 .A2",
    "QA276 .B77",
    "QAB1 .A2",
]


@pytest.mark.parametrize("shelf", [CLASSES, CUTTERS, JUVENILE, SHELF], ids=["classes", "cutters", "juvenile", "shelf"])
def test_a_shuffled_shelf_is_put_back_in_order(shelf: list[str]) -> None:
    mixed = shelf.copy()
    random.Random(4).shuffle(mixed)
    assert sorted(mixed, key=lambda number: shelf_key(Scheme.LCC, number)) == shelf
    assert len({shelf_key(Scheme.LCC, number) for number in shelf}) == len(shelf)
    assert all(parses(Scheme.LCC, number) for number in shelf)


@pytest.mark.parametrize(
    ("ways", "class_number"),
    [
        (["QA76.73.P98 L88 2008", "QA 76.73 .P98 L88 2008", "qa76.73.p98l88 2008", "QA76.73 P98 L88\n2008"], "QA76.73"),
        (["PS3545.H16 T2 v.2", "PS3545.H16 .T2 vol. 2", "PS3545 .H16 .T2 V. 2"], "PS3545"),
        (["KF26 .B37C45", "KF26 .B37 .C45"], "KF26"),
    ],
)
def test_one_number_written_in_several_ways_has_one_key(ways: list[str], class_number: str) -> None:
    assert {class_of(Scheme.LCC, way) for way in ways} == {class_number}
    assert len({shelf_key(Scheme.LCC, way) for way in ways}) == 1


@pytest.mark.parametrize("text", ["QA", "QA12345 .A1", "I247.57/1", "005.133", "小说", "ABCD1"])
def test_what_is_no_class_number_sorts_behind_all_that_are(text: str) -> None:
    assert not parses(Scheme.LCC, text)
    assert shelf_key(Scheme.LCC, text) > shelf_key(Scheme.LCC, "ZA9999.9 .Z9 v.9")


@pytest.mark.parametrize(
    ("beginning", "inside", "outside"),
    [
        ("QA76", ["QA76", "QA76 .A1", "QA76.73.P98", "QA76.9"], ["QA760", "QA7", "QA75.9", "Q76"]),
        ("QA76.", ["QA76 .A1", "QA76.73.P98"], ["QA760"]),
        ("QA76.7", ["QA76.7", "QA76.73.P98"], ["QA76", "QA76.8", "QA767"]),
        ("QA", ["QA1", "QA9999", "QAB1"], ["Q1", "QB1"]),
        ("qa 76.73.P98", ["QA76.73.P98 L88", "QA76.73.P981"], ["QA76.73", "QA76.73.P99"]),
    ],
)
def test_a_beginning_holds_its_class_and_nothing_else(beginning: str, inside: list[str], outside: list[str]) -> None:
    start, end = prefix_range(Scheme.LCC, beginning)
    assert [number for number in inside if not start <= shelf_key(Scheme.LCC, number) < end] == []
    assert [number for number in outside if start <= shelf_key(Scheme.LCC, number) < end] == []
