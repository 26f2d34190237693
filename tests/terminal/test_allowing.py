"""Doing all the same what was refused, and the other questions that a desk asks."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from textual.widgets import Button

from libops.bootstrap import open_library
from libops.circulation.outcomes import Mode, Word
from libops.codes import SAMPLE_PATTERNS
from libops.library import Library
from libops.scans import Scan
from screens.desk.panels import Supervisor
from screens.desk.screen import Desk
from screens.dialogs import Ask, Which
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import dialog_of
from tests.terminal.small_town import (
    CLERK,
    COPIES,
    NOON,
    ON_LOAN_ELSEWHERE,
    OTHER,
    REFERENCE,
    SUPERVISOR,
    TEACHER,
    TEACHER_NAME,
    open_loans,
    rename,
)
from tests.terminal.test_leaving import signed_out

BADGE, PIN = SUPERVISOR


async def test_whoever_may_allow_it_is_asked_once_and_no_is_the_safe_answer(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, REFERENCE)
        assert me.last_word() is Word.REFUSED
        assert "F8 allow it all the same (overriding item rules)" in me.shown()
        await me.press("f8")
        await me.until_screen(Ask)
        assert isinstance(me.app.focused, Button)
        assert me.app.focused.id == "no"
        await me.press("enter")
        await me.until_screen(Desk)
        assert open_loans(str(town.database.url)) == []
        await me.press("f8", "tab", "enter")
        await me.until(lambda: me.last_word() is Word.LENT)
        assert open_loans(str(town.database.url)) == [REFERENCE]
        assert "F8" not in me.shown().splitlines()[-1]


async def test_a_supervisors_badge_may_be_scanned_into_the_question(town: Library) -> None:
    async with at_desk(town, who=CLERK) as me:
        await me.scan(TEACHER, REFERENCE)
        await me.press("f8")
        await me.until_screen(Supervisor)
        assert "Reference copy: it may be read here only." in dialog_of(me)
        me.app.hear(Scan(BADGE, "reader", 99.0))
        await me.until_shown(BADGE)
        await me.enter(PIN)
        await me.until(lambda: me.last_word() is Word.LENT)
        assert open_loans(str(town.database.url)) == [REFERENCE]
        row = next(line for line in me.shown().splitlines() if line.startswith(" LENT"))
        assert "allowed by 秦卫东" in row
        await me.until(lambda: signed_out(town) == [BADGE])


async def test_arrows_go_from_answer_to_answer_and_a_scan_gives_none(town: Library) -> None:
    async with at_desk(town) as me:
        await me.press("f10")
        await me.until_screen(Ask)
        assert "Tab ← → choose" in me.shown()
        focused = []
        for key in ("", "right", "down", "left", "up", "left"):
            if key:
                await me.press(key)
            assert isinstance(me.app.focused, Button)
            focused.append(me.app.focused.id)
        assert focused == ["stay", "sign-out", "quit", "sign-out", "stay", "quit"]
        await me.scan(TEACHER, COPIES[0])
        assert isinstance(me.app.screen, Ask)
        await me.press("right", "enter")
        await me.until_screen(Desk)
        assert me.last_word() is Word.LENT


async def test_a_badge_that_may_not_is_told_so_and_the_question_stays(town: Library) -> None:
    async with at_desk(town, who=CLERK) as me:
        await me.scan(TEACHER, REFERENCE)
        await me.press("f8")
        await me.until_screen(Supervisor)
        await me.enter(CLERK[0])
        await me.enter(CLERK[1])
        await me.until_shown("That badge may not allow this (overriding item rules).")
        assert signed_out(town) == [], "they are at work here"
        await me.until_screen(Supervisor)
        await me.press("escape")
        await me.until_screen(Desk)
        assert open_loans(str(town.database.url)) == []


async def test_what_nobody_may_allow_offers_no_key(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(OTHER, ON_LOAN_ELSEWHERE, TEACHER, ON_LOAN_ELSEWHERE)
        assert me.last_word() is Word.REFUSED
        assert "F8" not in me.shown()
        await me.press("f8")
        assert isinstance(me.app.screen, Desk)


async def test_an_allowance_belongs_to_the_patron_who_was_refused(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, REFERENCE, OTHER)
        assert "F8" not in me.shown()


@pytest.fixture
def ambiguous(town_url: str) -> Iterator[Library]:
    """A library whose cards and items have numbers of one pattern, and one number that is both."""
    both = COPIES[0]
    patterns = msgspec.structs.replace(SAMPLE_PATTERNS, patron=r"(P[0-9]{8}|3[0-9]{13})")
    rename(town_url, OTHER, both)
    library = open_library(town_url, patterns, clock=lambda: NOON)
    yield library
    library.close()


async def asked_which(me: AtDesk) -> None:
    await me.scan(TEACHER, COPIES[0])
    assert me.last_word() is Word.WHICH
    await me.until_screen(Which)
    assert f"{COPIES[0]} is both a patron's card and an item." in me.shown()
    assert "P  the patron 李雪梅" in me.shown()


async def test_a_code_that_is_both_is_asked_about_and_a_letter_answers(ambiguous: Library) -> None:
    async with at_desk(ambiguous) as me:
        await asked_which(me)
        await me.press("i")
        await me.until(lambda: me.last_word() is Word.LENT)
        assert open_loans(str(ambiguous.database.url)) == [COPIES[0]]


async def test_scans_wait_for_the_answer_so_that_no_book_goes_to_the_wrong_patron(ambiguous: Library) -> None:
    async with at_desk(ambiguous) as me:
        await asked_which(me)
        for number, code in enumerate(COPIES[1:4]):
            me.app.hear(Scan(code, "reader", 100.0 + number))
        await me.until_shown("3 scans are waiting")
        assert isinstance(me.app.screen, Which)
        await me.press("p")
        await me.until(lambda: len(me.outcomes) == 6)
        assert [outcome.word for outcome in me.outcomes[2:]] == [Word.PATRON, Word.LENT, Word.LENT, Word.LENT]
        lent = [outcome.loan for outcome in me.outcomes[3:]]
        assert {loan.patron_number for loan in lent if loan is not None} == {COPIES[0]}


async def test_neither_is_an_answer_too_and_nothing_is_done(ambiguous: Library) -> None:
    async with at_desk(ambiguous) as me:
        await asked_which(me)
        me.app.hear(Scan(COPIES[1], "reader", 100.0))
        await me.press("escape")
        await me.until(lambda: len(me.outcomes) == 3)
        assert me.last_word() is Word.LENT
        assert TEACHER_NAME in me.shown()
        assert open_loans(str(ambiguous.database.url)) == [COPIES[1]]


async def test_scans_are_answered_while_a_question_is_open_and_never_answer_it(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f10")
        await me.until_screen(Ask)
        await me.scan(*COPIES[:20])
        assert [outcome.word for outcome in me.outcomes[1:]] == [Word.LENT] * 20
        assert isinstance(me.app.screen, Ask)
        assert me.shift.view.mode is Mode.LEND
