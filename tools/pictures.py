"""Draw the pictures of README: the real console on the sample library, in both languages. ``make pictures``."""

from __future__ import annotations

import asyncio
import re
import tempfile
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from db.database import Database
from db.migrate import upgrade
from libops.bootstrap import open_library
from libops.circulation import requests
from libops.circulation.desk import Outcome
from libops.codes import SAMPLE_PATTERNS
from libops.founding import found_from, sample_folder
from libops.library import Library
from libops.people import staff
from libops.places import find_place
from libops.rows import read_rows
from libops.scans import Scan
from libops.work import Actor, Place
from screens.app import ConsoleApp

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SIZE = (96, 26)
NOW = datetime(2026, 11, 23, 1, 41, tzinfo=UTC)

LENT = ("P20240003", "30000000002455", "30000000000012", "30000000002364", "9787020002207", "30000000002216")
RETURNED = ("30000000002364", "30000000000079", "30000000000012")
RETURNS, GO_TO, HOLDS_TO_PULL = "f2", "f3", "1"
KEYS = {RETURNS, GO_TO, HOLDS_TO_PULL}
SCENES: dict[str, tuple[str, ...]] = {
    "desk": LENT,
    "returns": (*LENT[:4], RETURNS, *RETURNED),
    "pull": (GO_TO, HOLDS_TO_PULL),
}
"""For each picture what is scanned and which keys are pressed, in this order."""
WAITING = (
    ("P20180002", "30000000000012", "C"),
    ("P20180001", "30000000000061", "N"),
    ("P20190001", "30000000002455", "C"),
    ("P20190002", "30000000000103", "S"),
)
"""Who waits for a title, named by one of its copies, and where they pick it up; for all pictures but the first."""


async def draw(library: Library, language: str, scene: str) -> str:
    """Play a scene; what the screen then shows, as SVG."""
    with library.database.reading() as transaction:
        place = find_place(transaction, "C1")
    actor = staff.log_in(library, badge="S0004", pin=pin_of("S0004"), place=place)
    if scene != "desk":
        ask_for_copies(library, actor, place)
    answered: list[Outcome] = []
    app = ConsoleApp(library, place, language, actor=actor, answered=answered.append)
    async with app.run_test(size=SIZE) as pilot:
        heard = 0
        for number, step in enumerate(SCENES[scene], start=1):
            if step in KEYS:
                await pilot.press(step)
                await pilot.pause(0.5)
                continue
            app.hear(Scan(step, "reader", float(number * 10)))
            heard += 1
            while len(answered) < heard:
                await pilot.pause(0.02)
        await pilot.pause(0.5)
        picture = app.export_screenshot(title=f"libops · {place.desk_code}")
    # Fonts fetched from elsewhere would make the picture depend on a network.
    return re.sub(r"@font-face\s*\{[^}]*\}\s*", "", picture) + "\n"


def ask_for_copies(library: Library, actor: Actor, place: Place) -> None:
    """Place some holds."""
    for patron, barcode, pickup in WAITING:
        with library.work(actor=actor, place=place) as work:
            requests.place(work, patron_number=patron, barcode=barcode, pickup=pickup)


def pin_of(badge: str) -> str:
    """The sample's PIN of a badge, as its files show it."""
    return next(row.text("pin") for row in read_rows(sample_folder(), "staff.csv") if row.text("badge") == badge)


def main() -> None:
    """Draw every picture in both languages, each in a fresh library."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scene, language in product(SCENES, ("en", "zh")):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/libops.db"
            upgrade(url)
            database = Database(url)
            found_from(database, sample_folder(), patterns=SAMPLE_PATTERNS, now=NOW, sample=True)
            database.close()
            library = open_library(url, SAMPLE_PATTERNS, clock=lambda: NOW)
            picture = asyncio.run(draw(library, language, scene))
            library.close()
            (FOLDER / f"{scene}-{language}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
