"""Readers that type while a form or the palette is open, on a real pseudo-terminal: nothing is sent, or lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import COPIES, NO_COPY, OTHER, OTHER_NAME, TEACHER, journal_of, open_loans
from tests.terminal.test_entry_bursts import ACCOUNT, begin, follow, lines_of

NEW_CARDS = ("P20269998", "P20269999")
ISBNS = ("9787020002207", "9787506365437")
THE_LAST_ONE = "活着"
"""The title of the last of these."""
AT_ONCE = 8
"""Scans in one burst."""
OF_A_PATRON = "Card number|Name|Category|Home branch|Phone|Email|Language|Card until|Note|Not the same as"
OF_COPIES = "Copies of|of type|call no. begins|in condition|Place becomes|Type becomes|Cond. becomes|Note becomes"


def typed_by_a_reader(codes: list[str]) -> str:
    """Codes back to back, each with Enter."""
    return "".join(f"{code}\r" for code in codes)


def standing(terminal: Terminal, names: str) -> list[str]:
    """What stands in these fields of the form, once it no longer moves."""
    terminal.look(0.3)
    fields = lines_of(terminal, rf"^ *(?:{names})(?: .*)?$")
    assert len(fields) == len(names.split("|"))
    return fields


def found(terminal: Terminal) -> list[str]:
    """What is typed in the palette, and the name of what is chosen there."""
    return lines_of(terminal, r"^ +(?:acc$|▸ F4 +account)")


def until_lent(terminal: Terminal, url: str, codes: list[str]) -> None:
    """These and no others are on loan, each lent once and in their order, and it is told in front of what is open."""
    terminal.until(lambda: open_loans(url) == codes, "every loan")
    terminal.until_shown("▌ LENT")


def test_a_burst_behind_the_palette_and_forms_serves_the_patron_and_sends_no_form(
    town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    files = sorted(tmp_path.iterdir())
    books = COPIES[: 4 * AT_ONCE]
    first, second, third, fourth = (books[at : at + AT_ONCE] for at in range(0, len(books), AT_ONCE))
    with Terminal(town_url) as terminal:
        begin(terminal)
        before = journal_of(town_url)
        # The palette, with half a word.
        follow(terminal, (("ctrl+k", "What can be done here now"),))
        terminal.write("acc")
        terminal.until(lambda: found(terminal) == ["acc", "▸ F4 account"], "the word and what is called so")
        terminal.press(typed_by_a_reader(first))
        until_lent(terminal, town_url, first)
        assert found(terminal) == ["acc", "▸ F4 account"]
        terminal.key("escape")
        # Where to save what was copied.
        follow(terminal, (*ACCOUNT, ("ctrl+y", "Copied"), ("s", "Save as a text file")))
        path = standing(terminal, "File")
        terminal.press(typed_by_a_reader(second))
        until_lent(terminal, town_url, first + second)
        assert standing(terminal, "File") == path
        terminal.key("escape")
        terminal.key("escape")
        # Who is one person with whom: the question opens somewhere in the middle of the burst.
        follow(terminal, (("g", "Other card"),))
        terminal.press(typed_by_a_reader([third[0], OTHER, *third[1:]]))
        until_lent(terminal, town_url, first + second + third)
        terminal.until_shown("Are they one person?")
        assert lines_of(terminal, r"^ *Number .*$") == [f"Number {TEACHER} {OTHER}"]
        terminal.key("escape")
        terminal.until_shown("One person with two cards")
        assert standing(terminal, "Other card") == [f"Other card {OTHER}"]
        # A new patron, with a name that is half written: the last new card is theirs.
        back = (("escape", "place hold"), ("escape", "scan ▸"))
        follow(terminal, (*back, ("f3", "Patrons"), ("p", "search ▸"), ("f12", "Register a patron")))
        for key in ("tab", *"林"):
            terminal.key(key)
        terminal.until_shown("林")
        _, *others = standing(terminal, OF_A_PATRON)
        terminal.press(typed_by_a_reader([*fourth[:6], NEW_CARDS[0], *fourth[6:], NEW_CARDS[1]]))
        until_lent(terminal, town_url, books)
        terminal.until_shown(NEW_CARDS[1])
        assert standing(terminal, OF_A_PATRON) == [f"Card number {NEW_CARDS[1]}", *others]
    assert journal_of(town_url)[len(before) :] == ["loan.opened"] * len(books)
    assert sorted(tmp_path.iterdir()) == files


def test_a_burst_into_a_form_that_takes_codes_fills_it_in_and_does_nothing(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        begin(terminal)
        before = journal_of(town_url)
        # A book to be added: the last ISBN and the last label.
        follow(terminal, (("f3", "Add books"), ("a", "Scan the ISBN")))
        terminal.press(typed_by_a_reader([COPIES[0], ISBNS[0], *COPIES[1:6], ISBNS[1], NO_COPY]))
        terminal.until_shown(f"Known: {THE_LAST_ONE}")
        assert standing(terminal, "ISBN or ISSN|Barcode") == [f"ISBN or ISSN {ISBNS[1]}", f"Barcode {NO_COPY}"]
        terminal.key("escape")
        terminal.until_shown("Throw away what was filled in?")
        terminal.press(typed_by_a_reader([OTHER]))
        terminal.until_shown(f"▌ PATRON  {OTHER_NAME}")
        assert "Throw away what was filled in?" in terminal.shown()
        terminal.key("escape")
        # Copies to be changed: each once.
        follow(terminal, (("f3", "Changes of copies"), ("m", "No copy has been changed"), ("f4", "Change many copies")))
        fields = standing(terminal, OF_COPIES)
        terminal.press(typed_by_a_reader(COPIES[:40]))
        terminal.until_shown(f"Scanned: 40 copies, the last {COPIES[39]}.")
        terminal.press(typed_by_a_reader(COPIES[3:6]))
        terminal.until_shown(f"Scanned: 40 copies; {COPIES[5]} is one of them already.")
        assert standing(terminal, OF_COPIES) == fields
    assert open_loans(town_url) == []
    assert journal_of(town_url) == before
