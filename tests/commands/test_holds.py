"""Holds by command: placed, called back, changed, fetched, picked up, cleared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from db.database import Database
from db.tables import ITEM, POLICY, REQUEST
from libops.bootstrap import wall_clock
from tests.commands.program import (
    BLOCKED,
    BOOK,
    CHILD,
    CLERK,
    MISSING,
    OTHER_PATRON,
    PATRON,
    SORTER,
    WITHDRAWN,
    Program,
)

ACTS = ("place", "recall", "cancel", "pickup", "suspend", "resume", "dates", "move")
LISTS = ("list", "pull", "shelf", "clear", "unfillable")


@pytest.mark.parametrize("command", [*ACTS, *LISTS, "show"])
def test_every_command_has_help_and_answers_in_json(program: Program, command: str) -> None:
    shown = program.run("hold", command, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert "--json" in shown.out
    assert ("--key" in shown.out) == (command in ACTS)
    assert ("--after" in shown.out) == (command in LISTS)


def place(library: Program, patron: str = PATRON, *arguments: str, barcode: str = BOOK) -> int:
    """Place a hold on one copy: the number of the request."""
    request = library.json("hold", "place", patron, "--item", barcode, *arguments).json["request_id"]
    assert isinstance(request, int)
    return request


def in_days(days: int) -> str:
    """The day so many days from now in the library, as it is typed."""
    return (wall_clock().astimezone().date() + timedelta(days=days)).isoformat()


def test_a_hold_is_placed_fetched_put_on_the_shelf_and_lent(library: Program) -> None:
    placed = library.json("hold", "place", PATRON, "--item", BOOK, "--note", "phone first").json
    assert (placed["kind"], placed["place"], placed["barcode"]) == ("page", 1, BOOK)
    assert (placed["branch_code"], placed["patron_number"]) == ("C", PATRON)
    (pulled,) = library.json("hold", "pull").page.results
    assert (pulled["barcode"], pulled["request_id"], pulled["patron_number"]) == (BOOK, placed["request_id"], PATRON)
    assert library.json("loan", "in", BOOK).json["outcome"] == "hold_shelf"
    assert library.json("hold", "pull").page.results == []
    (shelved,) = library.json("hold", "shelf").page.results
    assert (shelved["label"], shelved["barcode"], shelved["patron_number"]) == ("A-01", BOOK, PATRON)
    (listed,) = library.json("hold", "list", "--patron", PATRON).page.results
    assert (listed["status"], listed["label"], listed["note"]) == ("awaiting_pickup", "A-01", "phone first")
    assert library.json("loan", "out", PATRON, BOOK).json["filled"] is True
    assert library.json("hold", "show", str(placed["request_id"])).json["status"] == "filled"
    assert library.json("doctor").page.results == []


def test_people_are_told_in_words(library: Program) -> None:
    out = library.run("hold", "place", PATRON, "--item", BOOK, "--by", in_days(30)).out.splitlines()
    assert out[0] == "to be fetched  request 1  红楼梦"
    assert out[1].startswith("pick up at Central Library  number 1 in the queue  likely ")
    assert out[2].startswith("needed by ")
    heading, row = library.run("hold", "pull").out.splitlines()
    assert heading.split()[:2] == ["Barcode", "Place"]
    assert row.split()[0] == BOOK
    assert PATRON in row
    assert "waits, likely " in library.run("hold", "list", "--patron", PATRON).out
    library.run("loan", "in", BOOK)
    assert library.run("hold", "shelf").out.splitlines()[1].startswith("A-01   " + BOOK)
    card = library.run("hold", "show", "1").out
    assert "on the hold shelf  A-01  until " in card
    changed = library.run("hold", "pickup", "1", "N").out.splitlines()
    assert changed[0].startswith("request 1  红楼梦  on its way")
    assert changed[-1] == f"Take it from the hold shelf and check it in:  A-01  {BOOK}"
    cleared = library.run("hold", "clear").out.splitlines()[1]
    assert "picked up elsewhere" in cleared
    assert "SEND TO" in cleared
    cancelled = library.run("hold", "cancel", "1", "--reason", "moved away").out
    assert cancelled.startswith("request 1  红楼梦  cancelled")
    none = library.run("hold", "shelf")
    assert (none.code, none.out, none.err) == (0, "", "There are none.\n")


def test_a_queue_is_listed_and_put_in_another_order(library: Program) -> None:
    library.json("loan", "out", CHILD, BOOK)
    first, second = place(library), place(library, OTHER_PATRON)
    queue = library.json("hold", "list", "--barcode", BOOK).page.results
    assert [(view["id"], view["place"]) for view in queue] == [(first, 1), (second, 2)]
    moved = library.json("hold", "move", str(second), "1").json
    assert (moved["place"], moved["was_place"], moved["of"]) == (1, 2, 2)
    page = library.json("hold", "list", "--title", str(queue[0]["title_number"]), "--limit", "1").page
    assert [view["id"] for view in page.results] == [second]
    assert page.next is not None
    rest = library.json("hold", "list", "--barcode", BOOK, "--limit", "1", "--after", page.next).page
    assert ([view["id"] for view in rest.results], rest.next) == ([first], None)
    assert "number 2 of 2 in the queue (was 1)" in library.run("hold", "move", str(second), "2").out


def test_a_queue_tells_from_when_on_a_hold_waits_and_when_a_copy_is_likely(library: Program) -> None:
    library.json("loan", "out", CHILD, BOOK)
    place(library, PATRON, "--from", in_days(3))
    place(library, OTHER_PATRON)
    for listed in (("--barcode", BOOK), ("--patron", PATRON)):
        row = library.run("hold", "list", *listed).out.splitlines()[1]
        assert "waits from " in row
        assert ", likely " in row
    assert "waits, likely " in library.run("hold", "list", "--barcode", BOOK).out.splitlines()[2]
    assert "waits from " in library.run("patron", "show", PATRON).out
    library.set(LIBOPS_LANGUAGE="zh")
    told = library.run("hold", "list", "--barcode", BOOK).out
    assert "起排队" in told
    assert "位次" in told.splitlines()[0]


def test_a_hold_is_suspended_resumed_and_given_other_days(library: Program) -> None:
    request = str(place(library))
    suspended = library.json("hold", "suspend", request, "--until", in_days(9)).json
    assert (suspended["suspended"], suspended["suspended_until"]) == (True, in_days(9))
    assert library.json("hold", "pull").page.results == []
    assert "suspended until" in library.run("hold", "list", "--patron", PATRON).out
    assert library.json("hold", "resume", request).json["suspended"] is False
    dates = library.json("hold", "dates", request, "--from", in_days(3), "--by", in_days(20)).json
    assert (dates["starts_on"], dates["needed_by"]) == (in_days(3), in_days(20))
    assert library.json("hold", "dates", request).json["starts_on"] is None
    assert "It stood so already." in library.run("hold", "resume", request).out


def test_a_loan_is_called_back(library: Program, sample_url: str) -> None:
    database = Database(sample_url)
    with database.act() as transaction:
        transaction.connection.execute(update(POLICY).values(recall_minimum=3, recall_days=2))
    database.close()
    lent = library.json("loan", "out", OTHER_PATRON, BOOK).json
    answer = library.json("hold", "recall", PATRON, "--item", BOOK, "--pickup", "N").json
    recalled = answer["recalled"]
    assert isinstance(recalled, dict)
    assert (answer["kind"], recalled["barcode"], recalled["was_due_on"]) == ("recall", BOOK, lent["due_on"])
    assert date.fromisoformat(recalled["due_on"]) < date.fromisoformat(str(lent["due_on"]))
    assert library.json("loan", "renew", BOOK).refused == ["renewal.recalled"]
    assert library.json("hold", "recall", CHILD, "--item", BOOK).refused == ["recall.nothing_on_loan"]
    assert library.json("doctor").page.results == []


def test_what_cannot_be_had_is_refused_with_every_reason(library: Program) -> None:
    assert library.json("hold", "place", PATRON, "--title", "nothing").refused == ["request.unknown_title"]
    assert library.json("hold", "place", "P99999999", "--title", "T0001").refused == ["patron.unknown"]
    assert library.json("hold", "place", BLOCKED, "--item", WITHDRAWN).refused == ["patron.blocked", "request.no_copy"]
    assert library.json("hold", "place", PATRON, "--item", BOOK, "--pickup", "X").refused == ["place.unknown"]
    assert library.json("hold", "recall", PATRON, "--item", BOOK).refused == ["recall.copy_in"]
    place(library)
    refused = library.json("hold", "place", PATRON, "--item", BOOK)
    assert refused.refused == ["request.twice"]
    assert all(reason.message and reason.remedy for reason in refused.reasons)
    for unknown in ("99", "0", "9" * 30):
        assert library.json("hold", "cancel", unknown).refused == ["request.unknown"]
        assert library.json("hold", "show", unknown).refused == ["request.unknown"]
    assert library.json("hold", "list", "--barcode", PATRON).refused == ["code.is_patron"]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "arguments",
    [
        ["place", PATRON],
        ["place", PATRON, "--title", "T0001", "--item", BOOK],
        ["place", PATRON, "--item", BOOK, "--by", "tomorrow"],
        ["place", PATRON, "--item", BOOK, "--from", "2026-02-30"],
        ["recall", PATRON],
        ["suspend", "1", "--until", ""],
        ["cancel", "first"],
        ["move", "1"],
        ["list"],
        ["list", "--patron", PATRON, "--barcode", BOOK],
    ],
)
def test_what_was_not_understood_is_a_usage_error_and_does_nothing(library: Program, arguments: list[str]) -> None:
    ran = library.run("hold", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert library.json("hold", "pull").page.results == []


def test_the_same_key_acts_once_in_another_process_too(library: Program) -> None:
    first = library.json("hold", "place", PATRON, "--item", BOOK, "--key", "k1")
    again = library.start("hold", "place", PATRON, "--item", BOOK, "--key", "k1", "--json")
    assert again.out == first.out
    assert len(library.json("hold", "list", "--patron", PATRON).page.results) == 1


def test_an_override_reaches_as_far_as_ones_own_permissions(library: Program) -> None:
    library.json("loan", "out", PATRON, BOOK)
    asked = ("hold", "place", PATRON, "--item", BOOK, "--override")
    library.set(LIBOPS_PIN=CLERK[1])
    assert library.json(*asked, "--as", CLERK[0]).refused == ["override.not_enough"]
    assert library.json(*asked).json["overridden"] == ["request.on_loan_to_patron"]


def test_a_sorter_fetches_and_clears_and_learns_no_names(library: Program) -> None:
    place(library)
    library.set(LIBOPS_BADGE=SORTER[0], LIBOPS_PIN=SORTER[1])
    (pulled,) = library.json("hold", "pull").page.results
    assert (pulled["barcode"], pulled["patron_number"], pulled["patron_name"]) == (BOOK, None, None)
    library.json("loan", "in", BOOK)
    (shelved,) = library.json("hold", "shelf").page.results
    assert (shelved["label"], shelved["patron_name"]) == ("A-01", None)
    for command in (["list", "--patron", PATRON], ["place", PATRON, "--item", MISSING], ["cancel", "1"]):
        assert library.json("hold", *command).refused == ["permission.missing"]


def test_what_is_over_is_cleared_and_what_nothing_can_fill_is_told(library: Program, sample_url: str) -> None:
    request, other = place(library), place(library, OTHER_PATRON)
    library.json("loan", "in", BOOK)
    database = Database(sample_url)
    yesterday = wall_clock() - timedelta(days=1)
    with database.act() as transaction:
        held = REQUEST.c.shelf_until.is_not(None)
        transaction.connection.execute(update(REQUEST).where(held).values(shelf_until=yesterday))
    (view,) = library.json("hold", "clear").page.results
    assert (view["why"], view["outcome"], view["request_id"]) == ("expired", "hold_shelf", request)
    library.json("loan", "in", BOOK)
    assert library.json("hold", "show", str(other)).json["status"] == "awaiting_pickup"
    library.json("hold", "cancel", str(other))
    library.json("loan", "in", BOOK)
    waiting = place(library)
    with database.act() as transaction:
        transaction.connection.execute(update(ITEM).where(ITEM.c.barcode == BOOK).values(status="missing"))
    database.close()
    assert [view["id"] for view in library.json("hold", "unfillable").page.results] == [waiting]
