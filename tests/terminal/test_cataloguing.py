"""Books become copies, copies are changed singly and many at once and put back; a shelf is walked along."""

from __future__ import annotations

from functools import partial

import pytest

from libops.catalogue.batches import Batch, latest, undo_batch
from libops.catalogue.cataloguing import add_title
from libops.catalogue.changing import CopyChanges, change_copy
from libops.catalogue.description import Description
from libops.circulation.outcomes import Word
from libops.library import Library
from libops.refusals import Refusal
from screens.catalogue.shelf import ShelfPanel
from screens.catalogue.title import TitlePanel
from screens.desk.undoing import last_done
from screens.dialogs import Ask
from screens.forms.adding import QuickAdd, WhichTitle
from screens.forms.batches import ChangeMany
from screens.forms.copies import EditCopy
from screens.forms.shelf import GoToCallNumber
from screens.item_card import ItemCard
from screens.lists.screen import ListScreen
from screens.menu import Menu
from tests.terminal.at_catalogue import DREAM, DREAM_COPY, card_of, number_of, open_search
from tests.terminal.at_desk import AtDesk, at_desk, place_of, signed_in
from tests.terminal.at_screens import complaints, fill_in, go_to, open_form, sent, story_of, told
from tests.terminal.doings import does
from tests.terminal.small_town import BRACKETED_COPY, COPIES, NASTY_COPY, barcodes

NEW = barcodes(4, start=600)
UNKNOWN_ISBN = "9787544291163"


async def quick_add(me: AtDesk) -> QuickAdd:
    """The form, from the search."""
    await open_search(me)
    return await open_form(me, "f2", QuickAdd)


async def add_it(me: AtDesk, form: QuickAdd) -> None:
    """Send the form, which stays for the next book."""
    await me.press("f9")
    await me.until(lambda: not form.values()["barcode"] or bool(complaints(form)))
    await me.until(lambda: form.values()["barcode"] == "")


def latest_changes(library: Library) -> list[Batch]:
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        return latest(look)


async def test_a_book_whose_isbn_is_known_becomes_another_copy_of_its_title(catalogue: Library) -> None:
    card = card_of(catalogue, DREAM)
    async with at_desk(catalogue) as me:
        form = await quick_add(me)
        me.hear_code(card.about.isbns[0])
        await me.until_shown("Known: 红楼梦")
        assert form.entry("title").display is False
        me.hear_code(NEW[0])
        await me.until(lambda: form.values()["barcode"] == NEW[0])
        assert form.values()["call_number"], "the call number is that of the other copies"
        await add_it(me, form)
        await me.until_shown(f"Copy added: {NEW[0]}.")
        assert me.app.screen is form, "it stays for the next book"
    assert number_of(catalogue, NEW[0]) == DREAM


async def test_a_book_that_nobody_knows_makes_its_title_and_the_next_one_goes_to_the_same_shelf(
    catalogue: Library,
) -> None:
    async with at_desk(catalogue) as me:
        form = await quick_add(me)
        me.hear_code(UNKNOWN_ISBN)
        me.hear_code(COPIES[0])
        await me.until(lambda: form.values()["barcode"] == COPIES[0])
        wrong = await told(me, form)
        assert "title" in wrong
        await fill_in(me, title="[新书] 一", author="张三；李四", year="2020", shelf="N/")
        assert "is on another item" in (await told(me, form))["barcode"]
        me.hear_code(NEW[0])
        await me.until(lambda: form.values()["barcode"] == NEW[0])
        await add_it(me, form)
        await me.until_shown("Added with its title")
        assert form.values()["shelf"] == "N/", "the place of the last one"
        await fill_in(me, title="Second", barcode=NEW[1])
        await add_it(me, form)
    first = card_of(catalogue, number_of(catalogue, NEW[0]))
    assert [name.name for name in first.about.names] == ["张三", "李四"]
    assert (first.about.title, first.about.year, first.about.isbns) == ("[新书] 一", 2020, (UNKNOWN_ISBN,))
    assert [copy.branch_code for copy in first.copies] == ["N"]
    assert story_of(catalogue, NEW[1]).item.branch_code == "N"


async def test_a_known_book_is_proposed_the_shelf_of_its_copies_here_and_the_next_goes_where_the_last_new_one_did(
    catalogue: Library,
) -> None:
    card = card_of(catalogue, DREAM)
    here = next(copy for copy in card.copies if copy.branch_code == "C" and copy.call_number)
    async with at_desk(catalogue) as me:
        form = await quick_add(me)
        before = form.values()["item_type"]
        await fill_in(me, shelf="N/")
        me.hear_code(card.about.isbns[0])
        await me.until_shown("Known: 红楼梦")
        values = form.values()
        assert (values["shelf"], values["call_number"]) == (f"C/{here.location_code or ''}", here.call_number)
        assert values["item_type"] == story_of(catalogue, here.barcode).item.item_type
        me.hear_code(UNKNOWN_ISBN)
        await me.until(lambda: form.values()["shelf"] == "N/")
        assert form.values()["item_type"] == before
        assert form.values()["call_number"] == ""


async def test_what_is_wrong_with_a_number_is_told_before_the_book_is_added(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        form = await quick_add(me)
        await fill_in(me, isbn="9787544291164", title="T")
        await me.until_shown("is no ISBN or ISSN")
        await fill_in(me, isbn=UNKNOWN_ISBN, title="U")
        await me.until(lambda: not complaints(form))
        me.hear_code("WRONG-1")
        await me.until(lambda: "WRONG-1" in complaints(form).get("barcode", ""))
        assert not me.outcomes, "nothing is told behind the form"
        me.hear_code(NEW[0])
        await me.until(lambda: form.values()["barcode"] == NEW[0] and not complaints(form))
        me.hear_code(COPIES[0])
        await me.until(lambda: form.values()["barcode"] == COPIES[0])
        assert "is on another item" in (await told(me, form))["barcode"]
        await me.press("down", "down")
        assert "is on another item" in complaints(form)["barcode"], "what the library answered stays"


async def test_enter_that_comes_before_the_isbn_was_looked_up_makes_no_second_title(catalogue: Library) -> None:
    card = card_of(catalogue, DREAM)
    async with at_desk(catalogue) as me:
        form = await quick_add(me)
        await fill_in(me, barcode=NEW[2])
        form.put("isbn", card.about.isbns[0])
        form.action_save()
        await me.until(lambda: form.values()["barcode"] == "")
    assert number_of(catalogue, NEW[2]) == DREAM


async def test_where_two_titles_have_an_isbn_somebody_says_of_which_it_is_a_copy(catalogue: Library) -> None:
    numbers = [
        does(catalogue, partial(add_title, about=Description(name, isbns=(UNKNOWN_ISBN,)))).number
        for name in ("One [volume]", "The other")
    ]
    async with at_desk(catalogue) as me:
        await me.press("f3")
        await me.until_screen(Menu)
        form = await open_form(me, "a", QuickAdd)
        me.hear_code(UNKNOWN_ISBN)
        await me.until_screen(WhichTitle)
        await me.until_shown("One [volume]")
        await me.press("2")
        await me.until_shown("Known: The other")
        await fill_in(me, barcode=NEW[3])
        await add_it(me, form)
    assert number_of(catalogue, NEW[3]) == numbers[1]


async def test_a_copy_is_changed_from_its_card_and_the_card_shows_it(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        me.shift.show_item(BRACKETED_COPY)
        await me.until_screen(ItemCard)
        card = me.app.screen
        assert isinstance(card, ItemCard)
        await me.until(lambda: card.story is not None)
        form = await open_form(me, "E", EditCopy)
        assert "call_number" in await told(me, form), "nothing was changed"
        await fill_in(me, call_number="I247.57/112", volume="v.2", condition="worn", price="12.50", note="gift")
        await sent(me, form)
        for shown in ("I247.57/112", "v.2", "worn", "gift"):
            await me.until_shown(shown)
        await me.press("i")
        await me.until_screen(TitlePanel)
    story = story_of(catalogue, BRACKETED_COPY)
    assert (story.item.call_number, story.item.price, story.condition) == ("I247.57/112", 1250, "worn")


async def test_many_copies_change_after_a_look_and_are_put_back(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        await go_to(me, "m")
        form = await open_form(me, "f4", ChangeMany)
        await me.press("f9")
        await me.until(lambda: bool(complaints(form)))
        for code in (BRACKETED_COPY, NASTY_COPY):
            me.hear_code(code)
        await me.until_shown("Scanned: 2 copies")
        await fill_in(me, to_condition="poor")
        await me.press("f9")
        await me.until_shown("2 of 2 copies would change:")
        await me.until_shown(f"{BRACKETED_COPY}  Poems [electronic resource]: condition — → poor")
        assert story_of(catalogue, BRACKETED_COPY).condition == "", "a look changes nothing"
        await sent(me, form)
        assert story_of(catalogue, NASTY_COPY).condition == "poor"
        screen = me.app.screen
        assert isinstance(screen, ListScreen)
        await me.until(lambda: screen.check_action("do", ("changes.put_back",)) is True)
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until(lambda: me.last_word() is Word.DONE and story_of(catalogue, NASTY_COPY).condition == "")
        await me.until_shown("2 copies are as they were.")
        undoable = last_done(me.shift)
        assert undoable is not None
        assert undoable.title == ChangeMany.HEADING, "putting back is not offered to be undone"
        await me.until(lambda: screen.rows.chosen is not None and screen.rows.chosen.put_back_at is not None)
        row = next(line for line in me.shown().splitlines() if "condition → poor" in line)
        assert row.count(":") == 2, f"when it was changed, and when put back: {row}"
        assert signed_in(catalogue).label in row, "who, by the name that people know"
        await me.press("f8")
        await me.until(lambda: me.last_word() is Word.REFUSED)
        await me.until_shown("put back already")


async def test_a_change_of_many_copies_calls_places_by_their_names_before_it_and_afterwards(catalogue: Library) -> None:
    async with at_desk(catalogue, size=(120, 40)) as me:
        await go_to(me, "m")
        form = await open_form(me, "f4", ChangeMany)
        me.hear_code(NASTY_COPY)
        await me.until_shown("Scanned: 1 copy")
        await fill_in(me, to_shelf="N/")
        await me.press("f9")
        await me.until_shown("Central Library → North Campus Library")
        await sent(me, form)
        await me.until_shown("branch → North Campus Library")
    assert story_of(catalogue, NASTY_COPY).item.branch_code == "N"


async def test_enter_in_any_field_does_what_was_looked_at_and_the_keys_stay_in_sight(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        await go_to(me, "m")
        form = await open_form(me, "f4", ChangeMany)
        await fill_in(me, call_number="I", to_condition="poor", to_note="x")
        await fill_in(me, call_number="I2")
        await me.press("f9")
        await me.until_shown("Enter once more does it.")
        assert "and " in me.shown()
        assert "F9 do it" in me.shown(), me.shown()
        assert form.focused is not None
        assert form.focused.id == "call_number"
        await me.press("enter")
        await me.until(lambda: me.app.screen is not form)
    assert story_of(catalogue, DREAM_COPY).condition == "poor"


async def test_undo_at_the_desk_puts_a_change_of_many_copies_back_as_its_words_promise(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        await go_to(me, "m")
        form = await open_form(me, "f4", ChangeMany)
        for code in (BRACKETED_COPY, NASTY_COPY):
            me.hear_code(code)
        await me.until_shown("Scanned: 2 copies")
        await fill_in(me, to_condition="poor")
        await me.press("f9")
        await me.until_shown("2 of 2 copies would change:")
        await sent(me, form)
        await me.until_shown("this can be undone")
        does(catalogue, partial(change_copy, barcode=NASTY_COPY, changes=CopyChanges(condition="worn")))
        await me.press("escape", "ctrl+z")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until_shown("1 copies are as they were. 1 were changed by something else since, and stay.")
        assert [story_of(catalogue, code).condition for code in (BRACKETED_COPY, NASTY_COPY)] == ["", "worn"]
        number = latest_changes(catalogue)[0].number
        with pytest.raises(Refusal, match=r"batch\.undone"):
            does(catalogue, partial(undo_batch, number=number))


async def test_copies_chosen_by_what_they_are_and_a_wish_changed_after_the_look_is_looked_at_anew(
    catalogue: Library,
) -> None:
    async with at_desk(catalogue) as me:
        await go_to(me, "m")
        form = await open_form(me, "f4", ChangeMany)
        await fill_in(me, call_number="I1/1", of_shelf="C/", to_note="sale")
        await me.press("f9")
        await me.until_shown("copies would change:")
        await fill_in(me, to_note="gone")
        await me.press("f9")
        await me.until_shown("gone")
        assert story_of(catalogue, BRACKETED_COPY).note == ""
        await sent(me, form)
    assert story_of(catalogue, BRACKETED_COPY).note == "gone"
    assert story_of(catalogue, COPIES[-1]).note == "gone"


async def test_a_shelf_is_walked_along_to_both_sides_in_its_order(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        me.shift.show_shelf(DREAM_COPY)
        await me.until_screen(ShelfPanel)
        panel = me.app.screen
        assert isinstance(panel, ShelfPanel)
        await me.until(lambda: panel.has_read)
        assert panel.rows.chosen is not None
        assert panel.rows.chosen.barcode == DREAM_COPY
        await me.press("G")
        await me.until_screen(GoToCallNumber)
        await me.press("enter")
        await me.until_shown("Type a call number")
        await me.press(*"I247.5", "enter")
        await me.until_screen(ShelfPanel)
        await me.until(lambda: panel.rows.chosen is not None and panel.rows.chosen.call_number.startswith("I247.5"))
        first = len(panel.rows.rows)
        for _ in range(8):
            await me.press("pageup")
        await me.until(lambda: panel.rows.chosen_at == 0 and panel._earlier is None)
        start = [row.barcode for row in panel.rows.rows]
        for _ in range(12):
            await me.press("pagedown")
        await me.until(lambda: len(panel.rows.rows) > first)
        rows = panel.rows.rows
        assert len({row.barcode for row in rows}) == len(rows)
        assert [row.barcode for row in rows[: len(start)]] == start
        await me.press("enter")
        await me.until_screen(ItemCard)
        await me.press("escape", "i")
        await me.until_screen(TitlePanel)
