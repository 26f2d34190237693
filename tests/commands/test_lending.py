"""Lending, returning and renewing by command."""

from __future__ import annotations

import re

import pytest

from tests.commands.program import (
    BLOCKED,
    BOOK,
    CHILD,
    CLERK,
    EXPIRED,
    IN_PROCESS,
    MISSING,
    OTHER_BOOK,
    OTHER_PATRON,
    PATRON,
    REFERENCE,
    SORTER,
    SUPERVISOR,
    THIRD_BOOK,
    WITHDRAWN,
    Program,
)


def test_a_book_goes_out_is_renewed_and_comes_back(library: Program) -> None:
    lent = library.json("loan", "out", PATRON, BOOK).json
    assert (lent["outcome"], lent["title"], lent["patron_number"]) == ("lent", "红楼梦", PATRON)
    assert library.json("item", "show", BOOK).json["status"] == "checked_out"
    renewed = library.json("loan", "renew", BOOK).json
    assert (renewed["outcome"], renewed["was_due_on"], renewed["renewals"]) == ("renewed", lent["due_on"], 1)
    back = library.json("loan", "in", BOOK).json
    assert (back["outcome"], back["changed"], back["patron_number"]) == ("shelve", True, PATRON)
    assert library.json("item", "show", BOOK).json["status"] == "available"
    assert library.json("db", "stats").json == {
        "titles": 2000,
        "items": 4000,
        "patrons": 300,
        "loans": 1,
        "open_loans": 0,
    }
    assert library.json("doctor").page.results == []


def test_people_are_told_in_the_words_of_the_desk(library: Program) -> None:
    out = library.run("loan", "out", PATRON, BOOK)
    assert out.out.startswith("LENT  红楼梦  due ")
    assert library.run("loan", "in", BOOK).out.startswith("SHELVE  红楼梦  3F Literature · I242.4/C118")
    assert library.run("loan", "in", BOOK).out.startswith(
        "SHELVE  红楼梦  3F Literature · I242.4/C118, was not on loan"
    )
    assert (out.code, out.err) == (0, "")


def test_what_is_on_its_way_says_where_it_goes_at_a_third_branch_too(library: Program) -> None:
    library.run("loan", "in", BOOK, "--at", "N1")
    passing = library.run("loan", "in", BOOK, "--at", "S1")
    assert passing.out.startswith("SEND TO  红楼梦  Central Library")
    assert library.json("loan", "in", BOOK, "--at", "S1").json["changed"] is False


@pytest.mark.parametrize(
    ("barcode", "english", "chinese"),
    [
        (REFERENCE, "SHELVE  新华字典  4F Reference and Periodicals · H163/Z360, reference only", "馆内阅览"),
        (IN_PROCESS, "SET ASIDE  机器学习  Central Library, in process: to the processing room", "送采编部"),
    ],
)
def test_what_is_for_nobody_is_named_by_its_state_with_what_to_do(
    library: Program, barcode: str, english: str, chinese: str
) -> None:
    first, again = library.run("loan", "in", barcode), library.run("loan", "in", barcode)
    assert first.out.startswith(english)
    assert again.out == first.out
    library.set(LIBOPS_LANGUAGE="zh")
    assert chinese in library.run("loan", "in", barcode).out


def test_what_is_not_for_use_sends_whoever_holds_it_to_its_note(library: Program) -> None:
    library.json("item", "status", BOOK, "unavailable")
    told = library.run("loan", "in", BOOK).out
    assert told.startswith("SET ASIDE  红楼梦  Central Library, unavailable: see the note on the item")
    assert "SEND TO  红楼梦  Central Library, unavailable" in library.run("loan", "in", BOOK, "--at", "N1").out


def test_what_goes_to_the_hold_shelf_is_told_with_for_whom(library: Program) -> None:
    library.json("loan", "out", PATRON, BOOK)
    library.json("hold", "place", OTHER_PATRON, "--item", BOOK)
    told = library.json("loan", "in", BOOK).json["hold"]
    assert isinstance(told, dict)
    name = library.json("patron", "show", OTHER_PATRON).json["name"]
    assert (told["patron_number"], told["patron_name"]) == (OTHER_PATRON, name)
    again = library.run("loan", "in", BOOK).out
    assert again.startswith("HOLD SHELF  红楼梦  ")
    assert f"for {name} ··{OTHER_PATRON[-4:]}, until " in again


def test_whoever_may_not_see_patrons_is_not_told_for_whom_a_book_is(library: Program) -> None:
    library.json("loan", "out", PATRON, BOOK)
    library.json("hold", "place", OTHER_PATRON, "--item", BOOK)
    library.set(LIBOPS_PIN=SORTER[1], LIBOPS_BADGE=SORTER[0])
    told = library.json("loan", "in", BOOK).json["hold"]
    assert isinstance(told, dict)
    assert (told["patron_number"], told["patron_name"]) == (None, None)


def test_the_same_key_answers_the_same_in_another_process_and_lends_once(library: Program) -> None:
    first = library.json("loan", "out", PATRON, BOOK, "--key", "k1")
    again = library.start("loan", "out", PATRON, BOOK, "--key", "k1", "--json")
    assert again.out == first.out
    assert library.json("db", "stats").json["loans"] == 1
    assert library.json("loan", "out", PATRON, OTHER_BOOK, "--key", "k1").refused == ["request.key_reused"]


def test_a_refusal_under_a_key_is_answered_the_same_when_it_would_no_longer_be_refused(library: Program) -> None:
    library.json("loan", "out", PATRON, BOOK)
    first = library.json("loan", "out", OTHER_PATRON, BOOK, "--key", "k2")
    assert first.refused == ["item.on_loan"]
    library.json("loan", "in", BOOK, "--key", "k3")
    assert library.json("loan", "out", OTHER_PATRON, BOOK, "--key", "k2").out == first.out
    assert library.json("loan", "in", BOOK, "--key", "k3").json["changed"] is True


@pytest.mark.parametrize(
    ("patron", "barcode", "codes"),
    [
        (PATRON, "30000000099999", ["code.check_digit"]),
        (PATRON, "39999999999996", ["item.unknown"]),
        ("P99999999", BOOK, ["patron.unknown"]),
        ("P99999999", "39999999999996", ["patron.unknown", "item.unknown"]),
        (PATRON, "9787020002207", ["code.isbn"]),
        (PATRON, OTHER_PATRON, ["code.is_patron"]),
        (BOOK, OTHER_BOOK, ["code.is_item"]),
        (PATRON, SUPERVISOR[0], ["code.is_staff"]),
        (PATRON, "", ["code.empty"]),
        (PATRON, "   ", ["code.empty"]),
        (PATRON, "3" * 10_240, ["code.too_long"]),
        ("P" * 10_240, BOOK, ["code.too_long"]),
        (PATRON, f"{BOOK}\x1b[31m", ["code.unreadable"]),
        (PATRON, "[/red]", ["item.unknown"]),
        (PATRON, "'; DROP TABLE item; --", ["item.unknown"]),
        (BLOCKED, BOOK, ["patron.blocked"]),
        (EXPIRED, BOOK, ["patron.expired"]),
        (PATRON, WITHDRAWN, ["item.withdrawn"]),
        (PATRON, MISSING, ["item.missing"]),
        (BLOCKED, REFERENCE, ["patron.blocked", "item.restricted"]),
    ],
)
def test_what_cannot_be_lent_is_refused_with_every_reason_and_changes_nothing(
    library: Program, patron: str, barcode: str, codes: list[str]
) -> None:
    refused = library.json("loan", "out", patron, barcode)
    assert refused.refused == codes
    assert all(reason.message and reason.remedy for reason in refused.reasons)
    assert library.json("db", "stats").json["loans"] == 0


@pytest.mark.parametrize("act", ["in", "renew"])
@pytest.mark.parametrize(
    ("barcode", "code"),
    [
        ("39999999999996", "item.unknown"),
        ("30000000099999", "code.check_digit"),
        ("9787020002207", "code.isbn"),
        (PATRON, "code.is_patron"),
        ("", "code.empty"),
        ("9" * 10_240, "code.too_long"),
        ("\x1b]0;owned\x07", "code.unreadable"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_no_item_is_told_by_returns_and_renewals_too(
    library: Program, act: str, barcode: str, code: str
) -> None:
    assert library.json("loan", act, barcode).refused == [code]


def test_bytes_that_are_no_text_are_a_code_that_nobody_has(library: Program) -> None:
    assert library.json("item", "show", "\udcff\udcfe").refused == ["item.unknown"]
    refused = library.run("patron", "show", "P\udcff")
    assert (refused.code, refused.out) == (3, "")
    assert "P\ufffd" in refused.err


def test_a_refusal_is_told_to_people_with_what_can_be_done_and_who_may_allow_it(library: Program) -> None:
    refused = library.run("loan", "out", BLOCKED, BOOK)
    assert (refused.code, refused.out) == (3, "")
    assert refused.err.splitlines() == [
        "Refused: The patron is blocked.",
        "  Settle what the note on the patron says.",
        "  May be allowed with --override by whoever has: overriding blocks",
    ]


def test_the_operator_may_override_and_the_answer_says_what(library: Program) -> None:
    assert library.json("loan", "out", BLOCKED, BOOK, "--override").json["overridden"] == ["patron.blocked"]
    told = library.run("loan", "out", EXPIRED, REFERENCE, "--override").out
    assert "Allowed all the same: card run out, reference copy" in told
    library.set(LIBOPS_LANGUAGE="zh")
    told = library.run("loan", "out", EXPIRED, "30000000002224", "--override").out
    assert "已破例：读者证已到期、馆内阅览本" in told
    assert library.json("loan", "out", PATRON, WITHDRAWN, "--override").refused == [
        "item.withdrawn",
        "override.impossible",
    ]


def test_whoever_signs_in_overrides_with_their_own_permissions_only(library: Program) -> None:
    library.set(LIBOPS_PIN=CLERK[1])
    refused = library.json("loan", "out", BLOCKED, BOOK, "--override", "--as", CLERK[0])
    assert refused.refused == ["override.not_enough"]
    library.set(LIBOPS_PIN=SUPERVISOR[1], LIBOPS_BADGE=SUPERVISOR[0])
    assert library.json("loan", "out", BLOCKED, BOOK, "--override").json["outcome"] == "lent"


def test_what_a_badge_does_not_permit_is_refused_by_the_domain(library: Program) -> None:
    library.set(LIBOPS_PIN=SORTER[1], LIBOPS_BADGE=SORTER[0])
    assert library.json("loan", "out", PATRON, BOOK).refused == ["permission.missing"]
    assert library.json("patron", "list").refused == ["permission.missing"]
    assert library.json("staff", "list").refused == ["permission.missing"]
    assert library.json("loan", "in", BOOK).json["outcome"] == "shelve"


def test_a_wrong_pin_signs_nobody_in_and_a_badge_must_wait_after_five(library: Program) -> None:
    library.set(LIBOPS_PIN="00000", LIBOPS_BADGE=CLERK[0])
    for _ in range(5):
        assert library.json("loan", "out", PATRON, BOOK).refused == ["staff.wrong_pin"]
    assert library.json("loan", "out", PATRON, BOOK).refused == ["staff.too_many_attempts"]
    assert library.json("loan", "out", PATRON, BOOK, "--as", "S7777").refused == ["staff.wrong_pin"]


def test_an_act_happens_at_the_desk_or_branch_that_is_named(library: Program) -> None:
    library.run("loan", "out", PATRON, BOOK)
    assert library.json("loan", "in", BOOK, "--at", "N1").json["outcome"] == "send"
    assert library.json("loan", "in", BOOK, "--at", "C").json["outcome"] == "shelve"
    library.set(LIBOPS_DESK="S1")
    assert library.json("loan", "in", THIRD_BOOK).json["branch_code"] == "S"
    assert library.json("loan", "in", BOOK).json["outcome"] == "send"
    unknown = library.json("loan", "in", BOOK, "--at", "X9")
    assert unknown.refused == ["place.unknown"]
    assert "C1" in unknown.reasons[0].remedy


def test_a_child_has_their_own_limit(library: Program) -> None:
    refused: list[str] = []
    for number in range(1, 9):
        digits = f"3{number:012d}"
        ran = library.json("loan", "out", CHILD, digits + _luhn(digits))
        if ran.code:
            refused += ran.refused
    assert "patron.type_limit" in refused


def _luhn(digits: str) -> str:
    """The check digit of a barcode."""
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    return str(-sum(number - 9 if number > 9 else number for number in doubled) % 10)


def test_all_of_a_patrons_loans_are_renewed_by_one_command(library: Program) -> None:
    for book in (BOOK, OTHER_BOOK):
        library.json("loan", "out", PATRON, book)
    done = library.json("loan", "renew-all", PATRON, "--key", "all").json
    # Which of them may be renewed on the day they were lent is the sample's rules' business: each is told of.
    for book in (BOOK, OTHER_BOOK):
        assert book in str(done)
    assert library.json("loan", "renew-all", PATRON, "--key", "all").json == done


@pytest.mark.parametrize(("language", "lost"), [("en", "recorded as lost"), ("zh", "已登记为丢失")])
def test_why_a_loan_was_not_renewed_is_told_in_words(library: Program, language: str, lost: str) -> None:
    library.set(LIBOPS_LANGUAGE=language)
    library.json("loan", "out", PATRON, BOOK)
    library.json("item", "lost", BOOK)
    assert lost in library.run("loan", "renew-all", PATRON).out


@pytest.mark.parametrize(("language", "start"), [("en", r"possible from .* \d\d:\d\d\."), ("zh", r"\d\d:\d\d")])
def test_from_which_hour_a_loan_by_the_hour_may_be_renewed_is_told(library: Program, language: str, start: str) -> None:
    library.set(LIBOPS_LANGUAGE=language)
    by_the_hour = ("period_kind=hours", "period=8", "renew_before=1", "closed_due=keep")
    library.json("policy", "set", "--category", "teacher", "--type", "book", *by_the_hour)
    library.json("loan", "out", PATRON, BOOK)
    refused = library.json("loan", "renew", BOOK, "--key", "early")
    assert refused.refused == ["renewal.too_early"]
    assert re.search(start, refused.reasons[0].message)
    assert library.json("loan", "renew", BOOK, "--key", "early").out == refused.out
    told = library.json("policy", "explain", PATRON, BOOK).json["if_renewed"]
    assert re.search(start, str(told))


def test_a_return_is_dated_back_by_command_and_not_into_the_future(library: Program) -> None:
    library.json("loan", "out", PATRON, BOOK)
    assert "2999" in library.run("loan", "in", BOOK, "--on", "2999-01-01").err
    assert library.json("item", "show", BOOK).json["status"] == "checked_out"
    assert "YYYY-MM-DD" in library.run("loan", "in", BOOK, "--on", "yesterday").err
