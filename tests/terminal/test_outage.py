"""The database goes away and comes back: every screen says so, keeps what is on it, and reads what it missed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from textual.screen import Screen

import screens
from libops.library import Library
from screens.account.panel import AccountPanel
from screens.catalogue.labels import LabelPanel
from screens.catalogue.record import RecordPanel
from screens.catalogue.shelf import ShelfPanel
from screens.catalogue.title import TitlePanel
from screens.desk.screen import Desk
from screens.explaining import ExplanationPanel
from screens.forms.entries import Choice
from screens.forms.form import Form, Reply
from screens.forms.items import TransferForm
from screens.item_card import ItemCard
from screens.lists.all_lists import DOORS, LISTS, destinations
from screens.lists.history import History
from screens.lists.item_history import ItemHistory
from screens.lists.screen import Filter, ListScreen
from screens.menu import Menu
from screens.picker import Picker
from screens.slips import SlipPanel
from screens.title_queue import TitleQueue
from screens.today.screen import Today
from tests.terminal.at_catalogue import DREAM, DREAM_COPY
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.outages import file_gone, look_often, until_back, until_gone
from tests.terminal.small_town import BRACKETED_COPY, TEACHER


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits here."""
    look_often(monkeypatch)


# --- every place of the menu --------------------------------------------------------------------------------------


def is_read(front: Screen[Any]) -> bool:
    """Whether a screen shows what it is there to show."""
    if isinstance(front, ListScreen):
        return front.rows.has_read
    if isinstance(front, Today):
        return front.day is not None
    if isinstance(front, Form):
        return all(one._options for one in front.query(Choice))
    # These show what is known without it.
    return isinstance(front, Picker | Desk)


def content(front: Screen[Any]) -> object:
    """What it shows, to be compared."""
    if isinstance(front, ListScreen):
        return [front.listing.key(row) for row in front.rows.rows]
    return front.values() if isinstance(front, Form) else None


async def go(me: AtDesk, key: str) -> Screen[Any]:
    """Go somewhere by its key in the menu, database or not."""
    await me.press("f3")
    await me.until_screen(Menu)
    await me.press(key)
    await me.until(lambda: not isinstance(me.app.screen, Menu))
    return me.app.screen


async def test_every_place_of_the_menu_says_that_the_database_is_gone_and_reads_itself_once_it_is_back(
    catalogue: Library,
) -> None:
    walked: set[str] = set()
    async with at_desk(catalogue) as me:
        for place in destinations(me.shift):
            before = content(me.app.screen)
            with file_gone(catalogue):
                await until_gone(me)
                # What was read before is still there.
                assert content(me.app.screen) == before
                _ = me.app.to_desk()
                front = await go(me, place.key)
                await until_gone(me)
            await until_back(me)
            await me.until(lambda: is_read(front))  # noqa: B023
            assert me.app.screen is front, place.id
            walked.add(place.id)
    assert walked == {"desk", *LISTS, *DOORS}


# --- what opens from there ----------------------------------------------------------------------------------------


def opened(me: AtDesk) -> Iterator[tuple[Callable[[], object], type[Screen[Any]], str]]:
    """How each card, slip and history is opened, what it is, and what of the database stands on it."""
    shift, desk = me.shift, me.desk
    push = me.app.push_screen
    patron = shift.view.patron
    assert patron is not None
    title = "红楼梦"
    yield partial(shift.show_item, DREAM_COPY), ItemCard, title
    yield partial(shift.show_title, DREAM), TitlePanel, "曹雪芹"
    yield partial(shift.show_shelf, DREAM_COPY), ShelfPanel, title
    yield partial(shift.show_labels, [DREAM_COPY]), LabelPanel, "I242"
    yield lambda: push(RecordPanel(shift, DREAM)), RecordPanel, title
    yield lambda: push(TitleQueue(shift, DREAM, title)), TitleQueue, "Nobody waits for this title."
    yield desk.action_account, AccountPanel, TEACHER
    yield desk.action_slip, SlipPanel, "save"
    yield lambda: shift.show_list(ItemHistory(shift, BRACKETED_COPY, title)), ListScreen, "1 of "
    yield lambda: shift.show_list(History(shift, patron)), ListScreen, "Nothing was ever"
    yield lambda: push(TransferForm(shift, DREAM_COPY, title)), TransferForm, "‹"
    yield partial(shift.explain, DREAM_COPY), ExplanationPanel, "Scanned now"


async def test_what_opens_while_the_database_is_gone_is_read_once_it_is_back(catalogue: Library) -> None:
    async with at_desk(catalogue, size=(120, 40)) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        await me.until(lambda: bool(me.loans()))
        all_of_them = list(opened(me))
        with file_gone(catalogue):
            await until_gone(me)
            for show, kind, text in all_of_them:
                behind = me.app.screen
                show()
                await me.until(lambda: me.app.screen is not behind)  # noqa: B023
                await until_gone(me)
                assert text not in me.shown() or kind is AccountPanel, kind
        # One in front of the other, and each reads what it missed.
        for _, kind, text in reversed(all_of_them):
            await me.until_screen(kind)
            await me.until_shown(text)
            front = me.app.screen
            # What it said of the database while that was gone, it says no more.
            assert not [reply.said for reply in front.query(Reply) if reply.said], kind
            assert not [line.error for line in front.query(Filter) if line.error], kind
            await me.press("escape")
            await me.until(lambda: me.app.screen is not front)  # noqa: B023
        await me.until(lambda: me.app.screen is me.desk)


def screen_classes() -> set[type[Screen[Any]]]:
    """Every screen of the console."""
    for module in walk_packages(screens.__path__, "screens."):
        import_module(module.name)
    found: set[type[Screen[Any]]] = set()
    left: list[type[Screen[Any]]] = [Screen]
    while left:
        for one in left.pop().__subclasses__():
            left.append(one)
            if one.__module__.startswith("screens."):
                found.add(one)
    return found


def test_every_screen_that_reads_on_a_thread_of_its_own_reads_again_once_the_database_is_back() -> None:
    reading = {one for one in screen_classes() if "run_worker" in inspect.getsource(one)}
    assert len(reading) > 12
    # The desk's own threads go on by themselves.
    assert {one.__name__ for one in reading if not hasattr(one, "database_is_back")} == {"Desk"}
