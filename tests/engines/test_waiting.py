"""An act decides on rows as they are when its turn comes, not as they were when it began to wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import Update, update

from db.tables import ITEM, PATRON
from libops.refusals import Refusal
from tests.engines.town import BOOK, OTHER_BOOK, OTHER_READER, READER, Town, refused

PATIENCE = 20
BLOCK = update(PATRON).where(PATRON.c.number == READER).values(status="blocked")
LOSE = update(ITEM).where(ITEM.c.barcode == BOOK).values(status="missing")
WITHDRAW = update(ITEM).where(ITEM.c.barcode == BOOK).values(status="withdrawn")


def lend(town: Town) -> object:
    return town.lend(READER, BOOK)


def renew(town: Town) -> object:
    return town.renew(OTHER_BOOK)


def take_back(town: Town) -> object:
    return town.take_back(BOOK)


@pytest.mark.parametrize(
    ("change", "act", "code"),
    [
        (BLOCK, lend, "patron.blocked"),
        (LOSE, lend, "item.missing"),
        (BLOCK, renew, "patron.blocked"),
        (WITHDRAW, take_back, "item.withdrawn"),
    ],
    ids=["patron blocked while lending", "item lost while lending", "patron blocked while renewing", "withdrawn"],
)
def test_a_change_under_way_is_waited_for_and_decided_on(
    town: Town, change: Update, act: Callable[[Town], object], code: str
) -> None:
    town.lend(READER, OTHER_BOOK)
    changed, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with town.library.database.act() as transaction:
            transaction.connection.execute(change)
            changed.set()
            assert let_go.wait(PATIENCE)

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(hold)
        assert changed.wait(PATIENCE)
        waiting = pool.submit(refused, lambda: act(town))
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.3)
        let_go.set()
        holding.result(PATIENCE)
        assert waiting.result(PATIENCE) == [code]
    assert town.open_loans() == [(READER, OTHER_BOOK)]


def test_two_desks_that_lend_and_return_the_same_books_crosswise_never_lock_each_other_out(town: Town) -> None:
    def busy(patron: str, books: tuple[str, str]) -> int:
        done = 0
        for turn in range(40):
            book = books[turn % 2]
            with suppress(Refusal):
                town.lend(patron, book)
                done += 1
            town.take_back(book)
        return done

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(busy, READER, (BOOK, OTHER_BOOK))
        second = pool.submit(busy, OTHER_READER, (OTHER_BOOK, BOOK))
        assert first.result(60) > 0
        assert second.result(60) > 0
    assert town.open_loans() == []
