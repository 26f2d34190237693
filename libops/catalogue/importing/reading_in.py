"""Reading a whole file in: batch after batch, with how far it is after each; a rehearsal writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from db.imports import ImportSubject
from libops.catalogue.importing import item_rows, runs
from libops.catalogue.importing.csv_rows import CsvRow
from libops.catalogue.importing.differences import Difference, difference
from libops.catalogue.importing.foreseeing import Foreseen
from libops.catalogue.importing.incoming import as_headed, read_incoming
from libops.catalogue.importing.item_taking import rehearse_items, require_sound_places, take_items
from libops.catalogue.importing.patron_taking import rehearse_patrons, require_both, take_patrons
from libops.catalogue.importing.planning import Step
from libops.catalogue.importing.runs import Run
from libops.catalogue.importing.settings import TitleSettings, require_sound
from libops.catalogue.importing.tables import TableSettings, rows_of
from libops.catalogue.importing.taking import Taken, rehearse, take_batch
from libops.catalogue.marc.reads import Place
from libops.catalogue.places import read_places
from libops.library import Library
from libops.people import rows as patron_rows
from libops.refusals import refuse
from libops.work import Actor, Look
from libops.work import Place as Workplace

T = TypeVar("T")


class Comes(Protocol):
    """A record or row of a file, which knows where to go on behind it."""

    @property
    def after(self) -> Place:
        """Where to go on behind it."""


Coming = TypeVar("Coming", bound=Comes)

BATCH = 500
"""Records of one transaction: enough to be quick, few enough to keep desks waiting for a blink only."""


class Reading(msgspec.Struct, frozen=True):
    """How far a file is: the run as it stands after a batch, and whether this is where it was gone on with."""

    run: Run
    resumed: bool = False


def read_in(
    library: Library, file: Path, settings: TitleSettings, *, actor: Actor, place: Workplace
) -> Generator[Reading, None, None]:
    """Read a file of records in; after each batch how far it is. What broke off is gone on with where it stood.

    Refuses with ``import.other_settings``, ``import.elsewhere`` (another program reads the same file in at this
    moment), ``import.no_records``, ``permission.missing``, and with what is wrong with the codes of the settings, or
    with the columns of a table.
    """
    with library.look(actor=actor, place=place) as look:
        require_sound(look, settings)
    settings = as_headed(file, settings)
    _require_any(read_incoming(file, settings))
    begun = _begun(library, file, ImportSubject.TITLES, settings, actor, place)
    yield begun
    at = begun.run.reached
    yield from carry_on(library, begun.run, read_incoming(file, settings, at), take_batch, settings, actor, place)


def _require_any(coming: Generator[Coming, None, None]) -> None:
    with closing(coming):
        if next(coming, None) is None:
            raise refuse("import.no_records")


def _begun(
    library: Library, file: Path, subject: ImportSubject, settings: msgspec.Struct, actor: Actor, place: Workplace
) -> Reading:
    printed, size = runs.fingerprint(file)
    with library.work(actor=actor, place=place) as work:
        begun = runs.begin(
            work,
            subject=subject,
            file=file.name,
            print_of_file=printed,
            size=size,
            # As a row gives them back.
            settings=msgspec.json.decode(msgspec.json.encode(settings)),
        )
    return Reading(begun.run, begun.resumed)


def carry_on(
    library: Library,
    run: Run,
    coming: Iterable[Coming],
    take: Callable[..., Taken],
    settings: msgspec.Struct,
    actor: Actor,
    place: Workplace,
) -> Iterator[Reading]:
    """Take in what still comes of a file, each batch by the act ``take``, to the end of the run."""
    at = run.reached
    batches = _in_batches(coming)
    # SQLite works in this very process: there, two threads would only get in each other's way.
    for batch in _read_ahead(batches) if library.database.is_postgres else batches:
        with library.work(actor=actor, place=place) as work:
            taken = take(work, run_id=run.id, at=at, batch=batch, settings=settings)
        at = Place(batch[-1].after.offset, run.counts.records + taken.counts.records)
        run = msgspec.structs.replace(run, counts=run.counts.and_also(taken.counts), position=at.offset)
        yield Reading(run)
    with library.work(actor=actor, place=place) as work:
        yield Reading(runs.end(work, run_id=run.id).run)


def rehearse_all(
    library: Library, file: Path, settings: TitleSettings, *, actor: Actor, place: Workplace
) -> Iterator[list[Step]]:
    """What reading a file in would come to, batch by batch; nothing is written. Refuses with ``import.no_records``."""
    _require_any(read_incoming(file, settings))
    foreseen = Foreseen()
    for batch in _in_batches(read_incoming(file, settings)):
        with library.look(actor=actor, place=place) as look:
            yield rehearse(look, batch, settings, foreseen)


def _read_ahead(batches: Iterator[list[T]]) -> Iterator[list[T]]:
    """The batches, each read while the one before it is written: it takes the time in which others would wait."""
    with ThreadPoolExecutor(1, "import") as reader:
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


def _in_batches(records: Iterable[T]) -> Iterator[list[T]]:
    coming = iter(records)
    while batch := list(islice(coming, BATCH)):
        yield batch


def differences(
    library: Library, file: Path, settings: TitleSettings, actor: Actor, place: Workplace
) -> Iterator[tuple[int, list[Difference]]]:
    """What a rehearsal finds, in codes that people know, with the place in the file up to which it came."""
    with library.look(actor=actor, place=place) as look:
        require_sound(look, settings)
        places = read_places(look.transaction)
    for steps in rehearse_all(library, file, settings, actor=actor, place=place):
        yield steps[-1].record.after.offset, [difference(step, places) for step in steps]


class Table(NamedTuple):
    """What tables of one subject need: who may, how a batch is taken in and rehearsed, and which columns there are."""

    subject: ImportSubject
    columns: tuple[str, ...]
    require: Callable[[Look, TableSettings], None]
    take: Callable[..., Taken]
    rehearse: Callable[[Look, Sequence[CsvRow], TableSettings], list[Difference]]


def _may_read_patrons(look: Look, settings: TableSettings) -> None:
    require_both(look)
    require_sound_places(look, settings)


def _may_read_items(look: Look, settings: TableSettings) -> None:
    look.require(runs.PERMISSION)
    require_sound_places(look, settings)


ITEMS = Table(ImportSubject.ITEMS, item_rows.COLUMNS, _may_read_items, take_items, rehearse_items)
PATRONS = Table(ImportSubject.PATRONS, patron_rows.COLUMNS, _may_read_patrons, take_patrons, rehearse_patrons)


def read_table_in(
    library: Library, file: Path, table: Table, settings: TableSettings, *, actor: Actor, place: Workplace
) -> Generator[Reading, None, None]:
    """Read a table of ``ITEMS`` or ``PATRONS`` in. Refuses as ``read_in``, and a table without known columns."""
    with library.look(actor=actor, place=place) as look:
        table.require(look, settings)
    _require_any(rows_of(file, settings))
    begun = _begun(library, file, table.subject, settings, actor, place)
    yield begun
    rows = rows_of(file, settings, begun.run.reached)
    yield from carry_on(library, begun.run, rows, table.take, settings, actor, place)


def table_differences(
    library: Library, file: Path, table: Table, settings: TableSettings, *, actor: Actor, place: Workplace
) -> Iterator[tuple[int, list[Difference]]]:
    """What reading a table in would come to, with the place in the file up to which it came; nothing is written."""
    with library.look(actor=actor, place=place) as look:
        table.require(look, settings)
    _require_any(rows_of(file, settings))
    for batch in _in_batches(rows_of(file, settings)):
        with library.look(actor=actor, place=place) as look:
            yield batch[-1].after.offset, table.rehearse(look, batch, settings)
