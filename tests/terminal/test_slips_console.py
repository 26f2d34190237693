"""Slips at the desk: Ctrl+P shows that of what was done last, P prints it, and a printer that is gone is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from db.slips import SlipKind
from devices.printer_simulator import SimulatedPrinter
from devices.receipt_printer import ReceiptPrinter
from libops.circulation.outcomes import Mode, Word
from libops.library import Library
from libops.slips.printing import PrinterState
from screens.account.panel import AccountPanel
from screens.desk.screen import Desk
from screens.forms.money import PayForm
from screens.slips import Paper, SlipPanel
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to, open_form, sent
from tests.terminal.doings import ask_for_transfer, charge, place_hold
from tests.terminal.small_town import BRACKETED, BRACKETED_COPY, COPIES, NASTY_COPY, OTHER, TEACHER


@pytest.fixture
def printer() -> Iterator[SimulatedPrinter]:
    """A printer in the network, switched on."""
    with SimulatedPrinter(42) as simulated:
        yield simulated


def on(printer: SimulatedPrinter, *automatic: SlipKind) -> Paper:
    """Its paper at the desk; these kinds are printed unasked."""
    return Paper(
        42,
        frozenset(str(kind) for kind in automatic),
        lambda changed, ended: ReceiptPrinter("printer", printer.address, changed, ended),
    )


async def come_out(printer: SimulatedPrinter, count: int) -> str:
    """So many slips have come out of the printer; the last one as text."""
    slips = await asyncio.to_thread(printer.wait_for, count)
    assert len(slips) == count
    return "\n".join(slips[-1].lines)


async def until_printer(me: AtDesk, state: PrinterState) -> None:
    """Wait until the desk knows that the printer is in this state."""
    await me.until(lambda: [one.state for one in me.shift.devices.printers.values()] == [state])


async def show_slip(me: AtDesk) -> str:
    """Press the key for slips; the slip that it shows, as text."""
    await me.press("ctrl+p")
    await me.until_screen(SlipPanel)
    sheet = me.app.screen.query_one("#sheet")
    await me.until(lambda: bool(str(getattr(sheet, "slip", ""))))
    return str(getattr(sheet, "slip", ""))


async def print_it(me: AtDesk, back: type[object] = Desk) -> None:
    """Print what is shown."""
    await me.press("p")
    await me.until_screen(back)


async def test_what_was_lent_in_this_visit_is_shown_and_printed_as_it_was_shown(
    town: Library, printer: SimulatedPrinter
) -> None:
    async with at_desk(town, paper=on(printer)) as me:
        await until_printer(me, PrinterState.READY)
        assert "printer ● ready" in me.shown()
        assert "秦卫东" in me.shown(), "who is signed in stays"
        await me.scan(TEACHER, COPIES[0], BRACKETED_COPY)
        slip = await show_slip(me)
        assert BRACKETED in slip
        assert "红楼梦" in slip
        assert BRACKETED in me.shown()
        await print_it(me)
        printed = await come_out(printer, 1)
        assert BRACKETED in printed
        assert "红楼梦" in printed
        assert "slip not printed" not in me.shown()


async def test_after_a_return_for_somebody_it_is_the_slip_for_the_hold_shelf(
    town: Library, printer: SimulatedPrinter
) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town, paper=on(printer)) as me:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(BRACKETED_COPY)
        assert me.last_word() is Word.HOLD_SHELF
        assert "A-01" in await show_slip(me)
        await print_it(me)
        _ = await come_out(printer, 1)
        (slip,) = printer.slips
        assert slip.codes == [BRACKETED_COPY]
        assert any("A-01" in line for line in slip.large)


async def test_after_a_return_for_another_branch_it_says_where_to_send_it(
    town: Library, printer: SimulatedPrinter
) -> None:
    ask_for_transfer(town, NASTY_COPY)
    async with at_desk(town, paper=on(printer)) as me:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(NASTY_COPY)
        assert me.last_word() is Word.SEND
        assert "北校区馆" in await show_slip(me)
        await print_it(me)
        _ = await come_out(printer, 1)
        (slip,) = printer.slips
        assert slip.codes == [NASTY_COPY]
        assert any("北校区馆" in line for line in slip.large)


async def test_after_a_payment_it_is_its_receipt(town: Library, printer: SimulatedPrinter) -> None:
    charge(town, TEACHER, 350)
    async with at_desk(town, paper=on(printer)) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until(lambda: isinstance(me.app.screen, AccountPanel) and me.shift.view.account is not None)
        form = await open_form(me, "p", PayForm)
        await sent(me, form)
        await me.until_shown("paid; nothing is owed any more.")
        await me.press("escape")
        await me.until_screen(Desk)
        assert "3.50" in await show_slip(me)
        await print_it(me)
        assert "3.50" in await come_out(printer, 1)


async def test_without_a_printer_a_slip_is_shown_and_p_does_nothing(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        assert "红楼梦" in await show_slip(me)
        assert "P print" not in me.shown()
        await me.press("p")
        assert isinstance(me.app.screen, SlipPanel)
        await me.press("escape")
        await me.until_screen(Desk)


async def test_a_printer_that_is_gone_is_told_and_the_slip_printed_once_it_is_back(
    town: Library, printer: SimulatedPrinter
) -> None:
    async with at_desk(town, paper=on(printer), size=(120, 30)) as me:
        await until_printer(me, PrinterState.READY)
        await me.scan(TEACHER, BRACKETED_COPY)
        printer.switch_off()
        _ = await show_slip(me)
        await print_it(me)
        await me.until_shown("slip not printed · Ctrl+P")
        await me.until_shown("printer ✕ not there")
        assert "The printer cannot be reached." in me.shown()
        await me.scan(COPIES[0])
        assert me.last_word() is Word.LENT, "nobody waits for paper"
        printer.switch_on()
        _ = await show_slip(me)
        assert "slip not printed" not in me.shown()
        await print_it(me)
        assert BRACKETED in await come_out(printer, 1)
        await me.until_shown("printer ● ready")
        assert "slip not printed" not in me.shown()


async def test_what_the_library_wants_printed_is_printed_unasked_and_nothing_else(
    town: Library, printer: SimulatedPrinter
) -> None:
    place_hold(town, OTHER, NASTY_COPY)
    async with at_desk(town, paper=on(printer, SlipKind.LOANS, SlipKind.HOLD)) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        await me.press("f9")
        assert BRACKETED in await come_out(printer, 1)
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(BRACKETED_COPY, NASTY_COPY)
        _ = await come_out(printer, 2)
        assert printer.slips[-1].codes == [NASTY_COPY]


async def test_in_a_list_it_is_the_slip_of_what_was_scanned_there(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town) as me:
        await go_to(me, "1")
        assert "Ctrl+P" not in me.shown()
        await me.scan(BRACKETED_COPY)
        assert me.last_word() is Word.HOLD_SHELF
        await me.until_shown("Ctrl+P slip")
        slip = await show_slip(me)
        assert "A-01" in slip
        assert BRACKETED_COPY in slip


async def test_why_nothing_is_printed_is_said_in_full_on_a_small_terminal_and_who_is_signed_in_stays(
    town: Library, printer: SimulatedPrinter
) -> None:
    printer.load(0)
    async with at_desk(town, paper=on(printer)) as me:
        await me.until_shown("printer ✕ no paper")
        assert "秦卫东" in me.shown().splitlines()[0]
        assert "Put in a new roll, then print again." in " ".join(me.shown().split())
        await go_to(me, "1")
        assert "Put in a new roll, then print again." in " ".join(me.shown().split())
        assert "秦卫东" in me.shown().splitlines()[0]
        assert "F1" in me.shown().splitlines()[-1]
