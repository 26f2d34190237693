"""What was asked for while the database was gone is kept, then done, and told; nobody is let in without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from libops.circulation.outcomes import Word
from libops.library import Library
from libops.troubles import TroubleKind
from screens.account.panel import AccountPanel
from screens.forms.entries import Choice
from screens.forms.form import Form
from screens.forms.patrons import RegisterPatron
from screens.live import Watch
from screens.locked import Locked
from screens.sign_in import Hint, SignIn
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, complaints, fill_in, go_to
from tests.terminal.outages import BACK, GONE, file_gone, look_often, says_it_is_gone, until_back, until_gone
from tests.terminal.small_town import (
    CLERK,
    COPIES,
    OTHER,
    REFERENCE,
    SUPERVISOR,
    TEACHER,
    TEACHER_NAME,
    found,
    open_loans,
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits here."""
    look_often(monkeypatch)


# --- scans --------------------------------------------------------------------------------------------------------


async def test_what_was_scanned_meanwhile_is_done_by_itself_and_told(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        with file_gone(town):
            await me.scan(*COPIES[1:4], "30000000000000")
            assert [outcome.word for outcome in me.outcomes[2:5]] == [Word.NOT_DONE] * 3
            await until_gone(me)
            assert "3 not done · F5 try again" in me.shown()
        await me.until_shown("The database is back. What was left undone is done now: 3.")
        assert open_loans(str(town.database.url)) == COPIES[:4]
        assert "NOT DONE" not in me.shown()
        assert me.shift.visit.undone() == []


async def test_what_is_refused_by_then_is_told_apart(town: Library) -> None:
    async with at_desk(town, size=(120, 40)) as me:
        await me.scan(TEACHER)
        with file_gone(town):
            await me.scan(COPIES[0], REFERENCE)
        await me.until_shown("The database is back. Done now: 1. Refused: 1. Still not done: 0.")
        assert "REFUSED" in me.shown()


async def test_books_behind_a_card_that_could_not_be_read_go_to_whoever_has_it(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(OTHER)
        with file_gone(town):
            await me.scan(TEACHER, *COPIES[:2])
            assert [outcome.word for outcome in me.outcomes[1:]] == [Word.NOT_DONE] * 3
            assert "Nobody is chosen yet." in me.shown()
            assert f"for {TEACHER}: " in me.shown()
        await me.until_shown("What was left undone is done now: 3.")
        await me.until_shown(TEACHER_NAME)
        assert [loan.barcode for loan in account_of(town, TEACHER).loans] == COPIES[:2]
        assert account_of(town, OTHER).loans == []
        await me.scan(COPIES[2])
        loan = me.outcomes[-1].loan
        assert loan is not None
        assert loan.patron_name == TEACHER_NAME


async def test_two_patrons_who_came_meanwhile_do_not_mix(town: Library) -> None:
    async with at_desk(town) as me:
        with file_gone(town):
            await me.scan(TEACHER, COPIES[0], OTHER, COPIES[1])
        await me.until_shown("What was left undone is done now: 4.")
        assert [loan.barcode for loan in account_of(town, TEACHER).loans] == [COPIES[0]]
        assert [loan.barcode for loan in account_of(town, OTHER).loans] == [COPIES[1]]
        assert me.shift.view.patron is not None
        assert me.shift.view.patron.number == OTHER


async def test_nobodys_card_is_opened_over_whoever_has_come_since(town: Library) -> None:
    async with at_desk(town) as me:
        with file_gone(town):
            await me.scan(TEACHER, COPIES[0])
            undone = me.shift.visit.undone()
            await until_gone(me)
            me.shift.clerk._ask(lambda: None)
        # The next card is read before what was left undone has its turn.
        await me.scan(OTHER)
        me.shift.clerk.resume(undone)
        await me.until(lambda: [loan.barcode for loan in account_of(town, TEACHER).loans] == [COPIES[0]])
        await me.until(lambda: me.shift.clerk.waiting == 0)
        assert me.shift.view.patron is not None
        assert me.shift.view.patron.number == OTHER


async def test_nothing_goes_by_itself_into_another_library_that_stands_there_now(town: Library, tmp_path: Path) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        file = Path(town.database.url.database or "")
        with file_gone(town):
            await me.scan(COPIES[0])
            await until_gone(me)
            file.with_name("away.db").rename(tmp_path / "first.db")
            found_another(tmp_path / "away.db")
        await until_back(me)
        await me.until(lambda: me.shift.clerk.waiting == 0)
        assert len(me.shift.visit.undone()) == 1
        assert open_loans(str(town.database.url)) == []
        await me.press("f5")
        await me.until(lambda: open_loans(str(town.database.url)) == [COPIES[0]])


def test_a_database_that_was_gone_from_the_first_look_may_be_another_one(town: Library) -> None:
    told: list[tuple[TroubleKind | None, bool]] = []
    watch = Watch(town, lambda _: None, lambda trouble, same: told.append((getattr(trouble, "kind", None), same)))
    with file_gone(town):
        watch.look()
    watch.look()
    with file_gone(town):
        watch.look()
    watch.look()
    assert told == [(TroubleKind.MISSING, True), (None, False), (TroubleKind.MISSING, True), (None, True)]


def found_another(file: Path) -> None:
    """Another library of the same kind."""
    found(f"sqlite:///{file}")


# --- forms, and cards that act ------------------------------------------------------------------------------------


async def test_a_form_keeps_what_is_in_it_says_that_it_is_not_done_and_is_sent_once(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "p")
        with file_gone(town):
            await me.press("f12")
            await me.until_screen(RegisterPatron)
            form = me.app.screen
            assert isinstance(form, RegisterPatron)
            await until_gone(me)
            await fill_in(me, number="P20990001", name="新读者")
        await until_back(me)
        await me.until(lambda: all(one._options for one in form.query(Choice)))
        with file_gone(town):
            await until_gone(me)
            await me.press("f9")
            await me.until(lambda: "no database" in complaints(form).get("", ""))
            assert form.values()["name"] == "新读者"
        await me.until_shown("It is not done yet. The database is back: F9 sends it.")
        assert me.app.screen is form
        await me.press("f9")
        await me.until(lambda: me.app.screen is not form)
        assert account_of(town, "P20990001").patron.name == "新读者"


async def test_what_a_card_left_undone_it_does_itself(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("f4")
        await me.until_screen(AccountPanel)
        await me.until(lambda: bool(me.loans()))
        with file_gone(town):
            await until_gone(me)
            await me.press("r")
            await me.until_shown("NOT DONE")
        await me.until(lambda: "NOT DONE" not in me.shown())
        assert account_of(town, TEACHER).loans[0].renewals == 1


async def test_a_book_whose_title_could_not_be_looked_up_gets_no_second_title(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        me.shift.add_books()
        form = await open_form_in_front(me)
        with file_gone(catalogue):
            await until_gone(me)
            me.hear_code("9787020002207")
            await me.until_shown("There is no database where it should be:\n")
        await me.until_shown("Known: 红楼梦")
        assert form.values()["isbn"] == "9787020002207"


async def open_form_in_front(me: AtDesk) -> Form:
    """The form that has just opened, once it knows its answers."""
    form = me.app.screen
    assert isinstance(form, Form)
    await me.until(lambda: all(one._options for one in form.query(Choice)))
    return form


# --- lock and sign-in ---------------------------------------------------------------------------------------------


async def type_in(me: AtDesk, who: tuple[str, str]) -> None:
    """Badge and PIN, at a lock or at the first screen."""
    badge = me.app.screen.query_one("#badge", Input)
    if badge.value:
        await me.enter(who[1])
        return
    await me.enter(who[0])
    await me.until(lambda: me.app.focused is me.app.screen.query_one("#pin", Input))
    await me.enter(who[1])


def hint(me: AtDesk) -> str:
    return " ".join(me.app.screen.query_one(Hint).text().plain.split())


async def test_a_lock_opens_only_with_the_database_and_keeps_the_patron_until_then(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        with file_gone(town):
            await me.press("ctrl+l")
            await me.until_screen(Locked)
            await until_gone(me, "There is no database where it should be. Trying again.")
            assert TEACHER_NAME not in me.shown()
            await type_in(me, CLERK)
            await me.until(lambda: hint(me).startswith("There is no database"))
            assert isinstance(me.app.screen, Locked)
        await me.until(lambda: hint(me) == "The database is back: type your PIN again.")
        await type_in(me, CLERK)
        await me.until(lambda: me.app.screen is me.desk)
        await me.until_shown(TEACHER_NAME)
        await me.scan(COPIES[0])
        assert me.last_word() is Word.LENT


async def test_what_was_scanned_before_the_lock_is_done_behind_it_once_the_database_is_back(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        with file_gone(town):
            await me.scan(COPIES[0])
            await me.press("ctrl+l")
            await me.until_screen(Locked)
            await until_gone(me, GONE)
        await me.until(lambda: open_loans(str(town.database.url)) == [COPIES[0]])
        assert "LENT" not in me.shown()
        await type_in(me, CLERK)
        await me.until(lambda: me.app.screen is me.desk)
        await me.until(lambda: me.shift.visit.undone() == [])


async def test_nobody_is_signed_in_without_the_database_and_it_says_when_to_try_again(town: Library) -> None:
    async with at_desk(town, who=None) as me:
        await me.until_screen(SignIn)
        with file_gone(town):
            await type_in(me, SUPERVISOR)
            await me.until(lambda: hint(me).startswith("There is no database"))
        await me.until(lambda: hint(me) == "The database is back: type your PIN again.")
        await type_in(me, SUPERVISOR)
        await me.until(lambda: me.app.desk is not None and me.app.screen is me.desk)


async def test_whoever_signs_out_while_it_is_gone_takes_nothing_along_to_the_next(town: Library) -> None:
    async with at_desk(town) as me:
        with file_gone(town):
            await until_gone(me)
            await me.press("f10", "tab", "enter")
            await me.until_screen(SignIn)
            assert not says_it_is_gone(me)
        await type_in(me, SUPERVISOR)
        await me.until(lambda: me.app.desk is not None and me.app.screen is me.desk)
        assert BACK not in me.shown()
