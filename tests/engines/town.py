"""A library small enough to know by heart, and a clock that tests set.

Monday morning, 23 November 2026. Books go for 30 days with one renewal, counted from the due day; discs for 7 days,
one at a time; children have 14 days and two renewals, counted from the day of renewing. Readers may have three items
and are stopped at two overdue ones; children have one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Executable, Row, Select, Table, insert, select, update

from db.catalogue import ItemStatus
from db.circulation import Credential, TransferReason, TransferStatus
from db.database import Database, Transaction
from db.people import PatronStatus, Role
from db.rules import BlockKind, RenewFrom
from db.tables import (
    BLOCK_RULE,
    BRANCH,
    CATEGORY,
    DESK,
    ERA,
    EVENT,
    ITEM,
    ITEM_TYPE,
    LIBRARY,
    LOAN,
    LOCATION,
    OPENING_HOURS,
    PATRON,
    POLICY,
    TITLE,
    TRANSFER,
)
from libops.bootstrap import open_library
from libops.catalogue.search.indexing import index_titles, rebuild
from libops.catalogue.shelving import order_all
from libops.circulation import loans, returns
from libops.circulation.loans import LoanAnswer
from libops.circulation.returns import ReturnAnswer
from libops.codes import CodePatterns
from libops.permissions import BY_ROLE, EVERYTHING
from libops.places import find_place
from libops.refusals import Reason, Refusal
from libops.work import Actor, Place

A = TypeVar("A")

PATTERNS = CodePatterns(patron="P[0-9]+", item="B[0-9]+", badge="S[0-9]+")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
TODAY = MORNING.date()

SORTER = Actor("staff:S1", "Sorter", BY_ROLE[Role.SORTER])
CLERK = Actor("staff:S2", "Clerk", BY_ROLE[Role.CIRCULATION])
SUPERVISOR = Actor("staff:S3", "Supervisor", BY_ROLE[Role.SUPERVISOR])
OPERATOR = Actor("operator:test", "Operator", EVERYTHING)

READER, OTHER_READER, CHILD, BLOCKED, EXPIRED = "P1", "P2", "P3", "P4", "P5"
NAMES = {READER: "李雷", OTHER_READER: "韩梅梅", CHILD: "小明", BLOCKED: "Polly Stop", EXPIRED: "Eve Gone"}
BOOKS = tuple(f"B{number}" for number in range(1, 7))
BOOK, OTHER_BOOK, THIRD_BOOK, FOURTH_BOOK = BOOKS[:4]
DISC, OTHER_DISC, NOT_LENT = "B11", "B12", "B13"
RESTRICTED, IN_PROCESS, MISSING, WITHDRAWN = "B21", "B22", "B23", "B24"
WEST_BOOK, WEST_BOOK_AWAY = "B31", "B32"


class Clock:
    """The time, as the test says it is."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)

    def later(self, **span: float) -> None:
        """Let time pass; days are calendar days of the zone the clock was set in."""
        self.now += timedelta(**span)


class Town:
    """The library with its clock, and the acts as short as tests need them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = Clock(MORNING)
        self.library = open_library(url, PATTERNS, clock=self.clock)

    def reopen(self) -> None:
        """Close the library and open it again, as after a restart of the program."""
        self.library.close()
        self.library = open_library(self.url, PATTERNS, clock=self.clock)

    def place(self, code: str = "M1") -> Place:
        """The desk or branch with this code."""
        with self.library.database.reading() as transaction:
            return find_place(transaction, code)

    def lend(
        self,
        patron: str,
        item: str,
        *,
        by: Actor = CLERK,
        at: str = "M1",
        key: str | None = None,
        allowed_by: Actor | None = None,
        credential: Credential = Credential.CARD,
    ) -> LoanAnswer:
        """Lend an item to a patron."""
        place = self.place(at)
        with self.library.work(actor=by, place=place, key=key, credential=credential) as work:
            return loans.check_out(work, patron_number=patron, barcode=item, override_by=allowed_by)

    def take_back(self, item: str, *, by: Actor = CLERK, at: str = "M1", key: str | None = None) -> ReturnAnswer:
        """Take an item back."""
        with self.library.work(actor=by, place=self.place(at), key=key) as work:
            return returns.check_in(work, barcode=item)

    def renew(
        self,
        item: str,
        *,
        by: Actor = CLERK,
        at: str = "M1",
        key: str | None = None,
        allowed_by: Actor | None = None,
    ) -> LoanAnswer:
        """Renew the loan of an item."""
        with self.library.work(actor=by, place=self.place(at), key=key) as work:
            return loans.renew(work, barcode=item, override_by=allowed_by)

    def act(
        self,
        function: Callable[..., A],
        *,
        by: Actor = CLERK,
        at: str = "M1",
        key: str | None = None,
        **arguments: object,
    ) -> A:
        """Any act of the library, as a transaction of its own."""
        with self.library.work(actor=by, place=self.place(at), key=key) as work:
            return function(work, **arguments)

    def look(self, function: Callable[..., A], *, by: Actor = CLERK, at: str = "M1", **arguments: object) -> A:
        """Any look at the library."""
        with self.library.look(actor=by, place=self.place(at)) as look:
            return function(look, **arguments)

    def change(self, *statements: Executable) -> None:
        """Change rows as nobody's act, in one transaction."""
        with self.library.database.act() as transaction:
            for statement in statements:
                transaction.connection.execute(statement)

    def change_rules(self, *statements: Executable) -> None:
        """Change rules and tell every process that they changed."""
        self.change(*statements, update(LIBRARY).values(rules_version=LIBRARY.c.rules_version + 1))

    # Any, because rows of free selects have no type of their own.
    def ask(self, query: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
        """The rows of a query."""
        with self.library.database.reading() as transaction:
            return transaction.connection.execute(query).all()

    def status_of(self, item: str) -> str:
        """The status that an item is recorded with."""
        return str(self.ask(select(ITEM.c.status).where(ITEM.c.barcode == item))[0][0])

    def open_loans(self) -> list[tuple[str, str]]:
        """Who has what: number and barcode of each open loan."""
        query = (
            select(PATRON.c.number, ITEM.c.barcode)
            .select_from(LOAN.join(PATRON, PATRON.c.id == LOAN.c.patron_id).join(ITEM, ITEM.c.id == LOAN.c.item_id))
            .where(LOAN.c.returned_at.is_(None))
            .order_by(ITEM.c.barcode)
        )
        return [(number, barcode) for number, barcode in self.ask(query)]

    def story(self) -> list[str]:
        """The kinds of all events, in the order in which they were written."""
        return [str(kind) for (kind,) in self.ask(select(EVENT.c.kind).order_by(EVENT.c.id))]


def reasons(act: Callable[[], object]) -> tuple[Reason, ...]:
    """Why an act is refused; it is an error when it is not."""
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.reasons


def refused(act: Callable[[], object]) -> list[str]:
    """The codes of the reasons for which an act is refused."""
    return [reason.code for reason in reasons(act)]


def put(transaction: Transaction, table: Table, **values: object) -> int:
    """Write one row; its id."""
    key = transaction.connection.execute(insert(table).values(values)).inserted_primary_key
    assert key is not None
    if table is TITLE:
        index_titles(transaction, [int(key[0])], new=True)
    return int(key[0])


def build(database: Database) -> None:
    """Found the small library."""
    with database.act() as transaction:
        put(transaction, LIBRARY, id=1, name_zh="小镇图书馆", name_en="Town Library", currency="CNY", made_at=MORNING)
        put(transaction, ERA, name="first", begins_after=0, begun_at=MORNING)
        main = _branch(transaction, "MAIN", "总馆", "Asia/Shanghai", range(7), "M1", "M2")
        west = _branch(transaction, "WEST", "西馆", "Asia/Shanghai", range(1, 7), "W1")
        _branch(transaction, "YORK", "纽约馆", "America/New_York", range(7), "Y1")
        _patrons(transaction, main)
        _items(transaction, main, west)
    bring_into_order(database)


def bring_into_order(database: Database) -> None:
    """Let the search and the shelves know of titles and copies that a test wrote as bare rows."""
    for _ in order_all(database):
        pass
    for _ in rebuild(database):
        pass


def _branch(transaction: Transaction, code: str, name: str, zone: str, weekdays: range, *desks: str) -> int:
    branch = put(transaction, BRANCH, code=code, name_zh=name, name_en=code.title(), zone=zone)
    for desk in desks:
        put(transaction, DESK, branch_id=branch, code=desk, name_zh=f"{desk}台", name_en=f"Desk {desk}")
    for weekday in weekdays:
        put(transaction, OPENING_HOURS, branch_id=branch, weekday=weekday, opens="09:00", closes="21:00")
    return branch


def _patrons(transaction: Transaction, branch: int) -> None:
    categories = {
        code: put(transaction, CATEGORY, code=code, name_zh=code, name_en=code, loans_limit=loans)
        for code, loans in (("reader", 3), ("child", 1))
    }
    overdue = {"kind": BlockKind.OVERDUE, "threshold": 2, "stops_renewing": False}
    put(transaction, BLOCK_RULE, category_id=categories["reader"], **overdue)
    for number, name in NAMES.items():
        put(
            transaction,
            PATRON,
            number=number,
            name=name,
            category_id=categories["child" if number == CHILD else "reader"],
            branch_id=branch,
            status=PatronStatus.BLOCKED if number == BLOCKED else PatronStatus.ACTIVE,
            expires_on=date(2026, 11, 22) if number == EXPIRED else date(2030, 12, 31),
            registered_at=MORNING,
        )
    put(transaction, POLICY, period=30, renewals=1, renew_from=RenewFrom.DUE)
    put(transaction, POLICY, category_id=categories["child"], period=14, renewals=2, renew_from=RenewFrom.TODAY)


def _items(transaction: Transaction, main: int, west: int) -> None:
    title = put(transaction, TITLE, number="T1", title="红楼梦 [b]", title_alt="Dream of the Red Chamber")
    types = {
        code: put(transaction, ITEM_TYPE, code=code, name_zh=code, name_en=code) for code in ("book", "disc", "atlas")
    }
    put(transaction, POLICY, item_type_id=types["disc"], period=7, renewals=0, type_limit=1)
    put(transaction, POLICY, item_type_id=types["atlas"], lendable=False, period=30, renewals=0)
    shelf = put(transaction, LOCATION, branch_id=main, code="M-A", name_zh="一楼", name_en="1F")

    def item(barcode: str, kind: str = "book", status: str = ItemStatus.AVAILABLE, branch: int = main) -> None:
        put(
            transaction,
            ITEM,
            barcode=barcode,
            title_id=title,
            item_type_id=types[kind],
            branch_id=branch,
            location_id=shelf if branch == main else None,
            call_number="I242.4/C118",
            status=status,
        )

    for barcode in BOOKS:
        item(barcode)
    for barcode, kind in ((DISC, "disc"), (OTHER_DISC, "disc"), (NOT_LENT, "atlas")):
        item(barcode, kind)
    item(RESTRICTED, status=ItemStatus.RESTRICTED)
    item(IN_PROCESS, status=ItemStatus.IN_PROCESS)
    item(MISSING, status=ItemStatus.MISSING)
    item(WITHDRAWN, status=ItemStatus.WITHDRAWN)
    item(WEST_BOOK, branch=west)
    item(WEST_BOOK_AWAY, status=ItemStatus.IN_TRANSIT, branch=west)
    away = transaction.connection.execute(select(ITEM.c.id).where(ITEM.c.barcode == WEST_BOOK_AWAY)).scalar_one()
    put(
        transaction,
        TRANSFER,
        item_id=away,
        from_branch_id=main,
        to_branch_id=west,
        reason=TransferReason.RETURN_HOME,
        status=TransferStatus.SENT,
        requested_at=MORNING,
        sent_at=MORNING,
    )


def ids(town: Town, table: Table, column: str = "code") -> dict[str, int]:
    """The ids of a table's rows by their codes."""
    return {str(code): int(key) for code, key in town.ask(select(table.c[column], table.c.id))}
