"""Changing the loan rules: one row of the matrix or one block rule, or all of them at once from a file.

Whoever changes rules moves the library's rules version first; its row then keeps other changes away until the commit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from db.database import Transaction
from db.rules import BlockKind as BlockKind
from libops.circulation import policy_tables
from libops.circulation.policy_rows import (
    BLOCK_COLUMNS,
    POLICY_COLUMNS,
    SCOPE,
    BlockRow,
    PolicyRow,
    RuleSet,
    Scope,
    Value,
    faults_of,
    read_row,
    written,
)
from libops.circulation.policy_tables import Codes, Row
from libops.circulation.rules import move_version
from libops.journal import Datum
from libops.permissions import Permission
from libops.refusals import Reason, Refusal, refuse
from libops.work import Answer, Look, Work, act

R = TypeVar("R", PolicyRow, BlockRow)


class PolicyAnswer(Answer, frozen=True, kw_only=True):
    """What a row of the matrix says now, and what it said before; None where there is or was none."""

    row: PolicyRow | None
    was: PolicyRow | None


class BlockAnswer(Answer, frozen=True, kw_only=True):
    """What a block rule says now, and what it said before; None where there is or was none."""

    row: BlockRow | None
    was: BlockRow | None


class PolicyChange(msgspec.Struct, frozen=True):
    """A row of the matrix before and after; None where it is added or removed."""

    was: PolicyRow | None
    row: PolicyRow | None


class BlockChange(msgspec.Struct, frozen=True):
    """A block rule before and after; None where it is added or removed."""

    was: BlockRow | None
    row: BlockRow | None


class Changes(Answer, frozen=True, kw_only=True):
    """Everything that another set of rules changes, by scope."""

    policies: list[PolicyChange]
    blocks: list[BlockChange]


def show_rules(look: Look) -> RuleSet:
    """All rows of the matrix and all block rules, by the codes of their scopes."""
    policies = policy_tables.policies(look.transaction)
    blocks = policy_tables.blocks(look.transaction)
    return RuleSet(policies=[row for _, row in policies.values()], blocks=[row for _, row in blocks.values()])


def show_policy(
    look: Look, *, branch: str | None = None, category: str | None = None, item_type: str | None = None
) -> PolicyRow:
    """The row for just this branch, category and item type. Refuses with ``policy.no_row``."""
    found = policy_tables.policies(look.transaction).get((branch, category, item_type))
    if found is None:
        raise refuse("policy.no_row")
    return found[1]


def show_block(look: Look, *, category: str | None = None, kind: BlockKind) -> BlockRow:
    """The block rule of this kind for just this category. Refuses with ``block.no_row``."""
    found = policy_tables.blocks(look.transaction).get((category, kind))
    if found is None:
        raise refuse("block.no_row")
    return found[1]


def codes_and_currency(look: Look) -> tuple[Codes, str]:
    """The codes that a row's scope may name, and the currency of its amounts."""
    return policy_tables.codes(look.transaction), policy_tables.currency(look.transaction)


def preview(look: Look, rules: RuleSet) -> Changes:
    """What putting these rules in the place of those that stand would change.

    Refusals: ``rule.*``, ``policy.*``, ``block.*``.
    """
    return _compare(look.transaction, rules)


@act("policies.set", PolicyAnswer)
def set_policy(
    work: Work,
    *,
    branch: str | None = None,
    category: str | None = None,
    item_type: str | None = None,
    changes: dict[str, str],
) -> PolicyAnswer:
    """Change the row for just this branch, category and item type (None: any), or add it.

    ``changes`` are cells by their columns, as files have them; an empty one goes back to its default. A new row takes
    what it does not say from the row that decided for its scope so far.
    Refusals: ``rule.*``, ``policy.*``, ``permission.missing``.
    """
    work.require(Permission.MANAGE_RULES)
    move_version(work.transaction)
    scope, rows = (branch, category, item_type), policy_tables.policies(work.transaction)
    was = rows.get(scope)
    base = was or next((rows[wider] for wider in _wider(scope) if wider in rows), None)
    names = dict(zip(SCOPE, scope, strict=True))
    kept = {} if base is None else _without(base[1], changes)
    row = _checked(work, PolicyRow, POLICY_COLUMNS, changes, {**kept, **names})
    _apply(work, [PolicyChange(None if was is None else was[1], row)], [])
    return PolicyAnswer(row=row, was=None if was is None else was[1])


@act("policies.remove", PolicyAnswer)
def remove_policy(
    work: Work, *, branch: str | None = None, category: str | None = None, item_type: str | None = None
) -> PolicyAnswer:
    """Remove the row for just this branch, category and item type; a more general one then decides.

    Refusals: ``policy.no_row``, ``policy.fallback_stays``, ``permission.missing``.
    """
    work.require(Permission.MANAGE_RULES)
    move_version(work.transaction)
    scope = (branch, category, item_type)
    was = policy_tables.policies(work.transaction).get(scope)
    if was is None:
        raise refuse("policy.no_row")
    if scope == (None, None, None):
        raise refuse("policy.fallback_stays")
    _apply(work, [PolicyChange(was[1], None)], [])
    return PolicyAnswer(row=None, was=was[1])


@act("policies.set_block", BlockAnswer)
def set_block(work: Work, *, category: str | None = None, kind: BlockKind, changes: dict[str, str]) -> BlockAnswer:
    """Change the block rule of this kind for just this category (None: all), or add it.

    ``changes`` are cells by their columns, as for ``set_policy``. Refusals: ``rule.*``, ``block.*``,
    ``permission.missing``.
    """
    work.require(Permission.MANAGE_RULES)
    move_version(work.transaction)
    rows = policy_tables.blocks(work.transaction)
    was = rows.get((category, kind))
    base = was or rows.get((None, kind))
    kept = {} if base is None else _without(base[1], changes)
    cells = {**changes, "kind": str(kind)}
    row = _checked(work, BlockRow, BLOCK_COLUMNS, cells, {**kept, "category": category})
    _apply(work, [], [BlockChange(None if was is None else was[1], row)])
    return BlockAnswer(row=row, was=None if was is None else was[1])


@act("policies.remove_block", BlockAnswer)
def remove_block(work: Work, *, category: str | None = None, kind: BlockKind) -> BlockAnswer:
    """Remove the block rule of this kind for just this category. Refusals: ``block.no_row``, ``permission.missing``."""
    work.require(Permission.MANAGE_RULES)
    move_version(work.transaction)
    was = policy_tables.blocks(work.transaction).get((category, kind))
    if was is None:
        raise refuse("block.no_row")
    _apply(work, [], [BlockChange(was[1], None)])
    return BlockAnswer(row=None, was=was[1])


@act("policies.replace", Changes)
def replace_all(work: Work, *, rules: RuleSet) -> Changes:
    """Put these rules in the place of all that stand; of the blocks only where the set says anything of them.

    Refusals: ``rule.*``, ``policy.*``, ``block.*`` (every fault of every row at once), ``permission.missing``.
    """
    work.require(Permission.MANAGE_RULES)
    move_version(work.transaction)
    changes = _compare(work.transaction, rules)
    work.record("rules.replaced", policies=len(changes.policies), blocks=len(changes.blocks))
    _apply(work, changes.policies, changes.blocks)
    return changes


def _wider(scope: Scope) -> Iterable[Scope]:
    """The scopes that hold this one, the most specific first."""
    return itertools.product(*(dict.fromkeys((code, None)) for code in scope))


def _without(row: PolicyRow | BlockRow, changes: Mapping[str, str]) -> dict[str, Value]:
    return {name: value for name, value in msgspec.structs.asdict(row).items() if name not in changes}


def _checked(
    work: Work, kind: type[R], columns: Sequence[str], cells: Mapping[str, str], rest: Mapping[str, Value]
) -> R:
    """A row from cells and what it says already. Refuses with every fault of it."""
    row, reasons = read_row(kind, cells, columns, policy_tables.currency(work.transaction), rest)
    if row is not None:
        reasons += _unknown([row], policy_tables.codes(work.transaction))
    if reasons or row is None:
        raise Refusal(reasons)
    return row


def _unknown(rows: Iterable[PolicyRow | BlockRow], codes: Codes) -> list[Reason]:
    """The codes of rows that name nothing."""
    named = {(name, getattr(row, name, None)) for row in rows for name in SCOPE}
    return [
        Reason("rule.unknown_code", {"column": name, "code": code, "known": ", ".join(codes[name])})
        for name, code in sorted((name, code) for name, code in named if code is not None and code not in codes[name])
    ]


def _compare(transaction: Transaction, rules: RuleSet) -> Changes:
    """What a set of rules changes. Refuses with every fault of it."""
    rows: list[PolicyRow | BlockRow] = [*rules.policies, *(rules.blocks or ())]
    faults = _unknown(rows, policy_tables.codes(transaction)) + [fault for row in rows for fault in faults_of(row)]
    policies, twice = _by_scope(rules.policies)
    blocks, too = _by_scope(rules.blocks or ())
    faults += twice + too
    if (None, None, None) not in policies:
        faults.append(Reason("policy.no_fallback"))
    if faults:
        raise Refusal(faults)
    return Changes(
        policies=[PolicyChange(*pair) for pair in _pairs(policy_tables.policies(transaction), policies)],
        blocks=[]
        if rules.blocks is None
        else [BlockChange(*pair) for pair in _pairs(policy_tables.blocks(transaction), blocks)],
    )


def _by_scope(rows: Iterable[R]) -> tuple[dict[Scope, R], list[Reason]]:
    found: dict[Scope, R] = {}
    faults = []
    for row in rows:
        if row.scope in found:
            faults.append(Reason("rule.twice", {"scope": " · ".join(part or "*" for part in row.scope)}))
        found[row.scope] = row
    return found, faults


def _pairs(stand: Mapping[Scope, Row[R]], wanted: Mapping[Scope, R]) -> list[tuple[R | None, R | None]]:
    """Each row that differs, before and after."""
    before: dict[Scope, R] = {scope: kept[1] for scope, kept in stand.items()}
    scopes = [*before, *(scope for scope in wanted if scope not in before)]
    pairs = [(before.get(scope), wanted.get(scope)) for scope in scopes]
    return [(was, row) for was, row in pairs if was != row]


def _apply(work: Work, policies: Sequence[PolicyChange], blocks: Sequence[BlockChange]) -> None:
    """Write rows that differ, and journal each."""
    tx = work.transaction
    codes, money = policy_tables.codes(tx), policy_tables.currency(tx)
    policies_stand, blocks_stand = policy_tables.policies(tx), policy_tables.blocks(tx)
    for change in policies:
        key = None if change.was is None else policies_stand[change.was.scope][0]
        policy_tables.write_policy(tx, key, change.row, codes)
        _record(work, "policy", change, money)
    for block in blocks:
        key = None if block.was is None else blocks_stand[block.was.scope][0]
        policy_tables.write_block(tx, key, block.row, codes)
        _record(work, "block", block, money)


def _record(work: Work, what: str, change: PolicyChange | BlockChange, currency: str) -> None:
    if change.was == change.row:
        work.record(f"{what}.confirmed")
        return
    before, after = (_cells(row, currency) for row in (change.was, change.row))
    work.record(f"{what}.changed", before=before, after=after)


def _cells(row: PolicyRow | BlockRow | None, currency: str) -> Datum:
    return None if row is None else dict(written(row, currency))
