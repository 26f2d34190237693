"""A patron's whole account: what they have, what they wait for, what they owe, and what stands against them."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from sqlalchemy import and_, bindparam, func, literal_column, or_, select

from db.circulation import RequestKind, RequestStatus
from db.money import Account as Book
from db.money import EntryKind
from db.statement import Statement
from db.tables import CATEGORY, ENTRY, ITEM, LIBRARY, PATRON, REQUEST, TITLE
from libops.circulation import queues
from libops.circulation.decisions import PatronFacts, standing_blocks
from libops.circulation.holding import shelf_label
from libops.circulation.rules import Rules, Stops, standing
from libops.people import patrons
from libops.people.numbers import leads_to
from libops.people.patrons import LoanView, PatronView
from libops.refusals import Fact, Money, Reason
from libops.work import Look


class RequestView(msgspec.Struct, frozen=True):
    """An open request; days are those of the branch where it is picked up.

    ``place`` is its place in the queue, 1 for the next, and None once a copy is set aside; ``barcode`` is that copy's,
    or the one that was asked for. ``label`` and ``until`` say where on the hold shelf it lies and until when.
    """

    request_id: int
    kind: RequestKind
    status: RequestStatus
    title: str
    barcode: str | None
    branch_code: str
    branch_zh: str
    branch_en: str
    placed_on: date
    place: int | None
    suspended: bool
    label: str
    until: date | None


class ChargeView(msgspec.Struct, frozen=True):
    """A charge that is not settled, in minor units; ``left`` is negative where something has to be paid back."""

    entry_id: int
    kind: EntryKind
    amount: int
    left: int
    currency: str
    on: date
    barcode: str | None
    title: str | None
    note: str


class BlockView(msgspec.Struct, frozen=True):
    """Something that stands against a patron, as a reason's code and facts, and the acts that it stops."""

    code: str
    facts: dict[str, Fact]
    stops: tuple[Stops, ...]


class Account(msgspec.Struct, frozen=True):
    """Everything that is open between a patron and the library."""

    patron: PatronView
    loans: list[LoanView]
    requests: list[RequestView]
    charges: list[ChargeView]
    blocks: list[BlockView]


class _RequestRow(msgspec.Struct, frozen=True):
    id: int
    kind: str
    status: str
    title: str
    barcode: str | None
    branch_id: int
    placed_at: datetime
    suspended: bool
    shelf_number: int | None
    shelf_until: datetime | None
    ahead: int


_OTHER = REQUEST.alias("other_request")
_AHEAD = (
    select(func.count())
    .select_from(_OTHER)
    .where(
        queues.waits(_OTHER),
        _OTHER.c.title_id == REQUEST.c.title_id,
        or_(REQUEST.c.item_id.is_(None), _OTHER.c.item_id.is_(None), _OTHER.c.item_id == REQUEST.c.item_id),
        or_(
            _OTHER.c.position < REQUEST.c.position,
            and_(_OTHER.c.position == REQUEST.c.position, _OTHER.c.id < REQUEST.c.id),
        ),
    )
    .correlate(REQUEST)
    .scalar_subquery()
)
_REQUESTS = Statement(
    select(
        REQUEST.c.id,
        REQUEST.c.kind,
        REQUEST.c.status,
        TITLE.c.title,
        ITEM.c.barcode,
        REQUEST.c.branch_id,
        REQUEST.c.placed_at,
        REQUEST.c.suspended,
        REQUEST.c.shelf_number,
        REQUEST.c.shelf_until,
        _AHEAD,
    )
    .select_from(
        REQUEST.join(TITLE, TITLE.c.id == REQUEST.c.title_id).outerjoin(
            ITEM, ITEM.c.id == func.coalesce(REQUEST.c.held_item_id, REQUEST.c.item_id)
        )
    )
    .where(REQUEST.c.patron_id == leads_to(bindparam("number")), patrons.OPEN_REQUEST)
    .order_by(REQUEST.c.id),
    _RequestRow,
)


class _ChargeRow(msgspec.Struct, frozen=True):
    id: int
    kind: str
    amount: int
    left: int
    at: datetime
    branch_id: int
    barcode: str | None
    title: str | None
    note: str


_PART = ENTRY.alias("part")
_SUMS = (
    select(func.coalesce(_PART.c.charge_id, _PART.c.id).label("charge_id"), func.sum(_PART.c.amount).label("left"))
    .where(_PART.c.patron_id == leads_to(bindparam("number")), _PART.c.account == literal_column(f"'{Book.FEES}'"))
    .group_by(func.coalesce(_PART.c.charge_id, _PART.c.id))
    .having(func.sum(_PART.c.amount) != literal_column("0"))
    .subquery()
)
_CHARGES = Statement(
    select(
        ENTRY.c.id,
        ENTRY.c.kind,
        ENTRY.c.amount,
        _SUMS.c.left,
        ENTRY.c.at,
        ENTRY.c.branch_id,
        ITEM.c.barcode,
        TITLE.c.title,
        ENTRY.c.note,
    )
    .select_from(
        _SUMS.join(ENTRY, ENTRY.c.id == _SUMS.c.charge_id)
        .outerjoin(ITEM, ITEM.c.id == ENTRY.c.item_id)
        .outerjoin(TITLE, TITLE.c.id == ITEM.c.title_id)
    )
    .order_by(ENTRY.c.id),
    _ChargeRow,
)


class _Person(msgspec.Struct, frozen=True):
    id: int
    category_id: int
    status: str
    deposit_needed: int
    rules_version: int


_PERSON = Statement(
    select(PATRON.c.id, PATRON.c.category_id, PATRON.c.status, CATEGORY.c.deposit, LIBRARY.c.rules_version)
    .select_from(PATRON.join(CATEGORY, CATEGORY.c.id == PATRON.c.category_id).join(LIBRARY, LIBRARY.c.id == 1))
    .where(PATRON.c.id == leads_to(bindparam("number"))),
    _Person,
)


def show(look: Look, number: str) -> Account:
    """The whole account of the patron whom this number leads to. Refuses as ``patrons.show``."""
    patron = patrons.show(look, number)
    tx = look.transaction
    person = tx.one(_PERSON, number=number)
    rules = standing(tx, person.rules_version)
    return Account(
        patron,
        patrons.open_loans(look, number),
        [_request(row, rules) for row in tx.all(_REQUESTS, number=number, now=look.now)],
        [_charge(row, rules) for row in tx.all(_CHARGES, number=number)],
        _blocks(patron, person, rules, look),
    )


def _request(row: _RequestRow, rules: Rules) -> RequestView:
    branch, calendar = rules.branches[row.branch_id], rules.calendars[row.branch_id]
    status = RequestStatus(row.status)
    return RequestView(
        row.id,
        RequestKind(row.kind),
        status,
        row.title,
        row.barcode,
        branch.code,
        branch.zh,
        branch.en,
        calendar.local_day(row.placed_at),
        row.ahead + 1 if status is RequestStatus.OPEN else None,
        bool(row.suspended),
        shelf_label(row.shelf_number),
        None if row.shelf_until is None else calendar.local_day(row.shelf_until),
    )


def _charge(row: _ChargeRow, rules: Rules) -> ChargeView:
    # PostgreSQL adds up to decimals.
    left, on = int(row.left), rules.calendars[row.branch_id].local_day(row.at)
    kind = EntryKind(row.kind)
    return ChargeView(row.id, kind, row.amount, left, rules.currency, on, row.barcode, row.title, row.note)


def _blocks(patron: PatronView, person: _Person, rules: Rules, look: Look) -> list[BlockView]:
    """What stands against the patron at the place that looks, by the same decision as at a desk."""
    facts = PatronFacts(
        id=person.id,
        number=patron.number,
        name=patron.name,
        category_id=person.category_id,
        status=person.status,
        expires_on=patron.expires_on,
        loans_limit=patron.loans_limit,
        deposit_needed=person.deposit_needed,
        loans=patron.loans,
        loans_of_type=0,
        overdue=patron.overdue,
        owes=patron.owes,
        deposit=patron.deposit,
    )
    today = rules.calendars[look.place.branch_id].local_day(look.now)
    blocks = [_block(reason, stops) for reason, stops in standing_blocks(facts, rules, today)]
    if patron.deposit < person.deposit_needed:
        lacking = Money(person.deposit_needed - patron.deposit, rules.currency)
        blocks.append(_block(Reason("patron.deposit", {"lacking": lacking}), frozenset({Stops.LENDING})))
    return blocks


def _block(reason: Reason, stops: frozenset[Stops]) -> BlockView:
    return BlockView(reason.code, reason.facts, tuple(stop for stop in Stops if stop in stops))
