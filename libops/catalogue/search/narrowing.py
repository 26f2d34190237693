"""What a search is narrowed to, from the codes that people type."""

from __future__ import annotations

from libops.catalogue.places import read_places
from libops.catalogue.search.candidates import Narrowed
from libops.codes import storable
from libops.refusals import Reason, Refusal
from libops.work import Look


def narrowed_to(
    look: Look,
    *,
    branch: str = "",
    available: bool = False,
    item_type: str = "",
    language: str = "",
    material: str = "",
    years: tuple[int | None, int | None] = (None, None),
) -> Narrowed:
    """A search narrowed by codes; what is empty narrows nothing. Refuses with ``copy.no_branch``, ``copy.no_type``."""
    places = read_places(look.transaction)
    reasons = places.against_change(branch or None, None, item_type or None)
    if not (storable(language) and storable(material)):
        reasons.append(Reason("code.unreadable"))
    if reasons:
        raise Refusal(reasons)
    return Narrowed(
        branch_id=places.branches[branch] if branch else None,
        available=available,
        item_type_id=places.item_types[item_type] if item_type else None,
        language=language,
        material=material,
        years=years,
    )
