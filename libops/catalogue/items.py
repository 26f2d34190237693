"""Items: what a barcode stands for, where it belongs, whether it is in."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import bindparam, select

from db.catalogue import ItemStatus
from db.statement import Statement
from db.tables import BRANCH, ITEM, ITEM_TYPE, LOAN, LOCATION, PATRON, TITLE
from libops.codes import storable
from libops.pages import Page, bounded, page_of
from libops.permissions import Permission
from libops.refusals import Refusal
from libops.work import Look


class ItemView(msgspec.Struct, frozen=True):
    """An item as lists show it; ``price`` is in minor units of the library's currency."""

    barcode: str
    status: ItemStatus
    title: str
    title_alt: str
    author: str
    call_number: str
    item_type: str
    branch_code: str
    location_code: str | None
    location_zh: str | None
    location_en: str | None
    isbn: str | None
    price: int | None


class OnLoan(msgspec.Struct, frozen=True):
    """Who has an item and until when; ``due_on`` is a day of the branch that lent it."""

    due_on: date
    patron_number: str | None
    patron_name: str | None


class ItemCard(msgspec.Struct, frozen=True):
    """An item and, when it is lent, its loan."""

    item: ItemView
    loan: OnLoan | None


class _LoanRow(msgspec.Struct, frozen=True):
    due_at: datetime
    zone: str
    number: str
    name: str


_LOAN_OF = Statement(
    select(LOAN.c.due_at, BRANCH.c.zone, PATRON.c.number, PATRON.c.name)
    .select_from(
        LOAN.join(ITEM, ITEM.c.id == LOAN.c.item_id)
        .join(BRANCH, BRANCH.c.id == LOAN.c.branch_id)
        .join(PATRON, PATRON.c.id == LOAN.c.patron_id)
    )
    .where(ITEM.c.barcode == bindparam("barcode"), LOAN.c.returned_at.is_(None)),
    _LoanRow,
)
_ITEMS = select(
    ITEM.c.barcode,
    ITEM.c.status,
    TITLE.c.title,
    TITLE.c.title_alt,
    TITLE.c.author,
    ITEM.c.call_number,
    ITEM_TYPE.c.code,
    BRANCH.c.code,
    LOCATION.c.code,
    LOCATION.c.name_zh,
    LOCATION.c.name_en,
    TITLE.c.isbn,
    ITEM.c.price,
).select_from(
    ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id)
    .join(ITEM_TYPE, ITEM_TYPE.c.id == ITEM.c.item_type_id)
    .join(BRANCH, BRANCH.c.id == ITEM.c.branch_id)
    .outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
)
_PAGE = _ITEMS.where(ITEM.c.barcode > bindparam("after")).order_by(ITEM.c.barcode).limit(bindparam("most"))
_ONE = Statement(_ITEMS.where(ITEM.c.barcode == bindparam("barcode")), ItemView)
_LIST = Statement(_PAGE, ItemView)
_LIST_BY_STATUS = Statement(_PAGE.where(ITEM.c.status == bindparam("status")), ItemView)


def find(look: Look, barcode: str) -> ItemView | None:
    """The item with this barcode; None where there is none."""
    return look.transaction.maybe(_ONE, barcode=barcode) if storable(barcode) else None


def show(look: Look, barcode: str) -> ItemView:
    """The item with this barcode. Refuses with ``item.unknown``, or what else is wrong with the barcode."""
    found = find(look, barcode)
    if found is None:
        raise Refusal([look.patterns.why_not_item(barcode)])
    return found


def show_card(look: Look, barcode: str) -> ItemCard:
    """The item with this barcode and its open loan; the borrower only for who may see patrons. Refuses as ``show``."""
    item = show(look, barcode)
    row = look.transaction.maybe(_LOAN_OF, barcode=barcode)
    if row is None:
        return ItemCard(item, None)
    due_on = row.due_at.astimezone(ZoneInfo(row.zone)).date()
    seen = Permission.SEE_PATRONS in look.actor.permissions
    return ItemCard(item, OnLoan(due_on, row.number if seen else None, row.name if seen else None))


def list_items(look: Look, *, status: ItemStatus | None = None, after: str = "", limit: int = 100) -> Page[ItemView]:
    """Items by barcode, of one status or of all."""
    limit = bounded(limit)
    if status is None:
        rows = look.transaction.all(_LIST, after=after, most=limit + 1)
    else:
        rows = look.transaction.all(_LIST_BY_STATUS, after=after, most=limit + 1, status=status)
    return page_of(rows, limit, lambda row: row.barcode)
