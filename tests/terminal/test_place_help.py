"""F1 in every place: the keys of the place, and nothing that came meanwhile is lost."""

from __future__ import annotations

import re
from functools import partial

import pytest
from rich.cells import cell_len

from db.slips import SlipKind
from libops.circulation.outcomes import Mode, Word
from libops.library import Library
from libops.slips import templates
from libops.slips.examples import example
from libops.slips.lines import TAGS
from libops.slips.template_facts import usable
from libops.slips.template_rules import FILTERS
from screens.account.panel import AccountPanel
from screens.desk.panels import Help
from screens.desk.screen import Desk
from screens.dialogs import Ask, Dialog
from screens.explaining import ExplainForm, ExplanationPanel
from screens.forms.holds import PlaceHold
from screens.item_card import ItemCard
from screens.key_bar import KeyBar
from screens.key_places import PLACES, place_of
from screens.keymap import HELP, KeyAction
from screens.lists.row_card import RowCard
from screens.lists.screen import ListScreen
from screens.locked import Locked
from screens.menu import Menu
from screens.palette import Palette
from screens.sign_in import SignIn
from screens.slips import SlipPanel
from screens.taking_along import text_of
from screens.template_editor import TemplateEditor
from screens.title_queue import TitleQueue
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.small_town import COPIES, OTHER, SUPERVISOR, TEACHER

WAYS: dict[str, tuple[type[object], list[list[str]]]] = {
    "account": (AccountPanel, [["f4"]]),
    "item": (ItemCard, [["f7"]]),
    "queue": (TitleQueue, [["f7"], ["q"]]),
    "slip": (SlipPanel, [["ctrl+p"]]),
    "rules": (ExplanationPanel, [["ctrl+e"]]),
    "form": (PlaceHold, [["f4"], ["h"]]),
    "menu": (Menu, [["f3"]]),
    "question": (Ask, [["ctrl+z"]]),
}
"""Places without a key of their own for help until they had the one of all, and the keys that lead there."""


async def helped(me: AtDesk, place: type[object]) -> str:
    """What the help of the place in front says."""
    await me.until_screen(place)
    await me.press("f1")
    await me.until_screen(Help)
    return text_of(me.app.screen)


def has_more_open(me: AtDesk, than: int) -> bool:
    """Whether more screens stand one before the other than so many."""
    return len(me.app.screen_stack) > than


def has_read(me: AtDesk) -> bool:
    """Whether the card in front knows what it is about: before that, its keys do nothing."""
    front = me.app.screen
    return {
        AccountPanel: lambda: me.shift.view.account is not None,
        ItemCard: lambda: isinstance(front, ItemCard) and front.story is not None,
    }.get(type(front), lambda: True)()


@pytest.mark.parametrize("name", WAYS)
async def test_every_place_shows_its_own_keys_and_goes_on_as_it_was(town: Library, name: str) -> None:
    kind, ways = WAYS[name]
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        for keys in ways:
            open_before = len(me.app.screen_stack)
            await me.press(*keys)
            await me.until(partial(has_more_open, me, open_before))
            await me.until(partial(has_read, me))
        await me.until_screen(kind)
        front = me.app.screen
        said = await helped(me, kind)
        for one in place_of(front).actions:
            assert me.shift.voice.say(one.tooltip).split()[0] in said
            if hasattr(front, f"action_{one.action.partition('(')[0]}"):
                assert me.shift.voice.key(one).split()[0] in said, one.id
        await me.press("f1")
        assert sum(isinstance(one, Help) for one in me.app.screen_stack) == 1
        await me.press("escape")
        await me.until(lambda: me.app.screen is front)


async def test_a_rows_card_shows_its_keys(town: Library) -> None:
    async with at_desk(town) as me:
        await me.press("f3", "0", "f9")
        await me.until_screen(ListScreen)
        screen = me.app.screen
        assert isinstance(screen, ListScreen)
        await me.until(lambda: bool(screen.rows.rows))
        screen.show_row(screen.rows.rows[0])
        assert "Copy what is shown here" in await helped(me, RowCard)


def test_help_is_a_key_of_every_place_but_help_and_the_palette() -> None:
    without = {place.screen for place in PLACES if HELP not in place.all}
    assert without == {Help, Palette}
    assert all(issubclass(place.screen, Dialog) for place in PLACES if place.screen in without)


async def test_the_key_is_named_where_that_takes_no_line_of_its_own_and_in_no_question(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("f4")
        await me.until(lambda: isinstance(me.app.screen, AccountPanel) and has_read(me))
        await me.press("h")
        await me.until_screen(PlaceHold)
        assert bar(me).endswith("Esc cancel   F1 help")
        await me.press("escape", "escape", "ctrl+z")
        await me.until_screen(Ask)
        assert bar(me).endswith("Esc cancel")


def bar(me: AtDesk) -> str:
    """The keys at the foot of the dialog in front."""
    return me.app.screen.query_one(KeyBar).text().plain


async def test_a_card_that_is_scanned_in_front_of_the_help_of_a_form_goes_into_the_form(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(COPIES[0])
        await me.press("ctrl+e")
        await me.until_screen(ExplainForm)
        form = me.app.screen
        assert isinstance(form, ExplainForm)
        await helped(me, ExplainForm)
        me.hear_code(OTHER)
        await me.until(lambda: form.values()["patron"] == OTHER)
        assert not any(isinstance(one, Help) for one in me.app.screen_stack)
        assert me.shift.view.patron is None


async def test_a_badge_that_is_scanned_in_front_of_the_help_of_the_first_screen_is_taken(town: Library) -> None:
    async with at_desk(town, who=None) as me:
        assert "End the program." in await helped(me, SignIn)
        me.hear_code(SUPERVISOR[0])
        await me.until_screen(SignIn)
        await me.until_shown(SUPERVISOR[0])
        await me.press(*SUPERVISOR[1], "enter")
        await me.until_screen(Desk)


async def test_the_locked_desk_has_its_help_and_opens_as_before(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER)
        await me.press("ctrl+l")
        said = await helped(me, Locked)
        assert "Change the language of the screen." in said
        assert "End the program." not in said
        assert TEACHER not in me.shown()
        assert bar(me).strip() == "Esc close"
        await me.press("v", "ctrl+y")
        assert isinstance(me.app.screen, Help)
        assert me.app.clipboard == ""
        me.hear_code(SUPERVISOR[0])
        await me.until_screen(Locked)
        await me.press(*SUPERVISOR[1], "enter")
        await me.until_screen(Desk)
        await me.scan(COPIES[0])
        assert me.last_word() is Word.LENT


@pytest.mark.parametrize("kind", SlipKind)
async def test_the_help_of_a_template_says_what_may_stand_in_it(town: Library, kind: SlipKind) -> None:
    async with at_desk(town) as me:
        text = templates.programs_own(kind, "en")
        wording = templates.SlipWording(kind, "en", text)
        _ = me.app.push_screen(TemplateEditor(me.shift, wording, text))
        said = (await helped(me, TemplateEditor)).split()
        for name in (*usable(kind).facts, *FILTERS, *(f"[{one}]" for one in TAGS)):
            assert name in said
        for each, names in usable(kind).of_each.items():
            assert each in said
            assert set(names) <= set(said)


@pytest.mark.parametrize("kind", SlipKind)
def test_what_is_said_to_stand_in_a_template_can_be_used_and_all_of_it_is_said(kind: SlipKind) -> None:
    known = usable(kind)
    written = [f"{{{{ {one} }}}}" for one in known.facts]
    for each, names in known.of_each.items():
        inside = "\n".join(f"{{{{ {one} }}}}" for one in names)
        written.append(f"{{% for one in {each} %}}\n{inside}\n{{% endfor %}}")
    assert templates.try_out(kind, "en", "\n".join(written))
    named = {one.partition("|")[0].partition(".")[0] for one in known.facts} | set(known.of_each)
    assert named >= set(type(example(kind)).__struct_fields__)


async def test_in_returns_the_help_of_the_desk_says_that_the_key_leads_to_lending(town: Library) -> None:
    async with at_desk(town, size=(120, 40)) as me:
        await me.press("f2")
        await me.until(lambda: me.shift.view.mode is Mode.RETURN)
        await me.press("f1")
        await me.until_screen(Help)
        (line,) = [line for line in me.shown().splitlines() if line.split()[:1] == ["F2"] and "Change" in line]
        assert line.split()[1] == "lending"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("key", ["f4", "f7"])
async def test_a_key_is_called_by_its_whole_name_with_room_before_what_it_does(
    town: Library, key: str, language: str
) -> None:
    async with at_desk(town, language) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press(key)
        await me.until(lambda: isinstance(me.app.screen, AccountPanel | ItemCard))
        place = place_of(me.app.screen)
        await me.press("f1")
        await me.until_screen(Help)
        voice, lines = me.shift.voice, text_of(me.app.screen).splitlines()
        assert "…" not in "".join(lines)
        for one in place.actions:
            row = re.compile(rf"\s*{re.escape(voice.key(one))} +{re.escape(voice.say(one.label))} ")
            assert any(row.match(line) for line in lines), row.pattern


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_no_line_of_keys_is_wider_than_a_card_of_any_width(town: Library, language: str) -> None:
    async with at_desk(town, language) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("f7")
        await me.until(lambda: isinstance(me.app.screen, ItemCard) and has_read(me))
        keys = me.app.screen.query_one(KeyBar)
        for width in range(60, 200):
            _ = keys.get_content_height(keys.size, keys.size, width)
            assert max(map(cell_len, keys.text().plain.splitlines())) <= width


async def test_a_name_that_is_longer_than_its_column_goes_on_below(town: Library) -> None:
    name = "a name that is longer than its column"
    async with at_desk(town) as me:
        one = KeyAction("none", "f2", name, "Do this.")
        _ = me.app.push_screen(Help(me.shift.voice, [one], []))
        await me.until_screen(Help)
        said = text_of(me.app.screen)
        assert "  Do this." in said
        assert " ".join(said.replace("F2", "").replace("Do this.", "").split()).count(name) == 1
