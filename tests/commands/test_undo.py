"""Undoing by command."""

from __future__ import annotations

from tests.commands.program import BOOK, CLERK, OTHER_BOOK, PATRON, Program


def test_the_last_thing_is_undone_and_people_are_told_what(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    told = library.run("undo")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[0] == f"loan undone  红楼梦  {BOOK}  available"
    assert library.json("item", "show", BOOK).json["status"] == "available"
    assert library.json("undo").refused == ["undo.already"]
    assert library.json("doctor").page.results == []


def test_an_act_is_undone_by_its_key_in_another_process(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK, "--key", "first")
    library.run("loan", "out", PATRON, OTHER_BOOK, "--key", "second")
    undone = library.start("undo", "first", "--json", "--key", "undo-first").json
    assert (undone["what"], undone["barcode"], undone["patron_number"]) == ("check_out", BOOK, PATRON)
    assert library.json("undo", "first", "--key", "undo-first").json == undone
    assert library.json("undo", "nobody").refused == ["undo.unknown"]
    assert library.json("item", "show", OTHER_BOOK).json["status"] == "checked_out"


def test_a_return_that_is_undone_says_when_it_falls_due_again(library: Program) -> None:
    lent = library.json("loan", "out", PATRON, BOOK).json
    library.run("loan", "in", BOOK)
    told = library.run("undo").out
    assert told.startswith(f"return undone  红楼梦  {BOOK}  checked out")
    assert "due " in told
    library.run("loan", "in", BOOK)
    assert library.json("undo").json["due_on"] == lent["due_on"]


def test_a_payment_that_is_undone_says_that_the_money_goes_back(library: Program) -> None:
    library.run("charge", "add", PATRON, "fee", "12.50")
    library.run("charge", "pay", PATRON, "2.50")
    told = library.run("undo").out
    assert told.startswith("payment undone: give the money back")
    assert told.splitlines()[1] == "CN¥2.50 owed again", "an amount by itself would read as a balance"


def test_what_a_colleague_did_is_not_the_last_thing(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    library.set(LIBOPS_BADGE=CLERK[0], LIBOPS_PIN=CLERK[1])
    assert library.json("undo").refused == ["undo.nothing"]
    refused = library.run("undo")
    assert refused.err.startswith("Refused: You have done nothing at this desk in the last 15 minutes")
