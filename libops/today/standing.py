"""What stands now at one branch or at all: on the hold shelf, between branches, due and overdue. Read from the tables.

A day is a branch's own, so branches are counted together that keep the same clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, case, func, select

from db.circulation import TransferStatus
from db.row_lists import among
from db.statement import Statement
from db.tables import LOAN, REQUEST, TRANSFER
from db.types import Instant
from libops.circulation.clearing import count_to_clear
from libops.circulation.copies import word
from libops.circulation.lapsing import in_time
from libops.circulation.overdue import IS_OVERDUE
from libops.work import Look, Place


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What there is at this moment.

    ``on_shelf`` waits on the hold shelf, of this ``until_today`` and ``until_tomorrow`` for the last day; ``to_clear``
    waits there no longer. ``to_send`` is to leave the branches, ``going`` has left them and ``coming`` is on its way to
    them. ``due_today`` falls due before the day ends.
    """

    on_shelf: int = 0
    until_today: int = 0
    until_tomorrow: int = 0
    to_clear: int = 0
    to_send: int = 0
    going: int = 0
    coming: int = 0
    due_today: int = 0
    overdue: int = 0


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day by the clock of a zone."""
    return datetime.combine(day, time(), zone)


def standing(look: Look, branches: Sequence[Place]) -> Standing:
    """What stands at these branches together."""
    zones = sorted({one.zone_name for one in branches})
    counted = [_in_zone(look, ZoneInfo(zone), [one for one in branches if one.zone_name == zone]) for zone in zones]
    names = Standing.__struct_fields__
    return Standing(**{name: sum(int(getattr(one, name)) for one in counted) for name in names})


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_TODAY_ENDS = bindparam("today_ends", type_=Instant())
_TOMORROW_ENDS = bindparam("tomorrow_ends", type_=Instant())
_NOW = bindparam("now", type_=Instant())
_IN_TIME = in_time(REQUEST)


class _Shelf(msgspec.Struct, frozen=True):
    on_shelf: int
    until_today: int
    until_tomorrow: int


_SHELF = Statement(
    select(
        _how_many(_IN_TIME),
        _how_many(and_(_IN_TIME, REQUEST.c.shelf_until < _TODAY_ENDS)),
        _how_many(and_(REQUEST.c.shelf_until >= _TODAY_ENDS, REQUEST.c.shelf_until < _TOMORROW_ENDS)),
    ).where(among(REQUEST.c.branch_id, "branches"), REQUEST.c.closed_at.is_(None), REQUEST.c.shelf_number.is_not(None)),
    _Shelf,
)


class _Ways(msgspec.Struct, frozen=True):
    requested: int
    sent: int


_SENT, _REQUESTED = (TRANSFER.c.status == word(one) for one in (TransferStatus.SENT, TransferStatus.REQUESTED))
_UNDER_WAY = select(_how_many(_REQUESTED), _how_many(_SENT)).where(TRANSFER.c.ended_at.is_(None))
_FROM = Statement(_UNDER_WAY.where(among(TRANSFER.c.from_branch_id, "branches")), _Ways)
_TO = Statement(_UNDER_WAY.where(among(TRANSFER.c.to_branch_id, "branches")), _Ways)


class _Due(msgspec.Struct, frozen=True):
    due_today: int
    overdue: int


_DUE = Statement(
    select(_how_many(LOAN.c.due_at >= _NOW), _how_many(IS_OVERDUE)).where(
        LOAN.c.returned_at.is_(None), LOAN.c.due_at < _TODAY_ENDS, among(LOAN.c.branch_id, "branches")
    ),
    _Due,
)


def _in_zone(look: Look, zone: ZoneInfo, branches: Sequence[Place]) -> Standing:
    tx, today = look.transaction, look.now.astimezone(zone).date()
    here = [one.branch_id for one in branches]
    ends, tomorrow = (day_begins(today + timedelta(days=days), zone) for days in (1, 2))
    shelf = tx.one(_SHELF, branches=here, now=look.now, today_ends=ends, tomorrow_ends=tomorrow)
    leaving, arriving = tx.one(_FROM, branches=here), tx.one(_TO, branches=here)
    due = tx.one(_DUE, branches=here, now=look.now, today_ends=ends)
    return Standing(
        **msgspec.structs.asdict(shelf),
        to_clear=count_to_clear(look, here),
        to_send=leaving.requested,
        going=leaving.sent,
        coming=arriving.sent,
        **msgspec.structs.asdict(due),
    )
