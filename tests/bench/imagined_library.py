"""The imagined part of a large library, written into a database that holds the sample library already.

For each two items there is a title, for each ten a patron, for each twenty a request, and two of five items are on
loan. Patrons whose place is a multiple of five have nothing on loan and wait for something. Of the others two of five
who are teachers have twenty books each, the rest at most seven things, which is below every limit they have.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from db.places import Scheme
from libops.catalogue.about import columns_of
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.description import Description
from libops.simulation.imagined import numbers, people
from libops.simulation.imagined.copies import call_number
from libops.simulation.imagined.titles import ImaginedTitles
from tests.bench.imagined_requests import REQUEST_COLUMNS, ImaginedRequest, ImaginedRequests, is_queued, is_wanted

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""The moment at which the library stands: a Monday morning at its branches."""

EXPIRES = date(2049, 6, 30)
TYPES = (("book", 70), ("textbook", 10), ("children", 8), ("reference", 5), ("disc", 4), ("periodical", 3))
CATEGORIES = (("undergraduate", 60), ("postgraduate", 20), ("teacher", 10), ("public", 10))
MOST_LOANS = 7
MANY_LOANS = 20
"""What a patron with many loans has, all of it books, none of it overdue or waited for."""

LATE, LONG_LATE = 50, 800
"""One loan of so many fell due two days ago; one of so many a hundred days ago, by when it counts as lost."""

Cells = tuple[object, ...]

TITLE_COLUMNS = tuple(columns_of(Description(title="")))
TITLE = ", ".join(("id", "number", "title_key", "name_key", *TITLE_COLUMNS))
ITEM = (
    "id, barcode, title_id, item_type_id, branch_id, location_id, call_number, price, status, "
    "parts, damage, missing_parts, seen_at, seen_branch_id, shelf_key, volume, condition, note"
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
        self._schemes = {key: Scheme(scheme) for key, scheme in connection.execute("SELECT id, scheme FROM location")}
        self._call_numbers: list[dict[Scheme, str]] = []
        self._desks = list(connection.execute("SELECT branch_id, id FROM desk ORDER BY id"))
        self._branches = sorted({branch for branch, _ in self._shelves})
        self._book, self._teacher = self._ids("item_type")["book"], self._ids("patron_category")["teacher"]
        self._kinds = self._drawn("item_type", TYPES, items)
        self._categories = self._drawn("patron_category", CATEGORIES, items // 10)

    def write(self) -> None:
        """Write everything, table by table, each in one go."""
        loans = list(self._loans())
        requests = list(ImaginedRequests(self._items, len(self._branches), NOW))
        lent = {loan.item for loan in loans}
        self._many("title", TITLE, self._titles())
        self._many("item", ITEM, self._item_rows(lent, {one.held: one for one in requests if one.held is not None}))
        self._many("patron", PATRON, self._patrons())
        self._lend(loans)
        self._ask(requests)

    def _next(self, table: str) -> int:
        (last,) = self._connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
        return int(last) + 1

    def _many(self, table: str, columns: str, rows: Iterator[Cells]) -> None:
        places = ", ".join("?" for _ in columns.split(","))
        self._connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)

    def _ids(self, table: str) -> dict[str, int]:
        return dict(self._connection.execute(f"SELECT code, id FROM {table}").fetchall())

    def _drawn(self, table: str, weighted: tuple[tuple[str, int], ...], count: int) -> list[int]:
        ids = self._ids(table)
        return self._dice.choices([ids[code] for code, _ in weighted], [weight for _, weight in weighted], k=count)

    def _titles(self) -> Iterator[Cells]:
        for number, book in enumerate(ImaginedTitles(self._items).between(0, self._items // 2)):
            columns = {**columns_of(book.about), "about": msgspec.json.encode(book.about).decode()}
            self._call_numbers.append({scheme: call_number(book, scheme) for scheme in self._schemes.values()})
            # Nobody searches here: the index stays empty, and says so of each title.
            row = (self._first_title + number, numbers.title_number(number), "", "")
            yield (*row, *(columns[name] for name in TITLE_COLUMNS))

    def _item_rows(self, lent: set[int], parcels: dict[int, ImaginedRequest]) -> Iterator[Cells]:
        for number, kind in enumerate(self._kinds):
            branch, location = self._dice.choice(self._shelves)
            scheme = self._schemes[location]
            on_spine = self._call_numbers[number // 2][scheme]
            key = self._first_item + number
            parcel = parcels.get(number)
            seen = (None, None) if parcel is None else (_maybe(parcel.held_at), self._branches[parcel.branch])
            resting = "available" if parcel is None else "awaiting_pickup"
            yield (
                key,
                numbers.barcode(number),
                self._first_title + number // 2,
                kind,
                branch,
                location,
                on_spine,
                1000 + number % 9000,
                "checked_out" if key in lent else resting,
                1,
                "",
                "",
                *seen,
                shelf_key(scheme, on_spine),
                "",
                "",
                "",
            )

    def _patrons(self) -> Iterator[Cells]:
        registered = _text(NOW - timedelta(days=400))
        for number, category in enumerate(self._categories):
            yield (
                self._first_patron + number,
                numbers.patron_number(number),
                people.chinese(self._dice).zh,
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
        for turn, (item, holder, keen) in enumerate(self._lent()):
            late = 0 if keen else 2 if turn % LATE == 0 else 100 if turn % LONG_LATE == 1 else 0
            opened = NOW - timedelta(days=self._dice.randrange(1, 28) + late, minutes=self._dice.randrange(480))
            # Those that are not late fall due at the end of a day at the branches, UTC+8.
            due = (NOW + timedelta(days=-late if late else 30 + item % 60)).replace(hour=15, minute=59, second=59)
            yield _Loan(self._first_item + item, self._first_patron + holder, opened, due)

    def _lent(self) -> Iterator[tuple[int, int, bool]]:
        """Each item that is lent, who has it, and whether that is somebody with many loans; numbers from 0."""
        queued = [item for item in range(self._items) if is_queued(item)]
        free = [item for item in range(self._items) if not is_wanted(item)]
        others = self._dice.sample(free, self._items * 2 // 5 - len(queued))
        keen = [number for number in range(len(self._categories)) if self._has_many(number)]
        wanted = len(keen) * MANY_LOANS
        books = [item for item in others if self._kinds[item] == self._book][:wanted]
        for place, item in enumerate(books):
            yield item, keen[place // MANY_LOANS], True
        taken = set(books)
        rest = queued + [item for item in others if item not in taken]
        borrowers = [number for number in range(len(self._categories)) if number % 5 and not self._has_many(number)]
        holders = self._dice.sample(borrowers * MOST_LOANS, len(rest))
        for item, holder in zip(rest, holders, strict=True):
            yield item, holder, False

    def _has_many(self, patron: int) -> bool:
        return patron % 5 in (1, 2) and self._categories[patron] == self._teacher

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

    def _ask(self, requests: list[ImaginedRequest]) -> None:
        first = self._next("request")
        self._many("request", REQUEST_COLUMNS, (self._asked(key, one) for key, one in enumerate(requests, first)))
        told = (event for key, one in enumerate(requests, first) for event in self._told(key, one))
        start = self._next("event")
        self._many("event", EVENT, (_event(key, *event) for key, event in enumerate(told, start)))

    def _asked(self, key: int, one: ImaginedRequest) -> Cells:
        return (
            key,
            "hold",
            "open" if one.held is None else "awaiting_pickup",
            self._first_title + one.title,
            self._first_patron + one.patron,
            self._branches[one.branch],
            one.position,
            _text(one.placed_at),
            _maybe(one.starts_at),
            _maybe(one.ends_at),
            0,
            None if one.held is None else self._first_item + one.held,
            _maybe(one.held_at),
            _maybe(one.until),
            one.shelf,
            "",
        )

    def _told(
        self, key: int, one: ImaginedRequest
    ) -> Iterator[tuple[str, datetime, int, int, int | None, dict[str, object]]]:
        patron, branch = self._first_patron + one.patron, self._branches[one.branch]
        title = self._first_title + one.title
        placed = {
            "request": key,
            "title": title,
            "sort": "hold",
            "branch": branch,
            "overridden": [],
            "allowed_by": None,
        }
        yield "hold.placed", one.placed_at, branch, patron, None, placed
        if one.held is not None and one.held_at is not None and one.until is not None:
            shelved = {"request": key, "until": one.until.isoformat(), "number": one.shelf}
            yield "hold.shelved", one.held_at, branch, patron, self._first_item + one.held, shelved


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _maybe(moment: datetime | None) -> str | None:
    return None if moment is None else _text(moment)


def _event(
    key: int, kind: str, at: datetime, branch: int, patron: int, item: int | None, data: dict[str, object]
) -> Cells:
    told = msgspec.json.encode(data).decode()
    return (key, key, f"{key:032x}", kind, _text(at), "staff:S0004", branch, None, patron, item, None, "card", told)
