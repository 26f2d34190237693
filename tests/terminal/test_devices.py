"""The devices of a desk: how each is and what to do about it, readers to try, a trial on the printer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from devices.printer_simulator import SimulatedPrinter
from libops.library import Library
from libops.scans import Garbled, GarbledReason, Heard, ReaderChanged, ReaderState
from libops.slips.printing import PrinterState
from screens.desk.screen import Desk
from screens.lists.devices import Devices
from screens.lists.row_card import RowCard
from screens.try_reader import TryReader
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.small_town import COPIES, SORTER, TEACHER, open_loans
from tests.terminal.test_slips_console import on, until_printer
from tests.terminal.test_trouble import table_gone

FRONT, BACK = "/dev/front", "/dev/back"


def two_readers(heard: Callable[[Heard], None], changed: Callable[[ReaderChanged], None]) -> Callable[[], None]:
    """A reader that works and one that another program holds."""
    changed(ReaderChanged("front", FRONT, ReaderState.READY, "/dev/ttyACM0"))
    changed(ReaderChanged("back", BACK, ReaderState.BUSY, "EBUSY"))
    return lambda: None


def line_of(me: AtDesk, name: str) -> str:
    """The line of a list that begins with a name."""
    return next((line for line in me.shown().splitlines() if line.lstrip("▸ ").startswith(name)), "")


async def test_every_device_says_how_it_is_and_what_to_do_about_it(town: Library) -> None:
    async with at_desk(town, size=(120, 30), attach=two_readers) as me:
        screen = await go_to(me, "x")
        assert isinstance(screen.listing, Devices)
        assert "● ready" in line_of(me, "keyboard")
        assert "● ready" in line_of(me, "front")
        assert "✕ in use" in line_of(me, "back")
        assert BACK in line_of(me, "back")
        await me.press("down", "down")
        await me.until_shown("Another program holds the reader: close it.")
        assert "EBUSY" in me.shown()


async def test_on_a_small_screen_enter_shows_what_to_do(town: Library) -> None:
    async with at_desk(town, attach=two_readers) as me:
        await go_to(me, "x")
        await me.press("down", "down", "enter")
        await me.until_screen(RowCard)
        await me.until_shown("What to do")
        assert "EBUSY" in me.shown()


async def test_a_reader_that_comes_back_shows_at_once_also_while_the_database_is_gone(town: Library) -> None:
    async with at_desk(town, size=(120, 30), attach=two_readers) as me:
        await go_to(me, "x")
        with table_gone(town, "branch"):
            me.app.reader_changed(ReaderChanged("back", BACK, ReaderState.READY, ""))
            await me.until(lambda: "● ready" in line_of(me, "back"))
            me.app.reader_changed(ReaderChanged("front", FRONT, ReaderState.LOST, ""))
            await me.until(lambda: "✕ unplugged" in line_of(me, "front"))


async def test_what_each_reader_read_last_is_told_without_the_code(town: Library) -> None:
    async with at_desk(town, size=(140, 30), attach=two_readers) as me:
        await me.scan(TEACHER, COPIES[0])
        await go_to(me, "x")
        assert me.shift.devices.heard["reader"].codes == 2
        me.app.reader_changed(ReaderChanged("reader", "/dev/reader", ReaderState.READY, ""))
        await me.until(lambda: "an item" in line_of(me, "reader"))
        assert "  2  " in line_of(me, "reader")
        assert COPIES[0] not in line_of(me, "reader")


async def test_what_is_scanned_to_try_a_reader_is_shown_and_nothing_is_done_with_it(town: Library) -> None:
    async with at_desk(town, size=(100, 30)) as me:
        await me.scan(TEACHER)
        await go_to(me, "x")
        await me.press("f4")
        await me.until_screen(TryReader)
        await me.until_shown("Nothing has been scanned yet.")
        me.hear_code(COPIES[0])
        await me.until_shown(f"{COPIES[0]}  an item · reader")
        me.hear_code(TEACHER)
        await me.until_shown(f"{TEACHER}  a patron's card · reader")
        me.hear_code("9787020002207")
        await me.until_shown("9787020002207  an ISBN or ISSN · reader")
        me.hear_code("QQ-77")
        await me.until_shown("QQ-77  no code of this library · reader")
        me.app.hear(Garbled("reader", 9.0, GarbledReason.UNDECODABLE, 12))
        await me.until_shown("12 bytes  unreadable: the reader's speed")
        await me.press("escape", "escape")
        await me.until_screen(Desk)
        assert open_loans(str(town.database.url)) == []
        assert len(me.outcomes) == 1


async def test_a_reader_plugged_in_as_a_keyboard_can_be_tried_too(town: Library) -> None:
    async with at_desk(town, size=(100, 30)) as me:
        await go_to(me, "x")
        await me.press("f4")
        await me.until_screen(TryReader)
        me.press_quickly(*COPIES[1], "enter")
        await me.until_shown(f"{COPIES[1]}  an item · keyboard")
        assert me.outcomes == []


async def test_a_code_with_a_wrong_check_digit_says_so_when_a_reader_is_tried(strict_town: Library) -> None:
    async with at_desk(strict_town, size=(100, 30)) as me:
        await go_to(me, "x")
        await me.press("f4")
        await me.until_screen(TryReader)
        me.hear_code(f"{COPIES[0][:-1]}{(int(COPIES[0][-1]) + 1) % 10}")
        await me.until_shown("check digit")


@pytest.fixture
def strict_town(town: Library) -> Library:
    """The town, where the labels of items end with a check digit that these copies have not."""
    import msgspec

    from libops.barcodes import CheckDigit

    town.patterns = msgspec.structs.replace(town.patterns, check=CheckDigit.LUHN)
    return town


async def test_a_trial_comes_out_of_the_printer_and_a_printer_without_paper_is_counted_in_the_menu(
    town: Library,
) -> None:
    with SimulatedPrinter(42) as printer:
        async with at_desk(town, size=(120, 30), paper=on(printer)) as me:
            await until_printer(me, PrinterState.READY)
            await go_to(me, "x")
            await me.press("f7")
            await me.until_shown("A trial was sent to the printer.")
            slips = await asyncio.to_thread(printer.wait_for, 1)
            assert "一二三四五六七八九十" in "\n".join(slips[0].lines)
            printer.load(0)
            await me.press("f7")
            await until_printer(me, PrinterState.PAPER_OUT)
            await me.until(lambda: "✕ no paper" in line_of(me, "printer"))


async def test_without_a_printer_there_is_no_key_for_a_trial(town: Library) -> None:
    async with at_desk(town, who=SORTER) as me:
        await go_to(me, "x")
        assert "F7" not in me.shown().splitlines()[-1]
        assert "F4" in me.shown().splitlines()[-1]


async def test_what_is_scanned_in_front_of_the_devices_is_shown_and_goes_to_nobody(town: Library) -> None:
    async with at_desk(town, size=(100, 30)) as me:
        await me.scan(TEACHER)
        await go_to(me, "x")
        me.hear_code(COPIES[0])
        await me.until_screen(TryReader)
        await me.until_shown(f"{COPIES[0]}  an item · reader")
        me.hear_code(COPIES[1])
        await me.until_shown(f"{COPIES[1]}  an item · reader")
        assert open_loans(str(town.database.url)) == []
