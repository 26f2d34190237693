"""Rows of items: each becomes a copy of its title, or says what is different about one that is there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import select

from db.database import Transaction
from db.row_lists import among_codes
from db.statement import Statement
from db.tables import ITEM, TITLE, TITLE_IDENTIFIER
from libops.catalogue.adding import DEAREST, against_words, tag
from libops.catalogue.call_numbers.schemes import is_unread
from libops.catalogue.changing import Copy, CopyState, copies_by_barcode
from libops.catalogue.description import Description, Holding
from libops.catalogue.identifiers import isbn13
from libops.catalogue.importing.copies import CopyRules, ReadyCopy, read_price
from libops.catalogue.importing.csv_rows import CsvRow
from libops.catalogue.importing.planning import Kind, changed_state
from libops.catalogue.importing.settings import Existing
from libops.refusals import Money, Reason

COLUMNS = (
    "barcode",
    "title",
    "isbn",
    "item_type",
    "branch",
    "location",
    "call_number",
    "price",
    "status",
    "volume",
    "condition",
    "note",
    "rfid",
)
_TAG = re.compile("[0-9A-F]{1,64}")
_NOTHING = Description(title="")


class ItemStep(msgspec.Struct, frozen=True):
    """A row and what becomes of it: a new copy of a title, a copy that reads otherwise now, or nothing."""

    row: CsvRow
    kind: Kind
    title_id: int = 0
    copy: ReadyCopy | None = None
    condition: str = ""
    rfid: str | None = None
    moved: tuple[Copy, CopyState] | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def unreadable(self) -> bool:
        """Whether a copy is written with a call number that the scheme of its location cannot read."""
        if self.moved is not None:
            return is_unread(self.moved[1].shelf_key)
        return self.kind is Kind.ADDED and self.copy is not None and self.copy.unreadable


class _Numbered(msgspec.Struct, frozen=True):
    value: str
    title_id: int


class _Tagged(msgspec.Struct, frozen=True):
    rfid: str
    barcode: str


_BY_NUMBER = Statement(select(TITLE.c.number, TITLE.c.id).where(among_codes(TITLE.c.number, "numbers")), _Numbered)
_BY_ISBN = Statement(
    select(TITLE_IDENTIFIER.c.value, TITLE_IDENTIFIER.c.title_id)
    .where(among_codes(TITLE_IDENTIFIER.c.value, "values"), TITLE_IDENTIFIER.c.kind == "isbn")
    .order_by(TITLE_IDENTIFIER.c.title_id),
    _Numbered,
)
_BY_TAG = Statement(select(ITEM.c.rfid_uid, ITEM.c.barcode).where(among_codes(ITEM.c.rfid_uid, "tags")), _Tagged)


class ItemPlanner:
    """Decides about rows of which no two name one copy or one tag."""

    def __init__(self, transaction: Transaction, rules: CopyRules, batch: Sequence[CsvRow]) -> None:
        self._rules = rules
        self._batch = batch
        self._copies = copies_by_barcode(transaction, _told(batch, "barcode"))
        self._titles = self._read_titles(transaction)
        tags = sorted({found for text in _told(batch, "rfid") if (found := tag(text))})
        self._tags = {row.rfid: row.barcode for row in transaction.all(_BY_TAG, tags=tags)} if tags else {}
        self.standing = sorted(copy.id for copy in self._copies.values())
        self.titles = sorted({key for keys in self._titles.values() for key in keys})

    def steps(self) -> list[ItemStep]:
        """What becomes of each row, in their order."""
        return [self._step(row) for row in self._batch]

    def _read_titles(self, transaction: Transaction) -> Mapping[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        numbers = sorted(set(_told(self._batch, "title")))
        isbns = sorted({number for text in _told(self._batch, "isbn") if (number := isbn13(text))})
        for row in transaction.all(_BY_NUMBER, numbers=numbers) if numbers else ():
            found.setdefault(("title", row.value), []).append(row.title_id)
        for row in transaction.all(_BY_ISBN, values=isbns) if isbns else ():
            found.setdefault(("isbn", row.value), []).append(row.title_id)
        return found

    def _step(self, row: CsvRow) -> ItemStep:
        if row.reasons:
            return ItemStep(row, Kind.BAD, reasons=row.reasons)
        barcode = row.cells.get("barcode", "")
        if not barcode:
            return ItemStep(row, Kind.BAD, reasons=(Reason("import.cell_needed", {"column": "barcode"}),))
        standing = self._copies.get(barcode)
        title_id, reasons = self._title_of(row, standing)
        ready, against = self._rules.ready(_NOTHING, _holding(row), None if standing is None else standing.state)
        reasons += [*against, *self._against(row)]
        if reasons or ready is None:
            return ItemStep(row, Kind.BAD, reasons=tuple(reasons))
        ready = msgspec.structs.replace(ready, price=self._price(row))
        if standing is None:
            condition, rfid = row.cells.get("condition", ""), tag(row.cells.get("rfid", ""))
            return ItemStep(row, Kind.ADDED, title_id, ready, condition, rfid)
        return self._changed(row, standing, ready)

    def _changed(self, row: CsvRow, standing: Copy, ready: ReadyCopy) -> ItemStep:
        after = changed_state(standing.state, ready)
        after = msgspec.structs.replace(
            after,
            condition=row.cells.get("condition", after.condition),
            rfid_uid=tag(row.cells.get("rfid", "")) or after.rfid_uid,
        )
        if after == standing.state or self._rules.settings.existing is Existing.LEAVE:
            return ItemStep(row, Kind.SAME, standing.title_id)
        return ItemStep(row, Kind.CHANGED, standing.title_id, moved=(standing, after))

    def _title_of(self, row: CsvRow, standing: Copy | None) -> tuple[int, list[Reason]]:
        number, isbn = row.cells.get("title", ""), row.cells.get("isbn", "")
        key = ("title", number) if number else ("isbn", isbn13(isbn) or "")
        found = self._titles.get(key, [])
        if standing is not None and not (number or isbn):
            return standing.title_id, []
        if not (number or isbn):
            return 0, [Reason("import.cell_needed", {"column": "title"})]
        if standing is not None and found and standing.title_id not in found:
            return 0, [Reason("copy.barcode_taken", {"barcode": standing.barcode, "title": standing.title})]
        if standing is not None and found:
            return standing.title_id, []
        if len(found) > 1:
            return 0, [Reason("import.several_titles", {"isbn": isbn, "count": len(found)})]
        return (found[0], []) if found else (0, [Reason("import.no_title_here", {"number": number or isbn})])

    def _against(self, row: CsvRow) -> list[Reason]:
        cells = row.cells
        reasons = against_words(*(cells.get(name, "") for name in ("call_number", "note", "condition", "volume")))
        price = self._price(row)
        if price is None and "price" in cells:
            reasons.append(Reason("import.cell_wrong", {"column": "price", "text": cells["price"]}))
        elif price is not None and price > DEAREST:
            reasons.append(Reason("copy.bad_price", {"most": Money(DEAREST, self._rules.currency)}))
        uid = tag(cells.get("rfid", ""))
        if uid is not None and not _TAG.fullmatch(uid):
            reasons.append(Reason("copy.bad_tag", {"uid": cells["rfid"]}))
        elif uid is not None and self._tags.get(uid, cells.get("barcode")) != cells.get("barcode"):
            reasons.append(Reason("copy.rfid_taken", {"uid": uid, "barcode": self._tags[uid]}))
        return reasons

    def _price(self, row: CsvRow) -> int | None:
        return read_price(row.cells.get("price", ""), self._rules.currency, alone=True)


def _told(batch: Sequence[CsvRow], column: str) -> list[str]:
    return [row.cells[column] for row in batch if column in row.cells]


def _holding(row: CsvRow) -> Holding:
    told = {name: row.cells.get(name, "") for name in Holding.__struct_fields__ if name != "price"}
    return Holding(**told)


def item_keys(row: CsvRow) -> set[tuple[str, str]]:
    """By what two rows may be about one copy."""
    keys = {("barcode", row.cells.get("barcode", ""))}
    uid = tag(row.cells.get("rfid", ""))
    return keys if uid is None else {*keys, ("rfid", uid)}
