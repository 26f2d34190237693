"""The search index of titles: one full-text table, written in the transaction that writes the title.

SQLite has an FTS5 table with a column for each kind of word, PostgreSQL a ``tsvector`` whose weights tell the same.
Both hold the same words, made by libops/catalogue/search; nothing else writes here, and all of it can be made anew.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, event, text

from db.base import table_of
from db.catalogue import Title

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
