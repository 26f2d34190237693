"""The types of items, for whoever has to choose or name one."""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from db.statement import Statement
from db.tables import ITEM_TYPE
from libops.work import Look


class ItemTypeView(msgspec.Struct, frozen=True):
    """A type of items: its code and names."""

    code: str
    name_zh: str
    name_en: str


_ALL = Statement(
    select(ITEM_TYPE.c.code, ITEM_TYPE.c.name_zh, ITEM_TYPE.c.name_en).order_by(ITEM_TYPE.c.id), ItemTypeView
)


def list_item_types(look: Look) -> list[ItemTypeView]:
    """All of them, in the order in which the library made them."""
    return look.transaction.all(_ALL)
