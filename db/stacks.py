"""Stacks: how a branch's shelving stands, and which call numbers each bay holds (stack.json and bays.csv)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.places import Scheme
from db.types import Facts, Instant, KeyText, RowId


class BayStatus(StrEnum):
    """Whether a bay is in use."""

    OPEN = "open"
    CLOSED = "closed"


class Stack(SQLModel, table=True):
    """The stack of one branch; ``plan`` is its floors, links, depots, carriers and times as its file tells them."""

    __table_args__ = (one_of("scheme", Scheme),)

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT", unique=True)
    site: str
    scheme: str
    # What JSON holds is told by the struct that reads it.
    plan: dict[str, Any] = Field(sa_type=Facts)
    loaded_at: datetime = Field(sa_type=Instant)


class Bay(SQLModel, table=True):
    """A bay of shelves. It holds the call numbers of its location (its collection) from ``cn_from`` up to ``cn_to``,
    which is not in it any more; ``key_from`` and ``key_to`` are their shelf keys, an empty ``key_to`` has no end.

    ``seq`` is its turn in shelving order, which is separate from where it stands: ``y`` is metres along its aisle.
    A bay without a location holds nothing by call number, only what is put there by name.
    """

    __table_args__ = (
        one_of("status", BayStatus),
        CheckConstraint("face IN ('L', 'R')", name="face"),
        UniqueConstraint("stack_id", "code"),
        Index("ix_bay_range", "location_id", "key_from"),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    stack_id: int = Field(sa_type=RowId, foreign_key="stack.id", ondelete="CASCADE")
    code: str = Field(sa_type=KeyText)
    floor: str
    aisle: str
    face: str
    y: float
    shelves: int
    seq: int
    location_id: int | None = Field(default=None, sa_type=RowId, foreign_key="location.id", ondelete="RESTRICT")
    cn_from: str = ""
    cn_to: str = ""
    key_from: str = Field(default="", sa_type=KeyText)
    key_to: str = Field(default="", sa_type=KeyText)
    status: str = BayStatus.OPEN
