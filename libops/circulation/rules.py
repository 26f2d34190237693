"""Loan policy, blocks and calendars as one value, kept by each process until the library's rules version moves on."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from enum import StrEnum
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Engine, select, update

from db.database import Transaction
from db.rules import BlockKind, ClosedDue, FineUnit, PeriodKind, RenewFrom
from db.statement import Statement
from db.tables import BLOCK_RULE, BRANCH, DATED_HOURS, LIBRARY, OPENING_HOURS, POLICY
from libops.circulation.calendars import Calendar, Hours, read_hours
from libops.refusals import Name, refuse


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What one row of the matrix says, whomever it is for; ``db.rules.LoanPolicy`` says what each field means."""

    lendable: bool
    period: int
    renewals: int
    renew_from: RenewFrom
    type_limit: int | None = None
    period_kind: PeriodKind = PeriodKind.DAYS
    fixed_on: date | None = None
    closed_due: ClosedDue = ClosedDue.FORWARD
    renew_before: int | None = None
    grace: int = 0
    grace_open: bool = True
    fine_unit: FineUnit = FineUnit.DAY
    fine_every: int = 1
    fine_amount: int = 0
    fine_cap: int | None = None
    fine_open: bool = True
    fine_grace: bool = False
    holdable: bool = True
    shelf_days: int = 7
    recall_minimum: int | None = None
    recall_days: int = 7
    lost_after: int | None = None
    lost_fee: int | None = None
    processing_fee: int = 0
    refund_days: int | None = None


class Policy(Terms, frozen=True, kw_only=True):
    """One row of the matrix. None for a branch, a category or an item type means any."""

    id: int
    branch_id: int | None
    category_id: int | None
    item_type_id: int | None


class Stops(StrEnum):
    """What a block may stop."""

    LENDING = "lending"
    RENEWING = "renewing"
    HOLDS = "holds"


class Block(msgspec.Struct, frozen=True):
    """From when a kind of block stands (overdue loans, or minor units owed), and what it stops."""

    kind: BlockKind
    threshold: int | None
    stops: frozenset[Stops]


_ALL = frozenset(Stops)
_BUILT_IN = {kind: Block(kind, None, _ALL) for kind in (BlockKind.MANUAL, BlockKind.EXPIRED)}


class BranchName(msgspec.Struct, frozen=True):
    """What a branch is called."""

    code: str
    zh: str
    en: str

    @property
    def name(self) -> Name:
        """The name as a fact of a sentence."""
        return Name(self.zh, self.en)


class Rules:
    """What decides loans: the policy matrix, the blocks, and each branch's calendar."""

    def __init__(
        self,
        version: int,
        policies: list[Policy],
        calendars: dict[int, Calendar],
        blocks: dict[tuple[int | None, BlockKind], Block] | None = None,
        currency: str = "CNY",
        branches: dict[int, BranchName] | None = None,
    ) -> None:
        self.version = version
        self.currency = currency
        self.branches = branches or {}
        self.calendars = calendars
        self.policies = policies
        self._rows = {(row.branch_id, row.category_id, row.item_type_id): row for row in policies}
        self._blocks = blocks or {}

    def fitting(self, branch_id: int, category_id: int, item_type_id: int) -> list[Policy]:
        """Every row that fits, the most specific first: branch outweighs category, category outweighs item type."""
        scopes = (
            (branch, category, item_type)
            for branch in (branch_id, None)
            for category in (category_id, None)
            for item_type in (item_type_id, None)
        )
        return [self._rows[scope] for scope in scopes if scope in self._rows]

    def fit(self, branch_id: int, category_id: int, item_type_id: int) -> Policy:
        """The row that decides: the most specific that fits.

        Refuses with ``policy.no_fallback`` where the row that fits everything is missing.
        """
        for branch in (branch_id, None):
            for category in (category_id, None):
                for item_type in (item_type_id, None):
                    row = self._rows.get((branch, category, item_type))
                    if row is not None:
                        return row
        raise refuse("policy.no_fallback")

    def block(self, category_id: int, kind: BlockKind) -> Block | None:
        """The rule for a kind of block: the category's own, or the one for all; None where it never stands.

        Without any row, staff's own block and a card that ran out stop everything.
        """
        own = self._blocks.get((category_id, kind)) or self._blocks.get((None, kind))
        return own or _BUILT_IN.get(kind)


class _Branch(msgspec.Struct, frozen=True):
    id: int
    zone: str
    code: str
    name_zh: str
    name_en: str


class _Weekday(msgspec.Struct, frozen=True):
    branch_id: int
    weekday: int
    opens: str
    closes: str


class _Dated(msgspec.Struct, frozen=True):
    branch_id: int
    day: date
    opens: str | None
    closes: str | None


class _BlockRow(msgspec.Struct, frozen=True):
    category_id: int | None
    kind: str
    threshold: int | None
    stops_lending: bool
    stops_renewing: bool
    stops_holds: bool


def _policy(*cells: object) -> Policy:
    # SQLite keeps yes and no as numbers, and both engines the words of an enumeration as texts.
    return msgspec.convert(dict(zip(Policy.__struct_fields__, cells, strict=True)), Policy, strict=False)


_POLICIES = Statement(select(*(POLICY.c[name] for name in Policy.__struct_fields__)).order_by(POLICY.c.id), _policy)
_BLOCKS = Statement(select(*(BLOCK_RULE.c[name] for name in _BlockRow.__struct_fields__)), _BlockRow)
_CURRENCY = Statement(select(LIBRARY.c.currency), str)
_BRANCHES = Statement(select(*(BRANCH.c[name] for name in _Branch.__struct_fields__)), _Branch)
_WEEKDAYS = Statement(
    select(OPENING_HOURS.c.branch_id, OPENING_HOURS.c.weekday, OPENING_HOURS.c.opens, OPENING_HOURS.c.closes), _Weekday
)
_DATED = Statement(
    select(DATED_HOURS.c.branch_id, DATED_HOURS.c.day, DATED_HOURS.c.opens, DATED_HOURS.c.closes), _Dated
)


_MOVE = Statement(
    update(LIBRARY).values(rules_version=LIBRARY.c.rules_version + 1).returning(LIBRARY.c.rules_version), int
)

# What each database in use was last found to say; a rule's change moves the version that comes with an act's facts.
_KEPT: WeakKeyDictionary[Engine, Rules] = WeakKeyDictionary()


def standing(transaction: Transaction, version: int) -> Rules:
    """The rules at this version, read only when this process does not hold them yet."""
    engine = transaction.connection.engine
    kept = _KEPT.get(engine)
    if kept is None or kept.version != version:
        kept = _KEPT[engine] = load(transaction, version)
    return kept


def move_version(transaction: Transaction) -> int:
    """Tell every process that rules change with this transaction; the new version. Other changes wait for its end.

    The act that changes them reads them by ``load``: what it undoes must not be kept.
    """
    return transaction.one(_MOVE)


def load(transaction: Transaction, version: int) -> Rules:
    """Read the rules that stand in the database at this version."""
    week: dict[int, dict[int, Hours]] = defaultdict(dict)
    for row in transaction.all(_WEEKDAYS):
        week[row.branch_id][row.weekday] = read_hours(row.opens, row.closes)
    dated: dict[int, dict[date, Hours | None]] = defaultdict(dict)
    for day in transaction.all(_DATED):
        open_that_day = day.opens is not None and day.closes is not None
        hours = read_hours(day.opens or "", day.closes or "") if open_that_day else None
        dated[day.branch_id][day.day] = hours
    branches = transaction.all(_BRANCHES)
    calendars = {branch.id: Calendar(branch.zone, week[branch.id], dated[branch.id]) for branch in branches}
    names = {branch.id: BranchName(branch.code, branch.name_zh, branch.name_en) for branch in branches}
    blocks = {(row.category_id, BlockKind(row.kind)): _block(row) for row in transaction.all(_BLOCKS)}
    currency = transaction.one(_CURRENCY)
    return Rules(version, transaction.all(_POLICIES), calendars, blocks, currency, names)


def _block(row: _BlockRow) -> Block:
    pairs = (
        (Stops.LENDING, row.stops_lending),
        (Stops.RENEWING, row.stops_renewing),
        (Stops.HOLDS, row.stops_holds),
    )
    return Block(BlockKind(row.kind), row.threshold, frozenset(stop for stop, stops in pairs if stops))
