"""What was charged and paid, and the slips of it: the history of an account, mistaken charges, Ctrl+P everywhere."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from libops.library import Library
from libops.people import merging
from screens.account.panel import AccountPanel
from screens.desk.screen import Desk
from screens.forms.form import Reply
from screens.forms.money import CancelChargeForm, PayForm
from screens.lists.history import History
from screens.lists.row_card import RowCard
from screens.lists.screen import ListScreen
from screens.slips import SlipPanel
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, chosen, fill_in, go_to, open_form, sent
from tests.terminal.doings import charge, does, lend, place_hold, take_back
from tests.terminal.small_town import BRACKETED_COPY, COPIES, OTHER, OTHER_NAME, SORTER, TEACHER, TEACHER_NAME


async def go_to_account(me: AtDesk, number: str = TEACHER) -> None:
    """Have a patron's account in front."""
    await me.scan(number)
    await me.press("f4")
    await me.until(lambda: isinstance(me.app.screen, AccountPanel) and me.shift.view.account is not None)


async def go_to_history(me: AtDesk) -> ListScreen:
    """From the account on to its history."""
    await me.press("y")
    await me.until_screen(ListScreen)
    screen = me.app.screen
    assert isinstance(screen, ListScreen)
    assert isinstance(screen.listing, History)
    await me.until(lambda: screen.rows.has_read)
    return screen


async def pay(me: AtDesk, amount: str) -> None:
    """Take a payment in the account in front."""
    await me.until(lambda: me.app.screen.check_action("pay", ()) is True)
    form = await open_form(me, "p", PayForm)
    await fill_in(me, amount=amount)
    await sent(me, form)
    await me.until_shown("paid;")


async def slip_in_front(me: AtDesk) -> str:
    """Press the key for slips; what is on the slip, or what is said instead."""
    await me.press("ctrl+p")
    await me.until_screen(SlipPanel)
    panel = me.app.screen
    assert isinstance(panel, SlipPanel)
    await me.until(lambda: panel._slip is not None or bool(panel.query_one(Reply).said))
    shown = me.shown()
    await me.press("escape")
    await me.until(lambda: me.app.screen is not panel)
    return shown


async def test_a_mistaken_charge_is_taken_off_and_stands_in_the_history(town: Library) -> None:
    charge(town, TEACHER, 300)
    async with at_desk(town, size=(100, 40)) as me:
        await go_to_account(me)
        form = await open_form(me, "x", CancelChargeForm)
        await fill_in(me, note="wrong patron")
        await sent(me, form)
        await me.until_shown("CN¥3.00 taken off.")
        assert account_of(town, TEACHER).patron.owes == 0
        screen = await go_to_history(me)
        assert [(row.kind, row.amount) for row in screen.rows.rows] == [("cancelled", -300), ("fee", 300)]
        assert "wrong patron" in me.shown()


async def test_what_was_paid_in_part_is_not_taken_off_and_the_form_says_why(town: Library) -> None:
    charge(town, TEACHER, 300)
    async with at_desk(town, size=(100, 40)) as me:
        await go_to_account(me)
        await pay(me, "1.00")
        await me.until(lambda: me.app.screen.check_action("cancel_charge", ()) is True)
        form = await open_form(me, "x", CancelChargeForm)
        await me.press("f9")
        await me.until(lambda: any("paid" in one for one in form.query_one(Reply).said))
        assert account_of(town, TEACHER).patron.owes == 200


async def test_the_receipt_stays_in_reach_after_others_have_been_served(town: Library) -> None:
    charge(town, TEACHER, 300)
    async with at_desk(town) as me:
        await go_to_account(me)
        await pay(me, "3.00")
        await me.press("escape")
        await me.scan(OTHER, COPIES[0])
        await go_to_account(me)
        screen = await go_to_history(me)
        row = await chosen(me, screen, 0)
        assert row.kind == "payment"
        shown = await slip_in_front(me)
        assert "CN¥3.00" in shown or "3.00" in shown
        assert me.app.screen is screen
        await me.press("enter")
        await me.until_screen(RowCard)
        for fact in ("Receipt", "cash", "Ctrl+P"):
            assert fact in me.shown()
        assert "3.00" in await slip_in_front(me)
        await me.press("escape", "escape")
        await me.until_screen(AccountPanel)
        assert TEACHER_NAME in me.shown()


async def test_what_was_only_charged_has_no_receipt_and_that_is_said(town: Library) -> None:
    charge(town, TEACHER, 300)
    async with at_desk(town) as me:
        await go_to_account(me)
        await go_to_history(me)
        assert "Ctrl+P" not in me.shown()
        assert "No slip goes with this." in await slip_in_front(me)


async def test_in_the_account_the_key_for_slips_shows_what_was_paid_or_the_chosen_row(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    lend(town, OTHER, BRACKETED_COPY)
    place_hold(town, TEACHER, BRACKETED_COPY)
    take_back(town, BRACKETED_COPY)
    charge(town, TEACHER, 300)
    async with at_desk(town, size=(100, 40)) as me:
        await go_to_account(me)
        assert COPIES[0] in await slip_in_front(me), "all that is on loan"
        await pay(me, "1.00")
        assert "1.00" in await slip_in_front(me)
        await me.press("down")
        assert BRACKETED_COPY in await slip_in_front(me), "what waits on the hold shelf"
        await me.press("down")
        assert "1.00" in await slip_in_front(me), "the last payment"


async def test_where_there_is_nothing_to_print_the_key_says_so(town: Library) -> None:
    async with at_desk(town) as me:
        assert "Ctrl+P" not in me.shown()
        assert "No slip goes with this." in await slip_in_front(me)
        await go_to(me, "1")
        assert "No slip goes with this." in await slip_in_front(me)
        await me.press("escape")
        await me.until_screen(Desk)
        await go_to_account(me)
        assert "No slip goes with this." in await slip_in_front(me)


async def test_whoever_only_sorts_returns_is_told_the_same(town: Library) -> None:
    async with at_desk(town, who=SORTER) as me:
        assert "No slip goes with this." in await slip_in_front(me)


async def test_what_is_scanned_before_the_history_goes_to_the_desk(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to_account(me)
        await go_to_history(me)
        await me.scan(COPIES[0])
        await me.until_screen(Desk)
        assert account_of(town, TEACHER).patron.loans == 1


@pytest.mark.parametrize("by", ["key", "scan"])
async def test_an_account_that_ends_behind_its_history_is_gone_with_it(town: Library, by: str) -> None:
    async with at_desk(town) as me:
        await go_to_account(me)
        screen = await go_to_history(me)
        does(town, lambda work: merging.merge(work, keep_number=OTHER, drop_number=TEACHER))
        await me.until(lambda: me.shift.view.patron is not None and me.shift.view.patron.number == OTHER)
        assert me.app.screen is screen, "what is looked at is not torn away"
        if by == "key":
            await me.press("escape")
        else:
            await me.scan(COPIES[0])
        await me.until_screen(Desk)
        await me.pilot.pause()
        assert OTHER_NAME in me.shown()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_history_fits_a_small_terminal(town: Library, language: str) -> None:
    charge(town, TEACHER, 123456)
    async with at_desk(town, language) as me:
        await go_to_account(me)
        await go_to_history(me)
        lines = me.shown().splitlines()
        assert all(cell_len(line) <= 80 for line in lines)
        await me.press("enter")
        await me.until_screen(RowCard)
        assert all(cell_len(line) <= 80 for line in me.shown().splitlines())
