"""Somebody else goes on at a desk: the patron stays, and what was asked for stays in the name of whoever asked."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from db.tables import EVENT
from db.troubles import DatabaseTrouble, TroubleKind
from libops.circulation.desk import DeskSession
from libops.circulation.errands import Deed, errand
from libops.circulation.loans import LoanAnswer, renew
from libops.circulation.outcomes import Mode, Word
from libops.scans import Scan
from libops.work import Work
from tests.engines.test_desk_session import failing
from tests.engines.town import BOOK, CLERK, OTHER_BOOK, READER, SORTER, SUPERVISOR, Town


@pytest.fixture
def desk(town: Town) -> DeskSession:
    return DeskSession(town.library, actor=CLERK, place=town.place())


def actors(town: Town, kind: str) -> list[str]:
    """Who did what of this kind, in its order."""
    return [row.actor for row in town.ask(select(EVENT.c.actor).where(EVENT.c.kind == kind).order_by(EVENT.c.id))]


def test_the_patron_stays_and_the_next_book_is_lent_by_the_one_who_goes_on(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    desk.take(BOOK)
    desk.take_over(SUPERVISOR)
    assert desk.patron is not None
    assert desk.take(OTHER_BOOK).word is Word.LENT
    assert actors(town, "loan.opened") == [CLERK.name, SUPERVISOR.name]
    assert town.open_loans() == [(READER, BOOK), (READER, OTHER_BOOK)]


def test_who_may_not_lend_takes_books_back(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    desk.take(BOOK)
    desk.take_over(SORTER)
    assert (desk.mode, desk.patron) == (Mode.RETURN, None)
    assert desk.take(BOOK).word is Word.SHELVE
    assert town.open_loans() == []


def test_a_batch_that_is_dated_back_goes_on_with_whoever_may_date_back(town: Town, desk: DeskSession) -> None:
    desk.turn(Mode.RETURN)
    day = date.fromordinal(town.library.clock().date().toordinal() - 1)
    desk.date_back(day)
    desk.take_over(SORTER)
    assert desk.batch == day


def test_what_was_left_undone_is_tried_again_in_the_name_of_whoever_scanned_it(
    town: Town, desk: DeskSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(READER)
    with failing(monkeypatch):
        undone = desk.take(BOOK)
    assert undone.word is Word.NOT_DONE
    desk.take_over(SORTER)
    assert desk.retry(undone).word is Word.LENT
    assert actors(town, "loan.opened") == [CLERK.name]


def test_what_was_done_though_nobody_was_answered_is_not_done_again_by_another(
    town: Town, desk: DeskSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(READER)
    with failing(monkeypatch):
        undone = desk.take(BOOK)
    assert desk.retry(undone).word is Word.LENT
    desk.take_over(SUPERVISOR)
    assert desk.retry(undone).word is Word.LENT
    assert town.open_loans() == [(READER, BOOK)]
    assert actors(town, "loan.opened") == [CLERK.name]


def test_an_errand_that_was_left_undone_is_done_in_the_name_of_whoever_asked(town: Town, desk: DeskSession) -> None:
    town.lend(READER, BOOK)
    falls = [DatabaseTrouble(TroubleKind.FULL)]

    def act(work: Work) -> LoanAnswer:
        if falls:
            raise falls.pop()
        return renew(work, barcode=BOOK)

    undone = desk.do(errand(BOOK, act, lambda _: Deed("done")))
    assert undone.word is Word.NOT_DONE
    desk.take_over(SUPERVISOR)
    assert desk.retry(undone).word is Word.DONE
    assert actors(town, "loan.renewed") == [CLERK.name]


def test_what_is_allowed_afterwards_is_lent_by_the_one_who_goes_on(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    refused = desk.take(BOOK)
    assert refused.wish is not None
    assert refused.wish.asked_by == CLERK
    desk.take_over(SUPERVISOR)
    again = desk.allow(refused, SUPERVISOR)
    assert again.wish is not None
    assert again.wish.asked_by == SUPERVISOR


def test_a_command_of_the_desk_card_is_neither_a_patron_nor_an_item(town: Town, desk: DeskSession) -> None:
    desk.take(READER)
    outcome = desk.hear(Scan("libops-done", "reader", 1.0))
    assert outcome.word is Word.UNKNOWN
    assert [reason.code for reason in outcome.reasons] == ["code.is_command"]
    assert desk.patron is not None
