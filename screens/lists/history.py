"""The history of a patron's account: every charge and payment as it was written, each with its receipt."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from libops.i18n import mark
from libops.money.entries import EntryView, list_entries
from libops.names import CHARGES, ENTRIES, METHODS, handled_by
from libops.pages import Page
from libops.people.patrons import PatronView
from libops.permissions import Permission
from libops.slips.payment_receipts import payment_receipt, short_number
from libops.work import Look
from screens.columns import plain
from screens.lists.columns import Cell, Column
from screens.lists.listing import Detail, Listing
from screens.shift import Shift, WantedSlip

if TYPE_CHECKING:
    from screens.lists.screen import ListScreen


class History(Listing[EntryView]):
    """The newest entry first. What was charged has no receipt; what was paid, waived or given back has one."""

    NAME = mark("Charges and payments")
    NEEDS = (Permission.SEE_PATRONS,)
    EMPTY = mark("Nothing was ever charged or paid.")
    SCANS = None
    PROMPT = mark("scan ▸")
    CONCERNS = ("charge.", "deposit.", "patron.merged", "undo")
    COLUMNS = (
        Column(mark("Day"), 13, 8),
        Column(mark("Entry"), 14, 9),
        Column(mark("Amount"), 12, 9, right=True),
        Column(mark("For"), 14, 7),
        Column(mark("How"), 11, 6),
        Column(mark("Payer"), 10, 4),
    )

    def __init__(self, shift: Shift, patron: PatronView) -> None:
        super().__init__(shift)
        self._patron = patron

    def filter(self) -> str:
        now = self.shift.view.patron
        patron = now if now is not None and now.number == self._patron.number else self._patron
        owed = self.voice.language.money(patron.owes, patron.currency)
        owes = self.voice.say("owes {amount}", amount=owed) if patron.owes else ""
        return " · ".join(part for part in (plain(patron.name), plain(patron.number), owes) if part)

    def read(self, look: Look, after: str, limit: int) -> Page[EntryView]:
        return list_entries(look, patron_number=self._patron.number, after=after, limit=limit)

    def key(self, row: EntryView) -> Hashable:
        return row.entry_id

    def cells(self, row: EntryView) -> Sequence[Cell]:
        return (
            Cell(self._day(row), "quiet"),
            Cell(self.voice.say(ENTRIES[row.kind]), "strong"),
            Cell(self._amount(row), "alarm" if row.amount > 0 else "good"),
            Cell(row.title or row.note),
            Cell("" if row.method is None else self.voice.say(METHODS[row.method]), "quiet"),
            Cell(row.payer_name or "", "quiet"),
        )

    def about(self, row: EntryView) -> Sequence[Detail]:
        say = self.voice.say
        payer = " ".join(part for part in (row.payer_name, row.payer_number) if part)
        return (
            Detail(say("Entry"), say(ENTRIES[row.kind])),
            Detail(say("Amount"), self._amount(row)),
            Detail(say("Day"), self._day(row)),
            Detail(say("How"), "" if row.method is None else say(METHODS[row.method])),
            Detail(say("Payer"), payer),
            Detail(say("Title"), row.title or ""),
            Detail(say("Barcode"), row.barcode or ""),
            Detail(say("Note"), row.note),
            Detail(say("Where"), self._where(row)),
            Detail(say("By"), handled_by(row.staff_name, row.actor, self.voice.language)),
            Detail(say("Receipt"), short_number(row.receipt) if self._has_receipt(row) else ""),
        )

    def slip(self, row: EntryView) -> WantedSlip | None:
        if not self._has_receipt(row):
            return None
        return partial(payment_receipt, patron_number=self._patron.number, receipt=row.receipt)

    def open(self, screen: ListScreen, row: EntryView) -> None:
        screen.show_row(row)

    @staticmethod
    def _has_receipt(row: EntryView) -> bool:
        return row.kind not in CHARGES

    def _day(self, row: EntryView) -> str:
        return self.voice.language.day(row.on, self.shift.today)

    def _where(self, row: EntryView) -> str:
        spoken = self.voice.language
        desk = spoken.either(row.desk_zh or "", row.desk_en or "")
        return " · ".join(part for part in (spoken.either(row.branch_zh, row.branch_en), desk) if part)

    def _amount(self, row: EntryView) -> str:
        return self.voice.language.money(row.amount, self._patron.currency)
