"""Eight processes want the same thing at the same moment, fifty times: one has it, the others are told why not."""

from __future__ import annotations

from sqlalchemy import func, select

from db.tables import EVENT, LOAN
from libops.doctor import examine
from tests.engines.racing import ROUNDS, Wish, add_racers, race
from tests.engines.town import BOOK, CHILD, Town


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
