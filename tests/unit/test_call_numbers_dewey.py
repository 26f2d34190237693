"""Dewey call numbers stand digit by digit, nothing before something."""

from __future__ import annotations

import random

import pytest

from libops.catalogue.call_numbers.schemes import Scheme, class_of, parses, prefix_range, shelf_key

NUMBERS = [
    "451", "451.01", "451.012", "451.023", "451.04", "451.04217", "451.1", "451.136", "451.3", "641/Bet", "641.5/Cor",
    "641.5/Wol", "641.555/Ray", "641.594/Mun", "641.5945/Foo", "641.596/Mon",
]  # fmt: skip
"""Orders which libraries publish for their shelvers."""

SHELF = [
    "000",
    "004 T15",
    "005.133",
    "005.133 1999",
    "005.133 2008",
    "005.133 B44",
    "005.133 B44 c.2",
    "005.133 B44 v.1",
    "005.133 B44 v.2",
    "005.133 B44 v.2 c.2",
    "005.133 B44 v.2 no.3",
    "005.133 B44 v.10",
    "005.133 B44 1998",
    "005.133 B44 1998 v.1",
    "005.133 B44 2008",
    "005.133 B44a",
    "005.133 B44a 1990",
    "005.133 B44a2",
    "005.133 B44a10",
    "005.133 B44b",
    "005.133 B441",
    "005.133 B5",
    "005.133 BA",
    "005.133 C",
    "005.133 COR",
    "005.133 CORB",
    "005.133 L12",
    "005.1331",
    "005.2 A1",
    "025.431 D51 v.3",
    "813.54",
    "895.1348 L12h v.2",
    "B LIN",
    "FIC ROW",
    "FIC ROW v.2",
    "FIC SMI",
    "J 005.1 A1",
    "J595.7 B44",
    "J FIC ROW",
    "REF 031 E56 v.2",
    "REF 031 E56 v.10",
    "REF 423",
]


@pytest.mark.parametrize("shelf", [NUMBERS, SHELF], ids=["published", "shelf"])
def test_a_shuffled_shelf_is_put_back_in_order(shelf: list[str]) -> None:
    mixed = shelf.copy()
    random.Random(4).shuffle(mixed)
    assert sorted(mixed, key=lambda number: shelf_key(Scheme.DEWEY, number)) == shelf
    assert len({shelf_key(Scheme.DEWEY, number) for number in shelf}) == len(shelf)
    assert all(parses(Scheme.DEWEY, number) for number in shelf)


@pytest.mark.parametrize(
    ("ways", "class_number"),
    [
        (["895.1348 L12 v.2", "895.1348/L12/v.2", "895.1348 l12 vol. 2", "８９５．１３４８ L12 V.2"], "895.1348"),
        (["813.54 ABC", "813/.54 ABC", "813.5'4 ABC", "813.54ABC"], "813.54"),
        (["REF 031 E56", "Ref. 031 E56", "REF031 E56"], "031"),
        (["FIC ROW c.2", "fic row copy 2"], ""),
    ],
)
def test_one_number_written_in_several_ways_has_one_key(ways: list[str], class_number: str) -> None:
    assert {class_of(Scheme.DEWEY, way) for way in ways} == {class_number}
    assert len({shelf_key(Scheme.DEWEY, way) for way in ways}) == 1


def test_a_year_behind_a_slash_is_not_taken_into_the_class() -> None:
    assert class_of(Scheme.DEWEY, "005.133/2008") == "005.133"


@pytest.mark.parametrize("text", ["TP312/C567", "5.133", "0051", "FICTION", "小说", "v.2", "ROW FIC"])
def test_what_is_no_class_number_sorts_behind_all_that_are(text: str) -> None:
    assert not parses(Scheme.DEWEY, text)
    assert shelf_key(Scheme.DEWEY, text) > shelf_key(Scheme.DEWEY, "YA 999.9 Z99 v.9")


@pytest.mark.parametrize(
    ("beginning", "inside", "outside"),
    [
        ("895.1", ["895.1", "895.1 A1", "895.1348 L12", "895.109"], ["895", "895 1", "895.2", "REF 895.1", "89.51"]),
        ("895", ["895", "895.1348", "895 B1"], ["894.9", "896"]),
        ("89", ["890", "895.1", "899.99"], ["900", "089.9", "889.9"]),
        ("REF 03", ["REF 031 E56", "REF 039"], ["031", "REF 040", "R 031"]),
        ("REF", ["REF 031 E56", "REF 999"], ["031", "R 031", "FIC ROW"]),
        ("895.1348 L12", ["895.1348 L12", "895.1348 L12 v.2", "895.1348 L123"], ["895.1348 L13", "895.134"]),
    ],
)
def test_a_beginning_holds_its_class_and_nothing_else(beginning: str, inside: list[str], outside: list[str]) -> None:
    start, end = prefix_range(Scheme.DEWEY, beginning)
    assert [number for number in inside if not start <= shelf_key(Scheme.DEWEY, number) < end] == []
    assert [number for number in outside if start <= shelf_key(Scheme.DEWEY, number) < end] == []
