"""Undoing by command."""

from __future__ import annotations

from libops.i18n import language
from libops.refusals import Reason, explain
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


def test_sending_that_is_undone_is_called_so_and_no_return(library: Program) -> None:
    library.run("transfer", "request", BOOK, "N")
    library.run("transfer", "send", BOOK)
    told = library.run("undo")
    assert told.out.splitlines()[0] == f"not sent after all  红楼梦  {BOOK}  available"


def test_a_payment_that_is_undone_says_that_the_money_goes_back(library: Program) -> None:
    library.run("charge", "add", PATRON, "fee", "12.50")
    library.run("charge", "pay", PATRON, "2.50")
    told = library.run("undo").out
    assert told.startswith("payment undone: give the money back")
    assert told.splitlines()[1] == "CN¥2.50 owed again", "an amount by itself would read as a balance"


def test_what_refuses_to_pay_back_or_take_off_leads_to_undoing_the_payment_and_that_helps(library: Program) -> None:
    one = str(library.json("charge", "add", PATRON, "fee", "12.50").json["charge_id"])
    library.json("charge", "pay", PATRON, "12.50")
    (back,) = library.json("charge", "refund", one).reasons
    assert "A payment taken by mistake is undone instead" in back.remedy
    (off,) = library.json("charge", "cancel", one).reasons
    assert "undo the payment first" in off.remedy
    (waived,) = library.json("charge", "waive", one, "--note", "n").reasons
    assert "there is nothing to pay, to waive or to take off" in waived.remedy
    assert library.json("undo").json["what"] == "payment"
    assert library.json("charge", "cancel", one).json["owed"] == 0
    assert library.json("doctor").page.results == []


def test_what_was_settled_since_is_not_said_to_be_undone_first_for_that_would_not_help(library: Program) -> None:
    one = str(library.json("charge", "add", PATRON, "fee", "12.50", "--key", "charge").json["charge_id"])
    library.json("charge", "pay", PATRON, "2.50")
    library.json("undo")
    (since,) = library.json("undo", "charge").reasons
    assert since.code == "undo.money_since"
    assert "what is left of it can be waived" in since.remedy
    assert "undo" not in since.remedy.lower()
    assert "pay" not in since.remedy.replace("paid", "")
    assert library.json("charge", "waive", one, "--note", "n").json["owed"] == 0


def test_after_its_time_nothing_is_said_to_be_paid_back_that_would_be_refused() -> None:
    remedy = explain(Reason("undo.too_late", {"minutes": 15}), language("en")).remedy
    assert "pay back" not in remedy
    assert "charge again what was waived" in remedy


def test_the_words_of_help_tell_taking_off_undoing_and_paying_back_apart(program: Program) -> None:
    told = {
        name: " ".join(program.run(*name.split(), "--help").out.split())
        for name in ("charge refund", "charge cancel", "undo")
    }
    assert "A payment taken by mistake is undone: libops undo." in told["charge refund"]
    assert "Take a mistaken charge off" in told["charge cancel"]
    assert "also a payment or a waiver" in told["undo"]


def test_what_a_colleague_did_is_not_the_last_thing(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    library.set(LIBOPS_BADGE=CLERK[0], LIBOPS_PIN=CLERK[1])
    assert library.json("undo").refused == ["undo.nothing"]
    refused = library.run("undo")
    assert refused.err.startswith("Refused: You have done nothing at this desk in the last 15 minutes")
