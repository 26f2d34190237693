"""A stretch of one shelf as it is read: copies in shelf order around a spot, and the cursors to either side."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, literal_column, select, tuple_

from db.catalogue import ItemStatus
from db.database import Transaction
from db.places import Scheme
from db.statement import Statement
from db.tables import ITEM, LOCATION, TITLE
from libops.codes import storable
from libops.pages import MOST
from libops.refusals import refuse


class Spot(msgspec.Struct, frozen=True):
    """A spot on a shelf: this key and barcode, or where they would stand."""

    key: str
    barcode: str = ""


class ShelfLocation(msgspec.Struct, frozen=True):
    """A location of a branch, and by which call numbers it is shelved."""

    id: int
    code: str
    name_zh: str
    name_en: str
    scheme: Scheme


class ShelfRow(msgspec.Struct, frozen=True):
    """A copy on the shelf."""

    id: int
    barcode: str
    shelf_key: str
    title: str
    title_alt: str
    author: str
    call_number: str
    volume: str
    status: ItemStatus

    @property
    def spot(self) -> Spot:
        """Where it stands."""
        return Spot(self.shelf_key, self.barcode)


class Stretch(msgspec.Struct, frozen=True):
    """Copies before a spot and from it on, in shelf order; ``earlier`` and ``later`` are cursors, None at an end."""

    before: list[ShelfRow]
    after: list[ShelfRow]
    earlier: str | None
    later: str | None


class _Found(msgspec.Struct, frozen=True):
    id: int


_SHELF = (ITEM.c.branch_id == bindparam("branch"), ITEM.c.location_id == bindparam("location"))
_THERE = ITEM.c.status != literal_column(f"'{ItemStatus.WITHDRAWN}'")
_HAS_KEY = ITEM.c.shelf_key > literal_column("''")
_BEFORE_ALL = " "
"""Below every key, and above the empty one, which is no place."""
_AT = tuple_(ITEM.c.shelf_key, ITEM.c.barcode)
_SPOT = tuple_(bindparam("key", type_=ITEM.c.shelf_key.type), bindparam("barcode", type_=ITEM.c.barcode.type))
_ROWS = (
    select(
        ITEM.c.id,
        ITEM.c.barcode,
        ITEM.c.shelf_key,
        TITLE.c.title,
        TITLE.c.title_alt,
        TITLE.c.author,
        ITEM.c.call_number,
        ITEM.c.volume,
        ITEM.c.status,
    )
    .select_from(ITEM.join(TITLE, TITLE.c.id == ITEM.c.title_id))
    .where(*_SHELF, _THERE)
    .limit(bindparam("most"))
)
# With a second lower bound SQLite would read from that one on, which is the whole shelf.
_AFTER = Statement(_ROWS.where(_AT >= _SPOT).order_by(ITEM.c.shelf_key, ITEM.c.barcode), ShelfRow)
_BEFORE = Statement(
    _ROWS.where(_HAS_KEY, _AT < _SPOT).order_by(ITEM.c.shelf_key.desc(), ITEM.c.barcode.desc()), ShelfRow
)
_LOCATIONS = Statement(
    select(LOCATION.c.id, LOCATION.c.code, LOCATION.c.name_zh, LOCATION.c.name_en, LOCATION.c.scheme)
    .where(LOCATION.c.branch_id == bindparam("branch"))
    .order_by(LOCATION.c.code),
    lambda key, code, name_zh, name_en, scheme: ShelfLocation(key, code, name_zh, name_en, Scheme(scheme)),
)


def _first(*also: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(ITEM.c.id).where(*_SHELF, _THERE, *also).limit(literal_column("1"))


_ANY = Statement(_first(_HAS_KEY), _Found)
_ANY_OF_CLASS = Statement(
    _first(ITEM.c.shelf_key >= bindparam("key_from"), ITEM.c.shelf_key < bindparam("key_to")), _Found
)


def locations_of(transaction: Transaction, branch_id: int) -> list[ShelfLocation]:
    """The locations of a branch by their codes."""
    return transaction.all(_LOCATIONS, branch=branch_id)


def holds_any(transaction: Transaction, branch_id: int, location: ShelfLocation) -> bool:
    """Whether any copy stands at a location of a branch."""
    return transaction.maybe(_ANY, branch=branch_id, location=location.id) is not None


def holds_between(
    transaction: Transaction, branch_id: int, location: ShelfLocation, key_from: str, key_to: str
) -> bool:
    """Whether any copy stands there whose key is in this range, without its end."""
    ends = {"key_from": key_from, "key_to": key_to}
    return transaction.maybe(_ANY_OF_CLASS, branch=branch_id, location=location.id, **ends) is not None


def read_stretch(
    transaction: Transaction, branch_id: int, location_id: int, spot: Spot, before: int, after: int
) -> Stretch:
    """So many copies before a spot, and so many from it on, each at most a page."""
    before, after = (max(0, min(count, MOST)) for count in (before, after))
    values = {"branch": branch_id, "location": location_id, "key": spot.key or _BEFORE_ALL, "barcode": spot.barcode}
    low = transaction.all(_BEFORE, most=before + 1, **values)
    high = transaction.all(_AFTER, most=after + 1, **values)
    shown_low, shown_high = low[:before][::-1], high[:after]
    first = next((row.spot for row in (*shown_low, *shown_high)), spot)
    return Stretch(
        before=shown_low,
        after=shown_high,
        earlier=_cursor(first, backwards=True) if len(low) > before else None,
        later=_cursor(high[after].spot, backwards=False) if len(high) > after else None,
    )


def _cursor(spot: Spot, *, backwards: bool) -> str:
    return msgspec.json.encode((backwards, spot.key, spot.barcode)).decode()


def read_cursor(text: str) -> tuple[bool, Spot]:
    """Whether a cursor leads to what stands before, and its spot. Refuses with ``shelf.bad_cursor``."""
    try:
        backwards, key, barcode = msgspec.json.decode(text, type=tuple[bool, str, str])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        raise refuse("shelf.bad_cursor") from None
    if not storable(key) or not storable(barcode):
        raise refuse("shelf.bad_cursor")
    return backwards, Spot(key, barcode)
