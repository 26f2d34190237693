"""Who works today: signed in when, active last, signed out when, at which desk, and how much was done there."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from libops.i18n import mark
from libops.names import handled_by
from libops.pages import Page
from libops.today.day import OVERSEES
from libops.today.journal_pages import Sought
from libops.today.sessions import AtWorkToday, staff_today
from libops.work import Look
from screens.keymap import list_key
from screens.lists.columns import Cell, Column
from screens.lists.journal import Journal
from screens.lists.listing import Detail, Listing, ListKey

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

_EVERYWHERE = list_key(
    "f7", mark("here / all"), mark("Show the staff of this branch, or of all branches."), id="staff_today.everywhere"
)


class StaffToday(Listing[AtWorkToday]):
    """Whoever was active last comes first; Enter shows what somebody did."""

    NAME = mark("Staff today")
    NEEDS = (OVERSEES,)
    EMPTY = mark("Nobody has worked here today.")
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("",)
    SOON = 5.0
    KEYS = (_EVERYWHERE,)
    COLUMNS = (
        Column(mark("Name"), 14, 9),
        Column(mark("Desk"), 12, 8),
        Column(mark("Signed in"), 9, 7),
        Column(mark("Last active"), 11, 7),
        Column(mark("Signed out"), 10, 7),
        Column(mark("Acts"), 6, 6, right=True),
        Column(mark("Refused"), 8, 5, right=True),
    )

    everywhere = False

    def filter(self) -> str:
        return self.voice.say("all branches") if self.everywhere else super().filter()

    def read(self, look: Look, after: str, limit: int) -> Page[AtWorkToday]:
        return Page(staff_today(look, branch="" if self.everywhere else self.shift.place.branch_code), None)

    def key(self, row: AtWorkToday) -> Hashable:
        return row.actor, row.branch_code, row.desk_code

    def cells(self, row: AtWorkToday) -> Sequence[Cell]:
        return (
            Cell(handled_by(row.staff_name, row.actor, self.voice.language), "strong"),
            Cell(self._desk(row)),
            Cell(self._time(row.signed_in_at, row.zone), "quiet"),
            Cell(self._time(row.active_at, row.zone)),
            Cell(self._time(row.signed_out_at, row.zone), "quiet"),
            Cell(str(row.acts)),
            Cell(str(row.refused or ""), "alarm"),
        )

    def about(self, row: AtWorkToday) -> Sequence[Detail]:
        say = self.voice.say
        return (
            Detail(say("Name"), row.staff_name or ""),
            Detail(say("Badge"), row.actor.partition(":")[2]),
            Detail(say("Where"), self.voice.language.either(row.branch_zh, row.branch_en)),
            Detail(say("Desk"), self._desk(row)),
            Detail(say("Signed in"), self._time(row.signed_in_at, row.zone)),
            Detail(say("Last active"), self._time(row.active_at, row.zone)),
            Detail(say("Signed out"), self._time(row.signed_out_at, row.zone)),
            Detail(say("Acts"), str(row.acts)),
            Detail(say("Refused"), str(row.refused or "")),
        )

    def own_keys(self) -> Sequence[ListKey[AtWorkToday]]:
        return (ListKey(_EVERYWHERE, lambda screen, _: self._turn(screen), of_row=False),)

    def _turn(self, screen: ListScreen) -> None:
        self.everywhere = not self.everywhere
        screen.read_first()

    def _desk(self, row: AtWorkToday) -> str:
        spoken = self.voice.language
        return spoken.either(row.desk_zh, row.desk_en) or spoken.either(row.branch_zh, row.branch_en)

    def _time(self, at: datetime | None, zone: str) -> str:
        return "" if at is None else self.voice.language.time(at, ZoneInfo(zone))

    def open(self, screen: ListScreen, row: AtWorkToday) -> None:
        place = row.desk_code or row.branch_code
        screen.shift.show_list(Journal(self.shift, Sought(who=row.actor, place=place, since=self.shift.today)))
