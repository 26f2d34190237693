"""The item card: its status set by hand, an item withdrawn with a reason, and how often it was read in the house."""

from __future__ import annotations

from functools import partial

import pytest

from libops.circulation import missing
from libops.circulation.outcomes import Mode
from libops.library import Library
from screens.forms.entries import Choice
from screens.forms.items import MarkForm, StatusForm
from screens.item_card import ItemCard
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import fill_in, open_form, sent, story_of, told
from tests.terminal.doings import does, lend, take_back
from tests.terminal.small_town import CLERK, COPIES, SORTER, SUPERVISOR, TEACHER

COPY = COPIES[0]


async def open_card(me: AtDesk, barcode: str = COPY) -> ItemCard:
    """Scan it as a return, and show its card."""
    if me.shift.view.mode is Mode.LEND:
        await me.press("f2")
    await me.scan(barcode)
    return await show_card(me)


async def show_card(me: AtDesk) -> ItemCard:
    """The card of the item that was scanned last, once it has been read."""
    if not me.outcomes:
        await me.scan(TEACHER, COPY)
    await me.press("f7")
    await me.until_screen(ItemCard)
    card = me.app.screen
    assert isinstance(card, ItemCard)
    await me.until(lambda: card.story is not None)
    return card


async def test_an_item_is_set_in_process_and_available_again_from_its_card(town: Library) -> None:
    async with at_desk(town) as me:
        await open_card(me)
        form = await open_form(me, "s", StatusForm)
        assert "available" not in {one.value for one in form.query_one("#status", Choice)._options}
        await fill_in(me, status="in_process")
        await sent(me, form)
        await me.until_shown("It is in process now.")
        assert story_of(town, COPY).item.status == "in_process"
        again = await open_form(me, "s", StatusForm)
        await fill_in(me, status="available")
        await sent(me, again)
        await me.until_shown("It is available now.")
        assert story_of(town, COPY).item.status == "available"


async def test_an_item_is_withdrawn_only_with_a_reason(town: Library) -> None:
    async with at_desk(town) as me:
        await open_card(me)
        form = await open_form(me, "w", MarkForm)
        assert "note" in await told(me, form)
        await fill_in(me, note="worn out")
        await sent(me, form)
        await me.until_shown("Withdrawn.")
        assert story_of(town, COPY).item.status == "withdrawn"


async def test_who_may_not_mark_items_is_offered_neither(town: Library) -> None:
    async with at_desk(town, who=SORTER) as me:
        card = await open_card(me)
        assert not card.check_action("status", ())
        assert not card.check_action("mark", ("withdrawn",))


async def test_what_is_on_loan_gets_no_status_by_hand(town: Library) -> None:
    lend(town, TEACHER, COPY)
    async with at_desk(town) as me:
        card = await show_card(me)
        assert not card.check_action("status", ())


@pytest.mark.parametrize(("language", "said"), [("en", "1 time · last"), ("zh", "1 次 · 最近一次")])
async def test_the_card_tells_how_often_a_copy_was_read_in_the_house(town: Library, language: str, said: str) -> None:
    take_back(town, COPY)
    async with at_desk(town, language) as me:
        await open_card(me)
        await me.until_shown(said)


async def test_only_who_withdraws_takes_back_into_the_stock_what_was_withdrawn(town: Library) -> None:
    does(town, partial(missing.withdraw, barcode=COPY, note="worn out"))
    for who, may in ((CLERK, False), (SUPERVISOR, True)):
        async with at_desk(town, who=who) as me:
            card = await open_card(me)
            assert bool(card.check_action("status", ())) is may
