"""The one way acts talk to the database: typed Core statements, compiled once per engine, run on the driver's cursor.

Measured on a million items, the ORM's share of a check-out is Python time, not disk: twelve times the statements
written by hand. A statement built at import and compiled once costs next to nothing, and its binds and results keep
the processors of their column types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect, Float
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import ReturnsRows
from sqlalchemy.types import TypeEngine

R = TypeVar("R")
Value = object
Processor = Callable[[Any], Any]  # SQLAlchemy's own type for what turns a value into the driver's and back


class Prepared(Generic[R]):
    """A statement as one dialect wants it: text, a way to lay out parameters, a way to read a row."""

    __slots__ = ("_bind", "_read", "text")

    def __init__(self, source: Executable, row: Callable[..., R], dialect: Dialect) -> None:
        if not isinstance(source, ClauseElement):
            raise TypeError("a statement must be a Core construct")
        compiled = source.compile(dialect=dialect)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("a statement must compile to SQL")
        self.text = str(compiled)
        self._bind = _binder(compiled, dialect)
        self._read = _reader(compiled, row, dialect)

    def parameters(self, values: Mapping[str, Value]) -> object:
        """The driver's parameters for these named values."""
        return self._bind(values)

    def rows(self, raw: Sequence[Sequence[Any]]) -> list[R]:
        """The driver's rows as the statement's row type."""
        return [self._read(values) for values in raw]

    def one(self, raw: Sequence[Any] | None) -> R | None:
        """The driver's row, where there is one."""
        return None if raw is None else self._read(raw)


class Statement(Generic[R]):
    """A Core statement and the type of its rows, prepared once for each dialect it meets.

    ``row`` is called with the columns in order; use a slotted dataclass or a ``msgspec.Struct``.
    """

    __slots__ = ("_prepared", "row", "source")

    def __init__(self, source: Executable, row: Callable[..., R]) -> None:
        self.source = source
        self.row = row
        self._prepared: dict[str, Prepared[R]] = {}

    def prepare(self, dialect: Dialect) -> Prepared[R]:
        """This statement for a dialect; compiled at the first call."""
        found = self._prepared.get(dialect.name)
        if found is None:
            found = self._prepared[dialect.name] = Prepared(self.source, self.row, dialect)
        return found


def _binder(compiled: SQLCompiler, dialect: Dialect) -> Callable[[Mapping[str, Value]], object]:
    fixed: dict[str, Value] = {}
    processors: dict[str, Processor] = {}
    for bind, name in compiled.bind_names.items():
        processor = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if not bind.required:
            fixed[name] = bind.effective_value if processor is None else processor(bind.effective_value)
        elif processor is not None:
            processors[name] = processor
    if compiled.positional:
        return _positional(compiled.positiontup or (), fixed, processors)
    busy = tuple(processors.items())

    def named(values: Mapping[str, Value]) -> object:
        given = {**fixed, **values}
        for name, process in busy:
            given[name] = process(given[name])
        return given

    return named


def _positional(
    names: Sequence[str], fixed: Mapping[str, Value], processors: Mapping[str, Processor]
) -> Callable[[Mapping[str, Value]], object]:
    pick = _picker(names)
    busy = tuple((place, processors[name]) for place, name in enumerate(names) if name in processors)

    def positional(values: Mapping[str, Value]) -> object:
        picked = pick({**values, **fixed} if fixed else values)
        if not busy:
            return picked
        cells = list(picked)
        for place, process in busy:
            cells[place] = process(cells[place])
        return cells

    return positional


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Value]], Sequence[Value]]:
    # itemgetter is the fastest way to a tuple of values, but gives a single one bare.
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _reader(compiled: SQLCompiler, row: Callable[..., R], dialect: Dialect) -> Callable[[Sequence[Any]], R]:
    columns = compiled.statement.exported_columns if isinstance(compiled.statement, ReturnsRows) else ()
    processors = [_processor(column.type, dialect) for column in columns]
    busy = tuple((place, process) for place, process in enumerate(processors) if process is not None)
    if not busy:
        return lambda values: row(*values)

    def read(values: Sequence[Any]) -> R:
        cells = list(values)
        for place, process in busy:
            cells[place] = process(cells[place])
        return row(*cells)

    return read


# Any, as SQLAlchemy types what may be a column of any type.
def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    # A number's processor is chosen by what the driver calls its type, which is not known before a statement has run;
    # both drivers give floats as floats.
    if isinstance(kind, Float) and not kind.asdecimal:
        return None
    return kind.dialect_impl(dialect).result_processor(dialect, None)
