"""Leaving: the visit ends with its receipt, and what somebody was writing is not lost unsaid or by one key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from textual.widgets import TextArea

from db.slips import SlipKind
from db.tables import EVENT
from devices.printer_simulator import SimulatedPrinter
from libops.library import Library
from libops.slips.printing import PrinterState
from screens.desk.screen import Desk
from screens.dialogs import Ask
from screens.forms.patrons import RegisterPatron
from screens.forms.throwing_away import ThrowAway
from screens.lists.screen import ListScreen
from screens.sign_in import SignIn
from screens.template_editor import TemplateEditor
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import fill_in, go_to, open_form
from tests.terminal.small_town import (
    BRACKETED,
    BRACKETED_COPY,
    COPIES,
    NO_COPY,
    SUPERVISOR,
    TEACHER,
    open_loans,
)
from tests.terminal.test_cataloguing import add_it, quick_add
from tests.terminal.test_slips_console import come_out, on, until_printer
from tests.terminal.test_trouble import table_gone


@pytest.fixture
def printer() -> Iterator[SimulatedPrinter]:
    """A printer in the network, switched on."""
    with SimulatedPrinter(42) as simulated:
        yield simulated


async def leave(me: AtDesk, *keys: str) -> None:
    """Ask to leave, and answer by these keys; the first answer is to stay."""
    await me.press("ctrl+q")
    await me.until_screen(Ask)
    await me.press(*keys)


def asked(me: AtDesk) -> str:
    """The question in front, as one line."""
    return " ".join(me.shown().split())


async def registering(me: AtDesk) -> RegisterPatron:
    """A new patron, half filled in."""
    await go_to(me, "p")
    form = await open_form(me, "f12", RegisterPatron)
    await fill_in(me, number="P20269999", name="林晓")
    return form


async def test_signing_out_ends_the_visit_with_its_receipt(town: Library, printer: SimulatedPrinter) -> None:
    async with at_desk(town, paper=on(printer, SlipKind.LOANS)) as me:
        await until_printer(me, PrinterState.READY)
        await me.scan(TEACHER, COPIES[0], BRACKETED_COPY)
        await leave(me, "right", "enter")
        await me.until_screen(SignIn)
        assert BRACKETED in await come_out(printer, 1)


async def test_ending_the_program_prints_the_receipt_before_it_ends(town: Library, printer: SimulatedPrinter) -> None:
    async with at_desk(town, paper=on(printer, SlipKind.LOANS)) as me:
        await until_printer(me, PrinterState.READY)
        await me.scan(TEACHER, BRACKETED_COPY)
        await leave(me, "left", "enter")
        await me.until(lambda: not me.app.is_running or me.app._exit)
    assert BRACKETED in await come_out(printer, 1)


async def test_where_receipts_are_not_wanted_unasked_none_is_printed(town: Library, printer: SimulatedPrinter) -> None:
    async with at_desk(town, paper=on(printer)) as me:
        await until_printer(me, PrinterState.READY)
        await me.scan(TEACHER, BRACKETED_COPY)
        await leave(me, "right", "enter")
        await me.until_screen(SignIn)
        for text in SUPERVISOR:
            await me.enter(text)
        await me.until_screen(Desk)
        # Had there been a receipt, it would have come out before.
        me.shift.print_trial()
        assert "A trial of the printer" in await come_out(printer, 1)


def signed_out(library: Library) -> list[str]:
    """Who signed out, by badge."""
    query = select(EVENT.c.actor).where(EVENT.c.kind == "staff.signed_out").order_by(EVENT.c.id)
    with library.database.reading() as transaction:
        return [actor.removeprefix("staff:") for actor in transaction.connection.execute(query).scalars()]


async def test_who_signs_out_is_written_down_behind_what_was_done(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await leave(me, "enter")
        await me.until(lambda: me.app.screen is me.desk)
        await leave(me, "right", "enter")
        await me.until_screen(SignIn)
        await me.until(lambda: signed_out(town) == [SUPERVISOR[0]])
        assert open_loans(str(town.database.url)) == [COPIES[0]]


async def test_who_ends_the_program_is_signed_out(town: Library) -> None:
    async with at_desk(town) as me:
        await leave(me, "left", "enter")
        await me.until(lambda: signed_out(town) == [SUPERVISOR[0]])


async def test_nobody_is_kept_from_going_while_the_database_is_gone(town: Library) -> None:
    async with at_desk(town) as me:
        with table_gone(town, "event"), capture_logs() as logged:
            await leave(me, "right", "enter")
            await me.until_screen(SignIn)
            await me.until(lambda: "sign_out_not_journalled" in [line["event"] for line in logged])
    assert signed_out(town) == []


async def test_whoever_stays_goes_on_with_the_same_visit(town: Library, printer: SimulatedPrinter) -> None:
    async with at_desk(town, paper=on(printer, SlipKind.LOANS)) as me:
        await until_printer(me, PrinterState.READY)
        await me.scan(TEACHER, BRACKETED_COPY)
        await leave(me, "enter")
        await me.until(lambda: me.app.screen is me.desk)
        await me.scan(COPIES[0])
        await me.press("f9")
        printed = await come_out(printer, 1)
        assert BRACKETED in printed
        assert "红楼梦" in printed


async def test_what_is_half_filled_in_is_named_before_somebody_leaves(town: Library) -> None:
    async with at_desk(town) as me:
        form = await registering(me)
        await me.press("ctrl+q")
        await me.until_screen(Ask)
        assert "“Register a patron” is half filled in. Leaving drops that." in asked(me)
        await me.press("enter")
        await me.until(lambda: me.app.screen is form)
        assert form.values()["name"] == "林晓"


async def test_a_template_that_is_not_saved_is_named_before_somebody_leaves(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "s")
        await me.press("f7")
        await me.until_screen(TemplateEditor)
        await me.press("ctrl+q")
        await me.until_screen(Ask)
        assert "not saved" not in asked(me)
        await me.press("enter")
        await me.until_screen(TemplateEditor)
        me.app.screen.query_one(TextArea).insert("x")
        await me.press("ctrl+q")
        await me.until_screen(Ask)
        assert "is not saved. Leaving drops what was changed." in asked(me)


async def test_escape_asks_before_several_fields_are_thrown_away_and_keeps_them_on_no(town: Library) -> None:
    async with at_desk(town) as me:
        form = await registering(me)
        await me.press("escape")
        await me.until_screen(ThrowAway)
        assert "Throw away what was filled in?" in asked(me)
        await me.press("enter")
        await me.until(lambda: me.app.screen is form)
        assert (form.values()["number"], form.values()["name"]) == ("P20269999", "林晓")


async def test_escape_twice_is_quick(town: Library) -> None:
    async with at_desk(town) as me:
        await registering(me)
        me.press_quickly("escape", "escape")
        await me.until_screen(ListScreen)


async def test_one_field_goes_by_one_key(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "p")
        await open_form(me, "f12", RegisterPatron)
        await fill_in(me, name="林晓")
        await me.press("escape")
        await me.until_screen(ListScreen)


async def test_no_scan_answers_whether_it_is_thrown_away(town: Library) -> None:
    async with at_desk(town) as me:
        form = await registering(me)
        await me.press("escape")
        await me.until_screen(ThrowAway)
        me.hear_code(COPIES[0])
        me.press_quickly(*COPIES[1], "enter")
        await me.until(lambda: [outcome.code for outcome in me.outcomes] == COPIES[:2])
        assert isinstance(me.app.screen, ThrowAway)
        assert form in me.app.screen_stack
        assert form.values()["name"] == "林晓"


async def test_after_a_book_was_added_nothing_is_left_to_be_thrown_away(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        form = await quick_add(me)
        await fill_in(me, title="Tides", barcode=NO_COPY, call_number="P7")
        assert form.changed == 3
        await add_it(me, form)
        assert form.changed == 0
        await me.press("escape")
        await me.until(lambda: me.app.screen is not form)
        assert not isinstance(me.app.screen, ThrowAway)
