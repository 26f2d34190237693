"""A till is counted: what should be there is what went through it since the last time, and nothing falls between."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db.money import EntryKind, Method
from db.tables import ENTRY, EVENT, TILL_CLOSING, TILL_COUNT
from libops.circulation import lost
from libops.money import closings, deposits, tills
from libops.money.tills import Counted, Movement, TillAnswer, TillView
from libops.refusals import Refusal
from libops.work import Actor
from tests.engines.at_till import charge, faults, pay, refund, waive
from tests.engines.racing import ROUNDS, Wish, add_racers, race
from tests.engines.town import BOOK, CLERK, READER, SORTER, SUPERVISOR, Town, reasons, refused


def close(
    town: Town, *, at: str = "M1", by: Actor = CLERK, key: str | None = None, note: str = "", **counted: int
) -> TillAnswer:
    """Count a till and close it."""
    return town.act(tills.close, by=by, at=at, key=key, counted=counted, note=note)


def standing(town: Town, desk: str = "") -> TillView:
    """A till as it stands."""
    return town.look(tills.standing, desk_code=desk)


@pytest.fixture
def busy(town: Town) -> Town:
    """A morning at desk M1: fees paid in two ways, a deposit, a lost item paid for; and something at M2."""
    charge(town, 1000)
    pay(town, 600)
    pay(town, 400, method=Method.WECHAT)
    town.act(deposits.give_deposit, patron_number=READER, amount=5000, method=Method.CASH)
    town.lend(READER, BOOK)
    town.act(lost.declare_lost, barcode=BOOK, price=700)
    pay(town, 700)
    charge(town, 300)
    pay(town, 250, at="M2")
    waive(town, charge(town, 80))
    return town


def test_a_till_shows_what_went_in_and_out_by_way_to_pay(busy: Town) -> None:
    view = standing(busy)
    assert (view.desk_code, view.desk_en, view.currency, view.since, view.entries) == ("M1", "Desk M1", "CNY", None, 4)
    assert view.movements == (Movement(Method.CASH, 6300, 0, 6300, 3), Movement(Method.WECHAT, 400, 0, 400, 1))
    assert standing(busy, "M2").movements == (Movement(Method.CASH, 250, 0, 250, 1),)
    assert standing(busy, "W1").movements == ()


def test_closing_writes_what_should_be_there_what_was_counted_and_the_difference(busy: Town) -> None:
    answer = close(busy, cash=6295, wechat=400, card=0, note=" five short ")
    assert answer.counts == (
        Counted(Method.CASH, 6300, 6295, -5),
        Counted(Method.WECHAT, 400, 400, 0),
    )
    assert (answer.desk_code, answer.difference, answer.entries, answer.currency) == ("M1", -5, 4, "CNY")
    view = standing(busy)
    assert (view.movements, view.entries, view.since) == ((), 0, busy.clock())
    (data,) = busy.ask(select(EVENT.c.data).where(EVENT.c.kind == "till.closed"))[0]
    assert (data["expected"], data["counted"]) == ({"cash": 6300, "wechat": 400}, {"cash": 6295, "wechat": 400})
    assert standing(busy, "M2").entries == 1
    assert faults(busy) == []


def test_what_comes_later_belongs_to_the_next_closing(busy: Town) -> None:
    close(busy, cash=6300, wechat=400)
    assert refused(lambda: close(busy, cash=0)) == ["money.nothing_to_close"]
    pay(busy, 50)
    busy.clock.later(hours=2)
    answer = close(busy, cash=50)
    assert answer.counts == (Counted(Method.CASH, 50, 50, 0),)
    assert close(busy, at="M2", cash=250).entries == 1
    page = busy.look(closings.list_closings)
    assert [(one.desk_code, one.difference, len(one.counts)) for one in page.results] == [
        ("M2", 0, 1),
        ("M1", 0, 1),
        ("M1", 0, 2),
    ]
    assert faults(busy) == []


def test_a_till_that_gave_out_more_than_came_in_holds_less_than_nothing(town: Town) -> None:
    town.lend(READER, BOOK)
    town.act(lost.declare_lost, barcode=BOOK, price=700)
    one = town.ask(select(ENTRY.c.id).where(ENTRY.c.kind == EntryKind.LOST))[0][0]
    pay(town, 500, one)
    close(town, cash=500)
    town.act(lost.claim_returned, barcode=BOOK)
    refund(town, one)
    assert standing(town).movements == (Movement(Method.CASH, 0, 500, -500, 1),)
    answer = close(town, cash=-500)
    assert (answer.counts, answer.difference) == ((Counted(Method.CASH, -500, -500, 0),), 0)
    assert faults(town) == []


def test_what_is_not_counted_or_cannot_be_is_told_all_at_once(busy: Town) -> None:
    told = reasons(lambda: close(busy, cash=10**11, gold=3))
    assert [reason.code for reason in told] == ["money.unknown_method", "money.bad_count", "money.not_counted"]
    assert (told[0].facts["method"], told[1].facts, told[2].facts) == (
        "gold",
        {"method": "cash"},
        {"methods": "wechat"},
    )
    assert refused(lambda: close(busy)) == ["money.not_counted"]
    assert standing(busy).entries == 4
    assert busy.ask(select(TILL_CLOSING)) == []


def test_what_was_counted_and_never_expected_is_written_as_too_much(busy: Town) -> None:
    answer = close(busy, cash=6300, wechat=400, alipay=77)
    assert answer.counts[-1] == Counted(Method.ALIPAY, 0, 77, 77)
    assert answer.difference == 77
    assert faults(busy) == []


def test_a_difference_is_written_where_nothing_went_in_or_out(busy: Town) -> None:
    for again in range(2):
        answer = close(busy, at="W1", cash=-300 - again, wechat=0)
        assert (answer.counts, answer.entries) == ((Counted(Method.CASH, 0, -300 - again, -300 - again),), 0)
    close(busy, cash=6300, wechat=400)
    busy.clock.later(hours=1)
    assert close(busy, cash=5).difference == 5
    assert standing(busy).since == busy.clock()
    assert refused(lambda: close(busy, cash=0, wechat=0)) == ["money.nothing_to_close"]
    pay(busy, 50)
    assert close(busy, cash=50).counts == (Counted(Method.CASH, 50, 50, 0),)
    assert faults(busy) == []


def test_a_till_is_at_a_desk_and_closed_by_who_may(busy: Town) -> None:
    assert refused(lambda: close(busy, at="MAIN", cash=0)) == ["money.no_desk"]
    assert refused(lambda: standing(busy, "MAIN")) == ["money.no_desk"]
    assert refused(lambda: standing(busy, "Z9")) == ["place.unknown"]
    assert refused(lambda: close(busy, by=SORTER, cash=0)) == ["permission.missing"]
    assert refused(lambda: busy.look(tills.standing, by=SORTER)) == ["permission.missing"]
    assert refused(lambda: busy.look(closings.list_closings, by=SORTER)) == ["permission.missing"]
    assert refused(lambda: busy.look(closings.list_closings, desk_code="MAIN")) == ["money.no_desk"]


def test_the_same_request_closes_once_and_answers_the_same(busy: Town) -> None:
    first = close(busy, cash=6300, wechat=400, key="k1")
    assert close(busy, cash=6300, wechat=400, key="k1") == first
    assert len(busy.ask(select(TILL_COUNT))) == 2


def test_closings_are_listed_newest_first_in_pages_of_one_desk_or_of_all(town: Town) -> None:
    for amount in range(1, 6):
        charge(town, amount)
        pay(town, amount, at="M2" if amount % 2 else "M1")
        close(town, at="M2" if amount % 2 else "M1", by=SUPERVISOR, cash=amount - 1, note=f"n{amount}")
    page = town.look(closings.list_closings, limit=2)
    assert [(one.desk_code, one.note) for one in page.results] == [("M2", "n5"), ("M1", "n4")]
    newest = page.results[0]
    assert (newest.counts, newest.difference) == ((Counted(Method.CASH, 5, 4, -1),), -1)
    assert (newest.actor, newest.zone, newest.closed_at) == (SUPERVISOR.name, "Asia/Shanghai", town.clock())
    rest = town.look(closings.list_closings, limit=3, after=page.next)
    assert ([one.note for one in rest.results], rest.next) == (["n3", "n2", "n1"], None)
    at_m1 = town.look(closings.list_closings, desk_code="M1", limit=1)
    assert [one.note for one in at_m1.results] == ["n4"]
    assert [one.note for one in town.look(closings.list_closings, desk_code="M1", after=at_m1.next).results] == ["n2"]
    assert town.look(closings.list_closings, after="nonsense").results[0].note == "n5"


_IN_A_ROW = 3


def _pay_three(town: Town, wish: Wish, key: str | None) -> int:
    return sum(pay(town, 1, patron=wish.patron).amount for _ in range(_IN_A_ROW))


def _close_now_and_again(town: Town, wish: Wish, key: str | None) -> int:
    closed = 0
    for _ in range(2 * _IN_A_ROW):
        try:
            closed += bool(close(town, cash=0).closing_id)
        except Refusal as refusal:
            if refusal.reasons[0].code != "money.nothing_to_close":
                raise
    return closed


def test_no_payment_falls_between_two_closings_of_a_till_at_which_seven_take_money(town: Town) -> None:
    patrons, _ = add_racers(town)
    for number in patrons:
        charge(town, ROUNDS * _IN_A_ROW, patron=number)
    wishes = [Wish(number, act=_pay_three) for number in patrons[1:]]
    closed = 0
    with race(town.url, [Wish("", act=_close_now_and_again), *wishes]) as running:
        for _ in range(ROUNDS):
            closer, *payers = running.run()
            assert all(payer.answer == _IN_A_ROW for payer in payers), payers
            assert closer.answer is not None
            closed += closer.answer
    assert closed > ROUNDS
    last = standing(town)
    if last.entries:
        close(town, cash=last.movements[0].expected)
    counted = town.ask(select(TILL_COUNT.c.expected))
    assert sum(row[0] for row in counted) == ROUNDS * _IN_A_ROW * len(wishes)
    assert len({row[0] for row in counted}) > 1, "every closing found the same: it was no race"
    assert faults(town) == []
