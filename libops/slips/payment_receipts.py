"""What a payment receipt shows: what one act took from a patron, took off the account, or gave back.

It is gathered from the entries of the account, which never change: a receipt printed again says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import bindparam, func, literal_column, or_, select

from db.money import Account, EntryKind
from db.statement import Statement
from db.tables import BRANCH, DESK, ENTRY, ITEM, PATRON, TITLE
from libops.codes import storable
from libops.people.numbers import find_number
from libops.permissions import Permission
from libops.refusals import Money, Refusal, refuse
from libops.slips.facts import Name, Paid, PaymentReceipt, Settled, masked
from libops.slips.letterhead import Letterhead, letterhead
from libops.work import Look

_SHORT = 8

_WRITTEN = (
    EntryKind.PAYMENT,
    EntryKind.WAIVER,
    EntryKind.CANCELLED,
    EntryKind.REFUND,
    EntryKind.DEPOSIT,
    EntryKind.DEPOSIT_RETURNED,
)
"""The entries that a receipt is about; charges are not."""


class _Row(msgspec.Struct, frozen=True):
    id: int
    kind: str
    charge: str | None
    title: str | None
    barcode: str | None
    amount: int
    method: str | None
    at: datetime
    branch_zh: str
    branch_en: str
    zone: str
    desk_zh: str | None
    desk_en: str | None
    number: str
    name: str
    language: str


class _Receipt(msgspec.Struct, frozen=True):
    receipt: str


class _Left(msgspec.Struct, frozen=True):
    owed: int
    deposit: int


def _left(owed: Any, deposit: Any) -> _Left:  # noqa: ANN401 - PostgreSQL adds up to decimals, SQLite to integers
    return _Left(int(owed), int(deposit))


_OF_PATRON = ENTRY.c.patron_id == bindparam("patron_id")
_ON_RECEIPTS = or_(*(ENTRY.c.kind == literal_column(f"'{kind}'") for kind in _WRITTEN))
_RECEIPTS = select(ENTRY.c.receipt).where(_OF_PATRON, _ON_RECEIPTS).order_by(ENTRY.c.id.desc()).limit(1)
_LAST_RECEIPT = Statement(_RECEIPTS, _Receipt)
_THIS_RECEIPT = Statement(
    _RECEIPTS.where(
        or_(ENTRY.c.receipt == bindparam("wanted"), func.substr(ENTRY.c.receipt, 1, _SHORT) == bindparam("wanted"))
    ),
    _Receipt,
)
_CHARGE = ENTRY.alias("charge")
_LINES = Statement(
    select(
        ENTRY.c.id,
        ENTRY.c.kind,
        _CHARGE.c.kind,
        TITLE.c.title,
        ITEM.c.barcode,
        ENTRY.c.amount,
        ENTRY.c.method,
        ENTRY.c.at,
        BRANCH.c.name_zh,
        BRANCH.c.name_en,
        BRANCH.c.zone,
        DESK.c.name_zh,
        DESK.c.name_en,
        PATRON.c.number,
        PATRON.c.name,
        PATRON.c.language,
    )
    .select_from(
        ENTRY.join(PATRON, PATRON.c.id == ENTRY.c.patron_id)
        .join(BRANCH, BRANCH.c.id == ENTRY.c.branch_id)
        .outerjoin(DESK, DESK.c.id == ENTRY.c.desk_id)
        .outerjoin(_CHARGE, _CHARGE.c.id == ENTRY.c.charge_id)
        .outerjoin(ITEM, ITEM.c.id == func.coalesce(ENTRY.c.item_id, _CHARGE.c.item_id))
        .outerjoin(TITLE, TITLE.c.id == ITEM.c.title_id)
    )
    .where(_OF_PATRON, _ON_RECEIPTS, ENTRY.c.receipt == bindparam("receipt"))
    .order_by(ENTRY.c.id),
    _Row,
)
# An account as it stood after an entry: a patron's entries are written one act after the other.
_UP_TO = ENTRY.c.id <= bindparam("last")
_OPEN_CHARGES = (
    select(func.sum(ENTRY.c.amount).label("amount"))
    .where(_OF_PATRON, _UP_TO, ENTRY.c.account == literal_column(f"'{Account.FEES}'"))
    .group_by(func.coalesce(ENTRY.c.charge_id, ENTRY.c.id))
    .having(func.sum(ENTRY.c.amount) > 0)
    .subquery()
)
_DEPOSIT = select(-func.coalesce(func.sum(ENTRY.c.amount), 0)).where(
    _OF_PATRON, _UP_TO, ENTRY.c.account == literal_column(f"'{Account.DEPOSIT}'")
)
_STOOD = Statement(
    select(
        select(func.coalesce(func.sum(_OPEN_CHARGES.c.amount), 0)).scalar_subquery(),
        _DEPOSIT.scalar_subquery(),
    ),
    _left,
)


def short_number(receipt: str) -> str:
    """A receipt's number as people read it: ``3F2A-9C11``, the beginning of its act's id."""
    return f"{receipt[:4]}-{receipt[4:_SHORT]}".upper()


def payment_receipt(look: Look, *, patron_number: str, receipt: str = "") -> PaymentReceipt:
    """The receipt of one act on a patron's account: of the act with this id or receipt number, or of the last one.

    Refusals: ``patron.unknown``, ``slip.no_receipt``, ``code.*``, ``permission.missing``.
    """
    look.require(Permission.SEE_PATRONS)
    patron_id = find_number(look.transaction, patron_number)
    if patron_id is None:
        raise Refusal([look.patterns.why_not_patron(patron_number)])
    wanted = receipt.replace("-", "").lower() if storable(receipt) else "?"
    if wanted:
        found = look.transaction.maybe(_THIS_RECEIPT, patron_id=patron_id, wanted=wanted)
    else:
        found = look.transaction.maybe(_LAST_RECEIPT, patron_id=patron_id)
    if found is None:
        raise refuse("slip.no_receipt")
    rows = look.transaction.all(_LINES, patron_id=patron_id, receipt=found.receipt)
    stood = look.transaction.one(_STOOD, patron_id=patron_id, last=rows[-1].id)
    return _made_of(rows, letterhead(look), found.receipt, stood)


def _made_of(rows: Sequence[_Row], head: Letterhead, receipt: str, stood: _Left) -> PaymentReceipt:
    first, zone = rows[0], ZoneInfo(rows[0].zone)

    def money(minor: int) -> Money:
        return Money(minor, head.currency)

    by_method: dict[str, int] = {}
    for row in rows:
        if row.method is not None:
            by_method[row.method] = by_method.get(row.method, 0) - row.amount
    return PaymentReceipt(
        library=head.library,
        branch=Name(first.branch_zh, first.branch_en),
        desk=Name(first.desk_zh or "", first.desk_en or ""),
        at=first.at.astimezone(zone),
        number=short_number(receipt),
        patron=masked(first.name, first.number, first.language),
        lines=[
            Settled(
                kind=row.kind,
                charge=row.charge or "",
                title=row.title or "",
                barcode=row.barcode or "",
                amount=money(-row.amount),
            )
            for row in rows
        ],
        payments=[Paid(method=method, amount=money(amount)) for method, amount in by_method.items()],
        total=money(sum(by_method.values())),
        left=money(stood.owed),
        deposit=money(stood.deposit),
    )
