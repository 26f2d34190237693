"""A program that lends and takes back one book after the other and says so when each is done: made to be killed."""

from __future__ import annotations

from multiprocessing.connection import Connection

from tests.engines.town import BOOKS, READER, Town


def lend_and_take_back(url: str, count: int, life: int, line: Connection) -> None:
    """Lend and take back, ``count`` times each; ``life`` tells this run's request keys from another's.

    Says ``ready``, then for each confirmed act ``lent LOAN_ID BARCODE`` or ``back BARCODE``.
    """
    town = Town(url)
    line.send("ready")
    for turn in range(count):
        book = BOOKS[turn % len(BOOKS)]
        line.send(f"lent {town.lend(READER, book, key=f'{life}-{turn}').loan_id} {book}")
        line.send(f"back {book if town.take_back(book).changed else 'nothing'}")
