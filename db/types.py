"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

if TYPE_CHECKING:
    _InstantBase = TypeDecorator[datetime]
    _ListBase = TypeDecorator[Sequence[Any]]
else:
    _InstantBase = _ListBase = TypeDecorator


class Instant(_InstantBase):
    """A point in time, always UTC: ``timestamptz`` on PostgreSQL, text of fixed width (so that it sorts) on SQLite.

    Naive values are refused: a time without a zone is a wrong date waiting to happen.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    # Any, because that is how SQLAlchemy types a type that is chosen by dialect.
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        if dialect.name == "sqlite":
            if value.tzinfo is not UTC:
                value = value.astimezone(UTC)
            return value.isoformat(timespec="microseconds")
        return value

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value if isinstance(value, datetime) else None


class RowIds(_ListBase):
    """Row numbers: an array on PostgreSQL, a JSON list on SQLite."""

    impl = Text
    cache_ok = True
    member: TypeEngine[Any] = BigInteger()

    # Any, because that is how SQLAlchemy types a type that is chosen by dialect.
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.member))

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> object:
        if value is None:
            return None
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class Codes(RowIds):
    """Codes: the same for texts."""

    cache_ok = True
    member = Text()


# Codes and cursors are compared byte by byte on both engines; a language's collation would page and match differently.
KeyText = Text().with_variant(Text(collation="C"), "postgresql")

# SQLite only gives out row numbers for a column that is exactly INTEGER.
RowId = BigInteger().with_variant(Integer(), "sqlite")

Facts = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
