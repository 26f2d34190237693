"""The other volumes of a set, as a list from which each is opened."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from libops.catalogue.titles import TitleCard, Volume, show_title
from libops.i18n import mark
from libops.pages import Page
from libops.work import Look
from screens.columns import plain
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing
from screens.shift import Shift

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen


class Volumes(Listing[Volume]):
    """In the order of the set."""

    NAME = mark("Volumes")
    EMPTY = mark("It has no other volume.")
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("title.",)
    COLUMNS = (
        Column(mark("Volume"), 10, 9),
        Column(mark("Title"), 24, 8),
        Column(mark("Year"), 4, 6, right=True),
        Column(mark("Title number"), 9, 4),
    )

    def __init__(self, shift: Shift, card: TitleCard) -> None:
        super().__init__(shift)
        self._card = card

    def filter(self) -> str:
        return plain(self._card.about.set_title or self._card.about.title)

    def read(self, look: Look, after: str, limit: int) -> Page[Volume]:
        return Page(list(show_title(look, self._card.number).volumes), None)

    def key(self, row: Volume) -> Hashable:
        return row.number

    def cells(self, row: Volume) -> Sequence[Cell]:
        return (
            Cell(row.volume, "strong"),
            Cell(row.title),
            Cell(str(row.year or ""), "quiet"),
            Cell(row.number, "quiet"),
        )

    def about(self, row: Volume) -> Sequence[Detail]:
        say = self.voice.say
        return (
            Detail(say("Volume"), row.volume),
            Detail(say("Title"), row.title),
            Detail(say("Year"), str(row.year or "")),
            Detail(say("Title number"), row.number),
        )

    def open(self, screen: ListScreen, row: Volume) -> None:
        self.shift.show_title(row.number)
