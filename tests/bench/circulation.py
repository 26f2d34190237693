"""What issues and requests cost at a desk, beside a plain check-out in the same library: one act each, turn and turn.

And the nightly work: one run over everything that is late, batch by batch.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from enum import StrEnum
from statistics import median, quantiles

import msgspec

from db.database import Database
from libops.circulation import loans, placing, returns
from libops.jobs import leases, nightly
from libops.jobs.nightly import BATCH, Step
from libops.library import Library
from libops.permissions import EVERYTHING
from libops.places import find_place
from libops.settings import Settings
from libops.work import Actor, Work
from tests.bench.big_library import big_library
from tests.bench.by_hand import ACTOR
from tests.bench.clerks import DESK
from tests.bench.imagined_library import MANY_LOANS, NOW
from tests.bench.lending import errands


class Kind(StrEnum):
    """What is measured; the first is what the others are measured against."""

    CHECK_OUT = "check-out"
    CHECK_IN = "check-in, a request waits"
    PLACE = "place a hold"
    RENEW_ALL = "renew all of 20 loans"


EACH_TURN = {Kind.CHECK_OUT: 3, Kind.CHECK_IN: 2, Kind.PLACE: 3, Kind.RENEW_ALL: 1}
"""How often each is done in one turn; there are only so many patrons with 20 loans."""

RENEWALS = 3
"""How often teachers may renew a book."""

Todo = Iterator[Callable[[Work], object]]


class Acts(msgspec.Struct, frozen=True):
    """What was measured on one engine: seconds of each act, by items and kind."""

    engine: str
    seconds: dict[tuple[int, Kind], list[float]]

    def p50(self, items: int, kind: Kind) -> float:
        """The middle one, in seconds."""
        return median(self.seconds[items, kind])

    def p95(self, items: int, kind: Kind) -> float:
        """The time within which 95 of 100 were done, in seconds."""
        return quantiles(self.seconds[items, kind], n=20, method="inclusive")[-1]

    def times(self, items: int, kind: Kind) -> float:
        """How many plain check-outs one takes, by the middle of each."""
        return self.p50(items, kind) / self.p50(items, Kind.CHECK_OUT)

    def growth(self, small: int, large: int, kind: Kind) -> float:
        """Time in the large library over that in the small one, by the middle of each."""
        return self.p50(large, kind) / self.p50(small, kind)


class Night(msgspec.Struct, frozen=True):
    """One run of the nightly work: rows done by each step, and the seconds of each batch with the rows it did."""

    engine: str
    items: int
    seconds: float
    counts: dict[Step, int]
    batches: list[tuple[Step, int, float]]

    def longest(self) -> float:
        """Seconds of the longest batch: what a desk may have to wait for."""
        return max(seconds for _, _, seconds in self.batches)

    def evenness(self, step: Step) -> float | None:
        """Time of the later full batches of a step over that of the earlier; None where there are too few to say."""
        full = [seconds for one, done, seconds in self.batches if one is step and done == BATCH]
        half = len(full) // 2
        return median(full[-half:]) / median(full[:half]) if half >= 3 else None


class Desk:
    """One desk in one library, and everything there is to do at it; what was done once is not done again."""

    def __init__(self, items: int, url: str) -> None:
        self.items = items
        database = Database(url, pool_size=1)
        self._library = Library(database, Settings().patterns, lambda: NOW)
        self._actor = Actor(ACTOR, "叶春燕", EVERYTHING)
        with database.reading() as transaction:
            self._place = find_place(transaction, DESK)
        keen = dict.fromkeys(_keen(items))
        # Those with 20 loans keep just these.
        pairs = [(patron, barcode) for patron, barcode in errands(items, 1)[0] if patron not in keen]
        self._todo: dict[Kind, Todo] = {
            Kind.CHECK_OUT: (_lend(patron, barcode) for patron, barcode in pairs),
            Kind.CHECK_IN: (_take_back(barcode) for barcode in _waited_for(items)),
            Kind.PLACE: (_ask(patron, title) for patron, title in _wishes(items, [patron for patron, _ in pairs])),
            Kind.RENEW_ALL: (_renew(patron) for patron in [*keen] * RENEWALS),
        }

    def do(self, kind: Kind) -> float:
        """The next act of a kind, under a request key of its own; the seconds until it was durable."""
        act = next(self._todo[kind])
        begun = time.perf_counter()
        with self._library.work(actor=self._actor, place=self._place, key=uuid.uuid4().hex) as work:
            act(work)
        return time.perf_counter() - begun

    def work_a_night(self, engine: str) -> Night:
        """Do the nightly work once, as the scheduler does."""
        begun = last = time.perf_counter()
        batches: list[tuple[Step, int, float]] = []

        def told(step: Step, done: int) -> None:
            nonlocal last
            moment = time.perf_counter()
            batches.append((step, done, moment - last))
            last = moment

        run = leases.claim(self._library, job=nightly.JOB, slot=NOW, worker=uuid.uuid4().hex)
        if run is None:
            raise AssertionError("nobody else works in this library")
        night = nightly.carry_out(self._library, run, told=told)
        if not night.is_finished:
            raise AssertionError(f"steps that failed: {night.failed}")
        return Night(engine, self.items, time.perf_counter() - begun, night.counts, batches)

    def close(self) -> None:
        """Go home."""
        self._library.close()


def measure(engine: str, desks: list[Desk], turns: int) -> Acts:
    """So many turns at all desks, the order turned round each time."""
    seconds: dict[tuple[int, Kind], list[float]] = {(desk.items, kind): [] for desk in desks for kind in Kind}
    for turn in range(turns):
        for kind, count in EACH_TURN.items():
            for number in range(count):
                for desk in desks if (turn + number) % 2 == 0 else reversed(desks):
                    seconds[desk.items, kind].append(desk.do(kind))
    return Acts(engine, seconds)


def warm_up(desks: list[Desk], times: int = 12) -> None:
    """Do what is plentiful a few times, so that PostgreSQL has settled on its plans, and the rest at least once."""
    for desk in desks:
        for kind in Kind:
            for _ in range(1 if kind is Kind.RENEW_ALL else times):
                desk.do(kind)


def _lend(patron: str, barcode: str) -> Callable[[Work], object]:
    return lambda work: loans.check_out(work, patron_number=patron, barcode=barcode)


def _take_back(barcode: str) -> Callable[[Work], object]:
    def act(work: Work) -> None:
        if returns.check_in(work, barcode=barcode).hold is None:
            raise AssertionError(f"{barcode} went to nobody")

    return act


def _ask(patron: str, title: str) -> Callable[[Work], object]:
    return lambda work: placing.place(work, patron_number=patron, title_number=title, pickup=DESK[0])


def _renew(patron: str) -> Callable[[Work], object]:
    def act(work: Work) -> None:
        done = loans.renew_all(work, patron_number=patron)
        if len(done.renewed) != MANY_LOANS:
            raise AssertionError(f"{patron}: {len(done.renewed)} renewed, {done.refused}")

    return act


def _ask_rows(items: int, query: str) -> list[str]:
    connection = sqlite3.connect(f"{big_library(items).as_uri()}?mode=ro", uri=True)
    found = [str(cell) for (cell,) in connection.execute(query)]
    connection.close()
    random.Random(items).shuffle(found)
    return found


def _waited_for(items: int) -> list[str]:
    """A book on loan of each title that has a queue; none that counts as lost by now."""
    return _ask_rows(
        items,
        """
        SELECT min(item.barcode) FROM item JOIN loan ON loan.item_id = item.id AND loan.returned_at IS NULL
            JOIN item_type ON item_type.id = item.item_type_id
        WHERE item_type.code = 'book' AND loan.due_at > '2026-10' AND EXISTS (SELECT 1 FROM request
            WHERE request.title_id = item.title_id AND request.closed_at IS NULL AND request.held_item_id IS NULL
                AND request.starts_at IS NULL)
        GROUP BY item.title_id
        """,
    )


def _wishes(items: int, patrons: list[str]) -> Iterator[tuple[str, str]]:
    """A patron who is allowed one request more, and a title that others wait for.

    Titles that nobody waits for are left to whoever borrows or renews.
    """
    titles = _ask_rows(
        items,
        """
        SELECT title.number FROM item JOIN title ON title.id = item.title_id
            JOIN item_type ON item_type.id = item.item_type_id
        WHERE title.id IN (SELECT title_id FROM request WHERE closed_at IS NULL)
        GROUP BY title.id HAVING min(item_type.code) = 'book' AND max(item_type.code) = 'book'
        """,
    )
    connection = sqlite3.connect(f"{big_library(items).as_uri()}?mode=ro", uri=True)
    theirs = """
        SELECT title.number, patron.number FROM title JOIN item ON item.title_id = title.id
            JOIN loan ON loan.item_id = item.id AND loan.returned_at IS NULL JOIN patron ON patron.id = loan.patron_id
        WHERE patron.number = ?
    """
    asked: set[tuple[str, str]] = set()
    # Each asks for one thing before anybody asks for a second.
    for patron, title in zip(patrons + patrons, itertools.cycle(titles), strict=False):
        wish = (title, patron)
        if wish not in asked and wish not in connection.execute(theirs, (patron,)).fetchall():
            asked.add(wish)
            yield patron, title
    connection.close()


def _keen(items: int) -> list[str]:
    """The patrons with 20 loans."""
    return _ask_rows(
        items,
        f"""
        SELECT patron.number FROM patron JOIN loan ON loan.patron_id = patron.id AND loan.returned_at IS NULL
        WHERE patron.id IN (SELECT patron.id FROM patron JOIN patron_category AS category
            ON category.id = patron.category_id WHERE category.code = 'teacher')
        GROUP BY patron.id HAVING count(*) = {MANY_LOANS}
        """,
    )
