"""Taking one batch of rows of items in, and rehearsing it."""

from __future__ import annotations

from collections.abc import Sequence

from libops.catalogue.changing import locked, write_states
from libops.catalogue.importing.copies import CopyRules
from libops.catalogue.importing.csv_rows import CsvRow
from libops.catalogue.importing.differences import CopyDifference, Difference, Field, state_fields
from libops.catalogue.importing.item_rows import ItemPlanner, ItemStep, item_keys
from libops.catalogue.importing.parting import apart
from libops.catalogue.importing.planning import Kind
from libops.catalogue.importing.runs import Counts, hold, keep_fault, move_on
from libops.catalogue.importing.tables import TableSettings
from libops.catalogue.importing.taking import Taken
from libops.catalogue.marc.reads import Place
from libops.catalogue.places import Places, read_places
from libops.catalogue.search.indexing import index_titles
from libops.catalogue.titles import lock_titles
from libops.catalogue.writing import NewCopy, write_copies
from libops.money.amounts import currency_of
from libops.permissions import Permission
from libops.refusals import Refusal
from libops.work import Look, Work, act


def require_sound_places(look: Look, settings: TableSettings) -> None:
    """Refuse codes that the library does not know before any row is read."""
    reasons = read_places(look.transaction).against_change(settings.branch or None, settings.location or None, None)
    if reasons:
        raise Refusal(reasons)


def _rules(look: Look, settings: TableSettings) -> CopyRules:
    return CopyRules(settings, read_places(look.transaction), look.patterns, currency_of(look.transaction))


def rehearse_items(look: Look, batch: Sequence[CsvRow], settings: TableSettings) -> list[Difference]:
    """What taking rows in would come to; nothing is written."""
    look.require(Permission.MANAGE_CATALOGUE)
    rules = _rules(look, settings)
    steps = [step for part in apart(batch, item_keys) for step in ItemPlanner(look.transaction, rules, part).steps()]
    return [_difference(step, rules.places) for step in steps]


@act("import.items", Taken)
def take_items(work: Work, *, run_id: int, at: Place, batch: Sequence[CsvRow], settings: TableSettings) -> Taken:
    """Take rows in. Refuses with ``import.elsewhere`` where the run does not stand ``at`` this place any more."""
    work.require(Permission.MANAGE_CATALOGUE)
    hold(work, run_id, at)
    rules, counts = _rules(work, settings), Counts()
    for part in apart(batch, item_keys):
        steps = _decided(work, rules, part)
        _write(work, steps)
        for step in steps:
            if step.kind is Kind.BAD:
                keep_fault(work.transaction, run_id, step.row.place, step.row.start, step.row.raw, step.reasons)
        counts = counts.and_also(_counted(steps))
    move_on(work, run_id, batch[-1].after, counts)
    work.record("import.batch", run=run_id, records=counts.records, added=counts.added, bad=counts.bad)
    return Taken(counts=counts)


def _decided(work: Work, rules: CopyRules, part: Sequence[CsvRow]) -> list[ItemStep]:
    planner = ItemPlanner(work.transaction, rules, part)
    if work.transaction.locks_rows and (planner.titles or planner.standing):
        lock_titles(work.transaction, planner.titles)
        locked(work.transaction, planner.standing)
        planner = ItemPlanner(work.transaction, rules, part)
    return planner.steps()


def _counted(steps: Sequence[ItemStep]) -> Counts:
    kinds = [step.kind for step in steps]
    added, changed = kinds.count(Kind.ADDED), kinds.count(Kind.CHANGED)
    return Counts(
        records=len(steps),
        added=added,
        changed=changed,
        same=kinds.count(Kind.SAME),
        bad=kinds.count(Kind.BAD),
        items_added=added,
        items_changed=changed,
        items_unreadable=sum(step.unreadable for step in steps),
    )


def _write(work: Work, steps: Sequence[ItemStep]) -> None:
    new = [step for step in steps if step.kind is Kind.ADDED]
    write_copies(work.transaction, [_copy(step, work) for step in new])
    index_titles(work.transaction, {step.title_id for step in new})
    moved = [step.moved for step in steps if step.moved is not None]
    write_states(work, [copy for copy, _ in moved], [after for _, after in moved])


def _copy(step: ItemStep, work: Work) -> NewCopy:
    ready = step.copy
    if ready is None:
        raise ValueError("a new copy without what it is to be")
    return NewCopy(
        barcode=ready.barcode,
        title_id=step.title_id,
        item_type_id=ready.item_type_id,
        branch_id=ready.branch_id,
        location_id=ready.location_id,
        scheme=ready.scheme,
        call_number=ready.call_number,
        price=ready.price,
        status=ready.status,
        volume=ready.volume,
        condition=step.condition,
        note=ready.note,
        rfid_uid=step.rfid,
        added_at=work.now,
    )


def _difference(step: ItemStep, places: Places) -> Difference:
    barcode = step.row.cells.get("barcode", "")
    copies: tuple[CopyDifference, ...] = ()
    if step.kind is Kind.ADDED:
        told = tuple(Field(name, None, text) for name, text in step.row.cells.items() if name != "barcode")
        copies = (CopyDifference(barcode, True, told),)
    elif step.moved is not None:
        copies = (CopyDifference(barcode, False, state_fields(*(step.moved[0].state, step.moved[1]), places)),)
    return Difference(
        step.row.place,
        step.kind,
        barcode,
        step.row.cells.get("title", ""),
        copies=copies,
        reasons=step.reasons,
        unreadable=int(step.unreadable),
    )
