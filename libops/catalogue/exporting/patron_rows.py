"""Patrons as rows of a table that goes in again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from libops.catalogue.exporting.item_rows import ExportedRows
from libops.catalogue.importing.csv_rows import as_header, as_line
from libops.catalogue.importing.patron_taking import require_both
from libops.catalogue.marc.records import Encoding
from libops.people.rows import COLUMNS, outgoing
from libops.permissions import Permission
from libops.work import Look


def export_patrons(look: Look, stream: IO[bytes], encoding: Encoding) -> Iterator[ExportedRows]:
    """Write all patrons from one moment of the database; after some hundreds how many. Refuses ``permission.missing``.

    Those who were merged into others are left out: their numbers lead to somebody who is there.
    """
    require_both(look)
    look.require(Permission.SEE_PATRONS)
    stream.write(as_header(COLUMNS, encoding))
    rows = after = 0
    yield ExportedRows(0, 0, 0)
    while page := outgoing(look.transaction, after):
        for patron in page:
            stream.write(as_line([str(getattr(patron, column)) for column in COLUMNS], encoding))
        rows += len(page)
        after = page[-1].id
        yield ExportedRows(rows, rows, 0)
