"""A list of row numbers as one parameter of a statement, so that the statement stays the same however long it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, Boolean, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

if TYPE_CHECKING:
    _RowIdsBase = TypeDecorator[Sequence[int]]
    _AmongBase = FunctionElement[bool]
else:
    _RowIdsBase = TypeDecorator
    _AmongBase = FunctionElement


class RowIds(_RowIdsBase):
    """Row numbers: an array on PostgreSQL, a JSON list on SQLite."""

    impl = Text
    cache_ok = True

    # Any, because that is how SQLAlchemy types a type that is chosen by dialect.
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(BigInteger))

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> object:
        if value is None:
            return None
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class _Among(_AmongBase):
    name = "among"
    type = Boolean()
    inherit_cache = True


def among(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Whether a column's row number is one of those that are bound to a parameter."""
    return _Among(column, bindparam(parameter, type_=RowIds()))


@compiles(_Among)
def _by_array(element: _Among, compiler: SQLCompiler, **how: object) -> str:
    column, given = element.clauses
    return f"{compiler.process(column, **how)} = ANY({compiler.process(given, **how)})"


@compiles(_Among, "sqlite")
def _by_json(element: _Among, compiler: SQLCompiler, **how: object) -> str:
    column, given = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({given}))"  # noqa: S608 - made of compiled parts
