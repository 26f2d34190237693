"""Several consoles on one machine, and one whose terminal is closed in mid-act."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import make_url

from devices.reader_simulator import SimulatedReader
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import COPIES, TEACHER, events_of, open_loans, wrong_in


def test_a_second_console_says_that_the_reader_is_in_use_goes_on_by_keyboard_and_takes_it_over_once_the_other_is_gone(
    town_url: str, tmp_path: Path
) -> None:
    with SimulatedReader(tmp_path) as reader, Terminal(town_url, "--reader", reader.port) as first:
        first.sign_in()
        first.until_shown("reader ● ready")
        with Terminal(town_url, "--reader", reader.port) as second:
            second.until_shown("reader ✕ in use")
            second.sign_in()
            assert "Another program holds the reader: close it." in second.shown()
            second.write(TEACHER)
            second.key("enter")
            second.until_shown("0 of 1000 on loan")
            reader.scan(TEACHER)
            first.until_shown("0 of 1000 on loan")
            reader.scan(COPIES[0])
            first.until_shown("1 of 1000 on loan")
            # The same patron at both: what one desk did, the other shows.
            second.until_shown("1 of 1000 on loan")
            second.write(COPIES[1])
            second.key("enter")
            first.until_shown("2 of 1000 on loan")
            # Its terminal is gone, and no signal told it so.
            _ = first.vanish()
            second.until_shown("reader ● ready")
            reader.scan(COPIES[2])
            second.until_shown("3 of 1000 on loan")
    assert open_loans(town_url) == COPIES[:3]


def test_a_terminal_that_is_closed_in_mid_act_leaves_nothing_half_done(town_url: str) -> None:
    holding = sqlite3.connect(make_url(town_url).database or "", isolation_level=None)
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        for code in (TEACHER, COPIES[0]):
            terminal.write(code)
            terminal.key("enter")
        terminal.until_shown("1 of 1000 on loan")
        holding.execute("BEGIN IMMEDIATE")
        terminal.press("".join(f"{code}\r" for code in COPIES[1:40]))
        terminal.until_shown("scans are waiting")
        assert terminal.hang_up() != 0
    holding.execute("ROLLBACK")
    holding.close()
    assert open_loans(town_url) == [COPIES[0]]
    assert events_of(town_url, "loan.opened") == 1
    assert wrong_in(town_url) == []
