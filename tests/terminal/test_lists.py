"""The lists: in their order, live under the cursor, and taking scans that are never lost."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from db.tables import PATRON
from libops.circulation import returns
from libops.circulation.outcomes import Mode, Word
from libops.library import Library
from screens.account.panel import AccountPanel
from screens.desk.newest import Newest
from screens.desk.panels import Help
from screens.desk.screen import Desk
from screens.dialogs import Ask
from screens.forms.items import MarkForm
from screens.forms.patrons import RegisterPatron
from screens.item_card import ItemCard
from screens.lists.all_lists import LISTS
from screens.lists.paged_list import PagedList
from screens.lists.screen import ListScreen
from screens.menu import Menu
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, chosen, dialog_of, fill_in, go_to, open_form, sent, told
from tests.terminal.doings import ask_for_transfer, does, lend, place_hold, take_back
from tests.terminal.small_town import (
    BRACKETED_COPY,
    BRACKETED_SHORT,
    COPIES,
    NASTY_COPY,
    NO_COPY,
    OTHER,
    SORTER,
    TEACHER,
    TEACHER_NAME,
    make_overdue,
    open_loans,
)


def barcodes_in(screen: ListScreen) -> list[str]:
    """The barcodes of its rows, in their order."""
    return [row.barcode for row in screen.rows.rows]


async def test_every_list_is_three_keys_away_and_says_what_is_to_be_done_there(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    ask_for_transfer(town, NASTY_COPY)
    async with at_desk(town) as me:
        await me.press("f3")
        await me.until_screen(Menu)
        for name in ("Holds to pull", "Hold shelf", "To send", "Patrons", "Loan rules", "Till"):
            assert name in me.shown()
        await me.until_shown("Till")
        await me.until(lambda: _count(me, "Holds to pull") == "1" and _count(me, "To send") == "1")
        assert _count(me, "Hold shelf") == ""
        await me.press("1")
        await me.until_screen(ListScreen)
        await me.until_shown(BRACKETED_SHORT)
        await me.press("escape")
        await me.until_screen(Desk)


def _count(me: AtDesk, name: str) -> str:
    line = next(line for line in me.shown().splitlines() if name in line)
    # The lines stand in two columns.
    return line.partition(name)[2][: 30 - len(name)].strip()


async def test_a_sorter_is_offered_only_what_sorters_may_see(town: Library) -> None:
    async with at_desk(town, who=SORTER) as me:
        await me.press("f3")
        await me.until_screen(Menu)
        shown = me.shown()
        assert "Holds to pull" in shown
        for name in ("Patrons", "Overdue", "Till", "Holds without a copy"):
            assert name not in shown
        await me.press("p")
        assert isinstance(me.app.screen, Menu)


async def test_what_is_to_be_pulled_stands_in_shelf_order_and_goes_when_it_is_scanned(town: Library) -> None:
    for barcode in (COPIES[3], COPIES[1]):
        place_hold(town, TEACHER, barcode, item_level=True)
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town) as me:
        screen = await go_to(me, "1")
        first = barcodes_in(screen)
        assert sorted(first) == sorted([COPIES[1], COPIES[3], BRACKETED_COPY])
        assert first.index(COPIES[1]) < first.index(COPIES[3])
        await me.scan(COPIES[1])
        assert me.last_word() is Word.HOLD_SHELF
        await me.until(lambda: COPIES[1] not in barcodes_in(screen))
        assert "HOLD SHELF" in me.shown()
        assert f"for {TEACHER_NAME}" in me.shown()
        assert me.app.screen is screen
        assert me.shift.view.mode is Mode.LEND, "the desk behind it lends as before"


async def test_a_code_typed_in_a_list_is_checked_in_as_one_that_is_scanned(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town) as me:
        screen = await go_to(me, "1")
        await me.enter(BRACKETED_COPY)
        await me.until(lambda: bool(me.outcomes))
        assert me.last_word() is Word.HOLD_SHELF
        await me.until(lambda: barcodes_in(screen) == [])
        await me.until_shown("Nothing has to be fetched from the shelves.")


async def test_a_scan_in_a_list_lends_nothing_to_the_patron_at_the_desk(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await go_to(me, "1")
        await me.scan(COPIES[0], TEACHER)
        assert [outcome.word for outcome in me.outcomes[1:]] == [Word.SHELVE, Word.REFUSED]
        assert open_loans(str(town.database.url)) == []
        await me.press("escape")
        await me.until_screen(Desk)
        assert TEACHER_NAME in me.shown(), "the patron still stands at the desk"


async def test_with_caps_lock_on_the_letters_choose_as_they_are_shown(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await go_to(me, "R")
        assert "Loan rules" in me.shown()
        assert screen.rows.has_read


async def test_a_scan_in_front_of_a_dialog_of_a_list_goes_to_the_list(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town) as me:
        screen = await go_to(me, "1")
        await me.press("enter")
        await me.until_screen(ItemCard)
        await me.scan(COPIES[0], NO_COPY)
        assert [outcome.word for outcome in me.outcomes] == [Word.SHELVE, Word.UNKNOWN]
        assert isinstance(me.app.screen, ItemCard)
        await me.press("escape")
        await me.until_screen(ListScreen)
        await me.until(lambda: me.app.screen is screen)


async def test_what_is_scanned_where_nothing_is_checked_in_goes_to_the_desk_and_so_does_the_screen(
    town: Library,
) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await go_to(me, "r")
        await me.scan(COPIES[0])
        await me.until_screen(Desk)
        assert me.last_word() is Word.LENT
        assert open_loans(str(town.database.url)) == [COPIES[0]]


async def test_a_form_in_front_of_such_a_list_stays_while_the_desk_serves_what_is_scanned(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await go_to(me, "p")
        form = await open_form(me, "f12", RegisterPatron)
        await fill_in(me, name="王小明")
        await me.scan(COPIES[0], COPIES[1])
        await me.until(lambda: open_loans(str(town.database.url)) == [COPIES[0], COPIES[1]])
        assert me.app.screen is form
        assert form.values()["name"] == "王小明"


async def test_another_desk_changes_the_list_and_the_row_under_the_cursor_stays(town: Library) -> None:
    wanted = [COPIES[number] for number in (1, 3, 5, 7)]
    for barcode in wanted:
        place_hold(town, TEACHER, barcode, item_level=True)
    async with at_desk(town) as me:
        screen = await go_to(me, "1")
        assert barcodes_in(screen) == wanted
        row = await chosen(me, screen, 2)
        assert row.barcode == wanted[2]
        take_back(town, wanted[0])
        await me.until(lambda: barcodes_in(screen) == wanted[1:])
        assert screen.rows.chosen is not None
        assert screen.rows.chosen.barcode == wanted[2]
        take_back(town, wanted[2])
        await me.until(lambda: barcodes_in(screen) == [wanted[1], wanted[3]])
        assert screen.rows.chosen.barcode == wanted[3], "the one that stood below it"
        place_hold(town, OTHER, COPIES[0], item_level=True)
        await me.until(lambda: len(screen.rows.rows) == 3)
        assert screen.rows.chosen.barcode == wanted[3]


async def test_a_long_list_is_read_as_one_goes_and_its_count_is_honest(town: Library) -> None:
    lend(town, TEACHER, *COPIES)
    url = str(town.database.url)
    for barcode in COPIES:
        make_overdue(url, barcode, days=3)
    async with at_desk(town) as me:
        screen = await go_to(me, "9")
        assert len(screen.rows.rows) == 200
        await me.until_shown("1 of 200+")
        await me.press("ctrl+end")
        await me.until(lambda: len(screen.rows.rows) == len(COPIES))
        await me.press("ctrl+end")
        await me.until_shown(f"{len(COPIES)} of {len(COPIES)}")
        rows = screen.query_one(PagedList)
        assert rows.scroll_offset.y + rows.size.height == len(COPIES)
        await me.press("pageup")
        await me.until(lambda: screen.rows.chosen_at == len(COPIES) - 1 - rows.page)
        last = screen.rows.chosen
        take_back(town, COPIES[0])
        await me.until(lambda: len(screen.rows.rows) == len(COPIES) - 1)
        assert screen.rows.chosen == last
        await me.press("ctrl+home")
        assert screen.rows.chosen_at == 0


async def test_the_borrower_of_an_overdue_item_is_one_key_away(town: Library) -> None:
    lend(town, TEACHER, BRACKETED_COPY)
    make_overdue(str(town.database.url), BRACKETED_COPY, days=5)
    async with at_desk(town) as me:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await go_to(me, "9")
        await me.until_shown(BRACKETED_SHORT)
        await me.press("f4")
        await me.until_screen(AccountPanel)
        await me.until_shown(TEACHER_NAME)
        await me.until_shown(BRACKETED_SHORT)
        assert me.shift.view.mode is Mode.LEND


async def test_what_is_not_there_is_marked_as_missing_after_a_question(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town) as me:
        screen = await go_to(me, "1")
        await me.press("f8")
        await me.until_screen(MarkForm)
        await me.press("enter")
        await me.until_screen(ListScreen)
        assert barcodes_in(screen) == [BRACKETED_COPY], "no is the safe answer"
        await me.press("f8")
        await me.until_screen(MarkForm)
        await me.press("right", "enter")
        await me.until(lambda: barcodes_in(screen) == [])
        await me.until_shown("Marked as missing.")


async def test_a_hold_is_ended_from_the_hold_shelf_and_shows_up_to_be_cleared(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    take_back(town, BRACKETED_COPY)
    async with at_desk(town) as me:
        screen = await go_to(me, "2")
        assert barcodes_in(screen) == [BRACKETED_COPY]
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until(lambda: barcodes_in(screen) == [])
        await me.until_shown("Take it from the hold shelf (A-01) and scan it.")
        cleared = await go_to(me, "3")
        assert barcodes_in(cleared) == [BRACKETED_COPY]
        await me.press("f7")
        await me.until(lambda: barcodes_in(cleared) == [])
        assert me.last_word() is Word.SHELVE


async def test_what_has_to_be_sent_goes_on_its_way_when_it_is_scanned(town: Library) -> None:
    ask_for_transfer(town, BRACKETED_COPY)
    ask_for_transfer(town, COPIES[0])
    async with at_desk(town) as me:
        screen = await go_to(me, "4")
        assert barcodes_in(screen) == [BRACKETED_COPY, COPIES[0]]
        await me.scan(BRACKETED_COPY)
        assert me.last_word() is Word.SEND
        await me.until(lambda: barcodes_in(screen) == [COPIES[0]])
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until(lambda: barcodes_in(screen) == [])
        under_way = await go_to(me, "6")
        assert barcodes_in(under_way) == [BRACKETED_COPY]


async def test_patrons_are_found_by_a_part_of_the_name_and_opened_at_the_desk(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await go_to(me, "p")
        everybody = len(screen.rows.rows)
        await me.enter(TEACHER_NAME[:2])
        await me.until(lambda: screen.rows.has_read and 0 < len(screen.rows.rows) < everybody)
        assert [row.name for row in screen.rows.rows if row.number == TEACHER] == [TEACHER_NAME]
        await me.press("escape")
        await me.until(lambda: len(screen.rows.rows) == everybody)
        assert isinstance(me.app.screen, ListScreen), "the first Esc only shows everybody again"
        await me.enter(TEACHER.lower())
        await me.until(lambda: [row.number for row in screen.rows.rows] == [TEACHER])
        await me.press("enter")
        await me.until_screen(Desk)
        await me.until_shown(TEACHER_NAME)
        assert me.last_word() is Word.PATRON


async def test_a_list_that_cannot_be_read_says_why_and_stays(town: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise ZeroDivisionError("somebody's card might stand here")

    async with at_desk(town) as me:
        await go_to(me, "1")
        await me.press("escape")
        monkeypatch.setattr("screens.lists.holds.pull_list", failing)
        await me.press("f3")
        await me.until_screen(Menu)
        await me.press("1")
        await me.until_screen(ListScreen)
        await me.until_shown("The program failed here (ZeroDivisionError).")
        assert "somebody's card" not in me.shown()
        await me.scan(COPIES[0])
        assert me.last_word() is Word.SHELVE


async def test_the_newest_outcome_stands_below_a_list_only_once_something_was_scanned_there(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        screen = await go_to(me, "1")
        assert not screen.query_one(Newest).display
        await me.scan(COPIES[0])
        assert screen.query_one(Newest).display
        assert "SHELVE" in me.shown()


async def test_no_list_is_wider_than_a_small_terminal_in_any_language(town: Library) -> None:
    lend(town, TEACHER, *COPIES[:3])
    make_overdue(str(town.database.url), COPIES[0], days=400)
    place_hold(town, TEACHER, BRACKETED_COPY)
    place_hold(town, OTHER, NASTY_COPY)
    take_back(town, NASTY_COPY)
    ask_for_transfer(town, COPIES[9])
    async with at_desk(town, "zh") as me:
        for key in "123456789prbct":
            screen = await go_to(me, key)
            await me.press("down")
            for language in ("f6", "f6"):
                lines = me.shown().splitlines()
                assert len(lines) == 24
                assert all(cell_len(line) <= 80 for line in lines)
                assert "F1" in lines[-1]
                assert screen.query_one(PagedList).size.height >= 10
                await me.press(language)
            await me.press("f1", "escape")
            if screen.rows.chosen is not None:
                await me.press("enter")
                await me.pilot.pause()
                assert all(cell_len(line) <= 80 for line in me.shown().splitlines())
            while not isinstance(me.app.screen, ListScreen | Desk):
                await me.press("escape")


def test_every_list_has_a_name_a_key_and_columns_that_fit_a_small_terminal() -> None:
    assert len({listing.NAME for listing in LISTS.values()}) == len(LISTS)
    for listing in LISTS.values():
        heaviest = sorted(listing.COLUMNS, key=lambda column: -column.weight)[:3]
        assert sum(column.least for column in heaviest) + 4 <= 77


async def test_registering_is_one_key_from_the_patrons_and_the_new_card_may_be_scanned(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "p")
        await me.press("f12")
        await me.until_screen(RegisterPatron)
        await me.until_shown("Central Library")
        me.app.hear(_scan("P20269999"))
        await me.until_shown("P20269999")
        await me.enter("王小明")
        await me.press("f9")
        await me.until_screen(ListScreen)
        await me.until_shown("Registered: P20269999.")
        screen = me.app.screen
        assert isinstance(screen, ListScreen)
        await me.until(lambda: [row.number for row in screen.rows.rows] == ["P20269999"])
        assert screen.rows.chosen is screen.rows.rows[0]


async def test_who_looks_like_the_new_patron_is_named_with_the_number_that_is_to_be_typed(town: Library) -> None:
    with town.database.act() as transaction:
        _ = transaction.connection.execute(
            PATRON.update().where(PATRON.c.number == TEACHER).values(phone="13800138000")
        )
    async with at_desk(town) as me:
        await go_to(me, "p")
        form = await open_form(me, "f12", RegisterPatron)
        await fill_in(me, number="P20269998", name=TEACHER_NAME, phone="138 0013 8000")
        assert "allow_duplicate" in await told(me, form)
        await me.until_shown(f"Registered already: {TEACHER_NAME} {TEACHER}")
        await fill_in(me, allow_duplicate=TEACHER)
        await sent(me, form)
        await me.until_shown("Registered: P20269998.")


async def test_namesakes_are_told_before_somebody_is_registered_and_one_question_allows_them(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "p")
        form = await open_form(me, "f12", RegisterPatron)
        await fill_in(me, number="P20269998", name=TEACHER_NAME)
        said = (await told(me, form))[""]
        assert "Patrons of this name who are registered already: 1." in said
        await me.until_shown(f"Registered already: {TEACHER_NAME} {TEACHER} · Teacher")
        assert "F8 allow it all the same (registering patrons)" in me.shown()
        await me.press("f8")
        await me.until_screen(Ask)
        assert "·" not in next(line for line in dialog_of(me).splitlines() if TEACHER_NAME in line)
        await me.press("enter")
        await me.until_screen(RegisterPatron)
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("tab", "enter")
        await me.until_shown("Registered: P20269998.")


async def test_of_many_namesakes_the_first_are_named_and_the_rest_is_counted(town: Library) -> None:
    with town.database.act() as transaction:
        _ = transaction.connection.execute(PATRON.update().where(PATRON.c.id <= 7).values(name=TEACHER_NAME))
    async with at_desk(town) as me:
        await go_to(me, "p")
        form = await open_form(me, "f12", RegisterPatron)
        await fill_in(me, number="P20269998", name=TEACHER_NAME)
        assert "registered already: 7." in (await told(me, form))[""]
        await me.until(lambda: "and 3 more" in " ".join(me.shown().split()))
        await me.until_shown("F8 allow it all the same")


async def test_what_is_corrected_after_the_question_is_asked_for_anew_and_not_registered_as_it_was(
    town: Library,
) -> None:
    async with at_desk(town) as me:
        await go_to(me, "p")
        form = await open_form(me, "f12", RegisterPatron)
        await fill_in(me, number="P20269998", name=TEACHER_NAME)
        _ = await told(me, form)
        await fill_in(me, name="周文")
        await me.press("f8")
        await me.until_shown("Registered: P20269998.")
        assert account_of(town, "P20269998").patron.name == "周文"


def _scan(code: str) -> Any:  # noqa: ANN401 - a scan, as a reader hears it
    from libops.scans import Scan

    return Scan(code, "reader", 500.0)


async def test_a_clerk_is_offered_no_change_of_rules(town: Library) -> None:
    from tests.terminal.small_town import CLERK

    async with at_desk(town, who=CLERK) as me:
        await go_to(me, "r")
        assert "F7" not in me.shown().splitlines()[-1]
        await me.press("f7")
        assert isinstance(me.app.screen, ListScreen)


def test_the_acts_of_these_tests_are_those_of_the_library(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    answer = does(town, lambda work: returns.check_in(work, barcode=COPIES[0]))
    assert answer.was_on_loan


async def test_help_in_a_list_names_each_key_once_and_says_while_there_is_more_below(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "1")
        await me.press("f1")
        await me.until_screen(Help)
        await me.until_shown("PgDn more below")
        seen = me.shown()
        while "more below" in me.shown():
            await me.press("pagedown")
            seen += me.shown()
        assert "do with it." in me.shown()
        assert "↑ ↓    choose" in seen
        assert "Go to the row below." not in seen
    async with at_desk(town, size=(120, 50)) as me:
        await go_to(me, "1")
        await me.press("f1")
        await me.until_shown("do with it.")
        assert "more below" not in me.shown()


async def test_what_is_under_way_names_the_other_branch_whole_and_its_barcode_on_a_small_terminal(
    town: Library,
) -> None:
    ask_for_transfer(town, COPIES[9])
    take_back(town, COPIES[9])
    async with at_desk(town) as me:
        await go_to(me, "6")
        await me.until_shown(COPIES[9])
        assert "North Campus Library" in me.shown()
        assert me.shown().count("Central Library") == 2, "the top and the filter: no column names this branch"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_names_and_numbers_in_lists_are_whole_on_small_and_large_terminals(
    town: Library, size: tuple[int, int]
) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town, size=size) as me:
        await go_to(me, "1")
        assert f"··0001 {TEACHER_NAME}" in me.shown()
        await me.press("escape")
        await go_to(me, "p")
        assert "On loan" in me.shown()
        assert "Teacher" in me.shown()
        await me.press("escape")
        await go_to(me, "r")
        assert "CN¥0.10 for 1 day" in me.shown()


async def test_the_keys_of_a_list_itself_come_before_those_that_every_list_has(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town, size=(200, 24)) as me:
        for place, listing in LISTS.items():
            me.app.action_to(place)
            await me.until_screen(ListScreen)
            screen = me.app.screen
            assert isinstance(screen, ListScreen)
            await me.until(lambda: isinstance(me.app.screen, ListScreen) and me.app.screen.rows.has_read)
            offered = [one.id for one in screen.offered()]
            own = [one.id for one in listing.KEYS if one.id in offered]
            assert offered[: len(own) + 1] == ["any.help", *own], place
            assert offered[-2:] == ["any.language", "any.lock"], place
