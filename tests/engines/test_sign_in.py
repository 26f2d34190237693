"""Signing in: by badge and PIN, with few guesses, and no way to learn which badges there are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import select, update

from db.people import Role
from db.tables import EVENT, STAFF
from libops.people import pins, staff
from libops.permissions import BY_ROLE
from libops.refusals import Refusal
from libops.work import Actor
from tests.engines.town import OPERATOR, Town, reasons, refused

PIN = "4711"


@pytest.fixture
def desk(town: Town) -> Town:
    """The small library with one clerk, S5."""
    add(town)
    return town


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """What PINs were compared with: one entry for each hash that was computed."""
    computed: list[str | None] = []

    def counted(kept: str | None, pin: str) -> bool:
        computed.append(kept)
        return pins.pin_matches(kept, pin)

    monkeypatch.setattr(staff, "pin_matches", counted)
    return computed


def add(town: Town, badge: str = "S5", *, name: str = "叶春燕", role: Role = Role.CIRCULATION, pin: str = PIN) -> None:
    with town.library.work(actor=OPERATOR, place=town.place()) as work:
        staff.add(work, badge=badge, name=name, role=role, pin=pin)


def sign_in(town: Town, pin: str = PIN, badge: str = "S5") -> Actor:
    return staff.log_in(town.library, badge=badge, pin=pin, place=town.place())


def attempts(town: Town) -> int:
    return int(town.ask(select(STAFF.c.attempts).where(STAFF.c.badge == "S5"))[0][0])


@pytest.mark.parametrize("role", list(Role))
def test_badge_and_pin_make_an_actor_with_the_permissions_of_the_role(town: Town, role: Role) -> None:
    add(town, role=role)
    assert sign_in(town) == Actor("staff:S5", "叶春燕", BY_ROLE[role], "zh")
    assert town.story() == ["staff.added", "staff.signed_in"]


@pytest.mark.parametrize(
    ("badge", "pin"),
    [
        ("S5", "4712"),
        ("S5", ""),
        ("S5", "\udcff"),
        ("S9", PIN),
        ("", PIN),
        ("S5\x00", PIN),
        ("\udcff", PIN),
        ("P1", PIN),
    ],
)
def test_a_wrong_pin_and_an_unknown_badge_are_refused_alike_after_the_same_work(
    desk: Town, checked: list[str | None], badge: str, pin: str
) -> None:
    (reason,) = reasons(lambda: sign_in(desk, pin, badge))
    assert (reason.code, reason.facts) == ("staff.wrong_pin", {})
    assert len(checked) == 1
    assert desk.story() == ["staff.added", "refused"]


def test_an_unknown_badge_costs_a_whole_hash(dear_pins: None, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Hasher:
        def __init__(self) -> None:
            self.real = pins._HASHER

        def verify(self, kept: str, pin: bytes) -> bool:
            verified.append(kept)
            return self.real.verify(kept, pin)

        def hash(self, pin: str) -> str:
            return self.real.hash(pin)

    monkeypatch.setattr(pins, "_HASHER", Hasher())
    assert not pins.pin_matches(None, PIN)
    assert verified[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not pins.pin_matches(None, "no such person")


def test_somebody_who_left_cannot_sign_in(desk: Town) -> None:
    desk.change(update(STAFF).values(active=False))
    assert refused(lambda: sign_in(desk)) == ["staff.wrong_pin"]


def test_after_five_wrong_pins_even_the_right_one_has_to_wait(desk: Town, checked: list[str | None]) -> None:
    for _ in range(5):
        assert refused(lambda: sign_in(desk, "0000")) == ["staff.wrong_pin"]
    for pin in ("0000", PIN):
        (reason,) = reasons(partial(sign_in, desk, pin))
        assert (reason.code, reason.facts) == ("staff.too_many_attempts", {"minutes": 5})
    assert len(checked) == 5
    desk.clock.later(minutes=4, seconds=59)
    assert refused(lambda: sign_in(desk)) == ["staff.too_many_attempts"]
    desk.clock.later(seconds=1)
    assert sign_in(desk).label == "叶春燕"


def test_waiting_gives_five_more_guesses_and_no_more(desk: Town) -> None:
    for _ in range(3):
        for _ in range(5):
            assert refused(lambda: sign_in(desk, "0000")) == ["staff.wrong_pin"]
        assert refused(lambda: sign_in(desk, "0000")) == ["staff.too_many_attempts"]
        desk.clock.later(minutes=5)


def test_guessing_on_while_it_waits_does_not_make_it_longer(desk: Town) -> None:
    for _ in range(5):
        assert refused(lambda: sign_in(desk, "0000")) == ["staff.wrong_pin"]
    for _ in range(9):
        desk.clock.later(seconds=30)
        assert refused(lambda: sign_in(desk, "0000")) == ["staff.too_many_attempts"]
    desk.clock.later(seconds=30)
    sign_in(desk)


def test_the_right_pin_forgives_the_wrong_ones_before(desk: Town) -> None:
    for _ in range(3):
        for _ in range(4):
            assert refused(lambda: sign_in(desk, "0000")) == ["staff.wrong_pin"]
        sign_in(desk)
        assert attempts(desk) == 0


def test_one_badges_wrong_pins_are_not_anothers(desk: Town) -> None:
    add(desk, "S6")
    for _ in range(6):
        with pytest.raises(Refusal):
            sign_in(desk, "0000")
    assert sign_in(desk, badge="S6").name == "staff:S6"


def test_attempts_are_counted_over_a_restart(desk: Town) -> None:
    for _ in range(5):
        assert refused(lambda: sign_in(desk, "0000")) == ["staff.wrong_pin"]
    desk.reopen()
    assert refused(lambda: sign_in(desk)) == ["staff.too_many_attempts"]


def test_guessing_at_many_desks_at_once_gives_no_more_guesses(desk: Town, checked: list[str | None]) -> None:
    place, start = desk.place(), threading.Barrier(20)

    def guess(number: int) -> str:
        start.wait(20)
        try:
            staff.log_in(desk.library, badge="S5", pin=f"{number:04}", place=place)
        except Refusal as refusal:
            return refusal.reasons[0].code
        return "in"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(guess, range(20)))
    assert len(checked) == 5
    assert sorted(answers) == ["staff.too_many_attempts"] * 15 + ["staff.wrong_pin"] * 5
    assert attempts(desk) == 5


def test_who_signed_in_where_is_told_and_who_failed_is_not_named(desk: Town) -> None:
    sign_in(desk)
    assert refused(lambda: sign_in(desk, badge="S9")) == ["staff.wrong_pin"]
    _, signed_in, failed = desk.ask(select(EVENT).order_by(EVENT.c.id))
    assert (signed_in.kind, signed_in.actor, signed_in.desk_id) == ("staff.signed_in", "staff:S5", desk.place().desk_id)
    assert (failed.kind, failed.actor) == ("refused", "nobody")


def test_who_signed_out_where_is_told(desk: Town) -> None:
    staff.log_out(desk.library, actor=sign_in(desk), place=desk.place())
    assert desk.story()[1:] == ["staff.signed_in", "staff.signed_out"]
    *_, signed_out = desk.ask(select(EVENT).order_by(EVENT.c.id))
    assert (signed_out.actor, signed_out.desk_id) == ("staff:S5", desk.place().desk_id)


Change = Callable[[Town], None]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (partial(add, badge="S5"), "staff.badge_taken"),
        (partial(add, badge="X5"), "staff.bad_badge"),
        (partial(add, badge="S6", name="  "), "staff.empty_name"),
        (partial(add, badge="S6", name="N\x00"), "code.unreadable"),
        (partial(add, badge="S6", pin="123"), "staff.weak_pin"),
        (partial(add, badge="S6", pin="1234567890123"), "staff.weak_pin"),
        (partial(add, badge="S6", pin="12a4"), "staff.weak_pin"),
        (partial(add, badge="S6", pin="１２３４"), "staff.weak_pin"),
    ],
)
def test_somebody_who_cannot_be_registered_is_told_why(desk: Town, change: Change, code: str) -> None:
    assert refused(lambda: change(desk)) == [code]
    assert len(desk.ask(select(STAFF))) == 1


def test_a_badge_of_somebody_who_left_is_not_given_out_again(desk: Town) -> None:
    desk.change(update(STAFF).values(active=False))
    assert refused(lambda: add(desk)) == ["staff.badge_taken"]


def test_staff_are_listed_by_badge_in_pages(desk: Town) -> None:
    for badge in ("S7", "S6"):
        add(desk, badge)
    with desk.library.look(actor=OPERATOR, place=desk.place()) as look:
        first = staff.list_staff(look, limit=2)
        assert [person.badge for person in first.results] == ["S5", "S6"]
        assert [person.badge for person in staff.list_staff(look, after=first.next or "").results] == ["S7"]
