"""Writing titles and copies as rows, many at a time: the only place that does, for single acts and for imports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Table, bindparam, delete, func, insert, literal, select, update

from db.catalogue import IdentifierKind, ItemStatus
from db.database import Transaction
from db.places import Scheme
from db.row_lists import among
from db.statement import Statement
from db.tables import ITEM, TITLE, TITLE_IDENTIFIER
from libops.catalogue.about import columns_of
from libops.catalogue.call_numbers.schemes import normal, shelf_key
from libops.catalogue.description import Description
from libops.catalogue.identifiers import isbn13, issn8


class NewTitle(msgspec.Struct, frozen=True):
    """A title to be written under a number of the library's own."""

    number: str
    about: Description


class NewCopy(msgspec.Struct, frozen=True):
    """A copy to be written; ``scheme`` is that of its location, ``price`` in minor units."""

    barcode: str
    title_id: int
    item_type_id: int
    branch_id: int
    location_id: int | None
    scheme: Scheme
    call_number: str = ""
    price: int | None = None
    status: ItemStatus = ItemStatus.AVAILABLE
    volume: str = ""
    condition: str = ""
    note: str = ""
    rfid_uid: str | None = None
    added_at: datetime | None = None


_TITLE_COLUMNS = ("number", *columns_of(Description(title="")))
_WRITE_TITLE = Statement[None](
    insert(TITLE).values(id=bindparam("id"), **{name: bindparam(name) for name in _TITLE_COLUMNS}), lambda: None
)
_REWRITE_TITLE = Statement[None](
    update(TITLE)
    .where(TITLE.c.id == bindparam("title_id"))
    .values({name: bindparam(name) for name in _TITLE_COLUMNS if name != "number"}),
    lambda: None,
)
_FORGET_IDENTIFIERS = Statement[None](
    delete(TITLE_IDENTIFIER).where(among(TITLE_IDENTIFIER.c.title_id, "title_ids")), lambda: None
)
_IDENTIFIER_COLUMNS = ("title_id", "kind", "value")
_WRITE_IDENTIFIER = Statement[None](
    insert(TITLE_IDENTIFIER).values({name: bindparam(name) for name in _IDENTIFIER_COLUMNS}), lambda: None
)
_COPY_COLUMNS = (
    *(name for name in NewCopy.__struct_fields__ if name != "scheme"),
    "shelf_key",
)
# Columns with a default are said: a statement that is compiled once binds nothing for them.
_WRITE_COPY = Statement[None](
    insert(ITEM).values(
        parts=1, damage="", missing_parts="", **{name: bindparam(name) for name in ("id", *_COPY_COLUMNS)}
    ),
    lambda: None,
)


def _last(last: int | None) -> int:
    return last or 0


_LAST_ID = {table.name: Statement(select(func.max(table.c.id)), _last) for table in (TITLE, ITEM)}
_NEXT_IDS = {
    table.name: Statement(
        select(func.nextval(func.pg_get_serial_sequence(literal(table.name), literal("id")))).select_from(
            func.generate_series(1, bindparam("count"))
        ),
        int,
    )
    for table in (TITLE, ITEM)
}


def new_ids(transaction: Transaction, table: Table, count: int) -> list[int]:
    """Row numbers for so many new rows, which nobody else is given."""
    if count == 0:
        return []
    if transaction.locks_rows:
        return transaction.all(_NEXT_IDS[table.name], count=count)
    # SQLite's acts hold the only write lock.
    last = transaction.maybe(_LAST_ID[table.name]) or 0
    return list(range(last + 1, last + 1 + count))


def write_titles(transaction: Transaction, titles: Sequence[NewTitle]) -> list[int]:
    """Write new titles; their row numbers. They are found once ``index_titles`` was called for them."""
    ids = new_ids(transaction, TITLE, len(titles))
    rows = [{"id": key, "number": new.number, **columns_of(new.about)} for key, new in zip(ids, titles, strict=True)]
    transaction.run_many(_WRITE_TITLE, rows)
    transaction.run_many(_WRITE_IDENTIFIER, _identifiers(zip(ids, (new.about for new in titles), strict=True)))
    return ids


def rewrite_titles(transaction: Transaction, titles: Sequence[tuple[int, Description]]) -> None:
    """Write what titles are described as now. They are found by it once ``index_titles`` was called for them."""
    transaction.run_many(_REWRITE_TITLE, [{"title_id": key, **columns_of(about)} for key, about in titles])
    transaction.run(_FORGET_IDENTIFIERS, title_ids=[key for key, _ in titles])
    transaction.run_many(_WRITE_IDENTIFIER, _identifiers(titles))


def _identifiers(titles: Iterable[tuple[int, Description]]) -> list[dict[str, object]]:
    return [
        {"title_id": key, "kind": kind, "value": value}
        for key, about in titles
        for kind, value in identifiers_of(about)
    ]


def identifiers_of(about: Description) -> list[tuple[IdentifierKind, str]]:
    """The numbers a title is known by, each once, in the form in which they are compared."""
    isbns = ((IdentifierKind.ISBN, isbn13(text)) for text in about.isbns)
    issns = ((IdentifierKind.ISSN, issn8(text)) for text in about.issns)
    return list(dict.fromkeys((kind, value) for kind, value in (*isbns, *issns) if value is not None))


def write_copies(transaction: Transaction, copies: Sequence[NewCopy]) -> list[int]:
    """Write new copies, each with its place in the order of its shelf; their row numbers."""
    ids = new_ids(transaction, ITEM, len(copies))
    rows = [{"id": key, **copy_row(copy)} for key, copy in zip(ids, copies, strict=True)]
    transaction.run_many(_WRITE_COPY, rows)
    return ids


def copy_row(copy: NewCopy) -> dict[str, object]:
    """A copy as its row has it."""
    row = {name: getattr(copy, name) for name in NewCopy.__struct_fields__ if name != "scheme"}
    stored = normal(copy.call_number)
    return {**row, "call_number": stored, "shelf_key": shelf_key(copy.scheme, stored)}
