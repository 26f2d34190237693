"""Taking one batch of records in: titles, copies, records, the search and how far the file is, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from db.database import Transaction
from libops.catalogue.changing import locked, write_states
from libops.catalogue.importing.copies import CopyRules, ReadyCopy
from libops.catalogue.importing.foreseeing import Foreseen
from libops.catalogue.importing.incoming import Incoming
from libops.catalogue.importing.parting import apart
from libops.catalogue.importing.planning import Kind, Planner, Step
from libops.catalogue.importing.records import forget_records, keep_records
from libops.catalogue.importing.runs import Counts, hold, keep_fault, move_on
from libops.catalogue.importing.settings import TitleSettings
from libops.catalogue.marc.reads import Place
from libops.catalogue.numbering import next_numbers
from libops.catalogue.places import read_places
from libops.catalogue.search.indexing import index_titles
from libops.catalogue.titles import lock_titles
from libops.catalogue.writing import NewCopy, NewTitle, rewrite_titles, write_copies, write_titles
from libops.money.amounts import currency_of
from libops.permissions import Permission
from libops.work import Answer, Look, Work, act


class Taken(Answer, frozen=True, kw_only=True):
    """What came of a batch."""

    counts: Counts


def rehearse(look: Look, batch: Sequence[Incoming], settings: TitleSettings, foreseen: Foreseen) -> list[Step]:
    """What taking a batch in would come to, behind those that are ``foreseen``; nothing is written."""
    look.require(Permission.MANAGE_CATALOGUE)
    rules = _rules(look, settings)
    found: list[Step] = []
    for part in apart(batch, _keys):
        planner = Planner(look.transaction, rules, part, settings, foreseen)
        steps = planner.steps()
        planner.foresee(steps)
        found += steps
    return found


@act("import.batch", Taken)
def take_batch(work: Work, *, run_id: int, at: Place, batch: Sequence[Incoming], settings: TitleSettings) -> Taken:
    """Take records in. Refuses with ``import.elsewhere`` where the run does not stand ``at`` this place any more."""
    work.require(Permission.MANAGE_CATALOGUE)
    hold(work, run_id, at)
    counts = take(work, batch, settings, run_id)
    move_on(work, run_id, batch[-1].after, counts)
    work.record("import.batch", run=run_id, records=counts.records, added=counts.added, bad=counts.bad)
    return Taken(counts=counts)


def take(work: Work, batch: Sequence[Incoming], settings: TitleSettings, run_id: int | None) -> Counts:
    """Take records in, in the act under way; what did not go in is kept with the run, where there is one."""
    rules, counts = _rules(work, settings), Counts()
    for part in apart(batch, _keys):
        steps = _decided(work.transaction, rules, part, settings)
        _write(work, steps, settings, run_id)
        counts = counts.and_also(_counted(steps))
    return counts


def _rules(look: Look, settings: TitleSettings) -> CopyRules:
    return CopyRules(settings, read_places(look.transaction), look.patterns, currency_of(look.transaction))


def _keys(record: Incoming) -> set[tuple[str, str]]:
    return record.keys


def _decided(
    transaction: Transaction, rules: CopyRules, part: Sequence[Incoming], settings: TitleSettings
) -> list[Step]:
    planner = Planner(transaction, rules, part, settings)
    if transaction.locks_rows and (planner.known or planner.standing):
        # What is there already may be at work at a desk; decided is from what is read behind the locks.
        lock_titles(transaction, planner.known)
        locked(transaction, planner.standing)
        planner = Planner(transaction, rules, part, settings)
    return planner.steps()


def _counted(steps: Sequence[Step]) -> Counts:
    kinds = [step.kind for step in steps]
    return Counts(
        records=len(steps),
        added=kinds.count(Kind.ADDED),
        changed=kinds.count(Kind.CHANGED),
        same=kinds.count(Kind.SAME),
        bad=kinds.count(Kind.BAD),
        items_added=sum(len(step.new_copies) for step in steps),
        items_changed=sum(len(step.moved) for step in steps),
        items_without_barcode=sum(step.without_barcode for step in steps),
        items_unreadable=sum(step.unreadable for step in steps),
    )


def _write(work: Work, steps: Sequence[Step], settings: TitleSettings, run_id: int | None) -> None:
    added = [step for step in steps if step.kind is Kind.ADDED]
    known = [step for step in steps if step.kind is Kind.CHANGED]
    renewed = [step for step in steps if step.renewed]
    title_ids = write_titles(work.transaction, _new_titles(work.transaction, added))
    placed = [*zip(title_ids, added, strict=True), *((step.title_id or 0, step) for step in known)]
    _rewrite(work.transaction, [step for step in steps if step.rewritten])
    write_copies(work.transaction, [_copy(key, copy, work) for key, step in placed for copy in step.new_copies])
    forget_records(work.transaction, [step.title_id or 0 for step in renewed])
    records = [(key, step.record) for key, step in placed[: len(added)]]
    records += [(step.title_id or 0, step.record) for step in renewed]
    keep_records(work.transaction, records, settings, work.now, run_id)
    for step in steps:
        if step.kind is Kind.BAD and run_id is not None:
            record = step.record
            keep_fault(work.transaction, run_id, record.place, record.start, record.raw, step.reasons, record.length)
    index_titles(work.transaction, title_ids, new=True)
    index_titles(work.transaction, [key for key, step in placed[len(added) :]])
    moved = [pair for step in steps for pair in step.moved]
    write_states(work, [copy for copy, _ in moved], [after for _, after in moved])


def _new_titles(transaction: Transaction, added: Sequence[Step]) -> list[NewTitle]:
    taken = {step.number for step in added}
    wanting = sum(not step.number for step in added)
    own = iter([number for number in next_numbers(transaction, wanting + len(added)) if number not in taken])
    return [NewTitle(step.number or next(own), step.record.about) for step in added if step.record.about is not None]


def _rewrite(transaction: Transaction, steps: Sequence[Step]) -> None:
    pairs = [(step.title_id, step.record.about) for step in steps]
    rewrite_titles(transaction, [(key, about) for key, about in pairs if key is not None and about is not None])


def _copy(title_id: int, ready: ReadyCopy, work: Work) -> NewCopy:
    return NewCopy(
        barcode=ready.barcode,
        title_id=title_id,
        item_type_id=ready.item_type_id,
        branch_id=ready.branch_id,
        location_id=ready.location_id,
        scheme=ready.scheme,
        call_number=ready.call_number,
        price=ready.price,
        status=ready.status,
        volume=ready.volume,
        note=ready.note,
        added_at=work.now,
    )
