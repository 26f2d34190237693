"""Requests as people look at them: one, a patron's, a title's queue, and those that no copy can fill any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, literal_column, null, or_, select

from db.circulation import RequestKind, RequestStatus
from db.statement import Statement
from db.tables import ITEM, LIBRARY, PATRON, REQUEST, TITLE
from libops.circulation import copies
from libops.circulation.copies import Asking, CopyFacts
from libops.circulation.holding import shelf_label
from libops.circulation.lapsing import in_time, queued
from libops.circulation.live_requests import LARGEST_ID
from libops.circulation.rules import Rules, standing
from libops.codes import storable
from libops.pages import Page, bounded, page_of
from libops.people.numbers import find_number
from libops.permissions import Permission
from libops.refusals import Refusal, refuse
from libops.work import Look


class RequestView(msgspec.Struct, frozen=True):
    """A request as lists and cards show it; the patron is None for who may not see patrons.

    ``status`` is what it is now: one whose time has passed is told as unfilled or not picked up, whoever has noticed.
    ``barcode`` is the one item that was asked for, ``held_barcode`` the copy that is or was set aside; ``label`` is its
    place on the hold shelf of ``branch_*``, where it stays up to and including ``until``. ``place`` is the place in the
    queue, None where it waits no more; ``expected_on`` when a copy is likely to be there, None where nobody can say or
    nobody reckoned. Days are those of the pickup branch: it waits from ``starts_on`` until ``needed_by``, and while
    ``suspended`` not before ``suspended_until``.
    """

    id: int
    kind: RequestKind
    status: RequestStatus
    title: str
    title_number: str
    barcode: str | None
    held_barcode: str | None
    branch_code: str
    branch_zh: str
    branch_en: str
    place: int | None
    expected_on: date | None
    label: str
    until: date | None
    placed_on: date
    starts_on: date | None
    needed_by: date | None
    suspended: bool
    suspended_until: date | None
    note: str
    patron_number: str | None
    patron_name: str | None


class _Row(msgspec.Struct, frozen=True):
    id: int
    kind: RequestKind
    status: RequestStatus
    title_id: int
    item_id: int | None
    branch_id: int
    position: int
    placed_at: datetime
    starts_at: datetime | None
    ends_at: datetime | None
    suspended: bool
    suspended_until: datetime | None
    held_item_id: int | None
    shelf_until: datetime | None
    shelf_number: int | None
    closed_at: datetime | None
    note: str
    title: str
    title_number: str
    barcode: str | None
    held_barcode: str | None
    patron_number: str
    patron_name: str
    category_id: int
    rules_version: int
    ahead: int
    turns: int | None
    """How many of those ahead could take the same copy, where ``ahead`` counts everybody."""


_OWN_COLUMNS = tuple(REQUEST.c[name] for name in _Row.__struct_fields__[: _Row.__struct_fields__.index("title")])
_WISHED, _HELD, _BEFORE = ITEM.alias("wished"), ITEM.alias("held"), REQUEST.alias("before")


def _row(*cells: Any) -> _Row:  # noqa: ANN401 - a driver's row; the struct gives it its types
    # SQLite keeps yes and no as numbers.
    return msgspec.convert(dict(zip(_Row.__struct_fields__, cells, strict=True)), _Row, strict=False)


def _ahead(*where: ColumnElement[bool]) -> ColumnElement[int]:
    """How many have their place in the queue before a request."""
    earlier = or_(
        _BEFORE.c.position < REQUEST.c.position,
        and_(_BEFORE.c.position == REQUEST.c.position, _BEFORE.c.id < REQUEST.c.id),
    )
    return (
        select(func.count())
        .select_from(_BEFORE)
        .where(_BEFORE.c.title_id == REQUEST.c.title_id, queued(_BEFORE), earlier, *where)
        .correlate(REQUEST)
        .scalar_subquery()
    )


_WANTS_THE_SAME = or_(REQUEST.c.item_id.is_(None), _BEFORE.c.item_id.is_(None), _BEFORE.c.item_id == REQUEST.c.item_id)
_OF_ALL, _OF_THE_SAME = _ahead(), _ahead(_WANTS_THE_SAME)


def _requests(ahead: ColumnElement[int], turns: ColumnElement[int] | None = None) -> Select[Any]:
    return select(
        *_OWN_COLUMNS,
        TITLE.c.title,
        TITLE.c.number,
        _WISHED.c.barcode,
        _HELD.c.barcode,
        PATRON.c.number,
        PATRON.c.name,
        PATRON.c.category_id,
        LIBRARY.c.rules_version,
        case((queued(REQUEST), ahead), else_=literal_column("0")),
        null() if turns is None else turns,
    ).select_from(
        REQUEST.join(TITLE, TITLE.c.id == REQUEST.c.title_id)
        .join(PATRON, PATRON.c.id == REQUEST.c.patron_id)
        .join(LIBRARY, LIBRARY.c.id == literal_column("1"))
        .outerjoin(_WISHED, _WISHED.c.id == REQUEST.c.item_id)
        .outerjoin(_HELD, _HELD.c.id == REQUEST.c.held_item_id)
    )


_LIVE = REQUEST.c.closed_at.is_(None)
_MOST: ColumnElement[int] = bindparam("most")
_ONE = Statement(_requests(_OF_THE_SAME).where(REQUEST.c.id == bindparam("request_id")), _row)
_OF_PATRON = Statement(
    _requests(_OF_THE_SAME)
    .where(REQUEST.c.patron_id == bindparam("patron_id"), _LIVE, in_time(REQUEST))
    .order_by(REQUEST.c.id),
    _row,
)
_QUEUE = Statement(
    _requests(_OF_ALL, _OF_THE_SAME)
    .where(
        REQUEST.c.title_id == bindparam("title_id"),
        queued(REQUEST),
        or_(
            REQUEST.c.position > bindparam("after_position"),
            and_(REQUEST.c.position == bindparam("after_position"), REQUEST.c.id > bindparam("after_id")),
        ),
    )
    .order_by(REQUEST.c.position, REQUEST.c.id)
    .limit(_MOST),
    _row,
)
_COPY = ITEM.alias("copy")
_CAN_BE_FILLED = exists().where(
    _COPY.c.title_id == REQUEST.c.title_id,
    or_(REQUEST.c.item_id.is_(None), REQUEST.c.item_id == _COPY.c.id),
    copies.is_usable(_COPY),
)
_UNFILLABLE = Statement(
    _requests(_OF_THE_SAME)
    .where(
        REQUEST.c.branch_id == bindparam("here"),
        queued(REQUEST),
        REQUEST.c.id > bindparam("after_id"),
        ~_CAN_BE_FILLED,
    )
    .order_by(REQUEST.c.id)
    .limit(_MOST),
    _row,
)


class _Id(msgspec.Struct, frozen=True):
    id: int


_TITLE = Statement(select(TITLE.c.id).where(TITLE.c.number == bindparam("number")), _Id)
_TITLE_OF_COPY = Statement(select(ITEM.c.title_id).where(ITEM.c.barcode == bindparam("barcode")), _Id)


def show(look: Look, request_id: int) -> RequestView:
    """The request with this number, also one that has ended. Refuses with ``request.unknown``."""
    known = 0 < request_id <= LARGEST_ID
    row = look.transaction.maybe(_ONE, request_id=request_id, now=look.now) if known else None
    if row is None:
        raise refuse("request.unknown", request=request_id)
    return _view(look, row, copies.of_title(look.transaction, row.title_id))


def of_patron(look: Look, number: str) -> list[RequestView]:
    """The requests of the patron whom a number leads to that are not over, the oldest first.

    Refuses with what is wrong with the number, and without the permission to see patrons.
    """
    look.require(Permission.SEE_PATRONS)
    patron_id = find_number(look.transaction, number)
    if patron_id is None:
        raise Refusal([look.patterns.why_not_patron(number)])
    rows = look.transaction.all(_OF_PATRON, patron_id=patron_id, now=look.now)
    of_titles = copies.of_patron(look.transaction, patron_id) if rows else []
    return [_view(look, row, of_titles) for row in rows]


def queue(
    look: Look, *, title_number: str | None = None, barcode: str | None = None, after: str = "", limit: int = 100
) -> Page[RequestView]:
    """Who waits for a title, by its number or the barcode of any copy, in the order in which they are served.

    ``place`` counts everybody in it; ``expected_on`` reckons with those who could take the same copy. Refuses what is
    not known: ``request.unknown_title``, ``item.unknown``, ``code.*``; and with ``request.name_one`` where both are
    named, or neither is.
    """
    title_id, limit = _title(look, title_number, barcode), bounded(limit)
    position, _, request_id = after.partition("-")
    rows = look.transaction.all(
        _QUEUE,
        title_id=title_id,
        now=look.now,
        after_position=passed(position),
        after_id=passed(request_id),
        most=limit + 1,
    )
    of_title = copies.of_title(look.transaction, title_id) if rows else []
    return _page(look, rows, limit, lambda row: f"{row.position}-{row.id}", of_title)


def unfillable(look: Look, *, after: str = "", limit: int = 100) -> Page[RequestView]:
    """Requests to be picked up at the look's branch that no copy can fill any more, the oldest first.

    The last copy went missing, was lost or withdrawn: somebody has to find it, buy another, or tell the patron.
    """
    limit = bounded(limit)
    rows = look.transaction.all(
        _UNFILLABLE, here=look.place.branch_id, now=look.now, after_id=passed(after), most=limit + 1
    )
    return _page(look, rows, limit, lambda row: str(row.id))


def passed(cursor: str) -> int:
    """A number in a cursor; 0, before everything, for what is none."""
    return int(cursor) if cursor.isdecimal() and len(cursor) <= _LONGEST else 0


_LONGEST = 18
"""Digits of the longest number that every database holds."""


def _page(
    look: Look,
    rows: Sequence[_Row],
    limit: int,
    cursor: Callable[[_Row], str],
    of_title: Sequence[CopyFacts] | None = None,
) -> Page[RequestView]:
    page = page_of(rows, limit, cursor)
    return Page([_view(look, row, of_title) for row in page.results], page.next)


def _title(look: Look, title_number: str | None, barcode: str | None) -> int:
    tx = look.transaction
    if title_number is not None and barcode is None:
        found = tx.maybe(_TITLE, number=title_number) if storable(title_number) else None
        if found is None:
            raise refuse("request.unknown_title", number=title_number)
    elif barcode is not None and title_number is None:
        found = tx.maybe(_TITLE_OF_COPY, barcode=barcode) if storable(barcode) else None
        if found is None:
            raise Refusal([look.patterns.why_not_item(barcode)])
    else:
        raise refuse("request.name_one")
    return found.id


def _view(look: Look, row: _Row, of_titles: Sequence[CopyFacts] | None) -> RequestView:
    rules = standing(look.transaction, row.rules_version)
    branch, calendar = rules.branches[row.branch_id], rules.calendars[row.branch_id]
    status = _now(row, look.now)
    waits = status is RequestStatus.OPEN
    suspended = waits and row.suspended and (row.suspended_until is None or row.suspended_until > look.now)
    seen = Permission.SEE_PATRONS in look.actor.permissions

    def day(moment: datetime | None) -> date | None:
        return None if moment is None else calendar.local_day(moment)

    return RequestView(
        id=row.id,
        kind=row.kind,
        status=status,
        title=row.title,
        title_number=row.title_number,
        barcode=row.barcode,
        held_barcode=row.held_barcode,
        branch_code=branch.code,
        branch_zh=branch.zh,
        branch_en=branch.en,
        place=row.ahead + 1 if waits else None,
        expected_on=_expected(row, rules, of_titles, look.now) if waits and not suspended else None,
        label=shelf_label(row.shelf_number),
        until=day(row.shelf_until),
        placed_on=calendar.local_day(row.placed_at),
        starts_on=day(row.starts_at),
        needed_by=day(row.ends_at),
        suspended=suspended,
        suspended_until=day(row.suspended_until) if suspended else None,
        note=row.note if seen else "",
        patron_number=row.patron_number if seen else None,
        patron_name=row.patron_name if seen else None,
    )


def _now(row: _Row, now: datetime) -> RequestStatus:
    """What a request is at a moment, also where its time has passed and nobody has written that down."""
    if row.closed_at is None and row.held_item_id is None and row.ends_at is not None and row.ends_at < now:
        return RequestStatus.UNFILLED
    if row.closed_at is None and row.shelf_until is not None and row.shelf_until < now:
        return RequestStatus.PICKUP_EXPIRED
    return row.status


def _expected(row: _Row, rules: Rules, of_titles: Sequence[CopyFacts] | None, now: datetime) -> date | None:
    if of_titles is None:
        return None
    asking, wanted = Asking(row.branch_id, row.category_id), copies.wanted(of_titles, row.title_id, row.item_id)
    turns = row.ahead if row.turns is None else row.turns
    return asking.expected(rules, wanted, turns, now, row.starts_at)
