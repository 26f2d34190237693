"""Quarters of an hour, in which a database counts: every clock in use today is set a number of them from UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    _QuarterBase = FunctionElement[int]
else:
    _QuarterBase = FunctionElement

SECONDS = 900
"""How long one lasts."""


class _Quarter(_QuarterBase):
    name = "quarter"
    type = BigInteger()
    inherit_cache = True


def quarter_of(instant: ColumnElement[Any]) -> ColumnElement[int]:
    """How many quarters of an hour lie between 1970 in UTC and an instant, as part of a statement."""
    return _Quarter(instant)


@compiles(_Quarter)
def _by_epoch(element: _Quarter, compiler: SQLCompiler, **how: object) -> str:
    (instant,) = element.clauses
    return f"CAST(floor(EXTRACT(EPOCH FROM {compiler.process(instant, **how)}) / {SECONDS}) AS BIGINT)"


@compiles(_Quarter, "sqlite")
def _by_strftime(element: _Quarter, compiler: SQLCompiler, **how: object) -> str:
    (instant,) = element.clauses
    return f"(CAST(strftime('%s', {compiler.process(instant, **how)}) AS INTEGER) / {SECONDS})"
