"""The journal and the staff of today as lists: live, filtered by keys, by codes and by a form."""

from __future__ import annotations

from datetime import timedelta

from libops.library import Library
from libops.people import staff
from libops.today.kinds import Group
from screens.forms.journal import SeekInJournal
from screens.item_card import ItemCard
from screens.lists.journal import Journal
from screens.lists.paged_list import PagedList
from screens.lists.screen import ListScreen
from screens.lists.staff_today import StaffToday
from screens.menu import Menu
from screens.today.screen import Today
from tests.terminal.at_desk import AtDesk, at_desk, place_of, signed_in
from tests.terminal.at_screens import fill_in, go_to, open_form, sent, told
from tests.terminal.doings import charge, lend, take_back
from tests.terminal.small_town import (
    BRACKETED_COPY,
    BRACKETED_SHORT,
    CLERK,
    COPIES,
    NASTY_COPY,
    NOON,
    OTHER,
    SUPERVISOR,
    TEACHER,
)


def kinds(screen: ListScreen) -> list[str]:
    """The kinds of the events that are shown."""
    return [row.kind for row in screen.rows.rows]


async def test_the_journal_shows_the_newest_first_in_plain_words(town: Library) -> None:
    lend(town, TEACHER, BRACKETED_COPY, NASTY_COPY)
    take_back(town, BRACKETED_COPY)
    async with at_desk(town) as me:
        screen = await go_to(me, "e")
        assert kinds(screen)[:4] == ["staff.signed_in", "loan.closed", "staff.signed_in", "loan.opened"]
        assert "returned" in me.shown()
        assert BRACKETED_SHORT in me.shown()
        assert f"··{TEACHER[-4:]}" in me.shown()


async def test_what_happens_comes_on_top_and_the_chosen_row_stays_chosen(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:3])
    async with at_desk(town) as me:
        screen = await go_to(me, "e")
        await me.press("down", "down")
        chosen = screen.rows.chosen
        before = len(screen.rows.rows)
        lend(town, OTHER, COPIES[9])
        await me.until(lambda: len(screen.rows.rows) > before)
        assert screen.rows.chosen == chosen
        assert screen.rows.rows[0].barcode == COPIES[9]
        assert screen.query_one(PagedList).scroll_offset.y == 0


async def test_far_down_nothing_moves_under_the_cursor(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:40])
    async with at_desk(town) as me:
        screen = await go_to(me, "e")
        await me.press(*["down"] * 30)
        drawn = screen.query_one(PagedList)
        seen = screen.rows.chosen_at - drawn.scroll_offset.y
        chosen, before = screen.rows.chosen, len(screen.rows.rows)
        lend(town, OTHER, COPIES[50])
        await me.until(lambda: len(screen.rows.rows) > before)
        assert screen.rows.chosen == chosen
        assert screen.rows.chosen_at - drawn.scroll_offset.y == seen


async def test_a_key_goes_through_the_kinds_and_another_to_all_branches(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    take_back(town, COPIES[0], "N1")
    async with at_desk(town) as me:
        screen = await go_to(me, "e")
        await me.press("f2")
        await me.until(lambda: screen.rows.has_read and kinds(screen) == ["loan.opened"])
        await me.until_shown("loans and returns")
        await me.press("f7")
        await me.until(lambda: kinds(screen) == ["loan.closed", "loan.opened"])
        await me.press("escape")
        await me.until(lambda: "staff.signed_in" in kinds(screen))
        assert isinstance(me.app.screen, ListScreen)
        await me.press("escape")
        await me.until(lambda: not isinstance(me.app.screen, ListScreen))


async def test_it_begins_with_today_and_goes_back_by_weeks(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    now = NOON + timedelta(days=3)
    town.clock = lambda: now
    async with at_desk(town) as me:
        screen = await go_to(me, "e")
        assert set(kinds(screen)) == {"staff.signed_in"}
        await me.press("f8")
        await me.until(lambda: screen.rows.has_read and "loan.opened" in kinds(screen))
        assert "Wed 4 Mar" in me.shown()


async def test_a_typed_code_asks_for_its_item_its_patron_or_its_badge(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    lend(town, OTHER, COPIES[1])
    async with at_desk(town) as me:
        screen = await go_to(me, "e")
        await me.enter(COPIES[1])
        await me.until(lambda: [row.barcode for row in screen.rows.rows] == [COPIES[1]])
        await me.press("escape")
        await me.enter(TEACHER)
        await me.until(lambda: [row.patron_number for row in screen.rows.rows] == [TEACHER])
        await me.press("escape")
        await me.enter(CLERK[0])
        await me.until(lambda: screen.rows.has_read and kinds(screen) == [])
        await me.until_shown("Nothing of that kind happened.")
        await me.press("escape")
        await me.enter("NOWHERE")
        await me.until_shown("NOWHERE")


async def test_a_form_asks_for_several_things_at_once_and_says_what_is_no_day(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    charge(town, TEACHER, 300)
    async with at_desk(town) as me:
        screen = await go_to(me, "e")
        form = await open_form(me, "f12", SeekInJournal)
        await fill_in(me, since="yesterdayish")
        assert set(await told(me, form)) == {"since"}
        await fill_in(me, kind=str(Group.MONEY), patron=TEACHER, since="-1")
        await sent(me, form)
        await me.until(lambda: kinds(screen) == ["charge.made"])
        assert "3.00" in me.shown()


async def test_enter_shows_the_item_of_an_event(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        screen = await go_to(me, "e")
        await me.press("down")
        assert screen.rows.chosen.barcode == COPIES[0]  # type: ignore[union-attr]
        await me.press("enter")
        await me.until_screen(ItemCard)


async def test_the_staff_of_today_lead_to_what_each_of_them_did(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await to_today(me)
        await me.press("f4")
        await me.until_screen(ListScreen)
        screen = me.app.screen
        assert isinstance(screen, ListScreen)
        assert isinstance(screen.listing, StaffToday)
        await me.until(lambda: len(screen.rows.rows) == 1)
        assert screen.rows.chosen.acts == 1  # type: ignore[union-attr]
        await me.press("enter")
        await me.until(lambda: me.app.screen is not screen and isinstance(me.app.screen, ListScreen))
        journal = me.app.screen
        assert isinstance(journal, ListScreen)
        assert isinstance(journal.listing, Journal)
        await me.until(lambda: journal.rows.has_read)
        assert {row.actor for row in journal.rows.rows} == {f"staff:{SUPERVISOR[0]}"}
        assert "staff:" not in me.shown()


async def test_the_staff_of_today_are_shown_with_the_end_of_their_work(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    staff.log_out(town, actor=signed_in(town, CLERK), place=place_of(town))
    async with at_desk(town) as me:
        await to_today(me)
        await me.press("f4")
        await me.until_screen(ListScreen)
        screen = me.app.screen
        assert isinstance(screen, ListScreen)
        await me.until(lambda: len(screen.rows.rows) == 2)
        _, still_here, gone = (line for line in me.shown().splitlines() if "12:00" in line)
        if "秦卫东" not in still_here:
            still_here, gone = gone, still_here
        assert (still_here.count("12:00"), gone.count("12:00")) == (2, 3), me.shown()


async def to_today(me: AtDesk) -> None:
    """Go to the day."""
    await me.press("f3")
    await me.until_screen(Menu)
    await me.press("0")
    await me.until_screen(Today)
