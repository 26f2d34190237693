"""Loan policy and loans."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import Instant, KeyText, RowId


class RenewFrom(StrEnum):
    """From which day a renewal counts its period."""

    TODAY = "today"
    DUE = "due"


class Credential(StrEnum):
    """How a person was identified for an act."""

    CARD = "card"
    TYPED = "typed"
    COMMAND = "command"


class LoanPolicy(SQLModel, table=True):
    """One row of the loan rules; an empty branch, category or type means any, and the row with none is the fallback."""

    __tablename__ = "loan_policy"
    __table_args__ = (
        one_of("renew_from", RenewFrom),
        CheckConstraint("loan_days BETWEEN 0 AND 3650", name="loan_days"),
        CheckConstraint("renewals >= 0", name="renewals"),
        CheckConstraint("type_limit >= 0", name="type_limit"),
        # NULLs are distinct in a unique constraint; the fallback row must be only one all the same.
        Index(
            "uq_loan_policy_row",
            text("coalesce(branch_id, 0)"),
            text("coalesce(category_id, 0)"),
            text("coalesce(item_type_id, 0)"),
            unique=True,
        ),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    branch_id: int | None = Field(default=None, sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    category_id: int | None = Field(
        default=None,
        sa_type=RowId,
        foreign_key="patron_category.id",
        ondelete="RESTRICT",
    )
    item_type_id: int | None = Field(default=None, sa_type=RowId, foreign_key="item_type.id", ondelete="RESTRICT")
    lendable: bool = True
    loan_days: int
    renewals: int
    renew_from: str = RenewFrom.DUE
    type_limit: int | None = None


_OPEN = text("returned_at IS NULL")


class Loan(SQLModel, table=True):
    """One item with one patron, from check-out to check-in; ``status_before`` is what the item goes back to."""

    __table_args__ = (
        one_of("credential", Credential),
        CheckConstraint("renewals >= 0", name="renewals"),
        CheckConstraint("due_at >= opened_at", name="due_at"),
        CheckConstraint("(returned_at IS NULL) = (returned_branch_id IS NULL)", name="returned"),
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
