"""The library itself, its branches and what stands in them, and when they are open."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import Instant, KeyText, RowId


class BranchKind(StrEnum):
    """What sort of service point a branch is."""

    LIBRARY = "library"
    DELIVERY_CENTRE = "delivery_centre"
    LOCKER_BANK = "locker_bank"
    METRO_POINT = "metro_point"
    PARTNER = "partner"


class Library(SQLModel, table=True):
    """The one row that says whose database this is; ``rules_version`` tells processes that cached rules are stale."""

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    name_zh: str
    name_en: str
    currency: str
    sample: bool = False
    rules_version: int = 1
    made_at: datetime = Field(sa_type=Instant)


class Branch(SQLModel, table=True):
    """A service point with its own time zone and calendar."""

    __table_args__ = (one_of("kind", BranchKind),)

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    code: str = Field(sa_type=KeyText, unique=True)
    kind: str = BranchKind.LIBRARY
    name_zh: str
    name_en: str
    zone: str


class Scheme(StrEnum):
    """By which call numbers a location is shelved."""

    CLC = "clc"
    DEWEY = "dewey"
    LCC = "lcc"
    PLAIN = "plain"


class Location(SQLModel, table=True):
    """A shelving place in a branch, one collection in one order: ``scheme`` says by which call numbers."""

    __table_args__ = (one_of("scheme", Scheme),)

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT", index=True)
    code: str = Field(sa_type=KeyText, unique=True)
    name_zh: str
    name_en: str
    scheme: str = Scheme.CLC


class Desk(SQLModel, table=True):
    """A workplace at a branch."""

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT", index=True)
    code: str = Field(sa_type=KeyText, unique=True)
    name_zh: str
    name_en: str


class OpeningHours(SQLModel, table=True):
    """Weekly hours of a branch; times are the branch's own clock, ``24:00`` ends a day."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        UniqueConstraint("branch_id", "weekday"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="span"),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    weekday: int
    opens: str = Field(sa_type=KeyText)
    closes: str = Field(sa_type=KeyText)


class DatedHours(SQLModel, table=True):
    """One day of a branch that differs from its week: closed (no times), or open at these times."""

    __tablename__ = "dated_hours"
    __table_args__ = (
        UniqueConstraint("branch_id", "day"),
        CheckConstraint("(opens IS NULL) = (closes IS NULL) AND (opens IS NULL OR opens < closes)", name="span"),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    day: date
    opens: str | None = Field(default=None, sa_type=KeyText)
    closes: str | None = Field(default=None, sa_type=KeyText)
    note_zh: str = ""
    note_en: str = ""
