"""Transfers that staff ask for, send, receive and cancel. Check-in does all but the asking by itself."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, select

from db.catalogue import ItemStatus
from db.circulation import TransferReason, TransferStatus
from db.statement import Statement
from db.tables import ITEM
from libops.circulation import effects, facts, moving, returns
from libops.circulation.directions import ReturnOutcome
from libops.circulation.facts import ReturnFacts, TransferFacts
from libops.circulation.returns import ReturnAnswer
from libops.circulation.rules import BranchName, Rules, standing
from libops.circulation.transfer_lists import Problem as Problem
from libops.circulation.transfer_lists import TransferView as TransferView
from libops.circulation.transfer_lists import incoming as incoming
from libops.circulation.transfer_lists import outgoing as outgoing
from libops.circulation.transfer_lists import overdue_transfers as overdue_transfers
from libops.circulation.transfer_lists import to_send as to_send
from libops.permissions import Permission
from libops.refusals import Reason, Refusal, refuse
from libops.work import Answer, Work, act

_FOR_HOLDS = (TransferReason.HOLD, TransferReason.HOLD_CANCELLED)
_NOT_IN = {
    ItemStatus.MISSING,
    ItemStatus.LONG_MISSING,
    ItemStatus.DECLARED_LOST,
    ItemStatus.AGED_TO_LOST,
    ItemStatus.LOST_AND_PAID,
    ItemStatus.CLAIMED_RETURNED,
    ItemStatus.ON_ORDER,
}
_BEING_FETCHED = {ItemStatus.PAGED, ItemStatus.AWAITING_DELIVERY}


class TransferAnswer(Answer, frozen=True, kw_only=True):
    """A transfer was asked for or cancelled; ``status`` is the item's now.

    After a cancelled one ``goes_home`` says that the item lies away from home and was asked to be sent there: ``to_*``
    is then its home, and ``transfer_id`` the new transfer. Otherwise it stays, and ``to_*`` is where it lies.
    """

    transfer_id: int
    item_id: int
    barcode: str
    title: str
    status: ItemStatus
    reason: TransferReason
    from_code: str
    from_zh: str
    from_en: str
    to_code: str
    to_zh: str
    to_en: str
    goes_home: bool = False


class _Lies(msgspec.Struct, frozen=True):
    branch_id: int
    seen_branch_id: int | None


_LIES = Statement(select(ITEM.c.branch_id, ITEM.c.seen_branch_id).where(ITEM.c.id == bindparam("item_id")), _Lies)


@act("transfers.request", TransferAnswer)
def request_transfer(
    work: Work, *, barcode: str, to: str, reason: TransferReason = TransferReason.MANUAL, note: str = ""
) -> TransferAnswer:
    """Ask for an item to be sent from where it was last seen to another branch, by its code.

    It stays on its shelf, and may be lent there, until it is sent.
    Refusals: ``item.unknown``, ``item.paged``, ``transfer.under_way``, ``transfer.there_already``,
    ``transfer.on_loan``, ``transfer.held``, ``transfer.hold_over``, ``transfer.not_in``, ``transfer.withdrawn``,
    ``transfer.for_hold``, ``place.unknown``, ``code.*``, ``permission.missing``.
    """
    work.require(Permission.MOVE_ITEMS)
    if reason in _FOR_HOLDS:
        raise refuse("transfer.for_hold")
    found, rules = _found(work, barcode)
    to_id = _branch(rules, to)
    lies = _where(work, found)
    against = _against(work, found, rules)
    if against:
        raise Refusal(against)
    if to_id == lies:
        raise refuse("transfer.there_already", branch=rules.branches[to_id].name)
    transfer = moving.begin(
        work,
        item_id=found.item.id,
        to_branch_id=to_id,
        reason=reason,
        sent=False,
        from_branch_id=lies,
        note=note.strip(),
    )
    return _answer(found, transfer, reason, rules.branches[lies], rules.branches[to_id])


@act("transfers.send", ReturnAnswer)
def send(work: Work, *, barcode: str) -> ReturnAnswer:
    """Send an item that lies here on its way: by the transfer that was asked for, to its request, or home.

    The item goes over the desk as at a check-in, which also tells where it goes.
    Refusals: ``item.unknown``, ``item.withdrawn``, ``transfer.on_loan``, ``transfer.sent_already``,
    ``transfer.stays``, ``code.*``, ``permission.missing``.
    """
    work.require(Permission.MOVE_ITEMS)
    found, rules = _found(work, barcode)
    if found.loan is not None:
        raise refuse("transfer.on_loan")
    way = found.transfer
    if way is not None and way.status == TransferStatus.SENT and way.from_branch_id == work.place.branch_id:
        raise refuse("transfer.sent_already", branch=rules.branches[way.to_branch_id].name)
    answer = returns.take_in(work, barcode=barcode, leaving=True)
    if answer.outcome is not ReturnOutcome.SEND:
        raise refuse("transfer.stays")
    return answer


@act("transfers.receive", ReturnAnswer)
def receive(work: Work, *, barcode: str) -> ReturnAnswer:
    """Take an item in that was sent here, and say what to do with it, as a check-in does.

    Refusals: ``item.unknown``, ``item.withdrawn``, ``transfer.none``, ``transfer.goes_elsewhere``, ``code.*``,
    ``permission.missing``.
    """
    work.require(Permission.MOVE_ITEMS)
    found, rules = _found(work, barcode)
    if found.transfer is None:
        raise refuse("transfer.none")
    if found.transfer.to_branch_id != work.place.branch_id:
        raise refuse("transfer.goes_elsewhere", branch=rules.branches[found.transfer.to_branch_id].name)
    return returns.take_in(work, barcode=barcode)


@act("transfers.cancel", TransferAnswer)
def cancel(work: Work, *, barcode: str, note: str = "") -> TransferAnswer:
    """Call an item's transfer off: it stays where it was last seen, at home; away from home it is to be sent there.

    Refusals: ``item.unknown``, ``transfer.none``, ``transfer.held``, ``code.*``, ``permission.missing``.
    """
    work.require(Permission.MOVE_ITEMS)
    found, rules = _found(work, barcode)
    way = found.transfer
    if way is None:
        raise refuse("transfer.none")
    if found.held is not None and found.held.stands(work.now):
        raise refuse("transfer.held")
    moving.cancel(work, way.id, found.item.id, note=note.strip())
    if found.item.status == ItemStatus.IN_TRANSIT:
        effects.mark(work, found.item.id, ItemStatus.AVAILABLE)
    return _after_cancelling(work, found, rules, way)


def _after_cancelling(work: Work, found: ReturnFacts, rules: Rules, way: TransferFacts) -> TransferAnswer:
    lies, home, reason = _where(work, found), found.item.branch_id, TransferReason(way.reason)
    begun_here = rules.branches[lies]
    waited_to_go_home = way.status == TransferStatus.REQUESTED and way.to_branch_id == home
    # Asking for the very thing again that was called off would leave no way out of it.
    if lies == home or waited_to_go_home:
        return _answer(found, way.id, reason, begun_here, begun_here)
    homeward = TransferReason.RETURN_HOME
    transfer = moving.begin(
        work, item_id=found.item.id, to_branch_id=home, reason=homeward, sent=False, from_branch_id=lies
    )
    answer = _answer(found, transfer, homeward, begun_here, rules.branches[home])
    return msgspec.structs.replace(answer, goes_home=True)


def _found(work: Work, barcode: str) -> tuple[ReturnFacts, Rules]:
    """Lock the item with its queue, then read what a check-in would know of it."""
    found = facts.returning(work, barcode)
    if found is None:
        raise Refusal([work.patterns.why_not_item(barcode)])
    return found, standing(work.transaction, found.rules_version)


def _where(work: Work, found: ReturnFacts) -> int:
    """The branch where an item was last seen; one that nobody has seen yet is at home."""
    lies = work.transaction.one(_LIES, item_id=found.item.id)
    return lies.seen_branch_id or lies.branch_id


def _branch(rules: Rules, code: str) -> int:
    for key, branch in rules.branches.items():
        if branch.code == code:
            return key
    known = ", ".join(branch.code for branch in rules.branches.values())
    raise refuse("place.unknown", code=code or "—", known=known)


def _against(work: Work, found: ReturnFacts, rules: Rules) -> list[Reason]:
    """What stands against moving an item."""
    status, reasons = ItemStatus(found.item.status), []
    if status is ItemStatus.WITHDRAWN:
        reasons.append(Reason("transfer.withdrawn"))
    if found.loan is not None:
        reasons.append(Reason("transfer.on_loan"))
    elif status in _NOT_IN:
        reasons.append(Reason("transfer.not_in"))
    if status in _BEING_FETCHED:
        reasons.append(Reason("item.paged"))
    if found.held is not None:
        reasons.append(Reason("transfer.held" if found.held.stands(work.now) else "transfer.hold_over"))
    elif found.transfer is not None:
        branch = rules.branches[found.transfer.to_branch_id]
        reasons.append(Reason("transfer.under_way", {"branch": branch.name}))
    return reasons


def _answer(
    found: ReturnFacts, transfer_id: int, reason: TransferReason, begins: BranchName, ends: BranchName
) -> TransferAnswer:
    status = ItemStatus(found.item.status)
    return TransferAnswer(
        transfer_id=transfer_id,
        item_id=found.item.id,
        barcode=found.item.barcode,
        title=found.item.title,
        status=ItemStatus.AVAILABLE if status is ItemStatus.IN_TRANSIT else status,
        reason=reason,
        from_code=begins.code,
        from_zh=begins.zh,
        from_en=begins.en,
        to_code=ends.code,
        to_zh=ends.zh,
        to_en=ends.en,
    )
