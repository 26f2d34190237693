"""A desk written by hand for one purpose: the fewest lines of Python between a card, a book and the bare driver.

It does what the acts of the domain do and leaves the same rows, with policy and calendar fixed when it opens. Both
drivers share what happens between their statements.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

ACTOR = "staff:S0004"
END_OF_DAY = time.max
CURRENCY = "CNY"

FIND_REQUEST = """
SELECT event.request_digest, event.data, patron.number, patron.name
FROM event LEFT JOIN patron ON patron.id = event.patron_id WHERE event.request_key = ?
"""
_WAITS = """{0}.closed_at IS NULL AND {0}.held_item_id IS NULL
    AND ({0}.starts_at IS NULL OR {0}.starts_at <= ?) AND ({0}.ends_at IS NULL OR {0}.ends_at >= ?)
    AND (NOT {0}.suspended OR {0}.suspended_until <= ?)
    AND {0}.title_id = item.title_id AND ({0}.item_id IS NULL OR {0}.item_id = item.id)"""
_LOAN = """loan.id, loan.patron_id, loan.branch_id, loan.opened_at, loan.due_at, loan.renewals, loan.renewed_at,
    loan.status_before, loan.lost_at, loan.lost_as, loan.recalled_at"""
_HELD = "request.id, request.patron_id, request.branch_id, request.status, request.shelf_until"
_WAY = """transfer.id, transfer.from_branch_id, transfer.to_branch_id, transfer.reason, transfer.status,
    transfer.request_id, transfer.sent_at"""
_CLAIMS = """
    LEFT JOIN request ON request.held_item_id = item.id AND request.closed_at IS NULL
    LEFT JOIN transfer ON transfer.item_id = item.id AND transfer.ended_at IS NULL
"""
LENDING = f"""
SELECT library.rules_version, patron.id, patron.number, patron.name, patron.category_id, patron.status,
    patron.expires_on, patron_category.loans_limit, patron_category.deposit,
    (SELECT count(*) FROM loan AS held WHERE held.patron_id = patron.id AND held.returned_at IS NULL),
    (SELECT count(*) FROM loan AS held JOIN item AS held_item ON held_item.id = held.item_id
        WHERE held.patron_id = patron.id AND held.returned_at IS NULL
            AND held_item.item_type_id = item.item_type_id),
    (SELECT count(*) FROM loan AS held WHERE held.patron_id = patron.id AND held.returned_at IS NULL
        AND held.due_at < ? AND held.lost_as IS DISTINCT FROM 'claimed'),
    (SELECT coalesce(sum(one.amount), 0) FROM (SELECT sum(entry.amount) AS amount FROM entry
        WHERE entry.patron_id = patron.id AND entry.account = 'fees' GROUP BY coalesce(entry.charge_id, entry.id)
        HAVING sum(entry.amount) > 0) AS one),
    (SELECT -coalesce(sum(entry.amount), 0) FROM entry
        WHERE entry.patron_id = patron.id AND entry.account = 'deposit'),
    item.id, item.barcode, item.title_id, title.title, item.item_type_id, item.branch_id, item.status, item.parts,
    item.damage, item.missing_parts, {_LOAN}, {_HELD}, {_WAY},
    (SELECT own.id FROM request AS own WHERE own.patron_id = patron.id AND {_WAITS.format("own")}
        ORDER BY own.position, own.id LIMIT 1),
    (SELECT count(*) FROM request AS other WHERE {_WAITS.format("other")} AND other.patron_id <> patron.id
        AND ((SELECT min(mine.position) FROM request AS mine
                WHERE mine.patron_id = patron.id AND {_WAITS.format("mine")}) IS NULL
            OR other.position < (SELECT min(mine.position) FROM request AS mine
                WHERE mine.patron_id = patron.id AND {_WAITS.format("mine")}))),
    (SELECT count(*) FROM request AS other WHERE {_WAITS.format("other")} AND other.patron_id <> patron.id
        AND other.item_id = item.id
        AND ((SELECT min(mine.position) FROM request AS mine
                WHERE mine.patron_id = patron.id AND {_WAITS.format("mine")}) IS NULL
            OR other.position < (SELECT min(mine.position) FROM request AS mine
                WHERE mine.patron_id = patron.id AND {_WAITS.format("mine")}))),
    (SELECT count(*) FROM (SELECT spare.id FROM item AS spare WHERE spare.title_id = item.title_id
        AND spare.id <> item.id AND spare.item_type_id = item.item_type_id
        AND spare.status = 'available' LIMIT 50) AS spare)
FROM library LEFT JOIN patron AS card ON card.number = ?
    LEFT JOIN patron ON patron.id = coalesce(card.merged_into_id, card.id)
    LEFT JOIN patron_category ON patron_category.id = patron.category_id
    LEFT JOIN item ON item.barcode = ? LEFT JOIN title ON title.id = item.title_id
    LEFT JOIN loan ON loan.item_id = item.id AND loan.returned_at IS NULL {_CLAIMS}
""".replace("IS DISTINCT FROM", "IS {distinct}")
RETURNING = f"""
SELECT library.rules_version, item.id, item.barcode, item.title_id, title.title, item.item_type_id, item.branch_id,
    item.status, item.parts, item.damage, item.missing_parts, item.seen_at, item.call_number, location.name_zh,
    location.name_en, {_LOAN}, patron.number, patron.name, patron.category_id, {_HELD}, holder.category_id,
    request.shelf_number, {_WAY}, next.id, next.patron_id, next.branch_id, next_patron.category_id
FROM item JOIN title ON title.id = item.title_id JOIN library ON library.id = 1
    LEFT JOIN location ON location.id = item.location_id
    LEFT JOIN loan ON loan.item_id = item.id AND loan.returned_at IS NULL
    LEFT JOIN patron ON patron.id = loan.patron_id {_CLAIMS}
    LEFT JOIN patron AS holder ON holder.id = request.patron_id
    LEFT JOIN request AS next ON next.id = (SELECT queue.id FROM request AS queue WHERE {_WAITS.format("queue")}
        ORDER BY queue.position, queue.id LIMIT 1)
    LEFT JOIN patron AS next_patron ON next_patron.id = next.patron_id
WHERE item.barcode = ?
"""
NOWS_BEFORE_LENDING, NOWS_BEFORE_RETURNING = 1 + 7 * 3, 3
"""How often the moment stands in each of them, always before the codes."""
LEND = """
INSERT INTO loan (item_id, patron_id, branch_id, desk_id, credential, status_before, opened_at, due_at, renewals)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) RETURNING id
"""
MARK = "UPDATE item SET status = ? WHERE id = ?"
SEE = "UPDATE item SET status = ?, seen_at = ?, seen_branch_id = ? WHERE id = ?"
CLOSE = "UPDATE loan SET returned_at = ?, returned_branch_id = ?, closed_as = 'returned' WHERE id = ?"
SEND = """
INSERT INTO transfer (item_id, from_branch_id, to_branch_id, reason, status, requested_at, sent_at, note)
VALUES (?, ?, ?, 'return_home', 'sent', ?, ?, '') RETURNING id
"""
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
        owes: int | None,
        overdue: dict[int, int],
        branches: dict[int, tuple[str, str, str]],
    ) -> None:
        self.zone_name = zone
        self.zone = ZoneInfo(zone)
        self.owes, self.overdue, self.branches = owes, overdue, branches
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


def check_limits(rules: FixedRules, facts: tuple[Any, ...], expires: date, today: date) -> None:
    """Refuse a patron who may not borrow, and an item that others have a better claim to."""
    category, status, most, deposit_needed, loans, _, overdue, owes, deposit = (
        facts[at] for at in (4, 5, *range(7, 14))
    )
    if status != "active":
        raise Refused("blocked")
    if expires < today:
        raise Refused("expired")
    if category in rules.overdue and overdue >= rules.overdue[category]:
        raise Refused("overdue")
    if rules.owes is not None and owes >= rules.owes:
        raise Refused("owes")
    if deposit < deposit_needed:
        raise Refused("deposit")
    if loans >= most:
        raise Refused("limit")
    if facts[20] not in ("available", "in_transit"):
        raise Refused(facts[20])
    if facts[35] is not None or facts[48] > facts[49]:
        raise Refused("somebody else's")


def lent_data(loan: int, facts: tuple[Any, ...], due: datetime, due_on: date, zone: str) -> dict[str, object]:
    """What the journal keeps of a check-out, with the answer that was given."""
    return {
        "due_at": due.isoformat(),
        "status_before": facts[20],
        "overridden": [],
        "allowed_by": None,
        "answer": {
            "patron_number": None,
            "patron_name": None,
            "outcome": "lent",
            "loan_id": loan,
            "barcode": facts[15],
            "title": facts[17],
            "due_at": due,
            "due_on": due_on,
            "zone": zone,
            "hourly": False,
            "was_due_at": None,
            "was_due_on": None,
            "renewals": 0,
            "overridden": (),
            "fine": 0,
            "currency": CURRENCY,
            "filled": False,
            "parts": facts[21],
            "damage": facts[22],
            "missing_parts": facts[23],
        },
    }


def returned_data(
    facts: tuple[Any, ...], after: str, overdue: int, branch: tuple[str, str, str], transfer: int | None
) -> dict[str, object]:
    """What the journal keeps of a check-in."""
    code, branch_zh, branch_en = branch
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
            "barcode": facts[2],
            "title": facts[4],
            "status": after,
            "branch_code": code,
            "branch_zh": branch_zh,
            "branch_en": branch_en,
            "location_zh": facts[13] or "",
            "location_en": facts[14] or "",
            "call_number": facts[12],
            "days_overdue": overdue,
            "item_id": facts[1],
            "loan_id": facts[15],
            "currency": CURRENCY,
            "fine": 0,
            "cancelled": 0,
            "to_refund": 0,
            "was_lost": False,
            "used_in_house": False,
            "arrived": False,
            "backdated_to": None,
            "hold": None,
            "transfer_id": transfer,
            "parts": facts[8],
            "damage": facts[9],
            "missing_parts": facts[10],
        },
    }


def sent_data(transfer: int, home: int) -> dict[str, object]:
    """What the journal keeps of an item that is sent home."""
    return {"transfer": transfer, "to": home, "reason": "return_home"}
