"""Loading a branch's stack as a whole, and looking beforehand at what that comes to."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from libops.catalogue.stacks.bays import BayPlan, fit
from libops.catalogue.stacks.filling import Filling, fill, planned, standing
from libops.catalogue.stacks.plan import StackPlan
from libops.catalogue.stacks.standing import StandingBay, bays_of, collections_of, plan_needed, write_stack
from libops.permissions import Permission
from libops.places import find_branch
from libops.work import Answer, Look, Work, act


class StackView(msgspec.Struct, frozen=True):
    """A branch's stack: its plan, its bays in shelving order, and how full they are."""

    branch_code: str
    plan: StackPlan
    bays: list[StandingBay]
    filling: Filling


class StackPreview(msgspec.Struct, frozen=True):
    """What loading a stack would come to: bays that are new, stay and go, and how full they would be."""

    branch_code: str
    site: str
    added: int
    kept: int
    removed: int
    filling: Filling


class StackLoaded(Answer, frozen=True, kw_only=True):
    """A stack was loaded: bays that are new, stayed and are gone; ``let_go`` items were put by name into those."""

    branch_code: str
    site: str
    added: int
    kept: int
    removed: int
    let_go: int


def show_stack(look: Look, *, branch_code: str) -> StackView:
    """The stack of a branch. Refuses with ``place.unknown``, ``stack.none``."""
    branch_id = find_branch(look.transaction, branch_code).branch_id
    plan = plan_needed(look.transaction, branch_id, branch_code)
    bays = bays_of(look.transaction, branch_id)
    return StackView(branch_code, plan, bays, fill(look.transaction, branch_id, standing(bays)))


def preview_stack(look: Look, *, branch_code: str, plan: StackPlan, bays: Sequence[BayPlan]) -> StackPreview:
    """What loading this stack would come to. Refuses with ``place.unknown``; raises ``BadRows`` as ``load_stack``."""
    branch_id = find_branch(look.transaction, branch_code).branch_id
    fitted = fit(plan, bays, collections_of(look.transaction, branch_id))
    there = {bay.code for bay in bays_of(look.transaction, branch_id)}
    then = {bay.bay_id for bay in bays}
    return StackPreview(
        branch_code=branch_code,
        site=plan.site,
        added=len(then - there),
        kept=len(then & there),
        removed=len(there - then),
        filling=fill(look.transaction, branch_id, planned(fitted)),
    )


@act("stacks.load", StackLoaded)
def load_stack(work: Work, *, branch_code: str, plan: StackPlan, bays: list[BayPlan]) -> StackLoaded:
    """Put this stack in the place of the branch's own, as a whole.

    Items stay in the bays they were put into by name where those are there still. Refuses with ``place.unknown``,
    ``permission.missing``; raises ``BadRows`` where plan and bays do not fit each other or the branch.
    """
    work.require(Permission.MANAGE_RULES)
    branch_id = find_branch(work.transaction, branch_code).branch_id
    written = write_stack(work.transaction, branch_id, plan, bays, work.now)
    answer = StackLoaded(branch_code=branch_code, site=plan.site, **msgspec.structs.asdict(written))
    work.record("stack.loaded", branch=branch_code, site=plan.site, **msgspec.structs.asdict(written))
    return answer
