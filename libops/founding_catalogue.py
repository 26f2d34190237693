"""Founding the catalogue: titles as records or as a table, their copies as a table, the stacks they stand in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from importlib.resources.abc import Traversable

import msgspec

from db.catalogue import ItemStatus
from db.database import Transaction
from db.places import Scheme
from libops.bad_files import BadFile
from libops.catalogue.about import names_of
from libops.catalogue.description import Description
from libops.catalogue.importing.incoming import Incoming, read_stream
from libops.catalogue.importing.records import keep_records
from libops.catalogue.importing.runs import note_whole
from libops.catalogue.importing.settings import settings_for
from libops.catalogue.marc.detect import HEAD, detect
from libops.catalogue.numbering import is_number
from libops.catalogue.places import Places, read_places
from libops.catalogue.search.indexing import index_titles
from libops.catalogue.stacks.bays import read_bays
from libops.catalogue.stacks.plan import read_plan
from libops.catalogue.stacks.standing import write_stack
from libops.catalogue.writing import NewCopy, NewTitle, write_copies, write_titles
from libops.codes import CodeKind, CodePatterns
from libops.founding_faults import blamed, misfit
from libops.i18n import mark
from libops.refusals import MESSAGES, Refusal
from libops.rows import Row, minor_units, read_rows

_RECORD_FILES = (".mrc", ".xml")


class FoundedCatalogue(msgspec.Struct, frozen=True):
    """How many titles and copies a new library has."""

    titles: int
    items: int


def found_catalogue(
    transaction: Transaction, folder: Traversable, patterns: CodePatterns, currency: str, now: datetime
) -> FoundedCatalogue:
    """Write the titles and copies of a library's folder. Raises ``BadFile`` at the first that cannot be used."""
    return _Catalogue(transaction, folder, patterns, currency, now).found()


class _Catalogue:
    def __init__(
        self, transaction: Transaction, folder: Traversable, patterns: CodePatterns, currency: str, now: datetime
    ) -> None:
        self._transaction = transaction
        self._folder = folder
        self._patterns = patterns
        self._currency = currency
        self._now = now
        self._titles: dict[str, int] = {}

    def found(self) -> FoundedCatalogue:
        files = sorted(file.name for file in self._folder.iterdir() if file.name.endswith(_RECORD_FILES))
        for file in files:
            self._records(file)
        if not files or self._folder.joinpath("titles.csv").is_file():
            self._table()
        places = read_places(self._transaction)
        items = self._copies(places)
        self._stacks(places)
        index_titles(self._transaction, self._titles.values(), new=True)
        return FoundedCatalogue(len(self._titles), items)

    def _records(self, file: str) -> None:
        content = self._folder.joinpath(file).read_bytes()
        try:
            settings = settings_for(detect(content[:HEAD], file))
        except Refusal as refusal:
            raise BadFile(file, 0, MESSAGES[refusal.reasons[0].code][0]) from None
        records = list(read_stream(io.BytesIO(content), settings))
        titles = [self._title(file, record) for record in records]
        ids = self._write(file, titles)
        run_id = note_whole(
            self._transaction,
            file=file,
            content=content,
            settings=msgspec.to_builtins(settings),
            titles=len(ids),
            actor="founding",
            now=self._now,
        )
        keep_records(self._transaction, list(zip(ids, records, strict=True)), settings, self._now, run_id)

    def _title(self, file: str, record: Incoming) -> NewTitle:
        for reason in record.reasons:
            raise BadFile(file, record.place, MESSAGES[reason.code][0], **reason.facts)
        if record.about is None or not is_number(record.control_number):
            raise BadFile(file, record.place, mark("the record has no control number (001) of up to 40 characters"))
        return NewTitle(record.control_number, record.about)

    def _table(self) -> None:
        rows = list(read_rows(self._folder, "titles.csv"))
        self._write("titles.csv", [NewTitle(row.needed("number"), _described(row)) for row in rows])

    def _write(self, file: str, titles: Sequence[NewTitle]) -> list[int]:
        for place, title in enumerate(titles, start=1):
            if title.number in self._titles:
                # The header is the first row of a table.
                row = place + 1 if file.endswith(".csv") else place
                raise BadFile(file, row, mark("{column}: {code} stands twice"), column="number", code=title.number)
            self._titles[title.number] = 0
        with blamed(file):
            ids = write_titles(self._transaction, titles)
        self._titles |= {title.number: key for title, key in zip(titles, ids, strict=True)}
        return ids

    def _stacks(self, places: Places) -> None:
        """Stacks that the folder has: one for each branch, in a folder of its code."""
        for code, branch_id in places.branches.items():
            stack = self._folder.joinpath("stacks").joinpath(code)
            if stack.is_dir():
                write_stack(self._transaction, branch_id, read_plan(stack), read_bays(stack), self._now)

    def _copies(self, places: Places) -> int:
        copies: dict[str, NewCopy] = {}
        for row in read_rows(self._folder, "items.csv"):
            copy = self._copy(row, places)
            if copy.barcode in copies:
                raise row.bad(mark("{column}: {code} stands twice"), column="barcode", code=copy.barcode)
            copies[copy.barcode] = copy
        with blamed("items.csv"):
            write_copies(self._transaction, list(copies.values()))
        return len(copies)

    def _copy(self, row: Row, places: Places) -> NewCopy:
        barcode = row.needed("barcode")
        fault = self._patterns.fault(barcode)
        if fault is not None or CodeKind.ITEM not in self._patterns.kinds(barcode):
            raise row.bad(misfit(fault), column="barcode", code=barcode)
        known = {code: place.id for code, place in places.locations.items()}
        location_id = row.maybe_link("location", known)
        return NewCopy(
            barcode=barcode,
            title_id=row.link("title", self._titles),
            item_type_id=row.link("item_type", places.item_types),
            branch_id=row.link("branch", places.branches),
            location_id=location_id,
            scheme=Scheme.CLC if location_id is None else places.locations[row.text("location")].scheme,
            call_number=row.text("call_number"),
            price=row.maybe("price", lambda text: minor_units(text, self._currency)),
            status=row.read("status", ItemStatus),
            added_at=self._now,
        )


def _described(row: Row) -> Description:
    isbn, language = row.text("isbn"), row.needed("language")
    return Description(
        title=row.needed("title"),
        title_alt=row.text("title_alt"),
        names=names_of(row.text("author"), row.text("author_alt")),
        publisher=row.text("publisher"),
        year=row.maybe("year", int),
        isbns=(isbn,) if isbn else (),
        languages=(language,),
        clc=row.text("clc"),
        dewey=row.text("dewey"),
    )
