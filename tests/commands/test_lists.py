"""Lists and cards of patrons, items and staff."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from db.database import Database
from db.tables import TITLE
from tests.commands.program import BLOCKED, BOOK, CLERK, EXPIRED, PATRON, Program, Ran


def numbers(ran: Ran, name: str) -> list[object]:
    """One field of every result of a page."""
    return [result[name] for result in ran.page.results]


def test_pages_follow_each_other_by_their_cursor_until_there_is_none(library: Program) -> None:
    seen: list[object] = []
    after = ""
    while True:
        page = library.json("patron", "list", "--limit", "110", "--after", after)
        seen += numbers(page, "number")
        if page.page.next is None:
            break
        after = page.page.next
    assert len(seen) == len(set(seen)) == 300
    assert seen == sorted(map(str, seen))


def test_a_patron_has_a_number_and_a_status_and_what_is_on_loan(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    patron = library.json("patron", "show", PATRON).json
    assert {"number", "status", "name", "category_zh", "category_en", "expires_on", "loans", "overdue"} <= set(patron)
    assert (patron["number"], patron["status"], patron["loans"]) == (PATRON, "active", 1)
    on_loan = patron["on_loan"]
    assert isinstance(on_loan, list)
    assert [loan["barcode"] for loan in on_loan] == [BOOK]
    assert library.json("patron", "show", BLOCKED).json["status"] == "blocked"
    assert library.json("patron", "show", EXPIRED).json["status"] == "expired"
    told = library.run("patron", "show", PATRON).out
    assert "1 of 40 on loan" in told
    assert "红楼梦" in told


def test_items_are_listed_by_their_status(library: Program) -> None:
    available = library.json("item", "list", "--status", "available", "--limit", "1000")
    assert set(numbers(available, "status")) == {"available"}
    missing = library.json("item", "list", "--status", "missing", "--limit", "1000")
    assert set(numbers(missing, "status")) == {"missing"}
    assert missing.page.next is None
    library.run("loan", "out", PATRON, BOOK)
    assert numbers(library.json("item", "list", "--status", "checked_out"), "barcode") == [BOOK]
    assert BOOK not in numbers(library.json("item", "list", "--status", "available", "--limit", "1"), "barcode")
    every = library.json("item", "list", "--limit", "1000").page
    assert len(every.results) == 1000
    assert all({"barcode", "status", "title"} <= set(item) for item in every.results)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_fifty_are_listed_where_nobody_says_how_many(library: Program) -> None:
    assert len(library.json("item", "list").page.results) == 50


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_an_empty_list_is_a_list(library: Program) -> None:
    assert library.json("item", "list", "--status", "checked_out").json == {"results": [], "next": None}
    told = library.run("item", "list", "--status", "checked_out")
    assert (told.code, told.out, told.err) == (0, "", "There are none.\n")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_columns_stand_in_line_where_titles_are_chinese(library: Program) -> None:
    from rich.cells import cell_len

    lines = library.run("item", "list", "--limit", "20").out.splitlines()
    heading, rows = lines[0], lines[1:]
    start = heading.index("Place")
    assert len(rows) == 20
    for row in rows:
        before = row[: next(end for end in range(len(row)) if cell_len(row[:end]) == start)]
        assert before.endswith("  ")
        assert row[len(before)] in "CNS"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_data_is_neither_markup_nor_able_to_steer_the_terminal(library: Program, sample_url: str) -> None:
    title = "Poems [electronic resource] [/] :smile: \x1b[2J\x07\n\u202etxt"
    database = Database(sample_url)
    with database.act() as transaction:
        transaction.connection.execute(update(TITLE).where(TITLE.c.number == "T0001").values(title=title))
    database.close()
    shown = "Poems [electronic resource] [/] :smile: \ufffd[2J\ufffd\ufffd\ufffdtxt"
    for command in (["item", "show", BOOK], ["item", "list", "--limit", "1"], ["loan", "out", PATRON, BOOK]):
        told = library.run(*command).out
        assert shown in told
        assert "\x1b" not in told
    assert library.json("item", "show", BOOK).json["title"] == title


def test_staff_are_added_under_a_pin_and_may_then_sign_in(library: Program) -> None:
    added = library.json("staff", "add", "S0100", "新同事", "--role", "supervisor", "--pin-stdin", typed="135790\n")
    assert added.json == {"badge": "S0100", "role": "supervisor"}
    library.set(LIBOPS_PIN="135790")
    assert library.json("loan", "out", BLOCKED, BOOK, "--override", "--as", "S0100").json["outcome"] == "lent"
    listed = library.json("staff", "list").page.results
    assert {"badge": "S0100", "name": "新同事", "role": "supervisor", "language": "zh", "active": True} in listed
    assert not any("pin" in name for person in listed for name in person)


def test_staff_that_cannot_be_added_are_refused(library: Program) -> None:
    def add(*arguments: str, pin: str = "1234") -> list[str]:
        return library.json("staff", "add", *arguments, "--pin", pin).refused

    assert add("S0001", "Twin") == ["staff.badge_taken"]
    assert add("X1", "Odd") == ["staff.bad_badge"]
    assert add("S0200", "  ") == ["staff.empty_name"]
    assert add("S0200", "Weak", pin="12") == ["staff.weak_pin"]
    library.set(LIBOPS_BADGE=CLERK[0], LIBOPS_PIN=CLERK[1])
    assert add("S0200", "Friend") == ["permission.missing"]
    assert len(library.json("staff", "list", "--as", "").page.results) == 9


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_without_a_terminal_nobody_is_asked_for_a_pin(library: Program) -> None:
    for command, way in (
        (["staff", "add", "S0200", "Name"], "LIBOPS_NEW_PIN"),
        (["staff", "list", "--as", "S0001"], "LIBOPS_PIN"),
    ):
        ran = library.run(*command)
        assert (ran.code, ran.out) == (2, "")
        assert way in ran.err
