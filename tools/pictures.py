"""Draw the pictures of README: the real console on the sample library, in both languages. ``make pictures``."""

from __future__ import annotations

import asyncio
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from db.database import Database
from db.migrate import upgrade
from libops.bootstrap import open_library
from libops.circulation.desk import Outcome
from libops.codes import SAMPLE_PATTERNS
from libops.founding import found_from, sample_folder
from libops.library import Library
from libops.people import staff
from libops.places import find_place
from libops.rows import read_rows
from libops.scans import Scan
from screens.app import ConsoleApp

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SIZE = (96, 26)
NOW = datetime(2026, 11, 23, 1, 41, tzinfo=UTC)
CODES = ("P20240003", "30000000002455", "30000000000012", "30000000002364", "9787020002207", "30000000002216")


async def draw(library: Library, language: str) -> str:
    """Play a short visit; what the screen then shows, as SVG."""
    with library.database.reading() as transaction:
        place = find_place(transaction, "C1")
    actor = staff.log_in(library, badge="S0004", pin=pin_of("S0004"), place=place)
    answered: list[Outcome] = []
    app = ConsoleApp(library, place, language, actor=actor, answered=answered.append)
    async with app.run_test(size=SIZE) as pilot:
        for number, code in enumerate(CODES, start=1):
            app.hear(Scan(code, "reader", float(number * 10)))
            while len(answered) < number:
                await pilot.pause(0.02)
        await pilot.pause(0.3)
        picture = app.export_screenshot(title=f"libops · {place.desk_code}")
    # Fonts fetched from elsewhere would make the picture depend on a network.
    return re.sub(r"@font-face\s*\{[^}]*\}\s*", "", picture) + "\n"


def pin_of(badge: str) -> str:
    """The sample's PIN of a badge, as its files show it."""
    return next(row.text("pin") for row in read_rows(sample_folder(), "staff.csv") if row.text("badge") == badge)


def main() -> None:
    """Draw both pictures, each in a fresh library."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in ("en", "zh"):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/libops.db"
            upgrade(url)
            database = Database(url)
            found_from(database, sample_folder(), patterns=SAMPLE_PATTERNS, now=NOW, sample=True)
            database.close()
            library = open_library(url, SAMPLE_PATTERNS, clock=lambda: NOW)
            picture = asyncio.run(draw(library, language))
            library.close()
            (FOLDER / f"desk-{language}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
