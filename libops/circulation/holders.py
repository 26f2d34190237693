"""For whom an item was set aside: what the hold slip and the check-in screen say, read apart from the act's answer.

The journal keeps answers and never names people, so the name comes from here, and only to who may see it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import bindparam, select

from db.statement import Statement
from db.tables import BRANCH, PATRON, REQUEST
from db.troubles import DatabaseTrouble
from libops.circulation.holding import shelf_label
from libops.circulation.returns import ReturnAnswer
from libops.library import Library
from libops.permissions import Permission
from libops.work import Actor, Look, Place


class HolderView(msgspec.Struct, frozen=True):
    """For whom an item is set aside; number and name are None for who may not see patrons."""

    request_id: int
    label: str
    until: date | None
    branch_zh: str
    branch_en: str
    patron_number: str | None
    patron_name: str | None


class _Row(msgspec.Struct, frozen=True):
    id: int
    shelf_number: int | None
    shelf_until: datetime | None
    zone: str
    branch_zh: str
    branch_en: str
    number: str
    name: str


_HOLDER = Statement(
    select(
        REQUEST.c.id,
        REQUEST.c.shelf_number,
        REQUEST.c.shelf_until,
        BRANCH.c.zone,
        BRANCH.c.name_zh,
        BRANCH.c.name_en,
        PATRON.c.number,
        PATRON.c.name,
    )
    .select_from(
        REQUEST.join(PATRON, PATRON.c.id == REQUEST.c.patron_id).join(BRANCH, BRANCH.c.id == REQUEST.c.branch_id)
    )
    .where(REQUEST.c.id == bindparam("request_id")),
    _Row,
)


def holder(look: Look, request_id: int) -> HolderView | None:
    """For whom the request is; None where there is no such request."""
    row = look.transaction.maybe(_HOLDER, request_id=request_id)
    if row is None:
        return None
    seen = Permission.SEE_PATRONS in look.actor.permissions
    until = None if row.shelf_until is None else row.shelf_until.astimezone(ZoneInfo(row.zone)).date()
    return HolderView(
        row.id,
        shelf_label(row.shelf_number),
        until,
        row.branch_zh,
        row.branch_en,
        row.number if seen else None,
        row.name if seen else None,
    )


def holder_after(library: Library, answer: ReturnAnswer, actor: Actor, place: Place) -> HolderView | None:
    """For whom an item was set aside that came over a desk just now; None where it is for nobody."""
    if answer.hold is None:
        return None
    # What was set aside is set aside, whether or not its name can be read now.
    with suppress(DatabaseTrouble), library.look(actor=actor, place=place) as look:
        return holder(look, answer.hold.request_id)
    return None
