"""Ctrl+Z: what was done last is named, put back where that is safe, and what may not be undone says why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from libops.bootstrap import open_library
from libops.circulation.outcomes import Mode, Word
from libops.codes import SAMPLE_PATTERNS
from libops.library import Library
from screens.account.panel import AccountPanel
from screens.desk.screen import Desk
from screens.dialogs import Ask
from screens.forms.holds import PlaceHold
from screens.forms.money import PayForm
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, fill_in, go_to, open_form, sent
from tests.terminal.doings import ask_for_transfer, charge, lend, take_back
from tests.terminal.small_town import (
    BRACKETED,
    BRACKETED_COPY,
    CLERK,
    COPIES,
    NOON,
    OTHER,
    SORTER,
    TEACHER,
    TEACHER_NAME,
    open_loans,
)


async def ask_to_undo(me: AtDesk) -> None:
    """Press the key, and wait for the question."""
    await me.press("ctrl+z")
    await me.until_screen(Ask)
    await me.until_shown("Undo this?")


async def undo(me: AtDesk) -> None:
    """Undo what was done last, and wait for the answer."""
    await ask_to_undo(me)
    before = len(me.outcomes)
    await me.press("right", "enter")
    await me.until(lambda: len(me.outcomes) > before)


async def not_undone(me: AtDesk) -> None:
    """Ask for what cannot be undone, and wait until it is said why: nothing is asked."""
    before = len(me.outcomes)
    await me.press("ctrl+z")
    await me.until(lambda: len(me.outcomes) > before)
    assert me.last_word() is Word.REFUSED
    assert "Undo this?" not in me.shown()


def loans_of(town: Library) -> list[str]:
    return open_loans(str(town.database.url))


async def test_a_loan_is_undone_once_it_was_named_and_no_is_the_safe_answer(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0], BRACKETED_COPY)
        await ask_to_undo(me)
        assert "LENT" in me.shown()
        for named in (BRACKETED, BRACKETED_COPY, TEACHER_NAME, TEACHER):
            assert named in me.shown()
        await me.press("enter")
        await me.until_screen(Desk)
        assert loans_of(town) == [COPIES[0], BRACKETED_COPY]
        await undo(me)
        assert me.last_word() is Word.DONE
        await me.until_shown("Undone: it is no longer on loan.")
        assert loans_of(town) == [COPIES[0]]
        await me.until(lambda: [loan.barcode for loan in me.loans() or ()] == [COPIES[0]])
        await undo(me)
        assert loans_of(town) == [], "the loan before it is the next to be undone"


async def test_what_is_scanned_while_the_question_stands_is_not_what_is_undone(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await ask_to_undo(me)
        await me.scan(BRACKETED_COPY)
        await me.press("right", "enter")
        await me.until(lambda: me.last_word() is Word.DONE)
        assert loans_of(town) == [BRACKETED_COPY]


async def test_a_return_is_undone_and_the_loan_is_as_it_was(town: Library) -> None:
    lend(town, TEACHER, BRACKETED_COPY)
    (before,) = account_of(town, TEACHER).loans
    async with at_desk(town) as me:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(BRACKETED_COPY)
        assert loans_of(town) == []
        await undo(me)
        await me.until_shown("Undone: the return is taken back")
        assert account_of(town, TEACHER).loans == [before]


async def test_a_payment_is_undone_and_the_money_is_to_be_given_back(town: Library) -> None:
    charge(town, TEACHER, 300)
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until(lambda: isinstance(me.app.screen, AccountPanel) and me.shift.view.account is not None)
        form = await open_form(me, "p", PayForm)
        await sent(me, form)
        await me.until(lambda: account_of(town, TEACHER).patron.owes == 0)
        await me.press("escape")
        await me.until_screen(Desk)
        await undo(me)
        await me.until_shown("Undone: CN¥3.00 is owed again. Give the money back.")
        await me.until_shown("owes CN¥3.00")
        assert account_of(town, TEACHER).patron.owes == 300


async def test_a_hold_and_a_renewal_are_undone_the_last_first(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    before = account_of(town, TEACHER)
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until(lambda: isinstance(me.app.screen, AccountPanel) and me.shift.view.account is not None)
        await me.press("r")
        await me.until_shown("Renewed: due")
        form = await open_form(me, "h", PlaceHold)
        await fill_in(me, title="T9001")
        await sent(me, form)
        await me.until_shown("Hold placed:")
        await me.until_shown("Holds  1")
        await me.press("escape")
        await me.until_screen(Desk)
        for said in (
            "Undone: the hold is taken back.",
            "Undone: the renewal is taken back",
        ):
            await undo(me)
            await me.until_shown(said)
        after = account_of(town, TEACHER)
        assert (after.loans, after.requests) == (before.loans, [])


async def test_what_happened_to_it_since_keeps_it_and_says_why(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        take_back(town, BRACKETED_COPY, at="N1")
        lend(town, OTHER, BRACKETED_COPY)
        await not_undone(me)
        await me.until_shown("Something else has happened to it since")
        assert loans_of(town) == [BRACKETED_COPY]


async def test_what_cannot_be_undone_by_itself_says_what_to_do_instead(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until(lambda: isinstance(me.app.screen, AccountPanel) and me.shift.view.account is not None)
        await me.press("k")
        await me.until_shown("good for a long time yet")
        await me.press("right", "enter")
        await me.until_shown("The card is good until")
        await me.press("escape")
        await me.until_screen(Desk)
        await not_undone(me)
        await me.until_shown("cannot be undone by itself")
        assert "Do the opposite of it instead." in me.shown()


async def test_what_was_done_before_this_visit_is_named_too_and_only_that_is_undone(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        await me.press("f9")
        await me.until(lambda: me.shift.view.patron is None)
        await ask_to_undo(me)
        for named in (BRACKETED, BRACKETED_COPY, TEACHER_NAME, TEACHER):
            assert named in me.shown()
        # The same person at the same desk, on another console: what was named is not the last any more.
        lend(town, OTHER, COPIES[0])
        await me.press("right", "enter")
        await me.until_shown("Something else was done last by now.")
        assert sorted(loans_of(town)) == sorted([BRACKETED_COPY, COPIES[0]])
        await undo(me)
        assert loans_of(town) == [BRACKETED_COPY]


async def test_where_nothing_was_done_that_is_said(town: Library) -> None:
    async with at_desk(town, who=CLERK) as me:
        await not_undone(me)
        await me.until_shown("You have done nothing at this desk in the last 15 minutes")


async def test_whoever_may_not_undo_has_no_key_for_it(town: Library) -> None:
    async with at_desk(town, who=SORTER) as me:
        await me.scan(COPIES[0])
        assert "Ctrl+Z" not in me.shown()
        await me.press("ctrl+z")
        assert isinstance(me.app.screen, Desk)


@pytest.fixture
def clock() -> list[datetime]:
    """What time it is: its last one."""
    return [NOON]


@pytest.fixture
def ticking(town_url: str, clock: list[datetime]) -> Iterator[Library]:
    """The library, at whatever time it is."""
    library = open_library(town_url, SAMPLE_PATTERNS, clock=lambda: clock[-1])
    yield library
    library.close()


async def test_after_a_quarter_of_an_hour_it_is_too_late_and_that_is_said(
    ticking: Library, clock: list[datetime]
) -> None:
    async with at_desk(ticking) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        clock.append(NOON + timedelta(minutes=16))
        await not_undone(me)
        await me.until_shown("That was done more than 15 minutes ago.")
        assert loans_of(ticking) == [BRACKETED_COPY]


async def test_in_a_list_the_last_act_is_undone_as_at_the_desk(town: Library) -> None:
    lend(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town) as me:
        screen = await go_to(me, "1")
        await me.scan(BRACKETED_COPY)
        assert loans_of(town) == []
        await undo(me)
        await me.until_shown("Undone: the return is taken back")
        assert loans_of(town) == [BRACKETED_COPY]
        assert me.app.screen is screen


async def test_in_a_list_too_whoever_may_not_undo_has_no_key_for_it(town: Library) -> None:
    async with at_desk(town, who=SORTER) as me:
        screen = await go_to(me, "1")
        await me.scan(COPIES[0])
        assert "Ctrl+Z" not in me.shown()
        await me.press("ctrl+z")
        assert me.app.screen is screen


async def test_what_is_sent_from_the_list_is_called_so_and_not_a_return_also_when_it_is_undone(town: Library) -> None:
    ask_for_transfer(town, COPIES[0])
    async with at_desk(town) as me:
        await go_to(me, "4")
        assert "F7 send off" in me.shown()
        assert "send off ▸" in me.shown()
        assert "check in" not in me.shown()
        await me.press("f7")
        await me.until(lambda: [one.word for one in me.outcomes] == [Word.SEND])
        await me.press("escape")
        await me.until_screen(Desk)
        await undo(me)
        await me.until_shown("Undone: it is not sent, all is as before it.")


async def test_what_has_arrived_is_taken_in_and_undone_as_an_arrival(town: Library) -> None:
    ask_for_transfer(town, COPIES[0], to="N")
    take_back(town, COPIES[0])
    take_back(town, COPIES[0], "N1")
    ask_for_transfer(town, COPIES[0], to="C")
    take_back(town, COPIES[0], "N1")
    async with at_desk(town) as me:
        await go_to(me, "5")
        assert "F7 take in" in me.shown()
        assert "take in ▸" in me.shown()
        await me.press("f7")
        await me.until(lambda: len(me.outcomes) == 1)
        await me.press("escape")
        await me.until_screen(Desk)
        await undo(me)
        await me.until_shown("Undone: it has not arrived, all is as before it.")


async def test_what_is_still_being_done_is_what_is_named(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        me.hear_code(BRACKETED_COPY)
        me.press_quickly("ctrl+z")
        await me.until_screen(Ask)
        assert BRACKETED_COPY in me.shown()
        assert COPIES[0] not in me.shown()
