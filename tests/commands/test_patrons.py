"""Registering patrons and keeping what is known of them by command; a patron's whole account."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from db.circulation import RequestStatus
from db.database import Database
from db.money import EntryKind, Method
from db.tables import BRANCH, CATEGORY, ENTRY, ITEM, PATRON, REQUEST
from libops.bootstrap import wall_clock
from libops.cli.patron_words import alike_lines
from libops.i18n import language
from libops.people.registration import Alike
from tests.commands.program import BLOCKED, BOOK, CLERK, OTHER_BOOK, OTHER_PATRON, SORTER, Program
from tests.commands.program import PATRON as READER

NEW, SECOND = "P20269001", "P20269002"
ELSEWHERE = "30000000000061"
PERSON = (NEW, "王五", "--category", "undergraduate", "--phone", "13800138000", "--note", "听力不好")
COMMANDS = ("register", "change", "renew", "block", "unblock", "merge", "alike", "show", "list")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_answers_in_json(program: Program, command: str) -> None:
    shown = program.run("patron", command, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert "--json" in shown.out
    assert ("--key" in shown.out) == (command not in ("show", "list", "alike"))


def test_somebody_is_registered_and_may_borrow_at_once(library: Program) -> None:
    registered = library.json("patron", "register", *PERSON, "--email", "w@example.org").json
    assert (registered["patron_number"], registered["patron_name"], registered["status"]) == (NEW, "王五", "active")
    shown = library.json("patron", "show", NEW).json
    assert (shown["phone"], shown["email"], shown["note"]) == ("13800138000", "w@example.org", "听力不好")
    # At the branch where it was done, where no other is named.
    assert (shown["branch_code"], shown["category_code"], shown["language"]) == ("C", "undergraduate", "zh")
    assert shown["expires_on"] == registered["expires_on"]
    assert library.json("loan", "out", NEW, BOOK).json["outcome"] == "lent"
    assert library.json("doctor").page.results == []


def test_what_is_named_is_what_is_written(library: Program) -> None:
    library.json(
        "patron", "register", NEW, " Ada Lovelace ", "--category", "teacher", "--branch", "N", "--language", "en",
        "--expires", "2999-01-31",
    )  # fmt: skip
    shown = library.json("patron", "show", NEW).json
    assert (shown["name"], shown["branch_code"], shown["language"]) == ("Ada Lovelace", "N", "en")
    assert (shown["expires_on"], shown["category_code"]) == ("2999-01-31", "teacher")


def test_the_same_key_registers_once_in_another_process_too(library: Program) -> None:
    first = library.json("patron", "register", *PERSON, "--key", "k1")
    again = library.start("patron", "register", *PERSON, "--key", "k1", "--json")
    assert again.out == first.out
    assert library.json("patron", "register", *PERSON).refused == ["patron.number_taken"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("X1", "N", "--category", "teacher"), "patron.bad_number"),
        ((BOOK, "N", "--category", "teacher"), "patron.bad_number"),
        ((READER, "N", "--category", "teacher"), "patron.number_taken"),
        ((NEW, " ", "--category", "teacher"), "patron.empty_name"),
        ((NEW, "N", "--category", "king"), "patron.unknown_category"),
        ((NEW, "N", "--category", "teacher", "--branch", "C1"), "place.unknown"),
        ((NEW, "N", "--category", "teacher", "--language", "fr"), "patron.unknown_language"),
        ((NEW, "N", "--category", "teacher", "--phone", "12"), "patron.bad_phone"),
        ((NEW, "N", "--category", "teacher", "--email", "\udcff"), "patron.bad_email"),
        ((NEW, "N", "--category", "teacher", "--expires", "2020-01-01"), "patron.expiry_past"),
    ],
)
def test_who_cannot_be_registered_is_told_why(library: Program, arguments: tuple[str, ...], code: str) -> None:
    refused = library.json("patron", "register", *arguments)
    assert refused.refused == [code]
    assert all(reason.message and reason.remedy for reason in refused.reasons)
    assert library.json("db", "stats").json["patrons"] == 300


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("day", ["soon", "31.12.2030", "2030-02-30", ""])
def test_a_day_is_written_in_one_way(library: Program, day: str) -> None:
    told = library.run("patron", "renew", READER, "--expires", day)
    assert (told.code, told.out) == (2, "")
    assert "--expires" in told.err
    assert "YYYY-MM-DD" in told.err


def test_who_seems_to_be_registered_is_named_to_whoever_may_see_patrons(library: Program) -> None:
    library.json("patron", "register", *PERSON)
    again = ("patron", "register", SECOND, "王五", "--category", "teacher", "--phone", "+86 138 0013 8000")
    assert library.json(*again).refused == ["patron.maybe_duplicate"]
    told = library.run(*again)
    assert (told.code, told.out) == (3, "")
    assert told.err.splitlines()[0] == f"{NEW}  王五  Undergraduate  13800138000"
    assert "registered already" in told.err
    found = library.json("patron", "alike", "王五", "--phone", "138-0013-8000").page.results
    assert [person["number"] for person in found] == [NEW]
    assert library.json("patron", "alike", "王五", "--phone", "138-0013-8001").page.results == []
    named = library.json("patron", "alike", " 王五 ").page.results
    assert [person["number"] for person in named] == [NEW], "without phone and email, by the name alone"
    assert library.json(*again, "--allow-duplicate", READER).refused == ["patron.maybe_duplicate"]
    assert library.json(*again, "--allow-duplicate", NEW).json["patron_number"] == SECOND


def test_of_namesakes_it_is_asked_first_and_override_registers_all_the_same(library: Program) -> None:
    library.json("patron", "register", *PERSON)
    again = ("patron", "register", SECOND, "王五", "--category", "teacher")
    told = library.run(*again)
    assert (told.code, told.out) == (3, "")
    assert told.err.splitlines() == [
        f"{NEW}  王五  Undergraduate  13800138000",
        "Refused: Patrons of this name who are registered already: 1.",
        "  See whether one of them is this person. If it is another person, register all the same.",
        "  May be allowed with --override by whoever has: registering patrons",
    ]
    assert library.json("patron", "alike", "王五").page.results[0]["category_en"] == "Undergraduate"
    assert library.json(*again, "--override").json["patron_number"] == SECOND


def test_of_very_many_namesakes_the_first_are_named_and_the_rest_is_counted() -> None:
    people = [Alike(f"P{number}", "王五", "", "", "读者", "Reader") for number in range(12)]
    lines = alike_lines(people, language("en"))
    assert (lines[0], len(lines), lines[-1]) == ("P0  王五  Reader", 11, "and 2 more of this name")
    assert alike_lines(people[:10], language("en")) == lines[:10]


def test_a_card_is_changed_renewed_blocked_and_freed(library: Program) -> None:
    library.json("patron", "register", *PERSON, "--expires", "2999-01-31")
    changed = library.run("patron", "change", NEW, "--name", "Wang Wu", "--phone", "")
    assert changed.out.splitlines() == ["Changed.  Wang Wu  P20269001  until Thu 31 Jan 2999", "name, phone"]
    assert library.run("patron", "change", NEW, "--name", "Wang Wu").out.startswith("Nothing to change.")
    assert library.json("patron", "renew", NEW, "--expires", "2998-01-01").refused == ["patron.expiry_shorter"]
    assert library.json("patron", "renew", NEW, "--expires", "3000-01-01").json["expires_on"] == "3000-01-01"
    assert library.json("patron", "block", NEW, "--note", "lost card").json["status"] == "blocked"
    assert library.json("loan", "out", NEW, BOOK).refused == ["patron.blocked"]
    shown = library.json("patron", "show", NEW).json
    assert (shown["note"], shown["phone"]) == ("lost card · 听力不好", "")
    assert shown["blocks"] == [{"code": "patron.blocked", "facts": {}, "stops": ["lending", "renewing", "holds"]}]
    assert library.json("patron", "unblock", NEW).json["fields"] == ["note", "status"]
    assert library.json("patron", "unblock", NEW).refused == ["patron.not_blocked"]
    assert library.json("loan", "out", NEW, BOOK).json["outcome"] == "lent"


def test_two_cards_of_one_person_become_one_patron(library: Program) -> None:
    library.json("loan", "out", OTHER_PATRON, BOOK)
    library.json("loan", "out", READER, OTHER_BOOK)
    merged = library.json("patron", "merge", READER, OTHER_PATRON, "--yes").json
    assert (merged["patron_number"], merged["loans"], merged["cancelled"]) == (READER, 1, 0)
    shown = library.json("patron", "show", OTHER_PATRON).json
    assert (shown["number"], shown["loans"]) == (READER, 2)
    assert "merged" in library.run("patron", "list").out
    assert library.json("patron", "merge", READER, OTHER_PATRON, "--yes").refused == ["patron.is_merged"]
    assert library.json("patron", "merge", READER, READER, "--yes").refused == ["patron.merge_same"]
    assert library.json("doctor").page.results == []
    assert library.run("patron", "merge", READER, BLOCKED, "--yes").out.splitlines()[1] == "There was nothing to move."


def test_nobody_is_merged_where_nobody_can_be_asked(library: Program) -> None:
    for asked in (
        library.json("patron", "merge", READER, OTHER_PATRON),
        library.run("patron", "merge", READER, BLOCKED),
    ):
        assert asked.code == 2
        assert "--yes" in asked.out + asked.err
    assert "merged" not in library.run("patron", "list").out


def test_patrons_are_found_by_a_part_of_their_name(library: Program) -> None:
    name = str(library.json("patron", "show", OTHER_PATRON).json["name"])
    found = library.json("patron", "list", "--name", name[1:]).page.results
    assert OTHER_PATRON in [patron["number"] for patron in found]
    assert len(found) < 300
    assert all(name[1:] in str(patron["name"]) for patron in found)
    by_number = library.json("patron", "list", "--name", READER.lower()).page.results
    assert [patron["number"] for patron in by_number] == [READER]
    page = library.json("patron", "list", "--name", "p2017", "--limit", "1").page
    assert page.next is not None
    assert library.json("patron", "list", "--name", "p2017", "--after", page.next).page.results
    assert library.run("patron", "list", "--name", "nobody of that name").err == "There are none.\n"


def test_a_badge_needs_the_right_to_register_and_another_one_to_merge(library: Program) -> None:
    library.set(LIBOPS_BADGE=SORTER[0], LIBOPS_PIN=SORTER[1])
    for command in (
        ["register", *PERSON],
        ["change", READER, "--name", "x"],
        ["renew", READER],
        ["block", READER, "--note", "x"],
        ["unblock", BLOCKED],
        ["merge", READER, OTHER_PATRON, "--yes"],
        ["alike", "x"],
        ["show", READER],
    ):
        assert library.json("patron", *command).refused == ["permission.missing"]
    library.set(LIBOPS_BADGE=CLERK[0], LIBOPS_PIN=CLERK[1])
    assert library.json("patron", "register", *PERSON).code == 0
    assert library.json("patron", "merge", READER, OTHER_PATRON, "--yes").refused == ["permission.missing"]


def _fill(url: str) -> None:
    """A fine, a fee that is partly paid, a refund that is due, a deposit; two requests, of which one is ready."""
    now = wall_clock()
    database = Database(url)
    with database.act() as transaction:
        connection = transaction.connection

        def key(column: str, value: str) -> int:
            tables = {"number": PATRON, "barcode": ITEM, "code": BRANCH}
            table = tables[column]
            return int(connection.execute(select(table.c.id).where(table.c[column] == value)).scalar_one())

        patron, branch, item = key("number", READER), key("code", "C"), key("barcode", BOOK)

        def entry(kind: EntryKind, amount: int, charge: int | None = None, method: Method | None = None) -> int:
            made = connection.execute(
                insert(ENTRY).values(
                    account="deposit" if kind is EntryKind.DEPOSIT else "fees",
                    kind=kind, amount=amount, patron_id=patron, charge_id=charge, method=method, item_id=item,
                    at=now, actor="operator:test", branch_id=branch, receipt="r",
                )
            ).inserted_primary_key  # fmt: skip
            assert made is not None
            return int(made[0])

        entry(EntryKind.FINE, 150)
        fee = entry(EntryKind.FEE, 1000)
        entry(EntryKind.PAYMENT, -400, fee, Method.CASH)
        lost = entry(EntryKind.LOST, 5000)
        entry(EntryKind.PAYMENT, -5000, lost, Method.CASH)
        entry(EntryKind.CANCELLED, -5000, lost)
        settled = entry(EntryKind.DAMAGE, 300)
        entry(EntryKind.WAIVER, -300, settled)
        entry(EntryKind.DEPOSIT, -10000, None, Method.CASH)
        title = int(connection.execute(select(ITEM.c.title_id).where(ITEM.c.id == item)).scalar_one())
        common = {"title_id": title, "branch_id": branch, "placed_at": now}
        for number, position in (("P20170003", 1), (READER, 2)):
            waiting = {"patron_id": key("number", number), "position": position, "status": RequestStatus.OPEN}
            connection.execute(insert(REQUEST).values(**common, **waiting))
        ready = {
            "item_id": item, "held_item_id": item, "patron_id": patron, "position": 3, "shelf_number": 60,
            "status": RequestStatus.AWAITING_PICKUP, "shelf_until": now.replace(year=2999), "held_at": now,
        }  # fmt: skip
        connection.execute(insert(REQUEST).values(**common, **ready))
        connection.execute(CATEGORY.update().where(CATEGORY.c.code == "teacher").values(deposit=15000))
    database.close()


def test_the_whole_account_is_shown_with_what_stands_against_the_patron(library: Program, sample_url: str) -> None:
    _fill(sample_url)
    # Of another title: one that waits is filled by any copy of its own.
    library.json("loan", "out", READER, ELSEWHERE, "--override")
    shown = library.json("patron", "show", READER).json
    assert (shown["owes"], shown["deposit"], shown["currency"]) == (750, 10000, "CNY")
    assert (shown["holds"], shown["holds_ready"]) == (2, 1)
    charges, requests, blocks = shown["charges"], shown["requests"], shown["blocks"]
    assert isinstance(charges, list)
    assert isinstance(requests, list)
    assert isinstance(blocks, list)
    assert [(charge["kind"], charge["amount"], charge["left"]) for charge in charges] == [
        ("fine", 150, 150),
        ("fee", 1000, 600),
        ("lost", 5000, -5000),
    ]
    assert [(request["status"], request["place"], request["label"]) for request in requests] == [
        ("open", 2, ""),
        ("awaiting_pickup", None, "B-10"),
    ]
    assert blocks[-1] == {
        "code": "patron.deposit",
        "facts": {"lacking": {"minor": 5000, "currency": "CNY"}},
        "stops": ["lending"],
    }
    told = library.run("patron", "show", READER).out
    for words in (
        "A deposit of CN¥50.00 is lacking.  stops: lending",
        "number 2 in the queue",
        "ready: B-10",
        "CN¥6.00",
        "-CN¥50.00",
        "owes CN¥7.50",
        "deposit held: CN¥100.00",
        ELSEWHERE,
    ):
        assert words in told


def test_the_account_speaks_chinese_where_that_is_asked_for(library: Program, sample_url: str) -> None:
    _fill(sample_url)
    library.set(LIBOPS_LANGUAGE="zh")
    told = library.run("patron", "show", READER).out
    assert "¥7.50" in told
    assert "CN¥" not in told
