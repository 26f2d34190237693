"""Branches and desks, as the places where somebody acts."""

from __future__ import annotations

from sqlalchemy import select

from db.database import Transaction
from db.statement import Statement
from db.tables import BRANCH, DESK
from libops.refusals import refuse
from libops.work import Place

_BRANCH_COLUMNS = (BRANCH.c.id, BRANCH.c.code, BRANCH.c.name_zh, BRANCH.c.name_en, BRANCH.c.zone)
_BRANCHES = Statement(select(*_BRANCH_COLUMNS).order_by(BRANCH.c.id), Place)
_DESKS = Statement(
    select(*_BRANCH_COLUMNS, DESK.c.id, DESK.c.code, DESK.c.name_zh, DESK.c.name_en)
    .select_from(DESK.join(BRANCH, BRANCH.c.id == DESK.c.branch_id))
    .order_by(BRANCH.c.id, DESK.c.id),
    Place,
)


def all_desks(transaction: Transaction) -> list[Place]:
    """Every desk, by branch."""
    return transaction.all(_DESKS)


def all_branches(transaction: Transaction) -> list[Place]:
    """Every branch, as a place without a desk."""
    return transaction.all(_BRANCHES)


def find_branch(transaction: Transaction, code: str) -> Place:
    """The branch with this code. Refuses with ``place.unknown``, naming the codes there are."""
    branches = all_branches(transaction)
    found = next((branch for branch in branches if branch.branch_code == code), None)
    if found is None:
        raise refuse("place.unknown", code=code or "—", known=", ".join(branch.branch_code for branch in branches))
    return found


def find_place(transaction: Transaction, code: str = "") -> Place:
    """The desk, otherwise the branch, with this code; the first desk where no code is given.

    Refuses with ``place.unknown``, naming the codes there are.
    """
    desks, branches = all_desks(transaction), all_branches(transaction)
    if not code and (desks or branches):
        return (desks or branches)[0]
    for place in desks:
        if place.desk_code == code:
            return place
    for place in branches:
        if place.branch_code == code:
            return place
    known = ", ".join([place.desk_code for place in desks] + [place.branch_code for place in branches])
    raise refuse("place.unknown", code=code or "—", known=known or "—")
