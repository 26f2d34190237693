"""Titles: one shown whole, and the acts that make and change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import bindparam, func, select

from db.catalogue import ItemStatus
from db.database import Transaction
from db.row_lists import among
from db.statement import Statement
from db.tables import (
    BRANCH,
    IMPORT_RUN,
    ITEM,
    ITEM_TYPE,
    LOAN,
    LOCATION,
    REQUEST,
    TITLE,
    TITLE_IDENTIFIER,
    TITLE_RECORD,
)
from libops.catalogue import availability
from libops.catalogue.about import TitleColumns, described
from libops.catalogue.availability import Availability
from libops.catalogue.description import Description
from libops.catalogue.volumes import in_order
from libops.codes import storable
from libops.refusals import Refusal, refuse
from libops.work import Look


class CopyView(msgspec.Struct, frozen=True):
    """A copy as a title's list shows it; ``due_on`` is a day of the branch that lent it, None where it is not lent."""

    barcode: str
    status: ItemStatus
    item_type_zh: str
    item_type_en: str
    branch_code: str
    branch_zh: str
    branch_en: str
    location_code: str | None
    location_zh: str | None
    location_en: str | None
    call_number: str
    volume: str
    condition: str
    note: str
    due_on: date | None


class Volume(msgspec.Struct, frozen=True):
    """Another volume of the same set."""

    number: str
    title: str
    volume: str
    year: int | None


class Provenance(msgspec.Struct, frozen=True):
    """Where a title's record came from: whose it is, from which file, the how manieth there, and at which byte."""

    format: str
    encoding: str
    source: str
    control_number: str
    file: str
    place: int
    start: int
    read_at: datetime


class TitleCard(msgspec.Struct, frozen=True):
    """A title with all that belongs to it. ``waiting`` counts the open requests that have no copy yet."""

    id: int
    number: str
    about: Description
    availability: Availability
    copies: tuple[CopyView, ...]
    volumes: tuple[Volume, ...]
    waiting: int
    provenance: Provenance | None


class TitleRow(msgspec.Struct, frozen=True):
    """A title as acts read it."""

    id: int
    number: str
    set_key: str
    about: Description


class _CopyRow(msgspec.Struct, frozen=True):
    barcode: str
    status: str
    item_type_zh: str
    item_type_en: str
    branch_code: str
    branch_zh: str
    branch_en: str
    location_code: str | None
    location_zh: str | None
    location_en: str | None
    call_number: str
    volume: str
    condition: str
    note: str
    due_at: datetime | None
    zone: str | None


# What the driver gives for a row's columns is checked by nobody but the struct.
def _row(key: int, number: str, set_key: str, about: Mapping[str, Any] | None, *columns: Any) -> TitleRow:  # noqa: ANN401
    return TitleRow(key, number, set_key, described(about, TitleColumns(*columns)))


_COLUMNS = (TITLE.c.id, TITLE.c.number, TITLE.c.set_key, TITLE.c.about)
_SHOWN = (*_COLUMNS, *(TITLE.c[name] for name in TitleColumns.__struct_fields__))
_BY_NUMBER = Statement(select(*_SHOWN).where(TITLE.c.number == bindparam("number")), _row)
_LOCK_ALL = Statement(
    select(TITLE.c.id).where(among(TITLE.c.id, "title_ids")).order_by(TITLE.c.id).with_for_update(), int
)
_OF_IDENTIFIER = Statement(
    select(*_SHOWN)
    .select_from(TITLE.join(TITLE_IDENTIFIER, TITLE_IDENTIFIER.c.title_id == TITLE.c.id))
    .where(TITLE_IDENTIFIER.c.value == bindparam("value"))
    .order_by(TITLE.c.id)
    .limit(10),
    _row,
)
_LENT_AT = BRANCH.alias("lent_at")
_COPIES = Statement(
    select(
        ITEM.c.barcode,
        ITEM.c.status,
        ITEM_TYPE.c.name_zh,
        ITEM_TYPE.c.name_en,
        BRANCH.c.code,
        BRANCH.c.name_zh,
        BRANCH.c.name_en,
        LOCATION.c.code,
        LOCATION.c.name_zh,
        LOCATION.c.name_en,
        ITEM.c.call_number,
        ITEM.c.volume,
        ITEM.c.condition,
        ITEM.c.note,
        LOAN.c.due_at,
        _LENT_AT.c.zone,
    )
    .select_from(
        ITEM.join(BRANCH, BRANCH.c.id == ITEM.c.branch_id)
        .join(ITEM_TYPE, ITEM_TYPE.c.id == ITEM.c.item_type_id)
        .outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
        .outerjoin(LOAN, (LOAN.c.item_id == ITEM.c.id) & LOAN.c.returned_at.is_(None))
        .outerjoin(_LENT_AT, _LENT_AT.c.id == LOAN.c.branch_id)
    )
    .where(ITEM.c.title_id == bindparam("title_id"))
    .order_by(BRANCH.c.code, LOCATION.c.code, ITEM.c.shelf_key, ITEM.c.barcode)
    .limit(1000),
    _CopyRow,
)
_VOLUMES = Statement(
    select(TITLE.c.number, TITLE.c.title, TITLE.c.volume, TITLE.c.year)
    .where(TITLE.c.set_key == bindparam("set_key"), TITLE.c.set_key != "", TITLE.c.id != bindparam("title_id"))
    .limit(500),
    Volume,
)
_WAITING = Statement(
    select(func.count())
    .select_from(REQUEST)
    .where(
        REQUEST.c.title_id == bindparam("title_id"), REQUEST.c.closed_at.is_(None), REQUEST.c.held_item_id.is_(None)
    ),
    int,
)
_PROVENANCE = Statement(
    select(
        TITLE_RECORD.c.format,
        TITLE_RECORD.c.encoding,
        TITLE_RECORD.c.source,
        TITLE_RECORD.c.control_number,
        func.coalesce(IMPORT_RUN.c.file, ""),
        TITLE_RECORD.c.place,
        TITLE_RECORD.c.start,
        TITLE_RECORD.c.read_at,
    )
    .select_from(TITLE_RECORD.outerjoin(IMPORT_RUN, IMPORT_RUN.c.id == TITLE_RECORD.c.import_id))
    .where(TITLE_RECORD.c.title_id == bindparam("title_id")),
    Provenance,
)
_OF_ITEM = Statement(
    select(TITLE.c.number)
    .select_from(ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id))
    .where(ITEM.c.barcode == bindparam("barcode")),
    str,
)


def find_title(look: Look, number: str) -> TitleRow:
    """The title with this number. Refuses with ``title.unknown``."""
    row = look.transaction.maybe(_BY_NUMBER, number=number) if storable(number) else None
    if row is None:
        raise refuse("title.unknown", number=number)
    return row


def is_taken(look: Look, number: str) -> bool:
    """Whether a title has this number."""
    return look.transaction.maybe(_BY_NUMBER, number=number) is not None


def lock_titles(transaction: Transaction, title_ids: Sequence[int]) -> None:
    """Lock titles in the order in which every act does."""
    transaction.lock(_LOCK_ALL, title_ids=title_ids)


def show_title(look: Look, number: str) -> TitleCard:
    """A title with its copies, its other volumes and where its record came from. Refuses with ``title.unknown``."""
    row = find_title(look, number)
    ask = look.transaction
    return TitleCard(
        id=row.id,
        number=row.number,
        about=row.about,
        availability=availability.of_titles(look, [row.id]).get(row.id, Availability()),
        copies=tuple(_copy(copy) for copy in ask.all(_COPIES, title_id=row.id)),
        volumes=tuple(in_order(ask.all(_VOLUMES, set_key=row.set_key, title_id=row.id), lambda other: other.volume)),
        waiting=ask.one(_WAITING, title_id=row.id),
        provenance=ask.maybe(_PROVENANCE, title_id=row.id),
    )


def title_of_item(look: Look, barcode: str) -> str:
    """The number of the title of which an item is a copy; refuses with what is wrong with the barcode."""
    number = look.transaction.maybe(_OF_ITEM, barcode=barcode) if storable(barcode) else None
    if number is None:
        raise Refusal([look.patterns.why_not_item(barcode)])
    return number


def known_by(look: Look, isbn: str) -> list[TitleRow]:
    """The titles that are known by an ISBN or ISSN, at most ten; ``isbn`` in the form in which it is stored."""
    return look.transaction.all(_OF_IDENTIFIER, value=isbn)


def _copy(row: _CopyRow) -> CopyView:
    due_on = None if row.due_at is None else row.due_at.astimezone(ZoneInfo(row.zone or "UTC")).date()
    shown = {name: getattr(row, name) for name in CopyView.__struct_fields__ if name not in ("due_on", "status")}
    return CopyView(status=ItemStatus(row.status), due_on=due_on, **shown)
