"""The desk by hand on SQLite, with the standard library's driver."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime

import msgspec

from db.engine import BUSY_SECONDS
from libops.work import Place
from tests.bench.by_hand import (
    ACTOR,
    CLOSE,
    FIND_REQUEST,
    LEND,
    LENDING,
    MARK,
    RETURNING,
    WRITE,
    FixedRules,
    Lent,
    Refused,
    Returned,
    act_id,
    check_limits,
    digest,
    lent_data,
    returned_data,
)


def open_by_hand(file: str) -> sqlite3.Connection:
    """A connection with the pragmas of ``db/engine.py``; a test compares them."""
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=256)
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", "cache_size = -8192"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


class SqliteByHand:
    """One clerk with one connection."""

    def __init__(self, file: str, place: Place, rules: FixedRules) -> None:
        self._connection = open_by_hand(file)
        self._cursor = self._connection.cursor()
        self._place = place
        self._rules = rules

    def check_out(self, patron: str, barcode: str, now: datetime, key: str) -> Lent:
        """Lend an item to a patron."""
        execute = self._cursor.execute
        mark = digest("loans.check_out", {"patron_number": patron, "barcode": barcode}, self._place.branch_id)
        execute("BEGIN IMMEDIATE")
        try:
            self._refuse_told(key)
            at = now.isoformat(timespec="microseconds")
            facts = execute(LENDING, (at, patron, barcode)).fetchone()
            patron_id, category, expires = facts[1], facts[4], date.fromisoformat(facts[6])
            item, item_type, loan = facts[12], facts[15], facts[17]
            if patron_id is None or item is None or loan is not None:
                raise Refused("unknown or on loan")
            if facts[16] not in ("available", "in_transit"):
                raise Refused(facts[16])
            today = now.astimezone(self._rules.zone).date()
            check_limits(facts[5], expires, today, facts[9], facts[7], facts[11], facts[8])
            due = self._rules.due(category, item_type, facts[10], today, expires)
            place = self._place
            lent = (item, patron_id, place.branch_id, place.desk_id, "card", "available", at)
            (loan,) = execute(LEND, (*lent, due.isoformat(timespec="microseconds"))).fetchone()
            execute(MARK, ("checked_out", item))
            data = lent_data(loan, barcode, facts[14], due, due.astimezone(self._rules.zone).date())
            self._note("loan.opened", at, (patron_id, item, loan), data, key, mark)
            execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise
        return Lent(loan, facts[14], due, facts[3])

    def check_in(self, barcode: str, now: datetime, key: str) -> Returned:
        """Take an item back that is on loan."""
        execute = self._cursor.execute
        mark = digest("returns.check_in", {"barcode": barcode}, self._place.branch_id)
        execute("BEGIN IMMEDIATE")
        try:
            self._refuse_told(key)
            facts = execute(RETURNING, (barcode,)).fetchone()
            if facts is None or facts[12] is None:
                raise Refused("unknown or not on loan")
            place, zone = self._place, self._rules.zone
            after = "available" if facts[5] == place.branch_id else "in_transit"
            due_on = datetime.fromisoformat(facts[16]).astimezone(zone).date()
            overdue = max(0, (now.astimezone(zone).date() - due_on).days)
            at = now.isoformat(timespec="microseconds")
            execute(CLOSE, (at, place.branch_id, facts[12]))
            execute(MARK, (after, facts[0]))
            data = returned_data(barcode, facts[2], after, overdue, facts[6:12])
            self._note("loan.closed", at, (facts[13], facts[0], facts[12]), data, key, mark)
            execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise
        return Returned(facts[2], after, facts[21], overdue)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _refuse_told(self, key: str) -> None:
        if self._cursor.execute(FIND_REQUEST, (key,)).fetchone() is not None:
            raise Refused("told before")

    def _note(
        self, kind: str, at: str, subjects: tuple[int, int, int], data: dict[str, object], key: str, mark: str
    ) -> None:
        place = self._place
        about = (act_id(), kind, at, ACTOR, place.branch_id, place.desk_id, *subjects)
        self._cursor.execute(WRITE, (*about, "card", msgspec.json.encode(data).decode(), key, mark))
