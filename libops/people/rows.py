"""Rows of patrons: each registers somebody, or says what is different about somebody who is registered.

A row that says nothing under a column leaves what stands there. A block needs a note, as at the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

import msgspec
from sqlalchemy import bindparam, select

from db.database import Transaction
from db.people import PatronStatus
from db.row_lists import among, among_codes
from db.statement import Statement
from db.tables import BRANCH, CATEGORY, LIBRARY, PATRON
from libops.circulation.rules import standing
from libops.codes import CodeKind, CodePatterns, storable
from libops.i18n import LANGUAGES
from libops.people.contact import same_email, same_phone, usable_email, usable_phone
from libops.people.records import Record
from libops.people.registration import BESIDE, months_after
from libops.refusals import Reason

T = TypeVar("T")
COLUMNS = ("number", "name", "category", "branch", "expires", "status", "note", "language", "phone", "email")


class PatronKind(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    BAD = "bad"


class PatronStep(msgspec.Struct, frozen=True):
    """A row, by its place among those that were given, and what becomes of it; ``before`` is who is registered."""

    kind: PatronKind
    number: str = ""
    patron_id: int | None = None
    before: Record | None = None
    record: Record | None = None
    reasons: tuple[Reason, ...] = ()


class _Category(msgspec.Struct, frozen=True):
    code: str
    id: int
    months: int
    rules_version: int


class _Coded(msgspec.Struct, frozen=True):
    code: str
    id: int


class _Known(msgspec.Struct, frozen=True):
    id: int
    number: str
    merged: bool
    record: Record


class _Namesake(msgspec.Struct, frozen=True):
    name: str
    phone: str
    email: str


def _known(key: int, number: str, merged_into: int | None, *cells: object) -> _Known:
    # One who was merged has no status of a record; what stands there does not matter.
    told = dict(zip(Record.__struct_fields__, cells, strict=True))
    if merged_into is not None:
        told["status"] = PatronStatus.ACTIVE
    return _Known(key, number, merged_into is not None, msgspec.convert(told, Record))


_CATEGORIES = Statement(
    select(CATEGORY.c.code, CATEGORY.c.id, CATEGORY.c.months, LIBRARY.c.rules_version)
    .select_from(CATEGORY.join(LIBRARY, LIBRARY.c.id == 1))
    .order_by(CATEGORY.c.code),
    _Category,
)
_BRANCHES = Statement(select(BRANCH.c.code, BRANCH.c.id).order_by(BRANCH.c.code), _Coded)
_ROWS = select(
    PATRON.c.id, PATRON.c.number, PATRON.c.merged_into_id, *(PATRON.c[name] for name in Record.__struct_fields__)
)
_BY_NUMBERS = Statement(_ROWS.where(among_codes(PATRON.c.number, "numbers")), _known)
_LOCK = Statement(
    select(PATRON.c.id).where(among(PATRON.c.id, "patron_ids")).order_by(PATRON.c.id).with_for_update(), int
)
_NAMESAKES = Statement(
    select(PATRON.c.name, PATRON.c.phone, PATRON.c.email).where(
        among_codes(PATRON.c.name, "names"), PATRON.c.merged_into_id.is_(None)
    ),
    _Namesake,
)


class PatronPlanner:
    """Decides about rows of which no two are about one patron."""

    def __init__(
        self,
        transaction: Transaction,
        patterns: CodePatterns,
        now: datetime,
        batch: Sequence[dict[str, str]],
        branch: str = "",
        *,
        writes: bool = False,
    ) -> None:
        """``branch`` is the code for rows that name none; who ``writes`` has the patrons locked."""
        self._patterns, self._now, self._batch, self._usual = patterns, now, batch, branch
        self._categories = {row.code: row for row in transaction.all(_CATEGORIES)}
        self._branches = {row.code: row.id for row in transaction.all(_BRANCHES)}
        numbers = sorted({cells["number"] for cells in batch if "number" in cells})
        found = transaction.all(_BY_NUMBERS, numbers=numbers) if numbers else []
        if writes and found:
            # What is decided is decided from what is read behind the locks.
            transaction.lock(_LOCK, patron_ids=[known.id for known in found])
            found = transaction.all(_BY_NUMBERS, numbers=numbers)
        self._known = {known.number: known for known in found}
        self._namesakes = self._read_namesakes(transaction)
        self._transaction = transaction

    def _read_namesakes(self, transaction: Transaction) -> dict[str, list[_Namesake]]:
        names = {
            " ".join(cells.get("name", "").split())
            for cells in self._batch
            if cells.get("number") not in self._known and ("phone" in cells or "email" in cells)
        }
        found: dict[str, list[_Namesake]] = {}
        for row in transaction.all(_NAMESAKES, names=sorted(names)) if names else ():
            found.setdefault(row.name, []).append(row)
        return found

    def steps(self) -> list[PatronStep]:
        """What becomes of each row, in their order."""
        return [self._step(cells) for cells in self._batch]

    def _step(self, cells: dict[str, str]) -> PatronStep:
        number = cells.get("number", "")
        known = self._known.get(number)
        reasons = self._against(cells, known)
        if known is not None and known.merged:
            reasons.append(Reason("import.patron_merged", {"number": number}))
        if reasons:
            return PatronStep(PatronKind.BAD, number, reasons=tuple(reasons))
        record = self._record(cells, None if known is None else known.record)
        blocked_before = known is not None and known.record.status is PatronStatus.BLOCKED
        if record.status is PatronStatus.BLOCKED and not record.note and not blocked_before:
            return PatronStep(PatronKind.BAD, number, reasons=(Reason("patron.block_without_note"),))
        if known is None:
            return PatronStep(PatronKind.ADDED, number, record=record)
        kind = PatronKind.SAME if record == known.record else PatronKind.CHANGED
        return PatronStep(kind, number, known.id, known.record, record)

    def _record(self, cells: dict[str, str], was: Record | None) -> Record:
        status = PatronStatus(cells["status"]) if "status" in cells else was.status if was else PatronStatus.ACTIVE
        category, branch = cells.get("category", ""), cells.get("branch", "" if was else self._usual)
        record = was or self._new(category, branch)
        if was is not None and was.status is PatronStatus.BLOCKED and status is PatronStatus.ACTIVE:
            # With a block goes the note that said why.
            record = msgspec.structs.replace(record, note=was.note.partition(BESIDE)[2])
        texts: dict[str, str] = {name: cells[name] for name in ("note", "language", "phone", "email") if name in cells}
        if "name" in cells:
            texts["name"] = " ".join(cells["name"].split())
        return msgspec.structs.replace(
            record,
            **texts,
            status=status,
            category_id=self._categories[category].id if category else record.category_id,
            branch_id=self._branches[branch] if branch else record.branch_id,
            expires_on=date.fromisoformat(cells["expires"]) if "expires" in cells else record.expires_on,
        )

    def _new(self, category: str, branch: str) -> Record:
        group, branch_id = self._categories[category], self._branches[branch]
        today = standing(self._transaction, group.rules_version).calendars[branch_id].local_day(self._now)
        return Record(
            name="",
            category_id=group.id,
            branch_id=branch_id,
            language="zh",
            phone="",
            email="",
            note="",
            status=PatronStatus.ACTIVE,
            expires_on=months_after(today, group.months),
        )

    def _against(self, cells: dict[str, str], known: _Known | None) -> list[Reason]:
        number = cells.get("number", "")
        if not number:
            return [Reason("import.cell_needed", {"column": "number"})]
        reasons = []
        if not all(map(storable, cells.values())):
            reasons.append(Reason("code.unreadable"))
        if known is None:
            reasons += self._against_new(cells, number)
        reasons += _unknown("category", "patron.unknown_category", cells, self._categories)
        if (branch := cells.get("branch", "")) and branch not in self._branches:
            reasons.append(Reason("place.unknown", {"code": branch, "known": ", ".join(self._branches)}))
        if (language := cells.get("language", "zh")) not in LANGUAGES:
            told = {"language": language, "known": ", ".join(LANGUAGES)}
            reasons.append(Reason("patron.unknown_language", dict(told)))
        return reasons + _against_cells(cells)

    def _against_new(self, cells: dict[str, str], number: str) -> list[Reason]:
        reasons = []
        if CodeKind.PATRON not in self._patterns.kinds(number) or self._patterns.fault(number) is not None:
            reasons.append(Reason("patron.bad_number", {"number": number, "pattern": self._patterns.patron}))
        needed = ("name", "category") if self._usual else ("name", "category", "branch")
        reasons += [Reason("import.cell_needed", {"column": column}) for column in needed if column not in cells]
        phone, email = cells.get("phone", ""), cells.get("email", "")
        for other in self._namesakes.get(" ".join(cells.get("name", "").split()), ()):
            if same_phone(other.phone, phone) or same_email(other.email, email):
                reasons.append(Reason("patron.maybe_duplicate"))
                break
        return reasons


def _unknown(column: str, code: str, cells: dict[str, str], known: dict[str, _Category]) -> list[Reason]:
    word = cells.get(column, "")
    return [Reason(code, {column: word, "known": ", ".join(known) or "—"})] if word and word not in known else []


def _against_cells(cells: dict[str, str]) -> list[Reason]:
    reasons = []
    if cells.get("phone") and not usable_phone(cells["phone"]):
        reasons.append(Reason("patron.bad_phone", {"phone": cells["phone"]}))
    if cells.get("email") and not usable_email(cells["email"]):
        reasons.append(Reason("patron.bad_email", {"email": cells["email"]}))
    readers: dict[str, Callable[[str], object]] = {"expires": date.fromisoformat, "status": _status}
    for column, read in readers.items():
        try:
            read(cells[column]) if column in cells else None
        except ValueError:
            reasons.append(Reason("import.cell_wrong", {"column": column, "text": cells[column]}))
    return reasons


def _status(text: str) -> PatronStatus:
    if text not in (PatronStatus.ACTIVE, PatronStatus.BLOCKED):
        raise ValueError(text)
    return PatronStatus(text)


_IDS = Statement(select(PATRON.c.number, PATRON.c.id).where(among_codes(PATRON.c.number, "numbers")), _Coded)


def ids_of(transaction: Transaction, numbers: Sequence[str]) -> dict[str, int]:
    """The row numbers of patrons by the numbers on their cards."""
    return {row.code: row.id for row in transaction.all(_IDS, numbers=list(numbers))} if numbers else {}


class OutgoingPatron(msgspec.Struct, frozen=True):
    """A patron in codes, as a row of a table."""

    id: int
    number: str
    name: str
    category: str
    branch: str
    expires: date
    status: str
    note: str
    language: str
    phone: str
    email: str


PAGE = 1000
_OUTGOING = Statement(
    select(
        PATRON.c.id,
        PATRON.c.number,
        PATRON.c.name,
        CATEGORY.c.code,
        BRANCH.c.code,
        PATRON.c.expires_on,
        PATRON.c.status,
        PATRON.c.note,
        PATRON.c.language,
        PATRON.c.phone,
        PATRON.c.email,
    )
    .select_from(
        PATRON.join(CATEGORY, CATEGORY.c.id == PATRON.c.category_id).join(BRANCH, BRANCH.c.id == PATRON.c.branch_id)
    )
    .where(PATRON.c.id > bindparam("after"), PATRON.c.merged_into_id.is_(None))
    .order_by(PATRON.c.id)
    .limit(PAGE),
    OutgoingPatron,
)


def outgoing(transaction: Transaction, after: int) -> list[OutgoingPatron]:
    """Some hundreds of patrons behind a row number; those who were merged into others are left out."""
    return transaction.all(_OUTGOING, after=after)
