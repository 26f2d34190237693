"""A title on screen: what is known of it, its copies, and what is done from there."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import msgspec

from libops.catalogue import titles
from libops.catalogue.cataloguing import change_title
from libops.library import Library
from screens.catalogue.labels import LabelPanel
from screens.catalogue.record import RecordPanel
from screens.catalogue.shelf import JUMP, ShelfPanel
from screens.catalogue.title import _COLUMNS, KEYS, TitlePanel
from screens.catalogue.volumes import Volumes
from screens.desk.panels import Help
from screens.forms.copies import AddCopy
from screens.forms.files import SaveText
from screens.forms.holds import PlaceHold
from screens.forms.titles import EditTitle
from screens.item_card import ItemCard
from screens.keymap import PRINT
from screens.lists.columns import Need, lay_out
from screens.lists.screen import ListScreen
from screens.title_queue import TitleQueue
from tests.terminal.at_catalogue import DREAM, DREAM_COPY, card_of, number_of, open_title
from tests.terminal.at_desk import at_desk, place_of, signed_in
from tests.terminal.at_screens import account_of, fill_in, open_form, sent, told
from tests.terminal.doings import does, lend, place_hold
from tests.terminal.small_town import BRACKETED_COPY, CLERK, COPIES, NO_COPY, OTHER, SORTER, TEACHER


async def test_a_title_shows_what_it_is_its_copies_where_each_is_and_who_waits(catalogue: Library) -> None:
    lend(catalogue, OTHER, BRACKETED_COPY)
    place_hold(catalogue, TEACHER, BRACKETED_COPY)
    number = number_of(catalogue, BRACKETED_COPY)
    async with at_desk(catalogue, size=(120, 40)) as me:
        await open_title(me, number)
        for shown in (
            "Poems [electronic resource]",
            "1 hold",
            "checked out",
            BRACKETED_COPY,
            "I1/1",
            "catalogued here",
        ):
            await me.until_shown(shown)
        await me.press("q")
        await me.until_screen(TitleQueue)
        await me.press("escape")
        await me.until_screen(TitlePanel)
        await me.press("enter")
        await me.until_screen(ItemCard)
        await me.until_shown("On loan")


async def test_on_a_small_screen_nothing_of_a_lent_copy_is_cut(catalogue: Library) -> None:
    lend(catalogue, OTHER, BRACKETED_COPY)
    async with at_desk(catalogue) as me:
        panel = await open_title(me, number_of(catalogue, BRACKETED_COPY))
        row = next(line for line in me.shown().splitlines() if "checked out" in line)
        assert "…" not in row, row
        (copy,) = panel.copies.rows
        assert copy.due_on is not None
        assert me.shift.voice.language.day(copy.due_on, me.shift.today) in row


def test_the_type_and_the_barcode_go_before_the_place_the_status_or_the_due_date_is_cut() -> None:
    call_number, place, status, due, barcode, kind = (14, 24, 13, 15, 14, 8)
    needs = [Need(6, cells) for cells in (call_number, place, status, due, barcode, kind, 0)]
    assert lay_out(_COLUMNS, needs, 73) == [call_number, place, status, due, 0, 0, 0]
    assert lay_out(_COLUMNS, needs, 90) == [call_number, place, status, due, barcode, 0, 0]


async def test_help_in_front_of_a_title_its_shelf_and_its_labels_names_their_keys(catalogue: Library) -> None:
    async with at_desk(catalogue, size=(120, 50)) as me:
        doors = (
            (partial(me.shift.show_title, DREAM), TitlePanel, KEYS),
            (partial(me.shift.show_shelf, DREAM_COPY), ShelfPanel, (JUMP,)),
            (partial(me.shift.show_labels, [BRACKETED_COPY]), LabelPanel, (PRINT,)),
        )
        for open_it, kind, told in doors:
            open_it()
            await me.until_screen(kind)
            await me.press("f1")
            await me.until_screen(Help)
            for key in told:
                await me.until_shown(key.tooltip[:40].rstrip())
            await me.press("escape")
            await me.until_screen(kind)


async def test_a_title_names_who_made_it_its_identifiers_and_its_class(catalogue: Library) -> None:
    async with at_desk(catalogue, size=(120, 50)) as me:
        await open_title(me)
        about = card_of(catalogue, DREAM).about
        for shown in (about.title, about.names[0].name, str(about.year), about.isbns[0]):
            await me.until_shown(shown)
        await me.press("r")
        await me.until_screen(RecordPanel)
        await me.until_shown("200 1# $a 红楼梦")
        assert "LDR" in me.shown()


async def test_a_note_of_several_lines_is_shown_line_by_line(catalogue: Library) -> None:
    about = msgspec.structs.replace(card_of(catalogue, DREAM).about, note="First of two\nSecond of two")
    does(catalogue, partial(change_title, number=DREAM, about=about))
    async with at_desk(catalogue, size=(120, 50)) as me:
        await open_title(me)
        await me.until_shown("First of two")
        first, second = (line for line in me.shown().splitlines() if "of two" in line)
        assert first.index("First of two") == second.index("Second of two")


async def test_a_hold_without_anybody_at_the_desk_asks_for_whom_and_a_card_answers(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        await open_title(me)
        form = await open_form(me, "H", PlaceHold)
        assert "patron" in await told(me, form)
        me.hear_code(TEACHER)
        await me.until(lambda: form.values()["patron"] == TEACHER)
        await sent(me, form)
        await me.until_shown("Hold placed:")
        (request,) = account_of(catalogue, TEACHER).requests
        assert request.title == card_of(catalogue, DREAM).about.title


async def test_a_hold_from_a_title_for_whom_stands_at_the_desk_leaves_nothing_to_type_over(catalogue: Library) -> None:
    async with at_desk(catalogue) as me:
        await me.scan(TEACHER)
        await open_title(me)
        form = await open_form(me, "h", PlaceHold)
        assert form.focused is not None
        assert form.focused.id == "pickup"
        assert form.values()["title"] == DREAM
        await sent(me, form)
        await me.until_shown("Hold placed:")


async def test_a_copy_is_added_beside_the_others_and_what_is_wrong_stands_at_its_field(catalogue: Library) -> None:
    before = len(card_of(catalogue, DREAM).copies)
    async with at_desk(catalogue) as me:
        await open_title(me)
        form = await open_form(me, "a", AddCopy)
        me.hear_code("WRONG-1")
        await me.until(lambda: "WRONG-1" in form.entry("barcode").wrong)
        me.hear_code(COPIES[0])
        await me.until(lambda: form.values()["barcode"] == COPIES[0])
        assert "is on another item" in (await told(me, form))["barcode"]
        me.hear_code(NO_COPY)
        await me.until(lambda: form.values()["barcode"] == NO_COPY)
        await fill_in(me, price="much")
        assert "price" in await told(me, form)
        await fill_in(me, price="39.80", condition="new", note="gift")
        await sent(me, form)
        await me.until_shown(f"Copy added: {NO_COPY}.")
    card = card_of(catalogue, DREAM)
    assert len(card.copies) == before + 1
    (copy,) = (one for one in card.copies if one.barcode == NO_COPY)
    assert (copy.condition, copy.note, copy.branch_code) == ("new", "gift", "C")
    assert copy.call_number


async def test_a_title_is_described_anew_and_what_no_field_shows_stays(catalogue: Library) -> None:
    before = card_of(catalogue, DREAM).about
    async with at_desk(catalogue) as me:
        await open_title(me)
        form = await open_form(me, "e", EditTitle)
        await fill_in(me, title="")
        assert "title" in await told(me, form)
        await fill_in(me, title="石头记", isbns="12")
        assert "isbns" in await told(me, form)
        await fill_in(me, isbns=before.isbns[0], publisher="人民文学出版社", subjects="小说；古典")
        await sent(me, form)
        await me.until_shown("石头记")
    after = card_of(catalogue, DREAM).about
    assert (after.title, after.publisher, after.subjects) == ("石头记", "人民文学出版社", ("小说", "古典"))
    assert after.names == before.names
    assert (after.isbns, after.year, after.summary) == (before.isbns, before.year, before.summary)


async def test_spine_labels_are_shown_and_saved_as_a_text(catalogue: Library, tmp_path: Path) -> None:
    async with at_desk(catalogue) as me:
        await open_title(me, number_of(catalogue, BRACKETED_COPY))
        await me.press("k")
        await me.until_screen(LabelPanel)
        await me.until_shown("I1")
        form = await open_form(me, "s", SaveText)
        file = tmp_path / "labels.txt"
        await fill_in(me, file=str(file))
        await me.press("f9")
        await me.until_shown("Saved as")
        assert form is not me.app.screen
    assert file.read_text("utf-8").split() == ["I1", "1"]


async def test_the_other_volumes_of_a_set_are_a_key_away_and_open(catalogue: Library) -> None:
    with catalogue.look(actor=signed_in(catalogue), place=place_of(catalogue)) as look:
        number = next(
            row.number
            for row in (titles.find_title(look, f"T{at:04d}") for at in range(1, 400))
            if row.set_key and titles.show_title(look, row.number).volumes
        )
    async with at_desk(catalogue) as me:
        panel = await open_title(me, number)
        assert panel.card is not None
        await me.press("v")
        await me.until_screen(ListScreen)
        screen = me.app.screen
        assert isinstance(screen, ListScreen)
        assert isinstance(screen.listing, Volumes)
        await me.until(lambda: screen.rows.has_read)
        assert [row.number for row in screen.rows.rows] == [one.number for one in panel.card.volumes]
        await me.press("enter")
        await me.until(lambda: isinstance(me.app.screen, TitlePanel) and me.app.screen.card is not None)
        shown = me.app.screen
        assert isinstance(shown, TitlePanel)
        assert shown.card is not None
        assert shown.card.number == panel.card.volumes[0].number


async def test_who_may_not_catalogue_changes_nothing_and_is_offered_nothing(catalogue: Library) -> None:
    async with at_desk(catalogue, who=SORTER) as me:
        panel = await open_title(me)
        for action in ("add", "edit", "hold", "queue"):
            assert panel.check_action(action, ()) is False
        assert panel.check_action("copy", ()) is True
    async with at_desk(catalogue, who=CLERK) as me:
        panel = await open_title(me)
        assert panel.check_action("add", ()) is True
