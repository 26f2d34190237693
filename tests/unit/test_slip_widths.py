"""How wide a text is, and where its lines break."""

from __future__ import annotations

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from libops.slips.widths import is_western, on_paper, on_screen, wrap

TEXTS = st.text(st.sampled_from("abc 红楼梦（）。，[]-éΩ·e\u0301👩\u200d🚀 "), max_size=60)


@pytest.mark.parametrize(
    ("text", "screen", "paper"),
    [
        ("Poems [b]", 9, 9),
        ("红楼梦", 6, 6),
        ("¥2.40", 5, 5),
        ("é·×", 3, 3),
        # A printer has these in its Chinese font only.
        ("“Ω”…", 4, 8),
    ],
)
def test_screens_and_printers_measure_each_in_their_own_way(text: str, screen: int, paper: int) -> None:
    assert (on_screen(text), on_paper(text)) == (screen, paper)


def test_the_western_code_page_has_what_western_europe_writes_and_no_chinese() -> None:
    assert all(is_western(character) for character in "AzäöüßéèñçÅø¥·×[]{}")
    assert not any(is_western(character) for character in "红，（￥“”")


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("", 10, [""]),
        ("红楼梦", 6, ["红楼梦"]),
        ("红楼梦研究", 7, ["红楼梦", "研究"]),
        ("Poems [electronic resource]", 16, ["Poems", "[electronic", "resource]"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("  红楼梦研究", 8, ["  红楼梦", "  研究"]),
        # A line neither begins with a closing mark nor ends with an opening one.
        ("红楼梦研究（上）", 12, ["红楼梦研究", "（上）"]),
        ("红楼梦研究。", 10, ["红楼梦研", "究。"]),
        ("one  two", 4, ["one", "two"]),
    ],
)
def test_lines_break_where_people_break_them(text: str, columns: int, lines: list[str]) -> None:
    assert wrap(text, columns, on_screen) == lines


@given(TEXTS, st.integers(2, 40))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, columns: int) -> None:
    lines = wrap(text, columns, on_screen)
    for line in lines:
        one = len(list(wcwidth.iter_graphemes(line.strip()))) <= 1
        assert on_screen(line) <= columns or one, lines
    assert "".join("".join(lines).split()) == "".join(text.split())
