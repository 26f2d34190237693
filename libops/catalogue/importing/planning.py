"""What a batch of records comes to in this catalogue, decided from facts that are read first; it writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from sqlalchemy import func, select

from db.database import Transaction
from db.row_lists import among, among_codes
from db.statement import Statement
from db.tables import TITLE, TITLE_IDENTIFIER, TITLE_RECORD
from libops.catalogue.about import TitleColumns, described
from libops.catalogue.call_numbers.schemes import is_unread, normal, shelf_key
from libops.catalogue.cataloguing import LONGEST, is_storable
from libops.catalogue.changing import Copy, CopyState, copies_by_barcode
from libops.catalogue.description import Description, Material
from libops.catalogue.identifiers import isbn13
from libops.catalogue.importing.copies import CopyRules, ReadyCopy
from libops.catalogue.importing.facts import Identified, Numbered, Recorded, Titled
from libops.catalogue.importing.foreseeing import Foreseen
from libops.catalogue.importing.incoming import Incoming
from libops.catalogue.importing.settings import Existing, Match, TitleSettings
from libops.catalogue.marc.records import Format
from libops.catalogue.numbering import is_number
from libops.catalogue.search.words import key_of
from libops.refusals import Reason

T = TypeVar("T")


class Kind(StrEnum):
    """What becomes of a record."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    BAD = "bad"


class Step(msgspec.Struct, frozen=True):
    """One record and what becomes of it. ``title_id`` is the title it is known as, None for a new one.

    ``before`` is what the title said; ``moved`` are copies that are there and read otherwise now, before and after.
    ``rewritten`` says that the title is to read as the record's description; ``renewed`` that the record takes the
    place of the one that was kept, also where the title reads the same: it may say more than the title does.
    """

    record: Incoming
    kind: Kind
    title_id: int | None = None
    number: str = ""
    before: Description | None = None
    new_copies: tuple[ReadyCopy, ...] = ()
    moved: tuple[tuple[Copy, CopyState], ...] = ()
    reasons: tuple[Reason, ...] = ()
    rewritten: bool = False
    renewed: bool = False

    @property
    def without_barcode(self) -> int:
        """How many copies of the record are passed over because nothing can be stuck on them."""
        return 0 if self.kind is Kind.BAD else sum(not copy.barcode for copy in self.record.copies)

    @property
    def unreadable(self) -> int:
        """How many copies are written with a call number that the scheme of their location cannot read."""
        moved = sum(is_unread(after.shelf_key) for _, after in self.moved)
        return moved + sum(copy.unreadable for copy in self.new_copies)


class _Known(msgspec.Struct, frozen=True):
    """The title that a record is about. ``whole``: the record says all of it, also by what it leaves unsaid.

    ``by_another``: the record that is kept is another source's, or another one's of this source.
    """

    title_id: int
    whole: bool = True
    by_another: bool = False


# What the driver gives for a row's columns is checked by nobody but the struct.
def _titled(
    key: int,
    number: str,
    digest: str,
    source: str,
    control_number: str,
    about: Mapping[str, Any] | None,
    *columns: Any,  # noqa: ANN401
) -> Titled:
    return Titled(key, number, digest, source, control_number, described(about, TitleColumns(*columns)))


_BY_CONTROL = Statement(
    select(TITLE_RECORD.c.title_id, TITLE_RECORD.c.source, TITLE_RECORD.c.control_number)
    .where(among_codes(TITLE_RECORD.c.control_number, "numbers"))
    .order_by(TITLE_RECORD.c.title_id),
    Recorded,
)
_BY_ISBN = Statement(
    select(
        TITLE_IDENTIFIER.c.value,
        TITLE_IDENTIFIER.c.title_id,
        TITLE.c.title,
        TITLE.c.title_alt,
        func.coalesce(TITLE_RECORD.c.source, ""),
        func.coalesce(TITLE_RECORD.c.control_number, ""),
    )
    .select_from(
        TITLE_IDENTIFIER.join(TITLE, TITLE.c.id == TITLE_IDENTIFIER.c.title_id).outerjoin(
            TITLE_RECORD, TITLE_RECORD.c.title_id == TITLE_IDENTIFIER.c.title_id
        )
    )
    .where(among_codes(TITLE_IDENTIFIER.c.value, "values"), TITLE_IDENTIFIER.c.kind == "isbn")
    .order_by(TITLE_IDENTIFIER.c.title_id),
    Identified,
)
_COLUMNS = tuple(TITLE.c[name] for name in TitleColumns.__struct_fields__)
_KEPT = tuple(func.coalesce(TITLE_RECORD.c[name], "") for name in ("digest", "source", "control_number"))
_TITLES = Statement(
    select(TITLE.c.id, TITLE.c.number, *_KEPT, TITLE.c.about, *_COLUMNS)
    .select_from(TITLE.outerjoin(TITLE_RECORD, TITLE_RECORD.c.title_id == TITLE.c.id))
    .where(among(TITLE.c.id, "title_ids")),
    _titled,
)
_NUMBERED = Statement(
    select(TITLE.c.number, TITLE.c.id, TITLE.c.title, TITLE_RECORD.c.title_id.is_(None))
    .select_from(TITLE.outerjoin(TITLE_RECORD, TITLE_RECORD.c.title_id == TITLE.c.id))
    .where(among_codes(TITLE.c.number, "numbers")),
    Numbered,
)


class Planner:
    """Decides about the records of one batch, none of which may be one title with another of them."""

    def __init__(
        self,
        transaction: Transaction,
        rules: CopyRules,
        batch: Sequence[Incoming],
        settings: TitleSettings,
        foreseen: Foreseen | None = None,
    ) -> None:
        """``foreseen`` is what the records before these would come to, where nothing is written."""
        self._foreseen = foreseen or Foreseen()
        self._settings = settings
        self._rules = rules
        self._batch = batch
        self._numbered = self._read_numbered(transaction)
        self._recorded = self._read_recorded(transaction)
        self._identified = self._read_identified(transaction)
        self.known = sorted({one.title_id for one in map(self._known_as, batch) if isinstance(one, _Known)})
        there = [key for key in self.known if key not in self._foreseen.titles]
        self._titles = {**self._foreseen.titles, **{row.id: row for row in transaction.all(_TITLES, title_ids=there)}}
        barcodes = [copy.barcode for record in batch for copy in record.copies if copy.barcode]
        self._copies = {**copies_by_barcode(transaction, barcodes), **self._foreseen.copies}
        self.standing = sorted(copy.id for copy in self._copies.values())

    def steps(self) -> list[Step]:
        """What becomes of each record, in their order."""
        return [self._step(record) for record in self._batch]

    def foresee(self, steps: Iterable[Step]) -> None:
        """Have the records behind these find what they would come to."""
        for step in steps:
            self._foreseen.add(step, None if step.title_id is None else self._titles.get(step.title_id))

    def _read_numbered(self, transaction: Transaction) -> dict[str, Numbered]:
        numbers = sorted({record.control_number for record in self._batch if is_number(record.control_number)})
        rows = transaction.all(_NUMBERED, numbers=numbers) if numbers else []
        return {**{row.number: row for row in rows}, **self._foreseen.numbered}

    def _read_recorded(self, transaction: Transaction) -> dict[tuple[str, str], Recorded]:
        numbers = sorted({record.control_number for record in self._batch if record.control_number})
        rows = transaction.all(_BY_CONTROL, numbers=numbers) if numbers else []
        there = [row for row in rows if row.title_id not in self._foreseen.titles]
        return {**{(row.source, row.control_number): row for row in reversed(there)}, **self._foreseen.recorded}

    def _read_identified(self, transaction: Transaction) -> dict[str, list[Identified]]:
        isbns = sorted({number for record in self._batch for number in _isbns(record)})
        rows = transaction.all(_BY_ISBN, values=isbns) if isbns and Match.ISBN in self._settings.match else []
        there = [row for row in rows if row.title_id not in self._foreseen.titles]
        told = (row for isbn in isbns for row in self._foreseen.identified.get(isbn, ()))
        return _grouped([*there, *told], lambda row: row.value) if Match.ISBN in self._settings.match else {}

    def _known_as(self, record: Incoming) -> _Known | Reason | None:
        """The title that a record is about; a reason where it cannot be told."""
        if Match.CONTROL_NUMBER in self._settings.match and record.control_number:
            recorded = self._recorded.get((record.source, record.control_number))
            if recorded is not None:
                return _Known(recorded.title_id)
            own = self._numbered.get(record.control_number)
            if own is not None and own.own and not record.source and own.title == _title(record):
                # Written out here before: a title that was catalogued here goes under the library's own number.
                return _Known(own.title_id)
        return self._known_by_isbn(record)

    def _known_by_isbn(self, record: Incoming) -> _Known | Reason | None:
        """By ISBN only a title that this source has not told of under another number: volumes of a set share theirs.

        A publisher may have given one number to two books, and a slip makes it another book's: the title must agree.
        """
        if record.about is None or record.about.volume:
            return None
        found = {
            row.title_id: row
            for isbn in _isbns(record)
            for row in self._identified.get(isbn, ())
            if row.source != record.source
            or not (row.control_number and record.control_number)
            or row.control_number == record.control_number
        }
        same = [row for row in found.values() if _is_same(record.about, row)]
        if len(same) == 1:
            return _known_by(same[0], record)
        isbns = ", ".join(_isbns(record))
        if len(found) > 1:
            return Reason("import.several_titles", {"isbn": isbns, "count": len(found)})
        return next(
            (Reason("import.other_title", {"isbn": row.value, "title": row.title}) for row in found.values()), None
        )

    def _step(self, record: Incoming) -> Step:
        if record.about is None or record.reasons:
            return Step(record, Kind.BAD, reasons=record.reasons)
        known = self._known_as(record)
        if isinstance(known, Reason):
            return Step(record, Kind.BAD, reasons=(known,))
        title = None if known is None else self._titles[known.title_id]
        if title is not None and title.digest == record.digest and not self._settings.again:
            return Step(record, Kind.SAME, title_id=title.id)
        if known is None or title is None:
            return self._as_new(record, record.about)
        return self._as_known(record, record.about, known, title)

    def _as_new(self, record: Incoming, about: Description) -> Step:
        new, moved, reasons = self._copies_of(record, about, None)
        reasons += _against(about)
        if reasons:
            return Step(record, Kind.BAD, reasons=tuple(reasons))
        return Step(record, Kind.ADDED, number=self._number_for(record), new_copies=tuple(new), moved=tuple(moved))

    def _as_known(self, record: Incoming, about: Description, known: _Known, title: Titled) -> Step:
        stays = known.by_another and bool(title.digest)
        if not known.whole or self._settings.format is Format.CSV:
            about = _merged(title.about, about, title.about.number if stays else about.number)
            record = msgspec.structs.replace(record, about=about)
        new, moved, reasons = self._copies_of(record, about, title.id)
        reasons += _against(about)
        if reasons:
            return Step(record, Kind.BAD, reasons=tuple(reasons))
        update = self._settings.existing is Existing.UPDATE
        rewritten = update and title.about != about
        kind = Kind.CHANGED if rewritten or new or moved else Kind.SAME
        return Step(
            record,
            kind,
            title.id,
            title.number,
            title.about,
            tuple(new),
            tuple(moved),
            rewritten=rewritten,
            renewed=update and not stays,
        )

    def _number_for(self, record: Incoming) -> str:
        """The record's own number for a new title, where it is one and nobody has it; empty: the library's next."""
        number = record.control_number
        return number if is_number(number) and number not in self._numbered else ""

    def _copies_of(
        self, record: Incoming, about: Description, title_id: int | None
    ) -> tuple[list[ReadyCopy], list[tuple[Copy, CopyState]], list[Reason]]:
        new: list[ReadyCopy] = []
        moved: list[tuple[Copy, CopyState]] = []
        reasons: list[Reason] = []
        for holding in record.copies:
            if not holding.barcode:
                continue
            standing = self._copies.get(holding.barcode)
            if standing is not None and standing.title_id != title_id:
                reasons.append(Reason("copy.barcode_taken", {"barcode": holding.barcode, "title": standing.title}))
                continue
            ready, against = self._rules.ready(about, holding, None if standing is None else standing.state)
            reasons += against
            if ready is None:
                continue
            if standing is None:
                new.append(ready)
            elif self._settings.existing is Existing.UPDATE:
                after = changed_state(standing.state, ready)
                moved += [(standing, after)] if after != standing.state else []
        return new, moved, reasons


def _title(record: Incoming) -> str:
    return "" if record.about is None else record.about.title


def _is_same(about: Description, row: Identified) -> bool:
    """Whether a record and a title that share an ISBN are called the same; one of them may leave the subtitle out."""
    told, there = key_of(about.title), key_of(row.title)
    if told.startswith(there) or there.startswith(told):
        return bool(told) == bool(there)
    return bool(about.title_alt) and key_of(about.title_alt) == key_of(row.title_alt) != ""


def _known_by(row: Identified, record: Incoming) -> _Known:
    """A title known by its ISBN: only its own record, by source and number, says all of it."""
    as_kept = row.source == record.source and row.control_number in ("", record.control_number)
    own = as_kept and bool(row.source and row.control_number)
    return _Known(row.title_id, whole=own, by_another=not as_kept)


def _merged(before: Description, told: Description, number: str) -> Description:
    """What a record says, and what the title said where the record says nothing."""
    kept = {name: getattr(told, name) or getattr(before, name) for name in Description.__struct_fields__}
    if told.material is Material.BOOK:
        kept["material"] = before.material
    return Description(**{**kept, "number": number or before.number})


def _isbns(record: Incoming) -> list[str]:
    if record.about is None:
        return []
    return [number for number in dict.fromkeys(isbn13(isbn) for isbn in record.about.isbns) if number]


def changed_state(before: CopyState, ready: ReadyCopy) -> CopyState:
    """A copy that stands here already, as its record has it now; what the record does not say stays."""
    call_number = normal(ready.call_number) or before.call_number
    return msgspec.structs.replace(
        before,
        item_type_id=ready.item_type_id,
        branch_id=ready.branch_id,
        location_id=ready.location_id,
        call_number=call_number,
        shelf_key=shelf_key(ready.scheme, call_number),
        price=before.price if ready.price is None else ready.price,
        volume=ready.volume or before.volume,
        note=ready.note or before.note,
    )


def _against(about: Description) -> list[Reason]:
    reasons = []
    if not is_storable(about):
        reasons.append(Reason("code.unreadable"))
    if len(about.title) > 4 * LONGEST:
        reasons.append(Reason("title.too_long", {"length": len(about.title), "most": 4 * LONGEST}))
    return reasons


def _grouped(rows: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
