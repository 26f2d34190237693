"""The imagined part of a large library, written into a database that holds the sample library already.

For each two items there is a title, for each ten a patron, and each fifth item is on loan. Patrons whose place is a
multiple of five have nothing on loan; the others have at most five things, which is below every limit they have.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec
from stdnum import luhn

from tests.bench.imagined_titles import imagine, imagined_name

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""The moment at which the library stands: a Monday morning at its branches."""

EXPIRES = date(2049, 6, 30)
FIRST_NUMBER = 30_000_000
FIRST_BARCODE = 1_000_000_000
TYPES = (("book", 70), ("textbook", 10), ("children", 8), ("reference", 5), ("disc", 4), ("periodical", 3))
CATEGORIES = (("undergraduate", 60), ("postgraduate", 20), ("teacher", 10), ("public", 10))
MOST_LOANS = 5

Cells = tuple[object, ...]

TITLE = "id, number, title, title_alt, author, author_alt, publisher, year, language, clc, dewey"
ITEM = (
    "id, barcode, title_id, item_type_id, branch_id, location_id, call_number, price, status, "
    "parts, damage, missing_parts"
)
PATRON = "id, number, name, category_id, branch_id, status, note, language, expires_on, registered_at, phone, email"
LOAN = "id, item_id, patron_id, branch_id, desk_id, credential, status_before, opened_at, due_at, renewals"
EVENT = "id, position, act, kind, at, actor, branch_id, desk_id, patron_id, item_id, loan_id, credential, data"


class _Loan(msgspec.Struct, frozen=True):
    item: int
    patron: int
    opened: datetime
    due: datetime


class ImaginedLibrary:
    """So many items and all that belongs to them, drawn with dice that always fall the same way."""

    def __init__(self, connection: sqlite3.Connection, items: int) -> None:
        self._connection = connection
        self._items = items
        self._dice = random.Random(items)
        self._first_title = self._next("title")
        self._first_item = self._next("item")
        self._first_patron = self._next("patron")
        self._shelves = list(connection.execute("SELECT branch_id, id FROM location ORDER BY id"))
        self._desks = list(connection.execute("SELECT branch_id, id FROM desk ORDER BY id"))

    def write(self) -> None:
        """Write everything, table by table, each in one go."""
        loans = list(self._loans())
        lent = {loan.item for loan in loans}
        self._many("title", TITLE, self._titles())
        self._many("item", ITEM, self._item_rows(lent))
        self._many("patron", PATRON, self._patrons())
        self._lend(loans)

    def _next(self, table: str) -> int:
        (last,) = self._connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
        return int(last) + 1

    def _many(self, table: str, columns: str, rows: Iterator[Cells]) -> None:
        places = ", ".join("?" for _ in columns.split(","))
        self._connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)

    def _drawn(self, table: str, weighted: tuple[tuple[str, int], ...], count: int) -> list[int]:
        ids = dict(self._connection.execute(f"SELECT code, id FROM {table}").fetchall())
        return self._dice.choices([ids[code] for code, _ in weighted], [weight for _, weight in weighted], k=count)

    def _titles(self) -> Iterator[Cells]:
        for number in range(self._items // 2):
            book = imagine(number)
            yield (
                self._first_title + number,
                f"X{number:07d}",
                book.title,
                book.title_alt,
                book.author,
                "",
                book.publisher,
                book.year,
                book.language,
                book.clc,
                "",
            )

    def _item_rows(self, lent: set[int]) -> Iterator[Cells]:
        kinds = self._drawn("item_type", TYPES, self._items)
        for number, kind in enumerate(kinds):
            branch, location = self._dice.choice(self._shelves)
            body = f"3{FIRST_BARCODE + number:012d}"
            key = self._first_item + number
            yield (
                key,
                body + luhn.calc_check_digit(body),
                self._first_title + number // 2,
                kind,
                branch,
                location,
                f"I{200 + number % 90}.{number % 10}/{number % 997}",
                1000 + number % 9000,
                "checked_out" if key in lent else "available",
                1,
                "",
                "",
            )

    def _patrons(self) -> Iterator[Cells]:
        registered = _text(NOW - timedelta(days=400))
        for number, category in enumerate(self._drawn("patron_category", CATEGORIES, self._items // 10)):
            yield (
                self._first_patron + number,
                f"P{FIRST_NUMBER + number}",
                imagined_name(number),
                category,
                self._shelves[number % len(self._shelves)][0],
                "active",
                "",
                "zh",
                EXPIRES.isoformat(),
                registered,
                "",
                "",
            )

    def _loans(self) -> Iterator[_Loan]:
        wanted = self._items // 5
        items = self._dice.sample(range(self._items), wanted)
        borrowers = [number for number in range(self._items // 10) if number % 5]
        holders = self._dice.sample(borrowers * MOST_LOANS, wanted)
        for item, holder in zip(items, holders, strict=True):
            opened = NOW - timedelta(days=self._dice.randrange(1, 28), minutes=self._dice.randrange(480))
            # Each thousandth is overdue; the others fall due at the end of a day at the branches, UTC+8.
            days = -2 if item % 1000 == 0 else 30 + item % 60
            due = (NOW + timedelta(days=days)).replace(hour=15, minute=59, second=59)
            yield _Loan(self._first_item + item, self._first_patron + holder, min(opened, due), due)

    def _lend(self, loans: list[_Loan]) -> None:
        first_loan, first_event = self._next("loan"), self._next("event")
        desks = self._dice.choices(self._desks, k=len(loans))

        def rows() -> Iterator[Cells]:
            for key, (loan, (branch, desk)) in enumerate(zip(loans, desks, strict=True), first_loan):
                opened, due = _text(loan.opened), _text(loan.due)
                yield (key, loan.item, loan.patron, branch, desk, "card", "available", opened, due, 0)

        def story() -> Iterator[Cells]:
            for place, (loan, (branch, desk)) in enumerate(zip(loans, desks, strict=True)):
                key, act = first_event + place, f"{first_event + place:032x}"
                data = f'{{"due_at":"{loan.due.isoformat()}","overridden":[],"allowed_by":null}}'
                who = (branch, desk, loan.patron, loan.item, first_loan + place)
                yield (key, key, act, "loan.opened", _text(loan.opened), "staff:S0004", *who, "card", data)

        self._many("loan", LOAN, rows())
        self._many("event", EVENT, story())


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
