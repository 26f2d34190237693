"""A desk written by hand for one purpose: the fewest lines of Python between a card, a book and the bare driver.

It does what the acts of the domain do and leaves the same rows, with policy and calendar fixed when it opens. Both
drivers share what happens between their statements.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from libops.work import Place

ACTOR = "staff:S0004"
END_OF_DAY = time(23, 59, 59)


class Refused(Exception):
    """The desk said no."""


class FixedRules:
    """Loan days and limits by category and item type, and the days on which the branch is closed."""

    def __init__(
        self,
        zone: str,
        days: dict[tuple[int, int], tuple[bool, int, int | None]],
        weekdays: set[int],
        dated: dict[date, bool],
    ) -> None:
        self.zone = ZoneInfo(zone)
        self._days = days
        self._weekdays = weekdays
        self._dated = dated

    def due(self, category: int, item_type: int, of_type: int, today: date, expires: date) -> datetime:
        """When a loan falls due; ``Refused`` where there is none."""
        lendable, days, most = self._days[category, item_type]
        if not lendable:
            raise Refused("not lendable")
        if most is not None and of_type >= most:
            raise Refused("type limit")
        day = today + timedelta(days=days)
        while not self._dated.get(day, day.weekday() in self._weekdays):
            day += timedelta(days=1)
        return datetime.combine(min(day, expires), END_OF_DAY, self.zone).astimezone(UTC)


class Lent(msgspec.Struct):
    """What lending answers."""

    loan_id: int
    title: str
    due_at: datetime
    patron_name: str


class Returned(msgspec.Struct):
    """What a return answers."""

    title: str
    status: str
    patron_name: str | None
    days_overdue: int


def digest(act: str, arguments: dict[str, object]) -> str:
    """A mark of what was asked for, kept with the request key."""
    return hashlib.blake2b(msgspec.json.encode([act, arguments], order="deterministic"), digest_size=16).hexdigest()


def act_id() -> str:
    """A new number for an act."""
    return uuid.uuid4().hex


def check_limits(
    status: str, expires: date, today: date, loans: int, most: int, overdue: int, most_overdue: int | None
) -> None:
    """Refuse a patron who may not borrow."""
    if status != "active":
        raise Refused("blocked")
    if expires < today:
        raise Refused("expired")
    if most_overdue is not None and overdue >= most_overdue:
        raise Refused("overdue")
    if loans >= most:
        raise Refused("limit")


def lent_data(loan: int, barcode: str, title: str, due: datetime, due_on: date) -> dict[str, object]:
    """What the journal keeps of a check-out, with the answer that was given."""
    return {
        "due_at": due.isoformat(),
        "overridden": [],
        "allowed_by": None,
        "answer": {
            "patron_number": None,
            "patron_name": None,
            "outcome": "lent",
            "loan_id": loan,
            "barcode": barcode,
            "title": title,
            "due_at": due,
            "due_on": due_on,
            "was_due_on": None,
            "renewals": 0,
            "overridden": (),
        },
    }


def returned_data(
    barcode: str, title: str, after: str, overdue: int, home: tuple[str, str, str, str, str | None, str | None]
) -> dict[str, object]:
    """What the journal keeps of a check-in; ``home`` is the branch, the call number and the location."""
    code, branch_zh, branch_en, call_number, location_zh, location_en = home
    return {
        "status": after,
        "days_overdue": overdue,
        "answer": {
            "patron_number": None,
            "patron_name": None,
            "outcome": "shelve" if after == "available" else "send",
            "changed": True,
            "was_on_loan": True,
            "was_missing": False,
            "barcode": barcode,
            "title": title,
            "status": after,
            "branch_code": code,
            "branch_zh": branch_zh,
            "branch_en": branch_en,
            "location_zh": location_zh or "",
            "location_en": location_en or "",
            "call_number": call_number,
            "days_overdue": overdue,
        },
    }
