"""Acts that count days share one lock, and a change of opening days holds it alone.

Without it a loan could be made by the calendar of a moment ago, and stay due on a day that was closed meanwhile. Only
PostgreSQL needs it: on SQLite acts follow one another. Like the rows that an act locks, it ends with the transaction.
"""

from __future__ import annotations

from sqlalchemy import Text, cast, func, select
from sqlalchemy.sql.functions import Function

from db.statement import Statement

# One name among this database's advisory locks.
_DAYS = 0x6C696264

SHARE: Function[int] = func.length(cast(func.pg_advisory_xact_lock_shared(_DAYS), Text))
"""A column of the statement that locks what is lent, renewed or set aside: taken with it, without a round trip more."""

HOLD = Statement(select(func.length(cast(func.pg_advisory_xact_lock(_DAYS), Text))), int)
"""Wait for everybody who counts days now, and have whoever begins to wait until the new days stand."""
