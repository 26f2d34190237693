"""Somebody new is shown around the desk: each stop is gone on from by doing what it says, by scans and keys alike."""

from __future__ import annotations

import pytest

from libops.library import Library
from screens.account.panel import AccountPanel
from screens.app import ConsoleApp
from screens.catalogue.search import Search
from screens.catalogue.title import TitlePanel
from screens.desk.panels import Help
from screens.dialogs import Ask
from screens.item_card import ItemCard
from screens.palette import OffersCommands
from screens.taking_along import text_of
from screens.title_queue import TitleQueue
from screens.tour import BOOK, CARD, STOPS, Tour
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.small_town import COPIES, TEACHER


def tour_of(me: AtDesk) -> Tour:
    return me.desk.query_one(Tour)


async def test_every_stop_is_done_by_what_it_says(town: Library) -> None:
    async with at_desk(town, tour=True) as me:
        tour = tour_of(me)

        async def reached(stop: int) -> None:
            await me.until(lambda: tour._at == stop)

        await me.until_shown(f"1 of {len(STOPS)}")
        assert CARD in me.shown()
        await me.scan(TEACHER)
        await reached(1)
        assert BOOK in me.shown()
        await me.scan(COPIES[0])
        await reached(2)
        await me.scan(COPIES[0])
        await reached(3)
        await me.press("f7")
        await reached(4)
        await me.press("escape", "f9")
        await reached(5)
        await me.press("f2")
        await reached(6)
        await me.scan(COPIES[0])
        await reached(7)
        await me.press("ctrl+z")
        await me.pilot.pause()
        await me.press("right", "enter")
        await reached(8)
        await me.press("f3", "2")
        await reached(9)
        await me.press("escape", "ctrl+f")
        await reached(10)
        await me.press("escape", "f1")
        await me.until(lambda: tour.is_over)
        await me.press("escape")
        await me.until_shown("That was the tour.")
        await me.pilot.pause(1)
        assert "That was the tour." in me.shown()
        await me.press("f2")
        await me.until(lambda: not me.desk.query(Tour))
        assert "tour" not in me.shown()
        await me.press("ctrl+n", "ctrl+o")


async def test_a_stop_is_skipped_and_the_tour_ended_by_keys_that_its_line_names(town: Library) -> None:
    async with at_desk(town, tour=True) as me:
        tour = tour_of(me)
        assert "Ctrl+N skips this, Ctrl+O ends the tour." in " ".join(me.shown().split())
        await me.press("ctrl+n")
        await me.until_shown(f"2 of {len(STOPS)}")
        # Where nobody stands there, nobody has to be let go: that stop is done by itself.
        await me.press(*["ctrl+n"] * 3)
        await me.until_shown(f"6 of {len(STOPS)}")
        await me.press(*["ctrl+n"] * (len(STOPS) - 5))
        await me.until_shown("That was the tour.")
        assert tour.is_over
    async with at_desk(town, tour=True) as me:
        await me.press("ctrl+n", "ctrl+o")
        await me.until(lambda: not me.desk.query(Tour))
        await me.press("f1")
        await me.until_screen(Help)
        assert "Ctrl+O" not in text_of(me.app.screen)


async def test_the_help_names_the_keys_of_the_tour_while_there_is_one(town: Library) -> None:
    async with at_desk(town, tour=True) as me:
        await me.press("f1")
        await me.until_screen(Help)
        assert "Ctrl+O" in text_of(me.app.screen)


async def test_what_a_stop_needs_first_is_asked_for_and_then_the_stop_goes_on(town: Library) -> None:
    async with at_desk(town, tour=True) as me:
        tour = tour_of(me)

        async def asked(words: str) -> None:
            await me.until(lambda: words in " ".join(me.shown().split()))

        await me.press("f2")
        await asked("F2 changes to lending; then it goes on here.")
        await me.press("f2")
        await asked(f"Scan a patron's card, or type one: {CARD}")
        await me.press("ctrl+n")
        await asked(f"A patron's card comes first: scan one, or type {CARD}")
        await me.scan(TEACHER)
        await asked("Lend: scan a book")
        await me.press("ctrl+n")
        await asked(f"A book has to be lent first: scan one, or type {BOOK}")
        await me.scan(COPIES[0])
        await asked("Scan it once more")
        await me.scan(COPIES[0])
        await asked("F7 shows what is known of the book")
        await me.press("f9")
        await asked(f"A book comes first: scan one, or type {BOOK}")
        await me.scan(COPIES[0])
        await asked("F7 shows what is known of the book")
        await me.press("f7")
        await me.until_screen(ItemCard)
        await me.until(lambda: tour._at == 5)
        await me.press("escape")
        await me.press("ctrl+n")
        await asked("F2 changes to returns; then it goes on here.")


async def test_only_an_undoing_is_taken_for_one(town: Library) -> None:
    async with at_desk(town, tour=True) as me:
        tour = tour_of(me)
        await me.scan(TEACHER, COPIES[0])
        tour._at = 7
        await me.until_shown("undoes the last thing")
        await me.press("f4")
        await me.until_screen(AccountPanel)
        await me.until_shown("renew all")
        await me.press("a", "escape")
        await me.until(lambda: len(me.shift.visit.lines) > 1)
        await me.pilot.pause(0.5)
        assert tour._at == 7
        await me.press("ctrl+z")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until(lambda: tour._at == 8)


async def test_the_search_is_not_taken_for_a_list(town: Library) -> None:
    async with at_desk(town, tour=True) as me:
        tour = tour_of(me)
        tour._at = 8
        await me.press("ctrl+f")
        await me.until_screen(Search)
        await me.pilot.pause(0.5)
        assert tour._at == 8


async def test_what_is_done_before_its_turn_does_not_end_a_stop(town: Library) -> None:
    async with at_desk(town, tour=True) as me:
        await me.press("f1", "escape")
        await me.pilot.pause(0.5)
        assert tour_of(me)._at == 0


async def test_without_a_tour_there_is_none(town: Library) -> None:
    async with at_desk(town) as me:
        assert not me.desk.query(Tour)


async def test_practising_is_said_at_the_top_of_every_screen(town: Library) -> None:
    async with at_desk(town, training=True) as me:
        assert isinstance(me.app, ConsoleApp)
        for keys in ((), ("f3", "2"), ("escape", "ctrl+f")):
            await me.press(*keys)
            await me.pilot.pause()
            assert "TRAINING" in me.shown().splitlines()[0], keys


@pytest.mark.parametrize(("language", "said"), [("en", "TRAINING"), ("zh", "练习")])
async def test_practising_is_said_on_every_card_too_though_it_covers_the_top_of_the_screen(
    town: Library, language: str, said: str
) -> None:
    async with at_desk(town, language, training=True) as me:
        await me.scan(TEACHER, COPIES[0])
        for key, card in (("f4", AccountPanel), ("f7", ItemCard), ("i", TitlePanel), ("q", TitleQueue)):
            await until_offered(me, key)
            await me.press(key)
            await me.until_screen(card)
            await me.until(lambda: edge(me, said) != "")
            if card is AccountPanel:
                assert edge(me, said) == me.shown().splitlines()[0]
                await me.press("escape")


async def until_offered(me: AtDesk, key: str) -> None:
    """Wait until a key does something on the screen in front: what that is about has been read."""

    def offered() -> bool:
        front = me.app.screen
        return isinstance(front, OffersCommands) and any(one.key == key for one, _ in front.commands())

    await me.until(offered)


def edge(me: AtDesk, said: str) -> str:
    """The edge of a card that says something; empty where none does."""
    return next((line for line in me.shown().splitlines() if said in line and "━" in line), "")


async def test_in_earnest_no_card_says_that_one_practises(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until_screen(AccountPanel)
        await me.until_shown("Esc close")
        assert "TRAINING" not in me.shown()


async def test_on_a_sample_library_the_empty_desk_says_where_one_is_shown_around(town: Library) -> None:
    async with at_desk(town, sample=True) as me:
        assert me.shown().count("libops train") == 1
        await me.scan(TEACHER)
        assert "libops train" not in me.shown()
        await me.press("f9")
        await me.until_shown("libops train")
    async with at_desk(town) as me:
        assert "libops train" not in me.shown()
