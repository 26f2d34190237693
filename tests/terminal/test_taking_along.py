"""What a screen shows is taken along: to the terminal's clipboard, into a file, or into a pager."""

from __future__ import annotations

import base64
import os
import re
import shlex
from pathlib import Path

import pytest

from libops.library import Library
from screens.account.panel import AccountPanel
from screens.catalogue.record import RecordPanel
from screens.catalogue.title import TitlePanel
from screens.desk.panels import Help
from screens.desk.screen import Desk
from screens.forms.files import SaveText
from screens.item_card import ItemCard
from screens.lists.screen import ListScreen
from screens.pager import NoPager, command_of
from screens.slips import SlipPanel
from screens.taking_along import LARGEST, NotRead, TakenAlong, is_too_long
from screens.today.screen import Today
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to, open_form, sent
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import BRACKETED, BRACKETED_COPY, CLERK, COPIES, TEACHER


async def taken(me: AtDesk) -> str:
    await me.press("ctrl+y")
    await me.until_screen(TakenAlong)
    return me.app.clipboard


async def test_a_card_is_copied_whole_and_it_is_said(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        await me.press("f7")
        await me.until_screen(ItemCard)
        await me.until_shown("Barcode")
        copied = await taken(me)
        await me.until_shown("The text went to the clipboard of your terminal.")
        lines = copied.splitlines()
        assert lines[0] == BRACKETED
        assert any(line.startswith(f"Barcode: {BRACKETED_COPY}") for line in lines)
        assert "Esc" not in copied
        await me.press("escape")
        await me.until_screen(ItemCard)


async def test_of_a_list_the_chosen_row_is_copied_with_all_that_is_known_of_it(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await go_to(me, "p")
        await me.press("down")
        copied = await taken(me)
        assert f"Number: {screen.rows.rows[1].number}" in copied.splitlines()
        assert f"Name: {screen.rows.rows[1].name}" in copied.splitlines()


async def test_of_the_desk_the_newest_outcome_is_copied_with_all_its_lines(town: Library) -> None:
    async with at_desk(town) as me:
        await me.press("ctrl+y")
        assert isinstance(me.app.screen, Desk)
        await me.scan(TEACHER, BRACKETED_COPY, "99999999999999")
        unknown = (await taken(me)).splitlines()
        assert unknown[0].startswith("UNKNOWN  ")
        assert "99999999999999" in unknown[0]
        await me.press("escape")
        await me.scan(COPIES[0])
        word, *rest = (await taken(me)).splitlines()
        assert word.startswith("LENT  ")
        assert word.endswith(COPIES[0])
        assert rest[0].startswith("due ")


async def test_of_today_the_figures_are_copied_and_whose_they_are(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("f3", "0")
        await me.until_screen(Today)
        await me.until_shown("Lent")
        copied = (await taken(me)).splitlines()
        await me.press("escape")
        await me.until_screen(Today)
        shown = [line.strip() for line in me.shown().splitlines()]
        assert copied[0] in shown
        assert any(line.startswith("Lent") for line in copied)
        assert {line.strip() for line in copied[1:6]} <= set(shown)


async def test_where_no_row_is_there_is_nothing_to_copy(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "9")
        await me.press("ctrl+y")
        assert isinstance(me.app.screen, ListScreen)
        assert me.app.clipboard == ""


async def test_an_account_is_copied_with_its_columns_apart(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, BRACKETED_COPY, COPIES[0])
        await me.press("f4")
        await me.until_screen(AccountPanel)
        copied = await taken(me)
        row = next(line for line in copied.splitlines() if BRACKETED in line)
        assert row.count("\t") == 2
        assert any(line.startswith("On loan") for line in copied.splitlines())
        assert TEACHER in copied


async def test_a_slip_is_copied_and_saved_from_there(
    town: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with at_desk(town) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        await me.press("ctrl+p")
        await me.until_screen(SlipPanel)
        # The title also stands on the desk behind it.
        await me.until(lambda: me.app.screen.check_action("take_along", ()) is True)
        copied = await taken(me)
        assert BRACKETED in copied
        form = await open_form(me, "s", SaveText)
        assert form.values()["file"] == "~/libops-20260304-120000.txt"
        await sent(me, form)
        await me.until_shown("Saved as")
        assert (tmp_path / "libops-20260304-120000.txt").read_text("utf-8") == copied.rstrip("\n") + "\n"


async def test_what_a_terminal_would_take_only_in_part_is_not_sent(town: Library) -> None:
    text = "字" * (LARGEST // 4 + 1)
    assert is_too_long(text)
    async with at_desk(town) as me:
        _ = me.app.push_screen(TakenAlong(me.shift, text))
        await me.until_shown("Too long to be copied")
        assert me.app.clipboard == ""
        assert "save it as a file" in " ".join(me.shown().split())


async def test_a_pager_that_is_not_there_is_named_and_the_console_stays(
    town: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", "no-such-pager -x")
    async with at_desk(town) as me:
        await me.press("f1")
        await me.until_screen(Help)
        await me.press("v")
        await me.until_screen(NotRead)
        await me.until_shown("The program no-such-pager is not there.")
        assert "Name another one as pager in the settings" in " ".join(me.shown().split())
        await me.press("escape", "escape")
        await me.until_screen(Desk)


def test_the_pager_is_that_of_the_settings_then_of_the_environment_then_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("most", "less"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PAGER", "most -s")
    assert command_of(f"{tmp_path / 'less'} -R") == [str(tmp_path / "less"), "-R"]
    assert command_of("") == ["most", "-s"]
    monkeypatch.delenv("PAGER")
    assert command_of(" ") == ["less"]
    with pytest.raises(NoPager) as told:
        command_of("'half")
    assert told.value.facts == {"pager": "'half"}


class Listening(Terminal):
    """A terminal that keeps whatever is written to it."""

    heard = b""

    def _draw(self, data: bytes) -> None:
        self.heard += data
        super()._draw(data)


def test_the_text_reaches_the_terminal_in_one_sequence(town_url: str) -> None:
    with Listening(town_url) as terminal:
        terminal.sign_in()
        terminal.press("\x1bOR")  # F3
        terminal.until_shown("Go to")
        terminal.press("p")
        terminal.until_shown("Number")
        terminal.press("\x19")
        terminal.until_shown("Copied")
        found = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", terminal.heard)
        assert found is not None
        assert "Number: " in base64.b64decode(found[1]).decode()


def test_a_long_text_is_read_in_the_pager_and_the_console_comes_back(
    town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = tmp_path / "read.txt"
    pager = tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\ncat > {shlex.quote(str(read))}\necho "PAGER $LESSSECURE"\nread key <&2\n')
    pager.chmod(0o755)
    monkeypatch.setenv("PAGER", str(pager))
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        terminal.press("\x1bOP")  # F1
        terminal.until_shown("What every key does")
        terminal.press("v")
        terminal.until_shown("PAGER 1")
        assert "Show what every key does." in read.read_text("utf-8")
        terminal.press("\r")
        terminal.until_shown("What every key does")
        terminal.press("\x1b")
        terminal.until(lambda: "What every key does" not in terminal.shown())
        terminal.press(f"{TEACHER}\r")
        terminal.until_shown("0 of 1000 on loan")


def test_a_pager_that_fails_is_told_on_the_console(
    town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\nexit 7\n")
    pager.chmod(0o755)
    monkeypatch.setenv("PAGER", str(pager))
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        terminal.press("\x1bOP")
        terminal.until_shown("What every key does")
        terminal.press("v")
        terminal.until(lambda: "ended with an error (7)." in " ".join(terminal.shown().split()))


def patient_pager(folder: Path, monkeypatch: pytest.MonkeyPatch, until: str) -> Path:
    """Have a pager that stays until such a command ends; where it writes its process id while it runs."""
    running, pager = folder / "running", folder / "pager"
    pager.write_text(f'#!/bin/sh\necho $$ > {shlex.quote(str(running))}\necho "THE PAGER"\n{until}\n')
    pager.chmod(0o755)
    monkeypatch.setenv("PAGER", str(pager))
    return running


def runs(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_desk_that_is_to_be_locked_ends_the_pager_and_locks(
    town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = patient_pager(tmp_path, monkeypatch, "exec sleep 300")
    with Terminal(town_url, "--lock", "12") as terminal:
        terminal.sign_in()
        terminal.press("\x1bOP")
        terminal.until_shown("What every key does")
        terminal.press("v")
        terminal.until_shown("THE PAGER")
        process = int(running.read_text())
        assert runs(process)
        terminal.until_shown("The desk is locked")
        assert not runs(process)
        for text in CLERK:
            terminal.write(text)
            terminal.key("enter")
        terminal.until_shown("What every key does")
        assert "ended with an error" not in terminal.shown()


def test_a_patron_whose_time_is_over_while_the_pager_is_open_is_let_go(
    town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = patient_pager(tmp_path, monkeypatch, "read key <&2")
    with Terminal(town_url, "--patron", "8") as terminal:
        terminal.sign_in()
        terminal.press(f"{TEACHER}\r")
        terminal.until_shown("0 of 1000 on loan")
        terminal.press("\x1bOP")
        terminal.until_shown("What every key does")
        terminal.press("v")
        terminal.until_shown("THE PAGER")
        terminal.look(10)
        assert "THE PAGER" in terminal.shown(), "it is not ended for that"
        terminal.press("\r")
        terminal.until_shown("What every key does")
        terminal.press("\x1b")
        terminal.until_shown("Nobody is chosen yet.")
        assert "The patron was let go" in terminal.shown()


async def test_the_help_says_what_is_lost_while_the_pager_is_open(town: Library) -> None:
    async with at_desk(town) as me:
        _ = me.app.push_screen(Help(me.shift.voice, RecordPanel.KEYS, ()))
        await me.until(lambda: "what a keyboard reader scans meanwhile is lost" in " ".join(me.shown().split()))


async def test_the_copies_of_a_title_are_copied_as_a_table(catalogue: Library) -> None:
    async with at_desk(catalogue, size=(120, 40)) as me:
        me.shift.show_title("T9001")
        await me.until_screen(TitlePanel)
        await me.until_shown(BRACKETED_COPY)
        assert "Ctrl+Y copy" in me.shown()
        assert me.shown().count("this copy") == 1
        copied = await taken(me)
        row = next(line for line in copied.splitlines() if BRACKETED_COPY in line)
        assert row.split("\t")[0] == "I1/1"
        assert f"Title: {BRACKETED}" in copied.splitlines()
