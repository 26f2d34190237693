"""Going elsewhere and back: a list is filtered as it was and the same row is chosen; what was searched for is there."""

from __future__ import annotations

from collections.abc import Sequence

from libops.library import Library
from screens.catalogue.search import Search
from screens.desk.screen import Desk
from screens.lists.journal import Journal
from screens.lists.left_off import MOST, let_go
from screens.lists.paged_list import PagedList
from screens.lists.rows import Rows
from screens.locked import Locked
from tests.terminal.at_catalogue import look_for, open_search
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.doings import lend, place_hold, take_back
from tests.terminal.small_town import CLERK, COPIES, SUPERVISOR, TEACHER, make_overdue
from tests.terminal.test_today import figure, to_today


def overdue(library: Library, copies: Sequence[str]) -> None:
    """Have these copies lent, and overdue."""
    lend(library, TEACHER, *copies)
    for barcode in copies:
        make_overdue(str(library.database.url), barcode, days=3)


async def to_desk(me: AtDesk) -> None:
    """Back to the desk by the menu."""
    await me.press("f3", "d")
    await me.until_screen(Desk)


async def test_whoever_comes_back_to_a_list_finds_the_same_row_where_it_stood(town: Library) -> None:
    overdue(town, COPIES[:30])
    async with at_desk(town) as me:
        screen = await go_to(me, "9")
        await me.press("pagedown", "down", "down")
        row, top = screen.rows.chosen, screen.rows.top
        assert screen.rows.chosen_at > 10
        assert top > 0
        await to_desk(me)
        screen = await go_to(me, "9")
        assert screen.rows.chosen == row
        await me.until(lambda: int(screen.query_one(PagedList).scroll_offset.y) == top)
        assert "▸" in me.shown()


async def test_what_changed_meanwhile_shows_and_the_row_stays_chosen(town: Library) -> None:
    overdue(town, COPIES[:10])
    async with at_desk(town) as me:
        screen = await go_to(me, "9")
        await me.press("down", "down", "down")
        row = screen.rows.chosen
        await to_desk(me)
        gone = screen.rows.rows[0].barcode
        take_back(town, gone)
        screen = await go_to(me, "9")
        await me.until(lambda: len(screen.rows.rows) == 9)
        assert gone not in me.shown()
        assert screen.rows.chosen == row
        assert screen.rows.chosen_at == 2


async def test_a_list_is_filtered_as_it_was_left(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        screen = await go_to(me, "e")
        await me.press("f2", "f7")
        listing = screen.listing
        assert isinstance(listing, Journal)
        sought = listing.sought
        assert (sought.group is not None, sought.place) == (True, "")
        await to_desk(me)
        screen = await go_to(me, "e")
        assert isinstance(screen.listing, Journal)
        assert screen.listing.sought == sought
        await me.until_shown("all branches")


async def test_somebody_else_who_takes_over_begins_every_list_anew(town: Library) -> None:
    overdue(town, COPIES[:10])
    async with at_desk(town, who=SUPERVISOR) as me:
        screen = await go_to(me, "9")
        await me.press("down", "down", "down")
        await to_desk(me)
        await me.press("ctrl+l")
        await me.until_screen(Locked)
        await me.enter(CLERK[0])
        await me.enter(CLERK[1])
        await me.until_screen(Desk)
        assert screen.rows.chosen_at == 3
        screen = await go_to(me, "9")
        assert screen.rows.chosen_at == 0


async def test_the_last_search_is_there_again_and_typing_begins_another(catalogue: Library) -> None:
    async with at_desk(catalogue, size=(120, 40)) as me:
        search = await open_search(me)
        found = await look_for(me, search, "history")
        await me.press("f8", "f8")
        await me.until_shown("English")
        await me.until(lambda: search.rows.has_read)
        await me.press("down")
        row = search.rows.chosen
        await to_desk(me)
        search = await open_search(me)
        assert search.scan_line.value == "history"
        assert search.rows.chosen == row
        await me.until_shown("English")
        await look_for_anew(me, search, "中国")
        assert [one.number for one in search.rows.rows] != found


async def look_for_anew(me: AtDesk, search: Search, text: str) -> None:
    """Type without taking away what stands there."""
    await me.press(*text)
    await me.until(lambda: search.titles.asked.text == text and search.rows.has_read)


async def test_a_search_that_was_ended_by_escape_begins_anew(catalogue: Library) -> None:
    async with at_desk(catalogue, size=(120, 40)) as me:
        search = await open_search(me)
        await look_for(me, search, "history")
        await me.press("escape", "escape")
        await me.until_screen(Desk)
        search = await open_search(me)
        assert search.scan_line.value == ""
        assert not search.rows.rows


async def test_the_hold_shelf_and_the_holds_to_pull_are_left_off_each_by_itself(town: Library) -> None:
    for copy in COPIES[:4]:
        place_hold(town, TEACHER, copy, item_level=True)
    async with at_desk(town) as me:
        screen = await go_to(me, "1")
        assert len(screen.rows.rows) > 1
        await me.press("down")
        screen = await go_to(me, "2")
        assert screen.rows.chosen_at == 0
        screen = await go_to(me, "1")
        assert screen.rows.chosen_at == 1


def test_of_a_very_long_list_nothing_is_kept_while_nobody_looks_at_it() -> None:
    rows: Rows[int] = Rows(lambda row: row)
    rows.renew(range(MOST), None)
    let_go(rows)
    assert len(rows.rows) == MOST
    rows.renew(range(MOST + 1), None)
    let_go(rows)
    assert (rows.rows, rows.has_read) == ([], False)


async def test_the_day_of_all_branches_is_still_that_of_all_when_somebody_comes_back(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    take_back(town, COPIES[0], at="N1")
    async with at_desk(town) as me:
        await to_today(me)
        assert figure(me, "Returned") == "0"
        await me.press("f7")
        await me.until(lambda: figure(me, "Returned") == "1")
        await me.press("escape")
        await me.until_screen(Desk)
        await to_today(me)
        await me.until(lambda: figure(me, "Returned") == "1")
        await me.press("f7")
        await me.until(lambda: figure(me, "Returned") == "0")


async def test_the_key_for_the_search_begins_another_in_the_search_itself(catalogue: Library) -> None:
    async with at_desk(catalogue, size=(120, 40)) as me:
        search = await open_search(me)
        await look_for(me, search, "history")
        await me.press("ctrl+f")
        await look_for_anew(me, search, "science")
