"""Reading a whole file in: batch after batch, with how far it is after each; a rehearsal writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from db.imports import ImportSubject
from libops.catalogue.importing import runs
from libops.catalogue.importing.incoming import Incoming, read_incoming
from libops.catalogue.importing.planning import Step
from libops.catalogue.importing.runs import Run
from libops.catalogue.importing.settings import TitleSettings
from libops.catalogue.importing.taking import rehearse, take_batch
from libops.catalogue.marc.reads import Place
from libops.library import Library
from libops.work import Actor
from libops.work import Place as Workplace

T = TypeVar("T")

BATCH = 500
"""Records of one transaction: enough to be quick, few enough to keep desks waiting for a blink only."""


class Reading(msgspec.Struct, frozen=True):
    """How far a file is: the run as it stands after a batch, and whether this is where it was gone on with."""

    run: Run
    resumed: bool = False


def read_in(
    library: Library, file: Path, settings: TitleSettings, *, actor: Actor, place: Workplace
) -> Iterator[Reading]:
    """Read a file of records in; after each batch how far it is. What broke off is gone on with where it stood.

    Refuses with ``import.other_settings``, ``import.elsewhere`` (another program reads the same file in at this
    moment), ``permission.missing``.
    """
    printed, size = runs.fingerprint(file)
    with library.work(actor=actor, place=place) as work:
        begun = runs.begin(
            work,
            subject=ImportSubject.TITLES,
            file=file.name,
            print_of_file=printed,
            size=size,
            settings=msgspec.json.decode(msgspec.json.encode(settings)),
        )
    run = begun.run
    yield Reading(run, begun.resumed)
    at = run.reached
    for batch in _in_batches(read_incoming(file, settings, at)):
        with library.work(actor=actor, place=place) as work:
            taken = take_batch(work, run_id=run.id, at=at, batch=batch, settings=settings)
        at = Place(batch[-1].after.offset, run.counts.records + taken.counts.records)
        run = msgspec.structs.replace(run, counts=run.counts.and_also(taken.counts), position=at.offset)
        yield Reading(run)
    with library.work(actor=actor, place=place) as work:
        yield Reading(runs.end(work, run_id=run.id).run)


def rehearse_all(
    library: Library, file: Path, settings: TitleSettings, *, actor: Actor, place: Workplace
) -> Iterator[list[Step]]:
    """What reading a file in would come to, batch by batch; nothing is written."""
    for batch in _in_batches(read_incoming(file, settings)):
        with library.look(actor=actor, place=place) as look:
            yield rehearse(look, batch, settings)


def _in_batches(records: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    coming = iter(records)
    while batch := list(islice(coming, BATCH)):
        yield batch
