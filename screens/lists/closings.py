"""The closings of tills that there were: what was counted, and what should have been there."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from libops.i18n import mark
from libops.money.closings import ClosingView, list_closings
from libops.names import METHODS, handled_by
from libops.pages import Page
from libops.permissions import Permission
from libops.work import Look
from screens.keymap import list_key
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

_EVERYWHERE = list_key(
    "f7", mark("desk / all"), mark("Show the closings of this desk, or of all desks."), id="closings.all"
)


class Closings(Listing[ClosingView]):
    """Closings of this desk's till, or of all; the newest first."""

    NAME = mark("Closings")
    NEEDS = (Permission.CLOSE_TILLS,)
    EMPTY = mark("This till was never closed.")
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("till.",)
    KEYS = (_EVERYWHERE,)
    COLUMNS = (
        Column(mark("Closed"), 19, 9),
        Column(mark("Desk"), 10, 6),
        Column(mark("Should be there"), 15, 7, right=True),
        Column(mark("Counted"), 12, 8, right=True),
        Column(mark("Difference"), 12, 9, right=True),
        Column(mark("By"), 12, 5),
        Column(mark("Note"), 12, 4),
    )

    everywhere = False

    def filter(self) -> str:
        place = self.shift.place
        return self.voice.say("all desks") if self._all else self.voice.language.either(place.desk_zh, place.desk_en)

    @property
    def _all(self) -> bool:
        return self.everywhere or self.shift.place.desk_id is None

    def read(self, look: Look, after: str, limit: int) -> Page[ClosingView]:
        desk = "" if self._all else look.place.desk_code
        return list_closings(look, desk_code=desk or "", after=after, limit=limit)

    def key(self, row: ClosingView) -> Hashable:
        return row.closing_id

    def cells(self, row: ClosingView) -> Sequence[Cell]:
        return (
            Cell(self._when(row), "strong"),
            Cell(self.voice.language.either(row.desk_zh, row.desk_en)),
            Cell(self._money(row, sum(one.expected for one in row.counts))),
            Cell(self._money(row, sum(one.counted for one in row.counts))),
            Cell(self._money(row, row.difference), "alarm" if row.difference else "good"),
            Cell(handled_by(row.staff_name, row.actor, self.voice.language), "quiet"),
            Cell(row.note, "quiet"),
        )

    def about(self, row: ClosingView) -> Sequence[Detail]:
        say = self.voice.say
        each = [
            Detail(
                say(METHODS[one.method]),
                say(
                    "{counted} of {expected}",
                    counted=self._money(row, one.counted),
                    expected=self._money(row, one.expected),
                ),
                alarm=one.difference != 0,
            )
            for one in row.counts
        ]
        return (
            Detail(say("Closed"), self._when(row)),
            Detail(say("Desk"), self.voice.language.either(row.desk_zh, row.desk_en)),
            *each,
            Detail(say("Difference"), self._money(row, row.difference), alarm=row.difference != 0),
            Detail(say("By"), handled_by(row.staff_name, row.actor, self.voice.language)),
            Detail(say("Note"), row.note),
        )

    def own_keys(self) -> Sequence[ListKey[ClosingView]]:
        return (ListKey(_EVERYWHERE, self._turn, of_row=False),)

    def _turn(self, screen: ListScreen, row: ClosingView | None) -> None:
        self.everywhere = not self.everywhere
        screen.read_first()

    def open(self, screen: ListScreen, row: ClosingView) -> None:
        screen.show_row(row)

    def _when(self, row: ClosingView) -> str:
        zone, spoken = ZoneInfo(row.zone), self.voice.language
        day = spoken.day(row.closed_at.astimezone(zone).date(), self.shift.today)
        return f"{day} {spoken.time(row.closed_at, zone)}"

    def _money(self, row: ClosingView, minor: int) -> str:
        return self.voice.language.money(minor, row.currency)
