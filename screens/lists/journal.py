"""The journal: what happened at any desk, the newest first; what happens now comes on top of it by itself."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from libops.codes import CodeKind
from libops.i18n import mark
from libops.money.amounts import currency_of
from libops.names import handled_by
from libops.pages import Page
from libops.today import journal_pages
from libops.today.day import OVERSEES
from libops.today.journal_pages import Entry, Sought
from libops.today.journal_words import about_what, by_whom, particulars, when, whom
from libops.today.kinds import GROUP_NAMES, Group, what_happened
from libops.work import Look
from screens.columns import plain
from screens.keymap import list_key
from screens.lists import columns, row_keys
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey
from screens.shift import Shift

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

_KIND = list_key(
    "f2", mark("kind"), mark("Only events of the next kind; after the last one all."), weight=9, id="journal.kind"
)
_EVERYWHERE = list_key(
    "f7", mark("here / all"), mark("Show what happened here, or at all branches."), weight=8, id="journal.everywhere"
)
_SEEK = list_key(
    "f12", mark("filter"), mark("Choose desk, staff, item, patron and days."), weight=9, id="journal.filter"
)
_BACK = list_key("f8", mark("further back"), mark("Go back by one more week."), weight=7, id="journal.back")
_ALARMING = {"refused", "loan.lost", "item.missing", "hold.pickup_expired"}
_WEEK = timedelta(days=7)


class Journal(Listing[Entry]):
    """What happened today, further back, or what is looked for. Patrons are named by the journal's own rules."""

    NAME = mark("Journal")
    NEEDS = (OVERSEES,)
    EMPTY = mark("Nothing of that kind happened.")
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("",)
    SOON = 1.0
    NEWEST_FIRST = True
    KEYS = (_KIND, row_keys.PATRON, _EVERYWHERE, _BACK, _SEEK)
    COLUMNS = (
        Column(mark("When"), 17, 9),
        Column(mark("Event"), 14, 9),
        Column(mark("Item"), 16, 7),
        Column(mark("Particulars"), 14, 6),
        Column(mark("Patron"), 8, 5),
        Column(mark("Desk"), 6, 4),
        Column(mark("By"), 8, 4),
    )

    def __init__(self, shift: Shift, sought: Sought | None = None) -> None:
        super().__init__(shift)
        self._first = sought or Sought(place=shift.place.branch_code, since=shift.today)
        self.sought = self._first
        self._currency = ""

    def read(self, look: Look, after: str, limit: int) -> Page[Entry]:
        self._currency = currency_of(look.transaction)
        return journal_pages.page(look, self.sought, after=after, limit=limit)

    def filter(self) -> str:
        return " · ".join(self._filters())

    def _filters(self) -> Iterator[str]:
        say, sought = self.voice.say, self.sought
        if sought.group is not None:
            yield say(GROUP_NAMES[sought.group])
        if sought.place == self.shift.place.branch_code:
            yield super().filter()
        else:
            yield plain(sought.place) or say("all branches")
        # Who did it may be sought as the journal writes it, with what kind of actor it is before the badge.
        for code in (sought.who.rpartition(":")[2], sought.barcode, sought.patron):
            if code:
                yield plain(code)
        if sought.since is not None:
            yield say("since {day}", day=self.voice.language.day(sought.since, self.shift.today))
        if sought.until is not None:
            yield say("until {day}", day=self.voice.language.day(sought.until, self.shift.today))

    def search(self, text: str) -> bool:
        """A code asks for what happened to that item or patron, or was done by that badge; nothing, for all again."""
        if not text:
            cleared, self.sought = self.sought != self._first, self._first
            return cleared
        kinds = self.shift.library.patterns.kinds(text)
        if CodeKind.ITEM in kinds:
            self._seek(barcode=text)
        elif CodeKind.PATRON in kinds:
            self._seek(patron=text)
        elif CodeKind.BADGE in kinds:
            self._seek(who=text)
        else:
            self._seek(place=text)
        return True

    def _seek(self, **fields: str | Group | None) -> None:
        self.sought = msgspec.structs.replace(self.sought, **fields)

    def key(self, row: Entry) -> Hashable:
        return row.event_id

    def cells(self, row: Entry) -> Sequence[Cell]:
        spoken, today = self.voice.language, self.shift.today
        return (
            Cell(when(row, spoken, today), "quiet"),
            Cell(what_happened(row.kind, spoken), "alarm" if row.kind in _ALARMING else "strong"),
            Cell(row.title or row.barcode or ""),
            Cell(particulars(row, spoken, today, self._currency)),
            Cell(*self._whom(row)),
            Cell(row.desk_code or row.branch_code, "quiet"),
            Cell(handled_by(row.staff_name, row.actor, self.voice.language), "quiet"),
        )

    def _whom(self, row: Entry) -> tuple[str, str]:
        """The patron as lists show one, and how."""
        if row.patron_number:
            return columns.whom(row.patron_number, row.patron_name), "plain"
        return whom(row, self.voice.language), "quiet"

    def about(self, row: Entry) -> Sequence[Detail]:
        say, spoken, today = self.voice.say, self.voice.language, self.shift.today
        return (
            Detail(say("When"), f"{spoken.day(row.on, today)} {when(row, spoken, row.on)}"),
            Detail(say("Event"), what_happened(row.kind, spoken), alarm=row.kind in _ALARMING),
            Detail(say("Particulars"), particulars(row, spoken, today, self._currency)),
            Detail(say("Item"), about_what(row)),
            Detail(say("Patron"), whom(row, spoken)),
            Detail(say("Where"), spoken.either(row.branch_zh, row.branch_en)),
            Detail(say("By"), by_whom(row, self.voice.language)),
            Detail(say("Event number"), str(row.event_id)),
        )

    def own_keys(self) -> Sequence[ListKey[Entry]]:
        return (
            ListKey(_KIND, lambda screen, _: self._next_kind(screen), of_row=False),
            row_keys.patron(lambda row: row.patron_number),
            ListKey(_EVERYWHERE, lambda screen, _: self._turn(screen), of_row=False),
            ListKey(_BACK, lambda screen, _: self._go_back(screen), of_row=False),
            ListKey(_SEEK, lambda screen, _: self._ask(screen), of_row=False),
        )

    def _next_kind(self, screen: ListScreen) -> None:
        groups = (None, *Group)
        self._seek(group=groups[(groups.index(self.sought.group) + 1) % len(groups)])
        screen.read_first()

    def _turn(self, screen: ListScreen) -> None:
        self._seek(place="" if self.sought.place else self.shift.place.branch_code)
        screen.read_first()

    def _go_back(self, screen: ListScreen) -> None:
        if self.sought.since is not None:
            self.sought = msgspec.structs.replace(self.sought, since=self.sought.since - _WEEK)
            screen.read_first()

    def _ask(self, screen: ListScreen) -> None:
        from screens.forms.journal import SeekInJournal

        def then(sought: Sought) -> None:
            self.sought = sought
            screen.read_first()

        screen.fill_in(SeekInJournal(self.shift, self.sought, then))

    def open(self, screen: ListScreen, row: Entry) -> None:
        if row.barcode:
            screen.show_item(row.barcode)
        else:
            screen.show_row(row)
