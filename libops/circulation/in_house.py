"""How often a copy was read in the house and never lent, as its own events tell."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from db.statement import Statement
from db.tables import EVENT
from libops.circulation.past_acts import UNDONE
from libops.journal import is_kind
from libops.work import Look

USED = "item.used_in_house"


class _Told(msgspec.Struct, frozen=True):
    act: str
    kind: str
    at: datetime
    data: dict[str, object]


# The journal's index of items leads to the few events of one copy, however long the journal is.
_OF_ITEM = Statement(
    select(*(EVENT.c[name] for name in _Told.__struct_fields__))
    .where(
        EVENT.c.item_id == bindparam("item_id"),
        is_kind(USED, UNDONE),
    )
    .order_by(EVENT.c.id),
    _Told,
)


def uses_of(look: Look, item_id: int) -> list[datetime]:
    """When a copy was used in the house, the earliest first; what was undone does not count."""
    told = look.transaction.all(_OF_ITEM, item_id=item_id)
    undone = {event.data.get("undone") for event in told if event.kind == UNDONE}
    return [event.at for event in told if event.kind == USED and event.act not in undone]
