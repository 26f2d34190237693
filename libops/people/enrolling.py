"""Writing many new patrons as rows at once; whoever does so says in the journal what was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, insert

from db.database import Transaction
from db.statement import Statement
from db.tables import PATRON
from libops.people.records import Record


class NewPatron(msgspec.Struct, frozen=True):
    """A patron to be written under the number of a card."""

    number: str
    registered_at: datetime
    record: Record


_COLUMNS = ("number", "registered_at", *Record.__struct_fields__)
_WRITE = Statement[None](
    insert(PATRON).values({name: bindparam(name, type_=PATRON.c[name].type) for name in _COLUMNS}), lambda: None
)


def write_patrons(transaction: Transaction, patrons: Sequence[NewPatron]) -> None:
    """Write new patrons. Their numbers have to be free."""
    rows = [
        {"number": new.number, "registered_at": new.registered_at, **msgspec.structs.asdict(new.record)}
        for new in patrons
    ]
    transaction.run_many(_WRITE, rows)
