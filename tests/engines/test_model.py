"""Whatever patrons and staff do, in whatever order: what must be true of a library is true after it.

Hypothesis draws acts and how much time passes between them; a simple model beside the library knows who has what, who
waits for what, and what was charged and paid. Acts may be refused, and then must change nothing. The doctor looks over
everything at the end. Longer runs are under `make soak`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from db.circulation import TransferReason
from db.money import Method
from db.tables import ENTRY, ITEM, LIBRARY, LOAN, PATRON, POLICY, REQUEST, TRANSFER
from libops.circulation import changing, lapsing, loans, lost, missing, placing, recalls, returns, transfers
from libops.doctor import examine
from libops.money import charges
from libops.refusals import Refusal
from tests.engines.conftest import clear
from tests.engines.town import (
    BOOK,
    CHILD,
    MORNING,
    OPERATOR,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    THIRD_BOOK,
    WEST_BOOK,
    Town,
    build,
)

A = TypeVar("A")

PEOPLE = (READER, OTHER_READER, CHILD)
LIMITS = {READER: 3, OTHER_READER: 3, CHILD: 1}
COPIES = (BOOK, OTHER_BOOK, THIRD_BOOK, WEST_BOOK)
DESKS = ("M1", "M2", "W1", "Y1")
PLACES = ("MAIN", "WEST", "YORK")
SPANS = (0, 1, 45, 60 * 24, 60 * 24 * 9, 60 * 24 * 40)
"""Minutes that may pass before an act."""


class Move(msgspec.Struct, frozen=True):
    """One act that somebody tries: which, by and with what, where, after how many minutes."""

    act: str
    patron: str
    item: str
    desk: str
    place: str
    number: int
    minutes: int


ACTS = (
    *("lend",) * 4,
    *("return",) * 4,
    *("place",) * 3,
    "renew",
    "renew_all",
    "recall",
    "cancel",
    "pickup",
    "suspend",
    "resume",
    "transfer",
    "lost",
    "claimed",
    "found",
    "missing",
    "pay",
    "waive",
    "tidy",
)
MOVES = st.builds(
    Move,
    act=st.sampled_from(ACTS),
    patron=st.sampled_from(PEOPLE),
    item=st.sampled_from(COPIES),
    desk=st.sampled_from(DESKS),
    place=st.sampled_from(PLACES),
    number=st.integers(0, 5),
    minutes=st.sampled_from(SPANS),
)


class Model:
    """What a simple mind knows: who has which item. Everything else is asked of the library and must fit to that."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.has: dict[str, str] = {}

    def play(self, move: Move) -> None:
        """Try an act. If it is refused nothing has changed; if not, the model knows what became of it."""
        self.town.clock.later(minutes=move.minutes)
        acts: dict[str, Callable[[Move], None]] = {name: getattr(self, f"_{name}") for name in set(ACTS)}
        before = self._state()
        try:
            acts[move.act](move)
        except Refusal:
            assert self._state() == before, f"{move} was refused and changed something"
        self._check()

    # --- acts -------------------------------------------------------------------------------------------------------

    def _lend(self, move: Move) -> None:
        holder = self._holder_of(move.item)
        lent = self._do(loans.check_out, move, patron_number=move.patron, barcode=move.item)
        assert self.has.get(move.item, move.patron) == move.patron, "lent while somebody else had it"
        assert holder in (None, move.patron), "lent although it was set aside for somebody else"
        assert lent.due_at >= self.town.clock()
        self.has[move.item] = move.patron

    def _return(self, move: Move) -> None:
        self._comes_back(move, self._do(returns.check_in, move, barcode=move.item))

    def _found(self, move: Move) -> None:
        owed = sum(self._owed().values())
        self._comes_back(move, self._do(lost.found_by_staff, move, barcode=move.item))
        assert sum(self._owed().values()) <= owed, "somebody was fined for what staff found"

    def _comes_back(self, move: Move, answer: returns.ReturnAnswer) -> None:
        assert answer.was_on_loan == (move.item in self.has)
        self.has.pop(move.item, None)
        again = self._do(returns.check_in, move, barcode=move.item)
        assert (again.outcome, again.changed) == (answer.outcome, False), "the same scan twice was not the same"

    def _renew(self, move: Move) -> None:
        was = self._due(move.item)
        self._do(loans.renew, move, barcode=move.item)
        assert was is not None
        assert (self._due(move.item) or was) > was, "a renewal shortened a loan"

    def _renew_all(self, move: Move) -> None:
        done = self._do(loans.renew_all, move, patron_number=move.patron)
        mine = {item for item, patron in self.has.items() if patron == move.patron}
        assert {one.barcode for one in done.renewed} | set(done.refused) == mine

    def _place(self, move: Move) -> None:
        wanted = {"patron_number": move.patron, "barcode": move.item, "pickup": move.place}
        self._do(placing.place, move, **wanted, item_level=move.number > 3)

    def _recall(self, move: Move) -> None:
        self._do(recalls.recall, move, patron_number=move.patron, barcode=move.item, pickup=move.place)

    def _cancel(self, move: Move) -> None:
        self._do(changing.cancel, move, request_id=self._some_request(move))

    def _pickup(self, move: Move) -> None:
        self._do(changing.change_pickup, move, request_id=self._some_request(move), pickup=move.place)

    def _suspend(self, move: Move) -> None:
        self._do(changing.suspend, move, request_id=self._some_request(move))

    def _resume(self, move: Move) -> None:
        self._do(changing.resume, move, request_id=self._some_request(move))

    def _transfer(self, move: Move) -> None:
        reason = TransferReason.MANUAL
        self._do(transfers.request_transfer, move, barcode=move.item, to=move.place, reason=reason)

    def _lost(self, move: Move) -> None:
        self._do(lost.declare_lost, move, barcode=move.item, price=5000)
        assert move.item in self.has

    def _claimed(self, move: Move) -> None:
        self._do(lost.claim_returned, move, barcode=move.item)
        assert move.item in self.has

    def _missing(self, move: Move) -> None:
        self._do(missing.mark_missing, move, barcode=move.item)
        assert move.item not in self.has

    def _pay(self, move: Move) -> None:
        owed = self._owed().get(move.patron, 0)
        amount = max(owed * (move.number + 1) // 6, 1)
        method = Method.CASH
        self._do(charges.pay, move, patron_number=move.patron, amount=amount, method=method)
        assert self._owed().get(move.patron, 0) == owed - amount
        self._forget_what_ended()

    def _waive(self, move: Move) -> None:
        rows = self.town.ask(select(ENTRY.c.id).where(ENTRY.c.charge_id.is_(None)).order_by(ENTRY.c.id))
        self._do(charges.waive, move, charge_id=rows[move.number % len(rows)][0] if rows else 0, note="why")
        self._forget_what_ended()

    def _tidy(self, move: Move) -> None:
        self._do(lapsing.expire_shelf, move, limit=10)
        self._do(lapsing.close_overdue_requests, move, limit=10)

    # --- what the library says ------------------------------------------------------------------------------------

    def _do(self, function: Callable[..., A], move: Move, **arguments: object) -> A:
        place = self.town.place(move.desk)
        with self.town.library.work(actor=OPERATOR, place=place) as work:
            return function(work, **arguments)

    def _state(self) -> list[object]:
        return [self.town.ask(select(table).order_by(table.c.id)) for table in (ITEM, LOAN, REQUEST, TRANSFER, ENTRY)]

    def _due(self, item: str) -> datetime | None:
        query = select(LOAN.c.due_at).join(ITEM, ITEM.c.id == LOAN.c.item_id)
        rows = self.town.ask(query.where(ITEM.c.barcode == item, LOAN.c.returned_at.is_(None)))
        return rows[0][0] if rows else None

    def _holder_of(self, item: str) -> str | None:
        query = (
            select(PATRON.c.number)
            .select_from(REQUEST.join(PATRON, PATRON.c.id == REQUEST.c.patron_id))
            .join(ITEM, ITEM.c.id == REQUEST.c.held_item_id)
            .where(ITEM.c.barcode == item, REQUEST.c.closed_at.is_(None))
            .where((REQUEST.c.shelf_until >= self.town.clock()) | REQUEST.c.shelf_until.is_(None))
        )
        rows = self.town.ask(query)
        return rows[0][0] if rows else None

    def _some_request(self, move: Move) -> int:
        rows = self.town.ask(select(REQUEST.c.id).order_by(REQUEST.c.id.desc()).limit(6))
        return int(rows[move.number % len(rows)][0]) if rows else 0

    def _owed(self) -> dict[str, int]:
        query = (
            select(PATRON.c.number, func.sum(ENTRY.c.amount))
            .join(ENTRY, ENTRY.c.patron_id == PATRON.c.id)
            .group_by(PATRON.c.number, func.coalesce(ENTRY.c.charge_id, ENTRY.c.id))
            .having(func.sum(ENTRY.c.amount) > 0)
        )
        owed: dict[str, int] = {}
        for number, left in self.town.ask(query):
            owed[number] = owed.get(number, 0) + int(left)
        return owed

    def _forget_what_ended(self) -> None:
        """A lost item that is paid for is nobody's loan any more."""
        still = {barcode for _, barcode in self.town.open_loans()}
        for item in set(self.has) - still:
            assert self.town.status_of(item) in ("lost_and_paid", "withdrawn"), f"{item} is nobody's and not paid for"
            del self.has[item]

    def _check(self) -> None:
        assert {barcode: number for number, barcode in self.town.open_loans()} == self.has
        for patron in PEOPLE:
            assert list(self.has.values()).count(patron) <= LIMITS[patron]


@pytest.fixture
def played(own_town: Town) -> Callable[[list[Move]], None]:
    """Plays moves in a library that is as it was founded, but for fines, recalls and the price of a lost book."""
    versions = itertools.count(10, 10)

    def play(moves: list[Move]) -> None:
        with own_town.library.database.act() as transaction:
            clear(transaction.connection)
        build(own_town.library.database)
        # Another library than the one before, in the same database: no version of its rules is one of that one's.
        own_town.change(update(LIBRARY).values(rules_version=next(versions)))
        terms = {"fine_amount": 10, "fine_cap": 500, "recall_minimum": 5, "refund_days": 30, "shelf_days": 3}
        own_town.change_rules(update(POLICY).values(**terms))
        own_town.clock.now = MORNING
        model = Model(own_town)
        for move in moves:
            model.play(move)
        assert examine(own_town.library) == []

    return play


def at_most(examples: int) -> settings:
    """So many libraries; what is found wrong is told as it was found, because making it smaller takes minutes."""
    return settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
        ],
    )


@at_most(25)
@given(moves=st.lists(MOVES, min_size=15, max_size=40))
def test_whatever_patrons_and_staff_do_the_library_stays_true(
    played: Callable[[list[Move]], None], moves: list[Move]
) -> None:
    played(moves)


@pytest.mark.soak
@at_most(1500)
@given(moves=st.lists(MOVES, min_size=20, max_size=120))
def test_whatever_patrons_and_staff_do_for_long_the_library_stays_true(
    played: Callable[[list[Move]], None], moves: list[Move]
) -> None:
    played(moves)
