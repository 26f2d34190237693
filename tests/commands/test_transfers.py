"""Items are moved between branches by command, and lists say what to pack, what to unpack, what to look for."""

from __future__ import annotations

import pytest

from tests.commands.program import BOOK, CHILD, MISSING, OTHER_BOOK, PATRON, SORTER, WITHDRAWN, Program

COMMANDS = ("request", "send", "receive", "cancel", "out", "sent", "in", "reconcile")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_answers_in_json(program: Program, command: str) -> None:
    shown = program.run("transfer", command, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert "--json" in shown.out
    assert ("--key" in shown.out) == (command in ("request", "send", "receive", "cancel"))
    assert ("--after" in shown.out) == (command in ("out", "sent", "in", "reconcile"))


def listed(library: Program, *command: str) -> list[object]:
    """The barcodes of a list."""
    return [view["barcode"] for view in library.json("transfer", *command).page.results]


def test_a_book_is_asked_for_packed_and_unpacked(library: Program) -> None:
    asked = library.json("transfer", "request", BOOK, "N", "--note", "for the exhibition").json
    assert (asked["from_code"], asked["to_code"], asked["reason"], asked["goes_home"]) == ("C", "N", "manual", False)
    (view,) = library.json("transfer", "out").page.results
    assert (view["barcode"], view["status"], view["note"]) == (BOOK, "requested", "for the exhibition")
    assert listed(library, "out", "--at", "N") == []
    sent = library.json("transfer", "send", BOOK).json
    assert (sent["outcome"], sent["branch_code"], sent["status"]) == ("send", "N", "in_transit")
    assert (listed(library, "out"), listed(library, "sent"), listed(library, "in", "--at", "N")) == ([], [BOOK], [BOOK])
    received = library.json("transfer", "receive", BOOK, "--at", "N").json
    assert (received["arrived"], received["status"]) == (True, "available")
    assert listed(library, "sent") == listed(library, "in", "--at", "N") == []
    # It belongs elsewhere still, and is sent home from there.
    assert listed(library, "out", "--at", "N") == [BOOK]
    assert library.json("doctor").page.results == []


def test_people_are_told_what_was_done_and_where_things_go(library: Program) -> None:
    asked = library.run("transfer", "request", BOOK, "N", "--reason", "reallocation").out.splitlines()
    assert asked[0] == f"Asked for.  红楼梦  {BOOK}"
    assert asked[1].endswith("→ North Campus Library  reallocation")
    heading, row = library.run("transfer", "out").out.splitlines()
    assert heading.split()[:2] == ["Barcode", "Title"]
    assert row.split()[:3] == [BOOK, "红楼梦", "I242.4/C118"]
    assert "today" in row
    assert library.run("transfer", "send", BOOK).out.startswith("SEND TO  红楼梦  North Campus Library")
    assert "North Campus Library" in library.run("transfer", "sent").out
    called_off = library.run("transfer", "cancel", BOOK).out.splitlines()
    assert called_off[0] == f"Called off.  红楼梦  {BOOK}"
    assert called_off[1].startswith("stays at ")
    none = library.run("transfer", "sent")
    assert (none.code, none.out, none.err) == (0, "", "There are none.\n")


def test_the_same_key_acts_once_in_another_process_too(library: Program) -> None:
    for command in (["request", BOOK, "N"], ["send", BOOK], ["cancel", BOOK]):
        first = library.json("transfer", *command, "--key", command[0])
        again = library.start("transfer", *command, "--key", command[0], "--json")
        assert (again.code, again.out) == (0, first.out)
    assert library.json("transfer", "cancel", BOOK).refused == ["transfer.none"]


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("request", BOOK, "C"), ["transfer.there_already"]),
        (("request", BOOK, "C1"), ["place.unknown"]),
        (("request", MISSING, "N"), ["transfer.not_in"]),
        (("request", WITHDRAWN, "N"), ["transfer.withdrawn"]),
        (("request", PATRON, "N"), ["code.is_patron"]),
        (("request", "", "N"), ["code.empty"]),
        (("request", BOOK, "N", "--reason", "hold"), ["transfer.for_hold"]),
        (("send", BOOK), ["transfer.stays"]),
        (("send", WITHDRAWN), ["item.withdrawn"]),
        (("receive", BOOK), ["transfer.none"]),
        (("cancel", BOOK), ["transfer.none"]),
    ],
)
def test_what_cannot_be_moved_is_refused_with_why(
    library: Program, arguments: tuple[str, ...], codes: list[str]
) -> None:
    refused = library.json("transfer", *arguments)
    assert refused.refused == codes
    assert all(reason.message and reason.remedy and "{" not in reason.message for reason in refused.reasons)


def test_what_is_lent_is_brought_back_before_it_is_moved(library: Program) -> None:
    library.json("loan", "out", CHILD, BOOK)
    assert library.json("transfer", "request", BOOK, "N").refused == ["transfer.on_loan"]
    library.json("loan", "in", BOOK)
    assert library.json("transfer", "request", BOOK, "N").code == 0


def test_what_seems_lost_on_the_way_is_listed_with_where_it_was_seen(library: Program) -> None:
    library.json("transfer", "request", BOOK, "N")
    library.json("transfer", "send", BOOK)
    assert BOOK not in listed(library, "reconcile")
    library.json("loan", "in", BOOK, "--at", "S")
    (wrong,) = [view for view in library.json("transfer", "reconcile").page.results if view["barcode"] == BOOK]
    assert (wrong["problem"], wrong["seen_code"], wrong["to_code"]) == ("seen_elsewhere", "S", "N")
    assert "seen elsewhere, last seen: S" in library.run("transfer", "reconcile").out


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_lists_follow_each_other_by_their_cursor(library: Program) -> None:
    for item in (BOOK, "30000000000046", "30000000000061"):
        assert library.json("transfer", "request", item, "N").code == 0
    first = library.json("transfer", "out", "--limit", "2").page
    assert first.next is not None
    assert len(first.results) == 2
    assert listed(library, "out", "--limit", "2", "--after", first.next) == ["30000000000061"]
    assert library.run("transfer", "out", "--limit", "2").err == f"More follow: --after {first.next}\n"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_not_understood_is_told(library: Program) -> None:
    for command, words in (
        (["request", BOOK, "N", "--reason", "whim"], "manual, hold, return_home"),
        (["reconcile", "--days", "-1"], "from 0 on"),
        (["request", BOOK], "BRANCH"),
    ):
        told = library.run("transfer", *command)
        assert (told.code, told.out) == (2, "")
        assert words in told.err


def test_a_sorter_moves_items_and_learns_no_names(library: Program) -> None:
    library.set(LIBOPS_BADGE=SORTER[0], LIBOPS_PIN=SORTER[1])
    assert library.json("transfer", "request", OTHER_BOOK, "S").code == 0
    (view,) = library.json("transfer", "out", "--at", "N").page.results
    assert (view["barcode"], view["patron_number"], view["patron_name"]) == (OTHER_BOOK, None, None)
