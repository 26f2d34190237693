"""The categories of patrons, for whoever has to choose one."""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from db.statement import Statement
from db.tables import CATEGORY
from libops.work import Look


class CategoryView(msgspec.Struct, frozen=True):
    """A category: its code and names, how many loans it allows, and for how many months a card lasts."""

    code: str
    name_zh: str
    name_en: str
    loans_limit: int
    months: int


_ALL = Statement(
    select(CATEGORY.c.code, CATEGORY.c.name_zh, CATEGORY.c.name_en, CATEGORY.c.loans_limit, CATEGORY.c.months).order_by(
        CATEGORY.c.id
    ),
    CategoryView,
)


def list_categories(look: Look) -> list[CategoryView]:
    """All of them, in the order in which the library made them."""
    return look.transaction.all(_ALL)
