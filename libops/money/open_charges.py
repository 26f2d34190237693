"""What acts on a patron's charges need to know: whose they are, what is left of each, who paid; read under locks.

On PostgreSQL the patrons are locked first (also whoever pays or is paid back), then titles and items of what was
charged for, then the desk whose till it is: a return takes charges off while it holds only title and item.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, func, literal_column, or_, select

from db.database import Transaction
from db.money import Account, EntryKind
from db.statement import Statement
from db.tables import ENTRY, ITEM, LIBRARY, PATRON, TITLE
from db.types import Instant
from libops.money import ledger
from libops.people.numbers import find_number, leads_to
from libops.permissions import Permission
from libops.refusals import Refusal, refuse
from libops.work import Look, Work

_TRIES = 4
_LARGEST_ID = 2**63 - 1


class Holder(msgspec.Struct, frozen=True):
    """A patron with an account, and the currency it is kept in."""

    id: int
    number: str
    name: str
    currency: str


class Charge(msgspec.Struct, frozen=True):
    """A charge; ``left`` is what is still to be paid (negative: to be paid back), ``paid`` what was paid and kept."""

    id: int
    kind: EntryKind
    amount: int
    patron_id: int
    item_id: int | None
    loan_id: int | None
    left: int
    paid: int


class Kept(msgspec.Struct, frozen=True):
    """What somebody paid for a charge and was not given back; ``payer_id`` is None for the patron."""

    payer_id: int | None
    amount: int


class _Id(msgspec.Struct, frozen=True):
    id: int


class _Sum(msgspec.Struct, frozen=True):
    amount: int


def _charge(*cells: Any) -> Charge:  # noqa: ANN401 - a driver's row; the struct gives it its types
    entry, kind, amount, patron_id, item_id, loan_id, left, paid = cells
    # PostgreSQL adds up to decimals.
    return Charge(entry, EntryKind(kind), amount, patron_id, item_id, loan_id, int(left), int(paid))


def word(text: str) -> ColumnElement[str]:
    """A word of an enumeration as part of a statement."""
    return literal_column(f"'{text}'")


def changed_hands(kind: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an entry of a charge is money that was paid or paid back, as part of a statement."""
    return or_(kind == word(EntryKind.PAYMENT), kind == word(EntryKind.REFUND))


_EVER = datetime.min.replace(tzinfo=UTC)
_PART, _CHARGE = ENTRY.alias("part"), ENTRY.alias("charge")
_SETTLED = select(func.coalesce(func.sum(_PART.c.amount), 0)).where(_PART.c.charge_id == _CHARGE.c.id)
_COLUMNS = ("id", "kind", "amount", "patron_id", "item_id", "loan_id")
_IS_CHARGE = and_(_CHARGE.c.charge_id.is_(None), _CHARGE.c.account == word(Account.FEES))


def _charges(*where: ColumnElement[bool]) -> Select[Any]:
    left = (_CHARGE.c.amount + _SETTLED.correlate(_CHARGE).scalar_subquery()).label("left")
    paid = (-_SETTLED.where(changed_hands(_PART.c.kind)).correlate(_CHARGE).scalar_subquery()).label("paid")
    return select(*(_CHARGE.c[name] for name in _COLUMNS), left, paid).where(_IS_CHARGE, *where)


def owes_for(loan_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether something is still to be paid, or paid back, for a loan, as part of a statement."""
    left = _CHARGE.c.amount + _SETTLED.correlate(_CHARGE).scalar_subquery()
    return select(_CHARGE.c.id).where(_IS_CHARGE, _CHARGE.c.loan_id == loan_id, left != 0).exists()


EACH_CHARGE = _charges(_CHARGE.c.patron_id == bindparam("patron_id")).subquery()
"""Every charge of the patron ``patron_id`` as a part of statements, with what is left of it and what was paid."""

_OPEN = Statement(select(EACH_CHARGE).where(EACH_CHARGE.c.left != 0).order_by(EACH_CHARGE.c.id), _charge)
_ONE = Statement(_charges(_CHARGE.c.id == bindparam("charge_id")), _charge)
_OF_LOAN = Statement(
    _charges(
        _CHARGE.c.loan_id == bindparam("loan_id"),
        _CHARGE.c.kind == bindparam("kind"),
        _CHARGE.c.at > bindparam("after", type_=Instant()),
    ).order_by(_CHARGE.c.id),
    _charge,
)
_KEPT = Statement(
    select(ENTRY.c.payer_id, -func.sum(ENTRY.c.amount))
    .where(ENTRY.c.charge_id == bindparam("charge_id"), changed_hands(ENTRY.c.kind))
    .group_by(ENTRY.c.payer_id)
    .having(func.sum(ENTRY.c.amount) < 0)
    .order_by(func.min(ENTRY.c.id)),
    lambda payer, amount: Kept(payer, int(amount)),
)
_HOLDER = Statement(
    select(PATRON.c.id, PATRON.c.number, PATRON.c.name, LIBRARY.c.currency)
    .select_from(PATRON.join(LIBRARY, LIBRARY.c.id == 1))
    .where(PATRON.c.id == bindparam("patron_id")),
    Holder,
)
_OWED = Statement(
    select(ledger.owed(PATRON.c.id)).where(PATRON.c.id == bindparam("patron_id")), lambda amount: _Sum(int(amount))
)


class _Lock:
    """Rows to lock in the order of their ids: which they are by now, and the same locked.

    NO KEY UPDATE: rows that merely refer to these, such as the journal's, need not wait.
    """

    def __init__(self, which: Select[Any], *locked: Table) -> None:
        self._which = Statement(which, _Id)
        self._locking = Statement(which.with_for_update(key_share=True, of=list(locked)), _Id)

    def take(self, transaction: Transaction, **values: object) -> None:
        """Lock the rows; anew where others came to be meant while this waited, as when a patron was merged."""
        for _ in range(_TRIES if transaction.locks_rows else 0):
            locked = transaction.all(self._locking, **values)
            if locked == transaction.all(self._which, **values):
                return


def _patrons(*where: ColumnElement[bool]) -> _Lock:
    return _Lock(select(PATRON.c.id).where(or_(*where)).order_by(PATRON.c.id), PATRON)


_LOCK_BY_NUMBERS = _patrons(
    PATRON.c.id == leads_to(bindparam("number")), PATRON.c.id == leads_to(bindparam("payer_number"))
)
_THIS = ENTRY.c.id == bindparam("charge_id")
_ITS = ENTRY.c.charge_id == bindparam("charge_id")
_LOCK_BY_CHARGE = _patrons(
    PATRON.c.id == select(ENTRY.c.patron_id).where(_THIS).scalar_subquery(),
    PATRON.c.id.in_(select(ENTRY.c.payer_id).where(_ITS)),
)
_OPEN_ITEMS = select(EACH_CHARGE.c.item_id).where(EACH_CHARGE.c.left != 0, EACH_CHARGE.c.loan_id.is_not(None))


def _copies(items: Select[Any]) -> tuple[_Lock, _Lock]:
    titles = select(ITEM.c.title_id).where(ITEM.c.id.in_(items))
    return (
        _Lock(select(TITLE.c.id).where(TITLE.c.id.in_(titles)).order_by(TITLE.c.id), TITLE),
        _Lock(select(ITEM.c.id).where(ITEM.c.id.in_(items)).order_by(ITEM.c.id), ITEM),
    )


_LOCK_OPEN_COPIES = _copies(_OPEN_ITEMS)
_LOCK_ITS_COPY = _copies(select(ENTRY.c.item_id).where(_THIS))


def patron_of(look: Look, number: str) -> int:
    """The id of the patron whom a number leads to, for who may see patrons.

    Refusals: ``patron.unknown``, ``code.*``, ``permission.missing``.
    """
    look.require(Permission.SEE_PATRONS)
    return _led_to(look, number)


def lock_patron(work: Work, number: str, payer_number: str | None = None) -> Holder:
    """Lock the patron whom a number leads to, and whoever pays; the patron. Refuses with ``patron.unknown``."""
    tx = work.transaction
    _LOCK_BY_NUMBERS.take(tx, number=number, payer_number=payer_number or number)
    patron_id = _led_to(work, number)
    work.about(patron_id=patron_id)
    return tx.one(_HOLDER, patron_id=patron_id)


def find_payer(work: Work, holder: Holder, payer_number: str | None) -> int | None:
    """Who pays, locked before; None for the patron. Refuses with ``patron.unknown``."""
    payer_id = None if payer_number is None else _led_to(work, payer_number)
    return None if payer_id == holder.id else payer_id


def _led_to(look: Look, number: str) -> int:
    patron_id = find_number(look.transaction, number)
    if patron_id is None:
        raise Refusal([look.patterns.why_not_patron(number)])
    return patron_id


def lock_open_copies(work: Work, holder: Holder) -> None:
    """Lock titles and items of what the patron's open charges are for, the patron being locked."""
    for lock in _LOCK_OPEN_COPIES:
        lock.take(work.transaction, patron_id=holder.id)


def lock_charge(work: Work, charge_id: int) -> None:
    """Lock the patron of a charge, whoever paid for it, and its title and item."""
    if not 0 < charge_id <= _LARGEST_ID:
        raise refuse("money.charge_unknown", charge=charge_id)
    for lock in (_LOCK_BY_CHARGE, *_LOCK_ITS_COPY):
        lock.take(work.transaction, charge_id=charge_id)


def is_charged(transaction: Transaction, patron_id: int, charge_id: int) -> bool:
    """Whether this is a charge of this patron, settled or not."""
    charge = transaction.maybe(_ONE, charge_id=charge_id) if 0 < charge_id <= _LARGEST_ID else None
    return charge is not None and charge.patron_id == patron_id


def find_charge(work: Work, charge_id: int) -> tuple[Charge, Holder]:
    """A charge and its patron. Refuses with ``money.charge_unknown``."""
    charge = work.transaction.maybe(_ONE, charge_id=charge_id)
    if charge is None:
        raise refuse("money.charge_unknown", charge=charge_id)
    work.about(patron_id=charge.patron_id, item_id=charge.item_id)
    return charge, work.transaction.one(_HOLDER, patron_id=charge.patron_id)


def open_charges(transaction: Transaction, patron_id: int) -> list[Charge]:
    """A patron's charges that are not settled, the oldest first; also those of which something is to be paid back."""
    return transaction.all(_OPEN, patron_id=patron_id)


def charges_of_loan(transaction: Transaction, loan_id: int, kind: EntryKind, after: datetime = _EVER) -> list[Charge]:
    """All charges of one kind that a loan has led to after a moment, settled or not."""
    return transaction.all(_OF_LOAN, loan_id=loan_id, kind=kind, after=after)


def kept_from(transaction: Transaction, charge_id: int) -> list[Kept]:
    """Who paid for a charge what was not given back, the first to pay first."""
    return transaction.all(_KEPT, charge_id=charge_id)


def owed_by(transaction: Transaction, patron_id: int) -> int:
    """What a patron owes now."""
    return transaction.one(_OWED, patron_id=patron_id).amount
