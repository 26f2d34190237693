"""Items go from branch to branch when somebody asks for it, and those that are lost on the way are noticed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from db.catalogue import ItemStatus
from db.circulation import RequestStatus, TransferReason, TransferStatus
from db.tables import BRANCH, EVENT, ITEM, PATRON, REQUEST, TITLE, TRANSFER
from libops.circulation import transfers
from libops.circulation.directions import ReturnOutcome
from libops.circulation.returns import ReturnAnswer
from libops.circulation.transfers import TransferAnswer, TransferView
from libops.doctor import examine
from libops.i18n import language
from libops.pages import Page
from libops.refusals import Name, explain
from libops.work import Actor
from tests.engines.town import (
    BOOK,
    CLERK,
    IN_PROCESS,
    MISSING,
    MORNING,
    NAMES,
    READER,
    RESTRICTED,
    SORTER,
    WEST_BOOK,
    WEST_BOOK_AWAY,
    WITHDRAWN,
    Town,
    ids,
    reasons,
    refused,
)

WEST = Name("西馆", "West")
MAIN_DESK, WEST_DESK, YORK_DESK = "M1", "W1", "Y1"
NOBODY = Actor("staff:S9", "Nobody", frozenset())


def ask_for(
    town: Town,
    item: str = BOOK,
    to: str = "WEST",
    *,
    at: str = MAIN_DESK,
    reason: TransferReason = TransferReason.MANUAL,
    note: str = "",
    key: str | None = None,
) -> TransferAnswer:
    """Ask for an item to be moved."""
    return town.act(
        transfers.request_transfer, by=SORTER, at=at, key=key, barcode=item, to=to, reason=reason, note=note
    )


def send(town: Town, item: str = BOOK, *, at: str = MAIN_DESK, key: str | None = None) -> ReturnAnswer:
    """Send an item on its way."""
    return town.act(transfers.send, by=SORTER, at=at, key=key, barcode=item)


def receive(town: Town, item: str = BOOK, *, at: str = WEST_DESK, key: str | None = None) -> ReturnAnswer:
    """Take an item in that was sent."""
    return town.act(transfers.receive, by=SORTER, at=at, key=key, barcode=item)


def cancel(town: Town, item: str = BOOK, *, at: str = MAIN_DESK, note: str = "") -> TransferAnswer:
    """Call a transfer off."""
    return town.act(transfers.cancel, by=SORTER, at=at, barcode=item, note=note)


Lists = Callable[..., Page[TransferView]]


def views(town: Town, what: Lists, at: str = MAIN_DESK, *, by: Actor = SORTER, **more: int) -> list[TransferView]:
    """A list, without the book that was on its way before the town was founded."""
    given: dict[str, Any] = dict(more)
    return [view for view in town.look(what, by=by, at=at, **given).results if view.barcode != WEST_BOOK_AWAY]


def listed(town: Town, what: Lists, at: str = MAIN_DESK) -> list[str]:
    """The barcodes of a list."""
    return [view.barcode for view in views(town, what, at)]


def ways(town: Town, item: str = BOOK) -> list[tuple[str, str, str]]:
    """An item's transfers in their order: reason, status and end of each."""
    query = (
        select(TRANSFER.c.reason, TRANSFER.c.status, BRANCH.c.code)
        .join(ITEM, ITEM.c.id == TRANSFER.c.item_id)
        .join(BRANCH, BRANCH.c.id == TRANSFER.c.to_branch_id)
        .where(ITEM.c.barcode == item)
        .order_by(TRANSFER.c.id)
    )
    return [(str(reason), str(status), str(code)) for reason, status, code in town.ask(query)]


def set_aside(town: Town, item: str, *, until_days: int = 7, branch: str = "MAIN") -> int:
    """Somebody's request for which an item lies on a hold shelf, as rows; its id."""
    town.change(
        insert(REQUEST).values(
            title_id=ids(town, TITLE, "number")["T1"],
            patron_id=ids(town, PATRON, "number")[READER],
            branch_id=ids(town, BRANCH)[branch],
            position=1,
            placed_at=MORNING,
            status=RequestStatus.AWAITING_PICKUP,
            held_item_id=ids(town, ITEM, "barcode")[item],
            held_at=MORNING,
            shelf_until=MORNING + timedelta(days=until_days),
            shelf_number=1,
        ),
        update(ITEM).where(ITEM.c.barcode == item).values(status=ItemStatus.AWAITING_PICKUP),
    )
    return int(town.ask(select(REQUEST.c.id))[-1][0])


def test_an_item_is_asked_for_sent_and_received(town: Town) -> None:
    asked = ask_for(town, note=" for the exhibition ")
    assert (asked.from_code, asked.to_code, asked.reason, asked.status) == ("MAIN", "WEST", "manual", "available")
    (view,) = views(town, transfers.to_send)
    assert (view.barcode, view.title, view.call_number) == (BOOK, "红楼梦 [b]", "I242.4/C118")
    assert (view.from_zh, view.to_zh, view.reason, view.status) == ("总馆", "西馆", "manual", "requested")
    assert (view.note, view.days, view.patron_number) == ("for the exhibition", 0, None)
    town.clock.later(days=1)
    sent = send(town)
    assert (sent.outcome, sent.branch_code, sent.status) == (ReturnOutcome.SEND, "WEST", "in_transit")
    assert listed(town, transfers.to_send) == []
    town.clock.later(days=2)
    assert listed(town, transfers.outgoing) == [BOOK]
    (view,) = views(town, transfers.incoming, WEST_DESK)
    assert (view.barcode, view.status, view.days) == (BOOK, TransferStatus.SENT, 2)
    received = receive(town)
    assert (received.arrived, received.branch_code) == (True, "WEST")
    assert ways(town) == [("manual", "arrived", "WEST")]
    for what, at in ((transfers.outgoing, MAIN_DESK), (transfers.incoming, WEST_DESK)):
        assert listed(town, what, at) == []
    assert town.story() == ["transfer.requested", "transfer.sent", "transfer.arrived"]
    assert examine(town.library) == []


def test_a_check_in_sends_and_receives_just_as_well(town: Town) -> None:
    ask_for(town)
    assert town.take_back(BOOK, by=SORTER).outcome is ReturnOutcome.SEND
    assert ways(town) == [("manual", "sent", "WEST")]
    assert town.take_back(BOOK, by=SORTER, at=WEST_DESK).arrived
    assert ways(town) == [("manual", "arrived", "WEST")]


def test_what_was_moved_to_another_branch_is_not_told_to_stand_on_its_shelf_at_home(town: Town) -> None:
    ask_for(town)
    send(town)
    there = receive(town)
    assert (there.outcome, there.branch_code, there.location_zh, there.call_number) == (
        ReturnOutcome.ASIDE,
        "WEST",
        "",
        "I242.4/C118",
    )
    assert town.take_back(BOOK).location_zh == "一楼"


def test_an_item_may_be_asked_for_from_the_branch_that_wants_it(town: Town) -> None:
    asked = ask_for(town, at=WEST_DESK)
    assert (asked.from_code, asked.to_code) == ("MAIN", "WEST")
    assert listed(town, transfers.to_send, WEST_DESK) == []
    assert listed(town, transfers.to_send, MAIN_DESK) == [BOOK]


def test_an_item_is_asked_for_from_where_it_was_seen_last(town: Town) -> None:
    ask_for(town)
    send(town)
    receive(town)
    assert (ask_for(town, to="YORK").from_code, town.status_of(BOOK)) == ("WEST", "available")
    assert listed(town, transfers.to_send, WEST_DESK) == [BOOK]


def test_an_item_that_waits_to_be_sent_may_be_lent_and_then_goes_nowhere(town: Town) -> None:
    ask_for(town)
    town.lend(READER, BOOK)
    assert ways(town) == [("manual", "cancelled", "WEST")]
    assert listed(town, transfers.to_send) == []
    assert examine(town.library) == []


@pytest.mark.parametrize(
    ("item", "to", "codes"),
    [
        ("B99", "WEST", ["item.unknown"]),
        (READER, "WEST", ["code.is_patron"]),
        (BOOK, "EAST", ["place.unknown"]),
        (BOOK, "W1", ["place.unknown"]),
        (BOOK, "", ["place.unknown"]),
        (BOOK, "MAIN", ["transfer.there_already"]),
        (WEST_BOOK, "WEST", ["transfer.there_already"]),
        (MISSING, "WEST", ["transfer.not_in"]),
        (WITHDRAWN, "WEST", ["transfer.withdrawn"]),
    ],
)
def test_what_cannot_be_moved_is_refused_and_stays(town: Town, item: str, to: str, codes: list[str]) -> None:
    before = town.ask(select(TRANSFER))
    assert refused(lambda: ask_for(town, item, to)) == codes
    assert town.ask(select(TRANSFER)) == before


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ItemStatus.LONG_MISSING, "transfer.not_in"),
        (ItemStatus.LOST_AND_PAID, "transfer.not_in"),
        (ItemStatus.ON_ORDER, "transfer.not_in"),
        (ItemStatus.PAGED, "item.paged"),
        (ItemStatus.AWAITING_DELIVERY, "item.paged"),
    ],
)
def test_what_is_lost_or_being_fetched_is_not_moved(town: Town, status: ItemStatus, code: str) -> None:
    town.change(update(ITEM).where(ITEM.c.barcode == BOOK).values(status=status))
    assert refused(lambda: ask_for(town)) == [code]


@pytest.mark.parametrize("item", [RESTRICTED, IN_PROCESS])
def test_what_is_not_lent_may_be_moved_all_the_same(town: Town, item: str) -> None:
    assert ask_for(town, item).status == town.status_of(item)


def test_an_item_on_loan_is_not_moved(town: Town) -> None:
    town.lend(READER, BOOK)
    assert refused(lambda: ask_for(town)) == ["transfer.on_loan"]
    assert refused(lambda: send(town)) == ["transfer.on_loan"]
    assert town.open_loans() == [(READER, BOOK)]


def test_an_item_under_way_is_not_asked_for_again(town: Town) -> None:
    ask_for(town)
    (reason,) = reasons(lambda: ask_for(town, to="YORK"))
    assert (reason.code, reason.facts) == ("transfer.under_way", {"branch": WEST})
    assert refused(lambda: ask_for(town, to="MAIN")) == ["transfer.under_way"]
    assert "西馆" in explain(reason, language("zh")).why
    assert explain(reason, language("en")).why == "The item is on its way to West already."
    send(town)
    assert refused(lambda: ask_for(town)) == ["transfer.under_way"]


def test_a_refusal_names_the_branch_again_when_the_same_request_comes_again(town: Town) -> None:
    ask_for(town)
    (reason,) = reasons(lambda: ask_for(town, to="YORK", key="again"))
    assert reasons(lambda: ask_for(town, to="YORK", key="again")) == (reason,)
    assert reason.facts == {"branch": WEST}


def test_what_is_set_aside_for_somebody_is_not_taken_away(town: Town) -> None:
    set_aside(town, BOOK)
    assert refused(lambda: ask_for(town)) == ["transfer.held"]
    town.clock.later(days=8)
    assert refused(lambda: ask_for(town)) == ["transfer.hold_over"]


@pytest.mark.parametrize("reason", [TransferReason.HOLD, TransferReason.HOLD_CANCELLED])
def test_only_a_hold_sends_for_a_hold(town: Town, reason: TransferReason) -> None:
    assert refused(lambda: ask_for(town, reason=reason)) == ["transfer.for_hold"]


@pytest.mark.parametrize("act", [ask_for, send, receive, cancel])
def test_moving_items_asks_for_its_permission(town: Town, act: Callable[[Town], object]) -> None:
    functions: dict[object, tuple[Callable[..., object], dict[str, Any]]] = {
        ask_for: (transfers.request_transfer, {"to": "WEST", "reason": TransferReason.MANUAL}),
        send: (transfers.send, {}),
        receive: (transfers.receive, {}),
        cancel: (transfers.cancel, {}),
    }
    function, given = functions[act]
    assert refused(lambda: town.act(function, by=NOBODY, barcode=BOOK, **given)) == ["permission.missing"]
    for what in (transfers.to_send, transfers.incoming, transfers.outgoing, transfers.overdue_transfers):
        assert refused(lambda what=what: town.look(what, by=NOBODY)) == ["permission.missing"]  # type: ignore[misc]


def test_sending_what_is_sent_already_or_stays_here_says_so_and_changes_nothing(town: Town) -> None:
    assert refused(lambda: send(town)) == ["transfer.stays"]
    assert town.ask(select(ITEM.c.seen_at).where(ITEM.c.barcode == BOOK))[0][0] is None
    ask_for(town)
    send(town)
    (reason,) = reasons(lambda: send(town))
    assert (reason.code, reason.facts) == ("transfer.sent_already", {"branch": WEST})
    assert refused(lambda: send(town, at=WEST_DESK)) == ["transfer.stays"]
    assert ways(town) == [("manual", "sent", "WEST")]


def test_at_a_third_branch_it_is_sent_on(town: Town) -> None:
    ask_for(town)
    send(town)
    town.clock.later(hours=5)
    assert send(town, at=YORK_DESK).branch_code == "WEST"
    assert ways(town) == [("manual", "sent", "WEST")]
    assert receive(town).arrived


def test_what_lies_here_and_belongs_elsewhere_is_sent_home(town: Town) -> None:
    ask_for(town)
    send(town)
    receive(town)
    (view,) = views(town, transfers.to_send, WEST_DESK)
    assert (view.barcode, view.transfer_id, view.status) == (BOOK, None, None)
    assert (view.from_code, view.to_code, view.reason) == ("WEST", "MAIN", "return_home")
    sent = send(town, at=WEST_DESK)
    assert (sent.branch_code, sent.status) == ("MAIN", "in_transit")
    assert ways(town) == [("manual", "arrived", "WEST"), ("return_home", "sent", "MAIN")]
    assert listed(town, transfers.to_send, WEST_DESK) == []


def test_receiving_says_what_is_wrong_where_nothing_was_sent_here(town: Town) -> None:
    assert refused(lambda: receive(town)) == ["transfer.none"]
    ask_for(town)
    send(town)
    (reason,) = reasons(lambda: receive(town, at=YORK_DESK))
    assert (reason.code, reason.facts) == ("transfer.goes_elsewhere", {"branch": WEST})
    assert refused(lambda: receive(town, "B99")) == ["item.unknown"]


def test_what_was_carried_over_without_being_sent_is_received_all_the_same(town: Town) -> None:
    ask_for(town)
    receive(town)
    assert town.status_of(BOOK) == "available"
    assert ways(town) == [("manual", "cancelled", "WEST")]
    assert listed(town, transfers.to_send) == []


def test_a_transfer_that_is_called_off_at_home_leaves_the_item_on_its_shelf(town: Town) -> None:
    ask_for(town)
    send(town)
    answer = cancel(town, note="wrong book")
    assert (answer.goes_home, answer.to_code, answer.status) == (False, "MAIN", "available")
    assert (town.status_of(BOOK), ways(town)) == ("available", [("manual", "cancelled", "WEST")])
    assert town.ask(select(TRANSFER.c.note).order_by(TRANSFER.c.id.desc()))[0][0] == "wrong book"
    assert "wrong book" not in str(town.ask(select(EVENT.c.data)))
    assert refused(lambda: cancel(town)) == ["transfer.none"]
    town.lend(READER, BOOK)
    assert examine(town.library) == []


def test_a_transfer_that_is_called_off_away_from_home_asks_for_the_way_back(town: Town) -> None:
    ask_for(town)
    send(town)
    receive(town)
    ask_for(town, to="YORK", at=WEST_DESK)
    send(town, at=WEST_DESK)
    answer = cancel(town, at=YORK_DESK)
    assert (answer.goes_home, answer.from_code, answer.to_code) == (True, "WEST", "MAIN")
    assert ways(town)[1:] == [("manual", "cancelled", "YORK"), ("return_home", "requested", "MAIN")]
    assert town.status_of(BOOK) == "available"
    assert listed(town, transfers.to_send, WEST_DESK) == [BOOK]
    # The way home itself may be called off, for another one to be asked for.
    assert cancel(town, at=WEST_DESK).goes_home is False
    assert ask_for(town, to="YORK", at=WEST_DESK).from_code == "WEST"
    assert examine(town.library) == []


def test_what_goes_to_somebodys_request_is_not_called_off_here(town: Town) -> None:
    town.change(update(ITEM).where(ITEM.c.barcode == WEST_BOOK).values(status="missing"))
    town.change(
        insert(REQUEST).values(
            title_id=ids(town, TITLE, "number")["T1"],
            patron_id=ids(town, PATRON, "number")[READER],
            branch_id=ids(town, BRANCH)["WEST"],
            position=1,
            placed_at=MORNING,
            status=RequestStatus.OPEN,
        )
    )
    assert town.take_back(BOOK).branch_code == "WEST"
    assert refused(lambda: cancel(town)) == ["transfer.held"]
    (view,) = views(town, transfers.outgoing, by=CLERK)
    assert (view.reason, view.patron_number, view.patron_name) == ("hold", READER, NAMES[READER])
    (view,) = views(town, transfers.outgoing)
    assert (view.patron_number, view.patron_name) == (None, None)
    assert receive(town).outcome is ReturnOutcome.HOLD_SHELF


def test_the_same_request_acts_once_and_answers_the_same(town: Town) -> None:
    asked = ask_for(town, key="a")
    assert ask_for(town, key="a") == asked
    sent = send(town, key="b")
    assert send(town, key="b") == sent
    got = receive(town, key="c")
    assert receive(town, key="c") == got
    assert refused(lambda: receive(town, key="d")) == refused(lambda: receive(town, key="d")) == ["transfer.none"]
    assert town.story() == ["transfer.requested", "transfer.sent", "transfer.arrived", "refused"]
