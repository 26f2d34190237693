"""A desk's till: what went in and out since it was last counted, and counting it.

On PostgreSQL the desk's row is locked when money changes hands and when the till is closed, so that the entries of a
desk become visible in the order of their ids, and each belongs to exactly one closing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, case, func, insert, select

from db.database import Transaction
from db.money import Method
from db.statement import Statement
from db.tables import DESK, ENTRY, TILL_CLOSING, TILL_COUNT
from db.types import Instant
from libops.money.amounts import MOST, currency_of
from libops.permissions import Permission
from libops.places import find_place
from libops.refusals import Reason, Refusal, refuse
from libops.work import Answer, Look, Place, Work, act


class Movement(msgspec.Struct, frozen=True):
    """What went through a till in one way, in minor units.

    ``expected`` is what came in less what went out: negative where more went out. ``entries`` counts them.
    """

    method: Method
    taken: int
    given: int
    expected: int
    entries: int


class TillView(msgspec.Struct, frozen=True):
    """A till as it stands: since its last closing, None where it was never closed."""

    desk_code: str
    desk_zh: str
    desk_en: str
    zone: str
    currency: str
    since: datetime | None
    entries: int
    movements: tuple[Movement, ...]


class Counted(msgspec.Struct, frozen=True):
    """One way to pay at a closing: what should have been there and what was, beyond what the till always holds.

    ``difference`` is what is too much; negative where something is missing.
    """

    method: Method
    expected: int
    counted: int
    difference: int


def count_of(method: Method, expected: int, counted: int) -> Counted:
    """What was counted of one way to pay, beside what should have been there."""
    return Counted(method, expected, counted, counted - expected)


class TillAnswer(Answer, frozen=True, kw_only=True):
    """A till was closed; ``difference`` is what all ways to pay together are too much, negative where it is lacking."""

    closing_id: int
    desk_code: str
    currency: str
    entries: int
    counts: tuple[Counted, ...]
    difference: int


class _Id(msgspec.Struct, frozen=True):
    id: int


class _Last(msgspec.Struct, frozen=True):
    upto_entry_id: int
    closed_at: datetime


class _Line(msgspec.Struct, frozen=True):
    movement: Movement
    last_id: int


class _Till(msgspec.Struct, frozen=True):
    since: datetime | None
    counted_upto: int
    lines: list[_Line]

    @property
    def movements(self) -> list[Movement]:
        return [line.movement for line in self.lines]

    @property
    def entries(self) -> int:
        return sum(line.movement.entries for line in self.lines)


def _line(method: str, taken: Any, given: Any, entries: int, last_id: int) -> _Line:  # noqa: ANN401 - decimals or int
    return _Line(Movement(Method(method), int(taken), int(given), int(taken - given), entries), last_id)


_LOCK_DESK = Statement(select(DESK.c.id).where(DESK.c.id == bindparam("desk_id")).with_for_update(key_share=True), _Id)
_LAST = Statement(
    select(TILL_CLOSING.c.upto_entry_id, TILL_CLOSING.c.closed_at)
    .where(TILL_CLOSING.c.desk_id == bindparam("desk_id"))
    .order_by(TILL_CLOSING.c.upto_entry_id.desc(), TILL_CLOSING.c.id.desc())
    .limit(1),
    _Last,
)
_MOVED = Statement(
    select(
        ENTRY.c.method,
        -func.sum(case((ENTRY.c.amount < 0, ENTRY.c.amount), else_=0)),
        func.sum(case((ENTRY.c.amount > 0, ENTRY.c.amount), else_=0)),
        func.count(),
        func.max(ENTRY.c.id),
    )
    .where(
        ENTRY.c.desk_id == bindparam("desk_id"),
        ENTRY.c.method.is_not(None),
        ENTRY.c.id > bindparam("after_id"),
    )
    .group_by(ENTRY.c.method),
    _line,
)
_CLOSE = Statement(
    insert(TILL_CLOSING)
    .values(
        desk_id=bindparam("desk_id"),
        upto_entry_id=bindparam("upto"),
        closed_at=bindparam("now", type_=Instant()),
        actor=bindparam("actor"),
        note=bindparam("note"),
    )
    .returning(TILL_CLOSING.c.id),
    _Id,
)
_COUNT: Statement[None] = Statement(
    insert(TILL_COUNT)
    .values({name: bindparam(name) for name in ("closing_id", "method", "expected", "counted")})
    .inline(),
    lambda: None,
)


def lock_till(work: Work, method: Method = Method.CASH) -> None:
    """Lock the till of the work's desk, so that what changes hands now is before or after its closing.

    Refuses cash where there is no desk (``money.no_desk``); other money goes through no till there.
    """
    if work.place.desk_id is not None:
        work.transaction.lock(_LOCK_DESK, desk_id=work.place.desk_id)
    elif method is Method.CASH:
        raise refuse("money.no_desk")


def standing(look: Look, desk_code: str = "") -> TillView:
    """What went through the till of this desk, or of the place that looks, since it was last closed.

    Refusals: ``place.unknown``, ``money.no_desk``, ``permission.missing``.
    """
    look.require(Permission.CLOSE_TILLS)
    place = find_place(look.transaction, desk_code) if desk_code else look.place
    till = _read(look.transaction, _desk_of(place))
    return TillView(
        place.desk_code,
        place.desk_zh,
        place.desk_en,
        place.zone_name,
        currency_of(look.transaction),
        till.since,
        till.entries,
        tuple(till.movements),
    )


@act("till.close", TillAnswer)
def close(work: Work, *, counted: dict[str, int], note: str = "") -> TillAnswer:
    """Close the till of the work's desk: write what should be there of each way to pay, and what was counted.

    ``counted`` is in minor units by way to pay, beyond what the till always holds; it may be left out where nothing
    went in or out. Nothing is put right by it: a difference is written down, also one on a day on which nothing went
    in or out, and what comes later is counted later.
    Refusals: ``money.no_desk``, ``money.nothing_to_close``, ``money.not_counted``, ``money.unknown_method``,
    ``money.bad_count``, ``permission.missing``.
    """
    work.require(Permission.CLOSE_TILLS)
    desk_id = _desk_of(work.place)
    lock_till(work)
    till = _read(work.transaction, desk_id)
    counts = _decide(till, counted)
    closing_id = work.transaction.one(
        _CLOSE,
        desk_id=desk_id,
        upto=max([till.counted_upto, *(line.last_id for line in till.lines)]),
        now=work.now,
        actor=work.actor.name,
        note=note.strip(),
    ).id
    for one in counts:
        work.transaction.run(
            _COUNT, closing_id=closing_id, method=one.method, expected=one.expected, counted=one.counted
        )
    work.record(
        "till.closed",
        closing=closing_id,
        expected={str(one.method): one.expected for one in counts},
        counted={str(one.method): one.counted for one in counts},
    )
    return TillAnswer(
        closing_id=closing_id,
        desk_code=work.place.desk_code,
        currency=currency_of(work.transaction),
        entries=till.entries,
        counts=tuple(counts),
        difference=sum(one.difference for one in counts),
    )


def _desk_of(place: Place) -> int:
    if place.desk_id is None:
        raise refuse("money.no_desk")
    return place.desk_id


def _read(transaction: Transaction, desk_id: int) -> _Till:
    last = transaction.maybe(_LAST, desk_id=desk_id)
    upto = 0 if last is None else last.upto_entry_id
    lines = transaction.all(_MOVED, desk_id=desk_id, after_id=upto)
    in_order = sorted(lines, key=lambda line: list(Method).index(line.movement.method))
    return _Till(None if last is None else last.closed_at, upto, in_order)


def _decide(till: _Till, counted: Mapping[str, int]) -> list[Counted]:
    """What is to be written of each way to pay; refuses with every reason at once."""
    reasons = [
        Reason("money.unknown_method", {"method": method, "known": ", ".join(Method)})
        for method in counted
        if method not in list(Method)
    ]
    reasons += [Reason("money.bad_count", {"method": method}) for method, count in counted.items() if abs(count) > MOST]
    expected = {movement.method: movement.expected for movement in till.movements}
    missing = [method for method in expected if method not in counted]
    if missing:
        reasons.append(Reason("money.not_counted", {"methods": ", ".join(missing)}))
    if not expected and not any(counted.values()):
        reasons.append(Reason("money.nothing_to_close"))
    if reasons:
        raise Refusal(reasons)
    both = (method for method in Method if method in expected or counted.get(method))
    return [count_of(method, expected.get(method, 0), counted[method]) for method in both]
