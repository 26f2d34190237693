"""Runs: one for each file that is read in, so that one that broke off is gone on with where it stood."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Text, bindparam, cast, func, insert, select, update

from db.database import Transaction
from db.imports import ImportSubject
from db.statement import Statement
from db.tables import IMPORT_FAULT, IMPORT_RUN
from db.types import Instant
from libops.catalogue.marc.reads import Place
from libops.journal import Datum, keep_reasons, recall_reasons
from libops.permissions import Permission
from libops.refusals import Reason, refuse
from libops.work import Answer, Look, Work, act

PERMISSION = Permission.MANAGE_CATALOGUE
"""What whoever reads files in, or looks at what came of them, must have."""
_EDGE = 1 << 20
_BEGINNING = 0x696D706F7274


class Counts(msgspec.Struct, frozen=True):
    """What became of the records of a file so far; items are copies.

    ``items_without_barcode`` are copies that good records tell of and that were passed over: nobody could lend them.
    ``items_unreadable`` went in with a call number that the scheme of their location cannot read.
    """

    records: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    bad: int = 0
    items_added: int = 0
    items_changed: int = 0
    items_without_barcode: int = 0
    items_unreadable: int = 0

    def and_also(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(mine + theirs for mine, theirs in zip(_numbers(self), _numbers(other), strict=True)))


def _numbers(counts: Counts) -> tuple[int, ...]:
    return tuple(getattr(counts, name) for name in Counts.__struct_fields__)


class Run(msgspec.Struct, frozen=True):
    """A file that is or was read in: how far it is, and what came of it."""

    id: int
    subject: ImportSubject
    file: str
    size: int
    actor: str
    begun_at: datetime
    ended_at: datetime | None
    position: int
    counts: Counts

    @property
    def reached(self) -> Place:
        """Where it goes on."""
        return Place(self.position, self.counts.records)


class RunAnswer(Answer, frozen=True, kw_only=True):
    """A run was begun, or one that broke off is gone on with (``resumed``)."""

    run: Run
    resumed: bool


class Fault(msgspec.Struct, frozen=True):
    """A record or row that did not go in: its number in the file, its first byte, its bytes, and why."""

    place: int
    start: int
    length: int
    reasons: tuple[Reason, ...]
    record: bytes


def _run(
    key: int,
    subject: str,
    file: str,
    size: int,
    actor: str,
    begun_at: datetime,
    ended_at: datetime | None,
    position: int,
    *counts: int,
) -> Run:
    return Run(key, ImportSubject(subject), file, size, actor, begun_at, ended_at, position, Counts(*counts))


def _fault(place: int, start: int, length: int, reasons: Datum, record: bytes) -> Fault:
    return Fault(place, start, length, tuple(recall_reasons(reasons, {})), bytes(record))


def _settings(kept: dict[str, Any]) -> dict[str, Any]:
    return kept


_COUNTED = tuple(IMPORT_RUN.c[name] for name in Counts.__struct_fields__)
_RUNS = select(
    IMPORT_RUN.c.id,
    IMPORT_RUN.c.subject,
    IMPORT_RUN.c.file,
    IMPORT_RUN.c.size,
    IMPORT_RUN.c.actor,
    IMPORT_RUN.c.begun_at,
    IMPORT_RUN.c.ended_at,
    IMPORT_RUN.c.position,
    *_COUNTED,
)
_BY_ID = Statement(_RUNS.where(IMPORT_RUN.c.id == bindparam("run_id")), _run)
# One name among this database's advisory locks.
_BEGIN = Statement(select(func.length(cast(func.pg_advisory_xact_lock(_BEGINNING), Text))), int)
_LOCK = Statement(select(IMPORT_RUN.c.id).where(IMPORT_RUN.c.id == bindparam("run_id")).with_for_update(), int)
_BROKEN_OFF = Statement(
    _RUNS.where(
        IMPORT_RUN.c.fingerprint == bindparam("fingerprint"),
        IMPORT_RUN.c.subject == bindparam("subject"),
        IMPORT_RUN.c.ended_at.is_(None),
    )
    .order_by(IMPORT_RUN.c.id.desc())
    .limit(1),
    _run,
)
_LATEST = Statement(_RUNS.order_by(IMPORT_RUN.c.id.desc()).limit(bindparam("most")), _run)
_SETTINGS = Statement(select(IMPORT_RUN.c.settings).where(IMPORT_RUN.c.id == bindparam("run_id")), _settings)
_MOVE_ON = Statement[None](
    update(IMPORT_RUN)
    .where(IMPORT_RUN.c.id == bindparam("run_id"))
    .values(
        position=bindparam("position_now"),
        **{name: IMPORT_RUN.c[name] + bindparam(f"more_{name}") for name in Counts.__struct_fields__},
    ),
    lambda: None,
)
_END = Statement[None](
    update(IMPORT_RUN)
    .where(IMPORT_RUN.c.id == bindparam("run_id"), IMPORT_RUN.c.ended_at.is_(None))
    .values(ended_at=bindparam("now", type_=Instant())),
    lambda: None,
)
_FAULT_COLUMNS = ("import_id", "place", "start", "length", "reasons", "record")
_KEEP_FAULT = Statement[None](
    insert(IMPORT_FAULT).values({name: bindparam(name) for name in _FAULT_COLUMNS}), lambda: None
)
_FAULTS = Statement(
    select(
        IMPORT_FAULT.c.place, IMPORT_FAULT.c.start, IMPORT_FAULT.c.length, IMPORT_FAULT.c.reasons, IMPORT_FAULT.c.record
    )
    .where(IMPORT_FAULT.c.import_id == bindparam("run_id"), IMPORT_FAULT.c.place > bindparam("after"))
    .order_by(IMPORT_FAULT.c.place)
    .limit(bindparam("most")),
    _fault,
)


def fingerprint(file: Path) -> tuple[str, int]:
    """What tells a file again, whatever it is called: its size, and a digest of its beginning and its end."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        digest = hashlib.blake2b(stream.read(_EDGE), digest_size=16)
        if size > 2 * _EDGE:
            stream.seek(-_EDGE, 2)
            digest.update(stream.read(_EDGE))
    return f"{size}-{digest.hexdigest()}", size


@act("import.begin", RunAnswer)
def begin(
    work: Work, *, subject: ImportSubject, file: str, print_of_file: str, size: int, settings: dict[str, object]
) -> RunAnswer:
    """Begin to read a file in; one that broke off, of the same file, is gone on with instead.

    Refuses with ``import.other_settings`` where that one was begun with other settings, ``permission.missing``.
    """
    work.require(Permission.MANAGE_CATALOGUE)
    # Whoever begins the same file at the same moment waits here, and then finds this run.
    work.transaction.lock(_BEGIN)
    found = work.transaction.maybe(_BROKEN_OFF, fingerprint=print_of_file, subject=subject)
    if found is not None:
        if work.transaction.one(_SETTINGS, run_id=found.id) != settings:
            raise refuse("import.other_settings", number=found.id)
        work.record("import.resumed", run=found.id, records=found.counts.records)
        return RunAnswer(run=found, resumed=True)
    values = {
        "subject": subject,
        "file": file,
        "fingerprint": print_of_file,
        "size": size,
        "settings": settings,
        "actor": work.actor.name,
        "begun_at": work.now,
    }
    key = work.transaction.connection.execute(insert(IMPORT_RUN).values(values)).inserted_primary_key
    run_id = int(key[0]) if key is not None else 0
    work.record("import.begun", run=run_id, file=file, subject=subject)
    return RunAnswer(run=work.transaction.one(_BY_ID, run_id=run_id), resumed=False)


def note_whole(
    transaction: Transaction,
    *,
    file: str,
    content: bytes,
    settings: dict[str, object],
    titles: int,
    actor: str,
    now: datetime,
) -> int:
    """Note a file of records that was read in as a whole, when a library was founded; the run's number."""
    values = {
        "subject": ImportSubject.TITLES,
        "file": file,
        "fingerprint": f"{len(content)}-{hashlib.blake2b(content, digest_size=16).hexdigest()}",
        "size": len(content),
        "settings": settings,
        "actor": actor,
        "position": len(content),
        "records": titles,
        "added": titles,
        "begun_at": now,
        "ended_at": now,
    }
    key = transaction.connection.execute(insert(IMPORT_RUN).values(values)).inserted_primary_key
    return int(key[0]) if key is not None else 0


def hold(work: Work, run_id: int, at: Place) -> None:
    """Lock a run that stands at this place, for one batch. Refuses with ``import.elsewhere`` where it does not."""
    work.transaction.lock(_LOCK, run_id=run_id)
    run = work.transaction.maybe(_BY_ID, run_id=run_id)
    if run is None or run.ended_at is not None or run.reached != at:
        raise refuse("import.elsewhere", number=run_id)


def move_on(work: Work, run_id: int, to: Place, counts: Counts) -> None:
    """Note how far a run is, in the transaction of the batch."""
    more = {f"more_{name}": getattr(counts, name) for name in Counts.__struct_fields__}
    work.transaction.run(_MOVE_ON, run_id=run_id, position_now=to.offset, **more)


@act("import.end", RunAnswer)
def end(work: Work, *, run_id: int) -> RunAnswer:
    """Note that a file is read to its end, or is given up. Refuses with ``import.unknown``."""
    work.require(Permission.MANAGE_CATALOGUE)
    find_run(work, run_id)
    work.transaction.run(_END, run_id=run_id, now=work.now)
    run = find_run(work, run_id)
    work.record("import.ended", run=run_id, records=run.counts.records, bad=run.counts.bad)
    return RunAnswer(run=run, resumed=False)


def find_run(look: Look, run_id: int) -> Run:
    """The run with this number. Refuses with ``import.unknown``."""
    run = look.transaction.maybe(_BY_ID, run_id=run_id) if 0 < run_id < 2**31 else None
    if run is None:
        raise refuse("import.unknown", number=run_id)
    return run


def keep_fault(
    transaction: Transaction,
    run_id: int,
    place: int,
    start: int,
    raw: bytes,
    reasons: Sequence[Reason],
    length: int | None = None,
) -> None:
    """Keep what did not go in, in the transaction that passes it over; ``length`` where ``raw`` was cut."""
    transaction.run(
        _KEEP_FAULT,
        import_id=run_id,
        place=place,
        start=start,
        length=len(raw) if length is None else length,
        reasons=keep_reasons(reasons, {}),
        record=raw,
    )


def settings_of(look: Look, run_id: int) -> dict[str, Any]:
    """How a run reads its file, as it was begun."""
    return look.transaction.one(_SETTINGS, run_id=run_id)


def latest(look: Look, *, most: int = 50) -> list[Run]:
    """The latest runs, newest first."""
    look.require(Permission.MANAGE_CATALOGUE)
    return look.transaction.all(_LATEST, most=most)


def faults(look: Look, run_id: int, *, after: int = 0, most: int = 100) -> list[Fault]:
    """What did not go in, by its number in the file, behind ``after``. Refuses with ``import.unknown``."""
    look.require(Permission.MANAGE_CATALOGUE)
    find_run(look, run_id)
    return look.transaction.all(_FAULTS, run_id=run_id, after=after, most=most)
