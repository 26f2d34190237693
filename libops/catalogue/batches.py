"""Changes of many items that were made, and undoing one of them whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from db.statement import Statement
from db.tables import EVENT
from libops.catalogue.adding import against_tag
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.changing import BatchAnswer, Changed, Copy, CopyState, locked, write_states
from libops.catalogue.places import Places, read_places
from libops.permissions import Permission
from libops.refusals import refuse
from libops.work import Look, Work, act

BATCH, CHANGED, UNDONE = "item.batch", "item.changed", "item.batch_undone"


class Batch(msgspec.Struct, frozen=True):
    """A change of many items: when, by whom, and how many it changed."""

    number: str
    at: datetime
    actor: str
    changed: int


class _Was(msgspec.Struct, frozen=True):
    item_id: int
    before: dict[str, Any]
    after: dict[str, Any]


def _batch(act_id: str, at: datetime, actor: str, data: dict[str, Any]) -> Batch:
    return Batch(act_id, at, actor, int(data["changed"]))


def _was(item_id: int, data: dict[str, Any]) -> _Was:
    return _Was(item_id, data["before"], data["after"])


_LATEST = Statement(
    select(EVENT.c.act, EVENT.c.at, EVENT.c.actor, EVENT.c.data)
    .where(EVENT.c.kind == BATCH)
    .order_by(EVENT.c.id.desc())
    .limit(bindparam("most")),
    _batch,
)
_CHANGES = Statement(
    select(EVENT.c.item_id, EVENT.c.data)
    .where(EVENT.c.act == bindparam("number"), EVENT.c.kind == CHANGED)
    .order_by(EVENT.c.item_id),
    _was,
)
_OF_ACT = Statement(select(EVENT.c.id).where(EVENT.c.act == bindparam("number"), EVENT.c.kind == BATCH), int)


def latest(look: Look, *, most: int = 50) -> list[Batch]:
    """The latest changes of many items, newest first."""
    look.require(Permission.MANAGE_CATALOGUE)
    return look.transaction.all(_LATEST, most=most)


@act("item.undo_batch", BatchAnswer)
def undo_batch(work: Work, *, number: str) -> BatchAnswer:
    """Put back what a change of items changed. What something else has changed since is left as it is, and counted.

    Refuses with ``batch.unknown``, ``permission.missing``.
    """
    work.require(Permission.MANAGE_CATALOGUE)
    if work.transaction.maybe(_OF_ACT, number=number) is None:
        raise refuse("batch.unknown", number=number)
    was = {change.item_id: change for change in work.transaction.all(_CHANGES, number=number)}
    copies = locked(work.transaction, sorted(was))
    places = read_places(work.transaction)
    back = [(copy, _put_back(work, copy, was[copy.id], places)) for copy in copies]
    ready = [(copy, state) for copy, state in back if state is not None]
    work.record(UNDONE, batch=number, changed=len(ready), left=len(was) - len(ready))
    write_states(work, [copy for copy, _ in ready], [state for _, state in ready])
    examples = tuple(
        Changed(copy.barcode, copy.title, places.in_codes(was[copy.id].after), places.in_codes(was[copy.id].before))
        for copy, _ in ready[:20]
    )
    return BatchAnswer(
        number=work.act_id, chosen=len(was), changed=len(ready), left=len(was) - len(ready), examples=examples
    )


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
