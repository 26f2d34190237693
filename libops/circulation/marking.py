"""What marking an item by hand asks and answers, and what becomes of those who counted on it."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, or_, select

from db.catalogue import ItemStatus
from db.circulation import RequestStatus, TransferStatus
from db.statement import Statement
from db.tables import ITEM, REQUEST
from db.types import Instant
from libops.circulation import facts, holding, moving
from libops.circulation.copies import HOPELESS
from libops.circulation.decisions import ItemFacts
from libops.circulation.facts import ReturnFacts
from libops.circulation.rules import Rules, standing
from libops.refusals import Reason, Refusal
from libops.work import Answer, Work


class MarkAnswer(Answer, frozen=True, kw_only=True):
    """An item was marked; the patron is the one whose loan it is about, or who was charged.

    ``was`` and ``status`` are before and after. Amounts are in minor units: ``charged`` to the patron, ``cancelled``
    taken off again, ``to_refund`` has to be paid back. ``given_back`` says that the request it was set aside for waits
    again; ``waiting`` counts the requests that no copy is left for: staff have to see to them.
    """

    item_id: int
    barcode: str
    title: str
    was: ItemStatus
    status: ItemStatus
    currency: str
    loan_id: int | None = None
    charged: int = 0
    cancelled: int = 0
    to_refund: int = 0
    given_back: bool = False
    waiting: int = 0
    damage: str = ""
    missing_parts: str = ""


class _Left(msgspec.Struct, frozen=True):
    copies: int
    for_title: int
    for_item: int


_COPY = ITEM.alias("other_copy")
_SERVES: ColumnElement[bool] = and_(*(_COPY.c.status != literal_column(f"'{status}'") for status in HOPELESS))
_WAITING = and_(
    REQUEST.c.title_id == bindparam("title_id"),
    REQUEST.c.closed_at.is_(None),
    REQUEST.c.held_item_id.is_(None),
    or_(REQUEST.c.ends_at.is_(None), REQUEST.c.ends_at >= bindparam("now", type_=Instant())),
)
_COUNT = select(func.count())
_LEFT = Statement(
    select(
        _COUNT.select_from(_COPY)
        .where(_COPY.c.title_id == bindparam("title_id"), _COPY.c.id != bindparam("item_id"), _SERVES)
        .scalar_subquery(),
        _COUNT.select_from(REQUEST).where(_WAITING, REQUEST.c.item_id.is_(None)).scalar_subquery(),
        _COUNT.select_from(REQUEST).where(_WAITING, REQUEST.c.item_id == bindparam("item_id")).scalar_subquery(),
    ),
    _Left,
)


def find_copy(work: Work, barcode: str) -> tuple[ReturnFacts, Rules]:
    """Lock an item's title and the item, and read all about it; refuses with what is wrong with the barcode."""
    seen = facts.returning(work, barcode)
    if seen is None:
        raise Refusal([work.patterns.why_not_item(barcode)])
    return seen, standing(work.transaction, seen.rules_version)


def against_moving(seen: ReturnFacts, rules: Rules, work: Work) -> list[Reason]:
    """What stands against taking an item out of the round: somebody has it, counts on it, or it is under way."""
    reasons = []
    if seen.loan is not None:
        reasons.append(Reason("lost.on_loan"))
    if seen.item.status in (ItemStatus.PAGED, ItemStatus.AWAITING_DELIVERY) or (
        seen.held is not None and seen.held.stands(work.now)
    ):
        reasons.append(Reason("lost.held"))
    if seen.transfer is not None and seen.transfer.status == TransferStatus.SENT:
        reasons.append(Reason("lost.in_transit", {"branch": rules.branches[seen.transfer.to_branch_id].name}))
    return reasons


def let_go(work: Work, seen: ReturnFacts) -> bool:
    """End what an item was about to do: its way, and that it was set aside; whether a request waits again for it."""
    item_id, held = seen.item.id, seen.held
    if seen.transfer is not None:
        moving.cancel(work, seen.transfer.id, item_id)
    if held is None:
        return False
    if held.stands(work.now):
        holding.give_back(work, request_id=held.id, patron_id=held.patron_id, item_id=item_id)
        return True
    expired = RequestStatus.PICKUP_EXPIRED
    holding.close(work, request_id=held.id, patron_id=held.patron_id, status=expired, item_id=item_id)
    return False


def tell_if_last(work: Work, item_id: int, title_id: int) -> int:
    """How many requests wait and no copy is left for them, now that this one is gone; the journal is told of them."""
    left = work.transaction.one(_LEFT, item_id=item_id, title_id=title_id, now=work.now)
    waiting = left.for_item + (0 if left.copies else left.for_title)
    if waiting:
        work.record("title.no_copy_left", item_id=item_id, waiting=waiting, copies=left.copies)
    return waiting


def marked(item: ItemFacts, rules: Rules, status: ItemStatus) -> MarkAnswer:
    """The answer about an item that is marked so now, and about nobody yet."""
    return MarkAnswer(
        item_id=item.id,
        barcode=item.barcode,
        title=item.title,
        was=ItemStatus(item.status),
        status=status,
        currency=rules.currency,
        damage=item.damage,
        missing_parts=item.missing_parts,
    )
