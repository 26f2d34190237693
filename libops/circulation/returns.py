"""Check-in: what comes back, and what to do with the thing in the hand."""

from __future__ import annotations

from enum import StrEnum

from db.catalogue import ItemStatus
from libops.circulation import effects, facts, rules
from libops.circulation.facts import ReturnFacts
from libops.permissions import Permission
from libops.refusals import Refusal, refuse
from libops.work import Answer, Work, act


class ReturnOutcome(StrEnum):
    """What to do with the item."""

    SHELVE = "shelve"
    SEND = "send"
    ASIDE = "aside"


class ReturnAnswer(Answer, frozen=True, kw_only=True):
    """An item came over the desk; the patron is the one who had it.

    ``changed`` is False when the scan had no effect. ``branch_*``, ``location_*`` and ``call_number`` say where it
    belongs, ``status`` what it is now, ``days_overdue`` counts calendar days of the branch that lent it.
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


@act("returns.check_in", ReturnAnswer)
def check_in(work: Work, *, barcode: str) -> ReturnAnswer:
    """Take an item back at the work's branch, or look at one that was not on loan.

    An item away from home is sent there; scanned again on its way it says so again and nothing changes. A missing item
    is found by this. Returning the same item twice changes nothing the second time.
    Refusals: ``item.unknown``, ``item.withdrawn``, ``code.*``, ``permission.missing``.
    """
    work.require(Permission.RETURN)
    found = facts.returning(work, barcode)
    if found is None:
        raise Refusal([work.patterns.why_not_item(barcode)])
    if found.item.status == ItemStatus.WITHDRAWN:
        raise refuse("item.withdrawn")
    before = ItemStatus(found.item.status)
    after = _status_after(work, found)
    overdue = _days_overdue(work, found)
    if found.loan is not None:
        effects.close_loan(work, found.loan)
    if after is not before:
        effects.mark(work, found.item.id, after)
    work.record(
        _story(found, before, after),
        patron_id=None if found.loan is None else found.loan.patron_id,
        item_id=found.item.id,
        loan_id=None if found.loan is None else found.loan.id,
        status=after,
        days_overdue=overdue,
    )
    return _answer(found, before, after, _direction(work, found, after), overdue)


def _direction(work: Work, found: ReturnFacts, after: ItemStatus) -> ReturnOutcome:
    """Where the thing in the hand goes: home first; at home to its shelf, or to whoever is still at work on it."""
    if found.home.branch_id != work.place.branch_id:
        return ReturnOutcome.SEND
    shelved = after in (ItemStatus.AVAILABLE, ItemStatus.RESTRICTED)
    return ReturnOutcome.SHELVE if shelved else ReturnOutcome.ASIDE


def _status_after(work: Work, found: ReturnFacts) -> ItemStatus:
    """What the item is once it lies on this desk."""
    resting = ItemStatus(found.status_before or found.item.status)
    at_home = found.home.branch_id == work.place.branch_id
    if resting in (ItemStatus.AVAILABLE, ItemStatus.IN_TRANSIT, ItemStatus.MISSING):
        return ItemStatus.AVAILABLE if at_home else ItemStatus.IN_TRANSIT
    return resting


def _story(found: ReturnFacts, before: ItemStatus, after: ItemStatus) -> str:
    if found.loan is not None:
        return "loan.closed"
    if before is ItemStatus.MISSING:
        return "item.found"
    if before is after:
        return "item.seen"
    return "item.sent" if after is ItemStatus.IN_TRANSIT else "item.arrived"


def _days_overdue(work: Work, found: ReturnFacts) -> int:
    if found.loan is None:
        return 0
    calendar = rules.standing(work.transaction, found.rules_version).calendars[found.loan.branch_id]
    return max(0, (calendar.local_day(work.now) - calendar.local_day(found.loan.due_at)).days)


def _answer(
    found: ReturnFacts, before: ItemStatus, after: ItemStatus, outcome: ReturnOutcome, overdue: int
) -> ReturnAnswer:
    return ReturnAnswer(
        outcome=outcome,
        changed=found.loan is not None or after is not before,
        was_on_loan=found.loan is not None,
        was_missing=before is ItemStatus.MISSING,
        barcode=found.item.barcode,
        title=found.item.title,
        status=after,
        branch_code=found.home.branch_code,
        branch_zh=found.home.branch_zh,
        branch_en=found.home.branch_en,
        location_zh=found.home.location_zh or "",
        location_en=found.home.location_en or "",
        call_number=found.home.call_number,
        days_overdue=overdue,
        patron_number=found.patron_number,
        patron_name=found.patron_name,
    )
