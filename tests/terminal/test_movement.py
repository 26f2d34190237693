"""Moving by letters, for those who chose it: in cards, menus, texts and questions, never where scans arrive."""

from __future__ import annotations

from libops.circulation.outcomes import Word
from libops.library import Library
from screens.account.panel import AccountPanel
from screens.account.row_list import RowList
from screens.desk.panels import Help
from screens.dialogs import Ask
from screens.key_faults import check_keys
from screens.key_places import PLACES, Kind, by_id
from screens.lists.paged_list import PagedList
from screens.menu import Menu
from screens.movement import GIVE_WAY, MORE_KEYS
from screens.own_keys import own_keys
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.small_town import COPIES, TEACHER

VIM = own_keys({}, by_letters=True)


async def test_letters_choose_rows_of_a_card_and_the_arrows_still_do(town: Library) -> None:
    async with at_desk(town, own_keys=VIM) as me:
        await me.scan(TEACHER, *COPIES[:3])
        await me.press("f4")
        await me.until_screen(AccountPanel)
        rows = me.app.screen.query_one(RowList)
        await me.press("j")
        await me.until(lambda: rows._at == 1)
        await me.press("down")
        await me.until(lambda: rows._at == 2)
        await me.press("K")
        await me.until(lambda: rows._at == 1)
        await me.press("G")
        await me.until(lambda: rows._at == 2)
        await me.press("g")
        await me.until(lambda: rows._at == 0)
        assert "V renew card" in me.shown()
        assert "O merge" in me.shown()


async def test_letters_move_in_a_menu_and_those_that_choose_a_line_still_do(town: Library) -> None:
    async with at_desk(town, own_keys=VIM) as me:
        await me.press("f3")
        await me.until_screen(Menu)
        menu = me.app.screen
        assert isinstance(menu, Menu)
        await me.press("j")
        await me.until(lambda: menu.lines.chosen == 1)
        await me.press("G")
        await me.until(lambda: menu.lines.chosen == len(menu._choosable) - 1)
        await me.press("k")
        await me.until(lambda: menu.lines.chosen == len(menu._choosable) - 2)
        await me.press("g")
        await me.until(lambda: menu.lines.chosen == 0)
        await me.press("p")
        await me.until_shown("Type the beginning of a number")


async def test_without_the_setting_a_letter_moves_nothing(town: Library) -> None:
    async with at_desk(town) as me:
        await me.press("f3")
        await me.until_screen(Menu)
        menu = me.app.screen
        assert isinstance(menu, Menu)
        await me.press("j", "down")
        await me.until(lambda: menu.lines.chosen == 1)


async def test_letters_scroll_a_text_and_lead_through_the_answers_of_a_question(town: Library) -> None:
    async with at_desk(town, own_keys=VIM) as me:
        await me.press("f1")
        await me.until_screen(Help)
        scroll = me.app.screen.query_one("#scroll")
        await me.press("j", "j")
        await me.until(lambda: scroll.scroll_offset.y == 2)
        await me.press("G")
        await me.until(lambda: scroll.scroll_offset.y == scroll.max_scroll_y)
        await me.press("g")
        await me.until(lambda: scroll.scroll_offset.y == 0)
        await me.press("ctrl+d")
        await me.until(lambda: scroll.scroll_offset.y == scroll.size.height // 2)
        await me.press("escape", "f10")
        await me.until_screen(Ask)
        await me.press("j")
        await me.until(lambda: focused(me) == "sign-out")
        await me.press("k")
        await me.until(lambda: focused(me) == "stay")


async def test_on_a_workplace_letters_are_written_and_half_a_leaf_is_moved_only_on_an_empty_line(town: Library) -> None:
    async with at_desk(town, own_keys=VIM) as me:
        screen = await go_to(me, "p")
        half = screen.query_one(PagedList).page // 2
        await me.press("ctrl+d")
        await me.until(lambda: screen.rows.chosen_at == half)
        await me.press("ctrl+u")
        await me.until(lambda: screen.rows.chosen_at == 0)
        await me.press("j", "k", "G")
        assert screen.scan_line.value == "jkG"
        assert screen.rows.chosen_at == 0
        await me.press("ctrl+d")
        assert screen.rows.chosen_at == 0
        await me.press("ctrl+u")
        assert screen.scan_line.value == ""


async def test_a_scan_that_begins_with_the_letters_moves_nothing_and_is_served(town: Library) -> None:
    async with at_desk(town, own_keys=VIM) as me:
        await me.scan(TEACHER, COPIES[0], COPIES[1])
        await me.press("f4")
        await me.until_screen(AccountPanel)
        rows = me.app.screen.query_one(RowList)
        me.press_quickly(*"jjkG0815", "enter")
        await me.until(lambda: me.last_word() is Word.UNKNOWN)
        assert rows._at == 0
        assert me.outcomes[-1].code == "jjkG0815"


async def test_a_letter_that_is_held_down_moves_on_and_on(town: Library) -> None:
    async with at_desk(town, own_keys=VIM) as me:
        await me.scan(TEACHER, *COPIES[:8])
        await me.press("f4")
        await me.until_screen(AccountPanel)
        rows = me.app.screen.query_one(RowList)
        me.press_quickly(*"jjjjjj")
        await me.until(lambda: rows._at == 6)


def test_no_letter_moves_on_a_workplace_or_in_a_form() -> None:
    for place in PLACES:
        keys = {key for one in place.all for key in VIM.keys(one)}
        if place.kind is not Kind.CARD:
            assert keys & set("jkgGJK") == set(), place.name


def test_what_gives_way_to_the_letters_comes_to_stand_where_nothing_stood() -> None:
    for place in PLACES:
        keys = [(key, one.id) for one in place.all for key in VIM.keys(one)]
        taken = {key: {name for other, name in keys if other == key} for key, _ in keys}
        assert {key: names for key, names in taken.items() if len(names) > 1} == {}, place.name
    assert set(MORE_KEYS) | set(GIVE_WAY) <= set(by_id())
    assert all(keys[0] == by_id()[name].key for name, keys in MORE_KEYS.items())


def test_a_key_of_the_settings_counts_more_and_may_not_stand_on_one_of_the_letters() -> None:
    assert check_keys({"account.hold": "j"}) == []
    (fault,) = check_keys({"account.hold": "j"}, by_letters=True)
    assert (fault.id, fault.other, fault.key) == ("account.hold", "dialog.down", "j")
    own = own_keys({"account.merge": "z", "dialog.down": "ctrl+n"}, by_letters=True)
    assert own.shown(by_id()["account.merge"]) == "Z"
    assert own.shown(by_id()["dialog.down"]) == "Ctrl+N j"
    assert VIM.shown(by_id()["dialog.down"]) == "↑ ↓ j k"
    assert VIM.shown(by_id()["dialog.last"]) == "End G"


def focused(me: AtDesk) -> str | None:
    return None if me.app.screen.focused is None else me.app.screen.focused.id
