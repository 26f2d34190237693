"""Readers that type where nothing can be lent: at sign-in, at a locked desk, and while the pager has the terminal."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import CLERK, COPIES, OTHER, SUPERVISOR, TEACHER, events_of, journal_of, open_loans
from tests.terminal.test_entry_bursts import ACCOUNT, follow
from tests.terminal.test_form_bursts import standing, typed_by_a_reader

BURST = [*COPIES[:6], OTHER, *COPIES[6:8]]


def test_a_burst_where_nothing_can_be_lent_lends_nothing_and_says_so(
    town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    badge, pin = SUPERVISOR
    taken = tmp_path / "taken"
    pager = tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\necho "THE PAGER"\nread key <&2\necho "$key" > {shlex.quote(str(taken))}\n')
    pager.chmod(0o755)
    monkeypatch.setenv("PAGER", str(pager))
    with Terminal(town_url) as terminal:
        # At sign-in, in the middle of a PIN.
        terminal.until_shown("F6")
        terminal.write(badge)
        terminal.key("enter")
        terminal.write(pin[:3])
        terminal.press(typed_by_a_reader(BURST))
        terminal.until_shown("That is no badge: sign in first")
        assert standing(terminal, "Badge|PIN") == [f"Badge {badge}", "PIN •••"]
        assert journal_of(town_url) == []
        terminal.write(pin[3:])
        terminal.key("enter")
        terminal.until_shown("Nobody is chosen yet.")
        # At a locked desk: each is counted, and the last badge is asked for its PIN.
        terminal.press(f"{TEACHER}\r")
        terminal.until_shown("0 of 1000 on loan")
        follow(terminal, (("ctrl+l", "The desk is locked"),))
        terminal.press(typed_by_a_reader([*BURST, CLERK[0], badge]))
        terminal.until_shown(f"Scanned meanwhile, and not acted upon: {len(BURST)}.")
        terminal.until_shown("Locked: sign in first, then scan it again.")
        assert standing(terminal, "Badge|PIN") == [f"Badge {badge}", "PIN"]
        terminal.write(pin)
        terminal.key("enter")
        terminal.until_shown(f"Scans that came while the desk was locked: {len(BURST)}.")
        terminal.until_shown("0 of 1000 on loan")
        assert journal_of(town_url) == ["staff.signed_in"] * 2
        # What the pager takes is lost, as its key says; what comes behind it is whole.
        follow(terminal, (*ACCOUNT, ("ctrl+y", "Copied"), ("v", "THE PAGER")))
        terminal.press(typed_by_a_reader(COPIES[:8]))
        terminal.until(lambda: len(open_loans(town_url)) >= len(COPIES[:8]) - 1, "the loans behind the pager")
        terminal.until_shown("▌ LENT")
        assert [*taken.read_text().split(), *open_loans(town_url)] == COPIES[:8]
        assert "Copied" in terminal.shown()
    assert events_of(town_url, "refused") == 0
