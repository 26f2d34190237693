"""What stays on an account when a lost item is back: the desk tells it beside what was taken off.

Read apart from the act's answer, as for whom an item is set aside is.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec
from sqlalchemy import bindparam, select

from db.money import EntryKind
from db.statement import Statement
from db.tables import LOAN
from db.troubles import DatabaseTrouble
from libops.circulation.returns import ReturnAnswer
from libops.library import Library
from libops.money.open_charges import charges_of_loan
from libops.work import Actor, Place


class Stays(msgspec.Struct, frozen=True):
    """What was charged for a lost item and is not taken off though it is back, in minor units, paid or not."""

    kind: EntryKind
    amount: int
    paid: int


class _Id(msgspec.Struct, frozen=True):
    id: int


_LAST_LOST = Statement(
    select(LOAN.c.id)
    .where(LOAN.c.item_id == bindparam("item_id"), LOAN.c.lost_at.is_not(None))
    .order_by(LOAN.c.id.desc())
    .limit(1),
    _Id,
)


def stays_after(library: Library, answer: ReturnAnswer, actor: Actor, place: Place) -> tuple[Stays, ...]:
    """What stays charged for an item that was lost and came over a desk just now."""
    if not answer.was_lost:
        return ()
    # It is back, whether or not the account can be read now.
    with suppress(DatabaseTrouble), library.look(actor=actor, place=place) as look:
        lost = look.transaction.maybe(_LAST_LOST, item_id=answer.item_id)
        charges = [
            charge
            for kind in (EntryKind.LOST, EntryKind.PROCESSING)
            for charge in charges_of_loan(look.transaction, 0 if lost is None else lost.id, kind)
        ]
        return tuple(
            Stays(charge.kind, charge.left + charge.paid, charge.paid)
            for charge in charges
            if charge.left + charge.paid > 0
        )
    return ()
