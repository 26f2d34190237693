"""Placing a request: a hold on what is out, or a page for what stands on a shelf."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from sqlalchemy import bindparam, insert

from db.catalogue import ItemStatus
from db.circulation import RequestKind, RequestStatus
from db.statement import Statement
from db.tables import REQUEST
from libops.circulation import holding, placing_facts
from libops.circulation.copies import Asking
from libops.circulation.decisions import blocks_of
from libops.circulation.loans import allow
from libops.circulation.placing_facts import PlacingFacts, Wanted
from libops.circulation.rules import Rules, Stops, standing
from libops.permissions import Permission
from libops.refusals import Fact, Reason, refuse
from libops.work import Actor, Answer, Work, act


class Recalled(msgspec.Struct, frozen=True):
    """A loan that was called back; due dates are days of the branch that lent the item."""

    barcode: str
    due_at: datetime
    due_on: date
    was_due_on: date


class PlacedAnswer(Answer, frozen=True, kw_only=True):
    """A request was placed, to be picked up at ``branch_*``.

    ``barcode`` is that of the one item that was asked for. ``place`` counts those who want the same, the patron
    included; ``expected_on`` is when a copy is likely to be there, None where nobody can say. It waits from
    ``starts_on`` (None: at once) until ``needed_by``, days of the pickup branch. ``overridden`` holds the codes of
    reasons that somebody allowed all the same; ``recalled`` is the loan that was called back for it.
    """

    request_id: int
    kind: RequestKind
    title: str
    title_number: str
    barcode: str | None
    place: int
    expected_on: date | None
    branch_code: str
    branch_zh: str
    branch_en: str
    starts_on: date | None = None
    needed_by: date | None = None
    overridden: tuple[str, ...] = ()
    recalled: Recalled | None = None


class Span(msgspec.Struct, frozen=True):
    """From when until when a request waits: days of its pickup branch, and the moments that these come to."""

    starts_on: date | None = None
    needed_by: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class _Id(msgspec.Struct, frozen=True):
    id: int


_PLACE = Statement(
    insert(REQUEST)
    .values(
        {column.name: bindparam(column.name, type_=column.type) for column in REQUEST.columns if column.name != "id"}
    )
    .returning(REQUEST.c.id),
    _Id,
)


@act("requests.place", PlacedAnswer)
def place(
    work: Work,
    *,
    patron_number: str,
    title_number: str | None = None,
    barcode: str | None = None,
    item_level: bool = False,
    pickup: str,
    starts_on: date | None = None,
    needed_by: date | None = None,
    note: str = "",
    override_by: Actor | None = None,
) -> PlacedAnswer:
    """Place a request for a title, by its number or the barcode of any copy; or for that very item (``item_level``).

    It is a page where more copies are in than others wait for, otherwise a hold. ``pickup`` is a branch's code;
    ``starts_on`` the day from which it waits, ``needed_by`` the last one, both of that branch. ``override_by`` allows
    what its permissions cover, and must cover every reason.
    Refusals: ``patron.*``, ``item.unknown``, ``code.*``, ``request.*``, ``place.unknown``, ``override.*``,
    ``permission.missing``.
    """
    work.require(Permission.PLACE_HOLDS)
    found = placing_facts.placing(work, patron_number, Wanted(title_number, barcode, item_level))
    rules = standing(work.transaction, found.rules_version)
    branch_id = pickup_branch(rules, pickup)
    span = span_of(work, rules, branch_id, starts_on, needed_by)
    reasons = against_placing(found, rules, branch_id, work.place.branch_id, work.now)
    allow(reasons, override_by)
    kind = _kind(found, rules, branch_id, span)
    answer = write_request(work, found, rules, kind=kind, branch_id=branch_id, span=span, note=note)
    work.record(
        "hold.placed",
        patron_id=found.patron.id,
        item_id=found.item_id,
        request=answer.request_id,
        title=found.title.id,
        sort=kind,
        branch=branch_id,
        overridden=[reason.code for reason in reasons],
        allowed_by=override_by.name if override_by is not None and reasons else None,
    )
    return msgspec.structs.replace(answer, overridden=tuple(reason.code for reason in reasons))


def pickup_branch(rules: Rules, code: str) -> int:
    """The id of the branch with this code. Refuses with ``place.unknown``, naming the codes there are."""
    for branch_id, branch in rules.branches.items():
        if branch.code == code:
            return branch_id
    known = ", ".join(branch.code for branch in rules.branches.values())
    raise refuse("place.unknown", code=code or "—", known=known)


def span_of(work: Work, rules: Rules, branch_id: int, starts_on: date | None, needed_by: date | None) -> Span:
    """From when until when a request waits; a first day that is not to come is none.

    Refuses with ``request.needed_before_now``, ``request.needed_before_start``.
    """
    calendar = rules.calendars[branch_id]
    today = calendar.local_day(work.now)
    starts_on = starts_on if starts_on is not None and starts_on > today else None
    if needed_by is not None and needed_by < today:
        raise refuse("request.needed_before_now", day=needed_by)
    if needed_by is not None and starts_on is not None and needed_by < starts_on:
        raise refuse("request.needed_before_start", day=needed_by, start=starts_on)
    return Span(
        starts_on,
        needed_by,
        None if starts_on is None else calendar.start_of(starts_on),
        None if needed_by is None else calendar.end_of(needed_by),
    )


def against_placing(found: PlacingFacts, rules: Rules, branch_id: int, here: int, now: datetime) -> list[Reason]:
    """Everything that stands against a patron's request for a title or item, to be picked up at a branch."""
    patron, asking = found.patron, Asking(branch_id, found.patron.category_id)
    reasons = blocks_of(patron, rules, rules.calendars[here].local_day(now), Stops.HOLDS)
    twin = found.twin()
    if twin is not None and not twin.is_over(now):
        reasons.append(Reason("request.twice"))
    if found.holds >= found.holds_limit:
        facts: dict[str, Fact] = {"holds": found.holds, "limit": found.holds_limit}
        reasons.append(Reason("request.limit", facts, Permission.OVERRIDE_LIMITS))
    usable = [copy for copy in found.copies if copy.usable]
    if not usable:
        reasons.append(Reason("request.no_copy"))
    elif not any(asking.policy(rules, copy.item_type_id).holdable for copy in usable):
        reasons.append(Reason("request.not_holdable", {}, Permission.OVERRIDE_ITEMS))
    if any(copy.borrower_id == patron.id for copy in found.copies):
        reasons.append(Reason("request.on_loan_to_patron", {}, Permission.OVERRIDE_HOLDS))
    return reasons


def copies_in(found: PlacingFacts, rules: Rules, branch_id: int) -> int:
    """How many copies stand on a shelf that would fill the request."""
    asking = Asking(branch_id, found.patron.category_id)
    return sum(
        copy.status == ItemStatus.AVAILABLE and asking.policy(rules, copy.item_type_id).holdable
        for copy in found.copies
    )


def _kind(found: PlacingFacts, rules: Rules, branch_id: int, span: Span) -> RequestKind:
    in_now = span.starts_at is None and copies_in(found, rules, branch_id) > found.ahead
    return RequestKind.PAGE if in_now else RequestKind.HOLD


def write_request(
    work: Work, found: PlacingFacts, rules: Rules, *, kind: RequestKind, branch_id: int, span: Span, note: str = ""
) -> PlacedAnswer:
    """Write a request at the end of its title's queue; of the journal only what became of one that was over."""
    twin = found.twin()
    if twin is not None:
        # Its time had passed before this one was placed, and nobody has noticed.
        ended = RequestStatus.UNFILLED if twin.held_item_id is None else RequestStatus.PICKUP_EXPIRED
        holding.close(work, request_id=twin.id, patron_id=found.patron.id, status=ended, item_id=twin.held_item_id)
    fixed = dict.fromkeys(("suspended_until", "held_item_id", "held_at", "shelf_until", "shelf_number", "closed_at"))
    written = work.transaction.one(
        _PLACE,
        kind=kind,
        status=RequestStatus.OPEN,
        title_id=found.title.id,
        item_id=found.item_id,
        patron_id=found.patron.id,
        branch_id=branch_id,
        position=found.position,
        placed_at=work.now,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        suspended=False,
        note=note.strip(),
        **fixed,
    )
    branch = rules.branches[branch_id]
    asking = Asking(branch_id, found.patron.category_id)
    return PlacedAnswer(
        request_id=written.id,
        kind=kind,
        title=found.title.title,
        title_number=found.title.number,
        barcode=None if found.item_id is None else found.copies[0].barcode,
        place=found.ahead + 1,
        expected_on=asking.expected(rules, found.copies, found.ahead, work.now, span.starts_at),
        branch_code=branch.code,
        branch_zh=branch.zh,
        branch_en=branch.en,
        starts_on=span.starts_on,
        needed_by=span.needed_by,
        patron_number=found.patron.number,
        patron_name=found.patron.name,
    )
