"""Eight processes want the same thing at the same moment, fifty times: one has it, the others are told why not."""

from __future__ import annotations

from sqlalchemy import func, select

from db.tables import ENTRY, EVENT, LOAN
from libops.doctor import examine
from tests.engines.at_till import charge, faults, owes, pay
from tests.engines.racing import RACERS, ROUNDS, Wish, add_racers, race
from tests.engines.town import BOOK, CHILD, READER, Town


def test_one_of_eight_processes_gets_the_item_and_the_others_are_told_who_was_first(town: Town) -> None:
    patrons, _ = add_racers(town)
    winners = []
    with race(town.url, [Wish(patron, BOOK) for patron in patrons]) as running:
        for _ in range(ROUNDS):
            results = running.run()
            won = [result for result in results if result.loan_id is not None]
            assert len(won) == 1, results
            assert all(result.refused == ("item.on_loan",) for result in results if result not in won), results
            assert town.open_loans() == [(patrons[won[0].racer], BOOK)]
            winners.append(won[0].racer)
            town.take_back(BOOK)
    assert len(set(winners)) > 1, "it was no race: the same process was always first"
    assert examine(town.library) == []


def test_one_of_eight_processes_takes_a_patrons_last_slot_and_the_others_are_told_it_is_taken(town: Town) -> None:
    _, items = add_racers(town)
    with race(town.url, [Wish(CHILD, item) for item in items]) as running:
        for _ in range(ROUNDS):
            results = running.run()
            won = [result for result in results if result.loan_id is not None]
            assert len(won) == 1, results
            assert all(result.refused == ("patron.loans_limit",) for result in results if result not in won), results
            assert town.open_loans() == [(CHILD, items[won[0].racer])]
            town.take_back(items[won[0].racer])
    assert examine(town.library) == []


def test_a_request_sent_by_eight_processes_at_once_acts_once_and_answers_all_the_same(town: Town) -> None:
    with race(town.url, [Wish(CHILD, BOOK, key="round-{round}")] * 8) as running:
        for turn in range(ROUNDS):
            results = running.run()
            assert len({result.loan_id for result in results}) == 1, results
            assert results[0].loan_id is not None
            assert town.ask(select(func.count()).select_from(LOAN))[0][0] == turn + 1
            town.take_back(BOOK)
    kept = town.ask(select(func.count()).where(EVENT.c.request_key.is_not(None)))[0][0]
    assert kept == ROUNDS
    assert examine(town.library) == []


def _pay_all(town: Town, wish: Wish, key: str | None) -> int:
    """Take all that the reader owes."""
    return pay(town, 500, patron=wish.patron, key=key, at=wish.at).amount


def test_one_of_eight_desks_takes_the_one_payment_and_the_others_are_told_that_nothing_is_left(town: Town) -> None:
    wishes = [Wish(READER, at=("M1", "M2", "W1")[racer % 3], act=_pay_all) for racer in range(RACERS)]
    winners = []
    with race(town.url, wishes) as running:
        for turn in range(ROUNDS):
            charge(town, 500)
            results = running.run()
            won = [result for result in results if result.answer is not None]
            assert len(won) == 1, results
            assert all(result.refused == ("money.already_paid",) for result in results if result not in won), results
            assert owes(town) == 0
            paid = town.ask(select(func.sum(ENTRY.c.amount)).where(ENTRY.c.kind == "payment"))
            assert int(paid[0][0]) == -500 * (turn + 1)
            winners.append(won[0].racer)
    assert len(set(winners)) > 1, "it was no race: the same process was always first"
    assert faults(town) == []
