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
from libops.slips.facts import Name, Paid, PaymentReceipt, Person, Settled, masked
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
    payer_number: str | None
    payer_name: str | None
    payer_language: str | None


class _Receipt(msgspec.Struct, frozen=True):
    receipt: str
    patron_id: int


class _Left(msgspec.Struct, frozen=True):
    owed: int
    deposit: int


def _left(owed: Any, deposit: Any) -> _Left:  # noqa: ANN401 - PostgreSQL adds up to decimals, SQLite to integers
    return _Left(int(owed), int(deposit))


_OF_PATRON = ENTRY.c.patron_id == bindparam("patron_id")
_ON_RECEIPTS = or_(*(ENTRY.c.kind == literal_column(f"'{kind}'") for kind in _WRITTEN))
_RECEIPTS = select(ENTRY.c.receipt, ENTRY.c.patron_id).where(_ON_RECEIPTS).order_by(ENTRY.c.id.desc()).limit(1)
_WANTED = or_(
    bindparam("wanted") == "",
    ENTRY.c.receipt == bindparam("wanted"),
    func.substr(ENTRY.c.receipt, 1, _SHORT) == bindparam("wanted"),
)
_RECEIPT = Statement(_RECEIPTS.where(_OF_PATRON, _WANTED), _Receipt)
# Asked only where the patron's own account has none: what was paid for others is not found by an index.
_RECEIPT_AS_PAYER = Statement(_RECEIPTS.where(ENTRY.c.payer_id == bindparam("patron_id"), _WANTED), _Receipt)
_CHARGE, _PAYER = ENTRY.alias("charge"), PATRON.alias("payer")
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
        _PAYER.c.number,
        _PAYER.c.name,
        _PAYER.c.language,
    )
    .select_from(
        ENTRY.join(PATRON, PATRON.c.id == ENTRY.c.patron_id)
        .join(BRANCH, BRANCH.c.id == ENTRY.c.branch_id)
        .outerjoin(DESK, DESK.c.id == ENTRY.c.desk_id)
        .outerjoin(_CHARGE, _CHARGE.c.id == ENTRY.c.charge_id)
        .outerjoin(_PAYER, _PAYER.c.id == ENTRY.c.payer_id)
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

    Where the account has none, that of what the patron paid for somebody else.

    Refusals: ``patron.unknown``, ``slip.no_receipt``, ``code.*``, ``permission.missing``.
    """
    look.require(Permission.SEE_PATRONS)
    patron_id = find_number(look.transaction, patron_number)
    if patron_id is None:
        raise Refusal([look.patterns.why_not_patron(patron_number)])
    wanted = receipt.replace("-", "").lower() if storable(receipt) else "?"
    tx = look.transaction
    found = tx.maybe(_RECEIPT, patron_id=patron_id, wanted=wanted) or tx.maybe(
        _RECEIPT_AS_PAYER, patron_id=patron_id, wanted=wanted
    )
    if found is None:
        raise refuse("slip.no_receipt")
    rows = tx.all(_LINES, patron_id=found.patron_id, receipt=found.receipt)
    stood = tx.one(_STOOD, patron_id=found.patron_id, last=rows[-1].id)
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
        payers=_payers(rows),
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


def _payers(rows: Sequence[_Row]) -> list[Person]:
    """Who else paid or was paid back, each once and in the order of the lines."""
    people = {
        row.payer_number: masked(row.payer_name or "", row.payer_number, row.payer_language or row.language)
        for row in rows
        if row.payer_number is not None
    }
    return list(people.values())
