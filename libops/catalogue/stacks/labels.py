"""Labels for the ends of bays: which bay it is, where it stands, and from which call number to which it reaches."""

from __future__ import annotations

import msgspec

from db.stacks import BayStatus
from libops.catalogue.stacks.standing import bays_of, plan_needed
from libops.places import find_branch
from libops.refusals import refuse
from libops.work import Look


class BayLabel(msgspec.Struct, frozen=True):
    """What a bay's label says. ``cn_to`` is not in the bay any more; it is empty where there is no end."""

    bay: str
    floor: str
    aisle: str
    face: str
    seq: int
    collection: str
    cn_from: str
    cn_to: str
    status: BayStatus


def bay_labels(look: Look, *, branch_code: str, location_code: str = "", bay_code: str = "") -> list[BayLabel]:
    """The labels of a branch's bays in shelving order: of one location, of one bay, or of all.

    Refuses with ``place.unknown``, ``stack.none``, ``stack.no_bay``.
    """
    branch = find_branch(look.transaction, branch_code)
    plan_needed(look.transaction, branch.branch_id, branch_code)
    found = [
        BayLabel(
            bay=bay.code,
            floor=bay.floor,
            aisle=bay.aisle,
            face=bay.face,
            seq=bay.seq,
            collection=bay.collection,
            cn_from=bay.cn_from,
            cn_to=bay.cn_to,
            status=BayStatus(bay.status),
        )
        for bay in bays_of(look.transaction, branch.branch_id)
        if bay_code in ("", bay.code) and location_code in ("", bay.collection)
    ]
    if not found:
        raise refuse("stack.no_bay", code=bay_code or location_code or "—")
    return found
