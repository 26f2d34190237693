"""From a template's lines to text and to what a printer does."""

from __future__ import annotations

import pytest

from libops.slips.layout import CutPaper, Print, PrintBarcode, PrintQr, as_text, for_printer
from libops.slips.lines import Barcode, Cut, Edges, Line, Qr, Rule, Text, plain, read_lines
from libops.slips.widths import on_paper, on_screen


def test_a_tag_says_what_is_special_about_its_line() -> None:
    written = "[large] 海棠\n[huge]B-17\n[centre] C\n [bold] b [x]\nl [right] r\n[bold] l [right] r\n[rule]\n"
    assert read_lines(written + "[barcode] 123\n[qr] https://a.b\n[cut]\nlast") == [
        Text("海棠", size=2, centred=True),
        Text("B-17", size=4, centred=True),
        Text("C", centred=True),
        Text("b [x]", bold=True),
        Edges("l", "r"),
        Edges("l", "r", bold=True),
        Rule(),
        Barcode("123"),
        Qr("https://a.b"),
        Cut(),
        Text("last"),
    ]


def test_what_was_filled_in_is_never_a_tag() -> None:
    for nasty in ("[cut]", "[large] x", "a [right] b", "[/]", "Poems [b]", "[[cut]]"):
        assert read_lines(plain(nasty)) == [Text(nasty)]
    assert read_lines(f"x [right] {plain('[right] y')}") == [Edges("x", "[right] y")]
    assert read_lines(f"[barcode] {plain('[1]')}") == [Barcode("[1]")]


def test_what_was_filled_in_stays_on_its_line_and_shows_nothing_invisible() -> None:
    assert plain("a\nb\r\tc\x1b[2J\u202eabc\u2028d\ue000e") == "a b  c \ue0002Jabc de"
    assert plain("e\u0301") == "é"
    assert read_lines(plain("one\n[cut]")) == [Text("one [cut]")]


def test_of_several_blank_lines_one_is_kept_and_none_at_the_ends() -> None:
    assert read_lines("\n\na\n\n\n \nb\n\n") == [Text("a"), Text(""), Text("b")]


@pytest.mark.parametrize("columns", [24, 32, 42, 48])
def test_both_edges_are_reached_and_a_long_left_text_takes_lines_of_its_own(columns: int) -> None:
    short, long = Edges("合计", "3 册"), Edges("三体：地球往事三部曲（典藏版）[electronic resource] 全三册", "¥128.00")
    (line,) = as_text([short], columns).splitlines()
    assert on_screen(line) == columns
    assert line.split() == ["合计", "3", "册"]
    lines = as_text([long], columns).splitlines()
    assert len(lines) > 1
    assert all(on_screen(line) <= columns for line in lines)
    assert on_screen(lines[-1]) == columns
    assert lines[-1].endswith("¥128.00")
    assert "".join("".join(lines).split()) == "三体：地球往事三部曲（典藏版）[electronicresource]全三册¥128.00"


def test_a_right_text_that_is_too_long_is_broken_and_stays_at_the_right_edge() -> None:
    lines = as_text([Edges("x", "一二三四五六七八九十一二三四五")], 24).splitlines()
    assert [on_screen(line) for line in lines] == [1, 24, 24]
    assert lines[-1].strip() == "三四五"
    assert as_text([Edges("", "r")], 24) == " " * 23 + "r\n"


def test_plain_text_shows_codes_between_signs_and_a_cut_as_a_broken_line() -> None:
    text = as_text([Barcode("123"), Qr("https://a.b"), Cut(), Rule()], 24)
    assert text.splitlines() == [" " * 9 + "*123*", " " * 5 + "<https://a.b>", ("- " * 12).rstrip(), "-" * 24]


def test_a_printer_is_told_line_by_line_what_fits_and_to_cut_at_the_end() -> None:
    lines: list[Line] = [
        Text("红楼梦研究集刊（第二辑）", size=2, centred=True),
        Text("x", bold=True),
        Barcode("12"),
        Qr("q"),
    ]
    assert for_printer(lines, 24) == (
        Print("红楼梦研究集", 2, centred=True),
        Print("刊（第二辑）", 2, centred=True),
        Print("x", bold=True),
        PrintBarcode("12"),
        PrintQr("q"),
        CutPaper(),
    )
    assert for_printer([Text("a"), Cut()], 24) == (Print("a"), CutPaper())


def test_what_is_huge_is_not_broken_but_printed_smaller() -> None:
    assert for_printer([Text("B-17", size=4, centred=True)], 32)[0] == Print("B-17", 4, centred=True)
    assert for_printer([Text("AB-17-2026", size=4, centred=True)], 32)[0] == Print("AB-17-2026", 2, centred=True)


def test_a_code_that_is_no_ascii_is_printed_as_text() -> None:
    assert for_printer([Barcode("书1")], 32)[0] == Print("书1", centred=True)


def test_on_paper_the_edges_are_measured_as_the_printer_prints() -> None:
    # Curly quotes take two columns in a printer's Chinese font and one on a screen.
    edges = Edges("“活着”", "¥2.40")
    (printed, _) = for_printer([edges], 32)
    assert isinstance(printed, Print)
    assert on_paper(printed.text) == 32
    assert on_screen(as_text([edges], 32).rstrip("\n")) == 32
    assert as_text([edges], 32).rstrip("\n") != printed.text
