"""Items that are not where they should be, and those that are taken out of the round or put back by hand."""

from __future__ import annotations

import msgspec

from db.catalogue import ItemStatus
from libops.circulation import effects
from libops.circulation.copies import HOPELESS
from libops.circulation.marking import MarkAnswer, against_moving, find_copy, let_go, marked, tell_if_last
from libops.permissions import Permission
from libops.refusals import Reason, Refusal, refuse
from libops.work import Work, act

_GONE = (ItemStatus.MISSING, ItemStatus.LONG_MISSING, ItemStatus.LOST_AND_PAID)
"""States out of which an item comes by being checked in, which also settles what hangs on it."""

BY_HAND = (ItemStatus.AVAILABLE, ItemStatus.RESTRICTED, ItemStatus.IN_PROCESS, ItemStatus.UNAVAILABLE)
"""States that staff may give an item that lies before them."""


@act("items.mark_missing", MarkAnswer)
def mark_missing(work: Work, *, barcode: str) -> MarkAnswer:
    """Mark an item as missing that is not on loan and not where it should be.

    A request that it was set aside for waits again at its old place; where no copy is left for those who wait, the
    answer says so. Checking it in finds it.
    Refusals: ``item.unknown``, ``item.withdrawn``, ``lost.on_loan``, ``lost.paid``, ``lost.already``, ``code.*``,
    ``permission.missing``.
    """
    return _miss(work, barcode, ItemStatus.MISSING)


@act("items.mark_long_missing", MarkAnswer)
def mark_long_missing(work: Work, *, barcode: str) -> MarkAnswer:
    """Mark an item as missing for long, which nobody looks for any more; refuses as ``mark_missing``."""
    return _miss(work, barcode, ItemStatus.LONG_MISSING)


def _miss(work: Work, barcode: str, status: ItemStatus) -> MarkAnswer:
    work.require(Permission.MARK_MISSING)
    seen, rules = find_copy(work, barcode)
    if seen.item.status == ItemStatus.WITHDRAWN:
        raise refuse("item.withdrawn")
    if seen.loan is not None:
        raise refuse("lost.on_loan")
    if seen.item.status == ItemStatus.LOST_AND_PAID:
        raise refuse("lost.paid")
    if seen.item.status == status:
        raise refuse("lost.already")
    effects.mark(work, seen.item.id, status)
    work.record("item.missing", item_id=seen.item.id, was=seen.item.status, status=status)
    given_back = let_go(work, seen)
    waiting = tell_if_last(work, seen.item.id, seen.item.title_id)
    return msgspec.structs.replace(marked(seen.item, rules, status), given_back=given_back, waiting=waiting)


@act("items.withdraw", MarkAnswer)
def withdraw(work: Work, *, barcode: str, note: str) -> MarkAnswer:
    """Withdraw an item from the collection; ``note`` says why, and may be about the item only.

    Refusals: ``item.unknown``, ``item.withdrawn``, ``lost.on_loan``, ``lost.held``, ``lost.in_transit``,
    ``lost.no_note``, ``code.*``, ``permission.missing``.
    """
    work.require(Permission.WITHDRAW)
    seen, rules = find_copy(work, barcode)
    if seen.item.status == ItemStatus.WITHDRAWN:
        raise refuse("item.withdrawn")
    against = against_moving(seen, rules, work)
    if not note.strip():
        against.append(Reason("lost.no_note"))
    if against:
        raise Refusal(against)
    effects.mark(work, seen.item.id, ItemStatus.WITHDRAWN)
    work.record("item.withdrawn", item_id=seen.item.id, was=seen.item.status, why=note.strip())
    let_go(work, seen)
    waiting = tell_if_last(work, seen.item.id, seen.item.title_id)
    return msgspec.structs.replace(marked(seen.item, rules, ItemStatus.WITHDRAWN), waiting=waiting)


@act("items.set_status", MarkAnswer)
def set_status(work: Work, *, barcode: str, status: str) -> MarkAnswer:
    """Mark an item that is in as available, restricted, in process or unavailable; ``status`` as ``BY_HAND`` has it.

    A withdrawn one is taken back into the collection by this. Who waits for an item that becomes available gets it
    when it is checked in.
    Refusals: ``item.unknown``, ``lost.by_hand``, ``lost.already``, ``lost.check_in_first``, ``lost.on_loan``,
    ``lost.held``, ``lost.in_transit``, ``code.*``, ``permission.missing``.
    """
    work.require(Permission.MARK_ITEMS)
    if status not in BY_HAND:
        raise refuse("lost.by_hand")
    wanted = ItemStatus(status)
    seen, rules = find_copy(work, barcode)
    against = against_moving(seen, rules, work)
    if seen.item.status == ItemStatus.WITHDRAWN:
        work.require(Permission.WITHDRAW)
    if seen.item.status in _GONE:
        against.append(Reason("lost.check_in_first"))
    if seen.item.status == wanted:
        against.append(Reason("lost.already"))
    if against:
        raise Refusal(against)
    effects.mark(work, seen.item.id, wanted)
    work.record("item.status_set", item_id=seen.item.id, was=seen.item.status, status=wanted)
    let_go(work, seen)
    waiting = tell_if_last(work, seen.item.id, seen.item.title_id) if wanted in HOPELESS else 0
    return msgspec.structs.replace(marked(seen.item, rules, wanted), waiting=waiting)
