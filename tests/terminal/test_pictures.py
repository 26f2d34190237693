"""The pictures that README shows are what the console looks like."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from libops.i18n import LANGUAGES
from tools.pictures import FOLDER, SCENES, drawn, file_of, found, opened, played, texts

LOOKS = 400
"""Looks at the screen before a picture counts as another one."""
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the pictures, to be copied."""
    file = tmp_path_factory.mktemp("pictures") / "libops.db"
    found(file)
    return file


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES)
async def test_a_picture_says_what_the_console_says_now(
    template: Path, tmp_path: Path, scene: str, language: str
) -> None:
    kept = texts(file_of(scene, language).read_text(encoding="utf-8"))
    assert len(kept) > 20, "there is next to nothing in it"
    with opened(template, tmp_path / "library.db") as library:
        async with played(library, language, scene) as pilot:
            now = texts(drawn(pilot))
            for _ in range(LOOKS):
                if now == kept:
                    break
                await pilot.pause(0.02)
                now = texts(drawn(pilot))
    assert now == kept, "draw it anew: make pictures"


def test_every_picture_is_drawn_by_the_command_and_what_is_shown_is_there() -> None:
    there = {file.name for file in FOLDER.glob("*.svg")}
    assert there == {file_of(scene, language).name for scene, language in product(SCENES, LANGUAGES)}
    for name, language in (("README.md", "en"), ("README.zh-CN.md", "zh")):
        shown = re.findall(r"docs/pictures/([\w-]+\.svg)", (ROOT / name).read_text(encoding="utf-8"))
        assert len(shown) > 1
        assert set(shown) <= {file_of(scene, language).name for scene in SCENES}
