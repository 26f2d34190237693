"""What must be true of loans, items and transfers at any moment; the doctor asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from db.catalogue import ItemStatus
from db.circulation import ClosedAs, TransferStatus
from db.database import Transaction
from db.tables import EVENT, ITEM, LOAN, TRANSFER
from libops.findings import MOST, Finding
from libops.i18n import mark

FAULTS: dict[str, str] = {
    "item.checked_out_without_loan": mark("Item {subject} is marked as lent or lost by a borrower and nobody has it."),
    "item.on_loan_unmarked": mark("Item {subject} is on loan and not marked as checked out."),
    "item.two_loans": mark("Item {subject} is on two open loans."),
    "item.lost_unmarked": mark("Item {subject} counts as lost, and its status says otherwise, or the other way round."),
    "item.in_transit_without_transfer": mark("Item {subject} is marked as in transit and no transfer is under way."),
    "item.on_loan_in_transit": mark("Item {subject} is on loan and on its way to a branch."),
    "loan.returned_before_opened": mark("Loan {subject} ended before it began."),
    "loan.opening_not_journalled": mark("The journal does not tell how loan {subject} was opened."),
    "loan.closing_not_journalled": mark("The journal does not tell how loan {subject} was closed."),
    "loan.open_but_journalled_closed": mark("The journal says that loan {subject} was closed; it is open."),
    "loan.renewals": mark("Loan {subject} counts other renewals than the journal tells."),
    "loan.due": mark("Loan {subject} falls due on another day than the journal tells."),
}

_OPEN = LOAN.c.returned_at.is_(None)

OPENS, RENEWS = "loan.opened", "loan.renewed"
CLOSES = ("loan.closed", "loan.paid", "loan.written_off")
REOPENS = "loan.reopened"
UNRENEWS = "loan.renewal_undone"
MOVES_DUE = (OPENS, RENEWS, "loan.due_moved", "loan.recalled", "loan.recall_ended", UNRENEWS)
"""Events after which a loan falls due when their data says."""

_HELD_BY_BORROWER = (
    ItemStatus.CHECKED_OUT,
    ItemStatus.DECLARED_LOST,
    ItemStatus.AGED_TO_LOST,
    ItemStatus.CLAIMED_RETURNED,
)


def _told(*kinds: str) -> Select[tuple[int]]:
    return select(EVENT.c.loan_id).where(EVENT.c.kind.in_(kinds), EVENT.c.loan_id.is_not(None))


def _last(*kinds: str) -> Select[tuple[int, int]]:
    """The last event of these kinds of each loan."""
    return (
        select(EVENT.c.loan_id, func.max(EVENT.c.id).label("id"))
        .where(EVENT.c.kind.in_(kinds), EVENT.c.loan_id.is_not(None))
        .group_by(EVENT.c.loan_id)
    )


_RENEWALS_TOLD = (
    select(
        EVENT.c.loan_id,
        (func.sum(case((EVENT.c.kind == RENEWS, 1), else_=-1))).label("n"),
    )
    .where(EVENT.c.kind.in_((RENEWS, UNRENEWS)))
    .group_by(EVENT.c.loan_id)
    .subquery()
)
_LAST_DUE = _last(*MOVES_DUE).subquery()
_LAST_END = _last(*CLOSES, REOPENS).subquery()
_ENDED_LAST = select(_LAST_END.c.loan_id).join(EVENT, EVENT.c.id == _LAST_END.c.id).where(EVENT.c.kind.in_(CLOSES))


def _lost_marks() -> ColumnElement[bool]:
    """Whether an item's status says what its open loan says."""
    pairs = (
        ("declared", ItemStatus.DECLARED_LOST),
        ("aged", ItemStatus.AGED_TO_LOST),
        ("claimed", ItemStatus.CLAIMED_RETURNED),
    )
    counts_as = func.coalesce(LOAN.c.lost_as, "")
    agreeing = [and_(counts_as == how, ITEM.c.status == status) for how, status in pairs]
    return or_(and_(counts_as == "", ITEM.c.status == ItemStatus.CHECKED_OUT), *agreeing)


_SENT = select(TRANSFER.c.item_id).where(TRANSFER.c.ended_at.is_(None), TRANSFER.c.status == TransferStatus.SENT)

# NOT IN over a set that the engine builds once: a correlated NOT EXISTS without an index would take hours on SQLite.
_QUERIES: dict[str, Select[tuple[object]]] = {
    "item.checked_out_without_loan": select(ITEM.c.barcode).where(
        ITEM.c.status.in_(_HELD_BY_BORROWER), ITEM.c.id.not_in(select(LOAN.c.item_id).where(_OPEN))
    ),
    "item.on_loan_unmarked": select(ITEM.c.barcode)
    .join(LOAN, LOAN.c.item_id == ITEM.c.id)
    .where(_OPEN, ITEM.c.status.not_in(_HELD_BY_BORROWER)),
    "item.two_loans": select(ITEM.c.barcode)
    .join(LOAN, LOAN.c.item_id == ITEM.c.id)
    .where(_OPEN)
    .group_by(ITEM.c.barcode)
    .having(func.count() > 1),
    "item.lost_unmarked": select(ITEM.c.barcode)
    .join(LOAN, LOAN.c.item_id == ITEM.c.id)
    .where(_OPEN, ITEM.c.status.in_(_HELD_BY_BORROWER), ~_lost_marks()),
    "item.in_transit_without_transfer": select(ITEM.c.barcode).where(
        ITEM.c.status == ItemStatus.IN_TRANSIT, ITEM.c.id.not_in(_SENT)
    ),
    "item.on_loan_in_transit": select(ITEM.c.barcode)
    .join(LOAN, LOAN.c.item_id == ITEM.c.id)
    .where(_OPEN, ITEM.c.id.in_(_SENT)),
    "loan.returned_before_opened": select(LOAN.c.id).where(LOAN.c.returned_at < LOAN.c.opened_at),
    "loan.opening_not_journalled": select(LOAN.c.id).where(LOAN.c.id.not_in(_told(OPENS))),
    "loan.closing_not_journalled": select(LOAN.c.id).where(
        ~_OPEN, LOAN.c.closed_as != ClosedAs.UNDONE, LOAN.c.id.not_in(_told(*CLOSES))
    ),
    "loan.open_but_journalled_closed": select(LOAN.c.id).where(_OPEN, LOAN.c.id.in_(_ENDED_LAST)),
    "loan.renewals": select(LOAN.c.id)
    .outerjoin(_RENEWALS_TOLD, _RENEWALS_TOLD.c.loan_id == LOAN.c.id)
    .where(LOAN.c.renewals != func.coalesce(_RENEWALS_TOLD.c.n, 0)),
}


def find(transaction: Transaction) -> Iterator[Finding]:
    """Everything that is not as it must be, up to a hundred subjects a fault."""
    connection = transaction.connection
    for code, query in _QUERIES.items():
        for row in connection.execute(query.limit(MOST)):
            yield Finding(code, str(row[0]))
    yield from _due(transaction)


def _due(transaction: Transaction) -> Iterator[Finding]:
    query = (
        select(LOAN.c.id, LOAN.c.due_at, EVENT.c.data)
        .join(_LAST_DUE, _LAST_DUE.c.loan_id == LOAN.c.id)
        .join(EVENT, EVENT.c.id == _LAST_DUE.c.id)
    )
    loans = transaction.connection.execute(query, execution_options={"yield_per": 10_000})
    for loan_id in islice((loan.id for loan in loans if loan.data.get("due_at") != loan.due_at.isoformat()), MOST):
        yield Finding("loan.due", str(loan_id))
    loans.close()
