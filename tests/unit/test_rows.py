"""Cells of the editable files: each is read, or complained about with its file, its row and the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import InvalidOperation
from pathlib import Path

import pytest

from libops.bad_files import BadFile
from libops.library_plan import read_plan
from libops.rows import Row, clock_time, closing_time, in_units, minor_units, read_rows, yes_no

PLAN = """
[library]
name_zh = "镇"
name_en = "Town"
currency = "CNY"
[[branch]]
code = "M"
name_zh = "总馆"
name_en = "Main"
zone = "Asia/Shanghai"
[[branch.hours]]
days = ["mon"]
opens = "09:00"
closes = "24:00"
"""


def rows(folder: Path, content: bytes) -> list[Row]:
    (folder / "t.csv").write_bytes(content)
    return list(read_rows(folder, "t.csv"))


def test_cells_are_read_by_their_column_whatever_the_order(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "day,name,n\r\n2026-11-23, 李 ,7\r\n".encode())
    assert (row.text("name"), row.read("day", date.fromisoformat), row.maybe("n", int)) == ("李", date(2026, 11, 23), 7)


def test_a_spreadsheets_mark_at_the_start_and_quoted_commas_and_lines_are_understood(tmp_path: Path) -> None:
    first, second = rows(tmp_path, '\ufeffname,note\n"a, b","line\none"\nx,\n'.encode())
    assert (first.text("name"), first.text("note")) == ("a, b", "line\none")
    assert (second.text("name"), second.text("note")) == ("x", "")


@pytest.mark.parametrize(
    ("read", "complaint"),
    [
        (lambda row: row.needed("empty"), "t.csv, row 2: empty is empty"),
        (lambda row: row.text("none"), "t.csv, row 2: there is no cell for none"),
        (lambda row: row.read("name", int), "t.csv, row 2: name: 'x' cannot be read"),
        (lambda row: row.read("name", lambda text: minor_units(text, "CNY")), "t.csv, row 2: name: 'x' cannot be read"),
        (lambda row: row.link("name", {"y": 1}), "t.csv, row 2: name: there is no x"),
        (lambda row: row.need_columns(["name", "full"]), "t.csv, row 2: there is no column empty here (name, full)"),
        (lambda row: row.optional("name", int, 3), "t.csv, row 2: name: 'x' cannot be read"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(tmp_path: Path, read: Callable[[Row], object], complaint: str) -> None:
    (row,) = rows(tmp_path, b"name,empty\nx,\n")
    with pytest.raises(BadFile) as caught:
        read(row)
    assert str(caught.value) == complaint


def test_an_empty_cell_may_mean_nothing(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, b"a,b\n,x\n")
    assert (row.maybe("a", int), row.maybe_link("a", {})) == (None, None)


def test_a_column_may_be_left_out_and_then_means_its_default(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, b"a,b\n,7\n")
    assert (row.optional("a", int, 3), row.optional("b", int, 3), row.optional("c", int, 3)) == (3, 7, 3)
    assert row.filled() == {"b": "7"}
    row.need_columns(["a", "b", "c"])


def test_a_cell_without_a_column_and_a_column_without_a_cell_are_told(tmp_path: Path) -> None:
    more, fewer = rows(tmp_path, b"a,b\n1,2,3\n1\n")
    with pytest.raises(BadFile, match="row 2: there are more cells than columns"):
        more.need_columns(["a", "b"])
    with pytest.raises(BadFile, match="row 3: there is no cell for b"):
        fewer.filled()


@pytest.mark.parametrize("content", [b"a\n\xff\xfe\n", b'"unclosed\n', b'a\n"x"y\n'])
def test_a_file_that_is_no_utf8_csv_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadFile, match=r"t\.csv: is no UTF-8 CSV"):
        rows(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"t\.csv: cannot be read"):
        list(read_rows(tmp_path, "t.csv"))


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("19.80", "CNY", 1980),
        ("0", "CNY", 0),
        ("19.8", "CNY", 1980),
        ("1e2", "CNY", 10000),
        ("500", "JPY", 500),
        ("1.234", "BHD", 1234),
    ],
)
def test_prices_are_kept_in_minor_units_of_their_currency(text: str, currency: str, minor: int) -> None:
    assert minor_units(text, currency) == minor
    assert minor_units(in_units(minor, currency), currency) == minor


@pytest.mark.parametrize("text", ["19.805", "-1", "x", "NaN", "Infinity", "", "1e999999", "10000000.01"])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises((ValueError, InvalidOperation)):
        minor_units(text, "CNY")
    with pytest.raises(ValueError, match=r"0\.5"):
        minor_units("0.5", "JPY")


def test_amounts_are_written_with_the_decimals_of_their_currency() -> None:
    assert [in_units(10, "CNY"), in_units(0, "CNY"), in_units(500, "JPY")] == ["0.10", "0.00", "500"]


def test_an_opening_may_end_on_the_next_morning_and_begins_on_its_day() -> None:
    assert [closing_time(text) for text in ("21:00", "24:00", "26:30", "36:00")] == ["21:00", "24:00", "26:30", "36:00"]
    for text in ("36:01", "37:00", "9:00", "23:60", "26", "-"):
        with pytest.raises(ValueError, match=text):
            closing_time(text)
    with pytest.raises(ValueError, match="24:01"):
        clock_time("24:01")


def test_yes_and_no_are_the_only_answers() -> None:
    assert (yes_no("yes"), yes_no("no")) == (True, False)
    with pytest.raises(ValueError, match="maybe"):
        yes_no("maybe")


def plan(folder: Path, text: str) -> object:
    (folder / "library.toml").write_text(text, encoding="utf-8")
    return read_plan(folder)


def test_a_plan_that_fits_is_read(tmp_path: Path) -> None:
    assert plan(tmp_path, PLAN)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("Asia/Shanghai", "Asia/Nowhere", "no time zone Asia/Nowhere"),
        ("Asia/Shanghai", "../../etc/passwd", "no time zone"),
        ("Asia/Shanghai", "", "no time zone"),
        ('"mon"', '"Monday"', "Monday is no weekday"),
        ("24:00", "36:01", "hours 09:00 to 36:01"),
        ("09:00", "24:30", "hours 24:30 to 24:00"),
        (
            'days = ["mon"]\nopens = "09:00"\ncloses = "24:00"',
            'days = ["mon", "sun"]\nopens = "09:00"\ncloses = "33:01"',
            "on mon it opens before it has closed",
        ),
        ("24:00", "08:00", "hours 09:00 to 08:00"),
        ('currency = "CNY"', "", "currency"),
        ('name_zh = "总馆"', "name_zh = 7", "branch[0].name_zh is of the wrong kind"),
        ("[library]", "[library", "library.toml"),
    ],
)
def test_a_plan_that_cannot_be_used_says_why(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(BadFile, match=r"library\.toml") as caught:
        plan(tmp_path, PLAN.replace(old, new, 1))
    assert complaint in str(caught.value)


def test_a_library_without_a_branch_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="needs a branch"):
        plan(tmp_path, "branch = []\n" + PLAN[: PLAN.index("[[branch]]")])
