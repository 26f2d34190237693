"""The desk by hand on SQLite, with the standard library's driver."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime

import msgspec

from db.engine import BUSY_SECONDS
from libops.work import Place
from tests.bench import by_hand
from tests.bench.by_hand import (
    ACTOR,
    CLOSE,
    FIND_REQUEST,
    LEND,
    MARK,
    NOWS_BEFORE_LENDING,
    NOWS_BEFORE_RETURNING,
    SEE,
    SEND,
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
    sent_data,
)

LENDING, RETURNING = by_hand.LENDING.format(distinct="NOT"), by_hand.RETURNING


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
            facts = execute(LENDING, (*[at] * NOWS_BEFORE_LENDING, patron, barcode)).fetchone()
            if facts[1] is None or facts[14] is None or facts[24] is not None:
                raise Refused("unknown or on loan")
            patron_id, category, expires = facts[1], facts[4], date.fromisoformat(facts[6])
            item, item_type = facts[14], facts[18]
            today = now.astimezone(self._rules.zone).date()
            check_limits(self._rules, facts, expires, today)
            due = self._rules.due(category, item_type, facts[10], today, expires)
            place = self._place
            lent = (item, patron_id, place.branch_id, place.desk_id, "card", "available", at)
            (loan,) = execute(LEND, (*lent, due.isoformat(timespec="microseconds"))).fetchone()
            execute(MARK, ("checked_out", item))
            data = lent_data(loan, facts, due, due.astimezone(self._rules.zone).date(), self._rules.zone_name)
            self._note("loan.opened", at, (patron_id, item, loan), data, key, mark)
            execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise
        return Lent(loan, facts[17], due, facts[3])

    def check_in(self, barcode: str, now: datetime, key: str) -> Returned:
        """Take an item back that is on loan."""
        execute = self._cursor.execute
        mark = digest("returns.check_in", {"barcode": barcode}, self._place.branch_id)
        execute("BEGIN IMMEDIATE")
        try:
            self._refuse_told(key)
            at = now.isoformat(timespec="microseconds")
            facts = execute(RETURNING, (*[at] * NOWS_BEFORE_RETURNING, barcode)).fetchone()
            if facts is None or facts[15] is None or facts[29] is not None or facts[-4] is not None:
                raise Refused("unknown, not on loan, or for somebody")
            place, zone, item, home = self._place, self._rules.zone, facts[1], facts[6]
            after = "available" if home == place.branch_id else "in_transit"
            due_on = datetime.fromisoformat(facts[19]).astimezone(zone).date()
            overdue = max(0, (now.astimezone(zone).date() - due_on).days)
            execute(CLOSE, (at, place.branch_id, facts[15]))
            way = None if after == "available" else execute(SEND, (item, place.branch_id, home, at, at)).fetchone()[0]
            execute(SEE, (after, at, place.branch_id, item))
            data = returned_data(facts, after, overdue, self._rules.branches[home], way)
            self._note("loan.closed", at, (facts[16], item, facts[15]), data, key, mark)
            if way is not None:
                self._note("transfer.sent", at, (None, item, None), sent_data(way, home), None, None)
            execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise
        return Returned(facts[4], after, facts[27], overdue)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _refuse_told(self, key: str) -> None:
        if self._cursor.execute(FIND_REQUEST, (key,)).fetchone() is not None:
            raise Refused("told before")

    def _note(
        self,
        kind: str,
        at: str,
        subjects: tuple[int | None, int, int | None],
        data: dict[str, object],
        key: str | None,
        mark: str | None,
    ) -> None:
        place = self._place
        about = (act_id(), kind, at, ACTOR, place.branch_id, place.desk_id, *subjects)
        self._cursor.execute(WRITE, (*about, "card", msgspec.json.encode(data).decode(), key, mark))
