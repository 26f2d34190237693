"""Items as rows of a table that goes in again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import msgspec

from libops.catalogue.exporting.copies import copies_of, status_word
from libops.catalogue.exporting.selection import Chosen, Selection
from libops.catalogue.importing.csv_rows import as_header, as_line
from libops.catalogue.importing.item_rows import COLUMNS
from libops.catalogue.marc.records import Encoding
from libops.money.amounts import currency_of
from libops.permissions import Permission
from libops.rows import in_units
from libops.work import Look

_WRITTEN = tuple(column for column in COLUMNS if column != "isbn")


class ExportedRows(msgspec.Struct, frozen=True):
    """How many rows were written so far; ``done`` of ``total`` tell how far it is."""

    rows: int
    done: int
    total: int


def export_items(look: Look, stream: IO[bytes], selection: Selection, encoding: Encoding) -> Iterator[ExportedRows]:
    """Write the copies of titles from one moment of the database; after some hundreds of titles how far it is.

    Refuses with ``permission.missing``, and with what is wrong with the selection.
    """
    look.require(Permission.MANAGE_CATALOGUE)
    chosen = Chosen(look, selection)
    currency = currency_of(look.transaction)
    total, done, rows = chosen.count(), 0, 0
    yield ExportedRows(0, 0, total)
    stream.write(as_header(_WRITTEN, encoding))
    for page in chosen.pages():
        keys = [title.id for title in page]
        copies = copies_of(look.transaction, keys, chosen.branch_id, chosen.location_id)
        for title in page:
            for copy in copies.get(title.id, ()):
                told = {name: str(getattr(copy, name, "") or "") for name in _WRITTEN}
                told |= {
                    "title": title.number,
                    "price": "" if copy.price is None else in_units(copy.price, currency),
                    "status": status_word(copy.status) or "available",
                }
                stream.write(as_line([told[column] for column in _WRITTEN], encoding))
                rows += 1
        done += len(page)
        yield ExportedRows(rows, done, total)
