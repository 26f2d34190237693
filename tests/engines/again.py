"""The small library as it was founded, given back quickly: founding it takes longer than most tests do.

What a PostgreSQL database holds once it has been founded is kept as statements that bring it back, all sent as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import Table, TableClause

from db.engine import read_url
from db.search_index import VECTORS
from db.tables import metadata

_THROW_OUT = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
# Not the server's own workers, which may be tidying up here.
_THROW_OUT += " WHERE datname = current_database() AND usename = current_user AND pid != pg_backend_pid()"
_SEQUENCES = "SELECT seqrelid::regclass::text, pg_sequence_last_value(seqrelid) FROM pg_sequence"


def keep(url: str) -> str:
    """What brings every row and number of this database back, and throws out whoever a failed test left connected."""
    with psycopg.connect(plain(url)) as connection:
        parts = [sql.SQL(_THROW_OUT), *_remove_all()]
        for table in (*metadata.sorted_tables, VECTORS):
            parts += _rows(connection, table)
        for name, last in connection.execute(_SEQUENCES):
            parts.append(sql.SQL("SELECT setval({}, {}, {})").format(name, last or 1, last is not None))
        return sql.SQL(";\n").join(parts).as_string(connection)


@contextmanager
def brought_back(url: str, kept: str) -> Iterator[Callable[[], None]]:
    """What brings the database back to what it was when this was kept, each time it is called.

    On one connection: a new one would first have to learn of all tables, which takes longer than most tests do.
    """
    with psycopg.connect(plain(url), autocommit=True) as connection:

        def bring_back() -> None:
            connection.execute(kept.encode())

        yield bring_back


def plain(url: str) -> str:
    """An address of ours as the driver reads it."""
    return read_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _remove_all() -> Iterator[sql.Composed]:
    """What refers to rows of its own table goes first."""
    for table in reversed(metadata.sorted_tables):
        name = sql.Identifier(table.name)
        for key in table.foreign_keys:
            if key.column.table is table:
                column = sql.Identifier(key.parent.name)
                yield sql.SQL("DELETE FROM {} WHERE {} IS NOT NULL").format(name, column)
        yield sql.SQL("DELETE FROM {}").format(name)


def _rows(connection: psycopg.Connection, table: Table | TableClause) -> Iterator[sql.Composed]:
    name, columns = sql.Identifier(table.name), [sql.Identifier(column.name) for column in table.columns]
    listed = sql.SQL(", ").join(columns)
    # As texts, which the server reads back as whatever type the column has.
    as_texts = sql.SQL(", ").join(sql.SQL("{}::text").format(column) for column in columns)
    for row in connection.execute(sql.SQL("SELECT {} FROM {}").format(as_texts, name)):
        values = sql.SQL(", ").join(sql.Literal(cell) for cell in row)
        yield sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(name, listed, values)
