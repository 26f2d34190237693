"""What fails is said, keeps what was scanned, and leaves the desk standing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from db.circulation import Credential
from libops.circulation.desk import DeskSession
from libops.circulation.outcomes import Mode, Outcome, Word
from libops.library import Library
from screens.desk.newest import Newest
from screens.desk.screen import Desk
from screens.sign_in import SignIn
from tests.terminal.at_desk import at_desk
from tests.terminal.small_town import (
    BRACKETED,
    BRACKETED_COPY,
    COPIES,
    OTHER,
    OTHER_NAME,
    TEACHER,
    TEACHER_NAME,
    open_loans,
)


@contextmanager
def table_gone(library: Library, table: str) -> Iterator[None]:
    """A table is not there for a while, so that whatever needs it fails."""
    file = library.database.url.database or ""
    for before, after in ((table, "gone"), ("gone", table)):
        with sqlite3.connect(file) as connection:
            connection.execute(f"ALTER TABLE {before} RENAME TO {after}")
        connection.close()
        if after == "gone":
            yield


async def test_what_the_database_left_undone_is_kept_and_tried_again_by_a_key(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        with table_gone(town, "loan"):
            await me.scan(*COPIES[:3])
            assert [outcome.word for outcome in me.outcomes[1:]] == [Word.NOT_DONE] * 3
            assert "That database holds no library of libops." in me.shown()
            assert "F5 try again" in me.shown().splitlines()[-1]
        await me.press("f5")
        await me.until(lambda: len(me.outcomes) == 7)
        assert [outcome.word for outcome in me.outcomes[4:]] == [Word.LENT] * 3
        assert "NOT DONE" not in me.shown()
        assert "F5" not in me.shown().splitlines()[-1]
        assert open_loans(str(town.database.url)) == COPIES[:3]


async def test_trying_again_while_it_still_fails_stops_at_the_first(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        with table_gone(town, "loan"):
            await me.scan(*COPIES[:3])
            await me.press("f5")
            await me.until(lambda: len(me.outcomes) == 5)
            await me.until(lambda: me.shift.clerk.waiting == 0)
            assert len(me.shift.visit.undone()) == 3


async def test_what_is_undone_outlives_the_visit_and_is_done_for_the_right_patron(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        with table_gone(town, "loan"):
            await me.scan(COPIES[0])
        await me.scan(OTHER, COPIES[1])
        row = next(line for line in me.shown().splitlines() if line.startswith(" NOT DONE"))
        assert f"for {TEACHER_NAME}: " in row
        assert "1 not done · F5 try again" in me.shown().splitlines()[-2]
        await me.press("f5")
        await me.until(lambda: len(me.outcomes) == 5)
        assert "not done ·" not in me.shown()
        assert me.shown().count(f"for {TEACHER_NAME}: due") == 2, "in the list and in large"
        assert f"for {OTHER_NAME}" not in me.shown()
        loan = me.outcomes[-1].loan
        assert loan is not None
        assert loan.patron_name == TEACHER_NAME
        assert OTHER_NAME in me.shown()


async def test_what_is_undone_says_for_whom_in_returns_too(town: Library) -> None:
    async with at_desk(town, "zh") as me:
        await me.scan(TEACHER)
        with table_gone(town, "loan"):
            await me.scan(*COPIES[:2])
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        assert "2 项未办成 · F5 重试" in me.shown()
        assert me.shown().count(f"读者 {TEACHER_NAME}：") == 2
        await me.press("f5")
        await me.until(lambda: len(me.outcomes) == 5)
        await me.until(lambda: "未完成" not in me.shown())
        assert me.shown().count(f"读者 {TEACHER_NAME}：应还") == 3, "two in the list, and the newest in large"


async def test_a_card_that_could_not_be_read_is_not_opened_behind_the_next_one(town: Library) -> None:
    async with at_desk(town) as me:
        with table_gone(town, "patron"):
            await me.scan(TEACHER)
            assert me.last_word() is Word.NOT_DONE
        await me.scan(OTHER)
        assert me.shift.visit.undone() == []
        assert OTHER_NAME in me.shown()


async def test_a_bug_is_shown_as_an_outcome_and_the_next_scan_is_served(
    town: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting = DeskSession.take

    def failing(
        self: DeskSession, code: str, credential: Credential = Credential.CARD, mode: Mode | None = None
    ) -> Outcome:
        if code == COPIES[0]:
            raise ZeroDivisionError("a code of somebody's card might stand here")
        return acting(self, code, credential, mode)

    monkeypatch.setattr(DeskSession, "take", failing)
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        me.shift.clerk.take_typed(COPIES[0])
        await me.until_shown("The program failed here (ZeroDivisionError).")
        assert "somebody's card" not in me.shown()
        await me.scan(COPIES[1])
        assert me.last_word() is Word.LENT


async def test_a_single_scan_that_waits_is_shown_as_waiting(town: Library) -> None:
    holding = sqlite3.connect(town.database.url.database or "", isolation_level=None)
    async with at_desk(town) as me:
        await me.scan(TEACHER, BRACKETED_COPY)
        holding.execute("BEGIN IMMEDIATE")
        me.shift.clerk.take_typed(COPIES[0])
        await me.until_shown("1 scan is waiting")
        await me.until_shown("…  The last scan has no answer yet.")
        assert f"LENT  {BRACKETED}" not in me.shown(), "nobody hands over a book on the answer before"
        assert not me.desk.query_one(Newest).has_class("-done")
        holding.execute("ROLLBACK")
        holding.close()
        await me.until(lambda: len(me.outcomes) == 3)
        await me.until(lambda: "waiting" not in me.shown())
        assert "no answer yet" not in me.shown()
        assert me.desk.query_one(Newest).has_class("-done")


async def test_leaving_says_how_many_scans_would_be_dropped(town: Library) -> None:
    holding = sqlite3.connect(town.database.url.database or "", isolation_level=None)
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        holding.execute("BEGIN IMMEDIATE")
        for code in COPIES[:5]:
            me.shift.clerk.take_typed(code)
        await me.press("f10")
        await me.until_shown("Scans that still wait for the database: 5. Leaving drops them.")
        holding.execute("ROLLBACK")
        holding.close()
        await me.until(lambda: len(me.outcomes) == 6)
        assert me.last_word() is Word.LENT


async def test_leaving_says_how_many_scans_the_database_left_undone(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        with table_gone(town, "loan"):
            await me.scan(*COPIES[:3])
        assert me.shift.clerk.waiting == 0
        await me.press("f10")
        await me.until_shown("Scans that the database left undone: 3. Leaving drops them.")
        assert "still wait" not in me.shown()
        await me.press("escape", "f5")
        await me.until(lambda: me.shift.visit.undone() == [])
        await me.press("f10")
        await me.until_shown("Leave the desk?")
        assert "Leaving drops them" not in me.shown()


async def test_what_came_while_leaving_was_asked_about_is_asked_about_again(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f10")
        await me.until_shown("Leave the desk?")
        with table_gone(town, "loan"):
            await me.scan(*COPIES[:2])
        await me.press("tab", "enter")
        await me.until_shown("Scans that the database left undone: 2. Leaving drops them.")
        await me.press("escape")
        await me.until_screen(Desk)
        assert len(me.shift.visit.undone()) == 2
        await me.press("f10", "tab", "enter")
        await me.until_screen(SignIn)


async def test_scans_beyond_what_may_wait_are_each_told_and_nobodys_books_go_to_the_patron_before(
    town: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.clerk.MOST_WAITING", 3)
    holding = sqlite3.connect(town.database.url.database or "", isolation_level=None)
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        holding.execute("BEGIN IMMEDIATE")
        me.shift.clerk.take_typed(COPIES[0])
        await me.until(lambda: not me.shift.clerk._queue)
        for code in COPIES[1:4]:
            me.shift.clerk.take_typed(code)
        await me.scan(OTHER, COPIES[4])
        assert [outcome.code for outcome in me.outcomes[1:]] == [OTHER, COPIES[4]]
        assert {outcome.word for outcome in me.outcomes[1:]} == {Word.NOT_DONE}
        assert "Too many scans are waiting; this one was not taken." in me.shown()
        assert "F5" not in me.shown()
        assert TEACHER_NAME in me.shown()
        holding.execute("ROLLBACK")
        holding.close()
        await me.until(lambda: len(me.outcomes) == 8)
        assert [outcome.word for outcome in me.outcomes[3:7]] == [Word.LENT] * 4
        await me.until_shown("Scans that were not taken because too many were waiting: 2.")
        assert me.shift.view.patron is None
        await me.scan(COPIES[5])
        assert me.last_word() is Word.REFUSED
        await me.scan(OTHER, COPIES[5])
        assert me.last_word() is Word.LENT
        assert open_loans(str(town.database.url)) == [*COPIES[:4], COPIES[5]]
