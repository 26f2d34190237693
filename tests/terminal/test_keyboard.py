"""Typing and scanning through one keyboard, on a real pseudo-terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import BRACKETED, BRACKETED_COPY, CLERK, COPIES, OTHER, TEACHER, open_loans, rename


def test_a_badge_and_pin_from_quick_fingers_sign_in(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        terminal.until_shown("F6")
        terminal.press(f"{CLERK[0]}\r{CLERK[1]}\r")
        terminal.until_shown("Nobody is chosen yet.")


@pytest.fixture
def lending(town_url: str) -> Iterator[Terminal]:
    """A terminal at which a teacher's card has been scanned."""
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        terminal.press(f"{TEACHER}\r")
        terminal.until_shown("0 of 1000 on loan")
        yield terminal


def test_a_scan_into_a_half_typed_line_is_whole_and_the_line_stays(lending: Terminal, town_url: str) -> None:
    lending.press("P201")
    lending.until_shown("scan ▸ P201")
    wait(lending, 0.1)
    lending.press(f"{COPIES[0]}\r")
    lending.until_shown("1 of 1000 on loan")
    assert "scan ▸ P201" in lending.shown()
    lending.press("\x1b")  # Escape clears the line
    lending.until(lambda: "P201 " not in lending.shown().splitlines()[-2] + " ")


@pytest.mark.parametrize("end", ["\r\n", "\t", "\n"])
def test_whatever_ends_a_code_ends_it_once(lending: Terminal, town_url: str, end: str) -> None:
    lending.press("".join(f"{code}{end}" for code in COPIES[:20]))
    lending.until_shown("20 of 1000 on loan")
    assert open_loans(town_url) == COPIES[:20]
    assert "Nothing was scanned" not in lending.shown()


def test_lines_that_are_pasted_are_codes_and_one_alone_waits_for_enter(lending: Terminal, town_url: str) -> None:
    paste(lending, "\n".join(COPIES[:5]) + "\n")
    lending.until_shown("5 of 1000 on loan")
    assert open_loans(town_url) == COPIES[:5]
    paste(lending, COPIES[5])
    lending.until_shown(f"scan ▸ {COPIES[5]}")
    lending.press("\r")
    lending.until_shown("6 of 1000 on loan")


def test_ten_thousand_characters_are_refused_and_the_next_scan_is_served(lending: Terminal, town_url: str) -> None:
    lending.press("7" * 10_000 + "\r" + COPIES[0] + "\r")
    lending.until_shown("1 of 1000 on loan")
    assert "That is 10000 characters long" in " ".join(lending.shown().split())
    assert open_loans(town_url) == [COPIES[0]]


@pytest.mark.parametrize("control", ["\x15", "\x1d", "\x01", "\x0b", "\x7f\x02"])
def test_a_control_character_in_a_code_never_makes_another_code_of_it(
    lending: Terminal, town_url: str, control: str
) -> None:
    lending.press(f"999{control}{COPIES[0]}\r")
    lending.until_shown("UNKNOWN")
    lending.press(f"{COPIES[1]}\r")
    lending.until_shown("1 of 1000 on loan")
    assert open_loans(town_url) == [COPIES[1]]


def test_a_person_may_type_in_any_script(lending: Terminal) -> None:
    for character in "红楼梦":
        lending.press(character)
        wait(lending, 0.1)
    lending.until_shown("scan ▸ 红楼梦")
    lending.press("\r")
    lending.until_shown("search ▸ 红楼梦")


def test_a_scan_never_answers_which_one_is_meant(town_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBOPS_PATRON_PATTERN", r"(P[0-9]{8}|3[0-9]{13}|p+i+)")
    rename(town_url, OTHER, COPIES[0])
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        terminal.press(f"{TEACHER}\r{COPIES[0]}\r")
        terminal.until_shown("Which one is it?")
        terminal.press(f"ppppiiii\r{COPIES[1]}\r")
        terminal.until_shown("2 scans are waiting")
        assert "Which one is it?" in terminal.shown()
        assert open_loans(town_url) == []
        terminal.press("i")
        terminal.until(lambda: len(open_loans(town_url)) == 1)
        assert open_loans(town_url) == [COPIES[0]]


def test_a_title_in_brackets_stands_whole_on_a_real_terminal(lending: Terminal) -> None:
    lending.press(f"{BRACKETED_COPY}\r")
    lending.until_shown(f"LENT  {BRACKETED}")


def wait(terminal: Terminal, seconds: float) -> None:
    """A person's pause; what matters here is the time between two keys, and no condition can stand for it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        terminal.look(0.01)


def paste(terminal: Terminal, text: str) -> None:
    """Paste as terminals do."""
    terminal.press(f"\x1b[200~{text}\x1b[201~")
