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

# The same statements, in the driver's own notation.
FIND_REQUEST, LENDING, RETURNING, LEND, MARK, CLOSE, WRITE = (
    statement.replace("?", "%s").encode()
    for statement in (
        by_hand.FIND_REQUEST,
        by_hand.LENDING,
        by_hand.RETURNING,
        by_hand.LEND,
        by_hand.MARK,
        by_hand.CLOSE,
        by_hand.WRITE,
    )
)
LOCK_PATRON = "SELECT id FROM patron WHERE number = %s FOR NO KEY UPDATE"
LOCK_ITEM = "SELECT id FROM item WHERE barcode = %s FOR NO KEY UPDATE"


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
            execute(LOCK_ITEM, (barcode,)).fetchone()
            facts = execute(LENDING, (now, patron, barcode)).fetchone()
            if facts is None or facts[1] is None or facts[12] is None or facts[17] is not None:
                raise Refused("unknown or on loan")
            if facts[16] not in ("available", "in_transit"):
                raise Refused(facts[16])
            patron_id, category, expires, item, item_type = facts[1], facts[4], facts[6], facts[12], facts[15]
            today = now.astimezone(self._rules.zone).date()
            check_limits(facts[5], expires, today, facts[9], facts[7], facts[11], facts[8])
            due = self._rules.due(category, item_type, facts[10], today, expires)
            place = self._place
            lent = (item, patron_id, place.branch_id, place.desk_id, "card", "available", now, due)
            (loan,) = execute(LEND, lent).fetchone() or (0,)
            execute(MARK, ("checked_out", item))
            data = lent_data(loan, barcode, facts[14], due, due.astimezone(self._rules.zone).date())
            self._note("loan.opened", now, (patron_id, item, loan), data, key, mark)
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise
        return Lent(loan, facts[14], due, facts[3])

    def check_in(self, barcode: str, now: datetime, key: str) -> Returned:
        """Take an item back that is on loan."""
        execute = self._cursor.execute
        mark = digest("returns.check_in", {"barcode": barcode}, self._place.branch_id)
        try:
            self._refuse_told(key)
            execute(LOCK_ITEM, (barcode,)).fetchone()
            facts = execute(RETURNING, (barcode,)).fetchone()
            if facts is None or facts[12] is None:
                raise Refused("unknown or not on loan")
            place, zone = self._place, self._rules.zone
            after = "available" if facts[5] == place.branch_id else "in_transit"
            overdue = max(0, (now.astimezone(zone).date() - facts[16].astimezone(zone).date()).days)
            execute(CLOSE, (now, place.branch_id, facts[12]))
            execute(MARK, (after, facts[0]))
            data = returned_data(barcode, facts[2], after, overdue, facts[6:12])
            self._note("loan.closed", now, (facts[13], facts[0], facts[12]), data, key, mark)
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise
        return Returned(facts[2], after, facts[21], overdue)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _refuse_told(self, key: str) -> None:
        if self._cursor.execute(FIND_REQUEST, (key,)).fetchone() is not None:
            raise Refused("told before")

    def _note(
        self, kind: str, now: datetime, subjects: tuple[int, int, int], data: dict[str, object], key: str, mark: str
    ) -> None:
        place = self._place
        about = (act_id(), kind, now, ACTOR, place.branch_id, place.desk_id, *subjects)
        self._cursor.execute(WRITE, (*about, "card", msgspec.json.encode(data).decode(), key, mark))
