"""Founding a library: from a folder of editable files (the sample or one's own), or with the least that works."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec
from sqlalchemy import Table, insert, select

from db.database import Database, Transaction
from db.people import PatronStatus, Role
from db.places import BranchKind
from db.rules import BlockKind, RenewFrom
from db.tables import (
    BRANCH,
    CATEGORY,
    DATED_HOURS,
    DESK,
    ERA,
    ITEM_TYPE,
    LIBRARY,
    LOCATION,
    OPENING_HOURS,
    PATRON,
    STAFF,
)
from libops.bad_files import BadFile
from libops.circulation import policy_tables, rules
from libops.circulation.calendars import overlaps
from libops.circulation.policy_files import read_rules, rows_of_folder
from libops.circulation.policy_rows import BlockRow, PolicyRow, RuleSet
from libops.codes import CodeKind, CodePatterns
from libops.founding_catalogue import found_catalogue
from libops.founding_faults import blamed, misfit
from libops.i18n import mark
from libops.library_plan import FILE, WEEKDAYS, BranchPlan, read_plan
from libops.people.pins import hash_pin
from libops.refusals import refuse
from libops.rows import Row, clock_time, closing_time, minor_units, read_rows

_CATEGORY_COLUMNS = ("code", "name_zh", "name_en", "loans_limit", "holds_limit", "months", "deposit")


class Founded(msgspec.Struct, frozen=True):
    """How much a new library holds."""

    branches: int
    titles: int
    items: int
    patrons: int
    staff: int


def sample_folder() -> Traversable:
    """The sample library that comes with the program."""
    return files("sample_data")


def sample_sign_in() -> tuple[str, str]:
    """Badge and PIN of the sample's first supervisor: printed in its files for everybody to read."""
    person = next(row for row in read_rows(sample_folder(), "staff.csv") if row.text("role") == Role.SUPERVISOR)
    return person.text("badge"), person.text("pin")


def is_founded(database: Database) -> bool:
    """Whether a library stands in this database already."""
    with database.reading() as transaction:
        return transaction.connection.execute(select(LIBRARY.c.id)).first() is not None


def is_sample(database: Database) -> bool:
    """Whether the library in this database was made as a sample, and so may be played with."""
    with database.reading() as transaction:
        return bool(transaction.connection.execute(select(LIBRARY.c.sample)).scalar())


def found_from(
    database: Database, folder: Traversable, *, patterns: CodePatterns, now: datetime, sample: bool
) -> Founded:
    """Found a library from a folder laid out as ``sample_data/``, in one transaction.

    Refuses with ``library.exists`` where one stands already, and raises ``BadFile`` at the first row that cannot be
    used; either way nothing is changed.
    """
    with database.act() as transaction:
        return _Founding(transaction, folder, patterns, now).found(sample)


def found_bare(
    database: Database, *, name: str, zone: str, badge: str, pin: str, patterns: CodePatterns, now: datetime
) -> Founded:
    """Found a library with the least that works: a branch with a desk, one category, one item type, one rule for all,
    and an administrator. Refuses with ``library.exists``, ``staff.bad_badge``, ``staff.weak_pin``.
    """
    if CodeKind.BADGE not in patterns.kinds(badge):
        raise refuse("staff.bad_badge", badge=badge, pattern=patterns.badge)
    pin_hash = hash_pin(pin)
    with database.act() as transaction:
        write = _Writer(transaction)
        _begin(transaction, write, {"name_zh": name, "name_en": name, "currency": "CNY", "sample": False}, now)
        branch = write.one(BRANCH, code="MAIN", kind=BranchKind.LIBRARY, name_zh="总馆", name_en="Main", zone=zone)
        write.one(DESK, branch_id=branch, code="1", name_zh="1号台", name_en="Desk 1")
        for weekday in range(7):
            write.one(OPENING_HOURS, branch_id=branch, weekday=weekday, opens="09:00", closes="21:00")
        write.one(CATEGORY, code="reader", name_zh="读者", name_en="Reader", loans_limit=20)
        write.one(ITEM_TYPE, code="book", name_zh="图书", name_en="Book")
        _write_rules(transaction, _BARE)
        write.one(STAFF, badge=badge, name="admin", role=Role.ADMINISTRATOR, language="zh", pin_hash=pin_hash)
    return Founded(branches=1, titles=0, items=0, patrons=0, staff=1)


_BARE = RuleSet(
    policies=[PolicyRow(lendable=True, period=30, renewals=1, renew_from=RenewFrom.DUE)],
    blocks=[BlockRow(kind=BlockKind.OVERDUE, threshold=3, stops_renewing=False)],
)


def _write_rules(transaction: Transaction, rule_set: RuleSet) -> None:
    codes = policy_tables.codes(transaction)
    for policy in rule_set.policies:
        policy_tables.write_policy(transaction, None, policy, codes)
    for block in rule_set.blocks or ():
        policy_tables.write_block(transaction, None, block, codes)


def _begin(transaction: Transaction, write: _Writer, library: Mapping[str, object], now: datetime) -> None:
    if transaction.connection.execute(select(LIBRARY.c.id)).first() is not None:
        raise refuse("library.exists")
    write.one(LIBRARY, id=1, rules_version=1, made_at=now, **library)
    write.one(ERA, name=uuid.uuid4().hex, begins_after=0, begun_at=now)


class _Writer:
    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def one(self, table: Table, **values: object) -> int:
        """Write one row; its id."""
        key = self._connection.execute(insert(table).values(values)).inserted_primary_key
        return int(key[0]) if key is not None else 0

    def many(self, table: Table, rows: list[dict[str, object]]) -> int:
        """Write rows; how many."""
        if rows:
            self._connection.execute(insert(table), rows)
        return len(rows)

    def ids(self, table: Table, column: str) -> dict[str, int]:
        """The ids of a table's rows by one of their codes."""
        return {code: int(key) for code, key in self._connection.execute(select(table.c[column], table.c.id))}


class _Founding:
    """Writes a folder's files, table by table, each row linked by the codes of what came before."""

    def __init__(self, transaction: Transaction, folder: Traversable, patterns: CodePatterns, now: datetime) -> None:
        self._transaction = transaction
        self._write = _Writer(transaction)
        self._folder = folder
        self._patterns = patterns
        self._now = now
        self._currency = ""

    def found(self, sample: bool) -> Founded:
        plan = read_plan(self._folder)
        self._currency = plan.library.currency
        _begin(self._transaction, self._write, {**msgspec.structs.asdict(plan.library), "sample": sample}, self._now)
        with blamed(FILE):
            for branch in plan.branch:
                self._branch(branch)
        branches = self._write.ids(BRANCH, "code")
        self._calendar(branches)
        self._rules()
        catalogue = found_catalogue(self._transaction, self._folder, self._patterns, self._currency, self._now)
        return Founded(
            branches=len(branches),
            titles=catalogue.titles,
            items=catalogue.items,
            patrons=self._patrons(branches),
            staff=self._rows(STAFF, "staff.csv", self._staff),
        )

    def _rows(self, table: Table, file: str, read: Callable[[Row], dict[str, object]]) -> int:
        code = next(column.name for column in table.columns if column.unique)
        rows: dict[object, dict[str, object]] = {}
        for row in read_rows(self._folder, file):
            values = read(row)
            if values[code] in rows:
                raise row.bad(mark("{column}: {code} stands twice"), column=code, code=values[code])
            rows[values[code]] = values
        with blamed(file):
            return self._write.many(table, list(rows.values()))

    def _branch(self, branch: BranchPlan) -> None:
        names = {"name_zh": branch.name_zh, "name_en": branch.name_en}
        key = self._write.one(BRANCH, code=branch.code, kind=branch.kind, zone=branch.zone, **names)
        for table, places in ((LOCATION, branch.location), (DESK, branch.desk)):
            for place in places:
                self._write.one(table, branch_id=key, **msgspec.structs.asdict(place))
        for hours in branch.hours:
            for day in hours.days:
                weekday = WEEKDAYS.index(day)
                self._write.one(OPENING_HOURS, branch_id=key, weekday=weekday, opens=hours.opens, closes=hours.closes)

    def _calendar(self, branches: Mapping[str, int]) -> None:
        days: list[dict[str, object]] = []
        for row in read_rows(self._folder, "calendar.csv"):
            every = row.needed("branch") == "*"
            opens, closes = row.maybe("opens", clock_time), row.maybe("closes", closing_time)
            if (opens is None) != (closes is None) or (opens and closes and opens >= closes):
                raise row.bad(mark("hours {opens} to {closes} cannot be"), opens=opens or "—", closes=closes or "—")
            day = {
                "day": row.read("date", date.fromisoformat),
                "opens": opens,
                "closes": closes,
                "note_zh": row.text("note_zh"),
                "note_en": row.text("note_en"),
            }
            keys = branches.values() if every else [row.link("branch", branches)]
            days += [{"branch_id": key, **day} for key in keys]
        with blamed("calendar.csv"):
            self._write.many(DATED_HOURS, days)
        for calendar in rules.load(self._transaction, 1).calendars.values():
            early = overlaps(calendar, sorted(calendar.dated))
            if early is not None:
                why = mark("on {day} a branch opens before it has closed")
                raise BadFile("calendar.csv", 0, why, day=early.isoformat())

    def _rules(self) -> None:
        self._rows(CATEGORY, "categories.csv", self._category)
        self._rows(ITEM_TYPE, "item_types.csv", self._item_type)
        codes = policy_tables.codes(self._transaction)
        _write_rules(self._transaction, read_rules(rows_of_folder(self._folder), codes, self._currency))

    def _category(self, row: Row) -> dict[str, object]:
        row.need_columns(_CATEGORY_COLUMNS)
        return {
            "code": row.needed("code"),
            "name_zh": row.needed("name_zh"),
            "name_en": row.needed("name_en"),
            "loans_limit": row.read("loans_limit", int),
            "holds_limit": row.optional("holds_limit", int, 10),
            "months": row.optional("months", int, 12),
            "deposit": row.optional("deposit", self._amount, 0),
        }

    def _amount(self, text: str) -> int:
        return minor_units(text, self._currency)

    def _item_type(self, row: Row) -> dict[str, object]:
        return {name: row.needed(name) for name in ("code", "name_zh", "name_en")}

    def _patrons(self, branches: Mapping[str, int]) -> int:
        categories = self._write.ids(CATEGORY, "code")

        def patron(row: Row) -> dict[str, object]:
            if CodeKind.PATRON not in self._patterns.kinds(row.needed("number")):
                raise row.bad(misfit(None), column="number", code=row.text("number"))
            return {
                "number": row.needed("number"),
                "name": row.needed("name"),
                "category_id": row.link("category", categories),
                "branch_id": row.link("branch", branches),
                "expires_on": row.read("expires", date.fromisoformat),
                "status": row.read("status", PatronStatus),
                "note": row.text("note"),
                "language": row.needed("language"),
                "registered_at": self._now,
            }

        return self._rows(PATRON, "patrons.csv", patron)

    def _staff(self, row: Row) -> dict[str, object]:
        if CodeKind.BADGE not in self._patterns.kinds(row.needed("badge")):
            raise row.bad(misfit(None), column="badge", code=row.text("badge"))
        return {
            "badge": row.needed("badge"),
            "name": row.needed("name"),
            "role": row.read("role", Role),
            "language": row.needed("language"),
            "pin_hash": hash_pin(row.needed("pin")),
        }
