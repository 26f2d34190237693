"""Lost, missing, damaged and withdrawn items by command, and what is overdue."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from db.database import Database
from db.tables import ITEM, LOAN, POLICY
from libops.bootstrap import wall_clock
from tests.commands.program import BOOK, CLERK, OTHER_BOOK, OTHER_PATRON, PATRON, SORTER, WITHDRAWN, Program

COMMANDS = {
    "item lost": True,
    "item claimed": True,
    "item found": True,
    "item missing": True,
    "item damaged": True,
    "item parts": True,
    "item withdraw": True,
    "item status": True,
    "item history": False,
    "overdue list": False,
    "overdue count": False,
}


@pytest.mark.parametrize(("command", "acts"), COMMANDS.items())
def test_every_command_has_help_and_answers_in_json(program: Program, command: str, acts: bool) -> None:
    shown = program.run(*command.split(), "--help")
    assert (shown.code, shown.err) == (0, "")
    assert "--json" in shown.out
    assert ("--key" in shown.out) == acts


def status(library: Program, barcode: str = BOOK) -> object:
    return library.json("item", "show", barcode).json["status"]


def test_a_book_is_lost_charged_and_comes_back(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    lost = library.json("item", "lost", BOOK, "--price", "58.00").json
    assert (lost["was"], lost["status"], lost["patron_number"]) == ("checked_out", "declared_lost", PATRON)
    assert status(library) == "declared_lost"
    assert library.json("item", "lost", BOOK).refused == ["lost.already"]
    listed = library.json("charge", "list", PATRON).json["charges"]
    assert isinstance(listed, list)
    assert 5800 in [charge["left"] for charge in listed]
    assert library.json("loan", "in", BOOK).json["was_lost"] is True
    assert library.json("doctor").page.results == []


def test_what_stays_charged_for_a_lost_book_that_is_back_is_told(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    library.run("item", "lost", BOOK, "--price", "58")
    told = library.run("loan", "in", BOOK).out
    assert "lost book is back, CN¥58.00 taken off, the processing fee of CN¥5.00 stays" in told
    assert library.json("charge", "list", PATRON).json["owed"] == 500
    assert "processing fee" not in library.run("loan", "in", BOOK).out


def test_why_nothing_is_given_back_for_a_book_that_is_back_too_late_is_told(library: Program, sample_url: str) -> None:
    library.run("loan", "out", PATRON, BOOK)
    library.run("item", "lost", BOOK, "--price", "58")
    library.run("charge", "pay", PATRON, "63")
    database = Database(sample_url)
    with database.act() as transaction:
        transaction.connection.execute(update(LOAN).values(lost_at=wall_clock().replace(year=2020)))
    database.close()
    library.set(LIBOPS_LANGUAGE="zh")
    told = library.json("loan", "in", BOOK, "--key", "late").json
    assert (told["cancelled"], told["to_refund"]) == (0, 0)
    assert told["stays"] == [
        {"kind": "lost", "amount": 5800, "paid": 5800},
        {"kind": "processing", "amount": 500, "paid": 500},
    ]
    assert "58.00 不退：已过退款期限" in library.run("loan", "in", BOOK, "--key", "late").out


def test_people_are_told_what_it_is_now_what_it_costs_and_whom(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    told = library.run("item", "lost", BOOK, "--price", "58").out.splitlines()
    assert told[0] == f"declared lost  红楼梦  {BOOK}"
    assert told[1].startswith("charged: CN¥")
    assert told[1].endswith(PATRON)
    library.run("loan", "out", OTHER_PATRON, OTHER_BOOK)
    assert library.run("item", "claimed", OTHER_BOOK).out.startswith("patron says it was returned  红楼梦")
    assert library.run("item", "found", OTHER_BOOK).out.startswith("SEND TO  红楼梦  North Campus Library")


def test_a_price_that_nobody_can_read_is_refused_before_anything_is_done(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    assert library.json("item", "lost", BOOK, "--price", "a lot").refused == ["money.unreadable"]
    assert status(library) == "checked_out"


def test_the_same_key_declares_lost_once(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    first = library.json("item", "lost", BOOK, "--price", "10", "--key", "k")
    assert library.json("item", "lost", BOOK, "--price", "10", "--key", "k").out == first.out
    assert library.json("item", "lost", BOOK, "--price", "11", "--key", "k").refused == ["request.key_reused"]


def test_a_book_is_missing_long_missing_and_found(library: Program) -> None:
    assert library.json("item", "missing", BOOK).json["status"] == "missing"
    assert library.json("item", "missing", BOOK, "--long").json["was"] == "missing"
    assert library.json("item", "missing", BOOK, "--long").refused == ["lost.already"]
    assert library.json("item", "found", BOOK).json["was_missing"] is True
    assert status(library) == "available"


@pytest.mark.parametrize(("command", "field"), [("damaged", "damage"), ("parts", "missing_parts")])
def test_what_is_wrong_with_a_book_is_noted_charged_and_taken_off(library: Program, command: str, field: str) -> None:
    library.run("loan", "out", PATRON, BOOK)
    library.run("loan", "in", BOOK)
    noted = library.json("item", command, BOOK, "封面破损", "--charge", "3.5").json
    assert (noted[field], noted["charged"], noted["patron_number"]) == ("封面破损", 350, PATRON)
    assert "封面破损" in library.run("item", command, BOOK, "封面破损").out
    assert library.json("item", command, BOOK, "--clear").json[field] == ""
    assert library.json("item", command, BOOK, "--clear").refused == ["lost.already"]
    for wrong in ([], ["note", "--clear"]):
        ran = library.json("item", command, BOOK, *wrong)
        assert (ran.code, ran.trouble.kind) == (2, "usage")


def test_a_book_is_withdrawn_with_a_reason_and_taken_back_into_the_collection(library: Program) -> None:
    assert library.json("item", "withdraw", BOOK, "残破").json["status"] == "withdrawn"
    assert library.json("item", "withdraw", WITHDRAWN, "old").refused == ["item.withdrawn"]
    assert library.json("item", "status", BOOK, "available").json["was"] == "withdrawn"
    assert library.json("item", "status", BOOK, "unavailable").json["status"] == "unavailable"
    assert library.json("item", "status", BOOK, "checked_out").refused == ["lost.by_hand"]
    assert library.json("item", "status", BOOK, "gone").code == 2


def test_staff_are_told_of_requests_for_which_no_copy_is_left(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    assert library.json("hold", "place", OTHER_PATRON, "--item", BOOK).code == 0
    told = library.run("item", "claimed", BOOK).out
    assert "1 request waits and no copy is left for it: see to it." in told


def test_who_may_not_mark_items_is_refused(library: Program) -> None:
    library.set(LIBOPS_BADGE=SORTER[0], LIBOPS_PIN=SORTER[1])
    assert library.json("item", "damaged", BOOK, "wet").refused == ["permission.missing"]
    library.set(LIBOPS_BADGE=CLERK[0], LIBOPS_PIN=CLERK[1])
    assert library.json("item", "damaged", BOOK, "wet").json["damage"] == "wet"
    assert library.json("item", "withdraw", BOOK, "wet").refused == ["permission.missing"]


def test_what_is_overdue_is_listed_and_counted(library: Program, sample_url: str) -> None:
    assert library.json("overdue", "list").json == {"results": [], "next": None}
    assert library.run("overdue", "list").err == "There are none.\n"
    for barcode in (BOOK, OTHER_BOOK):
        library.run("loan", "out", PATRON, barcode)
    database = Database(sample_url)
    with database.act() as transaction:
        late = wall_clock().replace(year=2020)
        transaction.connection.execute(update(LOAN).values(opened_at=late, due_at=late))
        transaction.connection.execute(update(POLICY).values(lost_after=None))
        transaction.connection.execute(update(ITEM).values(call_number="I242"))
    database.close()
    page = library.json("overdue", "list", "--limit", "1").page
    (first,) = page.results
    assert (first["barcode"], first["patron_number"]) == (BOOK, PATRON)
    assert page.next is not None
    (second,) = library.json("overdue", "list", "--after", page.next).page.results
    assert second["barcode"] == OTHER_BOOK
    assert f"{BOOK}  红楼梦" in library.run("overdue", "list").out
    assert "More follow" in library.run("overdue", "list", "--limit", "1").err
    counted = library.json("overdue", "count").page.results
    assert [bracket["loans"] for bracket in counted] == [0, 0, 0, 0, 2]
    assert library.run("overdue", "count").out.splitlines()[-1].split() == ["2", "91", "days", "late", "and", "more"]
    assert library.json("overdue", "list", "--branch", "NOWHERE").refused == ["place.unknown"]


def test_an_item_is_shown_with_where_it_goes_for_whom_and_what_is_wrong_with_it(library: Program) -> None:
    library.json("hold", "place", PATRON, "--item", BOOK, "--pickup", "N")
    library.json("item", "damaged", BOOK, "cover torn")
    library.json("loan", "in", BOOK)
    shown = library.run("item", "show", BOOK).out
    for said in ("in transit", "on its way to North Campus Library  for a hold", PATRON, "damaged: cover torn"):
        assert said in shown
    library.json("hold", "place", OTHER_PATRON, "--barcode", BOOK)
    taken_in = library.run("loan", "in", BOOK, "--at", "N").out
    assert "A-01, for 周文博 ··0001, until " in taken_in
    shown = library.run("item", "show", BOOK).out
    assert "on its way" not in shown
    assert "Waiting  1 hold" in shown
    told = library.json("item", "show", BOOK).json
    assert (told["barcode"], told["status"], told["damage"], told["waiting"]) == (
        BOOK,
        "awaiting_pickup",
        "cover torn",
        1,
    )
    library.set(LIBOPS_PIN=SORTER[1])
    assert PATRON not in library.run("item", "show", BOOK, "--as", SORTER[0]).out


def test_the_history_of_a_book_is_told_newest_first(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    library.run("loan", "in", BOOK)
    library.run("item", "missing", BOOK)
    page = library.json("item", "history", BOOK, "--limit", "2").page
    assert [one["kind"] for one in page.results] == ["item.missing", "loan.closed"]
    rest = library.json("item", "history", BOOK, "--after", page.next or "").page
    assert [one["kind"] for one in rest.results] == ["loan.opened"]
    told = library.run("item", "history", BOOK).out
    assert told.index("marked as missing") < told.index("returned") < told.index("lent")
    assert PATRON in told
