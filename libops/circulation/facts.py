"""What the acts of circulation need to know: one joined select each, after the rows in question are locked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import FromClause, Select, bindparam, func, select

from db.circulation import LostAs
from db.statement import Statement
from db.tables import CATEGORY, ITEM, LIBRARY, LOAN, LOCATION, PATRON, REQUEST, TITLE, TRANSFER
from libops.circulation import day_lock, queues
from libops.circulation.decisions import NOBODY_WAITS, HeldFacts, ItemFacts, LoanFacts, PatronFacts, QueueFacts, Wish
from libops.codes import CodePatterns
from libops.money import ledger
from libops.people.numbers import lock_number
from libops.refusals import Reason, Refusal
from libops.work import Look, Work


class TransferFacts(msgspec.Struct, frozen=True):
    """The transfer that an item is on."""

    id: int
    from_branch_id: int
    to_branch_id: int
    reason: str
    status: str
    request_id: int | None
    sent_at: datetime | None


class LendingFacts(msgspec.Struct, frozen=True):
    """A patron, an item, its open loan, and who else has a claim to it, as far as each exists."""

    rules_version: int
    patron: PatronFacts | None
    item: ItemFacts | None
    loan: LoanFacts | None
    held: HeldFacts | None = None
    transfer: TransferFacts | None = None
    queue: QueueFacts = NOBODY_WAITS

    def known(self, patterns: CodePatterns, patron_number: str, barcode: str) -> Wish:
        """All of it, or a refusal that says of each missing one why it was not found."""
        if self.patron is not None and self.item is not None:
            return Wish(self.patron, self.item, self.loan, self.held, self.queue)
        reasons: list[Reason] = []
        if self.patron is None:
            reasons.append(patterns.why_not_patron(patron_number))
        if self.item is None:
            reasons.append(patterns.why_not_item(barcode))
        raise Refusal(reasons)


class HomeFacts(msgspec.Struct, frozen=True):
    """Where an item belongs."""

    call_number: str
    location_zh: str | None
    location_en: str | None


class BorrowerFacts(msgspec.Struct, frozen=True):
    """Who has an item on loan."""

    number: str
    name: str
    category_id: int


class WaitingFacts(msgspec.Struct, frozen=True):
    """The first request that an item could fill; ``category_id`` is its patron's, for the rules of the hold shelf."""

    id: int
    patron_id: int
    branch_id: int
    category_id: int


class ReturnFacts(msgspec.Struct, frozen=True):
    """An item that came over the desk: itself, its home, its loan and who has it, its way, and who waits for it."""

    rules_version: int
    item: ItemFacts
    seen_at: datetime | None
    seen_branch_id: int | None
    home: HomeFacts
    loan: LoanFacts | None
    borrower: BorrowerFacts | None
    held: HeldFacts | None
    holder_category_id: int | None
    shelf_number: int | None
    transfer: TransferFacts | None
    waiting: WaitingFacts | None


class Person(msgspec.Struct, frozen=True):
    """A patron, as acts answer about them."""

    id: int
    number: str
    name: str


OPEN_LOAN = (LOAN.c.item_id == ITEM.c.id) & LOAN.c.returned_at.is_(None)
_HELD_FOR = (REQUEST.c.held_item_id == ITEM.c.id) & REQUEST.c.closed_at.is_(None)
_UNDER_WAY = (TRANSFER.c.item_id == ITEM.c.id) & TRANSFER.c.ended_at.is_(None)

LOAN_COLUMNS = tuple(LOAN.c[name] for name in LoanFacts.__struct_fields__)
HELD_COLUMNS = tuple(REQUEST.c[name] for name in HeldFacts.__struct_fields__)
TRANSFER_COLUMNS = tuple(TRANSFER.c[name] for name in TransferFacts.__struct_fields__)
ITEM_COLUMNS = tuple(TITLE.c.title if name == "title" else ITEM.c[name] for name in ItemFacts.__struct_fields__)
_PATRONS, _ITEMS, _LOANS = (len(facts.__struct_fields__) for facts in (PatronFacts, ItemFacts, LoanFacts))
_HELDS, _TRANSFERS = len(HELD_COLUMNS), len(TRANSFER_COLUMNS)


class Cells:
    """A row of a joined select, read off struct by struct. Rows arrive as the drivers' tuples."""

    def __init__(self, cells: tuple[Any, ...]) -> None:
        self._cells = cells
        self._at = 0

    def next(self) -> Any:  # noqa: ANN401 - a cell of a driver's row; the structs give it its type
        """The next cell."""
        self._at += 1
        return self._cells[self._at - 1]

    def take(self, count: int) -> tuple[Any, ...] | None:
        """The next cells; None where the outer join found nothing, which its first, a key, tells."""
        start, self._at = self._at, self._at + count
        return None if self._cells[start] is None else self._cells[start : self._at]


def patron_columns() -> tuple[Any, ...]:
    """The columns of ``PatronFacts``, in a select that has patron, category and item."""
    held = LOAN.alias("held")
    held_item = ITEM.alias("held_item")
    of_patron = (held.c.patron_id == PATRON.c.id) & held.c.returned_at.is_(None)
    loans = select(func.count()).select_from(held).where(of_patron)
    of_type = (
        select(func.count())
        .select_from(held.join(held_item, held_item.c.id == held.c.item_id))
        .where(of_patron, held_item.c.item_type_id == ITEM.c.item_type_id)
    )
    # An item that is said to be back is not held against anybody until it turns out otherwise.
    not_claimed = held.c.lost_as.is_distinct_from(str(LostAs.CLAIMED))
    overdue = select(func.count()).select_from(held).where(of_patron, held.c.due_at < queues.NOW, not_claimed)
    return (
        PATRON.c.id,
        PATRON.c.number,
        PATRON.c.name,
        PATRON.c.category_id,
        PATRON.c.status,
        PATRON.c.expires_on,
        CATEGORY.c.loans_limit,
        CATEGORY.c.deposit,
        loans.correlate(PATRON).scalar_subquery(),
        of_type.correlate(PATRON, ITEM).scalar_subquery(),
        overdue.correlate(PATRON).scalar_subquery(),
        ledger.owed(PATRON.c.id),
        ledger.deposit_held(PATRON.c.id),
    )


def _lending_select(joined: FromClause) -> Select[Any]:
    return select(
        LIBRARY.c.rules_version,
        *patron_columns(),
        *ITEM_COLUMNS,
        *LOAN_COLUMNS,
        *HELD_COLUMNS,
        *TRANSFER_COLUMNS,
        queues.own_waiting(ITEM, PATRON.c.id),
        queues.ahead(ITEM, PATRON.c.id),
        queues.ahead(ITEM, PATRON.c.id, for_this=True),
        queues.spare(ITEM),
    ).select_from(joined.outerjoin(REQUEST, _HELD_FOR).outerjoin(TRANSFER, _UNDER_WAY))


def _lending(*row: Any) -> LendingFacts:  # noqa: ANN401
    cells = Cells(row)
    version = cells.next()
    patron, item, loan = cells.take(_PATRONS), cells.take(_ITEMS), cells.take(_LOANS)
    held, transfer = cells.take(_HELDS), cells.take(_TRANSFERS)
    return LendingFacts(
        version,
        None if patron is None else PatronFacts(*patron),
        None if item is None else ItemFacts(*item),
        None if loan is None else LoanFacts(*loan),
        None if held is None else HeldFacts(*held),
        None if transfer is None else TransferFacts(*transfer),
        QueueFacts(cells.next(), cells.next(), cells.next(), cells.next()),
    )


# The number of a merged patron leads to the one it was merged into.
CARD = PATRON.alias("card")
KEPT = func.coalesce(CARD.c.merged_into_id, CARD.c.id)

# Outer joins from the library's one row: whatever is missing, there is an answer that says what.
_LENDING = Statement(
    _lending_select(
        LIBRARY.outerjoin(CARD, CARD.c.number == bindparam("patron"))
        .outerjoin(PATRON, PATRON.c.id == KEPT)
        .outerjoin(CATEGORY, CATEGORY.c.id == PATRON.c.category_id)
        .outerjoin(ITEM, ITEM.c.barcode == bindparam("barcode"))
        .outerjoin(TITLE, TITLE.c.id == ITEM.c.title_id)
        .outerjoin(LOAN, OPEN_LOAN)
    ),
    _lending,
)
_RENEWING = Statement(
    _lending_select(
        LIBRARY.outerjoin(ITEM, ITEM.c.barcode == bindparam("barcode"))
        .outerjoin(TITLE, TITLE.c.id == ITEM.c.title_id)
        .outerjoin(LOAN, OPEN_LOAN)
        .outerjoin(PATRON, PATRON.c.id == LOAN.c.patron_id)
        .outerjoin(CATEGORY, CATEGORY.c.id == PATRON.c.category_id)
    ),
    _lending,
)


# Every open loan of a patron, soonest due first, each with all that renewing it asks.
_RENEWING_ALL = Statement(
    _lending_select(
        LIBRARY.join(PATRON, PATRON.c.id == bindparam("patron_id"))
        .join(CATEGORY, CATEGORY.c.id == PATRON.c.category_id)
        .join(LOAN, (LOAN.c.patron_id == PATRON.c.id) & LOAN.c.returned_at.is_(None))
        .join(ITEM, ITEM.c.id == LOAN.c.item_id)
        .join(TITLE, TITLE.c.id == ITEM.c.title_id)
    ).order_by(LOAN.c.due_at, LOAN.c.id),
    _lending,
)


def _returning(*row: Any) -> ReturnFacts:  # noqa: ANN401
    cells = Cells(row)
    version, item = cells.next(), ItemFacts(*(cells.take(_ITEMS) or ()))
    seen_at, seen_branch = cells.next(), cells.next()
    home = HomeFacts(cells.next(), cells.next(), cells.next())
    loan, borrower = cells.take(_LOANS), cells.take(3)
    held, holder_category, number = cells.take(_HELDS), cells.next(), cells.next()
    transfer, waiting = cells.take(_TRANSFERS), cells.take(4)
    return ReturnFacts(
        version,
        item,
        seen_at,
        seen_branch,
        home,
        None if loan is None else LoanFacts(*loan),
        None if borrower is None else BorrowerFacts(*borrower),
        None if held is None else HeldFacts(*held),
        holder_category,
        number,
        None if transfer is None else TransferFacts(*transfer),
        None if waiting is None else WaitingFacts(*waiting),
    )


_NEXT = REQUEST.alias("next_request")
_NEXT_PATRON = PATRON.alias("next_patron")
_HOLDER = PATRON.alias("holder")
_RETURNING = Statement(
    select(
        LIBRARY.c.rules_version,
        *ITEM_COLUMNS,
        ITEM.c.seen_at,
        ITEM.c.seen_branch_id,
        ITEM.c.call_number,
        LOCATION.c.name_zh,
        LOCATION.c.name_en,
        *LOAN_COLUMNS,
        PATRON.c.number,
        PATRON.c.name,
        PATRON.c.category_id,
        *HELD_COLUMNS,
        _HOLDER.c.category_id,
        REQUEST.c.shelf_number,
        *TRANSFER_COLUMNS,
        _NEXT.c.id,
        _NEXT.c.patron_id,
        _NEXT.c.branch_id,
        _NEXT_PATRON.c.category_id,
    )
    .select_from(
        ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id)
        .join(LIBRARY, LIBRARY.c.id == 1)
        .outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
        .outerjoin(LOAN, OPEN_LOAN)
        .outerjoin(PATRON, PATRON.c.id == LOAN.c.patron_id)
        .outerjoin(REQUEST, _HELD_FOR)
        .outerjoin(_HOLDER, _HOLDER.c.id == REQUEST.c.patron_id)
        .outerjoin(TRANSFER, _UNDER_WAY)
        .outerjoin(_NEXT, _NEXT.c.id == queues.first_waiting(ITEM))
        .outerjoin(_NEXT_PATRON, _NEXT_PATRON.c.id == _NEXT.c.patron_id)
    )
    .where(ITEM.c.barcode == bindparam("barcode")),
    _returning,
)


class _Id(msgspec.Struct, frozen=True):
    id: int


class _Locked(msgspec.Struct, frozen=True):
    id: int
    days: int


# NO KEY UPDATE: rows that merely refer to the patron or item, such as the journal's, need not wait.
_LOCK_BORROWER = Statement(
    select(PATRON.c.id)
    .where(
        PATRON.c.id
        == select(LOAN.c.patron_id)
        .join(ITEM, ITEM.c.id == LOAN.c.item_id)
        .where(ITEM.c.barcode == bindparam("barcode"), LOAN.c.returned_at.is_(None))
        .scalar_subquery()
    )
    .with_for_update(key_share=True),
    _Id,
)
_BORROWED = (LOAN.c.patron_id == bindparam("patron_id")) & LOAN.c.returned_at.is_(None)
_LOCK_BORROWED_TITLES = Statement(
    select(TITLE.c.id)
    .where(TITLE.c.id.in_(select(ITEM.c.title_id).join(LOAN, LOAN.c.item_id == ITEM.c.id).where(_BORROWED)))
    .order_by(TITLE.c.id)
    .with_for_update(key_share=True),
    _Id,
)
_LOCK_BORROWED_ITEMS = Statement(
    select(ITEM.c.id, day_lock.SHARE)
    .where(ITEM.c.id.in_(select(LOAN.c.item_id).where(_BORROWED)))
    .order_by(ITEM.c.id)
    .with_for_update(key_share=True),
    _Locked,
)
_PERSON = Statement(
    select(PATRON.c.id, PATRON.c.number, PATRON.c.name)
    .select_from(CARD.join(PATRON, PATRON.c.id == KEPT))
    .where(CARD.c.number == bindparam("patron")),
    Person,
)
# The title's row stands for its queue: whoever gives a copy to the first in it holds this lock. Title before item.
_LOCK_COPY = Statement(
    select(TITLE.c.id, day_lock.SHARE)
    .join(ITEM, ITEM.c.title_id == TITLE.c.id)
    .where(ITEM.c.barcode == bindparam("barcode"))
    .with_for_update(key_share=True, of=[TITLE, ITEM]),
    _Locked,
)


def lock_copy(work: Work, barcode: str) -> None:
    """Lock an item's title, which stands for its queue, then the item."""
    work.transaction.lock(_LOCK_COPY, barcode=barcode)


def lending(work: Work, patron_number: str, barcode: str) -> LendingFacts:
    """Lock the patron, then title and item (always in this order), then read what lending needs to know."""
    lock_number(work.transaction, patron_number)
    lock_copy(work, barcode)
    return _told(work, look_at_lending(work, patron_number, barcode))


def look_at_lending(look: Look, patron_number: str, barcode: str) -> LendingFacts:
    """What lending needs to know, for whoever only asks whether it would be allowed."""
    return look.transaction.one(_LENDING, patron=patron_number, barcode=barcode, now=look.now)


def renewing(work: Work, barcode: str) -> LendingFacts:
    """Lock the borrower, then title and item, then read what renewing needs to know."""
    work.transaction.lock(_LOCK_BORROWER, barcode=barcode)
    lock_copy(work, barcode)
    return _told(work, work.transaction.one(_RENEWING, barcode=barcode, now=work.now))


def look_at_renewing(look: Look, barcode: str) -> LendingFacts:
    """The same without locks, for who only looks."""
    return look.transaction.one(_RENEWING, barcode=barcode, now=look.now)


def renewing_all(work: Work, patron_number: str) -> tuple[list[LendingFacts], Person]:
    """Lock the patron and all that they have, title before item, then read what renewing each needs to know.

    Refuses with ``patron.unknown``, or what else is wrong with the number.
    """
    lock_number(work.transaction, patron_number)
    person = work.transaction.maybe(_PERSON, patron=patron_number)
    if person is None:
        raise Refusal([work.patterns.why_not_patron(patron_number)])
    work.about(patron_id=person.id)
    work.transaction.lock(_LOCK_BORROWED_TITLES, patron_id=person.id)
    work.transaction.lock(_LOCK_BORROWED_ITEMS, patron_id=person.id)
    return work.transaction.all(_RENEWING_ALL, patron_id=person.id, now=work.now), person


def _told(work: Work, found: LendingFacts) -> LendingFacts:
    work.about(
        patron_id=None if found.patron is None else found.patron.id,
        item_id=None if found.item is None else found.item.id,
    )
    return found


def returning(work: Work, barcode: str) -> ReturnFacts | None:
    """Lock title and item, then read where it belongs, who has it and who waits; None for an unknown barcode."""
    lock_copy(work, barcode)
    here = work.place.branch_id
    found = work.transaction.maybe(_RETURNING, barcode=barcode, now=work.now, here=here)
    if found is not None:
        work.about(patron_id=None if found.loan is None else found.loan.patron_id, item_id=found.item.id)
    return found
