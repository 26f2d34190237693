"""Two patrons who are one person: both are seen side by side, and only the answer merges them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from libops.library import Library
from libops.scans import Scan
from screens.account.panel import AccountPanel
from screens.dialogs import Ask
from screens.forms.merging import MergePatrons
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, fill_in, open_form, told
from tests.terminal.doings import charge, lend, place_hold
from tests.terminal.small_town import (
    BLOCKED,
    BRACKETED_COPY,
    CLERK,
    COPIES,
    NASTY_COPY,
    OTHER,
    OTHER_NAME,
    TEACHER,
    TEACHER_NAME,
    events_of,
)


async def go_to_account(me: AtDesk) -> None:
    """Have the teacher's account in front."""
    await me.scan(TEACHER)
    await me.press("f4")
    await me.until(lambda: isinstance(me.app.screen, AccountPanel) and me.shift.view.account is not None)


async def test_the_other_card_is_scanned_both_are_shown_and_the_one_at_the_desk_is_kept(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    lend(town, OTHER, COPIES[1], COPIES[2])
    place_hold(town, OTHER, BRACKETED_COPY)
    charge(town, OTHER, 300)
    async with at_desk(town) as me:
        await go_to_account(me)
        form = await open_form(me, "g", MergePatrons)
        me.app.hear(Scan(OTHER, "reader", 500.0))
        await me.until_screen(Ask)
        shown = me.shown()
        for fact in (TEACHER_NAME, OTHER_NAME, TEACHER, OTHER, "CN¥3.00", "Card until", "This cannot be undone."):
            assert fact in shown
        assert events_of(str(town.database.url), "patron.merged") == 0
        await me.press("right", "enter")
        await me.until(lambda: me.app.screen is not form)
        await me.until_shown("Went over: loans 2, holds 1, entries 1.")
        assert isinstance(me.app.screen, AccountPanel)
        kept = account_of(town, OTHER)
        assert (kept.patron.number, kept.patron.loans, kept.patron.owes) == (TEACHER, 3, 300)
        await me.until_shown("On loan  3")


async def test_of_two_cards_that_are_scanned_one_after_the_other_the_last_one_is_asked_about(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to_account(me)
        form = await open_form(me, "g", MergePatrons)
        for number, card in enumerate((BLOCKED, OTHER)):
            me.app.hear(Scan(card, "reader", 500.0 + number))
        await me.until_screen(Ask)
        assert OTHER_NAME in me.shown()
        assert BLOCKED not in me.shown()
        assert form.values()["other"] == OTHER


async def test_the_other_one_is_kept_and_the_account_goes_on_under_that_number(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await go_to_account(me)
        form = await open_form(me, "g", MergePatrons)
        await fill_in(me, other=OTHER)
        await me.press("enter")
        await me.until_screen(Ask)
        await me.press("right", "right", "enter")
        await me.until(lambda: me.app.screen is not form)
        await me.until_shown(f"Merged into {OTHER}.")
        assert isinstance(me.app.screen, AccountPanel)
        await me.until(lambda: me.shift.view.account is not None)
        assert me.shown().splitlines()[2].strip() == OTHER_NAME
        assert account_of(town, TEACHER).patron.number == OTHER
        await me.press("escape")
        await me.scan(NASTY_COPY)
        assert account_of(town, OTHER).patron.loans == 2, "books go to the one that was kept"


async def test_enter_and_esc_leave_both_as_they_are(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to_account(me)
        form = await open_form(me, "g", MergePatrons)
        me.app.hear(Scan(OTHER, "reader", 500.0))
        await me.until_screen(Ask)
        await me.press("enter")
        await me.until(lambda: me.app.screen is form)
        await me.press("escape")
        await me.until_screen(AccountPanel)
        assert events_of(str(town.database.url), "patron.merged") == 0


async def test_a_card_that_nobody_has_or_the_same_one_is_told_at_its_field(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to_account(me)
        form = await open_form(me, "g", MergePatrons)
        assert await told(me, form) == {"other": "Scan the other card, or type its number."}
        await fill_in(me, other="P20179999")
        assert (await told(me, form))["other"].startswith("No patron has the number P20179999.")
        await fill_in(me, other=TEACHER)
        assert await told(me, form) == {"other": "That card leads to this patron already."}
        assert events_of(str(town.database.url), "patron.merged") == 0


async def test_a_clerk_is_not_offered_to_merge(town: Library) -> None:
    async with at_desk(town, who=CLERK) as me:
        await go_to_account(me)
        assert "G merge" not in me.shown()
        await me.press("g")
        assert isinstance(me.app.screen, AccountPanel)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_both_people_fit_a_small_terminal(town: Library, language: str) -> None:
    charge(town, OTHER, 300)
    async with at_desk(town, language) as me:
        await go_to_account(me)
        await open_form(me, "g", MergePatrons)
        me.app.hear(Scan(OTHER, "reader", 500.0))
        await me.until_screen(Ask)
        lines = me.shown().splitlines()
        assert all(cell_len(line) <= 80 for line in lines)
        box = me.app.screen.query_one("#dialog").region
        assert box.bottom <= 24
        assert me.app.screen.query_one("#answers").region.bottom < 24
        await me.press("f6")
        await me.pilot.pause()
        assert TEACHER in me.shown()
