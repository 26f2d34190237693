"""Titles, the records they came from, and their copies."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import Facts, Instant, KeyText, RowId


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


class Condition(StrEnum):
    """How worn a copy is."""

    NEW = "new"
    GOOD = "good"
    WORN = "worn"
    POOR = "poor"


class Title(SQLModel, table=True):
    """A bibliographic record; ``*_alt`` is the established form in the other language.

    ``about`` is the whole description (libops/catalogue/description.py); the other columns are what lists show and sort
    by, written from it. ``title_key`` and ``name_key`` are title and names as the search compares them; an empty
    ``title_key`` says that the title is not in the search index yet. Volumes of one set share their ``set_key``, the
    set's title and whose it is as the search compares them.
    """

    __table_args__ = (
        Index("ix_title_title_key", "title_key", "id"),
        Index(
            "ix_title_set_key", "set_key", sqlite_where=text("set_key <> ''"), postgresql_where=text("set_key <> ''")
        ),
        Index("ix_title_unindexed", "id", sqlite_where=text("title_key = ''"), postgresql_where=text("title_key = ''")),
    )

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
    material: str = "book"
    volume: str = ""
    set_key: str = Field(default="", sa_type=KeyText)
    title_key: str = Field(default="", sa_type=KeyText)
    name_key: str = ""
    # What JSON holds is told by the struct that reads it.
    about: dict[str, Any] | None = Field(default=None, sa_type=Facts)


class IdentifierKind(StrEnum):
    """What sort of number a title is known by."""

    ISBN = "isbn"
    ISSN = "issn"


class TitleIdentifier(SQLModel, table=True):
    """A number a title is known by: an ISBN as 13 digits, an ISSN as 8, whichever form the record has."""

    __tablename__ = "title_identifier"
    __table_args__ = (
        one_of("kind", IdentifierKind),
        Index("ix_title_identifier_value", "value", "kind"),
        Index("uq_title_identifier", "title_id", "kind", "value", unique=True),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    title_id: int = Field(sa_type=RowId, foreign_key="title.id", ondelete="CASCADE")
    kind: str
    value: str = Field(sa_type=KeyText)


class TitleRecord(SQLModel, table=True):
    """The record that a title was last written from, as it was read: which file, where in it, and its bytes.

    ``source`` names whose ``control_number`` it is (003, 801 ``$b``, or the import's own word); ``digest`` tells
    whether the same record comes again. ``place`` is its number in the file, from 1; ``start`` its first byte.
    """

    __tablename__ = "title_record"
    __table_args__ = (Index("ix_title_record_control", "control_number", "source"),)

    title_id: int = Field(sa_type=RowId, foreign_key="title.id", ondelete="CASCADE", primary_key=True)
    import_id: int | None = Field(
        default=None, sa_type=RowId, foreign_key="import_run.id", ondelete="SET NULL", index=True
    )
    source: str = Field(default="", sa_type=KeyText)
    control_number: str = Field(default="", sa_type=KeyText)
    format: str
    encoding: str
    place: int
    start: int = Field(sa_type=RowId)
    digest: str = Field(sa_type=KeyText)
    record: bytes = Field(sa_type=LargeBinary)
    read_at: datetime = Field(sa_type=Instant)


class ItemType(SQLModel, table=True):
    """A kind of item that loan rules tell apart."""

    __tablename__ = "item_type"

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    code: str = Field(sa_type=KeyText, unique=True)
    name_zh: str
    name_en: str


class Item(SQLModel, table=True):
    """One copy; ``branch_id`` owns it, ``price`` is in minor units of the library's currency.

    ``shelf_key`` puts call numbers in shelf order, by the scheme of its location (libops/catalogue/call_numbers); it is
    empty for a copy without one. ``bay_id`` is a bay it stands in whatever its call number says. ``parts`` is how many
    pieces it has; ``damage`` and ``missing_parts`` are notes beside the status, empty when all is well. ``seen_at`` is
    when it last went over a desk, at ``seen_branch_id``.
    """

    __table_args__ = (
        one_of("status", ItemStatus),
        CheckConstraint("condition IN ('', 'new', 'good', 'worn', 'poor')", name="condition"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("parts > 0", name="parts"),
        Index("ix_item_status_barcode", "status", "barcode"),
        Index("ix_item_shelf", "branch_id", "location_id", "shelf_key", "barcode"),
        Index("ix_item_call_number", "call_number"),
        Index("uq_item_rfid_uid", "rfid_uid", unique=True),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    barcode: str = Field(sa_type=KeyText, unique=True)
    title_id: int = Field(sa_type=RowId, foreign_key="title.id", ondelete="RESTRICT", index=True)
    item_type_id: int = Field(sa_type=RowId, foreign_key="item_type.id", ondelete="RESTRICT")
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    location_id: int | None = Field(default=None, sa_type=RowId, foreign_key="location.id", ondelete="RESTRICT")
    call_number: str = Field(default="", sa_type=KeyText)
    price: int | None = None
    status: str = ItemStatus.AVAILABLE
    parts: int = 1
    damage: str = ""
    missing_parts: str = ""
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    seen_branch_id: int | None = Field(default=None, sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    shelf_key: str = Field(default="", sa_type=KeyText)
    bay_id: int | None = Field(default=None, sa_type=RowId, foreign_key="bay.id", ondelete="SET NULL", index=True)
    rfid_uid: str | None = Field(default=None, sa_type=KeyText)
    volume: str = ""
    condition: str = ""
    note: str = ""
    added_at: datetime | None = Field(default=None, sa_type=Instant)
