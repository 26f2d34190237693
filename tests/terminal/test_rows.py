"""The rows of a list: read page by page, read anew under the cursor, laid out in columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from libops.pages import Page
from screens.lists.columns import GAP, Column, lay_out
from screens.lists.rows import Rows


def rows_of(*keys: int) -> Rows[int]:
    rows: Rows[int] = Rows(lambda key: key)
    rows.add(Page(list(keys), None))
    return rows


def test_pages_follow_each_other_and_what_moved_between_two_comes_once() -> None:
    rows: Rows[int] = Rows(lambda key: key)
    rows.add(Page([1, 2, 3], "3"))
    rows.add(Page([3, 4], None))
    assert (rows.rows, rows.next) == ([1, 2, 3, 4], None)


def test_the_chosen_row_stays_chosen_when_rows_come_and_go_around_it() -> None:
    rows = rows_of(1, 2, 3, 4, 5)
    rows.choose(2)
    assert rows.renew([0, 1, 2, 3, 5], None) == 1
    assert rows.chosen == 3
    assert rows.renew([3, 9], None) == -3
    assert rows.chosen == 3


def test_where_the_chosen_row_is_gone_the_one_below_is_chosen_or_else_the_one_above() -> None:
    rows = rows_of(1, 2, 3, 4)
    rows.choose(1)
    rows.renew([1, 3, 4], None)
    assert rows.chosen == 3
    rows.choose(2)
    rows.renew([1, 3], None)
    assert rows.chosen == 3


def test_where_all_rows_are_gone_none_is_chosen_until_there_is_one_again() -> None:
    rows = rows_of(1, 2)
    rows.renew([], None)
    assert [rows.chosen] == [None]
    rows.renew([7], None)
    assert [rows.chosen] == [7]


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True), st.integers(-5, 40))
def test_something_is_chosen_whenever_there_is_something(before: list[int], after: list[int], at: int) -> None:
    rows = rows_of(*before)
    rows.choose(at)
    chosen = rows.chosen
    assert (chosen is None) == (not before)
    rows.renew(after, None)
    assert (rows.chosen is None) == (not after)
    if chosen in after:
        assert rows.chosen == chosen


COLUMNS = st.lists(
    st.builds(Column, st.just("name"), st.integers(1, 30), st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=8
)


@given(COLUMNS, st.integers(30, 200))
def test_columns_never_need_more_than_there_is_and_the_heavy_ones_stay(columns: list[Column], width: int) -> None:
    widths = lay_out(columns, width)
    shown = [number for number, one in enumerate(widths) if one]
    assert sum(widths) + GAP * (len(shown) - 1) <= max(width, *(columns[number].least for number in shown))
    assert all(widths[number] >= columns[number].least for number in shown)
    left_out = [column.weight for number, column in enumerate(columns) if not widths[number]]
    assert all(columns[number].weight >= max(left_out, default=0) for number in shown)
