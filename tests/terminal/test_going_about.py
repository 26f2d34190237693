"""Going about for hours: what was closed is let go of, keys that do nothing do not show, and haste does no harm."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter

from textual._styles_cache import StylesCache
from textual.screen import Screen

from libops.library import Library
from screens.catalogue.search import Search
from screens.desk.panels import Help
from screens.desk.screen import Desk
from screens.lists.going import go_to as go_there
from screens.menu import Menu
from screens.today.screen import Today
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to

ROUNDS = 8


async def go_round(me: AtDesk) -> None:
    """Look at a list, at the day and at the search, and be back at the desk each time."""
    _ = await go_to(me, "2")
    await me.press("escape")
    await me.until_screen(Desk)
    await me.press("f3", "0")
    await me.until_screen(Today)
    await me.press("escape")
    await me.until_screen(Desk)
    await me.press("ctrl+f")
    await me.until_screen(Search)
    await me.press("escape")
    await me.until_screen(Desk)


def most_of_a_kind() -> int:
    """How many screens there are of the kind of which there are most, whether they are on screen or not."""
    _ = gc.collect()
    return max(Counter(type(one) for one in gc.get_objects() if isinstance(one, Screen)).values())


def drawn() -> int:
    """For how many widgets it is kept what they have drawn."""
    return sum(isinstance(one, StylesCache) for one in gc.get_objects())


async def test_screens_that_were_closed_do_not_stay_in_memory(town: Library) -> None:
    async with at_desk(town) as me:
        await go_round(me)
        _ = most_of_a_kind()
        before = drawn()
        for _ in range(ROUNDS):
            await go_round(me)
        # Threads hold the one they last read for, and a timer that was stopped holds its own until it would be due.
        await me.until(lambda: most_of_a_kind() < ROUNDS / 2 and drawn() < before * 2)


async def test_a_list_that_is_closed_while_it_opens_ends_nothing(town: Library) -> None:
    async with at_desk(town) as me:
        _ = await go_to(me, "2")
        await me.press("escape")
        for turns in range(60):
            go_there(me.app, me.shift, "shelf")
            for _ in range(turns):
                await asyncio.sleep(0)
            _ = me.app.pop_screen()
            await me.until_screen(Desk)


async def test_keys_of_a_screen_that_is_covered_are_not_shown_until_it_is_in_front_again(town: Library) -> None:
    async with at_desk(town, size=(120, 40)) as me:
        assert "F2 returns" in me.shown()
        await me.press("f3")
        await me.until_screen(Menu)
        await me.until(lambda: "F2 returns" not in me.shown())
        await me.press("f1")
        await me.until_screen(Help)
        await me.until(lambda: "Enter go" not in me.shown())
        await me.press("escape", "escape")
        await me.until_screen(Desk)
        await me.until_shown("F2 returns")
