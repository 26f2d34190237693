"""Making a sample library large: many titles, copies and patrons that nobody takes for real, for trying and training.

The act says what is to be made and takes its numbers; the rest is written piece by piece, each durable by itself.
Whatever ends it, what stands there is whole, and the next time goes on behind it.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor

import msgspec
from sqlalchemy import bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from db.database import Database, Transaction
from db.places import Scheme
from db.statement import Statement
from db.tables import BRANCH, CATEGORY, ITEM, ITEM_TYPE, LIBRARY, LOCATION, PATRON, TITLE
from libops.catalogue.search.indexing import write_entries
from libops.catalogue.writing import write_copies, write_titles
from libops.codes import CodeKind
from libops.library import Library
from libops.people.enrolling import write_patrons
from libops.permissions import Permission
from libops.refusals import refuse
from libops.simulation.imagined import batches, numbers
from libops.simulation.imagined.batches import Ground, Piece, Span
from libops.simulation.imagined.copies import Shelf
from libops.work import Answer, Work, act

MOST_TITLES, MOST_ITEMS, MOST_PATRONS, MOST_SEED = numbers.MOST, 90_000_000_000, 60_000_000, 2**31 - 1

_PIECE = 4_000
"""Titles or copies of one transaction: large enough that pages of indexes are written once for many rows."""

_AHEAD = 2
"""Pieces that are made while one is written."""


class GenerateAnswer(Answer, frozen=True, kw_only=True):
    """What is to be made, and the places from which its numbers go on."""

    seed: int
    titles: int
    items: int
    patrons: int
    first_title: int
    first_item: int
    first_patron: int


class Made(msgspec.Struct, frozen=True):
    """How far it is: what is durable by now."""

    titles: int = 0
    items: int = 0
    patrons: int = 0


_SAMPLE = Statement(select(LIBRARY.c.sample).with_for_update(), bool)
_SHELVES = Statement(
    select(LOCATION.c.branch_id, LOCATION.c.id, LOCATION.c.code, LOCATION.c.scheme).order_by(LOCATION.c.id),
    lambda branch, key, code, scheme: Shelf(branch, key, code, Scheme(scheme)),
)
_BRANCHES = Statement(select(BRANCH.c.id).order_by(BRANCH.c.id), int)


def _pair(code: str, key: int) -> tuple[str, int]:
    return code, key


_TYPES = Statement(select(ITEM_TYPE.c.code, ITEM_TYPE.c.id).order_by(ITEM_TYPE.c.id), _pair)
_CATEGORIES = Statement(select(CATEGORY.c.code, CATEGORY.c.id).order_by(CATEGORY.c.id), _pair)


def _text(text: str | None) -> str | None:
    return text


def _last_in(column: ColumnElement[str]) -> Statement[str | None]:
    first, behind = bindparam("first", type_=column.type), bindparam("behind", type_=column.type)
    return Statement(select(func.max(column)).where(column >= first, column < behind), _text)


_LAST_TITLE, _LAST_ITEM, _LAST_PATRON = (
    _last_in(column) for column in (TITLE.c.number, ITEM.c.barcode, PATRON.c.number)
)


@act("sample.generate", GenerateAnswer)
def begin(work: Work, *, titles: int, items: int, patrons: int, seed: int) -> GenerateAnswer:
    """Say that so many titles, items and patrons are to be made from a seed, behind those that stand there.

    Refusals: ``sample.not_sample`` where the library is not one to be played with, ``sample.bad_count`` for numbers
    that cannot be, ``sample.other_codes`` where the library's codes are not the sample's, ``permission.missing``.
    """
    work.require(Permission.MANAGE_CATALOGUE)
    work.require(Permission.REGISTER_PATRONS)
    if not work.transaction.one(_SAMPLE):
        raise refuse("sample.not_sample")
    _require_counts(titles, items, patrons, seed)
    if not _are_codes_of_sample(work):
        raise refuse("sample.other_codes")
    answer = GenerateAnswer(
        seed=seed,
        titles=titles,
        items=items,
        patrons=patrons,
        first_title=numbers.place_of_title(_last(work, _LAST_TITLE, numbers.TITLES)),
        first_item=numbers.place_of_barcode(_last(work, _LAST_ITEM, numbers.BARCODES)),
        first_patron=numbers.place_of_patron(_last(work, _LAST_PATRON, numbers.PATRONS)),
    )
    if answer.first_title + titles > MOST_TITLES or answer.first_patron + patrons > MOST_PATRONS:
        raise refuse("sample.full", titles=MOST_TITLES, patrons=MOST_PATRONS)
    work.record("sample.generated", titles=titles, items=items, patrons=patrons, seed=seed)
    return answer


def _require_counts(titles: int, items: int, patrons: int, seed: int) -> None:
    within = ((titles, MOST_TITLES), (items, MOST_ITEMS), (patrons, MOST_PATRONS), (seed, MOST_SEED))
    if any(not 0 <= count <= most for count, most in within) or (items and not titles):
        raise refuse("sample.bad_count", titles=MOST_TITLES, patrons=MOST_PATRONS, seed=MOST_SEED)


def _are_codes_of_sample(work: Work) -> bool:
    barcode = numbers.barcode(0)
    kinds = work.patterns.kinds
    fits = CodeKind.PATRON in kinds(numbers.patron_number(0)) and CodeKind.ITEM in kinds(barcode)
    return fits and work.patterns.fault(barcode) is None


def _last(work: Work, statement: Statement[str | None], row: numbers.Row) -> str | None:
    return work.transaction.maybe(statement, first=row.first, behind=row.behind)


def carry_out(library: Library, begun: GenerateAnswer) -> Generator[Made, None, None]:
    """Make what was begun, piece by piece; after each how far it is. Whoever stops listening stops it there."""
    database = library.database
    ground = _ground(database)
    titles = items = patrons = 0
    for piece in _made(begun, ground):
        _write(database, piece)
        titles, items = titles + len(piece.titles), items + len(piece.copies)
        yield Made(titles, items)
    for first, count in batches.pieces_of_patrons(begun.first_patron, begun.patrons, _PIECE):
        with database.act() as transaction:
            write_patrons(transaction, batches.patrons(begun.seed, ground, first, count))
        patrons += count
        yield Made(titles, items, patrons)


def _ground(database: Database) -> Ground:
    with database.reading() as transaction:
        branches = tuple(transaction.all(_BRANCHES))
        shelves = tuple(transaction.all(_SHELVES))
        return Ground(
            shelves=shelves or tuple(Shelf(branch, None, "", Scheme.CLC) for branch in branches),
            item_types=dict(transaction.all(_TYPES)),
            categories=dict(transaction.all(_CATEGORIES)),
            branches=branches,
        )


def _write(database: Database, piece: Piece) -> None:
    with database.act() as transaction:
        ids = write_titles(transaction, piece.titles)
        _write_copies(transaction, piece, ids)
        write_entries(transaction, list(zip(ids, piece.entries, strict=True)), new=True)


def _write_copies(transaction: Transaction, piece: Piece, ids: Sequence[int]) -> None:
    write_copies(transaction, [msgspec.structs.replace(copy, title_id=ids[copy.title_id]) for copy in piece.copies])


def _made(begun: GenerateAnswer, ground: Ground) -> Iterator[Piece]:
    """The pieces in order. Another process makes them while this one writes, where there are enough to be worth it."""
    if not begun.titles:
        return
    spans = list(batches.spans(begun.first_title, begun.titles, begun.first_item, begun.items, _PIECE))
    if len(spans) <= _AHEAD:
        yield from (batches.catalogue(begun.seed, ground, span) for span in spans)
        return
    yield from _made_beside(begun.seed, ground, spans)


def _made_beside(seed: int, ground: Ground, spans: Sequence[Span]) -> Iterator[Piece]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=_leave_signals_to_parent)
    try:
        waiting: deque[Future[bytes]] = deque()
        for span in spans:
            waiting.append(pool.submit(batches.packed, seed, ground, span))
            if len(waiting) > _AHEAD:
                yield batches.unpacked(waiting.popleft().result())
        while waiting:
            yield batches.unpacked(waiting.popleft().result())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_signals_to_parent() -> None:
    """Ctrl-C reaches every process of a terminal; the one that writes decides what becomes of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
