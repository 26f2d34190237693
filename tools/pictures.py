"""Draw the pictures of README: the real console on the sample library, in both languages. ``make pictures``."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from html import unescape
from itertools import product
from pathlib import Path

from textual.pilot import Pilot

from db.database import Database
from db.migrate import upgrade
from libops.bootstrap import open_library
from libops.circulation import requests
from libops.circulation.outcomes import Outcome
from libops.codes import SAMPLE_PATTERNS
from libops.founding import found_from, sample_folder
from libops.i18n import LANGUAGES
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


@asynccontextmanager
async def played(library: Library, language: str, scene: str) -> AsyncIterator[Pilot[None]]:
    """Play a scene; its last change may still be on its way to the screen."""
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
        yield pilot


def drawn(pilot: Pilot[None]) -> str:
    """What the screen shows, as SVG."""
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    picture = app.export_screenshot(title=f"libops · {app.place.desk_code}")
    # Fonts fetched from elsewhere would make the picture depend on a network.
    return re.sub(r"@font-face\s*\{[^}]*\}\s*", "", picture) + "\n"


def texts(picture: str) -> list[str]:
    """Every piece of text in a picture, in its order: what it says, however that is drawn."""
    return [unescape(text).replace("\xa0", " ") for text in re.findall(r"<text[^>]*>([^<]*)</text>", picture)]


async def draw(library: Library, language: str, scene: str) -> str:
    """Play a scene; what the screen then shows, as SVG."""
    async with played(library, language, scene) as pilot:
        await pilot.pause(0.5)
        return drawn(pilot)


def ask_for_copies(library: Library, actor: Actor, place: Place) -> None:
    """Place some holds."""
    for patron, barcode, pickup in WAITING:
        with library.work(actor=actor, place=place) as work:
            requests.place(work, patron_number=patron, barcode=barcode, pickup=pickup)


def pin_of(badge: str) -> str:
    """The sample's PIN of a badge, as its files show it."""
    return next(row.text("pin") for row in read_rows(sample_folder(), "staff.csv") if row.text("badge") == badge)


def found(file: Path) -> None:
    """Found the library of the pictures in a file."""
    url = f"sqlite:///{file}"
    upgrade(url)
    database = Database(url)
    found_from(database, sample_folder(), patterns=SAMPLE_PATTERNS, now=NOW, sample=True)
    database.close()


@contextmanager
def opened(template: Path, file: Path) -> Iterator[Library]:
    """A copy of that library, at the time of the pictures."""
    shutil.copyfile(template, file)
    library = open_library(f"sqlite:///{file}", SAMPLE_PATTERNS, clock=lambda: NOW)
    try:
        yield library
    finally:
        library.close()


def main() -> None:
    """Draw every picture in both languages, each in a fresh library."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "template.db")
        found(template)
        for scene, language in product(SCENES, LANGUAGES):
            with opened(template, Path(folder, f"{scene}-{language}.db")) as library:
                picture = asyncio.run(draw(library, language, scene))
            file_of(scene, language).write_text(picture, encoding="utf-8")


def file_of(scene: str, language: str) -> Path:
    """Where a picture stands in the repository."""
    return FOLDER / f"{scene}-{language}.svg"


if __name__ == "__main__":
    main()
