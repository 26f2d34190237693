"""Many copies changed at once: looked at first, done, and put back, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import insert, select, update

from db.places import Scheme
from db.tables import BRANCH, ITEM, ITEM_TYPE, LOCATION, STAFF, TITLE
from libops.catalogue import batches
from libops.catalogue.changing import BatchAnswer, CopyChanges, change_copies, change_copy, preview
from libops.catalogue.choosing import MOST, Chosen
from libops.catalogue.search.candidates import Narrowed
from libops.catalogue.shelving import shelve_by
from libops.doctor import examine
from libops.refusals import Refusal
from libops.work import Actor
from tests.engines.catalogued import catalogue, hits, shelve
from tests.engines.town import (
    BOOK,
    BOOKS,
    CLERK,
    DISC,
    OPERATOR,
    OTHER_BOOK,
    OTHER_DISC,
    SORTER,
    SUPERVISOR,
    THIRD_BOOK,
    WEST_BOOK,
    Town,
    ids,
    refused,
)

TWO = Chosen(barcodes=(BOOK, OTHER_BOOK))
NOTED = CopyChanges(note="checked")


def do(town: Town, chosen: Chosen = TWO, changes: CopyChanges = NOTED, key: str | None = None) -> BatchAnswer:
    return town.act(change_copies, by=SUPERVISOR, chosen=chosen, changes=changes, key=key)


def see(town: Town, chosen: Chosen = TWO, changes: CopyChanges = NOTED) -> BatchAnswer:
    return town.look(preview, by=SUPERVISOR, chosen=chosen, changes=changes)


def undo(town: Town, number: str) -> BatchAnswer:
    return town.act(batches.undo_batch, by=SUPERVISOR, number=number)


def refused_or_done(act: Callable[[], object]) -> list[str]:
    try:
        act()
    except Refusal as refusal:
        return [reason.code for reason in refusal.reasons]
    return []


def rows(town: Town) -> list[tuple[object, ...]]:
    return [tuple(row) for row in town.ask(select(ITEM).order_by(ITEM.c.id))]


def test_a_preview_tells_what_would_change_and_writes_nothing(town: Town) -> None:
    before, story = rows(town), town.story()
    seen = see(town, Chosen(branch="MAIN", item_type="disc"), CopyChanges(branch="WEST", condition="good"))
    assert (seen.number, seen.chosen, seen.changed) == ("", 2, 2)
    assert [change.barcode for change in seen.examples] == [DISC, OTHER_DISC]
    assert seen.examples[0].before == {"branch": "MAIN", "location": "M-A", "condition": ""}
    assert seen.examples[0].after == {"branch": "WEST", "location": "", "condition": "good"}
    assert (rows(town), town.story()) == (before, story)
    done = do(town, Chosen(branch="MAIN", item_type="disc"), CopyChanges(branch="WEST", condition="good"))
    assert (done.chosen, done.changed, done.examples) == (2, 2, seen.examples)
    assert done.number


def test_items_are_chosen_by_each_thing_and_by_all_of_it_together(town: Town) -> None:
    number = catalogue(town, "另一本")
    shelve(town, "B901", number, branch="WEST", call_number="TP312/1", condition="worn")
    shelve(town, "B902", number, call_number="TP311/1")
    for chosen, count in (
        (Chosen(barcodes=(BOOK, BOOK, OTHER_BOOK)), 2),
        (Chosen(branch="WEST"), 3),
        (Chosen(location="M-A"), 13),
        (Chosen(item_type="atlas"), 1),
        (Chosen(call_number="tp31"), 2),
        (Chosen(call_number="TP312"), 1),
        (Chosen(condition="worn"), 1),
        (Chosen(title_number=number), 2),
        (Chosen((BOOK, "B901"), "WEST", "", "book", "TP", "worn", number), 1),
    ):
        assert see(town, chosen).chosen == count, chosen
    for chosen in (
        Chosen(),
        Chosen(call_number="TP9"),
        Chosen(title_number="nowhere"),
        Chosen(condition="poor"),
        Chosen(barcodes=(BOOK,), branch="WEST"),
    ):
        assert refused(partial(see, town, chosen)) == ["batch.nothing"], chosen
        assert refused(partial(do, town, chosen)) == ["batch.nothing"], chosen


def test_what_is_changed_is_put_back_whole(town: Town) -> None:
    number = catalogue(town, "另一本")
    shelve(town, "B901", number, call_number="TP312/1", price=100, note="old", rfid_uid="A0")
    before = rows(town)
    changes = CopyChanges("disc", "WEST", "", "Z9/1", 500, "2", "poor", "new")
    done = do(town, Chosen(title_number=number), changes)
    west = Narrowed(branch_id=ids(town, BRANCH)["WEST"])
    assert hits(town, "另一本", west) == hits(town, "Z9/1") == ["另一本"]
    back = undo(town, done.number)
    assert (back.chosen, back.changed, back.left) == (1, 1, 0)
    assert back.examples[0].before == done.examples[0].after
    assert back.examples[0].after == done.examples[0].before
    assert (rows(town), hits(town, "另一本", west), hits(town, "TP312/1")) == (before, [], ["另一本"])
    assert refused(lambda: undo(town, done.number)) == ["batch.undone"]
    assert rows(town) == before
    assert examine(town.library) == []


def test_undoing_leaves_what_something_else_has_changed_since(town: Town) -> None:
    done = do(town, Chosen(barcodes=(BOOK, OTHER_BOOK, THIRD_BOOK)))
    town.act(change_copy, barcode=BOOK, changes=CopyChanges(note="mine"))
    # What the change did not touch may be another since.
    town.act(change_copy, barcode=OTHER_BOOK, changes=CopyChanges(price=700))
    town.lend("P1", THIRD_BOOK)
    back = undo(town, done.number)
    assert (back.chosen, back.changed, back.left) == (3, 2, 1)
    notes = select(ITEM.c.note, ITEM.c.price).where(ITEM.c.barcode.in_(BOOKS[:3])).order_by(ITEM.c.barcode)
    assert [tuple(row) for row in town.ask(notes)] == [("mine", None), ("", 700), ("", None)]
    assert town.status_of(THIRD_BOOK) == "checked_out"


def test_undoing_puts_a_copy_where_its_locations_scheme_has_it_today(town: Town) -> None:
    done = do(town, TWO, CopyChanges(call_number="I1/1"))
    town.act(shelve_by, by=OPERATOR, location="M-A", scheme=Scheme.PLAIN)
    assert undo(town, done.number).changed == 2
    assert examine(town.library) == []


def test_a_tag_that_is_on_another_copy_by_now_is_not_put_back(town: Town) -> None:
    town.act(change_copy, barcode=BOOK, changes=CopyChanges(rfid_uid="A0"))
    done = town.act(change_copy, barcode=BOOK, changes=CopyChanges(rfid_uid="A1"))
    town.act(change_copy, barcode=OTHER_BOOK, changes=CopyChanges(rfid_uid="A0"))
    back = undo(town, done.number)
    assert (back.changed, back.left) == (0, 1)


def test_what_is_as_it_was_already_is_not_said_to_be_changed_by_something_else(town: Town) -> None:
    done = do(town, Chosen(barcodes=(BOOK, OTHER_BOOK, THIRD_BOOK)))
    town.act(change_copy, barcode=BOOK, changes=CopyChanges(note=""))
    town.act(change_copy, barcode=OTHER_BOOK, changes=CopyChanges(note="mine"))
    back = undo(town, done.number)
    assert (back.chosen, back.changed, back.left) == (3, 1, 1)


def test_the_latest_changes_of_many_copies_are_listed_the_newest_first(town: Town) -> None:
    put_in_staff = insert(STAFF).values(badge="S3", name="王主管", role="supervisor", language="zh", pin_hash="x")
    town.change(put_in_staff)
    first, second = do(town), do(town, Chosen(branch="WEST"), CopyChanges(price=5, location=""))
    town.act(change_copy, barcode=BOOK, changes=CopyChanges(price=700))
    third = town.act(change_copies, by=OPERATOR, chosen=TWO, changes=CopyChanges(condition="good"))
    town.clock.later(minutes=5)
    undo(town, first.number)
    listed = town.look(batches.latest, by=SUPERVISOR)
    assert [(batch.act, batch.changed, batch.actor, batch.staff_name) for batch in listed] == [
        (third.number, 2, OPERATOR.name, None),
        (second.number, 2, SUPERVISOR.name, "王主管"),
        (first.number, 2, SUPERVISOR.name, "王主管"),
    ]
    assert [batch.what for batch in listed] == [
        {"condition": "good"},
        {"price": 5, "location": ""},
        {"note": "checked"},
    ]
    assert [batch.put_back_at for batch in listed] == [None, None, town.clock.now]
    assert [batch.act for batch in town.look(batches.latest, by=SUPERVISOR, most=1)] == [third.number]


def test_a_change_is_put_back_by_the_number_that_people_call_it_by_or_by_its_act_and_once(town: Town) -> None:
    first, second = do(town), do(town, TWO, CopyChanges(price=5))
    numbers = {batch.act: batch.number for batch in town.look(batches.latest, by=SUPERVISOR)}
    short = numbers[first.number]
    assert short.isdigit()
    assert town.look(batches.called, by=SUPERVISOR, answer=first).number == short
    assert undo(town, short).changed == 2
    assert refused(lambda: undo(town, short)) == ["batch.undone"]
    assert refused(lambda: undo(town, first.number)) == ["batch.undone"]
    assert undo(town, second.number).changed == 2
    assert refused(lambda: undo(town, numbers[second.number])) == ["batch.undone"]
    for unknown in ("0", "9" * 18, "9" * 40, "-1", "²"):
        assert refused(partial(undo, town, unknown)) == ["batch.unknown"], unknown


def test_of_two_who_put_the_same_change_back_at_once_one_does(town: Town) -> None:
    number = do(town, Chosen(location="M-A")).number
    barrier = Barrier(2)

    def put_back() -> list[str]:
        barrier.wait(30)
        return refused_or_done(lambda: undo(town, number))

    with ThreadPoolExecutor(2) as threads:
        told = [running.result(60) for running in [threads.submit(put_back) for _ in range(2)]]
    assert sorted(told) == [[], ["batch.undone"]]


def test_what_cannot_be_chosen_or_changed_is_refused(town: Town) -> None:
    wrong: list[tuple[Chosen, CopyChanges, list[str]]] = [
        (TWO, CopyChanges(), ["batch.no_change"]),
        (TWO, CopyChanges(rfid_uid="A0"), ["batch.one_tag"]),
        (TWO, CopyChanges(branch="NO"), ["copy.no_branch"]),
        (TWO, CopyChanges(location="NO"), ["copy.no_location"]),
        (TWO, CopyChanges(condition="bad"), ["copy.bad_condition"]),
        (Chosen(branch="NO"), NOTED, ["copy.no_branch"]),
        (Chosen(branch="WEST", location="M-A"), NOTED, ["copy.no_location"]),
        (Chosen(item_type="NO"), NOTED, ["copy.no_type"]),
        (Chosen(call_number="\0"), NOTED, ["code.unreadable"]),
        (Chosen(barcodes=(BOOK, "B999", "P1", "\0")), NOTED, ["item.unknown", "code.is_patron", "code.unreadable"]),
        (Chosen(barcodes=tuple(f"B{place}" for place in range(9000, 9050))), NOTED, ["item.unknown"] * 5),
    ]
    for chosen, changes, codes in wrong:
        assert refused(partial(see, town, chosen, changes)) == codes, (chosen, changes)
        assert refused(partial(do, town, chosen, changes)) == codes, (chosen, changes)
    assert refused(lambda: undo(town, "nowhere")) == ["batch.unknown"]
    assert town.look(batches.latest, by=SUPERVISOR) == []


@pytest.mark.parametrize("actor", [SORTER, CLERK], ids=["sorter", "clerk"])
def test_who_may_not_change_many_items_is_refused(town: Town, actor: Actor) -> None:
    number = do(town).number
    for act in (
        partial(town.act, change_copies, chosen=TWO, changes=NOTED, by=actor),
        partial(town.look, preview, chosen=TWO, changes=NOTED, by=actor),
        partial(town.act, batches.undo_batch, number=number, by=actor),
        partial(town.look, batches.latest, by=actor),
    ):
        assert refused(act) == ["permission.missing"]


def test_as_many_as_are_changed_at_once_are_and_more_are_refused(town: Town) -> None:
    fixed = {
        "title_id": ids(town, TITLE, "number")["T1"],
        "branch_id": ids(town, BRANCH)["YORK"],
        "item_type_id": ids(town, ITEM_TYPE)["book"],
    }
    town.change(insert(ITEM).values([{"barcode": f"B7{place:04}", **fixed} for place in range(MOST)]))
    assert see(town, Chosen(branch="YORK")).changed == MOST
    done = do(town, Chosen(branch="YORK"))
    assert (done.changed, len(done.examples)) == (MOST, 20)
    town.change(update(ITEM).where(ITEM.c.barcode == WEST_BOOK).values(branch_id=fixed["branch_id"]))
    assert refused(lambda: see(town, Chosen(branch="YORK"))) == ["batch.too_many"]
    assert refused(lambda: do(town, Chosen(branch="YORK"))) == ["batch.too_many"]
    assert refused(lambda: do(town, Chosen((*(f"B7{place:04}" for place in range(MOST)), BOOK)))) == ["batch.too_many"]
    assert undo(town, done.number).changed == MOST


def test_changes_of_the_same_items_at_once_happen_one_after_the_other(town: Town) -> None:
    """Whichever is last decides, and undoing it brings back what the other wrote."""
    barrier = Barrier(2)

    def write(note: str) -> list[str]:
        done = []
        for turn in range(6):
            barrier.wait(30)
            done.append(do(town, Chosen(location="M-A"), CopyChanges(note=f"{note} {turn}")).number)
        return done

    with ThreadPoolExecutor(2) as threads:
        for running in [threads.submit(write, "a"), threads.submit(write, "b")]:
            running.result(60)
    notes = {note for (note,) in town.ask(select(ITEM.c.note).where(ITEM.c.location_id == ids(town, LOCATION)["M-A"]))}
    assert notes in ({"a 5"}, {"b 5"})
    for batch in town.look(batches.latest, by=SUPERVISOR):
        assert undo(town, batch.number).left == 0
    assert {note for (note,) in town.ask(select(ITEM.c.note))} == {""}


def test_the_same_request_changes_once(town: Town) -> None:
    first = do(town, key="k1")
    town.act(change_copy, barcode=BOOK, changes=CopyChanges(note="mine"))
    assert do(town, key="k1") == first
    assert town.ask(select(ITEM.c.note).where(ITEM.c.barcode == BOOK))[0][0] == "mine"
