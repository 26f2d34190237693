"""Lists of holds: what to fetch from the shelves, what waits on the hold shelf, what to clear from it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from libops.circulation.requests import (
    ClearView,
    PullView,
    RequestView,
    ShelfView,
    clearing_list,
    hold_shelf,
    pull_list,
    unfillable,
)
from libops.i18n import mark
from libops.names import CLEARING, REQUEST_KINDS
from libops.pages import Page
from libops.permissions import Permission
from libops.work import Look
from screens.lists import row_keys
from screens.lists.columns import Cell, Column, whom
from screens.lists.listing import Detail, Listing, ListKey

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen

_HOLDS = ("hold.", "loan.", "item.", "transfer.", "request.")


class ToPull(Listing[PullView]):
    """What to fetch from the shelves of this branch, in the order in which one walks along them."""

    NAME = mark("Holds to pull")
    NEEDS = (Permission.RETURN,)
    EMPTY = mark("Nothing has to be fetched from the shelves.")
    CONCERNS = _HOLDS
    KEYS = (row_keys.PATRON, row_keys.MISSING)
    COLUMNS = (
        Column(mark("Place"), 15, 8),
        Column(mark("Call number"), 14, 9),
        Column(mark("Title"), 18, 9),
        Column(mark("Barcode"), 14, 4),
        Column(mark("For whom"), 18, 7),
    )

    def filter(self) -> str:
        return self.voice.say("{branch} · in the order of the shelves", branch=super().filter())

    def read(self, look: Look, after: str, limit: int) -> Page[PullView]:
        return pull_list(look, after=after, limit=limit)

    def key(self, row: PullView) -> Hashable:
        return row.barcode

    def cells(self, row: PullView) -> Sequence[Cell]:
        spoken, here = self.voice.language, self.shift.place.branch_code
        branch = "" if row.branch_code == here else f"→ {spoken.either(row.branch_zh, row.branch_en)}"
        return (
            Cell(spoken.either(row.location_zh or "", row.location_en or "")),
            Cell(row.call_number, "strong"),
            Cell(row.title),
            Cell(row.barcode, "quiet"),
            Cell(branch or whom(row.patron_number, row.patron_name), "quiet"),
        )

    def about(self, row: PullView) -> Sequence[Detail]:
        say, spoken = self.voice.say, self.voice.language
        return (
            Detail(say("Title"), row.title),
            Detail(say("Place"), spoken.either(row.location_zh or "", row.location_en or "")),
            Detail(say("Call number"), row.call_number),
            Detail(say("Barcode"), row.barcode),
            Detail(say("Request"), say(REQUEST_KINDS[row.kind])),
            Detail(say("Pickup at"), spoken.either(row.branch_zh, row.branch_en)),
            Detail(say("For whom"), " ".join(part for part in (row.patron_name, row.patron_number) if part)),
        )

    def own_keys(self) -> Sequence[ListKey[PullView]]:
        return row_keys.patron(lambda row: row.patron_number), row_keys.missing()

    def open(self, screen: ListScreen, row: PullView) -> None:
        screen.show_item(row.barcode)


class OnShelf(Listing[ShelfView]):
    """What waits on the hold shelf of this branch, by its labels."""

    NAME = mark("Hold shelf")
    NEEDS = (Permission.RETURN,)
    EMPTY = mark("Nothing waits on the hold shelf.")
    CONCERNS = _HOLDS
    KEYS = (row_keys.PATRON, row_keys.END_HOLD)
    COLUMNS = (
        Column(mark("Shelf"), 6, 9),
        Column(mark("Title"), 20, 8),
        Column(mark("For whom"), 18, 9),
        Column(mark("Kept until"), 15, 8),
        Column(mark("Barcode"), 14, 4),
    )

    def read(self, look: Look, after: str, limit: int) -> Page[ShelfView]:
        return hold_shelf(look, after=after, limit=limit)

    def key(self, row: ShelfView) -> Hashable:
        return row.request_id

    def cells(self, row: ShelfView) -> Sequence[Cell]:
        until = self.voice.language.day(row.until, self.shift.today)
        return (
            Cell(row.label, "strong"),
            Cell(row.title),
            Cell(whom(row.patron_number, row.patron_name)),
            Cell(until, "alarm" if row.until <= self.shift.today else "plain"),
            Cell(row.barcode, "quiet"),
        )

    def about(self, row: ShelfView) -> Sequence[Detail]:
        say = self.voice.say
        return (
            Detail(say("Shelf"), row.label),
            Detail(say("Title"), row.title),
            Detail(say("Barcode"), row.barcode),
            Detail(say("For whom"), " ".join(part for part in (row.patron_name, row.patron_number) if part)),
            Detail(say("Kept until"), self.voice.language.day(row.until, self.shift.today)),
        )

    def own_keys(self) -> Sequence[ListKey[ShelfView]]:
        return row_keys.patron(lambda row: row.patron_number), row_keys.end_hold(lambda row: row.request_id)

    def open(self, screen: ListScreen, row: ShelfView) -> None:
        screen.show_item(row.barcode)


class ToClear(Listing[ClearView]):
    """What has to be taken from the hold shelf, and what checking it in will come to."""

    NAME = mark("Shelf to clear")
    NEEDS = (Permission.RETURN,)
    EMPTY = mark("Nothing has to be cleared from the hold shelf.")
    CONCERNS = _HOLDS
    URGENT = True
    KEYS = (row_keys.CHECK_IN,)
    COLUMNS = (
        Column(mark("Shelf"), 6, 9),
        Column(mark("Title"), 20, 8),
        Column(mark("Why"), 16, 8),
        Column(mark("Then"), 18, 7),
        Column(mark("Barcode"), 14, 4),
    )

    def filter(self) -> str:
        return self.voice.say("{branch} · take them from the shelf and scan each", branch=super().filter())

    def read(self, look: Look, after: str, limit: int) -> Page[ClearView]:
        return clearing_list(look, after=after, limit=limit)

    def key(self, row: ClearView) -> Hashable:
        return row.label, row.barcode

    def cells(self, row: ClearView) -> Sequence[Cell]:
        return (
            Cell(row.label, "strong"),
            Cell(row.title),
            Cell(self.voice.say(CLEARING[row.why])),
            Cell(self._then(row), "quiet"),
            Cell(row.barcode, "quiet"),
        )

    def _then(self, row: ClearView) -> str:
        words = {
            "shelve": mark("to its shelf"),
            "hold_shelf": mark("for the next who waits"),
            "aside": mark("set aside"),
        }
        if row.outcome in words:
            return self.voice.say(words[row.outcome])
        return self.voice.say("to {branch}", branch=self.voice.language.either(row.branch_zh, row.branch_en))

    def about(self, row: ClearView) -> Sequence[Detail]:
        say = self.voice.say
        return (
            Detail(say("Shelf"), row.label),
            Detail(say("Title"), row.title),
            Detail(say("Call number"), row.call_number),
            Detail(say("Barcode"), row.barcode),
            Detail(say("Why"), say(CLEARING[row.why])),
            Detail(say("Then"), self._then(row)),
        )

    def own_keys(self) -> Sequence[ListKey[ClearView]]:
        return (row_keys.check_in(),)

    def open(self, screen: ListScreen, row: ClearView) -> None:
        screen.show_item(row.barcode)


class Unfillable(Listing[RequestView]):
    """Holds to be picked up here that no copy can fill any more."""

    NAME = mark("Holds without a copy")
    NEEDS = (Permission.PLACE_HOLDS,)
    EMPTY = mark("Every hold has a copy that can fill it.")
    CONCERNS = _HOLDS
    URGENT = True
    KEYS = (row_keys.PATRON, row_keys.END_HOLD)
    COLUMNS = (
        Column(mark("Placed"), 13, 6),
        Column(mark("Title"), 20, 9),
        Column(mark("For whom"), 18, 9),
        Column(mark("Place in queue"), 8, 6),
    )

    def read(self, look: Look, after: str, limit: int) -> Page[RequestView]:
        return unfillable(look, after=after, limit=limit)

    def key(self, row: RequestView) -> Hashable:
        return row.id

    def cells(self, row: RequestView) -> Sequence[Cell]:
        return (
            Cell(self.voice.language.day(row.placed_on, self.shift.today), "quiet"),
            Cell(row.title),
            Cell(whom(row.patron_number, row.patron_name)),
            Cell("" if row.place is None else self.voice.say("no. {n}", n=row.place)),
        )

    def about(self, row: RequestView) -> Sequence[Detail]:
        say, spoken = self.voice.say, self.voice.language
        return (
            Detail(say("Title"), f"{row.title} ({row.title_number})"),
            Detail(say("For whom"), " ".join(part for part in (row.patron_name, row.patron_number) if part)),
            Detail(say("Placed"), spoken.day(row.placed_on, self.shift.today)),
            Detail(say("Pickup at"), spoken.either(row.branch_zh, row.branch_en)),
            Detail(say("Note"), row.note),
        )

    def own_keys(self) -> Sequence[ListKey[RequestView]]:
        return row_keys.patron(lambda row: row.patron_number), row_keys.end_hold(lambda row: row.id)

    def open(self, screen: ListScreen, row: RequestView) -> None:
        if row.patron_number is not None:
            screen.show_patron(row.patron_number)
