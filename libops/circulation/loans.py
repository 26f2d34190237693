"""Check-out and renewal: the acts of every desk, command and machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import msgspec

from db.circulation import RequestStatus
from db.money import EntryKind
from db.rules import PeriodKind
from libops.circulation import aging, called_back, effects, facts, holding, moving
from libops.circulation.decisions import (
    ItemFacts,
    LoanFacts,
    PatronFacts,
    QueueFacts,
    Verdict,
    Wish,
    decide_check_out,
    decide_renewal,
    touched_lately,
)
from libops.circulation.facts import LendingFacts
from libops.circulation.fines import fine
from libops.circulation.rules import Rules, standing
from libops.money import ledger
from libops.permissions import Permission
from libops.refusals import Reason, Refusal, refuse
from libops.work import Actor, Answer, Work, act


class LoanOutcome(StrEnum):
    """What became of a wish to lend or renew."""

    LENT = "lent"
    RENEWED = "renewed"
    ALREADY = "already"


class LoanAnswer(Answer, frozen=True, kw_only=True):
    """An item is with a patron until ``due_at``, which falls on ``due_on``, a day of the branch that lent it.

    ``hourly`` says that the hour matters; ``was_due_*`` is set by a renewal; ``overridden`` holds the codes of reasons
    that somebody allowed all the same; ``fine`` is what renewing an overdue loan cost, in minor units; ``filled`` that
    the loan filled a request; ``parts`` how many pieces go along, ``damage`` and ``missing_parts`` what is noted.
    """

    outcome: LoanOutcome
    loan_id: int
    barcode: str
    title: str
    due_at: datetime
    due_on: date
    zone: str = "UTC"
    hourly: bool = False
    was_due_at: datetime | None = None
    was_due_on: date | None = None
    renewals: int = 0
    overridden: tuple[str, ...] = ()
    fine: int = 0
    currency: str = ""
    filled: bool = False
    parts: int = 1
    damage: str = ""
    missing_parts: str = ""


class RenewedAll(Answer, frozen=True, kw_only=True):
    """What became of each of a patron's loans: those renewed, and the barcodes of the others with the codes why not."""

    renewed: list[LoanAnswer]
    refused: dict[str, list[str]]


class _Settled(msgspec.Struct, frozen=True):
    due_at: datetime
    overridden: tuple[str, ...]
    by: str | None


class _Copy(msgspec.Struct, frozen=True):
    """An item at a desk with the rules that stand: what the answers are made of."""

    patron: PatronFacts
    item: ItemFacts
    rules: Rules

    def answer(self, outcome: LoanOutcome, loan_id: int, branch_id: int, due_at: datetime) -> LoanAnswer:
        calendar = self.rules.calendars[branch_id]
        policy = self.rules.fit(branch_id, self.patron.category_id, self.item.item_type_id)
        return LoanAnswer(
            outcome=outcome,
            loan_id=loan_id,
            barcode=self.item.barcode,
            title=self.item.title,
            due_at=due_at,
            due_on=calendar.local_day(due_at),
            zone=calendar.zone_name,
            hourly=policy.period_kind is PeriodKind.HOURS,
            currency=self.rules.currency,
            parts=self.item.parts,
            damage=self.item.damage,
            missing_parts=self.item.missing_parts,
            patron_number=self.patron.number,
            patron_name=self.patron.name,
        )


@act("loans.check_out", LoanAnswer)
def check_out(work: Work, *, patron_number: str, barcode: str, override_by: Actor | None = None) -> LoanAnswer:
    """Lend an item to a patron at the work's branch.

    The same item for the same patron again is a renewal, or nothing when it was lent or renewed that same day (ten
    minutes, where it is lent by the hour): never a second loan. An item set aside for the patron, or for which they
    are first in the queue, fills their request. ``override_by`` allows what its permissions cover, and must cover every
    reason; who was waiting then waits on.
    Refusals: ``patron.*``, ``item.*``, ``code.*``, ``calendar.no_open_day``, ``policy.*``, ``renewal.*``,
    ``override.*``, ``permission.missing``.
    """
    work.require(Permission.LEND)
    found = facts.lending(work, patron_number, barcode)
    wish = found.known(work.patterns, patron_number, barcode)
    rules = standing(work.transaction, found.rules_version)
    wish = aging.as_it_stands(work, wish, rules)
    copy = _Copy(wish.patron, wish.item, rules)
    loan = wish.loan
    if loan is not None and loan.patron_id == wish.patron.id and loan.lost_at is None:
        policy = rules.fit(loan.branch_id, wish.patron.category_id, wish.item.item_type_id)
        if touched_lately(loan, policy, rules.calendars[loan.branch_id], work.now):
            return _already(work, copy, loan)
        return _renew(work, copy, loan, wish.queue, override_by)
    verdict = decide_check_out(wish, rules, work.place.branch_id, work.now)
    settled = _settle(verdict, override_by)
    loan_id = effects.open_loan(work, patron_id=wish.patron.id, item=wish.item, due_at=settled.due_at)
    work.record(
        "loan.opened",
        patron_id=wish.patron.id,
        item_id=wish.item.id,
        loan_id=loan_id,
        due_at=settled.due_at.isoformat(),
        status_before=wish.item.status,
        overridden=list(settled.overridden),
        allowed_by=settled.by,
    )
    filled = _settle_claims(work, found, wish.patron, wish.item)
    answer = copy.answer(LoanOutcome.LENT, loan_id, work.place.branch_id, settled.due_at)
    return msgspec.structs.replace(answer, overridden=settled.overridden, filled=filled)


def _settle_claims(work: Work, found: LendingFacts, patron: PatronFacts, item: ItemFacts) -> bool:
    """End the item's way and what it was set aside for; whether the loan filled the patron's own request."""
    if found.transfer is not None:
        arrived = found.transfer.to_branch_id == work.place.branch_id
        end = moving.arrive if arrived else moving.cancel
        end(work, found.transfer.id, item.id)
    held, mine = found.held, found.queue.own_id
    if held is not None and held.patron_id == patron.id:
        # It is handed over, whether or not its time on the shelf was over.
        mine = held.id
    elif held is not None and held.stands(work.now):
        holding.give_back(work, request_id=held.id, patron_id=held.patron_id, item_id=item.id)
    elif held is not None:
        expired = RequestStatus.PICKUP_EXPIRED
        holding.close(work, request_id=held.id, patron_id=held.patron_id, status=expired, item_id=item.id)
    if mine is None:
        return False
    holding.close(work, request_id=mine, patron_id=patron.id, status=RequestStatus.FILLED, item_id=item.id)
    called_back.let_go(work, item.title_id)
    return True


@act("loans.renew", LoanAnswer)
def renew(work: Work, *, barcode: str, override_by: Actor | None = None) -> LoanAnswer:
    """Renew the open loan of an item, by the rules of the branch that lent it; a renewal never shortens a loan.

    An overdue loan is fined until now. Refusals: ``item.unknown``, ``item.not_on_loan``, ``item.lost``, ``patron.*``,
    ``renewal.*``, ``code.*``, ``override.*``, ``permission.missing``.
    """
    work.require(Permission.RENEW)
    found = facts.renewing(work, barcode)
    if found.item is None:
        raise Refusal([work.patterns.why_not_item(barcode)])
    if found.loan is None or found.patron is None:
        raise refuse("item.not_on_loan")
    rules = standing(work.transaction, found.rules_version)
    return _renew(work, _Copy(found.patron, found.item, rules), found.loan, found.queue, override_by)


@act("loans.renew_all", RenewedAll)
def renew_all(work: Work, *, patron_number: str) -> RenewedAll:
    """Renew whatever of a patron's loans may be renewed now, in one transaction; the others are told with the reasons.

    Refusals: ``patron.unknown``, ``permission.missing``.
    """
    work.require(Permission.RENEW)
    renewed: list[LoanAnswer] = []
    refused: dict[str, list[str]] = {}
    loans, patron = facts.renewing_all(work, patron_number)
    for found in loans:
        assert found.item is not None
        assert found.loan is not None
        assert found.patron is not None
        rules = standing(work.transaction, found.rules_version)
        wish = aging.as_it_stands(work, Wish(found.patron, found.item, found.loan), rules)
        verdict = decide_renewal(wish.patron, found.item, wish.loan or found.loan, found.queue, rules, work.now)
        if verdict.reasons:
            refused[found.item.barcode] = [reason.code for reason in verdict.reasons]
        else:
            renewed.append(_renew(work, _Copy(found.patron, found.item, rules), found.loan, found.queue, None))
    if not renewed:
        work.record("loans.none_renewed", patron_id=patron.id, refused=len(refused))
    # Whose loans they are stands once, where it is kept apart from the stored answer.
    nameless = [msgspec.structs.replace(one, patron_number=None, patron_name=None) for one in renewed]
    return RenewedAll(renewed=nameless, refused=refused, patron_number=patron.number, patron_name=patron.name)


def _renew(work: Work, copy: _Copy, loan: LoanFacts, queue: QueueFacts, override_by: Actor | None) -> LoanAnswer:
    work.require(Permission.RENEW)
    wish = aging.as_it_stands(work, Wish(copy.patron, copy.item, loan), copy.rules)
    verdict = decide_renewal(wish.patron, copy.item, wish.loan or loan, queue, copy.rules, work.now)
    calendar = copy.rules.calendars[loan.branch_id]
    policy = copy.rules.fit(loan.branch_id, copy.patron.category_id, copy.item.item_type_id)
    settled = _settle(verdict, override_by)
    fined = fine(policy, calendar, loan.due_at, work.now)
    effects.renew_loan(work, loan, settled.due_at)
    work.record(
        "loan.renewed",
        patron_id=copy.patron.id,
        item_id=copy.item.id,
        loan_id=loan.id,
        due_at=settled.due_at.isoformat(),
        was_due_at=loan.due_at.isoformat(),
        overridden=list(settled.overridden),
        allowed_by=settled.by,
    )
    if fined:
        ledger.charge(
            work,
            kind=EntryKind.FINE,
            amount=fined,
            patron_id=copy.patron.id,
            item_id=copy.item.id,
            loan_id=loan.id,
        )
    return msgspec.structs.replace(
        copy.answer(LoanOutcome.RENEWED, loan.id, loan.branch_id, settled.due_at),
        was_due_at=loan.due_at,
        was_due_on=calendar.local_day(loan.due_at),
        renewals=loan.renewals + 1,
        overridden=settled.overridden,
        fine=fined,
    )


def _already(work: Work, copy: _Copy, loan: LoanFacts) -> LoanAnswer:
    work.record("item.seen", patron_id=copy.patron.id, item_id=copy.item.id, loan_id=loan.id)
    answer = copy.answer(LoanOutcome.ALREADY, loan.id, loan.branch_id, loan.due_at)
    return msgspec.structs.replace(answer, renewals=loan.renewals)


def _settle(verdict: Verdict, override_by: Actor | None) -> _Settled:
    """The due moment of an allowed or overridden wish; otherwise the refusal."""
    allow(verdict.reasons, override_by)
    if verdict.due_at is None:
        raise AssertionError("a verdict without a due moment has a reason that nobody can override")
    by = override_by.name if override_by is not None and verdict.reasons else None
    return _Settled(verdict.due_at, tuple(reason.code for reason in verdict.reasons), by)


def allow(reasons: Sequence[Reason], override_by: Actor | None) -> None:
    """Refuse for these reasons, unless somebody's permissions cover every one of them."""
    if not reasons:
        return
    refusal = Refusal(reasons)
    if override_by is None:
        raise refusal
    needed = refusal.overrides
    if needed is None:
        raise Refusal([*refusal.reasons, *refuse("override.impossible").reasons])
    lacking = sorted(needed - override_by.permissions)
    if lacking:
        raise refuse("override.not_enough", permission=" ".join(lacking))
