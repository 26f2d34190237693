"""Patrons: who they are, what they have, and what stands against lending to them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import bindparam, func, select

from db.statement import Statement
from db.tables import BRANCH, CATEGORY, ITEM, LOAN, PATRON, TITLE
from libops.codes import storable
from libops.pages import Page, bounded, page_of
from libops.permissions import Permission
from libops.refusals import Refusal
from libops.work import Look


class Standing(StrEnum):
    """A patron's status as it is today: what staff set, or a card that has run out."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    EXPIRED = "expired"


class PatronView(msgspec.Struct, frozen=True):
    """A patron as panels and lists show them; dates are those of the place that looks."""

    number: str
    name: str
    status: Standing
    category_zh: str
    category_en: str
    branch_code: str
    expires_on: date
    note: str
    language: str
    loans: int
    loans_limit: int
    overdue: int


class LoanView(msgspec.Struct, frozen=True):
    """An open loan in a patron's account; ``due_on`` is a day of the branch that lent it."""

    barcode: str
    title: str
    due_on: date
    overdue: bool
    renewals: int


_LOANS = (
    select(func.count()).select_from(LOAN).where(LOAN.c.patron_id == PATRON.c.id, LOAN.c.returned_at.is_(None))
).correlate(PATRON)
_PATRONS = select(
    PATRON.c.number,
    PATRON.c.name,
    PATRON.c.status,
    CATEGORY.c.name_zh,
    CATEGORY.c.name_en,
    BRANCH.c.code,
    PATRON.c.expires_on,
    PATRON.c.note,
    PATRON.c.language,
    _LOANS.scalar_subquery(),
    CATEGORY.c.loans_limit,
    _LOANS.where(LOAN.c.due_at < bindparam("now")).scalar_subquery(),
).select_from(
    PATRON.join(CATEGORY, CATEGORY.c.id == PATRON.c.category_id).join(BRANCH, BRANCH.c.id == PATRON.c.branch_id)
)
_ONE = Statement(_PATRONS.where(PATRON.c.number == bindparam("number")), PatronView)
_LIST = Statement(
    _PATRONS.where(PATRON.c.number > bindparam("after")).order_by(PATRON.c.number).limit(bindparam("most")),
    PatronView,
)


class _LoanRow(msgspec.Struct, frozen=True):
    barcode: str
    title: str
    due_at: datetime
    renewals: int
    zone: str


_ACCOUNT = Statement(
    select(ITEM.c.barcode, TITLE.c.title, LOAN.c.due_at, LOAN.c.renewals, BRANCH.c.zone)
    .select_from(
        LOAN.join(PATRON, PATRON.c.id == LOAN.c.patron_id)
        .join(ITEM, ITEM.c.id == LOAN.c.item_id)
        .join(TITLE, TITLE.c.id == ITEM.c.title_id)
        .join(BRANCH, BRANCH.c.id == LOAN.c.branch_id)
    )
    .where(PATRON.c.number == bindparam("number"), LOAN.c.returned_at.is_(None))
    .order_by(LOAN.c.due_at, LOAN.c.id),
    _LoanRow,
)


def find(look: Look, number: str) -> PatronView | None:
    """The patron with this number; None where there is none. Refuses without the permission to see patrons."""
    look.require(Permission.SEE_PATRONS)
    row = look.transaction.maybe(_ONE, number=number, now=look.now) if storable(number) else None
    return None if row is None else _as_of(row, look.today)


def show(look: Look, number: str) -> PatronView:
    """The patron with this number. Refuses with ``patron.unknown``, or what else is wrong with the number."""
    found = find(look, number)
    if found is None:
        raise Refusal([look.patterns.why_not_patron(number)])
    return found


def open_loans(look: Look, number: str) -> list[LoanView]:
    """What a patron has on loan, soonest due first."""
    look.require(Permission.SEE_PATRONS)
    rows = look.transaction.all(_ACCOUNT, number=number) if storable(number) else []
    return [
        LoanView(
            row.barcode,
            row.title,
            row.due_at.astimezone(ZoneInfo(row.zone)).date(),
            row.due_at < look.now,
            row.renewals,
        )
        for row in rows
    ]


def list_patrons(look: Look, *, after: str = "", limit: int = 100) -> Page[PatronView]:
    """Patrons by number."""
    look.require(Permission.SEE_PATRONS)
    limit = bounded(limit)
    rows = look.transaction.all(_LIST, after=after, most=limit + 1, now=look.now)
    return page_of([_as_of(row, look.today) for row in rows], limit, lambda row: row.number)


def _as_of(row: PatronView, today: date) -> PatronView:
    status = Standing(row.status)
    if status is Standing.ACTIVE and row.expires_on < today:
        status = Standing.EXPIRED
    return msgspec.structs.replace(row, status=status)
