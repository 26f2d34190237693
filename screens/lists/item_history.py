"""The history of a copy: what happened to it, when and where, and who had it last."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from libops.circulation.history_words import by_whom, particulars, whom
from libops.circulation.item_history import Happened, history
from libops.i18n import mark
from libops.pages import Page
from libops.today.kinds import what_happened
from libops.work import Look
from screens.columns import plain
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing
from screens.shift import Shift

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen


class ItemHistory(Listing[Happened]):
    """The newest first; a borrower is named for no longer than somebody has to ask."""

    NAME = mark("History of an item")
    EMPTY = mark("Nothing has happened to it yet.")
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("item.", "loan.", "hold.", "transfer.", "undo")
    COLUMNS = (
        Column(mark("Day"), 13, 9),
        Column(mark("Event"), 18, 10),
        Column(mark("Patron"), 18, 7),
        Column(mark("Particulars"), 20, 6),
        Column(mark("Where"), 10, 5),
        Column(mark("By"), 10, 4),
    )

    def __init__(self, shift: Shift, barcode: str, about: str) -> None:
        super().__init__(shift)
        self._barcode = barcode
        self._about = about

    def filter(self) -> str:
        return " · ".join(part for part in (plain(self._about), plain(self._barcode)) if part)

    def read(self, look: Look, after: str, limit: int) -> Page[Happened]:
        return history(look, self._barcode, after=after, limit=limit)

    def key(self, row: Happened) -> Hashable:
        return row.event_id

    def cells(self, row: Happened) -> Sequence[Cell]:
        return (
            Cell(self.voice.language.day(row.on, self.shift.today), "quiet"),
            Cell(what_happened(row.kind, self.voice.language), "strong"),
            Cell(whom(row, self.voice.language), "plain" if row.patron_name else "quiet"),
            Cell(particulars(row, self.voice.language, self.shift.today)),
            Cell(self._where(row), "quiet"),
            Cell(by_whom(row, self.voice.language), "quiet"),
        )

    def about(self, row: Happened) -> Sequence[Detail]:
        say, language = self.voice.say, self.voice.language
        return (
            Detail(say("Event"), what_happened(row.kind, language)),
            Detail(say("Day"), self._when(row)),
            Detail(say("Particulars"), particulars(row, language, self.shift.today)),
            Detail(say("Patron"), whom(row, language)),
            Detail(say("Where"), self._where(row)),
            Detail(say("By"), by_whom(row, self.voice.language)),
        )

    def open(self, screen: ListScreen, row: Happened) -> None:
        screen.show_row(row)

    def _when(self, row: Happened) -> str:
        language = self.voice.language
        return f"{language.day(row.on, self.shift.today)} {language.time(row.at, self.shift.place.zone)}"

    def _where(self, row: Happened) -> str:
        return self.voice.language.either(row.branch_zh, row.branch_en)
