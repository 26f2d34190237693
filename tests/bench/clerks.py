"""The two clerks that are compared: one works through the domain, one by hand. Both lend a book and take it back."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Protocol

from sqlalchemy import make_url, select

from db.database import Database
from db.rules import BlockKind
from db.tables import CATEGORY, ITEM_TYPE
from libops.circulation import loans, returns
from libops.circulation.rules import load
from libops.library import Library
from libops.permissions import EVERYTHING
from libops.places import find_place
from libops.settings import Settings
from libops.work import Actor, Place
from tests.bench.by_hand import ACTOR, FixedRules, Lent, Returned
from tests.bench.by_hand_postgres import PostgresByHand
from tests.bench.by_hand_sqlite import SqliteByHand
from tests.bench.imagined_library import NOW

DESK = "C1"


class Side(StrEnum):
    """How a clerk works."""

    DOMAIN = "domain"
    BY_HAND = "by hand"


class Clerk(Protocol):
    """Lends and takes back, one durable commit each."""

    def check_out(self, patron: str, barcode: str, key: str) -> object:
        """Lend an item."""

    def check_in(self, barcode: str, key: str) -> object:
        """Take it back."""

    def close(self) -> None:
        """Go home."""


class DomainClerk:
    """Works as every front end does: ``library.work`` and the acts."""

    def __init__(self, url: str) -> None:
        database = Database(url, pool_size=1)
        self._library = Library(database, Settings().patterns, lambda: NOW)
        self._actor = Actor(ACTOR, "叶春燕", EVERYTHING)
        with database.reading() as transaction:
            self._place = find_place(transaction, DESK)

    def check_out(self, patron: str, barcode: str, key: str) -> loans.LoanAnswer:
        """Lend an item."""
        with self._library.work(actor=self._actor, place=self._place, key=key) as work:
            return loans.check_out(work, patron_number=patron, barcode=barcode)

    def check_in(self, barcode: str, key: str) -> returns.ReturnAnswer:
        """Take it back."""
        with self._library.work(actor=self._actor, place=self._place, key=key) as work:
            return returns.check_in(work, barcode=barcode)

    def close(self) -> None:
        """Go home."""
        self._library.close()


class HandClerk:
    """Works with the bare driver."""

    def __init__(self, url: str) -> None:
        place, rules = _fixed(url)
        address = make_url(url)
        self._desk: SqliteByHand | PostgresByHand
        if address.get_backend_name() == "sqlite":
            self._desk = SqliteByHand(address.database or "", place, rules)
        else:
            plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
            self._desk = PostgresByHand(plain, place, rules)

    def check_out(self, patron: str, barcode: str, key: str) -> Lent:
        """Lend an item."""
        return self._desk.check_out(patron, barcode, NOW, key)

    def check_in(self, barcode: str, key: str) -> Returned:
        """Take it back."""
        return self._desk.check_in(barcode, NOW, key)

    def close(self) -> None:
        """Go home."""
        self._desk.close()


def hire(side: Side, url: str) -> Clerk:
    """A clerk of this kind for a library."""
    return DomainClerk(url) if side is Side.DOMAIN else HandClerk(url)


def serve(clerk: Clerk, patron: str, barcode: str) -> None:
    """Lend an item and take it back, each under a request key of its own."""
    clerk.check_out(patron, barcode, uuid.uuid4().hex)
    clerk.check_in(barcode, uuid.uuid4().hex)


def _fixed(url: str) -> tuple[Place, FixedRules]:
    database = Database(url, pool_size=1)
    with database.reading() as transaction:
        place = find_place(transaction, DESK)
        rules = load(transaction, 1)
        categories = transaction.connection.scalars(select(CATEGORY.c.id)).all()
        types = transaction.connection.scalars(select(ITEM_TYPE.c.id)).all()
    database.close()
    fits = {(category, kind): rules.fit(place.branch_id, category, kind) for category in categories for kind in types}
    days = {key: (policy.lendable, policy.period, policy.type_limit) for key, policy in fits.items()}
    calendar = rules.calendars[place.branch_id]
    dated = {day: hours is not None for day, hours in calendar.dated.items()}
    blocks = {category: rules.block(category, BlockKind.OVERDUE) for category in categories}
    overdue = {category: block.threshold for category, block in blocks.items() if block and block.threshold}
    owes = rules.block(categories[0], BlockKind.OWES)
    limit = None if owes is None else owes.threshold
    names = {key: (branch.code, branch.zh, branch.en) for key, branch in rules.branches.items()}
    return place, FixedRules(place.zone_name, days, set(calendar.week), dated, limit, overdue, names)
