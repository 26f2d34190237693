"""Slips by command: on screen, in a file, on paper; how they are worded; the printer, and one to play with."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from devices.printer_simulator import SimulatedPrinter
from tests.commands.program import BOOK, CLERK, OTHER_BOOK, OTHER_PATRON, PATRON, SORTER, Program

COMMANDS = (
    "slip show",
    "slip template list",
    "slip template show",
    "slip template set",
    "slip template reset",
    "slip template preview",
    "printer test",
    "printer simulate",
)
WORDED = "{{ branch|name }}\n{% for item in items %}\n* {{ item.title }}\n{% endfor %}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_answers_in_json(program: Program, command: str) -> None:
    shown = program.run(*command.split(), "--help")
    assert (shown.code, shown.err) == (0, "")
    assert "--json" in shown.out


def test_what_a_patron_has_on_loan_is_shown_in_the_patrons_language_or_another(library: Program) -> None:
    for book in (BOOK, OTHER_BOOK):
        library.json("loan", "out", PATRON, book)
    shown = library.json("slip", "show", "loans", PATRON).json
    assert (shown["kind"], shown["language"], shown["printed"], shown["file"]) == ("loans", "zh", None, None)
    assert BOOK in str(shown["text"])
    english = library.run("slip", "show", "loans", PATRON, "--language", "en", "--columns", "32")
    assert (english.code, english.err) == (0, "")
    assert "Items                          2\n" in english.out
    assert "Patron 周** 0001" in english.out
    today = library.json("slip", "show", "loans", PATRON, "--today", "--language", "en").json
    assert OTHER_BOOK in str(today["text"])


def test_a_slip_that_stays_in_the_library_speaks_the_language_of_whoever_asks_for_it(library: Program) -> None:
    library.json("hold", "place", PATRON, "--barcode", BOOK)
    library.json("loan", "in", BOOK)
    for spoken in ("en", "zh"):
        library.set(LIBOPS_LANGUAGE=spoken)
        assert library.json("slip", "show", "hold", BOOK).json["language"] == spoken


def test_a_slip_goes_into_a_file_as_it_is_shown(library: Program, tmp_path: Path) -> None:
    library.json("loan", "out", PATRON, BOOK)
    file = tmp_path / "slip.txt"
    ran = library.json("slip", "show", "loans", PATRON, "--file", str(file))
    assert file.read_text("utf-8") == ran.json["text"]
    other = tmp_path / "other.txt"
    assert str(other) in library.run("slip", "show", "loans", PATRON, "--file", str(other)).out


def test_a_slip_overwrites_no_file(library: Program, tmp_path: Path) -> None:
    library.json("loan", "out", PATRON, BOOK)
    file = tmp_path / "letter.txt"
    file.write_text("mine", "utf-8")
    refused = library.json("slip", "show", "loans", PATRON, "--file", str(file))
    assert (refused.code, refused.trouble.kind) == (6, "file")
    assert refused.trouble.message == f"There is a file {file} already."
    assert file.read_text("utf-8") == "mine"


def test_a_receipt_is_found_by_whoever_paid_it_for_somebody_else(library: Program) -> None:
    library.json("charge", "add", PATRON, "fee", "3")
    library.json("charge", "pay", PATRON, "3", "--payer", OTHER_PATRON)
    told = library.run("slip", "show", "payment", OTHER_PATRON, "--language", "en").out
    name = str(library.json("patron", "show", OTHER_PATRON).json["name"])
    assert "Patron 周** 0001" in told
    assert f"Paid by {name[0]}** {OTHER_PATRON[-4:]}" in told


def test_a_book_that_was_asked_for_gets_its_slip_once_it_is_back(library: Program) -> None:
    assert library.json("slip", "show", "hold", BOOK).refused == ["slip.not_on_shelf"]
    assert library.json("slip", "show", "transfer", BOOK).refused == ["slip.not_on_its_way"]
    assert library.json("slip", "show", "payment", OTHER_PATRON).refused == ["slip.no_receipt"]
    assert library.json("slip", "show", "loans", OTHER_PATRON).refused == ["slip.no_loans"]
    away = library.json("loan", "in", BOOK, "--at", "N").json
    assert away["outcome"] == "send"
    text = str(library.json("slip", "show", "transfer", BOOK, "--at", "N", "--language", "zh").json["text"])
    assert "中心馆" in text
    assert BOOK in text


def test_a_slip_is_printed_and_a_printer_in_trouble_says_what_to_do(library: Program) -> None:
    library.json("loan", "out", PATRON, BOOK)
    assert library.json("slip", "show", "loans", PATRON, "--print").trouble.kind == "no_printer"
    with SimulatedPrinter(48) as printer:
        library.set(LIBOPS_PRINTER=printer.address, LIBOPS_PRINTER_COLUMNS="48")
        printed = library.json("slip", "show", "loans", PATRON, "--print").json
        assert printed["printed"] == "printed"
        (slip,) = printer.slips
        assert "红楼梦" in slip.lines
        assert "".join("".join(slip.lines).split()) == "".join(str(printed["text"]).split())
        assert library.run("slip", "show", "loans", PATRON, "--print").out == "Printed.\n"
        printer.load(0)
        failed = library.json("slip", "show", "loans", PATRON, "--print")
        assert (failed.code, failed.trouble.kind) == (5, "printer_paper_out")
        told = library.run("slip", "show", "loans", PATRON, "--print")
        assert "The printer has no paper." in told.err
        assert "Put in a new roll" in told.err
    lost = library.json("slip", "show", "loans", PATRON, "--print")
    assert (lost.code, lost.trouble.kind) == (5, "printer_lost")


def test_the_library_words_a_slip_itself_and_goes_back_again(library: Program, tmp_path: Path) -> None:
    library.json("loan", "out", PATRON, BOOK)
    own = library.run("slip", "template", "show", "loans", "--language", "zh").out
    file = tmp_path / "loans.txt"
    file.write_text(WORDED, "utf-8")
    set_it = ("slip", "template", "set", "loans", str(file), "--language", "zh")
    assert library.json(*set_it, "--key", "t1").json == {"kind": "loans", "language": "zh", "changed": True}
    assert library.json(*set_it, "--key", "t1").json["changed"] is True
    assert library.json(*set_it).json["changed"] is False
    assert library.run("slip", "show", "loans", PATRON, "--language", "zh").out == "中心馆\n* 红楼梦\n"
    assert library.run("slip", "template", "show", "loans", "--language", "zh").out == WORDED
    listed = library.json("slip", "template", "list").page.results
    assert [one["kind"] for one in listed if one["changed_at"]] == ["loans"]
    assert "worded here" in library.run("slip", "template", "list").out
    assert library.json("slip", "template", "reset", "loans", "--language", "zh").json["changed"] is True
    assert library.run("slip", "template", "show", "loans", "--language", "zh").out == own
    # What is shown can be given back as it is.
    given = library.run("slip", "template", "set", "loans", "-", "--language", "zh", typed=own)
    assert given.code == 0, given
    assert library.json("doctor").page.results == []


def test_a_preview_shows_a_template_before_it_is_set_and_refuses_a_broken_one_with_its_line(library: Program) -> None:
    shown = library.run("slip", "template", "preview", "hold", "--language", "zh", "--columns", "32")
    assert "百年孤独 [第二版]" in shown.out
    assert library.run("slip", "template", "preview", "hold", "-", typed="at {{ label }}!\n").out == "at B-17!\n"
    broken = library.json("slip", "template", "preview", "hold", "-", typed="a\n{{ shelf }}\n")
    assert broken.refused == ["slip.unknown_fact"]
    assert "line 2" in broken.reasons[0].message
    refused = library.run("slip", "template", "set", "hold", "-", typed="[hugh] {{ label }}\n")
    assert refused.code == 3
    assert "line 1: there is no tag [hugh]" in refused.err
    assert library.json("slip", "template", "preview", "hold", "/none").trouble.kind == "file"


def test_who_may_not_is_refused_and_what_is_not_understood_is_told(library: Program, tmp_path: Path) -> None:
    file = tmp_path / "hold.txt"
    file.write_text("{{ label }}", "utf-8")
    library.set(LIBOPS_PIN=CLERK[1])
    asked = ("slip", "template", "set", "hold", str(file), "--as", CLERK[0])
    assert library.json(*asked).refused == ["permission.missing"]
    library.set(LIBOPS_PIN=SORTER[1])
    assert library.json("slip", "show", "loans", PATRON, "--as", SORTER[0]).refused == ["permission.missing"]
    assert library.json("slip", "template", "show", "hold", "--language", "fr").refused == ["slip.unknown_language"]
    for arguments, words in (
        (("slip", "show", "receipt", PATRON), "loans, hold, transfer, payment"),
        (("slip", "show", "loans", PATRON, "--columns", "9"), "from 24 to 64"),
        (("printer", "test", "--printer", "usb://0"), "--printer"),
    ):
        told = library.run(*arguments)
        assert told.code == 2
        assert words in told.err
    file.write_bytes("标题".encode("gb18030"))
    assert library.json("slip", "template", "set", "hold", str(file)).trouble.kind == "file"


def test_a_trial_shows_what_a_printer_can_do(program: Program) -> None:
    with SimulatedPrinter(32) as printer:
        looked = program.json("printer", "test", "--printer", printer.address, "--look").json
        assert (looked["state"], looked["printed"]) == ("ready", None)
        assert printer.slips == []
        tried = program.json("printer", "test", "--printer", printer.address, "--columns", "32").json
        assert (tried["state"], tried["printed"], tried["columns"]) == ("ready", "printed", 32)
        (slip,) = printer.slips
        assert slip.unknown == ()
        assert slip.codes == ["30000000000012", printer.address]
        assert "一二三四五六七八九十一二三四五六" in slip.lines
        printer.open_cover()
        opened = program.run("printer", "test", "--printer", printer.address)
        assert opened.code == 5
        assert "cover is open" in opened.err


def test_a_played_printer_shows_the_slips_that_come_out_of_it(program: Program) -> None:
    command = [sys.executable, "-m", "libops", "printer", "simulate", "--columns", "32", "--json"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as played:
        assert played.stdin is not None
        assert played.stdout is not None
        assert played.stderr is not None
        found = re.search(r"tcp://\S+", played.stderr.readline())
        assert found is not None
        tried = ("printer", "test", "--printer", found[0], "--columns", "32")
        assert program.json(*tried).json["printed"] == "printed"
        played.stdin.write("paper out\n")
        played.stdin.flush()
        assert _until_refused(program, tried) == "printer_paper_out"
        out, _ = played.communicate("new roll\n", timeout=30)
    assert played.returncode == 0
    assert "一二三四五六七八九十" in out
    assert out.count("\n") == 1


def _until_refused(program: Program, arguments: tuple[str, ...]) -> str:
    """What a command says once what was typed into another process has reached it there."""
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        ran = program.json(*arguments, "--look")
        if ran.code:
            return ran.trouble.kind
    raise AssertionError("it was never refused")
