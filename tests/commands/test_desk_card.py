"""The desk card by command: on screen, as a page in a file, on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.printer_simulator import SimulatedPrinter
from screens.desk.commands import CARD
from tests.commands.program import Program

ALL = [one.code for one in CARD]


def test_the_card_needs_no_library_and_is_shown_with_codes_that_a_reader_takes_from_the_screen(
    program: Program,
) -> None:
    shown = program.run("desk", "card", "--language", "en")
    assert (shown.code, shown.err) == (0, "")
    assert all(code in shown.out for code in ALL)
    assert shown.out.count("█") > 14 * 50
    assert max(len(line) for line in shown.out.splitlines()) <= 120


@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_a_page_goes_into_a_new_file_and_never_over_another(program: Program, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"card.{suffix}"
    drawn = program.json("desk", "card", "--out", str(file), "--paper", "a5").json
    assert drawn["file"] == str(file)
    assert all(code in file.read_text(encoding="utf-8") for code in ALL)
    before = file.read_bytes()
    again = program.run("desk", "card", "--out", str(file))
    assert again.code != 0
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "wrong",
    [
        ["--out", "card.pdf"],
        ["--paper", "letter"],
        ["--language", "fr"],
        ["--print", "--printer", "file:slip", "--columns", "7"],
    ],
)
def test_what_it_cannot_draw_is_said(program: Program, wrong: list[str], tmp_path: Path) -> None:
    arguments = [str(tmp_path / one) if one.endswith(".pdf") else one for one in wrong]
    assert program.run("desk", "card", *arguments).code == 2
    assert list(tmp_path.glob("card*")) == []


def test_the_receipt_printer_prints_every_code(program: Program) -> None:
    with SimulatedPrinter(48) as printer:
        printed = program.json("desk", "card", "--print", "--printer", printer.address, "--columns", "48").json
        assert printed["printed"] == "printed"
        drawn = "\n".join(slip.drawn() for slip in printer.slips)
    assert all(code in drawn for code in ALL)


def test_both_languages_stand_on_the_card_and_the_one_that_is_asked_for_first(program: Program) -> None:
    codes = {one: program.json("desk", "card", "--language", one).json["codes"] for one in ("zh", "en")}
    chinese, english = codes["zh"], codes["en"]
    assert isinstance(chinese, list)
    assert isinstance(english, list)
    for here, there in zip(chinese, english, strict=True):
        assert here["code"] == there["code"]
        assert (here["name"], here["says"]) == (there["other_name"], there["other_says"])
        assert here["name"] != there["name"]
        assert not here["name"].isascii()
        assert there["name"].isascii()
