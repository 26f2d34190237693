"""Patrons are registered once, under a number of their own, and their cards last as long as their category says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from db.people import PatronStatus
from db.tables import CATEGORY, EVENT, PATRON
from libops.doctor import examine
from libops.people import merging, patrons, registration
from libops.people.contact import same_email, same_phone, usable_email, usable_phone
from libops.people.patrons import Standing
from libops.people.records import PatronAnswer
from libops.people.registration import months_after
from libops.permissions import Permission
from tests.engines.town import (
    BLOCKED,
    BOOK,
    CHILD,
    CLERK,
    EXPIRED,
    NAMES,
    NEW_YORK,
    OTHER_READER,
    READER,
    SORTER,
    SUPERVISOR,
    TODAY,
    Town,
    reasons,
    refused,
)

Given = dict[str, Any]  # what an act is given by name

NEW = "P100"
PHONE, EMAIL = "+86 138 0013-8000", "Wang.Wu@example.org"
PERSON: Given = {"number": NEW, "name": "王五", "category": "reader", "branch": "MAIN"}


def register(town: Town, *, key: str | None = None, **given: object) -> PatronAnswer:
    """Register somebody: what is not given is that of a person whom nobody knows yet."""
    everything: Given = {**PERSON, **given}
    return town.act(registration.register, key=key, **everything)


def test_somebody_is_registered_for_as_many_months_as_their_category_lasts(town: Town) -> None:
    town.change(update(CATEGORY).where(CATEGORY.c.code == "child").values(months=6))
    answer = register(town, phone=PHONE, email=EMAIL, note=" reads Braille ", category="child")
    assert (answer.patron_number, answer.patron_name, answer.expires_on) == (NEW, "王五", date(2027, 5, 23))
    shown = town.look(patrons.show, number=NEW)
    assert (shown.name, shown.status, shown.category_code) == ("王五", Standing.ACTIVE, "child")
    assert (shown.branch_code, shown.expires_on) == ("MAIN", date(2027, 5, 23))
    assert (shown.phone, shown.email, shown.note, shown.language) == (PHONE, EMAIL, "reads Braille", "zh")
    town.lend(NEW, BOOK)
    assert examine(town.library) == []


def test_a_new_card_lasts_from_the_day_of_its_branch(town: Town) -> None:
    # One in the morning of the 24th in Shanghai is noon of the 23rd in New York.
    town.clock.now = town.clock.now.replace(day=24, hour=1)
    assert town.clock().astimezone(NEW_YORK).date() == TODAY
    assert register(town).expires_on == date(2027, 11, 24)
    assert register(town, number="P101", name="赵六", branch="YORK").expires_on == date(2027, 11, 23)


@pytest.mark.parametrize(
    ("day", "months", "expires"),
    [
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 0, date(2026, 12, 15)),
        (date(2026, 11, 23), 1_000_000, date.max),
    ],
)
def test_months_are_months_of_the_calendar(day: date, months: int, expires: date) -> None:
    assert months_after(day, months) == expires


def test_names_and_numbers_are_written_without_stray_spaces(town: Town) -> None:
    register(town, name="  Ada \t Lovelace ", phone=" 010-6275 1234 ", email=" ada@example.org ")
    shown = town.look(patrons.show, number=NEW)
    assert (shown.name, shown.phone, shown.email) == ("Ada Lovelace", "010-6275 1234", "ada@example.org")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"number": READER}, "patron.number_taken"),
        ({"number": "X100"}, "patron.bad_number"),
        ({"number": ""}, "patron.bad_number"),
        ({"number": "P1 "}, "patron.bad_number"),
        ({"number": BOOK}, "patron.bad_number"),
        ({"number": "P" + "1" * 128}, "patron.bad_number"),
        ({"name": "  \u3000 "}, "patron.empty_name"),
        ({"name": "a\x00b"}, "code.unreadable"),
        ({"category": "king"}, "patron.unknown_category"),
        ({"branch": "EAST"}, "place.unknown"),
        ({"branch": "M1"}, "place.unknown"),
        ({"language": "fr"}, "patron.unknown_language"),
        ({"phone": "ask my wife"}, "patron.bad_phone"),
        ({"phone": "123"}, "patron.bad_phone"),
        ({"email": "wang.wu"}, "patron.bad_email"),
        ({"email": "a b@example.org"}, "patron.bad_email"),
        ({"expires_on": date(2026, 11, 22)}, "patron.expiry_past"),
    ],
)
def test_what_cannot_be_registered_is_refused_and_nobody_is_added(town: Town, given: Given, code: str) -> None:
    before = town.ask(select(PATRON).order_by(PATRON.c.id))
    assert refused(lambda: register(town, **given)) == [code]
    assert town.ask(select(PATRON).order_by(PATRON.c.id)) == before
    assert town.story() == ["refused"]


def test_a_card_may_be_given_for_today_only(town: Town) -> None:
    assert register(town, expires_on=TODAY).expires_on == TODAY
    assert town.look(patrons.show, number=NEW).status is Standing.ACTIVE


@pytest.mark.parametrize(
    "again",
    [
        {"phone": "13800138000"},
        {"phone": "0086-138-0013-8000"},
        {"email": "WANG.WU@example.org"},
        {"phone": "010 6275 1234", "email": EMAIL},
    ],
)
def test_the_same_name_with_the_same_phone_or_email_is_somebody_who_is_registered_already(
    town: Town, again: Given
) -> None:
    register(town, phone=PHONE, email=EMAIL)
    (reason,) = reasons(lambda: register(town, number="P101", **again))
    assert (reason.code, reason.facts) == ("patron.maybe_duplicate", {})
    found = town.look(registration.alike, name=" 王五 ", **again)
    assert [person.number for person in found] == [NEW]
    # Somebody else's number shows that nobody has looked.
    assert refused(lambda: register(town, number="P101", allow_duplicate=READER, **again)) == ["patron.maybe_duplicate"]
    assert register(town, number="P101", allow_duplicate=NEW, **again).patron_number == "P101"
    assert [person.number for person in town.look(registration.alike, name="王五", phone=PHONE, email=EMAIL)] == [
        NEW,
        "P101",
    ]


def test_a_family_with_one_phone_are_different_people(town: Town) -> None:
    register(town, phone=PHONE, email=EMAIL)
    assert register(town, number="P101", name="王六", phone=PHONE, email=EMAIL).patron_number == "P101"
    assert town.look(registration.alike, name="王五", phone="010 6275 9999") == []
    assert town.look(registration.alike, name="\udcff", phone=PHONE) == []


def test_of_namesakes_it_is_asked_first_and_whoever_registers_allows_them(town: Town) -> None:
    register(town, phone=PHONE, email=EMAIL)
    another: Given = {"phone": "010 6275 1234", "email": "other@example.org"}
    for count, (number, given) in enumerate([("P102", another), ("P103", {}), ("P104", {"name": " 王五 "})], start=1):
        (reason,) = reasons(lambda number=number, given=given: register(town, number=number, **given))  # type: ignore[misc]
        assert (reason.code, reason.facts) == ("patron.namesakes", {"count": count})
        assert reason.override is Permission.REGISTER_PATRONS
        assert register(town, number=number, override_by=CLERK, **given).patron_number == number
    # Whoever gives neither phone nor email asks for namesakes, and is told what tells them apart.
    found = town.look(registration.alike, name="王五")
    assert [one.number for one in found] == [NEW, "P102", "P103", "P104"]
    assert (found[0].phone, found[0].category_zh, found[0].category_en) == (PHONE, "reader", "reader")
    assert examine(town.library) == []


def test_namesakes_are_allowed_by_who_may_register_and_the_journal_keeps_by_whom(town: Town) -> None:
    register(town)
    lacking = refused(lambda: register(town, number="P101", override_by=SORTER))
    assert lacking == ["override.not_enough"]
    register(town, key="k", number="P101", override_by=CLERK)
    told = town.ask(select(EVENT.c.data).where(EVENT.c.request_key == "k"))[0][0]
    assert (told["overridden"], told["allowed_by"]) == (["patron.namesakes"], "staff:S2")
    # The number of a namesake who was looked at says as much.
    assert register(town, number="P102", allow_duplicate="P101").patron_number == "P102"
    assert refused(lambda: register(town, number="P103", allow_duplicate=READER)) == ["patron.namesakes"]


def test_whoever_has_the_same_phone_is_not_taken_for_a_mere_namesake(town: Town) -> None:
    register(town)
    register(town, number="P101", phone=PHONE, override_by=CLERK)
    # Neither a badge nor the number of a namesake shows that the right one was looked at.
    again: Given = {"number": "P102", "phone": PHONE}
    assert refused(lambda: register(town, override_by=CLERK, **again)) == [
        "patron.maybe_duplicate",
        "override.impossible",
    ]
    assert refused(lambda: register(town, allow_duplicate=NEW, **again)) == ["patron.maybe_duplicate"]
    assert register(town, allow_duplicate="P101", **again).patron_number == "P102"


def test_the_name_of_somebody_who_was_merged_is_nobodys(town: Town) -> None:
    register(town)
    town.act(merging.merge, by=SUPERVISOR, keep_number=READER, drop_number=NEW)
    assert register(town, number="P101").patron_number == "P101"


def test_capitals_make_no_other_name(town: Town) -> None:
    register(town, name="Éva Kovács", phone=PHONE)
    for name in ("Éva Kovács", "Éva  KOVáCS"):
        assert refused(lambda name=name: register(town, number="P101", name=name, phone=PHONE)) == [  # type: ignore[misc]
            "patron.maybe_duplicate"
        ]


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("13800138000", True),
        ("+86 (10) 6275-1234 ext 5", True),
        ("010-62751234转8", True),
        ("(021) 5555.1234", True),
        ("110", False),
        ("1" * 21, False),
        ("12345+6", False),
        ("+", False),
        ("१३८००१३८०००", False),
    ],
)
def test_a_phone_number_is_what_can_be_dialled(text: str, usable: bool) -> None:
    assert usable_phone(text) is usable


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("li.lei@example.org", True),
        ("李雷@例子.中国", True),
        ("li@localhost", False),
        ("@example.org", False),
        ("li@example..org", False),
        ("li@@example.org", False),
        ("li@example.org, han@example.org", False),
        ("l" * 250 + "@example.org", False),
        ("li\u202e@example.org", False),
    ],
)
def test_an_email_address_has_a_place_and_a_name(text: str, usable: bool) -> None:
    assert usable_email(text) is usable


def test_phones_and_emails_are_compared_as_people_mean_them() -> None:
    assert same_phone("+86 138 0013 8000", "13800138000")
    assert same_phone("110", "110")
    assert not same_phone("13800138000", "13800138001")
    assert not same_phone("8000", "13800138000")
    assert not same_phone("", "")
    assert same_email("A@Example.org ", "a@example.ORG")
    assert not same_email("", "")


def test_the_same_request_registers_once_and_answers_the_same(town: Town) -> None:
    first = register(town, key="k1", phone=PHONE)
    assert register(town, key="k1", phone=PHONE) == first
    assert town.story() == ["patron.registered"]
    assert refused(lambda: register(town, key="k1", phone="13900139000")) == ["request.key_reused"]
    with_reasons = reasons(lambda: register(town, key="k2"))
    assert with_reasons == reasons(lambda: register(town, key="k2"))
    assert with_reasons[0].facts == {"number": NEW}


def test_what_is_left_out_stays_and_what_is_given_is_changed(town: Town) -> None:
    register(town, phone=PHONE, email=EMAIL, note="deaf")
    before = town.look(patrons.show, number=NEW)
    answer = town.act(registration.change, number=NEW, name="王 五五", email="", branch="WEST")
    assert answer.fields == ("branch", "email", "name")
    after = town.look(patrons.show, number=NEW)
    assert (after.name, after.email, after.branch_code) == ("王 五五", "", "WEST")
    assert (after.phone, after.note, after.expires_on, after.category_code) == (
        PHONE,
        "deaf",
        before.expires_on,
        "reader",
    )
    town.act(registration.change, number=NEW, category="child", language="en", phone="13900139000", note="")
    after = town.look(patrons.show, number=NEW)
    assert (after.category_code, after.language, after.phone, after.note) == ("child", "en", "13900139000", "")
    assert after.expires_on == before.expires_on


def test_a_change_to_what_stands_already_is_answered_and_told_as_none(town: Town) -> None:
    answer = town.act(registration.change, number=READER, key="k", name=NAMES[READER], branch="MAIN")
    assert answer.fields == ()
    assert town.story() == ["patron.seen"]
    assert town.act(registration.change, number=READER, key="k", name=NAMES[READER], branch="MAIN") == answer


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": ""}, "patron.empty_name"),
        ({"category": "king"}, "patron.unknown_category"),
        ({"category": ""}, "patron.unknown_category"),
        ({"branch": "EAST"}, "place.unknown"),
        ({"language": ""}, "patron.unknown_language"),
        ({"phone": "none"}, "patron.bad_phone"),
        ({"email": "none"}, "patron.bad_email"),
    ],
)
def test_a_change_that_cannot_be_is_refused_whole(town: Town, given: Given, code: str) -> None:
    assert refused(lambda: town.act(registration.change, number=READER, note="new", **given)) == [code]
    assert town.look(patrons.show, number=READER).note == ""


def test_a_card_is_renewed_from_its_last_day_or_from_today_where_that_is_later(town: Town) -> None:
    assert town.act(registration.renew, number=READER).expires_on == date(2031, 12, 31)
    assert town.act(registration.renew, number=EXPIRED).expires_on == date(2027, 11, 23)
    assert town.look(patrons.show, number=EXPIRED).status is Standing.ACTIVE


def test_renewing_never_makes_a_card_shorter(town: Town) -> None:
    (reason,) = reasons(lambda: town.act(registration.renew, number=READER, expires_on=date(2030, 12, 30)))
    assert (reason.code, reason.facts) == ("patron.expiry_shorter", {"expires": date(2030, 12, 31)})
    assert refused(lambda: town.act(registration.renew, number=EXPIRED, expires_on=date(2026, 11, 22))) == [
        "patron.expiry_past"
    ]
    assert town.act(registration.renew, number=READER, expires_on=date(2030, 12, 31)).fields == ()
    assert town.act(registration.renew, number=READER, expires_on=date(2033, 1, 1)).expires_on == date(2033, 1, 1)
    assert town.act(registration.renew, number=EXPIRED, expires_on=TODAY).expires_on == TODAY


def test_a_blocked_patron_may_be_renewed_and_stays_blocked(town: Town) -> None:
    answer = town.act(registration.renew, number=BLOCKED)
    assert (answer.status, answer.expires_on) == (PatronStatus.BLOCKED, date(2031, 12, 31))


def test_a_block_says_why_and_goes_with_its_reason(town: Town) -> None:
    town.act(registration.change, number=READER, note="deaf · speak clearly")
    assert refused(lambda: town.act(registration.block, number=READER, note="  ")) == ["patron.block_without_note"]
    town.act(registration.block, number=READER, note="owes a book · see desk 2")
    shown = town.look(patrons.show, number=READER)
    assert (shown.status, shown.note) == (Standing.BLOCKED, "owes a book, see desk 2 · deaf · speak clearly")
    assert refused(lambda: town.lend(READER, BOOK)) == ["patron.blocked"]
    town.act(registration.block, number=READER, note="lost the card")
    assert town.look(patrons.show, number=READER).note == "lost the card · deaf · speak clearly"
    answer = town.act(registration.unblock, number=READER)
    assert (answer.status, answer.fields) == (PatronStatus.ACTIVE, ("note", "status"))
    assert town.look(patrons.show, number=READER).note == "deaf · speak clearly"
    town.lend(READER, BOOK)
    assert refused(lambda: town.act(registration.unblock, number=READER)) == ["patron.not_blocked"]


def test_a_block_without_another_note_leaves_none(town: Town) -> None:
    town.act(registration.block, number=READER, note="owes a book")
    town.act(registration.unblock, number=READER)
    assert town.look(patrons.show, number=READER).note == ""


ACTS: dict[str, Callable[[Town, str], object]] = {
    "change": lambda town, number: town.act(registration.change, number=number, name="x"),
    "renew": lambda town, number: town.act(registration.renew, number=number),
    "block": lambda town, number: town.act(registration.block, number=number, note="x"),
    "unblock": lambda town, number: town.act(registration.unblock, number=number),
}


@pytest.mark.parametrize("name", ACTS)
def test_what_is_no_patron_is_told_as_such(town: Town, name: str) -> None:
    assert refused(lambda: ACTS[name](town, "P99")) == ["patron.unknown"]
    assert refused(lambda: ACTS[name](town, BOOK)) == ["code.is_item"]
    assert refused(lambda: ACTS[name](town, "")) == ["code.empty"]


def test_who_may_not_register_patrons_changes_nothing(town: Town) -> None:
    assert refused(lambda: town.act(registration.register, by=SORTER, **PERSON)) == ["permission.missing"]
    for act, given in (
        (registration.change, {"name": "x"}),
        (registration.renew, {}),
        (registration.block, {"note": "x"}),
        (registration.unblock, {}),
    ):
        assert refused(lambda act=act, given=given: town.act(act, by=SORTER, number=READER, **given)) == [  # type: ignore[misc]
            "permission.missing"
        ]
    assert refused(lambda: town.look(registration.alike, by=SORTER, name="x")) == ["permission.missing"]


def test_the_journal_tells_which_fields_were_written_and_names_nobody(town: Town) -> None:
    register(town, key="k1", phone=PHONE, email=EMAIL, note="deaf since birth")
    refused(lambda: register(town, key="k2", number="P101", phone=PHONE))
    refused(lambda: register(town, key="k3", number="P102", phone="ask Wang", email="x"))
    refused(lambda: register(town, key="k4", number="P102", email="not Wang"))
    town.act(registration.change, key="k5", number=NEW, name="Wang Wu", phone="13900139000")
    town.act(registration.renew, key="k6", number=NEW)
    town.act(registration.block, key="k7", number=NEW, note="lost card")
    town.act(registration.unblock, key="k8", number=NEW)
    assert town.story() == [
        "patron.registered",
        "refused",
        "refused",
        "refused",
        "patron.changed",
        "patron.renewed",
        "patron.blocked",
        "patron.unblocked",
    ]
    events = town.ask(select(EVENT.c.kind, EVENT.c.patron_id, EVENT.c.data, EVENT.c.actor).order_by(EVENT.c.id))
    person = town.ask(select(PATRON.c.id).where(PATRON.c.number == NEW))[0][0]
    assert {event.patron_id for event in events if event.kind != "refused"} == {person}
    assert events[0].data["fields"] == [
        "branch", "category", "email", "expires_on", "language", "name", "note", "number", "phone", "status"
    ]  # fmt: skip
    told = json.dumps([event.data for event in events], ensure_ascii=False)
    for personal in (NEW, "P101", "P102", "王五", "Wang", "138", "139", "example", "deaf", "lost card"):
        assert personal not in told


def test_a_number_is_given_once_and_the_moment_of_registering_is_kept(town: Town) -> None:
    at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    register(town)
    assert refused(lambda: register(town, name="Somebody Else")) == ["patron.number_taken"]
    assert town.ask(select(PATRON.c.registered_at).where(PATRON.c.number == NEW))[0][0] == at


def test_a_patrons_view_counts_what_waits_and_what_is_owed(town: Town) -> None:
    shown = town.look(patrons.show, number=OTHER_READER)
    assert (shown.owes, shown.deposit, shown.currency, shown.holds, shown.holds_ready) == (0, 0, "CNY", 0, 0)
    assert (shown.on_shelf, shown.phone, shown.email, shown.category_code) == ((), "", "", "reader")
    assert town.look(patrons.show, number=CHILD).category_code == "child"
    # A balance that came as a decimal would be a text in JSON.
    assert (type(shown.owes), type(shown.deposit)) == (int, int)
