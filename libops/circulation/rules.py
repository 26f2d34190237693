"""Loan policy and calendars as one value, kept by each process until the library's rules version moves on."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Engine, select

from db.circulation import RenewFrom
from db.database import Transaction
from db.statement import Statement
from db.tables import BRANCH, DATED_HOURS, OPENING_HOURS, POLICY
from libops.circulation.calendars import Calendar
from libops.refusals import refuse


class Policy(msgspec.Struct, frozen=True):
    """One row of the matrix. None for branch, category or type means any."""

    branch_id: int | None
    category_id: int | None
    item_type_id: int | None
    lendable: bool
    loan_days: int
    renewals: int
    renew_from: RenewFrom
    type_limit: int | None


class Rules:
    """What decides loans: the policy matrix and each branch's calendar."""

    def __init__(self, version: int, policies: list[Policy], calendars: dict[int, Calendar]) -> None:
        self.version = version
        self.calendars = calendars
        self._rows = {(row.branch_id, row.category_id, row.item_type_id): row for row in policies}

    def fit(self, branch_id: int, category_id: int, item_type_id: int) -> Policy:
        """The most specific row: a branch outweighs a category, a category outweighs an item type.

        Refuses with ``policy.no_fallback`` where the row that fits everything is missing.
        """
        for branch in (branch_id, None):
            for category in (category_id, None):
                for item_type in (item_type_id, None):
                    row = self._rows.get((branch, category, item_type))
                    if row is not None:
                        return row
        raise refuse("policy.no_fallback")


class _Branch(msgspec.Struct, frozen=True):
    id: int
    zone: str


class _Weekday(msgspec.Struct, frozen=True):
    branch_id: int
    weekday: int


class _Dated(msgspec.Struct, frozen=True):
    branch_id: int
    day: date
    opens: str | None


def _policy(
    branch_id: int | None,
    category_id: int | None,
    item_type_id: int | None,
    lendable: bool,
    loan_days: int,
    renewals: int,
    renew_from: str,
    type_limit: int | None,
) -> Policy:
    return Policy(
        branch_id, category_id, item_type_id, bool(lendable), loan_days, renewals, RenewFrom(renew_from), type_limit
    )


_POLICIES = Statement(
    select(
        POLICY.c.branch_id,
        POLICY.c.category_id,
        POLICY.c.item_type_id,
        POLICY.c.lendable,
        POLICY.c.loan_days,
        POLICY.c.renewals,
        POLICY.c.renew_from,
        POLICY.c.type_limit,
    ),
    _policy,
)
_BRANCHES = Statement(select(BRANCH.c.id, BRANCH.c.zone), _Branch)
_WEEKDAYS = Statement(select(OPENING_HOURS.c.branch_id, OPENING_HOURS.c.weekday), _Weekday)
_DATED = Statement(select(DATED_HOURS.c.branch_id, DATED_HOURS.c.day, DATED_HOURS.c.opens), _Dated)


# What each database in use was last found to say; a rule's change moves the version that comes with an act's facts.
_KEPT: WeakKeyDictionary[Engine, Rules] = WeakKeyDictionary()


def standing(transaction: Transaction, version: int) -> Rules:
    """The rules at this version, read only when this process does not hold them yet."""
    engine = transaction.connection.engine
    kept = _KEPT.get(engine)
    if kept is None or kept.version != version:
        kept = _KEPT[engine] = load(transaction, version)
    return kept


def load(transaction: Transaction, version: int) -> Rules:
    """Read the rules that stand in the database at this version."""
    weekdays: dict[int, set[int]] = defaultdict(set)
    for row in transaction.all(_WEEKDAYS):
        weekdays[row.branch_id].add(row.weekday)
    dated: dict[int, dict[date, bool]] = defaultdict(dict)
    for day in transaction.all(_DATED):
        dated[day.branch_id][day.day] = day.opens is not None
    calendars = {
        branch.id: Calendar(branch.zone, frozenset(weekdays[branch.id]), dated[branch.id])
        for branch in transaction.all(_BRANCHES)
    }
    return Rules(version, transaction.all(_POLICIES), calendars)
