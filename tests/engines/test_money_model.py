"""Whatever is charged, paid, waived, taken off and paid back, in any order: the account says what simple sums say."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from db.money import Method
from db.tables import ENTRY, ITEM, LOAN, PATRON
from libops.money import charges, lost_fees
from libops.refusals import Refusal
from libops.work import Answer, Work, act
from tests.engines.at_till import account, charge, faults, pay, refund, waive
from tests.engines.town import BOOK, OTHER_READER, SUPERVISOR, Town, ids

NUMBERS = count(1000)
OWN = ""
"""The patron themselves, where somebody pays or is paid back."""


class TakenOff(Answer, frozen=True, kw_only=True):
    """What was charged for a lost item, or taken off again."""

    amount: int
    to_refund: int = 0


@act("test.lose", TakenOff)
def lose(work: Work, *, patron_id: int, loan_id: int, item_id: int, price: int, fee: int) -> TakenOff:
    """Charge for a lost item, as circulation does within its own acts."""
    amount = lost_fees.charge_lost(
        work, patron_id=patron_id, item_id=item_id, loan_id=loan_id, price=price, processing_fee=fee
    )
    return TakenOff(amount=amount)


@act("test.give_back", TakenOff)
def give_back(work: Work, *, loan_id: int) -> TakenOff:
    """Take what the lost item was to cost off again, as circulation does when it comes back."""
    back = lost_fees.give_back_lost(work, loan_id=loan_id)
    return TakenOff(amount=back.cancelled, to_refund=back.to_refund)


def first_of(*reasons: tuple[str, bool]) -> str:
    """The code of the first reason that holds; empty where none does."""
    return next((code for code, holds in reasons if holds), "")


class Sums:
    """One charge, as a clerk with paper and pencil would keep it."""

    def __init__(self, number: int, amount: int, *, lost: bool = False) -> None:
        self.number = number
        self.amount = amount
        self.lost = lost
        self.off = 0
        self.paid: dict[str, int] = {}

    @property
    def total_paid(self) -> int:
        return sum(self.paid.values())

    @property
    def left(self) -> int:
        return self.amount - self.off - self.total_paid


Step = tuple[str, int, int | None, str]
"""What is done, to which charge, how much of it (None: all), by or for whom."""

STEPS: st.SearchStrategy[Step] = st.tuples(
    st.sampled_from(["charge", "lose", "pay", "pay", "pay one", "waive", "cancel", "give back", "refund", "refund"]),
    st.integers(0, 5),
    st.one_of(st.none(), st.integers(-1, 400)),
    st.sampled_from([OWN, OWN, OTHER_READER]),
)


class Clerk:
    """Does each step at the desk and on paper; both must come to the same."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.number = f"P{next(NUMBERS)}"
        with town.library.database.act() as transaction:
            like = transaction.connection.execute(select(PATRON).where(PATRON.c.number == OTHER_READER)).one()
            row = {key: value for key, value in like._mapping.items() if key != "id"}
            transaction.connection.execute(insert(PATRON).values({**row, "number": self.number}))
        self.patron_id = ids(town, PATRON, "number")[self.number]
        town.lend(self.number, BOOK)
        self.loan_id = int(town.ask(select(func.max(LOAN.c.id)))[0][0])
        self.item_id = ids(town, ITEM, "barcode")[BOOK]
        self.sums: list[Sums] = []
        self.in_hand = 0
        # Without these most of what happens at random would be refused.
        self._charge(120)
        self._lose(500)

    def do(self, step: Step) -> None:
        """One step; a refusal is what the paper says it is."""
        what, which, amount, who = step
        one = self.sums[which % len(self.sums)]
        doing: dict[str, Callable[[], object]] = {
            "charge": lambda: self._charge(amount),
            "lose": lambda: self._lose(abs(amount or 0)),
            "pay": lambda: self._pay(self.sums, (), amount, who),
            "pay one": lambda: self._pay([one], (one.number,), amount, who),
            "waive": lambda: self._waive(one, amount),
            "cancel": lambda: self._cancel(one),
            "refund": lambda: self._refund(one, amount, who),
            "give back": self._give_back,
        }
        doing[what]()
        self.compare()

    def compare(self) -> None:
        """The account against the paper."""
        view = account(self.town, self.number)
        assert {one.charge_id: one.left for one in view.charges} == {
            one.number: one.left for one in self.sums if one.left > 0
        }
        assert view.owed == sum(max(0, one.left) for one in self.sums)
        assert view.balance == sum(one.left for one in self.sums)
        assert {(one.charge_id, one.payer_number): one.amount for one in view.refunds} == {
            (one.number, who or self.number): paid
            for one in self.sums
            if one.left < 0
            for who, paid in one.paid.items()
            if paid
        }
        moved = select(func.coalesce(func.sum(ENTRY.c.amount), 0)).where(
            ENTRY.c.patron_id == self.patron_id, ENTRY.c.method.is_not(None)
        )
        assert -int(self.town.ask(moved)[0][0]) == self.in_hand >= 0

    def _expect(self, code: str, doing: Callable[[], object]) -> bool:
        """Do it; whether it was done, which it must be unless a code says why not."""
        try:
            doing()
        except Refusal as refusal:
            if [reason.code for reason in refusal.reasons] != [code]:
                raise
            return False
        assert not code, f"not refused: {code}"
        return True

    def _charge(self, amount: int | None) -> None:
        asked = amount or 0
        code = "" if asked > 0 else "money.amount"
        if self._expect(code, lambda: charge(self.town, asked, patron=self.number)):
            self.sums.append(Sums(self._newest(), asked))

    def _lose(self, price: int) -> None:
        answer: TakenOff = self.town.act(
            lose, patron_id=self.patron_id, loan_id=self.loan_id, item_id=self.item_id, price=price, fee=7
        )
        assert answer.amount == price + 7
        newest = self._newest()
        if price:
            self.sums.append(Sums(newest - 1, price, lost=True))
        self.sums.append(Sums(newest, 7))

    def _newest(self) -> int:
        return int(self.town.ask(select(func.max(ENTRY.c.id)))[0][0])

    def _pay(self, wanted: list[Sums], chosen: tuple[int, ...], amount: int | None, who: str) -> None:
        to_pay = [one for one in wanted if one.left > 0]
        left = sum(one.left for one in to_pay)
        paid = max(1, left) if amount is None else amount
        code = first_of(("money.amount", paid <= 0), ("money.already_paid", left == 0), ("money.too_much", paid > left))
        if not self._expect(code, lambda: pay(self.town, paid, *chosen, patron=self.number, payer=who or None)):
            return
        self.in_hand += paid
        for one in to_pay:
            share = min(paid, one.left)
            if share:
                one.paid[who] = one.paid.get(who, 0) + share
            paid -= share
        assert paid == 0

    def _waive(self, one: Sums, amount: int | None) -> None:
        off = one.left if amount is None else amount
        code = first_of(
            ("money.already_paid", one.left <= 0), ("money.amount", off <= 0), ("money.too_much", off > one.left)
        )
        if self._expect(code, lambda: waive(self.town, one.number, amount)):
            one.off += off

    def _cancel(self, one: Sums) -> None:
        code = first_of(("money.charge_paid", one.total_paid > 0), ("money.already_paid", one.left <= 0))
        if self._expect(code, lambda: self.town.act(charges.cancel_charge, by=SUPERVISOR, charge_id=one.number)):
            one.off = one.amount

    def _give_back(self) -> None:
        answer: TakenOff = self.town.act(give_back, loan_id=self.loan_id)
        stand = [one for one in self.sums if one.lost and one.off < one.amount]
        assert answer.amount == sum(one.amount - one.off for one in stand)
        assert answer.to_refund == sum(one.total_paid for one in stand)
        for one in stand:
            one.off = one.amount

    def _refund(self, one: Sums, amount: int | None, who: str) -> None:
        to = {who: one.paid.get(who, 0)} if who else one.paid
        due = sum(to.values()) if one.left < 0 else 0
        given = due if amount is None else amount
        code = first_of(
            ("money.nothing_to_refund", due == 0), ("money.amount", given <= 0), ("money.refund_too_much", given > due)
        )
        if not self._expect(code, lambda: refund(self.town, one.number, amount, payer=who or None, method=Method.CASH)):
            return
        self.in_hand -= given
        for payer, paid in list(to.items()):
            one.paid[payer] = paid - min(given, paid)
            given -= min(given, paid)
        assert given == 0


def at_most(examples: int) -> settings:
    """So many patrons; what is found wrong is told as it was found, because making it smaller takes minutes."""
    return settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def play(town: Town, steps: list[Step]) -> None:
    """Do all steps with a patron of their own."""
    clerk = Clerk(town)
    try:
        for step in steps:
            clerk.do(step)
    finally:
        town.take_back(BOOK)
    assert faults(town) == []


@at_most(25)
@given(steps=st.lists(STEPS, min_size=10, max_size=25))
def test_the_account_says_what_paper_and_pencil_say(town: Town, steps: list[Step]) -> None:
    play(town, steps)


@pytest.mark.soak
@at_most(1000)
@given(steps=st.lists(STEPS, min_size=10, max_size=80))
def test_the_account_says_what_paper_and_pencil_say_for_long(town: Town, steps: list[Step]) -> None:
    play(town, steps)
