"""What must be true of titles, copies and the search at any moment; the doctor asks for it.

Whether the words of the index are those that are made of the titles now is asked of some titles spread over all:
making them all again is what ``libops catalogue rebuild`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Select, func, select

from db.catalogue import IdentifierKind
from db.database import Transaction
from db.search_index import FTS, VECTORS
from db.tables import BAY, ITEM, LOCATION, STACK, TITLE, TITLE_IDENTIFIER
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.identifiers import isbn13, issn8
from libops.catalogue.places import read_places
from libops.catalogue.search.indexing import out_of_step
from libops.findings import MOST, Finding
from libops.i18n import mark

FAULTS: dict[str, str] = {
    "title.not_indexed": mark("Title {subject} is not in the search: libops catalogue rebuild puts it there."),
    "title.index_stale": mark(
        "The search knows title {subject} by other words than it has: run libops catalogue rebuild."
    ),
    "title.index_without_title": mark("The search holds title {subject}, which is not there any more."),
    "title.identifier": mark("The number {subject} of a title is no valid ISBN or ISSN, or not in the form for it."),
    "item.no_shelf_key": mark("Item {subject} has a call number and no place in the order of its shelf."),
    "item.shelf_key": mark("Item {subject} does not stand where its call number belongs."),
    "item.location_elsewhere": mark("Item {subject} has a location of another branch than its own."),
    "item.bay_elsewhere": mark("Item {subject} is put into a bay of another branch than its own."),
}

SPREAD = 400
"""So many titles are asked whether the search knows them by their words."""

_STREAMED = {"yield_per": 10_000}

_QUERIES: dict[str, Select[tuple[object]]] = {
    "item.no_shelf_key": select(ITEM.c.barcode).where(ITEM.c.call_number != "", ITEM.c.shelf_key == ""),
    "item.location_elsewhere": select(ITEM.c.barcode)
    .join(LOCATION, LOCATION.c.id == ITEM.c.location_id)
    .where(LOCATION.c.branch_id != ITEM.c.branch_id),
    "item.bay_elsewhere": select(ITEM.c.barcode)
    .select_from(ITEM.join(BAY, BAY.c.id == ITEM.c.bay_id).join(STACK, STACK.c.id == BAY.c.stack_id))
    .where(STACK.c.branch_id != ITEM.c.branch_id),
}


def find(transaction: Transaction) -> Iterator[Finding]:
    """Everything that is not as it must be, up to a hundred subjects a fault."""
    queries = {**_QUERIES, **_of_the_index(transaction)}
    for code, query in queries.items():
        for row in transaction.connection.execute(query.limit(MOST)):
            yield Finding(code, str(row[0]))
    yield from _findings("title.index_stale", _stale(transaction))
    yield from _findings("title.identifier", _wrong_identifiers(transaction))
    yield from _findings("item.shelf_key", _wrong_keys(transaction))


def _of_the_index(transaction: Transaction) -> dict[str, Select[tuple[object]]]:
    """What only one of the two indexes can be asked; PostgreSQL itself keeps index rows without a title away."""
    held = select(VECTORS.c.title_id) if transaction.locks_rows else select(FTS.c.rowid)
    missing = (TITLE.c.title_key == "") | TITLE.c.id.not_in(held)
    found: dict[str, Select[tuple[object]]] = {"title.not_indexed": select(TITLE.c.number).where(missing)}
    if not transaction.locks_rows:
        found["title.index_without_title"] = select(FTS.c.rowid).where(FTS.c.rowid.not_in(select(TITLE.c.id)))
    return found


def _stale(transaction: Transaction) -> Iterator[str]:
    """Of titles spread over all, those of which the index holds something else; those it does not hold are told."""
    count = transaction.connection.execute(select(func.count()).select_from(TITLE)).scalar_one()
    chosen = select(TITLE.c.id, TITLE.c.number).where(
        TITLE.c.title_key != "", TITLE.c.id % max(1, count // SPREAD) == 0
    )
    numbers = {int(row[0]): str(row[1]) for row in transaction.connection.execute(chosen.limit(2 * SPREAD))}
    return (numbers[key] for key in out_of_step(transaction, list(numbers)))


def _findings(code: str, subjects: Iterable[str]) -> Iterator[Finding]:
    for subject in islice(subjects, MOST):
        yield Finding(code, subject)


def _wrong_identifiers(transaction: Transaction) -> Iterator[str]:
    forms = {IdentifierKind.ISBN: isbn13, IdentifierKind.ISSN: issn8}
    query = select(TITLE_IDENTIFIER.c.kind, TITLE_IDENTIFIER.c.value)
    with transaction.connection.execute(query, execution_options=_STREAMED) as rows:
        for kind, value in rows:
            if forms[IdentifierKind(kind)](value) != value:
                yield str(value)


def _wrong_keys(transaction: Transaction) -> Iterator[str]:
    """Copies whose key is not what their location's scheme makes of their call number; those without one are told."""
    places = read_places(transaction)
    schemes = {place.id: place.scheme for place in places.locations.values()}
    query = select(ITEM.c.barcode, ITEM.c.location_id, ITEM.c.call_number, ITEM.c.shelf_key)
    with transaction.connection.execute(query.where(ITEM.c.shelf_key != ""), execution_options=_STREAMED) as rows:
        for barcode, location_id, call_number, key in rows:
            if shelf_key(schemes.get(location_id, places.scheme_of(None)), call_number) != key:
                yield str(barcode)
