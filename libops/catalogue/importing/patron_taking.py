"""Taking one batch of rows of patrons in, and rehearsing it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from libops.catalogue.importing.csv_rows import CsvRow
from libops.catalogue.importing.differences import Difference, Field
from libops.catalogue.importing.parting import apart
from libops.catalogue.importing.planning import Kind
from libops.catalogue.importing.runs import Counts, hold, keep_fault, move_on
from libops.catalogue.importing.settings import Existing
from libops.catalogue.importing.tables import TableSettings
from libops.catalogue.importing.taking import Taken
from libops.catalogue.marc.reads import Place
from libops.people.enrolling import NewPatron, rewrite_patrons, write_patrons
from libops.people.records import Record
from libops.people.rows import PatronKind, PatronPlanner, PatronStep, ids_of
from libops.permissions import Permission
from libops.work import Look, Work, act


def require_both(look: Look) -> None:
    """Refuse (``permission.missing``) whoever may not read files in, or not register patrons."""
    look.require(Permission.MANAGE_CATALOGUE)
    look.require(Permission.REGISTER_PATRONS)


def rehearse_patrons(look: Look, batch: Sequence[CsvRow], settings: TableSettings) -> list[Difference]:
    """What taking rows in would come to; nothing is written."""
    require_both(look)
    return [_difference(row, step) for part in apart(batch, _keys) for row, step in _decided(look, part, settings)]


@act("import.patrons", Taken)
def take_patrons(work: Work, *, run_id: int, at: Place, batch: Sequence[CsvRow], settings: TableSettings) -> Taken:
    """Take rows in. Refuses with ``import.elsewhere`` where the run does not stand ``at`` this place any more."""
    require_both(work)
    hold(work, run_id, at)
    counts = Counts()
    for part in apart(batch, _keys):
        decided = _decided(work, part, settings)
        _write(work, [step for _, step in decided])
        for row, step in decided:
            if step.kind is PatronKind.BAD:
                keep_fault(work.transaction, run_id, row.place, row.start, row.raw, step.reasons)
        counts = counts.and_also(_counted([step for _, step in decided]))
    move_on(work, run_id, batch[-1].after, counts)
    work.record("import.batch", run=run_id, records=counts.records, added=counts.added, bad=counts.bad)
    return Taken(counts=counts)


def _keys(row: CsvRow) -> set[tuple[str, str]]:
    """By what two rows may be about one person: the number, or the name with a way to reach somebody."""
    name = " ".join(row.cells.get("name", "").split())
    reached = {("reached", name) for column in ("phone", "email") if row.cells.get(column)}
    return {("number", row.cells.get("number", "")), *reached}


def _decided(look: Look, part: Sequence[CsvRow], settings: TableSettings) -> list[tuple[CsvRow, PatronStep]]:
    good = [row for row in part if not row.reasons]
    cells = [row.cells for row in good]
    writes = isinstance(look, Work)
    planner = PatronPlanner(look.transaction, look.patterns, look.now, cells, settings.branch, writes=writes)
    steps = {row.place: step for row, step in zip(good, planner.steps(), strict=True)}
    decided = []
    for row in part:
        step = steps.get(row.place, PatronStep(PatronKind.BAD, reasons=row.reasons))
        if step.kind is PatronKind.CHANGED and settings.existing is Existing.LEAVE:
            step = msgspec.structs.replace(step, kind=PatronKind.SAME)
        decided.append((row, step))
    return decided


def _write(work: Work, steps: Sequence[PatronStep]) -> None:
    new = [(step.number, step.record) for step in steps if step.kind is PatronKind.ADDED and step.record is not None]
    write_patrons(work.transaction, [NewPatron(number, work.now, record) for number, record in new])
    ids = ids_of(work.transaction, [number for number, _ in new])
    for number, record in new:
        filled = sorted(["number", *(_told(name) for name in Record.__struct_fields__ if getattr(record, name))])
        _record(work, "patron.registered", ids[number], filled, record)
    rewritten: list[tuple[int, Record]] = []
    for step in steps:
        if step.kind is PatronKind.CHANGED and step.patron_id is not None and step.record is not None:
            rewritten.append((step.patron_id, step.record))
            changed = sorted(field.name for field in _differing(step.before, step.record))
            _record(work, "patron.changed", step.patron_id, changed, step.record)
    rewrite_patrons(work.transaction, rewritten)


def _record(work: Work, kind: str, patron_id: int, fields: list[str], record: Record) -> None:
    expires = record.expires_on.isoformat() if kind == "patron.registered" or "expires_on" in fields else None
    work.record(kind, patron_id=patron_id, fields=[*fields], expires_on=expires)


def _told(name: str) -> str:
    return name.removesuffix("_id")


def _counted(steps: Sequence[PatronStep]) -> Counts:
    kinds = [step.kind for step in steps]
    return Counts(
        records=len(steps),
        added=kinds.count(PatronKind.ADDED),
        changed=kinds.count(PatronKind.CHANGED),
        same=kinds.count(PatronKind.SAME),
        bad=kinds.count(PatronKind.BAD),
    )


def _differing(before: Record | None, after: Record) -> tuple[Field, ...]:
    now: dict[str, object] = msgspec.to_builtins(after)
    was: dict[str, object] = msgspec.to_builtins(before) if before is not None else {}
    return tuple(Field(_told(name), was.get(name), value) for name, value in now.items() if was.get(name) != value)


def _difference(row: CsvRow, step: PatronStep) -> Difference:
    fields: tuple[Field, ...] = ()
    if step.kind is PatronKind.ADDED:
        fields = tuple(Field(name, None, text) for name, text in row.cells.items())
    elif step.kind is PatronKind.CHANGED and step.record is not None:
        fields = tuple(
            Field(field.name, field.before, row.cells.get(field.name, field.after))
            for field in _differing(step.before, step.record)
        )
    name = row.cells.get("name", "") or (step.before.name if step.before else "")
    return Difference(row.place, Kind(step.kind), step.number, name, fields, (), step.reasons)
