"""What must be true of accounts and tills at any moment; the doctor asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, or_, select

from db.database import Transaction
from db.money import Account, EntryKind
from db.tables import ENTRY, EVENT, PATRON, TILL_CLOSING, TILL_COUNT
from libops.findings import MOST, Finding
from libops.i18n import mark

FAULTS: dict[str, str] = {
    "entry.not_journalled": mark("The journal does not tell of entry {subject}, or tells of another amount."),
    "entry.only_journalled": mark("The journal tells of entry {subject}, which no account has so."),
    "entry.settles_no_charge": mark("Entry {subject} settles something that is no charge."),
    "entry.other_patron": mark("Entry {subject} stands in another account than the charge it settles."),
    "charge.taken_off_twice": mark("More was taken off charge {subject} than it was."),
    "charge.overpaid": mark("More was paid for charge {subject} than it was."),
    "charge.refunded_too_much": mark("More was paid back for charge {subject} than was paid, or had to be."),
    "charge.refunded_to_another": mark("For charge {subject} somebody was paid back more than they had paid."),
    "deposit.negative": mark("More of the deposit of patron {subject} was given back than was given."),
    "till.counts": mark("Closing {subject} of a till says other sums than went through it."),
}

_MONEY_EVENTS = (
    "charge.made",
    "charge.paid",
    "charge.waived",
    "charge.cancelled",
    "charge.refunded",
    "deposit.given",
    "deposit.returned",
)

_CHARGE, _PART = ENTRY.alias("charge"), ENTRY.alias("part")


def _told(name: str) -> ColumnElement[Any]:
    """A number that an event's data tells."""
    return cast(EVENT.c.data[name].as_string(), BigInteger)


# Sets are compared whole: neither engine has an index from an entry to its event.
_ENTRIES = select(ENTRY.c.id, ENTRY.c.amount)
_EVENTS = select(_told("entry"), _told("amount")).where(EVENT.c.kind.in_(_MONEY_EVENTS))


def _sum_of(*kinds: EntryKind) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((_PART.c.kind.in_(kinds), _PART.c.amount), else_=0)), 0)


_UNDOES = _PART.c.receipt.in_(select(EVENT.c.act).where(EVENT.c.kind == "act.undone"))


def _money(kind: EntryKind, undone_by: EntryKind) -> ColumnElement[Any]:
    """What went one way; a payment that was undone is none, though a refund gave it back, and the other way round."""
    counts = or_(and_(_PART.c.kind == kind, ~_UNDOES), and_(_PART.c.kind == undone_by, _UNDOES))
    return func.coalesce(func.sum(case((counts, _PART.c.amount), else_=0)), 0)


_TAKEN_OFF = -_sum_of(EntryKind.WAIVER, EntryKind.CANCELLED)
_PAID, _REFUNDED = -_money(EntryKind.PAYMENT, EntryKind.REFUND), _money(EntryKind.REFUND, EntryKind.PAYMENT)
_WAIVED = -_sum_of(EntryKind.WAIVER)
_SETTLED = (
    select(_CHARGE.c.id)
    .select_from(_CHARGE.join(_PART, _PART.c.charge_id == _CHARGE.c.id))
    .group_by(_CHARGE.c.id, _CHARGE.c.amount)
)
_SINCE = func.coalesce(
    func.lag(TILL_CLOSING.c.upto_entry_id).over(
        partition_by=TILL_CLOSING.c.desk_id, order_by=(TILL_CLOSING.c.upto_entry_id, TILL_CLOSING.c.id)
    ),
    0,
)
_SPAN = select(
    TILL_CLOSING.c.id, TILL_CLOSING.c.desk_id, TILL_CLOSING.c.upto_entry_id.label("upto"), _SINCE.label("since")
).subquery("span")
_MOVED = (
    select(_SPAN.c.id, ENTRY.c.method, cast(-func.sum(ENTRY.c.amount), BigInteger).label("amount"))
    .select_from(
        _SPAN.join(
            ENTRY,
            and_(
                ENTRY.c.desk_id == _SPAN.c.desk_id,
                ENTRY.c.id > _SPAN.c.since,
                ENTRY.c.id <= _SPAN.c.upto,
                ENTRY.c.method.is_not(None),
            ),
        )
    )
    .group_by(_SPAN.c.id, ENTRY.c.method)
)
_SAID = select(TILL_COUNT.c.closing_id, TILL_COUNT.c.method, TILL_COUNT.c.expected)
# Something may have been counted that nothing went in by; then nothing was expected of it.
_UNSAID = _MOVED.except_(_SAID).subquery("unsaid")
_UNMOVED = _SAID.where(TILL_COUNT.c.expected != 0).except_(_MOVED).subquery("unmoved")

_QUERIES: dict[str, Select[Any]] = {
    "entry.not_journalled": select(_ENTRIES.except_(_EVENTS).subquery().c[0]),
    "entry.only_journalled": select(_EVENTS.except_(_ENTRIES).subquery().c[0]),
    "entry.settles_no_charge": select(_PART.c.id)
    .join(_CHARGE, _CHARGE.c.id == _PART.c.charge_id)
    .where(or_(_CHARGE.c.charge_id.is_not(None), _CHARGE.c.account != Account.FEES)),
    "entry.other_patron": select(_PART.c.id)
    .join(_CHARGE, _CHARGE.c.id == _PART.c.charge_id)
    .where(_CHARGE.c.patron_id != _PART.c.patron_id),
    "charge.taken_off_twice": _SETTLED.having(_CHARGE.c.amount < _TAKEN_OFF),
    # Nothing is paid or waived any more once something was cancelled.
    "charge.overpaid": _SETTLED.having(_CHARGE.c.amount - _WAIVED < _PAID),
    "charge.refunded_too_much": _SETTLED.having(
        or_(_REFUNDED > _PAID, and_(_REFUNDED > 0, _CHARGE.c.amount - _TAKEN_OFF > _PAID - _REFUNDED))
    ),
    "charge.refunded_to_another": select(_PART.c.charge_id)
    .where(_PART.c.charge_id.is_not(None))
    .group_by(_PART.c.charge_id, _PART.c.payer_id)
    .having(_REFUNDED > _PAID),
    "till.counts": select(_UNSAID.c.id).union(select(_UNMOVED.c.closing_id)).subquery().select(),
    "deposit.negative": select(PATRON.c.number)
    .join(ENTRY, ENTRY.c.patron_id == PATRON.c.id)
    .where(ENTRY.c.account == Account.DEPOSIT)
    .group_by(PATRON.c.number)
    .having(func.sum(ENTRY.c.amount) > 0),
}


def find(transaction: Transaction) -> Iterator[Finding]:
    """Everything that is not as it must be, up to a hundred subjects a fault."""
    for code, query in _QUERIES.items():
        for row in transaction.connection.execute(query.limit(MOST)):
            yield Finding(code, str(row[0]))
