"""Recalls: a loan that would last longer is called back for somebody who waits.

What a borrower was promised stays: so many days from the check-out on, and so many to bring the item back, whichever
is later, on a day when the branch is open. Whoever has a loan that is called back cannot renew it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, select, update

from db.circulation import RequestKind
from db.statement import Statement
from db.tables import ITEM, LOAN, PATRON
from db.types import Instant
from libops.circulation import copies, placing_facts
from libops.circulation.calendars import Calendar
from libops.circulation.copies import Asking
from libops.circulation.placing import (
    PlacedAnswer,
    Recalled,
    Span,
    against_placing,
    copies_in,
    pickup_branch,
    write_request,
)
from libops.circulation.placing_facts import PlacingFacts, Wanted
from libops.circulation.rules import Policy, Rules, standing
from libops.permissions import Permission
from libops.refusals import Reason, Refusal
from libops.work import Work, act


class OpenLoan(msgspec.Struct, frozen=True):
    """A loan that might be called back, by the rules of the branch that lent it for its borrower's category."""

    id: int
    item_id: int
    barcode: str
    patron_id: int
    branch_id: int
    category_id: int
    item_type_id: int
    opened_at: datetime
    due_at: datetime

    def policy(self, rules: Rules) -> Policy:
        """The rules that the loan stands under."""
        return rules.fit(self.branch_id, self.category_id, self.item_type_id)


class _Id(msgspec.Struct, frozen=True):
    id: int


_OPEN = LOAN.c.returned_at.is_(None)
_LOANS = Statement(
    select(
        LOAN.c.id,
        LOAN.c.item_id,
        ITEM.c.barcode,
        LOAN.c.patron_id,
        LOAN.c.branch_id,
        PATRON.c.category_id,
        ITEM.c.item_type_id,
        LOAN.c.opened_at,
        LOAN.c.due_at,
    )
    .select_from(LOAN.join(ITEM, ITEM.c.id == LOAN.c.item_id).join(PATRON, PATRON.c.id == LOAN.c.patron_id))
    .where(ITEM.c.title_id == bindparam("title_id"), _OPEN, LOAN.c.lost_at.is_(None), LOAN.c.recalled_at.is_(None))
    .order_by(LOAN.c.due_at.desc(), LOAN.c.id),
    OpenLoan,
)
_LOCK_ITEM = Statement(select(ITEM.c.id).where(ITEM.c.id == bindparam("item_id")).with_for_update(key_share=True), _Id)
_RECALL: Statement[None] = Statement(
    update(LOAN)
    .values(recalled_at=bindparam("now", type_=Instant()), due_at=bindparam("new_due_at", type_=Instant()))
    .where(LOAN.c.id == bindparam("loan_id")),
    lambda: None,
)


@act("requests.recall", PlacedAnswer)
def recall(
    work: Work,
    *,
    patron_number: str,
    title_number: str | None = None,
    barcode: str | None = None,
    item_level: bool = False,
    pickup: str,
) -> PlacedAnswer:
    """Place a request and call a loan of the title back: of those that may be, the one that is due last.

    The due date never moves back, and never to before what the borrower is guaranteed. The request stands at the end
    of the queue as every other does.
    Refusals: ``recall.copy_in``, ``recall.nothing_on_loan``, ``recall.not_allowed``, and those of ``place``, none of
    which can be overridden here.
    """
    work.require(Permission.PLACE_HOLDS)
    found = placing_facts.placing(work, patron_number, Wanted(title_number, barcode, item_level))
    rules = standing(work.transaction, found.rules_version)
    branch_id = pickup_branch(rules, pickup)
    reasons = against_placing(found, rules, branch_id, work.place.branch_id, work.now)
    loans = _loans(work, found)
    if copies_in(found, rules, branch_id) > found.ahead:
        reasons.append(Reason("recall.copy_in"))
    elif not loans:
        reasons.append(Reason("recall.nothing_on_loan"))
    chosen = next((loan for loan in loans if loan.policy(rules).recall_minimum is not None), None)
    if loans and chosen is None:
        reasons.append(Reason("recall.not_allowed"))
    if reasons or chosen is None:
        raise Refusal([Reason(reason.code, reason.facts) for reason in reasons])
    answer = write_request(work, found, rules, kind=RequestKind.RECALL, branch_id=branch_id, span=Span())
    work.record(
        "hold.placed",
        patron_id=found.patron.id,
        item_id=found.item_id,
        request=answer.request_id,
        title=found.title.id,
        sort=RequestKind.RECALL,
        branch=branch_id,
    )
    recalled = _call_back(work, rules, chosen, answer.request_id)
    asking = Asking(branch_id, found.patron.category_id)
    sooner = copies.of_title(work.transaction, found.title.id, found.item_id)
    return msgspec.structs.replace(
        answer, recalled=recalled, expected_on=asking.expected(rules, sooner, found.ahead, work.now)
    )


def _loans(work: Work, found: PlacingFacts) -> Sequence[OpenLoan]:
    """Loans of others that count as neither lost nor called back, the one that is due last first."""
    loans = work.transaction.all(_LOANS, title_id=found.title.id)
    mine = found.patron.id
    return [loan for loan in loans if loan.patron_id != mine and found.item_id in (None, loan.item_id)]


def _call_back(work: Work, rules: Rules, loan: OpenLoan, request_id: int) -> Recalled:
    calendar = rules.calendars[loan.branch_id]
    work.transaction.lock(_LOCK_ITEM, item_id=loan.item_id)
    due_at = due_of_recall(loan.policy(rules), calendar, work.now, loan.opened_at, loan.due_at)
    work.transaction.run(_RECALL, loan_id=loan.id, new_due_at=due_at, now=work.now)
    work.record(
        "loan.recalled",
        patron_id=loan.patron_id,
        item_id=loan.item_id,
        loan_id=loan.id,
        due_at=due_at.isoformat(),
        was_due_at=loan.due_at.isoformat(),
        request=request_id,
    )
    return Recalled(loan.barcode, due_at, calendar.local_day(due_at), calendar.local_day(loan.due_at))


def due_of_recall(
    policy: Policy, calendar: Calendar, now: datetime, opened_at: datetime, was_due: datetime
) -> datetime:
    """When a loan falls due that is called back now: as soon as its guarantee allows, and never later than before."""
    promised = calendar.local_day(opened_at) + timedelta(days=policy.recall_minimum or 0)
    to_bring = calendar.local_day(now) + timedelta(days=policy.recall_days)
    wanted = max(promised, to_bring)
    return min(was_due, calendar.end_of(calendar.open_day_from(wanted) or wanted))
