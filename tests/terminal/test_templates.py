"""How slips are worded, seen and changed from the console: with an example, line by line, from a file, and reset."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual.widgets import TextArea

from db.slips import SlipKind
from libops.library import Library
from libops.slips import templates
from screens.dialogs import Ask
from screens.forms.files import SaveText
from screens.lists.screen import ListScreen
from screens.menu import Menu
from screens.template_editor import Example, ReadTemplate, TemplateEditor
from tests.terminal.at_desk import AtDesk, at_desk, place_of, signed_in
from tests.terminal.at_screens import go_to, open_form, sent, told
from tests.terminal.doings import does
from tests.terminal.small_town import CLERK


def wording(library: Library, kind: SlipKind = SlipKind.HOLD, language: str = "zh") -> templates.SlipWording:
    """How a slip is worded, as the library knows it."""
    with library.look(actor=signed_in(library), place=place_of(library)) as look:
        return templates.show(look, kind, language)


def row(screen: ListScreen) -> templates.SlipWording:
    """The chosen one."""
    chosen = screen.rows.chosen
    assert isinstance(chosen, templates.SlipWording)
    return chosen


async def choose(me: AtDesk, kind: SlipKind = SlipKind.HOLD, language: str = "zh") -> ListScreen:
    """Go to the list, and to one slip in it."""
    screen = await go_to(me, "s")
    while (row(screen).kind, row(screen).language) != (kind, language):
        await me.press("down")
    return screen


async def edit(me: AtDesk, text: str) -> TemplateEditor:
    """Open the editor and have it hold this text."""
    await me.press("f7")
    await me.until_screen(TemplateEditor)
    editor = me.app.screen
    assert isinstance(editor, TemplateEditor)
    editor.query_one(TextArea).text = text
    return editor


async def test_each_slip_is_shown_with_an_example_in_its_language(town: Library) -> None:
    async with at_desk(town) as me:
        await choose(me)
        await me.until_shown("the program's own")
        await me.press("enter")
        await me.until_screen(Example)
        await me.until_shown("B-17")
        await me.until_shown("百年孤独")
        await me.press("escape")
        await me.until_screen(ListScreen)


async def test_a_template_is_edited_line_by_line_looked_at_and_saved(town: Library) -> None:
    async with at_desk(town) as me:
        screen = await choose(me)
        await me.press("f7")
        await me.until_screen(TemplateEditor)
        await me.press("ctrl+home", "H", "i", "space", "enter")
        await me.until(lambda: me.app.screen.query_one(TextArea).text.startswith("Hi \n"))
        await me.press("f4")
        await me.until_screen(Example)
        await me.until_shown("Hi")
        await me.press("escape")
        await me.until_screen(TemplateEditor)
        await me.press("f9")
        await me.until_screen(ListScreen)
        assert wording(town).text.startswith("Hi \n[")
        await me.until(lambda: row(screen).changed_at is not None)
        await me.until_shown("worded here")


async def test_a_slip_that_was_worded_here_is_reset_once_that_is_meant(town: Library) -> None:
    text = "[bold] {{ title }}\n"
    does(town, partial(templates.change_template, kind=SlipKind.LOANS, language="zh", text="{{ patron.masked }}\n"))
    does(town, partial(templates.change_template, kind=SlipKind.HOLD, language="zh", text=text))
    async with at_desk(town) as me:
        screen = await choose(me)
        assert row(screen).text == text
        await me.press("f8")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until(lambda: row(screen).changed_at is None)
        assert wording(town).changed_at is None


async def test_a_template_that_cannot_be_used_is_told_with_its_line_and_changes_nothing(town: Library) -> None:
    before = wording(town)
    async with at_desk(town) as me:
        await choose(me)
        editor = await edit(me, "{{ label }}\n{{ nothing }}\n{{ title }}")
        for key in ("f9", "f4"):
            editor.query_one(TextArea).move_cursor((0, 0))
            await me.press(key)
            await me.until_shown("line 2: this slip knows nothing called nothing.")
            await me.until(lambda: editor.query_one(TextArea).cursor_location == (1, 0))
        assert wording(town) == before
        await me.press("escape")
        await me.until_screen(Ask)
        await me.press("right", "enter")
        await me.until_screen(ListScreen)


async def test_a_template_is_saved_to_a_file_and_taken_from_one(town: Library, tmp_path: Path) -> None:
    file = tmp_path / "hold.txt"
    async with at_desk(town) as me:
        await choose(me)
        form = await open_form(me, "f9", SaveText)
        form.put("file", str(file))
        await sent(me, form)
        assert file.read_text("utf-8") == wording(town).text.rstrip("\n") + "\n"
        file.write_text("[bold] {{ title }}\n", "utf-8")
        await me.until_screen(ListScreen)
        read = await open_form(me, "f12", ReadTemplate)
        (tmp_path / "latin.txt").write_bytes(b"\xff\xfe\xfa")
        read.put("file", str(tmp_path / "latin.txt"))
        assert "UTF-8" in (await told(me, read))["file"]
        read.put("file", str(file))
        await sent(me, read)
        await me.until_screen(TemplateEditor)
        await me.press("f9")
        await me.until_screen(ListScreen)
        assert wording(town).text == "[bold] {{ title }}\n"


async def test_only_who_may_change_slips_gets_there(town: Library) -> None:
    async with at_desk(town, who=CLERK) as me:
        await me.press("f3")
        await me.until_screen(Menu)
        await me.press("s")
        assert isinstance(me.app.screen, Menu)
