"""Damage and missing parts: notes beside an item's status, and what they cost whoever had it last."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from sqlalchemy import bindparam, literal_column, select, update

from db.catalogue import ItemStatus
from db.circulation import ClosedAs
from db.money import EntryKind
from db.statement import Statement
from db.tables import ITEM, LOAN, PATRON
from libops.circulation.marking import MarkAnswer, find_copy, marked
from libops.money import ledger
from libops.permissions import Permission
from libops.refusals import Reason, Refusal, refuse
from libops.work import Work, act


class Flaw(StrEnum):
    """What may be wrong with an item that is there."""

    DAMAGE = "damage"
    MISSING_PARTS = "missing_parts"


class _Borrower(msgspec.Struct, frozen=True):
    loan_id: int
    patron_id: int
    number: str
    name: str


class _Id(msgspec.Struct, frozen=True):
    id: int


# A loan that was undone never took place.
_LAST_LOAN = (
    select(LOAN.c.id)
    .join(ITEM, ITEM.c.id == LOAN.c.item_id)
    .where(
        ITEM.c.barcode == bindparam("barcode"),
        LOAN.c.closed_as.is_distinct_from(literal_column(f"'{ClosedAs.UNDONE}'")),
    )
    .order_by(LOAN.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_HAD_IT = LOAN.join(PATRON, PATRON.c.id == LOAN.c.patron_id)
_LAST_BORROWER = Statement(
    select(LOAN.c.id, PATRON.c.id, PATRON.c.number, PATRON.c.name).select_from(_HAD_IT).where(LOAN.c.id == _LAST_LOAN),
    _Borrower,
)
_LOCK_LAST_BORROWER = Statement(
    select(PATRON.c.id)
    .where(PATRON.c.id == select(LOAN.c.patron_id).where(LOAN.c.id == _LAST_LOAN).scalar_subquery())
    .with_for_update(key_share=True),
    _Id,
)
_NOTE: dict[Flaw, Statement[None]] = {
    flaw: Statement(
        update(ITEM).values({flaw: bindparam("note")}).where(ITEM.c.id == bindparam("item_id")), lambda: None
    )
    for flaw in Flaw
}


@act("items.mark_damaged", MarkAnswer)
def mark_damaged(work: Work, *, barcode: str, note: str, charge: int = 0) -> MarkAnswer:
    """Note what is damaged on an item; its status stays. ``charge``, in minor units, is asked of who had it last.

    Refusals: ``item.unknown``, ``lost.no_note``, ``lost.bad_amount``, ``lost.no_borrower``, ``code.*``,
    ``permission.missing``.
    """
    return _mark(work, barcode, Flaw.DAMAGE, note, charge)


@act("items.mark_missing_parts", MarkAnswer)
def mark_missing_parts(work: Work, *, barcode: str, note: str, charge: int = 0) -> MarkAnswer:
    """Note which parts of an item are missing, as ``mark_damaged`` notes damage."""
    return _mark(work, barcode, Flaw.MISSING_PARTS, note, charge)


@act("items.clear_damage", MarkAnswer)
def clear_damage(work: Work, *, barcode: str) -> MarkAnswer:
    """Take the note of damage off an item; what was charged stays.

    Refusals: ``item.unknown``, ``lost.already``, ``code.*``, ``permission.missing``.
    """
    return _clear(work, barcode, Flaw.DAMAGE)


@act("items.clear_missing_parts", MarkAnswer)
def clear_missing_parts(work: Work, *, barcode: str) -> MarkAnswer:
    """Take the note of missing parts off an item; refuses as ``clear_damage``."""
    return _clear(work, barcode, Flaw.MISSING_PARTS)


def _mark(work: Work, barcode: str, flaw: Flaw, note: str, charge: int) -> MarkAnswer:
    work.require(Permission.MARK_ITEMS)
    note = note.strip()
    against = [] if note else [Reason("lost.no_note")]
    if charge < 0:
        against.append(Reason("lost.bad_amount"))
    if against:
        raise Refusal(against)
    if charge:
        work.require(Permission.CHARGE)
        work.transaction.lock(_LOCK_LAST_BORROWER, barcode=barcode)
    seen, rules = find_copy(work, barcode)
    borrower = work.transaction.maybe(_LAST_BORROWER, barcode=barcode) if charge else None
    if charge and borrower is None:
        raise refuse("lost.no_borrower")
    item_id = seen.item.id
    work.transaction.run(_NOTE[flaw], item_id=item_id, note=note)
    # What the note says stays with the item alone: it is free text, and the journal names nobody.
    work.record(f"item.{flaw}", item_id=item_id)
    answer = msgspec.structs.replace(marked(seen.item, rules, ItemStatus(seen.item.status)), **{flaw: note})
    if borrower is None:
        return answer
    ledger.charge(
        work,
        kind=EntryKind.DAMAGE,
        amount=charge,
        patron_id=borrower.patron_id,
        item_id=item_id,
        loan_id=borrower.loan_id,
    )
    who = {"patron_number": borrower.number, "patron_name": borrower.name}
    return msgspec.structs.replace(answer, charged=charge, loan_id=borrower.loan_id, **who)


def _clear(work: Work, barcode: str, flaw: Flaw) -> MarkAnswer:
    work.require(Permission.MARK_ITEMS)
    seen, rules = find_copy(work, barcode)
    if not getattr(seen.item, flaw):
        raise refuse("lost.already")
    work.transaction.run(_NOTE[flaw], item_id=seen.item.id, note="")
    work.record(f"item.{flaw}_cleared", item_id=seen.item.id)
    return msgspec.structs.replace(marked(seen.item, rules, ItemStatus(seen.item.status)), **{flaw: ""})
