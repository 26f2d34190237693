"""Undoing what was done with money: by opposite entries, for no entry is ever changed.

is undone by
a charge        taking it off
a payment       giving the money back, from the till it went into
a refund        taking the money again
what was taken  charging it anew: what was waived or taken off stays so in the account's story
off a charge
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import BindParameter, bindparam, select

from db.money import EntryKind, Method
from db.statement import Statement
from db.tables import ENTRY
from libops.circulation import effects, restoring
from libops.circulation.past_acts import PastAct, PastEvent
from libops.money import ledger
from libops.money.tills import lock_till
from libops.refusals import refuse
from libops.work import Work


class _Entry(msgspec.Struct, frozen=True):
    id: int
    kind: str
    amount: int
    patron_id: int
    charge_id: int | None
    item_id: int | None
    loan_id: int | None
    method: str | None
    payer_id: int | None


class _Id(msgspec.Struct, frozen=True):
    id: int


_COLUMNS = tuple(ENTRY.c[name] for name in _Entry.__struct_fields__)
_ENTRY = Statement(select(*_COLUMNS).where(ENTRY.c.id == bindparam("entry_id")), _Entry)
_AFTER: BindParameter[int] = bindparam("after_id")
_SINCE = Statement(
    select(ENTRY.c.id).where(ENTRY.c.charge_id == bindparam("charge_id"), ENTRY.c.id > _AFTER).limit(1), _Id
)

SETTLES = ("charge.paid", "charge.waived", "charge.cancelled", "charge.refunded")


def payers(work: Work, past: PastAct) -> list[int]:
    """The patrons whose money an act moved, beside those whom its events name."""
    entries = (_entry(work, event) for event in past.of(*SETTLES))
    return sorted({entry.payer_id for entry in entries if entry.payer_id is not None})


def take_off_charges(work: Work, past: PastAct) -> int:
    """Take off what an act charged; how much. Refuses with ``undo.money_since`` what was settled since."""
    entries = [_entry(work, event) for event in past.of("charge.made")]
    for entry in entries:
        _require_unsettled(work, entry.id, entry.id)
        _settle(work, entry, entry.id, EntryKind.CANCELLED, -entry.amount)
    return sum(entry.amount for entry in entries)


def undo_settlements(work: Work, past: PastAct) -> int:
    """Undo payments, waivers, cancellations or refunds, and the end of loans that they ended; how much.

    The till's row is locked, as whenever money changes hands. Refuses with ``undo.money_since``.
    """
    entries = [_entry(work, event) for event in past.of(*SETTLES)]
    for method in {entry.method for entry in entries if entry.method is not None}:
        lock_till(work, Method(method))
    newest: dict[int, int] = {}
    for entry in entries:
        newest[entry.charge_id or 0] = max(entry.id, newest.get(entry.charge_id or 0, 0))
    for charge_id, entry_id in newest.items():
        _require_unsettled(work, charge_id, entry_id)
    for entry in entries:
        _reverse(work, entry)
    _reopen(work, past.of("loan.paid", "loan.written_off"))
    return sum(abs(entry.amount) for entry in entries)


def _reverse(work: Work, entry: _Entry) -> None:
    opposite = {EntryKind.PAYMENT: EntryKind.REFUND, EntryKind.REFUND: EntryKind.PAYMENT}.get(EntryKind(entry.kind))
    charge = work.transaction.one(_ENTRY, entry_id=entry.charge_id)
    if opposite is not None:
        _settle(work, entry, charge.id, opposite, -entry.amount)
        return
    ledger.charge(
        work,
        kind=EntryKind(charge.kind),
        amount=-entry.amount,
        patron_id=charge.patron_id,
        item_id=charge.item_id,
        loan_id=charge.loan_id,
    )


def _settle(work: Work, entry: _Entry, charge_id: int, kind: EntryKind, amount: int) -> None:
    ledger.settle(
        work,
        charge_id=charge_id,
        kind=kind,
        amount=amount,
        patron_id=entry.patron_id,
        item_id=entry.item_id,
        loan_id=entry.loan_id,
        method=None if entry.method is None else Method(entry.method),
        payer_id=entry.payer_id,
    )


def _reopen(work: Work, ended: Sequence[PastEvent]) -> None:
    for event in ended:
        assert event.item_id is not None
        status = restoring.reopen_loan(work, restoring.loan_row(work, event.loan_id or 0), event.item_id)
        effects.mark(work, event.item_id, status)


def _entry(work: Work, event: PastEvent) -> _Entry:
    return work.transaction.one(_ENTRY, entry_id=event.number("entry"))


def _require_unsettled(work: Work, charge_id: int, after_id: int) -> None:
    if work.transaction.maybe(_SINCE, charge_id=charge_id, after_id=after_id) is not None:
        raise refuse("undo.money_since")
