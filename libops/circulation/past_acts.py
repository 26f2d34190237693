"""What was done lately, read back from the journal: an act by its request key, or a desk's last one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BindParameter, bindparam, func, literal_column, or_, select

from db.statement import Statement
from db.tables import EVENT
from db.types import Instant
from libops.journal import REFUSED, Datum, is_kind
from libops.work import Look

REACH = 20_000
"""So many events back a desk's last act is looked for: more than the busiest library writes in the time that counts."""

WITHOUT_EFFECT = (
    REFUSED,
    "hold.seen",
    "item.seen",
    "loans.none_renewed",
    "patron.seen",
    "staff.signed_in",
    "staff.signed_out",
)
"""What tells that somebody was there, and nothing of the library changed."""

UNDONE = "act.undone"


class PastEvent(msgspec.Struct, frozen=True):
    """Something that happened, as the journal tells it."""

    id: int
    act: str
    kind: str
    at: datetime
    actor: str
    desk_id: int | None
    patron_id: int | None
    item_id: int | None
    loan_id: int | None
    data: dict[str, Datum]

    def number(self, name: str) -> int:
        """A whole number of its data."""
        value = self.data[name]
        if not isinstance(value, int):
            raise TypeError(f"{self.kind} has no number {name}")
        return value

    def moment(self, name: str) -> datetime:
        """A moment of its data."""
        return datetime.fromisoformat(str(self.data[name]))


class PastAct(msgspec.Struct, frozen=True):
    """An act of one moment; ``events`` in the order in which they were written."""

    id: str
    events: tuple[PastEvent, ...]
    is_undone: bool

    @property
    def first(self) -> PastEvent:
        """What the act was about."""
        return self.events[0]

    @property
    def last_id(self) -> int:
        """Behind this event whatever else happened."""
        return self.events[-1].id

    def of(self, *kinds: str) -> list[PastEvent]:
        """Its events of these kinds."""
        return [event for event in self.events if event.kind in kinds]

    def ids(self, column: str) -> list[int]:
        """The patrons, items or loans of its events, each once, in the order in which rows are locked."""
        found = (getattr(event, column) for event in self.events)
        return sorted({number for number in found if number is not None})


class _Found(msgspec.Struct, frozen=True):
    id: int
    act: str


class _When(msgspec.Struct, frozen=True):
    at: datetime


class _Kind(msgspec.Struct, frozen=True):
    kind: str


def _event(*cells: Any) -> PastEvent:  # noqa: ANN401 - a driver's row; the struct gives it its types
    return PastEvent(*cells)


_COLUMNS = tuple(EVENT.c[name] for name in PastEvent.__struct_fields__)
_ACT: BindParameter[str] = bindparam("act")
_FIRST: BindParameter[int] = bindparam("first_id")
_ITEM: BindParameter[int] = bindparam("item_id")
_TELLS_SOMETHING = ~is_kind(*WITHOUT_EFFECT)
_OF_KEY = Statement(select(EVENT.c.id, EVENT.c.act).where(EVENT.c.request_key == bindparam("key")), _Found)
_REACHED = EVENT.c.id > select(func.coalesce(func.max(EVENT.c.id), 0) - REACH).scalar_subquery()
_LAST = Statement(
    select(EVENT.c.id, EVENT.c.act)
    .where(
        _REACHED,
        EVENT.c.desk_id == bindparam("desk_id"),
        EVENT.c.actor == bindparam("actor"),
        EVENT.c.at >= bindparam("since", type_=Instant()),
        _TELLS_SOMETHING,
    )
    .order_by(EVENT.c.id.desc())
    .limit(1),
    _Found,
)
_BEGINNING = Statement(
    select(func.min(EVENT.c.id)).where(_REACHED, EVENT.c.act == _ACT, EVENT.c.id <= bindparam("last_id")), int
)
# From the act's first event on, which is not long ago: its other events, and what undid it.
_FROM = Statement(
    select(*_COLUMNS).where(EVENT.c.id >= _FIRST, or_(EVENT.c.act == _ACT, is_kind(UNDONE))).order_by(EVENT.c.id),
    _event,
)
# What was paid or charged for an item is nothing that happened to the item.
_OF_MONEY = EVENT.c.kind.like(literal_column("'charge.%'"))
_SINCE = Statement(
    select(EVENT.c.kind)
    .where(EVENT.c.item_id == _ITEM, EVENT.c.id > bindparam("last_id"), _TELLS_SOMETHING, ~_OF_MONEY)
    .limit(1),
    _Kind,
)
_EARLIER = Statement(
    select(*_COLUMNS).where(EVENT.c.item_id == _ITEM, EVENT.c.id < _FIRST).order_by(EVENT.c.id.desc()).limit(100),
    _event,
)
_AT = Statement(select(EVENT.c.at).where(EVENT.c.id == bindparam("event_id")), _When)


def find_by_key(look: Look, key: str, span: timedelta) -> PastAct | None:
    """What was done under a request key; without events where that was longer ago, None where nothing was."""
    found = look.transaction.maybe(_OF_KEY, key=key)
    if found is None:
        return None
    if look.transaction.one(_AT, event_id=found.id).at < look.now - span:
        return PastAct(found.act, (), is_undone=False)
    return _read(look, found.act, found.id)


def find_last(look: Look, span: timedelta) -> PastAct | None:
    """The last thing that this actor did at this desk within a time; what had no effect does not count."""
    tx = look.transaction
    found = tx.maybe(_LAST, desk_id=look.place.desk_id, actor=look.actor.name, since=look.now - span)
    if found is None:
        return None
    return _read(look, found.act, tx.one(_BEGINNING, act=found.act, last_id=found.id))


def _read(look: Look, act: str, first_id: int) -> PastAct:
    events = look.transaction.all(_FROM, act=act, first_id=first_id)
    undone = any(event.kind == UNDONE and event.data.get("undone") == act for event in events)
    return PastAct(act, tuple(event for event in events if event.act == act), undone)


def happened_since(look: Look, item_id: int, last_id: int) -> bool:
    """Whether anything was done with an item behind an event."""
    return look.transaction.maybe(_SINCE, item_id=item_id, last_id=last_id) is not None


def earlier(look: Look, item_id: int, first_id: int) -> list[PastEvent]:
    """What happened to an item before an event, the latest first; not everything of a long life."""
    return look.transaction.all(_EARLIER, item_id=item_id, first_id=first_id)
