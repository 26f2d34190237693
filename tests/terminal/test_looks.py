"""The looks of the console: legible in all of them, changed while it runs, and never by colour alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.screen import Screen

from libops.appearance import Appearance, ThemeName
from libops.circulation.outcomes import Mode
from libops.library import Library
from screens.account.panel import AccountPanel
from screens.catalogue.search import Search
from screens.desk.panels import Help
from screens.desk.screen import Desk
from screens.dialogs import Ask
from screens.explaining import ExplanationPanel
from screens.forms.adding import QuickAdd
from screens.item_card import ItemCard
from screens.lists.screen import ListScreen
from screens.look import LOOKS
from screens.looks import TryOn
from screens.menu import Menu
from screens.sign_in import SignIn
from screens.template_editor import TemplateEditor
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.contrast import SHEET, contrast, pairs_in
from tests.terminal.real_terminal import Terminal
from tests.terminal.small_town import BRACKETED_COPY, COPIES, REFERENCE, TEACHER, make_overdue

FIXED = [ThemeName.DARK, ThemeName.LIGHT, ThemeName.CONTRAST]
WIDGETS_OWN = {
    ("input-selection-foreground", "input-selection-background"),
    ("input-cursor-foreground", "input-cursor-background"),
}
PLAIN, QUIET = 7.0, 4.5
RED, GREEN = 1, 2
WAYS: dict[str, tuple[type[Screen[Any]], tuple[str, ...]]] = {
    "desk": (Desk, ("end",)),
    "help": (Help, ("f1",)),
    "menu": (Menu, ("f3",)),
    "account": (AccountPanel, ("f4",)),
    "item": (ItemCard, ("f7",)),
    "rules that decide": (ExplanationPanel, ("ctrl+e",)),
    "undo": (Ask, ("ctrl+z",)),
    "search": (Search, ("ctrl+f",)),
    "holds to pull": (ListScreen, ("f3", "1")),
    "overdue": (ListScreen, ("f3", "9")),
    "patrons": (ListScreen, ("f3", "p")),
    "loan rules": (ListScreen, ("f3", "r")),
    "till": (ListScreen, ("f3", "t")),
    "wording": (TemplateEditor, ("f3", "s", "f7")),
    "add books": (QuickAdd, ("f3", "a")),
    "colours": (TryOn, ("f3", "v")),
}
"""Which screens a desk leads to, and by which keys."""


def in_words(theme: ThemeName) -> dict[str, Color]:
    """What a look's variables come to, those that the toolkit derives too."""
    look = LOOKS[theme]
    variables = {**look.to_color_system().generate(), **look.variables}
    return {name: Color.parse(value) for name, value in variables.items() if value.startswith("#")}


def test_every_look_that_may_be_set_is_there_and_no_other() -> None:
    assert list(LOOKS) == list(ThemeName)
    assert len({look.name for look in LOOKS.values()}) == len(ThemeName)


def test_the_sheet_is_read_as_it_is_written() -> None:
    assert pairs_in("A { color: $x; } B { background: $y; } /* C { color: $no; } */") == {("x", "y")}
    assert pairs_in("A { color: $x; } B { background: $x;\n width: 1 } C { background: $y; color: $z }") == {
        ("background", "x"),
        ("z", "y"),
    }
    found = pairs_in(SHEET.read_text(encoding="utf-8"))
    assert {("error", "stop-band"), ("quiet", "panel"), ("background", "warning"), ("background", "accent")} <= found
    assert len(found) > 40


def test_black_on_white_is_the_most_and_the_same_the_least() -> None:
    black, white = Color.parse("#000000"), Color.parse("#ffffff")
    assert contrast(black, white) == contrast(white, black) == pytest.approx(21)
    assert contrast(white, white) == 1
    assert contrast(Color.parse("#767676"), white) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", FIXED)
def test_every_text_is_legible_on_every_ground_it_may_stand_on(theme: ThemeName) -> None:
    colors = in_words(theme)
    too_weak = {
        (text, ground): round(contrast(colors[text], colors[ground]), 2)
        for text, ground in pairs_in(SHEET.read_text(encoding="utf-8")) | WIDGETS_OWN
        if contrast(colors[text], colors[ground]) < (QUIET if text == "quiet" else PLAIN)
    }
    assert too_weak == {}


def test_high_contrast_is_higher_than_any_other_also_where_it_is_quiet() -> None:
    def weakest(theme: ThemeName) -> float:
        colors = in_words(theme)
        return min(contrast(colors[a], colors[b]) for a, b in pairs_in(SHEET.read_text(encoding="utf-8")))

    assert weakest(ThemeName.CONTRAST) >= PLAIN
    assert weakest(ThemeName.CONTRAST) > max(weakest(ThemeName.DARK), weakest(ThemeName.LIGHT))


async def screens_of(me: AtDesk) -> AsyncIterator[str]:
    """Every screen that a desk leads to by keys, and the name it has here."""
    make_overdue(str(me.app.library.database.url), COPIES[1], days=2)
    await me.scan(TEACHER, COPIES[0], BRACKETED_COPY, REFERENCE, "12345")
    for name, (kind, keys) in WAYS.items():
        for key, leads_to in zip(keys, [*(Menu, ListScreen)[: len(keys) - 1], kind], strict=True):
            await me.press(key)
            await me.until_screen(leads_to)
            await until_read(me)
        yield name
        while me.app.screen is not me.desk:
            await me.press("escape")
            await me.pilot.pause()
    await me.press("f2")
    await me.until(lambda: me.shift.view.mode is Mode.RETURN)
    await me.scan(COPIES[0])
    yield "returns"


async def until_read(me: AtDesk) -> None:
    """Wait until what is in front has read its rows, where it has any."""
    front = me.app.screen
    if isinstance(front, ListScreen):
        await me.until(lambda: front.rows.has_read)


def cells(me: AtDesk) -> Iterator[Segment]:
    """What stands on the screen in front; behind a dialog everything is dimmed on purpose."""
    dialogs = me.app.screen.query("#dialog")
    region = dialogs.first().region if dialogs else me.app.screen.region
    for strip in me.app.screen._compositor.render_strips()[region.y : region.bottom]:
        yield from strip.crop(region.x, region.right)


@pytest.mark.parametrize("theme", FIXED)
async def test_whatever_is_drawn_is_legible(town: Library, theme: ThemeName) -> None:
    quiet = in_words(theme)["quiet"]
    async with at_desk(town, size=(120, 40), appearance=Appearance(theme)) as me:
        seen: set[tuple[Color, Color]] = set()
        async for name in screens_of(me):
            for text, style, _ in cells(me):
                if style is None or style.color is None or not any(one.isalnum() for one in text):
                    continue
                assert style.bgcolor is not None
                color, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
                if style.reverse:
                    color, ground = ground, color
                seen.add((color, ground))
                enough = QUIET if color == quiet else PLAIN
                assert contrast(color, ground) >= enough, f"{name}: {text!r} in {color.hex} on {ground.hex}"
        assert len(seen) > 10


async def test_the_terminals_own_colours_are_all_that_is_drawn_there(town: Library) -> None:
    async with at_desk(town, size=(120, 40), appearance=Appearance(ThemeName.TERMINAL)) as me:
        used: set[int | None] = set()
        async for name in screens_of(me):
            for text, style, _ in cells(me):
                for color in () if style is None else (style.color, style.bgcolor):
                    if color is not None:
                        assert color.type in (ColorType.DEFAULT, ColorType.STANDARD), f"{name}: {text!r} in {color}"
                        used.add(color.number)
        assert {None, RED, GREEN} <= used


async def test_a_look_is_shown_at_once_and_what_was_done_before_too(town: Library) -> None:
    async with at_desk(town) as me:
        await me.scan(TEACHER, COPIES[0])
        assert color_of(me, "LENT") == in_words(ThemeName.DARK)["success"]
        await me.press("f3")
        await me.until_screen(Menu)
        await me.press("v")
        await me.until_screen(TryOn)
        for theme in (ThemeName.LIGHT, ThemeName.TERMINAL, ThemeName.CONTRAST):
            await me.press("down")
            await me.until_shown(f"libops config set theme {theme}")
            assert me.app.theme == LOOKS[theme].name
        await me.press("enter")
        await me.until(lambda: me.app.screen is me.desk)
        assert color_of(me, "LENT") == in_words(ThemeName.CONTRAST)["success"]
        assert ground_of(me, "LENT") == in_words(ThemeName.CONTRAST)["background"]


async def test_escape_goes_back_to_the_colours_that_were(town: Library) -> None:
    async with at_desk(town, appearance=Appearance(ThemeName.LIGHT)) as me:
        await me.scan(TEACHER, COPIES[0])
        await me.press("f3", "v")
        await me.until_screen(TryOn)
        assert "▸ 2  Light" in me.shown()
        await me.press("up")
        assert me.app.theme == LOOKS[ThemeName.DARK].name
        await me.press("escape")
        await me.until(lambda: me.app.screen is me.desk)
        assert color_of(me, "LENT") == in_words(ThemeName.LIGHT)["success"]


async def test_a_look_is_chosen_by_its_number_and_stays_when_somebody_else_signs_in(town: Library) -> None:
    async with at_desk(town, "zh") as me:
        await me.press("f3", "v")
        await me.until_screen(TryOn)
        await me.until_shown("屏幕配色")
        await me.press("4")
        await me.until(lambda: me.app.screen is me.desk)
        await me.press("f10")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until_screen(SignIn)
        assert me.app.theme == LOOKS[ThemeName.CONTRAST].name


@pytest.mark.parametrize("theme", LOOKS)
async def test_what_is_chosen_has_a_mark_besides_its_colour_in_every_look(town: Library, theme: ThemeName) -> None:
    async with at_desk(town, appearance=Appearance(theme)) as me:
        await me.press("f3")
        await me.until_screen(Menu)
        assert me.shown().count("▸ D") == 1
        await me.press("p")
        await me.until_shown("▸ ")


def test_no_other_colour_than_the_terminals_own_leaves_the_program(town_url: str) -> None:
    with Terminal(town_url, "--theme", "terminal", "--sound", "none") as terminal:
        terminal.sign_in()
        terminal.press(f"{TEACHER}\r")
        terminal.until_shown("on loan")
        terminal.press(f"{REFERENCE}\r")
        terminal.until_shown("REFUSED")
        assert [code for code in (b"38;2;", b"48;2;", b"38;5;", b"48;5;") if code in terminal.sent] == []
    with Terminal(town_url, "--theme", "dark") as terminal:
        terminal.sign_in()
        assert b"38;2;" in terminal.sent


def color_of(me: AtDesk, word: str) -> Color:
    """The colour in which a word stands on the screen."""
    return Color.from_rich_color(_style_of(me, word).color)


def ground_of(me: AtDesk, word: str) -> Color:
    """The colour on which it stands."""
    return Color.from_rich_color(_style_of(me, word).bgcolor)


def _style_of(me: AtDesk, word: str) -> Style:
    return next(style for text, style, _ in cells(me) if word in text and style is not None)
