"""Processes that do the same thing at the same moment, round after round."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import msgspec
from sqlalchemy import insert, select

from db.catalogue import ItemStatus
from db.tables import BRANCH, CATEGORY, ITEM, ITEM_TYPE, PATRON, TITLE
from libops.refusals import Refusal
from tests.engines.town import MORNING, Town

RACERS = 8
ROUNDS = 50
PATIENCE = 60
"""Seconds that any of them waits for the others; a race that takes this long is broken."""


def lend(town: Town, wish: Wish, key: str | None) -> int:
    """What a racer does where nothing else is said: it lends the item to the patron; the loan's id."""
    return town.lend(wish.patron, wish.item, key=key, at=wish.at).loan_id


class Wish(msgspec.Struct, frozen=True):
    """What one racer does in every round; ``{round}`` in the key is the round's number.

    ``act`` is any function of a test's module that answers with a number.
    """

    patron: str
    item: str = ""
    key: str = ""
    at: str = "M1"
    act: Callable[[Town, Wish, str | None], int] = lend


class Result(msgspec.Struct, frozen=True):
    """What became of it: the number that the act answered with, or the codes of the reasons against it."""

    racer: int
    answer: int | None
    refused: tuple[str, ...] = ()

    @property
    def loan_id(self) -> int | None:
        """The loan's id, where lending was the wish."""
        return self.answer


class Race:
    """Runs rounds; each gives one result a racer."""

    def __init__(self, barrier: Barrier, results: Queue[Result]) -> None:
        self._barrier = barrier
        self._results = results

    def run(self) -> list[Result]:
        """Let all start at once, and wait until all have an answer."""
        self._barrier.wait(PATIENCE)
        return sorted((self._results.get(timeout=PATIENCE) for _ in range(RACERS)), key=lambda result: result.racer)


@contextmanager
def race(url: str, wishes: list[Wish]) -> Iterator[Race]:
    """Start the racers, each with a library of its own in a process of its own."""
    # Forked from a server that has only loaded the program: quick, and free of this process's threads and connections.
    spawning = multiprocessing.get_context("forkserver")
    spawning.set_forkserver_preload([__name__])
    barrier, results = spawning.Barrier(RACERS + 1), spawning.Queue()
    racers = [
        spawning.Process(target=_run, args=(number, url, wish, barrier, results), daemon=True)
        for number, wish in enumerate(wishes)
    ]
    for racer in racers:
        racer.start()
    try:
        yield Race(barrier, results)
        for racer in racers:
            racer.join(PATIENCE)
    finally:
        for racer in racers:
            racer.kill()
            racer.join()


def _run(number: int, url: str, wish: Wish, barrier: Barrier, results: Queue[Result]) -> None:
    town = Town(url)
    for turn in range(ROUNDS):
        barrier.wait(PATIENCE)
        try:
            answer = wish.act(town, wish, wish.key.format(round=turn) or None)
        except Refusal as refusal:
            results.put(Result(number, None, tuple(reason.code for reason in refusal.reasons)))
        else:
            results.put(Result(number, answer))


def add_racers(town: Town) -> tuple[list[str], list[str]]:
    """A patron and an item for each racer: their numbers and barcodes."""
    patrons = [f"P{number}" for number in range(101, 101 + RACERS)]
    items = [f"B{number}" for number in range(101, 101 + RACERS)]
    ids = {
        table.name: int(town.ask(select(table.c.id).order_by(table.c.id).limit(1))[0][0])
        for table in (BRANCH, CATEGORY, ITEM_TYPE, TITLE)
    }
    people = [
        {
            "number": number,
            "name": number,
            "category_id": ids["patron_category"],
            "branch_id": ids["branch"],
            "status": "active",
            "note": "",
            "language": "zh",
            "expires_on": MORNING.date().replace(year=2030),
            "registered_at": MORNING,
        }
        for number in patrons
    ]
    copies = [
        {
            "barcode": barcode,
            "title_id": ids["title"],
            "item_type_id": ids["item_type"],
            "branch_id": ids["branch"],
            "call_number": "",
            "status": ItemStatus.AVAILABLE,
        }
        for barcode in items
    ]
    town.change(insert(PATRON).values(people), insert(ITEM).values(copies))
    return patrons, items
