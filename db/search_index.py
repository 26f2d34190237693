"""The search index of titles: one full-text table, written in the transaction that writes the title.

SQLite has an FTS5 table with a column for each kind of word, PostgreSQL a ``tsvector`` in which sounds are marked.
Both hold the same words, made by libops/catalogue/search; nothing else writes here, and all of it can be made anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, Text, bindparam, cast, column, delete, event, insert, table, text
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
    "CONSTRAINT fk_title_search_title_id REFERENCES title (id) ON DELETE CASCADE, words TSVECTOR NOT NULL)"
)
POSTGRES_INDEX = "CREATE INDEX ix_title_search_words ON title_search USING gin (words)"


def _make(_titles: Table, connection: Connection, **_: object) -> None:
    for statement in (SQLITE,) if connection.dialect.name == "sqlite" else (POSTGRES, POSTGRES_INDEX):
        connection.execute(text(statement))


event.listen(table_of(Title), "after_create", _make)


# The table as statements see it. Its two forms have no column in common.
FTS = table("title_search", column("rowid", RowId), *(column(name, Text) for name in (*COLUMNS, "title_search")))
VECTORS = table("title_search", column("title_id", RowId), column("words", TSVECTOR))

_FORGET = Statement[None](delete(FTS).where(FTS.c.rowid == bindparam("title_id")), lambda: None)
_WRITE = Statement[None](
    insert(FTS).values(rowid=bindparam("title_id"), **{name: bindparam(name) for name in COLUMNS}), lambda: None
)
_FORGET_VECTOR = Statement[None](delete(VECTORS).where(VECTORS.c.title_id == bindparam("title_id")), lambda: None)
_WRITE_VECTOR = Statement[None](
    insert(VECTORS).values(title_id=bindparam("title_id"), words=cast(bindparam("words", type_=Text), TSVECTOR)),
    lambda: None,
)


def write_words(transaction: Transaction, rows: Sequence[tuple[int, Sequence[Sequence[str]]]], *, new: bool) -> None:
    """Write what the index holds of titles: their row numbers, each with its words for ``COLUMNS`` in that order.

    ``new`` says that none of them is in the index yet, which saves looking.
    """
    forget, write = (_FORGET_VECTOR, _WRITE_VECTOR) if transaction.locks_rows else (_FORGET, _WRITE)
    if not new:
        transaction.run_many(forget, [{"title_id": title_id} for title_id, _ in rows])
    transaction.run_many(write, [{"title_id": title_id, **_values(transaction, words)} for title_id, words in rows])


def forget_titles(transaction: Transaction, title_ids: Sequence[int]) -> None:
    """Take titles out of the index."""
    forget = _FORGET_VECTOR if transaction.locks_rows else _FORGET
    transaction.run_many(forget, [{"title_id": title_id} for title_id in title_ids])


def _values(transaction: Transaction, words: Sequence[Sequence[str]]) -> dict[str, str]:
    if transaction.locks_rows:
        return {"words": as_vector(words)}
    return dict(zip(COLUMNS, (" ".join(part) for part in words), strict=True))


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
