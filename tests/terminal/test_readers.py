"""Readers on serial lines, as the desk shows them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from devices.reader_simulator import SimulatedReader
from libops.library import Library
from libops.scans import Garbled, GarbledReason, Heard, ReaderChanged, ReaderState
from tests.terminal.at_desk import at_desk
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import COPIES, TEACHER


def test_unplugging_a_reader_is_shown_and_plugging_it_in_again_needs_no_restart(town_url: str, tmp_path: Path) -> None:
    with SimulatedReader(tmp_path) as reader, Terminal(town_url, "--reader", reader.port) as terminal:
        terminal.sign_in()
        terminal.until_shown("reader ● ready")
        reader.scan(TEACHER)
        terminal.until_shown("0 of 1000 on loan")
        reader.unplug()
        terminal.until_shown("reader ✕ unplugged")
        assert "The reader is gone: plug it in again." in terminal.shown()
        reader.replug()
        terminal.until_shown("reader ● ready")
        assert "The reader is gone" not in terminal.shown()
        reader.scan(COPIES[0])
        terminal.until_shown("1 of 1000 on loan")


def test_a_port_that_is_no_reader_says_what_to_check(town_url: str, tmp_path: Path) -> None:
    file = tmp_path / "plain"
    file.write_text("")
    with Terminal(town_url, "--reader", str(file)) as terminal:
        terminal.sign_in()
        terminal.until_shown("That is no reader's port: check the setting LIBOPS_READER.")


async def test_readers_are_started_with_the_console_and_stopped_with_it(town: Library) -> None:
    told: list[str] = []

    def attach(heard: Callable[[Heard], None], changed: Callable[[ReaderChanged], None]) -> Callable[[], None]:
        told.append("started")
        changed(ReaderChanged("front", "/dev/front", ReaderState.READY, ""))
        changed(ReaderChanged("back", "/dev/back", ReaderState.BUSY, "EBUSY"))
        return lambda: told.append("stopped")

    async with at_desk(town, size=(120, 30), attach=attach) as me:
        await me.until_shown("front ● ready")
        assert "back ✕ in use" in me.shown()
        assert "Another program holds the reader: close it." in me.shown()
        assert told == ["started"]
    assert told == ["started", "stopped"]


async def test_bytes_that_were_no_code_are_told(town: Library) -> None:
    async with at_desk(town) as me:
        me.app.hear(Garbled("reader", 1.0, GarbledReason.UNDECODABLE, 12))
        await me.until_shown("The code holds characters that no barcode has.")
        me.app.hear(Garbled("reader", 2.0, GarbledReason.TOO_LONG, 10_000))
        await me.until_shown("That is 10000 characters long")
