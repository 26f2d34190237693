"""The closings of tills: a key from the till shows what was counted, and what should have been there."""

from __future__ import annotations

from functools import partial

import pytest
from rich.cells import cell_len

from libops.library import Library
from libops.money import charges, tills
from libops.money.kinds import Method
from screens.lists.closings import Closings
from screens.lists.row_card import RowCard
from screens.lists.screen import ListScreen
from screens.lists.till import Till
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.doings import charge, does
from tests.terminal.small_town import TEACHER


def close_a_till(town: Library, amount: int, counted: int, at: str = "", note: str = "") -> None:
    """Take a payment at a desk and close its till with what was counted."""
    charge(town, TEACHER, amount)
    does(town, partial(charges.pay, patron_number=TEACHER, amount=amount, method=Method.CASH), at)
    does(town, lambda work: tills.close(work, counted={Method.CASH: counted}, note=note), at)


async def go_to_closings(me: AtDesk) -> ListScreen:
    """By the till to its closings."""
    await go_to(me, "t")
    await me.press("f9")
    await me.until(lambda: isinstance(me.app.screen, ListScreen) and isinstance(me.app.screen.listing, Closings))
    screen = me.app.screen
    assert isinstance(screen, ListScreen)
    await me.until(lambda: screen.rows.has_read)
    return screen


async def test_every_closing_of_this_desk_is_listed_and_what_is_lacking_stands_out(town: Library) -> None:
    close_a_till(town, 300, 300)
    close_a_till(town, 500, 450, note="a coin fell")
    async with at_desk(town) as me:
        screen = await go_to_closings(me)
        assert [row.difference for row in screen.rows.rows] == [-50, 0]
        assert "-CN¥0.50" in me.shown()
        await me.press("enter")
        await me.until_screen(RowCard)
        for fact in ("CN¥4.50 of CN¥5.00", "a coin fell"):
            assert fact in me.shown()
        await me.press("escape", "escape")
        assert isinstance(me.app.screen, ListScreen)
        assert isinstance(me.app.screen.listing, Till), "Esc leads back to the till"


async def test_another_desks_closings_are_shown_once_all_are_asked_for(town: Library) -> None:
    close_a_till(town, 300, 300, at="N1")
    async with at_desk(town) as me:
        screen = await go_to_closings(me)
        assert screen.rows.rows == []
        assert "This till was never closed." in me.shown()
        await me.press("f7")
        await me.until(lambda: len(screen.rows.rows) == 1)
        assert "all desks" in me.shown()


async def test_a_till_that_is_closed_meanwhile_comes_into_the_list_by_itself(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await go_to_closings(me)
        close_a_till(town, 300, 300)
        await me.until(lambda: len(screen.rows.rows) == 1)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_closings_fit_a_small_terminal(town: Library, language: str) -> None:
    close_a_till(town, 12345678, 12345600, note="counted twice by two people, and both times the same was lacking")
    async with at_desk(town, language) as me:
        await go_to_closings(me)
        assert "0.78" in me.shown()
        assert all(cell_len(line) <= 80 for line in me.shown().splitlines())
        await me.press("enter")
        await me.until_screen(RowCard)
        assert all(cell_len(line) <= 80 for line in me.shown().splitlines())
