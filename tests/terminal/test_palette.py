"""What can be done here now, found by its name; scans go where scans go."""

from __future__ import annotations

from libops.circulation.outcomes import Mode, Word
from libops.library import Library
from screens.account.panel import AccountPanel
from screens.desk.screen import Desk
from screens.fields import WordsLine
from screens.forms.holds import PlaceHold
from screens.item_card import ItemCard
from screens.lists.overdue import Overdue
from screens.lists.screen import ListScreen
from screens.own_keys import own_keys
from screens.palette import Command, Palette
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.small_town import COPIES, SORTER, TEACHER


async def opened(me: AtDesk) -> Palette:
    await me.press("ctrl+k")
    await me.until_screen(Palette)
    palette = me.app.screen
    assert isinstance(palette, Palette)
    await me.until(lambda: bool(palette.found._commands))
    return palette


def ids(palette: Palette) -> list[str]:
    return [one.id for one in palette.found._commands]


async def test_a_few_letters_and_enter_do_it(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await opened(me)
        await me.enter("acc")
        await me.until_screen(AccountPanel)


async def test_only_what_does_something_now_is_offered(town: Library) -> None:
    async with at_desk(town) as me:
        palette = await opened(me)
        assert "turn" in ids(palette)
        assert not {"account", "done", "allow", "commands", "list_up"} & set(ids(palette))
    async with at_desk(town, who=SORTER) as me:
        assert not {"turn", "undo", "app.to('till')"} & set(ids(await opened(me)))


async def test_the_words_are_looked_for_in_the_name_the_key_and_what_it_does(town: Library) -> None:
    async with at_desk(town) as me:
        palette = await opened(me)
        await me.press(*"last thing")
        await me.until(lambda: ids(palette) == ["undo"])
        palette.query_one(WordsLine).value = "f10"
        await me.until(lambda: ids(palette) == ["leave"])
        palette.query_one(WordsLine).value = "zzz"
        await me.until_shown("Nothing here is called so.")
        await me.press("enter")
        assert me.app.screen is palette


async def test_the_arrows_choose_and_escape_leaves_everything_as_it_is(town: Library) -> None:
    async with at_desk(town) as me:
        palette = await opened(me)
        assert palette.found.chosen is not None
        first = palette.found.chosen.id
        await me.press("down")
        assert ids(palette).index(palette.found.chosen.id) == 1
        await me.press("up", "up")
        assert palette.found.chosen.id == ids(palette)[-1]
        await me.press("down")
        assert palette.found.chosen.id == first
        await me.press("escape")
        await me.until_screen(Desk)
        assert me.shift.view.mode is Mode.LEND


async def test_the_places_of_the_menu_are_there_with_their_two_keys(town: Library) -> None:
    async with at_desk(town, own_keys=own_keys({"any.go_to": "ctrl+g"})) as me:
        palette = await opened(me)
        await me.press(*"overdue")
        await me.until(lambda: ids(palette)[0] == "app.to('overdue')")
        assert "Ctrl+G 9" in me.shown()
        await me.press("enter")
        await me.until_screen(ListScreen)
        assert isinstance(me.app.screen, ListScreen)
        assert isinstance(me.app.screen.listing, Overdue)


async def test_a_list_offers_its_own_keys_and_a_card_its_letters(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "9")
        palette = await opened(me)
        assert "do('overdue.all')" in ids(palette)
        await me.press("escape", "escape")
        await me.until_screen(Desk)
        await me.scan(TEACHER, COPIES[0])
        await me.press("f7")
        await me.until_screen(ItemCard)
        await me.until_shown("H hold")
        palette = await opened(me)
        assert not [one for one in ids(palette) if one.startswith("app.to")]
        await me.enter("hold")
        await me.until_screen(PlaceHold)


async def test_a_scan_while_it_is_open_goes_to_the_desk_and_chooses_nothing(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        palette = await opened(me)
        me.press_quickly(*COPIES[0], "enter")
        await me.until(lambda: me.last_word() is Word.LENT)
        assert me.app.screen is palette
        assert palette.query_one(WordsLine).value == ""


async def test_a_short_code_that_nobody_knows_chooses_nothing_either(town: Library) -> None:
    async with at_desk(town) as me:
        palette = await opened(me)
        me.press_quickly(*"f10 x", "enter")
        await me.until(lambda: bool(me.outcomes) and me.last_word() is Word.UNKNOWN)
        assert me.app.screen is palette
        assert me.outcomes[-1].code == "f10 x"


async def test_what_a_scan_changes_is_offered_at_once(town: Library) -> None:
    async with at_desk(town) as me:
        palette = await opened(me)
        assert "account" not in ids(palette)
        await me.scan(TEACHER)
        await me.until(lambda: "account" in ids(palette))


async def test_more_than_fit_move_under_the_mark(town: Library) -> None:
    async with at_desk(town) as me:
        palette = await opened(me)
        for _ in range(len(ids(palette)) - 1):
            await me.press("down")
        assert palette.found.chosen is not None
        assert palette.found.chosen.id == ids(palette)[-1]
        assert f"▸ {palette.found.chosen.key}" in me.shown()
        await me.pilot.resize_terminal(120, 40)
        await me.until_shown("▸ " + palette.found.chosen.key)


def test_what_begins_with_the_words_comes_before_what_only_holds_them() -> None:
    def fits(name: str, typed: str) -> int:
        return Command("x", "F4", name, "Show the whole account.").fits(typed.split())

    assert fits("account", "acc") > fits("renew account", "acc") > fits("loans", "acc") > fits("loans", "xyz") == 0
    assert fits("借书", "借") > 0
