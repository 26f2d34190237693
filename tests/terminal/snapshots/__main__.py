"""Write the snapshots anew from the console: ``make snapshots``. Look at what changed before it is kept."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.terminal.snapshots import SNAPSHOTS, Snapshot, library_of, shown
from tools.pictures import found

AT_REST = 40
"""Looks between which nothing changes, before a screen is done."""


async def text_of(template: Path, file: Path, snapshot: Snapshot) -> str:
    """What the screen shows once nothing changes any more."""
    with library_of(template, file) as library:
        async with shown(library, snapshot) as me:
            text, same = me.shown(), 0
            while same < AT_REST:
                await me.pilot.pause(0.02)
                before, text = text, me.shown()
                same = same + 1 if text == before else 0
            return text + "\n"


def main() -> None:
    """Write all of them, each from a fresh library."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "template.db")
        found(template)
        for snapshot in SNAPSHOTS:
            text = asyncio.run(text_of(template, Path(folder, f"{snapshot.file.stem}.db"), snapshot))
            snapshot.file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
