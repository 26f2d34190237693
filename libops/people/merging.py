"""Merging: one person who was registered twice becomes one patron again.

Everything that the other had goes to the patron that is kept: loans, requests, money, and the journal's column, so
that the story of each loan stays that of whoever has it. The other's row stays, marked, and its number leads on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import BindParameter, Column, bindparam, null, or_, select, update

from db.circulation import RequestKind, RequestStatus
from db.people import PatronStatus
from db.statement import Statement
from db.tables import ENTRY, EVENT, ITEM, LOAN, PATRON, REQUEST, TITLE
from libops.circulation import called_back, holding, rerouting
from libops.circulation.live_requests import live_request
from libops.people.numbers import find_number as find_number
from libops.people.registration import BESIDE
from libops.permissions import Permission
from libops.refusals import Reason, Refusal, refuse
from libops.work import Answer, Work, act


class MergeAnswer(Answer, frozen=True, kw_only=True):
    """Two patrons are one; the patron is the one that was kept.

    How many loans, requests and entries of the account went over to it, open and past ones; ``cancelled`` counts the
    requests that ended because both had one for the same.
    """

    loans: int
    requests: int
    cancelled: int
    entries: int


class _Person(msgspec.Struct, frozen=True):
    id: int
    number: str
    name: str
    status: str
    note: str
    phone: str
    email: str
    expires_on: date
    merged_into_id: int | None


class _Live(msgspec.Struct, frozen=True):
    id: int
    kind: str
    title_id: int
    item_id: int | None
    status: str
    position: int
    held_item_id: int | None
    ends_at: datetime | None
    shelf_until: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Whether its time has passed, whoever has noticed."""
        last = self.ends_at if self.held_item_id is None else self.shelf_until
        return last is not None and last < now


_GIVEN = ("status", "note", "phone", "email", "expires_on")
"""What the kept patron may get from the other."""


class _Id(msgspec.Struct, frozen=True):
    id: int


_EITHER = or_(PATRON.c.number == bindparam("one"), PATRON.c.number == bindparam("other"))
# In the order of their ids, so that two desks that merge the same people cannot wait for each other.
_LOCK = Statement(select(PATRON.c.id).where(_EITHER).order_by(PATRON.c.id).with_for_update(key_share=True), _Id)
_BOTH = Statement(select(*(PATRON.c[name] for name in _Person.__struct_fields__)).where(_EITHER), _Person)

_KEEP_ID: BindParameter[int] = bindparam("keep_id")
_DROPPED_ID: BindParameter[int] = bindparam("dropped_id")
_HAS = (LOAN.c.patron_id == _DROPPED_ID) & or_(LOAN.c.returned_at.is_(None), LOAN.c.lost_at.is_not(None))
_WAITS = or_(REQUEST.c.patron_id == _KEEP_ID, REQUEST.c.patron_id == _DROPPED_ID) & REQUEST.c.closed_at.is_(None)
_LENT_TITLES = select(ITEM.c.title_id).join(LOAN, LOAN.c.item_id == ITEM.c.id).where(_HAS)
_TITLES = _LENT_TITLES.union(select(REQUEST.c.title_id).where(_WAITS))
_ITEMS = select(LOAN.c.item_id).where(_HAS).union(select(REQUEST.c.held_item_id).where(_WAITS))
# A return locks no patron: by the title and the item it is kept from charging somebody who is no more.
_LOCK_TITLES = Statement(
    select(TITLE.c.id).where(TITLE.c.id.in_(_TITLES)).order_by(TITLE.c.id).with_for_update(key_share=True), _Id
)
_LOCK_ITEMS = Statement(
    select(ITEM.c.id).where(ITEM.c.id.in_(_ITEMS)).order_by(ITEM.c.id).with_for_update(key_share=True), _Id
)
_LIVE_REQUESTS = Statement(select(*(REQUEST.c[name] for name in _Live.__struct_fields__)).where(_WAITS), _Live)


def _move(column: Column[int]) -> Statement[None]:
    """What names the dropped patron names the kept one."""
    return Statement(
        update(column.table).values({column.name: _KEEP_ID}).where(column == _DROPPED_ID),
        lambda: None,
    )


_MOVE_LOANS, _MOVE_REQUESTS, _MOVE_ENTRIES = (
    _move(LOAN.c.patron_id),
    _move(REQUEST.c.patron_id),
    _move(ENTRY.c.patron_id),
)
_MOVE_PAYERS, _MOVE_EVENTS = _move(ENTRY.c.payer_id), _move(EVENT.c.patron_id)
# One step from any number to its patron: what led to the dropped one leads to the kept one.
_LEAD_ON = _move(PATRON.c.merged_into_id)
# A payer is named where it was somebody else.
_PAID_ITSELF: Statement[None] = Statement(
    update(ENTRY).values(payer_id=null()).where(ENTRY.c.patron_id == _KEEP_ID, ENTRY.c.payer_id == _KEEP_ID),
    lambda: None,
)
_DROP: Statement[None] = Statement(
    update(PATRON).values(status=PatronStatus.MERGED, merged_into_id=_KEEP_ID).where(PATRON.c.id == _DROPPED_ID),
    lambda: None,
)
_KEEP: Statement[None] = Statement(
    update(PATRON)
    .values({name: bindparam(f"new_{name}", type_=PATRON.c[name].type) for name in _GIVEN})
    .where(PATRON.c.id == _KEEP_ID),
    lambda: None,
)


@act("patrons.merge", MergeAnswer)
def merge(work: Work, *, keep_number: str, drop_number: str) -> MergeAnswer:
    """Make two patrons one: everything of the dropped goes to the kept one, and its number leads there from now on.

    Where both wait for the same, the request that holds a copy stays, otherwise the earlier one; the other is
    cancelled. The kept patron keeps name, category and branch, is blocked if either was, and gets what it lacks: a
    phone, an email, the note, the later last day of the card.
    Refusals: ``patron.merge_same``, ``patron.is_merged``, what is wrong with each number, ``permission.missing``.
    """
    work.require(Permission.MERGE_PATRONS)
    if keep_number == drop_number:
        raise refuse("patron.merge_same")
    keep, dropped = _both(work, keep_number, drop_number)
    tx = work.transaction
    ids = {"keep_id": keep.id, "dropped_id": dropped.id}
    tx.lock(_LOCK_TITLES, **ids)
    tx.lock(_LOCK_ITEMS, **ids)
    twins = _twins(tx.all(_LIVE_REQUESTS, **ids), work.now)
    moved = {
        "loans": tx.run(_MOVE_LOANS, **ids),
        "entries": tx.run(_MOVE_ENTRIES, **ids),
        "cancelled": len(twins),
    }
    work.record("patron.merged", patron_id=keep.id, **moved)
    # Before the others go over: of two that wait for the same, the database lets a patron have one.
    for twin in twins:
        _close(work, twin, keep.id)
    requests = tx.run(_MOVE_REQUESTS, **ids)
    for statement in (_MOVE_PAYERS, _MOVE_EVENTS, _LEAD_ON, _DROP):
        tx.run(statement, **ids)
    tx.run(_PAID_ITSELF, keep_id=keep.id)
    tx.run(_KEEP, keep_id=keep.id, **_completed(keep, dropped))
    return MergeAnswer(requests=requests, patron_number=keep.number, patron_name=keep.name, **moved)


def _both(work: Work, keep_number: str, drop_number: str) -> tuple[_Person, _Person]:
    """Lock both patrons, then read them; refuses one that is unknown or merged."""
    tx = work.transaction
    tx.lock(_LOCK, one=keep_number, other=drop_number)
    found = {person.number: person for person in tx.all(_BOTH, one=keep_number, other=drop_number)}
    reasons = [work.patterns.why_not_patron(number) for number in (keep_number, drop_number) if number not in found]
    reasons += [
        Reason("patron.is_merged", {"number": number})
        for number, person in found.items()
        if person.status == PatronStatus.MERGED
    ]
    if keep_number in found:
        keep = found[keep_number]
        work.about(patron_id=keep.merged_into_id or keep.id)
    if reasons:
        raise Refusal(reasons)
    return found[keep_number], found[drop_number]


def _twins(requests: Sequence[_Live], now: datetime) -> list[_Live]:
    """The worse of each two requests for the same: of the same title, and of the same item or of any."""
    best: dict[tuple[int, int | None], _Live] = {}
    twins = []
    for request in sorted(requests, key=lambda request: _rank(request, now)):
        wish = (request.title_id, request.item_id)
        if wish in best:
            twins.append(request)
        best.setdefault(wish, request)
    return twins


_NEARNESS = {RequestStatus.AWAITING_PICKUP: 0, RequestStatus.IN_TRANSIT: 1, RequestStatus.OPEN: 2}


def _rank(request: _Live, now: datetime) -> tuple[bool, int, int, int]:
    """The best first: one whose time is not over, then one that has its copy, then the earlier in the queue."""
    return (request.is_over(now), _NEARNESS[RequestStatus(request.status)], request.position, request.id)


def _close(work: Work, twin: _Live, keep_id: int) -> None:
    """End a request as it would be cancelled, or as what it is already where its time is over."""
    held, status = twin.held_item_id, RequestStatus.CANCELLED
    if twin.is_over(work.now):
        status = RequestStatus.UNFILLED if held is None else RequestStatus.PICKUP_EXPIRED
    elif held is not None:
        found = live_request(work, twin.id)
        if found.copy is not None and found.way is not None:
            rerouting.without_request(work, found.copy, found.way)
        work.about(patron_id=keep_id)
    holding.close(work, request_id=twin.id, patron_id=keep_id, status=status, item_id=held)
    if twin.kind == RequestKind.RECALL:
        called_back.let_go(work, twin.title_id)


def _completed(keep: _Person, dropped: _Person) -> dict[str, object]:
    """The kept patron with what it lacks, as values of ``_KEEP``."""
    blocked = PatronStatus.BLOCKED in (keep.status, dropped.status)
    # Of both what blocks them, then of both what is beside that: see registration.block.
    reasons, rests = zip(*(_note(person) for person in (keep, dropped)), strict=True)
    return {
        "new_status": PatronStatus.BLOCKED if blocked else PatronStatus.ACTIVE,
        "new_note": BESIDE.join(part for part in dict.fromkeys([_listed(reasons), *rests]) if part),
        "new_phone": keep.phone or dropped.phone,
        "new_email": keep.email or dropped.email,
        "new_expires_on": max(keep.expires_on, dropped.expires_on),
    }


def _note(person: _Person) -> tuple[str, str]:
    why, _, rest = person.note.partition(BESIDE)
    return (why, rest) if person.status == PatronStatus.BLOCKED else ("", person.note)


def _listed(reasons: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(reason for reason in reasons if reason))
