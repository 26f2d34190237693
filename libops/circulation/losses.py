"""What is written when a loan's item counts as lost, or is said to be back: the loan, the item, the charge.

Each is written and journalled here and nowhere else.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select, update

from db.catalogue import ItemStatus
from db.circulation import LostAs
from db.statement import Statement
from db.tables import ITEM, LOAN
from db.types import Instant
from libops.circulation import effects
from libops.circulation.rules import Policy
from libops.money import lost_fees
from libops.work import Look, Work

STATUS_OF: dict[LostAs, ItemStatus] = {
    LostAs.DECLARED: ItemStatus.DECLARED_LOST,
    LostAs.AGED: ItemStatus.AGED_TO_LOST,
    LostAs.CLAIMED: ItemStatus.CLAIMED_RETURNED,
}
"""What an item on an open loan is marked as, by how it came to count as lost."""

_LOSE: Statement[None] = Statement(
    update(LOAN)
    .values(lost_at=bindparam("since", type_=Instant()), lost_as=bindparam("how"))
    .where(LOAN.c.id == bindparam("loan_id")),
    lambda: None,
)


class _Price(msgspec.Struct, frozen=True):
    price: int | None


_PRICE = Statement(select(ITEM.c.price).where(ITEM.c.id == bindparam("item_id")), _Price)


class Losing(msgspec.Struct, frozen=True):
    """A loan whose item comes to count as lost: since when, and how."""

    loan_id: int
    patron_id: int
    item_id: int
    how: LostAs
    since: datetime


def price_of(look: Look, item_id: int, policy: Policy) -> int | None:
    """What replacing an item costs, in minor units: its own price, otherwise what the rules say; None for neither."""
    return priced(look.transaction.one(_PRICE, item_id=item_id).price, policy)


def priced(price: int | None, policy: Policy) -> int | None:
    """The same where the item's own price is known."""
    return policy.lost_fee if price is None else price


def lose(work: Work, losing: Losing) -> None:
    """Write that a loan's item counts as lost or as claimed returned."""
    work.transaction.run(_LOSE, loan_id=losing.loan_id, since=losing.since, how=losing.how)
    effects.mark(work, losing.item_id, STATUS_OF[losing.how])
    work.record(
        "loan.lost",
        patron_id=losing.patron_id,
        item_id=losing.item_id,
        loan_id=losing.loan_id,
        how=losing.how,
        since=losing.since.isoformat(),
    )


def charge(work: Work, losing: Losing, *, price: int | None, policy: Policy) -> int:
    """Charge what replacing a lost item costs, where that is known, and processing it; the sum, in minor units."""
    return lost_fees.charge_lost(
        work,
        patron_id=losing.patron_id,
        item_id=losing.item_id,
        loan_id=losing.loan_id,
        price=price,
        processing_fee=policy.processing_fee,
    )
