"""Forms and lists for quick hands: what is sent or opened before it has been read waits for that."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from libops.library import Library
from libops.pages import Page
from libops.troubles import DatabaseTrouble, TroubleKind
from libops.work import Look
from screens.account.panel import AccountPanel
from screens.desk.screen import Desk
from screens.forms import holds
from screens.forms.choices import branches
from screens.forms.entries import Option
from screens.forms.form import Reply
from screens.forms.holds import PlaceHold
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, go_to
from tests.terminal.small_town import NASTY_COPY, TEACHER, TEACHER_NAME


async def hold_form(me: AtDesk) -> PlaceHold:
    """The form for a hold of the teacher, with a copy in it; its branches may not be known yet."""
    await me.scan(TEACHER)
    await me.press("f4")
    await me.until_screen(AccountPanel)
    await me.press("h")
    await me.until_screen(PlaceHold)
    form = me.app.screen
    assert isinstance(form, PlaceHold)
    form.take_item(NASTY_COPY)
    return form


async def test_a_form_that_is_sent_before_its_answers_are_known_is_sent_with_them(
    town: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slowly(look: Look) -> Sequence[Option]:
        assert gate.wait(10)
        return branches(look)

    monkeypatch.setattr(holds, "branches", slowly)
    async with at_desk(town) as me:
        form = await hold_form(me)
        await me.press("f9", "f9")
        assert me.app.screen is form
        await me.until_shown("One moment")
        gate.set()
        await me.until_screen(AccountPanel)
        await me.until_shown("Holds  1")
    assert [request.branch_code for request in account_of(town, TEACHER).requests] == ["C"]


async def test_answers_that_could_not_be_read_are_asked_for_again_before_anything_is_sent(
    town: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter((True, False))

    def not_at_first(look: Look) -> Sequence[Option]:
        if next(times):
            raise DatabaseTrouble(TroubleKind.LOCKED)
        return branches(look)

    monkeypatch.setattr(holds, "branches", not_at_first)
    async with at_desk(town) as me:
        form = await hold_form(me)
        await me.until(lambda: bool(form.query_one(Reply).said))
        await me.press("f9")
        await me.until_screen(AccountPanel)
    assert [request.branch_code for request in account_of(town, TEACHER).requests] == ["C"]


async def test_enter_opens_what_is_found_also_where_it_came_before_it_was_found(town: Library) -> None:
    gate = threading.Event()
    async with at_desk(town) as me:
        screen = await go_to(me, "p")
        read = screen.listing.read

        def slowly(look: Look, after: str, limit: int) -> Page[Any]:
            assert gate.wait(10)
            return read(look, after, limit)

        screen.listing.read = slowly  # type: ignore[method-assign]
        await me.enter(TEACHER)
        await me.press("enter")
        assert me.app.screen is screen
        gate.set()
        await me.until_screen(Desk)
        await me.until_shown(TEACHER_NAME)
