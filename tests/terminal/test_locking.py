"""The desk is locked by a key or when nobody is there; the same person finds all as it was, another the patron."""

from __future__ import annotations

import threading

import msgspec
import pytest
from textual.widgets import Input

from libops.circulation.outcomes import Mode, Word
from libops.library import Library
from libops.scans import Scan
from screens.account.panel import AccountPanel
from screens.dialogs import Which
from screens.forms.form import Form
from screens.locked import Locked
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import fill_in, go_to, open_form
from tests.terminal.small_town import (
    CLERK,
    COPIES,
    REFERENCE,
    SORTER,
    SUPERVISOR,
    TEACHER,
    TEACHER_NAME,
    open_loans,
    rename,
)
from tests.terminal.test_leaving import signed_out
from tests.terminal.test_trouble import table_gone
from tests.terminal.waiting_hands import Hands

NAMES = {SUPERVISOR: "秦卫东"}


async def lock(me: AtDesk) -> Locked:
    """Press the key, and wait for the lock."""
    await me.press("ctrl+l")
    await me.until_screen(Locked)
    screen = me.app.screen
    assert isinstance(screen, Locked)
    return screen


async def sign_in(me: AtDesk, who: tuple[str, str]) -> None:
    """Type badge and PIN, and wait until the desk is open."""
    await me.enter(who[0])
    await me.enter(who[1])
    await me.until(lambda: not isinstance(me.app.screen, Locked))


async def test_the_locked_desk_shows_who_locked_it_and_when_and_nothing_of_any_patron(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await lock(me)
        await me.until_shown("The desk is locked")
        assert "秦卫东 locked it at 12:00" in " ".join(me.shown().split())
        for private in (TEACHER_NAME, TEACHER, COPIES[0], "LENT", "on loan"):
            assert private not in me.shown()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 16)])
async def test_the_locked_desk_fits_a_small_terminal_in_chinese_too(town: Library, size: tuple[int, int]) -> None:
    async with at_desk(town, "zh", size) as me:
        await lock(me)
        await me.until_shown("服务台已锁定")
        assert "秦卫东于" in me.shown()
        assert "密码" in me.shown()


async def test_the_same_person_comes_back_to_exactly_where_they_were(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("f4")
        await me.until_screen(AccountPanel)
        before = me.app.screen
        await lock(me)
        await sign_in(me, SUPERVISOR)
        assert me.app.screen is before
        assert TEACHER_NAME in me.shown()
        await me.press("escape")
        await me.until(lambda: me.app.screen is me.desk)
        await me.scan(COPIES[1])
        assert me.last_word() is Word.LENT
        assert signed_out(town) == []


async def test_a_half_filled_form_and_half_a_typed_code_are_still_there(town: Library) -> None:
    async with at_desk(town) as me:
        await me.press(*"3000")
        await lock(me)
        await sign_in(me, SUPERVISOR)
        assert me.desk.scan_line.value == "3000"
        assert me.app.focused is me.desk.scan_line
        await go_to(me, "p")
        form = await open_form(me, "f12", Form)
        await fill_in(me, name="半个人")
        await lock(me)
        await sign_in(me, SUPERVISOR)
        assert me.app.screen is form
        assert form.values()["name"] == "半个人"


async def test_a_wrong_pin_says_so_and_leaves_it_locked(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await lock(me)
        await me.enter(SUPERVISOR[0])
        await me.enter("9999")
        await me.until_shown("Badge or PIN is wrong.")
        assert me.app.screen is screen
        await me.enter(SUPERVISOR[1])
        await me.until(lambda: me.app.screen is me.desk)


async def test_a_scanned_badge_asks_for_its_pin(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await lock(me)
        me.hear_code(CLERK[0])
        await me.until(lambda: screen.query_one("#badge", Input).value == CLERK[0])
        assert me.app.focused is screen.query_one("#pin", Input)


async def test_what_is_scanned_while_it_is_locked_is_not_acted_upon_and_told_twice(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await lock(me)
        for copy in COPIES[:3]:
            me.hear_code(copy)
        me.press_quickly(*COPIES[3], "enter")
        await me.until_shown("Locked: sign in first, then scan it again.")
        await me.until_shown("Scanned meanwhile, and not acted upon: 4.")
        await sign_in(me, SUPERVISOR)
        await me.until_shown("Scans that came while the desk was locked: 4. None of them was acted upon.")
        assert open_loans(str(town.database.url)) == []
        assert me.shift.view.patron is not None
        await me.scan(COPIES[0])
        assert me.last_word() is Word.LENT


async def test_what_was_scanned_before_is_finished_behind_the_lock_in_the_name_of_whoever_scanned_it(
    town: Library,
) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        gate = threading.Event()
        me.shift.clerk._ask(gate.wait)
        for number, copy in enumerate(COPIES[:5]):
            me.app.hear(Scan(copy, "reader", 100.0 + 2 * number))
        await me.press("ctrl+l")
        await me.until_screen(Locked)
        await sign_in(me, SORTER)
        gate.set()
        await me.until(lambda: len(me.outcomes) == 1 + 5 + 1)
        assert [outcome.word for outcome in me.outcomes[1:6]] == [Word.LENT] * 5
        assert open_loans(str(town.database.url)) == COPIES[:5]
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)


async def test_scans_that_the_database_left_undone_survive_the_lock_and_the_one_who_takes_over(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        with table_gone(town, "loan"):
            await me.scan(*COPIES[:2])
        await lock(me)
        await sign_in(me, CLERK)
        await me.until(lambda: me.last_word() is Word.DONE)
        assert len(me.shift.visit.undone()) == 2
        await me.press("f5")
        await me.until(lambda: [one.word for one in me.outcomes[-2:]] == [Word.LENT] * 2)
        assert open_loans(str(town.database.url)) == COPIES[:2]


async def test_somebody_else_goes_on_with_the_same_patron_in_their_own_name(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await lock(me)
        await sign_in(me, CLERK)
        await me.until_shown("goes on here.")
        assert me.shift.actor.name == f"staff:{CLERK[0]}"
        assert me.shift.actor.label in me.shown().splitlines()[0]
        assert NAMES[SUPERVISOR] not in me.shown().splitlines()[0]
        assert TEACHER_NAME in me.shown()
        await me.scan(COPIES[1])
        loan = me.outcomes[-1].loan
        assert loan is not None
        assert loan.patron_number == TEACHER
        wish = me.outcomes[-1].wish
        assert wish is not None
        assert wish.asked_by == me.shift.actor
        assert signed_out(town) == [SUPERVISOR[0]]


async def test_the_one_who_takes_over_has_only_their_own_permissions(town: Library) -> None:
    async with at_desk(town, size=(120, 30)) as me:
        await me.scan(TEACHER, REFERENCE)
        assert "F8" in me.shown()
        await lock(me)
        await sign_in(me, CLERK)
        await me.scan(REFERENCE)
        assert me.last_word() is Word.REFUSED
        await me.press("f8")
        await me.until_shown("Somebody who may allow this")


async def test_whoever_may_not_lend_takes_books_back_and_sees_no_patron(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await lock(me)
        await sign_in(me, SORTER)
        assert TEACHER_NAME not in me.shown()
        await me.until_shown("RETURNS")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(COPIES[0])
        assert me.last_word() is Word.SHELVE
        assert open_loans(str(town.database.url)) == []


async def test_what_one_person_has_open_is_closed_for_another_and_nothing_of_it_is_done(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "p")
        await open_form(me, "f12", Form)
        await fill_in(me, name="半个人")
        await lock(me)
        await sign_in(me, CLERK)
        assert me.app.screen is me.desk
        assert len(me.app.screen_stack) == 2
        with town.database.reading() as transaction:
            names = transaction.connection.exec_driver_sql("SELECT count(*) FROM patron WHERE name = '半个人'")
            assert names.scalar_one() == 0


async def test_a_question_that_comes_while_it_is_locked_waits_behind_the_lock(town: Library) -> None:
    rename(str(town.database.url), TEACHER, COPIES[0])
    library = town
    patterns = msgspec.structs.replace(library.patterns, patron=library.patterns.item)
    library.patterns = patterns
    async with at_desk(library) as me:
        gate = threading.Event()
        me.shift.clerk._ask(gate.wait)
        me.app.hear(Scan(COPIES[0], "reader", 100.0))
        screen = await lock(me)
        gate.set()
        await me.until(lambda: len(me.outcomes) == 1)
        assert me.last_word() is Word.WHICH
        assert me.app.screen is screen
        await sign_in(me, SUPERVISOR)
        await me.until_screen(Which)
        await me.press("i")
        await me.until(lambda: len(me.outcomes) == 2)


async def test_a_question_that_came_behind_the_lock_is_not_put_to_the_one_who_takes_over(town: Library) -> None:
    rename(str(town.database.url), TEACHER, COPIES[0])
    town.patterns = msgspec.structs.replace(town.patterns, patron=town.patterns.item)
    async with at_desk(town) as me:
        gate = threading.Event()
        me.shift.clerk._ask(gate.wait)
        me.app.hear(Scan(COPIES[0], "reader", 100.0))
        await lock(me)
        gate.set()
        await me.until(lambda: len(me.outcomes) == 1)
        await sign_in(me, SORTER)
        await me.until(lambda: me.app.screen is me.desk and len(me.outcomes) == 2)
        assert me.last_word() is Word.DONE, "it is told who goes on, and nothing else is done"
        assert TEACHER_NAME not in me.shown()


async def test_a_question_that_is_open_is_left_unanswered_by_the_one_who_takes_over(town: Library) -> None:
    rename(str(town.database.url), TEACHER, COPIES[0])
    town.patterns = msgspec.structs.replace(town.patterns, patron=town.patterns.item)
    async with at_desk(town) as me:
        await me.scan(COPIES[0])
        await me.until_screen(Which)
        me.app.hear(Scan(COPIES[1], "reader", 100.0))
        await lock(me)
        await sign_in(me, CLERK)
        assert me.app.screen is me.desk
        await me.until(lambda: any(outcome.code == COPIES[1] for outcome in me.outcomes))
        assert open_loans(str(town.database.url)) == []


async def test_the_desk_locks_itself_after_the_minutes_that_are_set_and_counts_down_the_last(town: Library) -> None:
    hands = Hands(lock=600)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        await hands.rest(me, 539)
        assert "The desk locks in" not in me.shown()
        await hands.rest(me, 18)
        await me.until_shown("The desk locks in 43 s; a scan or any key keeps it open.")
        await me.press("f6")
        await hands.rest(me, 1)
        await me.until(lambda: "43" not in me.shown())
        await me.press("f6")
        await hands.rest(me, 600)
        await me.until_screen(Locked)
        await me.until_shown("after 10 min without a scan or key.")
        assert "At work here: 秦卫东." in me.shown()
        assert TEACHER_NAME not in me.shown()
        await sign_in(me, SUPERVISOR)
        assert TEACHER_NAME in me.shown(), "by the same person, exactly where they were"


async def test_it_locks_itself_in_front_of_whatever_is_open(town: Library) -> None:
    hands = Hands(lock=600)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until_screen(AccountPanel)
        await hands.rest(me, 570)
        await me.until_shown("The desk locks in 30 s;")
        await hands.rest(me, 31)
        await me.until_screen(Locked)
        assert TEACHER_NAME not in me.shown()
        assert "The desk locks in" not in me.shown()


async def test_scans_keep_it_open_and_with_no_time_set_it_never_locks(town: Library) -> None:
    hands = Hands(lock=600)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        for copy in COPIES[:4]:
            await hands.rest(me, 599)
            await me.scan(copy)
        assert me.app.screen is me.desk
    hands = Hands()
    async with at_desk(town, idleness=hands.idleness) as me:
        await hands.rest(me, 1_000_000)
        assert me.app.screen is me.desk


async def test_a_locked_desk_keeps_its_patron_however_long_it_takes(town: Library) -> None:
    hands = Hands(patron=180, lock=600)
    async with at_desk(town, idleness=hands.idleness) as me:
        await me.scan(TEACHER)
        await lock(me)
        await hands.rest(me, 10_000)
        await sign_in(me, SUPERVISOR)
        await hands.rest(me, 1)
        assert me.shift.view.patron is not None
        assert TEACHER_NAME in me.shown()


@pytest.mark.parametrize("key", ["ctrl+q", "f10", "ctrl+c"])
async def test_nobody_leaves_a_locked_desk_without_signing_in(town: Library, key: str) -> None:
    async with at_desk(town) as me:
        screen = await lock(me)
        await me.press(key)
        await me.until_shown("Locked: sign in first.")
        assert me.app.screen is screen


async def test_locking_twice_is_locking_once_and_before_sign_in_there_is_nothing_to_lock(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await lock(me)
        await me.press("ctrl+l")
        assert me.app.screen_stack.count(screen) == 1
        await sign_in(me, SUPERVISOR)
        assert len(me.app.screen_stack) == 2
    async with at_desk(town, who=None) as me:
        await me.press("ctrl+l")
        assert not isinstance(me.app.screen, Locked)
