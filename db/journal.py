"""The journal: what happened, in the transaction in which it happened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from db.types import Facts, Instant, KeyText, RowId

_UNPLACED = text("position IS NULL")
_PLACED = text("position IS NOT NULL")
_KEYED = text("request_key IS NOT NULL")
_OF_ITEM = text("item_id IS NOT NULL")
# Joined by OR, those sought together first: SQLite looks for what a statement says among these, word by word.
_OF_MANY = text("kind = 'title.added' OR kind = 'title.changed' OR kind = 'item.batch' OR kind = 'item.batch_undone'")
_OF_ITEMS = text("kind = 'item.batch' OR kind = 'item.edited' OR kind = 'item.changed'")


class Event(SQLModel, table=True):
    """One thing that happened.

    ``position`` is empty until a follower places the row in its reading order (see libops/journal.py). The first event
    of an act that came with a request key carries the key, a digest of the arguments and the answer that was given.
    The patron stands in a column of its own, so that a person can be forgotten without touching the story.
    """

    __table_args__ = (
        Index(
            "uq_event_position",
            "position",
            unique=True,
            sqlite_where=_PLACED,
            postgresql_where=_PLACED,
        ),
        Index(
            "uq_event_request_key",
            "request_key",
            unique=True,
            sqlite_where=_KEYED,
            postgresql_where=_KEYED,
        ),
        Index(
            "ix_event_unplaced",
            "id",
            sqlite_where=_UNPLACED,
            postgresql_where=_UNPLACED,
        ),
        Index("ix_event_item", "item_id", "id", sqlite_where=_OF_ITEM, postgresql_where=_OF_ITEM),
        # What the catalogue looks up by kind or by act; acts of the desk, which are the most, are in neither.
        Index("ix_event_catalogue", "kind", "id", sqlite_where=_OF_MANY, postgresql_where=_OF_MANY),
        Index("ix_event_item_changes", "act", "id", sqlite_where=_OF_ITEMS, postgresql_where=_OF_ITEMS),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    position: int | None = Field(default=None, sa_type=BigInteger)
    act: str = Field(sa_type=KeyText)
    kind: str = Field(sa_type=KeyText)
    at: datetime = Field(sa_type=Instant)
    actor: str = Field(sa_type=KeyText)
    branch_id: int | None = Field(default=None, sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    desk_id: int | None = Field(default=None, sa_type=RowId, foreign_key="desk.id", ondelete="RESTRICT")
    patron_id: int | None = Field(default=None, sa_type=RowId, foreign_key="patron.id", ondelete="RESTRICT")
    item_id: int | None = Field(default=None, sa_type=RowId, foreign_key="item.id", ondelete="RESTRICT")
    loan_id: int | None = Field(default=None, sa_type=RowId, foreign_key="loan.id", ondelete="RESTRICT")
    credential: str | None = Field(default=None, sa_type=KeyText)
    data: dict[str, object] = Field(sa_type=Facts)
    request_key: str | None = Field(default=None, sa_type=KeyText)
    request_digest: str | None = Field(default=None, sa_type=KeyText)


class Era(SQLModel, table=True):
    """A stretch of the journal's life; a restore begins a new one, for a follower may have read past the backup."""

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    name: str = Field(sa_type=KeyText, unique=True)
    begins_after: int = Field(sa_type=BigInteger)
    begun_at: datetime = Field(sa_type=Instant)
