"""What must be true of patrons at any moment; the doctor asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, select

from db.database import Transaction
from db.people import PatronStatus
from db.tables import ENTRY, EVENT, LOAN, PATRON, REQUEST
from libops.findings import MOST, Finding
from libops.i18n import mark
from libops.journal import REFUSED

FAULTS: dict[str, str] = {
    "patron.merged_twice": mark("The number {subject} leads to a patron that was merged itself."),
    "patron.merged_with_loans": mark("Patron {subject} was merged and still has loans."),
    "patron.merged_with_requests": mark("Patron {subject} was merged and still has requests."),
    "patron.merged_with_entries": mark("Patron {subject} was merged and still has entries in an account."),
    "patron.merged_with_events": mark("Patron {subject} was merged and the journal still tells of them."),
}

_KEPT = PATRON.alias("kept")


def _merged_with(column: ColumnElement[int], *where: ColumnElement[bool]) -> Select[tuple[object]]:
    """Merged patrons to whom something still belongs."""
    theirs = select(column).where(*where)
    return select(PATRON.c.number).where(PATRON.c.status == PatronStatus.MERGED, PATRON.c.id.in_(theirs))


_QUERIES: dict[str, Select[tuple[object]]] = {
    "patron.merged_twice": select(PATRON.c.number)
    .join(_KEPT, _KEPT.c.id == PATRON.c.merged_into_id)
    .where(_KEPT.c.status == PatronStatus.MERGED),
    "patron.merged_with_loans": _merged_with(LOAN.c.patron_id),
    "patron.merged_with_requests": _merged_with(REQUEST.c.patron_id),
    "patron.merged_with_entries": _merged_with(ENTRY.c.patron_id),
    # That an act was refused is written after it was undone, when its patron may have been merged.
    "patron.merged_with_events": _merged_with(EVENT.c.patron_id, EVENT.c.kind != REFUSED),
}


def find(transaction: Transaction) -> Iterator[Finding]:
    """Everything that is not as it must be, up to a hundred subjects a fault."""
    for code, query in _QUERIES.items():
        for row in transaction.connection.execute(query.limit(MOST)):
            yield Finding(code, str(row[0]))
