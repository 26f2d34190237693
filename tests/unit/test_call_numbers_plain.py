"""Numbers of no scheme stand in the order in which people look for names."""

from __future__ import annotations

import random

import pytest

from libops.catalogue.call_numbers.schemes import Scheme, class_of, parses, prefix_range, shelf_key

SHELF = [
    "(2)",
    "9",
    "010",
    "10",
    "10-2",
    "10-10",
    "100",
    "A 1",
    "A1",
    "A2",
    "A10",
    "AB",
    "Éclair",
    "Ecole",
    "École 2",
    "Nature",
    "Nature 2023",
    "nature 2024-9",
    "Nature 2024-10",
    "Nature Physics",
    "Naturen",
    "Zeit",
    "人民文学 9",
    "人民文学 10",
    "读者",
]


def test_a_shuffled_shelf_is_put_back_in_order() -> None:
    mixed = SHELF.copy()
    random.Random(4).shuffle(mixed)
    assert sorted(mixed, key=lambda number: shelf_key(Scheme.PLAIN, number)) == SHELF
    assert len({shelf_key(Scheme.PLAIN, number) for number in SHELF}) == len(SHELF)


def test_everything_parses_and_nothing_has_a_class() -> None:
    assert all(parses(Scheme.PLAIN, number) and class_of(Scheme.PLAIN, number) == "" for number in SHELF)


@pytest.mark.parametrize(("one", "other"), [("École", "ecole"), ("Ｎａｔｕｒｅ １", "nature  1"), ("A\t1\n", " a 1")])
def test_case_width_accents_and_spaces_make_no_difference(one: str, other: str) -> None:
    assert shelf_key(Scheme.PLAIN, one) == shelf_key(Scheme.PLAIN, other)


def test_a_beginning_takes_its_last_number_as_whole() -> None:
    start, end = prefix_range(Scheme.PLAIN, "nature 2")
    inside = [
        number
        for number in ("Nature 2", "Nature 2-1", "Nature 20", "Nature", "Nature 02")
        if start <= shelf_key(Scheme.PLAIN, number) < end
    ]
    assert inside == ["Nature 2", "Nature 2-1"]


def test_a_beginning_of_han_characters_holds_what_begins_with_them() -> None:
    start, end = prefix_range(Scheme.PLAIN, "人民")
    inside = [
        number
        for number in ("人民", "人民文学 9", "人", "人物", "读者")
        if start <= shelf_key(Scheme.PLAIN, number) < end
    ]
    assert inside == ["人民", "人民文学 9"]
