"""The loan rules' tables, read and written row by row with the codes of whom each row is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from sqlalchemy import Table, bindparam, delete, insert, select, update

from db.database import Transaction
from db.statement import Statement
from db.tables import BLOCK_RULE, BRANCH, CATEGORY, ITEM_TYPE, LIBRARY, POLICY
from libops.circulation.policy_rows import SCOPE, BlockRow, PolicyRow, Scope
from libops.circulation.rules import Terms

R = TypeVar("R")
Row = tuple[int, R]
"""A row with its id."""
Codes = Mapping[str, Mapping[str, int]]
"""The codes there are of branches, categories and item types, with their ids."""

_SAID = (*SCOPE, *Terms.__struct_fields__)
_SAID_OF_BLOCK = BlockRow.__struct_fields__


def _policy(row_id: int, *cells: object) -> Row[PolicyRow]:
    # SQLite keeps yes and no as numbers, and both engines the words of an enumeration as texts.
    return row_id, msgspec.convert(dict(zip(_SAID, cells, strict=True)), PolicyRow, strict=False)


def _block(row_id: int, *cells: object) -> Row[BlockRow]:
    return row_id, msgspec.convert(dict(zip(_SAID_OF_BLOCK, cells, strict=True)), BlockRow, strict=False)


_POLICIES = Statement(
    select(
        POLICY.c.id,
        BRANCH.c.code,
        CATEGORY.c.code,
        ITEM_TYPE.c.code,
        *(POLICY.c[name] for name in Terms.__struct_fields__),
    )
    .select_from(
        POLICY.outerjoin(BRANCH, BRANCH.c.id == POLICY.c.branch_id)
        .outerjoin(CATEGORY, CATEGORY.c.id == POLICY.c.category_id)
        .outerjoin(ITEM_TYPE, ITEM_TYPE.c.id == POLICY.c.item_type_id)
    )
    .order_by(POLICY.c.id),
    _policy,
)
_BLOCKS = Statement(
    select(
        BLOCK_RULE.c.id,
        *(CATEGORY.c.code if name == "category" else BLOCK_RULE.c[name] for name in _SAID_OF_BLOCK),
    )
    .select_from(BLOCK_RULE.outerjoin(CATEGORY, CATEGORY.c.id == BLOCK_RULE.c.category_id))
    .order_by(BLOCK_RULE.c.id),
    _block,
)
_CURRENCY = Statement(select(LIBRARY.c.currency), str)


class _Code(msgspec.Struct, frozen=True):
    code: str
    id: int


_CODES = {
    name: Statement(select(table.c.code, table.c.id).order_by(table.c.id), _Code)
    for name, table in (("branch", BRANCH), ("category", CATEGORY), ("item_type", ITEM_TYPE))
}


def _add(table: Table) -> Statement[None]:
    columns = [column for column in table.columns if column.name != "id"]
    values = {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in columns}
    return Statement(insert(table).values(values).inline(), lambda: None)


def _change(table: Table) -> Statement[None]:
    said = [column for column in table.columns if column.name != "id" and not column.name.endswith("_id")]
    values = {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in said}
    return Statement(update(table).values(values).where(table.c.id == bindparam("row_id")), lambda: None)


def _remove(table: Table) -> Statement[None]:
    return Statement(delete(table).where(table.c.id == bindparam("row_id")), lambda: None)


_WRITING = {table: (_add(table), _change(table), _remove(table)) for table in (POLICY, BLOCK_RULE)}


def policies(transaction: Transaction) -> dict[Scope, Row[PolicyRow]]:
    """The rows of the matrix, by whom they are for."""
    return {row[1].scope: row for row in transaction.all(_POLICIES)}


def blocks(transaction: Transaction) -> dict[Scope, Row[BlockRow]]:
    """The block rules, by whom and what they are for."""
    return {row[1].scope: row for row in transaction.all(_BLOCKS)}


def currency(transaction: Transaction) -> str:
    """The currency of the library's amounts."""
    return transaction.one(_CURRENCY)


def codes(transaction: Transaction) -> Codes:
    """The codes that the scopes of rows may name."""
    return {name: {row.code: row.id for row in transaction.all(statement)} for name, statement in _CODES.items()}


def write_policy(transaction: Transaction, row_id: int | None, row: PolicyRow | None, codes: Codes) -> None:
    """Add a row of the matrix (no id), change it, or remove it (no row)."""
    _write(transaction, POLICY, row_id, row, codes)


def write_block(transaction: Transaction, row_id: int | None, row: BlockRow | None, codes: Codes) -> None:
    """Add a block rule (no id), change it, or remove it (no row)."""
    _write(transaction, BLOCK_RULE, row_id, row, codes)


def _write(
    transaction: Transaction, table: Table, row_id: int | None, row: PolicyRow | BlockRow | None, codes: Codes
) -> None:
    add, change, remove = _WRITING[table]
    said = {} if row is None else msgspec.structs.asdict(row)
    new = {f"new_{name}": value for name, value in said.items() if name not in SCOPE}
    if row is None:
        transaction.run(remove, row_id=row_id)
    elif row_id is not None:
        transaction.run(change, row_id=row_id, **new)
    else:
        named = {name: said[name] for name in SCOPE if name in said}
        ids = {f"new_{name}_id": None if code is None else codes[name][code] for name, code in named.items()}
        transaction.run(add, **new, **ids)
