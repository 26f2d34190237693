"""Check-in: what comes back, what it costs, and what to do with the thing in the hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import bindparam, select

from db.catalogue import ItemStatus
from db.circulation import LostAs, RequestStatus
from db.money import EntryKind
from db.statement import Statement
from db.tables import LOAN, PATRON
from libops.circulation import aging, called_back, effects, facts, holding, moving
from libops.circulation.dated_back import due_then, moment_of
from libops.circulation.decisions import LoanFacts
from libops.circulation.directions import Direction, ReturnOutcome, WayChange, direct
from libops.circulation.facts import ReturnFacts
from libops.circulation.fines import days_late, fine
from libops.circulation.rules import Rules, standing
from libops.money import ledger, lost_fees
from libops.permissions import Permission
from libops.refusals import Refusal, refuse
from libops.work import Answer, Work, act


class Shelved(msgspec.Struct, frozen=True):
    """Where and for which request an item was set aside; ``label`` is empty while it is on its way there."""

    request_id: int
    label: str
    until: datetime | None


class ReturnAnswer(Answer, frozen=True, kw_only=True):
    """An item came over the desk; the patron is the one who had it.

    ``changed`` is False when the scan had no effect. ``branch_*`` is where it goes or stays, ``location_*`` its
    shelving place there, empty away from home; ``call_number`` is its own, ``status`` what it is now. ``days_overdue``
    counts calendar days of the branch that lent it, until ``backdated_to`` where the return was dated back. Amounts are
    in minor units: ``fine`` was charged, ``cancelled`` taken off again, ``to_refund`` has to be paid back. ``hold``
    says for which request it was set aside.
    """

    outcome: ReturnOutcome
    changed: bool
    was_on_loan: bool
    was_missing: bool
    barcode: str
    title: str
    status: ItemStatus
    branch_code: str
    branch_zh: str
    branch_en: str
    location_zh: str
    location_en: str
    call_number: str
    days_overdue: int
    item_id: int = 0
    loan_id: int | None = None
    currency: str = ""
    fine: int = 0
    cancelled: int = 0
    to_refund: int = 0
    was_lost: bool = False
    used_in_house: bool = False
    arrived: bool = False
    backdated_to: date | None = None
    hold: Shelved | None = None
    transfer_id: int | None = None
    parts: int = 1
    damage: str = ""
    missing_parts: str = ""


class _Ended(msgspec.Struct, frozen=True):
    """A loan that ends with this return, or ended before as lost and paid for, and what follows for money.

    ``fine`` is charged; fines that were charged after ``forgive_after`` are taken off.
    """

    loan_id: int
    patron_id: int
    days_overdue: int = 0
    fine: int = 0
    give_back: bool = False
    forgive_after: datetime | None = None


class _LostLoan(msgspec.Struct, frozen=True):
    id: int
    patron_id: int
    branch_id: int
    lost_at: datetime
    category_id: int


# The loan that an item was paid for with: it may have to be paid back now.
_LAST_LOST = Statement(
    select(LOAN.c.id, LOAN.c.patron_id, LOAN.c.branch_id, LOAN.c.lost_at, PATRON.c.category_id)
    .select_from(LOAN.join(PATRON, PATRON.c.id == LOAN.c.patron_id))
    .where(LOAN.c.item_id == bindparam("item_id"), LOAN.c.lost_at.is_not(None))
    .order_by(LOAN.c.id.desc())
    .limit(1),
    _LostLoan,
)


@act("returns.check_in", ReturnAnswer)
def check_in(work: Work, *, barcode: str, on: date | None = None, found: bool = False) -> ReturnAnswer:
    """Take an item back at the work's branch, or look at one that was not on loan.

    The item goes to whoever waits for it, on with its transfer, home, or to its shelf; scanned again it says so again
    and nothing changes. ``on`` dates the return back to a day of the work's branch, as for a book drop; ``found`` says
    that staff found it on a shelf: nobody is fined for what was there all the time. A missing item is found by this.
    Refusals: ``item.unknown``, ``item.withdrawn``, ``return.*``, ``code.*``, ``permission.missing``.
    """
    work.require(Permission.RETURN)
    return take_in(work, barcode=barcode, on=on, found=found)


def take_in(
    work: Work, *, barcode: str, on: date | None = None, found: bool = False, leaving: bool = False
) -> ReturnAnswer:
    """What ``check_in`` does, as part of another act that has asked for its own permission.

    ``leaving`` sends home what was brought here to stay.
    """
    seen = facts.returning(work, barcode)
    if seen is None:
        raise Refusal([work.patterns.why_not_item(barcode)])
    if seen.item.status == ItemStatus.WITHDRAWN:
        raise refuse("item.withdrawn")
    rules = standing(work.transaction, seen.rules_version)
    calendar = rules.calendars[work.place.branch_id]
    came_back = None if on is None else moment_of(work, calendar, on, seen.loan)
    if not found and aging.write_down(work, seen, rules, came_back or work.now):
        seen = facts.returning(work, barcode) or seen
    direction = direct(seen, rules, work.place.branch_id, work.now, leaving=leaving)
    ended = _ended(work, seen, rules, came_back, found=found)
    _tell_first(work, seen, direction, ended, on)
    if seen.loan is not None:
        effects.close_loan(work, seen.loan, at=came_back)
    answer = _settle_money(work, _answer(seen, direction, rules, ended, on), seen, ended)
    answer = _carry_out(work, answer, seen, direction)
    if not work.has_recorded:
        work.record("item.used_in_house" if direction.in_house else "item.seen", item_id=seen.item.id)
    return answer


def _ended(work: Work, seen: ReturnFacts, rules: Rules, came_back: datetime | None, *, found: bool) -> _Ended | None:
    loan, borrower = seen.loan, seen.borrower
    if loan is None or borrower is None:
        return _paid_for(work, seen, rules)
    policy = rules.fit(loan.branch_id, borrower.category_id, seen.item.item_type_id)
    calendar = rules.calendars[loan.branch_id]
    until = max(came_back or work.now, loan.opened_at)
    if found:
        # What a renewal cost stays: until then the borrower had it.
        return _Ended(loan.id, loan.patron_id, give_back=_is_charged(loan))
    # What counts as lost is overdue no longer; who only says that it is back goes on owing until it is.
    fined_until = min(until, loan.lost_at) if _is_charged(loan) and loan.lost_at is not None else until
    due_at = due_then(work, seen.item.id, loan, until)
    return _Ended(
        loan.id,
        loan.patron_id,
        days_late(calendar, due_at, until),
        fine(policy, calendar, due_at, fined_until),
        give_back=_is_charged(loan) and _within(policy.refund_days, loan.lost_at, until),
        # A renewal that came after the day of the return was for a book that was back already.
        forgive_after=until if due_at != loan.due_at else None,
    )


def _is_charged(loan: LoanFacts) -> bool:
    return loan.lost_as in (LostAs.DECLARED, LostAs.AGED)


def _within(days: int | None, lost_at: datetime | None, until: datetime) -> bool:
    if lost_at is None:
        return False
    # What came back before it counted as lost was never lost, whatever the rules give back.
    return until < lost_at or (days is not None and until - lost_at <= timedelta(days=days))


def _paid_for(work: Work, seen: ReturnFacts, rules: Rules) -> _Ended | None:
    if seen.item.status != ItemStatus.LOST_AND_PAID:
        return None
    lost = work.transaction.maybe(_LAST_LOST, item_id=seen.item.id)
    if lost is None:
        return None
    policy = rules.fit(lost.branch_id, lost.category_id, seen.item.item_type_id)
    return _Ended(lost.id, lost.patron_id, give_back=_within(policy.refund_days, lost.lost_at, work.now))


def _tell_first(work: Work, seen: ReturnFacts, direction: Direction, ended: _Ended | None, on: date | None) -> None:
    """What happened comes before what follows from it: the first event carries the answer."""
    if seen.loan is not None and ended is not None:
        work.record(
            "loan.closed",
            patron_id=seen.loan.patron_id,
            item_id=seen.item.id,
            loan_id=seen.loan.id,
            status=direction.status,
            days_overdue=ended.days_overdue,
            **({} if on is None else {"backdated_to": on.isoformat()}),
        )
    elif seen.item.status in _NOT_THERE:
        work.record("item.found", item_id=seen.item.id, was=seen.item.status, status=direction.status)


_NOT_THERE = (ItemStatus.MISSING, ItemStatus.LONG_MISSING, ItemStatus.LOST_AND_PAID)


def _settle_money(work: Work, answer: ReturnAnswer, seen: ReturnFacts, ended: _Ended | None) -> ReturnAnswer:
    if ended is None:
        return answer
    cancelled = refundable = 0
    if ended.give_back:
        back = lost_fees.give_back_lost(work, loan_id=ended.loan_id)
        cancelled, refundable = back.cancelled, back.to_refund
    if ended.forgive_after is not None:
        back = lost_fees.cancel_fines(work, loan_id=ended.loan_id, after=ended.forgive_after)
        cancelled, refundable = cancelled + back.cancelled, refundable + back.to_refund
    if ended.fine:
        ledger.charge(
            work,
            kind=EntryKind.FINE,
            amount=ended.fine,
            patron_id=ended.patron_id,
            item_id=seen.item.id,
            loan_id=ended.loan_id,
        )
    return msgspec.structs.replace(answer, fine=ended.fine, cancelled=cancelled, to_refund=refundable)


def _carry_out(work: Work, answer: ReturnAnswer, seen: ReturnFacts, direction: Direction) -> ReturnAnswer:
    """Write what becomes of the item, its transfer and its request; the answer with what was found out by that."""
    before, item = ItemStatus(seen.item.status), seen.item
    if seen.held is not None and direction.over:
        expired = RequestStatus.PICKUP_EXPIRED
        held = seen.held
        holding.close(work, request_id=held.id, patron_id=held.patron_id, status=expired, item_id=item.id)
    transfer_id = _change_way(work, seen, direction)
    hold = _set_aside(work, seen, direction)
    effects.see(work, item.id, direction.status)
    changed = work.has_recorded or direction.in_house or direction.status is not before
    return msgspec.structs.replace(
        answer,
        changed=changed,
        arrived=direction.old_way is WayChange.ARRIVES,
        hold=hold,
        transfer_id=transfer_id,
    )


def _change_way(work: Work, seen: ReturnFacts, direction: Direction) -> int | None:
    """Write what becomes of the item's transfers; the id of the one it is on now."""
    old, item_id = seen.transfer, seen.item.id
    if old is not None and direction.old_way is WayChange.ARRIVES:
        moving.arrive(work, old.id, item_id)
    elif old is not None and direction.old_way is WayChange.CANCELLED:
        moving.cancel(work, old.id, item_id)
    elif old is not None and direction.old_way is WayChange.SENT:
        moving.send(work, old.id, item_id)
    new = direction.new_way
    if new is not None:
        return moving.begin(
            work,
            item_id=item_id,
            to_branch_id=new.to_branch_id,
            reason=new.reason,
            sent=True,
            request_id=new.request_id,
        )
    return None if old is None or direction.outcome is not ReturnOutcome.SEND else old.id


def _set_aside(work: Work, seen: ReturnFacts, direction: Direction) -> Shelved | None:
    aside, item_id = direction.set_aside, seen.item.id
    if aside is None:
        held = seen.held if seen.held is not None and not direction.over else None
        return None if held is None else Shelved(held.id, holding.shelf_label(seen.shelf_number), held.shelf_until)
    if aside.until is None:
        holding.set_aside(work, request_id=aside.request_id, patron_id=aside.patron_id, item_id=item_id)
        called_back.let_go(work, seen.item.title_id)
        return Shelved(aside.request_id, "", None)
    number = holding.shelve(
        work, request_id=aside.request_id, patron_id=aside.patron_id, item_id=item_id, until=aside.until
    )
    called_back.let_go(work, seen.item.title_id)
    return Shelved(aside.request_id, holding.shelf_label(number), aside.until)


def _answer(
    seen: ReturnFacts, direction: Direction, rules: Rules, ended: _Ended | None, on: date | None
) -> ReturnAnswer:
    item, branch = seen.item, rules.branches[direction.to_branch_id]
    at_home = item.branch_id == direction.to_branch_id
    return ReturnAnswer(
        outcome=direction.outcome,
        changed=False,
        was_on_loan=seen.loan is not None,
        was_missing=item.status in (ItemStatus.MISSING, ItemStatus.LONG_MISSING),
        was_lost=item.status == ItemStatus.LOST_AND_PAID or (seen.loan is not None and seen.loan.lost_at is not None),
        barcode=item.barcode,
        title=item.title,
        status=direction.status,
        branch_code=branch.code,
        branch_zh=branch.zh,
        branch_en=branch.en,
        location_zh=(seen.home.location_zh or "") if at_home else "",
        location_en=(seen.home.location_en or "") if at_home else "",
        call_number=seen.home.call_number,
        days_overdue=0 if ended is None else ended.days_overdue,
        item_id=item.id,
        loan_id=None if seen.loan is None else seen.loan.id,
        currency=rules.currency,
        used_in_house=direction.in_house,
        backdated_to=on if seen.loan is not None else None,
        parts=item.parts,
        damage=item.damage,
        missing_parts=item.missing_parts,
        patron_number=None if seen.borrower is None else seen.borrower.number,
        patron_name=None if seen.borrower is None else seen.borrower.name,
    )
