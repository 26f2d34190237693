"""Browsing a shelf: what stands before and after a place, in shelf order, at one location of a branch.

Copies that were withdrawn are left out, and so are those without a call number, which have no place in the order.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec
from sqlalchemy import bindparam, select

from db.catalogue import ItemStatus
from db.database import Transaction
from db.places import Scheme
from db.statement import Statement
from db.tables import BRANCH, ITEM, LOCATION
from libops.catalogue.call_numbers.schemes import normal, prefix_range, shelf_key
from libops.catalogue.shelf_rows import (
    ShelfLocation,
    ShelfRow,
    Spot,
    Stretch,
    holds_any,
    holds_between,
    locations_of,
    read_cursor,
    read_stretch,
)
from libops.catalogue.stacks.bays import bound
from libops.catalogue.stacks.placing import BayView, places_of
from libops.codes import storable
from libops.places import find_branch
from libops.refusals import refuse
from libops.work import Look, Place


class Chosen(StrEnum):
    """How the location was found at which one looks."""

    NAMED = "named"
    ITEM = "item"
    HOLDS_CLASS = "holds_class"
    FIRST = "first"


class ShelfItem(msgspec.Struct, frozen=True):
    """A copy as it stands on the shelf. ``bay`` is None where it has no place in the stack."""

    barcode: str
    title: str
    title_alt: str
    author: str
    call_number: str
    volume: str
    status: ItemStatus
    bay: BayView | None


class Shelf(msgspec.Struct, frozen=True):
    """A stretch of a shelf, in shelf order: what stands before the place that was asked for, and from it on.

    ``chosen`` says how the location was found. ``here`` is the barcode or call number that was asked for; ``met`` says
    that the first of ``after`` is it, or of that class. ``earlier`` and ``later`` are cursors to go on with, None at an
    end.
    """

    branch_code: str
    branch_zh: str
    branch_en: str
    location_code: str
    location_zh: str
    location_en: str
    scheme: Scheme
    chosen: Chosen
    here: str
    met: bool
    before: list[ShelfItem]
    after: list[ShelfItem]
    earlier: str | None
    later: str | None


class _ItemRow(msgspec.Struct, frozen=True):
    barcode: str
    shelf_key: str
    branch_code: str
    location_code: str | None


_ITEM = Statement(
    select(ITEM.c.barcode, ITEM.c.shelf_key, BRANCH.c.code, LOCATION.c.code)
    .select_from(
        ITEM.join(BRANCH, BRANCH.c.id == ITEM.c.branch_id).outerjoin(LOCATION, LOCATION.c.id == ITEM.c.location_id)
    )
    .where(ITEM.c.barcode == bindparam("barcode")),
    _ItemRow,
)


class _Shown(msgspec.Struct, frozen=True):
    """Which shelf is looked at, and how it was found."""

    branch: Place
    location: ShelfLocation
    chosen: Chosen


def around(
    look: Look, *, sought: str, branch_code: str = "", location_code: str = "", before: int = 20, after: int = 20
) -> Shelf:
    """What stands around a copy, by its barcode, or around a call number or the beginning of one.

    A copy is looked for where it belongs. For a call number the location is the one that is named; otherwise the
    branch's first location, by code, that holds a copy of that class; otherwise its first that is shelved by such call
    numbers and holds anything at all. The answer says which it was and how it was found. Without a branch it is that of
    the copy, otherwise the look's own.

    Refuses with ``place.unknown``, ``shelf.no_location``, ``shelf.none``, ``shelf.empty``, ``shelf.item_nowhere``,
    ``search.empty``, ``code.unreadable``.
    """
    if not storable(sought):
        raise refuse("code.unreadable")
    if not normal(sought):
        raise refuse("search.empty")
    item = look.transaction.maybe(_ITEM, barcode=sought)
    if item is not None:
        return _around_item(look.transaction, item, branch_code, location_code, (before, after))
    shown = _shelf_for(look, branch_code, location_code, sought)
    scheme = shown.location.scheme
    spot = Spot(bound(scheme, sought) or shelf_key(scheme, sought))
    stretch = _read(look.transaction, shown, spot, (before, after))
    met = bool(stretch.after) and _answers(scheme, sought, stretch.after[0].shelf_key)
    return _shelf(look.transaction, shown, stretch, normal(sought), met)


def go_on(look: Look, *, branch_code: str, location_code: str, cursor: str, limit: int = 20) -> Shelf:
    """The next stretch of a shelf in the direction of a cursor, that of ``around`` or of another stretch.

    What stands there is in ``before`` for an ``earlier`` cursor, in ``after`` for a ``later`` one.
    Refuses with ``place.unknown``, ``shelf.no_location``, ``shelf.not_named``, ``shelf.none``, ``shelf.bad_cursor``.
    """
    backwards, spot = read_cursor(cursor)
    branch = find_branch(look.transaction, branch_code)
    shown = _Shown(branch, _named(look.transaction, branch, location_code), Chosen.NAMED)
    stretch = _read(look.transaction, shown, spot, (limit, 0) if backwards else (0, limit))
    return _shelf(look.transaction, shown, stretch, "", False)


def _around_item(
    transaction: Transaction, item: _ItemRow, branch_code: str, location_code: str, counts: tuple[int, int]
) -> Shelf:
    branch = find_branch(transaction, branch_code or item.branch_code)
    code = location_code or item.location_code
    if code is None or not item.shelf_key:
        raise refuse("shelf.item_nowhere", barcode=item.barcode)
    location = _named(transaction, branch, code)
    shown = _Shown(branch, location, Chosen.NAMED if location_code else Chosen.ITEM)
    stretch = _read(transaction, shown, Spot(item.shelf_key, item.barcode), counts)
    met = bool(stretch.after) and stretch.after[0].barcode == item.barcode
    return _shelf(transaction, shown, stretch, item.barcode, met)


def _shelf_for(look: Look, branch_code: str, location_code: str, sought: str) -> _Shown:
    """The shelf on which to look for a call number."""
    transaction = look.transaction
    branch = find_branch(transaction, branch_code or look.place.branch_code)
    if location_code:
        return _Shown(branch, _named(transaction, branch, location_code), Chosen.NAMED)
    known = locations_of(transaction, branch.branch_id)
    for location in known:
        if holds_between(transaction, branch.branch_id, location, *prefix_range(location.scheme, sought)):
            return _Shown(branch, location, Chosen.HOLDS_CLASS)
    readable = [location for location in known if bound(location.scheme, sought) is not None]
    for location in (*readable, *known):
        if holds_any(transaction, branch.branch_id, location):
            return _Shown(branch, location, Chosen.FIRST)
    raise refuse("shelf.empty" if known else "shelf.none", branch=branch.branch_code, known=_codes(known))


def _named(transaction: Transaction, branch: Place, code: str) -> ShelfLocation:
    known = locations_of(transaction, branch.branch_id)
    found = next((location for location in known if location.code == code), None)
    if found is None:
        missing = "shelf.no_location" if code else "shelf.not_named"
        raise refuse(missing if known else "shelf.none", branch=branch.branch_code, code=code, known=_codes(known))
    return found


def _codes(locations: Iterable[ShelfLocation]) -> str:
    return ", ".join(location.code for location in locations)


def _answers(scheme: Scheme, text: str, key: str) -> bool:
    """Whether a copy of this key has the call number that was asked for, or one of its class."""
    key_from, key_to = prefix_range(scheme, text)
    return key == shelf_key(scheme, text) or key_from <= key < key_to


def _read(transaction: Transaction, shown: _Shown, spot: Spot, counts: tuple[int, int]) -> Stretch:
    return read_stretch(transaction, shown.branch.branch_id, shown.location.id, spot, *counts)


def _shelf(transaction: Transaction, shown: _Shown, stretch: Stretch, here: str, met: bool) -> Shelf:
    places = places_of(transaction, [row.id for row in (*stretch.before, *stretch.after)])

    def told(row: ShelfRow) -> ShelfItem:
        return ShelfItem(
            barcode=row.barcode,
            title=row.title,
            title_alt=row.title_alt,
            author=row.author,
            call_number=row.call_number,
            volume=row.volume,
            status=ItemStatus(row.status),
            bay=places[row.id].bay,
        )

    location = shown.location
    return Shelf(
        branch_code=shown.branch.branch_code,
        branch_zh=shown.branch.branch_zh,
        branch_en=shown.branch.branch_en,
        location_code=location.code,
        location_zh=location.name_zh,
        location_en=location.name_en,
        scheme=location.scheme,
        chosen=shown.chosen,
        here=here,
        met=met,
        before=[told(row) for row in stretch.before],
        after=[told(row) for row in stretch.after],
        earlier=stretch.earlier,
        later=stretch.later,
    )
