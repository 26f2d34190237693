"""Items that somebody has and does not bring back: declared lost, said to be back already, found by staff."""

from __future__ import annotations

import msgspec

from db.circulation import LostAs
from libops.circulation import aging, facts, losses, returns
from libops.circulation.decisions import ItemFacts, LoanFacts, PatronFacts
from libops.circulation.facts import LendingFacts
from libops.circulation.losses import Losing
from libops.circulation.marking import MarkAnswer, marked, tell_if_last
from libops.circulation.returns import ReturnAnswer
from libops.circulation.rules import Policy, Rules, standing
from libops.money import lost_fees
from libops.permissions import Permission
from libops.refusals import Refusal, refuse
from libops.work import Look, Work, act


class LossCost(msgspec.Struct, frozen=True):
    """What is charged for an item that is declared lost, in minor units; ``price`` None: nobody knows, it is asked."""

    price: int | None
    processing_fee: int
    currency: str


class _OnLoan(msgspec.Struct, frozen=True):
    """An item on loan; ``stands`` is the loan as its rules say that it stands now, ``written`` as it was written."""

    patron: PatronFacts
    item: ItemFacts
    written: LoanFacts
    stands: LoanFacts
    rules: Rules
    policy: Policy


_CHARGED = (LostAs.DECLARED, LostAs.AGED)
"""As what an item is lost that is charged for already."""


@act("lost.declare", MarkAnswer)
def declare_lost(work: Work, *, barcode: str, price: int | None = None) -> MarkAnswer:
    """Write that the item of an open loan is lost, and charge its borrower for replacing and processing it.

    The replacement costs ``price`` where it is given (in minor units), otherwise the item's price, otherwise what the
    rules say. Its fine stops now; it is charged when the item comes back all the same.
    Refusals: ``item.unknown``, ``lost.not_on_loan``, ``lost.already``, ``lost.no_price``,
    ``lost.bad_amount``, ``code.*``, ``permission.missing``.
    """
    work.require(Permission.MARK_ITEMS)
    if price is not None and price < 0:
        raise refuse("lost.bad_amount")
    found = _on_loan(work, barcode)
    if found.written.lost_as in _CHARGED:
        raise refuse("lost.already")
    cost = losses.price_of(work, found.item.id, found.policy) if price is None else price
    if cost is None:
        raise refuse("lost.no_price")
    losing = _losing(found, LostAs.DECLARED, work)
    losses.lose(work, losing)
    charged = losses.charge(work, losing, price=cost, policy=found.policy)
    return msgspec.structs.replace(_answer(work, found, losing), charged=charged)


def cost_if_lost(look: Look, barcode: str) -> LossCost | None:
    """What ``declare_lost`` charges where no price is given; None for what is on no loan, or charged for already."""
    found = facts.look_at_renewing(look, barcode)
    if found.item is None or found.loan is None or found.patron is None or found.loan.lost_as in _CHARGED:
        return None
    rules, policy = _rules_for(look, found, found.loan, found.patron, found.item)
    return LossCost(losses.price_of(look, found.item.id, policy), policy.processing_fee, rules.currency)


@act("lost.claim_returned", MarkAnswer)
def claim_returned(work: Work, *, barcode: str) -> MarkAnswer:
    """Write that the borrower says the item is back: it is not asked for, nor held against them, until it turns up.

    What was charged because it counted as lost is taken off again, and what was paid of that has to be paid back.
    Found by staff it costs nothing; brought by the patron it is fined until then.
    Refusals: ``item.unknown``, ``lost.not_on_loan``, ``lost.already``, ``code.*``,
    ``permission.missing``.
    """
    work.require(Permission.MARK_ITEMS)
    found = _on_loan(work, barcode)
    if found.written.lost_as == LostAs.CLAIMED:
        raise refuse("lost.already")
    losing = _losing(found, LostAs.CLAIMED, work)
    losses.lose(work, losing)
    answer = _answer(work, found, losing)
    if found.written.lost_at is None:
        # Whatever its rules say: what was not written down was not charged.
        return answer
    back = lost_fees.give_back_lost(work, loan_id=losing.loan_id)
    return msgspec.structs.replace(answer, cancelled=back.cancelled, to_refund=back.to_refund)


@act("lost.found_by_staff", ReturnAnswer)
def found_by_staff(work: Work, *, barcode: str) -> ReturnAnswer:
    """Take in an item that staff found in the house, on a shelf: whoever has it on loan had brought it back.

    They are not fined, and what it cost as lost is taken off again; what a renewal cost stays. Refuses as
    ``returns.check_in``.
    """
    work.require(Permission.MARK_ITEMS)
    return returns.take_in(work, barcode=barcode, found=True)


def _on_loan(work: Work, barcode: str) -> _OnLoan:
    """Lock borrower, title and item, and read them; refuses an item that nobody has."""
    found = facts.renewing(work, barcode)
    if found.item is None:
        raise Refusal([work.patterns.why_not_item(barcode)])
    if found.loan is None or found.patron is None:
        raise refuse("lost.not_on_loan")
    rules, policy = _rules_for(work, found, found.loan, found.patron, found.item)
    stands = aging.as_of(found.loan, policy, rules.calendars[found.loan.branch_id], work.now)
    return _OnLoan(found.patron, found.item, found.loan, stands, rules, policy)


def _rules_for(
    look: Look, found: LendingFacts, loan: LoanFacts, patron: PatronFacts, item: ItemFacts
) -> tuple[Rules, Policy]:
    rules = standing(look.transaction, found.rules_version)
    return rules, rules.fit(loan.branch_id, patron.category_id, item.item_type_id)


def _losing(found: _OnLoan, how: LostAs, work: Work) -> Losing:
    since = max(work.now, found.written.opened_at)
    if how is LostAs.DECLARED and found.stands.lost_at is not None and found.written.lost_at is None:
        # It counted as lost before anybody said so.
        since = found.stands.lost_at
    return Losing(found.written.id, found.patron.id, found.item.id, how, since)


def _answer(work: Work, found: _OnLoan, losing: Losing) -> MarkAnswer:
    waiting = tell_if_last(work, found.item.id, found.item.title_id)
    return msgspec.structs.replace(
        marked(found.item, found.rules, losses.STATUS_OF[losing.how]),
        loan_id=losing.loan_id,
        waiting=waiting,
        patron_number=found.patron.number,
        patron_name=found.patron.name,
    )
