"""The copies of a title, as requests see them: what each does now, and whether it could ever fill a request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import ColumnElement, FromClause, and_, bindparam, exists, func, literal_column, select

from db.catalogue import ItemStatus
from db.database import Transaction
from db.statement import Statement
from db.tables import ITEM, LOAN, REQUEST, TRANSFER
from libops.circulation.rules import Policy, Rules
from libops.circulation.waits import CopyState, estimate, turns_of

HOPELESS = (
    ItemStatus.MISSING,
    ItemStatus.LONG_MISSING,
    ItemStatus.DECLARED_LOST,
    ItemStatus.AGED_TO_LOST,
    ItemStatus.LOST_AND_PAID,
    ItemStatus.CLAIMED_RETURNED,
    ItemStatus.WITHDRAWN,
    ItemStatus.RESTRICTED,
)
"""What it makes no sense to wait for: a copy that is gone, or one that never leaves the house."""


class CopyFacts(msgspec.Struct, frozen=True):
    """A copy, its open loan if there is one, and the live request that holds it (``held_by``)."""

    id: int
    barcode: str
    title_id: int
    item_type_id: int
    status: str
    loan_id: int | None
    borrower_id: int | None
    due_at: datetime | None
    lost_at: datetime | None
    held_by: int | None
    shelf_until: datetime | None

    @property
    def usable(self) -> bool:
        """Whether it may ever fill a request."""
        return self.status not in HOPELESS

    def state(self, now: datetime) -> CopyState:
        """What it does now, for the estimate of a wait."""
        held = self.held_by is not None and (self.shelf_until is None or self.shelf_until >= now)
        return CopyState(ItemStatus(self.status), self.due_at, self.lost_at is not None, held, self.shelf_until)


class Asking(msgspec.Struct, frozen=True):
    """Where a patron of a category wants to pick something up: by that the rules for each copy are found."""

    branch_id: int
    category_id: int

    def policy(self, rules: Rules, item_type_id: int) -> Policy:
        """The rules for a copy of a type."""
        return rules.fit(self.branch_id, self.category_id, item_type_id)

    def expected(
        self, rules: Rules, copies: Iterable[CopyFacts], ahead: int, now: datetime, not_before: datetime | None = None
    ) -> date | None:
        """The day on which a request with so many before it is likely to get one of these copies; see waits.py."""
        calendar = rules.calendars[self.branch_id]
        states = ((copy.state(now), self.policy(rules, copy.item_type_id)) for copy in copies)
        turns = [turns_of(state, policy, calendar, now) for state, policy in states if policy.holdable]
        day = estimate([turn for turn in turns if turn is not None], ahead, calendar.local_day(now))
        if day is None or not_before is None:
            return day
        return max(day, calendar.local_day(not_before))


def _copies(*where: ColumnElement[bool]) -> Statement[CopyFacts]:
    on_loan = and_(LOAN.c.item_id == ITEM.c.id, LOAN.c.returned_at.is_(None))
    held = and_(REQUEST.c.held_item_id == ITEM.c.id, REQUEST.c.closed_at.is_(None))
    return Statement(
        select(
            ITEM.c.id,
            ITEM.c.barcode,
            ITEM.c.title_id,
            ITEM.c.item_type_id,
            ITEM.c.status,
            LOAN.c.id,
            LOAN.c.patron_id,
            LOAN.c.due_at,
            LOAN.c.lost_at,
            REQUEST.c.id,
            REQUEST.c.shelf_until,
        )
        .select_from(ITEM.outerjoin(LOAN, on_loan).outerjoin(REQUEST, held))
        .where(*where)
        .order_by(ITEM.c.title_id, ITEM.c.id),
        CopyFacts,
    )


_WISH, _WAY = REQUEST.alias("wish"), TRANSFER.alias("way")
_WISHED = select(_WISH.c.title_id).where(_WISH.c.patron_id == bindparam("patron_id"), _WISH.c.closed_at.is_(None))
_OF_TITLE = _copies(ITEM.c.title_id == bindparam("title_id"))
_OF_PATRON = _copies(ITEM.c.title_id.in_(_WISHED))


def of_title(transaction: Transaction, title_id: int, item_id: int | None = None) -> list[CopyFacts]:
    """The copies of a title; only the one where that very item is wanted."""
    return wanted(transaction.all(_OF_TITLE, title_id=title_id), title_id, item_id)


def of_patron(transaction: Transaction, patron_id: int) -> list[CopyFacts]:
    """The copies of all titles for which a patron has live requests."""
    return transaction.all(_OF_PATRON, patron_id=patron_id)


def wanted(copies: Sequence[CopyFacts], title_id: int, item_id: int | None) -> list[CopyFacts]:
    """Those of the copies that fill a request for a title, or for one item of it."""
    return [copy for copy in copies if copy.title_id == title_id and item_id in (None, copy.id)]


def word(text: str) -> ColumnElement[str]:
    """A word of an enumeration as part of a statement, for partial indexes and for plans that know it."""
    return literal_column(f"'{text}'")


def is_usable(item: FromClause) -> ColumnElement[bool]:
    """Whether a copy may ever fill a request, as part of a statement."""
    return and_(*(item.c.status != word(status) for status in HOPELESS))


def is_in(item: FromClause) -> ColumnElement[bool]:
    """Whether a copy stands on a shelf and is not to be sent anywhere, as part of a statement."""
    to_be_sent = exists().where(_WAY.c.item_id == item.c.id, _WAY.c.ended_at.is_(None))
    return and_(item.c.status == word(ItemStatus.AVAILABLE), ~to_be_sent)


def lies_at(item: FromClause) -> ColumnElement[int]:
    """The branch where an item was last seen, as part of a statement; one that nobody has seen yet is at home."""
    return func.coalesce(item.c.seen_branch_id, item.c.branch_id)
