"""What the acts of circulation need to know: one joined select each, after the rows in question are locked."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import FromClause, Select, bindparam, func, select

from db.statement import Statement
from db.tables import BRANCH, CATEGORY, ITEM, LIBRARY, LOAN, LOCATION, PATRON, TITLE
from libops.circulation.decisions import ItemFacts, LoanFacts, PatronFacts
from libops.codes import CodePatterns
from libops.refusals import Reason, Refusal
from libops.work import Work


class LendingFacts(msgspec.Struct, frozen=True):
    """A patron, an item, and the item's open loan, as far as each exists."""

    rules_version: int
    patron: PatronFacts | None
    item: ItemFacts | None
    loan: LoanFacts | None

    def known(self, patterns: CodePatterns, patron_number: str, barcode: str) -> tuple[PatronFacts, ItemFacts]:
        """Both, or a refusal that says of each missing one why it was not found."""
        if self.patron is not None and self.item is not None:
            return self.patron, self.item
        reasons: list[Reason] = []
        if self.patron is None:
            reasons.append(patterns.why_not_patron(patron_number))
        if self.item is None:
            reasons.append(patterns.why_not_item(barcode))
        raise Refusal(reasons)


class HomeFacts(msgspec.Struct, frozen=True):
    """Where an item belongs."""

    branch_id: int
    branch_code: str
    branch_zh: str
    branch_en: str
    call_number: str
    location_zh: str | None
    location_en: str | None


class ReturnFacts(msgspec.Struct, frozen=True):
    """An item that came over the desk: itself, its home, its open loan and who has it, if any."""

    item: ItemFacts
    home: HomeFacts
    loan: LoanFacts | None
    status_before: str | None
    patron_number: str | None
    patron_name: str | None
    rules_version: int


_OPEN_LOAN = (LOAN.c.item_id == ITEM.c.id) & LOAN.c.returned_at.is_(None)
_LOAN_COLUMNS = (
    LOAN.c.id,
    LOAN.c.patron_id,
    LOAN.c.branch_id,
    LOAN.c.opened_at,
    LOAN.c.due_at,
    LOAN.c.renewals,
    LOAN.c.renewed_at,
)
_ITEM_COLUMNS = (ITEM.c.id, ITEM.c.barcode, TITLE.c.title, ITEM.c.item_type_id, ITEM.c.status)


def _lending_select(joined: FromClause) -> Select[Any]:
    held = LOAN.alias("held")
    held_item = ITEM.alias("held_item")
    of_patron = (held.c.patron_id == PATRON.c.id) & held.c.returned_at.is_(None)
    loans = select(func.count()).select_from(held).where(of_patron)
    of_type = (
        select(func.count())
        .select_from(held.join(held_item, held_item.c.id == held.c.item_id))
        .where(of_patron, held_item.c.item_type_id == ITEM.c.item_type_id)
    )
    overdue = select(func.count()).select_from(held).where(of_patron, held.c.due_at < bindparam("now"))
    return select(
        LIBRARY.c.rules_version,
        PATRON.c.id,
        PATRON.c.number,
        PATRON.c.name,
        PATRON.c.category_id,
        PATRON.c.status,
        PATRON.c.expires_on,
        CATEGORY.c.loans_limit,
        CATEGORY.c.overdue_limit,
        loans.correlate(PATRON).scalar_subquery(),
        of_type.correlate(PATRON, ITEM).scalar_subquery(),
        overdue.correlate(PATRON).scalar_subquery(),
        *_ITEM_COLUMNS,
        *_LOAN_COLUMNS,
    ).select_from(joined)


# Rows arrive as the drivers' tuples; the structs below give them types.
def _lending(*cells: Any) -> LendingFacts:  # noqa: ANN401
    return LendingFacts(
        cells[0],
        None if cells[1] is None else PatronFacts(*cells[1:12]),
        None if cells[12] is None else ItemFacts(*cells[12:17]),
        None if cells[17] is None else LoanFacts(*cells[17:24]),
    )


# Outer joins from the library's one row: whatever is missing, there is an answer that says what.
_LENDING = Statement(
    _lending_select(
        LIBRARY.outerjoin(PATRON, PATRON.c.number == bindparam("patron"))
        .outerjoin(CATEGORY, CATEGORY.c.id == PATRON.c.category_id)
        .outerjoin(ITEM, ITEM.c.barcode == bindparam("barcode"))
        .outerjoin(TITLE, TITLE.c.id == ITEM.c.title_id)
        .outerjoin(LOAN, _OPEN_LOAN)
    ),
    _lending,
)
_RENEWING = Statement(
    _lending_select(
        LIBRARY.outerjoin(ITEM, ITEM.c.barcode == bindparam("barcode"))
        .outerjoin(TITLE, TITLE.c.id == ITEM.c.title_id)
        .outerjoin(LOAN, _OPEN_LOAN)
        .outerjoin(PATRON, PATRON.c.id == LOAN.c.patron_id)
        .outerjoin(CATEGORY, CATEGORY.c.id == PATRON.c.category_id)
    ),
    _lending,
)


def _returning(*cells: Any) -> ReturnFacts:  # noqa: ANN401
    return ReturnFacts(
        ItemFacts(*cells[0:5]),
        HomeFacts(*cells[5:12]),
        None if cells[12] is None else LoanFacts(*cells[12:19]),
        *cells[19:23],
    )


_RETURNING = Statement(
    select(
        *_ITEM_COLUMNS,
        BRANCH.c.id,
        BRANCH.c.code,
        BRANCH.c.name_zh,
        BRANCH.c.name_en,
        ITEM.c.call_number,
        LOCATION.c.name_zh,
        LOCATION.c.name_en,
        *_LOAN_COLUMNS,
        LOAN.c.status_before,
        PATRON.c.number,
        PATRON.c.name,
        LIBRARY.c.rules_version,
    )
    .select_from(
        ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id)
        .join(BRANCH, BRANCH.c.id == ITEM.c.branch_id)
        .join(LIBRARY, LIBRARY.c.id == 1)
        .outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
        .outerjoin(LOAN, _OPEN_LOAN)
        .outerjoin(PATRON, PATRON.c.id == LOAN.c.patron_id)
    )
    .where(ITEM.c.barcode == bindparam("barcode")),
    _returning,
)


class _Id(msgspec.Struct, frozen=True):
    id: int


# NO KEY UPDATE: rows that merely refer to the patron or item, such as the journal's, need not wait.
_LOCK_PATRON = Statement(
    select(PATRON.c.id).where(PATRON.c.number == bindparam("patron")).with_for_update(key_share=True), _Id
)
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
_LOCK_ITEM = Statement(
    select(ITEM.c.id).where(ITEM.c.barcode == bindparam("barcode")).with_for_update(key_share=True), _Id
)


def lending(work: Work, patron_number: str, barcode: str) -> LendingFacts:
    """Lock the patron, then the item (always in this order), then read what lending needs to know."""
    tx = work.transaction
    tx.lock(_LOCK_PATRON, patron=patron_number)
    tx.lock(_LOCK_ITEM, barcode=barcode)
    return _told(work, tx.one(_LENDING, patron=patron_number, barcode=barcode, now=work.now))


def renewing(work: Work, barcode: str) -> LendingFacts:
    """Lock the borrower, then the item, then read what renewing needs to know."""
    tx = work.transaction
    tx.lock(_LOCK_BORROWER, barcode=barcode)
    tx.lock(_LOCK_ITEM, barcode=barcode)
    return _told(work, tx.one(_RENEWING, barcode=barcode, now=work.now))


def _told(work: Work, found: LendingFacts) -> LendingFacts:
    work.about(
        patron_id=None if found.patron is None else found.patron.id,
        item_id=None if found.item is None else found.item.id,
    )
    return found


def returning(work: Work, barcode: str) -> ReturnFacts | None:
    """Lock the item, then read where it belongs and who has it; None for an unknown barcode."""
    work.transaction.lock(_LOCK_ITEM, barcode=barcode)
    found = work.transaction.maybe(_RETURNING, barcode=barcode)
    if found is not None:
        work.about(patron_id=None if found.loan is None else found.loan.patron_id, item_id=found.item.id)
    return found
