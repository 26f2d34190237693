"""The journal page by page, the newest first, filtered; and of whom it tells.

It names a patron to those who may see patrons, and no longer than a copy's history does: while something is on loan or
owed for, and for a fortnight. So it is never a list of what somebody once read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select

from db.row_lists import among, among_codes
from db.statement import Statement
from db.tables import BRANCH, DESK, EVENT, ITEM, LOAN, PATRON, STAFF, TITLE
from db.types import Instant
from libops.catalogue import items
from libops.circulation.item_history import KNOWN_FOR
from libops.journal import REFUSED
from libops.money.amounts import currency_of
from libops.money.open_charges import owes_for
from libops.pages import Page, bounded
from libops.people.staff import BY_BADGE, is_actor
from libops.permissions import Permission
from libops.places import find_place
from libops.refusals import refuse
from libops.today.day import OVERSEES
from libops.today.kinds import GROUP_NAMES, KINDS_OF
from libops.today.reaching import first_after, first_since
from libops.work import Look

REACH = 100_000
"""So many rows of the journal are looked through for one page: what is rare comes in short pages, and none is slow."""


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which events are looked for; empty: any.

    ``group`` is one of ``kinds.GROUP_NAMES``, ``place`` the code of a desk or a branch, ``who`` a badge or an actor's
    whole name, ``barcode`` an item's and ``patron`` a patron's number; ``since`` and ``until`` bound the time.
    """

    group: str = ""
    place: str = ""
    who: str = ""
    barcode: str = ""
    patron: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is read.

    ``on`` is its day at the branch where it happened, by the clock of ``zone``. ``particulars`` are what is known of
    it that names nobody. ``of_patron``: it concerned one, who is named only as this module's rules have it.
    """

    event_id: int
    kind: str
    at: datetime
    on: date
    zone: str
    branch_code: str
    branch_zh: str
    branch_en: str
    desk_code: str
    actor: str
    staff_name: str | None
    barcode: str | None
    title: str | None
    of_patron: bool
    patron_number: str | None
    patron_name: str | None
    particulars: Particulars


class Particulars(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an event: codes of reasons, an amount in minor units, until when, what it was and is now."""

    act: str = ""
    reasons: tuple[str, ...] = ()
    amount: int | None = None
    currency: str = ""
    method: str = ""
    due_on: date | None = None
    was: str = ""
    status: str = ""
    fields: tuple[str, ...] = ()
    number: str = ""


class _Row(msgspec.Struct, frozen=True):
    id: int
    kind: str
    at: datetime
    actor: str
    staff_name: str | None
    branch_code: str | None
    branch_zh: str | None
    branch_en: str | None
    zone: str | None
    desk_code: str | None
    barcode: str | None
    title: str | None
    patron_id: int | None
    patron_number: str | None
    patron_name: str | None
    data: dict[str, Any]


_KNOWN_SINCE = bindparam("known_since", type_=Instant())
_MAY_BE_NAMED = or_(
    EVENT.c.at > _KNOWN_SINCE,
    and_(LOAN.c.id.is_not(None), or_(LOAN.c.returned_at.is_(None), LOAN.c.returned_at > _KNOWN_SINCE)),
    owes_for(LOAN.c.id),
)
_ENTRIES = select(
    EVENT.c.id,
    EVENT.c.kind,
    EVENT.c.at,
    EVENT.c.actor,
    STAFF.c.name,
    BRANCH.c.code,
    BRANCH.c.name_zh,
    BRANCH.c.name_en,
    BRANCH.c.zone,
    DESK.c.code,
    ITEM.c.barcode,
    TITLE.c.title,
    EVENT.c.patron_id,
    case((_MAY_BE_NAMED, PATRON.c.number)),
    case((_MAY_BE_NAMED, PATRON.c.name)),
    EVENT.c.data,
).select_from(
    EVENT.outerjoin(ITEM, ITEM.c.id == EVENT.c.item_id)
    .outerjoin(TITLE, TITLE.c.id == ITEM.c.title_id)
    .outerjoin(LOAN, LOAN.c.id == EVENT.c.loan_id)
    .outerjoin(PATRON, PATRON.c.id == EVENT.c.patron_id)
    .outerjoin(BRANCH, BRANCH.c.id == EVENT.c.branch_id)
    .outerjoin(DESK, DESK.c.id == EVENT.c.desk_id)
    .outerjoin(STAFF, is_actor(EVENT.c.actor))
)
_FILTERS: dict[str, ColumnElement[bool]] = {
    "kinds": among_codes(EVENT.c.kind, "kinds"),
    "branch": EVENT.c.branch_id == bindparam("branch"),
    "desk": EVENT.c.desk_id == bindparam("desk"),
    "actor": EVENT.c.actor == bindparam("actor"),
    "item": EVENT.c.item_id == bindparam("item"),
    "patron": and_(PATRON.c.number == bindparam("patron"), _MAY_BE_NAMED),
    "since": EVENT.c.at >= bindparam("since", type_=Instant()),
    "until": EVENT.c.at < bindparam("until", type_=Instant()),
}
_LAST = Statement(select(func.coalesce(func.max(EVENT.c.id), 0)), int)
_ITEM_ID = Statement(select(ITEM.c.id).where(ITEM.c.barcode == bindparam("barcode")), int)
