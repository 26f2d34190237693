"""Whether a database's tables are as they are declared: its columns, and what each index and constraint says.

SQLite keeps the statements that made its tables, PostgreSQL writes its own from what it understood. Both are compared
in one plain form, which drops what an engine adds: parentheses, casts, and other words for the same comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy import Connection, inspect, text
from sqlalchemy.schema import CreateIndex, CreateTable

from db.tables import metadata


class Part(StrEnum):
    """What a table may lack."""

    COLUMN = "column"
    INDEX = "index"
    CONSTRAINT = "constraint"


_SQLITE_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
_SQLITE_TABLES = "SELECT sql FROM sqlite_master WHERE type = 'table'"
# An index that was being made when its maker was killed is there, and not used.
_POSTGRES_INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indisvalid AND c.relnamespace = current_schema()::regnamespace
"""
# One that holds for new rows only ends with NOT VALID, and so differs.
_POSTGRES_CONSTRAINTS = """
SELECT conname, 'CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace
"""


def lacking(connection: Connection) -> Iterator[tuple[Part, str]]:
    """What is declared and not there, or there with another meaning: a column as ``table.column``, others by name.

    What a database has beyond the declared tables is nobody's concern here, and neither are the types of columns.
    """
    standing = _standing_columns(connection)
    for table in metadata.sorted_tables:
        for column in table.columns:
            if standing.get((table.name, column.name)) != column.nullable:
                yield Part.COLUMN, f"{table.name}.{column.name}"
    for part, declared, found in (
        (Part.INDEX, _declared_indexes(connection), _standing_indexes(connection)),
        (Part.CONSTRAINT, _declared_constraints(connection), _standing_constraints(connection)),
    ):
        for name in sorted(declared):
            if found.get(name) != declared[name]:
                yield part, name


def _standing_columns(connection: Connection) -> dict[tuple[str, str], bool]:
    """Whether each column may be empty."""
    tables = inspect(connection).get_multi_columns()
    return {(table, column["name"]): column["nullable"] for (_, table), columns in tables.items() for column in columns}


def _declared_indexes(connection: Connection) -> dict[str, str]:
    indexes = [index for table in metadata.sorted_tables for index in table.indexes]
    return {str(index.name): _plain(str(CreateIndex(index).compile(connection))) for index in indexes}


def _standing_indexes(connection: Connection) -> dict[str, str]:
    query = _SQLITE_INDEXES if connection.dialect.name == "sqlite" else _POSTGRES_INDEXES
    return {name: _plain(definition) for name, definition in connection.execute(text(query))}


def _declared_constraints(connection: Connection) -> dict[str, str]:
    tables = (str(CreateTable(table).compile(connection)) for table in metadata.sorted_tables)
    return {name: plain for table in tables for name, plain in _constraints_of(table)}


def _standing_constraints(connection: Connection) -> dict[str, str]:
    if connection.dialect.name == "sqlite":
        tables = connection.execute(text(_SQLITE_TABLES)).scalars()
        return {name: plain for table in tables for name, plain in _constraints_of(table)}
    return {name: _plain(definition) for name, definition in connection.execute(text(_POSTGRES_CONSTRAINTS))}


def _constraints_of(table: str) -> Iterator[tuple[str, str]]:
    """The constraints of a statement that makes a table: each stands on a line of its own."""
    for line in table.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "CONSTRAINT":
            yield rest.partition(" ")[0], _plain(line)


def _plain(definition: str) -> str:
    plain = definition.lower()
    plain = re.sub(r"::[a-z]+( varying)?(\[\])?", "", plain)
    plain = re.sub(r" on (?:\S+\.)?(\w+) using btree", r" on \1", plain)
    plain = " ".join(re.sub(r'[()\[\],"]', " ", plain).split())
    plain = plain.replace("= any array ", "in ").replace("<> all array ", "not in ")
    return re.sub(r"(\w+) between (\w+) and (\w+)", r"\1 >= \2 and \1 <= \3", plain)
