"""Which rules decide: from the desk, the account and the item's card it is answered at once; codes may be typed."""

from __future__ import annotations

from libops.circulation.outcomes import Word
from libops.library import Library
from libops.scans import Scan
from screens.account.panel import AccountPanel
from screens.desk.screen import Desk
from screens.explaining import ExplainForm, ExplanationPanel
from screens.item_card import ItemCard
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import fill_in, go_to
from tests.terminal.doings import lend
from tests.terminal.small_town import COPIES, NO_COPY, OTHER, REFERENCE, TEACHER, TEACHER_NAME, make_overdue


async def answered(me: AtDesk) -> str:
    """What the explanation says, once it is there."""
    await me.until_screen(ExplanationPanel)
    await me.pilot.pause()
    return me.shown()


async def test_why_it_was_refused_is_a_key_away_and_closing_it_leaves_no_form(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, REFERENCE)
        assert me.last_word() is Word.REFUSED
        assert "Ctrl+E which rules decide" in me.shown()
        await me.press("ctrl+e")
        shown = await answered(me)
        assert "not allowed" in shown
        assert TEACHER_NAME in shown
        await me.press("escape")
        await me.until_screen(Desk)


async def test_what_somebody_else_should_have_returned_is_overdue_since_that_day(town: Library) -> None:
    lend(town, OTHER, COPIES[0])
    make_overdue(str(town.database.url), COPIES[0], days=3)
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("ctrl+e")
        assert "overdue since Sun 1 Mar" in " ".join((await answered(me)).split())


async def test_what_was_lent_is_explained_as_well(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        assert me.last_word() is Word.LENT
        await me.press("ctrl+e")
        assert "Decides" in await answered(me)


async def test_without_an_item_the_key_does_nothing(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("ctrl+e")
        assert isinstance(me.app.screen, Desk)


async def test_from_the_card_of_an_item_it_is_answered_for_the_patron_at_the_desk(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("f7")
        await me.until_screen(ItemCard)
        await me.until_shown("Barcode")
        await me.press("ctrl+e")
        assert TEACHER_NAME in await answered(me)


async def test_from_the_account_it_is_answered_for_the_chosen_loan(town: Library) -> None:
    lend(town, TEACHER, COPIES[0])
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until(lambda: isinstance(me.app.screen, AccountPanel) and me.shift.view.account is not None)
        await me.press("ctrl+e")
        assert "Decides" in await answered(me)


async def form_of_the_rules(me: AtDesk) -> ExplainForm:
    """The form as it is reached from the rules."""
    await go_to(me, "r")
    await me.press("f4")
    await me.until_screen(ExplainForm)
    form = me.app.screen
    assert isinstance(form, ExplainForm)
    return form


async def test_card_and_item_are_scanned_and_it_is_answered_without_another_key(town: Library) -> None:
    async with at_desk(town) as me:
        form = await form_of_the_rules(me)
        me.app.hear(Scan(OTHER, "reader", 500.0))
        await me.until(lambda: form.values()["patron"] == OTHER)
        me.app.hear(Scan(COPIES[0], "reader", 502.0))
        assert OTHER in await answered(me)
        assert me.outcomes == [], "nothing was lent"


async def test_a_reader_that_types_is_answered_as_well(town: Library) -> None:
    async with at_desk(town) as me:
        form = await form_of_the_rules(me)
        me.app.hear(Scan(OTHER, "reader", 500.0))
        await me.until(lambda: form.values()["patron"] == OTHER)
        await me.pilot.press(*COPIES[0], "enter")
        assert OTHER in await answered(me)


async def test_a_person_types_both_and_enter_answers(town: Library) -> None:
    async with at_desk(town) as me:
        await form_of_the_rules(me)
        await fill_in(me, patron=OTHER)
        await me.press("enter")
        await fill_in(me, item=COPIES[0])
        await me.press("enter")
        assert OTHER in await answered(me)


async def test_a_code_that_nothing_has_is_told_at_its_field(town: Library) -> None:
    async with at_desk(town) as me:
        form = await form_of_the_rules(me)
        await fill_in(me, patron=OTHER, item=NO_COPY)
        await me.press("f9")
        await me.until(lambda: bool(form.entry("item").wrong))
        assert form.entry("item").wrong.startswith(f"No item has the barcode {NO_COPY}.")
        me.app.hear(Scan(COPIES[0], "reader", 500.0))
        assert OTHER in await answered(me)
