"""Writing many patrons as rows at once; whoever does so says in the journal what was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, insert, update

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


_REWRITE = Statement[None](
    update(PATRON)
    .values({name: bindparam(f"new_{name}", type_=PATRON.c[name].type) for name in Record.__struct_fields__})
    .where(PATRON.c.id == bindparam("patron_id")),
    lambda: None,
)


def rewrite_patrons(transaction: Transaction, patrons: Sequence[tuple[int, Record]]) -> None:
    """Write what is known of patrons now, each by their row number."""
    rows = [
        {"patron_id": key, **{f"new_{name}": value for name, value in msgspec.structs.asdict(record).items()}}
        for key, record in patrons
    ]
    transaction.run_many(_REWRITE, rows)


def write_patrons(transaction: Transaction, patrons: Sequence[NewPatron]) -> None:
    """Write new patrons. Their numbers have to be free."""
    rows = [
        {"number": new.number, "registered_at": new.registered_at, **msgspec.structs.asdict(new.record)}
        for new in patrons
    ]
    transaction.run_many(_WRITE, rows)
