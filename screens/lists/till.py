"""The till of this desk: which ways to pay were used since it was last closed, and counting it.

Whoever counts is not told what should be there before it was counted: no amount is shown here.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from libops.i18n import mark
from libops.money import tills
from libops.money.tills import Movement, TillView
from libops.names import METHODS
from libops.pages import Page
from libops.permissions import Permission
from libops.work import Look
from screens.forms.till import CloseTill
from screens.keymap import list_key
from screens.lists.closings import Closings
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

_CLOSE = list_key(
    "f12", mark("count and close"), mark("Count the till and close it."), (Permission.CLOSE_TILLS,), id="till.close"
)
_CLOSINGS = list_key(
    "f9", mark("closings"), mark("Show the closings that there were."), (Permission.CLOSE_TILLS,), id="till.closings"
)


class Till(Listing[Movement]):
    """Each way to pay that was used, and how many entries there are of it."""

    NAME = mark("Till")
    NEEDS = (Permission.CLOSE_TILLS,)
    EMPTY = mark("Nothing went through this till since it was last closed.")
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("charge.", "deposit.", "till.", "undo")
    KEYS = (_CLOSINGS, _CLOSE)
    COLUMNS = (
        Column(mark("Paid by"), 16, 9),
        Column(mark("Entries"), 10, 7, right=True),
    )

    view: TillView | None = None

    def filter(self) -> str:
        if self.view is None:
            return super().filter()
        spoken = self.voice.language
        desk = spoken.either(self.view.desk_zh, self.view.desk_en)
        if self.view.since is None:
            return self.voice.say("{desk} · never closed", desk=desk)
        zone = self.shift.place.zone
        day = spoken.day(self.view.since.astimezone(zone).date(), self.shift.today)
        return self.voice.say(
            "{desk} · since {day} {time}", desk=desk, day=day, time=spoken.time(self.view.since, zone)
        )

    def read(self, look: Look, after: str, limit: int) -> Page[Movement]:
        self.view = tills.standing(look)
        return Page(list(self.view.movements), None)

    def count(self, look: Look) -> str:
        entries = tills.standing(look).entries
        return str(entries or "")

    def key(self, row: Movement) -> Hashable:
        return row.method

    def cells(self, row: Movement) -> Sequence[Cell]:
        return Cell(self.voice.say(METHODS[row.method])), Cell(str(row.entries))

    def about(self, row: Movement) -> Sequence[Detail]:
        say = self.voice.say
        return (
            Detail(say("Paid by"), say(METHODS[row.method])),
            Detail(say("Entries"), str(row.entries)),
        )

    def own_keys(self) -> Sequence[ListKey[Movement]]:
        return (
            ListKey(_CLOSINGS, lambda screen, _: screen.shift.show_list(Closings(self.shift)), of_row=False),
            ListKey(_CLOSE, lambda screen, _: self._close(screen), of_row=False),
        )

    def _close(self, screen: ListScreen) -> None:
        if self.view is not None:
            screen.fill_in(CloseTill(self.shift, self.view))

    def open(self, screen: ListScreen, row: Movement) -> None:
        self._close(screen)
