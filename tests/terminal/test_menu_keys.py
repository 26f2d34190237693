"""A key in the menu leads on at once, and where it was the beginning of a code nothing of that code is lost."""

from __future__ import annotations

from libops.circulation.outcomes import Mode, Word
from libops.library import Library
from screens.desk.screen import Desk
from screens.lists.patrons import Patrons
from screens.lists.screen import ListScreen
from screens.menu import Menu
from tests.terminal.at_desk import BY_HAND, AtDesk, at_desk
from tests.terminal.doings import lend
from tests.terminal.small_town import COPIES, TEACHER


async def open_menu(me: AtDesk) -> None:
    """Press its key."""
    await me.press("f3")
    await me.until_screen(Menu)


async def test_a_reader_that_stutters_behind_its_first_character_is_heard_whole_where_that_led(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await open_menu(me)
        first, rest = COPIES[0][0], COPIES[0][1:]
        began = me.hours.now()
        me.press_quickly(first)
        await me.until_screen(ListScreen)
        # However long a busy machine took for it: the reader has stuttered for less than that.
        me.hours.pass_by(began + BY_HAND - me.hours.now())
        me.press_quickly(*rest, "enter")
        await me.until(lambda: len(me.outcomes) == 1)
        assert (me.outcomes[0].word, me.outcomes[0].code) == (Word.SHELVE, COPIES[0])


async def test_a_whole_code_that_comes_a_moment_later_is_that_code(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await open_menu(me)
        me.press_quickly("1")
        await me.until_screen(ListScreen)
        me.press_quickly(*COPIES[0], "enter")
        await me.until(lambda: len(me.outcomes) == 1)
        assert (me.outcomes[0].word, me.outcomes[0].code) == (Word.SHELVE, COPIES[0])


async def test_a_code_that_comes_whole_while_the_menu_is_open_answers_nothing(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await open_menu(me)
        me.press_quickly(*COPIES[0], "enter")
        await me.until(lambda: len(me.outcomes) == 2)
        assert me.outcomes[1].word is Word.LENT
        assert isinstance(me.app.screen, Menu)


async def test_what_a_hand_types_behind_the_key_of_a_list_is_what_is_looked_for(town: Library) -> None:
    async with at_desk(town) as me:
        await open_menu(me)
        await me.press("p")
        await me.until_screen(ListScreen)
        screen = me.app.screen
        assert isinstance(screen, ListScreen)
        await me.enter("wang")
        assert isinstance(screen.listing, Patrons)
        await me.until(lambda: "wang" in me.shown())
        assert "pwang" not in me.shown()


async def test_keys_that_come_in_one_go_behind_a_function_key_go_where_it_leads(town: Library) -> None:
    async with at_desk(town) as me:
        for code in (TEACHER, COPIES[0]):
            me.press_quickly("f3", "2")
            await me.until(lambda: me.app._catcher.next_look is not None)
            await me.rest()
            await me.until_screen(ListScreen)
            await me.press("escape")
            await me.until_screen(Desk)
            assert me.desk.scan_line.value == ""
            await me.scan(code)
        me.press_quickly("f2", *COPIES[0], "enter")
        await me.until(lambda: bool(me.outcomes) and me.last_word() is Word.SHELVE)


async def test_what_was_typed_before_a_function_key_is_done_before_it(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        before = len(me.outcomes)
        me.press_quickly(*COPIES[0], "enter", "f2", *TEACHER, "enter", *COPIES[1], "enter")
        await me.until(lambda: len(me.outcomes) >= before + 3)
        assert [one.word for one in me.outcomes[before:] if one.code] == [Word.SHELVE, Word.PATRON, Word.LENT]
