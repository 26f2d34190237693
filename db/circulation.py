"""Loans, requests for what is lent or far away, and transfers between branches."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import Instant, KeyText, RowId


class Credential(StrEnum):
    """How a person was identified for an act."""

    CARD = "card"
    TYPED = "typed"
    COMMAND = "command"


class LostAs(StrEnum):
    """How an open loan's item came to count as lost: said so, overdue for too long, or said to be back already."""

    DECLARED = "declared"
    AGED = "aged"
    CLAIMED = "claimed"


class ClosedAs(StrEnum):
    """How a loan ended."""

    RETURNED = "returned"
    LOST_PAID = "lost_paid"
    WRITTEN_OFF = "written_off"
    UNDONE = "undone"


_OPEN = text("returned_at IS NULL")
_LOST = text("lost_at IS NOT NULL")


class Loan(SQLModel, table=True):
    """One item with one patron, from check-out to check-in; ``status_before`` is what the item goes back to.

    ``returned_at`` is when the loan ended, however it did. While ``lost_at`` is set on an open loan its item counts as
    lost. ``overdue_told_at`` is when the journal was told that it is overdue; a renewal empties it.
    """

    __table_args__ = (
        one_of("credential", Credential),
        one_of("lost_as", LostAs),
        one_of("closed_as", ClosedAs),
        CheckConstraint("renewals >= 0", name="renewals"),
        CheckConstraint("due_at >= opened_at", name="due_at"),
        CheckConstraint("(returned_at IS NULL) = (returned_branch_id IS NULL)", name="returned"),
        CheckConstraint("(returned_at IS NULL) = (closed_as IS NULL)", name="closed"),
        CheckConstraint("(lost_at IS NULL) = (lost_as IS NULL)", name="lost"),
        # One open loan per item: whoever loses a race loses it here.
        Index(
            "uq_loan_open_item",
            "item_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_loan_open_patron",
            "patron_id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_loan_open_due", "due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_loan_lost_item", "item_id", sqlite_where=_LOST, postgresql_where=_LOST),
        Index("ix_loan_item", "item_id", "id"),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    item_id: int = Field(sa_type=RowId, foreign_key="item.id", ondelete="RESTRICT")
    patron_id: int = Field(sa_type=RowId, foreign_key="patron.id", ondelete="RESTRICT")
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    desk_id: int | None = Field(default=None, sa_type=RowId, foreign_key="desk.id", ondelete="RESTRICT")
    credential: str = Field(default=Credential.CARD, sa_type=KeyText)
    status_before: str = Field(sa_type=KeyText)
    opened_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    renewals: int = 0
    renewed_at: datetime | None = Field(default=None, sa_type=Instant)
    returned_at: datetime | None = Field(default=None, sa_type=Instant)
    returned_branch_id: int | None = Field(default=None, sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    closed_as: str | None = Field(default=None, sa_type=KeyText)
    lost_at: datetime | None = Field(default=None, sa_type=Instant)
    lost_as: str | None = Field(default=None, sa_type=KeyText)
    recalled_at: datetime | None = Field(default=None, sa_type=Instant)
    overdue_told_at: datetime | None = Field(default=None, sa_type=Instant)


class RequestKind(StrEnum):
    """What a request asks for: the next copy that comes back, a copy to be fetched from its shelf, or a copy early."""

    HOLD = "hold"
    PAGE = "page"
    RECALL = "recall"


class RequestStatus(StrEnum):
    """Where a request is. The first three are open; it then ended as filled, cancelled, unfilled or not picked up."""

    OPEN = "open"
    IN_TRANSIT = "in_transit"
    AWAITING_PICKUP = "awaiting_pickup"
    FILLED = "filled"
    CANCELLED = "cancelled"
    UNFILLED = "unfilled"
    PICKUP_EXPIRED = "pickup_expired"


_LIVE = text("closed_at IS NULL")
_WAITING = text("closed_at IS NULL AND held_item_id IS NULL")
_HELD = text("closed_at IS NULL AND held_item_id IS NOT NULL")
_SHELVED = text("closed_at IS NULL AND shelf_number IS NOT NULL")
_GIVEN = text("held_item_id IS NOT NULL")


class Request(SQLModel, table=True):
    """A patron's wish for a title, or for one item of it, to be picked up at ``branch_id``.

    ``position`` orders the title's queue (smaller is earlier; no two need be neighbours). It waits from ``starts_at``
    until ``ends_at``, unless suspended (until ``suspended_until``, or until somebody ends it). ``held_item_id`` is the
    copy that was set aside for it; ``shelf_until`` the last moment it stays on the hold shelf, at ``shelf_number``.
    """

    __table_args__ = (
        one_of("kind", RequestKind),
        one_of("status", RequestStatus),
        CheckConstraint("(closed_at IS NULL) = (status IN ('open', 'in_transit', 'awaiting_pickup'))", name="closed"),
        CheckConstraint("status NOT IN ('in_transit', 'awaiting_pickup') OR held_item_id IS NOT NULL", name="held"),
        CheckConstraint("status <> 'open' OR held_item_id IS NULL", name="waiting"),
        CheckConstraint("status <> 'awaiting_pickup' OR shelf_until IS NOT NULL", name="shelf"),
        # A patron waits once for a title, or once for each item of it.
        Index(
            "uq_request_open",
            "patron_id",
            "title_id",
            text("coalesce(item_id, 0)"),
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        # A copy is set aside for one request.
        Index("uq_request_held_item", "held_item_id", unique=True, sqlite_where=_HELD, postgresql_where=_HELD),
        # Two parcels never lie at one number of a hold shelf.
        Index(
            "uq_request_shelf",
            "branch_id",
            "shelf_number",
            unique=True,
            sqlite_where=_SHELVED,
            postgresql_where=_SHELVED,
        ),
        Index("ix_request_queue", "title_id", "position", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_request_patron", "patron_id", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_request_branch", "branch_id", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_request_shelved", "branch_id", "held_at", sqlite_where=_SHELVED, postgresql_where=_SHELVED),
        Index("ix_request_shelf_until", "shelf_until", sqlite_where=_SHELVED, postgresql_where=_SHELVED),
        # Only where there is a copy: SQLite takes an index full of those who wait for one that tells them apart.
        Index("ix_request_past_item", "held_item_id", "id", sqlite_where=_GIVEN, postgresql_where=_GIVEN),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    kind: str = Field(default=RequestKind.HOLD, sa_type=KeyText)
    status: str = Field(default=RequestStatus.OPEN, sa_type=KeyText)
    title_id: int = Field(sa_type=RowId, foreign_key="title.id", ondelete="RESTRICT")
    item_id: int | None = Field(default=None, sa_type=RowId, foreign_key="item.id", ondelete="RESTRICT")
    patron_id: int = Field(sa_type=RowId, foreign_key="patron.id", ondelete="RESTRICT")
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    position: int = Field(sa_type=BigInteger)
    placed_at: datetime = Field(sa_type=Instant)
    starts_at: datetime | None = Field(default=None, sa_type=Instant)
    ends_at: datetime | None = Field(default=None, sa_type=Instant)
    suspended: bool = False
    suspended_until: datetime | None = Field(default=None, sa_type=Instant)
    held_item_id: int | None = Field(default=None, sa_type=RowId, foreign_key="item.id", ondelete="RESTRICT")
    held_at: datetime | None = Field(default=None, sa_type=Instant)
    shelf_until: datetime | None = Field(default=None, sa_type=Instant)
    shelf_number: int | None = None
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    note: str = ""


class TransferReason(StrEnum):
    """Why an item goes to another branch."""

    MANUAL = "manual"
    HOLD = "hold"
    RETURN_HOME = "return_home"
    REALLOCATION = "reallocation"
    ORDER = "order"
    REPATRIATION = "repatriation"
    HOLD_CANCELLED = "hold_cancelled"


class TransferStatus(StrEnum):
    """Where a transfer is. The first two are under way."""

    REQUESTED = "requested"
    SENT = "sent"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


_UNDER_WAY = text("ended_at IS NULL")


class Transfer(SQLModel, table=True):
    """An item's way from one branch to another; ``request_id`` is the request it is made for, if any."""

    __table_args__ = (
        one_of("reason", TransferReason),
        one_of("status", TransferStatus),
        CheckConstraint("(ended_at IS NULL) = (status IN ('requested', 'sent'))", name="ended"),
        CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name="sent"),
        # One active transfer per item.
        Index("uq_transfer_active_item", "item_id", unique=True, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),
        Index("ix_transfer_to", "to_branch_id", "id", sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),
        Index("ix_transfer_from", "from_branch_id", "id", sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    item_id: int = Field(sa_type=RowId, foreign_key="item.id", ondelete="RESTRICT")
    from_branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    to_branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    reason: str = Field(sa_type=KeyText)
    status: str = Field(sa_type=KeyText)
    request_id: int | None = Field(default=None, sa_type=RowId, foreign_key="request.id", ondelete="RESTRICT")
    requested_at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    note: str = ""
