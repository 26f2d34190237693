"""Patrons and staff."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import Instant, KeyText, RowId


class PatronStatus(StrEnum):
    """What staff have set; whether a card has run out is read off its date when somebody asks.

    A merged patron's number leads to the patron it was merged into.
    """

    ACTIVE = "active"
    BLOCKED = "blocked"
    MERGED = "merged"


class Role(StrEnum):
    """What a member of staff is there for; permissions follow from it."""

    CIRCULATION = "circulation"
    SORTER = "sorter"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class PatronCategory(SQLModel, table=True):
    """A group of patrons with one set of limits.

    A registration lasts ``months``; ``deposit`` (in minor units) must be held before anything is lent.
    """

    __tablename__ = "patron_category"
    __table_args__ = (
        CheckConstraint("loans_limit >= 0", name="loans_limit"),
        CheckConstraint("holds_limit >= 0", name="holds_limit"),
        CheckConstraint("months > 0", name="months"),
        CheckConstraint("deposit >= 0", name="deposit"),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    code: str = Field(sa_type=KeyText, unique=True)
    name_zh: str
    name_en: str
    loans_limit: int
    holds_limit: int = 10
    months: int = 12
    deposit: int = 0


class Patron(SQLModel, table=True):
    """A registered borrower."""

    __table_args__ = (
        one_of("status", PatronStatus),
        CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged"),
    )

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
    phone: str = ""
    email: str = ""
    merged_into_id: int | None = Field(default=None, sa_type=RowId, foreign_key="patron.id", ondelete="RESTRICT")


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
