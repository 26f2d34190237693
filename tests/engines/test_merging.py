"""Somebody who was registered twice becomes one patron: nothing is lost or counted twice, and no number is dead."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import ScalarSelect, delete, func, insert, select, update

from db.circulation import RequestStatus
from db.money import EntryKind, Method
from db.tables import BRANCH, ENTRY, EVENT, ITEM, LOAN, PATRON, POLICY, REQUEST, TITLE, TRANSFER
from libops.circulation import requests
from libops.circulation.desk import DeskSession
from libops.circulation.directions import ReturnOutcome
from libops.doctor import examine
from libops.people import merging, patrons, registration
from libops.people.merging import MergeAnswer
from libops.people.numbers import find_number
from libops.people.patrons import Standing
from tests.engines.town import (
    BLOCKED,
    BOOK,
    BOOKS,
    CHILD,
    CLERK,
    EXPIRED,
    NAMES,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    SUPERVISOR,
    THIRD_BOOK,
    WEST_BOOK,
    Town,
    ids,
    refused,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def merge(town: Town, drop: str = OTHER_READER, keep: str = READER, key: str | None = None) -> MergeAnswer:
    """Make two patrons one."""
    return town.act(merging.merge, by=SUPERVISOR, key=key, keep_number=keep, drop_number=drop)


def person(town: Town, number: str) -> int:
    """The id of the row with this number itself."""
    return ids(town, PATRON, "number")[number]


def wait_for(
    town: Town,
    number: str,
    position: int,
    *,
    title: str = "T1",
    item: str | None = None,
    held: str | None = None,
    status: str = RequestStatus.OPEN,
    shelf: int | None = None,
) -> int:
    """A request of a patron, as a row; its id."""
    with town.library.database.act() as transaction:
        key = transaction.connection.execute(
            insert(REQUEST).values(
                title_id=select(TITLE.c.id).where(TITLE.c.number == title).scalar_subquery(),
                item_id=None if item is None else _item(item),
                patron_id=select(PATRON.c.id).where(PATRON.c.number == number).scalar_subquery(),
                branch_id=select(func.min(BRANCH.c.id)).scalar_subquery(),
                position=position,
                placed_at=NOW,
                status=status,
                held_item_id=None if held is None else _item(held),
                shelf_until=NOW + timedelta(days=7) if shelf is not None else None,
                shelf_number=shelf,
                closed_at=None if status in ("open", "in_transit", "awaiting_pickup") else NOW,
            )
        ).inserted_primary_key
    assert key is not None
    return int(key[0])


def _item(barcode: str) -> ScalarSelect[int | None]:
    return select(ITEM.c.id).where(ITEM.c.barcode == barcode).scalar_subquery()


def requests_of(town: Town, number: str) -> dict[int, str]:
    """A patron's requests: the status of each."""
    query = select(REQUEST.c.id, REQUEST.c.status).where(REQUEST.c.patron_id == person(town, number))
    return {int(key): str(status) for key, status in town.ask(query)}


def test_loans_open_and_past_go_over_with_their_story(town: Town) -> None:
    town.lend(OTHER_READER, BOOK)
    town.take_back(BOOK)
    town.lend(OTHER_READER, OTHER_BOOK)
    town.lend(READER, THIRD_BOOK)
    answer = merge(town)
    assert (answer.loans, answer.patron_number, answer.patron_name) == (2, READER, NAMES[READER])
    assert town.open_loans() == [(READER, OTHER_BOOK), (READER, THIRD_BOOK)]
    assert {row[0] for row in town.ask(select(LOAN.c.patron_id))} == {person(town, READER)}
    assert {row[0] for row in town.ask(select(EVENT.c.patron_id).where(EVENT.c.kind != "patron.merged"))} == {
        person(town, READER)
    }
    assert examine(town.library) == []


def test_the_number_of_the_dropped_leads_to_the_kept_everywhere(town: Town) -> None:
    merge(town)
    assert town.lend(OTHER_READER, BOOK).patron_number == READER
    assert town.lend(OTHER_READER, OTHER_BOOK).patron_name == NAMES[READER]
    assert town.open_loans() == [(READER, BOOK), (READER, OTHER_BOOK)]
    assert town.look(patrons.show, number=OTHER_READER).number == READER
    assert [loan.barcode for loan in town.look(patrons.open_loans, number=OTHER_READER)] == [BOOK, OTHER_BOOK]
    assert town.act(registration.change, number=OTHER_READER, note="hello").patron_number == READER
    session = DeskSession(town.library, actor=CLERK, place=town.place())
    session.take(OTHER_READER)
    assert session.patron is not None
    assert session.patron.number == READER
    with town.library.look(actor=CLERK, place=town.place()) as look:
        assert find_number(look.transaction, OTHER_READER) == person(town, READER)
        assert find_number(look.transaction, READER) == person(town, READER)
        assert find_number(look.transaction, "P99") is None
        assert find_number(look.transaction, "\udcff") is None
    town.take_back(BOOK)
    assert examine(town.library) == []


def test_lists_show_the_dropped_as_merged_and_its_number_is_never_given_again(town: Town) -> None:
    merge(town)
    shown = {patron.number: patron.status for patron in town.look(patrons.list_patrons).results}
    assert (shown[OTHER_READER], shown[READER]) == (Standing.MERGED, Standing.ACTIVE)
    new = {"number": OTHER_READER, "name": "New", "category": "reader", "branch": "MAIN"}
    assert refused(lambda: town.act(registration.register, **new)) == ["patron.number_taken"]  # type: ignore[arg-type]


def test_limits_count_what_both_had(town: Town) -> None:
    for book, number in zip(BOOKS[:4], (READER, READER, OTHER_READER, OTHER_READER), strict=True):
        town.lend(number, book)
    merge(town)
    shown = town.look(patrons.show, number=READER)
    assert (shown.loans, shown.loans_limit) == (4, 3)
    assert refused(lambda: town.lend(OTHER_READER, BOOKS[4])) == ["patron.loans_limit"]


def test_chains_are_one_step_long_whichever_way_they_came_about(town: Town) -> None:
    merge(town, drop=EXPIRED, keep=BLOCKED)
    merge(town, drop=BLOCKED, keep=OTHER_READER)
    merge(town, drop=OTHER_READER, keep=READER)
    rows = town.ask(select(PATRON.c.number, PATRON.c.merged_into_id).where(PATRON.c.merged_into_id.is_not(None)))
    assert {(row[0], row[1]) for row in rows} == {
        (number, person(town, READER)) for number in (EXPIRED, BLOCKED, OTHER_READER)
    }
    for number in (EXPIRED, BLOCKED, OTHER_READER):
        assert town.look(patrons.show, number=number).number == READER
    assert examine(town.library) == []


@pytest.mark.parametrize(
    ("keep", "drop", "codes"),
    [
        (READER, READER, ["patron.merge_same"]),
        (READER, "P99", ["patron.unknown"]),
        ("P99", READER, ["patron.unknown"]),
        ("P98", "P99", ["patron.unknown", "patron.unknown"]),
        (READER, BOOK, ["code.is_item"]),
        (READER, CHILD, ["patron.is_merged"]),
        (CHILD, READER, ["patron.is_merged"]),
        (OTHER_READER, CHILD, ["patron.is_merged"]),
    ],
)
def test_what_cannot_be_merged_is_refused_and_nothing_moves(town: Town, keep: str, drop: str, codes: list[str]) -> None:
    town.lend(CHILD, BOOK)
    merge(town, drop=CHILD, keep=OTHER_READER)
    before = (town.open_loans(), town.ask(select(PATRON).order_by(PATRON.c.id)))
    assert refused(lambda: merge(town, drop=drop, keep=keep)) == codes
    assert (town.open_loans(), town.ask(select(PATRON).order_by(PATRON.c.id))) == before


def test_merging_asks_for_its_permission(town: Town) -> None:
    assert refused(lambda: town.act(merging.merge, by=CLERK, keep_number=READER, drop_number=OTHER_READER)) == [
        "permission.missing"
    ]


def test_requests_go_over_and_of_two_for_the_same_the_earlier_stays(town: Town) -> None:
    late, early = wait_for(town, READER, 5), wait_for(town, OTHER_READER, 3)
    own = wait_for(town, READER, 9, item=BOOK)
    other_item = wait_for(town, OTHER_READER, 8, item=OTHER_BOOK)
    past = wait_for(town, OTHER_READER, 1, status=RequestStatus.FILLED)
    answer = merge(town)
    assert (answer.requests, answer.cancelled) == (3, 1)
    assert requests_of(town, READER) == {
        late: "cancelled",
        early: "open",
        own: "open",
        other_item: "open",
        past: "filled",
    }
    assert requests_of(town, OTHER_READER) == {}
    assert town.ask(select(REQUEST.c.position).where(REQUEST.c.id == early))[0][0] == 3
    told = town.ask(select(EVENT.c.patron_id, EVENT.c.data).where(EVENT.c.kind == "hold.cancelled"))
    assert [(row.patron_id, row.data["request"]) for row in told] == [(person(town, READER), late)]


def test_a_request_with_a_copy_set_aside_is_better_than_an_earlier_one(town: Town) -> None:
    early = wait_for(town, READER, 1)
    held = wait_for(town, OTHER_READER, 7, held=BOOK, status=RequestStatus.IN_TRANSIT)
    merge(town)
    assert requests_of(town, READER) == {early: "cancelled", held: "in_transit"}
    assert town.look(patrons.show, number=READER).holds == 1


def test_of_two_copies_the_one_on_the_hold_shelf_stays_and_the_other_is_cleared_away(town: Town) -> None:
    on_its_way = wait_for(town, READER, 1, held=BOOK, status=RequestStatus.IN_TRANSIT)
    ready = wait_for(town, OTHER_READER, 7, held=OTHER_BOOK, status=RequestStatus.AWAITING_PICKUP, shelf=17)
    merge(town)
    assert requests_of(town, READER) == {on_its_way: "cancelled", ready: "awaiting_pickup"}
    shown = town.look(patrons.show, number=OTHER_READER)
    assert (shown.holds, shown.holds_ready) == (1, 1)
    (parcel,) = shown.on_shelf
    assert (parcel.branch_code, parcel.label, parcel.title, parcel.until) == (
        "MAIN",
        "A-17",
        "红楼梦 [b]",
        date(2026, 11, 30),
    )


def test_a_request_whose_time_is_over_is_never_the_better_one(town: Town) -> None:
    left = wait_for(town, READER, 1, held=BOOK, status=RequestStatus.AWAITING_PICKUP, shelf=3)
    late = wait_for(town, READER, 2, item=OTHER_BOOK)
    town.change(update(REQUEST).where(REQUEST.c.id == late).values(ends_at=NOW + timedelta(days=1)))
    waiting, other = wait_for(town, OTHER_READER, 7), wait_for(town, OTHER_READER, 8, item=OTHER_BOOK)
    town.clock.later(days=8)
    assert merge(town).cancelled == 2
    assert requests_of(town, READER) == {left: "pickup_expired", waiting: "open", late: "unfilled", other: "open"}


def test_the_copy_that_nobody_fetches_now_goes_on_and_then_home(town: Town) -> None:
    town.change(update(ITEM).where(ITEM.c.barcode == WEST_BOOK).values(status="missing"))
    for number, pickup in ((READER, "MAIN"), (OTHER_READER, "WEST")):
        town.act(requests.place, patron_number=number, title_number="T1", pickup=pickup)
    assert town.take_back(BOOK).outcome is ReturnOutcome.HOLD_SHELF
    assert town.take_back(OTHER_BOOK).branch_code == "WEST"
    assert merge(town).cancelled == 1
    sent = select(TRANSFER.c.reason).join(ITEM, ITEM.c.id == TRANSFER.c.item_id).where(ITEM.c.barcode == OTHER_BOOK)
    assert [row[0] for row in town.ask(sent)] == ["hold_cancelled"]
    assert examine(town.library) == []
    assert town.take_back(OTHER_BOOK, at="W1").branch_code == "MAIN"
    town.lend(OTHER_READER, BOOK)
    assert sorted(requests_of(town, READER).values()) == ["cancelled", "filled"]
    assert examine(town.library) == []


def test_a_loan_that_was_called_back_for_the_dropped_may_be_renewed_again(town: Town) -> None:
    town.change_rules(update(POLICY).values(recall_minimum=1))
    town.change(update(ITEM).where(ITEM.c.barcode != BOOK).values(status="withdrawn"))
    town.change(delete(TRANSFER))
    town.lend(CHILD, BOOK)
    town.clock.later(days=2)
    town.act(requests.place, patron_number=READER, title_number="T1", pickup="MAIN")
    town.act(requests.recall, patron_number=OTHER_READER, title_number="T1", pickup="MAIN")
    assert [loan.recalled for loan in town.look(patrons.open_loans, number=CHILD)] == [True]
    assert merge(town).cancelled == 1
    assert [loan.recalled for loan in town.look(patrons.open_loans, number=CHILD)] == [False]
    assert examine(town.library) == []


def entry(town: Town, number: str, kind: EntryKind, amount: int, payer: str | None = None, **more: object) -> int:
    """An entry of a patron's account, as a row; its id."""
    with town.library.database.act() as transaction:
        key = transaction.connection.execute(
            insert(ENTRY).values(
                account="deposit" if kind is EntryKind.DEPOSIT else "fees",
                kind=kind,
                amount=amount,
                patron_id=select(PATRON.c.id).where(PATRON.c.number == number).scalar_subquery(),
                payer_id=select(PATRON.c.id).where(PATRON.c.number == payer).scalar_subquery() if payer else None,
                at=NOW,
                actor="staff:S2",
                branch_id=select(func.min(BRANCH.c.id)).scalar_subquery(),
                receipt="r",
                **more,
            )
        ).inserted_primary_key
    assert key is not None
    return int(key[0])


def test_money_goes_over_deposits_included_and_is_not_counted_twice(town: Town) -> None:
    town.change_rules(update(POLICY).values(fine_amount=50))
    for number, book in ((READER, BOOK), (OTHER_READER, OTHER_BOOK)):
        town.lend(number, book)
    town.clock.later(days=33)
    for book in (BOOK, OTHER_BOOK):
        town.take_back(book)
    owed = town.look(patrons.show, number=OTHER_READER).owes
    entry(town, OTHER_READER, EntryKind.DEPOSIT, -10000, method=Method.CASH)
    fee = entry(town, OTHER_READER, EntryKind.FEE, 700)
    entry(town, OTHER_READER, EntryKind.PAYMENT, -200, payer=READER, charge_id=fee, method=Method.CASH)
    third = entry(town, CHILD, EntryKind.FEE, 300)
    entry(town, CHILD, EntryKind.PAYMENT, -300, payer=OTHER_READER, charge_id=third, method=Method.CASH)
    assert owed > 0
    answer = merge(town)
    assert answer.entries == 4
    shown = town.look(patrons.show, number=READER)
    assert (shown.owes, shown.deposit) == (2 * owed + 500, 10000)
    # Whoever paid for themselves is no other payer.
    payers = town.ask(select(ENTRY.c.patron_id, ENTRY.c.payer_id).where(ENTRY.c.payer_id.is_not(None)))
    assert [tuple(row) for row in payers] == [(person(town, CHILD), person(town, READER))]


def test_the_kept_patron_gets_what_it_lacks_and_a_block_does_not_get_lost(town: Town) -> None:
    town.act(registration.change, number=READER, phone="13800138000", note="deaf")
    town.act(registration.change, number=OTHER_READER, phone="13900139000", email="h@example.org", note="blind")
    town.act(registration.renew, number=OTHER_READER)
    town.act(registration.block, number=OTHER_READER, note="lost card")
    merge(town)
    shown = town.look(patrons.show, number=READER)
    assert (shown.name, shown.phone, shown.email) == (NAMES[READER], "13800138000", "h@example.org")
    assert (shown.status, shown.note) == (Standing.BLOCKED, "lost card · deaf · blind")
    assert shown.expires_on == date(2031, 12, 31)
    town.act(registration.unblock, number=READER)
    assert town.look(patrons.show, number=READER).note == "deaf · blind"


def test_two_blocks_become_one_with_both_reasons(town: Town) -> None:
    town.act(registration.block, number=READER, note="owes a book")
    town.act(registration.block, number=OTHER_READER, note="lost card")
    merge(town)
    assert town.look(patrons.show, number=READER).note == "owes a book, lost card"
    town.act(registration.unblock, number=OTHER_READER)
    shown = town.look(patrons.show, number=READER)
    assert (shown.status, shown.note) == (Standing.ACTIVE, "")


def test_the_same_request_merges_once_and_answers_the_same(town: Town) -> None:
    town.lend(OTHER_READER, BOOK)
    first = merge(town, key="m")
    assert merge(town, key="m") == first
    assert town.story() == ["loan.opened", "patron.merged"]


def test_a_request_from_before_the_merge_is_answered_as_it_was_for_the_kept_patron(town: Town) -> None:
    lent = town.lend(OTHER_READER, BOOK, key="lend")
    merge(town)
    again = town.lend(OTHER_READER, BOOK, key="lend")
    assert (again.loan_id, again.due_at) == (lent.loan_id, lent.due_at)
    assert (again.patron_number, again.patron_name) == (READER, NAMES[READER])


def test_the_journal_tells_of_the_merge_and_names_nobody(town: Town) -> None:
    town.lend(OTHER_READER, BOOK)
    merge(town, key="k1")
    refused(lambda: merge(town, key="k2"))
    (kind, patron_id, data), (_, about, refusal) = town.ask(
        select(EVENT.c.kind, EVENT.c.patron_id, EVENT.c.data).order_by(EVENT.c.id).offset(1)
    )
    assert (kind, patron_id, data["loans"], data["cancelled"]) == ("patron.merged", person(town, READER), 1, 0)
    assert about == person(town, READER)
    told = json.dumps([data, refusal], ensure_ascii=False)
    assert not [name for name in (READER, OTHER_READER, *NAMES.values()) if f'"{name}"' in told]
