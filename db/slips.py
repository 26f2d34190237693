"""The library's own wording of slips and receipts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import Instant, KeyText, RowId


class SlipKind(StrEnum):
    """What is printed at a desk."""

    LOANS = "loans"
    HOLD = "hold"
    TRANSFER = "transfer"
    PAYMENT = "payment"


class SlipTemplate(SQLModel, table=True):
    """A slip as the library words it in one language; where there is none, the program's own wording is used."""

    __tablename__ = "slip_template"
    __table_args__ = (one_of("kind", SlipKind), UniqueConstraint("kind", "language"))

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    kind: str = Field(sa_type=KeyText)
    language: str = Field(sa_type=KeyText)
    text: str
    changed_at: datetime = Field(sa_type=Instant)
