"""Changes of copies that were made here or at any desk, newest first; each can be put back whole."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from libops.i18n import mark
from libops.names import CONDITIONS, COPY_FIELDS, handled_by
from libops.pages import Page
from libops.permissions import Permission
from libops.work import Look
from screens.columns import plain
from screens.dialogs import ask_first
from screens.forms.choices import names_in_copies
from screens.forms.entries import Option
from screens.keymap import list_key
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing, ListKey
from screens.shift import Shift

if TYPE_CHECKING:
    from libops.catalogue.batches import Batch
    from screens.lists.screen import ListScreen

_NEW = list_key(
    "f4", mark("change copies"), mark("Choose copies, and change something of them all."), weight=9, id="changes.new"
)
_BACK = list_key("f8", mark("put back"), mark("Put back what this change changed."), weight=8, id="changes.put_back")


class Changes(Listing["Batch"]):
    """When, by whom, how many copies it changed, to what, and when it was put back."""

    NAME = mark("Changes of copies")
    NEEDS = (Permission.MANAGE_CATALOGUE,)
    EMPTY = mark("No copy has been changed yet.")
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("item.batch", "item.batch_undone")
    KEYS = (_NEW, _BACK)
    COLUMNS = (
        Column(mark("When"), 16, 9),
        Column(mark("Copies"), 6, 8, right=True),
        Column(mark("By"), 8, 6),
        Column(mark("What"), 16, 9),
        Column(mark("Put back"), 8, 7),
    )

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift)
        self._currency = ""
        self._names: Mapping[str, Mapping[str, Option]] = {}

    def read(self, look: Look, after: str, limit: int) -> Page[Batch]:
        # Not before it is needed: this list stands in the menu of every console.
        from libops.catalogue.batches import latest
        from libops.money.amounts import currency_of

        self._currency, self._names = currency_of(look.transaction), names_in_copies(look)
        return Page(list(latest(look, most=limit)), None)

    def filter(self) -> str:
        return self.voice.say(
            "{new} chooses copies and changes them; {back} puts back what a change changed.",
            new=self.voice.key(_NEW),
            back=self.voice.key(_BACK),
        )

    def key(self, row: Batch) -> Hashable:
        return row.number

    def _when(self, at: datetime | None) -> str:
        if at is None:
            return ""
        spoken, zone = self.voice.language, self.shift.place.zone
        return f"{spoken.day(at.astimezone(zone).date(), self.shift.today)} {spoken.time(at, zone)}"

    def _what(self, row: Batch) -> str:
        """The fields that were set, and to what; a dash where what stood there was taken away."""
        say = self.voice.say
        parts = (f"{say(COPY_FIELDS[name])} → {self._value(name, value)}" for name, value in row.what.items())
        return self.voice.language.listed(plain(part) for part in parts)

    def _value(self, name: str, value: str | int | None) -> str:
        if isinstance(value, int):
            # Only a price is a number; below zero it was taken off.
            return "—" if value < 0 else self.voice.language.money(value, self._currency)
        known = CONDITIONS.get(value or "") if name == "condition" else None
        if known:
            return self.voice.say(known)
        named = self._names.get(name, {}).get(value or "")
        return value or "—" if named is None else named.said(self.voice)

    def cells(self, row: Batch) -> Sequence[Cell]:
        return (
            Cell(self._when(row.at), "strong"),
            Cell(str(row.changed)),
            Cell(handled_by(row.staff_name, row.actor, self.voice.language)),
            Cell(self._what(row)),
            Cell(self._when(row.put_back_at), "quiet"),
        )

    def about(self, row: Batch) -> Sequence[Detail]:
        say = self.voice.say
        return (
            Detail(say("When"), self._when(row.at)),
            Detail(say("Copies"), str(row.changed)),
            Detail(say("By"), handled_by(row.staff_name, row.actor, self.voice.language)),
            Detail(say("What"), self._what(row)),
            Detail(say("Put back"), self._when(row.put_back_at) or say("not put back")),
            Detail(say("Change number"), row.number),
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
        parts = (
            self._when(row.at),
            copies,
            plain(handled_by(row.staff_name, row.actor, self.voice.language)),
            self._what(row),
        )
        about = " · ".join(part for part in parts if part)
        errand = catalogue.undo_batch(row.number, about)
        if row.put_back_at is not None:
            # There is nothing to be asked: the catalogue says that it was put back already.
            self.shift.clerk.do(errand)
            return
        question, yes = mark("Put this change back?"), mark("Yes, put it back")
        ask_first(screen.app, screen.voice, question, yes, about, lambda: self.shift.clerk.do(errand))

    def open(self, screen: ListScreen, row: Batch) -> None:
        screen.show_row(row)
