"""By which call numbers a location is shelved, and the keys that put its copies in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import bindparam, select, update

from db.database import Database, Transaction
from db.places import Scheme
from db.row_lists import among
from db.statement import Statement
from db.tables import BAY, ITEM, LOCATION
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.places import ShelfPlace, read_places
from libops.permissions import Permission
from libops.refusals import refuse
from libops.work import Answer, Work, act

_BATCH = 2000


class SchemeAnswer(Answer, frozen=True, kw_only=True):
    """A location is shelved by a scheme now; ``items`` got another place, ``unreadable`` are no such call numbers."""

    location: str
    scheme: Scheme
    items: int
    unreadable: int


class _Numbered(msgspec.Struct, frozen=True):
    id: int
    location_id: int | None
    call_number: str
    shelf_key: str


_NUMBERED = select(ITEM.c.id, ITEM.c.location_id, ITEM.c.call_number, ITEM.c.shelf_key)
_ALL_FROM = Statement(_NUMBERED.where(ITEM.c.id > bindparam("after")).order_by(ITEM.c.id).limit(_BATCH), _Numbered)
_AT = Statement(_NUMBERED.where(ITEM.c.location_id == bindparam("location_id")).order_by(ITEM.c.id), _Numbered)
_LOCK = Statement(select(ITEM.c.id).where(among(ITEM.c.id, "item_ids")).order_by(ITEM.c.id).with_for_update(), int)
_LOCK_LOCATION = Statement(
    select(LOCATION.c.id).where(LOCATION.c.id == bindparam("location_id")).with_for_update(), int
)
_BAY = Statement(select(BAY.c.id).where(BAY.c.location_id == bindparam("location_id")).limit(1), int)
_KEY = Statement[None](
    update(ITEM)
    .where(ITEM.c.id == bindparam("item_id"), ITEM.c.call_number == bindparam("seen"))
    .values(shelf_key=bindparam("shelf_key")),
    lambda: None,
)
_SCHEME = Statement[None](
    update(LOCATION).where(LOCATION.c.id == bindparam("location_id")).values(scheme=bindparam("scheme")), lambda: None
)


@act("location.scheme", SchemeAnswer)
def shelve_by(work: Work, *, location: str, scheme: Scheme) -> SchemeAnswer:
    """Say by which call numbers a location is shelved; all its copies get their place anew, in this transaction.

    Refuses with ``copy.no_location``, ``shelf.in_stack`` while bays of a stack hold its call numbers, and
    ``permission.missing``.
    """
    work.require(Permission.MANAGE_RULES)
    places = read_places(work.transaction)
    place = places.locations.get(location)
    if place is None:
        known = ", ".join(places.locations)
        raise refuse("copy.no_location", branch=work.place.branch_code, code=location, known=known)
    work.transaction.lock(_LOCK_LOCATION, location_id=place.id)
    if work.transaction.maybe(_BAY, location_id=place.id) is not None:
        raise refuse("shelf.in_stack", location=location)
    copies = work.transaction.all(_AT, location_id=place.id)
    work.transaction.lock(_LOCK, item_ids=[copy.id for copy in copies])
    work.transaction.run(_SCHEME, location_id=place.id, scheme=scheme)
    changed = _write_keys(work.transaction, work.transaction.all(_AT, location_id=place.id), {place.id: scheme})
    unreadable = sum(copy.shelf_key.startswith("~") for copy in work.transaction.all(_AT, location_id=place.id))
    work.record("location.scheme", location=place.id, before=place.scheme, scheme=scheme, items=changed)
    return SchemeAnswer(location=location, scheme=scheme, items=changed, unreadable=unreadable)


def order_all(database: Database) -> Iterator[int]:
    """Give every copy its place in the order of its shelf anew, while the library is in use; how many are done."""
    after, done = 0, 0
    while True:
        with database.act() as transaction:
            copies = transaction.all(_ALL_FROM, after=after)
            if not copies:
                return
            _write_keys(transaction, copies, _schemes(read_places(transaction).locations.values()))
        after, done = copies[-1].id, done + len(copies)
        yield done


def _schemes(places: Iterable[ShelfPlace]) -> dict[int, Scheme]:
    return {place.id: place.scheme for place in places}


def _write_keys(transaction: Transaction, copies: Sequence[_Numbered], schemes: dict[int, Scheme]) -> int:
    """Write the keys that differ; a call number that somebody has changed meanwhile keeps what they wrote."""
    rows = []
    for copy in copies:
        key = shelf_key(schemes.get(copy.location_id or 0, Scheme.CLC), copy.call_number)
        if key != copy.shelf_key:
            rows.append({"item_id": copy.id, "seen": copy.call_number, "shelf_key": key})
    transaction.run_many(_KEY, rows)
    return len(rows)
