"""Eight processes at once want the last request of a patron, give copies to who waits, or change one request."""

from __future__ import annotations

from sqlalchemy import select, update

from db.circulation import RequestStatus
from db.tables import CATEGORY, EVENT, ITEM, REQUEST, TITLE
from libops.circulation import requests
from tests.engines.racing import RACERS, ROUNDS, Wish, add_racers, race
from tests.engines.town import CHILD, OTHER_READER, READER, SUPERVISOR, Town, bring_into_order, put
from tests.engines.wishes import LONE_BOOK, RARE, add_titles, ask, cancel, sound


def place(town: Town, wish: Wish, key: str | None) -> int:
    """Place a request for a copy's title; its id."""
    placed = town.act(requests.place, key=key, patron_number=wish.patron, barcode=wish.item, pickup="MAIN")
    return placed.request_id


def take_back(town: Town, wish: Wish, key: str | None) -> int:
    """Check an item in; the request that it is set aside for, 0 where there is none."""
    back = town.take_back(wish.item, at=wish.at, key=key)
    return 0 if back.hold is None else back.hold.request_id


def lend(town: Town, wish: Wish, key: str | None) -> int:
    """Lend an item; whether that filled a request."""
    return int(town.lend(wish.patron, wish.item, at=wish.at, key=key).filled)


def cancel_last(town: Town, wish: Wish, key: str | None) -> int:
    """Cancel the request that was placed last."""
    return int(town.act(requests.cancel, key=key, request_id=_last(town)).to_clear)


def pick_up(town: Town, wish: Wish, key: str | None) -> int:
    """Have the request that was placed last picked up at the branch named by the patron's field."""
    return int(town.act(requests.change_pickup, at=wish.at, request_id=_last(town), pickup=wish.patron).changed)


def first_place(town: Town, wish: Wish, key: str | None) -> int:
    """Put the request that was placed last at the head of its queue."""
    return int(town.act(requests.move, by=SUPERVISOR, request_id=_last(town), position=1).place)


def add_books(town: Town) -> list[str]:
    """An item of a title of its own for each racer: their barcodes."""
    _, items = add_racers(town)
    for item in items:
        with town.library.database.act() as transaction:
            title = put(transaction, TITLE, number=f"T{item}", title=item)
        town.change(update(ITEM).where(ITEM.c.barcode == item).values(title_id=title))
    bring_into_order(town.library.database)
    return items


def _last(town: Town) -> int:
    return int(town.ask(select(REQUEST.c.id).order_by(REQUEST.c.id.desc()).limit(1))[0][0])


def test_one_of_eight_processes_takes_a_patrons_last_request_and_the_others_are_told_it_is_taken(town: Town) -> None:
    items = add_books(town)
    town.change(update(CATEGORY).where(CATEGORY.c.code == "child").values(holds_limit=1))
    winners = []
    with race(town.url, [Wish(CHILD, item, act=place) for item in items]) as running:
        for _ in range(ROUNDS):
            results = running.run()
            won = [result for result in results if result.answer is not None]
            assert len(won) == 1, results
            assert all(result.refused == ("request.limit",) for result in results if result not in won), results
            assert [view.id for view in town.look(requests.of_patron, number=CHILD)] == [won[0].answer]
            cancel(town, won[0].answer or 0)
            winners.append(won[0].racer)
    assert len(set(winners)) > 1, "it was no race: the same process was always first"
    sound(town)


def test_copies_that_come_back_at_once_go_each_to_another_of_those_who_wait(town: Town) -> None:
    add_titles(town)
    _, items = add_racers(town)
    rare = select(TITLE.c.id).where(TITLE.c.number == RARE).scalar_subquery()
    town.change(update(ITEM).where(ITEM.c.barcode.in_(items)).values(title_id=rare))
    people = (READER, OTHER_READER, CHILD)
    with race(town.url, [Wish("", item, act=take_back) for item in items]) as running:
        for _ in range(ROUNDS):
            waiting = [ask(town, patron, RARE).request_id for patron in people]
            results = running.run()
            given = [result.answer for result in results if result.answer]
            assert sorted(given) == waiting, results
            for result in results:
                if result.answer:
                    cancel(town, result.answer)
                    town.take_back(items[result.racer])
    sound(town)


def test_one_copy_that_goes_over_eight_desks_at_once_is_set_aside_once(town: Town) -> None:
    add_titles(town)
    with race(town.url, [Wish("", LONE_BOOK, act=take_back)] * RACERS) as running:
        for turn in range(ROUNDS):
            first, second = ask(town, READER).request_id, ask(town, OTHER_READER).request_id
            results = running.run()
            assert {result.answer for result in results} == {first}, results
            assert town.story().count("hold.shelved") == turn + 1
            cancel(town, second)
            cancel(town, first)
            town.take_back(LONE_BOOK)
    sound(town)


def test_whatever_is_done_to_a_request_at_once_it_and_its_copy_end_in_a_state_that_can_be(town: Town) -> None:
    add_titles(town)
    wishes = [
        Wish("", LONE_BOOK, act=take_back),
        Wish("", LONE_BOOK, at="W1", act=take_back),
        Wish("", act=cancel_last),
        Wish("WEST", act=pick_up),
        Wish("MAIN", at="W1", act=pick_up),
        Wish("", act=first_place),
        Wish(OTHER_READER, LONE_BOOK, act=lend),
        Wish(READER, LONE_BOOK, at="W1", act=lend),
    ]
    known = {"request.over", "request.set_aside", "item.held", "item.on_loan", "item.others_waiting"}
    with race(town.url, wishes) as running:
        for turn in range(ROUNDS):
            for patron, _ in town.open_loans():
                assert patron
                town.take_back(LONE_BOOK)
            ask(town, CHILD)
            last = ask(town, READER).request_id
            results = running.run()
            assert {code for result in results for code in result.refused} <= known, results
            if turn % 10 == 0:
                sound(town)
            for patron in (CHILD, READER):
                for view in town.look(requests.of_patron, number=patron):
                    cancel(town, view.id)
            assert town.look(requests.show, request_id=last).status in (RequestStatus.CANCELLED, RequestStatus.FILLED)
    sound(town)
    told = {kind for (kind,) in town.ask(select(EVENT.c.kind).distinct())}
    assert {"hold.shelved", "hold.sent", "hold.cancelled", "hold.pickup_changed"} <= told
