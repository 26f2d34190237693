"""Codes of no library at all, as books and bottles bear them: they answer nothing and stand in no field."""

from __future__ import annotations

import pytest
from textual.widgets import Input, TextArea

from libops.circulation.outcomes import Word
from libops.library import Library
from libops.people.patrons import Standing
from screens.account.panel import AccountPanel
from screens.forms.form import Form
from screens.forms.holds import PlaceHold
from screens.forms.money import WaiveForm
from screens.forms.patrons import BlockForm, EditPatron
from screens.locked import Locked
from screens.template_editor import TemplateEditor
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, go_to, open_form
from tests.terminal.doings import charge
from tests.terminal.small_town import CLERK, COPIES, OTHER, OTHER_NAME, REFERENCE, TEACHER, TEACHER_NAME

FOREIGN = ("036000291452", "96385074", "XX99", "A1234/7")
"""UPC-A, EAN-8, and labels of other libraries."""


async def open_account(me: AtDesk) -> None:
    """The teacher's account in front of the desk."""
    await me.scan(TEACHER)
    await me.press("f4")
    await me.until_screen(AccountPanel)
    await me.until(lambda: me.shift.view.account is not None)


async def read(me: AtDesk, code: str) -> None:
    """Read a code by a reader that is plugged in as a keyboard, and wait until it is answered."""
    told = len(me.outcomes)
    me.press_quickly(*code, "enter")
    await me.until(lambda: len(me.outcomes) > told)


@pytest.mark.parametrize("code", FOREIGN)
async def test_in_a_form_it_is_typed_nowhere_answers_nothing_and_is_told(town: Library, code: str) -> None:
    charge(town, TEACHER, 300)
    async with at_desk(town) as me:
        await open_account(me)
        for key, kind in (("b", BlockForm), ("w", WaiveForm), ("e", EditPatron)):
            form: Form = await open_form(me, key, kind)
            before = form.values()
            await read(me, code)
            # Within a moment of the first time it counts as read twice.
            assert me.last_word() in (Word.UNKNOWN, Word.ALREADY)
            assert me.app.screen is form
            assert form.values() == before
            await me.until(lambda: me.shown().startswith(" ▌ ") and code in me.shown().splitlines()[0])
            await me.press("escape")
            await me.until_screen(AccountPanel)
        patron = account_of(town, TEACHER).patron
        assert (patron.status, patron.owes, patron.name) == (Standing.ACTIVE, 300, TEACHER_NAME)


async def test_words_that_come_in_a_moment_from_an_input_method_stand_in_the_field(town: Library) -> None:
    async with at_desk(town) as me:
        await open_account(me)
        form = await open_form(me, "b", BlockForm)
        me.press_quickly(*"丢失证件", "enter")
        await me.until(lambda: form.values()["note"] == "丢失证件" or me.app.screen is not form)
        assert me.outcomes[-1].word is not Word.UNKNOWN


async def test_in_the_wording_of_a_slip_no_code_becomes_a_line(town: Library) -> None:
    async with at_desk(town) as me:
        await go_to(me, "s")
        await me.press("f7")
        await me.until_screen(TemplateEditor)
        area = me.app.screen.query_one(TextArea)
        await me.until(lambda: bool(area.text))
        before = area.text
        for code in (*FOREIGN, "9787020002207"):
            await read(me, code)
        assert area.text == before


@pytest.mark.parametrize("code", [FOREIGN[0], FOREIGN[1], FOREIGN[2]])
async def test_at_the_lock_it_is_no_pin_and_counts_as_missed(town: Library, code: str) -> None:
    async with at_desk(town, who=CLERK) as me:
        await me.press("ctrl+l")
        await me.until_screen(Locked)
        locked = me.app.screen
        assert isinstance(locked, Locked)
        await me.enter(CLERK[0])
        await me.until(lambda: getattr(locked.focused, "id", "") == "pin")
        me.press_quickly(*code, "enter")
        await me.until(lambda: locked.missed == 1)
        assert locked.query_one("#pin", Input).value == ""
        await me.enter(CLERK[1])
        await me.until(lambda: me.app.screen is not locked)


async def test_a_pin_from_quick_fingers_is_a_pin(town: Library) -> None:
    async with at_desk(town, who=CLERK) as me:
        await me.press("ctrl+l")
        await me.until_screen(Locked)
        locked = me.app.screen
        await me.enter(CLERK[0])
        await me.until(lambda: getattr(locked.focused, "id", "") == "pin")
        me.press_quickly(*CLERK[1], "enter")
        await me.until(lambda: me.app.screen is not locked)


async def test_what_came_of_a_scan_behind_whatever_is_open_stands_in_front_of_it(town: Library) -> None:
    async with at_desk(town) as me:
        await open_account(me)
        await me.scan(REFERENCE)
        await me.until_shown("▌ REFUSED")
        assert isinstance(me.app.screen, AccountPanel)
        await me.scan(COPIES[0])
        await me.until_shown("▌ LENT  红楼梦")
        assert "REFUSED" not in me.shown()
        await me.press("escape", "f3")
        await me.until_shown("Go to")
        await me.scan(REFERENCE)
        await me.until_shown("▌ REFUSED")


async def test_another_patron_behind_a_form_is_named_in_front_of_it_and_the_form_still_names_its_own(
    town: Library,
) -> None:
    charge(town, TEACHER, 300)
    async with at_desk(town) as me:
        await open_account(me)
        form = await open_form(me, "w", WaiveForm)
        assert TEACHER in me.shown()
        await me.scan(OTHER)
        await me.until_shown(OTHER_NAME)
        assert me.app.screen is form
        assert "▌ PATRON" in me.shown()
        assert f"{TEACHER_NAME}  {TEACHER}" in me.shown()
        assert form.whom() == TEACHER_NAME


async def test_a_hold_for_one_patron_says_so_when_another_card_is_scanned(town: Library) -> None:
    async with at_desk(town) as me:
        await open_account(me)
        form = await open_form(me, "h", PlaceHold)
        me.hear_code(OTHER)
        await me.until_shown(f"This hold is for {TEACHER_NAME}.")
        assert me.app.screen is form
        me.hear_code(TEACHER)
        assert isinstance(me.app.screen, PlaceHold)
