"""Columns of terminal cells, whatever the data."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from screens.columns import fit, plain, wrap
from screens.large_letters import large
from screens.lists.columns import whole_parts

ANYTHING = st.text(max_size=60)
READABLE = st.text("红楼梦，。the Hunger Games [/]—2.", max_size=80)


@given(ANYTHING, st.integers(0, 40))
def test_a_column_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width


@given(READABLE, st.integers(2, 40))
def test_wrapping_loses_no_character_and_exceeds_no_line(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert lines
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(ANYTHING)
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    assert not any(character < " " or "\x7f" <= character < "\xa0" for character in plain(text))


def test_words_stay_whole_and_chinese_breaks_anywhere_but_before_a_stop() -> None:
    assert wrap("it may be read here", 10) == ["it may be", "read here"]
    assert wrap("馆内阅览本，不外借。", 10) == ["馆内阅览", "本，不外", "借。"]


def test_large_letters_are_as_wide_as_they_look_and_give_up_where_there_is_no_room() -> None:
    chinese = large("上架", 76)
    assert chinese is not None
    assert {len(line) for line in chinese} == {34}
    assert len(chinese) == 8
    latin = large("SEND TO", 76)
    assert latin is not None
    assert max(len(line) for line in latin) <= 76
    assert large("SEND TO", 20) is None
    assert large("Ünknown", 200) is None


def test_of_several_things_those_that_fit_stand_whole_and_the_others_are_counted() -> None:
    parts = ("here 1/1", "S 1/2", "北 0/1")
    assert whole_parts(parts, 30) == "here 1/1 · S 1/2 · 北 0/1"
    assert whole_parts(parts, 24) == "here 1/1 · S 1/2 +1"
    assert whole_parts(parts, 18) == "here 1/1 +2"
    assert whole_parts(parts, 3) == "here 1/1 +2"
