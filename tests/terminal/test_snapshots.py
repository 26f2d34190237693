"""A few screens are laid out as they were when somebody last looked at them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.snapshots import FOLDER, SNAPSHOTS, Snapshot, library_of, shown
from tools.pictures import found

LOOKS = 400
"""Looks at the screen before it counts as another one."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the pictures, to be copied."""
    file = tmp_path_factory.mktemp("snapshots") / "libops.db"
    found(file)
    return file


@pytest.mark.parametrize("snapshot", SNAPSHOTS, ids=lambda one: one.file.stem)
async def test_a_screen_looks_as_it_did(template: Path, tmp_path: Path, snapshot: Snapshot) -> None:
    kept = snapshot.file.read_text(encoding="utf-8")
    with library_of(template, tmp_path / "library.db") as library:
        async with shown(library, snapshot) as me:
            for _ in range(LOOKS):
                if me.shown() + "\n" == kept:
                    break
                await me.pilot.pause(0.02)
            assert me.shown() + "\n" == kept, "if that was meant: make snapshots, and look at what changed"


def test_no_snapshot_is_kept_that_nothing_is_compared_with() -> None:
    assert {one.name for one in FOLDER.glob("*.txt")} == {snapshot.file.name for snapshot in SNAPSHOTS}
