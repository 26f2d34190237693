"""The journal read by people: newest first, filtered, in pages, followed; nobody is named for longer than needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from libops.catalogue import cataloguing
from libops.catalogue.description import Description
from libops.circulation.item_history import KNOWN_FOR
from libops.pages import Page
from libops.permissions import Permission
from libops.today import journal_pages
from libops.today.following import following
from libops.today.journal_pages import Entry, Sought
from libops.today.kinds import Group
from libops.work import Actor
from tests.engines.at_till import charge, pay
from tests.engines.town import (
    BLOCKED,
    BOOK,
    CLERK,
    MORNING,
    NAMES,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    SUPERVISOR,
    THIRD_BOOK,
    Town,
    refused,
)
from tests.engines.wishes import LONE, add_titles, ask

BLIND = Actor("staff:S9", "Rules only", frozenset({Permission.MANAGE_RULES}))


def read(town: Town, *, by: Actor = SUPERVISOR, after: str = "", limit: int = 100, **sought: Any) -> Page[Entry]:  # noqa: ANN401 - texts, groups and days
    """A page of the journal."""
    wanted = msgspec.convert(sought, Sought)
    return town.look(journal_pages.page, by=by, sought=wanted, after=after, limit=limit)


def kinds(town: Town, *, by: Actor = SUPERVISOR, **sought: Any) -> list[str]:  # noqa: ANN401 - texts, groups and days
    """The kinds of what was found, the newest first."""
    return [entry.kind for entry in read(town, by=by, **sought).results]


def test_the_newest_comes_first_with_when_where_what_and_by_whom(town: Town) -> None:
    town.lend(READER, BOOK)
    town.clock.later(hours=1)
    town.take_back(BOOK, at="M2")
    back, lent = read(town).results
    assert (back.kind, lent.kind) == ("loan.closed", "loan.opened")
    assert (lent.at, lent.on, lent.desk_code, lent.branch_en) == (MORNING, MORNING.date(), "M1", "Main")
    assert (lent.barcode, lent.title, lent.actor) == (BOOK, "红楼梦 [b]", "staff:S2")
    assert (lent.patron_number, lent.patron_name) == (READER, NAMES[READER])
    assert lent.particulars.due_on == MORNING.date() + timedelta(days=30)
    assert (back.desk_code, back.at) == ("M2", MORNING + timedelta(hours=1))


def test_each_filter_leaves_only_what_it_asks_for(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(OTHER_READER, OTHER_BOOK, at="M2", by=SUPERVISOR)
    town.lend(OTHER_READER, THIRD_BOOK, at="W1")
    pay(town, 300, charge(town, 300))
    refused(lambda: town.lend(BLOCKED, THIRD_BOOK))
    assert kinds(town, group=Group.MONEY) == ["charge.paid", "charge.made"]
    assert kinds(town, group=Group.LOANS) == ["loan.opened"] * 3
    assert kinds(town, group=Group.REFUSED) == ["refused"]
    assert kinds(town, place="W1") == kinds(town, place="WEST") == ["loan.opened"]
    assert [entry.desk_code for entry in read(town, place="MAIN", group=Group.LOANS).results] == ["M2", "M1"]
    assert [entry.barcode for entry in read(town, who="S3").results] == [OTHER_BOOK]
    assert kinds(town, who="staff:S3") == ["loan.opened"]
    assert [entry.barcode for entry in read(town, barcode=BOOK).results] == [BOOK]
    assert [entry.barcode for entry in read(town, patron=OTHER_READER).results] == [THIRD_BOOK, OTHER_BOOK]
    assert kinds(town, patron=OTHER_READER, place="M2", group=Group.MONEY) == []


def test_days_are_those_of_the_place_that_looks_and_both_count(town: Town) -> None:
    for hour, day in ((10, 0), (0, 1), (23, 1), (0, 2)):
        town.clock.now = MORNING.replace(hour=hour) + timedelta(days=day)
        town.lend(READER, BOOK)
        town.take_back(BOOK)
    second = MORNING.date() + timedelta(days=1)
    assert len(kinds(town, group=Group.LOANS)) == 8
    assert len(kinds(town, group=Group.LOANS, since=second)) == 6
    assert len(kinds(town, group=Group.LOANS, until=second)) == 6
    assert len(kinds(town, group=Group.LOANS, since=second, until=second)) == 4
    assert len(read(town, group=Group.LOANS, until=MORNING.date()).results) == 2


def test_pages_follow_each_other_and_miss_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_pages, "REACH", 3)
    for _ in range(6):
        town.lend(READER, BOOK)
        town.take_back(BOOK)
    refused(lambda: town.lend(BLOCKED, BOOK))
    for sought in ({}, {"group": Group.LOANS}, {"group": Group.REFUSED}, {"group": Group.STAFF}, {"barcode": BOOK}):
        whole = [entry.event_id for entry in _all_pages(town, 100, **sought)]
        assert whole == sorted(whole, reverse=True)
        assert whole == [entry.event_id for entry in _all_pages(town, 2, **sought)]
    assert len(_all_pages(town, 2)) == len(town.story())
    assert [entry.kind for entry in _all_pages(town, 2, group=Group.REFUSED)] == ["refused"]


def _all_pages(town: Town, limit: int, **sought: Any) -> list[Entry]:  # noqa: ANN401 - texts, groups and days
    found: list[Entry] = []
    after: str | None = ""
    while after is not None:
        page = read(town, after=after, limit=limit, **sought)
        assert len(page.results) <= limit
        found += page.results
        after = page.next
    return found


def test_why_something_was_refused_is_told_by_codes(town: Town) -> None:
    refused(lambda: town.lend(BLOCKED, BOOK))
    (entry,) = read(town).results
    assert (entry.kind, entry.particulars.reasons) == ("refused", ("patron.blocked",))
    assert (entry.barcode, entry.patron_number) == (BOOK, BLOCKED)


def test_a_hold_and_a_record_are_told_with_their_title(town: Town) -> None:
    add_titles(town)
    ask(town, READER)
    town.act(cataloguing.change_title, by=SUPERVISOR, number=LONE, about=Description(title="The Last Copy"))
    told = [(entry.kind, entry.title, entry.barcode) for entry in read(town).results]
    assert told == [("title.changed", "The Last Copy", None), ("hold.placed", "The Last Copy", None)]


def test_a_patron_is_named_to_nobody_who_may_not_see_patrons(town: Town) -> None:
    town.lend(READER, BOOK)
    refused(lambda: town.lend(BLOCKED, BOOK))
    entries = read(town, by=BLIND).results
    assert all(entry.of_patron and entry.patron_number is None and entry.patron_name is None for entry in entries)
    told = msgspec.json.encode(entries).decode()
    assert not [word for word in (*NAMES, *NAMES.values()) if f'"{word}' in told]
    assert refused(lambda: kinds(town, by=BLIND, patron=READER)) == ["permission.missing"]


def test_a_patron_is_named_for_a_fortnight_and_longer_only_while_something_is_open(town: Town) -> None:
    town.lend(READER, BOOK)
    town.lend(READER, OTHER_BOOK)
    town.take_back(BOOK)
    town.clock.later(days=KNOWN_FOR.days + 1)
    named = {(entry.kind, entry.barcode): entry.patron_number for entry in read(town).results}
    assert named == {
        ("loan.closed", BOOK): None,
        ("loan.opened", OTHER_BOOK): READER,
        ("loan.opened", BOOK): None,
    }
    assert [entry.barcode for entry in read(town, patron=READER).results] == [OTHER_BOOK]


def test_the_journal_is_for_who_answers_for_the_rules(town: Town) -> None:
    assert refused(lambda: kinds(town, by=CLERK)) == ["permission.missing"]
    assert refused(lambda: kinds(town, place="NOWHERE")) == ["place.unknown"]
    assert refused(lambda: kinds(town, barcode="B999")) == ["item.unknown"]
    assert refused(lambda: kinds(town, patron="P999")) == ["patron.unknown"]


def test_who_follows_is_told_each_event_once_in_its_order(town: Town) -> None:
    town.lend(READER, BOOK)
    stop = threading.Event()
    events = following(town.library, SUPERVISOR, town.place(), Sought(group=Group.LOANS), stop)
    done = _while(town, lambda: next(events))
    assert (done.kind, done.barcode) == ("loan.opened", OTHER_BOOK)
    _, renewed = next(events)
    assert renewed.kind == "loan.closed"
    stop.set()
    assert list(events) == []


def _while(town: Town, wait: Callable[[], tuple[object, Entry]]) -> Entry:
    """What is told first while a book is lent and comes back."""

    def act() -> None:
        town.lend(READER, OTHER_BOOK)
        charge(town, 100)
        town.take_back(OTHER_BOOK)

    later = threading.Timer(0.3, act)
    later.start()
    _, entry = wait()
    later.join()
    return entry


def test_whoever_may_not_read_the_journal_may_not_follow_it(town: Town) -> None:
    events = following(town.library, CLERK, town.place(), Sought(), threading.Event())
    assert refused(lambda: next(events)) == ["permission.missing"]
