"""What to do with the thing in the hand: a pure decision of facts and rules, for every item that comes over a desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from db.catalogue import ItemStatus
from db.circulation import TransferReason, TransferStatus
from libops.circulation.facts import ReturnFacts, TransferFacts
from libops.circulation.holding import shelf_until
from libops.circulation.rules import Rules

LOOKED_AT = timedelta(minutes=30)
"""What went over a desk within this time is looked at again: nobody used it in the house since, nor is it left over."""

_AT_REST = {
    ItemStatus.RESTRICTED,
    ItemStatus.IN_PROCESS,
    ItemStatus.ON_ORDER,
    ItemStatus.UNAVAILABLE,
}
"""States in which an item is not for anybody's request, and which a look at it does not change."""

_FIRST_THERE = {TransferReason.MANUAL, TransferReason.REALLOCATION, TransferReason.ORDER, TransferReason.REPATRIATION}
"""Ways that an item goes to their end before it may serve a request."""


class ReturnOutcome(StrEnum):
    """Where the thing in the hand goes."""

    SHELVE = "shelve"
    HOLD_SHELF = "hold_shelf"
    SEND = "send"
    ASIDE = "aside"


class WayChange(StrEnum):
    """What becomes of the transfer that an item is on."""

    ARRIVES = "arrives"
    CANCELLED = "cancelled"
    SENT = "sent"


class SetAside(msgspec.Struct, frozen=True):
    """An item is for a request: on the shelf here until a moment, or on its way (None) to where it is picked up."""

    request_id: int
    patron_id: int
    until: datetime | None


class NewWay(msgspec.Struct, frozen=True):
    """A transfer that begins here and now."""

    to_branch_id: int
    reason: TransferReason
    request_id: int | None = None


class Direction(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of an item that lies on the desk.

    ``to_branch_id`` is where it goes or stays; ``set_aside`` for whom; ``over`` is the request whose time on the shelf
    was over; ``old_way`` and ``new_way`` say what is written of transfers.
    """

    outcome: ReturnOutcome
    status: ItemStatus
    to_branch_id: int
    set_aside: SetAside | None = None
    over: bool = False
    old_way: WayChange | None = None
    new_way: NewWay | None = None
    in_house: bool = False


def direct(found: ReturnFacts, rules: Rules, here: int, now: datetime, *, leaving: bool = False) -> Direction:
    """Where an item goes from here: to its request, on with its transfer, home, or to its shelf.

    ``leaving`` says that it does not stay here though it was brought here.
    """
    over = found.held is not None and not found.held.stands(now)
    resting = _resting(found)
    if found.held is not None and not over:
        return _to_its_request(found, rules, here, now)
    if resting in _AT_REST:
        return _at_rest(found, resting, here, over=over)
    way = found.transfer
    if way is not None and way.reason in _FIRST_THERE and way.to_branch_id != here:
        return _on_its_way(way, here, over=over)
    if found.waiting is not None and _may_be_held(found, rules):
        return _to_the_next(found, rules, here, now, over=over)
    if way is not None and (way.to_branch_id != here or (way.reason in _FIRST_THERE and found.item.branch_id != here)):
        return _on_its_way(way, here, over=over)
    return _home(found, here, now, over=over, leaving=leaving)


def _resting(found: ReturnFacts) -> ItemStatus:
    status = ItemStatus(found.loan.status_before if found.loan is not None else found.item.status)
    return status if status in _AT_REST else ItemStatus.AVAILABLE


def _may_be_held(found: ReturnFacts, rules: Rules) -> bool:
    waiting = found.waiting
    if waiting is None:
        return False
    return rules.fit(waiting.branch_id, waiting.category_id, found.item.item_type_id).holdable


def _to_its_request(found: ReturnFacts, rules: Rules, here: int, now: datetime) -> Direction:
    """The item is set aside already: here it goes onto the shelf, or stays there; elsewhere it goes on."""
    held, way = found.held, found.transfer
    assert held is not None
    if held.branch_id == here:
        category = found.holder_category_id or 0
        policy = rules.fit(here, category, found.item.item_type_id)
        waits = found.item.status == ItemStatus.AWAITING_PICKUP and held.shelf_until is not None and way is None
        until = None if waits else shelf_until(policy, rules.calendars[here], now)
        return Direction(
            outcome=ReturnOutcome.HOLD_SHELF,
            status=ItemStatus.AWAITING_PICKUP,
            to_branch_id=here,
            set_aside=None if waits else SetAside(held.id, held.patron_id, until),
            old_way=_end_of(way, here),
        )
    return _send_for(found, here, SetAside(held.id, held.patron_id, None), held.branch_id, over=False)


def _to_the_next(found: ReturnFacts, rules: Rules, here: int, now: datetime, *, over: bool) -> Direction:
    waiting = found.waiting
    assert waiting is not None
    if waiting.branch_id != here:
        return _send_for(found, here, SetAside(waiting.id, waiting.patron_id, None), waiting.branch_id, over=over)
    policy = rules.fit(here, waiting.category_id, found.item.item_type_id)
    until = shelf_until(policy, rules.calendars[here], now)
    return Direction(
        outcome=ReturnOutcome.HOLD_SHELF,
        status=ItemStatus.AWAITING_PICKUP,
        to_branch_id=here,
        set_aside=SetAside(waiting.id, waiting.patron_id, until),
        over=over,
        old_way=_end_of(found.transfer, here),
    )


def _send_for(found: ReturnFacts, here: int, aside: SetAside, to: int, *, over: bool) -> Direction:
    """On its way to where its request is picked up: by the transfer that goes there, or by a new one."""
    way = found.transfer
    goes_there = way is not None and way.to_branch_id == to and way.request_id == aside.request_id
    # What was set aside and sent before is not written a second time.
    again = found.held is not None and not over and goes_there
    return Direction(
        outcome=ReturnOutcome.SEND,
        status=ItemStatus.IN_TRANSIT,
        to_branch_id=to,
        set_aside=None if again else aside,
        over=over,
        old_way=_sent(way) if goes_there else _end_of(way, here),
        new_way=None if goes_there else NewWay(to, TransferReason.HOLD, aside.request_id),
    )


def _sent(way: TransferFacts | None) -> WayChange | None:
    return WayChange.SENT if way is not None and way.status == TransferStatus.REQUESTED else None


def _end_of(way: TransferFacts | None, here: int) -> WayChange | None:
    """How an item's way ends that goes nowhere else from here: it arrived, or it is not gone to its end."""
    if way is None:
        return None
    arrived = way.to_branch_id == here and way.status == TransferStatus.SENT
    return WayChange.ARRIVES if arrived else WayChange.CANCELLED


def _at_rest(found: ReturnFacts, resting: ItemStatus, here: int, *, over: bool) -> Direction:
    """Not for anybody's request: it goes home, and stays what it is."""
    home = found.item.branch_id
    if home == here:
        shelved = resting is ItemStatus.RESTRICTED
        return Direction(
            outcome=ReturnOutcome.SHELVE if shelved else ReturnOutcome.ASIDE,
            status=resting,
            to_branch_id=here,
            over=over,
            old_way=_end_of(found.transfer, here),
        )
    goes_home = found.transfer is not None and found.transfer.to_branch_id == home
    return Direction(
        outcome=ReturnOutcome.SEND,
        status=resting,
        to_branch_id=home,
        over=over,
        old_way=_sent(found.transfer) if goes_home else _end_of(found.transfer, here),
        new_way=None if goes_home else NewWay(home, TransferReason.RETURN_HOME),
    )


def _on_its_way(way: TransferFacts, here: int, *, over: bool) -> Direction:
    """The transfer goes to its end: at a third branch the item stays and says where it goes."""
    if way.to_branch_id == here:
        return Direction(
            outcome=ReturnOutcome.ASIDE,
            status=ItemStatus.AVAILABLE,
            to_branch_id=here,
            over=over,
            old_way=_end_of(way, here),
        )
    return Direction(
        outcome=ReturnOutcome.SEND,
        status=ItemStatus.IN_TRANSIT,
        to_branch_id=way.to_branch_id,
        over=over,
        old_way=_sent(way),
    )


def _home(found: ReturnFacts, here: int, now: datetime, *, over: bool, leaving: bool) -> Direction:
    home, way = found.item.branch_id, found.transfer
    at_rest = found.loan is None and way is None and found.item.status == ItemStatus.AVAILABLE
    lately = found.seen_at is not None and now - found.seen_at < LOOKED_AT
    if home != here and at_rest and lately and found.seen_branch_id == here and not leaving:
        # It came here to be here: the second look at it does not send it away again.
        return Direction(outcome=ReturnOutcome.ASIDE, status=ItemStatus.AVAILABLE, to_branch_id=here, over=over)
    if home != here:
        return Direction(
            outcome=ReturnOutcome.SEND,
            status=ItemStatus.IN_TRANSIT,
            to_branch_id=home,
            over=over,
            old_way=_end_of(way, here),
            new_way=NewWay(home, TransferReason.RETURN_HOME),
        )
    return Direction(
        outcome=ReturnOutcome.SHELVE,
        status=ItemStatus.AVAILABLE,
        to_branch_id=here,
        over=over,
        old_way=_end_of(way, here),
        in_house=at_rest and not lately,
    )
