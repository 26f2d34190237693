"""A request asked again acts once: the same key and arguments give the same answer, whatever happened since."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import func, select, update

from db.database import Transaction
from db.tables import EVENT, ITEM, LOAN, PATRON
from db.troubles import DatabaseTrouble, TroubleKind
from libops.circulation import effects
from libops.circulation.loans import LoanAnswer, LoanOutcome
from libops.circulation.returns import ReturnAnswer
from libops.refusals import Refusal
from tests.engines.town import (
    BLOCKED,
    BOOK,
    CHILD,
    CLERK,
    NAMES,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    RESTRICTED,
    SORTER,
    SUPERVISOR,
    WEST_BOOK,
    Town,
    reasons,
    refused,
)

Asking = Callable[[Town, str], object]


def lend(town: Town, key: str = "k") -> LoanAnswer:
    return town.lend(READER, BOOK, key=key)


def take_back(town: Town, key: str = "k") -> ReturnAnswer:
    return town.take_back(BOOK, key=key)


def renew(town: Town, key: str = "k") -> LoanAnswer:
    return town.renew(BOOK, key=key)


def allow(town: Town, key: str = "k") -> LoanAnswer:
    return town.lend(BLOCKED, RESTRICTED, key=key, allowed_by=SUPERVISOR)


def rows(town: Town) -> list[int]:
    """How many loans and events there are."""
    return [int(town.ask(select(func.count()).select_from(table))[0][0]) for table in (LOAN, EVENT)]


@pytest.mark.parametrize("asking", [lend, take_back, renew, allow])
def test_an_act_asked_again_answers_the_same_and_does_nothing(town: Town, asking: Asking) -> None:
    if asking in (take_back, renew):
        town.lend(READER, BOOK)
    first = asking(town, "k")
    before = rows(town)
    town.clock.later(hours=40)
    assert asking(town, "k") == first
    town.reopen()
    assert asking(town, "k") == first
    assert rows(town) == before


def test_the_answer_stays_when_the_facts_have_changed_meanwhile(town: Town) -> None:
    first = lend(town)
    town.take_back(BOOK)
    town.lend(OTHER_READER, BOOK)
    town.change(update(PATRON).where(PATRON.c.number == READER).values(status="blocked"))
    assert lend(town) == first
    assert town.open_loans() == [(OTHER_READER, BOOK)]


def test_a_refusal_asked_again_is_the_same_refusal_although_it_would_now_be_allowed(town: Town) -> None:
    town.lend(OTHER_READER, BOOK)
    town.change(update(PATRON).where(PATRON.c.number == READER).values(status="blocked"))
    first = reasons(lambda: lend(town))
    assert [reason.code for reason in first] == ["patron.blocked", "item.on_loan"]
    town.take_back(BOOK)
    town.change(update(PATRON).where(PATRON.c.number == READER).values(status="active"))
    before = rows(town)
    town.reopen()
    assert reasons(lambda: lend(town)) == first
    assert rows(town) == before
    assert town.lend(READER, BOOK, key="another").outcome is LoanOutcome.LENT


@pytest.mark.parametrize(
    ("patron", "item"), [("P99", BOOK), (READER, "B99"), (READER, OTHER_READER), ("P99", "B99"), (READER, "")]
)
def test_a_refusal_of_an_unknown_code_is_told_again_in_the_same_words(town: Town, patron: str, item: str) -> None:
    ask = partial(town.lend, patron, item, key="k")
    first = reasons(ask)
    assert reasons(ask) == first
    assert town.story() == ["refused"]


@pytest.mark.parametrize(
    "other",
    [
        lambda town, key: town.lend(OTHER_READER, BOOK, key=key),
        lambda town, key: town.lend(READER, OTHER_BOOK, key=key),
        lambda town, key: town.lend(READER, BOOK, key=key, allowed_by=SUPERVISOR),
        take_back,
        renew,
    ],
    ids=["patron", "item", "override", "act", "another act"],
)
@pytest.mark.parametrize("first", ["lent", "refused"])
def test_another_request_under_a_used_key_is_refused_and_changes_nothing(town: Town, first: str, other: Asking) -> None:
    if first == "lent":
        lend(town)
    else:
        town.change(update(PATRON).where(PATRON.c.number == READER).values(status="blocked"))
        assert refused(lambda: lend(town)) == ["patron.blocked"]
    before = (rows(town), town.open_loans(), town.ask(select(ITEM.c.status).order_by(ITEM.c.id)))
    assert refused(lambda: other(town, "k")) == ["request.key_reused"]
    assert (rows(town), town.open_loans(), town.ask(select(ITEM.c.status).order_by(ITEM.c.id))) == before


def test_a_request_without_a_key_is_a_new_one_each_time(town: Town) -> None:
    assert town.take_back(WEST_BOOK).changed
    assert not town.take_back(WEST_BOOK).changed
    assert town.story() == ["transfer.sent", "item.seen"]


def test_a_return_that_changed_nothing_is_kept_too(town: Town) -> None:
    town.take_back(BOOK)
    first = take_back(town)
    assert not first.changed
    town.lend(READER, BOOK)
    assert take_back(town) == first
    assert town.open_loans() == [(READER, BOOK)]


@pytest.mark.parametrize("asking", [lend, take_back, renew])
def test_a_request_sent_twice_at_once_acts_once_and_both_are_answered_the_same(town: Town, asking: Asking) -> None:
    for turn in range(10):
        if asking is not lend:
            town.lend(READER, BOOK)
        start = threading.Barrier(4)

        def ask(turn: int = turn, start: threading.Barrier = start) -> object:
            start.wait(20)
            return asking(town, f"key-{turn}")

        with ThreadPoolExecutor(4) as pool:
            answers = [answer.result(30) for answer in [pool.submit(ask) for _ in range(4)]]
        assert answers == [answers[0]] * 4
        town.take_back(BOOK)
    kept = town.ask(select(func.count()).where(EVENT.c.request_key.is_not(None)))[0][0]
    assert kept == 10
    assert town.ask(select(func.count()).select_from(LOAN))[0][0] == 10


def test_a_refused_request_sent_twice_at_once_is_refused_twice_and_noted_once(town: Town) -> None:
    start = threading.Barrier(4)

    def ask() -> list[str]:
        start.wait(20)
        try:
            town.lend(BLOCKED, BOOK, key="k")
        except Refusal as refusal:
            return [reason.code for reason in refusal.reasons]
        return []

    with ThreadPoolExecutor(4) as pool:
        answers = [answer.result(30) for answer in [pool.submit(ask) for _ in range(4)]]
    assert answers == [["patron.blocked"]] * 4
    assert town.story() == ["refused"]


def test_somebody_who_was_forgotten_is_not_named_by_an_old_answer(town: Town) -> None:
    first = lend(town)
    assert first.patron_name == NAMES[READER]
    town.change(update(EVENT).values(patron_id=None))
    again = lend(town)
    assert (again.patron_number, again.patron_name) == (None, None)
    assert (again.loan_id, again.due_at, again.outcome) == (first.loan_id, first.due_at, first.outcome)


def test_an_answer_told_again_names_the_patron_as_they_are_called_today(town: Town) -> None:
    lend(town)
    town.change(update(PATRON).where(PATRON.c.number == READER).values(name="李蕾"))
    assert lend(town).patron_name == "李蕾"


def test_a_failed_act_keeps_no_key(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(effects, "mark", fail)
        with pytest.raises(ZeroDivisionError):
            lend(town)
    assert rows(town) == [0, 0]
    assert lend(town).outcome is LoanOutcome.LENT


def test_a_key_is_of_use_only_to_who_made_it_and_where(town: Town) -> None:
    town.lend(CHILD, BOOK)
    town.take_back(BOOK, by=CLERK, key="k")
    assert refused(lambda: town.take_back(BOOK, by=SORTER, key="k")) == ["request.key_reused"]
    assert refused(lambda: town.take_back(BOOK, by=CLERK, at="W1", key="k")) == ["request.key_reused"]
    assert town.take_back(BOOK, by=CLERK, key="k").changed


@pytest.mark.parametrize("key", ["", "k" * 129, "\x00", "\udcff"])
def test_a_text_that_cannot_be_a_key_is_refused_as_one(town: Town, key: str) -> None:
    assert refused(lambda: town.lend(READER, BOOK, key=key)) == ["request.bad_key"]
    assert town.open_loans() == []


def test_a_refusal_that_cannot_be_kept_under_its_key_is_no_answer_yet(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.lend(OTHER_READER, BOOK)

    def fail(transaction: Transaction) -> None:
        raise DatabaseTrouble(TroubleKind.FULL)

    with monkeypatch.context() as full:
        full.setattr(Transaction, "commit", fail)
        with pytest.raises(DatabaseTrouble):
            town.lend(READER, BOOK, key="k")
        assert refused(lambda: town.lend(READER, BOOK)) == ["item.on_loan"], "without a key it stands all the same"
    town.take_back(BOOK)
    assert town.lend(READER, BOOK, key="k").outcome is LoanOutcome.LENT
