"""Check-out and renewal: the acts of every desk, command and machine."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from libops.circulation import effects, facts
from libops.circulation.decisions import (
    ItemFacts,
    LoanFacts,
    PatronFacts,
    Verdict,
    decide_check_out,
    decide_renewal,
    touched_today,
)
from libops.circulation.rules import Rules, standing
from libops.permissions import Permission
from libops.refusals import Refusal, refuse
from libops.work import Actor, Answer, Work, act


class LoanOutcome(StrEnum):
    """What became of a wish to lend or renew."""

    LENT = "lent"
    RENEWED = "renewed"
    ALREADY = "already"


class LoanAnswer(Answer, frozen=True, kw_only=True):
    """An item is with a patron until the end of ``due_on``, a day of the branch that lent it.

    ``was_due_on`` is set by a renewal; ``overridden`` holds the codes of reasons that somebody allowed all the same.
    """

    outcome: LoanOutcome
    loan_id: int
    barcode: str
    title: str
    due_at: datetime
    due_on: date
    was_due_on: date | None = None
    renewals: int = 0
    overridden: tuple[str, ...] = ()


class _Settled(msgspec.Struct, frozen=True):
    due_on: date
    overridden: tuple[str, ...]
    by: str | None


@act("loans.check_out", LoanAnswer)
def check_out(work: Work, *, patron_number: str, barcode: str, override_by: Actor | None = None) -> LoanAnswer:
    """Lend an item to a patron at the work's branch.

    The same item for the same patron again is a renewal, or nothing when it was lent or renewed that same day: never a
    second loan. ``override_by`` allows what its permissions cover, and must cover every reason.
    Refusals: ``patron.*``, ``item.*``, ``code.*``, ``calendar.no_open_day``, ``renewal.*``, ``override.*``,
    ``permission.missing``.
    """
    work.require(Permission.LEND)
    found = facts.lending(work, patron_number, barcode)
    patron, item = found.known(work.patterns, patron_number, barcode)
    rules = standing(work.transaction, found.rules_version)
    if found.loan is not None and found.loan.patron_id == patron.id:
        if touched_today(found.loan, rules.calendars[found.loan.branch_id], work.now):
            return _already(work, patron, item, found.loan, rules)
        return _renew(work, patron, item, found.loan, rules, override_by)
    verdict = decide_check_out(patron, item, found.loan, rules, work.place.branch_id, work.now)
    settled = _settle(verdict, override_by)
    due_at = rules.calendars[work.place.branch_id].end_of(settled.due_on)
    loan_id = effects.open_loan(work, patron_id=patron.id, item=item, due_at=due_at)
    work.record(
        "loan.opened",
        patron_id=patron.id,
        item_id=item.id,
        loan_id=loan_id,
        due_at=due_at.isoformat(),
        overridden=list(settled.overridden),
        allowed_by=settled.by,
    )
    return LoanAnswer(
        outcome=LoanOutcome.LENT,
        loan_id=loan_id,
        barcode=item.barcode,
        title=item.title,
        due_at=due_at,
        due_on=settled.due_on,
        overridden=settled.overridden,
        patron_number=patron.number,
        patron_name=patron.name,
    )


@act("loans.renew", LoanAnswer)
def renew(work: Work, *, barcode: str, override_by: Actor | None = None) -> LoanAnswer:
    """Renew the open loan of an item, by the rules of the branch that lent it; a renewal never shortens a loan.

    Refusals: ``item.unknown``, ``item.not_on_loan``, ``patron.*``, ``renewal.*``, ``code.*``, ``override.*``,
    ``permission.missing``.
    """
    work.require(Permission.RENEW)
    found = facts.renewing(work, barcode)
    if found.item is None:
        raise Refusal([work.patterns.why_not_item(barcode)])
    if found.loan is None or found.patron is None:
        raise refuse("item.not_on_loan")
    rules = standing(work.transaction, found.rules_version)
    return _renew(work, found.patron, found.item, found.loan, rules, override_by)


def _renew(
    work: Work, patron: PatronFacts, item: ItemFacts, loan: LoanFacts, rules: Rules, override_by: Actor | None
) -> LoanAnswer:
    work.require(Permission.RENEW)
    settled = _settle(decide_renewal(patron, item, loan, rules, work.now), override_by)
    calendar = rules.calendars[loan.branch_id]
    due_at = calendar.end_of(settled.due_on)
    effects.renew_loan(work, loan, due_at)
    work.record(
        "loan.renewed",
        patron_id=patron.id,
        item_id=item.id,
        loan_id=loan.id,
        due_at=due_at.isoformat(),
        was_due_at=loan.due_at.isoformat(),
        overridden=list(settled.overridden),
        allowed_by=settled.by,
    )
    return LoanAnswer(
        outcome=LoanOutcome.RENEWED,
        loan_id=loan.id,
        barcode=item.barcode,
        title=item.title,
        due_at=due_at,
        due_on=settled.due_on,
        was_due_on=calendar.local_day(loan.due_at),
        renewals=loan.renewals + 1,
        overridden=settled.overridden,
        patron_number=patron.number,
        patron_name=patron.name,
    )


def _already(work: Work, patron: PatronFacts, item: ItemFacts, loan: LoanFacts, rules: Rules) -> LoanAnswer:
    work.record("item.seen", patron_id=patron.id, item_id=item.id, loan_id=loan.id)
    return LoanAnswer(
        outcome=LoanOutcome.ALREADY,
        loan_id=loan.id,
        barcode=item.barcode,
        title=item.title,
        due_at=loan.due_at,
        due_on=rules.calendars[loan.branch_id].local_day(loan.due_at),
        renewals=loan.renewals,
        patron_number=patron.number,
        patron_name=patron.name,
    )


def _settle(verdict: Verdict, override_by: Actor | None) -> _Settled:
    """The due day of an allowed or overridden wish; otherwise the refusal."""
    if verdict.reasons:
        refusal = Refusal(verdict.reasons)
        if override_by is None:
            raise refusal
        needed = refusal.overrides
        if needed is None:
            raise Refusal([*refusal.reasons, *refuse("override.impossible").reasons])
        lacking = sorted(needed - override_by.permissions)
        if lacking:
            raise refuse("override.not_enough", permission=" ".join(lacking))
    if verdict.due_on is None:
        raise AssertionError("a verdict without a due day has a reason that nobody can override")
    by = override_by.name if override_by is not None and verdict.reasons else None
    return _Settled(verdict.due_on, tuple(reason.code for reason in verdict.reasons), by)
