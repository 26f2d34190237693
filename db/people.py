"""Patrons and staff."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import Instant, KeyText, RowId


class PatronStatus(StrEnum):
    """What staff have set; whether a card has run out is read off its date when somebody asks."""

    ACTIVE = "active"
    BLOCKED = "blocked"


class Role(StrEnum):
    """What a member of staff is there for; permissions follow from it."""

    CIRCULATION = "circulation"
    SORTER = "sorter"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class PatronCategory(SQLModel, table=True):
    """A group of patrons with one set of limits; ``overdue_limit`` overdue loans stop lending (empty: never)."""

    __tablename__ = "patron_category"
    __table_args__ = (
        CheckConstraint("loans_limit >= 0", name="loans_limit"),
        CheckConstraint("overdue_limit > 0", name="overdue_limit"),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    code: str = Field(sa_type=KeyText, unique=True)
    name_zh: str
    name_en: str
    loans_limit: int
    overdue_limit: int | None = None


class Patron(SQLModel, table=True):
    """A registered borrower."""

    __table_args__ = (one_of("status", PatronStatus),)

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    number: str = Field(sa_type=KeyText, unique=True)
    name: str
    category_id: int = Field(sa_type=RowId, foreign_key="patron_category.id", ondelete="RESTRICT")
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    status: str = PatronStatus.ACTIVE
    note: str = ""
    language: str = "zh"
    expires_on: date
    registered_at: datetime = Field(sa_type=Instant)


class Staff(SQLModel, table=True):
    """A member of staff; ``attempts`` counts PINs tried since the last right one."""

    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("attempts >= 0", name="attempts"),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    badge: str = Field(sa_type=KeyText, unique=True)
    name: str
    role: str
    language: str = "zh"
    pin_hash: str
    active: bool = True
    attempts: int = 0
    attempted_at: datetime | None = Field(default=None, sa_type=Instant)
