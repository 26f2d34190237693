"""What each category of patrons may have in total, how long its cards last, and its deposit: seen and changed.

They are read with every act's facts, so that a change counts from the next act on.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, insert, select, update

from db.statement import Statement
from db.tables import CATEGORY
from libops.circulation import policy_tables
from libops.circulation.policy_rows import CATEGORY_COLUMNS, CategoryRow, read_row, written
from libops.circulation.rules import move_version
from libops.journal import Datum
from libops.permissions import Permission
from libops.refusals import Reason, Refusal, refuse
from libops.work import Answer, Look, Work, act


class CategoryAnswer(Answer, frozen=True, kw_only=True):
    """What is said of a category now, and what was said before; None where it is new."""

    row: CategoryRow
    was: CategoryRow | None


_ROWS = select(*(CATEGORY.c[name] for name in CategoryRow.__struct_fields__))


def _row(*cells: object) -> CategoryRow:
    return msgspec.convert(dict(zip(CategoryRow.__struct_fields__, cells, strict=True)), CategoryRow)


_ALL = Statement(_ROWS.order_by(CATEGORY.c.id), _row)
_ONE = Statement(_ROWS.where(CATEGORY.c.code == bindparam("of_code")), _row)
_SAID = {name: bindparam(f"new_{name}", type_=CATEGORY.c[name].type) for name in CATEGORY_COLUMNS}
_CHANGE: Statement[None] = Statement(
    update(CATEGORY).values(_SAID).where(CATEGORY.c.code == bindparam("of_code")), lambda: None
)
_ADD: Statement[None] = Statement(
    insert(CATEGORY).values({**_SAID, "code": bindparam("of_code", type_=CATEGORY.c.code.type)}).inline(), lambda: None
)


def show_limits(look: Look) -> list[CategoryRow]:
    """All categories with what is said of them."""
    return look.transaction.all(_ALL)


def show_category(look: Look, *, category: str) -> CategoryRow:
    """One category. Refuses with ``rule.unknown_code``, naming those there are."""
    found = look.transaction.maybe(_ONE, of_code=category)
    if found is None:
        known = ", ".join(row.code for row in show_limits(look))
        raise refuse("rule.unknown_code", column="category", code=category or "—", known=known)
    return found


@act("limits.set_category", CategoryAnswer)
def set_category(work: Work, *, category: str, changes: dict[str, str]) -> CategoryAnswer:
    """Change what is said of a category, or add one: a new one needs both names and ``loans_limit``.

    ``changes`` are cells by their columns, as ``categories.csv`` has them. Refusals: ``rule.*``,
    ``permission.missing``.
    """
    work.require(Permission.MANAGE_RULES)
    move_version(work.transaction)
    if not category.strip():
        raise Refusal([Reason("rule.empty", {"column": "category"})])
    was = work.transaction.maybe(_ONE, of_code=category)
    money = policy_tables.currency(work.transaction)
    kept = {} if was is None else msgspec.structs.asdict(was)
    rest = {name: value for name, value in kept.items() if name not in changes} | {"code": category}
    row, faults = read_row(CategoryRow, changes, CATEGORY_COLUMNS, money, rest)
    if faults or row is None:
        raise Refusal(faults)
    said = {f"new_{name}": getattr(row, name) for name in CATEGORY_COLUMNS}
    work.transaction.run(_ADD if was is None else _CHANGE, of_code=category, **said)
    before, after = (None if one is None else _cells(one, money) for one in (was, row))
    work.record("category.changed", category=category, before=before, after=after)
    return CategoryAnswer(row=row, was=was)


def _cells(row: CategoryRow, currency: str) -> dict[str, Datum]:
    return dict(written(row, currency))
