"""A few screens as plain text, at the smallest and at a large size: the layout as a whole, which nothing else reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import msgspec

from libops.library import Library
from screens.menu import Menu
from tests.terminal.at_desk import AtDesk, at_desk, place_of, signed_in
from tests.terminal.at_screens import go_to
from tests.terminal.small_town import SUPERVISOR
from tools.pictures import HOLDS_TO_PULL, LENT, ask_for_copies, opened

FOLDER = Path(__file__).parent
SMALL, LARGE = (80, 24), (200, 50)


class Snapshot(msgspec.Struct, frozen=True):
    """A screen: which one, in which language, at which size."""

    screen: str
    language: str
    size: tuple[int, int]

    @property
    def file(self) -> Path:
        """Where its text is kept."""
        columns, rows = self.size
        return FOLDER / f"{self.screen}-{self.language}-{columns}x{rows}.txt"


SNAPSHOTS = (
    Snapshot("desk", "zh", SMALL),
    Snapshot("desk", "en", LARGE),
    Snapshot("pull", "en", SMALL),
    Snapshot("pull", "zh", LARGE),
    Snapshot("menu", "zh", SMALL),
    Snapshot("menu", "en", LARGE),
)
"""Both languages, both sizes, and no more than one has patience to look at when they change."""


@contextmanager
def library_of(template: Path, file: Path) -> Iterator[Library]:
    """The library of the pictures, in which some people wait for books."""
    with opened(template, file) as library:
        place = place_of(library)
        ask_for_copies(library, signed_in(library), place)
        yield library


@asynccontextmanager
async def shown(library: Library, snapshot: Snapshot) -> AsyncIterator[AtDesk]:
    """The screen; its last change may still be on its way."""
    async with at_desk(library, snapshot.language, snapshot.size, who=SUPERVISOR) as me:
        if snapshot.screen == "desk":
            await me.scan(*LENT)
        elif snapshot.screen == "pull":
            await go_to(me, HOLDS_TO_PULL)
        else:
            await me.press("f3")
            await me.until_screen(Menu)
        yield me
