"""Changes of many items that were made, and undoing one of them whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from db.statement import Statement
from db.tables import EVENT, STAFF
from libops.catalogue.adding import against_tag
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.changing import (
    OF_MANY,
    OF_ONE,
    BatchAnswer,
    Changed,
    Copy,
    CopyState,
    Value,
    locked,
    write_states,
)
from libops.catalogue.places import Places, read_places
from libops.journal import is_kind
from libops.people.staff import is_actor
from libops.permissions import Permission
from libops.refusals import refuse
from libops.work import Look, Work, act

CHANGED, UNDONE = "item.changed", "item.batch_undone"
_LONGEST_ROW_NUMBER = 18


class Batch(msgspec.Struct, frozen=True):
    """A change of many items: when, by whom, how many it changed, and what was set.

    ``number`` is what people call it by, ``act`` the act that it was; ``staff_name`` is known where a member of staff
    did it. ``what`` are the fields that were set, and to what, as ``CopyChanges`` has them. ``put_back_at`` is when it
    was undone.
    """

    number: str
    act: str
    at: datetime
    actor: str
    staff_name: str | None
    changed: int
    what: dict[str, Value]
    put_back_at: datetime | None = None


class _Made(msgspec.Struct, frozen=True):
    """The event of a change."""

    id: int
    act: str


class _Undone(msgspec.Struct, frozen=True):
    batch: str
    at: datetime


class _Was(msgspec.Struct, frozen=True):
    item_id: int
    before: dict[str, Any]
    after: dict[str, Any]


def _batch(key: int, act_id: str, at: datetime, actor: str, staff_name: str | None, data: dict[str, Any]) -> Batch:
    return Batch(str(key), act_id, at, actor, staff_name, int(data["changed"]), data.get("what", {}))


def _undone(data: dict[str, Any], at: datetime) -> _Undone:
    return _Undone(data["batch"], at)


def _was(item_id: int, data: dict[str, Any]) -> _Was:
    return _Was(item_id, data["before"], data["after"])


_LATEST = Statement(
    select(EVENT.c.id, EVENT.c.act, EVENT.c.at, EVENT.c.actor, STAFF.c.name, EVENT.c.data)
    .select_from(EVENT.outerjoin(STAFF, is_actor(EVENT.c.actor)))
    .where(is_kind(OF_MANY))
    .order_by(EVENT.c.id.desc())
    .limit(bindparam("most")),
    _batch,
)
_CHANGES = Statement(
    select(EVENT.c.item_id, EVENT.c.data)
    .where(EVENT.c.act == bindparam("act"), is_kind(CHANGED))
    .order_by(EVENT.c.item_id),
    _was,
)
_MADE = select(EVENT.c.id, EVENT.c.act).where(is_kind(OF_MANY, OF_ONE))
_BY_ID = Statement(_MADE.where(EVENT.c.id == bindparam("number")), _Made)
_BY_ACT = Statement(_MADE.where(EVENT.c.act == bindparam("act")), _Made)
_UNDONE_SINCE = Statement(
    select(EVENT.c.data, EVENT.c.at)
    .where(is_kind(UNDONE), EVENT.c.id > bindparam("number"))
    .order_by(EVENT.c.id.desc()),
    _undone,
)


def latest(look: Look, *, most: int = 50) -> list[Batch]:
    """The latest changes of many items, newest first. Refuses with ``permission.missing``."""
    look.require(Permission.MANAGE_CATALOGUE)
    made = look.transaction.all(_LATEST, most=most)
    if not made:
        return []
    undone = {one.batch: one.at for one in look.transaction.all(_UNDONE_SINCE, number=int(made[-1].number))}
    return [msgspec.structs.replace(batch, put_back_at=undone.get(batch.act)) for batch in made]


def called(look: Look, answer: BatchAnswer) -> BatchAnswer:
    """What a change answered, with the number by which people call it in the place of its act."""
    made = look.transaction.maybe(_BY_ACT, act=answer.number)
    return answer if made is None else msgspec.structs.replace(answer, number=str(made.id))


@act("item.undo_batch", BatchAnswer)
def undo_batch(work: Work, *, number: str) -> BatchAnswer:
    """Put back what a change of items changed; ``number`` is its number or its act.

    What something else has changed since is left as it is, and counted; what is as it was already is neither changed
    nor left. Refuses with ``batch.unknown``, ``batch.undone``, ``permission.missing``.
    """
    work.require(Permission.MANAGE_CATALOGUE)
    return put_back(work, number=number)


def put_back(work: Work, *, number: str) -> BatchAnswer:
    """The same as part of another act, which asks for the permission itself; refuses otherwise as ``undo_batch``."""
    made = _made(work, number)
    was = {change.item_id: change for change in work.transaction.all(_CHANGES, act=made.act)}
    copies = locked(work.transaction, sorted(was))
    # Behind the locks: whoever undoes the same change at this moment is through by now.
    if any(one.batch == made.act for one in work.transaction.all(_UNDONE_SINCE, number=made.id)):
        raise refuse("batch.undone")
    places = read_places(work.transaction)
    back = [(copy, _put_back(work, copy, was[copy.id], places)) for copy in copies if not _is_back(copy, was[copy.id])]
    ready = [(copy, state) for copy, state in back if state is not None]
    work.record(UNDONE, batch=made.act, changed=len(ready), left=len(back) - len(ready))
    write_states(work, [copy for copy, _ in ready], [state for _, state in ready])
    examples = tuple(
        Changed(copy.barcode, copy.title, places.in_codes(was[copy.id].after), places.in_codes(was[copy.id].before))
        for copy, _ in ready[:20]
    )
    return BatchAnswer(
        number=work.act_id, chosen=len(was), changed=len(ready), left=len(back) - len(ready), examples=examples
    )


def _made(work: Work, number: str) -> _Made:
    if number.isascii() and number.isdigit() and len(number) <= _LONGEST_ROW_NUMBER:
        found = work.transaction.maybe(_BY_ID, number=int(number))
    else:
        found = work.transaction.maybe(_BY_ACT, act=number)
    if found is None:
        raise refuse("batch.unknown", number=number)
    return found


def _is_back(copy: Copy, was: _Was) -> bool:
    """Whether the copy is already as it was; where it stands in its shelf's order follows from the rest."""
    now = msgspec.structs.asdict(copy.state)
    return all(now[name] == value for name, value in was.before.items() if name != "shelf_key")


def _put_back(work: Work, copy: Copy, was: _Was, places: Places) -> CopyState | None:
    """The copy as it was before; None where what the change wrote is not there any more, or its tag has gone on."""
    now = msgspec.structs.asdict(copy.state)
    # Where a copy stands in its shelf's order follows from the rest, and its location may be shelved otherwise now.
    if any(now[name] != value for name, value in was.after.items() if name != "shelf_key"):
        return None
    if against_tag(work, was.before.get("rfid_uid") or "", copy.barcode):
        return None
    before = msgspec.convert({**now, **was.before}, CopyState)
    key = shelf_key(places.scheme_of(before.location_id), before.call_number)
    return msgspec.structs.replace(before, shelf_key=key)
