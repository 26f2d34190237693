"""Undo: what a desk did just now is put back, as long as nothing else has happened to it since.

What was done stays in the journal, and so does that it was undone. A desk undoes its own acts only, and only those of
the last minutes: later, the opposite is done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import BindParameter, bindparam, null, select, update

from db.catalogue import ItemStatus
from db.circulation import RequestStatus
from db.statement import Statement
from db.tables import ITEM, LIBRARY, LOAN, PATRON, TITLE
from db.types import Instant
from libops.circulation import holding, restoring, undone_loans
from libops.circulation.past_acts import UNDONE, PastAct, find_by_key, find_last, happened_since
from libops.circulation.rules import standing
from libops.money import undone_charges
from libops.permissions import Permission
from libops.refusals import refuse
from libops.work import Answer, Look, Work, act

SPAN = timedelta(minutes=15)
"""How long after an act it may be undone."""


class Undone(StrEnum):
    """What was undone."""

    CHECK_OUT = "check_out"
    CHECK_IN = "check_in"
    SENDING = "sending"
    ARRIVAL = "arrival"
    RENEWAL = "renewal"
    HOLD = "hold"
    CHARGE = "charge"
    PAYMENT = "payment"
    WAIVER = "waiver"
    REFUND = "refund"
    IN_HOUSE = "in_house"
    BATCH = "batch"


class UndoAnswer(Answer, frozen=True, kw_only=True):
    """Something was undone, which had been done at ``done_at``; the patron is the one it was about.

    ``barcode``, ``title`` and ``status`` (as it is again) are those of the first item; ``items`` counts them all.
    ``due_on``, a day of the lending branch, is when its loan falls due again, None where it is on no loan. ``amount``
    is what was taken off, given back or charged again, in minor units. Of a change of copies, ``items`` are as they
    were, and ``left`` stay as something else has made them since.
    """

    what: Undone
    act: str
    done_at: datetime
    barcode: str | None = None
    title: str | None = None
    status: ItemStatus | None = None
    items: int = 0
    due_on: date | None = None
    amount: int = 0
    currency: str = ""
    left: int = 0


class Undoable(msgspec.Struct, frozen=True, kw_only=True):
    """What would be undone: the act, ``kind`` as the journal calls it, and the first item and patron it was about."""

    act: str
    kind: str
    barcode: str = ""
    title: str = ""
    patron_number: str = ""
    patron_name: str = ""


class _Item(msgspec.Struct, frozen=True):
    id: int
    title_id: int
    barcode: str
    title: str
    status: str
    due_at: datetime | None
    branch_id: int | None


class _Person(msgspec.Struct, frozen=True):
    number: str
    name: str


class _Rules(msgspec.Struct, frozen=True):
    version: int
    currency: str


class _Id(msgspec.Struct, frozen=True):
    id: int


_BY_ID: BindParameter[int] = bindparam("row_id")
_ITEM = Statement(
    select(ITEM.c.id, TITLE.c.id, ITEM.c.barcode, TITLE.c.title, ITEM.c.status, LOAN.c.due_at, LOAN.c.branch_id)
    .select_from(
        ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id).outerjoin(
            LOAN, (LOAN.c.item_id == ITEM.c.id) & LOAN.c.returned_at.is_(None)
        )
    )
    .where(ITEM.c.id == _BY_ID),
    _Item,
)
_PERSON = Statement(select(PATRON.c.number, PATRON.c.name).where(PATRON.c.id == _BY_ID), _Person)
_RULES = Statement(select(LIBRARY.c.rules_version, LIBRARY.c.currency), _Rules)
_LOCK_PATRON = Statement(select(PATRON.c.id).where(PATRON.c.id == _BY_ID).with_for_update(key_share=True), _Id)
_LOCK_TITLE = Statement(select(TITLE.c.id).where(TITLE.c.id == _BY_ID).with_for_update(key_share=True), _Id)
_LOCK_ITEM = Statement(select(ITEM.c.id).where(ITEM.c.id == _BY_ID).with_for_update(key_share=True), _Id)
_RECALL_BACK: Statement[None] = Statement(
    update(LOAN)
    .values(due_at=bindparam("was_due_at", type_=Instant()), recalled_at=null())
    .where(LOAN.c.id == bindparam("loan_id")),
    lambda: None,
)


@act("undo.undo", UndoAnswer)
def undo(work: Work, *, act_key: str) -> UndoAnswer:
    """Undo what was done at the work's desk under a request key.

    Refusals: ``undo.*``, ``batch.undone`` of copies that were put back already, and ``permission.missing`` for who may
    not do such a thing at all.
    """
    return _undo(work, _past(work, act_key))


@act("undo.last", UndoAnswer)
def undo_last(work: Work, *, named: str = "") -> UndoAnswer:
    """Undo the last thing that this actor did at the work's desk; refuses as ``undo``.

    ``named`` is the act that was named to whoever asks for it: where another is the last by now, ``undo.not_last``.
    """
    past = _past(work, None)
    if named and past.id != named:
        raise refuse("undo.not_last")
    return _undo(work, past)


def undoable(look: Look, *, act_key: str | None) -> Undoable:
    """What ``undo`` with this request key would undo, or ``undo_last`` without one; it changes nothing.

    Refuses as they would.
    """
    past = _past(look, act_key)
    way = _way_back(look, past)
    if way is not None:
        _require_untouched(look, past, way)
    tx = look.transaction
    main = next((event for kind in _MAIN for event in past.of(kind)), past.first)
    item_id = past.first.item_id or next(iter(past.ids("item_id")), None)
    patron_id = next((event.patron_id for event in past.events if event.patron_id is not None), None)
    item = None if item_id is None else tx.one(_ITEM, row_id=item_id)
    person = None if patron_id is None else tx.maybe(_PERSON, row_id=patron_id)
    return Undoable(
        act=past.id,
        kind=main.kind,
        barcode="" if item is None else item.barcode,
        title="" if item is None else item.title,
        patron_number="" if person is None else person.number,
        patron_name="" if person is None else person.name,
    )


def _past(look: Look, act_key: str | None) -> PastAct:
    """What was done under a request key, or last."""
    _require_desk(look)
    if act_key is None:
        last = find_last(look, SPAN)
        if last is None:
            raise refuse("undo.nothing", minutes=_MINUTES)
        return last
    past = find_by_key(look, act_key, SPAN)
    if past is None:
        raise refuse("undo.unknown")
    if not past.events:
        raise refuse("undo.too_late", minutes=_MINUTES)
    if past.first.desk_id != look.place.desk_id:
        raise refuse("undo.elsewhere")
    return past


_MINUTES = int(SPAN.total_seconds() // 60)


def _require_desk(look: Look) -> None:
    look.require(Permission.UNDO)
    if look.place.desk_id is None:
        raise refuse("undo.no_desk")


class _Way(msgspec.Struct, frozen=True):
    """How one sort of act is undone, and what one must be allowed to do for it."""

    what: Undone
    permission: Permission
    put_back: Callable[[Work, PastAct], int | None]


def _undo(work: Work, past: PastAct) -> UndoAnswer:
    first = past.first
    patrons, items = past.ids("patron_id"), past.ids("item_id")
    work.about(patron_id=first.patron_id, item_id=first.item_id)
    way = _way_back(work, past)
    if way is None:
        return _undo_batch(work, past)
    _lock(work, patrons, items, past)
    _require_untouched(work, past, way)
    work.record(
        UNDONE,
        patron_id=first.patron_id,
        item_id=first.item_id,
        loan_id=first.loan_id,
        undone=past.id,
        what=way.what,
    )
    amount = way.put_back(work, past)
    return _answer(work, past, way.what, amount or 0)


def _way_back(look: Look, past: PastAct) -> _Way | None:
    """How it is undone, by somebody who may; None: as a change of copies is. Refuses what cannot be undone at all."""
    if past.is_undone or past.first.kind == UNDONE:
        raise refuse("undo.already")
    if past.first.kind in (_OF_MANY, _OF_ONE):
        look.require(Permission.CATALOGUE if past.first.kind == _OF_ONE else Permission.MANAGE_CATALOGUE)
        return None
    way = _way(past)
    look.require(way.permission)
    return way


def _require_untouched(look: Look, past: PastAct, way: _Way) -> None:
    if any(happened_since(look, item_id, past.last_id) for item_id in _touched(past, way)):
        raise refuse("undo.changed")


def _touched(past: PastAct, way: _Way) -> list[int]:
    """The items that the act did something with; what only costs something may have gone on since."""
    if way.what in (Undone.CHARGE, Undone.PAYMENT, Undone.WAIVER, Undone.REFUND):
        ended = past.of("loan.paid", "loan.written_off")
        return [event.item_id for event in ended if event.item_id is not None]
    return past.ids("item_id")


def _lock(work: Work, patrons: list[int], items: list[int], past: PastAct) -> None:
    """Lock everybody and everything that the act was about: patrons, then titles, then items."""
    tx = work.transaction
    if not tx.locks_rows:
        return
    titles = {tx.one(_ITEM, row_id=item_id).title_id for item_id in items}
    titles |= {event.number("title") for event in past.of("hold.placed")}
    for patron_id in sorted({*patrons, *undone_charges.payers(work, past)}):
        tx.lock(_LOCK_PATRON, row_id=patron_id)
    for title_id in sorted(titles):
        tx.lock(_LOCK_TITLE, row_id=title_id)
    for item_id in items:
        tx.lock(_LOCK_ITEM, row_id=item_id)


_OF_MANY, _OF_ONE = "item.batch", "item.edited"
"""How an act begins that changed what is known of many copies, or of one."""


def _undo_batch(work: Work, past: PastAct) -> UndoAnswer:
    """Copies are put back as far as nothing else has changed them since."""
    # Not before it is needed: a desk has to stand ready soon after it is called, and seldom undoes such a thing.
    from libops.catalogue.batches import put_back

    work.record(UNDONE, undone=past.id, what=Undone.BATCH)
    back = put_back(work, number=past.id)
    if not back.changed:
        raise refuse("undo.changed")
    return UndoAnswer(what=Undone.BATCH, act=past.id, done_at=past.first.at, items=back.changed, left=back.left)


def _undo_hold(work: Work, past: PastAct) -> None:
    placed = past.of("hold.placed")[0]
    row = restoring.request_row(work, placed.number("request"))
    if not row.waits:
        raise refuse("undo.changed")
    for recalled in past.of("loan.recalled"):
        work.transaction.run(_RECALL_BACK, loan_id=recalled.loan_id, was_due_at=recalled.moment("was_due_at"))
        work.record(
            "loan.recall_ended",
            patron_id=recalled.patron_id,
            item_id=recalled.item_id,
            loan_id=recalled.loan_id,
            due_at=recalled.data["was_due_at"],
        )
    cancelled = RequestStatus.CANCELLED
    holding.close(work, request_id=row.id, patron_id=row.patron_id, status=cancelled, item_id=row.item_id)


def _undo_in_house(work: Work, past: PastAct) -> None:
    """The journal's word that it was undone is all there is to it: the item lies where it lay."""


_CHECK_IN, _SENDING, _ARRIVAL = (
    _Way(what, Permission.RETURN, undone_loans.undo_check_in)
    for what in (Undone.CHECK_IN, Undone.SENDING, Undone.ARRIVAL)
)
# What tells what an act was for, wherever among its events it stands.
_MAIN: dict[str, _Way] = {
    "loan.opened": _Way(Undone.CHECK_OUT, Permission.LEND, undone_loans.undo_check_out),
    "loan.renewed": _Way(Undone.RENEWAL, Permission.RENEW, undone_loans.undo_renewals),
    "loan.closed": _CHECK_IN,
    "hold.placed": _Way(Undone.HOLD, Permission.PLACE_HOLDS, _undo_hold),
}
# Otherwise an act is what happened first in it; an item that was on no loan was taken in if it went on from there.
_FIRST: dict[str, _Way] = {
    "item.used_in_house": _Way(Undone.IN_HOUSE, Permission.RETURN, _undo_in_house),
    "item.found": _CHECK_IN,
    "hold.shelved": _CHECK_IN,
    "hold.sent": _SENDING,
    "hold.pickup_expired": _CHECK_IN,
    "transfer.sent": _SENDING,
    "transfer.arrived": _ARRIVAL,
    "transfer.cancelled": _CHECK_IN,
    "charge.made": _Way(Undone.CHARGE, Permission.CHARGE, undone_charges.take_off_charges),
    "charge.paid": _Way(Undone.PAYMENT, Permission.TAKE_PAYMENTS, undone_charges.undo_settlements),
    "charge.waived": _Way(Undone.WAIVER, Permission.WAIVE, undone_charges.undo_settlements),
    "charge.cancelled": _Way(Undone.WAIVER, Permission.CHARGE, undone_charges.undo_settlements),
    "charge.refunded": _Way(Undone.REFUND, Permission.REFUND, undone_charges.undo_settlements),
}


def _way(past: PastAct) -> _Way:
    """What sort of act it was. Refuses with ``undo.not_possible`` one that is not undone by itself."""
    main = next((way for kind, way in _MAIN.items() if past.of(kind)), None)
    way = main or _FIRST.get(past.first.kind)
    if way is None:
        raise refuse("undo.not_possible")
    return way


def _answer(work: Work, past: PastAct, what: Undone, amount: int) -> UndoAnswer:
    tx, items = work.transaction, past.ids("item_id")
    rules = tx.one(_RULES)
    answer = UndoAnswer(
        what=what, act=past.id, done_at=past.first.at, items=len(items), amount=amount, currency=rules.currency
    )
    item_id = past.first.item_id or (items[0] if items else None)
    if item_id is not None:
        item = tx.one(_ITEM, row_id=item_id)
        lent = item.due_at is not None and item.branch_id is not None
        calendar = standing(tx, rules.version).calendars[item.branch_id or 0] if lent else None
        answer = msgspec.structs.replace(
            answer,
            barcode=item.barcode,
            title=item.title,
            status=ItemStatus(item.status),
            due_on=None if calendar is None or item.due_at is None else calendar.local_day(item.due_at),
        )
    patron_id = next((event.patron_id for event in past.events if event.patron_id is not None), None)
    person = None if patron_id is None else tx.maybe(_PERSON, row_id=patron_id)
    if person is None:
        return answer
    return msgspec.structs.replace(answer, patron_number=person.number, patron_name=person.name)
