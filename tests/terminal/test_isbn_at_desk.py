"""An ISBN at the desk shows its title with the copies, and the patron stays."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import insert, select

from db.tables import TITLE, TITLE_IDENTIFIER
from libops.circulation.outcomes import Mode, Word
from libops.library import Library
from libops.scans import Scan
from screens.account.panel import AccountPanel
from screens.catalogue.search import Search
from screens.catalogue.title import TitlePanel
from screens.locked import Locked
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.small_town import COPIES, NO_COPY, TEACHER, TEACHER_NAME

NOBODYS = "9780306406157"


def isbn_of(library: Library, number: str = "T0001") -> str:
    """The ISBN of a title, as the bars on its back have it."""
    with library.database.reading() as transaction:
        return str(transaction.connection.execute(select(TITLE.c.isbn).where(TITLE.c.number == number)).scalar_one())


def _looked_up(me: AtDesk) -> bool:
    return not any(worker.group == "isbn" and not worker.is_finished for worker in me.app.workers)


def _answered(me: AtDesk, wanted: int) -> bool:
    return len(me.outcomes) >= wanted


@pytest.mark.parametrize("mode", [Mode.LEND, Mode.RETURN])
async def test_one_scan_of_an_isbn_shows_the_title_with_its_copies(catalogue: Library, mode: Mode) -> None:
    async with at_desk(catalogue) as me:
        if mode is Mode.RETURN:
            await me.press("f2")
            await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        else:
            await me.scan(TEACHER)
        await me.scan(isbn_of(catalogue))
        await me.until_screen(TitlePanel)
        panel = me.app.screen
        assert isinstance(panel, TitlePanel)
        await me.until(lambda: panel.card is not None)
        assert panel.card is not None
        assert panel.card.number == "T0001"
        assert len(panel.copies.rows) > 0
        await me.press("escape")
        await me.until(lambda: me.app.screen is me.desk)
        assert (me.shift.view.patron is not None) is (mode is Mode.LEND)


@pytest.mark.parametrize("quickly", [True, False])
async def test_an_isbn_at_the_keyboard_shows_it_as_well(catalogue: Library, quickly: bool) -> None:
    async with at_desk(catalogue) as me:
        await me.scan(TEACHER)
        if quickly:
            me.press_quickly(*isbn_of(catalogue), "enter")
        else:
            await me.enter(isbn_of(catalogue))
        await me.until_screen(TitlePanel)
        assert TEACHER_NAME in str(me.shift.view.patron)


async def test_the_next_book_is_lent_to_the_same_patron_and_its_answer_is_in_sight(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        await me.scan(TEACHER, isbn_of(catalogue))
        await me.until_screen(TitlePanel)
        await me.scan(COPIES[0])
        await me.until(lambda: me.app.screen is me.desk)
        assert me.last_word() is Word.LENT
        assert "LENT" in me.shown()


async def test_what_somebody_opened_from_the_title_stays_open(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        await me.scan(TEACHER, isbn_of(catalogue))
        await me.until_screen(TitlePanel)
        panel = me.app.screen
        assert isinstance(panel, TitlePanel)
        await me.until(lambda: panel.card is not None)
        await me.press("h")
        await me.until(lambda: me.app.screen is not panel)
        form = me.app.screen
        await me.scan("LIBOPS-RENEW")
        assert me.app.screen is form


async def test_an_isbn_that_nobody_knows_is_said_to_be_one(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        await me.scan(TEACHER, NOBODYS)
        assert [reason.code for reason in me.outcomes[-1].reasons] == ["code.isbn"]
        await me.scan(NO_COPY)
        assert me.app.screen is me.desk


async def test_several_titles_of_one_isbn_are_listed(catalogue: Library) -> None:
    isbn = isbn_of(catalogue)
    with catalogue.database.act() as transaction:
        other = select(TITLE.c.id).where(TITLE.c.number == "T0002").scalar_subquery()
        transaction.connection.execute(insert(TITLE_IDENTIFIER).values(title_id=other, kind="isbn", value=isbn))
    async with at_desk(catalogue) as me:
        await me.scan(TEACHER, isbn)
        await me.until_screen(Search)
        assert me.shift.view.patron is not None


async def test_the_desk_that_has_gone_on_is_left_alone(catalogue: Library) -> None:
    isbn = isbn_of(catalogue)
    async with at_desk(catalogue) as me:
        for turn in range(5):
            books = COPIES[4 * turn : 4 * turn + 4]
            wanted = len(me.outcomes) + 6
            for number, code in enumerate((TEACHER, books[0], isbn, *books[1:])):
                me.app.hear(Scan(code, "reader", 100.0 * turn + 2 * number))
            await me.until(partial(_answered, me, wanted))
            assert [one.word for one in me.outcomes[-3:]] == [Word.LENT] * 3
        assert me.app.screen is me.desk


async def test_a_title_that_is_closed_in_the_moment_in_which_it_opens_takes_nothing_along(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        me.shift.show_title("T0001")
        panel = me.app.screen
        assert isinstance(panel, TitlePanel)
        _ = panel.dismiss(None)
        await me.until(lambda: me.app.screen is me.desk)
        me.shift.show_title("T0001")
        _ = me.app.pop_screen()
        await me.scan(TEACHER, COPIES[0])
        assert me.last_word() is Word.LENT
        assert me.app.screen is me.desk


async def test_nothing_opens_over_what_is_open_or_over_the_lock(catalogue: Library) -> None:
    isbn = isbn_of(catalogue)
    async with at_desk(catalogue) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until_screen(AccountPanel)
        account = me.app.screen
        await me.scan(isbn)
        await me.until(partial(_looked_up, me))
        assert me.app.screen is account
        await me.press("escape")
        await me.until(lambda: me.app.screen is me.desk)
        me.app.hear(Scan(isbn, "reader", 500.0))
        await me.press("ctrl+l")
        await me.until_screen(Locked)
        await me.until(partial(_looked_up, me))
        assert isinstance(me.app.screen, Locked)
