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

ACTOR = "staff:S0004"
END_OF_DAY = time.max

FIND_REQUEST = """
SELECT event.request_digest, event.data, patron.number, patron.name
FROM event LEFT JOIN patron ON patron.id = event.patron_id WHERE event.request_key = ?
"""
LENDING = """
SELECT library.rules_version, patron.id, patron.number, patron.name, patron.category_id, patron.status,
    patron.expires_on, patron_category.loans_limit, patron_category.overdue_limit,
    (SELECT count(*) FROM loan AS held WHERE held.patron_id = patron.id AND held.returned_at IS NULL),
    (SELECT count(*) FROM loan AS held JOIN item AS held_item ON held_item.id = held.item_id
        WHERE held.patron_id = patron.id AND held.returned_at IS NULL
            AND held_item.item_type_id = item.item_type_id),
    (SELECT count(*) FROM loan AS held
        WHERE held.patron_id = patron.id AND held.returned_at IS NULL AND held.due_at < ?),
    item.id, item.barcode, title.title, item.item_type_id, item.status,
    loan.id, loan.patron_id, loan.branch_id, loan.opened_at, loan.due_at, loan.renewals, loan.renewed_at
FROM library LEFT JOIN patron ON patron.number = ?
    LEFT JOIN patron_category ON patron_category.id = patron.category_id
    LEFT JOIN item ON item.barcode = ? LEFT JOIN title ON title.id = item.title_id
    LEFT JOIN loan ON loan.item_id = item.id AND loan.returned_at IS NULL
"""
RETURNING = """
SELECT item.id, item.barcode, title.title, item.item_type_id, item.status, branch.id, branch.code, branch.name_zh,
    branch.name_en, item.call_number, location.name_zh, location.name_en, loan.id, loan.patron_id, loan.branch_id,
    loan.opened_at, loan.due_at, loan.renewals, loan.renewed_at, loan.status_before, patron.number, patron.name,
    library.rules_version
FROM item JOIN title ON title.id = item.title_id JOIN branch ON branch.id = item.branch_id
    JOIN library ON library.id = 1 LEFT JOIN location ON location.id = item.location_id
    LEFT JOIN loan ON loan.item_id = item.id AND loan.returned_at IS NULL
    LEFT JOIN patron ON patron.id = loan.patron_id
WHERE item.barcode = ?
"""
LEND = """
INSERT INTO loan (item_id, patron_id, branch_id, desk_id, credential, status_before, opened_at, due_at, renewals)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) RETURNING id
"""
MARK = "UPDATE item SET status = ? WHERE id = ?"
CLOSE = "UPDATE loan SET returned_at = ?, returned_branch_id = ? WHERE id = ?"
WRITE = """
INSERT INTO event (act, kind, at, actor, branch_id, desk_id, patron_id, item_id, loan_id, credential, data, request_key,
    request_digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


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


def digest(act: str, arguments: dict[str, object], branch_id: int) -> str:
    """A mark of what was asked for, by whom and where, kept with the request key."""
    encoded = msgspec.json.encode([act, arguments, ACTOR, branch_id], order="deterministic")
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()


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
