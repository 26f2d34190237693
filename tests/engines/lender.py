"""A program that lends and takes back one book after the other and says so when each is done: made to be killed.

``python -m tests.engines.lender URL COUNT LIFE`` prints ``ready``, then one line for each confirmed act:
``lent LOAN_ID BARCODE`` or ``back BARCODE``.
"""

from __future__ import annotations

import sys

from tests.engines.town import BOOKS, READER, Town


def main(url: str, count: int, life: str) -> None:
    """Lend and take back, ``count`` times each; ``life`` tells this run's request keys from another's."""
    town = Town(url)
    print("ready", flush=True)
    for turn in range(count):
        book = BOOKS[turn % len(BOOKS)]
        print("lent", town.lend(READER, book, key=f"{life}-{turn}").loan_id, book, flush=True)
        print("back", book if town.take_back(book).changed else "nothing", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
