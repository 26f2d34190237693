"""What a slip of loans shows: the receipt of a visit, what a patron was lent today, or all that a patron has.

Each function looks; it changes nothing, so that a slip can be printed again at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import bindparam, select

from db.statement import Statement
from db.tables import ITEM, LOAN, PATRON, TITLE
from libops.circulation.rules import standing
from libops.people.numbers import find_number
from libops.permissions import Permission
from libops.refusals import Refusal, refuse
from libops.slips.facts import Lent, LoansSlip, masked
from libops.slips.letterhead import branch_here, desk_here, letterhead
from libops.work import Look


class _Reader(msgspec.Struct, frozen=True):
    number: str
    name: str
    language: str


class _LoanRow(msgspec.Struct, frozen=True):
    patron_id: int
    title: str
    author: str
    barcode: str
    call_number: str
    parts: int
    branch_id: int
    due_at: datetime
    renewals: int
    opened_at: datetime
    renewed_at: datetime | None

    def last_day(self, zone: ZoneInfo) -> date:
        """The day on which it was lent or last renewed."""
        return (self.renewed_at or self.opened_at).astimezone(zone).date()


_READER = Statement(
    select(PATRON.c.number, PATRON.c.name, PATRON.c.language).where(PATRON.c.id == bindparam("patron_id")), _Reader
)
_LOANS = (
    select(
        LOAN.c.patron_id,
        TITLE.c.title,
        TITLE.c.author,
        ITEM.c.barcode,
        ITEM.c.call_number,
        ITEM.c.parts,
        LOAN.c.branch_id,
        LOAN.c.due_at,
        LOAN.c.renewals,
        LOAN.c.opened_at,
        LOAN.c.renewed_at,
    )
    .select_from(LOAN.join(ITEM, ITEM.c.id == LOAN.c.item_id).join(TITLE, TITLE.c.id == ITEM.c.title_id))
    .where(LOAN.c.returned_at.is_(None))
)
_OPEN_LOAN = Statement(_LOANS.where(LOAN.c.id == bindparam("loan_id")), _LoanRow)
_ACCOUNT = Statement(
    _LOANS.where(LOAN.c.patron_id == bindparam("patron_id")).order_by(LOAN.c.due_at, LOAN.c.id), _LoanRow
)


def loans_slip(look: Look, loan_ids: Sequence[int]) -> LoansSlip:
    """The receipt of these loans of one patron, in this order: what a visit came to.

    Loans that have ended since are left out. Refusals: ``slip.no_loans``, ``permission.missing``.
    """
    look.require(Permission.SEE_PATRONS)
    found = (look.transaction.maybe(_OPEN_LOAN, loan_id=loan_id) for loan_id in loan_ids)
    return _of_loans(look, [row for row in found if row is not None])


def account_slip(look: Look, patron_number: str) -> LoansSlip:
    """All that a patron has on loan, soonest due first.

    Refusals: ``patron.unknown``, ``slip.no_loans``, ``code.*``, ``permission.missing``.
    """
    return _of_loans(look, _account(look, patron_number))


def todays_slip(look: Look, patron_number: str) -> LoansSlip:
    """What a patron was lent today, or renewed, wherever that was. Refusals as of ``account_slip``."""
    rows = _account(look, patron_number)
    return _of_loans(look, [row for row in rows if row.last_day(look.place.zone) == look.today])


def _account(look: Look, patron_number: str) -> list[_LoanRow]:
    look.require(Permission.SEE_PATRONS)
    patron_id = find_number(look.transaction, patron_number)
    if patron_id is None:
        raise Refusal([look.patterns.why_not_patron(patron_number)])
    return look.transaction.all(_ACCOUNT, patron_id=patron_id)


def _of_loans(look: Look, rows: Sequence[_LoanRow]) -> LoansSlip:
    if not rows:
        raise refuse("slip.no_loans")
    if len({row.patron_id for row in rows}) > 1:
        raise ValueError("a receipt is for one patron")
    reader = look.transaction.one(_READER, patron_id=rows[0].patron_id)
    head = letterhead(look)
    return LoansSlip(
        library=head.library,
        branch=branch_here(look),
        desk=desk_here(look),
        at=look.now.astimezone(look.place.zone),
        patron=masked(reader.name, reader.number, reader.language),
        items=[_lent(look, row, head.rules_version) for row in rows],
    )


def _lent(look: Look, row: _LoanRow, rules_version: int) -> Lent:
    calendar = standing(look.transaction, rules_version).calendars[row.branch_id]
    due_on = calendar.local_day(row.due_at)
    return Lent(
        title=row.title,
        author=row.author,
        barcode=row.barcode,
        call_number=row.call_number,
        due_on=due_on,
        due_at=row.due_at.astimezone(ZoneInfo(calendar.zone_name)),
        # By the moment itself: a policy that was changed since says nothing about a loan that stands.
        hourly=row.due_at != calendar.end_of(due_on),
        overdue=row.due_at < look.now,
        renewals=row.renewals,
        parts=row.parts,
    )
