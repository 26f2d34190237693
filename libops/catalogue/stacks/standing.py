"""The stack of a branch as it stands in the database: its plan, its bays, and how another takes its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, literal_column, select, update

from db.database import Transaction
from db.places import Scheme
from db.row_lists import among
from db.stacks import BayStatus
from db.statement import Statement
from db.tables import BAY, BRANCH, ITEM, LOCATION, STACK
from libops.catalogue.stacks.bays import BayPlan, Collection, FittedBay, fit
from libops.catalogue.stacks.plan import StackPlan
from libops.refusals import refuse


class StandingBay(msgspec.Struct, frozen=True):
    """A bay as it stands; ``collection`` is its location's code, empty where it holds nothing by call number."""

    id: int
    code: str
    floor: str
    aisle: str
    face: str
    y: float
    shelves: int
    seq: int
    location_id: int | None
    collection: str
    cn_from: str
    cn_to: str
    key_from: str
    key_to: str
    status: BayStatus


class Written(msgspec.Struct, frozen=True):
    """What another stack changed: bays that are new, that stay (whatever they hold now), and that are gone; and how
    many items were put by name into bays that are gone.
    """

    added: int
    kept: int
    removed: int
    let_go: int


class _Id(msgspec.Struct, frozen=True):
    id: int


class _Plan(msgspec.Struct, frozen=True):
    # What JSON holds is told by the struct that reads it.
    plan: dict[str, Any]


class _CollectionRow(msgspec.Struct, frozen=True):
    code: str
    id: int
    scheme: str


class _Code(msgspec.Struct, frozen=True):
    id: int
    code: str


_NAMES = (
    "floor",
    "aisle",
    "face",
    "y",
    "shelves",
    "seq",
    "location_id",
    "cn_from",
    "cn_to",
    "key_from",
    "key_to",
    "status",
)
# Not the row's key, which every loan and item of the branch refers to while this waits.
_LOCK = Statement(select(BRANCH.c.id).where(BRANCH.c.id == bindparam("branch")).with_for_update(key_share=True), _Id)
_COLLECTIONS = Statement(
    select(LOCATION.c.code, LOCATION.c.id, LOCATION.c.scheme).where(LOCATION.c.branch_id == bindparam("branch")),
    _CollectionRow,
)
_PLAN = Statement(select(STACK.c.plan).where(STACK.c.branch_id == bindparam("branch")), _Plan)
_STACK = Statement(select(STACK.c.id).where(STACK.c.branch_id == bindparam("branch")), _Id)
_BAYS = Statement(
    select(
        BAY.c.id,
        BAY.c.code,
        *(BAY.c[name] for name in _NAMES[:7]),
        func.coalesce(LOCATION.c.code, literal_column("''")),
        *(BAY.c[name] for name in _NAMES[7:]),
    )
    .select_from(BAY.join(STACK, STACK.c.id == BAY.c.stack_id).outerjoin(LOCATION, LOCATION.c.id == BAY.c.location_id))
    .where(STACK.c.branch_id == bindparam("branch"))
    .order_by(BAY.c.seq, BAY.c.id),
    StandingBay,
)
_CODES = Statement(select(BAY.c.id, BAY.c.code).where(BAY.c.stack_id == bindparam("stack")), _Code)
_ADD_STACK: Statement[None] = Statement(
    insert(STACK)
    .values({name: bindparam(name) for name in ("branch_id", "site", "scheme", "loaded_at")})
    .values(plan=bindparam("plan", type_=STACK.c.plan.type))
    .inline(),
    lambda: None,
)
_CHANGE_STACK: Statement[None] = Statement(
    update(STACK)
    .where(STACK.c.id == bindparam("stack"))
    .values({name: bindparam(f"new_{name}", type_=STACK.c[name].type) for name in ("site", "scheme", "plan")})
    .values(loaded_at=bindparam("new_loaded_at", type_=STACK.c.loaded_at.type)),
    lambda: None,
)
_ADD_BAY: Statement[None] = Statement(
    insert(BAY).values({name: bindparam(name) for name in ("stack_id", "code", *_NAMES)}).inline(), lambda: None
)
_CHANGE_BAY: Statement[None] = Statement(
    update(BAY).where(BAY.c.id == bindparam("bay")).values({name: bindparam(f"new_{name}") for name in _NAMES}),
    lambda: None,
)
_LET_GO: Statement[None] = Statement(update(ITEM).where(among(ITEM.c.bay_id, "bays")).values(bay_id=None), lambda: None)
_REMOVE_BAYS: Statement[None] = Statement(delete(BAY).where(among(BAY.c.id, "bays")), lambda: None)


def plan_of(transaction: Transaction, branch_id: int) -> StackPlan | None:
    """The plan of a branch's stack: floors, links, depots, carriers and times; None where the branch has none."""
    row = transaction.maybe(_PLAN, branch=branch_id)
    return None if row is None else msgspec.convert(row.plan, StackPlan)


def plan_needed(transaction: Transaction, branch_id: int, branch_code: str) -> StackPlan:
    """The same where there has to be one. Refuses with ``stack.none``."""
    plan = plan_of(transaction, branch_id)
    if plan is None:
        raise refuse("stack.none", branch=branch_code)
    return plan


def bays_of(transaction: Transaction, branch_id: int) -> list[StandingBay]:
    """The bays of a branch's stack in shelving order."""
    return transaction.all(_BAYS, branch=branch_id)


def collections_of(transaction: Transaction, branch_id: int) -> dict[str, Collection]:
    """What the bays of a branch may hold: its locations by their codes."""
    rows = transaction.all(_COLLECTIONS, branch=branch_id)
    return {row.code: Collection(row.id, Scheme(row.scheme)) for row in rows}


def write_stack(
    transaction: Transaction, branch_id: int, plan: StackPlan, bays: Sequence[BayPlan], now: datetime
) -> Written:
    """Put this stack in the place of the branch's own, as a whole. Raises ``BadRows`` where it does not fit.

    A bay whose code was there before stays the same bay, and what was put into it by name stays in it; what was put
    into a bay that is gone has its place by call number from then on. Two that do this at once follow one another.
    """
    transaction.lock(_LOCK, branch=branch_id)
    fitted = fit(plan, bays, collections_of(transaction, branch_id))
    stack_id = _stack(transaction, branch_id, plan, now)
    were = {row.code: row.id for row in transaction.all(_CODES, stack=stack_id)}
    gone = [key for code, key in were.items() if code not in {bay.plan.bay_id for bay in fitted}]
    let_go = transaction.run(_LET_GO, bays=gone) if gone else 0
    if gone:
        transaction.run(_REMOVE_BAYS, bays=gone)
    kept = [bay for bay in fitted if bay.plan.bay_id in were]
    added = [bay for bay in fitted if bay.plan.bay_id not in were]
    transaction.run_many(
        _CHANGE_BAY,
        [
            {"bay": were[bay.plan.bay_id], **{f"new_{name}": value for name, value in _cells(bay).items()}}
            for bay in kept
        ],
    )
    transaction.run_many(_ADD_BAY, [{"stack_id": stack_id, "code": bay.plan.bay_id, **_cells(bay)} for bay in added])
    return Written(len(added), len(kept), len(gone), let_go)


def _stack(transaction: Transaction, branch_id: int, plan: StackPlan, now: datetime) -> int:
    """The branch's stack with this plan, made where it has none; its row number."""
    values = {"site": plan.site, "scheme": plan.call_number_scheme, "plan": msgspec.to_builtins(plan), "loaded_at": now}
    found = transaction.maybe(_STACK, branch=branch_id)
    if found is None:
        transaction.run(_ADD_STACK, branch_id=branch_id, **values)
        return transaction.one(_STACK, branch=branch_id).id
    transaction.run(_CHANGE_STACK, stack=found.id, **{f"new_{name}": value for name, value in values.items()})
    return found.id


def _cells(bay: FittedBay) -> dict[str, object]:
    plan = bay.plan
    cells = {name: getattr(plan, name) for name in _NAMES if hasattr(plan, name)}
    return {**cells, "location_id": bay.location_id, "key_from": bay.key_from, "key_to": bay.key_to}
