"""Keys as they come off a real terminal: Escape, and bytes that are no text."""

from __future__ import annotations

from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import COPIES, SUPERVISOR, TEACHER, open_loans


def test_bytes_that_are_no_text_end_nothing_and_the_next_scan_is_served(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        # A reader plugged in as a keyboard that sends GB18030, and half a sign of UTF-8.
        terminal.press("\udcb0\udca1\udcff\udce7\r")
        terminal.until_shown("is neither a patron's card nor")
        terminal.press(f"{TEACHER}\r{COPIES[0]}\r")
        terminal.until_shown("1 of 1000 on loan")
        assert open_loans(town_url) == [COPIES[0]]


def test_escape_alone_leads_back_and_before_other_keys_it_is_a_key_of_its_own(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        for _ in range(2):
            terminal.key("f3")
            terminal.until_shown("Go to")
            terminal.key("escape")
            terminal.until(lambda: "Go to" not in terminal.shown(), "the menu closes")
        terminal.key("f3")
        terminal.until_shown("Go to")
        terminal.press("\x1b[B\x1b[B\x1b[A\r")
        terminal.until(lambda: "Go to" not in terminal.shown(), "a place is chosen by the arrows")


def test_a_sign_whose_bytes_come_apart_is_one_sign(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        first, *rest = (chr(0xDC00 + byte) for byte in "红".encode())
        terminal.press(first)
        terminal.look(0.2)
        terminal.press("".join(rest))
        terminal.until_shown("scan ▸ 红")


def test_keys_that_a_slow_line_brings_in_one_go_lead_where_they_lead_one_by_one(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        terminal.sign_in(SUPERVISOR)
        for keys, shown in (("\x1bORe", "Journal"), ("\x1bORd", "Ready."), ("\x1bOR2", "Hold shelf")):
            terminal.press(keys)
            terminal.until_shown(shown)
            assert "▸ e" not in terminal.shown()
