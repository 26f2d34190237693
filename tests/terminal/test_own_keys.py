"""A console whose keys somebody has changed: the keys of now do it, and every place that names a key names that one."""

from __future__ import annotations

from typing import Any

import pytest

from libops.circulation.outcomes import Word
from libops.library import Library
from screens.account.panel import AccountPanel
from screens.desk.panels import Help
from screens.dialogs import Ask
from screens.item_card import ItemCard
from screens.key_faults import check_keys
from screens.lists.all_lists import LISTS
from screens.lists.closings import Closings
from screens.lists.listing import Listing
from screens.lists.overdue import Overdue
from screens.lists.screen import ListScreen
from screens.menu import Menu
from screens.own_keys import OwnKeys, own_keys
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.small_town import COPIES, TEACHER

REFERENCE = "30000000002216"


def own(**keys: str) -> OwnKeys:
    wanted = {name.replace("__", "."): key for name, key in keys.items()}
    assert check_keys(wanted) == []
    return own_keys(wanted)


def focused(me: AtDesk) -> str | None:
    return None if me.app.screen.focused is None else me.app.screen.focused.id


def foot(me: AtDesk) -> str:
    return me.shown().splitlines()[-1]


async def test_the_changed_key_does_it_and_the_old_one_no_longer(town: Library) -> None:
    async with at_desk(town, own_keys=own(desk__account="ctrl+t")) as me:
        await me.scan(TEACHER)
        await me.until_shown("Ctrl+T account")
        assert "F4" not in foot(me)
        await me.press("f4")
        assert me.app.screen is me.desk
        await me.press("ctrl+t")
        await me.until_screen(AccountPanel)


async def test_two_keys_change_places(town: Library) -> None:
    async with at_desk(town, own_keys=own(desk__account="f9", desk__done="f4")) as me:
        await me.scan(TEACHER)
        await me.until_shown("F9 account")
        assert "F4 done" in foot(me)
        await me.press("f9")
        await me.until_screen(AccountPanel)
        await me.press("escape")
        await me.until_screen(type(me.desk))
        await me.press("f4")
        await me.until(lambda: me.shift.view.patron is None)


async def test_a_refusal_names_the_keys_of_now(town: Library) -> None:
    async with at_desk(town, size=(180, 30), own_keys=own(any__allow="ctrl+t", any__rules="ctrl+g")) as me:
        await me.scan(TEACHER, REFERENCE)
        assert me.last_word() is Word.REFUSED
        await me.until_shown("Ctrl+T allow it all the same")
        assert "Ctrl+G which rules decide" in me.shown()
        assert "F8" not in me.shown()


async def test_help_names_the_keys_of_now_however_long_their_names_are(town: Library) -> None:
    async with at_desk(town, size=(120, 40), own_keys=own(any__help="shift+f11", desk__done="ctrl+t")) as me:
        await me.press("f23")
        await me.until_screen(Help)
        lines = me.shown().splitlines()
        assert any("Shift+F11 help" in line for line in lines)
        assert any("Ctrl+T    done" in line for line in lines)
        assert not any("F9 " in line for line in lines)


async def test_a_letter_of_a_card_counts_in_either_case_and_may_be_a_mark(town: Library) -> None:
    async with at_desk(
        town, size=(120, 40), own_keys=own(item__hold="z", item__label="=", dialog__close="f2", item__call_off="j")
    ) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("f7")
        await me.until_screen(ItemCard)
        await me.until_shown("Z hold")
        assert "= spine label" in me.shown()
        assert "F2 close" in me.shown()
        await me.press("f2")
        await me.until_screen(type(me.desk))


async def test_a_list_has_its_own_keys_where_they_were_put(town: Library) -> None:
    async with at_desk(town, size=(120, 30), own_keys=own(overdue__all="ctrl+t", list__down="ctrl+n")) as me:
        overdue = (await go_to(me, "9")).listing
        assert isinstance(overdue, Overdue)
        await me.until_shown("Ctrl+T here / all")
        assert "F7" not in foot(me)
        assert not overdue.everywhere
        await me.press("f7")
        assert not overdue.everywhere
        await me.press("ctrl+t")
        assert overdue.everywhere


async def test_texts_that_name_a_key_follow_it(town: Library) -> None:
    async with at_desk(town, size=(120, 30), own_keys=own(list__back="ctrl+g", changes__new="ctrl+t")) as me:
        await go_to(me, "m")
        await me.until_shown("Ctrl+T chooses copies and changes them; F8 puts back what a change changed.")
        await me.press("ctrl+g")
        await me.until_screen(type(me.desk))
        await go_to(me, "p")
        await me.enter("P2017")
        await me.until_shown("· Ctrl+G shows all")


async def test_a_question_is_answered_by_the_arrows_that_were_chosen(town: Library) -> None:
    async with at_desk(town, own_keys=own(ask__next="n", ask__before="b")) as me:
        await me.press("f10")
        await me.until_screen(Ask)
        await me.until_shown("N choose")
        await me.press("n")
        await me.until(lambda: focused(me) == "sign-out")
        await me.press("b")
        await me.until(lambda: focused(me) == "stay")


async def test_every_key_that_a_list_offers_is_one_that_it_was_checked_for(town: Library) -> None:
    async with at_desk(town) as me:
        every: tuple[type[Listing[Any]], ...] = (*LISTS.values(), Closings)
        for listing in every:
            assert {one.key for one in listing(me.shift).own_keys()} <= set(listing.KEYS), listing


@pytest.mark.parametrize("by", ["ctrl+down", "ctrl+up"])
async def test_half_a_leaf_is_half_of_what_a_list_shows(town: Library, by: str) -> None:
    async with at_desk(town) as me:
        screen = await go_to(me, "p")
        await me.until(lambda: len(screen.rows.rows) > 20)
        page = screen.query_one("PagedList").size.height
        await me.press("pagedown", by)
        whole = screen.rows.chosen_at - page if by == "ctrl+down" else page - screen.rows.chosen_at
        assert 0 < abs(whole) <= page // 2 + 1


async def test_the_menu_opens_by_its_changed_key_and_the_old_one_is_free(town: Library) -> None:
    async with at_desk(town, own_keys=own(any__go_to="ctrl+g")) as me:
        await me.press("f3")
        assert me.app.screen is me.desk
        await me.press("ctrl+g")
        await me.until_screen(Menu)
        await me.press("9")
        await me.until_screen(ListScreen)


async def test_the_tour_names_the_keys_of_now(town: Library) -> None:
    async with at_desk(town, size=(120, 30), tour=True, own_keys=own(desk__item="ctrl+t", dialog__close="f2")) as me:
        assert "Scan a patron's card" in me.shown()
        await me.scan(TEACHER)
        await me.until_shown("Lend: scan a book")
        await me.scan(COPIES[0])
        await me.until_shown("Scan it once more")
        await me.scan(COPIES[0])
        await me.until_shown("Ctrl+T shows what is known of the book; F2 closes it.")
