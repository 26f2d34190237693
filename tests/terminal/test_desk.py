"""The desk: a scanned card and a scanned book become a loan, and the screen says so."""

from __future__ import annotations

import pytest

from libops.circulation.desk import DeskSession
from libops.circulation.outcomes import Mode, Word
from libops.library import Library
from libops.scans import ReaderChanged, ReaderState
from screens.account.column import AccountColumn
from screens.account.panel import AccountPanel
from screens.desk.in_hand import InHand, spread
from screens.desk.panels import Help
from screens.desk.patron_panel import PatronPanel
from screens.desk.screen import Desk
from screens.desk.session_list import SessionList
from screens.keymap import DESK
from screens.lists.screen import ListScreen
from tests.terminal.at_desk import at_desk, place_of, signed_in
from tests.terminal.doings import place_hold
from tests.terminal.small_town import (
    BLOCKED,
    BRACKETED,
    BRACKETED_COPY,
    COPIES,
    NASTY,
    NASTY_COPY,
    NO_COPY,
    OF_THE_NORTH,
    OTHER,
    OTHER_NAME,
    REFERENCE,
    SORTER,
    TEACHER,
    TEACHER_NAME,
    make_overdue,
    open_loans,
)


async def test_a_card_and_a_book_become_a_loan_on_each_engine(town_on_each: Library) -> None:
    async with at_desk(town_on_each) as me:
        await me.scan(TEACHER, COPIES[0])
        assert [outcome.word for outcome in me.outcomes] == [Word.PATRON, Word.LENT]
        assert me.shift.view.patron is not None
        assert me.shift.view.patron.loans == 1
        await me.until_shown("1 of 1000 on loan")
        assert "LENT" in me.shown()
        assert TEACHER_NAME in me.shown()
    assert open_loans(str(town_on_each.database.url.render_as_string(hide_password=False))) == [COPIES[0]]


async def test_titles_in_brackets_are_shown_whole_and_never_as_markup(town: Library) -> None:
    async with at_desk(town, size=(140, 30)) as me:
        await me.scan(TEACHER, BRACKETED_COPY, NASTY_COPY)
        assert [outcome.title for outcome in me.outcomes[1:]] == [BRACKETED, NASTY]
        await me.until(lambda: len(me.loans() or ()) == 2)
        shown = me.shown()
        assert shown.count(BRACKETED) == 2, "in the list and in the account"
        assert f"LENT  {NASTY}" in shown
        await me.press("f4")
        await me.until_screen(AccountPanel)
        assert BRACKETED in me.shown()


async def test_a_book_before_a_card_is_refused_and_says_what_to_do(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(COPIES[0])
        assert me.last_word() is Word.REFUSED
        assert "No patron is chosen yet." in me.shown()
        assert "Scan the patron's card first, or change to returns." in me.shown()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("30000000000013", "check digit"),
        ("9780306406157", "is an ISBN"),
        (NO_COPY, "No item has the barcode"),
        ("P99999999", "No patron has the number"),
        ("nonsense", "is neither a patron's card nor an item"),
        ("S0004", "is a staff badge"),
        ("x" * 10_000, "10000 characters long"),
        ("3000\x1b[2J0001", "holds characters that no barcode has"),
    ],
)
async def test_a_code_that_is_none_says_what_is_wrong_and_changes_nothing(town: Library, code: str, said: str) -> None:
    async with at_desk(town, size=(120, 30)) as me:
        await me.scan(TEACHER, code)
        assert me.last_word() is Word.UNKNOWN
        assert said in me.shown()
        assert "\x1b" not in me.shown()
        await me.scan(TEACHER, COPIES[0])
        assert me.last_word() is Word.LENT


async def test_enter_on_an_empty_line_is_answered_and_not_remembered(town: Library) -> None:
    async with at_desk(town) as me:
        await me.press("enter")
        await me.until_shown("Nothing was scanned.")
        assert me.shift.visit.lines == []


async def test_a_double_read_is_ignored_and_shown(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.scan(COPIES[0], COPIES[0], apart=0.3)
        assert [outcome.word for outcome in me.outcomes[1:]] == [Word.LENT, Word.ALREADY]
        assert "The reader read it twice; once counts." in me.shown()
        assert me.shift.view.patron is not None
        assert me.shift.view.patron.loans == 1


async def test_a_new_card_ends_the_visit_before_it(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, BRACKETED_COPY, OTHER)
        assert me.shift.visit.lines == []
        assert BRACKETED not in me.shown()
        assert OTHER_NAME in me.shown()
        assert TEACHER_NAME not in me.shown()


async def test_books_after_an_unknown_card_do_not_go_to_the_patron_before(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, "P99999999", COPIES[0])
        assert [outcome.word for outcome in me.outcomes] == [Word.PATRON, Word.UNKNOWN, Word.REFUSED]
        assert TEACHER_NAME not in me.shown()


async def test_done_lets_the_patron_go_after_the_books_scanned_before_it(town: Library) -> None:
    async with at_desk(town) as me:
        me.shift.clerk.take_typed(TEACHER)
        for code in COPIES[:20]:
            me.shift.clerk.take_typed(code)
        await me.press("f9")
        await me.until(lambda: len(me.outcomes) == 21 and me.shift.view.patron is None and me.shift.clerk.waiting == 0)
        assert [outcome.word for outcome in me.outcomes[1:]] == [Word.LENT] * 20
        assert "Nobody is chosen yet." in me.shown()


async def test_a_blocked_patron_is_shown_as_such_with_the_note(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(BLOCKED)
        assert "! blocked" in me.shown()
        assert "欠图书赔偿费，请到服务台处理" in me.shown()


async def test_overdue_loans_are_counted_in_words_and_absent_when_zero(town: Library) -> None:
    url = str(town.database.url)
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        assert "overdue" not in me.shown()
        make_overdue(url, COPIES[0], days=3)
        await me.scan(TEACHER)
        assert "! 1 overdue" in me.shown()


async def test_returns_say_what_to_do_with_the_thing_in_the_hand(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.until_shown("Scan what came back.")
        await me.scan(BRACKETED_COPY)
        assert me.last_word() is Word.SHELVE
        assert "RETURNS" in me.shown()
        assert "█" in me.shown(), "the word in large letters"
        assert f"returned by {TEACHER_NAME}" in me.shown()
        assert BRACKETED in me.shown()
        await me.scan(BRACKETED_COPY)
        assert me.last_word() is Word.ALREADY
        await me.until_shown("was not on loan")
        assert me.desk.query_one(InHand).has_class("-done")
        assert "ALREADY DONE" not in me.shown(), "it goes to its shelf all the same"


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_whatever_the_height_all_that_is_said_of_the_thing_in_the_hand_is_seen(
    town: Library, language: str
) -> None:
    async with at_desk(town, language, size=(96, 24)) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        place_hold(town, OTHER, BRACKETED_COPY)
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(BRACKETED_COPY)
        for height in range(22, 44):
            await me.pilot.resize_terminal(96, height)
            await me.pilot.pause()
            in_hand = me.desk.query_one(InHand)
            told = [line for line in in_hand.text().plain.splitlines() if TEACHER_NAME in line]
            assert told, height
            assert in_hand.size.height >= len(in_hand.text().plain.splitlines()), height


async def test_a_double_read_in_returns_leaves_on_screen_where_the_thing_goes(town: Library) -> None:
    async with at_desk(town, size=(120, 40)) as me:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(OF_THE_NORTH, OF_THE_NORTH, apart=0.3)
        assert me.outcomes[-1].double_read
        assert me.desk.query_one(InHand).has_class("-carry")
        large = me.shown()[: me.shown().index("SEND TO")]
        for said in ("█", spread("North Campus Library"), "was not on loan", "The reader read it twice; once counts."):
            assert said in large
        row = next(line for line in me.shown().splitlines() if "ALREADY DONE" in line)
        assert "中国大百科全书" in row
        await me.scan(OF_THE_NORTH)
        assert me.last_word() is Word.ALREADY
        assert me.desk.query_one(InHand).has_class("-carry")
        assert me.shown().count("SEND TO") == 2, "the rows of the list"


@pytest.mark.parametrize("mode", Mode)
async def test_the_newest_row_is_in_sight_after_every_scan(town: Library, mode: Mode) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        if mode is Mode.RETURN:
            await me.press("f2")
            await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        rows = me.desk.query_one(SessionList)
        for number, code in enumerate(COPIES[:16], start=1):
            await me.scan(code)
            await me.pilot.pause()
            assert rows.virtual_size.height == number
            assert rows.scroll_offset.y + rows.size.height >= number, number


async def test_a_row_that_is_higher_than_its_room_is_shown_from_its_word_on(town: Library) -> None:
    place_hold(town, OTHER, COPIES[0])
    async with at_desk(town) as me:
        await me.press("f2")
        await me.scan(COPIES[0])
        rows = me.desk.query_one(SessionList)
        assert rows.virtual_size.height > rows.size.height > 0, "there is no room for all of it"
        assert rows.render_line(0).text.strip().startswith("HOLD SHELF")


@pytest.mark.parametrize(("size", "shown"), [((80, 24), 0), ((110, 30), 2), ((200, 50), 2)])
async def test_copies_can_be_told_apart_on_wide_screens(town: Library, size: tuple[int, int], shown: int) -> None:
    async with at_desk(town, size=size) as me:
        await me.scan(TEACHER, *COPIES[:2])
        await me.until(lambda: len(me.loans() or ()) == 2)
        assert [me.shown().count(code) for code in COPIES[:2]] == [shown, shown], "in the visit and in the account"


async def test_a_code_typed_in_small_letters_is_the_one_in_capitals(town: Library) -> None:
    async with at_desk(town) as me:
        await me.enter(TEACHER.lower())
        await me.until_shown(TEACHER_NAME)
        assert me.outcomes[-1].code == TEACHER


async def test_the_account_closes_when_somebody_else_comes_to_the_desk(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        await me.press("f4")
        await me.until_screen(AccountPanel)
        await me.scan(COPIES[0])
        await me.until_shown("On loan  2")
        await me.scan(OTHER)
        await me.until_screen(Desk)
        assert TEACHER_NAME not in me.shown()


async def test_a_larger_terminal_leaves_no_blank_line_under_the_patron(town: Library) -> None:
    async with at_desk(town, size=(40, 12)) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.pilot.resize_terminal(200, 50)
        panel = me.desk.query_one(PatronPanel)
        await me.until(lambda: panel.size.width == 200 - 46)
        assert panel.size.height == 2
        # A terminal that is resized by hand lays out anew while the panel still has the width of before.
        assert panel.get_content_height(panel.container_size, me.app.size, 100) == 2


async def test_a_card_in_returns_opens_nobody(town: Library) -> None:
    async with at_desk(town) as me:
        await me.press("f2")
        await me.scan(TEACHER)
        assert me.last_word() is Word.REFUSED
        assert me.shift.view.patron is None


async def test_the_account_stands_beside_the_visit_on_wide_screens_and_behind_f4_on_narrow_ones(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        await me.until(lambda: me.loans() is not None)
        assert not me.desk.query_one(AccountColumn).display
        await me.press("f4")
        await me.until_screen(AccountPanel)
        assert "On loan  1" in me.shown()
        await me.press("escape")
        await me.until_screen(type(me.desk))
        await me.pilot.resize_terminal(120, 40)
        await me.until(lambda: bool(me.desk.query_one(AccountColumn).display))
        assert "On loan  1" in me.shown()


async def test_another_desk_changing_the_patron_shows_here(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.until(lambda: me.loans() == [])
        elsewhere = DeskSession(town, actor=signed_in(town), place=place_of(town, "N1"))
        elsewhere.take(TEACHER)
        assert elsewhere.take(COPIES[5]).word is Word.LENT
        await me.until_shown("1 of 1000 on loan")


async def test_whoever_may_not_lend_begins_with_returns(town: Library) -> None:
    async with at_desk(town, who=SORTER) as me:
        assert me.shift.view.mode is Mode.RETURN
        await me.scan(COPIES[0])
        assert me.last_word() is Word.SHELVE
        assert "F2" not in me.shown().splitlines()[-1]
        await me.press("f2")
        await me.scan(COPIES[1])
        assert me.shift.view.mode is Mode.RETURN


async def test_help_names_every_key_of_the_desk(town: Library) -> None:
    async with at_desk(town, size=(120, 50)) as me:
        await me.press("f1")
        await me.until_screen(Help)
        for one in DESK:
            assert one.shown_key in me.shown()
            assert one.tooltip in " ".join(me.shown().split())


async def test_the_key_bar_shows_only_what_does_something_now(town: Library) -> None:
    async with at_desk(town, size=(120, 24)) as me:
        last = me.shown().splitlines()[-1]
        assert "F2 returns" in last
        assert "F9" not in last
        assert "F8" not in last
        await me.scan(TEACHER)
        last = me.shown().splitlines()[-1]
        assert "F4 account" in last
        assert "F9 done" in last


async def test_help_stays_on_the_key_bar_however_many_keys_there_are(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, REFERENCE)
        last = me.shown().splitlines()[-1]
        assert "F8 allow" in last
        assert "F1 help" in last


async def test_a_click_on_the_key_bar_is_as_good_as_the_key(town: Library) -> None:
    async with at_desk(town) as me:
        column = me.shown().splitlines()[-1].index("F2")
        await me.pilot.click(offset=(column + 1, 23))
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        assert me.app.screen.focused is me.desk.scan_line


async def test_what_comes_in_the_moment_in_which_a_list_opens_is_shown_there_once_it_stands(town: Library) -> None:
    async with at_desk(town) as me:
        me.app.action_to("patrons")
        assert isinstance(me.app.screen, ListScreen)
        me.app.devices.reader_changed(ReaderChanged("reader", "/dev/ttyS0", ReaderState.READY, ""))
        me.app._show_devices()
        me.desk._show()
        me.desk._show_waiting()
        await me.until_shown("reader")
        assert isinstance(me.app.screen, ListScreen)
