"""The journal page by page, the newest first, filtered; and of whom it tells.

It names a patron to those who may see patrons: for a fortnight, and longer only while something is on loan or owed for.
So it is never a list of what somebody once read. A copy's history is stricter: there only the last borrower is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, case, or_, select

from db.row_lists import among, among_codes
from db.statement import Statement
from db.tables import BRANCH, DESK, EVENT, ITEM, LOAN, PATRON, REQUEST, STAFF, TITLE
from db.types import Instant
from libops.catalogue import items
from libops.circulation.item_history import KNOWN_FOR
from libops.money.open_charges import owes_for
from libops.pages import Page, bounded, row_before
from libops.people.numbers import find_number
from libops.people.staff import BY_BADGE, is_actor
from libops.permissions import Permission
from libops.places import find_place
from libops.refusals import Refusal
from libops.today.day import OVERSEES
from libops.today.kinds import KINDS_OF, Group
from libops.today.reaching import first_after, first_since
from libops.today.standing import day_begins
from libops.work import Look

REACH = 100_000
"""So many rows of the journal are looked through for one page: what is rare comes in short pages, and none is slow."""


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which events are looked for; what is empty asks for nothing.

    ``place`` is the code of a desk or a branch, ``who`` a badge or an actor's whole name, ``barcode`` an item's,
    ``patron`` a patron's number. ``since`` and ``until`` are days of the place that looks, both of them included.
    """

    group: Group | None = None
    place: str = ""
    who: str = ""
    barcode: str = ""
    patron: str = ""
    since: date | None = None
    until: date | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is read.

    ``on`` is its day at the branch where it happened, by the clock of ``zone``. ``title`` is its item's, or that of its
    hold or record. ``particulars`` are what is known of
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
    """What is known of an event: codes of reasons against it or in spite of which it was allowed, an amount in minor
    units, until when, what a copy was and is now and what was changed about it, the number of a title or a badge.
    """

    reasons: tuple[str, ...] = ()
    amount: int | None = None
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

    def number(self, name: str) -> int:
        """The row of another table that it tells of; 0 for none."""
        value = self.data.get(name)
        return value if isinstance(value, int) else 0


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
    "patron": and_(EVENT.c.patron_id == bindparam("patron"), _MAY_BE_NAMED),
    "since": EVENT.c.at >= bindparam("since", type_=Instant()),
    "until": EVENT.c.at < bindparam("until", type_=Instant()),
}
_ITEM_ID = Statement(select(ITEM.c.id).where(ITEM.c.barcode == bindparam("barcode")), int)


class _Title(msgspec.Struct, frozen=True):
    id: int
    title: str


_OF_HOLDS = Statement(
    select(REQUEST.c.id, TITLE.c.title)
    .select_from(REQUEST.join(TITLE, TITLE.c.id == REQUEST.c.title_id))
    .where(among(REQUEST.c.id, "holds")),
    _Title,
)
_TITLES = Statement(select(TITLE.c.id, TITLE.c.title).where(among(TITLE.c.id, "titles")), _Title)
_SPAN = (EVENT.c.id >= bindparam("floor"), EVENT.c.id < bindparam("before"))


@cache
def _page_of(filters: frozenset[str]) -> Statement[_Row]:
    asked = [_FILTERS[name] for name in sorted(filters)]
    newest_first = _ENTRIES.where(*_SPAN, *asked).order_by(EVENT.c.id.desc())
    return Statement(newest_first.limit(bindparam("most")), _Row)


@cache
def _these(filters: frozenset[str]) -> Statement[_Row]:
    asked = [_FILTERS[name] for name in sorted(filters)]
    return Statement(_ENTRIES.where(among(EVENT.c.id, "events"), *asked).order_by(EVENT.c.position), _Row)


def page(look: Look, sought: Sought, *, after: str = "", limit: int = 100) -> Page[Entry]:
    """The events that are looked for, the newest first. A page may be short, or empty, though others follow.

    Refuses without the permission to see the day, or to see patrons where one is looked for; with ``place.unknown``,
    ``item.unknown`` and ``patron.unknown``.
    """
    values = _values(look, sought)
    limit, tx = bounded(limit), look.transaction
    lowest = first_since(tx, values["since"]) if "since" in values else 1
    before = first_after(tx, values["until"]) if "until" in values else first_after(tx, _NEVER)
    before = min(row_before(after), before)
    # The events of an item are reached by an index of their own, however far they are apart.
    floor = lowest if "item" in values else max(lowest, before - REACH)
    rows = tx.all(
        _page_of(frozenset(values)),
        floor=floor,
        before=before,
        known_since=look.now - KNOWN_FOR,
        most=limit + 1,
        **values,
    )
    shown = _entries(look, rows[:limit])
    if len(rows) > limit:
        return Page(shown, str(rows[limit - 1].id))
    return Page(shown, str(floor) if floor > lowest else None)


def told(look: Look, sought: Sought, events: Sequence[int]) -> list[Entry]:
    """Those of these events, by their ids, that are looked for, in the order in which followers read them.

    Refuses as ``page``.
    """
    values = _values(look, sought)
    known_since = look.now - KNOWN_FOR
    rows = look.transaction.all(_these(frozenset(values)), events=events, known_since=known_since, **values)
    return _entries(look, rows)


def _values(look: Look, sought: Sought) -> dict[str, Any]:
    """What the filters of a statement are asked with, by the filters' names."""
    look.require(OVERSEES)
    values: dict[str, Any] = {}
    if sought.group is not None:
        values["kinds"] = KINDS_OF[sought.group]
    if sought.place:
        place = find_place(look.transaction, sought.place)
        values |= {"branch": place.branch_id} if place.desk_id is None else {"desk": place.desk_id}
    if sought.who:
        values["actor"] = sought.who if ":" in sought.who else f"{BY_BADGE}{sought.who}"
    if sought.barcode:
        items.show(look, sought.barcode)
        values["item"] = look.transaction.one(_ITEM_ID, barcode=sought.barcode)
    if sought.patron:
        values["patron"] = _patron(look, sought.patron)
    if sought.since is not None:
        values["since"] = day_begins(sought.since, look.place.zone)
    if sought.until is not None:
        values["until"] = day_begins(sought.until + timedelta(days=1), look.place.zone)
    return values


def _patron(look: Look, number: str) -> int:
    look.require(Permission.SEE_PATRONS)
    found = find_number(look.transaction, number)
    if found is None:
        raise Refusal([look.patterns.why_not_patron(number)])
    return found


def _entries(look: Look, rows: Sequence[_Row]) -> list[Entry]:
    """The rows as they are read; what concerned no item is told with the title that its hold or its record is of."""
    bare = [row for row in rows if row.title is None]
    holds, records = ({row.number(name) for row in bare} - {0} for name in ("request", "title"))
    of_hold = {one.id: one.title for one in look.transaction.all(_OF_HOLDS, holds=sorted(holds))}
    of_record = {one.id: one.title for one in look.transaction.all(_TITLES, titles=sorted(records))}
    return [
        _entry(look, row, row.title or of_hold.get(row.number("request")) or of_record.get(row.number("title")))
        for row in rows
    ]


def _entry(look: Look, row: _Row, title: str | None) -> Entry:
    zone = look.place.zone_name if row.zone is None else row.zone
    may_know = Permission.SEE_PATRONS in look.actor.permissions
    return Entry(
        event_id=row.id,
        kind=row.kind,
        at=row.at,
        on=row.at.astimezone(ZoneInfo(zone)).date(),
        zone=zone,
        branch_code=row.branch_code or "",
        branch_zh=row.branch_zh or "",
        branch_en=row.branch_en or "",
        desk_code=row.desk_code or "",
        actor=row.actor,
        staff_name=row.staff_name,
        barcode=row.barcode,
        title=title,
        of_patron=row.patron_id is not None,
        patron_number=row.patron_number if may_know else None,
        patron_name=row.patron_name if may_know else None,
        particulars=_particulars(row, ZoneInfo(zone)),
    )


def _particulars(row: _Row, zone: ZoneInfo) -> Particulars:
    data = row.data
    until = data.get("due_at", data.get("until") if row.kind == "hold.shelved" else None)
    amount = data.get("amount")
    status = str(data.get("status") or "") if row.kind in _CHANGES_STATUS else ""
    return Particulars(
        reasons=tuple(one["code"] for one in data.get("reasons", ())) or tuple(data.get("overridden", ())),
        amount=abs(amount) if isinstance(amount, int) else None,
        method=str(data.get("method") or ""),
        due_on=datetime.fromisoformat(until).astimezone(zone).date() if isinstance(until, str) else None,
        was=str(data.get("was") or "") if status else "",
        status=status,
        fields=tuple(data.get("after", ())) if row.kind == "item.changed" else (),
        number=str(data.get("badge") or data.get("number") or "") if row.kind in _NUMBERED else "",
    )


_CHANGES_STATUS = ("item.missing", "item.withdrawn", "item.status_set", "item.found", "loan.paid", "loan.written_off")
_NUMBERED = ("title.added", "title.changed", "title.same", "staff.added")
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
