"""A list of row numbers or codes as one parameter of a statement, which stays the same however long the list is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from db.types import Codes, RowIds

if TYPE_CHECKING:
    _AmongBase = FunctionElement[bool]
else:
    _AmongBase = FunctionElement


class _Among(_AmongBase):
    name = "among"
    type = Boolean()
    inherit_cache = True

    # SQLite has no booleans of its own: there SQLAlchemy compares a part of a condition with 1, and what is compared so
    # is looked up by no index.
    def self_group(self, against: object = None) -> _Among:
        return self


def among(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Whether a column's row number is one of those that are bound to a parameter."""
    return _Among(column, bindparam(parameter, type_=RowIds()))


def among_codes(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Whether a column's code is one of those that are bound to a parameter."""
    return _Among(column, bindparam(parameter, type_=Codes()))


@compiles(_Among)
def _by_array(element: _Among, compiler: SQLCompiler, **how: object) -> str:
    column, given = element.clauses
    return f"{compiler.process(column, **how)} = ANY({compiler.process(given, **how)})"


@compiles(_Among, "sqlite")
def _by_json(element: _Among, compiler: SQLCompiler, **how: object) -> str:
    column, given = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({given}))"  # noqa: S608 - made of compiled parts
