"""The search index of titles: one full-text table, written in the transaction that writes the title.

SQLite has an FTS5 table with a column for each kind of word, PostgreSQL a ``tsvector`` in which sounds are marked.
Both hold the same words, made by libops/catalogue/search; nothing else writes here, and all of it can be made anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    Table,
    Text,
    bindparam,
    cast,
    column,
    delete,
    event,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from db.base import table_of
from db.catalogue import Title
from db.database import Transaction
from db.statement import Statement
from db.types import RowId

COLUMNS = ("title", "name", "more", "single", "sound", "facet")
"""What the words of a title are, in the order in which they are handed over."""

GAP = "ǂ"
"""A word that nobody can search for: it keeps apart what are not neighbours, and marks facets."""

HEARD = GAP + "h"
"""What a word begins with in PostgreSQL's index that is a sound and not written so.

Weights could tell them apart as well, but what asks for a weight is looked up again in every row that its index finds.
"""

# Single characters and facets stand without a place: they are never in a phrase.
_PLACED = (True, True, True, False, True, False)
_SOUND = COLUMNS.index("sound")
# The most that a tsvector holds.
_LAST_PLACE = 16383
_MOST_PLACES = 255

# Words come cut already: the tokenizer only has to split at spaces. Prefixes of two and three characters are kept,
# because a search begins with few letters; longer ones are few words.
SQLITE = (
    "CREATE VIRTUAL TABLE title_search USING fts5(title, name, more, single, sound, facet, "
    "tokenize=\"unicode61 remove_diacritics 0 tokenchars 'ǂ'\", prefix='2 3')"
)
POSTGRES = (
    "CREATE TABLE title_search (title_id BIGINT CONSTRAINT pk_title_search PRIMARY KEY "
    "CONSTRAINT fk_title_search_title_id REFERENCES title (id) ON DELETE CASCADE, words TSVECTOR NOT NULL, "
    "title_key TEXT NOT NULL, title_alt TEXT NOT NULL, name_key TEXT NOT NULL, year INTEGER)"
)
POSTGRES_INDEX = "CREATE INDEX ix_title_search_words ON title_search USING gin (words)"


def _make(_titles: Table, connection: Connection, **_: object) -> None:
    for statement in (SQLITE,) if connection.dialect.name == "sqlite" else (POSTGRES, POSTGRES_INDEX):
        connection.execute(text(statement))


event.listen(table_of(Title), "after_create", _make)


# The table as statements see it. Its two forms have no column in common.
FTS = table("title_search", column("rowid", RowId), *(column(name, Text) for name in (*COLUMNS, "title_search")))
# PostgreSQL's has beside the words what candidates are put in order by: a thousand looks at the titles take longer than
# finding them.
VECTORS = table(
    "title_search",
    column("title_id", RowId),
    column("words", TSVECTOR),
    column("title_key", Text),
    column("title_alt", Text),
    column("name_key", Text),
    column("year", Integer),
)

_FORGET = Statement[None](delete(FTS).where(FTS.c.rowid == bindparam("title_id")), lambda: None)
_WRITE = Statement[None](
    insert(FTS).values(rowid=bindparam("title_id"), **{name: bindparam(name) for name in COLUMNS}), lambda: None
)
_FORGET_VECTOR = Statement[None](delete(VECTORS).where(VECTORS.c.title_id == bindparam("title_id")), lambda: None)
_WRITE_VECTOR = Statement[None](
    insert(VECTORS).values(
        title_id=bindparam("title_id"),
        words=cast(bindparam("words", type_=Text), TSVECTOR),
        **{name: bindparam(name) for name in ("title_key", "title_alt", "name_key", "year")},
    ),
    lambda: None,
)

_TITLE_ID = bindparam("title_id", type_=RowId)
_SAME = Statement(
    select(FTS.c.rowid).where(
        FTS.c.rowid == _TITLE_ID, *(FTS.c[name] == bindparam(name, type_=Text) for name in COLUMNS)
    ),
    int,
)
_SAME_VECTOR = Statement(
    select(VECTORS.c.title_id).where(
        VECTORS.c.title_id == _TITLE_ID,
        VECTORS.c.words == cast(bindparam("words", type_=Text), TSVECTOR),
        *(
            VECTORS.c[name].is_not_distinct_from(bindparam(name, type_=VECTORS.c[name].type))
            for name in ("title_key", "title_alt", "name_key", "year")
        ),
    ),
    int,
)


class Indexed(NamedTuple):
    """What the index holds of a title: its words for each of ``COLUMNS``, and what it is put in order by."""

    title_id: int
    words: Sequence[Sequence[str]]
    title_key: str
    title_alt: str
    name_key: str
    year: int | None


def write_words(transaction: Transaction, rows: Sequence[Indexed], *, new: bool) -> None:
    """Write what the index holds of titles. ``new`` says that none of them is in it yet, which saves looking."""
    forget, write = (_FORGET_VECTOR, _WRITE_VECTOR) if transaction.locks_rows else (_FORGET, _WRITE)
    if not new:
        transaction.run_many(forget, [{"title_id": row.title_id} for row in rows])
    values = _vector_row if transaction.locks_rows else _fts_row
    transaction.run_many(write, [values(row) for row in rows])


def holds_words(transaction: Transaction, row: Indexed) -> bool:
    """Whether the index holds just this of a title."""
    if transaction.locks_rows:
        return transaction.maybe(_SAME_VECTOR, **_vector_row(row)) is not None
    return transaction.maybe(_SAME, **_fts_row(row)) is not None


def _vector_row(row: Indexed) -> dict[str, object]:
    return {**row._asdict(), "words": as_vector(row.words)}


def _fts_row(row: Indexed) -> dict[str, object]:
    return {"title_id": row.title_id, **dict(zip(COLUMNS, (" ".join(part) for part in row.words), strict=True))}


def as_vector(words: Sequence[Sequence[str]]) -> str:
    """Words with their places, as PostgreSQL reads a ``tsvector``; a gap takes a place and is no word."""
    places: dict[str, list[str]] = {}
    place = 0
    for column_at, (part, placed) in enumerate(zip(words, _PLACED, strict=True)):
        before = HEARD if column_at == _SOUND else ""
        for word in part:
            place += 1
            if not placed:
                places.setdefault(word, [])
            elif word != GAP and place < _LAST_PLACE:
                places.setdefault(before + word, []).append(str(place))
        place += 1
    return " ".join(f"'{word}'" + (":" + ",".join(at[:_MOST_PLACES]) if at else "") for word, at in places.items())
