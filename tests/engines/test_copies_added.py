"""Copies added to titles, and with titles that are new, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec
from sqlalchemy import select, update

from db.catalogue import ItemStatus
from db.places import Scheme
from db.tables import BRANCH, ITEM, ITEM_TYPE, LOCATION
from libops.barcodes import Symbology
from libops.catalogue.adding import ADDED_AS, DEAREST, CopyAnswer, CopyDraft, add_copy, proposed, quick_add
from libops.catalogue.call_numbers.schemes import shelf_key
from libops.catalogue.changing import BatchAnswer, CopyChanges, change_copy
from libops.catalogue.description import Description
from libops.doctor import examine
from libops.refusals import Refusal
from tests.engines.catalogued import barcodes, catalogue, hits, shelve
from tests.engines.town import BOOK, BOOKS, MORNING, OTHER_BOOK, SORTER, Town, ids, put, reasons, refused

DRAFT = CopyDraft("B901", "book", "MAIN")
WHOLE = CopyDraft(
    "B901",
    "disc",
    "MAIN",
    location="M-A",
    call_number=" ｉ242.4／c118 ",
    price=5970,
    status=ItemStatus.IN_PROCESS,
    volume=" 上 ",
    condition="worn",
    note=" 赠书 ",
    rfid_uid="e0:04-01 50abcdef01",
)


def add(town: Town, draft: CopyDraft = DRAFT, title: str = "T1") -> CopyAnswer:
    return town.act(add_copy, title_number=title, copy=draft)


def change(town: Town, barcode: str, **fields: str | int | None) -> BatchAnswer:
    return town.act(change_copy, barcode=barcode, changes=CopyChanges(**fields))  # type: ignore[arg-type]


def test_a_copy_is_kept_with_all_that_was_said_of_it(town: Town) -> None:
    answer = add(town, WHOLE)
    assert answer == CopyAnswer(
        barcode="B901", title_number="T1", title="红楼梦 [b]", call_number="I242.4/C118", location="M-A"
    )
    row = town.ask(select(ITEM).where(ITEM.c.barcode == "B901"))[0]
    assert (row.item_type_id, row.branch_id) == (ids(town, ITEM_TYPE)["disc"], ids(town, BRANCH)["MAIN"])
    assert (row.location_id, row.call_number) == (ids(town, LOCATION)["M-A"], "I242.4/C118")
    assert (row.price, row.status, row.volume, row.condition, row.note) == (5970, "in_process", "上", "worn", "赠书")
    assert (row.rfid_uid, row.added_at, row.shelf_key) == (
        "E0040150ABCDEF01",
        MORNING,
        shelf_key(Scheme.CLC, "I242.4/C118"),
    )
    assert town.story()[-1] == "item.added"
    assert examine(town.library) == []


def test_a_copy_is_kept_without_the_signs_around_its_bars_and_found_with_them(town: Town) -> None:
    town.library.patterns = msgspec.structs.replace(town.library.patterns, symbology=Symbology.CODE39)
    assert add(town, msgspec.structs.replace(DRAFT, barcode="*B901*")).barcode == "B901"
    assert hits(town, "*B901*") == hits(town, "B901") == ["红楼梦 [b]"]


def test_what_no_label_can_say_is_refused(town: Town) -> None:
    town.library.patterns = msgspec.structs.replace(town.library.patterns, item=".+", symbology=Symbology.CODE128)
    assert refused(lambda: add(town, msgspec.structs.replace(DRAFT, barcode="书901"))) == ["code.not_on_label"]


def test_a_copy_stands_in_the_order_of_its_locations_scheme(town: Town) -> None:
    with town.library.database.act() as transaction:
        west = ids(town, BRANCH)["WEST"]
        put(transaction, LOCATION, branch_id=west, code="W-D", name_zh="西", name_en="W", scheme=Scheme.DEWEY)
    add(town, CopyDraft("B902", "book", "WEST", location="W-D", call_number="895.1348 C118"))
    key = town.ask(select(ITEM.c.shelf_key).where(ITEM.c.barcode == "B902"))[0][0]
    assert key == shelf_key(Scheme.DEWEY, "895.1348 C118") != shelf_key(Scheme.CLC, "895.1348 C118")
    change(town, "B902", branch="MAIN", location="M-A")
    key = town.ask(select(ITEM.c.shelf_key).where(ITEM.c.barcode == "B902"))[0][0]
    assert key == shelf_key(Scheme.CLC, "895.1348 C118")


def test_a_copy_of_a_book_that_is_new_is_added_in_one_go(town: Town) -> None:
    answer = town.act(quick_add, about=Description("新书"), copy=DRAFT)
    assert (answer.new_title, answer.title_number, answer.title) == (True, "L00000001", "新书")
    assert (hits(town, "新书"), barcodes(town, "L00000001")) == (["新书"], ["B901"])
    assert town.story()[-2:] == ["title.added", "item.added"]
    # Nothing of it stays where the copy cannot be added.
    taken = msgspec.structs.replace(DRAFT, barcode=BOOK)
    assert refused(lambda: town.act(quick_add, about=Description("再来"), copy=taken)) == ["copy.barcode_taken"]
    assert refused(lambda: town.act(quick_add, about=Description(""), copy=DRAFT)) == ["title.empty"]
    assert hits(town, "再来") == []


NOT_ADDED_AS: list[object] = [status for status in ItemStatus if status not in ADDED_AS]
REFUSED: list[tuple[dict[str, object], list[str]]] = [
    ({"barcode": ""}, ["code.empty"]),
    ({"barcode": "B9\0"}, ["code.unreadable"]),
    ({"barcode": "B" * 200}, ["code.too_long"]),
    ({"barcode": "P1"}, ["copy.not_a_barcode"]),
    ({"barcode": "9787020002207"}, ["copy.not_a_barcode"]),
    ({"barcode": BOOK}, ["copy.barcode_taken"]),
    ({"branch": "NO"}, ["copy.no_branch"]),
    ({"branch": ""}, ["copy.no_branch"]),
    ({"location": "NO"}, ["copy.no_location"]),
    ({"branch": "WEST", "location": "M-A"}, ["copy.no_location"]),
    ({"item_type": "NO"}, ["copy.no_type"]),
    ({"condition": "shabby"}, ["copy.bad_condition"]),
    *[({"status": status}, ["copy.bad_status"]) for status in NOT_ADDED_AS],
    ({"call_number": "x" * 121}, ["copy.too_long"]),
    ({"note": "x" * 501}, ["copy.too_long"]),
    ({"volume": "x" * 121}, ["copy.too_long"]),
    ({"note": "x\0"}, ["code.unreadable"]),
    ({"volume": "\ud800"}, ["code.unreadable"]),
    ({"price": -1}, ["copy.bad_price"]),
    ({"price": DEAREST + 1}, ["copy.bad_price"]),
    ({"rfid_uid": "not hex"}, ["copy.bad_tag"]),
    ({"rfid_uid": "A" * 65}, ["copy.bad_tag"]),
    ({"rfid_uid": "a0b1"}, ["copy.rfid_taken"]),
    (
        {"barcode": BOOK, "branch": "NO", "item_type": "NO", "condition": "bad", "price": -1},
        ["copy.barcode_taken", "copy.no_branch", "copy.no_type", "copy.bad_condition", "copy.bad_price"],
    ),
]


def test_a_copy_that_cannot_be_added_is_refused_with_every_reason(town: Town) -> None:
    change(town, OTHER_BOOK, rfid_uid="A0:B1")
    before = len(town.ask(select(ITEM.c.id)))
    for fields, codes in REFUSED:
        draft = msgspec.structs.replace(DRAFT, **fields)
        assert refused(partial(add, town, draft)) == codes, fields
        assert refused(partial(town.act, quick_add, about=Description("书"), copy=draft)) == codes, fields
    assert len(town.ask(select(ITEM.c.id))) == before
    assert refused(lambda: add(town, title="nowhere")) == ["title.unknown"]
    assert refused(lambda: town.act(add_copy, by=SORTER, title_number="T1", copy=DRAFT)) == ["permission.missing"]
    assert refused(lambda: town.act(quick_add, by=SORTER, about=Description("书"), copy=DRAFT)) == [
        "permission.missing"
    ]
    assert examine(town.library) == []


def test_a_refusal_tells_what_is_known_and_who_has_the_number(town: Town) -> None:
    (reason,) = reasons(lambda: add(town, msgspec.structs.replace(DRAFT, branch="NO")))
    assert reason.facts == {"code": "NO", "known": "MAIN, WEST, YORK"}
    (reason,) = reasons(lambda: add(town, msgspec.structs.replace(DRAFT, branch="WEST", location="M-A")))
    assert reason.facts == {"branch": "WEST", "code": "M-A", "known": "—"}
    (reason,) = reasons(lambda: add(town, msgspec.structs.replace(DRAFT, barcode=BOOK)))
    assert reason.facts == {"barcode": BOOK, "title": "红楼梦 [b]"}


def test_the_same_request_adds_one_copy(town: Town) -> None:
    first = town.act(add_copy, title_number="T1", copy=DRAFT, key="k1")
    assert town.act(add_copy, title_number="T1", copy=DRAFT, key="k1") == first
    assert town.story().count("item.added") == 1
    quick = town.act(quick_add, about=Description("书"), copy=CopyDraft("B902", "book", "MAIN"), key="k2")
    assert town.act(quick_add, about=Description("书"), copy=CopyDraft("B902", "book", "MAIN"), key="k2") == quick


def test_one_barcode_that_is_stuck_on_several_books_at_once_is_one_copys(town: Town) -> None:
    numbers = [catalogue(town, f"书 {letter}") for letter in "abcd"]

    def stick(number: str) -> list[str]:
        try:
            add(town, WHOLE, number)
        except Refusal as refusal:
            return [reason.code for reason in refusal.reasons]
        return []

    with ThreadPoolExecutor(4) as threads:
        results = sorted(threads.map(stick, numbers))
    assert results == [[], *[["copy.barcode_taken"]] * 3]
    assert sum(barcodes(town, number) == ["B901"] for number in numbers) == 1


def test_what_is_not_named_of_a_copy_stays_as_it_is(town: Town) -> None:
    add(town, WHOLE)
    before = town.ask(select(ITEM).where(ITEM.c.barcode == "B901"))[0]._asdict()
    answer = change(town, "B901", note="new", price=100)
    assert (answer.chosen, answer.changed, answer.left) == (1, 1, 0)
    assert answer.examples[0].before == {"note": "赠书", "price": 5970}
    assert answer.examples[0].after == {"note": "new", "price": 100}
    after = town.ask(select(ITEM).where(ITEM.c.barcode == "B901"))[0]._asdict()
    assert after == {**before, "note": "new", "price": 100}
    assert change(town, "B901", note="new").changed == 0
    taken_away = change(
        town, "B901", note="", price=-1, volume="", condition="", rfid_uid="", location="", call_number=""
    )
    assert taken_away.changed == 1
    bare = town.ask(select(ITEM).where(ITEM.c.barcode == "B901"))[0]
    assert (bare.note, bare.price, bare.volume, bare.condition, bare.rfid_uid) == ("", None, "", "", None)
    assert (bare.location_id, bare.call_number, bare.shelf_key) == (None, "", "")
    assert examine(town.library) == []


def test_a_new_copy_is_proposed_as_the_branchs_latest_copy_of_the_title_with_a_call_number_has_it(town: Town) -> None:
    number = catalogue(town, "另一本")

    def beside(branch: str = "MAIN") -> tuple[str, str, str]:
        found = town.look(proposed, title_number=number, branch=branch)
        return found.location, found.call_number, found.item_type

    assert beside() == ("", "", "")
    shelve(town, "B901", number, item_type="disc")
    assert beside() == ("", "", "disc")
    shelve(town, "B902", number, location="M-A", call_number="I1/1")
    shelve(town, "B903", number, branch="WEST", item_type="atlas", call_number="I1/2")
    shelve(town, "B904", number, item_type="disc")
    assert (beside(), beside("WEST")) == (("M-A", "I1/1", "book"), ("", "I1/2", "atlas"))
    shelve(town, "B905", number, item_type="disc", call_number="I1/3")
    assert beside() == ("", "I1/3", "disc")
    town.change(update(ITEM).where(ITEM.c.barcode == "B905").values(status=ItemStatus.WITHDRAWN))
    assert (beside(), beside("NO"), beside("\0")) == (("M-A", "I1/1", "book"), ("", "", ""), ("", "", ""))


def test_another_branch_takes_the_location_away_unless_one_is_named(town: Town) -> None:
    moved = change(town, BOOK, branch="WEST").examples[0]
    assert (moved.before["branch"], moved.after["branch"]) == ("MAIN", "WEST")
    assert (moved.before["location"], moved.after["location"]) == ("M-A", "")
    back = change(town, BOOK, location="M-A").examples[0]
    assert (back.after["branch"], back.after["location"]) == ("MAIN", "M-A")


def test_a_change_that_cannot_be_made_is_refused(town: Town) -> None:
    change(town, OTHER_BOOK, rfid_uid="A0B1")
    wrong: list[tuple[dict[str, str | int], list[str]]] = [
        ({}, ["batch.no_change"]),
        ({"branch": "NO"}, ["copy.no_branch"]),
        ({"location": "NO"}, ["copy.no_location"]),
        ({"branch": "WEST", "location": "M-A"}, ["copy.no_location"]),
        ({"item_type": "NO"}, ["copy.no_type"]),
        ({"condition": "bad"}, ["copy.bad_condition"]),
        ({"call_number": "x" * 121}, ["copy.too_long"]),
        ({"volume": "x" * 121}, ["copy.too_long"]),
        ({"price": DEAREST + 1}, ["copy.bad_price"]),
        ({"rfid_uid": "a0 b1"}, ["copy.rfid_taken"]),
        ({"rfid_uid": "xyz"}, ["copy.bad_tag"]),
    ]
    for fields, codes in wrong:
        assert refused(partial(change, town, BOOK, **fields)) == codes, fields
    assert refused(lambda: change(town, "B999", note="x")) == ["item.unknown"]
    assert refused(lambda: town.act(change_copy, by=SORTER, barcode=BOOK, changes=CopyChanges(note="x"))) == [
        "permission.missing"
    ]
    assert change(town, OTHER_BOOK, rfid_uid="a0:b1").changed == 0
    assert [code for code in BOOKS if code in barcodes(town, "T1")] == list(BOOKS)
