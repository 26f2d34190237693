"""A slip that is shown is saved as a text file, and no file that is there is ever overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from libops.library import Library
from screens.forms.files import SaveText
from screens.slips import SlipPanel
from tests.terminal.at_desk import AtDesk, at_desk
from tests.terminal.at_screens import open_form, sent, told
from tests.terminal.small_town import BRACKETED, BRACKETED_COPY, TEACHER


async def show_slip(me: AtDesk) -> str:
    """The slip of what was lent, as it is shown."""
    await me.scan(TEACHER, BRACKETED_COPY)
    await me.press("ctrl+p")
    await me.until_screen(SlipPanel)
    sheet = me.app.screen.query_one("#sheet")
    await me.until(lambda: bool(str(getattr(sheet, "slip", ""))))
    return str(getattr(sheet, "slip", ""))


async def test_a_slip_is_saved_where_it_is_asked_for_as_it_is_shown(
    town: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with at_desk(town) as me:
        shown = await show_slip(me)
        form = await open_form(me, "s", SaveText)
        assert form.values()["file"] == "~/loans-20260304-120000.txt"
        await sent(me, form)
        await me.until_shown("Saved as")
        written = (tmp_path / "loans-20260304-120000.txt").read_text("utf-8")
        assert written == shown.rstrip("\n") + "\n"
        assert BRACKETED in written


async def test_a_file_that_is_there_stays_as_it_is_and_a_wrong_path_says_why(town: Library, tmp_path: Path) -> None:
    there = tmp_path / "there.txt"
    there.write_text("mine", "utf-8")
    async with at_desk(town) as me:
        await show_slip(me)
        form = await open_form(me, "s", SaveText)
        for path, why in (
            (str(there), "There is a file of that name already"),
            (str(tmp_path / "nowhere" / "slip.txt"), "There is no such file or folder."),
            ("", "Give the path of a file."),
        ):
            form.put("file", path)
            assert why in (await told(me, form))["file"], path
        assert there.read_text("utf-8") == "mine"
        form.put("file", str(tmp_path / "other.txt"))
        await sent(me, form)
        await me.until_screen(SlipPanel)
        assert (tmp_path / "other.txt").exists()
