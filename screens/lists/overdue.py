"""The overdue loans, the longest first: whom to call."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from libops.circulation.overdue import OverdueView, list_overdue
from libops.i18n import mark
from libops.names import LOST
from libops.pages import Page
from libops.permissions import Permission
from libops.work import Look
from screens.keymap import list_key
from screens.lists import row_keys
from screens.lists.columns import Cell, Column, whom
from screens.lists.listing import Detail, Listing, ListKey

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

_EVERYWHERE = list_key(
    "f7", mark("here / all"), mark("Show the loans of this branch, or of all branches."), id="overdue.all"
)


class Overdue(Listing[OverdueView]):
    """Overdue loans of this branch, or of all."""

    NAME = mark("Overdue")
    NEEDS = (Permission.SEE_PATRONS, Permission.MARK_ITEMS)
    EMPTY = mark("Nothing is overdue.")
    CONCERNS = ("loan.", "item.", "lost.")
    KEYS = (row_keys.PATRON, _EVERYWHERE)
    COLUMNS = (
        Column(mark("Due"), 13, 7),
        Column(mark("Days late"), 9, 9, right=True),
        Column(mark("Title"), 18, 9),
        Column(mark("Borrower"), 14, 8),
        Column(mark("Phone"), 13, 6),
        Column(mark("Fine"), 9, 5, right=True),
        Column(mark("Barcode"), 14, 4),
    )

    everywhere = False

    def filter(self) -> str:
        return self.voice.say("all branches") if self.everywhere else super().filter()

    def read(self, look: Look, after: str, limit: int) -> Page[OverdueView]:
        branch = "" if self.everywhere else self.shift.place.branch_code
        return list_overdue(look, branch=branch, after=after, limit=limit)

    def key(self, row: OverdueView) -> Hashable:
        return row.loan_id

    def cells(self, row: OverdueView) -> Sequence[Cell]:
        spoken = self.voice.language
        return (
            Cell(spoken.day(row.due_on, self.shift.today)),
            Cell(str(row.days_late), "alarm"),
            Cell(row.title),
            Cell(whom(row.patron_number, row.patron_name)),
            Cell(row.phone or ""),
            Cell(spoken.money(row.fine, row.currency) if row.fine else ""),
            Cell(row.barcode, "quiet"),
        )

    def about(self, row: OverdueView) -> Sequence[Detail]:
        say, spoken = self.voice.say, self.voice.language
        return (
            Detail(say("Title"), row.title),
            Detail(say("Call number"), row.call_number),
            Detail(say("Barcode"), row.barcode),
            Detail(say("Due"), spoken.day(row.due_on, self.shift.today)),
            Detail(say("Days late"), str(row.days_late), alarm=True),
            Detail(say("Fine if returned now"), spoken.money(row.fine, row.currency) if row.fine else ""),
            Detail(say("Lost"), "" if row.lost is None else say(LOST[row.lost]), alarm=True),
            Detail(say("Borrower"), " ".join(part for part in (row.patron_name, row.patron_number) if part)),
            Detail(say("Phone"), row.phone or ""),
            Detail(say("Branch"), spoken.either(row.branch_zh, row.branch_en)),
        )

    def own_keys(self) -> Sequence[ListKey[OverdueView]]:
        return (
            row_keys.patron(lambda row: row.patron_number),
            ListKey(_EVERYWHERE, self._turn, of_row=False),
        )

    def _turn(self, screen: ListScreen, row: OverdueView | None) -> None:
        self.everywhere = not self.everywhere
        screen.read_first()

    def open(self, screen: ListScreen, row: OverdueView) -> None:
        screen.show_item(row.barcode)
