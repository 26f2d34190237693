"""Signing in: by badge, scanned or typed, and PIN."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs
from textual.widgets import Input

from libops.library import Library
from libops.scans import Scan
from screens.desk.screen import Desk
from screens.sign_in import SignIn
from screens.wedge import PAUSE
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.small_town import CLERK, COPIES, SUPERVISOR, TEACHER, events_of

BADGE, PIN = SUPERVISOR


def field(me: AtDesk, name: str) -> Input:
    return me.app.screen.query_one(f"#{name}", Input)


async def test_a_typed_badge_and_pin_open_the_desk_on_each_engine(town_on_each: Library) -> None:
    async with at_desk(town_on_each, who=None) as me:
        await me.until_screen(SignIn)
        await me.enter(BADGE)
        await me.until(lambda: me.app.focused is field(me, "pin"))
        await me.enter(PIN)
        await me.until_screen(Desk)
        assert "秦卫东" in me.shown()
    assert events_of(town_on_each.database.url.render_as_string(hide_password=False), "staff.signed_in") == 1


async def test_a_scanned_badge_fills_the_badge_and_asks_for_the_pin(town: Library) -> None:
    async with at_desk(town, who=None) as me:
        await me.until_screen(SignIn)
        me.app.hear(Scan(BADGE, "reader", 1.0))
        await me.until(lambda: field(me, "badge").value == BADGE)
        assert me.app.focused is field(me, "pin")
        await me.enter(PIN)
        await me.until_screen(Desk)


async def test_a_wrong_pin_says_so_and_waits_for_another(town: Library) -> None:
    async with at_desk(town, who=None) as me:
        await me.until_screen(SignIn)
        await me.enter(BADGE)
        await me.enter("9999")
        await me.until_shown("Badge or PIN is wrong.")
        assert field(me, "pin").value == ""
        assert field(me, "badge").value == BADGE
        await me.enter(PIN)
        await me.until_screen(Desk)


@pytest.mark.parametrize("begin", [1, 2, 3, 4])
async def test_a_badge_whose_end_comes_in_a_moment_from_a_busy_terminal_is_still_typed(
    town: Library, begin: int
) -> None:
    async with at_desk(town, who=None) as me:
        await me.until_screen(SignIn)
        for begun in BADGE[:begin]:
            me.press_quickly(begun)
            me.hours.pass_by(PAUSE)
        me.press_quickly(*BADGE[begin:], "enter")
        await me.until(lambda: me.app.focused is field(me, "pin"))
        await me.enter(PIN)
        await me.until_screen(Desk)


async def test_the_pin_is_neither_shown_nor_logged(town: Library) -> None:
    with capture_logs() as logs:
        async with at_desk(town, who=None) as me:
            await me.until_screen(SignIn)
            await me.enter(BADGE)
            await me.press(*PIN)
            await me.until(lambda: field(me, "pin").value == PIN)
            assert PIN not in me.shown()
            assert "•" * len(PIN) in me.shown()
            await me.press("enter")
            await me.until_screen(Desk)
    assert PIN not in str(logs)


@pytest.mark.parametrize(
    ("to_try", "told"),
    [
        (SUPERVISOR, f"This is a sample: sign in with badge {BADGE} and PIN {PIN}."),
        (("", PIN), f"Everybody on the staff has the PIN {PIN} here."),
        (None, ""),
    ],
    ids=["sample", "copy", "in earnest"],
)
async def test_only_a_library_to_try_things_on_tells_who_may_sign_in(
    town: Library, to_try: tuple[str, str] | None, told: str
) -> None:
    async with at_desk(town, who=None, to_try=to_try) as me:
        await me.until_screen(SignIn)
        assert told in me.shown()
        assert (PIN in me.shown()) == (to_try is not None)


async def test_a_book_scanned_before_anybody_signed_in_says_what_to_do(town: Library) -> None:
    async with at_desk(town, who=None) as me:
        await me.until_screen(SignIn)
        me.app.hear(Scan(COPIES[0], "reader", 1.0))
        await me.until_shown("That is no badge: sign in first, then scan it again.")
        assert field(me, "badge").value == ""


async def test_the_language_can_be_changed_before_signing_in(town: Library) -> None:
    async with at_desk(town, who=None) as me:
        await me.until_screen(SignIn)
        await me.press("f6")
        await me.until_shown("请扫描工作证或输入证号，再输入密码。")
        assert "F6 English" in me.shown()


async def test_a_database_that_cannot_be_used_says_so_and_the_screen_stays(
    town: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_desk(town, who=None) as me:
        await me.until_screen(SignIn)
        with town.database.act() as transaction:
            transaction.connection.exec_driver_sql("ALTER TABLE staff RENAME TO gone")
        await me.enter(BADGE)
        await me.enter(PIN)
        await me.until_shown("That database holds no library of libops.")
        with town.database.act() as transaction:
            transaction.connection.exec_driver_sql("ALTER TABLE gone RENAME TO staff")
        await me.enter(PIN)
        await me.until_screen(Desk)


async def test_signing_out_asks_first_and_leads_back_to_signing_in(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f10")
        await me.until_shown("Leave the desk?")
        await me.press("enter")
        await me.until_screen(Desk)
        await me.press("f10", "tab", "enter")
        await me.until_screen(SignIn)
        assert me.app.desk is None
        await me.enter(BADGE)
        await me.enter(PIN)
        await me.until_screen(Desk)
        assert "Nobody is chosen yet." in me.shown()


async def test_the_key_for_leaving_ends_the_program_where_nobody_has_signed_in(town: Library) -> None:
    async with at_desk(town, who=None) as me:
        await me.until_screen(SignIn)
        await me.press("f10")
        await me.until(lambda: not me.app.is_running)


@pytest.mark.parametrize("key", ["up", "shift+tab"])
async def test_whoever_mistyped_the_badge_goes_back_to_it_and_types_another(town: Library, key: str) -> None:
    async with at_desk(town, who=None) as me:
        await me.until_screen(SignIn)
        await me.enter("S00")
        assert "↑ leads back from the PIN to the badge." in me.shown()
        await me.press("7", key)
        await me.enter(CLERK[0])
        await me.enter(CLERK[1])
        await me.until_screen(Desk)
