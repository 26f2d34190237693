"""Check-out and check-in, measured: the same errands by the domain's clerk and by hand, turn and turn about.

Everything that is compared runs in the same processes within the same round, the order turned round each time, so that
whatever else the machine does falls on all alike. Ratios are medians over the rounds, each within its round.
"""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from statistics import median

import msgspec

from tests.bench.big_library import big_library
from tests.bench.clerks import DESK, Clerk, Side, hire, serve
from tests.bench.imagined_library import NOW

ERRANDS = 5_000
"""How many patrons with a book each client goes through before it begins again: too many to stay in any cache."""

PATIENCE = 120.0
"""Seconds that clients wait for each other; then one of them has failed, and says why on its own."""

Errand = tuple[str, str]


class Lane(msgspec.Struct, frozen=True):
    """One of the things compared: a library of some size, worked in one way."""

    items: int
    side: Side
    url: str


class Plan(msgspec.Struct, frozen=True):
    """What is measured how often: each lane for so many seconds in each round, by so many processes at once."""

    clients: int
    rounds: int
    seconds: float

    def longer(self, times: int) -> Plan:
        """The same with so many times the rounds."""
        return Plan(self.clients, times * self.rounds, self.seconds)


class Lending(msgspec.Struct, frozen=True):
    """What was measured on one engine with so many clients: pairs of acts per second, by round, for each lane."""

    engine: str
    clients: int
    rates: dict[tuple[int, Side], list[float]]

    def rate(self, items: int, side: Side) -> float:
        """Pairs per second, the median of the rounds."""
        return median(self.rates[items, side])

    def milliseconds(self, items: int, side: Side) -> float:
        """How long a client waits for a check-out and a check-in together."""
        return 1000 * self.clients / self.rate(items, side)

    def share(self, items: int) -> float:
        """Time by hand over time through the domain: 1 would mean that the domain costs nothing."""
        pairs = zip(self.rates[items, Side.DOMAIN], self.rates[items, Side.BY_HAND], strict=True)
        return median(domain / by_hand for domain, by_hand in pairs)

    def growth(self, small: int, large: int) -> float:
        """Time through the domain in the large library over that in the small one."""
        pairs = zip(self.rates[small, Side.DOMAIN], self.rates[large, Side.DOMAIN], strict=True)
        return median(in_small / in_large for in_small, in_large in pairs)


def measure(engine: str, lanes: list[Lane], plan: Plan) -> Lending:
    """Run the plan over the lanes."""
    lists_of = {lane.items: errands(lane.items, plan.clients) for lane in lanes}
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(plan.clients)
    clients = []
    for number in range(plan.clients):
        ours, theirs = context.Pipe(duplex=False)
        own = {items: lists[number] for items, lists in lists_of.items()}
        process = context.Process(target=_client, args=(lanes, own, plan, barrier, theirs), daemon=True)
        process.start()
        theirs.close()
        clients.append((process, ours))
    rates: dict[tuple[int, Side], list[float]] = {(lane.items, lane.side): [0.0] * plan.rounds for lane in lanes}
    for process, told in clients:
        by_round: list[dict[int, float]] = told.recv()
        for number, found in enumerate(by_round):
            for place, rate in found.items():
                rates[lanes[place].items, lanes[place].side][number] += rate
        process.join()
    return Lending(engine, plan.clients, rates)


def _client(
    lanes: list[Lane], errands: dict[int, list[Errand]], plan: Plan, barrier: Barrier, tell: Connection
) -> None:
    clerks = [hire(lane.side, lane.url) for lane in lanes]
    todo = [_Round(clerk, errands[lane.items]) for clerk, lane in zip(clerks, lanes, strict=True)]
    for work in todo:
        # Enough for PostgreSQL to prepare its statements and settle on their plans.
        work.serve(count=15)
    rates: list[dict[int, float]] = []
    for number in range(plan.rounds):
        places = list(range(len(lanes)))
        found: dict[int, float] = {}
        for place in places if number % 2 == 0 else reversed(places):
            barrier.wait(PATIENCE)
            found[place] = todo[place].rate(plan.seconds)
        rates.append(found)
    for clerk in clerks:
        clerk.close()
    tell.send(rates)


class _Round:
    def __init__(self, clerk: Clerk, errands: list[Errand]) -> None:
        self._clerk = clerk
        self._errands = errands
        self._next = 0

    def serve(self, count: int) -> None:
        for _ in range(count):
            patron, barcode = self._errands[self._next % len(self._errands)]
            self._next += 1
            serve(self._clerk, patron, barcode)

    def rate(self, seconds: float) -> float:
        begun = time.perf_counter()
        count = 0
        while time.perf_counter() - begun < seconds:
            self.serve(1)
            count += 1
        return count / (time.perf_counter() - begun)


def errands(items: int, clients: int) -> list[list[Errand]]:
    """For each client its own patrons and books, spread over the whole library, so that nobody is ever refused."""
    connection = sqlite3.connect(f"{big_library(items).as_uri()}?mode=ro", uri=True)
    books = connection.execute(
        """
        SELECT item.barcode FROM item JOIN item_type ON item_type.id = item.item_type_id
            JOIN desk ON desk.branch_id = item.branch_id
        WHERE desk.code = ? AND item_type.code = 'book' AND item.status = 'available'
            AND item.title_id NOT IN (SELECT title_id FROM request WHERE closed_at IS NULL)
        ORDER BY item.id
        """,
        (DESK,),
    ).fetchall()
    patrons = connection.execute(
        """
        SELECT patron.number FROM patron JOIN patron_category ON patron_category.id = patron.category_id
            JOIN block_rule ON block_rule.category_id = patron_category.id AND block_rule.kind = 'overdue'
        WHERE block_rule.threshold >= 3 AND patron.status = 'active'
            AND EXISTS (SELECT 1 FROM loan WHERE loan.patron_id = patron.id AND loan.returned_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM loan
                WHERE loan.patron_id = patron.id AND loan.returned_at IS NULL AND loan.due_at < ?)
        ORDER BY patron.id
        """,
        (NOW.isoformat(timespec="microseconds"),),
    ).fetchall()
    connection.close()
    dice = random.Random(items)
    count = min(ERRANDS, len(books) // clients, len(patrons) // clients)
    chosen_books, chosen_patrons = dice.sample(books, count * clients), dice.sample(patrons, count * clients)
    pairs = [(patron, book) for (patron,), (book,) in zip(chosen_patrons, chosen_books, strict=True)]
    return [pairs[client * count : (client + 1) * count] for client in range(clients)]
