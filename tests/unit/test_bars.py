"""Bars drawn with characters: what is something is seen, nothing is longer than its room, more is never less."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from libops.today.bars import lying, upright

NUMBERS = st.lists(st.integers(0, 5000), min_size=1, max_size=24)
SHAPES = " ▁▂▃▄▅▆▇█"


def test_a_bar_is_as_high_as_its_part_of_the_most() -> None:
    assert upright([0, 4, 8, 16], 2, 1, 16) == ["   █", " ▄██"]
    assert upright([1, 16], 1, 3, 16) == ["▁▁▁███"]
    assert [lying(number, 8, 4) for number in (0, 1, 4, 8)] == ["", "▌", "██", "████"]


def test_nothing_at_all_draws_nothing() -> None:
    assert upright([0, 0], 3, 2, 0) == ["    "] * 3
    assert lying(0, 0, 10) == ""


@given(NUMBERS, st.integers(1, 12), st.integers(1, 5))
def test_upright_bars_fill_their_room_and_show_whatever_is_not_nothing(
    numbers: list[int], height: int, width: int
) -> None:
    rows = upright(numbers, height, width, max(numbers))
    assert [len(row) for row in rows] == [len(numbers) * width] * height
    heights = [sum(SHAPES.index(row[place * width]) for row in rows) for place in range(len(numbers))]
    assert all((filled > 0) == (number > 0) for filled, number in zip(heights, numbers, strict=True))
    in_order = [filled for _, filled in sorted(zip(numbers, heights, strict=True))]
    assert in_order == sorted(in_order)


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 40))
def test_a_lying_bar_is_never_longer_than_its_room(number: int, most: int, width: int) -> None:
    assert 1 <= len(lying(number, most, width)) <= width
