"""The bytes of a slip, and that reading them back gives the slip."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.printer_language import in_printers_language
from devices.printer_paper import Paper, PaperBars, PaperLine, PaperSquare, PrintedSlip
from libops.slips.lines import Barcode, Cut, Edges, Line, Qr, Text, plain, read_lines
from libops.slips.printing import PrintJob
from libops.slips.widths import on_paper
from tests.wire.printer_desk import job

SILENTLY = """
import logging, os, tempfile
before = dict(os.environ)
from devices.printer_language import in_printers_language
from libops.slips.printing import PrintJob
from libops.slips.layout import Print, PrintBarcode, PrintQr, CutPaper
steps = (Print("红楼梦 é"), PrintBarcode("123"), PrintQr("q"), CutPaper())
assert in_printers_language(PrintJob(None, "x", 32, steps)).startswith(b"\\x1b@")
assert logging.root.handlers == []
assert dict(os.environ) == before
assert os.listdir(tempfile.gettempdir()) == []
"""


def printed(given: PrintJob) -> list[PrintedSlip]:
    slips: list[PrintedSlip] = []
    Paper(given.columns, cut=slips.append).take(in_printers_language(given))
    return slips


def test_chinese_stands_between_the_commands_that_switch_it_on_and_off() -> None:
    data = in_printers_language(job("红楼梦 Dream"))
    assert b"\x1c&" + "红楼梦".encode("gb18030") + b"\x1c." + b" Dream\n" in data
    assert data.count(b"\x1c&") == data.count(b"\x1c.") == 1


def test_western_letters_come_from_the_code_page_in_one_column_each() -> None:
    data = in_printers_language(job("Café ¥2.40 · Ω"))
    assert b"\x1bt\x02" in data
    assert "Café ¥2.40 · ".encode("cp850") + b"\x1c&" + "Ω".encode("gb18030") + b"\x1c." in data


def test_a_barcode_names_its_set_of_characters() -> None:
    assert b"\x1dkI\x06{B30{{" in in_printers_language(job(Barcode("30{")))


def test_a_slip_is_read_back_as_it_was_laid_out() -> None:
    (slip,) = printed(
        job(
            Text("B-17", size=4, centred=True),
            Text("海棠市图书馆", size=2, centred=True),
            Text("Poems [electronic resource]", bold=True),
            Edges("合计", "¥58.00"),
            Barcode("30000000000012"),
            Qr("https://library.example/账户"),
        )
    )
    assert slip.unknown == ()
    assert slip.parts == (
        PaperLine("B-17", 4, centred=True),
        PaperLine("海棠市图书馆", 2, centred=True),
        PaperLine("Poems [electronic resource]", bold=True),
        PaperLine("合计" + " " * 22 + "¥58.00"),
        PaperBars("30000000000012", centred=True),
        PaperSquare("https://library.example/账户", centred=True),
        PaperLine("https://library.example/账户", centred=True),
    )
    assert slip.large == ["B-17", "海棠市图书馆"]
    assert slip.codes == ["30000000000012", "https://library.example/账户"]


def test_bars_that_are_too_wide_for_the_paper_become_a_square() -> None:
    # 32 columns are 384 dots: room for 14 characters in bars of two dots, and for no more.
    assert printed(job(Barcode("1" * 14)))[0].parts == (PaperBars("1" * 14, centred=True),)
    assert printed(job(Barcode("1" * 15)))[0].parts[0] == PaperSquare("1" * 15, centred=True)
    assert printed(job(Barcode("1" * 20), columns=48))[0].parts == (PaperBars("1" * 20, centred=True),)


def test_a_text_that_is_too_long_for_a_square_is_printed_as_text_alone() -> None:
    (slip,) = printed(job(Qr("x" * 300)))
    assert slip.codes == []
    assert "".join(slip.lines) == "x" * 300


def test_a_slip_is_cut_where_it_says_so_and_nothing_of_it_is_left_for_the_next() -> None:
    first, second = printed(job(Text("one", size=2, bold=True, centred=True), Cut(), "two"))
    assert first.lines == ["one"]
    assert second.parts == (PaperLine("two"),)


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_no_line_runs_over_the_edge_of_the_paper(columns: int) -> None:
    title = "“三体”：地球往事三部曲…Ωmega [第二版] é·ü — très long " * 3
    lines: list[Line] = [Text(title), Text(title, size=2), Edges(title, title), Text(title, bold=True, centred=True)]
    for slip in printed(job(*lines, columns=columns)):
        assert not any(part.broken for part in slip.parts if isinstance(part, PaperLine))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6), st.sampled_from([32, 48]))
def test_whatever_stands_in_a_catalogue_comes_out_readable_and_within_the_paper(
    titles: list[str], columns: int
) -> None:
    lines = read_lines("\n".join(plain(title) for title in titles))
    (slip,) = printed(job(*lines, columns=columns))
    assert slip.unknown == ()
    assert not any(part.broken and on_paper(part.text) > columns for part in slip.parts if isinstance(part, PaperLine))
    wanted = "".join("".join(line.text for line in lines if isinstance(line, Text)).split())
    assert "".join("".join(slip.lines).split()) == wanted


def test_the_library_behind_it_leaves_no_trace_and_takes_over_no_log(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SILENTLY], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert logging.root is logging.getLogger()
    assert tempfile.gettempdir() != str(tmp_path)
