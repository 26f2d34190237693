"""Two hundred scans back to back over a real pseudo-terminal: none lost, doubled or joined."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.reader_simulator import SimulatedReader
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import COPIES, TEACHER, events_of, open_loans

BURST = COPIES[:200]
STX = "\x02"


def all_lent(terminal: Terminal, url: str) -> None:
    """Every item of the burst is lent once, in the order of the scans, and nothing else happened."""
    terminal.until(lambda: len(open_loans(url)) >= len(BURST), "two hundred loans")
    terminal.until_shown(f"{len(BURST)} of 1000 on loan")
    assert open_loans(url) == BURST
    assert events_of(url, "loan.opened") == len(BURST)
    assert events_of(url, "loan.renewed") == events_of(url, "item.seen") == events_of(url, "refused") == 0


def scan_all(reader: SimulatedReader, codes: list[str]) -> None:
    """Scan by a serial reader, as fast as its line takes it."""
    for code in codes:
        reader.scan(code)


@contextmanager
def slow_database(url: str) -> Iterator[None]:
    """Somebody else holds the write lock for two tenths of a second, again and again."""
    ended = threading.Event()

    def hold() -> None:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
        while not ended.wait(0.1):
            connection.execute("BEGIN IMMEDIATE")
            ended.wait(0.2)
            connection.execute("ROLLBACK")
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@pytest.mark.parametrize("prefix", ["", STX], ids=["by speed", "by prefix"])
def test_a_burst_over_the_keyboard_loses_doubles_and_joins_nothing(town_url: str, prefix: str) -> None:
    with Terminal(town_url, "--prefix", prefix) as terminal:
        terminal.sign_in()
        terminal.press(f"{prefix}{TEACHER}\r")
        terminal.press("".join(f"{prefix}{code}\r" for code in BURST))
        all_lent(terminal, town_url)


@pytest.mark.parametrize("prefix", ["", STX], ids=["by speed", "by prefix"])
def test_a_burst_while_a_question_is_open_answers_nothing_and_is_all_served(town_url: str, prefix: str) -> None:
    with Terminal(town_url, "--prefix", prefix) as terminal:
        terminal.sign_in()
        terminal.press(f"{prefix}{TEACHER}\r")
        terminal.until_shown("0 of 1000 on loan")
        terminal.press("\x1b[21~")  # F10
        terminal.until_shown("Leave the desk?")
        terminal.press("".join(f"{prefix}{code}\r" for code in BURST))
        all_lent(terminal, town_url)
        assert "Leave the desk?" in terminal.shown()


def test_a_burst_while_a_supervisor_is_asked_for_goes_into_no_field(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        terminal.press(f"{TEACHER}\r30000000002216\r")
        terminal.until_shown("F8 allow it all the same")
        terminal.press("\x1b[19~")  # F8
        terminal.until_shown("Somebody who may allow this")
        terminal.press("".join(f"{code}\r" for code in BURST))
        terminal.until(lambda: len(open_loans(town_url)) >= len(BURST), "two hundred loans")
        assert open_loans(town_url) == BURST
        assert "Somebody who may allow this" in terminal.shown()
        assert events_of(town_url, "refused") == 1


def test_a_burst_beginning_just_before_a_question_opens_is_whole(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        terminal.press(f"{TEACHER}\r")
        terminal.until_shown("0 of 1000 on loan")
        half = len(BURST) // 2
        before, after = BURST[:half], BURST[half:]
        terminal.press("".join(f"{code}\r" for code in before))
        terminal.press("\x1b[21~")
        terminal.press("".join(f"{code}\r" for code in after))
        all_lent(terminal, town_url)
        assert "Leave the desk?" in terminal.shown()


@pytest.mark.parametrize("prefix", ["", STX], ids=["by speed", "by prefix"])
def test_a_burst_on_a_slow_database_is_shown_as_waiting_and_all_served(town_url: str, prefix: str) -> None:
    with Terminal(town_url, "--prefix", prefix) as terminal, slow_database(town_url):
        terminal.sign_in()
        terminal.press(f"{prefix}{TEACHER}\r")
        terminal.press("".join(f"{prefix}{code}\r" for code in BURST))
        terminal.until_shown("scans are waiting")
        all_lent(terminal, town_url)


def test_a_burst_over_a_serial_reader_loses_doubles_and_joins_nothing(town_url: str, tmp_path: Path) -> None:
    with SimulatedReader(tmp_path) as reader, Terminal(town_url, "--reader", reader.port) as terminal:
        terminal.sign_in()
        terminal.until_shown("reader ● ready")
        reader.scan(TEACHER)
        sender = threading.Thread(target=lambda: scan_all(reader, BURST))
        sender.start()
        all_lent(terminal, town_url)
        sender.join()


def test_a_serial_burst_and_a_keyboard_burst_at_once_are_both_served(town_url: str, tmp_path: Path) -> None:
    with SimulatedReader(tmp_path) as reader, Terminal(town_url, "--reader", reader.port) as terminal:
        terminal.sign_in()
        terminal.until_shown("reader ● ready")
        terminal.press(f"{TEACHER}\r")
        terminal.until_shown("0 of 1000 on loan")
        by_wire, by_keyboard = BURST[::2], BURST[1::2]
        sender = threading.Thread(target=lambda: scan_all(reader, by_wire))
        sender.start()
        terminal.press("".join(f"{code}\r" for code in by_keyboard))
        terminal.until(lambda: len(open_loans(town_url)) >= len(BURST), "two hundred loans")
        sender.join()
        lent = open_loans(town_url)
        assert sorted(lent) == sorted(BURST)
        assert [code for code in lent if code in by_wire] == by_wire
        assert [code for code in lent if code in by_keyboard] == by_keyboard
