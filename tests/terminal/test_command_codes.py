"""The codes of the desk card: done in their turn among the books, never as text, never as an answer."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from textual.widgets import Input

from libops.circulation.outcomes import Mode, Outcome, Word
from libops.library import Library
from libops.scans import Scan
from screens.account.panel import AccountPanel
from screens.desk.commands import CARD
from screens.desk.panels import Supervisor
from screens.dialogs import Ask
from screens.forms.form import Form
from screens.item_card import ItemCard
from screens.lists.screen import ListScreen
from screens.locked import Locked
from screens.slips import SlipPanel
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import go_to, open_form
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import (
    CLERK,
    COPIES,
    OTHER,
    OTHER_NAME,
    REFERENCE,
    SORTER,
    SUPERVISOR,
    TEACHER,
    TEACHER_NAME,
    open_loans,
)
from tests.terminal.test_trouble import table_gone


def why(outcome: Outcome) -> list[str]:
    """The codes of an outcome's reasons."""
    return [reason.code for reason in outcome.reasons]


def _more(me: AtDesk, known: int) -> bool:
    return len(me.outcomes) > known


async def test_done_behind_five_books_waits_for_them_and_the_next_card_for_it(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, *COPIES[:5], "LIBOPS-DONE", COPIES[5], OTHER, COPIES[6])
        words = [outcome.word for outcome in me.outcomes]
        assert words == [Word.PATRON, *[Word.LENT] * 5, Word.DONE, Word.REFUSED, Word.PATRON, Word.LENT]
        assert open_loans(str(town.database.url)) == [*COPIES[:5], COPIES[6]]
        assert OTHER_NAME in me.shown()
        assert TEACHER_NAME not in me.shown()


async def test_the_words_of_a_command_that_is_done_are_shown_and_not_remembered(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, "LIBOPS-DONE")
        await me.until_shown("The patron is let go; the desk is free for the next.")
        assert me.shift.visit.lines == []
        assert me.shift.view.patron is None


@pytest.mark.parametrize("typed", ["libops-done", "LIBOPS-DONE", "lIBOPS_DONE"])
async def test_a_reader_at_the_keyboard_in_caps_lock_says_the_same(town: Library, typed: str) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        me.press_quickly(*typed, "enter")
        await me.until(lambda: me.shift.view.patron is None)
        await me.scan(TEACHER)
        await me.enter(typed)
        await me.until(lambda: me.shift.view.patron is None)
        assert me.desk.scan_line.value == ""


async def test_books_go_the_other_way_from_the_command_on(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, *COPIES[:2], "LIBOPS-RETURNS", *COPIES[:2], "LIBOPS-LENDING", TEACHER, COPIES[0])
        words = [outcome.word for outcome in me.outcomes]
        assert words[1:3] == [Word.LENT] * 2
        assert words[3:6] == [Word.DONE, Word.SHELVE, Word.SHELVE]
        assert words[6:] == [Word.DONE, Word.PATRON, Word.LENT]
        assert open_loans(str(town.database.url)) == [COPIES[0]]


async def test_everything_is_renewed_for_whoever_stands_there_when_its_turn_comes(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, *COPIES[:2], OTHER, "LIBOPS-RENEW")
        assert why(me.outcomes[-1]) == ["command.nothing_on_loan"]
        await me.scan(TEACHER, "LIBOPS-RENEW")
        assert me.outcomes[-1].errand is not None
        assert me.outcomes[-1].word in (Word.DONE, Word.REFUSED)
        assert me.outcomes[-1].title == TEACHER_NAME


async def test_what_the_database_left_undone_of_a_command_is_tried_again_by_another(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        with table_gone(town, "event"):
            await me.scan("LIBOPS-RENEW")
            assert me.last_word() is Word.NOT_DONE
        await me.scan("LIBOPS-RETRY", apart=3)
        await me.until(lambda: me.shift.visit.undone() == [])


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("LIBOPS-DONE", "command.nobody"),
        ("LIBOPS-RENEW", "command.nobody"),
        ("LIBOPS-LENDING", "command.lending_already"),
        ("LIBOPS-ACCOUNT", "command.nothing_to_do"),
        ("LIBOPS-ITEM", "command.nothing_to_do"),
        ("LIBOPS-ALLOW", "command.nothing_to_do"),
        ("LIBOPS-RULES", "command.nothing_to_do"),
        ("LIBOPS-RETRY", "command.nothing_to_do"),
        ("LIBOPS-DESK", "command.at_the_desk"),
        ("LIBOPS-DANCE", "command.unknown"),
    ],
)
async def test_a_command_that_makes_no_sense_now_says_so(town: Library, code: str, reason: str) -> None:
    async with at_desk(town) as me:
        await me.scan(code)
        assert why(me.outcomes[-1]) == [reason]
        assert me.outcomes[-1].code == code
        assert "look for it in the catalogue" not in me.shown()
        assert me.app.screen is me.desk
        assert me.shift.visit.lines == []


async def test_a_command_that_somebody_may_not_give_is_refused(town: Library) -> None:
    async with at_desk(town, who=SORTER) as me:
        await me.scan("LIBOPS-LENDING")
        assert why(me.outcomes[-1]) == ["permission.missing"]
        await me.scan("LIBOPS-UNDO")
        assert why(me.outcomes[-1]) == ["command.nothing_to_do"]


async def test_a_reader_that_reads_a_command_twice_gives_it_once(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        for at in (100.0, 100.2):
            me.app.hear(Scan("LIBOPS-DONE", "reader", at))
        await me.until(lambda: len(me.outcomes) == 4)
        assert me.outcomes[-2].word is Word.DONE
        assert me.outcomes[-1].double_read


async def test_undo_asks_as_its_key_does_and_a_scan_never_answers(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        me.hear_code("LIBOPS-UNDO")
        await me.until_screen(Ask)
        me.hear_code("LIBOPS-UNDO")
        await me.until(lambda: why(me.outcomes[-1]) == ["command.in_the_way"])
        assert isinstance(me.app.screen, Ask)
        await me.scan(COPIES[1])
        assert me.last_word() is Word.LENT, "books go on behind the question"
        await me.press("right", "enter")
        await me.until(lambda: me.outcomes[-1].errand is not None)
        assert open_loans(str(town.database.url)) == [COPIES[1]]


@pytest.mark.parametrize(
    ("code", "screen"),
    [
        ("LIBOPS-ACCOUNT", AccountPanel),
        ("LIBOPS-ITEM", ItemCard),
        ("LIBOPS-SLIP", SlipPanel),
        ("LIBOPS-UNDO", Ask),
        ("LIBOPS-LOCK", Locked),
    ],
)
async def test_what_is_shown_on_screen_is_what_the_key_shows(town: Library, code: str, screen: type[object]) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        me.hear_code(code)
        await me.until_screen(screen)


async def test_what_was_refused_is_allowed_by_the_card_and_somebody_is_asked(town: Library) -> None:
    async with at_desk(town, who=CLERK) as me:
        await me.scan(TEACHER, REFERENCE)
        me.hear_code("LIBOPS-ALLOW")
        await me.until_screen(Supervisor)


async def test_one_panel_makes_room_for_the_next_and_the_desk_is_one_scan_away(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        me.hear_code("LIBOPS-ACCOUNT")
        await me.until_screen(AccountPanel)
        me.hear_code("LIBOPS-ITEM")
        await me.until_screen(ItemCard)
        assert len(me.app.screen_stack) == 3
        me.hear_code("LIBOPS-DESK")
        await me.until(lambda: me.app.screen is me.desk)
        await go_to(me, "p")
        me.hear_code("LIBOPS-ACCOUNT")
        await me.until_screen(AccountPanel)
        assert not any(isinstance(screen, ListScreen) for screen in me.app.screen_stack)


@pytest.mark.parametrize("by", ["serial", "keyboard"])
async def test_no_command_reaches_a_form_as_text(town: Library, by: str) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until_screen(AccountPanel)
        form = await open_form(me, "h", Form)
        for command in CARD:
            if command.word in ("LOCK", "LANGUAGE", "DONE", "LENDING", "RETURNS"):
                continue
            known = len(me.outcomes)
            if by == "serial":
                me.hear_code(command.code)
            else:
                me.press_quickly(*command.code.lower(), "enter")
            await me.until(partial(_more, me, known))
        assert me.app.screen is form
        assert [field.value for field in form.query(Input) if "libops" in field.value.lower()] == []
        assert me.shift.view.patron is not None


async def test_the_lock_comes_at_once_though_books_still_wait_and_these_are_done(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        gate = threading.Event()
        me.shift.clerk._ask(gate.wait)
        for number, code in enumerate((*COPIES[:3], "LIBOPS-LOCK", *COPIES[3:5])):
            me.app.hear(Scan(code, "reader", 100.0 + 2 * number))
        await me.until_screen(Locked)
        gate.set()
        await me.until(lambda: len(me.outcomes) == 4)
        await me.until_shown("Scanned meanwhile, and not acted upon: 2.")
        assert open_loans(str(town.database.url)) == COPIES[:3]
        await me.enter(SUPERVISOR[0])
        await me.enter(SUPERVISOR[1])
        await me.until(lambda: me.app.screen is me.desk)


async def test_the_language_changes_once_its_turn_has_come(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        me.hear_code("LIBOPS-LANGUAGE")
        await me.until_shown("借出")
        me.hear_code("LIBOPS-LANGUAGE")
        await me.until_shown("LENDING")


async def test_a_burst_of_commands_and_books_keeps_every_order(town: Library) -> None:
    async with at_desk(town) as me:
        codes: list[str] = []
        for turn in range(12):
            first = 10 * turn
            codes += [TEACHER if turn % 2 else OTHER, *COPIES[first : first + 3], "LIBOPS-DONE", COPIES[first + 3]]
        await me.scan(*codes)
        for outcome in me.outcomes:
            if outcome.code in COPIES:
                turn, place = divmod(COPIES.index(outcome.code), 10)
                if place == 3:
                    assert why(outcome) == ["scan.no_patron"]
                else:
                    assert outcome.loan is not None
                    assert outcome.loan.patron_number == (TEACHER if turn % 2 else OTHER)
        assert me.shift.view.mode is Mode.LEND


async def test_a_list_hands_commands_to_the_desk_and_stays_where_nothing_is_to_be_shown(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        shown = await go_to(me, "2")
        await me.scan("LIBOPS-DONE")
        assert me.last_word() is Word.DONE
        assert me.app.screen is shown


@pytest.mark.parametrize("prefix", ["", "\x02"], ids=["by speed", "by prefix"])
def test_a_keyboard_reader_in_caps_lock_sends_books_and_commands_in_one_go(town_url: str, prefix: str) -> None:
    codes = [TEACHER, *COPIES[:5], "libops-done", COPIES[5], OTHER, *COPIES[6:8]]
    with Terminal(town_url, "--prefix", prefix) as terminal:
        terminal.sign_in()
        terminal.until_shown("Scan a patron's card.")
        terminal.press("".join(f"{prefix}{code}\r" for code in codes))
        terminal.until(lambda: open_loans(town_url) == [*COPIES[:5], *COPIES[6:8]], "books of two patrons")
        terminal.until_shown("2 of 1000 on loan")
        assert "REFUSED" not in terminal.shown()
        terminal.press("".join(f"{prefix}{code}\r" for code in (COPIES[8], "libops-lock")))
        terminal.until_shown("The desk is locked")
        assert OTHER_NAME not in terminal.shown()
        terminal.press(f"{prefix}{COPIES[9]}\r")
        terminal.until_shown("Scanned meanwhile, and not acted upon: 1.")
        terminal.until(lambda: open_loans(town_url)[-1] == COPIES[8], "the book before the lock")
