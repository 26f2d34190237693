"""Rows scrolled by the mouse wheel stay in sight, whatever happens at other desks and however large the window is."""

from __future__ import annotations

from textual.events import MouseScrollDown, MouseScrollUp

from libops.library import Library
from screens.lists.paged_list import PagedList
from screens.lists.screen import ListScreen
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to
from tests.terminal.doings import lend, place_hold, take_back
from tests.terminal.small_town import COPIES, OTHER, TEACHER, make_overdue


async def wheel(me: AtDesk, times: int, kind: type[MouseScrollDown | MouseScrollUp] = MouseScrollDown) -> None:
    """Turn the mouse wheel above the middle of the list, as a terminal reports it."""
    drawn = me.app.screen.query_one(PagedList)
    x, y = drawn.region.x + 5, drawn.region.y + 3
    for _ in range(times):
        event = kind(drawn, x, y, 0, 0, 0, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y)
        event.set_sender(me.app)
        assert me.app._driver is not None
        me.app._driver.send_message(event)
        await me.pilot.pause()


def in_sight(screen: ListScreen) -> list[str]:
    """The barcodes of the rows in sight."""
    drawn = screen.query_one(PagedList)
    top = int(drawn.scroll_offset.y)
    return [row.barcode for row in screen.rows.rows[top : top + drawn.page]]


async def scrolled(me: AtDesk, library: Library) -> ListScreen:
    """A list of overdue loans with the first row chosen, and the wheel turned until that is far away."""
    copies = COPIES[:60]
    lend(library, TEACHER, *copies)
    for number, barcode in enumerate(copies):
        make_overdue(str(library.database.url), barcode, days=100 - number)
    screen = await go_to(me, "9")
    await wheel(me, 10)
    assert screen.rows.chosen_at == 0
    assert screen.rows.top > 5, "the wheel scrolls"
    return screen


async def test_what_is_returned_elsewhere_leaves_the_rows_in_sight_where_they_are(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await scrolled(me, town)
        seen, chosen, top = in_sight(screen), screen.rows.chosen, screen.rows.top
        above = screen.rows.rows[3].barcode
        assert above not in seen
        take_back(town, above, at="N1")
        await me.until(lambda: len(screen.rows.rows) == 59)
        assert in_sight(screen) == seen, "one row less above them"
        assert screen.rows.top == top - 1
        assert screen.rows.chosen == chosen
        await me.press("down")
        assert screen.rows.chosen_at == 1
        assert screen.query_one(PagedList).scroll_offset.y <= 1, "whoever chooses a row sees it"


async def test_rows_that_come_above_those_in_sight_do_not_move_them(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await scrolled(me, town)
        seen = in_sight(screen)
        lend(town, OTHER, COPIES[100])
        make_overdue(str(town.database.url), COPIES[100], days=300)
        screen.read_anew()
        await me.until(lambda: len(screen.rows.rows) == 61)
        assert screen.rows.rows[0].barcode == COPIES[100]
        assert in_sight(screen) == seen


async def test_the_journal_scrolled_away_from_its_newest_stays_where_it_is(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:60])
    async with at_desk(town) as me:
        screen = await go_to(me, "e")
        await wheel(me, 8)
        seen, before = in_sight(screen), len(screen.rows.rows)
        place_hold(town, OTHER, COPIES[3])
        await me.until(lambda: len(screen.rows.rows) > before)
        assert in_sight(screen) == seen


async def test_a_page_that_is_read_on_the_way_down_does_not_lead_back_up(town: Library) -> None:
    lend(town, TEACHER, *COPIES)
    for barcode in COPIES:
        make_overdue(str(town.database.url), barcode, days=3)
    async with at_desk(town) as me:
        screen = await go_to(me, "9")
        assert len(screen.rows.rows) == 200
        before = -1
        for _ in range(80):
            await wheel(me, 1)
            assert screen.rows.top >= before
            before = screen.rows.top
        await me.until(lambda: len(screen.rows.rows) == len(COPIES))
        assert screen.rows.top == before
        await wheel(me, 1, MouseScrollUp)
        assert screen.rows.top < before


async def test_another_size_shows_the_chosen_row_only_where_it_was_in_sight(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await scrolled(me, town)
        first = in_sight(screen)[0]
        for width, height in ((60, 16), (120, 30), (80, 24)):
            await me.pilot.resize_terminal(width, height)
            assert in_sight(screen)[0] == first
        await me.press(*["down"] * 40)
        chosen = screen.rows.rows[screen.rows.chosen_at].barcode
        for width, height in ((60, 16), (120, 40), (40, 12), (80, 24)):
            await me.pilot.resize_terminal(width, height)
            assert chosen in in_sight(screen)


async def test_whoever_comes_back_to_a_list_scrolled_away_finds_it_so(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await scrolled(me, town)
        seen = in_sight(screen)
        await me.press("f3", "d")
        screen = await go_to(me, "9")
        await me.until(lambda: in_sight(screen) == seen)
        assert screen.rows.chosen_at == 0
