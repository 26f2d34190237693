"""Commands on a terminal, seen from its other side: PINs, Ctrl-C, the console, a reader that is played."""

from __future__ import annotations

import io
import os
import queue
import select
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pexpect
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from devices.reader_simulator import SimulatedReader
from devices.serial_reader import SerialReader
from libops.cli.tables import FittedTable
from libops.scans import Heard, ReaderChanged, ReaderState, Scan
from tests.commands.program import BOOK, CLERK, OTHER_PATRON, PATRON, SUPERVISOR, Program
from tests.commands.test_keys import settings_file

PATIENCE = 20
LIBOPS = [sys.executable, "-m", "libops"]
MOUSE_MODES = [1000, 1003, 1006, 1015]
"""By which a terminal is asked to tell of the mouse: buttons, moves, and two ways to write where."""
ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def on_terminal(*arguments: str) -> pexpect.spawn[str]:
    """The program, started on a terminal of 80 by 24."""
    return pexpect.spawn(
        LIBOPS[0],
        [*LIBOPS[1:], *arguments],
        timeout=PATIENCE,
        encoding="utf-8",
        dimensions=(24, 80),
        preexec_fn=_hear_ctrl_c,
    )


def _hear_ctrl_c() -> None:
    """Whoever started the tests in the background had it ignored, and that is handed down."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def mouse_modes_in(sent: str) -> list[int]:
    """What of the mouse a terminal was asked to tell of."""
    return [mode for mode in MOUSE_MODES if f"\x1b[?{mode}h" in sent]


def rest_of(terminal: pexpect.spawn[str]) -> str:
    """What is still said until the program ends."""
    terminal.expect(pexpect.EOF)
    terminal.close()
    return str(terminal.before)


@ON_SQLITE
def test_a_pin_is_asked_for_and_never_shown(library: Program) -> None:
    terminal = on_terminal("patron", "show", PATRON, "--as", SUPERVISOR[0])
    terminal.expect("PIN of S0002: ")
    terminal.sendline(SUPERVISOR[1])
    said = rest_of(terminal)
    assert PATRON in said
    assert SUPERVISOR[1] not in said
    assert terminal.exitstatus == 0


@ON_SQLITE
def test_two_people_are_shown_and_merged_only_after_a_yes(library: Program) -> None:
    for answer, code in (("n", 130), ("", 130), ("y", 0)):
        terminal = on_terminal("patron", "merge", PATRON, OTHER_PATRON)
        terminal.expect("Is this one person")
        for number in (PATRON, OTHER_PATRON):
            assert number in str(terminal.before)
        terminal.sendline(answer)
        said = rest_of(terminal)
        assert ("Nothing was changed." in said) == (code != 0)
        assert terminal.exitstatus == code
    assert library.json("patron", "show", OTHER_PATRON).json["number"] == PATRON


@ON_SQLITE
def test_a_new_pin_is_asked_for_twice(library: Program) -> None:
    for second, code in (("24680", 0), ("24681", 2)):
        terminal = on_terminal("staff", "add", f"S030{code}", "新同事")
        terminal.expect("New PIN: ")
        terminal.sendline("24680")
        terminal.expect("The same again: ")
        terminal.sendline(second)
        assert "2468" not in rest_of(terminal)
        assert terminal.exitstatus == code
    badges = [person["badge"] for person in library.json("staff", "list").page.results]
    assert "S0300" in badges
    assert "S0302" not in badges


@ON_SQLITE
def test_ctrl_c_stops_without_a_word(library: Program) -> None:
    terminal = on_terminal("patron", "show", PATRON, "--as", SUPERVISOR[0])
    terminal.expect("PIN of S0002: ")
    terminal.sendintr()
    assert rest_of(terminal).strip() in ("", "^C")
    assert terminal.exitstatus == 130


@ON_SQLITE
def test_json_is_spread_out_only_where_a_person_looks_at_it(library: Program) -> None:
    said = rest_of(on_terminal("item", "show", BOOK, "--json"))
    assert len(said.splitlines()) > 10
    assert msgspec.json.decode(said) == library.json("item", "show", BOOK).json


@ON_SQLITE
def test_the_console_is_joined_to_the_readers_that_are_named(library: Program, tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    with SimulatedReader(tmp_path, "left") as left, SimulatedReader(tmp_path, "right") as right:
        command = 'exec "$@" > "$ANSWER"'
        ports = ["--reader", left.port, "--reader", right.port]
        terminal = pexpect.spawn(
            "/bin/sh",
            ["-c", command, "sh", *LIBOPS, "console", "--desk", "N1", "--language", "en", "--json", *ports],
            timeout=PATIENCE,
            encoding="utf-8",
            dimensions=(24, 120),
            env={**os.environ, "TERM": "xterm-256color", "ANSWER": str(answer)},
        )
        terminal.expect("North Campus Library")
        terminal.expect("left.{1,40}ready.{1,40}right.{1,40}ready")
        left.scan(CLERK[0])
        terminal.expect(CLERK[0])
        terminal.send(CLERK[1] + "\r")
        terminal.expect("Scan a patron's card")
        terminal.expect("libops train")
        right.scan(PATRON)
        terminal.expect("周文博")
        left.scan(BOOK)
        terminal.expect("LENT")
        terminal.send("\x1b[21~")
        terminal.expect("End the program")
        terminal.send("\t\t\r")
        rest_of(terminal)
    assert terminal.exitstatus == 0
    assert msgspec.json.decode(answer.read_bytes()) == {"desk": "N1", "answered": {"patron": 1, "lent": 1}}
    assert library.json("patron", "show", PATRON).json["loans"] == 1
    newest = library.json("journal", "list").page.results[0]
    assert (newest["kind"], newest["actor"], newest["desk_code"]) == ("staff.signed_out", f"staff:{CLERK[0]}", "N1")


@ON_SQLITE
def test_the_console_takes_off_what_a_reader_is_set_to_send_around_a_code(library: Program, tmp_path: Path) -> None:
    library.set(LIBOPS_READER_WRAPPED="true", LIBOPS_READER_PREFIX="L:\\x20", LIBOPS_READER_IGNORED="OK [0-9]+")
    with SimulatedReader(tmp_path) as reader:
        library.set(LIBOPS_READER=reader.port, LIBOPS_READER_SUFFIX="crlf", TERM="xterm-256color")
        terminal = on_terminal("console", "--language", "en")
        terminal.expect("reader.{1,40}ready")
        reader.send(f"noise\x02L: {CLERK[0]}\x03noise".encode())
        terminal.expect(CLERK[0])
        terminal.send(CLERK[1] + "\r")
        terminal.expect("Scan a patron's card")
        reader.send(f"\x02OK 200\x03\x02L: {PATRON}\x03".encode())
        terminal.expect("周文博")
        terminal.send("\x1b[21~")
        terminal.expect("End the program")
        terminal.send("\t\t\r")
        rest_of(terminal)
    assert terminal.exitstatus == 0
    assert "UNKNOWN" not in str(terminal.before)


@ON_SQLITE
@pytest.mark.parametrize(("mouse", "wanted"), [("", MOUSE_MODES), ("mouse = false", [])])
def test_the_mouse_is_left_to_the_terminal_where_the_settings_say_so(
    library: Program, mouse: str, wanted: list[int]
) -> None:
    settings_file(library, mouse)
    library.set(TERM="xterm-256color")
    terminal = on_terminal("console", "--language", "en")
    sent = terminal.logfile_read = io.StringIO()
    terminal.expect("Scan your badge")
    terminal.send("\x11")
    rest_of(terminal)
    assert terminal.exitstatus == 0
    assert mouse_modes_in(sent.getvalue()) == wanted


@ON_SQLITE
def test_the_console_is_not_opened_without_a_terminal(library: Program) -> None:
    told = library.json("console")
    assert (told.code, told.trouble.kind) == (2, "no_terminal")
    library.set(LIBOPS_READER="/dev/null", LIBOPS_READER_SUFFIX="bell")
    told = library.json("console")
    assert (told.code, told.trouble.kind) == (6, "settings")
    library.set(LIBOPS_READER_SUFFIX="crlf", LIBOPS_READER_PREFIX="\\x02")
    told = library.json("console")
    assert (told.code, told.trouble.kind) == (6, "settings")
    assert "LIBOPS_READER_PREFIX" in told.trouble.message
    library.set(LIBOPS_READER_PREFIX="L:")
    assert library.json("console", "--desk", "X").refused == ["place.unknown"]


def test_a_reader_is_played_from_what_is_typed(program: Program, tmp_path: Path) -> None:
    port = tmp_path / "reader"
    heard: queue.Queue[Heard] = queue.Queue()
    ready: queue.Queue[ReaderState] = queue.Queue()

    def changed(change: ReaderChanged) -> None:
        if change.state is ReaderState.READY:
            ready.put(change.state)

    command = [*LIBOPS, "reader", "simulate", "--link", str(port), "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as playing:
        assert playing.stdin is not None
        assert playing.stdout is not None
        assert playing.stderr is not None
        assert select.select([playing.stderr], [], [], PATIENCE)[0]
        assert str(port).encode() in playing.stderr.readline()
        with SerialReader("reader", str(port), heard.put, changed):
            assert ready.get(timeout=PATIENCE) is ReaderState.READY
            playing.stdin.write(f"{PATRON}\n\n  {BOOK}\n".encode())
            playing.stdin.flush()
            codes = [heard.get(timeout=PATIENCE) for _ in range(2)]
        playing.stdin.close()
        assert playing.wait(PATIENCE) == 0
        assert msgspec.json.decode(playing.stdout.read()) == {"port": str(port), "scans": 2}
    assert [scan.code for scan in codes if isinstance(scan, Scan)] == [PATRON, BOOK]
    assert not port.is_symlink()


def test_a_reader_cannot_be_played_where_something_stands(program: Program, tmp_path: Path) -> None:
    there = tmp_path / "reader"
    there.write_text("mine")
    told = program.json("reader", "simulate", "--link", str(there))
    assert (told.code, told.trouble.kind) == (6, "file")
    assert there.read_text() == "mine"


def test_the_ports_of_this_machine_are_a_list(program: Program) -> None:
    page = program.json("reader", "list").page
    assert page.next is None
    assert all({"path", "by_id", "description", "serial_number"} == set(port) for port in page.results)


@ON_SQLITE
def test_a_table_on_a_terminal_breaks_no_heading_no_amount_and_no_word(library: Program) -> None:
    library.run("charge", "add", PATRON, "damage", "1234.50", "--item", BOOK, "--note", "torn, and wet all through")
    library.run("charge", "pay", PATRON, "1023.00")
    said = rest_of(on_terminal("charge", "history", PATRON))
    for word in ("Entry number", "Amount", "1,234.50", "-CN¥1,023.00", "torn,", "through"):
        assert word in said, said
    library.run("transfer", "request", BOOK, "N", "--note", "for the exhibition")
    library.run("transfer", "send", BOOK)
    said = rest_of(on_terminal("transfer", "sent"))
    for word in (BOOK, "Central", "Library", "Campus", "Reason", "exhibition"):
        assert word in said, said
    assert all(cell_len(line) <= 80 for line in said.splitlines()[1:])


@ON_SQLITE
def test_a_table_that_no_person_looks_at_has_a_line_for_each_row(library: Program) -> None:
    library.run("transfer", "request", BOOK, "N", "--note", "for the exhibition " * 12)
    library.run("transfer", "send", BOOK)
    heading, row = library.run("transfer", "sent").out.splitlines()
    assert "Call number" in heading
    assert "North Campus Library" in row
    assert row.count("for the exhibition") == 12


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_the_list_of_keys_is_legible_on_a_terminal_and_its_names_can_be_copied(program: Program, spoken: str) -> None:
    keys = program.json("keys", "list").page.results
    program.set(LIBOPS_LANGUAGE=spoken, TERM="dumb")
    lines = rest_of(on_terminal("keys", "list")).splitlines()
    assert all(cell_len(line) <= 80 for line in lines)
    told = [line.split()[:1] for line in lines]
    assert [told.count([str(one["id"])]) for one in keys] == [1] * len(keys)
    for one in keys:
        at = told.index([str(one["id"])])
        assert str(one["key"]) in lines[at]
        assert [line for line in lines[at + 1 : at + 3] if line.startswith(" " * 30)][1:] == []


WORDS = st.lists(st.text("红楼梦，。the CN¥23.0", max_size=40), min_size=4, max_size=4)


@given(st.lists(WORDS, min_size=1, max_size=3), st.integers(50, 160))
def test_a_table_is_never_wider_than_its_terminal_and_loses_nothing(rows: list[list[str]], width: int) -> None:
    rows = [[f"{number:014d}", *row[1:]] for number, row in enumerate(rows)]
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(FittedTable(["Barcode", "Title", "Amount", "Note"], rows))
    shown = str(console.file.getvalue()) if isinstance(console.file, io.StringIO) else ""
    assert all(cell_len(line) <= width for line in shown.splitlines())
    told = "".join("".join(row) for row in rows)
    assert all(shown.count(letter) >= told.count(letter) for letter in set(told) - {" "})


@ON_SQLITE
def test_practising_looks_like_nothing_in_earnest_and_is_kept_apart(library: Program) -> None:
    before = library.json("item", "list", "--status", "checked_out").page.results
    library.set(LIBOPS_MOUSE="false")
    terminal = on_terminal("train", "--language", "en")
    sent = terminal.logfile_read = io.StringIO()
    terminal.expect("TRAINING")
    terminal.expect(rf"sign in with badge {SUPERVISOR[0]} and PIN {SUPERVISOR[1]}\.")
    for typed, shown in ((f"{SUPERVISOR[0]}\r", "S0002"), (f"{SUPERVISOR[1]}\r", "Ready"), (f"{PATRON}\r", PATRON)):
        terminal.send(typed)
        terminal.expect(shown)
    terminal.send(f"{BOOK}\r")
    terminal.expect("LENT")
    terminal.close(force=True)
    assert mouse_modes_in(sent.getvalue()) == []
    assert library.json("item", "list", "--status", "checked_out").page.results == before
