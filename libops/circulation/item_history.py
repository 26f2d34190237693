"""What happened to a copy, the newest first, as the journal tells it; and of whom it tells.

Everybody on the staff may know what happened to a book. Who borrowed it is named to those who may see patrons, and for
no longer than somebody has to ask: while it is lent, while something is charged for that loan, and the last borrower
for a fortnight after the return, because damage is often seen late.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import and_, bindparam, case, func, or_, select

from db.statement import Statement
from db.tables import BRANCH, DESK, EVENT, ITEM, LOAN, PATRON, STAFF
from db.types import Instant
from libops.catalogue import items
from libops.journal import is_kind
from libops.money.open_charges import owes_for
from libops.pages import Page, bounded, page_of, row_before
from libops.people.staff import is_actor
from libops.permissions import Permission
from libops.work import Look

KNOWN_FOR = timedelta(days=14)
"""How long the last borrower of a copy is named after its return."""

TELLS = (
    "item.added",
    "item.changed",
    "item.seen",
    "item.used_in_house",
    "item.status_set",
    "item.missing",
    "item.found",
    "item.damage",
    "item.damage_cleared",
    "item.missing_parts",
    "item.missing_parts_cleared",
    "item.withdrawn",
    "loan.opened",
    "loan.renewed",
    "loan.renewal_undone",
    "loan.due_moved",
    "loan.recalled",
    "loan.recall_ended",
    "loan.overdue",
    "loan.lost",
    "loan.paid",
    "loan.written_off",
    "loan.closed",
    "loan.reopened",
    "loan.undone",
    "hold.placed",
    "hold.sent",
    "hold.shelved",
    "hold.shelf_moved",
    "hold.given_back",
    "hold.filled",
    "hold.cancelled",
    "hold.unfilled",
    "hold.pickup_expired",
    "transfer.requested",
    "transfer.reason_changed",
    "transfer.sent",
    "transfer.arrived",
    "transfer.cancelled",
    "transfer.restored",
    "title.no_copy_left",
)
"""The kinds of events that are a copy's history: not what was charged for it, nor what was refused."""


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a copy.

    ``kind`` is the journal's. ``on`` is its day at the branch where it happened (``branch_*``, ``desk_code``; they are
    empty where it was done by no desk). ``due_on`` is until when the copy was lent by it, ``status`` what the copy was
    after it, ``was`` before, where it changed that; ``fields`` are what was changed about it. ``of_patron`` says that
    it concerned a borrower, who is named only as this module's rules have it.
    """

    event_id: int
    kind: str
    at: datetime
    on: date
    branch_zh: str
    branch_en: str
    desk_code: str
    actor: str
    staff_name: str | None
    due_on: date | None
    status: str
    was: str
    fields: tuple[str, ...]
    of_patron: bool
    patron_number: str | None
    patron_name: str | None


class _Row(msgspec.Struct, frozen=True):
    id: int
    kind: str
    at: datetime
    actor: str
    staff_name: str | None
    branch_zh: str | None
    branch_en: str | None
    zone: str | None
    desk_code: str | None
    data: dict[str, Any]
    loan_id: int | None
    patron_number: str | None
    patron_name: str | None


_OTHER = LOAN.alias("other")
_LATEST_LOAN = select(func.max(_OTHER.c.id)).where(_OTHER.c.item_id == LOAN.c.item_id).correlate(LOAN).scalar_subquery()
_STILL_ASKED_FOR = or_(
    LOAN.c.returned_at.is_(None),
    and_(LOAN.c.id == _LATEST_LOAN, LOAN.c.returned_at > bindparam("since", type_=Instant())),
    owes_for(LOAN.c.id),
)
_HISTORY = Statement(
    select(
        EVENT.c.id,
        EVENT.c.kind,
        EVENT.c.at,
        EVENT.c.actor,
        STAFF.c.name,
        BRANCH.c.name_zh,
        BRANCH.c.name_en,
        BRANCH.c.zone,
        DESK.c.code,
        EVENT.c.data,
        EVENT.c.loan_id,
        case((_STILL_ASKED_FOR, PATRON.c.number)),
        case((_STILL_ASKED_FOR, PATRON.c.name)),
    )
    .select_from(
        EVENT.join(ITEM, ITEM.c.id == EVENT.c.item_id)
        .outerjoin(LOAN, LOAN.c.id == EVENT.c.loan_id)
        .outerjoin(PATRON, PATRON.c.id == LOAN.c.patron_id)
        .outerjoin(BRANCH, BRANCH.c.id == EVENT.c.branch_id)
        .outerjoin(DESK, DESK.c.id == EVENT.c.desk_id)
        .outerjoin(STAFF, is_actor(EVENT.c.actor))
    )
    .where(ITEM.c.barcode == bindparam("barcode"), EVENT.c.id < bindparam("before"), is_kind(*TELLS))
    .order_by(EVENT.c.id.desc())
    .limit(bindparam("most")),
    _Row,
)


def history(look: Look, barcode: str, *, after: str = "", limit: int = 100) -> Page[Happened]:
    """What happened to the copy with this barcode, the newest first. Refuses as ``items.show``."""
    items.show(look, barcode)
    limit = bounded(limit)
    before = row_before(after)
    since = look.now - KNOWN_FOR
    rows = look.transaction.all(_HISTORY, barcode=barcode, before=before, since=since, most=limit + 1)
    may_know = Permission.SEE_PATRONS in look.actor.permissions
    return page_of([_told(look, row, may_know) for row in rows], limit, lambda one: str(one.event_id))


def _told(look: Look, row: _Row, may_know: bool) -> Happened:
    zone = look.place.zone if row.zone is None else ZoneInfo(row.zone)
    due_at = row.data.get("due_at")
    return Happened(
        event_id=row.id,
        kind=row.kind,
        at=row.at,
        on=row.at.astimezone(zone).date(),
        branch_zh=row.branch_zh or "",
        branch_en=row.branch_en or "",
        desk_code=row.desk_code or "",
        actor=row.actor,
        staff_name=row.staff_name,
        due_on=datetime.fromisoformat(due_at).astimezone(zone).date() if isinstance(due_at, str) else None,
        status=str(row.data.get("status", "")),
        was=str(row.data.get("was", "")) if "status" in row.data else "",
        fields=tuple(row.data.get("after", ())) if row.kind == "item.changed" else (),
        of_patron=row.loan_id is not None,
        patron_number=row.patron_number if may_know else None,
        patron_name=row.patron_name if may_know else None,
    )
