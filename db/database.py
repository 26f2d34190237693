"""A database in use: transactions for acts and for reading, whose statements run on the driver's own cursor."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Connection, Dialect
from sqlmodel import Session

from db.engine import open_engine, read_url
from db.statement import Prepared, Statement
from db.troubles import errors_read, read_error

R = TypeVar("R")


class Transaction:
    """One open transaction. Acts use ``one``/``maybe``/``all``/``run``, rare edits the ``session``.

    Objects of the session go stale behind the cursor's writes: an act uses one way or the other for a row, not both.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._dialect: Dialect = connection.dialect
        # The driver's cursor is untyped in both drivers' common part.
        self._cursor: Any = connection.connection.cursor()
        self._session: Session | None = None

    @property
    def locks_rows(self) -> bool:
        """Whether rows are locked one by one; SQLite's acts hold the only write lock from their first moment."""
        return self._dialect.name == "postgresql"

    @property
    def session(self) -> Session:
        """A SQLModel session inside this transaction, made when first asked for."""
        if self._session is None:
            self._session = Session(self.connection, join_transaction_mode="control_fully")
        return self._session

    def flush(self) -> None:
        """Write what the session still holds."""
        if self._session is not None:
            self._session.flush()

    def commit(self) -> None:
        """Make durable what was done so far, and begin anew."""
        self.flush()
        with errors_read():
            self.connection.commit()
            self.connection.begin()

    def restart(self) -> None:
        """Undo everything and begin anew, after a race was lost to another transaction."""
        self.connection.rollback()
        self.connection.begin()

    def _execute(self, prepared: Prepared[R], values: dict[str, object]) -> None:
        try:
            self._cursor.execute(prepared.text, prepared.parameters(values))
        except (sqlite3.Error, psycopg.Error) as error:
            raise read_error(error) from error

    def maybe(self, statement: Statement[R], **values: object) -> R | None:
        """The statement's row, or None where there is none."""
        prepared = statement.prepare(self._dialect)
        self._execute(prepared, values)
        return prepared.one(self._cursor.fetchone())

    def one(self, statement: Statement[R], **values: object) -> R:
        """The statement's row; it is an error of the program when there is none."""
        row = self.maybe(statement, **values)
        if row is None:
            raise LookupError("a statement that always answers gave no row")
        return row

    def all(self, statement: Statement[R], **values: object) -> list[R]:
        """All rows of the statement."""
        prepared = statement.prepare(self._dialect)
        self._execute(prepared, values)
        return prepared.rows(self._cursor.fetchall())

    def run(self, statement: Statement[None], **values: object) -> int:
        """Run a statement that answers with no rows; how many rows it touched."""
        prepared = statement.prepare(self._dialect)
        self._execute(prepared, values)
        return int(self._cursor.rowcount)

    def run_many(self, statement: Statement[None], rows: Sequence[Mapping[str, object]]) -> None:
        """Run a statement that answers with no rows once for each row of values, as one order to the driver."""
        if not rows:
            return
        prepared = statement.prepare(self._dialect)
        try:
            self._cursor.executemany(prepared.text, [prepared.parameters(row) for row in rows])
        except (sqlite3.Error, psycopg.Error) as error:
            raise read_error(error) from error

    def lock(self, statement: Statement[R], **values: object) -> None:
        """Lock the rows that are about to be decided on; nothing to do where the whole database is locked already."""
        if self.locks_rows:
            self.all(statement, **values)


class Database:
    """A library's database, by URL. Refuses with ``DatabaseTrouble``; constraint races come out as ``Conflict``."""

    def __init__(self, url: str | URL, *, pool_size: int = 5) -> None:
        self.url = read_url(url) if isinstance(url, str) else url
        self.engine = open_engine(self.url, pool_size=pool_size)
        self._reading = self.engine.execution_options(
            libops_reading=True,
            **({"isolation_level": "REPEATABLE READ"} if self.is_postgres else {}),
        )

    @property
    def is_postgres(self) -> bool:
        """Whether this is PostgreSQL; otherwise it is SQLite."""
        return self.url.get_backend_name() == "postgresql"

    @contextmanager
    def act(self) -> Iterator[Transaction]:
        """A transaction that writes: committed durably when the block ends, rolled back when it raises."""
        with errors_read(), self.engine.connect() as connection:
            connection.begin()
            transaction = Transaction(connection)
            try:
                yield transaction
                transaction.flush()
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only reads, and sees one moment of the database throughout."""
        with errors_read(), self._reading.connect() as connection, connection.begin():
            yield Transaction(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()
