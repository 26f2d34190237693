"""One morning at the desk of a sample library: who comes, what they bring and take, and what goes wrong on the way.

The script is made from what the library holds at that moment, so a second morning returns and renews what the first
one lent. It is the same for the same library and day.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import bindparam, func, select

from db.catalogue import ItemStatus
from db.database import Transaction
from db.people import PatronStatus
from db.statement import Statement
from db.tables import EVENT, ITEM, LOAN, PATRON, TITLE
from libops.circulation import rules
from libops.work import Place

DAYS_BACK = 21
"""The first morning lies this many days before the day it is asked for, so that later ones find overdue loans."""


class Station(StrEnum):
    """Where in the branch a code is scanned."""

    DESK = "desk"
    BOOK_DROP = "book_drop"


class Step(msgspec.Struct, frozen=True):
    """One symbol before one reader; ``twice`` means that the reader reports it twice."""

    station: Station
    code: str
    twice: bool = False


class Morning(msgspec.Struct, frozen=True):
    """A day, when it begins (UTC), and what is scanned, in order."""

    day: date
    begins: datetime
    steps: list[Step]


class _Text(msgspec.Struct, frozen=True):
    value: str


class _Last(msgspec.Struct, frozen=True):
    at: datetime | None


class _Open(msgspec.Struct, frozen=True):
    barcode: str
    number: str


_LAST = Statement(select(func.max(EVENT.c.at)), _Last)
_PATRONS = Statement(
    select(PATRON.c.number)
    .where(PATRON.c.status == PatronStatus.ACTIVE, PATRON.c.expires_on > bindparam("day"))
    .order_by(PATRON.c.number),
    _Text,
)
_STOPPED = Statement(
    select(PATRON.c.number)
    .where((PATRON.c.status == PatronStatus.BLOCKED) | (PATRON.c.expires_on < bindparam("day")))
    .order_by(PATRON.c.number),
    _Text,
)
# One copy of each title: nobody carries the same book home twice.
_ITEMS = Statement(
    select(func.min(ITEM.c.barcode))
    .where(ITEM.c.status == bindparam("status"), ITEM.c.branch_id == bindparam("branch"))
    .group_by(ITEM.c.title_id)
    .order_by(ITEM.c.title_id),
    _Text,
)
_OPEN = Statement(
    select(ITEM.c.barcode, PATRON.c.number)
    .select_from(LOAN.join(ITEM, ITEM.c.id == LOAN.c.item_id).join(PATRON, PATRON.c.id == LOAN.c.patron_id))
    .where(LOAN.c.returned_at.is_(None))
    .order_by(LOAN.c.id),
    _Open,
)
_ISBN = Statement(select(TITLE.c.isbn).where(TITLE.c.isbn.is_not(None)).order_by(TITLE.c.id).limit(1), _Text)


def next_morning(transaction: Transaction, place: Place, today: date) -> Morning:
    """The morning after the last one that was played; the first lies three weeks back. Always on an open day."""
    calendar = rules.load(transaction, 0).calendars[place.branch_id]
    last = transaction.one(_LAST).at
    start = today - timedelta(days=DAYS_BACK) if last is None else calendar.local_day(last) + timedelta(days=1)
    day = calendar.open_day_from(start) or start
    begins = datetime.combine(day, time(8, 30), place.zone).astimezone(UTC)
    return Morning(day, begins, _Script(transaction, place, day).steps())


class _Script:
    def __init__(self, transaction: Transaction, place: Place, day: date) -> None:
        self._dice = random.Random(day.toordinal())  # noqa: S311 - no secret: the same day is to play the same way
        self._patrons = [row.value for row in transaction.all(_PATRONS, day=day)]
        self._stopped = [row.value for row in transaction.all(_STOPPED, day=day)]
        self._shelf = [
            row.value for row in transaction.all(_ITEMS, status=ItemStatus.AVAILABLE, branch=place.branch_id)
        ]
        self._reference = [
            row.value for row in transaction.all(_ITEMS, status=ItemStatus.RESTRICTED, branch=place.branch_id)
        ]
        self._open = transaction.all(_OPEN)
        self._isbn = transaction.maybe(_ISBN)
        self._dice.shuffle(self._shelf)

    def steps(self) -> list[Step]:
        """Twelve visits to the desk, with the book drop emptied in between."""
        drops = [Step(Station.BOOK_DROP, loan.barcode) for loan in self._returned()]
        visits = [self._visit(number, turn) for turn, number in enumerate(self._dice.sample(self._patrons, 12))]
        visits.insert(5, self._stopped_visit())
        visits.insert(8, self._renewing_visit({drop.code for drop in drops}))
        steps: list[Step] = []
        share = -(-len(drops) // len(visits))
        for turn, visit in enumerate(visits):
            steps += visit + drops[turn * share : (turn + 1) * share]
        return steps

    def _returned(self) -> list[_Open]:
        return [loan for loan in self._open if self._dice.random() < 0.55]

    def _visit(self, number: str, turn: int) -> list[Step]:
        books = [self._shelf.pop() for _ in range(min(self._dice.randint(1, 4), len(self._shelf)))]
        steps = [Step(Station.DESK, code) for code in (number, *books)]
        mishaps = {2: self._double_read, 4: self._wrong_label, 6: self._isbn_scanned, 9: self._reference_copy}
        return mishaps[turn](steps) if turn in mishaps else steps

    def _double_read(self, steps: list[Step]) -> list[Step]:
        return [*steps[:-1], Step(Station.DESK, steps[-1].code, twice=True)]

    def _wrong_label(self, steps: list[Step]) -> list[Step]:
        # One digit misread: the check digit no longer fits.
        code = steps[-1].code
        wrong = code[:-1] + str((int(code[-1]) + 1) % 10) if code.isdigit() else code + "0"
        return [*steps[:-1], Step(Station.DESK, wrong), steps[-1]]

    def _isbn_scanned(self, steps: list[Step]) -> list[Step]:
        isbn = [] if self._isbn is None else [Step(Station.DESK, self._isbn.value)]
        return [*steps[:-1], *isbn, steps[-1]]

    def _reference_copy(self, steps: list[Step]) -> list[Step]:
        return [*steps, *(Step(Station.DESK, barcode) for barcode in self._reference[:1])]

    def _stopped_visit(self) -> list[Step]:
        if not self._stopped or not self._shelf:
            return []
        return [Step(Station.DESK, self._dice.choice(self._stopped)), Step(Station.DESK, self._shelf[-1])]

    def _renewing_visit(self, dropped: set[str]) -> list[Step]:
        kept = [loan for loan in self._open if loan.barcode not in dropped]
        if not kept:
            return []
        number = kept[0].number
        return [
            Step(Station.DESK, number),
            *(Step(Station.DESK, loan.barcode) for loan in kept if loan.number == number),
        ]
