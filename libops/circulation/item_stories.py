"""Everything that is known of one copy: its state, who has it or waits for it, where it goes and was seen last."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, func, select

from db.circulation import TransferReason, TransferStatus
from db.statement import Statement
from db.tables import BRANCH, ITEM, ITEM_TYPE, REQUEST, TITLE, TRANSFER
from libops.catalogue import items
from libops.catalogue.items import ItemView, OnLoan
from libops.catalogue.stacks.placing import PlaceView, place_of
from libops.circulation.holders import HolderView, holder
from libops.circulation.in_house import uses_of
from libops.circulation.lost import LossCost, cost_if_lost
from libops.circulation.queues import could_take, waits
from libops.money.amounts import currency_of
from libops.work import Look


class Way(msgspec.Struct, frozen=True):
    """The transfer that a copy is on, or for which it has been asked."""

    reason: TransferReason
    status: TransferStatus
    to_zh: str
    to_en: str


class ItemStory(msgspec.Struct, frozen=True, kw_only=True):
    """A copy and all that is going on with it.

    ``title_number`` is its title's; ``branch_*`` owns it. ``held_for`` is for whom it was set aside, ``waiting`` counts
    the requests that it could fill, ``seen_at`` is when it last went over a desk, at ``seen_*``. It was read in the
    house and not lent as often as ``used_in_house`` says, last at ``used_at``; ``currency`` is that of its price.
    ``place`` is its bay, or why it has none; ``if_lost`` what its borrower is charged if it is declared lost. Names of
    patrons are None for who may not see patrons.
    """

    item: ItemView
    title_number: str
    branch_zh: str
    branch_en: str
    loan: OnLoan | None
    held_for: HolderView | None
    way: Way | None
    waiting: int
    parts: int
    damage: str
    missing_parts: str
    seen_at: datetime | None
    seen_zh: str | None
    seen_en: str | None
    used_in_house: int = 0
    used_at: datetime | None = None
    currency: str = ""
    item_type_zh: str = ""
    item_type_en: str = ""
    volume: str = ""
    condition: str = ""
    note: str = ""
    rfid_uid: str | None = None
    place: PlaceView | None = None
    if_lost: LossCost | None = None


class _More(msgspec.Struct, frozen=True):
    item_id: int
    title_number: str
    branch_zh: str
    branch_en: str
    parts: int
    damage: str
    missing_parts: str
    seen_at: datetime | None
    seen_zh: str | None
    seen_en: str | None
    request_id: int | None
    reason: TransferReason | None
    status: TransferStatus | None
    to_zh: str | None
    to_en: str | None
    waiting: int
    item_type_zh: str
    item_type_en: str
    volume: str
    condition: str
    note: str
    rfid_uid: str | None


_SEEN, _TO = BRANCH.alias("seen"), BRANCH.alias("ends")
_WAITING = (
    select(func.count()).select_from(REQUEST).where(waits(REQUEST), could_take(REQUEST, ITEM)).correlate(ITEM)
).scalar_subquery()
_HELD_BY = (
    select(func.max(REQUEST.c.id)).where(REQUEST.c.held_item_id == ITEM.c.id, REQUEST.c.closed_at.is_(None))
).scalar_subquery()
_MORE = Statement(
    select(
        ITEM.c.id,
        TITLE.c.number,
        BRANCH.c.name_zh,
        BRANCH.c.name_en,
        ITEM.c.parts,
        ITEM.c.damage,
        ITEM.c.missing_parts,
        ITEM.c.seen_at,
        _SEEN.c.name_zh,
        _SEEN.c.name_en,
        _HELD_BY,
        TRANSFER.c.reason,
        TRANSFER.c.status,
        _TO.c.name_zh,
        _TO.c.name_en,
        _WAITING,
        ITEM_TYPE.c.name_zh,
        ITEM_TYPE.c.name_en,
        ITEM.c.volume,
        ITEM.c.condition,
        ITEM.c.note,
        ITEM.c.rfid_uid,
    )
    .select_from(
        ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id)
        .join(BRANCH, BRANCH.c.id == ITEM.c.branch_id)
        .join(ITEM_TYPE, ITEM_TYPE.c.id == ITEM.c.item_type_id)
        .outerjoin(_SEEN, _SEEN.c.id == ITEM.c.seen_branch_id)
        .outerjoin(TRANSFER, (TRANSFER.c.item_id == ITEM.c.id) & TRANSFER.c.ended_at.is_(None))
        .outerjoin(_TO, _TO.c.id == TRANSFER.c.to_branch_id)
    )
    .where(ITEM.c.barcode == bindparam("barcode")),
    _More,
)


def show(look: Look, barcode: str) -> ItemStory:
    """The copy with this barcode and all that is going on with it. Refuses as ``items.show``."""
    card = items.show_card(look, barcode)
    more = look.transaction.one(_MORE, barcode=barcode, now=look.now)
    way = None
    if more.reason is not None and more.status is not None:
        way = Way(TransferReason(more.reason), TransferStatus(more.status), more.to_zh or "", more.to_en or "")
    used = uses_of(look, more.item_id)
    return ItemStory(
        item=card.item,
        title_number=more.title_number,
        branch_zh=more.branch_zh,
        branch_en=more.branch_en,
        loan=card.loan,
        held_for=None if more.request_id is None else holder(look, more.request_id),
        way=way,
        waiting=more.waiting,
        parts=more.parts,
        damage=more.damage,
        missing_parts=more.missing_parts,
        seen_at=more.seen_at,
        seen_zh=more.seen_zh,
        seen_en=more.seen_en,
        used_in_house=len(used),
        used_at=used[-1] if used else None,
        currency=currency_of(look.transaction),
        item_type_zh=more.item_type_zh,
        item_type_en=more.item_type_en,
        volume=more.volume,
        condition=more.condition,
        note=more.note,
        rfid_uid=more.rfid_uid,
        place=place_of(look.transaction, more.item_id),
        if_lost=None if card.loan is None else cost_if_lost(look, barcode),
    )
