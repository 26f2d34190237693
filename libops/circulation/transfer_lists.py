"""What is to be sent, what is under way, and which ways have gone wrong: lists for whoever packs and unpacks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, literal_column, null, or_, select

from db.catalogue import ItemStatus
from db.circulation import TransferReason, TransferStatus
from db.statement import Statement
from db.tables import BRANCH, ITEM, PATRON, REQUEST, TITLE, TRANSFER
from db.types import Instant
from libops.codes import storable
from libops.pages import Page, bounded, page_of
from libops.permissions import Permission
from libops.work import Look


class Problem(StrEnum):
    """What is wrong with a way: too long under way, its item seen elsewhere since, or an item that is on none."""

    LATE = "late"
    SEEN_ELSEWHERE = "seen_elsewhere"
    NO_TRANSFER = "no_transfer"


class TransferView(msgspec.Struct, frozen=True):
    """An item that is to go, or goes, from one branch to another; ``since`` is when that was asked for or it was sent.

    ``days`` counts the calendar days since then at the place that looks. ``transfer_id`` and ``status`` are None for an
    item that only lies where it does not belong. The patron is the one whose request it is for, and None for who may
    not see patrons. ``problem`` and where it was ``seen_*`` last are told by the list of what has gone wrong.
    """

    transfer_id: int | None
    item_id: int
    barcode: str
    title: str
    call_number: str
    item_status: ItemStatus
    from_code: str
    from_zh: str
    from_en: str
    to_code: str
    to_zh: str
    to_en: str
    reason: TransferReason
    status: TransferStatus | None
    since: datetime | None
    days: int
    note: str
    patron_number: str | None
    patron_name: str | None
    problem: Problem | None = None
    seen_code: str | None = None
    seen_zh: str | None = None
    seen_en: str | None = None
    seen_at: datetime | None = None


class _Row(msgspec.Struct, frozen=True):
    transfer_id: int | None
    item_id: int
    barcode: str
    title: str
    call_number: str
    item_status: str
    from_code: str
    from_zh: str
    from_en: str
    to_code: str
    to_zh: str
    to_en: str
    reason: str
    status: str | None
    requested_at: datetime | None
    sent_at: datetime | None
    note: str
    patron_number: str | None
    patron_name: str | None
    seen_code: str | None
    seen_zh: str | None
    seen_en: str | None
    seen_at: datetime | None
    problem: str | None


_FROM, _TO, _SEEN = BRANCH.alias("begins"), BRANCH.alias("ends"), BRANCH.alias("seen")
_HERE: ColumnElement[int] = bindparam("here")
_MOST: ColumnElement[int] = bindparam("most")
_ITEM_COLUMNS = (ITEM.c.id, ITEM.c.barcode, TITLE.c.title, ITEM.c.call_number, ITEM.c.status)
_ENDS = (_FROM.c.code, _FROM.c.name_zh, _FROM.c.name_en, _TO.c.code, _TO.c.name_zh, _TO.c.name_en)
_LAST_SEEN = (_SEEN.c.code, _SEEN.c.name_zh, _SEEN.c.name_en, ITEM.c.seen_at)
_UNDER_WAY = TRANSFER.c.ended_at.is_(None)


def _word(word: StrEnum) -> ColumnElement[str]:
    return literal_column(f"'{word}'")


def _ways(problem: ColumnElement[Any]) -> Select[Any]:
    """Active transfers, with a problem's name as the last column."""
    return (
        select(
            TRANSFER.c.id,
            *_ITEM_COLUMNS,
            *_ENDS,
            TRANSFER.c.reason,
            TRANSFER.c.status,
            TRANSFER.c.requested_at,
            TRANSFER.c.sent_at,
            TRANSFER.c.note,
            PATRON.c.number,
            PATRON.c.name,
            *_LAST_SEEN,
            problem,
        )
        .select_from(
            TRANSFER.join(ITEM, ITEM.c.id == TRANSFER.c.item_id)
            .join(TITLE, TITLE.c.id == ITEM.c.title_id)
            .join(_FROM, _FROM.c.id == TRANSFER.c.from_branch_id)
            .join(_TO, _TO.c.id == TRANSFER.c.to_branch_id)
            .outerjoin(REQUEST, REQUEST.c.id == TRANSFER.c.request_id)
            .outerjoin(PATRON, PATRON.c.id == REQUEST.c.patron_id)
            .outerjoin(_SEEN, _SEEN.c.id == ITEM.c.seen_branch_id)
        )
        .where(_UNDER_WAY, TRANSFER.c.id > bindparam("after_id"))
        .order_by(TRANSFER.c.id)
        .limit(_MOST)
    )


_SINCE_NOTHING: tuple[ColumnElement[Any], ...] = (
    null(),
    null(),
    null(),
    literal_column("''"),
    null(),
    null(),
    *_LAST_SEEN,
)


def _astray(problem: ColumnElement[Any]) -> Select[Any]:
    """Items that are on no way, as if they were to go home from where they were last seen."""
    moving = exists().where(TRANSFER.c.item_id == ITEM.c.id, _UNDER_WAY)
    return (
        select(null(), *_ITEM_COLUMNS, *_ENDS, _word(TransferReason.RETURN_HOME), *_SINCE_NOTHING, problem)
        .select_from(
            ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id)
            .join(_TO, _TO.c.id == ITEM.c.branch_id)
            .outerjoin(_SEEN, _SEEN.c.id == ITEM.c.seen_branch_id)
            # Nobody has seen it since it was catalogued: then it was at home.
            .join(_FROM, _FROM.c.id == func.coalesce(ITEM.c.seen_branch_id, ITEM.c.branch_id))
        )
        .where(~moving, ITEM.c.barcode > bindparam("after_barcode"))
        .order_by(ITEM.c.barcode)
        .limit(_MOST)
    )


_NONE: ColumnElement[Any] = null()
_IS_REQUESTED = TRANSFER.c.status == _word(TransferStatus.REQUESTED)
_IS_SENT = TRANSFER.c.status == _word(TransferStatus.SENT)
_LIES_HERE = and_(
    ITEM.c.seen_branch_id == _HERE,
    ITEM.c.branch_id != _HERE,
    or_(
        *(
            ITEM.c.status == _word(status)
            for status in (
                ItemStatus.AVAILABLE,
                ItemStatus.RESTRICTED,
                ItemStatus.IN_PROCESS,
                ItemStatus.UNAVAILABLE,
            )
        )
    ),
)
# A scan at the origin after it was sent is somebody who had not put it into the van yet.
_SEEN_SINCE = and_(ITEM.c.seen_at > TRANSFER.c.sent_at, ITEM.c.seen_branch_id != TRANSFER.c.from_branch_id)
_LATE = TRANSFER.c.sent_at < bindparam("latest", type_=Instant())
_WRONG = case((_SEEN_SINCE, _word(Problem.SEEN_ELSEWHERE)), else_=_word(Problem.LATE))

_TO_SEND = Statement(_ways(_NONE).where(_IS_REQUESTED, TRANSFER.c.from_branch_id == _HERE), _Row)
_LYING_HERE = Statement(_astray(_NONE).where(_LIES_HERE), _Row)
_OUTGOING = Statement(_ways(_NONE).where(_IS_SENT, TRANSFER.c.from_branch_id == _HERE), _Row)
_INCOMING = Statement(_ways(_NONE).where(_IS_SENT, TRANSFER.c.to_branch_id == _HERE), _Row)
_GONE_WRONG = Statement(_ways(_WRONG).where(_IS_SENT, or_(_SEEN_SINCE, _LATE)), _Row)
_ON_NO_WAY = Statement(_astray(_word(Problem.NO_TRANSFER)).where(ITEM.c.status == _word(ItemStatus.IN_TRANSIT)), _Row)


def to_send(look: Look, *, after: str = "", limit: int = 100) -> Page[TransferView]:
    """What is to be sent from the look's branch: first what was asked for, then what lies here and belongs elsewhere.

    Refuses without the permission to move items.
    """
    here = look.place.branch_id
    return _page(look, _Sources(_TO_SEND, {"here": here}, _LYING_HERE, {"here": here}), after, limit)


def outgoing(look: Look, *, after: str = "", limit: int = 100) -> Page[TransferView]:
    """What was sent from the look's branch and has not arrived, in the order in which it was asked for.

    Refuses without the permission to move items.
    """
    return _page(look, _Sources(_OUTGOING, {"here": look.place.branch_id}), after, limit)


def incoming(look: Look, *, after: str = "", limit: int = 100) -> Page[TransferView]:
    """What was sent to the look's branch and has not arrived, in the order in which it was asked for.

    Refuses without the permission to move items.
    """
    return _page(look, _Sources(_INCOMING, {"here": look.place.branch_id}), after, limit)


def overdue_transfers(look: Look, days: int = 3, *, after: str = "", limit: int = 100) -> Page[TransferView]:
    """Ways that have gone wrong, at any branch: what to look for, and where it was seen last.

    Sent more than ``days`` calendar days ago and not arrived; seen at another branch than it was sent from since; or
    marked as in transit without being on any way. Refuses without the permission to move items.
    """
    first = look.today - timedelta(days=max(0, min(days, _MOST_DAYS)))
    latest = datetime.combine(first, time.min, look.place.zone)
    return _page(look, _Sources(_GONE_WRONG, {"latest": latest}, _ON_NO_WAY), after, limit)


_MOST_DAYS = 36_500


class _Sources(msgspec.Struct, frozen=True):
    """The two halves of a list: transfers by their ids, then items by their barcodes."""

    ways: Statement[_Row]
    values: dict[str, object]
    items: Statement[_Row] | None = None
    item_values: dict[str, object] = {}


def _page(look: Look, sources: _Sources, after: str, limit: int) -> Page[TransferView]:
    look.require(Permission.MOVE_ITEMS)
    limit = bounded(limit)
    half, place = after[:1], after[1:]
    rows: list[_Row] = []
    if half != _ITEMS:
        passed = int(place) if half == _WAYS and place.isdecimal() and len(place) <= _LONGEST_ID else 0
        rows = look.transaction.all(sources.ways, after_id=passed, most=limit + 1, **sources.values)
    if sources.items is not None and len(rows) <= limit:
        barcode = place if half == _ITEMS and storable(place) else ""
        rest = limit + 1 - len(rows)
        rows += look.transaction.all(sources.items, after_barcode=barcode, most=rest, **sources.item_values)
    return page_of([_view(row, look) for row in rows], limit, _cursor)


_WAYS, _ITEMS = "t", "i"
"""Which half of a list a cursor stands in."""

_LONGEST_ID = 18


def _cursor(view: TransferView) -> str:
    return f"{_ITEMS}{view.barcode}" if view.transfer_id is None else f"{_WAYS}{view.transfer_id}"


def _view(row: _Row, look: Look) -> TransferView:
    since = row.sent_at or row.requested_at or row.seen_at
    seen = Permission.SEE_PATRONS in look.actor.permissions
    zone = look.place.zone
    return TransferView(
        transfer_id=row.transfer_id,
        item_id=row.item_id,
        barcode=row.barcode,
        title=row.title,
        call_number=row.call_number,
        item_status=ItemStatus(row.item_status),
        from_code=row.from_code,
        from_zh=row.from_zh,
        from_en=row.from_en,
        to_code=row.to_code,
        to_zh=row.to_zh,
        to_en=row.to_en,
        reason=TransferReason(row.reason),
        status=None if row.status is None else TransferStatus(row.status),
        since=since,
        days=0 if since is None else max(0, (look.today - since.astimezone(zone).date()).days),
        note=row.note,
        patron_number=row.patron_number if seen else None,
        patron_name=row.patron_name if seen else None,
        problem=None if row.problem is None else Problem(row.problem),
        seen_code=row.seen_code,
        seen_zh=row.seen_zh,
        seen_en=row.seen_en,
        seen_at=row.seen_at,
    )
