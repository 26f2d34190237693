"""Patrons: who they are, what they have, and what stands against lending to them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, func, literal_column, or_, select

from db.circulation import LostAs, RequestStatus
from db.statement import Statement
from db.tables import BRANCH, CATEGORY, ITEM, LIBRARY, LOAN, PATRON, REQUEST, TITLE
from libops.circulation.holding import shelf_label
from libops.circulation.lapsing import in_time
from libops.circulation.queues import NOW
from libops.circulation.rules import Rules, standing
from libops.codes import storable
from libops.money import ledger
from libops.pages import Page, bounded, page_of
from libops.people.numbers import leads_to
from libops.permissions import Permission
from libops.refusals import Refusal
from libops.work import Look


class Standing(StrEnum):
    """A patron's status as it is today: what staff set, or a card that has run out.

    Only lists show a merged patron; whoever asks for one by number is shown the patron it was merged into.
    """

    ACTIVE = "active"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    MERGED = "merged"


class OnShelf(msgspec.Struct, frozen=True):
    """Something that waits for a patron on a branch's hold shelf, up to and including ``until``, a day there."""

    branch_code: str
    branch_zh: str
    branch_en: str
    label: str
    title: str
    until: date


class PatronView(msgspec.Struct, frozen=True):
    """A patron as panels and lists show them; dates are those of the place that looks, amounts in minor units.

    ``overdue`` leaves out what the patron says is back already. ``holds`` counts open requests, ``holds_ready`` those
    whose item waits on a hold shelf; ``on_shelf`` names these where one patron is asked for, and is empty in lists.
    """

    number: str
    name: str
    status: Standing
    category_zh: str
    category_en: str
    branch_code: str
    expires_on: date
    note: str
    language: str
    loans: int
    loans_limit: int
    overdue: int
    owes: int
    currency: str
    holds: int
    holds_ready: int
    deposit: int
    phone: str
    email: str
    category_code: str
    branch_zh: str
    branch_en: str
    on_shelf: tuple[OnShelf, ...] = ()


class LoanView(msgspec.Struct, frozen=True):
    """An open loan in a patron's account; ``due_on`` is a day of the branch that lent it.

    ``hourly`` says that it falls due at ``due_at`` and not at the end of that day; ``lost`` how its item came to count
    as lost, if it does. What the patron says is back already is not overdue.
    """

    barcode: str
    title: str
    due_on: date
    overdue: bool
    renewals: int
    due_at: datetime
    hourly: bool
    recalled: bool
    lost: LostAs | None


_LOANS = (
    select(func.count()).select_from(LOAN).where(LOAN.c.patron_id == PATRON.c.id, LOAN.c.returned_at.is_(None))
).correlate(PATRON)
_OVERDUE = _LOANS.where(LOAN.c.due_at < NOW, LOAN.c.lost_as.is_distinct_from(literal_column(f"'{LostAs.CLAIMED}'")))
_OPEN_REQUEST = and_(REQUEST.c.closed_at.is_(None), in_time(REQUEST))
_READY = and_(_OPEN_REQUEST, REQUEST.c.status == literal_column(f"'{RequestStatus.AWAITING_PICKUP}'"))
_HOLDS = (select(func.count()).select_from(REQUEST).where(REQUEST.c.patron_id == PATRON.c.id)).correlate(PATRON)


def _view(*cells: Any) -> PatronView:  # noqa: ANN401 - a driver's row; the struct gives it its types
    view = PatronView(*cells)
    # Texts of an enumeration come as plain ones, and PostgreSQL adds up to decimals.
    return msgspec.structs.replace(view, status=Standing(view.status), owes=int(view.owes), deposit=int(view.deposit))


_PATRONS = select(
    PATRON.c.number,
    PATRON.c.name,
    PATRON.c.status,
    CATEGORY.c.name_zh,
    CATEGORY.c.name_en,
    BRANCH.c.code,
    PATRON.c.expires_on,
    PATRON.c.note,
    PATRON.c.language,
    _LOANS.scalar_subquery(),
    CATEGORY.c.loans_limit,
    _OVERDUE.scalar_subquery(),
    ledger.owed(PATRON.c.id),
    LIBRARY.c.currency,
    _HOLDS.where(_OPEN_REQUEST).scalar_subquery(),
    _HOLDS.where(_READY).scalar_subquery(),
    ledger.deposit_held(PATRON.c.id),
    PATRON.c.phone,
    PATRON.c.email,
    CATEGORY.c.code,
    BRANCH.c.name_zh,
    BRANCH.c.name_en,
).select_from(
    PATRON.join(CATEGORY, CATEGORY.c.id == PATRON.c.category_id)
    .join(BRANCH, BRANCH.c.id == PATRON.c.branch_id)
    .join(LIBRARY, LIBRARY.c.id == 1)
)
_ONE = Statement(_PATRONS.where(PATRON.c.id == leads_to(bindparam("number"))), _view)
_LIST = Statement(
    _PATRONS.where(PATRON.c.number > bindparam("after")).order_by(PATRON.c.number).limit(bindparam("most")),
    _view,
)
_ESCAPE = "/"
_SEARCH = Statement(
    _PATRONS.where(
        PATRON.c.number > bindparam("after"),
        or_(
            and_(PATRON.c.number >= bindparam("text"), PATRON.c.number < bindparam("beyond")),
            PATRON.c.name.ilike(bindparam("pattern"), escape=_ESCAPE),
        ),
    )
    .order_by(PATRON.c.number)
    .limit(bindparam("most")),
    _view,
)


class _ShelfRow(msgspec.Struct, frozen=True):
    branch_id: int
    shelf_number: int | None
    title: str
    shelf_until: datetime
    rules_version: int


_ON_SHELF = Statement(
    select(REQUEST.c.branch_id, REQUEST.c.shelf_number, TITLE.c.title, REQUEST.c.shelf_until, LIBRARY.c.rules_version)
    .select_from(REQUEST.join(TITLE, TITLE.c.id == REQUEST.c.title_id).join(LIBRARY, LIBRARY.c.id == 1))
    .where(REQUEST.c.patron_id == leads_to(bindparam("number")), _READY)
    .order_by(REQUEST.c.branch_id, REQUEST.c.shelf_number, REQUEST.c.id),
    _ShelfRow,
)


class _LoanRow(msgspec.Struct, frozen=True):
    barcode: str
    title: str
    due_at: datetime
    renewals: int
    branch_id: int
    recalled_at: datetime | None
    lost_as: str | None
    rules_version: int


_ACCOUNT = Statement(
    select(
        ITEM.c.barcode,
        TITLE.c.title,
        LOAN.c.due_at,
        LOAN.c.renewals,
        LOAN.c.branch_id,
        LOAN.c.recalled_at,
        LOAN.c.lost_as,
        LIBRARY.c.rules_version,
    )
    .select_from(
        LOAN.join(ITEM, ITEM.c.id == LOAN.c.item_id)
        .join(TITLE, TITLE.c.id == ITEM.c.title_id)
        .join(LIBRARY, LIBRARY.c.id == 1)
    )
    .where(LOAN.c.patron_id == leads_to(bindparam("number")), LOAN.c.returned_at.is_(None))
    .order_by(LOAN.c.due_at, LOAN.c.id),
    _LoanRow,
)


def find(look: Look, number: str) -> PatronView | None:
    """The patron whom this number leads to; None where there is none.

    Refuses without the permission to see patrons.
    """
    look.require(Permission.SEE_PATRONS)
    view = look.transaction.maybe(_ONE, number=number, now=look.now) if storable(number) else None
    if view is None:
        return None
    return msgspec.structs.replace(_as_of(view, look.today), on_shelf=_on_shelf(look, view))


def show(look: Look, number: str) -> PatronView:
    """The patron whom this number leads to.

    Refuses with ``patron.unknown``, or what else is wrong with the number.
    """
    found = find(look, number)
    if found is None:
        raise Refusal([look.patterns.why_not_patron(number)])
    return found


def open_loans(look: Look, number: str) -> list[LoanView]:
    """What a patron has on loan, soonest due first."""
    look.require(Permission.SEE_PATRONS)
    rows = look.transaction.all(_ACCOUNT, number=number) if storable(number) else []
    return [_loan(row, standing(look.transaction, row.rules_version), look.now) for row in rows]


def list_patrons(look: Look, *, after: str = "", limit: int = 100) -> Page[PatronView]:
    """Patrons by number."""
    look.require(Permission.SEE_PATRONS)
    limit = bounded(limit)
    rows = look.transaction.all(_LIST, after=after, most=limit + 1, now=look.now)
    return page_of([_as_of(row, look.today) for row in rows], limit, lambda row: row.number)


def search(look: Look, text: str, *, after: str = "", limit: int = 100) -> Page[PatronView]:
    """Patrons whose number begins with a text, or in whose name it stands; by number. Capitals make no difference."""
    look.require(Permission.SEE_PATRONS)
    limit, text = bounded(limit), text.strip()
    if not storable(text):
        return Page([], None)
    pattern = "".join(_ESCAPE + letter if letter in f"%_{_ESCAPE}" else letter for letter in text)
    # Numbers are upper case where only capitals mean something; whoever types need not care.
    number = text.upper() if text.isascii() else text
    rows = look.transaction.all(
        _SEARCH,
        after=after,
        text=number,
        beyond=number + "\U0010ffff",
        pattern=f"%{pattern}%",
        most=limit + 1,
        now=look.now,
    )
    return page_of([_as_of(row, look.today) for row in rows], limit, lambda row: row.number)


def _as_of(view: PatronView, today: date) -> PatronView:
    if view.status is Standing.ACTIVE and view.expires_on < today:
        return msgspec.structs.replace(view, status=Standing.EXPIRED)
    return view


def _on_shelf(look: Look, view: PatronView) -> tuple[OnShelf, ...]:
    if not view.holds_ready:
        return ()
    return tuple(
        _parcel(row, standing(look.transaction, row.rules_version))
        for row in look.transaction.all(_ON_SHELF, number=view.number, now=look.now)
    )


def _parcel(row: _ShelfRow, rules: Rules) -> OnShelf:
    branch, calendar = rules.branches[row.branch_id], rules.calendars[row.branch_id]
    label, until = shelf_label(row.shelf_number), calendar.local_day(row.shelf_until)
    return OnShelf(branch.code, branch.zh, branch.en, label, row.title, until)


def _loan(row: _LoanRow, rules: Rules, now: datetime) -> LoanView:
    calendar = rules.calendars[row.branch_id]
    due_on = calendar.local_day(row.due_at)
    lost = None if row.lost_as is None else LostAs(row.lost_as)
    return LoanView(
        row.barcode,
        row.title,
        due_on,
        row.due_at < now and lost is not LostAs.CLAIMED,
        row.renewals,
        row.due_at,
        # By the moment itself: a policy that was changed since says nothing about a loan that stands.
        row.due_at != calendar.end_of(due_on),
        row.recalled_at is not None,
        lost,
    )
