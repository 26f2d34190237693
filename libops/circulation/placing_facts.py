"""What placing a request needs to know, read after the patron and the title's queue are locked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, or_, select

from db.statement import Statement
from db.tables import CATEGORY, ITEM, LIBRARY, PATRON, REQUEST, TITLE
from libops.circulation import copies, facts
from libops.circulation.copies import CopyFacts
from libops.circulation.decisions import PatronFacts
from libops.circulation.facts import Cells
from libops.circulation.lapsing import in_time, queued
from libops.people.numbers import leads_to, lock_number
from libops.refusals import Reason, Refusal, refuse
from libops.work import Work


class Wanted(msgspec.Struct, frozen=True):
    """What is asked for: a title by its number or by the barcode of any copy; or one item, by its barcode."""

    title_number: str | None
    barcode: str | None
    item_level: bool = False


class OwnRequest(msgspec.Struct, frozen=True):
    """A live request of the patron for the same title; it may be over without anybody having noticed."""

    id: int
    item_id: int | None
    held_item_id: int | None
    ends_at: datetime | None
    shelf_until: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Whether its time has passed: on the hold shelf, or in the queue."""
        last = self.ends_at if self.held_item_id is None else self.shelf_until
        return last is not None and last < now


class TitleFacts(msgspec.Struct, frozen=True):
    """The title that is asked for."""

    id: int
    number: str
    title: str


class PlacingFacts(msgspec.Struct, frozen=True):
    """A patron with their requests, a title with the copies that could fill one, and how many wait already.

    ``item_id`` is the one item that is asked for, None where any copy will do; ``holds`` counts all open requests of
    the patron, ``ahead`` those of the queue that want the same, ``position`` is the next in it.
    """

    rules_version: int
    patron: PatronFacts
    holds: int
    holds_limit: int
    title: TitleFacts
    item_id: int | None
    ahead: int
    position: int
    own: list[OwnRequest]
    copies: list[CopyFacts]

    def twin(self) -> OwnRequest | None:
        """The patron's live request for the very same."""
        return next((request for request in self.own if request.item_id == self.item_id), None)


class _Found(msgspec.Struct, frozen=True):
    rules_version: int
    patron: PatronFacts | None
    holds_limit: int
    holds: int
    item_id: int | None
    title: TitleFacts | None
    for_title: int
    for_item: int
    last_waiting: int
    last_held: int


class _Id(msgspec.Struct, frozen=True):
    id: int


_PATRONS, _TITLES = len(PatronFacts.__struct_fields__), len(TitleFacts.__struct_fields__)


def _found(*row: Any) -> _Found:  # noqa: ANN401 - a driver's row; the structs give it its types
    cells = Cells(row)
    version, patron = cells.next(), cells.take(_PATRONS)
    limit, holds, item_id, title = cells.next(), cells.next(), cells.next(), cells.take(_TITLES)
    return _Found(
        version,
        None if patron is None else PatronFacts(*patron),
        limit or 0,
        holds,
        item_id,
        None if title is None else TitleFacts(*title),
        cells.next(),
        cells.next(),
        cells.next(),
        cells.next(),
    )


_NAMED = TITLE.alias("named")
_BY_NUMBER = select(_NAMED.c.id).where(_NAMED.c.number == bindparam("title")).scalar_subquery()
_OWN, _OTHER, _LAST, _HELD, _COPY = (
    REQUEST.alias("own"),
    REQUEST.alias("other"),
    REQUEST.alias("last_waiting"),
    REQUEST.alias("last_held"),
    ITEM.alias("copy"),
)
_HOLDS = (
    select(func.count())
    .select_from(_OWN)
    .where(_OWN.c.patron_id == PATRON.c.id, _OWN.c.closed_at.is_(None), in_time(_OWN))
    .correlate(PATRON)
    .scalar_subquery()
)
_QUEUE = select(func.count()).select_from(_OTHER).where(_OTHER.c.title_id == TITLE.c.id, queued(_OTHER))
_SAME_ITEM = or_(_OTHER.c.item_id.is_(None), _OTHER.c.item_id == ITEM.c.id)
_FOR_TITLE = _QUEUE.correlate(TITLE).scalar_subquery()
_FOR_ITEM = _QUEUE.where(_SAME_ITEM).correlate(TITLE, ITEM).scalar_subquery()
# Whoever has a copy set aside keeps their place in the queue, and is found by their copy.
_LAST_WAITING = (
    select(func.max(_LAST.c.position))
    .where(_LAST.c.title_id == TITLE.c.id, _LAST.c.closed_at.is_(None), _LAST.c.held_item_id.is_(None))
    .correlate(TITLE)
    .scalar_subquery()
)
_LAST_HELD = (
    select(func.max(_HELD.c.position))
    .select_from(_COPY.join(_HELD, _HELD.c.held_item_id == _COPY.c.id))
    .where(_COPY.c.title_id == TITLE.c.id, _HELD.c.closed_at.is_(None))
    .correlate(TITLE)
    .scalar_subquery()
)


_PLACING = Statement(
    select(
        LIBRARY.c.rules_version,
        *facts.patron_columns(),
        CATEGORY.c.holds_limit,
        _HOLDS,
        ITEM.c.id,
        *(TITLE.c[name] for name in TitleFacts.__struct_fields__),
        _FOR_TITLE,
        _FOR_ITEM,
        func.coalesce(_LAST_WAITING, 0),
        func.coalesce(_LAST_HELD, 0),
    ).select_from(
        LIBRARY.outerjoin(PATRON, PATRON.c.id == leads_to(bindparam("patron")))
        .outerjoin(CATEGORY, CATEGORY.c.id == PATRON.c.category_id)
        .outerjoin(ITEM, ITEM.c.barcode == bindparam("barcode"))
        .outerjoin(TITLE, TITLE.c.id == func.coalesce(ITEM.c.title_id, _BY_NUMBER))
    ),
    _found,
)
_OWN_REQUESTS = Statement(
    select(*(REQUEST.c[name] for name in OwnRequest.__struct_fields__)).where(
        REQUEST.c.patron_id == bindparam("patron_id"),
        REQUEST.c.title_id == bindparam("title_id"),
        REQUEST.c.closed_at.is_(None),
    ),
    OwnRequest,
)
# NO KEY UPDATE: rows that merely refer to the title need not wait.
_LOCK_TITLE = Statement(
    select(TITLE.c.id).where(TITLE.c.number == bindparam("title")).with_for_update(key_share=True), _Id
)


def placing(work: Work, patron_number: str, wanted: Wanted) -> PlacingFacts:
    """Lock the patron, then the title that stands for its queue (and a named copy), then read all of it.

    Refuses what is not known: ``patron.unknown``, ``item.unknown``, ``request.unknown_title``, ``code.*``; and with
    ``request.name_one`` where title and copy are both named, or neither is.
    """
    if (wanted.title_number is None) == (wanted.barcode is None) or (wanted.item_level and wanted.barcode is None):
        raise refuse("request.name_one")
    tx, barcode, number = work.transaction, wanted.barcode or "", wanted.title_number or ""
    lock_number(tx, patron_number)
    if wanted.barcode is None:
        tx.lock(_LOCK_TITLE, title=number)
    else:
        facts.lock_copy(work, barcode)
    found = tx.one(_PLACING, patron=patron_number, barcode=barcode, title=number, now=work.now)
    work.about(patron_id=None if found.patron is None else found.patron.id, item_id=found.item_id)
    if found.patron is None or found.title is None:
        raise Refusal(_unknown(work, found, patron_number, wanted))
    item_id = found.item_id if wanted.item_level else None
    return PlacingFacts(
        found.rules_version,
        found.patron,
        found.holds,
        found.holds_limit,
        found.title,
        item_id,
        found.for_title if item_id is None else found.for_item,
        max(found.last_waiting, found.last_held) + 1,
        tx.all(_OWN_REQUESTS, patron_id=found.patron.id, title_id=found.title.id),
        copies.of_title(tx, found.title.id, item_id),
    )


def _unknown(work: Work, found: _Found, patron_number: str, wanted: Wanted) -> list[Reason]:
    reasons = []
    if found.patron is None:
        reasons.append(work.patterns.why_not_patron(patron_number))
    if found.title is None and wanted.barcode is not None:
        reasons.append(work.patterns.why_not_item(wanted.barcode))
    elif found.title is None:
        reasons.append(Reason("request.unknown_title", {"number": wanted.title_number or ""}))
    return reasons
