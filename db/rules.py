"""The rules that decide loans: the policy matrix, and what blocks stop."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import RowId


class RenewFrom(StrEnum):
    """From which day a renewal counts its period."""

    TODAY = "today"
    DUE = "due"


class PeriodKind(StrEnum):
    """How a loan's period is given: so many days or hours, the end of the lending day, or one day for all."""

    DAYS = "days"
    HOURS = "hours"
    DAY_END = "day_end"
    FIXED = "fixed"


class ClosedDue(StrEnum):
    """Where a due date goes that falls into a time when the branch is closed."""

    FORWARD = "forward"
    BACK = "back"
    KEEP = "keep"


class FineUnit(StrEnum):
    """What a fine counts."""

    DAY = "day"
    HOUR = "hour"


class LoanPolicy(SQLModel, table=True):
    """One row of the loan rules; an empty branch, category or type means any, and the row with none is the fallback.

    ``period`` is in days or hours by ``period_kind`` (0 for the other kinds). ``fixed_on`` is the due day of the kind
    ``fixed``, and of the others the last day of a term, beyond which nothing is lent; empty: no such day.
    ``renew_before`` says how many days (hours, of an hourly loan) before it falls due a loan may be renewed; empty: at
    any time. ``grace`` counts the fine's units, open ones only where ``grace_open``; beyond it
    ``fine_amount`` is due for each begun ``fine_every`` units, open days only where ``fine_open``, those of the grace
    too where ``fine_grace``, up to ``fine_cap``. ``recall_minimum`` days are guaranteed to a borrower (empty: loans are
    not recalled), and ``recall_days`` to bring the item back. ``lost_after`` days overdue a loan counts as lost (empty:
    never); ``lost_fee`` is asked where the item has no price; ``refund_days`` after it was lost an item that comes back
    is refunded (empty: never). Amounts are in minor units of the library's currency.
    """

    __tablename__ = "loan_policy"
    __table_args__ = (
        one_of("renew_from", RenewFrom),
        one_of("period_kind", PeriodKind),
        one_of("closed_due", ClosedDue),
        one_of("fine_unit", FineUnit),
        CheckConstraint("period BETWEEN 0 AND 3650", name="period"),
        CheckConstraint("period_kind <> 'fixed' OR fixed_on IS NOT NULL", name="fixed_on"),
        CheckConstraint("period_kind <> 'hours' OR period > 0", name="hours"),
        CheckConstraint("renewals >= 0", name="renewals"),
        CheckConstraint("type_limit >= 0", name="type_limit"),
        CheckConstraint("renew_before >= 0", name="renew_before"),
        CheckConstraint("grace BETWEEN 0 AND 3650", name="grace"),
        CheckConstraint("fine_every BETWEEN 1 AND 3650", name="fine_every"),
        CheckConstraint("fine_amount >= 0 AND fine_cap >= 0", name="fine"),
        CheckConstraint("shelf_days BETWEEN 0 AND 365", name="shelf_days"),
        CheckConstraint("recall_minimum >= 0 AND recall_days >= 0", name="recall"),
        CheckConstraint("lost_after > 0", name="lost_after"),
        CheckConstraint("lost_fee >= 0 AND processing_fee >= 0", name="lost_fee"),
        CheckConstraint("refund_days >= 0", name="refund_days"),
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
    period: int
    renewals: int
    renew_from: str = RenewFrom.DUE
    type_limit: int | None = None
    period_kind: str = PeriodKind.DAYS
    fixed_on: date | None = None
    closed_due: str = ClosedDue.FORWARD
    renew_before: int | None = None
    grace: int = 0
    grace_open: bool = True
    fine_unit: str = FineUnit.DAY
    fine_every: int = 1
    fine_amount: int = 0
    fine_cap: int | None = None
    fine_open: bool = True
    fine_grace: bool = False
    holdable: bool = True
    shelf_days: int = 7
    recall_minimum: int | None = None
    recall_days: int = 7
    lost_after: int | None = None
    lost_fee: int | None = None
    processing_fee: int = 0
    refund_days: int | None = None


class BlockKind(StrEnum):
    """What may stand against a patron: staff's own block, a card that ran out, overdue loans, money owed."""

    MANUAL = "manual"
    EXPIRED = "expired"
    OVERDUE = "overdue"
    OWES = "owes"


class BlockRule(SQLModel, table=True):
    """From when a kind of block stands, and which acts it stops; a category's own row outweighs the one for all.

    ``threshold`` is overdue loans or minor units owed, from which on the block stands.
    """

    __tablename__ = "block_rule"
    __table_args__ = (
        one_of("kind", BlockKind),
        CheckConstraint("(kind IN ('overdue', 'owes')) = (threshold IS NOT NULL)", name="threshold_where_counted"),
        CheckConstraint("threshold > 0", name="threshold"),
        Index("uq_block_rule_row", text("coalesce(category_id, 0)"), "kind", unique=True),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    category_id: int | None = Field(default=None, sa_type=RowId, foreign_key="patron_category.id", ondelete="RESTRICT")
    kind: str
    threshold: int | None = None
    stops_lending: bool = True
    stops_renewing: bool = True
    stops_holds: bool = True
