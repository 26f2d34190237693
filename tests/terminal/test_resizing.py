"""A window that is made small, large and as it was loses nothing of what somebody was at."""

from __future__ import annotations

import pytest
from textual.widgets import Button

from libops.library import Library
from screens.desk.screen import Desk
from screens.dialogs import Ask
from screens.forms.patrons import RegisterPatron
from screens.lists.paged_list import PagedList
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import fill_in, go_to, open_form
from tests.terminal.doings import lend
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import COPIES, TEACHER, TEACHER_NAME, make_overdue

SIZES = ((40, 10), (200, 50), (80, 24))


async def resized(me: AtDesk, size: tuple[int, int]) -> None:
    """Make the window so many columns wide and rows high."""
    await me.pilot.resize_terminal(*size)
    await me.until(lambda: me.app.screen.size == size)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_form_half_filled_in_keeps_what_stands_in_it_and_where_one_was(town: Library, language: str) -> None:
    async with at_desk(town, language) as me:
        await go_to(me, "p")
        form = await open_form(me, "f12", RegisterPatron)
        await fill_in(me, number="P20269999", name="林晓", phone="13800138000")
        before, focused = form.values(), form.focused
        for size in SIZES:
            await resized(me, size)
            assert me.app.screen is form
            assert form.values() == before
            assert form.focused is focused
            assert focused is not None
            await me.until(lambda: "13800138000" in me.shown())
        me.press_quickly("end", "7")
        await me.until(lambda: form.values()["phone"] == "138001380007")


async def test_a_question_stays_open_with_the_same_answer_marked(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("f10")
        await me.until_screen(Ask)
        question = me.app.screen
        await me.press("right")
        for size in SIZES:
            await resized(me, size)
            assert me.app.screen is question
            assert isinstance(me.app.focused, Button)
            assert me.app.focused.id == "sign-out"
            await me.until_shown("Leave the desk?")
            await me.until_shown("Sign out")
        await me.press("left", "enter")
        await me.until_screen(Desk)
        assert TEACHER_NAME in me.shown()
        assert "LENT" in me.shown()


async def test_a_row_chosen_far_down_stays_chosen_and_in_sight(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:80])
    for number, barcode in enumerate(COPIES[:80]):
        make_overdue(str(town.database.url), barcode, days=100 - number)
    async with at_desk(town) as me:
        screen = await go_to(me, "9")
        await me.press(*["pagedown"] * 4, "down")
        chosen = screen.rows.chosen
        assert screen.rows.chosen_at > 40
        for size in SIZES:
            await resized(me, size)
            assert screen.rows.chosen == chosen
            top, page = screen.query_one(PagedList).scroll_offset.y, screen.query_one(PagedList).page
            assert top <= screen.rows.chosen_at < top + page
            assert "▸" in me.shown().replace("scan ▸", "")


def test_a_real_window_made_small_and_large_keeps_the_form(town_url: str) -> None:
    with Terminal(town_url) as terminal:
        terminal.sign_in()
        terminal.key("f3")
        terminal.until_shown("Go to")
        terminal.key("p")
        terminal.until_shown("Number")
        terminal.key("f12")
        terminal.until_shown("Register a patron")
        terminal.write("P20269999")
        terminal.key("enter")
        terminal.write("Lin Xiao")
        terminal.until_shown("Lin Xiao")
        for columns, rows in SIZES:
            terminal.resize(columns, rows)
            terminal.until(lambda: "Lin Xiao" in terminal.shown(), "the name")
            terminal.look(0.5)
            assert "Lin Xiao" in terminal.shown()
            assert all(len(line) <= columns for line in terminal.shown().splitlines())
        terminal.until_shown("P20269999")
        terminal.write("yan")
        terminal.until_shown("Lin Xiaoyan")
