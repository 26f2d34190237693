"""The records that titles were last written from, kept as they were read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert

from db.database import Transaction
from db.row_lists import among
from db.statement import Statement
from db.tables import TITLE_RECORD
from libops.catalogue.importing.incoming import Incoming
from libops.catalogue.importing.settings import TitleSettings

_RECORD_COLUMNS = (
    "title_id",
    "import_id",
    "source",
    "control_number",
    "format",
    "encoding",
    "place",
    "start",
    "digest",
    "record",
    "read_at",
)
_FORGET_RECORDS = Statement[None](delete(TITLE_RECORD).where(among(TITLE_RECORD.c.title_id, "title_ids")), lambda: None)
_KEEP_RECORD = Statement[None](
    insert(TITLE_RECORD).values({name: bindparam(name) for name in _RECORD_COLUMNS}), lambda: None
)


def forget_records(transaction: Transaction, title_ids: Sequence[int]) -> None:
    """Forget the records that titles were written from, because they are written from others now."""
    transaction.run(_FORGET_RECORDS, title_ids=title_ids)


def keep_records(
    transaction: Transaction,
    records: Sequence[tuple[int, Incoming]],
    settings: TitleSettings,
    now: datetime,
    run_id: int | None = None,
) -> None:
    """Keep the records of titles, each beside the title's row number, and from which run they came."""
    rows = [
        {
            "title_id": key,
            "import_id": run_id,
            "source": record.source,
            "control_number": record.control_number,
            "format": f"{settings.dialect}/{settings.format}",
            "encoding": settings.encoding,
            "place": record.place,
            "start": record.start,
            "digest": record.digest,
            "record": record.raw,
            "read_at": now,
        }
        for key, record in records
    ]
    transaction.run_many(_KEEP_RECORD, rows)
