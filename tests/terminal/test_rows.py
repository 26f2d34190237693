"""The rows of a list: read page by page, read anew under the cursor, laid out in columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from libops.pages import Page
from screens.lists.columns import GAP, Column, Need, lay_out
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


def long_rows(*pages: list[int]) -> Rows[int]:
    """Pages of which each was read behind the last key of the one before."""
    rows: Rows[int] = Rows(lambda key: key)
    for before, page in zip([[0], *pages], pages, strict=False):
        rows.add(Page(page, str(page[-1])), str(before[-1] or ""))
    return rows


def test_a_place_leads_to_the_page_that_holds_it_and_to_its_cursor() -> None:
    rows = long_rows([1, 2, 3], [4, 5, 6], [7, 8])
    assert [rows.page_at(place) for place in (0, 2, 3, 7, 99)] == [(0, ""), (0, ""), (3, "3"), (6, "6"), (6, "6")]


def test_pages_that_are_read_anew_leave_those_above_as_they_were_and_those_below_to_be_read_again() -> None:
    rows = long_rows([1, 2, 3], [4, 5, 6], [7, 8])
    rows.choose(4)
    assert rows.renew([5, 6, 7], "7", first=3) == -1
    assert (rows.rows, rows.next, rows.chosen, rows.old_to) == ([1, 2, 3, 5, 6, 7], "7", 5, 3)
    rows.add(Page([8, 9], None), "7")
    assert rows.rows == [1, 2, 3, 5, 6, 7, 8, 9]
    assert rows.renew([1, 3], "3") == -2
    assert (rows.rows, rows.old_to, rows.page_at(50)) == ([1, 3], 0, (0, ""))


def test_what_is_chosen_above_the_pages_read_anew_stays_where_it_is() -> None:
    rows = long_rows([1, 2, 3], [4, 5, 6])
    rows.choose(1)
    assert rows.renew([], None, first=3) == 0
    assert (rows.chosen, rows.rows) == (2, [1, 2, 3])


def test_where_all_from_a_place_on_are_gone_the_one_above_is_chosen() -> None:
    rows = long_rows([1, 2, 3], [4, 5, 6])
    rows.choose(4)
    rows.renew([], None, first=3)
    assert rows.chosen == 3


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
    st.tuples(
        st.builds(Column, st.just("name"), st.integers(1, 30), st.integers(0, 9)),
        st.builds(Need, st.integers(1, 15), st.integers(0, 60)),
    ),
    min_size=1,
    max_size=8,
)


@given(COLUMNS, st.integers(30, 200))
def test_columns_never_need_more_than_there_is_and_none_is_wider_than_it_needs(
    columns: list[tuple[Column, Need]], width: int
) -> None:
    needs = [max(need.heading, need.cells) for _, need in columns]
    widths = lay_out([column for column, _ in columns], [need for _, need in columns], width)
    shown = [number for number, one in enumerate(widths) if one]
    taken = sum(widths) + GAP * (len(shown) - 1)
    assert taken <= width
    assert all(one <= need for one, need in zip(widths, needs, strict=True))
    cut = [number for number in shown if widths[number] < needs[number]]
    assert not cut or taken == width, "nothing stays empty while something is cut"


@given(COLUMNS, st.integers(30, 200))
def test_of_the_columns_that_say_something_the_heavy_ones_stay(columns: list[tuple[Column, Need]], width: int) -> None:
    widths = lay_out([column for column, _ in columns], [need for _, need in columns], width)
    told = [(column.weight, bool(one)) for (column, need), one in zip(columns, widths, strict=True) if need.cells]
    left_out = [weight for weight, shown in told if not shown]
    assert all(weight >= max(left_out, default=0) for weight, shown in told if shown)


def test_a_name_is_whole_before_a_title_is_and_numbers_are_never_cut() -> None:
    columns = [Column("Title", 18), Column("For", 10), Column("Owes", 6, right=True)]
    needs = [Need(5, 70), Need(3, 16), Need(4, 11)]
    assert lay_out(columns, needs, 60) == [60 - 16 - 11 - 2 * GAP, 16, 11]
