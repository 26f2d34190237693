"""What the records of a file would come to so far, for those behind them in a rehearsal, which writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from libops.catalogue.call_numbers.schemes import normal, shelf_key
from libops.catalogue.changing import Copy, CopyState
from libops.catalogue.identifiers import isbn13
from libops.catalogue.importing.facts import Identified, Numbered, Recorded, Titled

if TYPE_CHECKING:
    from libops.catalogue.importing.copies import ReadyCopy
    from libops.catalogue.importing.planning import Step

MOST = 20_000
"""So many titles are kept in mind: a record so far behind its twin is told as if that had not been there."""


class Foreseen:
    """Titles and copies as they would stand, by what records are known again. Titles that are new are below zero."""

    def __init__(self, most: int = MOST) -> None:
        self.titles: dict[int, Titled] = {}
        self.numbered: dict[str, Numbered] = {}
        self.recorded: dict[tuple[str, str], Recorded] = {}
        self.identified: dict[str, list[Identified]] = {}
        self.copies: dict[str, Copy] = {}
        self._barcodes: dict[int, list[str]] = {}
        self._most = most
        self._new = 0

    def add(self, step: Step, before: Titled | None) -> None:
        """Keep in mind what becomes of a record; ``before`` is its title as it stood."""
        about = step.record.about
        if about is None or step.reasons:
            return
        if before is None:
            self._new -= 1
            title = Titled(self._new, step.number, "", "", "", about)
        else:
            title = msgspec.structs.replace(before, about=about) if step.rewritten else before
        if before is None or step.renewed:
            record = step.record
            title = msgspec.structs.replace(
                title, digest=record.digest, source=record.source, control_number=record.control_number
            )
        if title != before:
            self._keep(title)
        self._keep_copies(step, title)

    def _keep(self, title: Titled) -> None:
        self._forget(title.id)
        self.titles[title.id] = title
        if title.number:
            self.numbered[title.number] = Numbered(title.number, title.id, title.about.title, own=False)
        if title.control_number:
            self.recorded[title.source, title.control_number] = Recorded(title.id, title.source, title.control_number)
        for isbn in _isbns(title):
            told = title.about.title, title.about.title_alt, title.source, title.control_number
            self.identified.setdefault(isbn, []).append(Identified(isbn, title.id, *told))
        if len(self.titles) > self._most:
            oldest = next(iter(self.titles))
            self._forget(oldest)
            for barcode in self._barcodes.pop(oldest, ()):
                self.copies.pop(barcode, None)

    def _forget(self, title_id: int) -> None:
        title = self.titles.pop(title_id, None)
        if title is None:
            return
        self.numbered.pop(title.number, None)
        self.recorded.pop((title.source, title.control_number), None)
        for isbn in _isbns(title):
            rest = [row for row in self.identified.pop(isbn, ()) if row.title_id != title_id]
            if rest:
                self.identified[isbn] = rest

    def _keep_copies(self, step: Step, title: Titled) -> None:
        new = [Copy(0, ready.barcode, title.id, title.about.title, _state(ready)) for ready in step.new_copies]
        for copy in (*new, *(msgspec.structs.replace(copy, state=after) for copy, after in step.moved)):
            self.copies[copy.barcode] = copy
            self._barcodes.setdefault(copy.title_id, []).append(copy.barcode)


def _isbns(title: Titled) -> list[str]:
    return [number for number in dict.fromkeys(isbn13(isbn) for isbn in title.about.isbns) if number]


def _state(ready: ReadyCopy) -> CopyState:
    call_number = normal(ready.call_number)
    return CopyState(
        item_type_id=ready.item_type_id,
        branch_id=ready.branch_id,
        location_id=ready.location_id,
        call_number=call_number,
        shelf_key=shelf_key(ready.scheme, call_number),
        price=ready.price,
        volume=ready.volume,
        condition="",
        note=ready.note,
        rfid_uid=None,
    )
