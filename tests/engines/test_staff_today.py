"""Who is at work today, as the journal tells it."""

from __future__ import annotations

from datetime import timedelta

from db.people import Role
from libops.people import staff
from libops.today.sessions import AtWorkToday, staff_today
from libops.work import Actor
from tests.engines.town import (
    BLOCKED,
    BOOK,
    CLERK,
    MORNING,
    OPERATOR,
    OTHER_BOOK,
    OTHER_READER,
    READER,
    SUPERVISOR,
    Town,
    refused,
)

BADGE, NAME, PIN = "S7", "王芳", "80513"


def sign_in(town: Town, at: str = "M1", pin: str = PIN) -> Actor:
    """Somebody at a desk, signed in by badge and PIN."""
    return staff.log_in(town.library, badge=BADGE, pin=pin, place=town.place(at))


def hire(town: Town) -> None:
    """Register her, at another branch and the day before."""
    now, town.clock.now = town.clock.now, MORNING - timedelta(days=1)
    town.act(staff.add, by=OPERATOR, at="W1", badge=BADGE, name=NAME, role=Role.CIRCULATION, pin=PIN)
    town.clock.now = now


def at_work(town: Town, branch: str = "", *, by: Actor = SUPERVISOR) -> list[AtWorkToday]:
    """Who is at work."""
    return town.look(staff_today, by=by, branch=branch)


def test_who_signed_in_is_told_with_first_and_last_and_how_much_was_done(town: Town) -> None:
    hire(town)
    her = sign_in(town)
    town.clock.later(minutes=10)
    town.lend(READER, BOOK, by=her)
    town.clock.later(minutes=10)
    sign_in(town)
    town.clock.later(minutes=10)
    town.take_back(BOOK, by=her)
    refused(lambda: town.lend(BLOCKED, OTHER_BOOK, by=her))
    (one,) = at_work(town, "MAIN")
    assert (one.actor, one.staff_name, one.desk_code) == (f"staff:{BADGE}", NAME, "M1")
    assert (one.signed_in_at, one.active_at) == (MORNING, MORNING + timedelta(minutes=30))
    assert (one.acts, one.refused) == (2, 1)


def test_whoever_was_active_last_comes_first_and_each_desk_is_told_by_itself(town: Town) -> None:
    hire(town)
    her = sign_in(town)
    town.clock.later(minutes=5)
    town.lend(READER, BOOK, by=CLERK, at="M2")
    town.clock.later(minutes=5)
    town.lend(OTHER_READER, OTHER_BOOK, by=her, at="W1")
    told = [(one.staff_name or one.actor, one.desk_code, one.acts) for one in at_work(town)]
    assert told == [(NAME, "W1", 1), (CLERK.name, "M2", 1), (NAME, "M1", 0)]
    assert [one.desk_code for one in at_work(town, "WEST")] == ["W1"]
    clerk = at_work(town, "MAIN")[0]
    assert clerk.signed_in_at is None


def sign_out(town: Town, her: Actor, at: str = "M1") -> None:
    """She leaves a desk."""
    staff.log_out(town.library, actor=her, place=town.place(at))


def test_who_signed_out_is_told_until_they_sign_in_again(town: Town) -> None:
    hire(town)
    her = sign_in(town)
    town.lend(READER, BOOK, by=her)
    town.clock.later(minutes=50)
    assert at_work(town, "MAIN")[0].signed_out_at is None
    sign_out(town, her)
    (one,) = at_work(town, "MAIN")
    assert (one.active_at, one.signed_out_at) == (MORNING, MORNING + timedelta(minutes=50))
    assert one.acts == 1
    sign_in(town)
    assert at_work(town, "MAIN")[0].signed_out_at is None
    sign_out(town, her)
    assert at_work(town, "MAIN")[0].signed_out_at == MORNING + timedelta(minutes=50)


def test_each_desk_ends_by_itself_and_what_is_done_afterwards_in_their_name_begins_nothing(town: Town) -> None:
    hire(town)
    her, there = sign_in(town), sign_in(town, "W1")
    sign_out(town, her)
    town.clock.later(minutes=5)
    town.lend(READER, BOOK, by=her)
    town.clock.later(minutes=5)
    town.lend(OTHER_READER, OTHER_BOOK, by=there, at="W1")
    west, main = at_work(town)
    assert (west.desk_code, west.signed_out_at) == ("W1", None)
    assert (main.signed_out_at, main.active_at, main.acts) == (MORNING, MORNING + timedelta(minutes=5), 1)


def test_of_a_desk_that_was_left_open_in_the_night_the_end_is_told(town: Town) -> None:
    hire(town)
    her = sign_in(town)
    town.clock.now = MORNING + timedelta(days=1)
    sign_out(town, her)
    (one,) = at_work(town, "MAIN")
    assert one.active_at == one.signed_out_at == town.clock.now
    assert (one.signed_in_at, one.acts) == (None, 0)


def test_yesterday_is_not_today(town: Town) -> None:
    hire(town)
    sign_in(town)
    town.clock.now = MORNING.replace(hour=0) + timedelta(days=1)
    assert at_work(town, "MAIN") == []


def test_a_wrong_pin_is_nobodys_work(town: Town) -> None:
    hire(town)
    for _ in range(2):
        assert refused(lambda: sign_in(town, pin="11111")) == ["staff.wrong_pin"]
    assert at_work(town, "MAIN") == []


def test_it_is_for_who_answers_for_the_rules(town: Town) -> None:
    assert refused(lambda: at_work(town, by=CLERK)) == ["permission.missing"]
    assert refused(lambda: at_work(town, "NOWHERE")) == ["place.unknown"]
