"""Readers that type into whatever is open, on a real pseudo-terminal: fields stay as they are, and no code is lost."""

from __future__ import annotations

import re

import pytest

from libops.bootstrap import open_library
from libops.circulation import loans
from libops.codes import SAMPLE_PATTERNS
from tests.terminal.at_desk import place_of, signed_in
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import COPIES, SUPERVISOR, TEACHER, events_of, open_loans

BURST = COPIES[:60]
SCANNED = "".join(f"{code}\r" for code in BURST)

Way = tuple[tuple[str, str], ...]
"""Keys, each with what is on screen once it has done its work."""
ACCOUNT: Way = (("f4", "place hold"),)
BEHIND: dict[str, tuple[Way, str, str]] = {
    "a field of a form": ((*ACCOUNT, ("b", "Block the patron")), "lost his card", r"^ *Why .*$"),
    "answers to choose from": ((*ACCOUNT, ("d", "take a deposit")), "", r"^ *(?:What|Amount|Paid by)\b.*$"),
    "the menu": ((("f3", "Desk: lend and take back"),), "", r"^ *▸ D  .*$"),
    "lines of text": (
        (("f3", "Wording of slips"), ("s", "the program's own"), ("f7", "F9 do it")),
        "",
        r"^ {2,}\d .{0,20}",
    ),
}
"""What is opened in front of the desk, what somebody has begun to type there, and its lines, which must not change."""


def follow(terminal: Terminal, way: Way) -> None:
    """Go somewhere, at a person's speed."""
    for key, shown in way:
        terminal.key(key)
        terminal.until_shown(shown)


def begin(terminal: Terminal) -> None:
    """A supervisor at the desk, and a teacher in front of it."""
    terminal.sign_in(SUPERVISOR)
    terminal.press(f"{TEACHER}\r")
    terminal.until_shown("0 of 1000 on loan")


def lend_all(url: str) -> None:
    """Let everything that is scanned be on loan."""
    library = open_library(url, SAMPLE_PATTERNS)
    actor, place = signed_in(library), place_of(library)
    for barcode in BURST:
        with library.work(actor=actor, place=place) as work:
            loans.check_out(work, patron_number=TEACHER, barcode=barcode)
    library.close()
    assert open_loans(url) == BURST


def until_all_are_lent(terminal: Terminal, url: str) -> None:
    """Each once, in the order of the scans, and nothing else has happened."""
    terminal.until(lambda: len(open_loans(url)) >= len(BURST), "every loan")
    assert open_loans(url) == BURST
    assert events_of(url, "loan.opened") == len(BURST)
    assert events_of(url, "refused") == 0


@pytest.mark.parametrize("entry", BEHIND)
def test_a_burst_while_something_is_open_serves_the_patron_behind_it_and_changes_nothing_in_it(
    town_url: str, entry: str
) -> None:
    way, typed, lines = BEHIND[entry]
    with Terminal(town_url) as terminal:
        begin(terminal)
        follow(terminal, way)
        terminal.write(typed)
        terminal.until_shown(typed)
        # All of it: what opens is drawn in several steps.
        terminal.look(0.5)
        before = lines_of(terminal, lines)
        assert before
        terminal.press(SCANNED)
        until_all_are_lent(terminal, town_url)
        terminal.look(0.3)
        assert lines_of(terminal, lines) == before


def lines_of(terminal: Terminal, pattern: str) -> list[str]:
    """The lines on screen that are like this."""
    lines = re.findall(pattern, terminal.shown(), re.MULTILINE)
    # A dialog that has just opened may still move a little.
    return [" ".join(line.split()) for line in lines]


def test_a_burst_before_anybody_signed_in_signs_nobody_in_and_leaves_the_fields_empty(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        terminal.until_shown("F6")
        terminal.press(SCANNED)
        terminal.until_shown("That is no badge: sign in first")
        assert not any(code[-6:] in terminal.shown() for code in BURST)
        begin(terminal)
        assert open_loans(town_url) == []
        assert events_of(town_url, "refused") == 0


def test_of_a_burst_of_badges_the_last_one_stands_there_and_the_pin_is_asked_for(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        terminal.until_shown("F6")
        terminal.press("".join(f"S000{number}\r" for number in (4, 8, 3, 2)) * 10)
        terminal.until_shown("S0002")
        terminal.write(SUPERVISOR[1])
        terminal.key("enter")
        terminal.until_shown("Nobody is chosen yet.")


def test_of_a_burst_into_a_field_that_takes_codes_the_last_one_stands_there_and_nothing_is_lent(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        begin(terminal)
        follow(terminal, (*ACCOUNT, ("h", "Pickup at")))
        terminal.press(SCANNED)
        terminal.until(lambda: bool(lines_of(terminal, rf"^ *Title +{BURST[-1]}$")), "the last code in the field")
        terminal.key("f9")
        terminal.until_shown("Hold placed:")
        assert open_loans(town_url) == []
        assert (events_of(town_url, "hold.placed"), events_of(town_url, "refused")) == (1, 0)


def test_a_burst_into_the_filter_of_a_list_goes_to_the_desk_whatever_is_half_typed(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        begin(terminal)
        follow(terminal, (("f3", "Patrons"), ("p", "search ▸")))
        terminal.write("周")
        terminal.until_shown("search ▸ 周")
        terminal.look(0.2)
        terminal.press(SCANNED)
        until_all_are_lent(terminal, town_url)
        terminal.until_shown(f"{len(BURST)} of 1000 on loan")


def test_a_burst_at_a_list_that_checks_in_takes_each_back_once(town_url: str) -> None:
    lend_all(town_url)
    with Terminal(town_url) as terminal:
        terminal.sign_in(SUPERVISOR)
        follow(terminal, (("f3", "Holds to pull"), ("1", "Nothing has to be fetched")))
        terminal.press(SCANNED)
        terminal.until(lambda: open_loans(town_url) == [], "every return")
        assert events_of(town_url, "loan.closed") == len(BURST)
        assert events_of(town_url, "refused") == events_of(town_url, "item.used_in_house") == 0


def test_a_burst_while_the_day_of_a_book_drop_is_asked_for_chooses_none(town_url: str) -> None:
    lend_all(town_url)
    with Terminal(town_url) as terminal:
        terminal.sign_in(SUPERVISOR)
        follow(terminal, (("f2", "Scan what came back."), ("f12", "When did these come back?")))
        terminal.press(SCANNED)
        terminal.until(lambda: open_loans(town_url) == [], "every return")
        assert events_of(town_url, "loan.closed") == len(BURST)
        terminal.until_shown("When did these come back?")
        assert "AS OF" not in terminal.shown()
        assert "▸ 1" in terminal.shown()
