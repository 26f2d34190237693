"""Who works today: when they signed in and out, at which desks, and how much they did, as the journal tells it."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, case, func, literal_column, or_, select

from db.row_lists import among
from db.statement import Statement
from db.tables import EVENT, STAFF
from db.types import Instant
from libops.journal import REFUSED, is_kind
from libops.people.staff import is_actor
from libops.places import all_branches, all_desks, find_branch
from libops.today.day import OVERSEES
from libops.today.reaching import first_since
from libops.today.standing import day_begins
from libops.work import Look, Place

SIGNED_IN, SIGNED_OUT, SIGNING_IN = "staff.signed_in", "staff.signed_out", "staff.log_in"
"""The events that somebody signed in and out, and the act that signs in."""


class AtWorkToday(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at one desk today, or an operator at a branch (then ``desk_*`` is empty).

    ``signed_in_at`` is the first time today, None where that was before midnight; ``active_at`` is the last act.
    ``signed_out_at`` is the last time, None where somebody has signed in again since, or never signed out: a console
    whose terminal was closed writes nothing. ``acts`` counts what was done, without signing in and out, and
    ``refused`` those acts that were refused.
    """

    actor: str
    staff_name: str | None
    branch_code: str
    branch_zh: str
    branch_en: str
    zone: str
    desk_code: str
    desk_zh: str
    desk_en: str
    signed_in_at: datetime | None
    active_at: datetime
    signed_out_at: datetime | None
    acts: int
    refused: int


class _Row(msgspec.Struct, frozen=True):
    actor: str
    staff_name: str | None
    branch_id: int
    desk_id: int | None
    signed_in_at: datetime | None
    active_at: datetime
    signed_out_at: datetime | None
    acts: int
    refused: int


_SIGNS_IN, _SIGNS_OUT, _REFUSED = is_kind(SIGNED_IN), is_kind(SIGNED_OUT), is_kind(REFUSED)
# By their numbers, because two may be written in one moment.
_IS_OUT = func.max(case((_SIGNS_OUT, EVENT.c.id))) > func.coalesce(func.max(case((_SIGNS_IN, EVENT.c.id))), 0)
_DONE = (
    select(
        EVENT.c.actor.label("actor"),
        EVENT.c.branch_id.label("branch_id"),
        EVENT.c.desk_id.label("desk_id"),
        func.min(case((_SIGNS_IN, EVENT.c.at))).label("signed_in_at"),
        # Whoever locks the desk and goes is signed out by whoever takes it over, hours later perhaps.
        func.coalesce(func.max(case((~_SIGNS_OUT, EVENT.c.at))), func.max(EVENT.c.at)).label("active_at"),
        case((_IS_OUT, func.max(case((_SIGNS_OUT, EVENT.c.at))))).label("signed_out_at"),
        func.count(case((~or_(_SIGNS_IN, _SIGNS_OUT, _REFUSED), EVENT.c.act)).distinct()).label("acts"),
        func.count(case((_REFUSED, EVENT.c.act))).label("refused"),
    )
    .where(
        EVENT.c.id >= bindparam("first_id"),
        EVENT.c.at >= bindparam("since", type_=Instant()),
        among(EVENT.c.branch_id, "branches"),
        # A wrong PIN is nobody's work: whoever typed it need not be whose badge it was.
        or_(~_REFUSED, EVENT.c.data["act"].as_string() != literal_column(f"'{SIGNING_IN}'")),
    )
    .group_by(EVENT.c.actor, EVENT.c.branch_id, EVENT.c.desk_id)
    .subquery("done")
)
_AT_WORK = Statement(
    select(
        _DONE.c.actor,
        STAFF.c.name,
        _DONE.c.branch_id,
        _DONE.c.desk_id,
        _DONE.c.signed_in_at,
        _DONE.c.active_at,
        _DONE.c.signed_out_at,
        _DONE.c.acts,
        _DONE.c.refused,
    ).select_from(_DONE.outerjoin(STAFF, is_actor(_DONE.c.actor))),
    _Row,
)


def staff_today(look: Look, *, branch: str = "") -> list[AtWorkToday]:
    """Who was at work today at the branch with this code, or at all branches; who was active last comes first.

    Refuses without the permission to see the day, and with ``place.unknown``.
    """
    look.require(OVERSEES)
    tx = look.transaction
    places = {(place.branch_id, place.desk_id): place for place in (*all_branches(tx), *all_desks(tx))}
    branches = [find_branch(tx, branch)] if branch else all_branches(tx)
    found = []
    for zone in {one.zone for one in branches}:
        here = [one.branch_id for one in branches if one.zone == zone]
        since = day_begins(look.now.astimezone(zone).date(), zone)
        rows = tx.all(_AT_WORK, first_id=first_since(tx, since), since=since, branches=here)
        found += [_told(row, places.get((row.branch_id, row.desk_id), places[row.branch_id, None])) for row in rows]
    return sorted(found, key=lambda person: (person.active_at, person.actor, person.desk_code), reverse=True)


def _told(row: _Row, place: Place) -> AtWorkToday:
    return AtWorkToday(
        actor=row.actor,
        staff_name=row.staff_name,
        branch_code=place.branch_code,
        branch_zh=place.branch_zh,
        branch_en=place.branch_en,
        zone=place.zone_name,
        desk_code=place.desk_code,
        desk_zh=place.desk_zh,
        desk_en=place.desk_en,
        signed_in_at=row.signed_in_at,
        active_at=row.active_at,
        signed_out_at=row.signed_out_at,
        acts=row.acts,
        refused=row.refused,
    )
