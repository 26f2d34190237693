"""Cells of the editable files: each is read, or complained about with its file, its row and the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from libops.bad_files import BadFile
from libops.library_plan import read_plan
from libops.rows import Row, minor_units, read_rows, yes_no

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
        (lambda row: row.read("name", minor_units), "t.csv, row 2: name: 'x' cannot be read"),
        (lambda row: row.link("name", {"y": 1}), "t.csv, row 2: name: there is no x"),
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


@pytest.mark.parametrize("content", [b"a\n\xff\xfe\n", b'"unclosed\n', b'a\n"x"y\n'])
def test_a_file_that_is_no_utf8_csv_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadFile, match=r"t\.csv: is no UTF-8 CSV"):
        rows(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"t\.csv: cannot be read"):
        list(read_rows(tmp_path, "t.csv"))


@pytest.mark.parametrize(("text", "minor"), [("19.80", 1980), ("0", 0), ("19.8", 1980), ("1e2", 10000)])
def test_prices_are_kept_in_minor_units(text: str, minor: int) -> None:
    assert minor_units(text) == minor


@pytest.mark.parametrize("text", ["19.805", "-1", "x", "NaN", "Infinity", ""])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        minor_units(text)


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
        ("24:00", "24:01", "hours 09:00 to 24:01"),
        ("24:00", "08:00", "hours 09:00 to 08:00"),
        ('currency = "CNY"', "", "currency"),
        ('name_zh = "总馆"', "name_zh = 7", "str"),
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
