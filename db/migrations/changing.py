"""Changing a table in a migration: told once as it is to be, done as each engine can.

PostgreSQL changes a table where it stands. SQLite can only add columns, and writes down a table that was added to in
other words than one that was made so; there the table is made anew and its rows are moved over, with foreign keys
unwatched (see db/migrate.py), so that whatever refers to it goes on referring to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

Part = sa.Column[Any] | sa.Constraint


def change_table(
    name: str,
    parts: Sequence[Part],
    *,
    indexes: Sequence[sa.Index] = (),
    renamed: Mapping[str, str] = {},
    filled: Mapping[str, str] = {},
) -> None:
    """Bring a table to these columns and constraints, in this order; new columns come last.

    ``indexes`` are all that it is to have; ``renamed`` maps a column's new name to its old one; ``filled`` gives what
    new columns hold in old rows, as SQL over the old columns (otherwise NULL).
    """
    metadata = sa.MetaData()
    for referred in {key.target_fullname.split(".")[0] for part in parts for key in _references(part)} - {name}:
        sa.Table(referred, metadata, sa.Column("id", sa.Integer()))
    changed = sa.Table(name, metadata, *parts, *indexes)
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(changed, renamed, filled)
    else:
        _alter(changed, renamed, filled)


def _references(part: Part) -> Sequence[sa.ForeignKey]:
    return part.elements if isinstance(part, sa.ForeignKeyConstraint) else ()


def _make_anew(table: sa.Table, renamed: Mapping[str, str], filled: Mapping[str, str]) -> None:
    old = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table.name)}
    indexes = list(table.indexes)
    sources = {column.name: _source(column.name, old, renamed, filled) for column in table.columns}
    made = f"{table.name}_anew"
    statement = str(sa.schema.CreateTable(table).compile(dialect=op.get_bind().dialect))
    op.execute(statement.replace(f"CREATE TABLE {table.name} ", f"CREATE TABLE {made} ", 1))
    op.execute(
        f"INSERT INTO {made} ({', '.join(sources)}) SELECT {', '.join(sources.values())} FROM {table.name}"  # noqa: S608
    )
    op.drop_table(table.name)
    op.rename_table(made, table.name)
    for index in indexes:
        op.execute(sa.schema.CreateIndex(index))


def _source(column: str, old: set[str], renamed: Mapping[str, str], filled: Mapping[str, str]) -> str:
    was = renamed.get(column, column)
    return was if was in old else filled.get(column, "NULL")


def _alter(table: sa.Table, renamed: Mapping[str, str], filled: Mapping[str, str]) -> None:
    inspector = sa.inspect(op.get_bind())
    old = {column["name"] for column in inspector.get_columns(table.name)}
    indexed = {index["name"] for index in inspector.get_indexes(table.name)}
    for check in inspector.get_check_constraints(table.name):
        op.drop_constraint(op.f(str(check["name"])), table.name, type_="check")
    for new_name, was in renamed.items():
        op.alter_column(table.name, was, new_column_name=new_name)
        _rename_not_null(table.name, was, new_name)
    known = old | set(renamed)
    for column in table.columns:
        if column.name not in known:
            _add(table.name, column, filled.get(column.name))
    for gone in sorted(old - {column.name for column in table.columns} - set(renamed.values())):
        op.drop_column(table.name, gone)
    _constrain(table, known)
    for index in table.indexes:
        if index.name not in indexed:
            op.execute(sa.schema.CreateIndex(index))


def _constrain(table: sa.Table, known: set[str]) -> None:
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint):
            op.create_check_constraint(op.f(str(constraint.name)), table.name, str(constraint.sqltext))
        elif isinstance(constraint, sa.ForeignKeyConstraint) and not set(constraint.column_keys) <= known:
            _refer(table.name, constraint)


def _rename_not_null(table: str, was: str, new_name: str) -> None:
    # Since version 18 PostgreSQL keeps NOT NULL as a constraint named after the column it was made with.
    named = sa.text("SELECT 1 FROM pg_constraint WHERE conname = :name AND conrelid = CAST(:of AS regclass)")
    name = f"{table}_{was}_not_null"
    if op.get_bind().execute(named, {"name": name, "of": table}).first() is not None:
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO {table}_{new_name}_not_null")


def _refer(table: str, constraint: sa.ForeignKeyConstraint) -> None:
    (key,) = constraint.elements
    referred, column = key.target_fullname.split(".")
    name = op.f(str(constraint.name))
    op.create_foreign_key(name, table, referred, list(constraint.column_keys), [column], ondelete=constraint.ondelete)


def _add(table: str, column: sa.Column[Any], fill: str | None) -> None:
    op.add_column(table, sa.Column(column.name, column.type, nullable=True))
    if fill is not None:
        op.execute(f"UPDATE {table} SET {column.name} = {fill}")  # noqa: S608
    if not column.nullable:
        op.alter_column(table, column.name, nullable=False)
