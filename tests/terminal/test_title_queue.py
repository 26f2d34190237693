"""Who waits for a title, in their order; and what is done about it from there."""

from __future__ import annotations

from datetime import date
from functools import partial

from libops.circulation import requests
from libops.circulation.requests import RequestView
from libops.library import Library
from screens.account.panel import AccountPanel
from screens.dialogs import Ask
from screens.forms.holds import HoldDates, MoveHold, PickupForm, PlaceHold, SuspendForm
from screens.item_card import ItemCard
from screens.title_queue import TitleQueue
from tests.terminal.at_desk import AtDesk, at_desk, place_of, signed_in
from tests.terminal.at_screens import account_of, fill_in, open_form, sent, told
from tests.terminal.doings import does, place_hold
from tests.terminal.small_town import BRACKETED_COPY, CLERK, OTHER, TEACHER

THIRD = "P20170003"


def queue_of(library: Library) -> list[RequestView]:
    """Who waits, as the library knows it."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        return requests.queue(look, barcode=BRACKETED_COPY).results


def numbers(library: Library) -> list[str | None]:
    """The same by their numbers."""
    return [one.patron_number for one in queue_of(library)]


async def open_queue(me: AtDesk) -> TitleQueue:
    """From the item's card, by its key."""
    me.shift.show_item(BRACKETED_COPY)
    await me.until_screen(ItemCard)
    card = me.app.screen
    assert isinstance(card, ItemCard)
    await me.until(lambda: card.story is not None)
    await me.press("q")
    await me.until_screen(TitleQueue)
    queue = me.app.screen
    assert isinstance(queue, TitleQueue)
    await me.until(lambda: queue.waiting.has_read)
    return queue


async def test_a_titles_queue_opens_from_the_card_and_one_is_moved_to_another_place(town: Library) -> None:
    for patron in (TEACHER, OTHER, THIRD):
        place_hold(town, patron, BRACKETED_COPY)
    async with at_desk(town) as me:
        queue = await open_queue(me)
        for shown in ("··0001", "··0002", "··0003", "Central", "waits", "Likely"):
            await me.until_shown(shown)
        await me.press("down", "down")
        form = await open_form(me, "m", MoveHold)
        for wrong in ("first", "0"):
            await fill_in(me, place=wrong)
            assert "place" in await told(me, form)
        await fill_in(me, place="1")
        await sent(me, form)
        await me.until_shown("No. 1 of 3 in the queue now (was 3).")
        assert numbers(town) == [THIRD, TEACHER, OTHER]
        await me.until(lambda: [row.patron_number for row in queue.waiting.rows] == [THIRD, TEACHER, OTHER])
        assert queue.waiting.chosen is not None
        assert queue.waiting.chosen.patron_number == THIRD, "the same hold stays chosen"


async def test_a_hold_is_suspended_resumed_and_ended_in_its_queue(town: Library) -> None:
    for patron in (TEACHER, OTHER):
        place_hold(town, patron, BRACKETED_COPY)
    async with at_desk(town) as me:
        queue = await open_queue(me)
        await sent(me, await open_form(me, "s", SuspendForm))
        await me.until_shown("suspended")
        assert queue_of(town)[0].suspended
        await me.until(lambda: queue.waiting.rows[0].suspended)
        await me.press("s")
        await me.until_shown("Hold resumed.")
        await me.press("down", "c")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until_shown("Hold cancelled")
        assert numbers(town) == [TEACHER]


async def test_where_a_hold_is_picked_up_is_changed_in_the_queue(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town) as me:
        await open_queue(me)
        form = await open_form(me, "t", PickupForm)
        await fill_in(me, pickup="N")
        await sent(me, form)
        assert queue_of(town)[0].branch_code == "N"


async def test_from_when_until_when_a_hold_waits_is_changed_in_the_queue(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town) as me:
        await open_queue(me)
        dates = await open_form(me, "n", HoldDates)
        await fill_in(me, starts_on="+9", needed_by="+5")
        assert "needed_by" in await told(me, dates)
        await fill_in(me, needed_by="+20")
        await sent(me, dates)
        await me.until_shown("It waits from")
        (hold,) = queue_of(town)
        assert (str(hold.starts_on), str(hold.needed_by)) == ("2026-03-13", "2026-03-24")
        again = await open_form(me, "n", HoldDates)
        assert again.values() == {"starts_on": "2026-03-13", "needed_by": "2026-03-24"}


async def test_a_hold_is_placed_with_dates(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until_screen(AccountPanel)
        form = await open_form(me, "h", PlaceHold)
        await fill_in(me, title=BRACKETED_COPY, starts_on="+10", needed_by="+30")
        await sent(me, form)
        (hold,) = account_of(town, TEACHER).requests
        assert (str(hold.starts_on), str(hold.needed_by)) == ("2026-03-14", "2026-04-03")


async def test_the_dates_of_a_hold_are_changed_from_the_account(town: Library) -> None:
    request = place_hold(town, TEACHER, BRACKETED_COPY)
    day = date(2026, 3, 14)
    does(town, partial(requests.change_dates, request_id=request, starts_on=day, needed_by=day))
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("f4")
        await me.until_screen(AccountPanel)
        panel = me.app.screen
        assert isinstance(panel, AccountPanel)
        await me.until(lambda: panel.account is not None and bool(panel.account.requests))
        await me.until_shown("needed by Sat 14 Mar")
        while not panel.check_action("hold_dates", ()):
            await me.press("down")
        form = await open_form(me, "n", HoldDates)
        await fill_in(me, starts_on="", needed_by="")
        await sent(me, form)
        (hold,) = account_of(town, TEACHER).requests
        assert (hold.starts_on, hold.needed_by) == (None, None)


async def test_what_another_desk_does_shows_in_the_queue_and_an_empty_one_says_so(town: Library) -> None:
    async with at_desk(town) as me:
        queue = await open_queue(me)
        await me.until_shown("Nobody waits for this title.")
        request = place_hold(town, TEACHER, BRACKETED_COPY)
        await me.until(lambda: len(queue.waiting.rows) == 1)
        does(town, partial(requests.cancel, request_id=request))
        await me.until(lambda: not queue.waiting.rows)


async def test_who_may_not_override_holds_moves_nobody(town: Library) -> None:
    place_hold(town, TEACHER, BRACKETED_COPY)
    async with at_desk(town, who=CLERK) as me:
        queue = await open_queue(me)
        assert queue.check_action("cancel_hold", ())
        assert not queue.check_action("move_hold", ())
