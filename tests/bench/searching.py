"""How long the search takes, kind by kind, while another process lends fifty books a second in the same library.

Beside each question the same is asked by hand, turn and turn about: with the bare driver, the same full-text query,
or the row of one number, and nothing else. That is the least it can take.
"""

from __future__ import annotations

import multiprocessing
import random
import time
import uuid
import zlib
from collections.abc import Sequence
from multiprocessing.connection import Connection
from statistics import median, quantiles
from typing import Self

import msgspec

from db.database import Database
from libops.catalogue.search.candidates import CANDIDATES, Narrowed
from libops.catalogue.search.entry import Facets, facet_words, years
from libops.catalogue.search.finding import Found, find
from libops.catalogue.search.query import for_postgres, for_sqlite, read_query
from libops.library import Library
from libops.permissions import EVERYTHING
from libops.places import find_place
from libops.settings import Settings
from libops.work import Actor
from tests.bench.asked import NUMBERED, Asked, Question, Sought
from tests.bench.by_hand import ACTOR
from tests.bench.clerks import DESK, DomainClerk
from tests.bench.imagined_library import NOW
from tests.bench.searched_library import open_searched

A_SECOND = 50
"""Check-outs a second beside the searches."""

LIMIT = 50
"""Titles of an answer."""

Errand = tuple[str, str]


class Timed(msgspec.Struct, frozen=True):
    """One question: seconds through the domain, seconds by hand, and how many titles were counted (0: none)."""

    seconds: float
    by_hand: float
    total: int


class Searching(msgspec.Struct, frozen=True):
    """What was measured in one library: every question of each kind, the index's bytes, and check-outs a second."""

    engine: str
    titles: int
    timed: dict[Sought, list[Timed]]
    index_bytes: int
    lent_a_second: float

    def p50(self, sought: Sought) -> float:
        """The middle one, in seconds."""
        return median(one.seconds for one in self.timed[sought])

    def p95(self, sought: Sought) -> float:
        """The time within which 95 of 100 were answered, in seconds."""
        return quantiles([one.seconds for one in self.timed[sought]], n=20, method="inclusive")[-1]

    def by_hand_p95(self, sought: Sought) -> float:
        """The same by hand."""
        return quantiles([one.by_hand for one in self.timed[sought]], n=20, method="inclusive")[-1]

    def times(self, sought: Sought) -> float:
        """How many times as long as by hand, by the middle of all questions, each against its own."""
        return median(one.seconds / one.by_hand for one in self.timed[sought])

    def found(self, sought: Sought) -> float:
        """The middle of how many titles were counted; they are counted up to 1,000."""
        return median(one.total for one in self.timed[sought])


class Searcher:
    """Somebody who searches in a library."""

    def __init__(self, titles: int, url: str) -> None:
        self.titles = titles
        self.url = url
        self._database = Database(url, pool_size=1)
        self._hands = Database(url, pool_size=1)
        self._library = Library(self._database, Settings().patterns, lambda: NOW)
        self._actor = Actor(ACTOR, "叶春燕", EVERYTHING)
        with self._database.reading() as transaction:
            self._place = find_place(transaction, DESK)
        self.questions = Asked(titles).questions()

    def ask(self, question: Question) -> tuple[float, Found]:
        """Seconds until the answer was there, through the domain; and the answer."""
        begun = time.perf_counter()
        with self._library.look(actor=self._actor, place=self._place) as look:
            found = find(look, question.typed, question.narrowed, limit=LIMIT)
        return time.perf_counter() - begun, found

    def ask_by_hand(self, sought: Sought, question: Question) -> float:
        """Seconds of the statement alone that the same question cannot do without, with the bare driver."""
        is_postgres = self._database.is_postgres
        mark = "%s" if is_postgres else "?"
        with self._hands.reading() as transaction:
            cursor = transaction.connection.connection.cursor()
            if is_postgres:
                cursor.execute(_FAIR)
            begun = time.perf_counter()
            if sought in NUMBERED:
                cursor.execute(f"SELECT * FROM title WHERE id = {mark}", (_some_row(question, self.titles),))
            elif sought is Sought.CALL_NUMBER:
                cursor.execute(
                    _RAW_SHELF.replace("?", mark), (question.typed, question.typed + "\U0010ffff", CANDIDATES)
                )
            else:
                query = read_query(question.typed)
                text = (for_postgres if is_postgres else for_sqlite)(query, _facets(question.narrowed))
                cursor.execute(_RAW_POSTGRES if is_postgres else _RAW_SQLITE, (text, CANDIDATES + 1))
            cursor.fetchall()
            return time.perf_counter() - begun

    def index_bytes(self) -> int:
        """How much room the search index takes."""
        size = (
            "SELECT pg_total_relation_size('title_search')"
            if self._database.is_postgres
            else "SELECT sum(pgsize) FROM dbstat WHERE substr(name, 1, 12) = 'title_search'"
        )
        with self._hands.reading() as transaction:
            return int(transaction.connection.exec_driver_sql(size).scalar_one())

    def close(self) -> None:
        """Go home."""
        self._hands.close()
        self._library.close()


def _some_row(question: Question, titles: int) -> int:
    return 1 + zlib.crc32(question.typed.encode()) % titles


_RAW_SHELF = (
    "SELECT title_id, call_number FROM item WHERE call_number >= ? AND call_number < ? ORDER BY call_number LIMIT ?"
)
_RAW_SQLITE = (
    "SELECT title.id, title.title_key, title.title_alt, title.name_key, title.year "
    "FROM title_search JOIN title ON title.id = title_search.rowid WHERE title_search MATCH ? LIMIT ?"
)
# What whoever writes the statement by hand says as well: see libops/catalogue/search/candidates.py.
_FAIR = "SELECT set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)"
_RAW_POSTGRES = (
    "SELECT title_id, title_key, title_alt, name_key, year FROM title_search WHERE words @@ %s::tsquery LIMIT %s"
)


def measure(engine: str, searcher: Searcher, times: int = 1) -> Searching:
    """Every question so many times, through the domain and by hand in turns, while books are lent beside it."""
    timed: dict[Sought, list[Timed]] = {sought: [] for sought in Sought}
    warm_up(searcher)
    with Lender(searcher) as lender:
        for turn in range(times):
            for place in range(max(len(asked) for asked in searcher.questions.values())):
                # Kinds in turns: whatever else the machine does falls on all alike.
                for sought, asked in searcher.questions.items():
                    if place < len(asked):
                        one = _timed(searcher, sought, asked[place], by_hand_first=(place + turn) % 2 == 1)
                        timed[sought].append(one)
        rate = lender.stop()
    return Searching(engine, searcher.titles, timed, searcher.index_bytes(), rate)


def warm_up(searcher: Searcher, questions: int = 3) -> None:
    """Ask a little of each kind, so that code and upper pages of indexes are there."""
    for sought, asked in searcher.questions.items():
        for question in asked[:questions]:
            searcher.ask(question)
            searcher.ask_by_hand(sought, question)


def _timed(searcher: Searcher, sought: Sought, question: Question, *, by_hand_first: bool) -> Timed:
    if by_hand_first:
        by_hand = searcher.ask_by_hand(sought, question)
        seconds, found = searcher.ask(question)
    else:
        seconds, found = searcher.ask(question)
        by_hand = searcher.ask_by_hand(sought, question)
    if sought is not Sought.NOTHING and question.narrowed == type(question.narrowed)() and not found.total:
        raise AssertionError(f"{sought}: {question.typed} was not found")
    return Timed(seconds, by_hand, found.total)


class Lender:
    """A clerk in a process of its own who lends ``A_SECOND`` books a second until told to stop."""

    def __init__(self, searcher: Searcher) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, self._theirs = context.Pipe()
        self._process = context.Process(
            target=_lend, args=(searcher.url, errands(searcher.titles), self._theirs), daemon=True
        )

    def __enter__(self) -> Self:
        self._process.start()
        self._theirs.close()
        self._ours.recv()
        return self

    def stop(self) -> float:
        """How many were lent a second, all in all."""
        self._ours.send(None)
        return float(self._ours.recv())

    def __exit__(self, *_: object) -> None:
        self._ours.close()
        self._process.join(30)


def _lend(url: str, errands: Sequence[Errand], pipe: Connection) -> None:
    clerk = DomainClerk(url)
    pipe.send(None)
    begun, count = time.perf_counter(), 0
    for count, (patron, barcode) in enumerate(errands, 1):
        clerk.check_out(patron, barcode, uuid.uuid4().hex)
        if pipe.poll(max(0.0, begun + count / A_SECOND - time.perf_counter())):
            break
    pipe.send(count / (time.perf_counter() - begun))
    clerk.close()


def errands(titles: int) -> list[Errand]:
    """Patrons, five times each, and a book for each time, spread over the whole library; nobody is refused."""
    connection = open_searched(titles)
    books = connection.execute(
        """
        SELECT item.barcode FROM item JOIN item_type ON item_type.id = item.item_type_id
            JOIN desk ON desk.branch_id = item.branch_id
        WHERE desk.code = ? AND item_type.code = 'book' AND item.status = 'available' AND item.barcode >= '31'
        ORDER BY item.id
        """,
        (DESK,),
    ).fetchall()
    patrons = connection.execute(
        """
        SELECT patron.number FROM patron JOIN patron_category ON patron_category.id = patron.category_id
        WHERE patron.status = 'active' AND patron.expires_on > ? AND patron_category.loans_limit >= 8
            AND patron.number >= 'P3'
        ORDER BY patron.id
        """,
        (NOW.date().isoformat(),),
    ).fetchall()
    connection.close()
    dice = random.Random(titles)
    dice.shuffle(books)
    dice.shuffle(patrons)
    return [(patron, book) for (patron,), (book,) in zip(patrons * 5, books, strict=False)]


def _facets(narrowed: Narrowed) -> list[list[str]]:
    """The words by which the index itself narrows, for those ways of narrowing that are measured."""
    branches = () if narrowed.branch_id is None else (narrowed.branch_id,)
    found = [[word] for word in facet_words(Facets(language=narrowed.language, branches=branches))]
    first, last = narrowed.years
    return found if first is None or last is None else [*found, years(first, last)]
