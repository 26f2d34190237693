"""Files that were read into the catalogue: how far each came, so that one broken off is gone on with."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import Facts, Instant, KeyText, RowId


class ImportSubject(StrEnum):
    """What a file brings."""

    TITLES = "titles"
    ITEMS = "items"
    PATRONS = "patrons"


class ImportRun(SQLModel, table=True):
    """One file read in. ``fingerprint`` tells the same file again; ``settings`` is how it is read.

    ``position`` is the byte behind the last record that is done, ``records`` how many those are; both are written in
    the transaction of the batch itself. ``ended_at`` is empty while it goes on, or was broken off.
    """

    __tablename__ = "import_run"
    __table_args__ = (one_of("subject", ImportSubject), Index("ix_import_run_fingerprint", "fingerprint"))

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    subject: str
    file: str
    fingerprint: str = Field(sa_type=KeyText)
    size: int = Field(sa_type=RowId)
    # What JSON holds is told by the struct that reads it.
    settings: dict[str, Any] = Field(sa_type=Facts)
    actor: str
    position: int = Field(default=0, sa_type=RowId)
    records: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    bad: int = 0
    items_added: int = 0
    items_changed: int = 0
    items_without_barcode: int = 0
    items_unreadable: int = 0
    begun_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class ImportFault(SQLModel, table=True):
    """A record or row of a file that did not go in, and why, written in the transaction that passed it over.

    ``place`` is its number in the file, from 1; ``start`` its first byte and ``length`` its size; ``reasons`` as the
    journal keeps those of refusals. ``record`` is as the file has it, to be mended and read in again.
    """

    __tablename__ = "import_fault"
    __table_args__ = (Index("uq_import_fault", "import_id", "place", unique=True),)

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    import_id: int = Field(sa_type=RowId, foreign_key="import_run.id", ondelete="CASCADE")
    place: int
    start: int = Field(sa_type=RowId)
    length: int
    # What JSON holds is told by the struct that reads it.
    reasons: list[dict[str, Any]] = Field(sa_type=Facts)
    record: bytes = Field(sa_type=LargeBinary)
