"""Every entry of a patron's account, as it was written; to whom a refund went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import bindparam, func, select

from db.money import EntryKind, Method
from db.statement import Statement
from db.tables import BRANCH, DESK, ENTRY, ITEM, LIBRARY, PATRON, STAFF, TITLE
from libops.circulation.rules import standing
from libops.money.open_charges import patron_of, word
from libops.pages import Page, bounded, page_of, row_before
from libops.people.staff import is_actor
from libops.work import Look


class EntryView(msgspec.Struct, frozen=True):
    """One entry of an account: positive when the patron owes more by it, negative when less.

    ``charge_id`` is the charge that it settles, ``payer_*`` who paid or was paid back where that was another patron,
    ``receipt`` the act that wrote it, ``staff_name`` who did, where that was a member of staff; ``on`` is a day of the
    branch where it was written.
    """

    entry_id: int
    kind: EntryKind
    amount: int
    charge_id: int | None
    method: Method | None
    at: datetime
    on: date
    branch_code: str
    branch_zh: str
    branch_en: str
    desk_code: str | None
    desk_zh: str | None
    desk_en: str | None
    actor: str
    receipt: str
    payer_number: str | None
    payer_name: str | None
    barcode: str | None
    title: str | None
    note: str
    staff_name: str | None = None


class PaidBack(msgspec.Struct, frozen=True):
    """Somebody who was paid back, and how much."""

    number: str
    name: str
    amount: int


class _EntryRow(msgspec.Struct, frozen=True):
    id: int
    kind: str
    amount: int
    charge_id: int | None
    method: str | None
    at: datetime
    branch_id: int
    branch_code: str
    branch_zh: str
    branch_en: str
    desk_code: str | None
    desk_zh: str | None
    desk_en: str | None
    actor: str
    receipt: str
    payer_number: str | None
    payer_name: str | None
    barcode: str | None
    title: str | None
    note: str
    staff_name: str | None
    rules_version: int


_PAYER = PATRON.alias("payer")
_ENTRIES = Statement(
    select(
        ENTRY.c.id,
        ENTRY.c.kind,
        ENTRY.c.amount,
        ENTRY.c.charge_id,
        ENTRY.c.method,
        ENTRY.c.at,
        ENTRY.c.branch_id,
        BRANCH.c.code,
        BRANCH.c.name_zh,
        BRANCH.c.name_en,
        DESK.c.code,
        DESK.c.name_zh,
        DESK.c.name_en,
        ENTRY.c.actor,
        ENTRY.c.receipt,
        _PAYER.c.number,
        _PAYER.c.name,
        ITEM.c.barcode,
        TITLE.c.title,
        ENTRY.c.note,
        STAFF.c.name,
        LIBRARY.c.rules_version,
    )
    .select_from(
        ENTRY.join(BRANCH, BRANCH.c.id == ENTRY.c.branch_id)
        .join(LIBRARY, LIBRARY.c.id == 1)
        .outerjoin(ITEM, ITEM.c.id == ENTRY.c.item_id)
        .outerjoin(TITLE, TITLE.c.id == ITEM.c.title_id)
        .outerjoin(DESK, DESK.c.id == ENTRY.c.desk_id)
        .outerjoin(_PAYER, _PAYER.c.id == ENTRY.c.payer_id)
        .outerjoin(STAFF, is_actor(ENTRY.c.actor))
    )
    .where(ENTRY.c.patron_id == bindparam("patron_id"), ENTRY.c.id < bindparam("before"))
    .order_by(ENTRY.c.id.desc())
    .limit(bindparam("most")),
    _EntryRow,
)
_PAID_BACK = Statement(
    select(func.coalesce(_PAYER.c.number, PATRON.c.number), func.coalesce(_PAYER.c.name, PATRON.c.name), ENTRY.c.amount)
    .select_from(
        ENTRY.join(PATRON, PATRON.c.id == ENTRY.c.patron_id).outerjoin(_PAYER, _PAYER.c.id == ENTRY.c.payer_id)
    )
    .where(
        ENTRY.c.patron_id == bindparam("patron_id"),
        ENTRY.c.receipt == bindparam("receipt"),
        ENTRY.c.kind == word(EntryKind.REFUND),
    )
    .order_by(ENTRY.c.id),
    PaidBack,
)


def list_entries(look: Look, *, patron_number: str, after: str = "", limit: int = 100) -> Page[EntryView]:
    """All entries of a patron's account, the newest first. Refuses as ``accounts.show``."""
    patron_id = patron_of(look, patron_number)
    limit = bounded(limit)
    before = row_before(after)
    rows = look.transaction.all(_ENTRIES, patron_id=patron_id, before=before, most=limit + 1)
    return page_of(_entries(look, rows), limit, lambda view: str(view.entry_id))


def _entries(look: Look, rows: Sequence[_EntryRow]) -> list[EntryView]:
    views = []
    for row in rows:
        calendar = standing(look.transaction, row.rules_version).calendars[row.branch_id]
        views.append(
            EntryView(
                entry_id=row.id,
                kind=EntryKind(row.kind),
                amount=row.amount,
                charge_id=row.charge_id,
                method=None if row.method is None else Method(row.method),
                at=row.at,
                on=calendar.local_day(row.at),
                branch_code=row.branch_code,
                branch_zh=row.branch_zh,
                branch_en=row.branch_en,
                desk_code=row.desk_code,
                desk_zh=row.desk_zh,
                desk_en=row.desk_en,
                actor=row.actor,
                receipt=row.receipt,
                payer_number=row.payer_number,
                payer_name=row.payer_name,
                barcode=row.barcode,
                title=row.title,
                note=row.note,
                staff_name=row.staff_name,
            )
        )
    return views


def paid_back(look: Look, *, patron_number: str, receipt: str) -> list[PaidBack]:
    """To whom a refund of a patron's charge went, by its receipt. Refuses as ``accounts.show``."""
    patron_id = patron_of(look, patron_number)
    return look.transaction.all(_PAID_BACK, patron_id=patron_id, receipt=receipt)
