"""A patron's whole account: what they have, what they wait for, what they owe, and what stands against them."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from sqlalchemy import bindparam, select

from db.money import EntryKind
from db.statement import Statement
from db.tables import CATEGORY, ENTRY, ITEM, LIBRARY, PATRON, TITLE
from libops.circulation import request_lists
from libops.circulation.decisions import PatronFacts, standing_blocks
from libops.circulation.request_lists import RequestView
from libops.circulation.rules import Rules, Stops, standing
from libops.money.open_charges import EACH_CHARGE
from libops.people import patrons
from libops.people.numbers import leads_to
from libops.people.patrons import LoanView, PatronView
from libops.refusals import Fact, Money, Reason
from libops.work import Look


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

    @property
    def refund_due(self) -> int:
        """What has to be paid back, in minor units; what the patron owes beside it is another thing."""
        return -sum(charge.left for charge in self.charges if charge.left < 0)


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


_CHARGES = Statement(
    select(
        EACH_CHARGE.c.id,
        EACH_CHARGE.c.kind,
        EACH_CHARGE.c.amount,
        EACH_CHARGE.c.left,
        ENTRY.c.at,
        ENTRY.c.branch_id,
        ITEM.c.barcode,
        TITLE.c.title,
        ENTRY.c.note,
    )
    .select_from(
        EACH_CHARGE.join(ENTRY, ENTRY.c.id == EACH_CHARGE.c.id)
        .outerjoin(ITEM, ITEM.c.id == ENTRY.c.item_id)
        .outerjoin(TITLE, TITLE.c.id == ITEM.c.title_id)
    )
    .where(EACH_CHARGE.c.left != 0)
    .order_by(EACH_CHARGE.c.id),
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
        request_lists.of_patron(look, number),
        [_charge(row, rules) for row in tx.all(_CHARGES, patron_id=person.id)],
        _blocks(patron, person, rules, look),
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
