"""A reader's keys that a busy machine reads late, at a list: the code is whole all the same, and goes to the desk."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from time import monotonic

import pytest
from textual.events import Key

from libops.library import Library
from screens.lists.screen import ListScreen
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.small_town import COPIES, TEACHER, open_loans

AT_ONCE, LATE, BY_HAND = 0.001, 0.12, 0.1


def apart(code: str, late: Iterable[int]) -> list[tuple[str, float]]:
    """The keys of a code and Enter, each with the seconds before it; these come late."""
    late = set(late)
    return [(key, LATE if at in late else AT_ONCE) for at, key in enumerate([*code, "enter"])]


async def read(me: AtDesk, keys: Iterable[tuple[str, float]], begun: float) -> None:
    """Have the console read keys at these distances from each other, the first of them ``begun``."""
    driver = me.app._driver
    assert driver is not None
    for key, wait in keys:
        begun += wait
        event = Key(key, key if len(key) == 1 else None)
        event.time = begun
        event.set_sender(me.app)
        driver.send_message(event)
    await me.pilot.pause()


async def at_a_list(me: AtDesk) -> ListScreen:
    """A patron at the desk, a list in front of it, and a word begun there."""
    await me.scan(TEACHER)
    screen = await go_to(me, "p")
    await read(me, [("周", 1)], monotonic() - 20)
    assert screen.scan_line.value == "周"
    return screen


def lent(library: Library, count: int) -> bool:
    """Whether so many copies are on loan."""
    return len(open_loans(str(library.database.url))) >= count


@pytest.mark.parametrize("late", [(), (1,), (7,), (13,), (14,), (3, 4, 9)], ids=str)
async def test_a_code_that_was_read_in_pieces_is_lent_whatever_is_half_typed(
    town: Library, late: tuple[int, ...]
) -> None:
    async with at_desk(town) as me:
        await at_a_list(me)
        await read(me, apart(COPIES[0], (0, *late)), monotonic() - 10)
        await me.until(partial(lent, town, 1))
        await me.until(lambda: me.app.screen is me.desk)
        assert open_loans(str(town.database.url)) == [COPIES[0]]


async def test_a_code_that_was_begun_in_pieces_at_the_list_goes_on_whole_at_the_desk(town: Library) -> None:
    async with at_desk(town) as me:
        await at_a_list(me)
        first, second = apart(COPIES[0], ()), apart(COPIES[1], (4,))
        begun = monotonic() - 10
        await read(me, [*first, *second[:9]], begun)
        await me.until(lambda: me.app.screen is me.desk)
        assert me.desk.scan_line.value == COPIES[1][:9]
        await read(me, second[9:], begun + 1)
        await me.until(partial(lent, town, 2))
        assert open_loans(str(town.database.url)) == COPIES[:2]


async def test_a_code_that_a_person_types_behind_a_word_is_looked_for_with_it(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await at_a_list(me)
        await read(me, [(key, BY_HAND) for key in [*COPIES[0], "enter"]], monotonic() - 10)
        await me.until(lambda: screen.scan_line.value == "")
        assert me.app.screen is screen
        assert f"周{COPIES[0]}" in me.shown()
        assert open_loans(str(town.database.url)) == []
