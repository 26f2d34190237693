"""The codes of the desk card: what shape they have, and how they are drawn."""

from __future__ import annotations

import importlib
import re
from xml.etree import ElementTree

import pytest
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from libops.codes import SAMPLE_PATTERNS, CodeKind, CodePatterns, command_word
from libops.slips.bars import QUIET, bars, modules
from libops.slips.desk_card import CardCode, CardHeading, CardPaper, as_html, as_lines, as_svg
from libops.slips.layout import PrintBarcode, for_printer
from libops.slips.squares import square
from screens.desk.commands import CARD
from screens.keymap import DESK, TO_DESK
from screens.typed import is_words

ALL = [one.code for one in CARD]
HEADING = CardHeading("服务台指令卡", "扫描条码。", "Desk card", "Scan a code.")
_SVG = "{http://www.w3.org/2000/svg}"
CODES = [CardCode(one.code, "完成 <&>", "结束。", one.name, one.tooltip) for one in CARD]


@pytest.mark.parametrize("code", ALL)
def test_a_command_is_told_by_its_shape_in_either_case_and_with_another_sign_for_the_hyphen(code: str) -> None:
    word = code.partition("-")[2]
    for sent in (code, code.lower(), code.replace("-", "_"), code.swapcase().replace("-", "/")):
        assert command_word(sent) == word
        assert SAMPLE_PATTERNS.kinds(sent) == {CodeKind.COMMAND}


@pytest.mark.parametrize(
    "code",
    ["", "LIBOPS", "LIBOPS-", "LIBOPSDONE", "LIBOPS-3", "XLIBOPS-DONE", "LIBOPS-DONE-1", "LIBOPS--DONE", "libops"],
)
def test_what_has_another_shape_is_no_command(code: str) -> None:
    assert command_word(code) == ""
    assert CodeKind.COMMAND not in SAMPLE_PATTERNS.kinds(code)


@pytest.mark.parametrize("code", ALL)
def test_a_command_is_never_a_code_of_the_library_however_wide_its_patterns_are(code: str) -> None:
    greedy = CodePatterns(patron=".*", item="[A-Z-]+", badge="(?i)libops.*")
    assert greedy.kinds(code) == {CodeKind.COMMAND}
    assert greedy.kinds(code.lower()) == {CodeKind.COMMAND}
    assert greedy.why_neither(code).code == "code.is_command"
    assert greedy.why_not_item(code).code == "code.is_command"
    assert greedy.why_not_patron(code).code == "code.is_command"


@pytest.mark.parametrize("code", ALL)
def test_a_command_that_is_typed_is_not_looked_for_as_words(code: str) -> None:
    assert not is_words(code, SAMPLE_PATTERNS)
    assert not is_words(code.lower(), SAMPLE_PATTERNS)


def test_every_command_has_a_word_of_its_own_and_a_key_of_the_registry() -> None:
    assert len(set(ALL)) == len(ALL)
    keys = {one.key for one in CARD}
    assert {key.action for key in keys} - {"renew_all"} <= {key.action for key in (*DESK, TO_DESK)}


@pytest.mark.parametrize("code", [*ALL, "A", "a{b}~ !"])
def test_the_bars_are_those_that_another_program_draws(code: str) -> None:
    code128 = importlib.import_module("barcode.codex").Code128
    drawn = ["0"] * modules(code)
    for at, width in bars(code):
        drawn[at : at + width] = ["1"] * width
    assert "".join(drawn[QUIET:-QUIET]) == code128(code).build()[0]
    assert set(drawn[:QUIET] + drawn[-QUIET:]) == {"0"}


@pytest.mark.parametrize("code", ["", "借出", "A\n"])
def test_what_bars_cannot_say_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        bars(code)


@pytest.mark.parametrize("code", ALL)
def test_the_squares_on_screen_are_those_of_the_code(code: str) -> None:
    expected = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    expected.add_data(code)
    expected.make(fit=True)
    halves = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}
    rows = [[halves[sign][part] for sign in line] for line in square(code) for part in (0, 1)]
    matrix = expected.get_matrix()
    assert rows[: len(matrix)] == matrix
    assert not any(any(row) for row in rows[len(matrix) :])
    assert len({len(line) for line in square(code)}) == 1


@pytest.mark.parametrize("paper", list(CardPaper))
def test_the_page_holds_every_code_within_its_edges_and_no_bars_touch(paper: CardPaper) -> None:
    page = ElementTree.fromstring(as_svg(HEADING, CODES, paper))
    wide, high = (float(number) for number in page.attrib["viewBox"].split()[2:])
    bars_of = [path.attrib["d"] for path in page.iter(f"{_SVG}path") if path.attrib["d"].endswith("z")]
    assert len(bars_of) == len(ALL)
    boxes = []
    for path, code in zip(bars_of, ALL, strict=True):
        starts = [(float(x), float(y)) for x, y in re.findall(r"M([\d.]+) ([\d.]+)", path)]
        widths = [float(width) for width in re.findall(r"h([\d.]+)v", path)]
        assert len(starts) == len(bars(code))
        left, right = starts[0][0], starts[-1][0] + widths[-1]
        module = (right - left) / (modules(code) - 2 * QUIET)
        assert module * (1 if paper is CardPaper.A4 else 148 / 210) > 0.25, "millimetres that an office printer can do"
        top = starts[0][1]
        boxes.append((left - QUIET * module, top, right + QUIET * module, top + 12))
    assert all(left >= 0 and right <= wide and top >= 0 and bottom <= high for left, top, right, bottom in boxes)
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    said = "".join(page.itertext())
    assert all(code in said for code in ALL)
    assert "完成 <&>" in said


def test_the_page_for_a_browser_has_the_size_of_its_paper() -> None:
    assert "@page{size:A5;margin:0}" in as_html(HEADING, CODES, CardPaper.A5)
    assert 'width="148mm"' in as_html(HEADING, CODES, CardPaper.A5)


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_receipt_printer_gets_every_code_as_bars_with_its_name(columns: int) -> None:
    steps = for_printer(as_lines(HEADING, CODES), columns)
    assert [step.code for step in steps if isinstance(step, PrintBarcode)] == ALL
