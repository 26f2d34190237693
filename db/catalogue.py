"""Titles and their copies."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import Instant, KeyText, RowId


class ItemStatus(StrEnum):
    """Where a copy is in its life, in the words that circulation systems share."""

    AVAILABLE = "available"
    AWAITING_PICKUP = "awaiting_pickup"
    AWAITING_DELIVERY = "awaiting_delivery"
    CHECKED_OUT = "checked_out"
    IN_TRANSIT = "in_transit"
    PAGED = "paged"
    ON_ORDER = "on_order"
    IN_PROCESS = "in_process"
    MISSING = "missing"
    LONG_MISSING = "long_missing"
    DECLARED_LOST = "declared_lost"
    AGED_TO_LOST = "aged_to_lost"
    LOST_AND_PAID = "lost_and_paid"
    CLAIMED_RETURNED = "claimed_returned"
    WITHDRAWN = "withdrawn"
    RESTRICTED = "restricted"
    UNAVAILABLE = "unavailable"


class Title(SQLModel, table=True):
    """A bibliographic record; ``*_alt`` is the established form in the other language."""

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    number: str = Field(sa_type=KeyText, unique=True)
    title: str
    title_alt: str = ""
    author: str = ""
    author_alt: str = ""
    publisher: str = ""
    year: int | None = None
    isbn: str | None = Field(default=None, sa_type=KeyText, index=True)
    language: str = "zh"
    clc: str = ""
    dewey: str = ""


class ItemType(SQLModel, table=True):
    """A kind of item that loan rules tell apart."""

    __tablename__ = "item_type"

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    code: str = Field(sa_type=KeyText, unique=True)
    name_zh: str
    name_en: str


class Item(SQLModel, table=True):
    """One copy; ``branch_id`` owns it, ``price`` is in minor units of the library's currency.

    ``parts`` is how many pieces it has; ``damage`` and ``missing_parts`` are notes beside the status, empty when all is
    well. ``seen_at`` is when it last went over a desk, at ``seen_branch_id``.
    """

    __table_args__ = (
        one_of("status", ItemStatus),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("parts > 0", name="parts"),
        Index("ix_item_status_barcode", "status", "barcode"),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    barcode: str = Field(sa_type=KeyText, unique=True)
    title_id: int = Field(sa_type=RowId, foreign_key="title.id", ondelete="RESTRICT", index=True)
    item_type_id: int = Field(sa_type=RowId, foreign_key="item_type.id", ondelete="RESTRICT")
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    location_id: int | None = Field(default=None, sa_type=RowId, foreign_key="location.id", ondelete="RESTRICT")
    call_number: str = ""
    price: int | None = None
    status: str = ItemStatus.AVAILABLE
    parts: int = 1
    damage: str = ""
    missing_parts: str = ""
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    seen_branch_id: int | None = Field(default=None, sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
