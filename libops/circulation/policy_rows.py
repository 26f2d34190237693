"""Rows of the loan rules as people edit them: scopes by code, and cells that are read with a reason for each fault.

The same cells stand in files, behind the options of commands, and in forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from decimal import InvalidOperation
from enum import StrEnum
from typing import TypeVar

import msgspec

from db.rules import BlockKind, ClosedDue, FineUnit, PeriodKind, RenewFrom
from libops.circulation.rules import Terms
from libops.refusals import Fact, Reason
from libops.rows import in_units, minor_units, yes_no

Value = bool | int | date | str | None
Scope = tuple[str | None, ...]
"""The codes of whom a row is for, and of a block its kind; None means any."""
S = TypeVar("S", bound=msgspec.Struct)

SCOPE = ("branch", "category", "item_type")
POLICY_COLUMNS = (
    *SCOPE,
    "lendable",
    "period_kind",
    "period",
    "fixed_on",
    "closed_due",
    "renewals",
    "renew_from",
    "renew_before",
    "type_limit",
    "grace",
    "grace_open",
    "fine_unit",
    "fine_every",
    "fine_amount",
    "fine_cap",
    "fine_open",
    "fine_grace",
    "holdable",
    "shelf_days",
    "recall_minimum",
    "recall_days",
    "lost_after",
    "lost_fee",
    "processing_fee",
    "refund_days",
)
CATEGORY_COLUMNS = ("name_zh", "name_en", "loans_limit", "holds_limit", "months", "deposit")
BLOCK_COLUMNS = ("category", "kind", "threshold", "stops_lending", "stops_renewing", "stops_holds")

_WORDS: dict[str, type[StrEnum]] = {
    "period_kind": PeriodKind,
    "closed_due": ClosedDue,
    "renew_from": RenewFrom,
    "fine_unit": FineUnit,
    "kind": BlockKind,
}
_YES_NO = frozenset(
    {
        "lendable",
        "grace_open",
        "fine_open",
        "fine_grace",
        "holdable",
        "stops_lending",
        "stops_renewing",
        "stops_holds",
    }
)
_AMOUNTS = frozenset({"fine_amount", "fine_cap", "lost_fee", "processing_fee", "deposit"})
_TEXTS = frozenset({"name_zh", "name_en"})
_YEARS = 3650
_BOUNDS: dict[str, tuple[int, int]] = {
    "period": (0, _YEARS),
    "renewals": (0, 1000),
    "renew_before": (0, _YEARS),
    "type_limit": (0, 10_000),
    "grace": (0, _YEARS),
    "fine_every": (1, _YEARS),
    "shelf_days": (0, 365),
    "recall_minimum": (0, _YEARS),
    "recall_days": (0, _YEARS),
    "lost_after": (1, _YEARS),
    "refund_days": (0, _YEARS),
    "threshold": (1, 1_000_000_000),
    "loans_limit": (0, 10_000),
    "holds_limit": (0, 10_000),
    "months": (1, 1200),
    **dict.fromkeys(_AMOUNTS, (0, 1_000_000_000)),
}
_NUMBER = re.compile("-?[0-9]{1,12}")


class PolicyRow(Terms, frozen=True, kw_only=True):
    """A row of the matrix with the codes of whom it is for; None means any."""

    branch: str | None = None
    category: str | None = None
    item_type: str | None = None

    @property
    def scope(self) -> Scope:
        """Whom the row is for; no two rows are for the same."""
        return self.branch, self.category, self.item_type


class BlockRow(msgspec.Struct, frozen=True, kw_only=True):
    """From when a kind of block stands and what it stops, for a category by its code; None means all.

    ``threshold`` is overdue loans, or minor units owed; the other kinds have none.
    """

    category: str | None = None
    kind: BlockKind
    threshold: int | None = None
    stops_lending: bool = True
    stops_renewing: bool = True
    stops_holds: bool = True

    @property
    def scope(self) -> Scope:
        """Whom and what the row is for; no two rows are for the same."""
        return self.category, self.kind


class CategoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A category of patrons: its names, what they may have at one time, how many months a registration lasts, and the
    deposit in minor units that must be held before anything is lent.
    """

    code: str
    name_zh: str
    name_en: str
    loans_limit: int
    holds_limit: int = 10
    months: int = 12
    deposit: int = 0


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """All rows of the matrix and all block rules; ``blocks`` is None where a file says nothing of them."""

    policies: list[PolicyRow]
    blocks: list[BlockRow] | None = None


def read_row(
    kind: type[S], cells: Mapping[str, str], columns: Iterable[str], currency: str, rest: Mapping[str, Value]
) -> tuple[S | None, list[Reason]]:
    """A row of these cells and what is said of it already, and everything that is wrong with it.

    An empty cell means its column's default. Amounts have their currency's decimals. There is no row where a value is
    missing that has no default.
    """
    values, unread = _read_cells(cells, [column for column in columns if column not in SCOPE], currency)
    row, faults = _row(kind, {**rest, **values})
    if not unread:
        return row, faults
    # What two cells mean together is not told while one of them cannot be read.
    done = {fault.facts["column"] for fault in unread}
    return row, unread + [fault for fault in faults if "column" in fault.facts and fault.facts["column"] not in done]


def _read_cells(
    cells: Mapping[str, str], columns: Collection[str], currency: str
) -> tuple[dict[str, Value], list[Reason]]:
    values: dict[str, Value] = {}
    faults: list[Reason] = []
    for column, cell in cells.items():
        text = cell.strip()
        if column not in columns:
            faults.append(Reason("rule.no_column", {"column": column, "known": ", ".join(columns)}))
        elif text:
            reader, example = _reader(column, cells, currency)
            try:
                values[column] = reader(text)
            except (ValueError, InvalidOperation):
                faults.append(Reason("rule.unreadable", {"column": column, "text": repr(text), "known": example}))
    return values, faults


def _reader(column: str, cells: Mapping[str, str], currency: str) -> tuple[Callable[[str], Value], str]:
    """How a column is read, and what may stand in it."""
    if column in _WORDS:
        return _WORDS[column], ", ".join(_WORDS[column])
    if column in _YES_NO:
        return yes_no, "yes, no"
    if column in _TEXTS:
        return str, ""
    if column == "fixed_on":
        return date.fromisoformat, "2027-01-15"
    if column in _AMOUNTS or (column == "threshold" and cells.get("kind", "").strip() == BlockKind.OWES):
        return lambda text: minor_units(text, currency), in_units(1250, currency)
    least, most = _BOUNDS[column]
    return _whole, f"{least} … {most}"


def _whole(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _row(kind: type[S], values: Mapping[str, Value]) -> tuple[S | None, list[Reason]]:
    """A row of these values, the others by default, and what is wrong with it: something missing, or out of bounds.

    There is no row where a value is missing that has no default.
    """
    needed = [field.name for field in msgspec.structs.fields(kind) if field.required]
    missing = [Reason("rule.empty", {"column": name}) for name in needed if name not in values]
    if missing:
        return None, missing + _out_of_bounds(values)
    row = kind(**values)
    return row, faults_of(row)


def faults_of(row: msgspec.Struct) -> list[Reason]:
    """What is wrong with a row of the matrix or of the block rules."""
    faults = _out_of_bounds(msgspec.structs.asdict(row))
    if isinstance(row, Terms):
        if row.period_kind is PeriodKind.FIXED and row.fixed_on is None:
            faults.append(Reason("policy.fixed_needs_day"))
        if row.period_kind is PeriodKind.HOURS and row.period == 0:
            faults.append(Reason("policy.no_hours"))
    if isinstance(row, BlockRow):
        counted = row.kind in (BlockKind.OVERDUE, BlockKind.OWES)
        if counted != (row.threshold is not None):
            facts: dict[str, Fact] = {"kind": row.kind}
            faults.append(Reason("block.needs_threshold" if counted else "block.no_threshold", facts))
    return faults


def _out_of_bounds(values: Mapping[str, Value]) -> list[Reason]:
    numbers = ((name, values.get(name), *bounds) for name, bounds in _BOUNDS.items())
    return [
        Reason("rule.out_of_bounds", {"column": name, "number": value, "least": least, "most": most})
        for name, value, least, most in numbers
        if isinstance(value, int) and not least <= value <= most
    ]


_COLUMNS = {PolicyRow: POLICY_COLUMNS, BlockRow: BLOCK_COLUMNS, CategoryRow: CATEGORY_COLUMNS}


def written(row: PolicyRow | BlockRow | CategoryRow, currency: str) -> dict[str, str]:
    """A row as cells, by its columns, as ``read_row`` reads them."""
    columns = _COLUMNS[type(row)]
    owes = isinstance(row, BlockRow) and row.kind is BlockKind.OWES
    amounts = _AMOUNTS | {"threshold"} if owes else _AMOUNTS
    return {name: _text(getattr(row, name), currency if name in amounts else None) for name in columns}


def _text(value: Value, currency: str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and currency is not None:
        return in_units(value, currency)
    return str(value)
