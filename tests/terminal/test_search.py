"""The search: what is shown answers what was typed last, and whatever is scanned is shown or looked for."""

from __future__ import annotations

import threading

import pytest
from rich.cells import cell_len

from libops.catalogue.search.finding import TitleHit
from libops.circulation.outcomes import Word
from libops.codes import SAMPLE_PATTERNS
from libops.library import Library
from libops.pages import Page
from libops.work import Look
from screens.catalogue.narrowing import Narrowing
from screens.catalogue.search import Search
from screens.catalogue.title import TitlePanel
from screens.desk.screen import Desk
from screens.forms.narrowing import NarrowForm
from screens.item_card import ItemCard
from screens.lists.about import About
from screens.typed import is_words
from tests.terminal.at_catalogue import DREAM, DREAM_COPY, look_for, open_search, until_found
from tests.terminal.at_desk import at_desk
from tests.terminal.at_screens import chosen, fill_in, open_form, told
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import BRACKETED_COPY, COPIES, NASTY, NASTY_COPY, TEACHER, TEACHER_NAME, open_loans


async def test_what_is_typed_is_looked_for_when_the_hand_rests_and_enter_opens_the_title(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        search = await open_search(me)
        await me.until_shown("Type words of a title")
        found = await look_for(me, search, "红楼梦")
        assert DREAM in found
        row = next(line for line in me.shown().splitlines() if "曹雪芹" in line)
        assert "1996" in row
        assert "here" in row
        await me.until_shown(f"1 of {len(found)}")
        await chosen(me, search, found.index(DREAM))
        await me.press("enter")
        await me.until_screen(TitlePanel)
        await me.until_shown("Cao Xueqin")


async def test_of_searches_that_overlap_only_the_last_is_shown(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        search = await open_search(me)
        gate, waits = threading.Event(), threading.Event()
        read = search.titles.read

        def read_slowly(look: Look, after: str, limit: int) -> Page[TitleHit]:
            asked = search.titles.asked.text
            page = read(look, after, limit)
            if asked == "poems":
                waits.set()
                assert gate.wait(10)
            return page

        search.titles.read = read_slowly  # type: ignore[method-assign]
        await me.press(*"poems")
        await me.until(waits.is_set)
        for _ in "poems":
            await me.press("backspace")
        await look_for(me, search, "三体")
        shown = [row.number for row in search.rows.rows]
        gate.set()
        await me.until(
            lambda: not [worker for worker in me.app.workers if worker.is_running and worker.group == "read"]
        )
        assert [row.number for row in search.rows.rows] == shown
        assert all("三体" in row.title + row.title_alt for row in search.rows.rows[:1])


async def test_a_burst_of_keys_is_one_search(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        search = await open_search(me)
        before = search._turn
        me.press_quickly(*"hongloumeng")
        await until_found(me, search, "hongloumeng")
        assert search._turn == before + 1
        assert DREAM in [row.number for row in search.rows.rows]


async def test_words_typed_at_the_desk_are_searched_for_and_no_code_ever_is(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        for code in ("X1234567", "1234567", NASTY_COPY, TEACHER):
            await me.enter(code)
            await me.until(lambda: not me.shift.clerk.waiting)
            assert isinstance(me.app.screen, Desk), code
        await me.scan("WORDS")
        assert me.last_word() is Word.UNKNOWN
        await me.enter("红楼梦")
        await me.until_screen(Search)
        search = me.app.screen
        assert isinstance(search, Search)
        await until_found(me, search, "红楼梦")
        assert search.scan_line.value == "红楼梦"
        await me.press("escape", "escape")
        await me.until_screen(Desk)
        assert TEACHER_NAME in me.shown()


@pytest.mark.parametrize("typed", ["I242.4", "红", "TP312/4", "823.7 A93", "978-7-02-000220-7", "K2=7"])
def test_what_no_label_bears_is_looked_for_when_it_is_typed(typed: str) -> None:
    assert is_words(typed, SAMPLE_PATTERNS)


@pytest.mark.parametrize(
    "typed", ["X1234567", "1234567", "9787020002207", "AB-123456", "T0001", "1.5", "", "a", TEACHER]
)
def test_what_a_slow_reader_may_have_read_is_a_code(typed: str) -> None:
    assert not is_words(typed, SAMPLE_PATTERNS)


async def test_what_nobody_knows_at_the_desk_is_one_key_from_the_search_for_it(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        await me.enter("I242.4")
        await me.until_screen(Search)
        await me.press("escape", "escape")
        await me.until_screen(Desk)
        await me.scan("T0001")
        assert me.last_word() is Word.UNKNOWN
        assert isinstance(me.app.screen, Desk), "a scan opens nothing"
        await me.until_shown("Ctrl+F look for it in the catalogue")
        search = await open_search(me)
        await until_found(me, search, "T0001")
        assert [row.number for row in search.rows.rows] == [DREAM]


async def test_words_that_come_as_fast_as_a_code_are_searched_for_and_enter_while_reading_is_not_lost(
    catalogue: Library,
) -> None:
    async with at_desk(catalogue) as me:
        search = await open_search(me)
        me.press_quickly(*"hongloumeng", "enter")
        await until_found(me, search, "hongloumeng")
        assert not me.outcomes, "it was no code"
        gate, waits = threading.Event(), threading.Event()
        read = search.titles.read

        def read_slowly(look: Look, after: str, limit: int) -> Page[TitleHit]:
            waits.set()
            assert gate.wait(10)
            return read(look, after, limit)

        search.titles.read = read_slowly  # type: ignore[method-assign]
        search.read_first()
        await me.until(waits.is_set)
        await me.press("enter")
        assert me.app.screen is search
        gate.set()
        await me.until_screen(TitlePanel)


async def test_a_search_is_narrowed_by_keys_and_says_so_in_words(catalogue: Library) -> None:
    async with at_desk(catalogue, size=(120, 40)) as me:
        search = await open_search(me)
        whole = await look_for(me, search, "中国")
        await me.until_shown("the whole catalogue")
        await me.press("f8", "f8")
        await me.until_shown("English")
        await me.until(lambda: search.rows.has_read)
        assert len(search.rows.rows) < len(whole)
        await me.press("escape", "escape")
        search = await open_search(me)
        await look_for(me, search, "history")
        form = await open_form(me, "f12", NarrowForm)
        await fill_in(me, first="many")
        assert "first" in await told(me, form)
        await fill_in(me, first="1990", last="1980")
        await me.press("f9")
        await me.until_shown("before the first year")
        await fill_in(me, last="2005")
        await me.press("f9")
        await me.until_shown("years 1990 to 2005")
        await me.until(lambda: search.rows.has_read)
        assert search.rows.rows
        assert all(1990 <= (row.year or 0) <= 2005 for row in search.rows.rows)
        await me.press("f7")
        await me.until_shown("on the shelf now")


async def test_on_a_small_screen_the_keys_that_narrow_and_the_count_stay_in_sight(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        search = await open_search(me)
        await look_for(me, search, "中国")
        keys = me.shown().splitlines()[-1]
        for key in ("F1 ", "F4 ", "F7 ", "F8 ", "F9 ", "F12 "):
            assert key in keys, f"{key} in {keys}"
        narrowed = Narrowing(here=True, available=True, language="en", first_year=2030, last_year=2031)
        search.titles.narrow(search, narrowed.next_type(search.titles.kinds))
        await me.until_shown("0 of 0")


async def test_of_the_copies_of_a_title_as_many_branches_are_told_as_stand_there_whole(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        search = await open_search(me)
        found = await look_for(me, search, "红楼梦")
        rows = {row.number: row for row in search.rows.rows}
        shown = me.shown().splitlines()
        told = [line for line in shown if " here " in line and "/" in line]
        assert len(told) >= min(len(found), 5)
        assert not [line for line in told if line.rstrip().endswith("…")], "no count is cut"
        branches = max(len([one for one in row.availability.branches if one.copies]) for row in rows.values())
        assert branches < 3 or any(" +" in line for line in told)


async def test_a_screen_of_120_columns_shows_titles_whole_and_one_of_140_what_is_known_beside_them(
    catalogue: Library,
) -> None:
    async with at_desk(catalogue, size=(120, 40)) as me:
        search = await open_search(me)
        await look_for(me, search, "红楼梦")
        assert search.query_one(About).display is False
        await me.pilot.resize_terminal(140, 40)
        await me.until(lambda: bool(search.query_one(About).display))


async def test_nothing_found_tells_what_was_tried_and_what_the_narrowing_hides(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        search = await open_search(me)
        await look_for(me, search, "qqzzq")
        await me.until_shown("Nothing was found.")
        await me.until_shown("words of titles, names and subjects: qqzzq")
        await me.until_shown("In no title at all: qqzzq")
        for _ in range(5):
            await me.press("backspace")
        await look_for(me, search, "红楼梦")
        search.titles.narrow(search, search.titles.asked.narrowed.__class__(first_year=2030))
        await me.until_shown("Not narrowed,")
        await me.press("escape")
        await me.until(lambda: bool(search.rows.rows))


async def test_a_scan_at_the_search_is_shown_looked_for_or_goes_to_the_desk_and_is_never_lost(
    catalogue: Library,
) -> None:
    async with at_desk(catalogue) as me:
        search = await open_search(me)
        await me.press(*"红楼")
        me.hear_code(DREAM_COPY)
        await me.until_screen(ItemCard)
        await me.until_shown(DREAM_COPY)
        me.hear_code(BRACKETED_COPY)
        await me.until_shown("Poems [electronic resource]")
        assert sum(isinstance(screen, ItemCard) for screen in me.app.screen_stack) == 1
        await me.press("escape")
        assert search.scan_line.value == "红楼"
        await me.until(lambda: any(row.isbn for row in search.rows.rows))
        isbn = next(row.isbn for row in search.rows.rows if row.isbn)
        me.hear_code(isbn)
        await until_found(me, search, isbn)
        assert [row.isbn for row in search.rows.rows] == [isbn]
        for _ in isbn:
            await me.press("backspace")
        await look_for(me, search, "鲁迅")
        me.press_quickly(*isbn, "enter")
        await until_found(me, search, isbn)
        await me.scan(TEACHER)
        assert me.shift.view.patron is not None
        assert me.app.screen is search
        me.press_quickly(*DREAM_COPY, "enter")
        await me.until_screen(ItemCard)


@pytest.mark.parametrize(("size", "language"), [((80, 24), "en"), ((120, 40), "zh"), ((200, 50), "zh")])
async def test_titles_that_look_like_markup_and_full_width_ones_stay_in_their_columns(
    catalogue: Library, size: tuple[int, int], language: str
) -> None:
    async with at_desk(catalogue, language, size) as me:
        search = await open_search(me)
        await look_for(me, search, "tags")
        assert [row.title for row in search.rows.rows][:1] == [NASTY]
        await me.until_shown(NASTY[:12])
        for _ in "tags":
            await me.press("backspace")
        await look_for(me, search, "鲁迅")
        lines = me.shown().splitlines()
        starts = set()
        for row in search.rows.rows[:15]:
            line = next(one for one in lines if row.call_number and f" {row.call_number[:6]}" in one)
            assert cell_len(line) <= size[0]
            starts.add(cell_len(line[: line.index(f" {row.call_number[:6]}")]))
        assert len(search.rows.rows) > 3
        assert len(starts) == 1, "every call number begins in the same column"


def test_a_burst_of_scans_over_the_keyboard_shows_the_last_lends_nothing_and_leaves_the_words(
    catalogue_url: str,
) -> None:
    with Terminal(catalogue_url) as terminal:
        terminal.sign_in()
        terminal.press("\x06")
        terminal.until_shown("search ▸")
        for sign in "红楼":
            terminal.press(sign)
            terminal.look(0.1)
        terminal.until_shown("红楼梦")
        terminal.press("".join(f"{code}\r" for code in (*COPIES[:30], BRACKETED_COPY)))
        terminal.until_shown("Poems [electronic resource]")
        terminal.until(lambda: BRACKETED_COPY in terminal.shown())
        terminal.press("\x1b")
        # One Escape closes it: however many were scanned, there is one card.
        terminal.until(lambda: "Poems" not in terminal.shown())
        terminal.until_shown("search ▸ 红楼")
        assert open_loans(catalogue_url) == []
