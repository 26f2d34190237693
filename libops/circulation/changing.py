"""Changing a request that was placed: cancelled, picked up elsewhere, suspended, waiting from or until another day."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import bindparam, update

from db.circulation import RequestKind, RequestStatus
from db.statement import Statement
from db.tables import REQUEST
from db.types import Instant
from libops.circulation import called_back, copies, holding, rerouting
from libops.circulation.copies import Asking
from libops.circulation.live_requests import LiveRequest, live_request, waiting_request
from libops.circulation.placing import pickup_branch, span_of
from libops.circulation.rules import Rules
from libops.permissions import Permission
from libops.refusals import refuse
from libops.work import Answer, Work, act


class RequestAnswer(Answer, frozen=True, kw_only=True):
    """A request as it stands after it was changed; ``changed`` is False where everything stood so already.

    It is picked up at ``branch_*``. Days are those of that branch: it waits from ``starts_on`` until ``needed_by``, and
    while ``suspended`` not before ``suspended_until`` (None: until it is resumed). ``barcode`` is the copy that was set
    aside for it; ``to_clear`` says that this lies on the hold shelf, at ``label``, and has to be taken from there.
    """

    request_id: int
    kind: RequestKind
    status: RequestStatus
    title: str
    branch_code: str
    branch_zh: str
    branch_en: str
    changed: bool = True
    barcode: str | None = None
    label: str = ""
    to_clear: bool = False
    starts_on: date | None = None
    needed_by: date | None = None
    suspended: bool = False
    suspended_until: date | None = None


_THIS = REQUEST.c.id == bindparam("request_id")
_PICKUP: Statement[None] = Statement(
    update(REQUEST).values(branch_id=bindparam("new_branch")).where(_THIS), lambda: None
)
_SUSPEND: Statement[None] = Statement(
    update(REQUEST)
    .values(
        suspended=bindparam("new_suspended", type_=REQUEST.c.suspended.type),
        suspended_until=bindparam("until", type_=Instant()),
    )
    .where(_THIS),
    lambda: None,
)
_DATES: Statement[None] = Statement(
    update(REQUEST)
    .values(starts_at=bindparam("new_starts_at", type_=Instant()), ends_at=bindparam("new_ends_at", type_=Instant()))
    .where(_THIS),
    lambda: None,
)
_NOTE: Statement[None] = Statement(update(REQUEST).values(note=bindparam("new_note")).where(_THIS), lambda: None)


@act("requests.cancel", RequestAnswer)
def cancel(work: Work, *, request_id: int, reason: str = "") -> RequestAnswer:
    """End a request. Its copy goes to the next in the queue, or home, when it next goes over a desk, and never before.

    A copy on its way arrives first; one on the hold shelf stays there, on the list of what is to be cleared.
    ``reason`` goes to the request's note, which is forgotten with the patron.
    Refusals: ``request.unknown``, ``request.over``, ``permission.missing``.
    """
    work.require(Permission.PLACE_HOLDS)
    found = live_request(work, request_id)
    wish, copy, cancelled = found.wish, found.copy, RequestStatus.CANCELLED
    holding.close(work, request_id=wish.id, patron_id=wish.patron_id, status=cancelled, item_id=wish.held_item_id)
    if reason.strip():
        note = "; ".join(part for part in (wish.note, reason.strip()) if part)
        work.transaction.run(_NOTE, request_id=wish.id, new_note=note)
    if copy is not None and found.way is not None:
        rerouting.without_request(work, copy, found.way)
    if wish.kind is RequestKind.RECALL:
        called_back.let_go(work, wish.title_id)
    answer = _answer(work, found, found.rules(work), status=cancelled)
    return msgspec.structs.replace(answer, to_clear=bool(found.shelf))


@act("requests.change_pickup", RequestAnswer)
def change_pickup(work: Work, *, request_id: int, pickup: str) -> RequestAnswer:
    """Have a request picked up at another branch, by its code; its place in the queue stays.

    A copy on its way arrives where it was sent, and goes on from there; one on the hold shelf is to be sent from it.
    Refusals: ``request.unknown``, ``request.over``, ``request.not_holdable``, ``place.unknown``,
    ``permission.missing``.
    """
    work.require(Permission.PLACE_HOLDS)
    found = live_request(work, request_id)
    wish, rules = found.wish, found.rules(work)
    branch_id = pickup_branch(rules, pickup)
    if branch_id == wish.branch_id:
        return _as_it_is(work, found, rules)
    _require_holdable(work, found, rules, branch_id)
    work.record(
        "hold.pickup_changed",
        patron_id=wish.patron_id,
        item_id=wish.held_item_id,
        request=wish.id,
        branch=branch_id,
        was=wish.branch_id,
    )
    on_shelf = wish.status is RequestStatus.AWAITING_PICKUP
    if found.copy is not None and on_shelf:
        # Off the shelf's numbers before the branch changes: the number may be somebody else's there.
        holding.set_aside(work, request_id=wish.id, patron_id=wish.patron_id, item_id=found.copy.id)
    work.transaction.run(_PICKUP, request_id=wish.id, new_branch=branch_id)
    _send_there(work, found, branch_id)
    status = RequestStatus.IN_TRANSIT if on_shelf else wish.status
    answer = _answer(work, found, rules, status=status, branch_id=branch_id)
    return msgspec.structs.replace(answer, to_clear=on_shelf)


def _send_there(work: Work, found: LiveRequest, branch_id: int) -> None:
    copy, way, request_id = found.copy, found.way, found.wish.id
    if copy is not None and way is not None:
        rerouting.elsewhere(work, copy, way, to_branch_id=branch_id, request_id=request_id, label=found.shelf)
    elif copy is not None:
        rerouting.from_shelf(work, copy, to_branch_id=branch_id, request_id=request_id, label=found.shelf)


@act("requests.suspend", RequestAnswer)
def suspend(work: Work, *, request_id: int, until: date | None = None) -> RequestAnswer:
    """Have a waiting request passed over until a day of its pickup branch, or until it is resumed; it keeps its place.

    Refusals: ``request.unknown``, ``request.over``, ``request.set_aside``, ``request.suspended_before_now``,
    ``permission.missing``.
    """
    work.require(Permission.PLACE_HOLDS)
    found = waiting_request(work, request_id)
    wish, rules = found.wish, found.rules(work)
    calendar = rules.calendars[wish.branch_id]
    if until is not None and until <= calendar.local_day(work.now):
        raise refuse("request.suspended_before_now", day=until)
    moment = None if until is None else calendar.start_of(until)
    work.transaction.run(_SUSPEND, request_id=wish.id, new_suspended=True, until=moment)
    work.record(
        "hold.suspended",
        patron_id=wish.patron_id,
        request=wish.id,
        until=None if until is None else until.isoformat(),
    )
    return msgspec.structs.replace(_answer(work, found, rules), suspended=True, suspended_until=until)


@act("requests.resume", RequestAnswer)
def resume(work: Work, *, request_id: int) -> RequestAnswer:
    """Have a suspended request wait again, at the place that it kept.

    Refusals: ``request.unknown``, ``request.over``, ``request.set_aside``, ``permission.missing``.
    """
    work.require(Permission.PLACE_HOLDS)
    found = waiting_request(work, request_id)
    wish, rules = found.wish, found.rules(work)
    if not wish.is_suspended(work.now):
        return _as_it_is(work, found, rules)
    work.transaction.run(_SUSPEND, request_id=wish.id, new_suspended=False, until=None)
    work.record("hold.resumed", patron_id=wish.patron_id, request=wish.id)
    return msgspec.structs.replace(_answer(work, found, rules), suspended=False, suspended_until=None)


@act("requests.change_dates", RequestAnswer)
def change_dates(
    work: Work, *, request_id: int, starts_on: date | None = None, needed_by: date | None = None
) -> RequestAnswer:
    """Have a waiting request wait from a day on, and until another; None: at once, and as long as it takes.

    Refusals: ``request.unknown``, ``request.over``, ``request.set_aside``, ``request.needed_before_now``,
    ``request.needed_before_start``, ``permission.missing``.
    """
    work.require(Permission.PLACE_HOLDS)
    found = waiting_request(work, request_id)
    wish, rules = found.wish, found.rules(work)
    span = span_of(work, rules, wish.branch_id, starts_on, needed_by)
    if (span.starts_at, span.ends_at) == (wish.starts_at, wish.ends_at):
        return _as_it_is(work, found, rules)
    work.transaction.run(_DATES, request_id=wish.id, new_starts_at=span.starts_at, new_ends_at=span.ends_at)
    work.record(
        "hold.dates_changed",
        patron_id=wish.patron_id,
        request=wish.id,
        starts_on=None if span.starts_on is None else span.starts_on.isoformat(),
        needed_by=None if span.needed_by is None else span.needed_by.isoformat(),
    )
    return msgspec.structs.replace(_answer(work, found, rules), starts_on=span.starts_on, needed_by=span.needed_by)


def _require_holdable(work: Work, found: LiveRequest, rules: Rules, branch_id: int) -> None:
    """Refuse a branch whose rules let none of the copies be held for this patron."""
    asking = Asking(branch_id, found.category_id)
    if found.copy is not None:
        types = {found.copy.item_type_id}
    else:
        wanted = copies.of_title(work.transaction, found.wish.title_id, found.wish.item_id)
        types = {copy.item_type_id for copy in wanted if copy.usable}
    if types and not any(asking.policy(rules, item_type_id).holdable for item_type_id in types):
        raise refuse("request.not_holdable")


def _as_it_is(work: Work, found: LiveRequest, rules: Rules) -> RequestAnswer:
    """What stood so already is no change; the request is answered all the same."""
    work.record("hold.seen", patron_id=found.wish.patron_id, request=found.wish.id)
    return msgspec.structs.replace(_answer(work, found, rules), changed=False)


def _answer(
    work: Work, found: LiveRequest, rules: Rules, *, status: RequestStatus | None = None, branch_id: int | None = None
) -> RequestAnswer:
    wish, copy = found.wish, found.copy
    branch, calendar = rules.branches[branch_id or wish.branch_id], rules.calendars[branch_id or wish.branch_id]
    suspended_until = wish.suspended_until if wish.is_suspended(work.now) else None
    starts_on, needed_by, until = (
        None if moment is None else calendar.local_day(moment)
        for moment in (wish.starts_at, wish.ends_at, suspended_until)
    )
    return RequestAnswer(
        request_id=wish.id,
        kind=wish.kind,
        status=status or wish.status,
        title=found.title,
        branch_code=branch.code,
        branch_zh=branch.zh,
        branch_en=branch.en,
        barcode=None if copy is None else copy.barcode,
        label=found.shelf,
        starts_on=starts_on,
        needed_by=needed_by,
        suspended=wish.is_suspended(work.now),
        suspended_until=until,
        patron_number=found.patron_number,
        patron_name=found.patron_name,
    )
