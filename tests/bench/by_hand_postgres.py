"""The desk by hand on PostgreSQL, with psycopg."""

from __future__ import annotations

from datetime import datetime

import msgspec
import psycopg

from db.engine import BUSY_SECONDS
from libops.work import Place
from tests.bench import by_hand
from tests.bench.by_hand import (
    ACTOR,
    NOWS_BEFORE_LENDING,
    NOWS_BEFORE_RETURNING,
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

# The same statements, in the driver's own notation.
FIND_REQUEST, LENDING, RETURNING, LEND, MARK, SEE, CLOSE, SEND, WRITE = (
    statement.replace("?", "%s").encode()
    for statement in (
        by_hand.FIND_REQUEST,
        by_hand.LENDING.format(distinct="DISTINCT FROM"),
        by_hand.RETURNING,
        by_hand.LEND,
        by_hand.MARK,
        by_hand.SEE,
        by_hand.CLOSE,
        by_hand.SEND,
        by_hand.WRITE,
    )
)
LOCK_PATRON = """SELECT id FROM patron
WHERE id = (SELECT coalesce(merged_into_id, id) FROM patron WHERE number = %s) FOR NO KEY UPDATE"""
LOCK_COPY = """SELECT title.id FROM title JOIN item ON item.title_id = title.id
WHERE item.barcode = %s FOR NO KEY UPDATE OF title, item"""


class PostgresByHand:
    """One clerk with one connection; session settings as in ``db/engine.py``."""

    def __init__(self, address: str, place: Place, rules: FixedRules) -> None:
        self._connection = psycopg.connect(address)
        self._connection.execute("SELECT set_config('TimeZone', 'UTC', false)")
        self._connection.execute(f"SELECT set_config('lock_timeout', '{BUSY_SECONDS * 1000}', false)")
        self._connection.commit()
        self._cursor = self._connection.cursor()
        self._place = place
        self._rules = rules

    def check_out(self, patron: str, barcode: str, now: datetime, key: str) -> Lent:
        """Lend an item to a patron."""
        execute = self._cursor.execute
        mark = digest("loans.check_out", {"patron_number": patron, "barcode": barcode}, self._place.branch_id)
        try:
            self._refuse_told(key)
            execute(LOCK_PATRON, (patron,)).fetchone()
            execute(LOCK_COPY, (barcode,)).fetchone()
            facts = execute(LENDING, (*[now] * NOWS_BEFORE_LENDING, patron, barcode)).fetchone()
            if facts is None or facts[1] is None or facts[14] is None or facts[24] is not None:
                raise Refused("unknown or on loan")
            patron_id, category, expires, item, item_type = facts[1], facts[4], facts[6], facts[14], facts[18]
            today = now.astimezone(self._rules.zone).date()
            check_limits(self._rules, facts, expires, today)
            due = self._rules.due(category, item_type, facts[10], today, expires)
            place = self._place
            lent = (item, patron_id, place.branch_id, place.desk_id, "card", "available", now, due)
            (loan,) = execute(LEND, lent).fetchone() or (0,)
            execute(MARK, ("checked_out", item))
            data = lent_data(loan, facts, due, due.astimezone(self._rules.zone).date(), self._rules.zone_name)
            self._note("loan.opened", now, (patron_id, item, loan), data, key, mark)
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise
        return Lent(loan, facts[17], due, facts[3])

    def check_in(self, barcode: str, now: datetime, key: str) -> Returned:
        """Take an item back that is on loan."""
        execute = self._cursor.execute
        mark = digest("returns.check_in", {"barcode": barcode}, self._place.branch_id)
        try:
            self._refuse_told(key)
            execute(LOCK_COPY, (barcode,)).fetchone()
            facts = execute(RETURNING, (*[now] * NOWS_BEFORE_RETURNING, barcode)).fetchone()
            if facts is None or facts[15] is None or facts[29] is not None or facts[-4] is not None:
                raise Refused("unknown, not on loan, or for somebody")
            place, zone, item, home = self._place, self._rules.zone, facts[1], facts[6]
            after = "available" if home == place.branch_id else "in_transit"
            overdue = max(0, (now.astimezone(zone).date() - facts[19].astimezone(zone).date()).days)
            execute(CLOSE, (now, place.branch_id, facts[15]))
            sent = (item, place.branch_id, home, now, now)
            way = None if after == "available" else (execute(SEND, sent).fetchone() or (0,))[0]
            execute(SEE, (after, now, place.branch_id, item))
            data = returned_data(facts, after, overdue, self._rules.branches[home], way)
            self._note("loan.closed", now, (facts[16], item, facts[15]), data, key, mark)
            if way is not None:
                self._note("transfer.sent", now, (None, item, None), sent_data(way, home), None, None)
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise
        return Returned(facts[4], after, facts[27], overdue)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _refuse_told(self, key: str) -> None:
        if self._cursor.execute(FIND_REQUEST, (key,)).fetchone() is not None:
            raise Refused("told before")

    def _note(
        self,
        kind: str,
        now: datetime,
        subjects: tuple[int | None, int, int | None],
        data: dict[str, object],
        key: str | None,
        mark: str | None,
    ) -> None:
        place = self._place
        about = (act_id(), kind, now, ACTOR, place.branch_id, place.desk_id, *subjects)
        self._cursor.execute(WRITE, (*about, "card", msgspec.json.encode(data).decode(), key, mark))
