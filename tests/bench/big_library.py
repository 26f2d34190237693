"""A large library to measure in: the sample's branches and rules, and as many items as wanted. Made once and kept.

For each two items there is a title, for each ten a patron, and each fifth item is on loan. Patrons whose place is a
multiple of five have nothing on loan. The file is made anew when migrations, sample data or this module have changed.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import platformdirs
import psycopg
from psycopg import sql
from sqlalchemy import Table, make_url
from stdnum import luhn

from db import migrate
from db.base import metadata
from db.database import Database
from libops.founding import found_from, sample_folder
from libops.settings import Settings
from tests.bench import imagined_titles
from tests.bench.imagined_titles import imagine, imagined_name
from tests.servers.postgres import PostgresCluster

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""The moment at which the library stands: a Monday morning at its branches."""

EXPIRES = date(2049, 6, 30)
FIRST_NUMBER = 30_000_000
FIRST_BARCODE = 1_000_000_000
TYPES = (("book", 70), ("textbook", 10), ("children", 8), ("reference", 5), ("disc", 4), ("periodical", 3))
CATEGORIES = (("undergraduate", 60), ("postgraduate", 20), ("teacher", 10), ("public", 10))
MOST_LOANS = 5
"""No imagined patron has more than this on loan: all limits of the sample's rules are above it."""

Cells = tuple[object, ...]


def bench_folder() -> Path:
    """Where large libraries are kept: ``LIBOPS_BENCH_DIR``, otherwise in the user's cache folder."""
    named = os.environ.get("LIBOPS_BENCH_DIR")
    folder = Path(named).expanduser() if named else Path(platformdirs.user_cache_dir("libops")) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def big_library(items: int) -> Path:
    """The SQLite file of a library with so many items: to be copied, not to be written to."""
    folder = bench_folder()
    file = folder / f"library-{items}-{_made_from()}.db"
    if not file.exists():
        for stale in folder.glob(f"library-{items}-*"):
            stale.unlink()
        making = folder / f"making-{items}.db"
        for rest in folder.glob(f"{making.name}*"):
            rest.unlink()
        _make(making, items)
        making.rename(file)
    return file


def copy_to_sqlite(items: int, file: Path) -> str:
    """The address of a copy that may be written to."""
    shutil.copyfile(big_library(items), file)
    return f"sqlite:///{file}"


def copy_to_postgres(items: int, cluster: PostgresCluster) -> str:
    """The address of a new PostgreSQL database that holds the same library, row for row."""
    url = cluster.create_database()
    migrate.upgrade(url)
    name = make_url(url).database or ""
    address = make_url(cluster.url(name, role="postgres")).set(drivername="postgresql")
    source = sqlite3.connect(f"{big_library(items).as_uri()}?mode=ro", uri=True)
    with psycopg.connect(address.render_as_string(), autocommit=True) as target:
        # The rows were checked where they come from; checking each reference again takes longer than copying.
        target.execute("SET session_replication_role = replica")
        for table in metadata.sorted_tables:
            _copy_table(source, target, table)
        target.execute("VACUUM ANALYZE")
        target.execute("CHECKPOINT")
    source.close()
    return url


def _copy_table(source: sqlite3.Connection, target: psycopg.Connection, table: Table) -> None:
    names = [column.name for column in table.columns]
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    with target.cursor() as cursor, cursor.copy(copy) as into:
        for row in source.execute(f"SELECT {', '.join(names)} FROM {table.name}"):
            into.write_row(row)
    if table.name != "library":
        target.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))").format(
                sql.Literal(table.name), sql.Identifier(table.name)
            )
        )


def _made_from() -> str:
    digest = hashlib.blake2b(migrate.head().encode(), digest_size=6)
    for module in (__file__, imagined_titles.__file__):
        digest.update(Path(module).read_bytes())
    for file in sorted(sample_folder().iterdir(), key=lambda file: file.name):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _make(file: Path, items: int) -> None:
    url = f"sqlite:///{file}"
    migrate.upgrade(url)
    database = Database(url)
    found_from(database, sample_folder(), patterns=Settings().patterns, now=NOW, sample=True)
    database.close()
    connection = sqlite3.connect(file, isolation_level=None)
    # A file that is thrown away when making it fails needs no journal, and it ends as a single file.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -262144")
    connection.execute("BEGIN")
    _Imagined(connection, items).write()
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


class _Loan(msgspec.Struct, frozen=True):
    item: int
    patron: int
    opened: datetime
    due: datetime


class _Imagined:
    """Writes the imagined part, table by table, each in one go."""

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
        loans = list(self._loans())
        lent = {loan.item for loan in loans}
        self._many("title", "id, number, title, title_alt, author, author_alt, publisher, year, language, clc, dewey", self._titles())
        self._many("item", "id, barcode, title_id, item_type_id, branch_id, location_id, call_number, price, status", self._item_rows(lent))
        self._many("patron", "id, number, name, category_id, branch_id, status, note, language, expires_on, registered_at", self._patrons())
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

        self._many(
            "loan",
            "id, item_id, patron_id, branch_id, desk_id, credential, status_before, opened_at, due_at, renewals",
            rows(),
        )
        self._many(
            "event",
            "id, position, act, kind, at, actor, branch_id, desk_id, patron_id, item_id, loan_id, credential, data",
            story(),
        )


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
