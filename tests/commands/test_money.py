"""Charging, paying and counting by command: amounts are typed as people write them."""

from __future__ import annotations

import os

import msgspec
import pytest

from libops.bootstrap import open_library, operator, wall_clock
from libops.circulation import lost
from libops.codes import SAMPLE_PATTERNS
from libops.places import find_place
from tests.commands.program import BOOK, CLERK, OTHER_PATRON, PATRON, SORTER, SUPERVISOR, Program, Ran, Told

COMMANDS = {
    "charge list": False,
    "charge history": False,
    "charge add": True,
    "charge pay": True,
    "charge waive": True,
    "charge cancel": True,
    "charge refund": True,
    "deposit give": True,
    "deposit return": True,
    "till show": False,
    "till close": True,
    "till list": False,
}


@pytest.mark.parametrize(("command", "acts"), COMMANDS.items())
def test_every_command_has_help_and_answers_in_json(program: Program, command: str, acts: bool) -> None:
    shown = program.run(*command.split(), "--help")
    assert (shown.code, shown.err) == (0, "")
    assert "--json" in shown.out
    assert ("--key" in shown.out) == acts


def add(library: Program, amount: str, kind: str = "fee", *more: str) -> str:
    """Charge the patron; the charge's number."""
    return str(library.json("charge", "add", PATRON, kind, amount, *more).json["charge_id"])


def rows(ran: Ran, name: str) -> list[Told]:
    """A list inside an answer."""
    return msgspec.convert(ran.json[name], list[Told])


def test_a_patron_is_charged_pays_in_parts_and_owes_nothing(library: Program) -> None:
    charged = library.json("charge", "add", PATRON, "damage", "12.50", "--item", BOOK, "--note", "torn").json
    assert (charged["amount"], charged["owed"], charged["title"]) == (1250, 1250, "红楼梦")
    first = library.json("charge", "pay", PATRON, "2.5").json
    assert (first["amount"], first["owed"], first["method"]) == (250, 1000, "cash")
    (open_charge,) = rows(library.json("charge", "list", PATRON), "charges")
    assert (open_charge["left"], open_charge["paid"], open_charge["note"]) == (1000, 250, "torn")
    last = library.json("charge", "pay", PATRON, "10", "--method", "alipay", "--expected", "10.00").json
    assert last["owed"] == 0
    assert library.json("charge", "pay", PATRON, "0.01").refused == ["money.already_paid"]
    history = library.json("charge", "history", PATRON, "--limit", "2").page
    assert [entry["amount"] for entry in history.results] == [-1000, -250]
    assert history.next is not None
    rest = library.json("charge", "history", PATRON, "--after", history.next).page
    assert ([entry["amount"] for entry in rest.results], rest.next) == ([1250], None)
    assert library.json("doctor").page.results == []


def test_a_history_names_entries_by_their_own_numbers_and_who_of_the_staff_wrote_them(library: Program) -> None:
    library.set(LIBOPS_BADGE=CLERK[0], LIBOPS_PIN=CLERK[1], LIBOPS_LANGUAGE="zh")
    number = add(library, "1")
    (clerk,) = [
        person["name"]
        for person in library.json("staff", "list", "--as", "").page.results
        if person["badge"] == CLERK[0]
    ]
    heading, row = library.run("charge", "history", PATRON).out.splitlines()
    assert heading.startswith("账目编号")
    assert row.startswith(number)
    assert str(clerk) in row
    library.json("charge", "pay", PATRON, "1")
    library.set(LIBOPS_BADGE="")
    library.json("till", "close", "--count", "cash=1")
    assert library.run("till", "list").out.startswith("结账编号")
    assert library.run("charge", "list", PATRON).out


def test_what_is_missing_from_a_till_is_written_on_a_day_without_payments_too(library: Program) -> None:
    closed = library.run("till", "close", "--count", "cash=-20", "--note", "looked twice").out
    assert closed.startswith("Closed: C1  CN¥20.00 missing")
    assert "CN¥20.00 missing" in library.run("till", "list").out
    assert library.json("doctor").page.results == []


def test_chosen_charges_are_paid_and_somebody_else_may_pay(library: Program) -> None:
    first, second, third = add(library, "1"), add(library, "2"), add(library, "3")
    paid = library.json("charge", "pay", PATRON, "4", "--charge", third, "--charge", first, "--payer", OTHER_PATRON)
    assert [one["charge_id"] for one in rows(paid, "settled")] == [int(first), int(third)]
    told = library.run("charge", "history", PATRON).out
    assert OTHER_PATRON in told
    assert library.json("charge", "pay", PATRON, "2", "--charge", second).json["owed"] == 0


def test_people_are_told_what_was_taken_and_what_is_still_owed(library: Program) -> None:
    one = add(library, "12.50", "damage", "--item", BOOK)
    told = library.run("charge", "add", PATRON, "fee", "1").out.splitlines()
    assert told[0] == "Charged: CN¥1.00  fee"
    assert f"  {PATRON}  owes CN¥13.50  number {int(one) + 1}" in told[1]
    told = library.run("charge", "pay", PATRON, "10", "--charge", one).out.splitlines()
    assert told[0].startswith("Taken: CN¥10.00  cash  receipt ")
    assert told[1] == "damage  CN¥10.00  CN¥2.50 left"
    assert told[2].endswith("owes CN¥3.50")
    listed = library.run("charge", "list", PATRON).out
    assert "红楼梦" in listed
    assert "CN¥2.50" in listed
    waived = library.run("charge", "waive", one, "2", "--note", "hardship").out.splitlines()
    assert waived[0] == "Waived: CN¥2.00  damage  CN¥0.50 left"
    cancelled = library.run("charge", "cancel", str(int(one) + 1)).out.splitlines()
    assert cancelled[0] == "Cancelled: CN¥1.00  fee"
    assert "owes CN¥0.50" in cancelled[1]
    assert "nothing owed" in library.run("charge", "pay", PATRON, "0.5").out
    history = library.run("charge", "history", PATRON).out
    assert all(word in history for word in ("waived", "paid", "taken off", "hardship", "cash"))


@pytest.mark.parametrize("typed", ["", "x", "12.345", "1.2.3", "1,5", "-5", "1e3", "12.", ".5", "\udcff", "9" * 30])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_no_amount_is_told(library: Program, typed: str) -> None:
    refused = library.run("charge", "add", "--", PATRON, "fee", typed)
    assert (refused.code, refused.out) == (3, "")
    assert ("is not an amount" if typed else "An amount is missing.") in refused.err
    assert library.json("charge", "list", PATRON).json["owed"] == 0


@pytest.mark.parametrize(
    ("typed", "minor"), [("12.50", 1250), (" 7 ", 700), ("1,250.5", 125050), ("１２．５", 1250), ("0.01", 1)]
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_amounts_are_read_as_people_write_them(library: Program, typed: str, minor: int) -> None:
    assert library.json("charge", "add", PATRON, "fee", typed).json["amount"] == minor


def test_the_same_key_takes_money_once_in_another_process_too(library: Program) -> None:
    add(library, "5")
    first = library.json("charge", "pay", PATRON, "2", "--key", "k1")
    again = library.start("charge", "pay", PATRON, "2", "--key", "k1", "--json")
    assert again.out == first.out
    assert library.json("charge", "list", PATRON).json["owed"] == 300
    assert library.json("charge", "pay", PATRON, "3", "--key", "k1").refused == ["request.key_reused"]


@pytest.mark.parametrize("kind", ["payment", "deposit", "fees"])
def test_only_what_can_be_charged_is_offered_where_something_else_was_named(library: Program, kind: str) -> None:
    told = library.run("charge", "add", PATRON, kind, "1")
    assert (told.code, told.out) == (2, "")
    assert "KIND: one of: fee, damage, lost, processing, fine." in told.err


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("charge", "pay", PATRON, "5.01"), "money.too_much"),
        (("charge", "pay", PATRON, "1", "--expected", "4"), "money.owed_changed"),
        (("charge", "pay", PATRON, "1", "--charge", "999"), "money.charge_unknown"),
        (("charge", "pay", PATRON, "1", "--at", "C"), "money.no_desk"),
        (("charge", "pay", "P99999999", "1"), "patron.unknown"),
        (("charge", "pay", PATRON, "1", "--payer", BOOK), "code.is_item"),
        (("charge", "add", PATRON, "fee", "0"), "money.amount"),
        (("charge", "waive", "999", "--note", "n"), "money.charge_unknown"),
        (("charge", "waive", "999"), "money.no_note"),
        (("charge", "refund", "999"), "money.charge_unknown"),
        (("charge", "cancel", "9" * 40), "money.charge_unknown"),
        (("charge", "list", "P99999999"), "patron.unknown"),
        (("charge", "history", "\udcff"), "patron.unknown"),
        (("deposit", "return", PATRON), "money.no_deposit"),
        (("deposit", "give", PATRON, "much"), "money.unreadable"),
        (("till", "close", "--count", "cash=0"), "money.nothing_to_close"),
        (("till", "close"), "money.nothing_to_close"),
        (("till", "close", "--count", "gold=1"), "money.unknown_method"),
        (("till", "close", "--count", "cash=x"), "money.unreadable"),
        (("till", "show", "--at", "C"), "money.no_desk"),
        (("till", "list", "--desk", "nowhere"), "place.unknown"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    library: Program, command: tuple[str, ...], code: str
) -> None:
    add(library, "5")
    refused = library.json(*command)
    assert code in refused.refused
    assert all(reason.message and reason.remedy and "{" not in reason.message for reason in refused.reasons)
    assert library.json("charge", "list", PATRON).json["owed"] == 500


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("charge", "add", PATRON, "bribe", "1"), "fee"),
        (("charge", "pay", PATRON, "1", "--method", "gold"), "campus_card"),
        (("charge", "waive", "one"), "a whole number"),
        (("till", "close", "--count", "120.50"), "cash=120.50"),
        (("till", "close", "--count", "cash=1", "--count", "cash=2"), "once"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_not_understood_is_told(library: Program, command: tuple[str, ...], words: str) -> None:
    told = library.run(*command)
    assert (told.code, told.out) == (2, "")
    assert words in told.err


def test_what_a_badge_does_not_permit_is_refused(library: Program) -> None:
    one = add(library, "5")
    library.set(LIBOPS_BADGE=SORTER[0], LIBOPS_PIN=SORTER[1])
    for command in (
        ("charge", "list", PATRON),
        ("charge", "add", PATRON, "fee", "1"),
        ("charge", "pay", PATRON, "1"),
        ("deposit", "give", PATRON, "1"),
        ("till", "show"),
        ("till", "list"),
    ):
        assert library.json(*command).refused == ["permission.missing"]
    library.set(LIBOPS_BADGE=CLERK[0], LIBOPS_PIN=CLERK[1])
    assert library.json("charge", "waive", one, "--note", "n").refused == ["permission.missing"]
    assert library.json("charge", "pay", PATRON, "1").json["owed"] == 400
    library.set(LIBOPS_BADGE=SUPERVISOR[0], LIBOPS_PIN=SUPERVISOR[1])
    assert library.json("charge", "waive", one, "--note", "n").json["owed"] == 0


def test_a_lost_item_that_comes_back_is_paid_back_to_whoever_paid(library: Program) -> None:
    library.json("loan", "out", PATRON, BOOK)
    opened = open_library(os.environ["LIBOPS_DATABASE_URL"], SAMPLE_PATTERNS, clock=wall_clock)
    try:
        with opened.database.reading() as transaction:
            place = find_place(transaction)
        with opened.work(actor=operator(), place=place) as work:
            lost.declare_lost(work, barcode=BOOK, price=5800)
    finally:
        opened.close()
    charges = rows(library.json("charge", "list", PATRON), "charges")
    one = next(str(kept["charge_id"]) for kept in charges if kept["kind"] == "lost")
    told = library.run("charge", "pay", PATRON, "58", "--charge", one, "--payer", OTHER_PATRON).out
    assert "The lost item is paid for; its loan has ended." in told
    assert library.json("item", "show", BOOK).json["status"] == "lost_and_paid"
    library.json("loan", "in", BOOK)
    listed = library.run("charge", "list", PATRON).out
    assert "To pay back" in listed
    assert OTHER_PATRON in listed
    assert library.json("charge", "refund", one, "8").json["left"] == 5000
    lines = library.run("charge", "refund", one, "--method", "wechat").out.splitlines()
    assert lines[0].startswith("Paid back: CN¥50.00  WeChat Pay  receipt ")
    assert lines[1].endswith(f"{OTHER_PATRON}  gets back CN¥50.00"), "an amount by itself would read as a balance"
    assert library.json("charge", "refund", one).refused == ["money.nothing_to_refund"]
    assert library.json("doctor").page.results == []


def test_a_deposit_is_taken_kept_while_money_is_owed_and_given_back(library: Program) -> None:
    given = library.run("deposit", "give", PATRON, "100").out.splitlines()
    assert given[0].startswith("Deposit taken: CN¥100.00  cash  receipt ")
    assert given[1].endswith("deposit held: CN¥100.00")
    add(library, "5")
    assert "deposit held: CN¥100.00" in library.run("charge", "list", PATRON).out
    assert library.json("deposit", "return", PATRON).refused == ["money.deposit_owes"]
    part = library.json("deposit", "return", PATRON, "40", "--override").json
    assert (part["amount"], part["held"], part["overridden"]) == (4000, 6000, ["money.deposit_owes"])
    told = library.run("deposit", "return", PATRON, "10", "--override").out
    assert "Allowed all the same: deposit back with money owed" in told
    library.json("charge", "pay", PATRON, "5")
    assert library.json("deposit", "return", PATRON).json["held"] == 0
    assert library.json("doctor").page.results == []


def test_a_till_is_counted_and_its_closings_are_listed(library: Program) -> None:
    add(library, "20")
    library.json("charge", "pay", PATRON, "12.50")
    library.json("charge", "pay", PATRON, "5", "--method", "wechat")
    shown = library.run("till", "show").out
    assert "never closed yet" in shown
    assert "CN¥12.50" in shown
    assert library.json("till", "close", "--count", "cash=12").refused == ["money.not_counted"]
    closed = library.run("till", "close", "--count", "cash=12", "--count", "wechat=5", "--note", "who knows").out
    assert "CN¥0.50 missing" in closed
    none = library.run("till", "show")
    assert "No money went in or out." in none.err
    library.json("deposit", "give", PATRON, "3")
    library.json("deposit", "return", PATRON, "3", "--override")
    last = library.json("till", "close", "--count", "cash=0").json
    assert (last["difference"], last["entries"]) == (0, 2)
    page = library.json("till", "list", "--limit", "1").page
    assert page.next is not None
    (older,) = library.json("till", "list", "--after", page.next).page.results
    assert (older["difference"], older["note"]) == (-50, "who knows")
    listed = library.run("till", "list").out
    assert "WeChat Pay CN¥5.00" in listed
    assert "CN¥0.50 missing" in listed
    assert library.json("doctor").page.results == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_an_empty_list_is_a_list(library: Program) -> None:
    assert library.json("till", "list").json == {"results": [], "next": None}
    assert library.json("charge", "history", PATRON).json == {"results": [], "next": None}
    told = library.run("till", "list")
    assert (told.code, told.out, told.err) == (0, "", "There are none.\n")
    assert "nothing owed" in library.run("charge", "list", PATRON).out
