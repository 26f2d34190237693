"""The card of a copy: what is done there by keys is done in the library, and what is refused says why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from db.tables import LIBRARY, POLICY
from libops.circulation.outcomes import Mode, Word
from libops.library import Library
from libops.money.kinds import EntryKind
from screens.dialogs import Ask
from screens.forms.holds import PlaceHold
from screens.forms.items import MarkForm, TransferForm
from screens.item_card import ItemCard
from screens.lists.item_history import ItemHistory
from screens.lists.screen import ListScreen
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import account_of, fill_in, open_form, sent, story_of, told
from tests.terminal.doings import charge, lend, pay, place_hold, take_back
from tests.terminal.small_town import BRACKETED_COPY, OTHER, REFERENCE, TEACHER, TEACHER_NAME, open_loans

COPY = BRACKETED_COPY
PRICED = "30000000000020"


@asynccontextmanager
async def at_card(town: Library, barcode: str = COPY) -> AsyncIterator[AtDesk]:
    """The card of a copy that was scanned for the teacher: lent, or refused."""
    async with at_desk(town) as me:
        await me.scan(TEACHER, barcode)
        await show_card(me)
        yield me


async def show_card(me: AtDesk) -> None:
    """The card of what was scanned last, once it has been read."""
    await me.press("f7")
    await until_read(me)


async def until_read(me: AtDesk) -> None:
    """Wait until the card is in front and has been read."""
    await me.until_screen(ItemCard)
    card = me.app.screen
    assert isinstance(card, ItemCard)
    await me.until(lambda: card.story is not None)


async def say_yes(me: AtDesk, key: str) -> None:
    """Open a form that only asks whether it is meant, and mean it."""
    form = await open_form(me, key, MarkForm)
    await fill_in(me, sure="yes")
    await sent(me, form)


async def test_a_lost_copy_is_charged_for_and_is_not_lost_twice(town: Library) -> None:
    async with at_card(town) as me:
        form = await open_form(me, "l", MarkForm)
        await me.until_shown("CN¥55.00 will be charged: replacement CN¥50.00, processing fee CN¥5.00.")
        for typed in ("much", "-1"):
            await fill_in(me, amount=typed)
            assert "amount" in await told(me, form), typed
        assert account_of(town, TEACHER).charges == []
        await fill_in(me, amount="")
        await sent(me, form)
        await me.until_shown("Declared lost. CN¥55.00 charged.")
        assert story_of(town, COPY).item.status == "declared_lost"
        assert sorted((one.kind, one.left) for one in account_of(town, TEACHER).charges) == [
            ("lost", 5_000),
            ("processing", 500),
        ]
        await until_read(me)
        form = await open_form(me, "l", MarkForm)
        assert "The item is recorded as that already." in (await told(me, form))[""]
        assert account_of(town, TEACHER).patron.owes == 5_500


async def test_a_price_that_is_given_is_what_a_lost_copy_costs(town: Library) -> None:
    async with at_card(town) as me:
        form = await open_form(me, "l", MarkForm)
        await fill_in(me, amount="12.30")
        await sent(me, form)
        await me.until_shown("CN¥17.30 charged.")
        assert account_of(town, TEACHER).patron.owes == 1_730


async def test_where_nobody_knows_a_price_the_form_asks_for_it_and_names_the_fee_on_top(town: Library) -> None:
    with town.database.act() as transaction:
        _ = transaction.connection.execute(POLICY.update().values(lost_fee=None))
        _ = transaction.connection.execute(LIBRARY.update().values(rules_version=LIBRARY.c.rules_version + 1))
    async with at_card(town) as me:
        form = await open_form(me, "l", MarkForm)
        await me.until_shown("The processing fee of CN¥5.00 is")
        assert "amount" in await told(me, form)
        await fill_in(me, amount="20")
        await sent(me, form)
        await me.until_shown("CN¥25.00 charged.")


async def test_what_the_borrower_says_is_back_is_looked_for_and_found_in_the_house(town: Library) -> None:
    async with at_card(town) as me:
        form = await open_form(me, "c", MarkForm)
        await me.press("f9")
        await me.until(lambda: me.app.screen is not form)
        assert story_of(town, COPY).item.status == "checked_out", "no is the safe answer"
        await say_yes(me, "c")
        await me.until_shown("Noted: look for it.")
        assert story_of(town, COPY).item.status == "claimed_returned"
        (loan,) = account_of(town, TEACHER).loans
        assert loan.lost == "claimed"
        await me.until(lambda: me.app.screen.check_action("found", ()) is True)
        await me.press("f")
        await me.until_shown("Found and taken in.")
        assert open_loans(str(town.database.url)) == []
        assert account_of(town, TEACHER).charges == []


async def test_a_lost_copy_that_is_found_tells_what_is_taken_off_what_goes_back_and_what_stays(town: Library) -> None:
    async with at_card(town, PRICED) as me:
        form = await open_form(me, "l", MarkForm)
        await me.until_shown("CN¥24.80 will be charged: replacement CN¥19.80, processing fee CN¥5.00.")
        await sent(me, form)
        await me.until_shown("Declared lost. CN¥24.80 charged.")
        owing = {one.kind: one for one in account_of(town, TEACHER).charges}
        pay(town, TEACHER, 1_000, owing[EntryKind.LOST].entry_id)
        await me.until(lambda: me.app.screen.check_action("found", ()) is True)
        await me.press("f")
        await me.until_shown("The processing fee")
        for told_too in ("CN¥19.80 taken off. CN¥10.00 has to be paid back.", "The processing fee of CN¥5.00 stays."):
            assert told_too in " ".join(me.shown().split())


async def test_damage_is_noted_with_what_and_charged_and_the_note_taken_off_again(town: Library) -> None:
    async with at_card(town) as me:
        form = await open_form(me, "d", MarkForm)
        await fill_in(me, amount="3")
        assert "note" in await told(me, form)
        assert story_of(town, COPY).damage == ""
        await fill_in(me, note="wet pages", amount="x")
        assert "amount" in await told(me, form)
        await fill_in(me, amount="3")
        await sent(me, form)
        await me.until_shown("Damage noted. CN¥3.00 charged.")
        await me.until_shown("wet pages")
        assert story_of(town, COPY).damage == "wet pages"
        assert [(one.kind, one.left) for one in account_of(town, TEACHER).charges] == [("damage", 300)]
        await say_yes(me, "u")
        await me.until_shown("Note taken off.")
        assert story_of(town, COPY).damage == ""
        assert account_of(town, TEACHER).patron.owes == 300, "what was charged stays"


async def test_missing_parts_are_noted_without_a_charge(town: Library) -> None:
    async with at_card(town) as me:
        form = await open_form(me, "p", MarkForm)
        assert "note" in await told(me, form)
        await fill_in(me, note="the CD")
        await sent(me, form)
        await me.until_shown("Missing parts noted.")
        await me.until_shown("the CD")
        assert story_of(town, COPY).missing_parts == "the CD"
        assert account_of(town, TEACHER).charges == []
        await say_yes(me, "o")
        await me.until_shown("Note taken off.")
        assert story_of(town, COPY).missing_parts == ""


async def test_nobody_is_charged_for_a_copy_that_nobody_has_had(town: Library) -> None:
    async with at_card(town, REFERENCE) as me:
        assert me.last_word() is Word.REFUSED
        form = await open_form(me, "d", MarkForm)
        await fill_in(me, note="torn", amount="3")
        assert "nobody can be charged" in (await told(me, form))[""]
        assert story_of(town, REFERENCE).damage == ""
        await fill_in(me, amount="")
        await sent(me, form)
        await me.until_shown("Damage noted.")
        assert story_of(town, REFERENCE).damage == "torn"


async def test_a_hold_on_this_very_copy_is_placed_for_the_patron_at_the_desk(town: Library) -> None:
    lend(town, OTHER, COPY)
    async with at_card(town) as me:
        form = await open_form(me, "h", PlaceHold)
        assert form.values()["title"] == COPY
        assert TEACHER_NAME in me.shown()
        await fill_in(me, what="item")
        await sent(me, form)
        await me.until_shown("Hold placed:")
        await me.until_shown("1 hold")
        (request,) = account_of(town, TEACHER).requests
        assert request.barcode == COPY
        assert story_of(town, COPY).waiting == 1


async def test_a_hold_that_nobody_could_ever_get_says_why(town: Library) -> None:
    async with at_card(town, REFERENCE) as me:
        form = await open_form(me, "h", PlaceHold)
        assert (await told(me, form))[""].startswith("No copy could ever be had")
        assert account_of(town, TEACHER).requests == []


async def test_a_hold_that_a_block_stops_says_why_and_may_be_allowed(town: Library) -> None:
    charge(town, TEACHER, 2_500)
    async with at_card(town) as me:
        form = await open_form(me, "h", PlaceHold)
        assert "CN¥25.00" in (await told(me, form))[""]
        assert account_of(town, TEACHER).requests == []
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until_shown("Hold placed:")
        assert isinstance(me.app.screen, ItemCard), "the form is closed by what was allowed"
        assert len(account_of(town, TEACHER).requests) == 1


async def test_without_a_patron_at_the_desk_no_hold_is_offered(town: Library) -> None:
    async with at_desk(town) as me:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.scan(COPY)
        await show_card(me)
        assert me.app.screen.check_action("hold", ()) is False
        await me.press("h")
        assert isinstance(me.app.screen, ItemCard)


async def test_a_copy_is_sent_to_another_branch_and_called_back(town: Library) -> None:
    async with at_desk(town) as me:
        await me.press("f2")
        await me.scan(COPY)
        await show_card(me)
        form = await open_form(me, "t", TransferForm)
        assert form.values()["to"] == "N", "what is sent leaves this branch"
        await fill_in(me, to="C")
        assert "to" in await told(me, form), "it is in this branch already"
        await fill_in(me, to="N")
        await sent(me, form)
        await me.until_shown("Asked for: to be sent to North Campus Library.")
        way = story_of(town, COPY).way
        assert way is not None
        assert way.to_en == "North Campus Library"
        await me.until_shown("to be sent to North Campus Library")
        await me.press("x")
        await me.until_shown("The transfer is called off.")
        assert story_of(town, COPY).way is None


async def test_what_is_set_aside_for_somebody_is_not_withdrawn_and_the_card_says_why(town: Library) -> None:
    place_hold(town, TEACHER, COPY)
    take_back(town, COPY)
    async with at_desk(town) as me:
        await me.press("f2")
        await me.scan(COPY)
        await show_card(me)
        await me.until_shown("Set aside")
        assert TEACHER_NAME in me.shown()
        form = await open_form(me, "w", MarkForm)
        await fill_in(me, note="old")
        assert "The item is set aside for somebody." in (await told(me, form))[""]
        assert story_of(town, COPY).item.status != "withdrawn"


async def test_its_history_tells_what_happened_and_who_has_it(town: Library) -> None:
    async with at_card(town) as me:
        await me.press("y")
        await me.until_screen(ListScreen)
        screen = me.app.screen
        assert isinstance(screen, ListScreen)
        assert isinstance(screen.listing, ItemHistory)
        await me.until(lambda: screen.rows.has_read)
        assert "lent" in me.shown()
        assert TEACHER_NAME in me.shown()
        take_back(town, COPY)
        await me.until_shown("returned")
