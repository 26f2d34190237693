"""A call number is broken for the spine where the eye expects it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libops.catalogue.call_numbers.schemes import Scheme
from libops.catalogue.call_numbers.spine import WIDTH, cells, spine_lines
from libops.catalogue.call_numbers.written import normal


@pytest.mark.parametrize(
    ("scheme", "call_number", "lines"),
    [
        (Scheme.CLC, "TP312/C567:2", ["TP312", "C567:2"]),
        (Scheme.CLC, "I247.57/2384.1", ["I247.57", "2384.1"]),
        (Scheme.CLC, "TP 312/C567", ["TP312", "C567"]),
        (Scheme.CLC, "K825.6/C5678901:12", ["K825.6", "C5678901", ":12"]),
        (Scheme.CLC, "TP391.41-43/J061", ["TP391.41", "-43", "J061"]),
        (Scheme.CLC, "R711(711)=535/2", ["R711", "(711)", "=535", "2"]),
        (Scheme.CLC, "H319.4:I712.45/123", ["H319.4", ":I712.45", "123"]),
        (Scheme.CLC, "TP312/C567 第2卷", ["TP312", "C567", "第2卷"]),
        (Scheme.CLC, "Z", ["Z"]),
        (Scheme.DEWEY, "895.1348 L12h v.2", ["895.1348", "L12h", "v.2"]),
        (Scheme.DEWEY, "005.13300285 B44 2008", ["005", ".133002", "85", "B44", "2008"]),
        (Scheme.DEWEY, "REF 031 E56 v. 10", ["REF", "031", "E56", "v.10"]),
        (Scheme.DEWEY, "FIC ROW", ["FIC", "ROW"]),
        (Scheme.LCC, "QA76.73.P98 L88 2008 v.2", ["QA", "76.73", ".P98", "L88", "2008", "v.2"]),
        (Scheme.LCC, "QA76.9.D3B37 2008b", ["QA", "76.9", ".D3", "B37", "2008b"]),
        (Scheme.LCC, "HF5415.12345 .A2", ["HF", "5415", ".12345", ".A2"]),
        (Scheme.PLAIN, "Nature Physics 2024", ["NATURE", "PHYSICS", "2024"]),
        (Scheme.PLAIN, "人民文学 2024", ["人民文学", "2024"]),
        (Scheme.PLAIN, "中国科学技术史", ["中国科学", "技术史"]),
        (Scheme.CLC, "外文 12", ["外文 12"]),
        (Scheme.CLC, " ", []),
    ],
)
def test_lines_break_between_the_parts(scheme: Scheme, call_number: str, lines: list[str]) -> None:
    assert spine_lines(scheme, call_number) == lines


likely = st.text("ABFIQPTV acv.c0123456789/:=-()\"<>+[],'人第卷版é　Ａ１", max_size=24)
beginnings = st.sampled_from(["", "TP312/", "I247.57", "005.133", "REF 031 ", "QA76.73", "FIC "])


def letters_and_digits(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())


@given(st.sampled_from(list(Scheme)), beginnings, st.one_of(likely, st.text(max_size=40)))
def test_no_letter_and_no_digit_is_lost_and_no_line_is_empty(scheme: Scheme, beginning: str, rest: str) -> None:
    lines = spine_lines(scheme, beginning + rest)
    assert letters_and_digits("".join(lines)) == letters_and_digits(normal(beginning + rest))
    assert all(line.strip() == line and line for line in lines)


@given(st.text(max_size=60))
def test_the_lines_of_a_free_scheme_always_fit(text: str) -> None:
    assert all(cells(line) <= WIDTH for line in spine_lines(Scheme.PLAIN, text))
