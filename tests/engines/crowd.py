"""Many patrons with many loans and requests, all of which the night has something to do with; and its own story."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select

from db.catalogue import ItemStatus
from db.circulation import RequestKind, RequestStatus
from db.tables import BRANCH, CATEGORY, EVENT, ITEM, ITEM_TYPE, LOAN, PATRON, REQUEST, TITLE
from tests.engines.town import MORNING, Town, ids

FIRST = 1000
"""Numbers of the crowd's patrons and items begin here."""

Rows = list[dict[str, Any]]


class Crowd:
    """So many loans that are overdue by now, of which some count as lost; requests that lie or wait for too long.

    ``lost`` loans fell due a hundred days ago, the others yesterday. ``shelved`` copies lie at the main branch's hold
    shelf, ``waiting`` requests were needed by yesterday.
    """

    def __init__(self, town: Town, *, loans: int, lost: int, shelved: int, waiting: int) -> None:
        self._town = town
        self._branch = ids(town, BRANCH)["MAIN"]
        self._events: Rows = []
        self.loans, self.lost, self.shelved, self.waiting = loans, lost, shelved, waiting
        people = max(loans, shelved, waiting)
        patrons = self._write(PATRON, self._patrons(people))
        items = self._write(ITEM, self._items(loans, shelved))
        self._lend(patrons[:loans], items[:loans])
        self._ask(patrons, items[loans:])
        self._write(EVENT, self._events)

    def _write(self, table: Table, rows: Rows) -> list[int]:
        """Write rows; their ids, in order."""
        newest = select(table.c.id).order_by(table.c.id.desc()).limit(1)
        before = [row.id for row in self._town.ask(newest)]
        for start in range(0, len(rows), 500):
            self._town.change(insert(table).values(rows[start : start + 500]))
        return [row.id for row in self._town.ask(select(table.c.id).order_by(table.c.id)) if row.id > max([0, *before])]

    def _patrons(self, count: int) -> Rows:
        category = ids(self._town, CATEGORY)["reader"]
        common = {
            "category_id": category,
            "branch_id": self._branch,
            "status": "active",
            "note": "",
            "language": "zh",
            "expires_on": MORNING.date().replace(year=2040),
            "registered_at": MORNING,
        }
        return [{"number": f"P{FIRST + n}", "name": f"Reader {n}", **common} for n in range(count)]

    def _items(self, loans: int, shelved: int) -> Rows:
        common = {
            "title_id": ids(self._town, TITLE, "number")["T1"],
            "item_type_id": ids(self._town, ITEM_TYPE)["book"],
            "branch_id": self._branch,
            "seen_branch_id": self._branch,
            "call_number": "",
            "price": 5900,
        }
        lent, lying = {"status": ItemStatus.CHECKED_OUT}, {"status": ItemStatus.AWAITING_PICKUP}
        return [
            {"barcode": f"B{FIRST + n}", **common, **(lent if n < loans else lying)} for n in range(loans + shelved)
        ]

    def _lend(self, patrons: list[int], items: list[int]) -> None:
        opened = MORNING - timedelta(days=200)
        rows: Rows = []
        for place, (patron, item) in enumerate(zip(patrons, items, strict=True)):
            due = MORNING - timedelta(days=100 if place < self.lost else 1, microseconds=place)
            loan = {"item_id": item, "patron_id": patron, "branch_id": self._branch, "credential": "card"}
            rows.append({**loan, "status_before": "available", "opened_at": opened, "due_at": due, "renewals": 0})
        dues = [row["due_at"] for row in rows]
        for loan_id, patron, item, due in zip(self._write(LOAN, rows), patrons, items, dues, strict=True):
            self._tell("loan.opened", opened, {"due_at": _utc(due)}, patron_id=patron, item_id=item, loan_id=loan_id)

    def _ask(self, patrons: list[int], copies: list[int]) -> None:
        title = ids(self._town, TITLE, "number")["T1"]
        placed, over = MORNING - timedelta(days=90), MORNING - timedelta(days=1)
        blank = dict.fromkeys(("item_id", "held_item_id", "held_at", "shelf_until", "shelf_number", "ends_at"))
        common = {
            **blank,
            "kind": RequestKind.HOLD,
            "status": RequestStatus.OPEN,
            "title_id": title,
            "branch_id": self._branch,
            "placed_at": placed,
            "suspended": False,
            "note": "",
        }
        rows: Rows = []
        # A patron asks once for a title, and once for each copy of it.
        for patron, copy in zip(patrons, copies, strict=False):
            lies = {"status": RequestStatus.AWAITING_PICKUP, "item_id": copy, "held_item_id": copy, "held_at": placed}
            number = len(rows) + 1
            shelf = {"shelf_until": over, "shelf_number": number}
            rows.append({**common, **lies, **shelf, "patron_id": patron, "position": number})
        rows += [
            {**common, "patron_id": patron, "position": len(copies) + place, "ends_at": over}
            for place, patron in enumerate(patrons[: self.waiting], start=1)
        ]
        for request_id, row in zip(self._write(REQUEST, rows), rows, strict=True):
            subject = {"patron_id": row["patron_id"], "item_id": row["held_item_id"]}
            self._tell("hold.placed", placed, {"request": request_id}, **subject)
            if row["held_item_id"] is not None:
                shelf = {"request": request_id, "until": _utc(over), "number": row["shelf_number"]}
                self._tell("hold.shelved", placed, shelf, **subject)

    def _tell(self, kind: str, at: datetime, data: dict[str, Any], **subject: int | None) -> None:
        row = {"patron_id": None, "item_id": None, "loan_id": None, **subject}
        self._events.append(
            {"act": uuid.uuid4().hex, "kind": kind, "at": at, "actor": "staff:S2", "branch_id": self._branch}
            | {"data": data, "desk_id": None, "credential": "card"}
            | row
        )

    def left(self) -> Iterator[tuple[str, int]]:
        """How much the night still has to do, by what it is."""
        for name, query in (
            ("untold", select(LOAN.c.id).where(LOAN.c.overdue_told_at.is_(None), LOAN.c.lost_at.is_(None))),
            ("lying", select(REQUEST.c.id).where(REQUEST.c.status == RequestStatus.AWAITING_PICKUP)),
            ("old", select(LOAN.c.id).where(LOAN.c.due_at < MORNING - timedelta(days=50), LOAN.c.lost_at.is_(None))),
            ("waiting", select(REQUEST.c.id).where(REQUEST.c.status == RequestStatus.OPEN)),
        ):
            yield name, len(self._town.ask(query))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
