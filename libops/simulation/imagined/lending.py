"""Lending what was made: real check-outs at the library's desks, over the weeks before now, so that some are overdue.

Each is the act that a desk does, and durable by itself; it takes what such acts take.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from random import Random

from sqlalchemy import bindparam, select

from db.catalogue import ItemStatus
from db.statement import Statement
from db.tables import ITEM
from libops.circulation import loans
from libops.library import Library
from libops.places import all_desks
from libops.refusals import Refusal
from libops.simulation.imagined import numbers
from libops.simulation.imagined.generating import GenerateAnswer
from libops.work import Actor, Place

WEEKS = timedelta(days=50)
"""Over how long before now the books were lent."""

_TRIES = 3
_ON_SHELF = Statement(
    select(ITEM.c.branch_id).where(
        ITEM.c.barcode == bindparam("barcode"), ITEM.c.status == bindparam("status", type_=ITEM.c.status.type)
    ),
    int,
)


def lend(library: Library, actor: Actor, begun: GenerateAnswer, count: int) -> Generator[int, None, None]:
    """Lend so many of the books that were made to the patrons that were made; after each how many were lent.

    Whoever may not have a book does not get one, and another tries another; there may be fewer loans in the end.
    """
    if not (begun.items and begun.patrons):
        return
    dice = Random((begun.seed + 1) * 2**128 + begun.first_item)  # noqa: S311 - no secret: the same seed, the same loans
    with library.database.reading() as transaction:
        desks = {desk.branch_id: desk for desk in reversed(all_desks(transaction))}
    lent = 0
    for place in dice.sample(range(begun.items), min(begun.items, _TRIES * count)):
        if lent == count:
            return
        barcode = numbers.barcode(begun.first_item + place)
        patron = numbers.patron_number(begun.first_patron + dice.randrange(begun.patrons))
        desk = _desk_of(library, barcode, desks)
        if desk is not None and _is_lent(_before(library, WEEKS * (1 - lent / count)), actor, desk, patron, barcode):
            lent += 1
            yield lent


def _before(library: Library, ago: timedelta) -> Library:
    """The same library as it was used so long ago."""
    return Library(library.database, library.patterns, lambda: library.clock() - ago)


def _desk_of(library: Library, barcode: str, desks: dict[int, Place]) -> Place | None:
    """A desk of the branch where a copy stands on its shelf; None for one that does not."""
    with library.database.reading() as transaction:
        branch = transaction.maybe(_ON_SHELF, barcode=barcode, status=ItemStatus.AVAILABLE)
    return None if branch is None else desks.get(branch)


def _is_lent(library: Library, actor: Actor, desk: Place, patron: str, barcode: str) -> bool:
    try:
        with library.work(actor=actor, place=desk) as work:
            loans.check_out(work, patron_number=patron, barcode=barcode)
    except Refusal:
        return False
    return True
