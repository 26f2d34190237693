"""Who borrowed what is known by ids that can be blanked; names, numbers and PINs stand nowhere they need not."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest
import structlog
from sqlalchemy import make_url, select, text

from db.people import Role
from db.tables import EVENT, STAFF, metadata
from libops.circulation.desk import DeskSession
from libops.circulation.outcomes import Mode
from libops.people import patrons, staff
from libops.refusals import Refusal
from tests.engines.town import (
    BLOCKED,
    BOOK,
    BOOKS,
    CLERK,
    DISC,
    EXPIRED,
    MISSING,
    NAMES,
    OPERATOR,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    RESTRICTED,
    SORTER,
    SUPERVISOR,
    Town,
)

PIN, WRONG_PIN = "860417", "715293"
HISTORY = {"loan.opened", "loan.renewed", "loan.closed"}


@contextmanager
def refusal_expected() -> Iterator[None]:
    """Somebody is refused, and life goes on."""
    with suppress(Refusal):
        yield


def a_mixed_day(town: Town) -> None:
    """Everything that happens at a desk: loans, returns, renewals, refusals, overrides, sign-ins, wrong cards."""
    place = town.place()
    with town.library.work(actor=OPERATOR, place=place, key="staff-1") as work:
        staff.add(work, badge="S5", name="Desk Person", role=Role.CIRCULATION, pin=PIN)
    with refusal_expected():
        staff.log_in(town.library, badge="S5", pin=WRONG_PIN, place=place)
    actor = staff.log_in(town.library, badge="S5", pin=PIN, place=place)
    town.lend(READER, BOOK, by=actor, key="1")
    town.lend(READER, BOOK, by=actor, key="2")
    town.clock.later(days=1)
    town.lend(READER, BOOK, by=actor, key="3")
    town.lend(BLOCKED, RESTRICTED, by=actor, allowed_by=SUPERVISOR, key="4")
    town.lend(OTHER_READER, DISC, key="5")
    town.take_back(MISSING, key="6")
    for number, (patron, item) in enumerate(
        [
            (READER, DISC),
            (EXPIRED, OTHER_BOOK),
            ("P99", OTHER_BOOK),
            (OTHER_BOOK, READER),
            (READER, OTHER_READER),
            (READER, READER),
            (f"{READER} ", OTHER_BOOK),
        ]
    ):
        with refusal_expected():
            town.lend(patron, item, by=actor, key=f"refused-{number}")
    for item in (READER, "P77", EXPIRED):
        with refusal_expected():
            town.take_back(item, by=SORTER)
        with refusal_expected():
            town.renew(item)
    town.take_back(BOOK, by=SORTER, key="7")
    town.renew(DISC, allowed_by=SUPERVISOR)
    session = DeskSession(town.library, actor=CLERK, place=place)
    for code in (READER, BOOKS[2], BOOKS[3], READER, "P404", "9787020002207", OTHER_READER, BOOKS[2]):
        session.take(code)
    session.turn(Mode.RETURN)
    for code in (BOOKS[2], READER, BOOKS[3]):
        session.take(code)


def texts(value: object) -> Iterator[str]:
    """Every text in a piece of JSON, names of its fields included."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def test_the_journals_data_names_no_patron(town: Town) -> None:
    a_mixed_day(town)
    events = town.ask(select(EVENT.c.kind, EVENT.c.data))
    assert len(events) > 25
    assert {*HISTORY, "refused", "item.seen", "item.found", "staff.added", "staff.signed_in"} <= {
        row[0] for row in events
    }
    said = {word for row in events for word in texts(row.data)}
    people = {*NAMES, *NAMES.values(), "P99", "P77", "P404"}
    assert not [word for word in said for person in people if person in word]


def test_a_refusal_is_told_and_is_nobodys_loan_history(town: Town) -> None:
    a_mixed_day(town)
    for event in town.ask(select(EVENT)):
        if event.kind == "refused":
            assert event.loan_id is None
            assert set(event.data) == {"act", "reasons"}
        if event.kind in HISTORY:
            assert None not in (event.patron_id, event.item_id, event.loan_id)


def everything_kept(town: Town) -> str:
    """All that the database holds, as one text."""
    with town.library.database.reading() as transaction:
        rows = [
            [str(cell) for cell in row]
            for table in metadata.sorted_tables
            for row in transaction.connection.execute(select(table))
        ]
    return json.dumps(rows, ensure_ascii=False)


def test_a_pin_is_kept_nowhere_but_as_an_argon2id_hash(dear_pins: None, town: Town, tmp_path: Path) -> None:
    a_mixed_day(town)
    kept = everything_kept(town)
    assert PIN not in kept
    assert WRONG_PIN not in kept
    (row,) = town.ask(select(STAFF.c.pin_hash))
    assert row.pin_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    if not town.library.database.is_postgres:
        town.library.close()
        for file in tmp_path.glob(f"{Path(make_url(town.url).database or '').name}*"):
            assert PIN.encode() not in file.read_bytes()


def test_two_people_with_the_same_pin_have_different_hashes(town: Town) -> None:
    for badge in ("S5", "S6"):
        with town.library.work(actor=OPERATOR, place=town.place()) as work:
            staff.add(work, badge=badge, name=badge, role=Role.SORTER, pin=PIN)
    assert len({row.pin_hash for row in town.ask(select(STAFF.c.pin_hash))}) == 2


def test_the_digest_of_a_request_does_not_give_a_pin_away(town: Town) -> None:
    digests = []
    for pin in (PIN, WRONG_PIN):
        with town.library.work(actor=OPERATOR, place=town.place(), key=pin[::-1]) as work, suppress(Refusal):
            staff.add(work, badge="S5", name="Desk Person", role=Role.CIRCULATION, pin=pin)
        digests += [row[0] for row in town.ask(select(EVENT.c.request_digest).order_by(EVENT.c.id.desc()).limit(1))]
    assert digests[0] is not None
    assert digests[0] == digests[1]


def test_nothing_personal_is_logged(
    town: Town, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with structlog.testing.capture_logs() as entries, caplog.at_level(logging.DEBUG):
        a_mixed_day(town)
    logged = " ".join([msgspec.json.encode(entries).decode(), caplog.text, *capfd.readouterr()])
    for secret in (PIN, WRONG_PIN, *NAMES.values()):
        assert secret not in logged


def test_forgetting_a_patron_leaves_the_story(town: Town) -> None:
    a_mixed_day(town)
    before = town.story()
    town.change(text("UPDATE event SET patron_id = NULL"))
    assert town.story() == before


def test_a_patrons_account_shows_what_they_have_and_not_what_they_had(town: Town) -> None:
    a_mixed_day(town)
    with town.library.look(actor=CLERK, place=town.place()) as look:
        shown = [loan.barcode for loan in patrons.open_loans(look, READER)]
    assert shown == [barcode for number, barcode in town.open_loans() if number == READER]
