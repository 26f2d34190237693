"""The search knows what the library holds in the moment in which it is written, and nothing that never came to be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, select, text, update

from db.search_index import FTS
from db.tables import BAY, BRANCH, ITEM, LOCATION, STACK, TITLE, TITLE_IDENTIFIER
from libops.catalogue import checks
from libops.catalogue.cataloguing import add_title, change_title
from libops.catalogue.changing import CopyChanges, change_copy
from libops.catalogue.description import Description
from libops.catalogue.search.candidates import Narrowed
from libops.catalogue.search.finding import find
from libops.catalogue.search.indexing import index_titles, is_whole, rebuild
from libops.doctor import examine
from libops.findings import Finding
from libops.work import Work
from tests.engines.catalogued import ask, catalogue, hits, indexed, named, shelve, write
from tests.engines.town import BOOK, MORNING, Town, ids, put

PATIENCE = 30
"""Seconds that a thread waits for another; a race that takes this long is broken."""


def at(town: Town, branch: str) -> Narrowed:
    return Narrowed(branch_id=ids(town, BRANCH)[branch])


def test_what_is_rolled_back_leaves_nothing_in_the_search(town: Town) -> None:
    before = indexed(town)

    def add_and_fail(work: Work) -> None:
        add_title(work, about=Description("追忆似水年华"))
        assert find(work, "追忆似水年华").total == 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        town.act(add_and_fail)
    assert (hits(town, "追忆似水年华"), indexed(town)) == ([], before)
    assert examine(town.library) == []


def test_a_title_is_found_by_what_it_says_now_and_by_nothing_that_it_said(town: Town) -> None:
    number = catalogue(town, Description("旧题名", names=named("张三"), isbns=("9787536692930",), subjects=("天文",)))
    for typed in ("旧题名", "张三", "9787536692930", "天文", "jiutiming"):
        assert hits(town, typed) == ["旧题名"], typed
    renamed = Description("新名称", names=named("李四"), isbns=("9787020002207",))
    town.act(change_title, number=number, about=renamed)
    for typed in ("旧题名", "张三", "9787536692930", "天文", "jiutiming"):
        assert hits(town, typed) == [], typed
    for typed in ("新名称", "李四", "9787020002207", "xmc"):
        assert hits(town, typed) == ["新名称"], typed
    assert indexed(town) == 2


def test_copies_are_found_where_they_belong_in_the_moment_they_are_added_or_moved(town: Town) -> None:
    number = catalogue(town, "海底两万里")
    assert hits(town, "海底", at(town, "MAIN")) == []
    shelve(town, "B901", number, call_number="I565.44/1")
    assert hits(town, "海底", at(town, "MAIN")) == hits(town, "B901") == hits(town, "I565.44") == ["海底两万里"]
    town.act(change_copy, barcode="B901", changes=CopyChanges(branch="WEST", call_number="Z1/2"))
    assert hits(town, "海底", at(town, "MAIN")) == hits(town, "I565.44") == []
    assert hits(town, "海底", at(town, "WEST")) == hits(town, "Z1/2") == ["海底两万里"]
    assert examine(town.library) == []


def test_copies_that_are_added_to_one_title_at_once_leave_all_their_branches(town: Town) -> None:
    numbers = [catalogue(town, f"同时 {letter}") for letter in "abcdef"]
    branches = ("MAIN", "WEST", "YORK")
    barrier = Barrier(len(branches))

    def add(place: int) -> None:
        for turn, number in enumerate(numbers):
            barrier.wait(PATIENCE)
            shelve(town, f"B9{place}{turn}", number, branch=branches[place])

    with ThreadPoolExecutor(len(branches)) as threads:
        list(threads.map(add, range(len(branches))))
    for branch in branches:
        assert len(hits(town, "同时", at(town, branch))) == len(numbers), branch
    assert examine(town.library) == []


def test_a_title_that_is_changed_while_a_copy_is_added_has_both_in_the_search(town: Town) -> None:
    numbers = [catalogue(town, f"原来 {letter}") for letter in "abcdef"]
    barrier = Barrier(2)

    def change() -> None:
        for number in numbers:
            barrier.wait(PATIENCE)
            town.act(change_title, number=number, about=Description("后来"))

    def add() -> None:
        for turn, number in enumerate(numbers):
            barrier.wait(PATIENCE)
            shelve(town, f"B90{turn}", number, branch="WEST")

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(change), threads.submit(add)]:
            done.result(PATIENCE)
    assert hits(town, "后来", at(town, "WEST")) == ["后来"] * len(numbers)
    assert hits(town, "原来") == []


def test_numbers_that_are_given_out_at_once_are_all_different(town: Town) -> None:
    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(lambda place: catalogue(town, f"书 {place}"), range(12)))
    assert sorted(numbers) == [f"L{place:08d}" for place in range(1, 13)]
    assert indexed(town) == 13


def test_numbers_of_others_that_look_like_the_librarys_own_are_passed_over(town: Town) -> None:
    for number in ("L9", "L5ABCDEFG", "L0000000X", "L9999999\N{DIGIT NINE}9", "l00000007"):
        catalogue(town, number, number)
    assert catalogue(town, "下一个") == "L00000001"


def test_the_index_is_made_anew_while_titles_are_added(town: Town) -> None:
    write(town, *(Description(f"重建 {place}") for place in range(1100)))
    with town.library.database.act() as transaction:
        transaction.connection.execute(text("DELETE FROM title_search"))
        transaction.connection.execute(update(TITLE).values(title_key=""))
        assert not is_whole(transaction)
    assert (ask(town, "重建").total, indexed(town)) == (0, 0)
    told: list[tuple[int, int]] = []
    adding: Thread | None = None
    for done, total in rebuild(town.library.database):
        told.append((done, total))
        if adding is None:
            adding = Thread(target=lambda: [catalogue(town, f"重建时 {place}") for place in range(5)])
            adding.start()
    assert adding is not None
    adding.join(PATIENCE)
    assert told[0] == (500, 1101)
    assert told[-1][0] == told[-1][1] >= 1101
    assert (indexed(town), len(hits(town, "重建时"))) == (1106, 5)
    with town.library.database.reading() as transaction:
        assert is_whole(transaction)
    assert examine(town.library) == []


def test_making_the_index_anew_changes_nothing_that_was_right(town: Town) -> None:
    number = catalogue(town, Description("不变", names=named("王五"), year=1999, languages=("zh",)))
    shelve(town, "B901", number, branch="WEST")
    before = _rows(town)
    for _ in rebuild(town.library.database):
        pass
    assert _rows(town) == before


def _rows(town: Town) -> list[str]:
    with town.library.database.reading() as transaction:
        columns = "title_id, words::text" if transaction.locks_rows else "rowid, *"
        rows = transaction.connection.execute(text(f"SELECT {columns} FROM title_search"))
        return sorted(str(row) for row in rows)


def test_the_doctor_finds_what_the_search_does_not_know_and_what_stands_wrong(town: Town) -> None:
    number = catalogue(town, Description("病人", isbns=("9787536692930",)))
    shelve(town, "B901", number, call_number="I1/1", location="M-A")
    assert _found(town) == []
    west, item = ids(town, BRANCH)["WEST"], ITEM.c.barcode == "B901"
    with town.library.database.act() as transaction:
        elsewhere = put(transaction, LOCATION, branch_id=west, code="W-A", name_zh="西", name_en="W")
        stack = put(transaction, STACK, branch_id=west, site="W", scheme="clc", plan={}, loaded_at=MORNING)
        where = {"floor": "1", "aisle": "A", "face": "L", "y": 1.0, "shelves": 5, "seq": 1}
        bay = put(transaction, BAY, stack_id=stack, code="1", **where)
    assert _found(town) == []
    for change, back, finding in (
        (update(TITLE).values(title_key=""), None, Finding("title.not_indexed", number)),
        (text("DELETE FROM title_search"), None, Finding("title.not_indexed", number)),
        (update(TITLE).values(about={"title": "另一个题名"}), None, Finding("title.index_stale", number)),
        (update(ITEM).where(item).values(shelf_key=""), {}, Finding("item.no_shelf_key", "B901")),
        (update(ITEM).where(item).values(shelf_key="AAA"), {}, Finding("item.shelf_key", "B901")),
        (update(ITEM).where(item).values(location_id=elsewhere), {}, Finding("item.location_elsewhere", "B901")),
        (update(ITEM).where(item).values(bay_id=bay), {}, Finding("item.bay_elsewhere", "B901")),
        (
            update(TITLE_IDENTIFIER).values(value="9787536692931"),
            None,
            Finding("title.identifier", "9787536692931"),
        ),
    ):
        kept = town.ask(select(ITEM.c.shelf_key, ITEM.c.location_id, ITEM.c.bay_id).where(item))[0]
        town.change(change)
        assert finding in _found(town)
        assert finding in examine(town.library)
        if back is None:
            town.act(change_title, number=number, about=Description(f"病人 {finding.code}", isbns=("9787536692930",)))
            with town.library.database.act() as transaction:
                index_titles(transaction, [key for (key,) in town.ask(select(TITLE.c.id))])
        town.change(update(ITEM).where(item).values(**kept._asdict()))
        assert _found(town) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_doctor_finds_what_the_search_holds_of_titles_that_are_gone(town: Town) -> None:
    number = catalogue(town, "离去")
    key = town.ask(select(TITLE.c.id).where(TITLE.c.number == number))[0][0]
    town.change(delete(TITLE).where(TITLE.c.id == key))
    assert Finding("title.index_without_title", str(key)) in _found(town)
    town.change(delete(FTS).where(FTS.c.rowid == key))
    assert _found(town) == []
    assert hits(town, BOOK) == ["红楼梦 [b]"]


def _found(town: Town) -> list[Finding]:
    with town.library.database.reading() as transaction:
        return list(checks.find(transaction))
