"""What patrons owe and have paid: entries that are written once, and the closings of the desks that took the money."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.base import one_of
from db.types import Instant, KeyText, RowId


class Account(StrEnum):
    """Which of a patron's two accounts: what is owed, and what is held as a deposit."""

    FEES = "fees"
    DEPOSIT = "deposit"


class EntryKind(StrEnum):
    """What an entry is. The first five are charges; the next four settle one; the last two are deposits."""

    FINE = "fine"
    LOST = "lost"
    PROCESSING = "processing"
    DAMAGE = "damage"
    FEE = "fee"
    PAYMENT = "payment"
    WAIVER = "waiver"
    CANCELLED = "cancelled"
    REFUND = "refund"
    DEPOSIT = "deposit"
    DEPOSIT_RETURNED = "deposit_returned"


class Method(StrEnum):
    """How money changed hands."""

    CASH = "cash"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CAMPUS_CARD = "campus_card"


_SETTLES = text("charge_id IS NOT NULL")
_MONEY = text("method IS NOT NULL")
_OF_LOAN = text("loan_id IS NOT NULL")


class Entry(SQLModel, table=True):
    """One entry of a patron's account, in minor units: positive when the patron owes more by it, negative when less.

    Entries are never changed; a balance is their sum. ``charge_id`` is the charge that a payment, waiver, cancellation
    or refund belongs to, ``payer_id`` who paid where that was another patron, ``receipt`` the act that wrote it.
    """

    __table_args__ = (
        one_of("account", Account),
        one_of("kind", EntryKind),
        one_of("method", Method),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint(
            "(amount > 0) = (kind IN ('fine', 'lost', 'processing', 'damage', 'fee', 'refund', 'deposit_returned'))",
            name="sign",
        ),
        CheckConstraint(
            "(charge_id IS NULL) = (kind NOT IN ('payment', 'waiver', 'cancelled', 'refund'))", name="settles"
        ),
        CheckConstraint(
            "(method IS NOT NULL) = (kind IN ('payment', 'refund', 'deposit', 'deposit_returned'))", name="money"
        ),
        CheckConstraint("(account = 'deposit') = (kind IN ('deposit', 'deposit_returned'))", name="deposit"),
        Index("ix_entry_patron", "patron_id", "id"),
        Index("ix_entry_charge", "charge_id", sqlite_where=_SETTLES, postgresql_where=_SETTLES),
        Index("ix_entry_loan", "loan_id", sqlite_where=_OF_LOAN, postgresql_where=_OF_LOAN),
        Index("ix_entry_desk", "desk_id", "id", sqlite_where=_MONEY, postgresql_where=_MONEY),
    )

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    account: str = Field(default=Account.FEES, sa_type=KeyText)
    kind: str = Field(sa_type=KeyText)
    amount: int = Field(sa_type=BigInteger)
    patron_id: int = Field(sa_type=RowId, foreign_key="patron.id", ondelete="RESTRICT")
    charge_id: int | None = Field(default=None, sa_type=RowId, foreign_key="entry.id", ondelete="RESTRICT")
    item_id: int | None = Field(default=None, sa_type=RowId, foreign_key="item.id", ondelete="RESTRICT")
    loan_id: int | None = Field(default=None, sa_type=RowId, foreign_key="loan.id", ondelete="RESTRICT")
    method: str | None = Field(default=None, sa_type=KeyText)
    payer_id: int | None = Field(default=None, sa_type=RowId, foreign_key="patron.id", ondelete="RESTRICT")
    at: datetime = Field(sa_type=Instant)
    actor: str = Field(sa_type=KeyText)
    branch_id: int = Field(sa_type=RowId, foreign_key="branch.id", ondelete="RESTRICT")
    desk_id: int | None = Field(default=None, sa_type=RowId, foreign_key="desk.id", ondelete="RESTRICT")
    receipt: str = Field(sa_type=KeyText)
    note: str = ""


class TillClosing(SQLModel, table=True):
    """A desk's money was counted: everything it took since its last closing, up to the entry ``upto_entry_id``.

    Where nothing went in or out and yet something was missing or too much, that is the entry of the closing before.
    """

    __tablename__ = "till_closing"
    __table_args__ = (Index("ix_till_closing_desk", "desk_id", "upto_entry_id", "id"),)

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    desk_id: int = Field(sa_type=RowId, foreign_key="desk.id", ondelete="RESTRICT")
    upto_entry_id: int = Field(sa_type=BigInteger)
    closed_at: datetime = Field(sa_type=Instant)
    actor: str = Field(sa_type=KeyText)
    note: str = ""


class TillCount(SQLModel, table=True):
    """What a closing expected of one way to pay, and what was counted."""

    __tablename__ = "till_count"
    __table_args__ = (one_of("method", Method), UniqueConstraint("closing_id", "method"))

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    closing_id: int = Field(sa_type=RowId, foreign_key="till_closing.id", ondelete="RESTRICT")
    method: str = Field(sa_type=KeyText)
    expected: int = Field(sa_type=BigInteger)
    counted: int = Field(sa_type=BigInteger)
