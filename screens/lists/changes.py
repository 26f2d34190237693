"""Changes of copies that were made here or at any desk, newest first; each can be put back whole."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from libops.i18n import mark
from libops.pages import Page
from libops.permissions import Permission
from libops.work import Look
from screens.dialogs import ask_first
from screens.keymap import list_key
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey

if TYPE_CHECKING:
    from libops.catalogue.batches import Batch
    from screens.lists.screen import ListScreen

_NEW = list_key("f4", mark("change copies"), mark("Choose copies, and change something of them all."), weight=9)
_BACK = list_key("f8", mark("put back"), mark("Put back what this change changed."), weight=8)


class Changes(Listing["Batch"]):
    """When, by whom, and how many copies it changed."""

    NAME = mark("Changes of copies")
    NEEDS = (Permission.MANAGE_CATALOGUE,)
    EMPTY = mark("No copy has been changed yet.")
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("item.batch", "item.batch_undone")
    COLUMNS = (
        Column(mark("When"), 16, 9),
        Column(mark("Copies"), 6, 8, right=True),
        Column(mark("By"), 14, 7),
        Column(mark("Change"), 12, 3),
    )

    def read(self, look: Look, after: str, limit: int) -> Page[Batch]:
        # Not before it is needed: this list stands in the menu of every console.
        from libops.catalogue.batches import latest

        return Page(list(latest(look, most=limit)), None)

    def filter(self) -> str:
        return self.voice.say("F4 chooses copies and changes them; F8 puts back what a change changed.")

    def key(self, row: Batch) -> Hashable:
        return row.number

    def _when(self, row: Batch) -> str:
        spoken, zone = self.voice.language, self.shift.place.zone
        return f"{spoken.day(row.at.astimezone(zone).date(), self.shift.today)} {spoken.time(row.at, zone)}"

    def cells(self, row: Batch) -> Sequence[Cell]:
        return (
            Cell(self._when(row), "strong"),
            Cell(str(row.changed)),
            Cell(row.actor),
            Cell(row.number, "quiet"),
        )

    def about(self, row: Batch) -> Sequence[Detail]:
        say = self.voice.say
        return (
            Detail(say("When"), self._when(row)),
            Detail(say("Copies"), str(row.changed)),
            Detail(say("By"), row.actor),
            Detail(say("Change"), row.number),
        )

    def own_keys(self) -> Sequence[ListKey[Batch]]:
        return (
            ListKey(_NEW, lambda screen, _: self._change(screen), of_row=False),
            ListKey(_BACK, self._put_back),
        )

    def _change(self, screen: ListScreen) -> None:
        from screens.forms.batches import ChangeMany

        screen.fill_in(ChangeMany(self.shift))

    def _put_back(self, screen: ListScreen, row: Batch) -> None:
        from screens.acts import catalogue

        copies = self.voice.language.count("{n} copy", "{n} copies", row.changed)
        about = f"{self._when(row)} · {copies} · {row.actor}"
        errand = catalogue.undo_batch(row.number, about)
        question, yes = mark("Put this change back?"), mark("Yes, put it back")
        ask_first(screen.app, screen.voice, question, yes, about, lambda: self.shift.clerk.do(errand))

    def open(self, screen: ListScreen, row: Batch) -> None:
        screen.show_row(row)
