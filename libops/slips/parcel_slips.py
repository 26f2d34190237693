"""What the slip in a parcel shows: something that waits on a hold shelf, or travels to another branch.

Each function looks; it changes nothing, so that a slip can be printed again at any time.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import bindparam, select

from db.circulation import RequestStatus
from db.statement import Statement
from db.tables import BRANCH, ITEM, PATRON, REQUEST, TITLE, TRANSFER
from libops.circulation.holding import shelf_label
from libops.circulation.returns import ReturnAnswer
from libops.codes import storable
from libops.permissions import Permission
from libops.refusals import refuse
from libops.slips.facts import HoldSlip, Name, TransferSlip, masked
from libops.slips.letterhead import NO_DESK, branch_here, desk_here, letterhead
from libops.work import Look


class _HoldRow(msgspec.Struct, frozen=True):
    status: str
    shelf_number: int | None
    shelf_until: datetime | None
    note: str
    number: str
    name: str
    language: str
    title: str
    author: str
    barcode: str
    call_number: str
    branch_zh: str
    branch_en: str
    zone: str


class _TransferRow(msgspec.Struct, frozen=True):
    reason: str
    requested_at: datetime
    sent_at: datetime | None
    note: str
    title: str
    author: str
    barcode: str
    call_number: str
    origin_code: str
    origin_zh: str
    origin_en: str
    to_code: str
    to_zh: str
    to_en: str


_HOLDS = select(
    REQUEST.c.status,
    REQUEST.c.shelf_number,
    REQUEST.c.shelf_until,
    REQUEST.c.note,
    PATRON.c.number,
    PATRON.c.name,
    PATRON.c.language,
    TITLE.c.title,
    TITLE.c.author,
    ITEM.c.barcode,
    ITEM.c.call_number,
    BRANCH.c.name_zh,
    BRANCH.c.name_en,
    BRANCH.c.zone,
).select_from(
    REQUEST.join(PATRON, PATRON.c.id == REQUEST.c.patron_id)
    .join(ITEM, ITEM.c.id == REQUEST.c.held_item_id)
    .join(TITLE, TITLE.c.id == ITEM.c.title_id)
    .join(BRANCH, BRANCH.c.id == REQUEST.c.branch_id)
)
_HOLD = Statement(_HOLDS.where(REQUEST.c.id == bindparam("request_id")), _HoldRow)
_HOLD_OF_ITEM = Statement(_HOLDS.where(ITEM.c.barcode == bindparam("barcode"), REQUEST.c.closed_at.is_(None)), _HoldRow)
_TO = BRANCH.alias("to_branch")
_TRANSFERS = select(
    TRANSFER.c.reason,
    TRANSFER.c.requested_at,
    TRANSFER.c.sent_at,
    TRANSFER.c.note,
    TITLE.c.title,
    TITLE.c.author,
    ITEM.c.barcode,
    ITEM.c.call_number,
    BRANCH.c.code,
    BRANCH.c.name_zh,
    BRANCH.c.name_en,
    _TO.c.code,
    _TO.c.name_zh,
    _TO.c.name_en,
).select_from(
    TRANSFER.join(ITEM, ITEM.c.id == TRANSFER.c.item_id)
    .join(TITLE, TITLE.c.id == ITEM.c.title_id)
    .join(BRANCH, BRANCH.c.id == TRANSFER.c.from_branch_id)
    .join(_TO, _TO.c.id == TRANSFER.c.to_branch_id)
)
_TRANSFER = Statement(_TRANSFERS.where(TRANSFER.c.id == bindparam("transfer_id")), _TransferRow)
_TRANSFER_OF_ITEM = Statement(
    _TRANSFERS.where(ITEM.c.barcode == bindparam("barcode"), TRANSFER.c.ended_at.is_(None)), _TransferRow
)


def hold_slip(look: Look, request_id: int) -> HoldSlip:
    """The slip in what lies on a hold shelf for a request. Refusals: ``slip.not_on_shelf``, ``permission.missing``."""
    look.require(Permission.RETURN)
    return _of_hold(look, look.transaction.maybe(_HOLD, request_id=request_id))


def hold_slip_of(look: Look, barcode: str) -> HoldSlip:
    """The same for the item with this barcode."""
    look.require(Permission.RETURN)
    return _of_hold(look, look.transaction.maybe(_HOLD_OF_ITEM, barcode=barcode) if storable(barcode) else None)


def _of_hold(look: Look, row: _HoldRow | None) -> HoldSlip:
    if row is None or row.status != RequestStatus.AWAITING_PICKUP or row.shelf_until is None:
        raise refuse("slip.not_on_shelf")
    zone = ZoneInfo(row.zone)
    return HoldSlip(
        library=letterhead(look).library,
        branch=Name(row.branch_zh, row.branch_en),
        desk=NO_DESK,
        at=look.now.astimezone(zone),
        label=shelf_label(row.shelf_number),
        patron=masked(row.name, row.number, row.language),
        title=row.title,
        author=row.author,
        barcode=row.barcode,
        call_number=row.call_number,
        until=row.shelf_until.astimezone(zone).date(),
        note=row.note,
    )


def transfer_slip(look: Look, transfer_id: int) -> TransferSlip:
    """The slip in what travels to another branch. Refusals: ``slip.not_on_its_way``, ``permission.missing``."""
    look.require(Permission.RETURN)
    return _of_transfer(look, look.transaction.maybe(_TRANSFER, transfer_id=transfer_id))


def transfer_slip_of(look: Look, barcode: str) -> TransferSlip:
    """The same for the item with this barcode, while it is to be sent or on its way."""
    look.require(Permission.RETURN)
    return _of_transfer(look, look.transaction.maybe(_TRANSFER_OF_ITEM, barcode=barcode) if storable(barcode) else None)


def _of_transfer(look: Look, row: _TransferRow | None) -> TransferSlip:
    if row is None:
        raise refuse("slip.not_on_its_way")
    zone = look.place.zone
    return TransferSlip(
        library=letterhead(look).library,
        branch=branch_here(look),
        desk=desk_here(look),
        at=look.now.astimezone(zone),
        to=Name(row.to_zh, row.to_en),
        to_code=row.to_code,
        origin=Name(row.origin_zh, row.origin_en),
        origin_code=row.origin_code,
        title=row.title,
        author=row.author,
        barcode=row.barcode,
        call_number=row.call_number,
        reason=row.reason,
        on=(row.sent_at or row.requested_at).astimezone(zone).date(),
        note=row.note,
    )


def slip_after(look: Look, answer: ReturnAnswer) -> HoldSlip | TransferSlip | None:
    """The slip that goes into an item which just came over the desk; None where it needs none.

    What lies on the hold shelf here gets a hold slip, what goes to another branch a transfer slip.
    """
    if answer.hold is not None and answer.hold.label:
        return hold_slip(look, answer.hold.request_id)
    if answer.transfer_id is not None:
        return transfer_slip(look, answer.transfer_id)
    return None
